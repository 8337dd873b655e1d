//! Opening the history file, whatever state it is in.
//!
//! * Missing: a new one.
//! * Older: migrated.
//! * Damaged: renamed with the time, nothing deleted; a new one is begun and a warning given.
//! * From a newer version of the app: left alone, not even opened for writing.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};
use rusqlite_migration::{Migrations, M};

use super::{attachments, load_notes, messages, now, Store, FILE};
use crate::error::Error;

/// How long another process may hold the file.
const BUSY_MS: u32 = 5_000;
/// Up to this size the whole file is checked at every start (64 MiB: a tenth of a second).
const ALWAYS_CHECKED: u64 = 64 * 1024 * 1024;

/// The steps from an empty file to today's tables. Steps are only ever added.
const STEPS: &[M<'static>] = &[
    M::up(include_str!("migrations/001_begin.sql")),
    M::up(include_str!("migrations/002_library.sql")),
    M::up(include_str!("migrations/003_see_through.sql")),
    M::up(include_str!("migrations/004_prompt_deltas.sql")),
];

/// Why there is no history. Said again at every call.
#[derive(Debug, Clone)]
pub enum Unavailable {
    TooNew { path: PathBuf, found: usize },
    Other(String),
}

impl Unavailable {
    pub fn closed() -> Self {
        Self::Other("closed".into())
    }

    pub fn error(&self) -> Error {
        match self {
            Self::TooNew { path, found } => {
                Error::HistoryTooNew { path: path.clone(), found: *found, supported: STEPS.len() }
            }
            Self::Other(reason) => Error::HistoryUnavailable(reason.clone()),
        }
    }
}

/// Why one attempt failed.
#[derive(Debug)]
enum Failure {
    Damaged(String),
    TooNew(usize),
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let damaged = match &error {
            Error::Database(error)
            | Error::Migration(rusqlite_migration::Error::RusqliteError { err: error, .. }) => {
                matches!(
                    error.sqlite_error_code(),
                    Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
                )
            }
            _ => false,
        };
        if damaged {
            Self::Damaged(error.to_string())
        } else {
            Self::Other(error)
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Error::from(error).into()
    }
}

/// Opens the file in `folder`. A damaged file is set aside on the way.
pub fn open(folder: &Path) -> Store {
    if let Err(error) = std::fs::create_dir_all(folder) {
        return Err(Unavailable::Other(format!("{}: {error}", folder.display())));
    }
    let path = folder.join(FILE);
    let opened = match attempt(&path) {
        Err(Failure::Damaged(reason)) => match set_aside(&path) {
            Ok(aside) => {
                tracing::error!(%reason, aside = %aside.display(), "damaged history set aside");
                attempt(&path).and_then(|connection| {
                    remember_warning(&connection, &aside, &reason)?;
                    Ok(connection)
                })
            }
            Err(error) => Err(Failure::Other(error)),
        },
        opened => opened,
    };
    opened.map_err(|failure| match failure {
        Failure::TooNew(found) => Unavailable::TooNew { path, found },
        Failure::Damaged(reason) => Unavailable::Other(reason),
        Failure::Other(error) => Unavailable::Other(error.to_string()),
    })
}

