//! Ask, stop, look into an answer, take it another way, switch between versions.

use tauri::ipc::Channel;
use vitrine_core::protocol::{Sampling, StepOffer, TokenRecord, VocabularyHit};

use super::{Core, Reply};
use crate::contract::{Conversation, ConversationTree, Guess, Message, StepChoice, TurnEvent, TurnRequest};

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

/// All branches of a conversation.
#[tauri::command]
pub async fn conversation_tree(id: i64, app: Core<'_>) -> Reply<ConversationTree> {
    Ok(app.conversations.tree(id).await?)
}

/// Takes one version away; `message_restore` undoes it.
#[tauri::command]
pub async fn message_delete(message_id: i64, app: Core<'_>) -> Reply<Conversation> {
    Ok(app.conversations.delete_message(message_id).await?)
}

/// Undoes `message_delete`.
#[tauri::command]
pub async fn message_restore(message_id: i64, app: Core<'_>) -> Reply<Conversation> {
    Ok(app.conversations.restore_message(message_id).await?)
}

/// Keeps a message in the context, or lets it go.
#[tauri::command]
pub async fn message_pin(message_id: i64, pinned: bool, app: Core<'_>) -> Reply<Message> {
    Ok(app.conversations.pin(message_id, pinned).await?)
}

/// Step mode: takes the waiting token; `sampling` is in force from here on.
#[tauri::command]
pub async fn step_choose(choice: StepChoice, sampling: Sampling, app: Core<'_>) -> Reply<()> {
    Ok(app.conversations.choose(choice, sampling).await?)
}

/// Step mode: the waiting candidates under other settings.
#[tauri::command]
pub async fn step_reshape(sampling: Sampling, app: Core<'_>) -> Reply<StepOffer> {
    Ok(app.conversations.reshape(sampling).await?)
}

/// Step mode: how good a guess at the waiting token is.
#[tauri::command]
pub async fn step_guess(text: String, app: Core<'_>) -> Reply<Guess> {
    Ok(app.conversations.guess_waiting(text).await?)
}

/// How good a guess at a stored token is.
#[tauri::command]
pub async fn message_guess(message_id: i64, token_index: u32, text: String, app: Core<'_>) -> Reply<Guess> {
    Ok(app.conversations.guess(message_id, token_index, text).await?)
}

/// Tokens of the loaded model whose text contains the query.
#[tauri::command]
pub async fn vocabulary_search(query: String, limit: u32, app: Core<'_>) -> Reply<Vec<VocabularyHit>> {
    Ok(app.conversations.vocabulary_search(query, limit).await?)
}
