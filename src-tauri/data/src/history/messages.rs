//! Messages: a tree per conversation. Siblings are versions of each other; nothing is overwritten.

use std::collections::HashMap;

use rusqlite::{params, Connection, OptionalExtension, Row};
use vitrine_core::protocol::Role;

use super::stored::{facts_from, facts_to, Named};
use super::{attachments, maybe_text_of, now, text_of};
use crate::contract::{AnswerFacts, Message, MessageStatus};
use crate::error::Error;

const COLUMNS: &str = "id, conversation_id, parent_id, role, text, status, facts, created_at, pinned";

/// Up to so many messages are asked for their versions one by one; for more, all of the conversation are read.
const SHORT: usize = 200;

/// What a model is told of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub id: i64,
    pub role: Role,
    pub text: String,
    pub pinned: bool,
    /// The files that go with it, in their order.
    pub files: Vec<i64>,
}

/// A message that is to be saved.
#[derive(Debug, Clone)]
pub struct NewMessage {
    pub conversation_id: i64,
    pub parent_id: Option<i64>,
    pub role: Role,
    pub text: String,
    pub status: MessageStatus,
    pub facts: Option<AnswerFacts>,
}

impl NewMessage {
    /// What the user typed.
    pub fn question(conversation_id: i64, parent_id: Option<i64>, text: &str) -> Self {
        Self {
            conversation_id,
            parent_id,
            role: Role::User,
            text: text.into(),
            status: MessageStatus::Complete,
            facts: None,
        }
    }

    /// An answer of which nothing is written yet.
    pub fn answer(conversation_id: i64, parent_id: i64, facts: AnswerFacts) -> Self {
        Self {
            conversation_id,
            parent_id: Some(parent_id),
            role: Role::Assistant,
            text: String::new(),
            status: MessageStatus::Streaming,
            facts: Some(facts),
        }
    }
}

/// Saves a message and gives back its id.
pub fn insert(connection: &Connection, new: &NewMessage) -> Result<i64, Error> {
    let facts = new.facts.as_ref().map(facts_to).transpose()?;
    connection
        .prepare_cached(
            "INSERT INTO messages (conversation_id, parent_id, role, text, status, facts, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            new.conversation_id,
            new.parent_id,
            new.role.name(),
            new.text,
            new.status.name(),
            facts,
            now()
        ])?;
    Ok(connection.last_insert_rowid())
}

/// Brings an answer that is being written, or has just ended, up to date.
pub fn update_answer(
    connection: &Connection,
    id: i64,
    text: &str,
    status: MessageStatus,
    facts: &AnswerFacts,
) -> Result<(), Error> {
    let changed = connection
        .prepare_cached("UPDATE messages SET text = ?2, status = ?3, facts = ?4 WHERE id = ?1")?
        .execute(params![id, text, status.name(), facts_to(facts)?])?;
    match changed {
        0 => Err(no_such(id)),
        _ => Ok(()),
    }
}

/// One message with its versions.
pub fn get(connection: &Connection, id: i64) -> Result<Message, Error> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE id = ?1 AND deleted_at IS NULL");
    let found = connection.prepare_cached(&sql)?.query_row([id], read_row).optional()?;
    let mut message = found.ok_or_else(|| no_such(id))?;
    message.attachments = attachments::of_message(connection, id)?;
    message.versions = versions_at(connection, message.conversation_id, message.parent_id)?;
    Ok(message)
}

/// The messages from the root to `leaf`.
pub fn path_to(connection: &Connection, leaf: i64) -> Result<Vec<Message>, Error> {
    path(connection, leaf, u32::MAX)
}

/// The last `most` messages of the path from the root to `leaf`.
pub fn path_end(connection: &Connection, leaf: i64, most: u32) -> Result<Vec<Message>, Error> {
    path(connection, leaf, most)
}

/// The messages from the root to the one before `id`.
pub fn path_before(connection: &Connection, id: i64) -> Result<Vec<Message>, Error> {
    let found = connection
        .prepare_cached("SELECT parent_id FROM messages WHERE id = ?1 AND deleted_at IS NULL")?
        .query_row([id], |row| row.get::<_, Option<i64>>(0))
        .optional()?;
    match found.ok_or_else(|| no_such(id))? {
        Some(parent) => path(connection, parent, u32::MAX),
        None => Ok(Vec::new()),
    }
}

