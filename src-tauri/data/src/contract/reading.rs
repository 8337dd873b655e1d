//! A text that the loaded model reads without writing anything: what it expected at every place.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_core::protocol::TokenRecord;
use vitrine_core::surprise::ReadSummary;

use super::AppError;

/// A token of the text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReadToken {
    /// Its place in the text, in bytes of UTF-8 (end exclusive).
    pub start: u32,
    pub end: u32,
    pub id: u32,
    /// In hex.
    pub bytes: String,
    pub special: bool,
    /// Its surprise; `None` for a first token that nothing stands before.
    pub bits: Option<f32>,
    /// What is known of a token of an answer, too. Its `position` is that in the window.
    pub record: Option<TokenRecord>,
}

/// How the reading goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ReadEvent {
    /// The text is cut and the model begins.
    Started {
        tokens: u32,
        /// Code points.
        characters: u32,
        /// Tokens that the model can see at once.
        window: u32,
        /// Tokens that a window sees again of the one before, before it goes on.
        overlap: u32,
        windows: u32,
        /// The model continues texts and was not made to answer: it knows best what to expect of one.
        plain_model: bool,
    },
    /// The next tokens, in order.
    Tokens {
        /// Index of the first.
        from: u32,
        tokens: Vec<ReadToken>,
    },
    Progress {
        /// Tokens.
        done: u32,
        total: u32,
        /// Once that can be told.
        seconds_left: Option<f32>,
    },
    /// It is over. Comes once.
    Ended {
        end: ReadEnd,
        /// Of what was read.
        summary: ReadSummary,
    },
}

/// How a reading ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "end", rename_all = "snake_case")]
pub enum ReadEnd {
    /// To the last token.
    Read,
    /// The user stopped it.
    Stopped,
    Failed {
        error: AppError,
    },
}
