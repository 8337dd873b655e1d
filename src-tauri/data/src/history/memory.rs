//! The history in memory: two databases with the tables of the file.
//!
//! One has what waits to be saved while the file can't be written. The other has private conversations. They are apart, so that no save
//! and no copy of the first can take along anything of the second: not a row, not a word of its index, not the piece of a token.
//!
//! Their rows have ids that no file has ([`FIRST_IN_MEMORY`]), each in a range of its own, so that an id tells where its row is. A
//! conversation of the file that can't be written there now is borrowed: it comes with its own ids, and what is new gets memory's.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rusqlite::{params, Connection, OptionalExtension};

use super::carry::{Carrier, Ids, Wins, FIRST_IN_MEMORY};
use super::title::title_of;
use super::{attachments, copies, drafts, index, now, open, DOING};
use crate::contract::Keeping;
use crate::error::Error;

/// Rows from here on wait to be saved; those below it, down to [`FIRST_IN_MEMORY`], are private.
const FIRST_UNSAVED: i64 = FIRST_IN_MEMORY + FIRST_IN_MEMORY / 2;
/// Rows of vocabularies that no file has; a record has 32 bits for them.
const FIRST_VOCABULARY: i64 = 1 << 31;
/// How the names of files begin in which waits what could not be saved.
const WAITING: &str = "history-unsaved-";

/// What a database in memory is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What the file can't take now.
    Unsaved,
    /// What no file shall have.
    Private,
}

/// A database in memory that is made when something comes into it: most starts need none.
#[derive(Debug)]
pub struct Memory {
    purpose: Purpose,
    connection: OnceCell<Connection>,
}

impl Memory {
    pub fn new(purpose: Purpose) -> Self {
        Self { purpose, connection: OnceCell::new() }
    }

    /// Where something has come into it.
    pub fn begun(&self) -> Option<&Connection> {
        self.connection.get()
    }

    /// The same.
    pub fn begun_mut(&mut self) -> Option<&mut Connection> {
        self.connection.get_mut()
    }

    /// # Errors
    /// What SQLite says where there is no memory.
    pub fn get(&self) -> Result<&Connection, Error> {
        if let Some(begun) = self.connection.get() {
            return Ok(begun);
        }
        let fresh = begin(self.purpose)?;
        Ok(self.connection.get_or_init(|| fresh))
    }

    /// # Errors
    /// What SQLite says where there is no memory.
    pub fn get_mut(&mut self) -> Result<&mut Connection, Error> {
        let begun = match self.connection.take() {
            Some(begun) => begun,
            None => begin(self.purpose)?,
        };
        self.connection.get_or_init(|| begun);
        self.connection.get_mut().ok_or(Error::Internal { doing: DOING, detail: "no memory".into() })
    }

    /// Messages that wait to be saved.
    pub fn unsaved(&self) -> u32 {
        self.begun().map_or(0, |begun| unsaved(begun).unwrap_or(0))
    }

    /// Does anything wait to be saved, be it a draft?
    pub fn waits(&self) -> bool {
        self.unsaved() > 0 || self.begun().is_some_and(|begun| drafts::waits(begun).unwrap_or(false))
    }
}

/// Is a conversation, a message or a file in memory alone, and never saved?
pub fn is_private(id: i64) -> bool {
    (FIRST_IN_MEMORY..FIRST_UNSAVED).contains(&id)
}

/// Where a conversation with this id was begun. One that is borrowed is in memory and does not look so.
pub fn keeping(id: i64) -> Keeping {
    match id {
        _ if is_private(id) => Keeping::Private,
        _ if id >= FIRST_UNSAVED => Keeping::Unsaved,
        _ => Keeping::Saved,
    }
}

/// Today's tables, with nothing in them.
///
/// # Errors
/// What SQLite says.
fn begin(purpose: Purpose) -> Result<Connection, Error> {
    let mut connection = Connection::open_in_memory()?;
    open::prepare(&mut connection)?;
    let mut query = connection.prepare("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")?;
    let tables: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    drop(query);
    let first = match purpose {
        Purpose::Unsaved => FIRST_UNSAVED,
        Purpose::Private => FIRST_IN_MEMORY,
    };
    for table in tables {
        let sql = "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)";
        connection.execute(sql, params![table, first - 1])?;
    }
    let sql = "INSERT INTO vocabularies (id, fingerprint) VALUES (?1, '')";
    connection.execute(sql, [FIRST_VOCABULARY])?;
    Ok(connection)
}

/// A conversation that was begun without a question gets its title from the first one.
///
/// # Errors
/// What SQLite says.
pub fn entitle(connection: &Connection, conversation: i64, question: &str) -> Result<(), Error> {
    let sql = "UPDATE conversations SET title = ?2 WHERE id = ?1 AND title = '' AND NOT title_is_manual";
    connection.execute(sql, params![conversation, title_of(question)])?;
    Ok(())
}

