//! How the history stands, its copies, and what goes for good.

use super::picker::{PickKind, Picker};
use super::{settings, Core, Reply};
use crate::contract::{
    Backup, BackupPage, HistoryState, ImportReceipt, MissingChoice, PurgeReport, TurnSettings,
};

/// Begins a conversation that is in memory alone.
#[tauri::command]
pub async fn conversation_begin_private(settings: TurnSettings, app: Core<'_>) -> Reply<i64> {
    Ok(app.conversations.begin_private(settings).await?)
}

/// How the history stands.
#[tauri::command]
pub async fn history_state(app: Core<'_>) -> Reply<HistoryState> {
    Ok(app.history.state().await?)
}

/// What is to be done about a history that is missing, or that only a newer version can write.
#[tauri::command]
pub async fn history_decide(choice: MissingChoice, app: Core<'_>) -> Reply<HistoryState> {
    Ok(app.history.decide(choice).await?)
}

/// Tries again to open it, and to save what waits in memory.
#[tauri::command]
pub async fn history_retry(app: Core<'_>) -> Reply<HistoryState> {
    Ok(app.history.retry().await?)
}

/// Opens its folder in the system's file manager.
#[tauri::command]
pub async fn history_show_folder(app: Core<'_>) -> Reply<()> {
    settings::data_show(app).await
}

/// Deletes conversations for good, all in the bin where `ids` is null, out of the history and out of its copies.
#[tauri::command]
pub async fn history_purge(ids: Option<Vec<i64>>, app: Core<'_>) -> Reply<PurgeReport> {
    Ok(app.history.purge(ids).await?)
}

/// All copies, the newest first.
#[tauri::command]
pub async fn backup_list(app: Core<'_>) -> Reply<Vec<Backup>> {
    Ok(app.history.backups().await?)
}

/// Makes a copy now.
#[tauri::command]
pub async fn backup_make(app: Core<'_>) -> Reply<Backup> {
    Ok(app.history.back_up().await?)
}

/// A stretch of what is in a copy.
#[tauri::command]
pub async fn backup_look(path: String, offset: u32, limit: u32, app: Core<'_>) -> Reply<BackupPage> {
    Ok(app.history.look_into(path.into(), offset, limit).await?)
}

/// Puts conversations of a copy back, all where `uids` is null. Nothing is overwritten.
#[tauri::command]
pub async fn backup_restore(path: String, uids: Option<Vec<String>>, app: Core<'_>) -> Reply<ImportReceipt> {
    Ok(app.history.put_back(path.into(), uids).await?)
}

/// Lets the user choose a copy that lies elsewhere; `null` where they chose none.
#[tauri::command]
pub async fn backup_pick(
    window: tauri::WebviewWindow,
    picker: tauri::State<'_, Picker>,
    app: Core<'_>,
) -> Reply<Option<Backup>> {
    match picker.pick(PickKind::Copy, String::new(), window).await {
        Some(path) => Ok(Some(app.history.chosen_backup(path.into()).await?)),
        None => Ok(None),
    }
}
