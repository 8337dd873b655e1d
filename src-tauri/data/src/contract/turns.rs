//! Asking for answers: turns, forks, one token at a time, guesses.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_core::protocol::{LoadOptions, StepOffer, TokenRecord};

use super::{Conversation, LoadConsent, Message, TurnSettings};

/// A place for a loaded model. `a` is the one that everything uses; `b` is the second of a comparison.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ModelSlot {
    #[default]
    A,
    B,
}

/// How an answer is written: in one go, or token by token as the user chooses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    #[default]
    Run,
    Step,
}

/// What stands at the fork instead of what was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ForkChoice {
    /// This token (of the alternatives, or of the whole vocabulary).
    Token { id: u32 },
    /// A typed piece, whatever tokens it takes.
    Text { text: String },
    /// Anything but the end: "go on anyway". Only for this one token; later the model may end.
    RefuseEnd,
    /// Whatever the settings draw; with pace `step`, stepping begins here.
    Open,
}

/// Asks for a turn. `prefill`: the beginning of the answer, given by the user (origin `forced`).
/// `pace`: `run` where missing. `slot`: which model answers, `a` where missing.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TurnRequest {
    /// A new user message at the end of the active path; a new conversation where none is given.
    Say {
        #[ts(type = "number | null")]
        conversation_id: Option<i64>,
        text: String,
        settings: TurnSettings,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional, type = "number[]")]
        attachments: Option<Vec<i64>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        prefill: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pace: Option<Pace>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        slot: Option<ModelSlot>,
    },
    /// Another version of an answer, also with another model than the first. The id of a question
    /// stands for its answer. `once`: the settings are this version's alone.
    Regenerate {
        #[ts(type = "number")]
        message_id: i64,
        settings: TurnSettings,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        once: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        prefill: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pace: Option<Pace>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        slot: Option<ModelSlot>,
    },
    /// A sibling of a user message (a branch), and its answer.
    EditQuestion {
        #[ts(type = "number")]
        message_id: i64,
        text: String,
        settings: TurnSettings,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional, type = "number[]")]
        attachments: Option<Vec<i64>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        prefill: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pace: Option<Pace>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        slot: Option<ModelSlot>,
    },
    /// What if: a sibling version that shares the tokens before `token_index` (counted from 0, as the
    /// stored records are), has `choice` there, and goes on. The shared tokens come first, in one
    /// `tokens` event. Needs the model that wrote the answer (`other_model` otherwise).
    Fork {
        #[ts(type = "number")]
        message_id: i64,
        token_index: u32,
        choice: ForkChoice,
        settings: TurnSettings,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pace: Option<Pace>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        slot: Option<ModelSlot>,
    },
    /// Goes on where an answer ended: a sibling version with all its tokens and more. One that ended
    /// with the end token has it refused once.
    Continue {
        #[ts(type = "number")]
        message_id: i64,
        settings: TurnSettings,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pace: Option<Pace>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        slot: Option<ModelSlot>,
    },
    /// A question to two models. The two answers are versions of each other with the same
    /// `compare` in their facts. They are written side by side by the models in both slots; or, where `second`
    /// is given, one after the other.
    Compare {
        #[ts(type = "number | null")]
        conversation_id: Option<i64>,
        text: String,
        settings: TurnSettings,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional, type = "number[]")]
        attachments: Option<Vec<i64>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        second: Option<SecondModel>,
    },
}

/// The second model of a comparison where memory does not allow both at once: when the first has answered it is
/// closed, this one is loaded into slot b and answers, is closed, and the first is loaded again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SecondModel {
    pub path: String,
    pub options: LoadOptions,
    pub consent: LoadConsent,
}

impl TurnRequest {
    /// The settings of the turn.
    pub fn settings(&self) -> &TurnSettings {
        match self {
            Self::Say { settings, .. }
            | Self::Regenerate { settings, .. }
            | Self::EditQuestion { settings, .. }
            | Self::Fork { settings, .. }
            | Self::Continue { settings, .. }
            | Self::Compare { settings, .. } => settings,
        }
    }

