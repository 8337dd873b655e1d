//! Full text search: titles, questions, answers, thoughts, files.
//!
//! A query is its terms, without regard to order; all of them have to be in one title, message, train of thought or
//! file. They are found wherever they stand, also within words: Chinese has no spaces to cut at. Each term goes its own way:
//!
//! * three characters and more: FTS5's trigrams (`search_long`);
//! * one or two: an index of characters and pairs (`search_short`), since trigrams know nothing of them;
//! * titles are few and short, so they are read.
//!
//! Where both indexes are asked, their rows are walked side by side, the newest first. No sign has a meaning of its own. Titles
//! come first, then what FTS5 ranks best (bm25), then what is newer. Where more than [`COUNTED`] were found, or only short
//! terms were given, the newest come first: rare or frequent says nothing there.

mod excerpt;

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use rusqlite::{params_from_iter, Connection, OptionalExtension, Rows};

use super::index::entry::{attachment_text, Part};
use super::keeper::Without;
use super::list::{Condition, Reach};
use super::{fold, index, memory, text_of, thoughts};
use crate::contract::{FoundIn, HistoryFilter, HistoryPlace, SearchHit, SearchPage};
use crate::error::Error;

/// So many hits are counted.
const COUNTED: usize = 1_000;
/// Where an index gave more rows than this, ranking them would take longer than it helps.
const RANKED: usize = 20_000;
/// Hits of a stretch at most.
const LONGEST: usize = 200;
/// Terms at most; what is typed beyond is not looked for.
const TERMS: usize = 16;
/// Characters that distinguish a term that trigrams find.
const LONG: usize = 3;

/// A stretch of what is found in one database. A blank query finds nothing.
///
/// # Errors
/// What the database says.
pub fn find(
    connection: &mut Connection,
    query: &str,
    filter: &HistoryFilter,
    offset: u32,
    limit: u32,
) -> Result<SearchPage, Error> {
    find_without(connection, query, filter, &Without::nothing(), offset, limit)
}

/// The same, without some conversations.
///
/// # Errors
/// What the database says.
pub fn find_without(
    connection: &mut Connection,
    query: &str,
    filter: &HistoryFilter,
    without: &Without,
    offset: u32,
    limit: u32,
) -> Result<SearchPage, Error> {
    index::catch_up(connection)?;
    let limit = (limit as usize).min(LONGEST);
    let outcome = look(connection, query, filter, without, offset as usize, limit);
    let found = index::or_anew(connection, outcome)?;
    Ok(SearchPage { waiting: index::waiting_messages(connection)?, ..found })
}

fn look(
    connection: &Connection,
    query: &str,
    filter: &HistoryFilter,
    without: &Without,
    offset: usize,
    limit: usize,
) -> Result<SearchPage, Error> {
    let mut terms = fold::terms(query);
    terms.truncate(TERMS);
    if terms.is_empty() {
        return Ok(SearchPage::default());
    }
    let mut conversations = conversations(connection, filter)?;
    conversations.retain(|id, _| !without.has(*id));
    let mut titles: Vec<(&i64, &Room)> =
        conversations.iter().filter(|(_, room)| has_all(&room.title, &terms)).collect();
    titles.sort_unstable_by_key(|(id, room)| Reverse((room.updated_at, **id)));
    let titles_more = titles.len() > COUNTED;
    titles.truncate(COUNTED);
    let room = COUNTED - titles.len();
    let (texts, texts_more) = texts(connection, &terms, &conversations, room)?;

    let total = titles.len() + texts.len();
    let from_titles = titles.iter().skip(offset).take(limit);
    let mut hits = Vec::with_capacity(limit);
    for (id, room) in from_titles {
        hits.push(SearchHit {
            conversation_id: **id,
            title: room.title.clone(),
            place: room.place,
            keeping: memory::keeping(**id),
            found_in: FoundIn::Title,
            message_id: None,
            excerpt: excerpt::around(&room.title, &terms),
            model_name: None,
            at: room.updated_at,
        });
    }
    let left = limit - hits.len();
    for text in texts.iter().skip(offset.saturating_sub(titles.len())).take(left) {
        let room = &conversations[&text.owner.conversation];
        hits.extend(hit_in(connection, text, room, &terms)?);
    }
    Ok(SearchPage { total: total as u32, more: titles_more || texts_more, waiting: 0, hits })
}

/// What is asked of a conversation that the filter lets through.
struct Room {
    title: String,
    place: HistoryPlace,
    updated_at: i64,
}

