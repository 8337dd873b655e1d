//! What is derived from messages, so that search, occurrences of tokens, and counts need not read them all.
//!
//! The tables stand in `index.sql`. They are made by [`ensure`], not by a migration: where they are missing or have the
//! form of another version they are made anew. Triggers put every message that changes into a queue, whoever changes
//! it; [`step`] takes messages out, the newest first, and stops when its time is over. So an old history is indexed piece by piece
//! while the app is used, and a step that is interrupted is done again.
//!
//! * [`entry`]: one message. [`marks`]: its tokens as bytes.

pub(super) mod entry;
pub mod marks;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{params, Connection, OptionalExtension};

use super::open::{self, Verdict};
use super::stored::Named;
use super::FILE;
use crate::contract::WrittenIn;
use crate::error::Error;

/// The form of `index.sql`.
const FORM: u32 = 2;
/// The tables that FTS5 keeps.
const FULL_TEXT: [&str; 3] = ["search_long", "search_short", "token_messages"];
/// Messages that are taken out of the queue at once.
const TAKEN: u32 = 32;
/// What a question to the index spends at most on messages that wait: a turn's are there, an old history's are not.
const BEFORE_A_QUESTION: Duration = Duration::from_millis(40);

/// Does anything wait?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    More,
    Nothing,
}

/// Makes the tables where they are missing or of another form; then everything waits to be indexed.
///
/// # Errors
/// What the database says.
pub fn ensure(connection: &mut Connection) -> Result<(), Error> {
    let there = is_there(connection)?;
    let form: Option<u32> = match there {
        true => connection.query_row("SELECT version FROM index_form", [], |row| row.get(0)).optional()?,
        false => None,
    };
    if form == Some(FORM) {
        return Ok(());
    }
    rebuild(connection)
}

/// Has this file an index? Copies of early versions have none.
///
/// # Errors
/// What the database says.
pub fn is_there(connection: &Connection) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE name = 'index_form'";
    Ok(connection.query_row(sql, [], |_| Ok(())).optional()?.is_some())
}

/// Is this line of `PRAGMA quick_check` about an index of full text, which can be made anew?
pub fn is_of_index(verdict: &str) -> bool {
    FULL_TEXT.iter().any(|table| verdict.ends_with(&format!("FTS5 table main.{table}")))
}

/// The next [`ensure`] makes everything anew.
///
/// # Errors
/// What the database says.
pub fn spoil(connection: &Connection) -> Result<(), Error> {
    connection.execute("DELETE FROM index_form", [])?;
    Ok(())
}

/// Makes everything anew.
///
/// # Errors
/// What the database says.
pub fn rebuild(connection: &mut Connection) -> Result<(), Error> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(include_str!("index.sql"))?;
    transaction.execute("INSERT INTO index_form (version) VALUES (?1)", [FORM])?;
    Ok(transaction.commit()?)
}

/// Indexes what waits until `time` is over. An answer that is being written waits until it has ended.
///
/// # Errors
/// What the database says; what was done before stays done.
pub fn step(connection: &mut Connection, time: Duration) -> Result<Waiting, Error> {
    let begun = Instant::now();
    loop {
        let ids = queued(connection)?;
        if ids.is_empty() {
            return Ok(Waiting::Nothing);
        }
        let transaction = connection.transaction()?;
        let mut conversations = BTreeSet::new();
        for id in ids {
            match entry::write(&transaction, id) {
                Ok(conversation) => conversations.extend(conversation),
                Err(error @ Error::Database(rusqlite::Error::SqliteFailure(..))) => return Err(error),
                // Of a row that can't be read, what was indexed before it failed is all that there will be.
                Err(error) => tracing::warn!(%error, message = id, "a message that can't be indexed"),
            }
            transaction.prepare_cached("DELETE FROM index_queue WHERE message_id = ?1")?.execute([id])?;
            if begun.elapsed() >= time {
                break;
            }
        }
        for conversation in conversations {
            tell_script(&transaction, conversation)?;
        }
        transaction.commit()?;
        if begun.elapsed() >= time {
            return Ok(if queued(connection)?.is_empty() { Waiting::Nothing } else { Waiting::More });
        }
    }
}

