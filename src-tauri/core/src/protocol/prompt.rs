//! `chat/prompt` and `vocabulary/search`: what a turn will look like to the model, and what it can say.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Role;

/// Params of `chat/prompt`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChatPrompt {
    /// Oldest first; the last one is the question and never left out.
    pub messages: Vec<PromptMessage>,
    /// Tokens that are kept free for the answer.
    #[serde(default)]
    pub reserve: u32,
    /// The beginning of the answer, where it is given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefill: String,
    /// The result also has the bytes of every token.
    #[serde(default)]
    pub tokens: bool,
}

/// One turn, and whether it may fall out of a full context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptMessage {
    pub role: Role,
    pub content: String,
    /// Stays, and with it the question or answer that it belongs to. A system message always stays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keep: bool,
}

/// In which form a model receives a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PromptForm {
    /// By the chat template of the model.
    Template,
    /// The model has none (a base model): the text itself, to be continued.
    Completion,
    /// Its template failed: names and line ends.
    Plain,
}

/// Is a turn in the prompt?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TurnFate {
    Kept,
    /// It fell out because the context is full.
    LeftOut,
}

/// What of a prompt belongs to one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptShare {
    pub fate: TurnFate,
    /// Tokens of the message and of what the template puts before it. The shares of the kept
    /// messages sum up to the prompt; that of one left out is what it would have cost.
    pub tokens: u32,
    /// Which tokens of the prompt are its content (`end` exclusive); empty where it was left out,
    /// or where the template changed it beyond recognition.
    pub start: u32,
    pub end: u32,
}

/// Does it fit?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ContextFit {
    All,
    SomeLeftOut,
    /// System prompt, kept turns and the question alone are too long.
    TooLong,
}

/// A token of a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PromptToken {
    pub id: u32,
    /// The bytes it stands for, in hex; of a control token, its name.
    pub bytes: String,
    pub special: bool,
}

/// Result of `chat/prompt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatPrompted {
    /// The exact prompt, without the prefill.
    pub ids: Vec<u32>,
    /// The beginning of the answer.
    pub prefill_ids: Vec<u32>,
    /// Of `ids`, then of `prefill_ids`, where asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Vec<PromptToken>>,
    /// One for each message, in their order.
    pub shares: Vec<PromptShare>,
    pub form: PromptForm,
    /// Why the template was not used, where `form` is not `template`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_fallback: Option<String>,
    pub fit: ContextFit,
}

/// Params of `vocabulary/search`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VocabularySearch {
    /// Looked for in the text of tokens.
    pub query: String,
    /// Most hits, 0 to 1000.
    pub limit: u32,
}

/// A token of the vocabulary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct VocabularyHit {
    pub id: u32,
    /// In hex; of a control token, its name.
    pub bytes: String,
    pub special: bool,
    /// What it has where a token waits in step mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub probability: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub settings_probability: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub rank: Option<u32>,
}

/// Result of `vocabulary/search`: exact hits first, then those that begin with the query, short ones first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VocabularyFound {
    pub hits: Vec<VocabularyHit>,
}
