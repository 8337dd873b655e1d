//! What helps when something is wrong with the app itself: its reports, its description, a missing font.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The app ended by a fault of its own when it last ran, and wrote this. Nothing that somebody typed is in it, and
/// no path with a user's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CrashReport {
    /// Milliseconds since 1970-01-01 UTC.
    #[ts(type = "number")]
    pub written_at_ms: i64,
    /// Plain text in English, for whoever mends it.
    pub text: String,
}

/// The app, the machine and their state, in words that may be given away: no text, no title, no name of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Diagnostics {
    /// Plain text in English, a fact a line.
    pub text: String,
}

/// This system has no font that can draw Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MissingFont {
    /// The package of this system that brings one; several names where the system is not known.
    pub package: String,
    /// What installs it when it is written into a terminal; missing where the system is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub command: Option<String>,
}
