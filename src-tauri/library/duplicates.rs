//! Files with the same content, found on demand by SHA-256.
//!
//! Only models of the same size can be the same, so only those are read. What was read before is
//! known. A split model is all of its parts, in order; a folder is its weights and what says how to compute with
//! them: two copies of one model often differ in their README.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::index::Entry;
use super::walk;
use crate::contract::DuplicateState;
use crate::history::library as stored;
use crate::history::load_notes::Stamp;
use crate::history::History;
use crate::Error;

/// Read at a time; between two of these the search can be stopped.
const CHUNK: usize = 1 << 20;

/// The search. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Duplicates {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    history: Arc<History>,
    state: watch::Sender<DuplicateState>,
    /// Names a search; the newest counts.
    ticket: AtomicU64,
}

impl Duplicates {
    pub fn new(history: Arc<History>) -> Self {
        let state = watch::Sender::new(DuplicateState::Never);
        Self { shared: Arc::new(Shared { history, state, ticket: AtomicU64::new(0) }) }
    }

    pub fn state(&self) -> DuplicateState {
        self.shared.state.borrow().clone()
    }

    /// Every change of [`Self::state`].
    pub fn subscribe(&self) -> watch::Receiver<DuplicateState> {
        self.shared.state.subscribe()
    }

    /// Begins to look, in place of a search that is running, and returns at once.
    ///
    /// # Errors
    /// What the history says.
    pub async fn find(&self, entries: &[Entry]) -> Result<(), Error> {
        let ticket = self.shared.ticket.fetch_add(1, Ordering::SeqCst) + 1;
        self.shared.state.send_replace(DuplicateState::Hashing { bytes: 0, total_bytes: 0 });
        let entries = entries.to_vec();
        let known = match self.shared.history.call(|connection| stored::digests(connection)).await {
            Ok(known) => known,
            Err(error) => {
                self.shared.state.send_replace(DuplicateState::Stopped);
                return Err(error);
            }
        };
        let shared = self.shared.clone();
        let started = std::thread::Builder::new().name("library-hash".into()).spawn(move || {
            Search { shared: &shared, ticket, total_bytes: 0, bytes: 0 }.run(&entries, &known)
        });
        started.map(drop).map_err(|source| {
            self.shared.state.send_replace(DuplicateState::Stopped);
            Error::Io { action: "starting a thread for", path: "library".into(), source }
        })
    }

    /// Stops a search that is running.
    pub fn stop(&self) {
        self.shared.state.send_if_modified(|state| {
            let stops = matches!(state, DuplicateState::Hashing { .. });
            if stops {
                self.shared.ticket.fetch_add(1, Ordering::SeqCst);
                *state = DuplicateState::Stopped;
            }
            stops
        });
    }
}

/// How a model lies on the disk. Only one of the same kind is called the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    File,
    Parts,
    Folder,
}

/// A model that another one may be the same as.
#[derive(Debug)]
struct Suspect {
    path: PathBuf,
    /// Of the whole, as it is remembered with the digest.
    stamp: Stamp,
    kind: Kind,
    /// What is compared, in order.
    files: Vec<PathBuf>,
    /// Bytes of those files.
    bytes: u64,
}

impl Suspect {
    /// `None` for what is empty or can't be looked at.
    fn of(entry: &Entry) -> Option<Self> {
        let candidate = &entry.candidate;
        let path = candidate.path.clone();
        let (kind, files) = if path.is_dir() {
            (Kind::Folder, what_counts(&path)?)
        } else if candidate.parts > 1 {
            (Kind::Parts, walk::parts(&path))
        } else {
            (Kind::File, vec![path.clone()])
        };
        let sizes = files.iter().map(|file| file.metadata().ok().map(|file| file.len()));
        let bytes = sizes.sum::<Option<u64>>().filter(|bytes| *bytes > 0)?;
        Some(Self { path, stamp: candidate.stamp, kind, files, bytes })
    }
}

/// The files of a model folder that decide what the model says.
fn what_counts(folder: &Path) -> Option<Vec<PathBuf>> {
    let mut files = vitrine_core::header::folder::weight_files(folder).ok()?;
    let others = ["config.json", "tokenizer.json", "tokenizer.model"].map(|name| folder.join(name));
    files.extend(others.into_iter().filter(|file| file.is_file()));
    Some(files)
}

