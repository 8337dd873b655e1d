//! `text/cut`, `text/message`, `text/guises` and `text/from_ids`: a text cut in several ways.
//!
//! Texts of a megabyte are cut while somebody types. So what comes back is rows of lengths and ids, never an object
//! a token; what an id stands for is asked for separately (`vocabulary/pieces`).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A way to cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CutRow {
    Words,
    /// Extended grapheme clusters: what a reader takes for one character.
    Characters,
    Tokens,
}

/// Params of `text/cut`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutText {
    pub text: String,
    /// Only these are made.
    pub rows: Vec<CutRow>,
    /// Special tokens written in the text are read as such, for the row of tokens.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub special: bool,
}

/// Result of `text/cut`. Each row has the lengths of its pieces in bytes; they sum up to [`Self::bytes`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TextCut {
    /// Bytes of UTF-8 of the text.
    pub bytes: u32,
    /// Words, and what stands between them (spaces, punctuation) as pieces of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub words: Option<Vec<u32>>,
    /// Pieces of `words` with a letter, a digit or a Chinese character in them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub word_count: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub characters: Option<Vec<u32>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tokens: Option<TokenCut>,
}

/// A text as tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TokenCut {
    pub ids: Vec<u32>,
    pub groups: TokenGroups,
    /// Which of `ids` are control tokens: their places in it, ascending.
    pub special: Vec<u32>,
}

/// Tokens and bytes of the text that belong together, in order: group i has `tokens[i]` tokens and `bytes[i]` bytes.
///
/// One token and some bytes; several tokens that share characters; a token that stands for nothing of the text (BOS, a
/// space put before it); or bytes that no token stands for. `tokens` sums up to the number of ids and `bytes` to the length of the
/// text, so every byte is in exactly one group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TokenGroups {
    pub tokens: Vec<u32>,
    pub bytes: Vec<u32>,
}

/// Params of `text/message`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutMessage {
    pub text: String,
}

/// Result of `text/message`: the text as a message of the user, through the chat template, with the assistant's turn open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MessageCut {
    /// The exact prompt.
    pub text: String,
    /// Which bytes of it are the message; the others are the template's. `None` where the template wrote it otherwise.
    pub content: Option<(u32, u32)>,
    /// Of `text`, special tokens read as such.
    pub cut: TokenCut,
}

/// Params of `text/guises`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuisesOf {
    /// At most [`Self::MOST_BYTES`].
    pub text: String,
}

impl GuisesOf {
    /// A word, not a page.
    pub const MOST_BYTES: usize = 1024;
}

/// How else a word may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GuiseKind {
    AsTyped,
    LeadingSpace,
    /// Without the white space around it.
    NoSpace,
    Lower,
    Upper,
    /// Each word with a capital.
    Title,
    /// Latin letters, digits and signs as wide as Chinese characters.
    FullWidth,
    HalfWidth,
    Simplified,
    Traditional,
    /// A letter and its accent as one character (NFC).
    Composed,
    /// As two (NFD).
    Decomposed,
}

/// A word in one guise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Guise {
    pub kind: GuiseKind,
    pub text: String,
    pub cut: TokenCut,
}

/// Result of `text/guises`. The first is the word as it was typed; no text stands there twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guises {
    pub guises: Vec<Guise>,
}

/// Params of `text/from_ids`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdsTyped {
    /// Numbers between white space or commas, or a JSON list.
    pub list: String,
}

/// What is wrong with an entry of a list of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum IdProblemKind {
    NoNumber,
    NotInVocabulary,
}

/// An entry that is no id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IdProblem {
    /// Which entry, counted from 0.
    pub index: u32,
    /// As it was written, at most 64 characters of it.
    pub given: String,
    pub problem: IdProblemKind,
}

/// A part of what ids stand for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TextPart {
    Text {
        text: String,
    },
    /// Bytes that are no whole character.
    Bytes {
        hex: String,
    },
    /// A control token.
    Special {
        id: u32,
        name: String,
    },
}

/// Result of `text/from_ids`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TextFromIds {
    /// The good ones, in order.
    pub ids: Vec<u32>,
    pub problems: Vec<IdProblem>,
    pub parts: Vec<TextPart>,
    /// The parts that are text, put together.
    pub text: String,
    /// Cutting `text` gives these very ids.
    pub round_trip: bool,
}
