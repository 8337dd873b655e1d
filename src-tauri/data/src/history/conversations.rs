//! Conversations: a title, the settings of the last turn, and which path is shown.

use rusqlite::{params, Connection, OptionalExtension};

use super::memory::keeping;
use super::stored::{turn_from, turn_to};
use super::title::title_of;
use super::{messages, now, text_of};
use crate::contract::{Conversation, TurnSettings};
use crate::error::Error;

/// Messages of the path that come with a conversation. More than fill any window, and few enough to be there at once.
const END: u32 = 60;

/// Begins a conversation; its title is the beginning of `question`. Gives back its id.
pub fn create(connection: &Connection, question: &str, settings: &TurnSettings) -> Result<i64, Error> {
    connection.execute(
        "INSERT INTO conversations (title, settings, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?3)",
        params![title_of(question), turn_to(settings)?, now()],
    )?;
    Ok(connection.last_insert_rowid())
}

/// The conversation with the end of its active path; [`messages::path_before`] gives the rest.
pub fn open(connection: &Connection, id: i64) -> Result<Conversation, Error> {
    let found = connection
        .prepare_cached(
            "SELECT title, settings, active_leaf FROM conversations
             WHERE id = ?1 AND deleted_at IS NULL",
        )?
        .query_row([id], |row| Ok((text_of(row, 0)?, text_of(row, 1)?, row.get::<_, Option<i64>>(2)?)))
        .optional()?;
    let (title, settings, leaf) = found.ok_or_else(|| no_such(id))?;
    let messages = match leaf {
        Some(leaf) => messages::path_end(connection, leaf, END)?,
        None => Vec::new(),
    };
    Ok(Conversation { id, title, settings: turn_from(&settings), messages, keeping: keeping(id) })
}

/// Those in the list, the last used first.
#[cfg(test)]
pub fn list(connection: &Connection) -> Result<Vec<crate::contract::ConversationSummary>, Error> {
    use crate::contract::{HistoryFilter, HistoryOrder};
    Ok(super::list::page(connection, &HistoryFilter::default(), HistoryOrder::Used, 0, 1_000)?.rows)
}

/// Makes anew what is derived from messages: which of them can be reached, and how many those are. How many rows were not
/// as they should be.
pub fn recount(connection: &Connection) -> Result<usize, Error> {
    let hidden = connection.execute(
        "WITH RECURSIVE gone (id) AS (
             SELECT id FROM messages WHERE deleted_at IS NOT NULL
             UNION
             SELECT messages.id FROM messages JOIN gone ON messages.parent_id = gone.id
         )
         UPDATE messages SET hidden = (id IN (SELECT id FROM gone))
         WHERE hidden IS NOT (id IN (SELECT id FROM gone))",
        [],
    )?;
    let counts = connection.execute(
        "WITH counts (id, count) AS (
             SELECT conversation_id, count(*) FROM messages WHERE hidden = 0 GROUP BY conversation_id
         )
         UPDATE conversations
         SET message_count = coalesce((SELECT count FROM counts WHERE counts.id = conversations.id), 0)
         WHERE message_count IS NOT coalesce((SELECT count FROM counts WHERE counts.id = conversations.id), 0)",
        [],
    )?;
    Ok(hidden + counts)
}

/// The end of the active path.
pub fn active_leaf(connection: &Connection, id: i64) -> Result<Option<i64>, Error> {
    let found = connection
        .prepare_cached("SELECT active_leaf FROM conversations WHERE id = ?1 AND deleted_at IS NULL")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    found.ok_or_else(|| no_such(id))
}

/// A turn begins: its answer is where the path ends, and the conversation goes on with `settings`, or with those
/// that it has.
pub fn begin_turn(
    connection: &Connection,
    id: i64,
    settings: Option<&TurnSettings>,
    leaf: i64,
) -> Result<(), Error> {
    let settings = settings.map(turn_to).transpose()?;
    let changed = connection.execute(
        "UPDATE conversations SET settings = coalesce(?2, settings), active_leaf = ?3, updated_at = ?4
         WHERE id = ?1 AND deleted_at IS NULL",
        params![id, settings, leaf, now()],
    )?;
    found(changed, id)
}

/// The conversation was used now.
pub fn touch(connection: &Connection, id: i64) -> Result<(), Error> {
    connection
        .prepare_cached("UPDATE conversations SET updated_at = ?2 WHERE id = ?1")?
        .execute(params![id, now()])?;
    Ok(())
}

