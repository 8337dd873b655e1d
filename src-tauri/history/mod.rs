//! Everything that is kept: conversations, messages, their tokens, recent models, settings.
//!
//! One SQLite file in the data folder, one thread that owns the connection, and jobs that are
//! sent to it, so that no window ever waits for a disk. Each table has a module of its own with
//! its struct, its queries and their tests. What stands in a text column is described in [`stored`]: those forms are
//! apart from what crosses to the window.

pub mod attachments;
mod codec;
pub mod conversations;
pub mod library;
pub mod load_notes;
pub mod messages;
mod open;
pub mod pieces;
pub mod presets;
pub mod prompts;
pub mod recent_models;
pub mod settings;
mod stored;
mod title;
pub mod token_records;
pub mod tree;
pub mod view;

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use tokio::sync::{oneshot, watch};

pub use codec::{CodecError, Encoder, FreshPiece};

use crate::error::Error;
use open::Unavailable;

/// The name of the file in the data folder.
pub const FILE: &str = "history.db";

/// For the technical detail of [`Error::Internal`].
const DOING: &str = "reading or writing the history";

type Store = Result<Connection, Unavailable>;
type Job = Box<dyn FnOnce(&mut Store) + Send>;

/// The way to the thread that owns the database.
#[derive(Debug)]
pub struct History {
    jobs: mpsc::Sender<Job>,
    changes: watch::Sender<u64>,
}

impl History {
    /// Begins to open the history in `folder` and returns at once. Whatever is wrong with it
    /// comes with [`Self::warnings`] and with every call.
    pub fn open(folder: &Path) -> Self {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let folder = PathBuf::from(folder);
        std::thread::Builder::new()
            .name("history".into())
            .spawn(move || {
                let mut store = open::open(&folder);
                for job in waiting {
                    job(&mut store);
                }
            })
            .expect("the system starts one more thread");
        Self { jobs, changes: watch::Sender::new(0) }
    }

    /// Runs a job on the database thread. Jobs run in the order in which they were sent.
    ///
    /// # Errors
    /// What the job says, or why there is no history.
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
        let (answer, outcome) = oneshot::channel();
        let job: Job = Box::new(move |store| {
            let outcome = match store {
                // A transaction that a panic leaves open is rolled back when it is dropped, so the
                // connection is whole and the next job finds it so.
                Ok(connection) => {
                    catch_unwind(AssertUnwindSafe(|| job(connection))).unwrap_or_else(|panic| {
                        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
                        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
                        Err(Error::Internal { doing: DOING, detail: text.unwrap_or_default() })
                    })
                }
                Err(unavailable) => Err(unavailable.error()),
            };
            // Whoever asked may have gone; what was saved is saved.
            let _ = answer.send(outcome);
        });
        // Where the thread has ended, the job is dropped here and `finish` says so.
        let _ = self.jobs.send(job);
        outcome
    }

    /// What was not as it should be when the history was opened.
    pub async fn warnings(&self) -> Vec<Error> {
        let warnings = self.call(open::warnings).await;
        warnings.unwrap_or_else(|unavailable| vec![unavailable])
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
        let (done, closed) = oneshot::channel();
        let job: Job = Box::new(move |store| {
            *store = Err(Unavailable::closed());
            let _ = done.send(());
        });
        if self.jobs.send(job).is_ok() {
            let _ = closed.await;
        }
    }
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
    async fn a_folder_that_cannot_be_made_is_a_warning_and_an_error_of_every_call() {
        let history = History::open(Path::new("/proc/none/vitrine"));
        assert_eq!(history.warnings().await.len(), 1);
        assert!(matches!(history.call(|_| Ok(())).await, Err(Error::HistoryUnavailable(_))));
    }
}
