//! The folder of prepared models: bounded, checked before use, never half written.
//!
//! An entry is a folder named after its key, with the files and a `manifest.json` that lists their
//! sizes and a hash of samples of each ([`vitrine_core::prepared`], which the shell knows too). It is written
//! beside its place and renamed when it is whole. What was not used for longest goes first when the folder
//! grows beyond its limit, or the disk is short. Several workers may share it: what one of them uses stays.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use vitrine_core::prepared::{self, Listed, Manifest, Origin, Removal, MANIFEST, SPARE};
use vitrine_core::protocol::{CacheUse, ErrorKind, RpcError};

use super::written;

const UNFINISHED: &str = "unfinished-";

/// Samples of a file: this many, of this many bytes each. Files that are not larger are hashed whole.
const SAMPLES: u64 = 64;
const SAMPLE: u64 = 64 << 10;

/// The folder.
pub struct Cache {
    root: PathBuf,
    limit: u64,
}

/// An entry that nobody removes for as long as this lives.
pub struct Held {
    pub folder: PathBuf,
    lock: File,
}

impl Held {
    /// Until this process ends: one worker, one model.
    pub fn for_good(self) -> PathBuf {
        std::mem::forget(self.lock);
        self.folder
    }
}

impl Cache {
    /// Below `folder`, which is made where it is missing.
    pub fn open(folder: &Path) -> Result<Self, RpcError> {
        Self::with_limit(folder, prepared::limit())
    }

    fn with_limit(folder: &Path, limit: u64) -> Result<Self, RpcError> {
        let root = folder.join(prepared::FOLDER);
        fs::create_dir_all(&root).map_err(|error| written(&root, &error))?;
        Ok(Self { root, limit })
    }

    /// The entry of that key, if it is there and as it was written. One that is not is removed.
    pub fn find(&self, key: &str) -> Option<Held> {
        let folder = self.root.join(key);
        if !folder.is_dir() {
            return None;
        }
        // Held before it is looked at: what is whole then stays whole.
        let lock = prepared::hold(&folder);
        if !is_whole(&folder) {
            drop(lock);
            eprintln!("vitrine-worker: a prepared model is damaged and is made again: {key}");
            prepared::remove(&folder);
            return None;
        }
        touch(&folder);
        Some(Held { folder, lock: lock? })
    }

    /// Makes an entry of about `needed` bytes; `fill` writes its files into the folder it is given.
    ///
    /// # Errors
    /// `NotEnoughDisk`, and those of `fill`; nothing of it stays then.
    pub fn create(
        &self,
        key: &str,
        needed: u64,
        origin: Option<Origin>,
        fill: impl FnOnce(&Path) -> Result<(), RpcError>,
    ) -> Result<Held, RpcError> {
        self.sweep();
        // Nothing is removed for what has no room anyway.
        if let Some(room) = prepared::room(&self.root) {
            if room < needed {
                return Err(RpcError::new(
                    ErrorKind::NotEnoughDisk,
                    format!("the prepared model takes {needed} bytes of disk, and there is room for {room}"),
                )
                .with("needed_bytes", needed)
                .with("free_bytes", room));
            }
        }
        self.make_room(needed);
        let beside = tempfile::Builder::new()
            .prefix(&format!("{UNFINISHED}{}-", std::process::id()))
            .tempdir_in(&self.root)
            .map_err(|error| written(&self.root, &error))?;
        fill(beside.path())?;
        list(beside.path(), origin).map_err(|error| written(beside.path(), &error))?;
        let place = self.root.join(key);
        match fs::rename(beside.path(), &place) {
            Ok(()) => {
                // It is no longer there to be removed.
                let _ = beside.keep();
            }
            // Another worker was quicker with the same file.
            Err(_) if is_whole(&place) => {}
            Err(error) => return Err(written(&place, &error)),
        }
        let lock = prepared::hold(&place)
            .ok_or_else(|| written(&place, &std::io::Error::other("it was removed at once")))?;
        touch(&place);
        self.make_room(0);
        Ok(Held { folder: place, lock })
    }

    /// What the folder and one entry of it take.
    pub fn usage(&self, entry: &Path, reused: bool) -> CacheUse {
        let total = prepared::entries(&self.root).iter().map(|entry| entry.bytes).sum();
        CacheUse { reused, entry_bytes: prepared::size(entry), total_bytes: total, limit_bytes: self.limit }
    }

    /// Removes the entries that were not used for longest until `more` bytes fit below the limit, and onto the
    /// disk. What a worker uses stays.
    fn make_room(&self, more: u64) {
        let mut entries = prepared::entries(&self.root);
        entries.sort_by_key(|entry| entry.used);
        let mut total: u64 = entries.iter().map(|entry| entry.bytes).sum();
        for entry in entries {
            let below_limit = total.saturating_add(more) <= self.limit;
            let on_disk = more == 0
                || prepared::free_disk(&self.root).is_none_or(|free| free >= more.saturating_add(SPARE));
            if below_limit && on_disk {
                return;
            }
            if prepared::remove(&entry.folder) == Removal::Removed {
                total -= entry.bytes;
            }
        }
    }

