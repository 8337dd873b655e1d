//! Questions to a worker that need no forward pass: pieces of a text, the prompt of a turn.

use vitrine_core::protocol::{method, ChatPrompt, ChatPrompted, ErrorKind, Tokenization, Tokenize};

use super::desk::AT_ONCE;
use super::document::Turn;
use crate::engine::WorkerProcess;
use crate::error::Error;

/// The ids of a text that stands after other text.
///
/// # Errors
/// `InvalidParams` for an empty text; what the worker says.
pub async fn pieces(worker: &WorkerProcess, text: &str) -> Result<Vec<u32>, Error> {
    if text.is_empty() {
        return Err(Error::refused(ErrorKind::InvalidParams, "the text is empty"));
    }
    let params = Tokenize { text: text.into(), add_special: false, continuation: true, tokenizer: None };
    let cut: Tokenization = worker.request(method::TEXT_TOKENIZE, &params, Some(AT_ONCE)).await?;
    Ok(cut.ids)
}

/// The exact prompt of a turn. `tokens`: with the bytes of every token.
///
/// # Errors
/// What the worker says.
pub async fn prompt(
    worker: &WorkerProcess,
    turns: &[Turn],
    reserve: u32,
    prefill: &str,
    tokens: bool,
) -> Result<ChatPrompted, Error> {
    let messages = turns.iter().map(Turn::to_prompt).collect();
    let params = ChatPrompt { messages, reserve, prefill: prefill.into(), tokens };
    worker.request(method::CHAT_PROMPT, &params, Some(AT_ONCE)).await
}
