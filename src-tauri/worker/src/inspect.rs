//! `text/cut` and its kin: what the subject's tokenizer does to a text.

use vitrine_core::inspect;
use vitrine_core::protocol::{
    CutMessage, CutRow, CutText, ErrorKind, Guises, GuisesOf, IdsTyped, MessageCut, Pieces, PiecesOf,
    RpcError, StepsOf, TextCut, TextFromIds, TextSteps,
};

use crate::panic;
use crate::subject::Subject;

/// # Errors
/// Where the tokenizer fails on this text.
pub fn cut(params: &CutText, subject: &Subject) -> Result<TextCut, RpcError> {
    let CutText { text, rows, special } = params;
    let mut cut = TextCut { bytes: text.len() as u32, ..TextCut::default() };
    for row in rows {
        match row {
            CutRow::Words => {
                let words = inspect::words(text);
                (cut.words, cut.word_count) = (Some(words.lengths), Some(words.count));
            }
            CutRow::Characters => cut.characters = Some(inspect::characters(text)),
            CutRow::Tokens => cut.tokens = Some(inspect::tokens(subject.tokenizer(), text, *special)?),
        }
    }
    Ok(cut)
}

/// # Errors
/// `InvalidParams` for too many ids.
pub fn pieces(params: &PiecesOf, subject: &Subject) -> Result<Pieces, RpcError> {
    if params.ids.len() > PiecesOf::MOST {
        let message = format!("at most {} ids are told at once", PiecesOf::MOST);
        return Err(RpcError::new(ErrorKind::InvalidParams, message));
    }
    let tokenizer = subject.tokenizer();
    Ok(Pieces { pieces: params.ids.iter().filter_map(|&id| tokenizer.piece(id)).collect() })
}

/// # Errors
/// `NoTemplate`, `TemplateFailed`.
pub fn message(params: &CutMessage, subject: &Subject) -> Result<MessageCut, RpcError> {
    let variables = subject.template_variables();
    let made = || inspect::message(subject.tokenizer(), subject.template(), &variables, &params.text);
    // Whatever a template does, the worker goes on.
    panic::caught(made).unwrap_or_else(|message| Err(RpcError::new(ErrorKind::TemplateFailed, message)))
}

/// # Errors
/// `InvalidParams` for a text that is too long; where the steps can't be told.
pub fn steps(params: &StepsOf, subject: &Subject) -> Result<TextSteps, RpcError> {
    inspect::steps(subject.tokenizer(), params)
}

/// # Errors
/// `InvalidParams` for a text that is too long.
pub fn guises(params: &GuisesOf, subject: &Subject) -> Result<Guises, RpcError> {
    inspect::guises(subject.tokenizer(), params).map(|guises| Guises { guises })
}

/// # Errors
/// Where the tokenizer fails on the text that comes of it.
pub fn from_ids(params: &IdsTyped, subject: &Subject) -> Result<TextFromIds, RpcError> {
    inspect::from_ids(subject.tokenizer(), &params.list)
}
