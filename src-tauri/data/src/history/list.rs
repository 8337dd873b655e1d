//! The list of conversations: filtered, in an order, a stretch at a time; and what is done to several at once.

use std::cmp::Ordering;

use rusqlite::types::Value;
use rusqlite::{params, params_from_iter, Connection, OptionalExtension, Row};

use super::keeper::Without;
use super::memory;
use super::stored::Named;
use super::{fold, folders, maybe_text_of, now, text_of};
use crate::contract::{
    ConversationSummary, HistoryChange, HistoryFilter, HistoryFolder, HistoryOrder, HistoryPage, HistoryPlace,
};
use crate::error::Error;

/// Rows of a stretch at most.
pub(super) const LONGEST: u32 = 1_000;

/// Characters of the last message that the list shows.
const PREVIEW: u32 = 120;

/// Reads one row. The model is that whose answer ends what is shown; where that is no answer, the one that last answered in the
/// first slot. `?1`: the id, `?2`: characters of the preview.
const SUMMARY: &str = "SELECT conversation.id, conversation.title, conversation.created_at, conversation.updated_at,
        conversation.message_count, coalesce(substr(leaf.text, 1, ?2), ''),
        coalesce(CASE WHEN json_valid(leaf.facts) THEN
                     CASE json_type(leaf.facts, '$.model_name')
                         WHEN 'text' THEN json_extract(leaf.facts, '$.model_name') END END,
                 (SELECT CASE json_type(facts, '$.model_name')
                      WHEN 'text' THEN json_extract(facts, '$.model_name') END FROM messages
                  WHERE conversation_id = conversation.id AND json_valid(facts)
                    AND coalesce(CASE WHEN json_valid(facts) THEN json_extract(facts, '$.slot') END, 'a') = 'a'
                  ORDER BY id DESC LIMIT 1)),
        conversation.starred, conversation.pinned, conversation.archived_at IS NOT NULL,
        conversation.folder_id, conversation.deleted_at,
        EXISTS (SELECT 1 FROM drafts WHERE conversation_id = conversation.id)
    FROM conversations AS conversation
    LEFT JOIN messages AS leaf ON leaf.id = conversation.active_leaf
    WHERE conversation.id = ?1";

/// A stretch of the list of one database.
///
/// # Errors
/// What the database says.
pub fn page(
    connection: &Connection,
    filter: &HistoryFilter,
    order: HistoryOrder,
    offset: u32,
    limit: u32,
) -> Result<HistoryPage, Error> {
    stretch(connection, filter, order, &Without::nothing(), offset, limit.min(LONGEST))
}

/// The same, however long, without some.
///
/// # Errors
/// What the database says.
pub(super) fn stretch(
    connection: &Connection,
    filter: &HistoryFilter,
    order: HistoryOrder,
    without: &Without,
    offset: u32,
    limit: u32,
) -> Result<HistoryPage, Error> {
    let condition = Condition::of(filter, Reach::Place).without(without);
    let sql = format!("SELECT count(*) FROM conversations AS conversation WHERE {}", condition.sql);
    let total = connection
        .prepare_cached(&sql)?
        .query_row(params_from_iter(condition.values.iter()), |row| row.get(0))?;
    let ids = match order {
        HistoryOrder::Title => by_title(connection, &condition, filter.place, offset, limit)?,
        HistoryOrder::Used | HistoryOrder::Created | HistoryOrder::Length => {
            let pinned = if filter.place == HistoryPlace::Bin { "" } else { "pinned DESC, " };
            let key = match (order, filter.place) {
                (HistoryOrder::Created, _) => "created_at",
                (HistoryOrder::Length, _) => "message_count",
                (_, HistoryPlace::Bin) => "deleted_at",
                (_, HistoryPlace::Kept | HistoryPlace::Archived) => "updated_at",
            };
            let sql = format!(
                "SELECT id FROM conversations AS conversation WHERE {}
                 ORDER BY {pinned}{key} DESC, id DESC LIMIT {limit} OFFSET {offset}",
                condition.sql
            );
            let mut query = connection.prepare_cached(&sql)?;
            let rows = query.query_map(params_from_iter(condition.values.iter()), |row| row.get(0))?;
            rows.collect::<Result<Vec<i64>, _>>()?
        }
    };
    Ok(HistoryPage { total, rows: summaries(connection, &ids)? })
}

