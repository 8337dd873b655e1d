//! What the model received for each answer: exact ids, and whose words they are.
//!
//! A prompt is stored over the one that it repeats ([`delta`]): the newest other version's, or that of the answer before.
//! So a conversation grows with what is said in it. Old rows are whole and stay so.

use std::collections::{HashMap, HashSet};

use rusqlite::{params, Connection, OptionalExtension};
use vitrine_core::protocol::{PromptForm, PromptToken};

use super::codec::delta;
use super::codec::primitive::{from_hex, to_hex, Reader};
use super::codec::spans::{segments_of, spans_of, Span};
use super::codec::CodecError;
use super::pieces::{self, Pieces};
use super::stored::{name_from, name_to, segments_from};
use super::text_of;
use crate::contract::PromptSegment;
use crate::error::Error;

/// A prompt that is to be kept.
#[derive(Debug, Clone)]
pub struct NewPrompt {
    pub fingerprint: String,
    pub form: PromptForm,
    pub tokens: Vec<PromptToken>,
    pub segments: Vec<PromptSegment>,
}

/// A prompt that was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    pub fingerprint: String,
    /// `None` for one that this version has no name for.
    pub form: Option<PromptForm>,
    pub ids: Vec<u32>,
    pub segments: Vec<PromptSegment>,
}

/// Prompts that are read at most to restore one; the next one is stored whole.
const DEEPEST: u32 = 64;
/// As far up the conversation it is looked for an answer to build on.
const FURTHEST: u32 = 64;

/// Keeps the prompt of an answer, over an earlier prompt where there is one. A prompt is written once:
/// others build on it.
///
/// # Errors
/// What the database says: also where the answer has a prompt already.
pub fn save(connection: &Connection, message: i64, prompt: &NewPrompt) -> Result<(), Error> {
    let vocabulary = pieces::vocabulary(connection, &prompt.fingerprint)?;
    let base = base_for(connection, message, vocabulary)?;
    // A base that can't be read is no reason not to go on: the new one is stored whole.
    let restored = base.map(|base| restore(connection, base)).transpose().unwrap_or_else(|error| {
        tracing::warn!(%error, answer = message, "an earlier prompt can't be built on");
        None
    });
    let below = restored.flatten();
    let base = base.filter(|_| below.is_some());
    let below = below.unwrap_or_default();
    let mut known: HashSet<u32> = below.ids.iter().copied().collect();
    let mut ids = Vec::with_capacity(prompt.tokens.len());
    for token in &prompt.tokens {
        ids.push(token.id);
        // What stands below has its pieces.
        if known.insert(token.id) {
            let bytes = from_hex(&token.bytes)?;
            pieces::keep(connection, vocabulary, [(token.id, bytes.as_slice(), token.special)])?;
        }
    }
    let spans = spans_of(&prompt.segments);
    let form = name_to(prompt.form)?;
    insert(connection, message, vocabulary, &form, base, &below, &Runs { ids, spans, depth: 0 })
}

/// Another answer has the same prompt.
///
/// # Errors
/// What the database says.
pub fn copy(connection: &Connection, from: i64, to: i64) -> Result<(), Error> {
    let Some((vocabulary, form)) = row_of(connection, from)? else { return Ok(()) };
    let same = restore(connection, from)?.unwrap_or_default();
    if same.depth < DEEPEST {
        return insert(connection, to, vocabulary, &form, Some(from), &same, &same);
    }
    // As deep as it may be: beside the first, on what that one stands on.
    let sql = "INSERT INTO prompts (message_id, vocabulary, form, ids, segments, base, depth, spans)
         SELECT ?2, vocabulary, form, ids, segments, base, depth, spans FROM prompts WHERE message_id = ?1";
    connection.execute(sql, [from, to])?;
    Ok(())
}

/// The answer of a copied conversation has the same prompt, in which messages are those of the copy. What a segment is of a
/// message that was not copied has no message any more.
///
/// # Errors
/// What the database says; [`Error::Tokens`] where the row is damaged.
pub fn copy_over(
    connection: &Connection,
    from: i64,
    to: i64,
    messages: &HashMap<i64, i64>,
) -> Result<(), Error> {
    let Some((vocabulary, form)) = row_of(connection, from)? else { return Ok(()) };
    let Some(runs) = restore(connection, from)? else { return Ok(()) };
    let mut segments = segments_of(&runs.spans)?;
    for segment in &mut segments {
        segment.message_id = segment.message_id.and_then(|id| messages.get(&id).copied());
    }
    let new = Runs { ids: runs.ids, spans: spans_of(&segments), depth: 0 };
    let base = base_for(connection, to, vocabulary)?;
    let below = base.map(|base| restore(connection, base)).transpose()?.flatten().unwrap_or_default();
    insert(connection, to, vocabulary, &form, base, &below, &new)
}

/// The prompt of an answer; none for one that was written before prompts were kept.
///
/// # Errors
/// What the database says; [`Error::Tokens`] where the row is damaged.
pub fn get(connection: &Connection, message: i64) -> Result<Option<Prompt>, Error> {
    let Some((vocabulary, form)) = row_of(connection, message)? else { return Ok(None) };
    let Some(Runs { ids, spans, .. }) = restore(connection, message)? else { return Ok(None) };
    Ok(Some(Prompt {
        fingerprint: pieces::fingerprint(connection, vocabulary)?,
        form: name_from(&form),
        ids,
        segments: segments_of(&spans)?,
    }))
}

