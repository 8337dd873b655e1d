//! The shell's own error, and how it becomes the [`AppError`] that the UI acts on.
//!
//! Every kind of failure is a variant with its facts; the code that the UI sees is derived here
//! and nowhere else. Nothing matches on the English text, which is technical detail only.
//!
//! As a text ([`std::fmt::Display`]) an error may go into a log: it has none of the words that a worker said, since
//! those may quote a conversation. [`Error::detail`] has them, for the user alone.

use std::io;
use std::path::PathBuf;

use serde_json::{json, Map, Value};
use vitrine_core::protocol::{ErrorKind, RpcError};

use crate::contract::{AppError, ErrorCode, ShellErrorCode, TroubleKind};
use crate::exit::Exit;
use crate::history::CodecError;

/// What can fail in the shell.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The worker or the header reader refused, by name.
    #[error("refused: {}", .0.kind().name())]
    Engine(#[from] RpcError),
    /// `vitrine-worker` is nowhere, or the system does not start it.
    #[error("{program}: {source}")]
    WorkerMissing { program: PathBuf, source: io::Error },
    /// The worker process is gone.
    #[error("the worker process ended: {exit}")]
    WorkerEnded {
        exit: Exit,
        /// The end of what it wrote to stderr.
        log: String,
    },
    /// The worker hangs: no sign of life in a time in which every working one gives one. Whoever
    /// gets this may end it.
    #[error("no sign of life in {seconds} s, waiting for {waited_for}")]
    WorkerUnresponsive { waited_for: String, seconds: u64 },
    /// One question was not answered in time. The worker may be busy with another, and is left alone.
    #[error("no answer to {waited_for} in {seconds} s")]
    NoAnswer { waited_for: String, seconds: u64 },
    /// The worker answered something that the protocol does not have.
    #[error("the answer to {method} is not what the protocol says")]
    Protocol { method: String, source: serde_json::Error },
    /// It brought a worker down when it was last loaded.
    #[error("{path} stopped the engine when it was last loaded ({kind:?})")]
    StoppedBefore { path: String, kind: TroubleKind },
    /// The user cancelled, or asked for something else meanwhile.
    #[error("cancelled")]
    Cancelled,
    /// SQLite refused.
    #[error("history: {0}")]
    Database(#[from] rusqlite::Error),
    /// The tables could not be brought up to date.
    #[error("history, migration: {0}")]
    Migration(#[from] rusqlite_migration::Error),
    /// The history file was set aside when the app started.
    #[error("{reason}; the file is now {path}")]
    HistorySetAside { path: PathBuf, reason: String },
    /// The history file is from the future.
    #[error("{path} has version {found}, this app knows up to {supported}")]
    HistoryTooNew { path: PathBuf, found: usize, supported: usize },
    /// The history could not be opened at all; what opening it said.
    #[error("the history is not open: {0}")]
    HistoryUnavailable(String),
    /// No room for what is to be saved.
    #[error("no room on the disk of {path}: {detail}")]
    DiskFull { path: PathBuf, detail: String },
    /// The folder can be read and not written.
    #[error("{path} can't be written: {detail}")]
    ReadOnlyFolder { path: PathBuf, detail: String },
    /// Another process has the history of this folder.
    #[error("another app has the history in {path}")]
    HistoryInUse { path: PathBuf },
    /// There was a history in this folder; now there is none, or an empty one.
    #[error("the history that was in {path} is not there")]
    HistoryMissing { path: PathBuf },
    /// A copy of the history is damaged, of a newer version, or none.
    #[error("{path} can't be read as a copy of the history: {reason}")]
    BackupUnreadable { path: PathBuf, reason: String },
    /// Nothing comes in while the history can't be written; why it can't.
    #[error("nothing comes in while the history can't be written: {0}")]
    HistoryNotWritable(Box<Error>),
    /// A row holds what this version can't read.
    #[error("stored {what}: {detail}")]
    Stored { what: &'static str, detail: String },
    /// Stored token records are damaged.
    #[error("stored token records: {0}")]
    Tokens(#[from] CodecError),
    /// It was never there, or is no more.
    #[error("no {what} with id {id}")]
    NoSuchItem { what: &'static str, id: i64 },
    /// A part of the app panicked: a fault of ours, which says nothing about the user's files.
    #[error("the app failed at {doing}: {detail}")]
    Internal { doing: &'static str, detail: String },
    /// The operating system refused.
    #[error("{action} {path}: {source}")]
    Io { action: &'static str, path: PathBuf, source: io::Error },
    /// An answer can be taken apart only by the model that wrote it.
    #[error("written by {wanted}, loaded is {loaded}")]
    OtherModel { wanted: String, loaded: String },
    /// Written before tokens or prompts were kept.
    #[error("message {id} has no {what}")]
    NoRecord { what: &'static str, id: i64 },
    /// No token is on the table.
    #[error("nothing waits for a choice")]
    NotWaiting,
    /// More text than a question may carry.
    #[error("{name} has {bytes} bytes, at most {limit} are read")]
    AttachmentTooLarge { name: String, bytes: u64, limit: u64 },
    /// A picture, a program, or text in an unknown encoding.
    #[error("{name} is no text that can be read")]
    AttachmentNotText { name: String },
}

impl Error {
    /// A refusal that the shell itself finds, with one of the names of the protocol.
    pub fn refused(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::Engine(RpcError::new(kind, message))
    }

    /// All that is known, in English: for whoever had the trouble, and for no log.
    pub fn detail(&self) -> String {
        match self {
            Self::Engine(refused) => refused.to_string(),
            Self::WorkerEnded { log, .. } => format!("{self}\n{log}"),
            Self::Protocol { source, .. } => format!("{self}: {source}"),
            _ => self.to_string(),
        }
    }

    /// What the UI acts on.
    pub fn code(&self) -> ErrorCode {
        use ShellErrorCode as Shell;
        match self {
            Self::Engine(error) => ErrorCode::Engine(error.kind()),
            Self::Protocol { .. } => ErrorCode::Engine(ErrorKind::EngineFailed),
            Self::NoAnswer { .. } => ErrorCode::Engine(ErrorKind::Busy),
            Self::Internal { .. } => ErrorCode::Shell(Shell::Internal),
            Self::WorkerMissing { .. } => ErrorCode::Shell(Shell::WorkerMissing),
            Self::WorkerEnded { exit, .. } => ErrorCode::Shell(match exit {
                Exit::Deliberate => Shell::Cancelled,
                Exit::Killed => Shell::WorkerKilled,
                Exit::OutOfMemory => Shell::WorkerOutOfMemory,
                Exit::Crashed { .. } => Shell::WorkerCrashed,
            }),
            Self::WorkerUnresponsive { .. } => ErrorCode::Shell(Shell::WorkerUnresponsive),
            Self::StoppedBefore { .. } => ErrorCode::Shell(Shell::StoppedBefore),
            Self::Cancelled => ErrorCode::Shell(Shell::Cancelled),
            Self::Database(_)
            | Self::Migration(_)
            | Self::HistoryUnavailable(_)
            | Self::Stored { .. }
            | Self::Tokens(_) => ErrorCode::Shell(Shell::Database),
            Self::HistorySetAside { .. } => ErrorCode::Shell(Shell::HistorySetAside),
            Self::HistoryTooNew { .. } => ErrorCode::Shell(Shell::HistoryTooNew),
            Self::DiskFull { .. } => ErrorCode::Shell(Shell::DiskFull),
            Self::ReadOnlyFolder { .. } => ErrorCode::Shell(Shell::ReadOnlyFolder),
            Self::HistoryInUse { .. } => ErrorCode::Shell(Shell::HistoryInUse),
            Self::HistoryMissing { .. } => ErrorCode::Shell(Shell::HistoryMissing),
            Self::BackupUnreadable { .. } => ErrorCode::Shell(Shell::BackupUnreadable),
            Self::HistoryNotWritable(_) => ErrorCode::Shell(Shell::HistoryNotWritable),
            Self::NoSuchItem { .. } => ErrorCode::Shell(Shell::NoSuchItem),
            Self::Io { .. } => ErrorCode::Shell(Shell::Io),
            Self::OtherModel { .. } => ErrorCode::Shell(Shell::OtherModel),
            Self::NoRecord { .. } => ErrorCode::Shell(Shell::NoRecord),
            Self::NotWaiting => ErrorCode::Shell(Shell::NotWaiting),
            Self::AttachmentTooLarge { .. } => ErrorCode::Shell(Shell::AttachmentTooLarge),
            Self::AttachmentNotText { .. } => ErrorCode::Shell(Shell::AttachmentNotText),
        }
    }

    /// Did the user want it to end?
    pub fn is_cancelled(&self) -> bool {
        self.code() == ErrorCode::Shell(ShellErrorCode::Cancelled)
    }

    fn facts(&self) -> Map<String, Value> {
        let facts = match self {
            Self::Engine(error) => return error.data.facts.clone(),
            Self::HistoryNotWritable(reason) => return reason.facts(),
            Self::WorkerMissing { program, .. } => json!({ "path": program.to_string_lossy() }),
            Self::StoppedBefore { path, .. } => json!({ "path": path }),
            Self::WorkerUnresponsive { seconds, .. } | Self::NoAnswer { seconds, .. } => {
                json!({ "seconds": seconds })
            }
            Self::HistorySetAside { path, .. }
            | Self::HistoryTooNew { path, .. }
            | Self::DiskFull { path, .. }
            | Self::ReadOnlyFolder { path, .. }
            | Self::HistoryInUse { path }
            | Self::HistoryMissing { path }
            | Self::BackupUnreadable { path, .. }
            | Self::Io { path, .. } => json!({ "path": path.to_string_lossy() }),
            Self::OtherModel { wanted, loaded } => json!({ "wanted": wanted, "loaded": loaded }),
            Self::AttachmentTooLarge { name, bytes, limit } => {
                json!({ "name": name, "file_bytes": bytes, "limit_bytes": limit })
            }
            Self::AttachmentNotText { name } => json!({ "name": name }),
            _ => return Map::new(),
        };
        match facts {
            Value::Object(facts) => facts,
            _ => Map::new(),
        }
    }
}

impl From<&Error> for AppError {
    fn from(error: &Error) -> Self {
        Self { code: error.code(), detail: error.detail(), facts: error.facts() }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_of_the_engine_reach_the_ui() {
        let refused = RpcError::new(ErrorKind::NotEnoughMemory, "too large").with("free_bytes", 7);
        let shown = AppError::from(Error::from(refused));
        assert_eq!(shown.code, ErrorCode::Engine(ErrorKind::NotEnoughMemory));
        assert_eq!(shown.facts["free_bytes"], 7);
    }

    #[test]
    fn what_a_worker_said_is_for_the_user_and_for_no_log() {
        let ended = Error::WorkerEnded { exit: Exit::Killed, log: "SECRET".into() };
        let source = serde_json::from_str::<u32>("\"SECRET\"").expect_err("no number");
        let answer = Error::Protocol { method: "chat/prompt".into(), source };
        for error in [Error::refused(ErrorKind::InvalidParams, "SECRET"), ended, answer] {
            assert!(!error.to_string().contains("SECRET"), "{error}");
            assert!(AppError::from(&error).detail.contains("SECRET"), "{error:?}");
        }
    }

    #[test]
    fn a_question_without_an_answer_is_no_hanging_worker() {
        let error = |hangs| {
            let (waited_for, seconds) = ("chat/prompt".to_owned(), 20);
            match hangs {
                true => Error::WorkerUnresponsive { waited_for, seconds },
                false => Error::NoAnswer { waited_for, seconds },
            }
        };
        assert_eq!(error(true).code(), ErrorCode::Shell(ShellErrorCode::WorkerUnresponsive));
        assert_eq!(error(false).code(), ErrorCode::Engine(ErrorKind::Busy));
        assert_eq!(AppError::from(error(false)).facts["seconds"], 20);
    }

    #[test]
    fn the_way_a_worker_ended_decides_the_code() {
        let code = |exit| Error::WorkerEnded { exit, log: String::new() }.code();
        assert_eq!(code(Exit::Deliberate), ErrorCode::Shell(ShellErrorCode::Cancelled));
        assert_eq!(code(Exit::Killed), ErrorCode::Shell(ShellErrorCode::WorkerKilled));
        assert_eq!(code(Exit::OutOfMemory), ErrorCode::Shell(ShellErrorCode::WorkerOutOfMemory));
        let crashed = Exit::Crashed { status: "signal 6".into() };
        assert_eq!(code(crashed), ErrorCode::Shell(ShellErrorCode::WorkerCrashed));
    }
}