/// Before a question to the index: what was written lately is in it. A damaged index is made anew. Where the file can't be written,
/// what waits goes on waiting, and what is indexed is found all the same.
///
/// # Errors
/// What the database says.
pub fn catch_up(connection: &mut Connection) -> Result<(), Error> {
    let stepped = step(connection, BEFORE_A_QUESTION).map(|_| ());
    match or_anew(connection, stepped) {
        Err(error) if matches!(open::verdict(&error, Path::new(FILE)), Verdict::Unavailable(_)) => {
            tracing::debug!(%error, "the index of the history waits");
            Ok(())
        }
        other => other,
    }
}

/// Where the index is damaged, it is made anew, and what waits is told; any other error stays one.
///
/// # Errors
/// What the database says.
pub fn or_anew<T: Default>(connection: &mut Connection, outcome: Result<T, Error>) -> Result<T, Error> {
    match outcome {
        Err(Error::Database(error))
            if error.sqlite_error().is_some_and(|error| error.extended_code == CORRUPT_VTAB) =>
        {
            tracing::warn!(%error, "the index of the history is damaged and made anew");
            rebuild(connection)?;
            Ok(T::default())
        }
        other => other,
    }
}

/// What FTS5 says of damaged tables of its own.
const CORRUPT_VTAB: i32 = rusqlite::ffi::SQLITE_CORRUPT_VTAB;

/// Answers that are not indexed as they are now, but for one that is being written.
///
/// # Errors
/// What the database says.
pub fn waiting(connection: &Connection) -> Result<u32, Error> {
    count_waiting(connection, "AND answer = 1")
}

/// Messages of both sides that are not indexed as they are now.
///
/// # Errors
/// What the database says.
pub fn waiting_messages(connection: &Connection) -> Result<u32, Error> {
    count_waiting(connection, "")
}

fn count_waiting(connection: &Connection, which: &str) -> Result<u32, Error> {
    let sql = format!(
        "SELECT count(*) FROM index_queue
         WHERE message_id NOT IN (SELECT id FROM messages WHERE status = 'streaming') {which}"
    );
    Ok(connection.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
}

/// Rewrites the index without what was deleted: FTS5 keeps it until its segments are merged.
///
/// # Errors
/// What the database says.
pub fn compact(connection: &Connection) -> Result<(), Error> {
    for table in FULL_TEXT {
        connection.execute(&format!("INSERT INTO {table} ({table}) VALUES ('optimize')"), [])?;
    }
    Ok(())
}

fn queued(connection: &Connection) -> Result<Vec<i64>, Error> {
    let mut query = connection.prepare_cached(
        "SELECT message_id FROM index_queue
         WHERE message_id NOT IN (SELECT id FROM messages WHERE status = 'streaming')
         ORDER BY message_id DESC LIMIT ?1",
    )?;
    let rows = query.query_map([TAKEN], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Says of a conversation in which script most of it is. One Chinese character says as much as three letters.
fn tell_script(connection: &Connection, conversation: i64) -> Result<(), Error> {
    let sums = connection
        .prepare_cached(
            "SELECT total(han), total(latin), total(letters) FROM digests WHERE conversation_id = ?1",
        )?
        .query_row([conversation], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let (han, latin, letters): (f64, f64, f64) = sums;
    let script = if han + latin + letters == 0.0 {
        None
    } else if letters > 0.5 * han && letters > latin {
        // Kana stand between Chinese characters.
        Some(WrittenIn::Other)
    } else if 3.0 * han >= latin {
        Some(WrittenIn::Chinese)
    } else {
        Some(WrittenIn::English)
    };
    let script = script.map(Named::name);
    connection
        .prepare_cached("UPDATE conversations SET written_in = ?2 WHERE id = ?1 AND written_in IS NOT ?2")?
        .execute(params![conversation, script])?;
    Ok(())
}

#[cfg(test)]
mod tests;