/// What a model is told of the messages from the root to `leaf`: asked for at every pause in typing, so no facts,
/// versions or excerpts are read.
pub fn words_to(connection: &Connection, leaf: i64) -> Result<Vec<Words>, Error> {
    // That there are facts is told without reading them.
    let columns = "id, role, text, pinned, facts IS NOT NULL, conversation_id";
    let mut query = connection.prepare_cached(&along_the_path(columns))?;
    let mut rows = query.query(params![leaf, u32::MAX])?;
    let mut words = Vec::new();
    let mut conversation: Option<i64> = None;
    while let Some(row) = rows.next()? {
        conversation = row.get(5)?;
        words.push(Words {
            id: row.get(0)?,
            role: role_from(&text_of(row, 1)?, row.get(4)?),
            text: text_of(row, 2)?,
            pinned: row.get(3)?,
            files: Vec::new(),
        });
    }
    if let Some(conversation) = conversation {
        let mut files = attachments::ids_of_conversation(connection, conversation)?;
        for one in &mut words {
            one.files = files.remove(&one.id).unwrap_or_default();
        }
    }
    Ok(words)
}

/// Reads columns of the messages from the root to `?1`, of the last `?2` of them.
fn along_the_path(columns: &str) -> String {
    format!(
        "WITH RECURSIVE path (step, place) AS (
             SELECT ?1, 0
             UNION ALL
             SELECT messages.parent_id, path.place + 1
             FROM messages JOIN path ON messages.id = path.step
             WHERE messages.parent_id IS NOT NULL AND path.place + 1 < ?2
         )
         SELECT {columns} FROM messages JOIN path ON messages.id = path.step
         ORDER BY path.place DESC"
    )
}

fn path(connection: &Connection, leaf: i64, most: u32) -> Result<Vec<Message>, Error> {
    let mut messages = connection
        .prepare_cached(&along_the_path(COLUMNS))?
        .query_map(params![leaf, most], read_row)?
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(conversation_id) = messages.first().map(|first| first.conversation_id) {
        let short = messages.len() <= SHORT;
        let mut versions =
            if short { HashMap::new() } else { versions_by_place(connection, conversation_id)? };
        let mut files = attachments::of_conversation(connection, conversation_id)?;
        for message in &mut messages {
            message.attachments = files.remove(&message.id).unwrap_or_default();
            message.versions = match short {
                true => versions_at(connection, conversation_id, message.parent_id)?,
                false => versions.remove(&message.parent_id).unwrap_or_default(),
            };
        }
    }
    Ok(messages)
}

/// A pinned message stays in the context when others fall out.
pub fn pin(connection: &Connection, id: i64, pinned: bool) -> Result<(), Error> {
    let sql = "UPDATE messages SET pinned = ?2 WHERE id = ?1 AND deleted_at IS NULL";
    match connection.execute(sql, params![id, pinned])? {
        0 => Err(no_such(id)),
        _ => Ok(()),
    }
}

/// Takes one version away, with all that came after it; [`restore`] brings it back whole.
pub fn delete(connection: &Connection, id: i64) -> Result<(), Error> {
    let sql = "UPDATE messages SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL";
    match connection.execute(sql, params![id, now()])? {
        0 => Err(no_such(id)),
        _ => mark_hidden(connection, id),
    }
}

/// Undoes [`delete`].
pub fn restore(connection: &Connection, id: i64) -> Result<(), Error> {
    match connection.execute("UPDATE messages SET deleted_at = NULL WHERE id = ?1", [id])? {
        0 => Err(no_such(id)),
        _ => mark_hidden(connection, id),
    }
}

/// Marks what can't be reached of a message and all below it: what is deleted, and what came after that.
fn mark_hidden(connection: &Connection, id: i64) -> Result<(), Error> {
    connection
        .prepare_cached(
            "WITH RECURSIVE below (id, gone) AS (
                 SELECT message.id, message.deleted_at IS NOT NULL OR coalesce(parent.hidden, 0)
                 FROM messages AS message LEFT JOIN messages AS parent ON parent.id = message.parent_id
                 WHERE message.id = ?1
                 UNION ALL
                 SELECT messages.id, below.gone OR messages.deleted_at IS NOT NULL
                 FROM messages JOIN below ON messages.parent_id = below.id
             )
             UPDATE messages SET hidden = below.gone FROM below
             WHERE messages.id = below.id AND messages.hidden IS NOT below.gone",
        )?
        .execute([id])?;
    Ok(())
}

