//! Everything that is kept: conversations, messages, their tokens, recent models, settings.
//!
//! One SQLite file in the data folder, one thread that owns the connection, and jobs that are
//! sent to it, so that no window ever waits for a disk. Each table has a module of its own with
//! its struct, its queries and their tests. What stands in a text column is described in [`stored`]: those forms are
//! apart from what crosses to the window.
//!
//! Nothing that was written is lost, whatever happens to the file:
//!
//! * [`keeper`]: what the thread has. Where the file can't be written, [`memory`] keeps what comes until it can; private
//!   conversations are there alone. [`everything`] asks all of them together.
//! * [`open`], [`lock`], [`marker`]: opening it in every state, one process at a time, and never a new one in silence.
//! * [`backups`], [`copies`], [`restore`]: copies, and what comes back out of them. [`carry`] joins two histories.
//! * [`salvage`]: what can be read of a damaged file. [`purge`]: deleting for good.

pub mod attachments;
mod backups;
pub mod bin;
mod carry;
mod codec;
pub mod conversations;
mod copies;
pub mod counts;
pub mod drafts;
pub mod duplicate;
mod everything;
mod fold;
pub mod folders;
#[cfg(test)]
mod golden_tests;
pub mod index;
mod keeper;
pub mod library;
pub mod list;
pub mod load_notes;
mod lock;
mod marker;
pub mod memory;
pub mod messages;
#[cfg(test)]
mod model_tests;
pub mod moments;
mod open;
pub mod pieces;
pub mod presets;
pub mod prompts;
mod purge;
pub mod recent_models;
mod restore;
mod salvage;
pub mod search;
pub mod settings;
pub mod statistics;
mod stored;
mod thoughts;
mod title;
pub mod token_records;
pub mod transfer;
pub mod tree;
pub mod view;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use tokio::sync::{oneshot, watch};

pub use codec::compact::with_vocabulary;
pub use codec::{CodecError, Encoder, FreshPiece};
pub use keeper::Place;

use crate::contract::{HistoryState, MissingChoice, TurnSettings};
use crate::error::Error;
use keeper::Keeper;

/// The name of the file in the data folder.
pub const FILE: &str = "history.db";

/// For the technical detail of [`Error::Internal`].
const DOING: &str = "reading or writing the history";

type Job = Box<dyn FnOnce(&mut Keeper) + Send>;

/// The way to the thread that owns the database.
#[derive(Debug)]
pub struct History {
    jobs: mpsc::Sender<Job>,
    changes: watch::Sender<u64>,
    state: watch::Sender<HistoryState>,
    folder: PathBuf,
}

impl History {
    /// Begins to open the history in `folder` and returns at once. Whatever is wrong with it
    /// comes with [`Self::warnings`] and [`Self::state`].
    pub fn open(folder: &Path) -> Self {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let (changes, state) = (watch::Sender::new(0), watch::Sender::new(HistoryState::Open));
        let history = Self { jobs, changes: changes.clone(), state: state.clone(), folder: folder.into() };
        let folder = PathBuf::from(folder);
        std::thread::Builder::new()
            .name("history".into())
            .spawn(move || work(Keeper::open(&folder, state, changes), &waiting))
            .expect("the system starts one more thread");
        history
    }

    /// Runs a job on the database thread, in the file. Jobs run in the order in which they were sent. For what belongs to a
    /// conversation there is [`Self::call_for`].
    ///
    /// # Errors
    /// What the job says.
    pub async fn call<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        finish(self.post(job)).await
    }

    /// Like [`Self::call`], for whoever waits later, with [`finish`].
    pub fn post<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Answer<T> {
        self.send(|keeper| keeper.run(job))
    }

    /// Runs a job where its rows are: in the file, or in memory, where the conversation is private or the file can't be
    /// written. The job is given the id of its place, which may have another one than the one that is known to the caller (what was
    /// kept in memory has been saved meanwhile). It is run again where it failed; whatever it did then was undone.
    ///
    /// # Errors
    /// What the job says.
    pub async fn call_for<T: Send + 'static>(
        &self,
        place: Place,
        job: impl Fn(&mut Connection, i64) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        finish(self.post_for(place, job)).await
    }

    /// Like [`Self::call_for`], for whoever waits later, with [`finish`].
    pub fn post_for<T: Send + 'static>(
        &self,
        place: Place,
        job: impl Fn(&mut Connection, i64) -> Result<T, Error> + Send + 'static,
    ) -> Answer<T> {
        self.send(move |keeper| keeper.run_for(&place, &job))
    }

    /// Begins a conversation that is in memory alone, and gone when the app ends. Its id.
    ///
    /// # Errors
    /// What SQLite says.
    pub async fn begin_private(&self, settings: TurnSettings) -> Result<i64, Error> {
        let begun = self.send(move |keeper| {
            keeper.run_privately(|connection| conversations::create(connection, "", &settings))
        });
        finish(begun).await
    }

    /// Runs a job in the file and nowhere else: for what comes in by thousands.
    ///
    /// # Errors
    /// [`Error::HistoryNotWritable`]; what the job says.
    pub async fn call_in_file<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        finish(self.send(|keeper| keeper.run_in_file(job))).await
    }

    fn send<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Keeper) -> Result<T, Error> + Send + 'static,
    ) -> Answer<T> {
        let (answer, outcome) = oneshot::channel();
        let job: Job = Box::new(move |keeper| {
            // Whoever asked may have gone; what was saved is saved.
            let _ = answer.send(job(keeper));
        });
        // Where the thread has ended, the job is dropped here and `finish` says so.
        let _ = self.jobs.send(job);
        outcome
    }

    /// What was not as it should be when the history was opened.
    pub async fn warnings(&self) -> Vec<Error> {
        let warnings = finish(self.send(|keeper| Ok(keeper.warnings()))).await;
        warnings.unwrap_or_else(|unavailable| vec![unavailable])
    }

    /// How the history stands, once it was opened.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn state(&self) -> Result<HistoryState, Error> {
        finish(self.send(|keeper| Ok(keeper.stand()))).await
    }

    /// Tells whenever it stands otherwise.
    pub fn states(&self) -> watch::Receiver<HistoryState> {
        self.state.subscribe()
    }

    /// The user has decided about a history that is missing, or that only a newer version can write.
    ///
    /// # Errors
    /// [`Error::BackupUnreadable`], [`Error::Io`], [`Error::DiskFull`]: everything is as before then.
    pub async fn decide(&self, choice: MissingChoice) -> Result<HistoryState, Error> {
        let decided = self.send(move |keeper| {
            keeper.decide(&choice)?;
            Ok(keeper.stand())
        });
        finish(decided).await
    }

    /// Tries again to open the file, and to save what waits in memory.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn retry(&self) -> Result<HistoryState, Error> {
        let tried = self.send(|keeper| {
            keeper.retry();
            Ok(keeper.stand())
        });
        finish(tried).await
    }

    /// Checks the file and makes the copy that is due, now. It is done by itself soon after the start, and once a day.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn look_after(&self) -> Result<HistoryState, Error> {
        let looked = self.send(|keeper| {
            keeper.look_after_now();
            keeper.remember();
            Ok(keeper.stand())
        });
        finish(looked).await
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Counts up whenever the list of conversations changes.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Tells those who watch [`Self::changes`].
    pub fn note_change(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// Finishes what was sent before and closes the file.
    pub async fn close(&self) {
        let closed = self.send(|keeper| {
            keeper.close();
            Ok(())
        });
        // Where the thread has ended, there is nothing to close.
        let _ = finish(closed).await;
    }
}

