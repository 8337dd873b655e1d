//! What the user set, and the bounds of it. A number from outside them is taken for the nearest, wherever it comes from: no
//! setting can keep the app from starting.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_core::protocol::{LoadOptions, Sampling, DEFAULT_CONTEXT};

/// What the user sets for a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct TurnSettings {
    /// Empty for none.
    pub system_prompt: String,
    pub sampling: Sampling,
    /// Most tokens of the answer.
    pub max_tokens: u32,
}

impl Default for TurnSettings {
    fn default() -> Self {
        Self { system_prompt: String::new(), sampling: Sampling::default(), max_tokens: 1024 }
    }
}

/// The colours of the interface.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    Light,
    Dark,
}

/// The language of the interface.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum Language {
    /// As the system has it.
    #[default]
    #[serde(rename = "system")]
    System,
    #[serde(rename = "zh-CN")]
    Chinese,
    #[serde(rename = "en")]
    English,
}

/// How answers are shown: as tokens coloured by one of two measures, or as formatted text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TokenLayer {
    /// By the model's probability of each token.
    #[default]
    Probability,
    /// By how far each token is behind the best option at its place.
    Surprise,
    Off,
}

/// Does the interface move?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// As the system has it.
    #[default]
    System,
    /// As little as can be, whatever the system says.
    Reduced,
}

/// How far the tour went. Its five steps are told in this order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TourPlace {
    /// Never taken: it is offered where a conversation begins.
    #[default]
    Offered,
    Ask,
    Point,
    Pin,
    WhatIf,
    Step,
    /// All was done.
    Done,
    /// Left, or not wanted.
    Away,
}

