//! What the model receives, and what of it fits.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_core::protocol::{ContextFit, PromptForm, PromptToken, TurnFate};

use super::TurnSettings;

/// The coming turn, as it stands in the composer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Draft {
    #[ts(type = "number | null")]
    pub conversation_id: Option<i64>,
    pub text: String,
    #[ts(type = "number[]")]
    pub attachments: Vec<i64>,
    /// The beginning of the answer, where it is given.
    pub prefill: String,
    pub settings: TurnSettings,
}

/// Whose words a run of tokens is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    /// What the template adds: role markers, line ends, its own words.
    Markup,
    System,
    User,
    Assistant,
}

/// A run of tokens of the prompt. Segments cover the whole prompt, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PromptSegment {
    pub start: u32,
    /// Exclusive.
    pub end: u32,
    pub kind: SegmentKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub message_id: Option<i64>,
}

/// What the model really received, or will.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PromptView {
    pub tokens: Vec<PromptToken>,
    pub segments: Vec<PromptSegment>,
    /// Missing where another version of the app kept it, in a way that this one does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub form: Option<PromptForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub template_fallback: Option<String>,
    pub model_name: String,
    pub model_fingerprint: String,
    /// Messages of the path that are not in it.
    #[ts(type = "number[]")]
    pub left_out: Vec<i64>,
}

/// A message in the context meter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContextMessage {
    #[ts(type = "number")]
    pub message_id: i64,
    /// Exact, with what the template adds before it.
    pub tokens: u32,
    pub pinned: bool,
    pub fate: TurnFate,
}

/// What the coming turn would hold. A question falls out together with its answer, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContextPreview {
    pub context_length: u32,
    /// Room that is kept for the answer.
    pub reserved: u32,
    /// Tokens of the prompt as it would be sent.
    pub prompt_tokens: u32,
    pub system_tokens: u32,
    /// The question in the composer, attachments included, with what opens the answer's turn.
    pub draft_tokens: u32,
    /// The path, oldest first.
    pub messages: Vec<ContextMessage>,
    /// Where it is `too_long`, sending says `context_full`.
    pub fit: ContextFit,
}
