//! Ask, stop, look into an answer, switch between versions.

use tauri::ipc::Channel;
use vitrine_core::protocol::TokenRecord;

use super::{Core, Reply};
use crate::contract::{Conversation, Message, TurnEvent, TurnRequest};

/// One turn. Events go through the channel; resolves with the answer when it has ended.
#[tauri::command]
pub async fn chat_turn(request: TurnRequest, channel: Channel<TurnEvent>, app: Core<'_>) -> Reply<Message> {
    let sink = move |event| {
        // The page may be gone (a reload); the turn goes on and is saved.
        if let Err(error) = channel.send(event) {
            tracing::debug!(%error, "nobody listens to the turn");
        }
    };
    Ok(app.conversations.turn(request, Box::new(sink)).await?)
}

/// Stops the answer that is being written.
#[tauri::command]
pub async fn chat_stop(app: Core<'_>) -> Reply<()> {
    app.conversations.stop();
    Ok(())
}

/// The tokens of an answer, in order; also years later and with no model loaded.
#[tauri::command]
pub async fn message_tokens(message_id: i64, app: Core<'_>) -> Reply<Vec<TokenRecord>> {
    Ok(app.conversations.tokens(message_id).await?)
}

/// Shows another version.
#[tauri::command]
pub async fn message_select(message_id: i64, app: Core<'_>) -> Reply<Conversation> {
    Ok(app.conversations.select(message_id).await?)
}
