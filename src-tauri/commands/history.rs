//! The list of conversations.

use super::{Core, Reply};
use crate::contract::{Conversation, ConversationSummary, Message};

/// A conversation with the end of its active path.
#[tauri::command]
pub async fn conversation_open(id: i64, app: Core<'_>) -> Reply<Conversation> {
    Ok(app.conversations.open(id).await?)
}

/// This conversation is in view now, or none: where the next start begins.
#[tauri::command]
pub async fn conversation_shown(id: Option<i64>, app: Core<'_>) -> Reply<()> {
    Ok(app.note_shown(id).await?)
}

/// The messages before this one, from the first: what a long conversation has above those that came with it.
#[tauri::command]
pub async fn conversation_earlier(message_id: i64, app: Core<'_>) -> Reply<Vec<Message>> {
    Ok(app.conversations.earlier(message_id).await?)
}

/// All that are not deleted, the last used first.
#[tauri::command]
pub async fn conversation_list(app: Core<'_>) -> Reply<Vec<ConversationSummary>> {
    Ok(app.conversations.list().await?)
}

/// A blank title brings back the one from the first question.
#[tauri::command]
pub async fn conversation_rename(id: i64, title: String, app: Core<'_>) -> Reply<()> {
    Ok(app.conversations.rename(id, title).await?)
}

/// Takes it off the list; `conversation_restore` undoes it.
#[tauri::command]
pub async fn conversation_delete(id: i64, app: Core<'_>) -> Reply<()> {
    Ok(app.conversations.delete(id).await?)
}

/// Undoes `conversation_delete`.
#[tauri::command]
pub async fn conversation_restore(id: i64, app: Core<'_>) -> Reply<()> {
    Ok(app.conversations.restore(id).await?)
}