/// What a filter can be set to in one database.
#[derive(Debug)]
pub struct Shelves {
    pub folders: Vec<HistoryFolder>,
    /// Models that answered, and how often.
    pub models: Vec<(String, u32)>,
    pub kept: u32,
    pub archived: u32,
    pub in_bin: u32,
}

/// All of them.
///
/// # Errors
/// What the database says.
pub fn shelves(connection: &Connection) -> Result<Shelves, Error> {
    shelves_without(connection, &Without::nothing())
}

/// Without some conversations; models are those that answered anywhere.
///
/// # Errors
/// What the database says.
pub(super) fn shelves_without(connection: &Connection, without: &Without) -> Result<Shelves, Error> {
    let mut query = connection
        .prepare_cached("SELECT model, count(*) FROM digests WHERE model IS NOT NULL GROUP BY model")?;
    let models = query.query_map([], |row| Ok((text_of(row, 0)?, row.get(1)?)))?;
    let models = models.collect::<Result<_, _>>()?;
    let count = |place| -> Result<u32, Error> {
        let condition = Condition { sql: in_place(place).to_owned(), values: Vec::new() }.without(without);
        let sql = format!("SELECT count(*) FROM conversations AS conversation WHERE {}", condition.sql);
        let mut query = connection.prepare_cached(&sql)?;
        Ok(query.query_row(params_from_iter(condition.values.iter()), |row| row.get(0))?)
    };
    Ok(Shelves {
        folders: folders::list(connection, without)?,
        models,
        kept: count(HistoryPlace::Kept)?,
        archived: count(HistoryPlace::Archived)?,
        in_bin: count(HistoryPlace::Bin)?,
    })
}

/// Does something to all that are named, or to none of them. What is so already stays so.
///
/// # Errors
/// [`Error::NoSuchItem`] for a conversation or a folder that is not there; what the database says.
pub fn change(connection: &mut Connection, ids: &[i64], change: &HistoryChange) -> Result<(), Error> {
    let transaction = connection.transaction()?;
    let (sql, value) = match change {
        HistoryChange::Star { on } => ("starred = ?2", Value::from(*on)),
        HistoryChange::Pin { on } => ("pinned = ?2", Value::from(*on)),
        // The time of the first stays.
        HistoryChange::Archive { on: true } => {
            ("archived_at = coalesce(archived_at, ?2)", Value::from(now()))
        }
        HistoryChange::Archive { on: false } => ("archived_at = ?2", Value::Null),
        HistoryChange::Delete { on: true } => ("deleted_at = coalesce(deleted_at, ?2)", Value::from(now())),
        HistoryChange::Delete { on: false } => ("deleted_at = ?2", Value::Null),
        HistoryChange::Move { folder } => {
            if let Some(folder) = folder {
                folders::check(&transaction, *folder)?;
            }
            ("folder_id = ?2", Value::from(*folder))
        }
    };
    let sql = format!("UPDATE conversations SET {sql} WHERE id = ?1");
    for id in ids {
        if transaction.prepare_cached(&sql)?.execute(params![id, value])? == 0 {
            return Err(Error::NoSuchItem { what: "conversation", id: *id });
        }
    }
    Ok(transaction.commit()?)
}

/// How far a filter's place reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Place,
    /// What is kept, and archived too.
    Search,
}

/// A filter as SQL over `conversations AS conversation`.
pub(super) struct Condition {
    pub sql: String,
    pub values: Vec<Value>,
}

impl Condition {
    pub fn of(filter: &HistoryFilter, reach: Reach) -> Self {
        let place = match (filter.place, reach) {
            (HistoryPlace::Kept, Reach::Search) => "conversation.deleted_at IS NULL",
            (place, _) => in_place(place),
        };
        let mut condition = Self { sql: place.to_owned(), values: Vec::new() };
        if let Some(folder) = filter.folder {
            condition.and("conversation.folder_id =", folder.into());
        }
        if filter.starred_only {
            condition.sql.push_str(" AND conversation.starred = 1");
        }
        if let Some(script) = filter.written_in {
            condition.and("conversation.written_in =", script.name().to_owned().into());
        }
        if let Some(from) = filter.from {
            condition.and("conversation.updated_at >=", from.into());
        }
        if let Some(until) = filter.until {
            condition.and("conversation.updated_at <", until.into());
        }
        if let Some(model) = &filter.model {
            condition.and(
                "conversation.id IN (SELECT conversation_id FROM digests WHERE model =",
                model.clone().into(),
            );
            condition.sql.push(')');
        }
        condition
    }