    /// Removes what workers that are gone left unfinished.
    fn sweep(&self) {
        for entry in fs::read_dir(&self.root).into_iter().flatten().flatten() {
            if crate::scratch::is_left_over(&entry, UNFINISHED) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

fn touch(folder: &Path) {
    let file = File::options().append(true).open(folder.join(MANIFEST));
    // Without a new date it is only removed earlier.
    let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
}

/// Writes the manifest.
fn list(folder: &Path, origin: Option<Origin>) -> std::io::Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let mut file = File::open(entry.path())?;
        let bytes = file.metadata()?.len();
        let sample = hex::encode(sample(&mut file, bytes)?);
        files.push(Listed { name: entry.file_name().to_string_lossy().into_owned(), bytes, sample });
    }
    let text = serde_json::to_string(&Manifest { origin, files }).map_err(std::io::Error::other)?;
    fs::write(folder.join(MANIFEST), text)
}

/// Are all files there, of their sizes, and with the sampled content?
fn is_whole(folder: &Path) -> bool {
    let Some(manifest) = prepared::manifest(folder) else { return false };
    !manifest.files.is_empty()
        && manifest.files.iter().all(|listed| {
            let Ok(mut file) = File::open(folder.join(&listed.name)) else { return false };
            let bytes = file.metadata().map_or(0, |metadata| metadata.len());
            bytes == listed.bytes
                && sample(&mut file, bytes).is_ok_and(|sample| hex::encode(sample) == listed.sample)
        })
}

/// SHA-256 over evenly spaced pieces of a file, its beginning and its end among them.
pub fn sample(file: &mut File, bytes: u64) -> std::io::Result<Vec<u8>> {
    let mut hash = Sha256::new();
    if bytes <= SAMPLES * SAMPLE {
        file.seek(SeekFrom::Start(0))?;
        let mut piece = vec![0; SAMPLE as usize];
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(hash.finalize().to_vec()),
                count => hash.update(&piece[..count]),
            }
        }
    }
    let mut piece = vec![0; SAMPLE as usize];
    for number in 0..SAMPLES {
        // Exact in 128 bits; the last one ends where the file ends.
        let start = u128::from(bytes - SAMPLE) * u128::from(number) / u128::from(SAMPLES - 1);
        file.seek(SeekFrom::Start(start as u64))?;
        file.read_exact(&mut piece)?;
        hash.update(&piece);
    }
    Ok(hash.finalize().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(limit: u64) -> (tempfile::TempDir, Cache) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let cache = Cache::with_limit(folder.path(), limit).expect("a cache");
        (folder, cache)
    }

    fn put(cache: &Cache, key: &str, bytes: usize) -> PathBuf {
        let write = |folder: &Path| {
            fs::write(folder.join("a"), vec![7; bytes]).map_err(|error| written(folder, &error))
        };
        cache.create(key, bytes as u64, None, write).expect("an entry").folder
    }

    #[test]
    fn an_entry_is_found_again_until_it_is_damaged() {
        let (_folder, cache) = cache(1 << 20);
        assert!(cache.find("k").is_none());
        let place = put(&cache, "k", 1000);
        assert_eq!(cache.find("k").map(|held| held.folder), Some(place.clone()));
        let usage = cache.usage(&place, true);
        assert!(usage.entry_bytes > 1000 && usage.total_bytes == usage.entry_bytes);
        let mut bytes = vec![7; 1000];
        bytes[500] = 8;
        fs::write(place.join("a"), bytes).expect("a damaged file");
        assert!(cache.find("k").is_none());
        assert!(!place.exists(), "a damaged entry is removed");
    }

    #[test]
    fn a_large_file_is_sampled_from_its_beginning_to_its_end() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("large");
        let length = (SAMPLES * SAMPLE + 12_345) as usize;
        let mut bytes = vec![1; length];
        let hash = |bytes: &[u8]| {
            fs::write(&path, bytes).expect("a file");
            sample(&mut File::open(&path).expect("opens"), bytes.len() as u64).expect("a sample")
        };
        let original = hash(&bytes);
        for place in [0, length / 2 - 1000, length - 1] {
            bytes[place] ^= 1;
            assert_ne!(hash(&bytes), original, "byte {place}");
            bytes[place] ^= 1;
        }
        assert_eq!(hash(&bytes), original);
    }

    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let (_folder, cache) = cache(6000);
        let old = put(&cache, "old", 2000);
        let middle = put(&cache, "middle", 2000);
        let hour = std::time::Duration::from_secs(3600);
        for (place, hours) in [(&old, 2), (&middle, 3)] {
            let file = File::options().append(true).open(place.join(MANIFEST)).expect("opens");
            file.set_modified(SystemTime::now() - hours * hour).expect("a date");
        }
        let new = put(&cache, "new", 2500);
        assert!(old.exists() && new.exists() && !middle.exists());
        // One that is larger than the limit stays as long as it is the newest.
        let huge = put(&cache, "huge", 9000);
        assert!(huge.exists() && !old.exists() && !new.exists());
    }

    #[test]
    fn what_is_used_stays_and_nothing_goes_for_what_has_no_room_anyway() {
        let (_folder, cache) = cache(5000);
        let used = put(&cache, "used", 2000);
        let held = cache.find("used").expect("there");
        let other = put(&cache, "other", 2000);
        let new = put(&cache, "new", 2500);
        assert!(used.exists() && new.exists() && !other.exists(), "the used one is older, and stays");
        drop(held);
        if cfg!(unix) {
            assert!(cache.create("k", 1 << 60, None, |_| Ok(())).is_err());
            assert!(used.exists() && new.exists());
        }
    }

    #[test]
    fn what_fails_leaves_nothing() {
        let (_folder, cache) = cache(1 << 20);
        let failed = cache.create("k", 10, None, |folder| {
            fs::write(folder.join("half"), "x").expect("a file");
            Err(RpcError::new(ErrorKind::ReadFailed, "the disk went away"))
        });
        assert_eq!(failed.err().expect("fails").kind(), ErrorKind::ReadFailed);
        assert_eq!(fs::read_dir(&cache.root).expect("listed").count(), 0);
        let failed = cache.create("k", 1 << 60, None, |_| Ok(()));
        if cfg!(target_os = "linux") {
            assert_eq!(failed.err().expect("no disk is that large").kind(), ErrorKind::NotEnoughDisk);
        }
    }
}
