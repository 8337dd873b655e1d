//! Prepared models: GGUF files that were written once more in the engine's container, because its own
//! reader would get them wrong.
//!
//! The worker writes them into the cache folder and finds them there again; the shell shows what they
//! take, and clears them away. What both must agree on is here: where they lie, what they are made of,
//! how one tells that an entry is in use, and how one is removed.
//!
//! An entry is a folder with the files and a `manifest.json`, which is written last. Whoever uses an entry
//! holds a shared lock on its manifest until its process ends; an entry is only removed by somebody who gets
//! the exclusive one. Its date says when the entry was last used.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::protocol::Isq;

/// Below the cache folder.
pub const FOLDER: &str = "converted";
/// In every entry.
pub const MANIFEST: &str = "manifest.json";
/// Changes whenever the same model would be written otherwise.
pub const FORMAT: &str = "vitrine converted model 2";
/// What must stay free on the disk besides.
pub const SPARE: u64 = 1 << 30;
/// All entries together, unless `VITRINE_CACHE_LIMIT` names another number of bytes.
const LIMIT: u64 = 32 << 30;
/// How often, and how long in between, a lock is tried.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(10);

/// What is written with the files of an entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// Missing in entries of the first version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    pub files: Vec<Listed>,
}

/// One file of an entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Listed {
    pub name: String,
    pub bytes: u64,
    /// SHA-256, in hex, of samples of its content.
    pub sample: String,
}

/// Which model an entry was made of, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// [`FORMAT`] as it was then.
    pub format: String,
    /// Bytes of the model file.
    pub bytes: u64,
    /// When it was last written, in nanoseconds since 1970; 0 where the system does not tell.
    pub modified: u64,
    /// What its floating-point weights were packed into.
    pub isq: Isq,
}

impl Origin {
    /// As of now.
    ///
    /// # Errors
    /// What the system says about the file.
    pub fn of(model: &Path, isq: Isq) -> io::Result<Self> {
        let facts = model.metadata()?;
        let since = facts.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let modified = since.and_then(|since| u64::try_from(since.as_nanos()).ok()).unwrap_or(0);
        Ok(Self { format: FORMAT.into(), bytes: facts.len(), modified, isq })
    }
}

/// A prepared model on disk.
#[derive(Debug, Clone)]
pub struct Entry {
    pub folder: PathBuf,
    /// All files together.
    pub bytes: u64,
    pub used: SystemTime,
    /// Missing where the manifest does not say, or can't be read.
    pub origin: Option<Origin>,
}

/// How an attempt to remove an entry ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    Removed,
    /// A worker has it open.
    InUse,
    /// The system refuses.
    Refused,
}

/// Bytes that all entries together may take.
pub fn limit() -> u64 {
    let given = std::env::var("VITRINE_CACHE_LIMIT").ok().and_then(|text| text.parse().ok());
    given.unwrap_or(LIMIT)
}

/// The entries in a folder; none where it is missing.
pub fn entries(root: &Path) -> Vec<Entry> {
    let folders = fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path());
    folders
        .filter(|folder| folder.join(MANIFEST).is_file())
        .map(|folder| Entry {
            bytes: size(&folder),
            used: used(&folder),
            origin: manifest(&folder).and_then(|manifest| manifest.origin),
            folder,
        })
        .collect()
}

/// What is written in an entry about it.
pub fn manifest(folder: &Path) -> Option<Manifest> {
    serde_json::from_str(&fs::read_to_string(folder.join(MANIFEST)).ok()?).ok()
}

/// Bytes of an entry's files.
pub fn size(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).map(|metadata| metadata.len()).sum()
}

fn used(folder: &Path) -> SystemTime {
    let date = fs::metadata(folder.join(MANIFEST)).and_then(|metadata| metadata.modified());
    date.unwrap_or(UNIX_EPOCH)
}

/// Keeps an entry from being removed for as long as the result lives. `None` where it is being removed, or is
/// not there.
pub fn hold(folder: &Path) -> Option<File> {
    let lock = File::open(folder.join(MANIFEST)).ok()?;
    for _ in 0..TRIES {
        match lock.try_lock_shared() {
            Ok(()) => return Some(lock),
            // Somebody may only be looking whether it is held.
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            // A file system without locks: whoever removes it there does so at the next load's cost.
            Err(TryLockError::Error(_)) => return Some(lock),
        }
    }
    None
}

