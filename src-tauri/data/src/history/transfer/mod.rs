//! Conversations out of the history and into it: between its rows and the documents of `vitrine-exchange`.
//!
//! * [`outgoing`]: a stored conversation as a document. [`incoming`]: a document into the rows, by uid and never over
//!   anything. `answer` and `records`: facts and tokens of answers, in both directions.
//! * [`export`]: documents into a file. [`import`]: files into the history. [`receipts`]: what imports did.
//!
//! The promise: export, empty history, import, export gives the same bytes. So what an export says of an answer is read
//! from the stored text and not from the contract's form of it, which has defaults for what is not known; and token
//! records are encoded so that they are read again as they were given.
//!
//! Exports and imports block: they belong on a thread of their own. Each job that they send to the history's thread
//! takes one conversation, and records in slices of [`SLICE`], so that a turn never waits for a transfer.

mod answer;
pub mod export;
pub mod import;
mod incoming;
mod outgoing;
pub mod receipts;
mod records;

use std::time::Duration;

use rusqlite::Connection;
use vitrine_exchange::document::Settings;

use super::History;
use crate::error::Error;

pub use export::{plan, Exported, Plan};
pub use import::{holds_conversations, import};

/// How long one job that reads or writes token records goes on.
const SLICE: Duration = Duration::from_millis(30);

/// Runs a job on the history's thread and waits for it.
///
/// # Panics
/// Outside of a runtime's blocking thread.
fn wait<T: Send + 'static>(
    history: &History,
    job: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::runtime::Handle::current().block_on(history.call(job))
}

/// The same, in the file alone: an import may be of thousands, and memory is for what was written in vain.
fn wait_in_file<T: Send + 'static>(
    history: &History,
    job: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::runtime::Handle::current().block_on(history.call_in_file(job))
}

/// Settings of a turn as they stand in a column; `None` for those of which nothing is known.
fn settings_from(text: &str) -> Option<Settings> {
    let settings: Settings = serde_json::from_str(text).unwrap_or_default();
    (settings != Settings::default()).then_some(settings)
}

/// The same back. What is missing is the app's default where it is read ([`super::stored::turn_from`]).
fn settings_to(settings: Option<&Settings>) -> Result<String, Error> {
    match settings {
        Some(settings) => super::to_json("settings", settings),
        None => Ok("{}".into()),
    }
}

/// The temperature with which the tokens of an answer are encoded: that of its settings.
fn temperature(answer: Option<&vitrine_exchange::document::Answer>) -> f32 {
    answer.and_then(|answer| answer.settings.as_ref()?.sampling.temperature).unwrap_or(0.0)
}

/// Names the vocabulary of answers whose model is not known: one of this conversation alone, so that its pieces never
/// mix with others.
fn vocabulary_name(fingerprint: Option<&str>, conversation: &str) -> String {
    match fingerprint {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => format!("{NAMELESS}{conversation}"),
    }
}

/// What [`vocabulary_name`] was given.
fn fingerprint_of(vocabulary: String) -> String {
    if vocabulary.starts_with(NAMELESS) {
        String::new()
    } else {
        vocabulary
    }
}

/// No fingerprint begins so: they are hex.
const NAMELESS: &str = "?";

#[cfg(test)]
mod tests;
