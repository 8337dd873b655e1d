//! Copies of conversations: a whole one, or the beginning of one. Everything comes along: versions, token records,
//! prompts, files. Only what was deleted stays behind.

use std::collections::HashMap;

use rusqlite::{params, Connection, OptionalExtension};

use super::stored::facts_for_copy;
use super::{conversations, maybe_text_of, messages, now, prompts};
use crate::error::Error;

/// Copies a conversation with its whole tree. The id of the copy.
///
/// # Errors
/// [`Error::NoSuchItem`]; what the database says. Nothing is copied then.
pub fn whole(connection: &mut Connection, id: i64) -> Result<i64, Error> {
    let transaction = connection.transaction()?;
    let leaf = conversations::active_leaf(&transaction, id)?;
    let sql = "SELECT id FROM messages WHERE conversation_id = ?1 AND hidden = 0 ORDER BY id";
    let all = transaction
        .prepare_cached(sql)?
        .query_map([id], |row| row.get(0))?
        .collect::<Result<Vec<i64>, _>>()?;
    let copy = copy(&transaction, id, &all, leaf)?;
    transaction.commit()?;
    Ok(copy)
}

/// A new conversation that begins with the path up to and with this message. Its id.
///
/// # Errors
/// [`Error::NoSuchItem`]; what the database says. Nothing is copied then.
pub fn split(connection: &mut Connection, message: i64) -> Result<i64, Error> {
    let transaction = connection.transaction()?;
    let sql = "SELECT conversation_id FROM messages WHERE id = ?1 AND hidden = 0";
    let found = transaction.query_row(sql, [message], |row| row.get(0)).optional()?;
    let id: i64 = found.ok_or(Error::NoSuchItem { what: "message", id: message })?;
    // That it is not in the bin.
    conversations::active_leaf(&transaction, id)?;
    let path = messages::words_to(&transaction, message)?;
    let path: Vec<i64> = path.into_iter().map(|step| step.id).collect();
    let copy = copy(&transaction, id, &path, Some(message))?;
    transaction.commit()?;
    Ok(copy)
}

/// `which`: parents before children. `leaf`: which of them is shown.
fn copy(connection: &Connection, id: i64, which: &[i64], leaf: Option<i64>) -> Result<i64, Error> {
    connection.execute(
        "INSERT INTO conversations (title, title_is_manual, settings, created_at, updated_at, starred, folder_id)
         SELECT title, title_is_manual, settings, ?2, ?2, starred, folder_id FROM conversations WHERE id = ?1",
        [id, now()],
    )?;
    let copy = connection.last_insert_rowid();
    let mut ids: HashMap<i64, i64> = HashMap::with_capacity(which.len());
    // An answer may name versions that come after it only by its own id (a comparison names the first).
    for &message in which {
        let parent: Option<i64> = connection
            .prepare_cached("SELECT parent_id FROM messages WHERE id = ?1")?
            .query_row([message], |row| row.get(0))?;
        let parent = parent.map(|parent| ids.get(&parent).copied().ok_or(no_such(parent))).transpose()?;
        // What is being written now is, in the copy, not written on.
        connection
            .prepare_cached(
                "INSERT INTO messages (conversation_id, parent_id, role, text, status, created_at, pinned, copied)
                 SELECT ?2, ?3, role, text, CASE status WHEN 'streaming' THEN 'interrupted' ELSE status END,
                        created_at, pinned, 1
                 FROM messages WHERE id = ?1",
            )?
            .execute(params![message, copy, parent])?;
        let new = connection.last_insert_rowid();
        ids.insert(message, new);
        let facts: Option<String> = connection
            .prepare_cached("SELECT facts FROM messages WHERE id = ?1")?
            .query_row([message], |row| maybe_text_of(row, 0))?;
        if let Some(facts) = facts {
            connection
                .prepare_cached("UPDATE messages SET facts = ?2 WHERE id = ?1")?
                .execute(params![new, facts_for_copy(&facts, &ids)])?;
        }
        for sql in [
            "INSERT INTO token_records (message_id, chunk, data)
             SELECT ?2, chunk, data FROM token_records WHERE message_id = ?1",
            "INSERT INTO attachments (message_id, name, bytes, encoding, tokens, text)
             SELECT ?2, name, bytes, encoding, tokens, text FROM attachments WHERE message_id = ?1 ORDER BY id",
        ] {
            connection.prepare_cached(sql)?.execute([message, new])?;
        }
        if let Err(error) = prompts::copy_over(connection, message, new, &ids) {
            match error {
                // A damaged prompt is no reason not to copy a conversation; the original keeps what it has.
                Error::Tokens(error) => {
                    tracing::warn!(%error, answer = message, "a prompt that can't be copied")
                }
                other => return Err(other),
            }
        }
    }
    let leaf = leaf.and_then(|leaf| ids.get(&leaf).copied());
    connection.execute("UPDATE conversations SET active_leaf = ?2 WHERE id = ?1", params![copy, leaf])?;
    Ok(copy)
}

fn no_such(id: i64) -> Error {
    Error::NoSuchItem { what: "message", id }
}

#[cfg(test)]
mod tests;
