//! How a text comes to be cut as it is.

use crate::protocol::{ErrorKind, RpcError, StepsOf, TextSteps};
use crate::tokenizer::Tokenizer;

/// The steps from a text to its tokens.
///
/// # Errors
/// As [`Tokenizer::steps`]; `InvalidParams` for more than [`StepsOf::MOST_BYTES`].
pub fn steps(tokenizer: &Tokenizer, params: &StepsOf) -> Result<TextSteps, RpcError> {
    check_length(&params.text, StepsOf::MOST_BYTES)?;
    tokenizer.steps(&params.text, params.special)
}

/// Refuses what nobody could look at.
pub(super) fn check_length(text: &str, most: usize) -> Result<(), RpcError> {
    if text.len() <= most {
        return Ok(());
    }
    let message = format!("the text has {} bytes, at most {most} are looked at so closely", text.len());
    Err(RpcError::new(ErrorKind::InvalidParams, message).with("limit_bytes", most))
}
