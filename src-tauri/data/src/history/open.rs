//! Opening the history file, whatever state it is in.
//!
//! * Missing, where there never was one: a new one. Missing, empty or another one where the marker or copies tell of a
//!   history: nothing is begun, the user is asked.
//! * Older: copied, then migrated.
//! * From a newer version of the app: opened for reading alone.
//! * In a folder that can't be written: opened for reading alone.
//! * Damaged: told so; [`super::salvage`] knows what to do.
//!
//! The file is not checked here: that takes time, and is done when the first view stands.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};
use rusqlite_migration::{Migrations, M};

use super::lock::is_read_only;
use super::marker::{self, Marker};
use super::{backups, copies, index, messages, FILE};
use crate::contract::BackupKind;
use crate::error::Error;

/// How long another connection may hold the file.
const BUSY_MS: u64 = 5_000;

/// Less than this is no room: the index of a log alone takes 32 KiB.
const NO_ROOM: u64 = 64 * 1024;

/// `SQLITE_CORRUPT_VTAB`: <https://sqlite.org/rescode.html#corrupt_vtab>.
const CORRUPT_INDEX_TABLE: i32 = 267;

/// The steps from an empty file to today's tables. Steps are only ever added.
pub const STEPS: &[M<'static>] = &[
    M::up(include_str!("migrations/001_begin.sql")),
    M::up(include_str!("migrations/002_library.sql")),
    M::up(include_str!("migrations/003_see_through.sql")),
    M::up(include_str!("migrations/004_prompt_deltas.sql")),
    M::up(include_str!("migrations/005_history.sql")),
    M::up(include_str!("migrations/006_found_faster.sql")),
];

/// Why the history can't be written, or is not there. Said again at every call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unavailable {
    TooNew {
        path: PathBuf,
        found: usize,
    },
    /// It was there before: what is remembered of it.
    Missing {
        path: PathBuf,
        marker: Marker,
    },
    InUse {
        path: PathBuf,
    },
    ReadOnly {
        path: PathBuf,
        detail: String,
    },
    Full {
        path: PathBuf,
        detail: String,
    },
    Other(String),
    Closed,
}

impl Unavailable {
    pub fn error(&self) -> Error {
        match self {
            Self::TooNew { path, found } => {
                Error::HistoryTooNew { path: path.clone(), found: *found, supported: STEPS.len() }
            }
            Self::Missing { path, .. } => Error::HistoryMissing { path: path.clone() },
            Self::InUse { path } => Error::HistoryInUse { path: path.clone() },
            Self::ReadOnly { path, detail } => {
                Error::ReadOnlyFolder { path: path.clone(), detail: detail.clone() }
            }
            Self::Full { path, detail } => Error::DiskFull { path: path.clone(), detail: detail.clone() },
            Self::Other(reason) => Error::HistoryUnavailable(reason.clone()),
            Self::Closed => Error::HistoryUnavailable("closed".into()),
        }
    }
}

/// What an error says of the file.
#[derive(Debug)]
pub enum Verdict {
    /// The bytes in it are not those of a database.
    Damaged(String),
    /// It can't be written (or opened) now; that may pass.
    Unavailable(Unavailable),
    /// Nothing: the question was wrong.
    Nothing,
}

