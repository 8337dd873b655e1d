//! Copies of the history: how one is made, and how one is read, also one that an older version of the app wrote.
//!
//! Copies are made by SQLite's backup API (<https://sqlite.org/backup.html>) in one step, so that they hold one moment of a history
//! that is being written. A copy is one file without a log beside it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::backups;
use super::marker::{self, sync_folder};
use super::open::{self, with_suffix, STEPS};
use crate::error::Error;

/// Tries while another connection holds the file.
const TRIES: u32 = 100;
const RETRY: Duration = Duration::from_millis(50);
/// Files of ours that are gone at the latest when the app starts again.
const SCRATCH: &str = "scratch-";

/// A file that goes when this does.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// A name for one in this folder.
    pub fn in_folder(folder: &Path) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(folder.join(format!("{SCRATCH}{}-{number}.db", std::process::id())))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

/// Removes a database and what belongs to it.
pub fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(with_suffix(path, suffix));
    }
}

/// Removes what an earlier process left behind when it was killed, and nothing that this one is at.
pub fn sweep(folder: &Path) {
    let _turn = backups::turn();
    let own = format!("{SCRATCH}{}-", std::process::id());
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_part = name.ends_with(".db.part") || name.ends_with(".db.part-journal");
        if is_part || (name.starts_with(SCRATCH) && !name.starts_with(&own)) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Copies a database to `path`, where nothing or an older copy is. Whole or not at all, and checked.
///
/// # Errors
/// What SQLite or the system says; nothing is left behind then.
pub fn make(source: &Connection, path: &Path) -> Result<(), Error> {
    let part = with_suffix(path, ".part");
    remove(&part);
    let made = fill(source, &part).and_then(|()| put_in_place(&part, path));
    if made.is_err() {
        remove(&part);
    }
    made
}

fn fill(source: &Connection, part: &Path) -> Result<(), Error> {
    let mut target = Connection::open(part)?;
    copy_pages(source, &mut target)?;
    target.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    if let Some(fault) = open::fault(&target)? {
        return Err(Error::BackupUnreadable { path: part.into(), reason: fault });
    }
    target.close().map_err(|(_, error)| error)?;
    Ok(())
}

/// All pages, in one step.
///
/// # Errors
/// What SQLite says.
pub fn copy_pages(source: &Connection, target: &mut Connection) -> Result<(), Error> {
    let backup = Backup::new(source, target)?;
    for _ in 0..TRIES {
        match backup.step(-1)? {
            StepResult::Done => return Ok(()),
            _ => std::thread::sleep(RETRY),
        }
    }
    Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY), None).into())
}

/// On the disk, and under its name.
///
/// # Errors
/// What the system says.
pub fn put_in_place(part: &Path, path: &Path) -> Result<(), Error> {
    let io = |action| move |source| Error::Io { action, path: part.into(), source };
    File::options()
        .read(true)
        .write(true)
        .open(part)
        .and_then(|file| file.sync_all())
        .map_err(io("saving"))?;
    // A log of what lay here before has nothing to do with it.
    for suffix in ["-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(with_suffix(path, suffix));
    }
    std::fs::rename(part, path).map_err(io("renaming"))?;
    if let Some(folder) = path.parent() {
        sync_folder(folder);
    }
    Ok(())
}

/// A copy that is open for reading, with today's tables.
#[derive(Debug)]
pub struct Copy {
    pub connection: Connection,
    /// Where it had to be brought up to date.
    _scratch: Option<Scratch>,
}

/// Opens a copy. One of an older version is copied into `scratch` (a folder) and brought up to date there: the file itself is never
/// written.
///
/// # Errors
/// [`Error::BackupUnreadable`].
pub fn open(path: &Path, scratch: &Path) -> Result<Copy, Error> {
    let unreadable = |reason: String| Error::BackupUnreadable { path: path.into(), reason };
    let opened = try_open(path, scratch);
    opened.map_err(|error| match error {
        Error::BackupUnreadable { .. } | Error::DiskFull { .. } => error,
        error => unreadable(error.to_string()),
    })
}

/// Conversations and messages of a copy, of whatever version: these tables were always there.
///
/// # Errors
/// [`Error::BackupUnreadable`].
pub fn counts(path: &Path) -> Result<(u32, u32), Error> {
    if !path.is_file() {
        return Err(Error::BackupUnreadable { path: path.into(), reason: "it is not there".into() });
    }
    let read = for_reading(path).and_then(|copy| marker::counts(&copy));
    read.map_err(|error| Error::BackupUnreadable { path: path.into(), reason: error.to_string() })
}

fn try_open(path: &Path, scratch: &Path) -> Result<Copy, Error> {
    let unreadable = |reason: &str| Error::BackupUnreadable { path: path.into(), reason: reason.into() };
    if !path.is_file() {
        return Err(unreadable("it is not there"));
    }
    let connection = for_reading(path)?;
    let version: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        0 => Err(unreadable("it has no tables")),
        version if version >= STEPS.len() => {
            open::probe(&connection)?;
            Ok(Copy { connection, _scratch: None })
        }
        _ => {
            let file = Scratch::in_folder(scratch);
            let mut today = Connection::open(file.path())?;
            copy_pages(&connection, &mut today)?;
            today.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
            open::migrate(&mut today)?;
            open::probe(&today)?;
            Ok(Copy { connection: today, _scratch: Some(file) })
        }
    }
}

/// Opens a file for reading alone, also where nothing can be written beside it.
///
/// # Errors
/// What SQLite says.
pub fn for_reading(path: &Path) -> Result<Connection, Error> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // A file without a log does not change behind our back: nothing has to be written beside it.
    let quiet = with_suffix(path, "-wal").metadata().map_or(true, |log| log.len() == 0);
    let address = |end: &str| format!("file:{}{end}", escaped(path));
    let read = |address: String| -> Result<Connection, Error> {
        let connection = Connection::open_with_flags(address, flags)?;
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
        Ok(connection)
    };
    match read(address("")) {
        Ok(connection) => Ok(connection),
        Err(_) if quiet => read(address("?immutable=1")),
        Err(error) => Err(error),
    }
}

/// A path in an address (<https://sqlite.org/uri.html>).
fn escaped(path: &Path) -> String {
    let mut out = String::new();
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
