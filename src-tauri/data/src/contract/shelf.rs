//! Presets and attached files.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::TurnSettings;

/// Where a preset comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PresetKind {
    /// Always the most probable token.
    Exact,
    Balanced,
    Creative,
    /// The user's.
    Own,
}

/// Settings with a name. Those that come with the app have none of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Preset {
    pub id: String,
    pub kind: PresetKind,
    pub name: String,
    pub settings: TurnSettings,
}

/// How the bytes of a file were read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TextEncoding {
    #[serde(rename = "utf_8")]
    Utf8,
    #[serde(rename = "utf_16")]
    Utf16,
    Gb18030,
}

/// A text file that goes with a question, quoted under its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Attachment {
    #[ts(type = "number")]
    pub id: i64,
    pub name: String,
    /// Of the file.
    pub bytes: u32,
    pub characters: u32,
    /// Missing where another version of the app read it, in a way that this one does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub encoding: Option<TextEncoding>,
    /// The first 200 characters.
    pub excerpt: String,
    /// What it costs with the model that was loaded when it was read, quoting included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tokens: Option<u32>,
}
