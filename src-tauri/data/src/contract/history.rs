//! The history: its lists, what is found in it, and what it adds up to.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_core::protocol::Origin;

use super::{ConversationSummary, Keeping};

/// Where a conversation is. A search among those that are kept finds archived ones too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HistoryPlace {
    /// In the list.
    #[default]
    Kept,
    /// Out of the way, and still found.
    Archived,
    /// Deleted; it goes for good after 30 days.
    Bin,
}

/// In which order the list is. Pinned ones come first in each but the bin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HistoryOrder {
    /// The last used first (in the bin: the last deleted first).
    #[default]
    Used,
    /// The newest first.
    Created,
    /// As dictionaries do, without regard to case.
    Title,
    /// The most messages first.
    Length,
}

/// In which script a conversation is mostly written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WrittenIn {
    Chinese,
    English,
    Other,
}

/// Which conversations are asked for; what is missing does not matter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct HistoryFilter {
    pub place: HistoryPlace,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub folder: Option<i64>,
    pub starred_only: bool,
    /// The name of a model that answered in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub written_in: Option<WrittenIn>,
    /// Last used at this time or later; milliseconds since 1970, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub from: Option<i64>,
    /// Last used before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub until: Option<i64>,
}

/// A stretch of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct HistoryPage {
    /// All that the filter lets through.
    pub total: u32,
    pub rows: Vec<ConversationSummary>,
}

/// A folder of conversations. Folders hold no folders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HistoryFolder {
    #[ts(type = "number")]
    pub id: i64,
    pub name: String,
    /// Conversations in it that are not in the bin.
    pub conversations: u32,
}

/// What a filter can be set to. Every count is one of all conversations, private ones and those that are not saved yet among them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct HistoryShelves {
    /// By name.
    pub folders: Vec<HistoryFolder>,
    /// Names of the models that answered anywhere, the most used first.
    pub models: Vec<String>,
    pub kept: u32,
    pub archived: u32,
    pub in_bin: u32,
}

/// What is done to conversations, to all that are named or to none of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum HistoryChange {
    Star {
        on: bool,
    },
    Pin {
        on: bool,
    },
    Archive {
        on: bool,
    },
    /// Into a folder, or out of all.
    Move {
        #[ts(type = "number | null")]
        folder: Option<i64>,
    },
    /// Into the bin, or out of it again.
    Delete {
        on: bool,
    },
}

/// What a text was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FoundIn {
    Title,
    Question,
    Answer,
    Thought,
    Attachment,
}

/// A piece of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExcerptPart {
    pub text: String,
    /// What was looked for.
    pub hit: bool,
}

/// One place at which something was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SearchHit {
    #[ts(type = "number")]
    pub conversation_id: i64,
    pub title: String,
    pub place: HistoryPlace,
    pub keeping: Keeping,
    pub found_in: FoundIn,
    /// Missing where the title was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub message_id: Option<i64>,
    /// About 90 characters around the first hit, in one line; `…` where something was left out.
    pub excerpt: Vec<ExcerptPart>,
    /// Of an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub model_name: Option<String>,
    /// When the message was written, or the conversation last used.
    #[ts(type = "number")]
    pub at: i64,
}

/// A stretch of what was found, the best first; what is in memory (not saved yet, private) before what is saved.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct SearchPage {
    /// Counted up to 1,000, and as many among conversations that are in memory.
    pub total: u32,
    /// There are more than were counted.
    pub more: bool,
    /// Messages that are not searched yet: what an earlier version of the app wrote is indexed while this one is used.
    pub waiting: u32,
    pub hits: Vec<SearchHit>,
}

/// What only token records know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MomentQuery {
    /// Tokens that had the least probability, the least first.
    MostSurprising,
    /// Answers that the limit of length cut off, the newest first.
    CutByLimit,
    /// Places where the end token was the most probable one and was not taken, the newest first.
    EndRefused,
    /// One token wherever it was written, the newest first: by all models whose vocabulary has this fingerprint
    /// (that of a tokenizer), or by the one model that has it.
    Token { fingerprint: String, id: u32 },
}

/// A place in an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Moment {
    #[ts(type = "number")]
    pub conversation_id: i64,
    pub title: String,
    #[ts(type = "number")]
    pub message_id: i64,
    pub token_index: u32,
    /// Up to 30 characters.
    pub before: String,
    /// In hex; of a control token its name.
    pub bytes: String,
    pub special: bool,
    /// Up to 30 characters.
    pub after: String,
    /// Of the token that was written, by the model itself.
    pub probability: f32,
    pub rank: u32,
    /// Minus the binary logarithm of the probability, in bits.
    pub surprise: f32,
    /// Missing where another version of the app wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub origin: Option<Origin>,
    pub model_name: String,
    #[ts(type = "number")]
    pub at: i64,
}

/// A stretch of moments. Private conversations have none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct MomentPage {
    /// Of the most surprising ones, counted up to 1,000.
    pub total: u32,
    /// Of a token: the mean over all its places, between 0 and 1; missing where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub mean_probability: Option<f32>,
    /// Answers whose tokens are not in the index yet.
    pub waiting: u32,
    pub moments: Vec<Moment>,
}

/// What stands in a composer and was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeptDraft {
    pub text: String,
    pub attachments: Vec<super::Attachment>,
}

/// Counts of one day and model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct UsageRow {
    /// `2026-11-30`, local time.
    pub day: String,
    pub model_name: String,
    pub answers: u32,
    /// Tokens of prompts.
    #[ts(type = "number")]
    pub read: u64,
    #[ts(type = "number")]
    pub written: u64,
    /// Mean over the written tokens, in bits; missing where there are no records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub mean_surprise: Option<f32>,
}

/// At how many tokens a rule of the sampling chain took candidates away, among the most probable ones that records keep (ten).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RuleCount {
    /// As in a candidate's `cut`.
    pub rule: String,
    #[ts(type = "number")]
    pub times: u64,
}

/// What the history adds up to, what is not saved yet with it. Private conversations leave no trace in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct HistoryStatistics {
    pub conversations: u32,
    pub questions: u32,
    pub answers: u32,
    /// Oldest day first.
    pub usage: Vec<UsageRow>,
    pub rules: Vec<RuleCount>,
    /// Answers whose tokens are not in the index yet.
    pub waiting: u32,
}