    /// The same, where the conversation goes on with them. A version that leaves another one is written as that was,
    /// its seed included, which would otherwise be drawn again by every answer to come.
    pub fn lasting_settings(&self) -> Option<&TurnSettings> {
        match self {
            Self::Fork { .. } | Self::Continue { .. } | Self::Regenerate { once: Some(true), .. } => None,
            Self::Say { settings, .. }
            | Self::Regenerate { settings, .. }
            | Self::EditQuestion { settings, .. }
            | Self::Compare { settings, .. } => Some(settings),
        }
    }

    /// How it is written.
    pub fn pace(&self) -> Pace {
        let pace = match self {
            Self::Say { pace, .. }
            | Self::Regenerate { pace, .. }
            | Self::EditQuestion { pace, .. }
            | Self::Fork { pace, .. }
            | Self::Continue { pace, .. } => *pace,
            Self::Compare { .. } => None,
        };
        pace.unwrap_or_default()
    }

    /// The models that are to answer.
    pub fn slots(&self) -> Vec<ModelSlot> {
        match self {
            Self::Say { slot, .. }
            | Self::Regenerate { slot, .. }
            | Self::EditQuestion { slot, .. }
            | Self::Fork { slot, .. }
            | Self::Continue { slot, .. } => vec![slot.unwrap_or_default()],
            Self::Compare { .. } => vec![ModelSlot::A, ModelSlot::B],
        }
    }

    /// The model that is loaded for the second answer, where memory does not allow both at once.
    pub fn second(&self) -> Option<&SecondModel> {
        match self {
            Self::Compare { second, .. } => second.as_ref(),
            _ => None,
        }
    }

    /// What the user typed, where they did.
    pub fn question(&self) -> Option<(&str, &[i64])> {
        match self {
            Self::Say { text, attachments, .. }
            | Self::EditQuestion { text, attachments, .. }
            | Self::Compare { text, attachments, .. } => {
                Some((text, attachments.as_deref().unwrap_or_default()))
            }
            Self::Regenerate { .. } | Self::Fork { .. } | Self::Continue { .. } => None,
        }
    }

    /// The beginning of the answer, where the user gave it.
    pub fn prefill(&self) -> &str {
        match self {
            Self::Say { prefill, .. }
            | Self::Regenerate { prefill, .. }
            | Self::EditQuestion { prefill, .. } => prefill.as_deref().unwrap_or_default(),
            Self::Fork { .. } | Self::Continue { .. } | Self::Compare { .. } => "",
        }
    }
}

/// What a turn reports over its channel. Batched: at most one message of tokens in 33 ms and answer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TurnEvent {
    /// Question and empty answer are in the history. In a comparison, `second_id` is the answer of slot b.
    Started {
        conversation: Conversation,
        #[ts(type = "number")]
        message_id: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional, type = "number")]
        second_id: Option<i64>,
    },
    /// New tokens of an answer, in order.
    Tokens {
        #[ts(type = "number")]
        message_id: i64,
        records: Vec<TokenRecord>,
    },
    /// Step mode: the candidates are on the table; `stepChoose` goes on, `chatStop` ends it.
    Waiting {
        #[ts(type = "number")]
        message_id: i64,
        offer: StepOffer,
    },
    /// The message as it was saved. The last event of this answer.
    Ended { message: Box<Message> },
}

/// What to do with the token that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StepChoice {
    Token {
        id: u32,
    },
    /// A typed piece; all of its tokens are taken.
    Text {
        text: String,
    },
    /// The one with the highest chance.
    Best,
    /// Let the settings draw.
    Sample,
    /// Let the settings draw, and go on without stopping.
    RunOn,
}

/// What the model thinks of a token that was guessed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct GuessedToken {
    pub id: u32,
    pub bytes: String,
    pub probability: f32,
    pub settings_probability: f32,
    pub rank: u32,
}

/// How good a guess is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum Guess {
    /// `tokens`: the first token of the guess. Where the guess has more, only the first can be
    /// judged here; `pieces` says how many it has.
    Exact { tokens: Vec<GuessedToken>, pieces: u32, vocabulary_size: u32 },
    /// Not among the stored candidates, and the model that wrote the answer is not loaded. It has
    /// at most the probability `at_most`.
    NotListed { listed: u32, at_most: f32 },
}