/// Is there such a row?
///
/// # Errors
/// What SQLite says.
pub fn has(memory: &Connection, table: &str, id: i64) -> Result<bool, Error> {
    let sql = format!("SELECT 1 FROM {table} WHERE id = ?1");
    Ok(memory.prepare_cached(&sql)?.query_row([id], |_| Ok(())).optional()?.is_some())
}

/// All that are here, those in the bin among them.
///
/// # Errors
/// What SQLite says.
pub fn conversations(connection: &Connection) -> Result<HashSet<i64>, Error> {
    let mut query = connection.prepare_cached("SELECT id FROM conversations")?;
    let ids = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

/// Takes a conversation of the file into memory, as it stands and with its ids.
///
/// # Errors
/// What either says; memory is as before then.
pub fn borrow(disk: &Connection, memory: &mut Connection, conversation: i64) -> Result<(), Error> {
    if has(memory, "conversations", conversation)? {
        return Ok(());
    }
    let transaction = memory.transaction()?;
    let mut carrier = Carrier::new(disk, &transaction, Wins::Source, Ids::Same);
    carrier.carry(conversation)?;
    // So that memory knows all of it: a draft that is missing here later was sent.
    carrier.draft(conversation, conversation, false)?;
    Ok(transaction.commit()?)
}

/// Conversations that can be saved now: nothing is being written in them.
///
/// # Errors
/// What SQLite says.
pub fn savable(memory: &Connection) -> Result<Vec<i64>, Error> {
    let mut query = memory.prepare_cached(
        "SELECT id FROM conversations WHERE NOT EXISTS
             (SELECT 1 FROM messages WHERE conversation_id = conversations.id AND status = 'streaming')
         ORDER BY id",
    )?;
    let ids = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

/// Messages that wait to be saved. A conversation that waits for another change counts for one.
///
/// # Errors
/// What SQLite says.
fn unsaved(memory: &Connection) -> Result<u32, Error> {
    let sql = "SELECT coalesce(sum(max(fresh, 1)), 0) FROM
         (SELECT (SELECT count(*) FROM messages WHERE conversation_id = conversations.id AND id >= ?1) AS fresh
          FROM conversations)";
    let count: i64 = memory.query_row(sql, [FIRST_UNSAVED], |row| row.get(0))?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The name of the file in which this process leaves what it could not save.
pub fn waiting_file(folder: &Path) -> PathBuf {
    folder.join(format!("{WAITING}{}-{}.db", std::process::id(), now()))
}

/// Leaves what is not saved in a file beside the history, for the next start.
///
/// # Errors
/// What SQLite or the system says.
pub fn leave(memory: &Connection, path: &Path) -> Result<(), Error> {
    let mut rest = Connection::open_in_memory()?;
    copies::copy_pages(memory, &mut rest)?;
    rest.pragma_update(None, "foreign_keys", true)?;
    attachments::sweep(&rest)?;
    // What was purged or saved meanwhile is in no page that is free, and in no part of the index either.
    index::rebuild(&mut rest)?;
    rest.execute_batch("VACUUM")?;
    copies::make(&rest, path)
}

/// Files in which an earlier process left what it could not save.
pub fn left(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with(WAITING) && name.ends_with(".db")
    });
    let mut paths: Vec<PathBuf> = names.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Those of them that this process did not leave.
pub fn left_by_others(folder: &Path) -> Vec<PathBuf> {
    let own = format!("{WAITING}{}-", std::process::id());
    let is_own =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&own));
    left(folder).into_iter().filter(|path| !is_own(path)).collect()
}

/// Settings, presets and recent models that were set where they could not be saved.
///
/// # Errors
/// What either says.
pub fn others(source: &Connection, target: &Connection) -> Result<(), Error> {
    let mut query = source.prepare("SELECT key, value FROM settings WHERE json_valid(value)")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (key, value): (String, String) = (row.get(0)?, row.get(1)?);
        if super::marker::is_identity(&key) || key == super::view::CONVERSATION {
            continue;
        }
        let sql = "INSERT INTO settings (key, value) VALUES (?1, ?2)
                   ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        target.execute(sql, [key, value])?;
    }
    let mut query = source.prepare("SELECT name, settings FROM presets ORDER BY id")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (name, settings): (String, String) = (row.get(0)?, row.get(1)?);
        let sql = "INSERT INTO presets (name, settings) SELECT ?1, ?2
                   WHERE NOT EXISTS (SELECT 1 FROM presets WHERE name = ?1 AND settings = ?2)";
        target.execute(sql, [name, settings])?;
    }
    let mut query = source.prepare(
        "SELECT path, name, architecture, quantization, file_size, opened_at, options FROM recent_models",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let values = super::carry::raw_row(row, 7)?;
        let sql = "INSERT OR REPLACE INTO recent_models
                   (path, name, architecture, quantization, file_size, opened_at, options)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        target.execute(sql, rusqlite::params_from_iter(values))?;
    }
    Ok(())
}
