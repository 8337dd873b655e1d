//! Enums that stand in a document by name. A name that this version does not know is "not known" (`None`), never an
//! error: a document of a later version is read as far as it is understood.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An enum that is written by name.
pub trait Named: Copy + 'static {
    /// Every value, in the order in which docs/export-format.md has them.
    const ALL: &'static [Self];

    fn name(self) -> &'static str;

    /// `None` for a name that is not known.
    fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.name() == name)
    }
}

/// Names never change: a value that is renamed in the code keeps its name here.
macro_rules! named {
    ($(#[$about:meta])* $type:ident { $($(#[$note:meta])* $variant:ident = $name:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $type { $($(#[$note])* $variant),+ }

        impl Named for $type {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    };
}

named!(
    /// Who speaks.
    Role { System = "system", User = "user", Assistant = "assistant" }
);

named!(
    /// How a message stands.
    Status {
        Complete = "complete",
        /// It was cut off while it was written; what is here was saved.
        Interrupted = "interrupted",
    }
);

named!(
    /// Why an answer ended.
    StopReason {
        EndToken = "end_token",
        Limit = "limit",
        ContextFull = "context_full",
        StopString = "stop_string",
        Stopped = "stopped",
        Failed = "failed",
    }
);

named!(
    /// In which form a model received a conversation.
    PromptForm { Template = "template", Completion = "completion", Plain = "plain" }
);

named!(
    /// Which of two models side by side answered.
    Slot { A = "a", B = "b" }
);

named!(
    /// Whose words a run of tokens of a prompt is.
    SegmentKind {
        /// What the template adds.
        Markup = "markup",
        System = "system",
        User = "user",
        Assistant = "assistant",
    }
);

named!(
    /// How the bytes of an attached file were read as text.
    Encoding { Utf8 = "utf_8", Utf16 = "utf_16", Gb18030 = "gb18030" }
);

named!(
    /// The rule of the sampling chain that took a candidate away.
    CutRule {
        Greedy = "greedy",
        TopK = "top_k",
        TopP = "top_p",
        MinP = "min_p",
        LogitBias = "logit_bias",
    }
);

named!(
    /// Who decided on a token.
    Origin { Sampled = "sampled", Chosen = "chosen", Forced = "forced" }
);

/// For `serde(deserialize_with)`: `None` for what is no known name.
pub(crate) fn known<'de, T: Named, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(Value::deserialize(deserializer)?.as_str().and_then(T::of))
}

/// For `serde(deserialize_with)`: the default for what can't be read. Not for what is large: it is held twice.
pub(crate) fn or_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: serde::de::DeserializeOwned + Default,
    D: Deserializer<'de>,
{
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).unwrap_or_default())
}

/// A float as it is written: JSON has no infinity and no NaN, so these are null, and null is NaN again.
pub(crate) mod float {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(value: &f32, serializer: S) -> Result<S::Ok, S::Error> {
        match value.is_finite() {
            true => serializer.serialize_f32(*value),
            false => serializer.serialize_unit(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f32, D::Error> {
        Ok(Option::<f32>::deserialize(deserializer)?.unwrap_or(f32::NAN))
    }
}