/// Shows the path on which `message_id` lies, as far as it goes. The id of its conversation.
pub fn select(connection: &Connection, message_id: i64) -> Result<i64, Error> {
    let id = messages::get(connection, message_id)?.conversation_id;
    let leaf = messages::newest_leaf_below(connection, message_id)?;
    let changed = connection.execute(
        "UPDATE conversations SET active_leaf = ?2 WHERE id = ?1 AND deleted_at IS NULL",
        params![id, leaf],
    )?;
    found(changed, id)?;
    Ok(id)
}

/// Takes one version away and shows another one, or what came before. The id of the conversation.
pub fn delete_message(connection: &Connection, message_id: i64) -> Result<i64, Error> {
    let message = messages::get(connection, message_id)?;
    let id = message.conversation_id;
    let shown = match active_leaf(connection, id)? {
        Some(leaf) => messages::words_to(connection, leaf)?.iter().any(|step| step.id == message_id),
        None => false,
    };
    messages::delete(connection, message_id)?;
    if shown {
        let other = message.versions.into_iter().rev().find(|version| *version != message_id);
        let leaf = match other {
            Some(other) => Some(messages::newest_leaf_below(connection, other)?),
            None => message.parent_id,
        };
        let sql = "UPDATE conversations SET active_leaf = ?2 WHERE id = ?1";
        connection.execute(sql, params![id, leaf])?;
    }
    Ok(id)
}

/// Brings a version back and shows it. The id of the conversation.
pub fn restore_message(connection: &Connection, message_id: i64) -> Result<i64, Error> {
    messages::restore(connection, message_id)?;
    select(connection, message_id)
}

/// Gives it the user's title; a blank one brings back the title from the first question.
pub fn rename(connection: &Connection, id: i64, title: &str) -> Result<(), Error> {
    let given = title.trim();
    let title = if given.is_empty() { title_of(&first_question(connection, id)?) } else { given.to_owned() };
    let changed = connection.execute(
        "UPDATE conversations SET title = ?2, title_is_manual = ?3
         WHERE id = ?1 AND deleted_at IS NULL",
        params![id, title, !given.is_empty()],
    )?;
    found(changed, id)
}

/// Takes it off the list; [`restore`] brings it back whole.
pub fn delete(connection: &Connection, id: i64) -> Result<(), Error> {
    let changed = connection.execute(
        "UPDATE conversations SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL",
        params![id, now()],
    )?;
    found(changed, id)
}

/// Undoes [`delete`].
pub fn restore(connection: &Connection, id: i64) -> Result<(), Error> {
    let changed = connection.execute("UPDATE conversations SET deleted_at = NULL WHERE id = ?1", [id])?;
    found(changed, id)
}

fn first_question(connection: &Connection, id: i64) -> Result<String, Error> {
    let text = connection
        .query_row(
            "SELECT text FROM messages WHERE conversation_id = ?1 AND role = 'user'
             ORDER BY id LIMIT 1",
            [id],
            |row| text_of(row, 0),
        )
        .optional()?;
    Ok(text.unwrap_or_default())
}

fn found(changed: usize, id: i64) -> Result<(), Error> {
    match changed {
        0 => Err(no_such(id)),
        _ => Ok(()),
    }
}

