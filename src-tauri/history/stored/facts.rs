//! How an answer came about, as it stands in `messages.facts`.

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
    to_json("facts", &StoredFacts::from(facts))
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

#[derive(Serialize, Deserialize)]
struct StoredFacts {
    model_name: String,
    model_fingerprint: String,
    #[serde(default, deserialize_with = "StoredTurn::in_part")]
    settings: StoredTurn,
    seed: u64,
    #[serde(default, with = "named", skip_serializing_if = "Option::is_none")]
    stop_reason: Option<StopReason>,
    prompt_tokens: u32,
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

impl From<&AnswerFacts> for StoredFacts {
    fn from(facts: &AnswerFacts) -> Self {
        let AnswerFacts {
            model_name,
            model_fingerprint,
            settings,
            seed,
            stop_reason,
            prompt_tokens,
            completion_tokens,
            first_token_ms,
            decode_ms,
            prompt_form,
            template_fallback,
            branch,
            left_out,
            prefill_tokens,
            compare,
            slot,
            error,
        } = facts.clone();
        Self {
            model_name,
            model_fingerprint,
            settings: settings.into(),
            seed,
            stop_reason,
            prompt_tokens,
            completion_tokens,
            first_token_ms,
            decode_ms,
            prompt_form,
            template_fallback,
            branch: branch.map(Into::into),
            left_out,
            prefill_tokens,
            compare,
            slot,
            error: error.map(Into::into),
        }
    }
}

impl From<StoredFacts> for AnswerFacts {
    fn from(stored: StoredFacts) -> Self {
        let StoredFacts {
            model_name,
            model_fingerprint,
            settings,
            seed,
            stop_reason,
            prompt_tokens,
            completion_tokens,
            first_token_ms,
            decode_ms,
            prompt_form,
            template_fallback,
            branch,
            left_out,
            prefill_tokens,
            compare,
            slot,
            error,
        } = stored;
        Self {
            model_name,
            model_fingerprint,
            settings: settings.into(),
            seed,
            stop_reason,
            prompt_tokens,
            completion_tokens,
            first_token_ms,
            decode_ms,
            prompt_form,
            template_fallback,
            branch: branch.map(Into::into),
            left_out,
            prefill_tokens,
            compare,
            slot,
            error: error.map(Into::into),
        }
    }
}

impl From<Branch> for StoredBranch {
    fn from(branch: Branch) -> Self {
        let Branch { from_message, token_index, choice, replaced } = branch;
        let choice = match choice {
            ForkChoice::Token { id } => StoredChoice::Token { id },
            ForkChoice::Text { text } => StoredChoice::Text { text },
            ForkChoice::RefuseEnd => StoredChoice::RefuseEnd,
            ForkChoice::Open => StoredChoice::Open,
        };
        let replaced = replaced.map(|token| {
            let ReplacedToken { id, bytes, special, probability } = token;
            StoredToken { id, bytes, special, probability }
        });
        Self { from_message, token_index, choice, replaced }
    }
}

impl From<StoredBranch> for Branch {
    fn from(stored: StoredBranch) -> Self {
        let StoredBranch { from_message, token_index, choice, replaced } = stored;
        let choice = match choice {
            StoredChoice::Token { id } => ForkChoice::Token { id },
            StoredChoice::Text { text } => ForkChoice::Text { text },
            StoredChoice::RefuseEnd => ForkChoice::RefuseEnd,
            StoredChoice::Open => ForkChoice::Open,
        };
        let replaced = replaced.map(|token| {
            let StoredToken { id, bytes, special, probability } = token;
            ReplacedToken { id, bytes, special, probability }
        });
        Self { from_message, token_index, choice, replaced }
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
