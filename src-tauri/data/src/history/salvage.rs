//! What can still be read of a damaged history.
//!
//! The file is read row by row: where a page is bad, the rows on it are found by halving ranges of row ids, and all others
//! are taken. They come into a new file, which is then today's in form; [`super::carry`] joins that with the last good copy.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::types::ToSql;
use rusqlite::{params, params_from_iter, Connection};

use super::carry::{columns_of, raw_row, Raw};
use super::copies::{self, Scratch};
use super::open::{self, with_suffix, Verdict, STEPS};
use super::text_of;
use super::title::title_of;
use crate::error::Error;

/// What is worth reading, parents before children.
const TABLES: &[&str] = &[
    "folders",
    "conversations",
    "messages",
    "vocabularies",
    "token_records",
    "prompts",
    "attachments",
    "settings",
    "presets",
    "recent_models",
    "import_receipts",
    "drafts",
];
/// Without row ids; read from both ends, in the order of these columns.
const BY_KEY: &[(&str, [&str; 2])] =
    &[("pieces", ["vocabulary", "token"]), ("draft_attachments", ["conversation_id", "place"])];
/// Ranges that are asked for at most in a table: a file that is bad from end to end ends too.
const MOST_RANGES: u32 = 200_000;
/// A row id that no history reaches, where the end of a table can't be read.
const FAR: i64 = 1 << 24;

/// What was read.
#[derive(Debug)]
pub struct Salvaged {
    /// Today's tables with the rows.
    pub connection: Connection,
    pub rows: u64,
    _file: Scratch,
}

/// Reads what can be read of `damaged`, which is not changed. `known`: identities of conversations by id, from the last good
/// copy, for messages whose conversation is lost.
///
/// # Errors
/// Where not even a new file can be written. A file of which nothing can be read gives no rows.
pub fn read(damaged: &Path, scratch: &Path, known: &HashMap<i64, String>) -> Result<Salvaged, Error> {
    let file = Scratch::in_folder(scratch);
    let mut target = Connection::open(file.path())?;
    let work = Scratch::in_folder(scratch);
    let mut rows = 0;
    let mut from = None;
    // With its log, else without: either may be what is damaged.
    for suffixes in [&["", "-wal"][..], &[""]] {
        copies::remove(work.path());
        let copied =
            suffixes.iter().filter(|suffix| with_suffix(damaged, suffix).exists()).try_for_each(|suffix| {
                std::fs::copy(with_suffix(damaged, suffix), with_suffix(work.path(), suffix)).map(drop)
            });
        if let Err(source) = copied {
            return Err(Error::Io { action: "copying", path: damaged.into(), source });
        }
        match begin(work.path()) {
            Ok(opened) => {
                from = Some(opened);
                break;
            }
            Err(error) => tracing::warn!(%error, "a damaged history does not open"),
        }
    }
    let version = from.as_ref().and_then(|source| version(source).ok()).unwrap_or(0);
    let version = if (1..=STEPS.len()).contains(&version) { version } else { STEPS.len() };
    open::migrate_to(&mut target, version)?;
    target.pragma_update(None, "foreign_keys", false)?;
    target.pragma_update(None, "ignore_check_constraints", true)?;
    if let Some(source) = &from {
        let transaction = target.transaction()?;
        for table in TABLES {
            rows += by_ranges(source, &transaction, table)?;
        }
        for (table, key) in BY_KEY {
            rows += from_both_ends(source, &transaction, table, key)?;
        }
        adopt_orphans(&transaction, known)?;
        transaction.commit()?;
    }
    open::migrate(&mut target)?;
    Ok(Salvaged { connection: target, rows, _file: file })
}

fn begin(path: &Path) -> Result<Connection, Error> {
    let source = Connection::open(path)?;
    // One bad line of the schema does not keep the others from being read.
    source.pragma_update(None, "writable_schema", true)?;
    source.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    Ok(source)
}