/// What an error says of the file at `path`.
pub fn verdict(error: &Error, path: &Path) -> Verdict {
    let detail = error.to_string();
    let path = path.to_owned();
    let sqlite = match error {
        Error::Database(error) => error,
        Error::Migration(rusqlite_migration::Error::RusqliteError { err, .. }) => err,
        Error::DiskFull { path, detail } => {
            let (path, detail) = (path.clone(), detail.clone());
            return Verdict::Unavailable(Unavailable::Full { path, detail });
        }
        Error::Io { path, source, .. } if is_read_only(source) => {
            return Verdict::Unavailable(Unavailable::ReadOnly { path: path.clone(), detail });
        }
        Error::Io { path, source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
            return Verdict::Unavailable(Unavailable::Full { path: path.clone(), detail });
        }
        Error::HistoryTooNew { path, found, .. } => {
            return Verdict::Unavailable(Unavailable::TooNew { path: path.clone(), found: *found });
        }
        _ => return Verdict::Nothing,
    };
    if matches!(sqlite, rusqlite::Error::SqliteFailure(code, _) if code.extended_code == CORRUPT_INDEX_TABLE)
    {
        // A search index is made of the rows, and can be made again.
        return Verdict::Nothing;
    }
    match sqlite.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Verdict::Damaged(detail),
        Some(ErrorCode::DiskFull) => Verdict::Unavailable(Unavailable::Full { path, detail }),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Verdict::Unavailable(Unavailable::ReadOnly { path, detail })
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed) => {
            Verdict::Unavailable(Unavailable::InUse { path })
        }
        // Where there is no room for the index of the log, SQLite says no more than that.
        Some(ErrorCode::SystemIoFailure) => Verdict::Unavailable(match backups::free_bytes(&path) {
            Some(free) if free < NO_ROOM => Unavailable::Full { path, detail },
            _ => Unavailable::Other(detail),
        }),
        _ => Verdict::Nothing,
    }
}

/// A history that could be opened.
#[derive(Debug)]
pub struct Opened {
    pub connection: Connection,
    /// Why it can only be read.
    pub read_only: Option<Unavailable>,
}

/// Why it could not.
#[derive(Debug)]
pub enum Failure {
    Damaged(String),
    Unavailable(Unavailable),
}

/// Whether a new history may be begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// Only where nothing tells that there was one.
    IfNew,
    /// The user wants it.
    Anyway,
}

/// Opens the file in `folder`. `read_only`: why nothing can be written there.
pub fn open(folder: &Path, begin: Begin, read_only: Option<Unavailable>) -> Result<Opened, Failure> {
    let path = folder.join(FILE);
    let failed = |error: Error| match verdict(&error, &path) {
        Verdict::Damaged(reason) => Failure::Damaged(reason),
        Verdict::Unavailable(reason) => Failure::Unavailable(reason),
        Verdict::Nothing => Failure::Unavailable(Unavailable::Other(error.to_string())),
    };
    let expected = match begin {
        Begin::IfNew => expected(folder),
        Begin::Anyway => None,
    };
    let gone = path.metadata().map_or(true, |file| file.len() == 0);
    if gone {
        if let Some(marker) = expected {
            return Err(Failure::Unavailable(Unavailable::Missing { path, marker }));
        }
    }
    if let Some(reason) = read_only {
        let connection = copies::for_reading(&path).and_then(|connection| {
            probe(&connection)?;
            Ok(connection)
        });
        return match connection {
            Ok(connection) => Ok(Opened { connection, read_only: Some(reason) }),
            Err(_) => Err(Failure::Unavailable(reason)),
        };
    }
    let opened = attempt(folder, &path, expected);
    match opened {
        Ok(opened) => Ok(opened),
        Err(Attempt::Missing(marker)) => Err(Failure::Unavailable(Unavailable::Missing { path, marker })),
        Err(Attempt::Failed(error)) => match failed(error) {
            // It may be readable all the same.
            Failure::Unavailable(
                reason @ (Unavailable::ReadOnly { .. } | Unavailable::Full { .. } | Unavailable::Other(_)),
            ) => open(folder, Begin::Anyway, Some(reason)),
            failure => Err(failure),
        },
    }
}

/// What is remembered of a history in this folder that held something; `None` where there was none.
fn expected(folder: &Path) -> Option<Marker> {
    match marker::read(folder) {
        Some(marker) => (marker.conversations > 0).then_some(marker),
        None => {
            let copies = backups::names(folder).into_iter().filter(|named| !named.is_set_aside());
            copies.map(backups::describe).find_map(|backup| {
                let conversations = backup.conversations.filter(|count| *count > 0)?;
                let messages = backup.messages.unwrap_or(0);
                Some(Marker { history: String::new(), conversations, messages, last_seen: backup.at })
            })
        }
    }
}

