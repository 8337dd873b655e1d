//! The token inspector: which tokenizers it looks at, and two of them side by side.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_core::protocol::{TokenCut, TokenizerSummary};

/// Where a tokenizer stands in the inspector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SubjectPlace {
    /// What is inspected: a file that was opened here, else the model in slot a, else the bundled one.
    A,
    /// What it is compared with; empty until something is opened here.
    B,
    /// What was trained here.
    Trained,
}

/// Where a tokenizer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SubjectSource {
    /// It is the loaded model's.
    Loaded,
    /// It comes with the app.
    Starter,
    /// The user opened its file.
    File,
    Trained,
}

/// A tokenizer in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TokenizerSubject {
    pub place: SubjectPlace,
    pub source: SubjectSource,
    /// Another tokenizer has another key: what is known by ids holds for as long as this stays.
    pub key: String,
    pub summary: TokenizerSummary,
}

/// The same text by two tokenizers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Comparison {
    /// Bytes of UTF-8 of the text.
    pub bytes: u32,
    /// Extended grapheme clusters.
    pub characters: u32,
    pub a: TokenCut,
    pub b: TokenCut,
    /// Stretches in which the two cut otherwise, in bytes (end exclusive), in order. Outside of them both cut at the
    /// same places.
    pub differences: Vec<(u32, u32)>,
    /// Groups of tokens that both have over the very same bytes.
    pub shared: u32,
}

/// Languages of the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SampleLanguage {
    Zh,
    En,
    Ja,
    Ko,
    Ar,
    Hi,
    Ru,
    Es,
}

/// How many tokens a place takes for a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LanguageTokens {
    pub place: SubjectPlace,
    pub tokens: u32,
}

/// The same plain sentence in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LanguageRow {
    pub language: SampleLanguage,
    pub text: String,
    /// Extended grapheme clusters.
    pub characters: u32,
    pub bytes: u32,
    /// One for every place that has a tokenizer.
    pub counts: Vec<LanguageTokens>,
}