fn no_such(id: i64) -> Error {
    Error::NoSuchItem { what: "conversation", id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::messages::tests::tree;

    fn shown(connection: &Connection, id: i64) -> Vec<i64> {
        let conversation = open(connection, id).expect("a conversation");
        conversation.messages.iter().map(|message| message.id).collect()
    }

    #[test]
    fn a_turn_sets_the_path_and_the_settings() {
        let tree = tree();
        assert_eq!(shown(&tree.connection, tree.conversation), [] as [i64; 0]);
        let settings = TurnSettings { system_prompt: "短".into(), ..TurnSettings::default() };
        begin_turn(&tree.connection, tree.conversation, Some(&settings), tree.second).expect("begins");
        let conversation = open(&tree.connection, tree.conversation).expect("a conversation");
        assert_eq!(conversation.settings, settings);
        begin_turn(&tree.connection, tree.conversation, None, tree.second).expect("begins");
        let conversation = open(&tree.connection, tree.conversation).expect("a conversation");
        assert_eq!(conversation.settings, settings, "a turn with settings of its own leaves them");
        assert_eq!(conversation.title, "为什么？");
        let leaf = active_leaf(&tree.connection, tree.conversation).expect("a leaf");
        assert_eq!(leaf, Some(tree.second));
    }

    #[test]
    fn selecting_a_version_shows_all_that_came_after_it() {
        let tree = tree();
        select(&tree.connection, tree.second).expect("a path");
        assert_eq!(shown(&tree.connection, tree.conversation), [tree.question, tree.second]);
        let id = select(&tree.connection, tree.first).expect("a path");
        assert_eq!(shown(&tree.connection, id), [tree.question, tree.first, tree.follow_up]);
    }

    #[test]
    fn the_list_tells_title_preview_count_and_model() {
        let tree = tree();
        select(&tree.connection, tree.first).expect("a path");
        let list = list(&tree.connection).expect("a list");
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].message_count, 4);
        assert_eq!(list[0].preview, "真的？");
        assert_eq!(list[0].model_name.as_deref(), Some("Tiny"));
    }

    #[test]
    fn the_last_used_comes_first() {
        let tree = tree();
        let other = create(&tree.connection, "b", &TurnSettings::default()).expect("a row");
        let at = |id: i64, time: i64| {
            let sql = "UPDATE conversations SET updated_at = ?2 WHERE id = ?1";
            tree.connection.execute(sql, [id, time]).expect("updated");
        };
        at(tree.conversation, 1);
        at(other, 2);
        let order = || {
            let list = list(&tree.connection).expect("a list");
            list.iter().map(|summary| summary.id).collect::<Vec<_>>()
        };
        assert_eq!(order(), [other, tree.conversation]);
        touch(&tree.connection, tree.conversation).expect("touched");
        assert_eq!(order(), [tree.conversation, other]);
    }

    #[test]
    fn a_deleted_conversation_is_gone_until_it_is_restored() {
        let tree = tree();
        let id = tree.conversation;
        delete(&tree.connection, id).expect("deleted");
        assert!(list(&tree.connection).expect("a list").is_empty());
        assert!(matches!(open(&tree.connection, id), Err(Error::NoSuchItem { .. })));
        assert!(rename(&tree.connection, id, "x").is_err());
        assert!(delete(&tree.connection, id).is_err());
        restore(&tree.connection, id).expect("restored");
        select(&tree.connection, tree.first).expect("a path");
        assert_eq!(shown(&tree.connection, id).len(), 3);
    }

    #[test]
    fn deleting_a_version_leaves_the_others_and_can_be_undone() {
        let tree = tree();
        select(&tree.connection, tree.first).expect("a path");
        let id = delete_message(&tree.connection, tree.first).expect("deleted");
        assert_eq!(shown(&tree.connection, id), [tree.question, tree.second]);
        let second = messages::get(&tree.connection, tree.second).expect("there");
        assert_eq!(second.versions, [tree.second]);
        assert!(messages::get(&tree.connection, tree.first).is_err());
        assert!(delete_message(&tree.connection, tree.first).is_err());
        delete_message(&tree.connection, tree.second).expect("deleted");
        assert_eq!(shown(&tree.connection, id), [tree.question]);
        restore_message(&tree.connection, tree.first).expect("restored");
        assert_eq!(shown(&tree.connection, id), [tree.question, tree.first, tree.follow_up]);
        delete_message(&tree.connection, tree.question).expect("the root too");
        assert_eq!(shown(&tree.connection, id), [] as [i64; 0]);
        restore_message(&tree.connection, tree.question).expect("restored");
        assert_eq!(shown(&tree.connection, id).len(), 3);
    }

    #[test]
    fn what_is_pinned_is_told() {
        let tree = tree();
        messages::pin(&tree.connection, tree.first, true).expect("pinned");
        assert!(messages::get(&tree.connection, tree.first).expect("there").pinned);
        assert!(messages::pin(&tree.connection, 999, true).is_err());
    }

    #[test]
    fn a_blank_name_brings_back_the_question() {
        let tree = tree();
        let title = || open(&tree.connection, tree.conversation).expect("a row").title;
        rename(&tree.connection, tree.conversation, "  天空 ").expect("renamed");
        assert_eq!(title(), "天空");
        rename(&tree.connection, tree.conversation, " ").expect("renamed");
        assert_eq!(title(), "为什么？");
        assert!(rename(&tree.connection, 999, "x").is_err());
    }
}
