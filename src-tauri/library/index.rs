//! What the library has found, and the scan that finds it.
//!
//! A scan runs on threads of its own and never holds up anything: it goes through the places,
//! takes from the history what was read before, and reads the headers of the rest. Whoever asks meanwhile
//! gets what is there already. A newer scan, or the user, stops it.

use std::collections::{HashMap, HashSet};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use vitrine_core::header;
use vitrine_core::protocol::{ErrorKind, ModelInfo, RpcError};

use super::attempt::millis;
use super::places::Place;
use super::walk::{self, Candidate};
use crate::contract::{AppError, ModelSource, ScanState};
use crate::history::library::{self as stored, ReadFile};
use crate::history::{now, History};
use crate::Error;

/// Headers are read by this many threads at most; more only make a disk seek.
const MOST_READERS: usize = 4;

/// What a header says about a file with these marks: it goes with a model and is none.
const COMPANIONS: &[&str] = &[
    "adapter",
    "control_vector",
    "imatrix",
    "lora",
    "mmproj",
    "picture_model",
    "projector",
    "speech_model",
    "vocab",
    "vocabulary",
];
/// The architecture under which projectors for pictures are stored.
const PROJECTOR: &str = "clip";

/// What a candidate turned out to be. Kept in the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum Header {
    Model {
        info: Box<ModelInfo>,
    },
    /// A projector, an adapter, a vocabulary ...: goes with a model and is none.
    Companion,
    Unreadable {
        error: AppError,
    },
}

/// One line of the library.
#[derive(Debug, Clone)]
pub struct Entry {
    pub candidate: Candidate,
    pub header: Header,
}

/// A folder that was looked into.
#[derive(Debug, Clone)]
pub struct LookedInto {
    pub place: Place,
    pub exists: bool,
}

/// What was found, and by which scan.
#[derive(Debug, Default)]
struct State {
    entries: Vec<Entry>,
    places: Vec<LookedInto>,
}

/// The index. Clones are the same index.
#[derive(Debug, Clone)]
pub struct Index {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    history: Arc<History>,
    /// The places of other apps. Replaced in tests.
    usual: fn() -> Vec<Place>,
    state: Mutex<State>,
    scan: watch::Sender<ScanState>,
    /// Names a scan; the newest counts.
    ticket: AtomicU64,
}

impl Index {
    pub fn new(history: Arc<History>, usual: fn() -> Vec<Place>) -> Self {
        Self {
            shared: Arc::new(Shared {
                history,
                usual,
                state: Mutex::default(),
                scan: watch::Sender::new(ScanState::Never),
                ticket: AtomicU64::new(0),
            }),
        }
    }

    pub fn scan_state(&self) -> ScanState {
        *self.shared.scan.borrow()
    }

    /// Every change of [`Self::scan_state`].
    pub fn subscribe(&self) -> watch::Receiver<ScanState> {
        self.shared.scan.subscribe()
    }

    /// What was found until now.
    pub fn entries(&self) -> Vec<Entry> {
        self.shared.lock().entries.clone()
    }

    /// Where it was looked.
    pub fn places(&self) -> Vec<LookedInto> {
        self.shared.lock().places.clone()
    }

    /// Begins a scan in place of one that is running, and returns at once.
    ///
    /// # Errors
    /// What the history says; the places of other apps are then looked into all the same.
    pub async fn scan(&self) -> Result<(), Error> {
        let ticket = self.shared.ticket.fetch_add(1, Ordering::SeqCst) + 1;
        self.shared.scan.send_replace(ScanState::Looking { files: 0 });
        let known = self
            .shared
            .history
            .call(|connection| Ok((stored::folders(connection)?, stored::files(connection)?)));
        let (known, error) = match known.await {
            Ok(known) => (known, None),
            Err(error) => (Default::default(), Some(error)),
        };
        let (folders, files) = known;
        let shared = self.shared.clone();
        let started = std::thread::Builder::new()
            .name("library-scan".into())
            .spawn(move || Scan { shared: &shared, ticket, files }.run(&folders));
        if let Err(source) = started {
            self.shared.scan.send_replace(ScanState::Stopped);
            return Err(Error::Io { action: "starting a thread for", path: "library".into(), source });
        }
        error.map_or(Ok(()), Err)
    }

    /// Stops a scan that is running. What it found stays.
    pub fn stop(&self) {
        let running =
            |state: &ScanState| matches!(state, ScanState::Looking { .. } | ScanState::Reading { .. });
        self.shared.scan.send_if_modified(|state| {
            let stops = running(state);
            if stops {
                self.shared.ticket.fetch_add(1, Ordering::SeqCst);
                *state = ScanState::Stopped;
            }
            stops
        });
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic while holding the entries")
    }
}

/// One scan, on its thread.
struct Scan<'a> {
    shared: &'a Shared,
    ticket: u64,
    /// What was read before, by path.
    files: HashMap<String, ReadFile>,
}

