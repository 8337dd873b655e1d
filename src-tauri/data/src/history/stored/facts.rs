//! How an answer came about, as it stands in `messages.facts`.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vitrine_core::protocol::{PromptForm, StopReason};

use super::settings::StoredTurn;
use super::{named, or_default};
use crate::contract::{
    AnswerFacts, AppError, Branch, ErrorCode, ForkChoice, ModelSlot, ReplacedToken, ShellErrorCode,
};
use crate::error::Error;
use crate::history::to_json;

/// Facts as text.
pub fn facts_to(facts: &AnswerFacts) -> Result<String, Error> {
    to_json("facts", &StoredFacts::from(facts.clone()))
}

/// What [`facts_to`] wrote, now or in an earlier version. `None`, and a warning, for what is no account of an
/// answer: the message itself is shown all the same.
pub fn facts_from(text: &str) -> Option<AnswerFacts> {
    match serde_json::from_str::<StoredFacts>(text) {
        Ok(stored) => Some(stored.into()),
        Err(error) => {
            tracing::warn!(%error, "stored facts of an answer that can't be read");
            None
        }
    }
}

/// Stored facts for the copy of an answer: messages that they name are those of the copy. The comparison, the branch and
/// the omission of a message that was not copied are gone; everything else stays as it is, also what this
/// version doesn't know.
pub fn facts_for_copy(text: &str, messages: &HashMap<i64, i64>) -> String {
    let Ok(Value::Object(mut facts)) = serde_json::from_str(text) else { return text.to_owned() };
    let copy = |value: &Value| value.as_i64().and_then(|id| messages.get(&id).copied()).map(Value::from);
    if let Some(compare) = facts.remove("compare").as_ref().and_then(copy) {
        facts.insert("compare".into(), compare);
    }
    if let Some(Value::Object(mut branch)) = facts.remove("branch") {
        if let Some(from) = branch.get("from_message").and_then(copy) {
            branch.insert("from_message".into(), from);
            facts.insert("branch".into(), Value::Object(branch));
        }
    }
    if let Some(left_out) = facts.get_mut("left_out").and_then(Value::as_array_mut) {
        *left_out = left_out.iter().filter_map(copy).collect();
    }
    Value::Object(facts).to_string()
}

#[derive(Serialize, Deserialize)]
struct StoredFacts {
    model_name: String,
    /// Of an answer that came from another app nothing but the model's name may be known: empty then, and counts are 0.
    #[serde(default, deserialize_with = "or_default")]
    model_fingerprint: String,
    #[serde(default, deserialize_with = "StoredTurn::in_part")]
    settings: StoredTurn,
    #[serde(default, deserialize_with = "or_default")]
    seed: u64,
    #[serde(default, with = "named", skip_serializing_if = "Option::is_none")]
    stop_reason: Option<StopReason>,
    #[serde(default, deserialize_with = "or_default")]
    prompt_tokens: u32,
    #[serde(default, deserialize_with = "or_default")]
    completion_tokens: u32,
    #[serde(default, deserialize_with = "or_default")]
    first_token_ms: f32,
    #[serde(default, deserialize_with = "or_default")]
    decode_ms: f32,
    #[serde(default, with = "named", skip_serializing_if = "Option::is_none")]
    prompt_form: Option<PromptForm>,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    template_fallback: Option<String>,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    branch: Option<StoredBranch>,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    left_out: Option<Vec<i64>>,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    prefill_tokens: Option<u32>,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    compare: Option<i64>,
    #[serde(default, with = "named", skip_serializing_if = "Option::is_none")]
    slot: Option<ModelSlot>,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    error: Option<StoredError>,
}

#[derive(Serialize, Deserialize)]
struct StoredBranch {
    from_message: i64,
    token_index: u32,
    choice: StoredChoice,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    replaced: Option<StoredToken>,
}

/// A kind that is not known makes the whole branch one: where it left says little without how.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind")]
enum StoredChoice {
    #[serde(rename = "token")]
    Token { id: u32 },
    #[serde(rename = "text")]
    Text { text: String },
    #[serde(rename = "refuse_end")]
    RefuseEnd,
    #[serde(rename = "open")]
    Open,
}

#[derive(Serialize, Deserialize)]
struct StoredToken {
    id: u32,
    bytes: String,
    special: bool,
    probability: f32,
}

#[derive(Serialize, Deserialize)]
struct StoredError {
    #[serde(default, with = "named")]
    code: Option<ErrorCode>,
    #[serde(default, deserialize_with = "or_default")]
    detail: String,
    #[serde(default, deserialize_with = "or_default")]
    facts: Map<String, Value>,
}

/// Two structs with the same members: each becomes the other. One that is missing here does not compile. Those of the second group
/// have a form of their own, those of the third too, where they are there.
macro_rules! alike {
    ($stored:ident, $told:ident { $($same:ident),+; $($other:ident),*; $($maybe:ident),* }) => {
        alike!(@ $stored, $told { $($same),+; $($other),*; $($maybe),* });
        alike!(@ $told, $stored { $($same),+; $($other),*; $($maybe),* });
    };
    (@ $from:ident, $to:ident { $($same:ident),+; $($other:ident),*; $($maybe:ident),* }) => {
        impl From<$from> for $to {
            fn from(from: $from) -> Self {
                let $from { $($same,)+ $($other,)* $($maybe,)* } = from;
                Self { $($same,)+ $($other: $other.into(),)* $($maybe: $maybe.map(Into::into),)* }
            }
        }
    };
}

alike!(StoredFacts, AnswerFacts {
    model_name, model_fingerprint, seed, stop_reason, prompt_tokens, completion_tokens, first_token_ms, decode_ms, prompt_form,
    template_fallback, left_out, prefill_tokens, compare, slot; settings; branch, error
});
alike!(StoredBranch, Branch { from_message, token_index; choice; replaced });
alike!(StoredToken, ReplacedToken { id, bytes, special, probability; ; });

impl From<ForkChoice> for StoredChoice {
    fn from(choice: ForkChoice) -> Self {
        match choice {
            ForkChoice::Token { id } => Self::Token { id },
            ForkChoice::Text { text } => Self::Text { text },
            ForkChoice::RefuseEnd => Self::RefuseEnd,
            ForkChoice::Open => Self::Open,
        }
    }
}

impl From<StoredChoice> for ForkChoice {
    fn from(choice: StoredChoice) -> Self {
        match choice {
            StoredChoice::Token { id } => Self::Token { id },
            StoredChoice::Text { text } => Self::Text { text },
            StoredChoice::RefuseEnd => Self::RefuseEnd,
            StoredChoice::Open => Self::Open,
        }
    }
}

impl From<AppError> for StoredError {
    fn from(error: AppError) -> Self {
        let AppError { code, detail, facts } = error;
        Self { code: Some(code), detail, facts }
    }
}

impl From<StoredError> for AppError {
    fn from(stored: StoredError) -> Self {
        let StoredError { code, detail, facts } = stored;
        Self { code: code.unwrap_or(ErrorCode::Shell(ShellErrorCode::Unknown)), detail, facts }
    }
}
