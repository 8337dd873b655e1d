//! Settings: of a turn (`conversations.settings`, `presets.settings`, within facts) and of the app (`settings.value`).

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use vitrine_core::protocol::Sampling;

use super::{known, named, over_default};
use crate::contract::{
    DefaultContext, Language, Motion, Settings, Theme, Threads, TokenLayer, TourPlace, TurnSettings, Zoom,
};
use crate::error::Error;
use crate::history::to_json;

/// Settings of a turn as text.
pub fn turn_to(settings: &TurnSettings) -> Result<String, Error> {
    to_json("settings", &StoredTurn::from(settings.clone()))
}

/// What [`turn_to`] wrote, now or in an earlier version; the default for what is missing or can't be read.
pub fn turn_from(text: &str) -> TurnSettings {
    let stored = serde_json::from_str(text).unwrap_or_else(|error| {
        tracing::warn!(%error, "stored settings that can't be read");
        Value::Object(Map::new())
    });
    over_default::<StoredTurn>("turn", stored).into()
}

/// The app's settings, each member as JSON text under its key.
pub fn settings_to(settings: &Settings) -> Result<Vec<(String, String)>, Error> {
    let stored = StoredSettings::from(settings.clone());
    let members: Map<String, Value> = super::super::from_json("settings", &to_json("settings", &stored)?)?;
    members.into_iter().map(|(key, value)| Ok((key, to_json("settings", &value)?))).collect()
}

/// What [`settings_to`] wrote, now or in an earlier version; the default for what is missing or can't be read.
pub fn settings_from(stored: impl IntoIterator<Item = (String, String)>) -> Settings {
    let members = stored.into_iter().filter_map(|(key, text)| match serde_json::from_str(&text) {
        Ok(value) => Some((key, value)),
        Err(error) => {
            tracing::warn!(key, %error, "a setting goes back to its default");
            None
        }
    });
    over_default::<StoredSettings>("settings", Value::Object(members.collect())).into()
}

#[derive(Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoredTurn {
    system_prompt: String,
    sampling: StoredSampling,
    max_tokens: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(default)]
struct StoredSampling {
    temperature: f32,
    top_k: u32,
    top_p: f32,
    min_p: f32,
    repetition_penalty: f32,
    frequency_penalty: f32,
    presence_penalty: f32,
    penalty_window: u32,
    /// JSON has no infinity: a bias of minus infinity, which takes a token away, is null.
    logit_bias: Vec<(u32, Option<f32>)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(default)]
struct StoredSettings {
    #[serde(with = "named")]
    language: Option<Language>,
    #[serde(with = "named")]
    theme: Option<Theme>,
    turn: StoredTurn,
    #[serde(serialize_with = "named::serialize", deserialize_with = "token_layer")]
    token_layer: Option<TokenLayer>,
    token_numbers: bool,
    lens_open: bool,
    sidebar_open: bool,
    /// Per cent.
    zoom: f64,
    language_asked: bool,
    #[serde(with = "named")]
    motion: Option<Motion>,
    threads: Option<f64>,
    context_length: Option<f64>,
    #[serde(with = "named")]
    tour: Option<TourPlace>,
}

/// The first builds of version 0.1 knew only "on" and "off".
fn token_layer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TokenLayer>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(true) => Some(TokenLayer::Probability),
        Value::Bool(false) => Some(TokenLayer::Off),
        other => known(&other),
    })
}

impl StoredTurn {
    /// For `serde(deserialize_with)`.
    pub(super) fn in_part<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(over_default("turn", Value::deserialize(deserializer)?))
    }
}

impl Default for StoredTurn {
    fn default() -> Self {
        TurnSettings::default().into()
    }
}

impl Default for StoredSampling {
    fn default() -> Self {
        Sampling::default().into()
    }
}

impl Default for StoredSettings {
    fn default() -> Self {
        Settings::default().into()
    }
}

impl From<TurnSettings> for StoredTurn {
    fn from(settings: TurnSettings) -> Self {
        let TurnSettings { system_prompt, sampling, max_tokens } = settings;
        Self { system_prompt, sampling: sampling.into(), max_tokens }
    }
}

impl From<StoredTurn> for TurnSettings {
    fn from(stored: StoredTurn) -> Self {
        let StoredTurn { system_prompt, sampling, max_tokens } = stored;
        Self { system_prompt, sampling: sampling.into(), max_tokens }
    }
}

impl From<Sampling> for StoredSampling {
    fn from(sampling: Sampling) -> Self {
        let Sampling {
            temperature,
            top_k,
            top_p,
            min_p,
            repetition_penalty,
            frequency_penalty,
            presence_penalty,
            penalty_window,
            logit_bias,
            seed,
        } = sampling;
        let finite = |bias: f32| bias.is_finite().then_some(bias);
        Self {
            temperature,
            top_k,
            top_p,
            min_p,
            repetition_penalty,
            frequency_penalty,
            presence_penalty,
            penalty_window,
            logit_bias: logit_bias.into_iter().map(|(id, bias)| (id, finite(bias))).collect(),
            seed,
        }
    }
}

impl From<StoredSampling> for Sampling {
    fn from(stored: StoredSampling) -> Self {
        let StoredSampling {
            temperature,
            top_k,
            top_p,
            min_p,
            repetition_penalty,
            frequency_penalty,
            presence_penalty,
            penalty_window,
            logit_bias,
            seed,
        } = stored;
        let bias = |(id, bias): (u32, Option<f32>)| (id, bias.unwrap_or(f32::NEG_INFINITY));
        Self {
            temperature,
            top_k,
            top_p,
            min_p,
            repetition_penalty,
            frequency_penalty,
            presence_penalty,
            penalty_window,
            logit_bias: logit_bias.into_iter().map(bias).collect(),
            seed,
        }
    }
}

impl From<Settings> for StoredSettings {
    fn from(settings: Settings) -> Self {
        let Settings {
            language,
            language_asked,
            theme,
            zoom,
            motion,
            turn,
            threads,
            context_length,
            token_layer,
            token_numbers,
            lens_open,
            sidebar_open,
            tour,
        } = settings;
        Self {
            language: Some(language),
            language_asked,
            theme: Some(theme),
            zoom: u16::from(zoom).into(),
            motion: Some(motion),
            turn: turn.into(),
            threads: threads.map(|threads| u16::from(threads).into()),
            context_length: context_length.map(|context| u32::from(context).into()),
            token_layer: Some(token_layer),
            token_numbers,
            lens_open,
            sidebar_open,
            tour: Some(tour),
        }
    }
}

impl From<StoredSettings> for Settings {
    fn from(stored: StoredSettings) -> Self {
        let StoredSettings {
            language,
            language_asked,
            theme,
            zoom,
            motion,
            turn,
            threads,
            context_length,
            token_layer,
            token_numbers,
            lens_open,
            sidebar_open,
            tour,
        } = stored;
        Self {
            language: language.unwrap_or_default(),
            language_asked,
            theme: theme.unwrap_or_default(),
            zoom: Zoom::from(zoom),
            motion: motion.unwrap_or_default(),
            turn: turn.into(),
            threads: threads.map(Threads::from),
            context_length: context_length.map(DefaultContext::from),
            token_layer: token_layer.unwrap_or_default(),
            token_numbers,
            lens_open,
            sidebar_open,
            tour: tour.unwrap_or_default(),
        }
    }
}