impl Scan<'_> {
    fn run(self, folders: &[String]) {
        let own = folders.iter().map(|path| Place { path: path.into(), source: ModelSource::Folder });
        let places: Vec<Place> = own.chain((self.shared.usual)()).collect();
        let found = walk::candidates(&places, &|files| self.tell(ScanState::Looking { files }));
        let reader = reader();
        let (known, unknown) = self.sort_out(found, &reader);
        let places = places.into_iter().map(|place| LookedInto { exists: place.path.is_dir(), place });
        let paths: HashSet<String> =
            known.iter().map(|entry| &entry.candidate).chain(&unknown).map(key).collect();
        if !self.replace(known, places.collect()) {
            return;
        }
        let read = self.read(unknown, &reader);
        let finished = self.goes_on();
        // A scan that was stopped has not seen everything: what it missed is not gone.
        let gone: Vec<String> = match finished {
            true => self.files.keys().filter(|path| !paths.contains(*path)).cloned().collect(),
            false => Vec::new(),
        };
        if !read.is_empty() || !gone.is_empty() {
            // Nobody waits for it; the next scan would read those files again.
            drop(self.shared.history.post(move |connection| stored::store_files(connection, &read, &gone)));
        }
        self.tell(ScanState::Done { at: now() });
    }

    /// Is this still the newest scan?
    fn goes_on(&self) -> bool {
        self.shared.ticket.load(Ordering::SeqCst) == self.ticket
    }

    /// Tells how far it is; `false` where nobody wants to know any more.
    fn tell(&self, state: ScanState) -> bool {
        let mut goes_on = false;
        // Under the lock of the channel, so that nothing comes after "stopped".
        self.shared.scan.send_if_modified(|current| {
            goes_on = self.goes_on();
            if goes_on {
                *current = state;
            }
            goes_on
        });
        goes_on
    }

    /// Splits into what was read before and what is new or has changed.
    fn sort_out(&self, found: Vec<Candidate>, reader: &str) -> (Vec<Entry>, Vec<Candidate>) {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for candidate in found {
            let file = self.files.get(&key(&candidate));
            let same = file.filter(|file| file.stamp == candidate.stamp && file.reader == reader);
            match same.and_then(|file| serde_json::from_str(&file.found).ok()) {
                Some(header) => known.push(Entry { candidate, header }),
                None => unknown.push(candidate),
            }
        }
        (known, unknown)
    }

    fn replace(&self, entries: Vec<Entry>, places: Vec<LookedInto>) -> bool {
        let mut state = self.shared.lock();
        let goes_on = self.goes_on();
        if goes_on {
            *state = State { entries, places };
        }
        goes_on
    }

    /// Reads headers with a few threads until all are read or the scan is stopped.
    fn read(&self, unknown: Vec<Candidate>, reader: &str) -> Vec<ReadFile> {
        let total = u32::try_from(unknown.len()).unwrap_or(u32::MAX);
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let read = Mutex::new(Vec::with_capacity(unknown.len()));
        let work = || {
            while let Some(candidate) = unknown.get(next.fetch_add(1, Ordering::Relaxed)) {
                let count = done.load(Ordering::Relaxed);
                if !self.tell(ScanState::Reading { done: u32::try_from(count).unwrap_or(total), total }) {
                    return;
                }
                let header = read_header(&candidate.path);
                if let Ok(found) = serde_json::to_string(&header) {
                    let file = ReadFile {
                        path: key(candidate),
                        stamp: candidate.stamp,
                        reader: reader.into(),
                        found,
                    };
                    read.lock().expect("no panic while adding one").push(file);
                }
                let entry = Entry { candidate: candidate.clone(), header };
                let mut state = self.shared.lock();
                if self.goes_on() {
                    state.entries.push(entry);
                }
                done.fetch_add(1, Ordering::Relaxed);
            }
        };
        let readers = std::thread::available_parallelism().map_or(1, |threads| threads.get());
        std::thread::scope(|scope| {
            for _ in 1..readers.min(MOST_READERS).min(unknown.len()) {
                scope.spawn(work);
            }
            work();
        });
        read.into_inner().expect("no panic while adding one")
    }
}

fn key(candidate: &Candidate) -> String {
    candidate.path.to_string_lossy().into_owned()
}

fn read_header(path: &Path) -> Header {
    // A panic of the reader is a bug, but no reason to lose the rest of the library.
    let inspected = catch_unwind(AssertUnwindSafe(|| header::inspect(path)));
    let inspected =
        inspected.unwrap_or_else(|_| Err(RpcError::new(ErrorKind::Corrupt, "the header reader panicked")));
    let is_projector = path.file_name().is_some_and(|name| name.to_string_lossy().contains("mmproj"));
    match inspected {
        Ok(info) if info.architecture == PROJECTOR || is_projector => Header::Companion,
        Ok(info) => Header::Model { info: Box::new(info) },
        Err(error) if is_projector || is_companion(&error) => Header::Companion,
        Err(error) => Header::Unreadable { error: Error::from(error).into() },
    }
}

