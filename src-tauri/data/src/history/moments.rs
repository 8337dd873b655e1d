//! Moments that only token records know: found by the index, shown from the records themselves.

use std::collections::HashMap;

use rusqlite::{params, Connection, OptionalExtension};
use vitrine_core::protocol::StopReason;

use super::index::entry::token_term;
use super::index::marks::{self, surprise};
use super::keeper::Without;
use super::pieces::{self, Pieces};
use super::stored::Named;
use super::token_records::{self, Bones};
use super::{index, text_of};
use crate::contract::{Moment, MomentPage, MomentQuery};
use crate::error::Error;

/// Of the most surprising tokens so many are listed.
pub(super) const LISTED: u32 = 1_000;
/// Moments of a stretch at most.
pub(super) const LONGEST: u32 = 200;
/// Characters before and after a token.
const AROUND: usize = 30;

/// A token in an answer. The place `LAST` is the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    message: i64,
    token: u32,
}

/// The last token, wherever that is.
const LAST: u32 = u32::MAX;

/// What of the places is wanted.
struct Stretch<'a> {
    /// A JSON array of conversations that are left out.
    without: &'a str,
    offset: u32,
    limit: u32,
}

/// Places, and what is known of all of them.
#[derive(Debug, Default)]
struct Found {
    total: u32,
    mean_probability: Option<f32>,
    places: Vec<Place>,
}

/// A stretch of moments in conversations of one database that are not in the bin.
///
/// # Errors
/// What the database says.
pub fn find(
    connection: &mut Connection,
    query: &MomentQuery,
    offset: u32,
    limit: u32,
) -> Result<MomentPage, Error> {
    let models = models(connection, query)?;
    find_without(connection, query, &models, &Without::nothing(), offset, limit.min(LONGEST))
}

/// The models whose vocabulary is asked for, as far as this database knows them.
///
/// # Errors
/// What the database says.
pub fn models(connection: &Connection, query: &MomentQuery) -> Result<Vec<String>, Error> {
    match query {
        MomentQuery::Token { fingerprint, .. } => pieces::models_with(connection, fingerprint),
        _ => Ok(Vec::new()),
    }
}

/// The same, however long, without some conversations. `models`: also those that another database knows.
///
/// # Errors
/// What the database says.
pub fn find_without(
    connection: &mut Connection,
    query: &MomentQuery,
    models: &[String],
    without: &Without,
    offset: u32,
    limit: u32,
) -> Result<MomentPage, Error> {
    index::catch_up(connection)?;
    let stretch = Stretch { without: without.json(), offset, limit };
    let outcome = match query {
        MomentQuery::MostSurprising => most_surprising(connection, &stretch),
        MomentQuery::CutByLimit => cut_by_limit(connection, &stretch),
        MomentQuery::EndRefused => end_refused(connection, &stretch),
        MomentQuery::Token { fingerprint, id } => models_of(connection, fingerprint, models)
            .and_then(|vocabularies| token(connection, &vocabularies, *id, &stretch)),
    };
    let found = index::or_anew(connection, outcome)?;
    Ok(MomentPage {
        total: found.total,
        mean_probability: found.mean_probability,
        waiting: index::waiting(connection)?,
        moments: moments(connection, &found.places)?,
    })
}