enum Attempt {
    Missing(Marker),
    Failed(Error),
}

impl From<Error> for Attempt {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<rusqlite::Error> for Attempt {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}

fn attempt(folder: &Path, path: &Path, expected: Option<Marker>) -> Result<Opened, Attempt> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    let version: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > STEPS.len() {
        drop(connection);
        let reason = Unavailable::TooNew { path: path.into(), found: version };
        let connection = copies::for_reading(path).and_then(|connection| {
            probe(&connection)?;
            Ok(connection)
        });
        return match connection {
            Ok(connection) => Ok(Opened { connection, read_only: Some(reason) }),
            Err(error) => {
                tracing::warn!(%error, "tables of a newer version that can't be read here");
                Err(reason.error().into())
            }
        };
    }
    if let Some(marker) = expected {
        let other = version == 0 || marker::identity(&connection).is_none_or(|uid| uid != marker.history);
        if other && is_empty(&connection, version)? {
            return Err(Attempt::Missing(marker));
        }
    }
    if (1..STEPS.len()).contains(&version) {
        backups::make(folder, &connection, BackupKind::BeforeMigration)?;
    }
    prepare(&mut connection)?;
    if let Err(error) = messages::interrupt_streaming(&connection) {
        match verdict(&error, path) {
            // What can't be written now (a full disk) is written the next time.
            Verdict::Unavailable(reason) => {
                tracing::warn!(?reason, "answers look as if they were being written")
            }
            _ => return Err(error.into()),
        }
    }
    Ok(Opened { connection, read_only: None })
}

fn is_empty(connection: &Connection, version: usize) -> Result<bool, Error> {
    if version == 0 {
        return Ok(true);
    }
    Ok(connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM conversations)", [], |row| row.get(0))?)
}

/// What is wrong with a file, as far as a check without its indices can tell.
#[derive(Debug, Default)]
pub struct Faults {
    /// In what can't be made anew.
    pub rows: Option<String>,
    /// In the index of words and tokens, which is made of the rows.
    pub index: Option<String>,
}

/// Checks the whole file (<https://sqlite.org/pragma.html#pragma_quick_check>).
///
/// # Errors
/// What SQLite says, also where the file is too damaged to be asked.
pub fn faults(connection: &Connection) -> Result<Faults, Error> {
    // A value of a column that this version has no name for is read as not known; the file is not damaged.
    connection.pragma_update(None, "ignore_check_constraints", true)?;
    let mut query = connection.prepare("PRAGMA quick_check")?;
    let verdicts = query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    connection.pragma_update(None, "ignore_check_constraints", false)?;
    let verdicts = verdicts.into_iter().filter(|verdict| verdict != "ok");
    let (index, rows): (Vec<_>, Vec<_>) = verdicts.partition(|verdict| index::is_of_index(verdict));
    Ok(Faults { rows: rows.into_iter().next(), index: index.into_iter().next() })
}

/// The first of [`Faults::rows`].
///
/// # Errors
/// As [`faults`].
pub fn fault(connection: &Connection) -> Result<Option<String>, Error> {
    Ok(faults(connection)?.rows)
}

/// Makes the index anew where it is damaged.
///
/// # Errors
/// What SQLite says.
pub fn heal_index(connection: &mut Connection) -> Result<(), Error> {
    if let Some(verdict) = faults(connection)?.index {
        tracing::warn!(verdict, "the index of the history is damaged and made anew");
        index::spoil(connection)?;
        index::ensure(connection)?;
    }
    Ok(())
}

