//! Text files that go with questions: read once, kept with the message for good.

use std::collections::HashMap;

use rusqlite::{params, Connection, OptionalExtension, Row};

use super::stored::{name_from, name_to};
use super::text_of;
use crate::contract::{Attachment, TextEncoding};
use crate::error::Error;

/// Characters of the excerpt.
const EXCERPT: u32 = 200;
/// `?1` is the length of the excerpt.
const COLUMNS: &str = "id, message_id, name, bytes, encoding, tokens, length(text), substr(text, 1, ?1)";

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    pub name: String,
    pub bytes: u32,
    pub encoding: TextEncoding,
    pub text: String,
    pub tokens: Option<u32>,
}

/// Keeps a file until it is sent.
pub fn insert(connection: &Connection, new: &NewAttachment) -> Result<Attachment, Error> {
    connection.execute(
        "INSERT INTO attachments (name, bytes, encoding, tokens, text) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![new.name, new.bytes, name_to(new.encoding)?, new.tokens, new.text],
    )?;
    get(connection, connection.last_insert_rowid())
}

pub fn get(connection: &Connection, id: i64) -> Result<Attachment, Error> {
    let sql = format!("SELECT {COLUMNS} FROM attachments WHERE id = ?2");
    let found = connection.prepare_cached(&sql)?.query_row(params![EXCERPT, id], read_row).optional()?;
    Ok(found.ok_or_else(|| no_such(id))?.1)
}

/// The whole text.
pub fn text(connection: &Connection, id: i64) -> Result<String, Error> {
    let found = connection
        .prepare_cached("SELECT text FROM attachments WHERE id = ?1")?
        .query_row([id], |row| text_of(row, 0))
        .optional()?;
    found.ok_or_else(|| no_such(id))
}

/// The files go with a message from now on. One that goes with another already is copied.
pub fn attach(connection: &Connection, ids: &[i64], message: i64) -> Result<(), Error> {
    for &id in ids {
        let taken = connection.execute(
            "UPDATE attachments SET message_id = ?2 WHERE id = ?1 AND message_id IS NULL",
            [id, message],
        )?;
        if taken == 0 {
            let copied = connection.execute(
                "INSERT INTO attachments (message_id, name, bytes, encoding, tokens, text)
                 SELECT ?2, name, bytes, encoding, tokens, text FROM attachments WHERE id = ?1",
                [id, message],
            )?;
            if copied == 0 {
                return Err(no_such(id));
            }
        }
    }
    Ok(())
}

/// The files of one message, in the order in which they were attached.
pub fn of_message(connection: &Connection, message: i64) -> Result<Vec<Attachment>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM attachments WHERE message_id = ?2 ORDER BY id");
    let mut query = connection.prepare_cached(&sql)?;
    let rows = query.query_map(params![EXCERPT, message], read_row)?;
    rows.map(|row| Ok(row?.1)).collect()
}

/// The files of all messages of a conversation, by message.
pub fn of_conversation(
    connection: &Connection,
    conversation: i64,
) -> Result<HashMap<i64, Vec<Attachment>>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM attachments WHERE message_id IN
             (SELECT id FROM messages WHERE conversation_id = ?2) ORDER BY id"
    );
    let mut query = connection.prepare_cached(&sql)?;
    let mut rows = query.query(params![EXCERPT, conversation])?;
    let mut found: HashMap<i64, Vec<Attachment>> = HashMap::new();
    while let Some(row) = rows.next()? {
        if let (Some(message), attachment) = read_row(row)? {
            found.entry(message).or_default().push(attachment);
        }
    }
    Ok(found)
}

/// The same by id alone.
pub fn ids_of_conversation(
    connection: &Connection,
    conversation: i64,
) -> Result<HashMap<i64, Vec<i64>>, Error> {
    let mut query = connection.prepare_cached(
        "SELECT message_id, id FROM attachments WHERE message_id IN
             (SELECT id FROM messages WHERE conversation_id = ?1) ORDER BY id",
    )?;
    let mut rows = query.query([conversation])?;
    let mut found: HashMap<i64, Vec<i64>> = HashMap::new();
    while let Some(row) = rows.next()? {
        found.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(found)
}

/// Takes away files that were never sent and that no draft holds. How many there were.
pub fn sweep(connection: &Connection) -> Result<usize, Error> {
    let sql = "DELETE FROM attachments WHERE message_id IS NULL
               AND id NOT IN (SELECT attachment_id FROM draft_attachments)";
    Ok(connection.execute(sql, [])?)
}

/// The file, and the message that it goes with.
fn read_row(row: &Row) -> rusqlite::Result<(Option<i64>, Attachment)> {
    let attachment = Attachment {
        id: row.get(0)?,
        name: text_of(row, 2)?,
        bytes: row.get(3)?,
        encoding: name_from(&text_of(row, 4)?),
        tokens: row.get(5)?,
        characters: row.get(6)?,
        excerpt: text_of(row, 7)?,
    };
    Ok((row.get(1)?, attachment))
}

fn no_such(id: i64) -> Error {
    Error::NoSuchItem { what: "attachment", id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::messages::tests::tree;

    fn file(name: &str) -> NewAttachment {
        NewAttachment {
            name: name.into(),
            bytes: 7,
            encoding: TextEncoding::Gb18030,
            text: "很".repeat(300),
            tokens: Some(9),
        }
    }

    #[test]
    fn a_file_waits_goes_with_a_message_and_is_copied_to_a_second() {
        let tree = tree();
        let kept = insert(&tree.connection, &file("甲.txt")).expect("kept");
        let left = insert(&tree.connection, &file("乙.txt")).expect("kept");
        assert_eq!((kept.characters, kept.excerpt.chars().count()), (300, 200));
        assert_eq!(kept.encoding, Some(TextEncoding::Gb18030));
        attach(&tree.connection, &[kept.id], tree.question).expect("attached");
        attach(&tree.connection, &[kept.id], tree.follow_up).expect("copied");
        assert_eq!(sweep(&tree.connection).expect("swept"), 1);
        assert!(text(&tree.connection, left.id).is_err());
        let all = of_conversation(&tree.connection, tree.conversation).expect("files");
        assert_eq!(all[&tree.question], std::slice::from_ref(&kept));
        assert_eq!(all[&tree.follow_up][0].name, "甲.txt");
        assert_eq!(of_message(&tree.connection, tree.question).expect("files"), std::slice::from_ref(&kept));
        assert_eq!(text(&tree.connection, kept.id).expect("text"), "很".repeat(300));
        assert!(attach(&tree.connection, &[99], tree.question).is_err());
    }
}