    /// Nothing is added where nothing is left out: the list of every day stays as fast as it is.
    pub fn without(mut self, without: &Without) -> Self {
        if !without.is_empty() {
            self.values.push(without.json().to_owned().into());
            let these =
                format!(" AND conversation.id NOT IN (SELECT value FROM json_each(?{}))", self.values.len());
            self.sql.push_str(&these);
        }
        self
    }

    fn and(&mut self, sql: &str, value: Value) {
        self.values.push(value);
        self.sql.push_str(&format!(" AND {sql} ?{}", self.values.len()));
    }
}

fn in_place(place: HistoryPlace) -> &'static str {
    match place {
        HistoryPlace::Kept => "conversation.deleted_at IS NULL AND conversation.archived_at IS NULL",
        HistoryPlace::Archived => "conversation.deleted_at IS NULL AND conversation.archived_at IS NOT NULL",
        HistoryPlace::Bin => "conversation.deleted_at IS NOT NULL",
    }
}

fn by_title(
    connection: &Connection,
    condition: &Condition,
    place: HistoryPlace,
    offset: u32,
    limit: u32,
) -> Result<Vec<i64>, Error> {
    let sql = format!("SELECT id, title, pinned FROM conversations AS conversation WHERE {}", condition.sql);
    let mut query = connection.prepare_cached(&sql)?;
    let rows = query.query_map(params_from_iter(condition.values.iter()), |row| {
        let last: bool = place != HistoryPlace::Bin && !row.get::<_, bool>(2)?;
        Ok((last, title_key(&text_of(row, 1)?), row.get(0)?))
    })?;
    let mut keyed: Vec<(bool, Vec<u8>, i64)> = rows.collect::<Result<_, _>>()?;
    keyed.sort_unstable();
    let stretch = keyed.into_iter().skip(offset as usize).take(limit as usize);
    Ok(stretch.map(|(_, _, id)| id).collect())
}

/// Which of two rows comes first in this order, as [`stretch`] has it.
pub(super) fn compare(
    one: &ConversationSummary,
    other: &ConversationSummary,
    order: HistoryOrder,
    place: HistoryPlace,
) -> Ordering {
    let bin = place == HistoryPlace::Bin;
    let pinned = |row: &ConversationSummary| row.pinned && !bin;
    let by_pin = pinned(other).cmp(&pinned(one));
    let by_number = |key: fn(&ConversationSummary) -> i64| (key(other), other.id).cmp(&(key(one), one.id));
    by_pin.then_with(|| match order {
        HistoryOrder::Title => (title_key(&one.title), one.id).cmp(&(title_key(&other.title), other.id)),
        HistoryOrder::Created => by_number(|row| row.created_at),
        HistoryOrder::Length => by_number(|row| i64::from(row.message_count)),
        HistoryOrder::Used if bin => by_number(|row| row.deleted_at.unwrap_or_default()),
        HistoryOrder::Used => by_number(|row| row.updated_at),
    })
}

/// Sorts as dictionaries do: letters without regard to case and accents, then Chinese characters by pinyin. That is the order in
/// which GB 2312 has the 3,755 most common ones; the others follow by radical.
fn title_key(title: &str) -> Vec<u8> {
    let folded = fold::fold(title);
    match folded.is_ascii() {
        true => folded.into_bytes(),
        false => encoding_rs::GB18030.encode(&folded).0.into_owned(),
    }
}

/// The rows of the list, in the order of the ids. What is gone meanwhile is left out.
pub(super) fn summaries(connection: &Connection, ids: &[i64]) -> Result<Vec<ConversationSummary>, Error> {
    let mut query = connection.prepare_cached(SUMMARY)?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(query.query_row(params![id, PREVIEW], read_summary).optional()?);
    }
    Ok(found)
}

fn read_summary(row: &Row) -> rusqlite::Result<ConversationSummary> {
    Ok(ConversationSummary {
        id: row.get(0)?,
        title: text_of(row, 1)?,
        created_at: row.get(2)?,
        updated_at: row.get(3)?,
        message_count: row.get(4)?,
        preview: text_of(row, 5)?,
        model_name: maybe_text_of(row, 6)?,
        starred: row.get(7)?,
        pinned: row.get(8)?,
        archived: row.get(9)?,
        folder: row.get(10)?,
        deleted_at: row.get(11)?,
        draft: row.get(12)?,
        keeping: memory::keeping(row.get(0)?),
    })
}

#[cfg(test)]
mod tests;
