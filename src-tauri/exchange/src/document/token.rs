//! The tokens of answers and prompts.

use std::collections::BTreeMap;

use serde::de::{Error as _, IgnoredAny, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::names::{float, known, or_default, Named};
use super::{CutRule, Origin, PromptForm, SegmentKind};

/// All that is known of one produced token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// Place in the whole sequence, prompt included.
    pub position: u32,
    pub id: u32,
    /// The bytes it stands for, in hex; empty for a control token.
    pub bytes: String,
    /// Whole characters that became complete with this token: none, one or several.
    pub text: String,
    /// The model's own opinion, 0 to 1.
    #[serde(with = "float")]
    pub probability: f32,
    /// After all settings, 0 to 1.
    #[serde(with = "float")]
    pub settings_probability: f32,
    /// Place by the model's own opinion; 1 is the most probable.
    pub rank: u32,
    /// Of the model's own distribution, in bits.
    #[serde(with = "float")]
    pub entropy: f32,
    /// The most probable candidates by the model's own opinion, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
    #[serde(default)]
    pub rest: Rest,
    /// `None` where it is not known.
    #[serde(default, deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Is it a control token, not text?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub special: bool,
    /// Microseconds from the previous token.
    #[serde(default)]
    pub micros: u32,
}

/// What all candidates beside the alternatives have together. Written as `[probability, settings_probability, count]`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rest {
    pub probability: f32,
    pub settings_probability: f32,
    pub count: u32,
}

/// One candidate. Written as `[id, bytes, probability, settings_probability, rank]`, and a sixth member, the name of the
/// rule, where one cut it: answers have thousands of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    pub id: u32,
    /// In hex; empty for a control token.
    pub bytes: String,
    pub probability: f32,
    pub settings_probability: f32,
    pub rank: u32,
    pub cut: Option<CutRule>,
}

/// What the model received for an answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prompt {
    /// Names the entry of `vocabularies` that has the pieces of `ids`.
    #[serde(deserialize_with = "or_default")]
    pub model_fingerprint: String,
    #[serde(deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub form: Option<PromptForm>,
    /// Exactly, in order.
    pub ids: Vec<u32>,
    /// They cover `ids`, in order.
    #[serde(deserialize_with = "or_default")]
    pub segments: Vec<Segment>,
}

/// A run of tokens of a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    pub start: u32,
    /// Exclusive.
    pub end: u32,
    #[serde(default, deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub kind: Option<SegmentKind>,
    /// Uid of the message whose words these are.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The pieces of a model's vocabulary that prompts of this conversation name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vocabulary {
    pub model_fingerprint: String,
    /// By id. Written as an array of `[id, bytes]`, with a third member `true` for a control token, ordered by id.
    #[serde(with = "pieces")]
    pub pieces: BTreeMap<u32, Piece>,
}

/// What an id stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Piece {
    /// In hex; of a control token, its name.
    pub bytes: String,
    pub special: bool,
}

/// A float that may be null (see [`float`]).
struct Written(f32);

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        float::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        float::deserialize(deserializer).map(Self)
    }
}

impl Serialize for Rest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (Written(self.probability), Written(self.settings_probability), self.count).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (probability, settings, count) = <(Written, Written, u32)>::deserialize(deserializer)?;
        Ok(Self { probability: probability.0, settings_probability: settings.0, count })
    }
}

impl Serialize for Alternative {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(5 + usize::from(self.cut.is_some())))?;
        seq.serialize_element(&self.id)?;
        seq.serialize_element(&self.bytes)?;
        seq.serialize_element(&Written(self.probability))?;
        seq.serialize_element(&Written(self.settings_probability))?;
        seq.serialize_element(&self.rank)?;
        if let Some(cut) = self.cut {
            seq.serialize_element(&cut)?;
        }
        seq.end()
    }
}

impl<'de> Deserialize<'de> for Alternative {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(AlternativeVisitor)
    }
}

struct AlternativeVisitor;

impl<'de> Visitor<'de> for AlternativeVisitor {
    type Value = Alternative;

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("[id, bytes, probability, settings_probability, rank, cut?]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Alternative, A::Error> {
        let found = Alternative {
            id: must(&mut seq)?,
            bytes: must(&mut seq)?,
            probability: must::<Written, _>(&mut seq)?.0,
            settings_probability: must::<Written, _>(&mut seq)?.0,
            rank: must(&mut seq)?,
            cut: seq.next_element::<String>()?.and_then(|name| CutRule::of(&name)),
        };
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(found)
    }
}

fn must<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(seq: &mut A) -> Result<T, A::Error> {
    seq.next_element()?.ok_or_else(|| A::Error::custom("too few members"))
}

/// See [`Vocabulary::pieces`].
mod pieces {
    use super::*;

    pub fn serialize<S: Serializer>(pieces: &BTreeMap<u32, Piece>, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(pieces.len()))?;
        for (id, piece) in pieces {
            match piece.special {
                true => seq.serialize_element(&(id, &piece.bytes, true))?,
                false => seq.serialize_element(&(id, &piece.bytes))?,
            }
        }
        seq.end()
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<u32, Piece>, D::Error> {
        Ok(Vec::<Row>::deserialize(deserializer)?.into_iter().map(|row| (row.0, row.1)).collect())
    }

    struct Row(u32, Piece);

    impl<'de> Deserialize<'de> for Row {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_seq(RowVisitor)
        }
    }

    struct RowVisitor;

    impl<'de> Visitor<'de> for RowVisitor {
        type Value = Row;

        fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
            formatter.write_str("[id, bytes, special?]")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Row, A::Error> {
            let id = must(&mut seq)?;
            let bytes = must(&mut seq)?;
            let special = seq.next_element()?.unwrap_or(false);
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            Ok(Row(id, Piece { bytes, special }))
        }
    }
}
