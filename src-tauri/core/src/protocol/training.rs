//! `training/start`, `training/rounds`, `training/cut`, `training/use`: a vocabulary that is learned from a text.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A text of our own to learn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TrainingSample {
    Chinese,
    English,
    /// One after the other.
    Both,
}

/// Params of `training/start`: exactly one of the two. What was learned before is gone then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TrainingStart {
    /// At most [`crate::training::MOST_TEXT_BYTES`] bytes.
    pub text: Option<String>,
    pub sample: Option<TrainingSample>,
}

/// Result of `training/start`: the text before the first round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TrainingStarted {
    /// Names this training in every other request.
    pub training: u32,
    pub text_bytes: u32,
    /// Words of the text, as GPT-2 splits it, and how many different ones there are.
    pub words: u32,
    pub distinct_words: u32,
    /// Length of the text in tokens. Every byte is one.
    pub tokens: u32,
    /// One token for each of the 256 bytes.
    pub vocabulary_size: u32,
    /// How the text begins.
    pub excerpt: String,
}

/// Params of `training/rounds`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TrainingAsk {
    pub training: u32,
    /// The first round to tell of, counted from 1. Rounds are run where they have not been.
    pub from: u32,
    /// Most rounds, 1 to 1000.
    pub count: u32,
}

/// A round: the pair that won, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TrainingRound {
    /// Counted from 1.
    pub round: u32,
    /// The two tokens that became one.
    pub left: u32,
    pub right: u32,
    /// The token that they became: a new one, or one that another pair had given before.
    pub id: u32,
    /// In hex, as the two next.
    pub bytes: String,
    pub left_bytes: String,
    pub right_bytes: String,
    /// How often the pair stood in the text, as the trainer counts: in `aaa`, `a a` stands twice.
    pub count: u32,
    /// After the round.
    pub vocabulary_size: u32,
    /// Length of the text in tokens after the round.
    pub tokens: u32,
}

/// Result of `training/rounds`: in order and without gaps, perhaps fewer than asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TrainingRounds {
    pub rounds: Vec<TrainingRound>,
    /// Are there more? `false` where no pair stands in the text twice any more.
    pub more: bool,
}

/// Params of `training/cut`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TrainingCut {
    pub training: u32,
    pub text: String,
    /// What the first so many rounds have learned.
    pub merges: u32,
}

/// Params of `training/pieces`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TrainingPieces {
    pub training: u32,
    pub ids: Vec<u32>,
}

/// Params of `training/use`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TrainingUse {
    pub training: u32,
    /// What the first so many rounds have learned.
    pub merges: u32,
}
