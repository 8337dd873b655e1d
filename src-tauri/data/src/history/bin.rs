//! What was deleted lies in the bin for 30 days, whole, and can be restored. Then it goes for good.

use rusqlite::Connection;

use super::settings;
use crate::error::Error;

/// How long a deleted conversation can be restored, in milliseconds.
pub const KEPT_FOR: i64 = 30 * 24 * 60 * 60 * 1000;

/// Something has to be due for so long before it goes, in milliseconds: a clock that is a month ahead at one start is put right by then.
const CONFIRMED_AFTER: i64 = 24 * 60 * 60 * 1000;
/// The setting that remembers since when something is due.
const DUE_SINCE: &str = "bin_due_since";

/// Erases what has been in the bin for longer than [`KEPT_FOR`], at most so many conversations at once, a day after it was seen to be due.
/// How many there were.
///
/// # Errors
/// What the database says.
pub fn empty_expired(connection: &mut Connection, now: i64, most: u32) -> Result<u32, Error> {
    let transaction = connection.transaction()?;
    let since = settings::get::<i64>(&transaction, DUE_SINCE).unwrap_or(None);
    let expired = {
        let mut query = transaction.prepare_cached(
            "SELECT id FROM conversations WHERE deleted_at < ?1 ORDER BY deleted_at LIMIT ?2",
        )?;
        let rows = query.query_map([now.saturating_sub(KEPT_FOR), i64::from(most)], |row| row.get(0))?;
        rows.collect::<Result<Vec<i64>, _>>()?
    };
    if expired.is_empty() {
        if since.is_some() {
            settings::forget(&transaction, DUE_SINCE)?;
            transaction.commit()?;
        }
        return Ok(0);
    }
    match since {
        Some(since) if (CONFIRMED_AFTER..).contains(&(now - since)) => {}
        Some(since) if since <= now => return Ok(0),
        _ => {
            settings::put(&transaction, DUE_SINCE, &now)?;
            transaction.commit()?;
            return Ok(0);
        }
    }
    for id in &expired {
        erase(&transaction, *id)?;
    }
    transaction.commit()?;
    Ok(u32::try_from(expired.len()).unwrap_or(u32::MAX))
}

/// Takes a conversation away with everything that belongs to it. To be called in a transaction.
///
/// Children go before their parents, and prompts before those that they stand on: a long conversation would be
/// too deep a chain for SQLite's own cascade, which ends at 1,000 steps.
///
/// # Errors
/// What the database says.
pub fn erase(connection: &Connection, id: i64) -> Result<(), Error> {
    let messages = {
        let sql = "SELECT id FROM messages WHERE conversation_id = ?1 ORDER BY id DESC";
        let mut query = connection.prepare_cached(sql)?;
        let rows = query.query_map([id], |row| row.get(0))?;
        rows.collect::<Result<Vec<i64>, _>>()?
    };
    let mut delete = connection.prepare_cached("DELETE FROM messages WHERE id = ?1")?;
    for message in messages {
        delete.execute([message])?;
    }
    connection.prepare_cached("DELETE FROM conversations WHERE id = ?1")?.execute([id])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::messages::tests::tree;
    use crate::history::messages::{self, NewMessage};
    use crate::history::{conversations, now};

    fn count(connection: &Connection, table: &str) -> u32 {
        let sql = format!("SELECT count(*) FROM {table}");
        connection.query_row(&sql, [], |row| row.get(0)).expect("a number")
    }

    #[test]
    fn what_lay_in_the_bin_for_a_month_is_gone_and_what_did_not_is_there() {
        let mut tree = tree();
        let other = conversations::create(&tree.connection, "b", &Default::default()).expect("a row");
        conversations::delete(&tree.connection, tree.conversation).expect("deleted");
        conversations::delete(&tree.connection, other).expect("deleted");
        let at = now();
        assert_eq!(empty_expired(&mut tree.connection, at + KEPT_FOR, 9).expect("emptied"), 0);
        conversations::restore(&tree.connection, other).expect("restored");
        let late = at + 2 * KEPT_FOR;
        let mut empty = |now| empty_expired(&mut tree.connection, now, 9).expect("emptied");
        assert_eq!(empty(late), 0, "the clock may be wrong");
        assert_eq!(empty(at), 0, "it was");
        assert_eq!(empty(late + CONFIRMED_AFTER), 0, "due for the first time again");
        assert_eq!(empty(late + CONFIRMED_AFTER + 1), 0);
        assert_eq!(empty(late + 2 * CONFIRMED_AFTER), 1);
        assert_eq!((count(&tree.connection, "conversations"), count(&tree.connection, "messages")), (1, 0));
    }

    #[test]
    fn the_longest_conversation_goes_too() {
        let mut tree = tree();
        let transaction = tree.connection.transaction().expect("begins");
        let mut leaf = tree.follow_up;
        for _ in 0..3_000 {
            let new = NewMessage::question(tree.conversation, Some(leaf), "又一句");
            leaf = messages::insert(&transaction, &new).expect("a row");
        }
        erase(&transaction, tree.conversation).expect("erased");
        transaction.commit().expect("commits");
        for table in ["conversations", "messages", "index_queue", "token_records", "drafts"] {
            assert_eq!(count(&tree.connection, table), 0, "{table}");
        }
    }
}