fn version(source: &Connection) -> Result<usize, Error> {
    Ok(source.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Columns that both have.
fn shared(source: &Connection, target: &Connection, table: &str) -> Vec<String> {
    let (Ok(there), Ok(here)) = (columns_of(source, table), columns_of(target, table)) else {
        return Vec::new();
    };
    there.into_iter().filter(|column| here.contains(column)).collect()
}

fn by_ranges(source: &Connection, target: &Connection, table: &str) -> Result<u64, Error> {
    let columns = shared(source, target, table);
    if columns.is_empty() {
        return Ok(0);
    }
    let select = format!(
        "SELECT rowid, {} FROM {table} WHERE rowid BETWEEN ?1 AND ?2 ORDER BY rowid",
        columns.join(", ")
    );
    let end = |order: &str| {
        let sql = format!("SELECT rowid FROM {table} ORDER BY rowid {order} LIMIT 1");
        source.query_row(&sql, [], |row| row.get::<_, i64>(0))
    };
    let (first, last) = match (end("ASC"), end("DESC")) {
        (Err(rusqlite::Error::QueryReturnedNoRows), _) => return Ok(0),
        (first, last) => (first.unwrap_or(1), last.unwrap_or(FAR)),
    };
    let mut taken = 0;
    let mut asked = 0;
    let mut open = vec![(first, last)];
    while let Some((low, high)) = open.pop() {
        asked += 1;
        if asked > MOST_RANGES {
            tracing::warn!(table, "too much of a damaged table to look at all of it");
            break;
        }
        let mut next = low;
        let read = rows(source, &select, &[low, high], columns.len() + 1, &mut |values| {
            if let Some(Raw::Integer(id)) = values.first() {
                next = id.saturating_add(1);
            }
            taken += u64::from(put(target, table, &columns, &values[1..])?);
            Ok(())
        })?;
        if read.is_err() && next <= high && low < high {
            // Somewhere from `next` on a page is bad.
            let middle = next + (high - next) / 2;
            if middle < high {
                open.push((middle + 1, high));
            }
            open.push((next, middle));
        }
    }
    Ok(taken)
}

/// What comes before the first bad page and after the last.
fn from_both_ends(
    source: &Connection,
    target: &Connection,
    table: &str,
    [first, second]: &[&str; 2],
) -> Result<u64, Error> {
    let columns = shared(source, target, table);
    if columns.is_empty() {
        return Ok(0);
    }
    let mut taken = 0;
    for order in ["ASC", "DESC"] {
        let columns_of_it = columns.join(", ");
        let sql = format!("SELECT {columns_of_it} FROM {table} ORDER BY {first} {order}, {second} {order}");
        let read = rows(source, &sql, &[], columns.len(), &mut |values| {
            taken += u64::from(put(target, table, &columns, values)?);
            Ok(())
        })?;
        if read.is_ok() {
            break;
        }
    }
    Ok(taken)
}

/// Reads rows up to the first that can't be read: why, is what is inside.
///
/// # Errors
/// What `each` says.
fn rows(
    source: &Connection,
    sql: &str,
    bounds: &[i64],
    columns: usize,
    each: &mut dyn FnMut(&[Raw]) -> Result<(), Error>,
) -> Result<rusqlite::Result<()>, Error> {
    let mut query = match source.prepare_cached(sql) {
        Ok(query) => query,
        Err(error) => return Ok(Err(error)),
    };
    let mut rows = match query.query(params_from_iter(bounds)) {
        Ok(rows) => rows,
        Err(error) => return Ok(Err(error)),
    };
    loop {
        match rows.next().and_then(|row| row.map(|row| raw_row(row, columns)).transpose()) {
            Ok(Some(values)) => each(&values)?,
            Ok(None) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        }
    }
}

/// Was it a row?
///
/// # Errors
/// Where no row could be written now.
fn put(target: &Connection, table: &str, columns: &[String], values: &[Raw]) -> Result<bool, Error> {
    let marks = vec!["?"; columns.len()].join(", ");
    let sql = format!("INSERT OR IGNORE INTO {table} ({}) VALUES ({marks})", columns.join(", "));
    let done = target.prepare_cached(&sql).and_then(|mut insert| insert.execute(params_from_iter(values)));
    match done.map_err(Error::from) {
        Ok(rows) => Ok(rows == 1),
        Err(error) => match open::verdict(&error, Path::new("")) {
            Verdict::Unavailable(_) => Err(error),
            // What a damaged page gives may be no row at all: a number where a text belongs.
            _ => Ok(false),
        },
    }
}

/// Messages whose conversation can't be read get one, under the identity that the last good copy knows.
fn adopt_orphans(target: &Connection, known: &HashMap<i64, String>) -> Result<(), Error> {
    let mut query = target.prepare(
        "SELECT conversation_id, min(created_at), max(created_at), max(id),
                coalesce((SELECT text FROM messages AS first WHERE first.conversation_id = messages.conversation_id
                          AND role = 'user' ORDER BY id LIMIT 1), '')
         FROM messages WHERE conversation_id NOT IN (SELECT id FROM conversations) GROUP BY conversation_id",
    )?;
    let with_uid = columns_of(target, "conversations")?.iter().any(|column| column == "uid");
    let mut orphans = query.query([])?;
    while let Some(row) = orphans.next()? {
        let (id, begun, used, leaf): (i64, i64, i64, i64) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let title = title_of(&text_of(row, 4)?);
        let sql = "INSERT INTO conversations (id, title, settings, active_leaf, created_at, updated_at)
                   VALUES (?1, ?2, '{}', ?3, ?4, ?5)";
        target.execute(sql, params![id, title, leaf, begun, used])?;
        if let (true, Some(uid)) = (with_uid, known.get(&id)) {
            let taken: [&dyn ToSql; 2] = [&id, uid];
            target.execute("UPDATE OR IGNORE conversations SET uid = ?2 WHERE id = ?1", taken)?;
        }
    }
    Ok(())
}