/// A number within bounds; what is beyond them becomes the nearest.
macro_rules! bounded {
    ($(#[$about:meta])* $name:ident($number:ty): $smallest:literal to $largest:literal) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
        #[ts(type = "number")]
        pub struct $name($number);

        impl $name {
            pub const SMALLEST: $number = $smallest;
            pub const LARGEST: $number = $largest;
        }

        impl From<$name> for $number {
            fn from(bounded: $name) -> Self {
                bounded.0
            }
        }

        impl From<f64> for $name {
            fn from(number: f64) -> Self {
                // Within these bounds it fits.
                Self(number.round().clamp(f64::from(Self::SMALLEST), f64::from(Self::LARGEST)) as $number)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                f64::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

bounded! {
    /// How large the window draws everything, text and all, in per cent of the system's size: 75 to 200.
    Zoom(u16): 75 to 200
}

bounded! {
    /// CPU threads of a model: 1 to 512. A machine that has fewer uses what it has.
    Threads(u16): 1 to 512
}

bounded! {
    /// Tokens that prompt and answer may have together: 512 to 1,048,576. A model whose own limit is lower takes that.
    DefaultContext(u32): 512 to 1_048_576
}

impl Zoom {
    /// 1.0 is the system's size.
    pub fn factor(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl Default for Zoom {
    fn default() -> Self {
        Self(100)
    }
}

/// What the user set; saved at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    pub language: Language,
    /// Was the user asked for the language, where the system's is none that the app has? `false` by default.
    pub language_asked: bool,
    pub theme: Theme,
    /// How large everything is drawn.
    pub zoom: Zoom,
    pub motion: Motion,
    /// For new conversations.
    pub turn: TurnSettings,
    /// CPU threads of a model, from the next load on; automatic where missing.
    pub threads: Option<Threads>,
    /// The context of a model for which no other is chosen, from the next load on; [`DEFAULT_CONTEXT`] where missing.
    pub context_length: Option<DefaultContext>,
    pub token_layer: TokenLayer,
    /// Are the surprising tokens' numbers written beside them? `false` by default.
    pub token_numbers: bool,
    /// Is the lens beside the view open? `true` by default.
    pub lens_open: bool,
    /// Are the conversations beside the chat open? `true` by default.
    pub sidebar_open: bool,
    pub tour: TourPlace,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Language::default(),
            language_asked: false,
            theme: Theme::default(),
            zoom: Zoom::default(),
            motion: Motion::default(),
            turn: TurnSettings::default(),
            threads: None,
            context_length: None,
            token_layer: TokenLayer::default(),
            token_numbers: false,
            lens_open: true,
            sidebar_open: true,
            tour: TourPlace::default(),
        }
    }
}

/// A part of the settings that goes back to how it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SettingsPart {
    /// Language, theme, size and motion.
    Look,
    /// The defaults of new conversations.
    Turn,
    /// How models are run: threads and context.
    Models,
    /// All that is set, but not what was done: the tour, and having been asked for the language.
    All,
}

impl Settings {
    /// The same with one part as it came.
    pub fn with_reset(self, part: SettingsPart) -> Self {
        let first = Self::default();
        match part {
            SettingsPart::Look => Self {
                language: first.language,
                theme: first.theme,
                zoom: first.zoom,
                motion: first.motion,
                ..self
            },
            SettingsPart::Turn => Self { turn: first.turn, ..self },
            SettingsPart::Models => {
                Self { threads: first.threads, context_length: first.context_length, ..self }
            }
            SettingsPart::All => Self { language_asked: self.language_asked, tour: self.tour, ..first },
        }
    }

    /// The context that a model is opened with by default, if its own `limit` allows it.
    pub fn usual_context(&self, limit: u32) -> u32 {
        self.context_length.map_or(DEFAULT_CONTEXT, u32::from).min(limit)
    }

    /// Threads for a model on a machine that can run so many at once; `None` leaves it to the worker.
    pub fn threads_on(&self, processors: u32) -> Option<u32> {
        self.threads.map(|threads| u32::from(threads.0).min(processors.max(1)))
    }

    /// What a load leaves open, as the user set it. `limit`: the longest context of the model.
    pub fn completed(&self, options: &LoadOptions, limit: u32, processors: u32) -> LoadOptions {
        LoadOptions {
            // A header that names no limit leaves it to the worker.
            context_length: options
                .context_length
                .or_else(|| Some(self.usual_context(limit)).filter(|&context| context > 0)),
            threads: options.threads.or_else(|| self.threads_on(processors)),
            ..options.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_out_of_bounds_is_the_nearest_one() {
        let read = |value: &str| serde_json::from_str::<Zoom>(value).expect(value).factor();
        let read = ["110", "75", "200", "50", "-30", "1e9", "124.6"].map(read);
        assert_eq!(read, [1.1, 0.75, 2.0, 0.75, 0.75, 2.0, 1.25]);
        assert_eq!(serde_json::to_string(&Zoom::default()).expect("a number"), "100");
        let read = |value: &str| u16::from(serde_json::from_str::<Threads>(value).expect(value));
        assert_eq!(["0", "-1", "3", "1e12"].map(read), [1, 1, 3, 512]);
        let read = |value: &str| u32::from(serde_json::from_str::<DefaultContext>(value).expect(value));
        assert_eq!(["0", "4096", "1e12"].map(read), [512, 4096, 1_048_576]);
    }

    #[test]
    fn settings_of_a_version_without_a_member_have_its_default() {
        let before: Settings = serde_json::from_str("{\"theme\":\"dark\"}").expect("readable");
        assert_eq!(before, Settings { theme: Theme::Dark, ..Settings::default() });
    }

    fn changed() -> Settings {
        Settings {
            language: Language::Chinese,
            language_asked: true,
            theme: Theme::Dark,
            zoom: Zoom(150),
            motion: Motion::Reduced,
            turn: TurnSettings { max_tokens: 5, ..TurnSettings::default() },
            threads: Some(Threads(3)),
            context_length: Some(DefaultContext(2048)),
            token_layer: TokenLayer::Off,
            token_numbers: true,
            lens_open: false,
            sidebar_open: false,
            tour: TourPlace::Done,
        }
    }

    #[test]
    fn a_part_goes_back_and_the_others_stay() {
        let turn = changed().with_reset(SettingsPart::Turn);
        assert_eq!(turn, Settings { turn: TurnSettings::default(), ..changed() });
        let models = changed().with_reset(SettingsPart::Models);
        assert_eq!(models, Settings { threads: None, context_length: None, ..changed() });
        let look = changed().with_reset(SettingsPart::Look);
        assert_eq!((look.zoom, look.theme, look.motion), (Zoom::default(), Theme::System, Motion::System));
        assert_eq!((look.language, look.turn), (Language::System, changed().turn));
        let all = changed().with_reset(SettingsPart::All);
        let expected = Settings { language_asked: true, tour: TourPlace::Done, ..Settings::default() };
        assert_eq!(all, expected, "what was done stays done");
    }

    #[test]
    fn a_load_takes_what_it_leaves_open_from_the_settings() {
        let open = LoadOptions::default();
        let first = Settings::default().completed(&open, 1 << 20, 8);
        assert_eq!((first.context_length, first.threads), (Some(DEFAULT_CONTEXT), None));
        assert_eq!(Settings::default().completed(&open, 256, 8).context_length, Some(256));
        let set = changed().completed(&open, 1 << 20, 8);
        assert_eq!((set.context_length, set.threads), (Some(2048), Some(3)));
        assert_eq!(changed().completed(&open, 1 << 20, 2).threads, Some(2), "on a smaller machine");
        let chosen = LoadOptions { context_length: Some(64), threads: Some(1), ..open };
        assert_eq!(changed().completed(&chosen, 1 << 20, 8), chosen);
    }
}