/// The warnings of [`open`], for as long as this connection lives.
pub fn warnings(connection: &mut Connection) -> Result<Vec<Error>, Error> {
    let mut query = connection.prepare("SELECT path, reason FROM temp.set_aside")?;
    let rows = query.query_map([], |row| {
        Ok(Error::HistorySetAside { path: PathBuf::from(row.get::<_, String>(0)?), reason: row.get(1)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn remember_warning(connection: &Connection, aside: &Path, reason: &str) -> Result<(), Error> {
    connection.execute(
        "INSERT INTO temp.set_aside (path, reason) VALUES (?1, ?2)",
        (aside.to_string_lossy(), reason),
    )?;
    Ok(())
}

fn attempt(path: &Path) -> Result<Connection, Failure> {
    // A log that was left over means that the last end was no orderly one.
    let unclean = with_suffix(path, "-wal").metadata().is_ok_and(|log| log.len() > 0);
    let small = path.metadata().is_ok_and(|file| file.len() <= ALWAYS_CHECKED);
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(std::time::Duration::from_millis(u64::from(BUSY_MS)))?;
    let version: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > STEPS.len() {
        return Err(Failure::TooNew(version));
    }
    if unclean || small {
        check(&connection)?;
    }
    prepare(&mut connection)?;
    messages::interrupt_streaming(&connection)?;
    load_notes::settle(&connection)?;
    attachments::sweep(&connection)?;
    Ok(connection)
}

fn check(connection: &Connection) -> Result<(), Failure> {
    // A value of a column that this version has no name for is read as not known; the file is not damaged.
    connection.pragma_update(None, "ignore_check_constraints", true)?;
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    connection.pragma_update(None, "ignore_check_constraints", false)?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(Failure::Damaged(verdict))
    }
}

/// Settings of the connection, and today's tables.
fn prepare(connection: &mut Connection) -> Result<(), Error> {
    // With WAL, NORMAL loses nothing when the app is killed, and at most the last transactions
    // when the machine loses power; the file stays whole in either case.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Migrations::from_slice(STEPS).to_latest(connection)?;
    connection.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS set_aside (path TEXT NOT NULL, reason TEXT NOT NULL)",
    )?;
    Ok(())
}

/// Renames the file and what belongs to it; gives back its new name.
fn set_aside(path: &Path) -> Result<PathBuf, Error> {
    let aside = path.with_file_name(format!("history-damaged-{}.db", now()));
    for suffix in ["", "-wal", "-shm"] {
        let from = with_suffix(path, suffix);
        if from.exists() {
            std::fs::rename(&from, with_suffix(&aside, suffix)).map_err(|source| Error::Io {
                action: "renaming",
                path: from,
                source,
            })?;
        }
    }
    Ok(aside)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
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
    use crate::contract::TurnSettings;
    use crate::history::conversations;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a temporary folder")
    }

    fn opened(folder: &Path) -> Connection {
        open(folder).unwrap_or_else(|unavailable| panic!("opens: {unavailable:?}"))
    }

    fn fill(folder: &Path, conversations: usize) {
        let connection = opened(folder);
        for number in 0..conversations {
            let title = format!("{number} {}", "问题".repeat(200));
            conversations::create(&connection, &title, &TurnSettings::default()).expect("a row");
        }
    }

    fn damaged_files(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).expect("readable");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        names
            .filter(|name| name.to_string_lossy().ends_with(".db"))
            .filter(|name| name.to_string_lossy().starts_with("history-damaged-"))
            .count()
    }

    #[test]
    fn the_steps_are_valid_and_opening_twice_changes_nothing() {
        Migrations::from_slice(STEPS).validate().expect("valid SQL");
        let folder = folder();
        fill(folder.path(), 3);
        let mut again = opened(folder.path());
        assert_eq!(conversations::list(&again).expect("a list").len(), 3);
        assert!(warnings(&mut again).expect("a list").is_empty());
        let mode: String = again.query_row("PRAGMA journal_mode", [], |row| row.get(0)).expect("a mode");
        assert_eq!(mode, "wal");
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_kept() {
        let ruin: [fn(&Path); 3] = [
            |path| std::fs::write(path, "this is no database, not at all").expect("written"),
            |path| {
                let bytes = std::fs::read(path).expect("readable");
                std::fs::write(path, &bytes[..bytes.len() / 2]).expect("written");
            },
            |path| {
                let mut bytes = std::fs::read(path).expect("readable");
                let middle = bytes.len() / 2;
                bytes[4096..middle].fill(0xAB);
                std::fs::write(path, bytes).expect("written");
            },
        ];
        for ruin in ruin {
            let folder = folder();
            fill(folder.path(), 100);
            let path = folder.path().join(FILE);
            ruin(&path);
            let ruined = std::fs::read(&path).expect("readable");

            let mut fresh = opened(folder.path());
            let warnings = warnings(&mut fresh).expect("a list");
            let [Error::HistorySetAside { path: aside, .. }] = warnings.as_slice() else {
                panic!("one warning, not {warnings:?}");
            };
            assert_eq!(std::fs::read(aside).expect("kept"), ruined);
            assert!(conversations::list(&fresh).expect("a list").is_empty());
            assert_eq!(damaged_files(folder.path()), 1);
        }
    }

    #[test]
    fn a_name_that_another_version_wrote_is_no_damage() {
        let folder = folder();
        fill(folder.path(), 1);
        let connection = Connection::open(folder.path().join(FILE)).expect("opens");
        connection.pragma_update(None, "ignore_check_constraints", true).expect("set");
        let sql = "INSERT INTO messages (conversation_id, role, text, status, created_at)
                   SELECT id, 'critic', 'x', 'pondering', 0 FROM conversations";
        connection.execute(sql, []).expect("a row");
        let id = connection.last_insert_rowid();
        drop(connection);
        let mut again = opened(folder.path());
        assert!(warnings(&mut again).expect("a list").is_empty());
        assert_eq!(messages::get(&again, id).expect("there").text, "x");
        assert!(again.execute(sql, []).is_err(), "nothing of the kind is written here");
    }

    #[test]
    fn a_file_from_the_future_is_left_as_it_is() {
        let folder = folder();
        fill(folder.path(), 1);
        let path = folder.path().join(FILE);
        let connection = Connection::open(&path).expect("opens");
        connection.pragma_update(None, "user_version", 99).expect("written");
        connection.pragma_update(None, "journal_mode", "DELETE").expect("written");
        drop(connection);
        let before = std::fs::read(&path).expect("readable");

        let Err(unavailable) = open(folder.path()) else {
            panic!("not opened");
        };
        assert!(matches!(unavailable.error(), Error::HistoryTooNew { found: 99, .. }));
        assert_eq!(std::fs::read(&path).expect("readable"), before);
        assert_eq!(damaged_files(folder.path()), 0);
    }
}