/// The vocabulary of a prompt, and its form as it is stored.
fn row_of(connection: &Connection, message: i64) -> Result<Option<(i64, String)>, Error> {
    let sql = "SELECT vocabulary, form FROM prompts WHERE message_id = ?1";
    let found =
        connection.prepare_cached(sql)?.query_row([message], |row| Ok((row.get(0)?, text_of(row, 1)?)));
    Ok(found.optional()?)
}

/// What of a prompt grows with the conversation.
#[derive(Debug, Clone, Default)]
struct Runs {
    ids: Vec<u32>,
    spans: Vec<Span>,
    /// Prompts below it.
    depth: u32,
}

/// The stored prompt that a new one repeats most likely: of the newest other version of the answer, else of the nearest
/// answer above it that the same vocabulary was used for. Deleted ones count: they are only hidden. Always an
/// older message, so there is no circle.
fn base_for(connection: &Connection, message: i64, vocabulary: i64) -> Result<Option<i64>, Error> {
    let sql = "WITH RECURSIVE above (id, parent, step) AS (
             SELECT id, parent_id, 0 FROM messages WHERE id = ?1
             UNION ALL
             SELECT messages.id, messages.parent_id, above.step + 1
             FROM messages JOIN above ON messages.id = above.parent WHERE above.step < ?3
         )
         SELECT message_id FROM (
             SELECT prompts.message_id, 0 AS step FROM above
             JOIN messages ON messages.parent_id = above.parent AND messages.id < ?1
             JOIN prompts ON prompts.message_id = messages.id AND prompts.vocabulary = ?2
             WHERE above.step = 0
             UNION ALL
             SELECT prompts.message_id, above.step FROM above
             JOIN prompts ON prompts.message_id = above.id AND prompts.vocabulary = ?2
             WHERE above.step > 0
         )
         ORDER BY step, message_id DESC LIMIT 1";
    let found = connection
        .prepare_cached(sql)?
        .query_row(params![message, vocabulary, FURTHEST], |row| row.get::<_, i64>(0))
        .optional()?;
    Ok(found)
}

/// `below`: what stands in the row of `base`; nothing where there is none.
fn insert(
    connection: &Connection,
    message: i64,
    vocabulary: i64,
    form: &str,
    base: Option<i64>,
    below: &Runs,
    new: &Runs,
) -> Result<(), Error> {
    let nothing = Runs::default();
    let (base, below) = match base {
        Some(base) if below.depth < DEEPEST => (Some(base), below),
        _ => (None, &nothing),
    };
    let depth = base.map_or(0, |_| below.depth + 1);
    connection
        .prepare_cached(
            "INSERT INTO prompts (message_id, vocabulary, form, ids, segments, base, depth, spans)
             VALUES (?1, ?2, ?3, ?4, '', ?5, ?6, ?7)",
        )?
        .execute(params![
            message,
            vocabulary,
            form,
            delta::encode(&below.ids, &new.ids),
            base,
            depth,
            delta::encode(&below.spans, &new.spans),
        ])?;
    Ok(())
}

/// One row as it is stored.
struct Row {
    ids: Vec<u8>,
    /// Of rows from before there were deltas.
    segments: String,
    spans: Option<Vec<u8>>,
    base: Option<i64>,
    depth: u32,
}

/// Puts a prompt together from the rows that it stands on.
fn restore(connection: &Connection, message: i64) -> Result<Option<Runs>, Error> {
    let mut query = connection
        .prepare_cached("SELECT ids, segments, spans, base, depth FROM prompts WHERE message_id = ?1")?;
    let mut rows = Vec::new();
    let mut next = Some(message);
    while let Some(id) = next {
        let row = query.query_row([id], |row| {
            let (ids, segments, spans) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Row { ids, segments, spans, base: row.get(3)?, depth: row.get(4)? })
        });
        let Some(row) = row.optional()? else { break };
        // The depth falls with every step, so this ends whatever a damaged file says.
        if rows.last().is_some_and(|above: &Row| row.depth >= above.depth) {
            return Err(CodecError::NoBase.into());
        }
        next = row.base;
        rows.push(row);
    }
    if next.is_some() && !rows.is_empty() {
        return Err(CodecError::NoBase.into());
    }
    let mut runs: Option<Runs> = None;
    for row in rows.into_iter().rev() {
        let below = runs.unwrap_or_default();
        runs = Some(match &row.spans {
            Some(spans) => Runs {
                ids: delta::decode(&below.ids, &row.ids)?,
                spans: delta::decode(&below.spans, spans)?,
                depth: row.depth,
            },
            None => Runs {
                ids: whole(&row.ids)?,
                spans: spans_of(&segments_from(&row.segments)),
                depth: row.depth,
            },
        });
    }
    Ok(runs)
}

/// Ids as they were written before there were deltas.
fn whole(bytes: &[u8]) -> Result<Vec<u32>, CodecError> {
    let mut reader = Reader::new(bytes);
    let mut ids = Vec::new();
    while reader.left() > 0 {
        ids.push(reader.varint()?);
    }
    Ok(ids)
}

/// The tokens of a stored prompt.
pub fn tokens(connection: &Connection, prompt: &Prompt) -> Result<Vec<PromptToken>, Error> {
    let vocabulary = pieces::vocabulary(connection, &prompt.fingerprint)?;
    let mut pieces = Pieces::of(connection, vocabulary);
    prompt
        .ids
        .iter()
        .map(|&id| {
            let piece = pieces.get(id)?;
            Ok(PromptToken { id, bytes: to_hex(&piece.bytes), special: piece.special })
        })
        .collect()
}

#[cfg(test)]
mod tests;
