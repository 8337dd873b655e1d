//! Reading conversations of this app and of others.

mod chat_lines;
mod chatgpt;
mod claude;
mod files;
mod jan;
mod json;
mod llama_cpp;
mod lm_studio;
mod markdown;
mod open_webui;
mod open_webui_db;
mod session;
mod shape;
mod value;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::document::Conversation;
use crate::limits::Limits;
use crate::receipt::{Oddity, Outcome, Receipt, Source};

/// A conversation that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its tree is in order: uids differ, parents come before children and are there, `active` is there.
    pub conversation: Conversation,
    pub source: Source,
    /// Where it stands: `export.zip › conversations-000.json › 3`.
    pub place: String,
    /// What was odd in it, and how often. The receipt has it already.
    pub oddities: Vec<(Oddity, u64)>,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that were read, unpacked.
    pub read: u64,
    /// Bytes that there are, as far as it is known; files that are passed over count as read.
    pub total: u64,
    /// Conversations that were found.
    pub found: u64,
}

/// How an import goes.
pub struct Import<'a> {
    pub limits: Limits,
    /// Set by whoever wants it to end: it ends after the conversation that it is at. What came before stays.
    pub cancel: &'a AtomicBool,
    /// Called now and then, at most once for every megabyte and every conversation.
    pub progress: &'a mut dyn FnMut(Progress),
    /// Takes one conversation after the other, and says what became of it.
    pub take: &'a mut dyn FnMut(Found) -> Outcome,
}

/// Reads what is at `path`: a file, an archive (ZIP), or a folder with such files in any depth. Runs in the caller's
/// thread and holds one conversation in memory at a time. There is no error beside the receipt: whatever can't be read
/// stands there, and costs nothing else.
pub fn import(path: &Path, how: Import<'_>) -> Receipt {
    files::read(path, how)
}