/// Models that another one of their kind has the size of.
fn suspects(entries: &[Entry]) -> Vec<Suspect> {
    let mut by_size: BTreeMap<(Kind, u64), Vec<Suspect>> = BTreeMap::new();
    for suspect in entries.iter().filter_map(Suspect::of) {
        by_size.entry((suspect.kind, suspect.bytes)).or_default().push(suspect);
    }
    by_size.into_values().filter(|same| same.len() > 1).flatten().collect()
}

/// One search, on its thread.
struct Search<'a> {
    shared: &'a Shared,
    ticket: u64,
    total_bytes: u64,
    bytes: u64,
}

impl Search<'_> {
    fn run(mut self, entries: &[Entry], known: &HashMap<String, (Stamp, String)>) {
        let suspects = suspects(entries);
        self.total_bytes = suspects.iter().map(|suspect| suspect.bytes).sum();
        let mut groups: BTreeMap<(u64, String), Vec<String>> = BTreeMap::new();
        for suspect in suspects {
            let name = suspect.path.to_string_lossy().into_owned();
            let digest = match known.get(&name).filter(|(then, _)| *then == suspect.stamp) {
                Some((_, digest)) => {
                    self.bytes += suspect.bytes;
                    digest.clone()
                }
                None => match self.hash(&suspect.files) {
                    Ok(Some(digest)) => {
                        self.keep(name.clone(), suspect.stamp, digest.clone());
                        digest
                    }
                    Ok(None) => return,
                    // It can't be read any more: nothing can be said about it.
                    Err(error) => {
                        tracing::warn!(%error, path = name, "left out of the search for duplicates");
                        continue;
                    }
                },
            };
            groups.entry((suspect.bytes, digest)).or_default().push(name);
        }
        // The largest first: they are what somebody looks for who wants room.
        let groups = groups.into_values().rev().filter(|group| group.len() > 1).collect();
        self.tell(DuplicateState::Done { groups });
    }

    /// `None` where the search was stopped.
    fn hash(&mut self, files: &[PathBuf]) -> std::io::Result<Option<String>> {
        let mut hash = Sha256::new();
        let mut chunk = vec![0; CHUNK];
        for path in files {
            let mut file = File::open(path)?;
            if files.len() > 1 {
                // Where one file ends and the next begins is part of what they are.
                hash.update(file.metadata()?.len().to_le_bytes());
            }
            loop {
                let read = file.read(&mut chunk)?;
                if read == 0 {
                    break;
                }
                hash.update(&chunk[..read]);
                self.bytes += read as u64;
                let (bytes, total_bytes) = (self.bytes.min(self.total_bytes), self.total_bytes);
                if !self.tell(DuplicateState::Hashing { bytes, total_bytes }) {
                    return Ok(None);
                }
            }
        }
        let digest = hash.finalize();
        Ok(Some(digest.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    fn keep(&self, path: String, stamp: Stamp, digest: String) {
        // Nobody waits for it; the next search would read the file again.
        drop(
            self.shared
                .history
                .post(move |connection| stored::store_digest(connection, &path, stamp, &digest)),
        );
    }

    fn tell(&self, state: DuplicateState) -> bool {
        let mut goes_on = false;
        self.shared.state.send_if_modified(|current| {
            goes_on = self.shared.ticket.load(Ordering::SeqCst) == self.ticket;
            if goes_on {
                *current = state;
            }
            goes_on
        });
        goes_on
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::attempt::stamp_of;
    use super::super::index::Header;
    use super::super::walk::Candidate;
    use super::*;
    use crate::contract::ModelSource;

    fn entry(path: &Path) -> Entry {
        let candidate = Candidate {
            path: path.into(),
            source: ModelSource::Folder,
            place: PathBuf::new(),
            name: None,
            stamp: stamp_of(path),
            parts: 1,
        };
        Entry { candidate, header: Header::Companion }
    }

    async fn over(duplicates: &Duplicates) -> DuplicateState {
        let mut states = duplicates.subscribe();
        let over = |state: &DuplicateState| !matches!(state, DuplicateState::Hashing { .. });
        let seen = tokio::time::timeout(Duration::from_secs(20), states.wait_for(over)).await;
        let state = seen.expect("soon").expect("the search lives");
        state.clone()
    }

    #[tokio::test]
    async fn the_same_content_is_found_and_the_same_size_is_not_enough() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let put = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).expect("written");
            entry(&path)
        };
        let large = vec![7; 3 << 20];
        let entries = [
            put("甲.gguf", b"same"),
            put("b.gguf", b"same"),
            put("c.gguf", b"diff"),
            put("d.gguf", b"alone here"),
            put("e.gguf", &large),
            put("f.gguf", &large),
        ];
        let history = Arc::new(History::open(folder.path()));
        let duplicates = Duplicates::new(history.clone());
        duplicates.find(&entries).await.expect("begins");
        let DuplicateState::Done { groups } = over(&duplicates).await else { panic!("it ends") };
        let names: Vec<Vec<&str>> = groups
            .iter()
            .map(|group| group.iter().filter_map(|path| path.rsplit('/').next()).collect())
            .collect();
        assert_eq!(names, [["e.gguf", "f.gguf"], ["甲.gguf", "b.gguf"]]);
        let kept = history.call(|connection| stored::digests(connection)).await.expect("a map");
        assert_eq!(kept.len(), 5, "what has no other of its size is not read");
        // SHA-256 of "same", as sha256sum says it.
        let same = kept.values().filter(|(_, digest)| digest.starts_with("0967115f2813a3541eaef77de9d9d577"));
        assert_eq!(same.count(), 2);

        duplicates.find(&entries).await.expect("begins");
        assert!(matches!(over(&duplicates).await, DuplicateState::Done { groups } if groups.len() == 2));
    }

    #[tokio::test]
    async fn split_models_and_folders_are_compared_as_a_whole() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let put = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            std::fs::write(&path, bytes).expect("written");
            path
        };
        let split = |place: &str, parts: [&[u8]; 2]| {
            let paths = [1, 2].map(|at| put(&format!("{place}/m-0000{at}-of-00002.gguf"), parts[at - 1]));
            let mut entry = entry(&paths[0]);
            entry.candidate.parts = 2;
            entry
        };
        let model = |place: &str, weights: &[u8], readme: &str| {
            put(&format!("{place}/config.json"), b"{}");
            put(&format!("{place}/model.safetensors"), weights);
            put(&format!("{place}/README.md"), readme.as_bytes());
            entry(&folder.path().join(place))
        };
        let entries = [
            split("a", [b"12", b"345"]),
            split("b", [b"12", b"345"]),
            // The same bytes, cut elsewhere, and other bytes.
            split("c", [b"123", b"45"]),
            split("d", [b"12", b"346"]),
            model("文件夹 1", b"weights", "one"),
            model("文件夹 2", b"weights", "another README"),
            model("文件夹 3", b"weightz", "one"),
        ];
        let duplicates = Duplicates::new(Arc::new(History::open(folder.path())));
        for _ in 0..2 {
            duplicates.find(&entries).await.expect("begins");
            let DuplicateState::Done { groups } = over(&duplicates).await else { panic!("it ends") };
            let parent = |path: &String| {
                let path = Path::new(path).strip_prefix(folder.path()).expect("in it").to_owned();
                path.iter().next().expect("a name").to_string_lossy().into_owned()
            };
            let names: Vec<Vec<String>> =
                groups.iter().map(|group| group.iter().map(parent).collect()).collect();
            assert_eq!(names, [["文件夹 1", "文件夹 2"], ["a", "b"]]);
        }
    }

    #[tokio::test]
    async fn it_can_be_stopped() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let entries: Vec<Entry> = (0..4)
            .map(|number| {
                let path = folder.path().join(format!("{number}.gguf"));
                std::fs::write(&path, vec![number; 8 << 20]).expect("written");
                entry(&path)
            })
            .collect();
        let duplicates = Duplicates::new(Arc::new(History::open(folder.path())));
        duplicates.find(&entries).await.expect("begins");
        duplicates.stop();
        let state = over(&duplicates).await;
        assert!(matches!(state, DuplicateState::Stopped | DuplicateState::Done { .. }), "{state:?}");
    }
}