fn places(connection: &Connection, sql: &str, values: impl rusqlite::Params) -> Result<Vec<Place>, Error> {
    let mut query = connection.prepare_cached(sql)?;
    let rows = query.query_map(values, |row| Ok(Place { message: row.get(0)?, token: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn most_surprising(connection: &Connection, stretch: &Stretch) -> Result<Found, Error> {
    // The join keeps the order of the index only where the planner has no choice.
    let all = places(
        connection,
        "SELECT surprises.message_id, surprises.token_index FROM surprises
         CROSS JOIN digests ON digests.message_id = surprises.message_id
         CROSS JOIN conversations ON conversations.id = digests.conversation_id
         WHERE conversations.deleted_at IS NULL
           AND conversations.id NOT IN (SELECT value FROM json_each(?2))
         ORDER BY surprises.probability LIMIT ?1",
        params![LISTED, stretch.without],
    )?;
    let total = all.len() as u32;
    let places = all.into_iter().skip(stretch.offset as usize).take(stretch.limit as usize).collect();
    Ok(Found { total, mean_probability: None, places })
}

fn cut_by_limit(connection: &Connection, stretch: &Stretch) -> Result<Found, Error> {
    // Answers without records have no token to show.
    let from = "FROM digests
         CROSS JOIN conversations ON conversations.id = digests.conversation_id
         WHERE digests.stop_reason = ?1 AND conversations.deleted_at IS NULL
           AND conversations.id NOT IN (SELECT value FROM json_each(?2))
           AND EXISTS (SELECT 1 FROM token_marks WHERE token_marks.message_id = digests.message_id)";
    let limit_name = StopReason::Limit.name();
    let total = connection
        .prepare_cached(&format!("SELECT count(*) {from}"))?
        .query_row([limit_name, stretch.without], |row| row.get(0))?;
    let places = places(
        connection,
        &format!(
            "SELECT digests.message_id, {LAST} {from} ORDER BY digests.message_id DESC LIMIT ?3 OFFSET ?4"
        ),
        params![limit_name, stretch.without, stretch.limit, stretch.offset],
    )?;
    Ok(Found { total, mean_probability: None, places })
}

fn end_refused(connection: &Connection, stretch: &Stretch) -> Result<Found, Error> {
    // Until an answer has ended by itself it is not known which control tokens are ends: all count.
    let from = "FROM refused_ends AS refused
         CROSS JOIN digests ON digests.message_id = refused.message_id
         CROSS JOIN conversations ON conversations.id = digests.conversation_id
         WHERE conversations.deleted_at IS NULL
           AND conversations.id NOT IN (SELECT value FROM json_each(?1))
           AND (EXISTS (SELECT 1 FROM end_tokens
                        WHERE vocabulary = refused.vocabulary AND token = refused.token)
                OR NOT EXISTS (SELECT 1 FROM end_tokens WHERE vocabulary = refused.vocabulary))";
    let total = connection
        .prepare_cached(&format!("SELECT count(*) {from}"))?
        .query_row([stretch.without], |row| row.get(0))?;
    let places = places(
        connection,
        &format!(
            "SELECT refused.message_id, refused.token_index {from}
             ORDER BY refused.message_id DESC, refused.token_index LIMIT ?2 OFFSET ?3"
        ),
        params![stretch.without, stretch.limit, stretch.offset],
    )?;
    Ok(Found { total, mean_probability: None, places })
}

/// The models whose tokens of an id are the same: those with these entries, and the one with this fingerprint.
fn models_of(connection: &Connection, fingerprint: &str, models: &[String]) -> Result<Vec<u32>, Error> {
    let mut query = connection.prepare_cached("SELECT id FROM vocabularies WHERE fingerprint = ?1")?;
    let mut rows = Vec::new();
    for name in models.iter().map(String::as_str).chain([fingerprint]) {
        let row: Option<u32> = query.query_row([name], |row| row.get(0)).optional()?;
        rows.extend(row.filter(|row| !rows.contains(row)));
    }
    Ok(rows)
}

fn token(connection: &Connection, vocabularies: &[u32], id: u32, stretch: &Stretch) -> Result<Found, Error> {
    if vocabularies.is_empty() {
        return Ok(Found::default());
    }
    let mut query = connection.prepare_cached(
        "SELECT token_marks.message_id, token_marks.data FROM token_messages
         CROSS JOIN token_marks ON token_marks.message_id = token_messages.rowid
         CROSS JOIN digests ON digests.message_id = token_messages.rowid
         CROSS JOIN conversations ON conversations.id = digests.conversation_id
         WHERE token_messages MATCH ?1 AND conversations.deleted_at IS NULL
           AND conversations.id NOT IN (SELECT value FROM json_each(?2))
         ORDER BY token_messages.rowid DESC",
    )?;
    let terms: Vec<String> = vocabularies.iter().map(|row| token_term(*row, id)).collect();
    let mut rows = query.query(params![terms.join(" OR "), stretch.without])?;
    let mut found = Found::default();
    let mut sum = 0.0_f64;
    while let Some(row) = rows.next()? {
        let message: i64 = row.get(0)?;
        let data = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let read = marks::occurrences(data, vocabularies, id, |token, probability| {
            if found.total >= stretch.offset && found.places.len() < stretch.limit as usize {
                found.places.push(Place { message, token });
            }
            found.total += 1;
            sum += f64::from(probability);
        });
        if let Err(error) = read {
            tracing::warn!(%error, answer = message, "an entry of the index that can't be read");
        }
    }
    found.mean_probability = (found.total > 0).then(|| (sum / f64::from(found.total)) as f32);
    Ok(found)
}

/// What is shown of places. One whose records are gone or can't be read is left out.
fn moments(connection: &Connection, places: &[Place]) -> Result<Vec<Moment>, Error> {
    // Pieces that several moments have are read once.
    let mut vocabularies: HashMap<u32, Pieces> = HashMap::new();
    let mut moments = Vec::with_capacity(places.len());
    let mut last: Option<(i64, Option<Answer>)> = None;
    for place in places {
        // Places of one answer come one after the other, as a rule.
        let answer = match &last {
            Some((message, answer)) if *message == place.message => answer,
            _ => &last.insert((place.message, Answer::read(connection, place.message)?)).1,
        };
        let Some(answer) = answer else { continue };
        let pieces = vocabularies
            .entry(answer.vocabulary)
            .or_insert_with(|| Pieces::of(connection, i64::from(answer.vocabulary)));
        match answer.moment(*place, pieces) {
            Ok(moment) => moments.extend(moment),
            Err(Error::Tokens(error)) => {
                tracing::warn!(%error, answer = place.message, "a token that can't be shown");
            }
            Err(other) => return Err(other),
        }
    }
    Ok(moments)
}

/// An answer with its records.
struct Answer {
    conversation: i64,
    title: String,
    model_name: String,
    at: i64,
    vocabulary: u32,
    bones: Bones,
}

impl Answer {
    fn read(connection: &Connection, id: i64) -> Result<Option<Self>, Error> {
        let bones = match token_records::bones(connection, id) {
            Ok(bones) => bones,
            Err(Error::Tokens(error)) => {
                tracing::warn!(%error, answer = id, "token records that can't be read");
                return Ok(None);
            }
            Err(other) => return Err(other),
        };
        let found = connection
            .prepare_cached(
                "SELECT digests.conversation_id, conversations.title, digests.model, digests.created_at,
                        token_marks.data
                 FROM digests
                 JOIN conversations ON conversations.id = digests.conversation_id
                 JOIN token_marks ON token_marks.message_id = digests.message_id
                 WHERE digests.message_id = ?1",
            )?
            .query_row([id], |row| {
                let vocabulary = marks::vocabulary(row.get_ref(4)?.as_blob()?);
                Ok(vocabulary.ok().map(|vocabulary| Self {
                    conversation: row.get(0).unwrap_or_default(),
                    title: text_of(row, 1).unwrap_or_default(),
                    model_name: text_of(row, 2).unwrap_or_default(),
                    at: row.get(3).unwrap_or_default(),
                    vocabulary,
                    bones,
                }))
            })
            .optional()?;
        Ok(found.flatten())
    }

    fn moment(&self, place: Place, pieces: &mut Pieces) -> Result<Option<Moment>, Error> {
        let index = match place.token {
            LAST => self.bones.records().len().saturating_sub(1),
            token => token as usize,
        };
        let Some(record) = self.bones.filled(index, pieces)? else { return Ok(None) };
        let bytes = match record.special {
            true => String::from_utf8_lossy(&pieces.get(record.id)?.bytes).into_owned(),
            false => record.bytes,
        };
        Ok(Some(Moment {
            conversation_id: self.conversation,
            title: self.title.clone(),
            message_id: place.message,
            token_index: index as u32,
            before: self.before(index, pieces)?,
            bytes,
            special: record.special,
            after: self.after(index + 1, pieces)?,
            probability: record.probability,
            rank: record.rank,
            surprise: surprise(record.probability),
            origin: Some(record.origin),
            model_name: self.model_name.clone(),
            at: self.at,
        }))
    }

    /// The last characters of the tokens before this one.
    fn before(&self, end: usize, pieces: &mut Pieces) -> Result<String, Error> {
        let mut reversed: Vec<char> = Vec::with_capacity(AROUND);
        let mut index = end;
        while index > 0 && reversed.len() < AROUND {
            index -= 1;
            let text = self.bones.filled(index, pieces)?.map(|record| record.text).unwrap_or_default();
            reversed.extend(text.chars().rev());
        }
        Ok(reversed.into_iter().take(AROUND).rev().collect())
    }

    /// The first characters of the tokens from this one on.
    fn after(&self, start: usize, pieces: &mut Pieces) -> Result<String, Error> {
        let mut text: Vec<char> = Vec::with_capacity(AROUND);
        let mut index = start;
        while text.len() < AROUND {
            let Some(record) = self.bones.filled(index, pieces)? else { break };
            text.extend(record.text.chars());
            index += 1;
        }
        Ok(text.into_iter().take(AROUND).collect())
    }
}

#[cfg(test)]
pub(super) mod tests;