/// The end of the newest path through `id`: its newest child's newest child ...
pub fn newest_leaf_below(connection: &Connection, id: i64) -> Result<i64, Error> {
    let mut query = connection
        .prepare_cached("SELECT max(id) FROM messages WHERE parent_id = ?1 AND deleted_at IS NULL")?;
    let mut leaf = id;
    while let Some(child) = query.query_row([leaf], |row| row.get::<_, Option<i64>>(0))? {
        leaf = child;
    }
    Ok(leaf)
}

/// Answers that were being written when the app last ended. How many there were.
pub fn interrupt_streaming(connection: &Connection) -> Result<usize, Error> {
    let sql = "UPDATE messages SET status = 'interrupted' WHERE status = 'streaming'";
    Ok(connection.execute(sql, [])?)
}

/// The children of one message, oldest first.
fn versions_at(
    connection: &Connection,
    conversation_id: i64,
    parent_id: Option<i64>,
) -> Result<Vec<i64>, Error> {
    let mut query = connection.prepare_cached(
        "SELECT id FROM messages
         WHERE conversation_id = ?1 AND parent_id IS ?2 AND deleted_at IS NULL ORDER BY id",
    )?;
    let rows = query.query_map(params![conversation_id, parent_id], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Parent -> its children, oldest first.
fn versions_by_place(
    connection: &Connection,
    conversation_id: i64,
) -> Result<HashMap<Option<i64>, Vec<i64>>, Error> {
    let mut query = connection.prepare_cached(
        "SELECT parent_id, id FROM messages
             WHERE conversation_id = ?1 AND deleted_at IS NULL ORDER BY id",
    )?;
    let mut rows = query.query([conversation_id])?;
    let mut places: HashMap<_, Vec<_>> = HashMap::new();
    while let Some(row) = rows.next()? {
        places.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(places)
}

fn read_row(row: &Row) -> rusqlite::Result<Message> {
    let facts = maybe_text_of(row, 6)?;
    let role = role_from(&text_of(row, 3)?, facts.is_some());
    Ok(Message {
        id: row.get(0)?,
        conversation_id: row.get(1)?,
        parent_id: row.get(2)?,
        role,
        text: text_of(row, 4)?,
        status: status_from(&text_of(row, 5)?, role),
        created_at: row.get(7)?,
        pinned: row.get(8)?,
        attachments: Vec::new(),
        facts: facts.as_deref().and_then(facts_from),
        versions: Vec::new(),
    })
}

/// Whose message it is. One that this version has no name for is told by whether it was written by a model.
pub fn role_from(name: &str, has_facts: bool) -> Role {
    Role::of(name).unwrap_or(if has_facts { Role::Assistant } else { Role::User })
}

/// How it stands. Of an answer in a state that this version does not know, what is there was saved.
pub fn status_from(name: &str, role: Role) -> MessageStatus {
    MessageStatus::of(name).unwrap_or(match role {
        Role::Assistant => MessageStatus::Interrupted,
        Role::User | Role::System => MessageStatus::Complete,
    })
}

fn no_such(id: i64) -> Error {
    Error::NoSuchItem { what: "message", id }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::contract::{TextEncoding, TurnSettings};
    use crate::history::{conversations, open};

    /// Facts of an answer that has not begun.
    pub fn facts() -> AnswerFacts {
        AnswerFacts { seed: 42, ..AnswerFacts::first("Tiny", "f00d", TurnSettings::default()) }
    }

    /// A conversation with one question, two answers, and a second question under the first one.
    pub struct Tree {
        pub connection: Connection,
        pub conversation: i64,
        pub question: i64,
        pub first: i64,
        pub second: i64,
        pub follow_up: i64,
    }

    pub fn tree() -> Tree {
        let connection = open::in_memory();
        let conversation =
            conversations::create(&connection, "为什么？", &TurnSettings::default()).expect("a row");
        let add = |new: &NewMessage| insert(&connection, new).expect("a row");
        let question = add(&NewMessage::question(conversation, None, "为什么？"));
        let first = add(&NewMessage::answer(conversation, question, facts()));
        let second = add(&NewMessage::answer(conversation, question, facts()));
        let follow_up = add(&NewMessage::question(conversation, Some(first), "真的？"));
        Tree { connection, conversation, question, first, second, follow_up }
    }

    #[test]
    fn a_path_has_every_step_with_its_versions() {
        let tree = tree();
        let path = path_to(&tree.connection, tree.follow_up).expect("a path");
        let steps: Vec<_> = path.iter().map(|message| message.id).collect();
        assert_eq!(steps, [tree.question, tree.first, tree.follow_up]);
        assert_eq!(path[0].versions, [tree.question]);
        assert_eq!(path[1].versions, [tree.first, tree.second]);
        assert_eq!(path[2].versions, [tree.follow_up]);
        assert_eq!(get(&tree.connection, tree.first).expect("a row"), path[1]);
        assert!(path_to(&tree.connection, 999).expect("empty").is_empty());
    }

    #[test]
    fn what_a_model_is_told_of_a_path_is_what_stands_in_it() {
        let tree = tree();
        let file = attachments::NewAttachment {
            name: "a.txt".into(),
            bytes: 3,
            encoding: TextEncoding::Utf8,
            text: "甲".into(),
            tokens: None,
        };
        let file = attachments::insert(&tree.connection, &file).expect("a row").id;
        attachments::attach(&tree.connection, &[file], tree.follow_up).expect("attached");
        pin(&tree.connection, tree.question, true).expect("pinned");
        let words = words_to(&tree.connection, tree.follow_up).expect("a path");
        let path = path_to(&tree.connection, tree.follow_up).expect("a path");
        let told = path.iter().map(|message| Words {
            id: message.id,
            role: message.role,
            text: message.text.clone(),
            pinned: message.pinned,
            files: message.attachments.iter().map(|file| file.id).collect(),
        });
        assert_eq!(words, told.collect::<Vec<_>>());
        assert_eq!(words[2].files, [file]);
        assert!(words[0].pinned);
        assert!(words_to(&tree.connection, 999).expect("empty").is_empty());
    }

    #[test]
    fn an_answer_is_updated_in_place() {
        let tree = tree();
        let mut told = facts();
        told.completion_tokens = 9;
        update_answer(&tree.connection, tree.second, "因为", MessageStatus::Complete, &told)
            .expect("updated");
        let answer = get(&tree.connection, tree.second).expect("a row");
        assert_eq!((answer.text.as_str(), answer.status), ("因为", MessageStatus::Complete));
        assert_eq!(answer.facts, Some(told));
        let missing = update_answer(&tree.connection, 999, "", MessageStatus::Complete, &facts());
        assert!(matches!(missing, Err(Error::NoSuchItem { id: 999, .. })));
    }

    #[test]
    fn what_was_being_written_is_interrupted_once() {
        let tree = tree();
        assert_eq!(interrupt_streaming(&tree.connection).expect("rows"), 2);
        assert_eq!(interrupt_streaming(&tree.connection).expect("rows"), 0);
        let answer = get(&tree.connection, tree.first).expect("a row");
        assert_eq!(answer.status, MessageStatus::Interrupted);
    }

    #[test]
    fn the_newest_leaf_is_found_below_any_message() {
        let tree = tree();
        let leaf = |id| newest_leaf_below(&tree.connection, id).expect("a leaf");
        assert_eq!(leaf(tree.first), tree.follow_up);
        assert_eq!(leaf(tree.question), tree.second);
        assert_eq!(leaf(tree.follow_up), tree.follow_up);
    }

    #[test]
    fn a_long_path_is_its_end_and_what_is_before() {
        let mut tree = tree();
        let transaction = tree.connection.transaction().expect("begins");
        let mut leaf = tree.follow_up;
        for _ in 0..5_000 {
            let new = NewMessage::question(tree.conversation, Some(leaf), "又一句");
            leaf = insert(&transaction, &new).expect("a row");
        }
        transaction.commit().expect("commits");
        let whole = path_to(&tree.connection, leaf).expect("a path");
        assert_eq!(whole.len(), 5_003);
        let end = path_end(&tree.connection, leaf, 60).expect("its end");
        let before = path_before(&tree.connection, end[0].id).expect("what is before");
        assert_eq!(end.len(), 60);
        assert_eq!([before, end].concat(), whole);

        let short = path_end(&tree.connection, tree.follow_up, 60).expect("a path");
        assert_eq!(short, path_to(&tree.connection, tree.follow_up).expect("a path"));
        assert_eq!(path_before(&tree.connection, tree.question).expect("nothing"), []);
        assert!(matches!(path_before(&tree.connection, 99_999), Err(Error::NoSuchItem { .. })));
    }
}
