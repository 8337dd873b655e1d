//! Deleting for good: out of the history, out of its log, out of its copies.
//!
//! SQLite overwrites what is deleted (`secure_delete`), and the log is written back and emptied. A copy that holds one of the
//! conversations is written anew without it; where that can't be, it is removed. A history that was set aside is changed only where
//! it can be read as a whole.

use std::path::Path;

use rusqlite::{params, Connection};

use super::backups;
use super::carry::columns_of;
use super::copies::{self, Scratch};
use super::open::{self, Verdict};
use super::{bin, index, memory};
use crate::contract::PurgeReport;
use crate::error::Error;

/// How a conversation is found in a copy: by its identity; in one from before there were any, by id and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    uid: String,
    id: i64,
    created_at: i64,
}

/// Deletes conversations for good; all in the bin where `ids` is missing.
///
/// # Errors
/// What the database says; nothing is deleted then.
pub fn conversations(connection: &mut Connection, ids: Option<&[i64]>) -> Result<Vec<Trace>, Error> {
    let transaction = connection.transaction()?;
    let all = match ids {
        Some(ids) => ids.to_vec(),
        None => ids_in_bin(&transaction)?,
    };
    let mut traces = Vec::new();
    for id in all {
        let sql = "SELECT coalesce(uid, ''), id, created_at FROM conversations WHERE id = ?1";
        let found = transaction.query_row(sql, [id], |row| {
            Ok(Trace { uid: row.get(0)?, id: row.get(1)?, created_at: row.get(2)? })
        });
        match found {
            Ok(trace) => traces.push(trace),
            Err(rusqlite::Error::QueryReturnedNoRows) => continue,
            Err(error) => return Err(error.into()),
        }
        transaction.execute("DELETE FROM drafts WHERE conversation_id = ?1", [id])?;
        bin::erase(&transaction, id)?;
    }
    transaction.commit()?;
    Ok(traces)
}

/// Takes what was deleted out of the index and out of the log.
///
/// # Errors
/// What the database says; [`Error::HistoryNotWritable`] where somebody reads the log. The rows are gone all the same.
pub fn clean(connection: &Connection) -> Result<(), Error> {
    // Full text keeps what is deleted until its parts are joined.
    index::compact(connection)?;
    empty_log(connection)
}

/// Writes the log back and empties it.
///
/// # Errors
/// What the database says; that it is busy, where somebody reads it.
pub fn empty_log(connection: &Connection) -> Result<(), Error> {
    let busy: bool = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    match busy {
        false => Ok(()),
        true => {
            let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
            Err(rusqlite::Error::SqliteFailure(busy, Some("the log is being read".into())).into())
        }
    }
}

fn ids_in_bin(connection: &Connection) -> Result<Vec<i64>, Error> {
    let mut query = connection.prepare("SELECT id FROM conversations WHERE deleted_at IS NOT NULL")?;
    let ids = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

/// Takes conversations out of all copies.
pub fn copies(data: &Path, traces: &[Trace]) -> PurgeReport {
    let mut report = PurgeReport {
        conversations: u32::try_from(traces.len()).unwrap_or(u32::MAX),
        backups_rewritten: Vec::new(),
        backups_removed: Vec::new(),
        backups_left: Vec::new(),
    };
    if traces.is_empty() {
        return report;
    }
    let _turn = backups::turn();
    let copies = backups::names(data).into_iter().map(|named| (named.is_set_aside(), named.path));
    // What another start of the app could not save is the last that is left of something too.
    let others = memory::left_by_others(data).into_iter().map(|path| (true, path));
    for (is_the_last, path) in copies.chain(others) {
        let name = path.to_string_lossy().into_owned();
        match rewrite(data, &path, traces) {
            Ok(false) => {}
            Ok(true) => report.backups_rewritten.push(name),
            Err(error) => {
                tracing::warn!(%error, copy = %name, "a copy can't be written anew");
                // A history that was set aside is the last that is left of something, and a disk that is full says nothing
                // about a copy: what to do with these is the user's to say.
                let is_bad = matches!(error, Error::BackupUnreadable { .. })
                    || matches!(open::verdict(&error, &path), Verdict::Damaged(_));
                if is_bad && !is_the_last && std::fs::remove_file(&path).is_ok() {
                    copies::remove(&path);
                    report.backups_removed.push(name);
                } else {
                    report.backups_left.push(name);
                }
            }
        }
    }
    report
}

/// Did it hold one of them?
fn rewrite(data: &Path, path: &Path, traces: &[Trace]) -> Result<bool, Error> {
    let source = copies::for_reading(path)?;
    let held = held(&source, traces)?;
    let log = open::with_suffix(path, "-wal").metadata().is_ok_and(|log| log.len() > 0);
    if held.is_empty() && !log {
        return Ok(false);
    }
    if let Some(reason) = open::fault(&source)? {
        return Err(Error::BackupUnreadable { path: path.into(), reason });
    }
    if held.is_empty() {
        return Ok(false);
    }
    let file = Scratch::in_folder(&backups::scratch(data));
    copies::make(&source, file.path())?;
    drop(source);
    let without = Connection::open(file.path())?;
    without.pragma_update(None, "foreign_keys", true)?;
    without.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))?;
    let drafts = !columns_of(&without, "drafts")?.is_empty();
    for id in held {
        if drafts {
            without.execute("DELETE FROM drafts WHERE conversation_id = ?1", [id])?;
        }
        bin::erase(&without, id)?;
    }
    if index::is_there(&without)? {
        index::compact(&without)?;
    }
    without.execute_batch("VACUUM")?;
    without.close().map_err(|(_, error)| error)?;
    copies::put_in_place(file.path(), path)?;
    Ok(true)
}

fn held(copy: &Connection, traces: &[Trace]) -> Result<Vec<i64>, Error> {
    let with_uid = columns_of(copy, "conversations")?.iter().any(|column| column == "uid");
    let sql = match with_uid {
        true => "SELECT id FROM conversations WHERE uid = ?1 AND ?2 = ?2 AND ?3 = ?3",
        false => "SELECT id FROM conversations WHERE ?1 = ?1 AND id = ?2 AND created_at = ?3",
    };
    let mut query = copy.prepare(sql)?;
    let mut found = Vec::new();
    for trace in traces {
        let ids = query.query_map(params![trace.uid, trace.id, trace.created_at], |row| row.get(0))?;
        for id in ids {
            found.push(id?);
        }
    }
    Ok(found)
}
