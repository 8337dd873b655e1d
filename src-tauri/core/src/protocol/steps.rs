//! `text/steps`: how a text becomes tokens, step by step.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Params of `text/steps`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepsOf {
    /// At most [`Self::MOST_BYTES`].
    pub text: String,
    /// Special tokens written in the text are read as such.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub special: bool,
}

impl StepsOf {
    /// A sentence or two, not a page.
    pub const MOST_BYTES: usize = 4096;
}

/// Result of `text/steps`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TextSteps {
    /// The tokens of the text, as `text/cut` gives them.
    pub ids: Vec<u32>,
    /// What happened before the model, in order.
    pub stages: Vec<Stage>,
    /// What the model was given, in order. Their ids, one after the other, are `ids`.
    pub words: Vec<WordSteps>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// Tokens that are matched as whole strings are cut out first.
    SpecialTokens,
    /// Rewrites characters.
    Normalizer,
    /// Splits into words, over whose borders nothing merges.
    PreTokenizer,
}

/// One stage before the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Stage {
    pub kind: StageKind,
    /// By the name that the format has for it: `NFC`, `Replace`, `ByteLevel`, `Split`, `qwen2` ...
    pub name: String,
    /// Its expression or setting; empty where it has none.
    pub detail: String,
    /// The parts of the text before.
    pub before: Vec<String>,
    /// And after; the same where it had nothing to do.
    pub after: Vec<String>,
}

/// How one word was cut.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct WordSteps {
    /// As the vocabulary writes it (with `▁` or `Ġ` for a space).
    pub text: String,
    /// Where it begins in the text, in bytes.
    pub start: u32,
    /// Where it ends (exclusive).
    pub end: u32,
    /// Its tokens.
    pub ids: Vec<u32>,
    pub steps: Steps,
}

/// Why a word is a token without further steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WholeReason {
    /// Matched as a whole string before anything else.
    SpecialToken,
    /// The vocabulary has the whole word, and is told to take it so.
    WholeWord,
    /// The vocabulary has whole words only.
    WordLevel,
}

/// What orders merges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RankedBy {
    /// The place in the list of merges.
    List,
    /// The score of the result.
    Score,
}

/// The steps of a word, by the kind of its model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Steps {
    Whole {
        reason: WholeReason,
    },
    /// Byte pairs: the row of symbols that it begins with, and what is joined, one after the other.
    Merges {
        ranked_by: RankedBy,
        symbols: Vec<Symbol>,
        merges: Vec<MergeStep>,
        /// A symbol that is left is no token, so it is written in bytes or as the unknown token.
        fallback: bool,
    },
    /// Every piece that fits somewhere, and the best ways through.
    Unigram {
        edges: Vec<LatticeEdge>,
        /// The best first, at most [`Steps::MOST_WAYS`].
        ways: Vec<LatticeWay>,
    },
    /// WordPiece: the longest piece from where the last one ended.
    Greedy {
        rounds: Vec<GreedyRound>,
    },
}

impl Steps {
    /// How many ways through a lattice are told.
    pub const MOST_WAYS: usize = 5;
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Symbol {
    /// `None` where the vocabulary has no token for it.
    pub id: Option<u32>,
    /// Its bytes in hex.
    pub bytes: String,
    /// As the vocabulary writes it.
    pub text: String,
}

/// Two neighbours become one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MergeStep {
    /// Place of the left one in the row as it is then; the right one follows it.
    pub at: u32,
    /// Lower goes first. In a list of merges its place, from 0.
    pub rank: u32,
    /// Of the result, where scores decide.
    pub score: Option<f32>,
    /// As the vocabulary writes it.
    pub left: String,
    pub right: String,
    pub result: Symbol,
}

/// A piece that fits into a word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LatticeEdge {
    /// Characters (Unicode scalar values) of the word before it.
    pub from: u32,
    /// And up to its end.
    pub to: u32,
    pub piece: String,
    pub id: u32,
    /// Logarithm of its probability.
    pub score: f32,
    /// It is on the best way.
    pub best: bool,
}

/// A way through the lattice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LatticeWay {
    pub pieces: Vec<String>,
    pub ids: Vec<u32>,
    /// The sum of the scores.
    pub score: f32,
}

/// One round of WordPiece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GreedyRound {
    /// Characters (Unicode scalar values) of the word that are done.
    pub from: u32,
    /// What was looked for in vain, the longest first.
    pub tried: Vec<String>,
    /// `None` where nothing fits: the whole word is the unknown token then.
    pub found: Option<Symbol>,
}
