//! Questions to a worker that need no forward pass: pieces of a text, the prompt of a turn.
//!
//! They take as long as their text is long, and are answered one after the other. So they are waited for
//! as long as the worker lives ([`WorkerProcess::request_while_alive`]): that one takes long is no
//! reason to end a worker.

use vitrine_core::protocol::{method, ChatPrompt, ChatPrompted, ErrorKind, Tokenization, Tokenize};

use super::document::Turn;
use crate::engine::{Pulse, WorkerProcess};
use crate::Error;

/// The ids of a text that stands after other text.
///
/// # Errors
/// `InvalidParams` for an empty text; what the worker says.
pub async fn pieces(worker: &WorkerProcess, text: &str, pulse: &Pulse) -> Result<Vec<u32>, Error> {
    if text.is_empty() {
        return Err(Error::refused(ErrorKind::InvalidParams, "the text is empty"));
    }
    let params = Tokenize { text: text.into(), add_special: false, continuation: true, tokenizer: None };
    let cut: Tokenization = worker.request_while_alive(method::TEXT_TOKENIZE, &params, pulse).await?;
    Ok(cut.ids)
}

/// The exact prompt of a turn. `tokens`: with the bytes of every token. The worker keeps the last one, so that
/// asking again for the same costs nothing.
///
/// # Errors
/// What the worker says.
pub async fn prompt(
    worker: &WorkerProcess,
    turns: &[Turn],
    reserve: u32,
    prefill: &str,
    tokens: bool,
    pulse: &Pulse,
) -> Result<ChatPrompted, Error> {
    let messages = turns.iter().map(Turn::to_prompt).collect();
    let params = ChatPrompt { messages, reserve, prefill: prefill.into(), tokens };
    worker.request_while_alive(method::CHAT_PROMPT, &params, pulse).await
}
