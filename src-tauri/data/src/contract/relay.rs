//! The same question to several models, one after the other: what is asked, and what comes back.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_core::protocol::{LoadOptions, PromptForm, StopReason, TokenRecord};

use super::{AppError, LoadConsent, TurnSettings};

/// One of the models that are asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RelayModel {
    pub path: String,
    pub options: LoadOptions,
    pub consent: LoadConsent,
}

/// Asks every model the same, in this order. Each is loaded, answers once and is closed again; nothing is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RelayRequest {
    pub question: String,
    /// Without a seed, the one that the first model draws is taken for all of them.
    pub settings: TurnSettings,
    pub models: Vec<RelayModel>,
}

/// How it goes. `index`: which of the models, counted from 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum RelayEvent {
    Loading {
        index: u32,
        /// 0 to 1.
        fraction: f32,
    },
    /// It is loaded and reads the question, in this form.
    Writing { index: u32, prompt_form: PromptForm },
    /// The next tokens, in order.
    Tokens { index: u32, records: Vec<TokenRecord> },
    /// It is done and its memory free. Comes once for every model, also for those that were not reached.
    Ended { index: u32, end: RelayEnd },
}

/// How it ended for one model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "end", rename_all = "snake_case")]
pub enum RelayEnd {
    Answered {
        stop_reason: StopReason,
    },
    /// The user stopped the round before this model was done.
    Stopped,
    /// It could not be loaded or could not go on; the next one is asked all the same.
    Failed {
        error: AppError,
    },
}
