//! Loads, and what is remembered of them.
//!
//! A model that brought a worker down is not loaded again by itself: not at the start, not from
//! the list of recent ones. That something can't be noted is logged and stops nobody.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use vitrine_core::protocol::{LoadOptions, ModelInfo, ModelLoaded};

use crate::blocking::blocking;
use crate::contract::{ErrorCode, LoadConsent, Settings, ShellErrorCode, Trouble, TroubleKind};
use crate::engine::Supervisor;
use crate::fit;
use crate::history::load_notes::{self, Stamp};
use crate::history::{now, pieces, recent_models, settings, History};
use crate::Error;

/// A load that is about to begin.
#[derive(Debug)]
struct Attempt {
    path: String,
    stamp: Stamp,
    /// What happened when this very file was last loaded.
    trouble: Option<Trouble>,
}

/// Does the list of recent models tell of a load?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// It comes to the top.
    Recent,
    /// Nobody opened it: it was only asked something in passing.
    Unlisted,
}

/// Loads a model into a slot, with a note while it lasts.
///
/// # Errors
/// See [`Supervisor::load`]; without consent also `StoppedBefore`, where the very same file
/// brought something down when it was last loaded.
pub async fn load(
    history: &History,
    slot: &Supervisor,
    path: &str,
    options: LoadOptions,
    consent: LoadConsent,
    listing: Listing,
) -> Result<ModelLoaded, Error> {
    let stamp = stamp(path).await;
    let attempt = Attempt { trouble: trouble(history, path, stamp).await, path: path.into(), stamp };
    if let (LoadConsent::Ordinary, Some(trouble)) = (consent, &attempt.trouble) {
        return Err(Error::StoppedBefore { path: path.into(), kind: trouble.kind });
    }
    let set = settings(history).await;
    // Where the header can't be read, the load itself says why.
    let limit = slot.inspect(path).await.map_or(u32::MAX, |info| info.context_length);
    let options = as_chosen(options, set.usual_context(limit));
    note_begun(history, &attempt).await;
    let loaded = slot.load(path, set.completed(&options, limit, fit::processors())).await;
    note_ended(history, &attempt, loaded.as_ref().err()).await;
    let model = loaded?;
    note_vocabulary(history, &model).await;
    if listing == Listing::Recent {
        note_opened(history, &model.info, &options).await;
    }
    Ok(model)
}

/// What the user set; the defaults where the history does not say.
pub async fn settings(history: &History) -> Settings {
    let loaded = history.call(|connection| settings::load(connection)).await;
    loaded.unwrap_or_else(|error| {
        tracing::warn!(%error, "models are loaded as if nothing had been set");
        Settings::default()
    })
}

/// The context that would be taken anyway was not chosen: another default counts the next time.
fn as_chosen(options: LoadOptions, usual: u32) -> LoadOptions {
    LoadOptions { context_length: options.context_length.filter(|&context| context != usual), ..options }
}

/// What happened when this very file was last loaded.
pub(super) async fn trouble(history: &History, path: &str, stamp: Stamp) -> Option<Trouble> {
    let path = path.to_owned();
    let found = history.call(move |connection| load_notes::find(connection, &path, stamp)).await;
    found.unwrap_or_else(|error| {
        tracing::warn!(%error, "not known how the last load of this model ended");
        None
    })
}

/// The load begins now; it may take the app along.
async fn note_begun(history: &History, attempt: &Attempt) {
    let (path, stamp) = (attempt.path.clone(), attempt.stamp);
    let noted = history.call(move |connection| load_notes::begin(connection, &path, stamp, now()));
    report(noted.await);
}

/// The load has ended, well or with an error.
async fn note_ended(history: &History, attempt: &Attempt, error: Option<&Error>) {
    let (path, stamp) = (attempt.path.clone(), attempt.stamp);
    let kind = error.and_then(|error| kind_of_trouble(error.code()));
    // An orderly refusal says nothing about what happened before.
    let before = attempt.trouble.clone().filter(|_| error.is_some());
    let noted = history.call(move |connection| match (kind, before) {
        (Some(kind), _) => load_notes::trouble(connection, &path, stamp, kind, now()),
        (None, Some(before)) => load_notes::trouble(connection, &path, stamp, before.kind, before.at),
        (None, None) => load_notes::clear(connection, &path),
    });
    report(noted.await);
}

/// A model was loaded. That it can't be noted is no reason to say that loading failed.
pub(super) async fn note_opened(history: &History, info: &ModelInfo, options: &LoadOptions) {
    let (info, options) = (info.clone(), options.clone());
    let noted = history.call(move |connection| recent_models::note(connection, &info, &options, now()));
    if let Err(error) = noted.await {
        tracing::warn!(%error, "the model is not in the list of recent ones");
    }
}

/// What was and will be written by this model is found for everything that shares its vocabulary.
async fn note_vocabulary(history: &History, model: &ModelLoaded) {
    let (fingerprint, entries) = (model.fingerprint.clone(), model.vocabulary.clone());
    let noted = history.call(move |connection| pieces::note_entries(connection, &fingerprint, &entries));
    if let Err(error) = noted.await {
        tracing::warn!(%error, "it is not noted which vocabulary the model has");
    }
}

/// A slot failed with this model in it.
pub async fn note_failure(history: &History, path: &str, code: ErrorCode) {
    let Some(kind) = kind_of_trouble(code) else { return };
    let (stamp, path) = (stamp(path).await, path.to_owned());
    let noted = history.call(move |connection| load_notes::trouble(connection, &path, stamp, kind, now()));
    report(noted.await);
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
    let looked = blocking("looking at a model's file", move || stamp_of(Path::new(&path))).await;
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
