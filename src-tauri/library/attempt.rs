//! One attempt to load a model, and what is remembered of it.
//!
//! A model that brought a worker down is not loaded again by itself: not at the start, not from
//! the list of recent ones. That something can't be noted is logged and stops nobody.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::Library;
use crate::contract::{ErrorCode, ShellErrorCode, Trouble, TroubleKind};
use crate::error::Error;
use crate::history::load_notes::{self, Stamp};
use crate::history::now;

/// A load that is about to begin.
#[derive(Debug)]
pub struct Attempt {
    path: String,
    stamp: Stamp,
    /// What happened when this very file was last loaded.
    pub trouble: Option<Trouble>,
}

impl Library {
    /// Looks up what is known of a file that is to be loaded.
    pub async fn begin_attempt(&self, path: &str) -> Attempt {
        let stamp = stamp(path).await;
        Attempt { trouble: self.trouble(path, stamp).await, path: path.into(), stamp }
    }

    /// What happened when this very file was last loaded.
    pub(super) async fn trouble(&self, path: &str, stamp: Stamp) -> Option<Trouble> {
        let path = path.to_owned();
        let found = self.history.call(move |connection| load_notes::find(connection, &path, stamp)).await;
        found.unwrap_or_else(|error| {
            tracing::warn!(%error, "not known how the last load of this model ended");
            None
        })
    }

    /// The load begins now; it may take the app along.
    pub async fn note_begun(&self, attempt: &Attempt) {
        let (path, stamp) = (attempt.path.clone(), attempt.stamp);
        let noted = self.history.call(move |connection| load_notes::begin(connection, &path, stamp, now()));
        report(noted.await);
    }

    /// The load has ended, well or with an error.
    pub async fn note_ended(&self, attempt: &Attempt, error: Option<&Error>) {
        let (path, stamp) = (attempt.path.clone(), attempt.stamp);
        let kind = error.and_then(|error| kind_of_trouble(error.code()));
        // An orderly refusal says nothing about what happened before.
        let before = attempt.trouble.clone().filter(|_| error.is_some());
        let noted = self.history.call(move |connection| match (kind, before) {
            (Some(kind), _) => load_notes::trouble(connection, &path, stamp, kind, now()),
            (None, Some(before)) => load_notes::trouble(connection, &path, stamp, before.kind, before.at),
            (None, None) => load_notes::clear(connection, &path),
        });
        report(noted.await);
    }

    /// The model slot failed with this model in it.
    pub async fn note_failure(&self, path: &str, code: ErrorCode) {
        let Some(kind) = kind_of_trouble(code) else { return };
        let (stamp, path) = (stamp(path).await, path.to_owned());
        let noted =
            self.history.call(move |connection| load_notes::trouble(connection, &path, stamp, kind, now()));
        report(noted.await);
    }
}

fn report(noted: Result<(), Error>) {
    if let Err(error) = noted {
        tracing::warn!(%error, "how a load went is not remembered");
    }
}

/// `None` for errors that say why and leave everything standing.
fn kind_of_trouble(code: ErrorCode) -> Option<TroubleKind> {
    match code {
        ErrorCode::Shell(ShellErrorCode::WorkerCrashed) => Some(TroubleKind::Crashed),
        ErrorCode::Shell(ShellErrorCode::WorkerKilled | ShellErrorCode::WorkerOutOfMemory) => {
            Some(TroubleKind::Killed)
        }
        ErrorCode::Shell(ShellErrorCode::WorkerUnresponsive) => Some(TroubleKind::Hung),
        _ => None,
    }
}

/// [`stamp_of`], away from the async threads: the disk may be a sleeping one.
pub(super) async fn stamp(path: &str) -> Stamp {
    let path = path.to_owned();
    let looked = tokio::task::spawn_blocking(move || stamp_of(Path::new(&path))).await;
    looked.unwrap_or(Stamp { size: 0, modified: 0 })
}

/// Size and time of a file; of a folder, the files in it taken together.
pub(super) fn stamp_of(path: &Path) -> Stamp {
    let none = Stamp { size: 0, modified: 0 };
    let Ok(metadata) = path.metadata() else { return none };
    if !metadata.is_dir() {
        return Stamp { size: metadata.len(), modified: millis(metadata.modified().ok()) };
    }
    let entries = path.read_dir().into_iter().flatten().flatten();
    // `metadata` of the path, not of the entry: links stand for what they point to.
    let files = entries.filter_map(|entry| entry.path().metadata().ok()).filter(|it| it.is_file());
    files.fold(none, |sum, file| Stamp {
        size: sum.size.saturating_add(file.len()),
        modified: sum.modified.max(millis(file.modified().ok())),
    })
}

pub(super) fn millis(time: Option<SystemTime>) -> i64 {
    let since = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_changes_with_the_file_and_with_any_file_of_a_folder() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.gguf");
        std::fs::write(&path, "1").expect("written");
        let (file, whole) = (stamp_of(&path), stamp_of(folder.path()));
        assert!(file.size == 1 && file.modified > 0);
        std::fs::write(folder.path().join("b"), "22").expect("written");
        assert_eq!(stamp_of(&path), file);
        assert_eq!(stamp_of(folder.path()).size, whole.size + 2);
        assert_eq!(stamp_of(Path::new("/no/such")).size, 0);
    }
}