/// Can today's questions be asked of these tables?
///
/// # Errors
/// What SQLite says of the first that can't.
pub fn probe(connection: &Connection) -> Result<(), Error> {
    for sql in [
        "SELECT id, uid, title, settings, active_leaf, created_at, updated_at, deleted_at FROM conversations LIMIT 1",
        "SELECT id, uid, conversation_id, parent_id, role, text, status, facts, created_at, pinned, deleted_at
         FROM messages LIMIT 1",
        "SELECT message_id, chunk, data FROM token_records LIMIT 1",
        "SELECT message_id, vocabulary, form, ids, segments, base, depth, spans FROM prompts LIMIT 1",
        "SELECT id, message_id, name, bytes, encoding, tokens, text FROM attachments LIMIT 1",
        "SELECT vocabulary, token, bytes, special FROM pieces LIMIT 1",
        "SELECT key, value FROM settings LIMIT 1",
    ] {
        connection.prepare(sql)?.query([])?.next()?;
    }
    Ok(())
}

/// Settings of the connection, and today's tables.
///
/// # Errors
/// What SQLite says.
pub fn prepare(connection: &mut Connection) -> Result<(), Error> {
    // With WAL, NORMAL loses nothing when the app is killed, and at most the last transactions
    // when the machine loses power; the file stays whole in either case.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is deleted for good is overwritten, not only forgotten.
    connection.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))?;
    migrate(connection)?;
    index::ensure(connection)
}

/// Today's tables.
///
/// # Errors
/// What SQLite says.
pub fn migrate(connection: &mut Connection) -> Result<(), Error> {
    Ok(Migrations::from_slice(STEPS).to_latest(connection)?)
}

/// The tables of a version of the past.
///
/// # Errors
/// What SQLite says.
pub fn migrate_to(connection: &mut Connection, version: usize) -> Result<(), Error> {
    Ok(Migrations::from_slice(STEPS).to_version(connection, version)?)
}

/// Renames a damaged file and what belongs to it; gives back its new name.
///
/// # Errors
/// [`Error::Io`].
pub fn set_aside(path: &Path, beginning: &str) -> Result<PathBuf, Error> {
    let aside = path.with_file_name(format!("{beginning}{}.db", super::now()));
    if let Err(source) = rename(path, &aside) {
        bring_back(&aside, path);
        return Err(Error::Io { action: "renaming", path: path.into(), source });
    }
    Ok(aside)
}

/// Undoes [`set_aside`], as far as that goes.
pub fn bring_back(aside: &Path, path: &Path) {
    if let Err(error) = rename(aside, path) {
        tracing::error!(%error, aside = %aside.display(), "what was set aside stays there");
    }
}

/// With its log.
fn rename(from: &Path, to: &Path) -> std::io::Result<()> {
    let there = ["", "-wal", "-shm"].into_iter().filter(|suffix| with_suffix(from, suffix).exists());
    there
        .into_iter()
        .try_for_each(|suffix| std::fs::rename(with_suffix(from, suffix), with_suffix(to, suffix)))
}

/// The same path with something behind its name.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The file in this folder, for tests.
#[cfg(test)]
pub fn in_folder(folder: &Path) -> Connection {
    open(folder, Begin::IfNew, None).unwrap_or_else(|error| panic!("opens: {error:?}")).connection
}

/// A history in memory, for tests of single tables.
#[cfg(test)]
pub fn in_memory() -> Connection {
    let mut connection = Connection::open_in_memory().expect("memory");
    prepare(&mut connection).expect("tables");
    connection
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_are_valid() {
        Migrations::from_slice(STEPS).validate().expect("valid SQL");
    }

    #[test]
    fn opening_twice_changes_nothing_and_what_was_never_there_is_begun() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for _ in 0..2 {
            let opened = open(folder.path(), Begin::IfNew, None).expect("opens");
            assert!(opened.read_only.is_none());
            let mode: String =
                opened.connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).expect("a mode");
            assert_eq!(mode, "wal");
        }
    }
}
