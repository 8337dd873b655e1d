//! Folders of conversations. They hold no folders, and a conversation is in one at most.

use rusqlite::types::ToSql;
use rusqlite::{params, Connection, OptionalExtension};
use vitrine_core::protocol::ErrorKind;

use super::keeper::Without;
use super::{fold, text_of};
use crate::contract::HistoryFolder;
use crate::error::Error;

/// All, by name, with what is in them and not in the bin; without some conversations.
///
/// # Errors
/// What the database says.
pub fn list(connection: &Connection, without: &Without) -> Result<Vec<HistoryFolder>, Error> {
    let mut query = connection.prepare_cached(
        "SELECT id, name, (SELECT count(*) FROM conversations WHERE folder_id = folders.id AND deleted_at IS NULL
                           AND id NOT IN (SELECT value FROM json_each(?1)))
         FROM folders",
    )?;
    let rows = query.query_map([without.json()], |row| {
        Ok(HistoryFolder { id: row.get(0)?, name: text_of(row, 1)?, conversations: row.get(2)? })
    })?;
    let mut folders = rows.collect::<Result<Vec<_>, _>>()?;
    sort(&mut folders);
    Ok(folders)
}

/// By name.
pub fn sort(folders: &mut [HistoryFolder]) {
    folders.sort_by_cached_key(|folder| (fold::fold(&folder.name), folder.id));
}

/// The name of one, where it is there.
///
/// # Errors
/// What the database says.
pub fn name_of(connection: &Connection, id: i64) -> Result<Option<String>, Error> {
    let sql = "SELECT name FROM folders WHERE id = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([id], |row| text_of(row, 0)).optional()?)
}

/// The first of this name, where there is one.
///
/// # Errors
/// What the database says.
pub fn named_so(connection: &Connection, name: &str) -> Result<Option<i64>, Error> {
    let sql = "SELECT id FROM folders WHERE name = ?1 ORDER BY id LIMIT 1";
    Ok(connection.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()?)
}

/// One with this id, as another database has it: under the name that it has there now.
///
/// # Errors
/// What the database says.
pub fn bring(connection: &Connection, id: i64, name: impl ToSql) -> Result<(), Error> {
    let sql = "INSERT INTO folders (id, name) VALUES (?1, ?2)
               ON CONFLICT (id) DO UPDATE SET name = excluded.name";
    connection.execute(sql, params![id, name])?;
    Ok(())
}

/// A new one; its id. Two may have the same name.
///
/// # Errors
/// `InvalidParams` for a blank name; what the database says.
pub fn create(connection: &Connection, name: &str) -> Result<i64, Error> {
    connection.execute("INSERT INTO folders (name) VALUES (?1)", [named(name)?])?;
    Ok(connection.last_insert_rowid())
}

/// # Errors
/// `InvalidParams` for a blank name; [`Error::NoSuchItem`]; what the database says.
pub fn rename(connection: &Connection, id: i64, name: &str) -> Result<(), Error> {
    let changed =
        connection.execute("UPDATE folders SET name = ?2 WHERE id = ?1", params![id, named(name)?])?;
    found(changed, id)
}

/// The conversations in it stay, out of it.
///
/// # Errors
/// [`Error::NoSuchItem`]; what the database says.
pub fn delete(connection: &Connection, id: i64) -> Result<(), Error> {
    found(connection.execute("DELETE FROM folders WHERE id = ?1", [id])?, id)
}

/// Is it there?
///
/// # Errors
/// [`Error::NoSuchItem`]; what the database says.
pub fn check(connection: &Connection, id: i64) -> Result<(), Error> {
    let there = connection.query_row("SELECT 1 FROM folders WHERE id = ?1", [id], |_| Ok(())).optional()?;
    found(usize::from(there.is_some()), id)
}

fn named(name: &str) -> Result<&str, Error> {
    match name.trim() {
        "" => Err(Error::refused(ErrorKind::InvalidParams, "a folder needs a name")),
        name => Ok(name),
    }
}

fn found(changed: usize, id: i64) -> Result<(), Error> {
    match changed {
        0 => Err(Error::NoSuchItem { what: "folder", id }),
        _ => Ok(()),
    }
}
