//! One process for one history: a lock on a file beside it, which the system gives back however the process ends.
//!
//! The app itself holds another one (`instance.rs` of the shell), through which a second start finds the first window. This
//! one is for whatever else may open the folder: two programs that write the same history would each believe in its own.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::{Duration, Instant};

/// Beside the history.
pub const FILE: &str = "history.lock";
/// For a process that is about to end.
pub const PATIENCE: Duration = Duration::from_secs(2);
const RETRY: Duration = Duration::from_millis(20);

/// Held as long as this lives.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "it only has to live")] File);

/// What came of asking for the lock.
#[derive(Debug)]
pub enum Claim {
    Held(Lock),
    /// Another process has it.
    Taken,
    /// The file system knows no locks, or has no room for a file: nothing is guarded.
    Unguarded,
    /// Nothing can be written here.
    ReadOnly(io::Error),
}

/// Asks for the lock of a folder; waits for one who is about to end.
pub fn claim(folder: &Path, patience: Duration) -> Claim {
    let file = match File::options().create(true).truncate(false).write(true).open(folder.join(FILE)) {
        Ok(file) => file,
        Err(error) if is_read_only(&error) => return Claim::ReadOnly(error),
        Err(error) => {
            tracing::warn!(%error, "the history can't be locked");
            return Claim::Unguarded;
        }
    };
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Claim::Held(Lock(file)),
            Err(TryLockError::WouldBlock) if begun.elapsed() >= patience => return Claim::Taken,
            Err(TryLockError::WouldBlock) => std::thread::sleep(RETRY),
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "the history can't be locked");
                return Claim::Unguarded;
            }
        }
    }
}

/// Is it for want of a right to write?
pub fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}
