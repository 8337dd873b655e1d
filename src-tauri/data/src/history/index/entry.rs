//! One message in the index: its text for search, its letters, and of an answer its tokens.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{params, Connection, OptionalExtension};
use vitrine_core::protocol::{Origin, Role, StopReason};

use super::marks::{self, surprise, Mark, Marks};
use crate::contract::{AnswerFacts, ForkChoice};
use crate::error::Error;
use crate::history::messages::role_from;
use crate::history::pieces::{self, Pieces};
use crate::history::stored::{facts_from, Named};
use crate::history::{fold, maybe_text_of, text_of, thoughts, token_records};

/// So many of the least probable tokens of an answer are kept.
const SURPRISES: usize = 4;
/// What is this probable or more surprises nobody.
const SURPRISING: f32 = 0.25;
/// Letters of this many characters tell in which script a message is.
const LOOKED_AT: usize = 20_000;

/// What a message holds that a search can find. Together with the id of the message or of the file: a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A question, or an answer without its thoughts.
    Text = 0,
    Thoughts = 1,
    File = 2,
}

impl Part {
    pub fn row(self, id: i64) -> i64 {
        4 * id + self as i64
    }

    /// Which part a row is, and of which message or file.
    pub fn of(row: i64) -> (Self, i64) {
        let part = match row.rem_euclid(4) {
            1 => Self::Thoughts,
            2 => Self::File,
            _ => Self::Text,
        };
        (part, row.div_euclid(4))
    }
}

/// Brings the index up to date with a message. The id of its conversation, where the message is there.
///
/// What can't be read is left out with a warning: an index that is never finished would help nobody.
pub fn write(connection: &Connection, id: i64) -> Result<Option<i64>, Error> {
    forget(connection, id)?;
    let found = connection
        .prepare_cached(
            "SELECT conversation_id, role, text, facts, created_at, hidden, copied FROM messages WHERE id = ?1",
        )?
        .query_row([id], |row| {
            let facts = maybe_text_of(row, 3)?;
            Ok(Stored {
                id,
                conversation: row.get(0)?,
                role: role_from(&text_of(row, 1)?, facts.is_some()),
                text: text_of(row, 2)?,
                facts: facts.as_deref().and_then(facts_from),
                created_at: row.get(4)?,
                hidden: row.get(5)?,
                copied: row.get(6)?,
            })
        })
        .optional()?;
    let Some(message) = found else { return Ok(None) };
    if !message.hidden {
        write_text(connection, &message)?;
        let usage = match message.role {
            Role::Assistant => write_tokens(connection, &message)?,
            Role::User | Role::System => Usage::default(),
        };
        write_digest(connection, &message, &usage)?;
    }
    Ok(Some(message.conversation))
}

struct Stored {
    id: i64,
    conversation: i64,
    role: Role,
    text: String,
    facts: Option<AnswerFacts>,
    created_at: i64,
    hidden: bool,
    copied: bool,
}

/// What statistics count of an answer.
#[derive(Debug, Default)]
struct Usage {
    recorded: u32,
    surprise: f64,
}

