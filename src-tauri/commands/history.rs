//! Conversations: their list, what is found in them, what they add up to.

use super::{Core, Reply};
use crate::contract::{
    Conversation, HistoryChange, HistoryFilter, HistoryOrder, HistoryPage, HistoryShelves, HistoryStatistics,
    Message, MomentPage, MomentQuery, SearchPage,
};

/// A stretch of the list.
#[tauri::command]
pub async fn history_list(
    filter: HistoryFilter,
    order: HistoryOrder,
    offset: u32,
    limit: u32,
    app: Core<'_>,
) -> Reply<HistoryPage> {
    Ok(app.conversations.page(filter, order, offset, limit).await?)
}

/// What a filter can be set to.
#[tauri::command]
pub async fn history_shelves(app: Core<'_>) -> Reply<HistoryShelves> {
    Ok(app.conversations.shelves().await?)
}

/// Does something to all that are named, or to none.
#[tauri::command]
pub async fn history_change(ids: Vec<i64>, change: HistoryChange, app: Core<'_>) -> Reply<()> {
    Ok(app.conversations.change(ids, change).await?)
}

/// Titles, questions, answers, thoughts and files that have all terms.
#[tauri::command]
pub async fn history_search(
    text: String,
    filter: HistoryFilter,
    offset: u32,
    limit: u32,
    app: Core<'_>,
) -> Reply<SearchPage> {
    Ok(app.conversations.search(text, filter, offset, limit).await?)
}

/// Places in answers that only token records know.
#[tauri::command]
pub async fn history_moments(
    query: MomentQuery,
    offset: u32,
    limit: u32,
    app: Core<'_>,
) -> Reply<MomentPage> {
    Ok(app.conversations.moments(query, offset, limit).await?)
}

/// What the history adds up to, from `from` on and before `until`.
#[tauri::command]
pub async fn history_statistics(
    from: Option<i64>,
    until: Option<i64>,
    app: Core<'_>,
) -> Reply<HistoryStatistics> {
    Ok(app.conversations.statistics(from, until).await?)
}

/// A new folder; its id.
#[tauri::command]
pub async fn folder_create(name: String, app: Core<'_>) -> Reply<i64> {
    Ok(app.conversations.create_folder(name).await?)
}

#[tauri::command]
pub async fn folder_rename(id: i64, name: String, app: Core<'_>) -> Reply<()> {
    Ok(app.conversations.rename_folder(id, name).await?)
}

/// Its conversations stay, out of it.
#[tauri::command]
pub async fn folder_delete(id: i64, app: Core<'_>) -> Reply<()> {
    Ok(app.conversations.delete_folder(id).await?)
}

/// A copy with the whole tree; its id.
#[tauri::command]
pub async fn conversation_duplicate(id: i64, app: Core<'_>) -> Reply<i64> {
    Ok(app.conversations.duplicate(id).await?)
}

/// A new conversation that begins with the path up to and with this message; its id.
#[tauri::command]
pub async fn conversation_split(message_id: i64, app: Core<'_>) -> Reply<i64> {
    Ok(app.conversations.split(message_id).await?)
}

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

/// A blank title brings back the one from the first question.
#[tauri::command]
pub async fn conversation_rename(id: i64, title: String, app: Core<'_>) -> Reply<()> {
    Ok(app.conversations.rename(id, title).await?)
}
