//! How an answer came about.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::names::{known, or_default};
use super::{PromptForm, Slot, StopReason};

/// What is set for a turn. What another app did not tell is missing, and the importing app's default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Empty for none.
    #[serde(deserialize_with = "or_default")]
    pub system_prompt: String,
    #[serde(deserialize_with = "or_default")]
    pub sampling: Sampling,
    /// Most tokens of an answer.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
}

/// The settings of the sampling chain, with the meaning that docs/export-format.md gives.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sampling {
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f32>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f32>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub min_p: Option<f32>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub repetition_penalty: Option<f32>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<f32>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub presence_penalty: Option<f32>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub penalty_window: Option<u32>,
    /// `[id, bias]`; a bias of `None` (null) is minus infinity: the token is taken away.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub logit_bias: Vec<(u32, Option<f32>)>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// How an answer came about. What another app did not tell is missing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// Empty where it is not known.
    #[serde(deserialize_with = "or_default")]
    pub model_name: String,
    /// Of the model's file; names the vocabulary of `tokens`.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub model_fingerprint: Option<String>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    /// The seed in force.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    #[serde(deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub stop_reason: Option<StopReason>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub prompt_tokens: Option<u32>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub completion_tokens: Option<u32>,
    /// Milliseconds to the first token.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub first_token_ms: Option<f32>,
    /// Milliseconds from the first token to the last.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub decode_ms: Option<f32>,
    #[serde(deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub prompt_form: Option<PromptForm>,
    /// Why that form is not the model's own template.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub template_fallback: Option<String>,
    /// Where it left another version.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub branch: Option<Branch>,
    /// Uids of messages of the path that the model did not get.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub left_out: Option<Vec<String>>,
    /// How many tokens at the beginning were given by the user.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub prefill_tokens: Option<u32>,
    /// The same in the answers of one comparison: the uid of the first.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub compare: Option<String>,
    #[serde(deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub slot: Option<Slot>,
    /// Where it ended badly.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// Members that this version does not know, kept as they are.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// Where a version left another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    /// Uid of the other version.
    pub from: String,
    /// The first token that is this version's own, counted from 0.
    pub token_index: u32,
    pub choice: Choice,
    /// What stood there in the other version; missing where it had ended.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub replaced: Option<Replaced>,
}

/// What stands at a fork instead of what was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Choice {
    #[serde(rename = "token")]
    Token { id: u32 },
    #[serde(rename = "text")]
    Text { text: String },
    /// Anything but the end.
    #[serde(rename = "refuse_end")]
    RefuseEnd,
    /// Whatever the settings draw.
    #[serde(rename = "open")]
    Open,
    /// A kind that this version does not know.
    #[serde(other, rename = "not_known")]
    NotKnown,
}

/// A token that a version has no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Replaced {
    pub id: u32,
    /// In hex; empty for a control token.
    pub bytes: String,
    #[serde(default)]
    pub special: bool,
    #[serde(with = "super::names::float")]
    pub probability: f32,
}

/// An error as a code, a technical detail, and facts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Failure {
    pub code: String,
    #[serde(deserialize_with = "or_default")]
    pub detail: String,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Map::is_empty")]
    pub facts: Map<String, Value>,
}