fn forget(connection: &Connection, id: i64) -> Result<(), Error> {
    let known = connection.prepare_cached("DELETE FROM digests WHERE message_id = ?1")?.execute([id])?;
    if known == 0 {
        return Ok(());
    }
    let mut files = connection.prepare_cached("SELECT id FROM attachments WHERE message_id = ?1")?;
    let files = files.query_map([id], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    let rows = [Part::Text, Part::Thoughts].map(|part| part.row(id));
    for row in rows.into_iter().chain(files.into_iter().map(|file| Part::File.row(file))) {
        connection.prepare_cached("DELETE FROM search_long WHERE rowid = ?1")?.execute([row])?;
        connection.prepare_cached("DELETE FROM search_short WHERE rowid = ?1")?.execute([row])?;
    }
    connection.prepare_cached("DELETE FROM token_messages WHERE rowid = ?1")?.execute([id])?;
    for sql in [
        "DELETE FROM token_marks WHERE message_id = ?1",
        "DELETE FROM surprises WHERE message_id = ?1",
        "DELETE FROM refused_ends WHERE message_id = ?1",
        "DELETE FROM cuts WHERE message_id = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}

fn write_text(connection: &Connection, message: &Stored) -> Result<(), Error> {
    let (thoughts, text) = match message.role {
        Role::Assistant => thoughts::split(&message.text),
        Role::User | Role::System => (None, message.text.as_str()),
    };
    write_row(connection, Part::Text.row(message.id), text)?;
    write_row(connection, Part::Thoughts.row(message.id), thoughts.unwrap_or_default())?;
    let mut query =
        connection.prepare_cached("SELECT id, name, text FROM attachments WHERE message_id = ?1")?;
    let mut rows = query.query([message.id])?;
    while let Some(row) = rows.next()? {
        let text = attachment_text(&text_of(row, 1)?, &text_of(row, 2)?);
        write_row(connection, Part::File.row(row.get(0)?), &text)?;
    }
    Ok(())
}

/// A file as it is searched: its name, then what is in it.
pub fn attachment_text(name: &str, text: &str) -> String {
    format!("{name}\n{text}")
}

fn write_row(connection: &Connection, row: i64, text: &str) -> Result<(), Error> {
    let folded = fold::fold(text);
    if folded.is_empty() {
        return Ok(());
    }
    connection
        .prepare_cached("INSERT INTO search_short (rowid, grams) VALUES (?1, ?2)")?
        .execute(params![row, fold::short_grams(&folded)])?;
    connection
        .prepare_cached("INSERT INTO search_long (rowid, text) VALUES (?1, ?2)")?
        .execute(params![row, folded])?;
    Ok(())
}

fn write_digest(connection: &Connection, message: &Stored, usage: &Usage) -> Result<(), Error> {
    let (mut han, mut latin, mut letters) = (0_u32, 0_u32, 0_u32);
    for character in message.text.chars().take(LOOKED_AT) {
        match character {
            'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' => latin += 1,
            '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}' => han += 1,
            _ if character.is_alphabetic() => letters += 1,
            _ => {}
        }
    }
    let facts = message.facts.as_ref();
    let answer = message.role == Role::Assistant;
    // What another version had written already is counted there.
    let written = facts.map(|facts| facts.completion_tokens.saturating_sub(taken_over(facts)));
    connection
        .prepare_cached(
            "INSERT INTO digests (message_id, conversation_id, created_at, copied, han, latin, letters, model, slot,
                 stop_reason, read, written, recorded, surprise)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            message.id,
            message.conversation,
            message.created_at,
            message.copied,
            han,
            latin,
            letters,
            facts.map(|facts| &facts.model_name),
            facts.and_then(|facts| facts.slot).map(Named::name),
            facts.and_then(|facts| facts.stop_reason).map(Named::name),
            facts.map(|facts| facts.prompt_tokens),
            written,
            answer.then_some(usage.recorded),
            answer.then_some(usage.surprise),
        ])?;
    Ok(())
}

/// Tokens at the beginning that are another version's.
fn taken_over(facts: &AnswerFacts) -> u32 {
    facts.branch.as_ref().map_or(0, |branch| branch.token_index)
}

fn write_tokens(connection: &Connection, message: &Stored) -> Result<Usage, Error> {
    let id = message.id;
    let bones = match token_records::bones(connection, id) {
        Ok(bones) => bones,
        Err(Error::Tokens(error)) => {
            tracing::warn!(%error, answer = id, "token records that can't be indexed");
            return Ok(Usage::default());
        }
        Err(other) => return Err(other),
    };
    if bones.records().len() == 0 {
        return Ok(Usage::default());
    }
    let vocabulary = match (bones.vocabulary, &message.facts) {
        (Some(vocabulary), _) => vocabulary,
        (None, Some(facts)) => {
            let row = pieces::vocabulary(connection, &facts.model_fingerprint)?;
            u32::try_from(row).unwrap_or(u32::MAX)
        }
        (None, None) => return Ok(Usage::default()),
    };
    let own = message.facts.as_ref().map_or(0, taken_over) as usize;
    let last = bones.records().next_back().filter(|last| last.special).map(|last| last.id);
    note_ends(connection, vocabulary, message, last)?;

    let mut pieces = Pieces::of(connection, i64::from(vocabulary));
    let mut usage = Usage::default();
    let mut surprises: Vec<(f32, usize)> = Vec::new();
    let mut cuts: BTreeMap<&'static str, u32> = BTreeMap::new();
    for (place, record) in bones.records().enumerate().skip(own) {
        if record.origin != Origin::Forced {
            usage.recorded += 1;
            usage.surprise += f64::from(surprise(record.probability));
        }
        let best = record.alternatives.iter().find(|one| one.rank == 1);
        if record.origin == Origin::Sampled {
            if record.probability < SURPRISING && !record.special {
                surprises.push((record.probability, place));
            }
            let rules = record.alternatives.iter().filter_map(|one| one.cut.map(Named::name));
            for rule in rules.collect::<BTreeSet<&str>>() {
                *cuts.entry(rule).or_default() += 1;
            }
        }
        let refused = best.filter(|best| best.id != record.id);
        if let Some(best) = refused {
            // Of records of the first version the bytes are known, of others the piece says it.
            if best.bytes.is_empty() && pieces.get(best.id)?.special {
                connection
                    .prepare_cached(
                        "INSERT INTO refused_ends (message_id, token_index, vocabulary, token) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![id, place as u32, vocabulary, best.id])?;
            }
        }
    }
    surprises.sort_by(|one, other| one.0.total_cmp(&other.0));
    for (probability, place) in surprises.into_iter().take(SURPRISES) {
        connection
            .prepare_cached(
                "INSERT INTO surprises (message_id, token_index, probability) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![id, place as u32, probability])?;
    }
    for (rule, times) in cuts {
        connection
            .prepare_cached("INSERT INTO cuts (message_id, rule, times) VALUES (?1, ?2, ?3)")?
            .execute(params![id, rule, times])?;
    }
    let marks = Marks {
        vocabulary,
        tokens: bones
            .records()
            .map(|record| Mark {
                id: record.id,
                origin: record.origin,
                rank: record.rank,
                probability: record.probability,
            })
            .collect(),
    };
    connection
        .prepare_cached("INSERT INTO token_marks (message_id, data) VALUES (?1, ?2)")?
        .execute(params![id, marks::encode(&marks)])?;
    let mut ids: Vec<u32> = marks.tokens.iter().map(|token| token.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let terms: Vec<String> = ids.into_iter().map(|token| token_term(vocabulary, token)).collect();
    connection
        .prepare_cached("INSERT INTO token_messages (rowid, tokens) VALUES (?1, ?2)")?
        .execute(params![id, terms.join(" ")])?;
    Ok(usage)
}

/// A token of a vocabulary as a term of `token_messages`.
pub fn token_term(vocabulary: u32, token: u32) -> String {
    format!("{vocabulary}x{token}")
}

/// Remembers which tokens are ends: one that ended this answer, and one that the user refused as the end of another.
fn note_ends(
    connection: &Connection,
    vocabulary: u32,
    message: &Stored,
    last: Option<u32>,
) -> Result<(), Error> {
    let Some(facts) = &message.facts else { return Ok(()) };
    let ended = last.filter(|_| facts.stop_reason == Some(StopReason::EndToken));
    let branch = facts.branch.as_ref().filter(|branch| branch.choice == ForkChoice::RefuseEnd);
    let refused = branch.and_then(|branch| branch.replaced.as_ref()).filter(|token| token.special);
    for token in ended.into_iter().chain(refused.map(|token| token.id)) {
        connection
            .prepare_cached("INSERT OR IGNORE INTO end_tokens (vocabulary, token) VALUES (?1, ?2)")?
            .execute(params![vocabulary, token])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_which_part_of_what_it_is() {
        for part in [Part::Text, Part::Thoughts, Part::File] {
            assert_eq!(Part::of(part.row(41)), (part, 41));
        }
    }
}