fn is_companion(error: &RpcError) -> bool {
    let looks_like = error.data.facts.get("looks_like").and_then(|value| value.as_str());
    error.kind() == ErrorKind::NotAModel && looks_like.is_some_and(|kind| COMPANIONS.contains(&kind))
}

/// Names this very program: another build may read more out of the same header.
fn reader() -> String {
    let program = std::env::current_exe().and_then(|path| path.metadata());
    let (size, built) = program.map_or((0, 0), |it| (it.len(), millis(it.modified().ok())));
    format!("{} {size} {built}", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The bundled model is small enough to be copied around.
    fn starter() -> Vec<u8> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/models/starter/vitrine-starter.gguf");
        std::fs::read(path).expect("the bundled model")
    }

    async fn settled(index: &Index) -> ScanState {
        let mut states = index.subscribe();
        let over = |state: &ScanState| matches!(state, ScanState::Done { .. } | ScanState::Stopped);
        let seen = tokio::time::timeout(Duration::from_secs(20), states.wait_for(over)).await;
        let state = seen.expect("soon").expect("the index lives");
        *state
    }

    async fn index_of(data: &Path, folder: &Path) -> Index {
        let history = Arc::new(History::open(data));
        let path = folder.to_string_lossy().into_owned();
        history.call(move |connection| stored::add_folder(connection, &path, 1)).await.expect("added");
        Index::new(history, Vec::new)
    }

    #[tokio::test]
    async fn a_scan_tells_models_from_what_is_none_and_reads_each_file_once() {
        let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let put =
            |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("written");
        put("好 模型.gguf", &starter());
        put("cut.gguf", &starter()[..1000]);
        put("mmproj-model-f16.gguf", b"GGUF");
        put("page.gguf", b"<html>");
        let index = index_of(data.path(), folder.path()).await;
        assert_eq!(index.scan_state(), ScanState::Never);
        index.scan().await.expect("begins");
        assert!(matches!(settled(&index).await, ScanState::Done { .. }));
        let by_name = |entries: &[Entry], name: &str| {
            let found = entries.iter().find(|entry| entry.candidate.path.ends_with(name));
            found.expect(name).header.clone()
        };
        let entries = index.entries();
        assert_eq!(entries.len(), 4);
        assert!(matches!(by_name(&entries, "好 模型.gguf"), Header::Model { .. }));
        assert!(matches!(by_name(&entries, "cut.gguf"), Header::Unreadable { .. }));
        assert_eq!(by_name(&entries, "mmproj-model-f16.gguf"), Header::Companion);
        let Header::Unreadable { error } = by_name(&entries, "page.gguf") else { panic!("no model") };
        assert_eq!(error.facts["looks_like"], "html");

        // What was read is remembered: the stored header is taken even where it says something else.
        index.shared.history.close().await;
        let again = index_of(data.path(), folder.path()).await;
        let mut known =
            again.shared.history.call(|connection| stored::files(connection)).await.expect("a map");
        let mut file =
            known.remove(&folder.path().join("cut.gguf").to_string_lossy().into_owned()).expect("it");
        file.found = serde_json::to_string(&Header::Companion).expect("JSON");
        let stored =
            again.shared.history.call(move |connection| stored::store_files(connection, &[file], &[]));
        stored.await.expect("stored");
        std::fs::remove_file(folder.path().join("page.gguf")).expect("removed");
        put("好 模型.gguf", b"something else now");
        again.scan().await.expect("begins");
        settled(&again).await;
        let entries = again.entries();
        assert_eq!(entries.len(), 3);
        assert_eq!(by_name(&entries, "cut.gguf"), Header::Companion);
        assert!(matches!(by_name(&entries, "好 模型.gguf"), Header::Unreadable { .. }), "it has changed");
        let kept = again.shared.history.call(|connection| stored::files(connection)).await.expect("a map");
        assert_eq!(kept.len(), 3, "what is gone is forgotten");
        assert_eq!(again.places().len(), 1);
    }

    #[tokio::test]
    async fn a_stopped_scan_stays_stopped_and_a_new_one_takes_over() {
        let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        for number in 0..200 {
            std::fs::write(folder.path().join(format!("{number}.gguf")), b"<html>").expect("written");
        }
        let index = index_of(data.path(), folder.path()).await;
        index.scan().await.expect("begins");
        index.stop();
        assert!(matches!(index.scan_state(), ScanState::Stopped | ScanState::Done { .. }));
        for _ in 0..3 {
            index.scan().await.expect("begins");
        }
        assert!(matches!(settled(&index).await, ScanState::Done { .. }));
        assert_eq!(index.entries().len(), 200);
        index.stop();
        assert!(matches!(index.scan_state(), ScanState::Done { .. }), "nothing to stop");
    }
}
