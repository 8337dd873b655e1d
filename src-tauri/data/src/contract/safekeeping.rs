//! How the history stands, its copies, and deleting for good.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::AppError;

/// Why a copy was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BackupKind {
    Daily,
    Weekly,
    /// Before a new version of the app changed the form of the history.
    BeforeMigration,
    /// Before everything was put back from another copy.
    BeforeRestore,
    /// A history that was damaged; what can be read of it.
    Damaged,
    /// A history that made room for another one, at the user's wish.
    Replaced,
    /// A file that the user chose.
    Chosen,
}

/// A copy of the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Backup {
    pub path: String,
    pub kind: BackupKind,
    #[ts(type = "number")]
    pub at: i64,
    #[ts(type = "number")]
    pub bytes: u64,
    /// Missing where it can't be read, with the reason in `error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub conversations: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub messages: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub error: Option<AppError>,
}

/// A conversation in a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupRow {
    /// The identity that it has in every copy.
    pub uid: String,
    pub title: String,
    #[ts(type = "number")]
    pub updated_at: i64,
    pub message_count: u32,
    /// The beginning of the last message.
    pub preview: String,
    /// It is in the history too, with as many messages or more.
    pub there: bool,
}

/// A look into a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupPage {
    pub total: u32,
    pub rows: Vec<BackupRow>,
}

/// How the history stands. In every state the app opens and can be talked to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum HistoryState {
    /// Open and whole.
    Open,
    /// Open for reading alone: a newer version of the app wrote it. What is written now is kept in memory.
    ReadOnly { error: AppError },
    /// There was a history in this folder, and now there is none or an empty one. Nothing is begun before the user decides.
    Missing {
        /// What the marker remembers.
        conversations: u32,
        #[ts(type = "number")]
        last_seen: i64,
        backups: Vec<Backup>,
    },
    /// It can't be opened or written now (no right, full disk, held by another app). What is written now is kept in memory and
    /// saved as soon as that works.
    Unavailable {
        error: AppError,
        /// Messages that wait to be saved.
        unsaved: u32,
    },
}

/// What the user decides about a history that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum MissingChoice {
    /// From one of the copies.
    Restore {
        path: String,
    },
    BeginAnew,
    /// It may be there again (a disk that was not connected).
    LookAgain,
}

/// What deleting for good did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PurgeReport {
    pub conversations: u32,
    /// Copies from which they were taken too.
    pub backups_rewritten: Vec<String>,
    /// Copies that could not be rewritten and were removed.
    pub backups_removed: Vec<String>,
    /// Copies that could be neither; they still hold what was deleted.
    pub backups_left: Vec<String>,
}
