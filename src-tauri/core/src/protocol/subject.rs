//! `tokenizer/open`, `tokenizer/summary` and `vocabulary/pieces`: a tokenizer that is looked at, with its model's weights
//! or without.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Params of `tokenizer/open`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenizerOpen {
    /// A GGUF, a `tokenizer.json`, a `tokenizer.model`, a `tekken.json` or a model folder; weights are not needed.
    pub path: String,
}

/// How the vocabulary makes tokens of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TokenizerKind {
    /// Byte-pair encoding with a list of merges (or ids that are ranks).
    Bpe,
    /// SentencePiece's byte-pair encoding: the merge whose result scores best goes first.
    SentencePieceBpe,
    /// Of all ways to cut, the most probable one.
    Unigram,
    /// The longest piece that fits, from left to right.
    WordPiece,
    /// Whole words.
    WordLevel,
}

/// What an id stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Piece {
    pub id: u32,
    /// Its bytes in hex, which may be no whole character; of a control token its name.
    pub bytes: String,
    /// A control token, not text.
    pub special: bool,
}

/// Result of `tokenizer/open` and `tokenizer/summary`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TokenizerSummary {
    /// The model's, where its file says one; else that of the file or folder.
    pub name: String,
    /// Empty for one that was made here.
    pub path: String,
    /// Names the vocabulary: the same for all that give their ids the same meaning (SHA-256 in hex, over all entries).
    pub fingerprint: String,
    pub kind: TokenizerKind,
    /// Its pieces are written in GPT-2's alphabet of bytes.
    pub byte_level: bool,
    /// It has a token for every single byte, for what no other token expresses.
    pub byte_fallback: bool,
    /// Number of ids.
    pub vocabulary_size: u32,
    /// Listed merges; 0 where it has no list.
    pub merges: u32,
    /// Control tokens in the order of their ids, at most [`Self::MOST_SPECIAL`].
    pub special: Vec<Piece>,
    /// How many control tokens there are.
    pub special_count: u32,
    /// Begins a text, where the model has one.
    pub bos_id: Option<u32>,
    /// End an answer.
    pub end_ids: Vec<u32>,
    pub has_chat_template: bool,
}

impl TokenizerSummary {
    /// Some vocabularies have thousands of reserved places.
    pub const MOST_SPECIAL: usize = 512;
}

/// Params of `vocabulary/pieces`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PiecesOf {
    /// At most [`Self::MOST`].
    pub ids: Vec<u32>,
}

impl PiecesOf {
    /// More than any window shows.
    pub const MOST: usize = 10_000;
}

/// Result of `vocabulary/pieces`: in the order asked for, without those that the vocabulary lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pieces {
    pub pieces: Vec<Piece>,
}
