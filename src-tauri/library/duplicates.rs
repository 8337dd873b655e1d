//! Files with the same content, found on demand by SHA-256.
//!
//! Only files of the same size can be the same, so only those are read. What was read before is
//! known. Split models and folders are left out: they are seldom kept twice.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::index::{Entry, Header};
use crate::contract::DuplicateState;
use crate::error::Error;
use crate::history::library as stored;
use crate::history::load_notes::Stamp;
use crate::history::History;

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
        let suspects = suspects(entries);
        let total_bytes = suspects.iter().map(|(_, stamp)| stamp.size).sum();
        self.shared.state.send_replace(DuplicateState::Hashing { bytes: 0, total_bytes });
        let known = match self.shared.history.call(|connection| stored::digests(connection)).await {
            Ok(known) => known,
            Err(error) => {
                self.shared.state.send_replace(DuplicateState::Stopped);
                return Err(error);
            }
        };
        let shared = self.shared.clone();
        let started = std::thread::Builder::new()
            .name("library-hash".into())
            .spawn(move || Search { shared: &shared, ticket, total_bytes, bytes: 0 }.run(suspects, &known));
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

/// Files that another one has the size of.
fn suspects(entries: &[Entry]) -> Vec<(PathBuf, Stamp)> {
    let mut by_size: BTreeMap<u64, Vec<&Entry>> = BTreeMap::new();
    let whole = |entry: &&Entry| {
        let is_file = match &entry.header {
            Header::Model { info } => info.format != vitrine_core::protocol::ModelFormat::Safetensors,
            Header::Companion | Header::Unreadable { .. } => true,
        };
        is_file && entry.candidate.parts == 1 && entry.candidate.stamp.size > 0
    };
    for entry in entries.iter().filter(whole) {
        by_size.entry(entry.candidate.stamp.size).or_default().push(entry);
    }
    let several = by_size.into_values().filter(|same| same.len() > 1).flatten();
    several.map(|entry| (entry.candidate.path.clone(), entry.candidate.stamp)).collect()
}

/// One search, on its thread.
struct Search<'a> {
    shared: &'a Shared,
    ticket: u64,
    total_bytes: u64,
    bytes: u64,
}

impl Search<'_> {
    fn run(mut self, suspects: Vec<(PathBuf, Stamp)>, known: &HashMap<String, (Stamp, String)>) {
        let mut groups: BTreeMap<(u64, String), Vec<String>> = BTreeMap::new();
        for (path, stamp) in suspects {
            let name = path.to_string_lossy().into_owned();
            let digest = match known.get(&name).filter(|(then, _)| *then == stamp) {
                Some((_, digest)) => {
                    self.bytes += stamp.size;
                    digest.clone()
                }
                None => match self.hash(&path) {
                    Ok(Some(digest)) => {
                        self.keep(name.clone(), stamp, digest.clone());
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
            groups.entry((stamp.size, digest)).or_default().push(name);
        }
        // The largest first: they are what somebody looks for who wants room.
        let groups = groups.into_values().rev().filter(|group| group.len() > 1).collect();
        self.tell(DuplicateState::Done { groups });
    }

    /// `None` where the search was stopped.
    fn hash(&mut self, path: &Path) -> std::io::Result<Option<String>> {
        let mut file = File::open(path)?;
        let mut hash = Sha256::new();
        let mut chunk = vec![0; CHUNK];
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
        let state = seen.expect("soon").expect("the search lives").clone();
        state
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
