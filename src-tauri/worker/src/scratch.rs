//! The cache folder, and folders in it that live as long as a load.
//!
//! The cache folder is the only place that a worker may write to: `VITRINE_CACHE_DIR`, else one of this user's in the system's
//! temporary folder.
//!
//! Cancelling a load ends the process, which then removes nothing. So every folder carries the id of
//! its process, and who makes a new one removes those of processes that are gone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use vitrine_core::protocol::{ErrorKind, RpcError};
use vitrine_core::tokenizer::Tokenizer;

const PREFIX: &str = "load-";
/// Where processes can't be asked for by id: no load takes that long.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

/// The cache folder; made where it is missing.
pub fn folder() -> io::Result<PathBuf> {
    let given = std::env::var_os("VITRINE_CACHE_DIR").filter(|given| !given.is_empty());
    let folder = given.map_or_else(|| std::env::temp_dir().join(own_name()), PathBuf::from);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Users share the temporary folder, but not what is in it.
#[cfg(target_os = "linux")]
fn own_name() -> String {
    // SAFETY: getuid always succeeds and touches no memory.
    format!("vitrine-{}", unsafe { libc::getuid() })
}

#[cfg(not(target_os = "linux"))]
fn own_name() -> String {
    "vitrine".into()
}

/// A fresh folder in it; it goes with the value.
pub fn fresh_folder() -> Result<TempDir, RpcError> {
    let parent = folder().map_err(failed)?;
    sweep(&parent);
    let prefix = format!("{PREFIX}{}-", std::process::id());
    tempfile::Builder::new().prefix(&prefix).tempdir_in(parent).map_err(failed)
}

/// A fresh folder with `tokenizer.json` in it.
pub fn tokenizer_folder(tokenizer: &Tokenizer) -> Result<TempDir, RpcError> {
    let folder = fresh_folder()?;
    write(folder.path(), "tokenizer.json", &tokenizer.engine_json()?)?;
    Ok(folder)
}

/// Writes one file of it.
pub fn write(folder: &Path, name: &str, text: &str) -> Result<(), RpcError> {
    write_bytes(folder, name, text.as_bytes())
}

/// The same for what is no text.
pub fn write_bytes(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), RpcError> {
    fs::write(folder.join(name), bytes).map_err(failed)
}

/// Makes a file appear under another name in it, without copying.
pub fn link(folder: &Path, name: &str, target: &Path) -> Result<(), RpcError> {
    let target = target.canonicalize().map_err(failed)?;
    #[cfg(unix)]
    let result = std::os::unix::fs::symlink(target, folder.join(name));
    // Symbolic links need a right there that most users don't have.
    #[cfg(not(unix))]
    let result = fs::hard_link(target, folder.join(name));
    result.map_err(failed)
}

pub fn failed(error: io::Error) -> RpcError {
    RpcError::new(ErrorKind::EngineFailed, format!("the cache folder can't be written: {error}"))
}

/// Removes what ended processes left. Nothing depends on it, so what can't be removed stays.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if is_left_over(&entry, PREFIX) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Is it a folder named `{prefix}{process id}-...` of a process that has ended?
pub fn is_left_over(entry: &fs::DirEntry, prefix: &str) -> bool {
    let name = entry.file_name();
    let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(prefix)) else { return false };
    let processes = Path::new("/proc/self");
    match rest.split_once('-').and_then(|(pid, _)| pid.parse::<u32>().ok()) {
        Some(pid) if processes.exists() => !processes.with_file_name(pid.to_string()).exists(),
        _ => entry
            .metadata()
            .and_then(|metadata| metadata.modified())
            .is_ok_and(|changed| changed.elapsed().is_ok_and(|age| age > OLD)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_ended_processes_are_swept_and_all_others_stay() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let own = format!("{PREFIX}{}-abc", std::process::id());
        // Above the highest id that Linux gives out (2^22).
        for name in [own.as_str(), "load-99999999-abc", "somebody-elses", "load-x"] {
            fs::create_dir(parent.path().join(name)).expect("a folder");
        }
        sweep(parent.path());
        let left = |name: &str| parent.path().join(name).exists();
        assert!(left(&own) && left("somebody-elses") && left("load-x"));
        assert_eq!(left("load-99999999-abc"), !Path::new("/proc/self").exists());
    }
}