fn conversations(connection: &Connection, filter: &HistoryFilter) -> Result<HashMap<i64, Room>, Error> {
    let condition = Condition::of(filter, Reach::Search);
    let sql = format!(
        "SELECT id, title, updated_at, archived_at IS NOT NULL, deleted_at IS NOT NULL
         FROM conversations AS conversation WHERE {}",
        condition.sql
    );
    let mut query = connection.prepare_cached(&sql)?;
    let rows = query.query_map(params_from_iter(condition.values.iter()), |row| {
        let place = match (row.get(3)?, row.get(4)?) {
            (_, true) => HistoryPlace::Bin,
            (true, false) => HistoryPlace::Archived,
            (false, false) => HistoryPlace::Kept,
        };
        Ok((row.get(0)?, Room { title: text_of(row, 1)?, place, updated_at: row.get(2)? }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn has_all(text: &str, terms: &[String]) -> bool {
    let folded = fold::fold(text);
    terms.iter().all(|term| folded.contains(term.as_str()))
}

/// A text that was found, and whose it is.
struct Text {
    row: i64,
    owner: Owner,
    /// Of bm25: the lower, the better.
    rank: f64,
}

/// The message that a text belongs to.
#[derive(Clone)]
struct Owner {
    message: i64,
    conversation: i64,
    at: i64,
    answer: bool,
    model: Option<String>,
}

/// The texts that have all terms, the best first, at most `most`; and whether there are more.
fn texts(
    connection: &Connection,
    terms: &[String],
    conversations: &HashMap<i64, Room>,
    most: usize,
) -> Result<(Vec<Text>, bool), Error> {
    let (long, short): (Vec<_>, Vec<_>) = terms.iter().partition(|term| term.chars().count() >= LONG);
    let long = all_of(long.iter().map(|term| term.to_string()));
    let short = all_of(short.iter().map(|term| fold::short_token(term)));
    let mut found: Vec<Text> = Vec::new();
    let mut seen = 0_usize;
    let mut more = false;
    let mut rows = Walk::new(connection, &long, &short)?;
    // A row that fits one index may be far from the next that fits both: both are walked.
    let mut conversation_of =
        connection.prepare_cached("SELECT conversation_id FROM digests WHERE message_id = ?1")?;
    rows.each(|row| {
        seen += 1;
        // Most rows may be none of the filter's: no more is read of them than that.
        let Some(message) = message_of(connection, row)? else { return Ok(true) };
        let conversation: Option<i64> = conversation_of.query_row([message], |row| row.get(0)).optional()?;
        if conversation.is_some_and(|id| conversations.contains_key(&id)) {
            more = found.len() == most;
            if !more {
                let owner = owner(connection, message)?;
                found.extend(owner.map(|owner| Text { row, owner, rank: 0.0 }));
            }
        }
        Ok(!more)
    })?;
    if !long.is_empty() && !more && seen <= RANKED {
        rank(connection, &long, &mut found)?;
    }
    found.sort_by(|one, other| {
        let newer = || (other.owner.at, other.row).cmp(&(one.owner.at, one.row));
        one.rank.partial_cmp(&other.rank).unwrap_or(Ordering::Equal).then_with(newer)
    });
    Ok((found, more))
}

/// A MATCH expression; empty where there is nothing to look for.
fn all_of(terms: impl Iterator<Item = String>) -> String {
    // In quotes everything is text; quotes themselves are doubled.
    let quoted: Vec<String> = terms.map(|term| format!("\"{}\"", term.replace('"', "\"\""))).collect();
    quoted.join(" ")
}

/// Rows that match in both indexes, in falling order.
struct Walk<'a> {
    connection: &'a Connection,
    long: &'a str,
    short: &'a str,
}

impl<'a> Walk<'a> {
    fn new(connection: &'a Connection, long: &'a str, short: &'a str) -> Result<Self, Error> {
        Ok(Self { connection, long, short })
    }

    /// Calls `each` until it gives `false`.
    fn each(&mut self, mut each: impl FnMut(i64) -> Result<bool, Error>) -> Result<(), Error> {
        let sql =
            |table: &str| format!("SELECT rowid FROM {table} WHERE {table} MATCH ?1 ORDER BY rowid DESC");
        let mut long = self.connection.prepare_cached(&sql("search_long"))?;
        let mut short = self.connection.prepare_cached(&sql("search_short"))?;
        match (self.long, self.short) {
            ("", asked) => one_by_one(short.query([asked])?, each),
            (asked, "") => one_by_one(long.query([asked])?, each),
            (long_asked, short_asked) => {
                let (mut long, mut short) = (long.query([long_asked])?, short.query([short_asked])?);
                let (mut one, mut other) = (next(&mut long)?, next(&mut short)?);
                while let (Some(left), Some(right)) = (one, other) {
                    match left.cmp(&right) {
                        Ordering::Greater => one = next(&mut long)?,
                        Ordering::Less => other = next(&mut short)?,
                        Ordering::Equal => {
                            if !each(left)? {
                                break;
                            }
                            (one, other) = (next(&mut long)?, next(&mut short)?);
                        }
                    }
                }
                Ok(())
            }
        }
    }
}

fn one_by_one(mut rows: Rows, mut each: impl FnMut(i64) -> Result<bool, Error>) -> Result<(), Error> {
    while let Some(row) = next(&mut rows)? {
        if !each(row)? {
            break;
        }
    }
    Ok(())
}

fn next(rows: &mut Rows) -> Result<Option<i64>, Error> {
    Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
}

fn message_of(connection: &Connection, row: i64) -> Result<Option<i64>, Error> {
    Ok(match Part::of(row) {
        (Part::Text | Part::Thoughts, message) => Some(message),
        (Part::File, file) => connection
            .prepare_cached("SELECT message_id FROM attachments WHERE id = ?1")?
            .query_row([file], |row| row.get(0))
            .optional()?
            .flatten(),
    })
}

fn owner(connection: &Connection, message: i64) -> Result<Option<Owner>, Error> {
    let mut query = connection.prepare_cached(
        "SELECT conversation_id, created_at, recorded IS NOT NULL, model FROM digests WHERE message_id = ?1",
    )?;
    let owner = query.query_row([message], |row| {
        Ok(Owner {
            message,
            conversation: row.get(0)?,
            at: row.get(1)?,
            answer: row.get(2)?,
            model: row.get(3)?,
        })
    });
    Ok(owner.optional()?)
}

/// Asks FTS5 how well each fits.
fn rank(connection: &Connection, long: &str, found: &mut [Text]) -> Result<(), Error> {
    // Rows are in falling order, so the last is the lowest.
    let (Some(first), Some(last)) = (found.first().map(|text| text.row), found.last().map(|text| text.row))
    else {
        return Ok(());
    };
    let sql = "SELECT rowid, bm25(search_long) FROM search_long
               WHERE search_long MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC";
    let mut query = connection.prepare_cached(sql)?;
    let mut rows = query.query(rusqlite::params![long, last, first])?;
    let mut left = found.iter_mut().peekable();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if let Some(text) = left.next_if(|text| text.row == id) {
            text.rank = row.get(1)?;
        }
    }
    Ok(())
}

fn hit_in(
    connection: &Connection,
    text: &Text,
    room: &Room,
    terms: &[String],
) -> Result<Option<SearchHit>, Error> {
    let (part, id) = Part::of(text.row);
    let owner = &text.owner;
    let (found_in, read) = match part {
        Part::File => {
            let mut query = connection.prepare_cached("SELECT name, text FROM attachments WHERE id = ?1")?;
            let read = query
                .query_row([id], |row| Ok(attachment_text(&text_of(row, 0)?, &text_of(row, 1)?)))
                .optional()?;
            (FoundIn::Attachment, read)
        }
        Part::Text | Part::Thoughts => {
            let mut query = connection.prepare_cached("SELECT text FROM messages WHERE id = ?1")?;
            let read: Option<String> = query.query_row([id], |row| text_of(row, 0)).optional()?;
            match (part, owner.answer) {
                (Part::Text, false) => (FoundIn::Question, read),
                (Part::Text, true) => (FoundIn::Answer, read.map(|text| thoughts::split(&text).1.to_owned())),
                _ => {
                    (FoundIn::Thought, read.and_then(|text| thoughts::split(&text).0.map(ToOwned::to_owned)))
                }
            }
        }
    };
    Ok(read.map(|text| SearchHit {
        conversation_id: owner.conversation,
        title: room.title.clone(),
        place: room.place,
        keeping: memory::keeping(owner.conversation),
        found_in,
        message_id: Some(owner.message),
        excerpt: excerpt::around(&text, terms),
        model_name: owner.model.clone(),
        at: owner.at,
    }))
}

#[cfg(test)]
mod tests;
