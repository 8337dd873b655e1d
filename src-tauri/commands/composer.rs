//! What the composer needs: the coming prompt, what fits, presets, files.

use super::picker::{PickKind, Picker};
use super::{Core, Reply};
use crate::contract::{Attachment, ContextPreview, Draft, KeptDraft, Preset, PromptView, TurnSettings};

/// The exact prompt of a stored answer; no model is needed.
#[tauri::command]
pub async fn prompt_of(message_id: i64, app: Core<'_>) -> Reply<PromptView> {
    Ok(app.conversations.prompt_of(message_id).await?)
}

/// The exact prompt that sending would make.
#[tauri::command]
pub async fn prompt_preview(draft: Draft, app: Core<'_>) -> Reply<PromptView> {
    Ok(app.conversations.prompt_preview(draft).await?)
}

/// Exact counts of the coming turn, and what would fall out.
#[tauri::command]
pub async fn context_preview(draft: Draft, app: Core<'_>) -> Reply<ContextPreview> {
    Ok(app.conversations.context_preview(draft).await?)
}

/// The presets of the app, then the user's own.
#[tauri::command]
pub async fn preset_list(app: Core<'_>) -> Reply<Vec<Preset>> {
    Ok(app.conversations.presets().await?)
}

/// Saves one of the user's own; a new one where `id` is null.
#[tauri::command]
pub async fn preset_save(
    id: Option<String>,
    name: String,
    settings: TurnSettings,
    app: Core<'_>,
) -> Reply<Vec<Preset>> {
    Ok(app.conversations.save_preset(id, name, settings).await?)
}

/// Deletes one of the user's own.
#[tauri::command]
pub async fn preset_delete(id: String, app: Core<'_>) -> Reply<Vec<Preset>> {
    Ok(app.conversations.delete_preset(id).await?)
}

/// Lets the user choose a text file and reads it for a question of a conversation; nothing where they chose none.
#[tauri::command]
pub async fn attachment_pick(
    title: String,
    conversation_id: Option<i64>,
    window: tauri::WebviewWindow,
    picker: tauri::State<'_, Picker>,
    app: Core<'_>,
) -> Reply<Vec<Attachment>> {
    match picker.pick(PickKind::Text, title, window).await {
        Some(path) => Ok(vec![app.conversations.attach(path, conversation_id).await?]),
        None => Ok(Vec::new()),
    }
}

/// Reads a text file that was dropped.
#[tauri::command]
pub async fn attachment_read(path: String, conversation_id: Option<i64>, app: Core<'_>) -> Reply<Attachment> {
    Ok(app.conversations.attach(path, conversation_id).await?)
}

/// The whole text of an attached file.
#[tauri::command]
pub async fn attachment_text(id: i64, app: Core<'_>) -> Reply<String> {
    Ok(app.conversations.attachment_text(id).await?)
}

/// Keeps what stands in a composer; blank without files takes away what was kept. Without an id: of a
/// conversation that is not begun.
#[tauri::command]
pub async fn draft_keep(
    conversation_id: Option<i64>,
    text: String,
    attachments: Vec<i64>,
    app: Core<'_>,
) -> Reply<()> {
    Ok(app.conversations.keep_draft(conversation_id, text, attachments).await?)
}

/// What was kept; blank where there is nothing.
#[tauri::command]
pub async fn draft_kept(conversation_id: Option<i64>, app: Core<'_>) -> Reply<KeptDraft> {
    Ok(app.conversations.kept_draft(conversation_id).await?)
}