fn work(mut keeper: Keeper, waiting: &mpsc::Receiver<Job>) {
    loop {
        match waiting.recv_timeout(keeper.pause()) {
            Ok(job) => job(&mut keeper),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        keeper.tend();
    }
    keeper.close();
}

/// The outcome of a job that was posted.
pub type Answer<T> = oneshot::Receiver<Result<T, Error>>;

/// Waits for a job that was posted.
///
/// # Errors
/// What the job says, or why there is no history.
pub async fn finish<T>(answer: Answer<T>) -> Result<T, Error> {
    let ended = |_| Error::Internal { doing: DOING, detail: "the database thread has ended".into() };
    answer.await.map_err(ended)?
}

/// Now, in milliseconds since 1970-01-01 UTC.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.ok().and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or(0)
}

/// A value as it stands in a text column.
fn to_json(what: &'static str, value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Stored { what, detail: error.to_string() })
}

/// The text of a column, whatever bytes it has: a damaged one is shown as far as it goes.
fn text_of(row: &Row, column: usize) -> rusqlite::Result<String> {
    maybe_text_of(row, column).map(Option::unwrap_or_default)
}

/// The same; `None` for what is no text.
fn maybe_text_of(row: &Row, column: usize) -> rusqlite::Result<Option<String>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    })
}

/// A value from a text column.
fn from_json<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::Stored { what, detail: error.to_string() })
}

#[cfg(test)]
mod safety_tests;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn jobs_run_in_order_and_what_was_sent_before_the_end_is_kept() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let history = History::open(folder.path());
        assert!(history.warnings().await.is_empty());
        for number in 0..50 {
            drop(history.post(move |connection| {
                settings::put(connection, "number", &number)?;
                Ok(())
            }));
        }
        history.close().await;
        assert!(history.call(|_| Ok(())).await.is_err(), "closed");

        let again = History::open(folder.path());
        let kept = again.call(|connection| settings::get::<u32>(connection, "number")).await;
        assert_eq!(kept.expect("readable"), Some(49));
    }

    #[tokio::test]
    async fn a_job_that_panics_is_a_fault_of_the_app_and_costs_nothing_else() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let history = History::open(folder.path());
        let failed = history.call(|connection| -> Result<(), Error> {
            let transaction = connection.transaction()?;
            settings::put(&transaction, "number", &1)?;
            panic!("in the middle of a transaction");
        });
        let error = failed.await.expect_err("it panicked");
        assert!(error.to_string().contains("in the middle of a transaction"), "{error}");
        assert!(matches!(error, Error::Internal { .. }));
        let kept = history.call(|connection| settings::get::<u32>(connection, "number")).await;
        assert_eq!(kept.expect("the thread lives on"), None, "rolled back");
    }

    #[tokio::test]
    async fn in_a_folder_that_cannot_be_made_memory_keeps_what_comes() {
        let history = History::open(Path::new("/proc/none/vitrine"));
        assert_eq!(history.warnings().await.len(), 1);
        let state = history.state().await.expect("known");
        assert!(matches!(state, HistoryState::Unavailable { unsaved: 0, .. }), "{state:?}");
        history.call(|connection| settings::put(connection, "number", &7)).await.expect("in memory");
        let kept = history.call(|connection| settings::get::<u32>(connection, "number")).await;
        assert_eq!(kept.expect("readable"), Some(7));
    }
}
