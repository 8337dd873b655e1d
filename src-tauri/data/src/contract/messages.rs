//! Messages: how they came about, and the tree that they are.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_core::protocol::{PromptForm, Role, StopReason};

use super::{AppError, Attachment, ForkChoice, ModelSlot, TurnSettings};

/// How a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MessageStatus {
    /// Being written now.
    Streaming,
    /// Whole.
    Complete,
    /// The app or the worker ended while it was being written; what is here was saved.
    Interrupted,
}

/// A token that a version has no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReplacedToken {
    pub id: u32,
    /// In hex; empty for a control token.
    pub bytes: String,
    pub special: bool,
    pub probability: f32,
}

/// Where a version left another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Branch {
    #[ts(type = "number")]
    pub from_message: i64,
    /// The first token that is this version's own.
    pub token_index: u32,
    pub choice: ForkChoice,
    /// What stood there in the other version; missing where it had ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub replaced: Option<ReplacedToken>,
}

/// How an answer came about; with the message for ever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AnswerFacts {
    pub model_name: String,
    pub model_fingerprint: String,
    pub settings: TurnSettings,
    /// The seed in force.
    #[ts(type = "number")]
    pub seed: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub stop_reason: Option<StopReason>,
    pub prompt_tokens: u32,
    pub completion_tokens: u32,
    /// Milliseconds to the first token.
    pub first_token_ms: f32,
    /// Milliseconds from the first token to the last.
    pub decode_ms: f32,
    /// In which form the model received the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub prompt_form: Option<PromptForm>,
    /// Why that form is not its own template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub template_fallback: Option<String>,
    /// The version that this one begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub branch: Option<Branch>,
    /// Messages of the path that the model did not get, because the context was full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number[]")]
    pub left_out: Option<Vec<i64>>,
    /// How many tokens at the beginning were given by the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub prefill_tokens: Option<u32>,
    /// The same in the answers of one comparison: the id of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub compare: Option<i64>,
    /// Which slot wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub slot: Option<ModelSlot>,
    /// Where it ended badly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub error: Option<AppError>,
}

impl AnswerFacts {
    /// Of an answer that has not begun. The seed is that of the settings, or 0 until one is drawn.
    pub fn first(
        model_name: impl Into<String>,
        model_fingerprint: impl Into<String>,
        settings: TurnSettings,
    ) -> Self {
        Self {
            model_name: model_name.into(),
            model_fingerprint: model_fingerprint.into(),
            seed: settings.sampling.seed.unwrap_or(0),
            settings,
            stop_reason: None,
            prompt_tokens: 0,
            completion_tokens: 0,
            first_token_ms: 0.0,
            decode_ms: 0.0,
            prompt_form: None,
            template_fallback: None,
            branch: None,
            left_out: None,
            prefill_tokens: None,
            compare: None,
            slot: None,
            error: None,
        }
    }
}

/// One message of the tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Message {
    #[ts(type = "number")]
    pub id: i64,
    #[ts(type = "number")]
    pub conversation_id: i64,
    #[ts(type = "number | null")]
    pub parent_id: Option<i64>,
    pub role: Role,
    pub text: String,
    pub status: MessageStatus,
    #[ts(type = "number")]
    pub created_at: i64,
    /// Stays in the context when others fall out.
    pub pinned: bool,
    /// Text files that go with a question.
    pub attachments: Vec<Attachment>,
    /// Of an assistant message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub facts: Option<AnswerFacts>,
    /// All versions at this place, oldest first, this one among them.
    #[ts(type = "number[]")]
    pub versions: Vec<i64>,
}

/// Where a conversation is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Keeping {
    /// In the history.
    Saved,
    /// In memory, with a change at least, until the history can be written.
    Unsaved,
    /// In memory alone; it is gone when the app ends.
    Private,
}

/// A conversation in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ConversationSummary {
    #[ts(type = "number")]
    pub id: i64,
    /// As the user named it, else the beginning of the first question.
    pub title: String,
    #[ts(type = "number")]
    pub created_at: i64,
    #[ts(type = "number")]
    pub updated_at: i64,
    pub message_count: u32,
    /// The beginning of the last message.
    pub preview: String,
    /// The model of the last answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub model_name: Option<String>,
    pub starred: bool,
    pub pinned: bool,
    pub archived: bool,
    /// The folder that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub folder: Option<i64>,
    /// When it went into the bin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub deleted_at: Option<i64>,
    /// Something stands in its composer that was not sent.
    pub draft: bool,
    pub keeping: Keeping,
}

/// A conversation as the Chat view shows it: the end of the path from the root to the active leaf. Where the first of
/// `messages` has a parent there is more before it, which `conversation_earlier` gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Conversation {
    #[ts(type = "number")]
    pub id: i64,
    pub title: String,
    pub settings: TurnSettings,
    pub messages: Vec<Message>,
    pub keeping: Keeping,
}

/// A message in the tree map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TreeNode {
    #[ts(type = "number")]
    pub id: i64,
    #[ts(type = "number | null")]
    pub parent_id: Option<i64>,
    pub role: Role,
    pub status: MessageStatus,
    /// The first 60 characters.
    pub excerpt: String,
    /// Of a version that begins like the one that it left, or like the first one: 60 characters from where it
    /// becomes another. It begins with a whole word, and where a token was replaced with what stands there instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub parting: Option<String>,
    /// On the path that is shown.
    pub active: bool,
    /// Of an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub model_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub stop_reason: Option<StopReason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tokens: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub branch: Option<Branch>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub compare: Option<i64>,
    /// Which slot wrote an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub slot: Option<ModelSlot>,
    /// Why an answer has no end of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub error: Option<AppError>,
}

/// All branches of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ConversationTree {
    #[ts(type = "number")]
    pub conversation_id: i64,
    #[ts(type = "number | null")]
    pub active_leaf: Option<i64>,
    /// Parents before children, versions oldest first.
    pub nodes: Vec<TreeNode>,
}
