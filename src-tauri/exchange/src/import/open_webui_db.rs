//! Open WebUI's `webui.db`: its `chat` table, read without ever writing to it.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};
use serde_json::Value;

use super::files::WITHIN;
use super::open_webui::{self, Folders};
use super::session::Session;
use super::value::Object;
use crate::fault::Fault;
use crate::receipt::Why;

/// Gives back whether it is such a database.
///
/// # Errors
/// What SQLite says of a damaged file.
pub(super) fn read(path: &Path, place: &str, session: &mut Session) -> Result<bool, Fault> {
    let connection = open(path)?;
    let columns = columns(&connection, "chat")?;
    if !columns.iter().any(|name| name == "chat") || !columns.iter().any(|name| name == "id") {
        return Ok(false);
    }
    let folders = folders(&connection).unwrap_or_default();
    let most = session.limits().conversation;
    // Ids first: a row that can't be read costs no other.
    let mut ids = connection.prepare("SELECT rowid FROM chat ORDER BY rowid").map_err(fault)?;
    let ids = ids.query_map([], |row| row.get::<_, i64>(0)).map_err(fault)?;
    let wanted = ["id", "title", "created_at", "updated_at", "archived", "pinned", "folder_id"];
    let wanted: Vec<&str> =
        wanted.into_iter().filter(|name| columns.iter().any(|column| column == name)).collect();
    let sql = format!("SELECT length(chat), {}, chat FROM chat WHERE rowid = ?1", wanted.join(", "));
    for (at, id) in ids.enumerate() {
        if session.cancelled() {
            break;
        }
        let place = format!("{place}{WITHIN}{}", at + 1);
        let row = id.map_err(fault).and_then(|id| {
            let length = "SELECT coalesce(length(CAST(chat AS BLOB)), 0) FROM chat WHERE rowid = ?1";
            let length: i64 = connection.query_row(length, [id], |row| row.get(0)).map_err(fault)?;
            if usize::try_from(length).unwrap_or(usize::MAX) > most {
                return Err(Fault::new(Why::TooLarge, format!("{length} bytes")));
            }
            connection.query_row(&sql, [id], |row| Ok(object(row, &wanted))).map_err(fault)?
        });
        session.draft(&place, row.and_then(|row| open_webui::read(&row, Some(&folders))));
    }
    Ok(true)
}

/// Read-only. A database that is still in use beside its log is read with it where that can be; where its folder can't
/// be written to, as it stands in its file.
fn open(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let ready = |connection: Connection| -> rusqlite::Result<Connection> {
        // What a foreign schema defines is not run, and what it stores is checked.
        connection.execute_batch(
            "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cell_size_check = ON;",
        )?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    };
    let opened = Connection::open_with_flags(path, flags).and_then(ready);
    opened.or_else(|first| {
        let mut uri = String::from("file:");
        for byte in path.to_string_lossy().bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => uri.push(byte as char),
                other => uri.push_str(&format!("%{other:02X}")),
            }
        }
        uri.push_str("?immutable=1");
        let flags = flags | OpenFlags::SQLITE_OPEN_URI;
        Connection::open_with_flags(uri, flags).and_then(ready).map_err(|_| fault(first))
    })
}

/// The columns of a table; none for what is no table (a view may be anything).
fn columns(connection: &Connection, table: &str) -> Result<Vec<String>, Fault> {
    let is_table =
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1 AND sql NOT LIKE '%VIRTUAL%'";
    let is_table: i64 = connection.query_row(is_table, [table], |row| row.get(0)).map_err(fault)?;
    if is_table == 0 {
        return Ok(Vec::new());
    }
    let mut query = connection.prepare("SELECT name FROM pragma_table_info(?1)").map_err(fault)?;
    let names = query.query_map([table], |row| row.get(0)).map_err(fault)?;
    names.collect::<rusqlite::Result<_>>().map_err(fault)
}

fn folders(connection: &Connection) -> Result<Folders, Fault> {
    let columns = columns(connection, "folder")?;
    if !["id", "name", "parent_id"].iter().all(|name| columns.iter().any(|column| column == name)) {
        return Ok(Folders::new());
    }
    let mut query = connection.prepare("SELECT id, name, parent_id FROM folder").map_err(fault)?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).map_err(fault)?;
    rows.collect::<rusqlite::Result<_>>().map_err(fault)
}

/// A row as the JSON export has it.
fn object(row: &Row, names: &[&str]) -> Result<Object, Fault> {
    let mut object = Object::new();
    for (at, name) in names.iter().enumerate() {
        let value = match row.get_ref(at + 1) {
            Ok(ValueRef::Integer(number)) => number.into(),
            Ok(ValueRef::Real(number)) => number.into(),
            Ok(ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned().into(),
            _ => Value::Null,
        };
        object.insert((*name).to_owned(), value);
    }
    let chat = match row.get_ref(names.len() + 1) {
        Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => serde_json::from_slice(bytes)?,
        _ => return Err(Fault::new(Why::Empty, "no chat in the row")),
    };
    object.insert("chat".into(), chat);
    Ok(object)
}

fn fault(error: rusqlite::Error) -> Fault {
    Fault::new(Why::Damaged, error.to_string())
}