/// Does somebody hold it now?
pub fn is_held(folder: &Path) -> bool {
    let Ok(lock) = File::open(folder.join(MANIFEST)) else { return false };
    matches!(lock.try_lock(), Err(TryLockError::WouldBlock))
}

/// Removes an entry that nobody holds.
pub fn remove(folder: &Path) -> Removal {
    // Without a manifest it is nobody's: half of an entry, or half removed.
    let lock = File::open(folder.join(MANIFEST)).ok();
    if lock.as_ref().is_some_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock))) {
        return Removal::InUse;
    }
    match fs::remove_dir_all(folder) {
        Ok(()) => Removal::Removed,
        Err(_) => Removal::Refused,
    }
}

/// Bytes that a new entry may have: what is free on the disk and what could be removed for it, without
/// [`SPARE`]. `None` where that is not known.
pub fn room(root: &Path) -> Option<u64> {
    let free = free_disk(root)?;
    let idle = entries(root).into_iter().filter(|entry| !is_held(&entry.folder));
    let removable = idle.fold(0, |sum: u64, entry| sum.saturating_add(entry.bytes));
    Some(free.saturating_add(removable).saturating_sub(SPARE))
}

/// Bytes that are free for this user on the disk of a folder; `None` where that is not known.
#[cfg(unix)]
pub fn free_disk(folder: &Path) -> Option<u64> {
    use std::os::unix::ffi::OsStrExt;
    let path = std::ffi::CString::new(folder.as_os_str().as_bytes()).ok()?;
    let mut facts = std::mem::MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: the path ends with a 0, and statvfs fills the structure where it returns 0.
    let facts = unsafe {
        if libc::statvfs(path.as_ptr(), facts.as_mut_ptr()) != 0 {
            return None;
        }
        facts.assume_init()
    };
    // The widths of these differ from system to system.
    #[allow(clippy::unnecessary_cast, reason = "the width differs from system to system")]
    Some((facts.f_bavail as u64).saturating_mul(facts.f_frsize as u64))
}

#[cfg(not(unix))]
pub fn free_disk(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(root: &Path, name: &str, bytes: usize, origin: Option<Origin>) -> PathBuf {
        let folder = root.join(name);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("weights"), vec![1; bytes]).expect("written");
        let manifest = Manifest { origin, files: Vec::new() };
        let text = serde_json::to_string(&manifest).expect("JSON");
        fs::write(folder.join(MANIFEST), text).expect("written");
        folder
    }

    #[test]
    fn entries_say_what_they_are_made_of_and_half_ones_are_none() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let model = root.path().join("千问 小.gguf");
        fs::write(&model, [7; 100]).expect("written");
        let origin = Origin::of(&model, Isq::Q8_0).expect("there");
        assert!(origin.bytes == 100 && origin.modified > 0);
        put(root.path(), "a", 1000, Some(origin.clone()));
        put(root.path(), "old", 10, None);
        fs::create_dir(root.path().join("unfinished-1-x")).expect("a folder");
        let mut found = entries(root.path());
        found.sort_by_key(|entry| std::cmp::Reverse(entry.bytes));
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].origin, Some(origin));
        assert!(found[0].bytes > 1000 && found[1].origin.is_none());
        assert!(entries(Path::new("/no/such/folder")).is_empty());
    }

    #[test]
    fn what_is_held_is_not_removed() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let folder = put(root.path(), "a", 10, None);
        let (first, second) = (hold(&folder), hold(&folder));
        assert!(first.is_some() && second.is_some(), "two workers may use the same one");
        assert_eq!(remove(&folder), Removal::InUse);
        drop(first);
        assert!(is_held(&folder));
        assert_eq!(remove(&folder), Removal::InUse);
        drop(second);
        assert!(!is_held(&folder));
        assert_eq!(remove(&folder), Removal::Removed);
        assert!(!folder.exists() && hold(&folder).is_none());
        assert_eq!(remove(&folder), Removal::Refused, "it is not there any more");
    }

    #[cfg(unix)]
    #[test]
    fn the_disk_of_a_folder_has_some_bytes_free() {
        assert!(free_disk(&std::env::temp_dir()).is_some_and(|free| free > 0));
        assert_eq!(free_disk(Path::new("/no/such/folder")), None);
    }
}
