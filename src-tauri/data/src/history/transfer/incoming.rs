//! A document into the rows. A conversation and its messages are recognized by uid: what is there stays as it is, what is
//! missing comes to it. Two different texts of one message are two versions of it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use rusqlite::{params, Connection, OptionalExtension, Transaction};
use serde_json::Value;
use vitrine_core::protocol::{PromptForm, PromptToken, TokenRecord};
use vitrine_exchange::document::{
    self, derived_uid, Conversation, Encoding, Message, Named, Piece, Prompt, Role, SegmentKind, Status,
};

use super::{answer, records, settings_to, temperature, vocabulary_name};
use crate::contract;
use crate::error::Error;
use crate::history::prompts::NewPrompt;
use crate::history::{messages, now, pieces, prompts, text_of, to_json, token_records};

/// Between the names of folders within folders: here they hold none.
const WITHIN: &str = " / ";

/// What became of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Imported,
    /// Messages came to it, or it came out of the bin.
    Added,
    AlreadyThere,
}

/// What is to be done for a conversation before it is written.
#[derive(Debug)]
pub enum Look {
    /// All of it is there.
    AlreadyThere,
    /// The rows of the vocabularies of its tokens, by name.
    Missing(HashMap<String, u32>),
}

/// Is it there already? Otherwise the vocabularies that encoding its tokens needs, made where there are none.
///
/// # Errors
/// What the database says.
pub fn look(connection: &Connection, conversation: &Conversation) -> Result<Look, Error> {
    let found = connection
        .prepare_cached("SELECT id FROM conversations WHERE uid = ?1 AND deleted_at IS NULL")?
        .query_row([&conversation.uid], |row| row.get::<_, i64>(0))
        .optional()?;
    if let Some(id) = found {
        let mut there = true;
        for message in &conversation.messages {
            let place = place_of(connection, id, &conversation.uid, message)?;
            there &= matches!(place, Place::There { deleted: false, .. });
            if !there {
                break;
            }
        }
        if there {
            return Ok(Look::AlreadyThere);
        }
    }
    let mut rows = HashMap::new();
    for message in conversation.messages.iter().filter(|message| !message.tokens.is_empty()) {
        let name = vocabulary_of(message, &conversation.uid);
        if let Entry::Vacant(place) = rows.entry(name) {
            let row = u32::try_from(pieces::vocabulary(connection, place.key())?);
            let row =
                row.map_err(|_| Error::Stored { what: "vocabulary", detail: "too many of them".into() })?;
            place.insert(row);
        }
    }
    Ok(Look::Missing(rows))
}

/// A conversation that is ready to be written.
#[derive(Debug)]
pub struct Ready {
    conversation: Conversation,
    /// By place among the messages.
    tokens: HashMap<usize, (u32, records::Encoded)>,
}

impl Ready {
    /// Encodes the tokens. Those that can't be kept are left out; how many messages that are comes with it.
    pub fn new(conversation: Conversation, vocabularies: &HashMap<String, u32>) -> (Self, u32) {
        let mut tokens = HashMap::new();
        let mut damaged = 0;
        for (at, message) in conversation.messages.iter().enumerate() {
            if message.tokens.is_empty() {
                continue;
            }
            let Some(&row) = vocabularies.get(&vocabulary_of(message, &conversation.uid)) else { continue };
            let given: Vec<TokenRecord> = message.tokens.iter().map(records::from_token).collect();
            match records::encode(row, temperature(message.answer.as_ref()), &given) {
                Ok(encoded) => drop(tokens.insert(at, (row, encoded))),
                Err(error) => {
                    tracing::warn!(%error, message = message.uid, "imported without its tokens");
                    damaged += 1;
                }
            }
        }
        (Self { conversation, tokens }, damaged)
    }

    /// Writes it, in one transaction.
    ///
    /// # Errors
    /// What the database says; nothing is written then.
    pub fn write(&self, connection: &mut Connection) -> Result<Kept, Error> {
        let transaction = connection.transaction()?;
        let kept = self.put(&transaction)?;
        transaction.commit()?;
        Ok(kept)
    }

    fn put(&self, transaction: &Transaction) -> Result<Kept, Error> {
        let conversation = &self.conversation;
        let found = transaction
            .prepare_cached("SELECT id, deleted_at IS NOT NULL FROM conversations WHERE uid = ?1")?
            .query_row([&conversation.uid], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let mut kept = match found {
            None => Kept::Imported,
            Some((_, true)) => Kept::Added,
            Some((_, false)) => Kept::AlreadyThere,
        };
        let id: i64 = match found {
            Some((id, in_bin)) => {
                if in_bin {
                    transaction.execute("UPDATE conversations SET deleted_at = NULL WHERE id = ?1", [id])?;
                }
                id
            }
            None => insert_conversation(transaction, conversation)?,
        };
        // By the uid that the document has.
        let mut rows: HashMap<&str, i64> = HashMap::new();
        let mut fresh = Vec::new();
        for (at, message) in conversation.messages.iter().enumerate() {
            let row = match place_of(transaction, id, &conversation.uid, message)? {
                Place::There { row, deleted } => {
                    if deleted {
                        messages::restore(transaction, row)?;
                        kept = joined(kept);
                    }
                    row
                }
                Place::Free(uid) => {
                    let parent = message.parent.as_deref().and_then(|parent| rows.get(parent).copied());
                    let row = insert_message(transaction, id, parent, &uid, conversation, message)?;
                    fresh.push((at, row));
                    kept = joined(kept);
                    row
                }
            };
            rows.insert(&message.uid, row);
        }
        for &(at, row) in &fresh {
            self.put_answer(transaction, at, row, &rows)?;
        }
        let leaf = conversation.active.as_deref().and_then(|uid| rows.get(uid));
        let leaf = leaf.or_else(|| rows.get(conversation.messages.last()?.uid.as_str()));
        // What was chosen here stays, unless the conversation only went on from there since.
        let sql = "UPDATE conversations SET
                       active_leaf = CASE
                           WHEN active_leaf IS NULL THEN ?2
                           WHEN ?4 AND active_leaf IN (
                               WITH RECURSIVE above(id) AS (
                                   SELECT ?2
                                   UNION
                                   SELECT parent_id FROM messages JOIN above ON messages.id = above.id
                                   WHERE parent_id IS NOT NULL
                               )
                               SELECT id FROM above
                           ) THEN ?2
                           ELSE active_leaf
                       END,
                       updated_at = max(updated_at, ?3)
                   WHERE id = ?1";
        let grew = kept != Kept::AlreadyThere;
        let used = if grew { conversation.updated_at } else { None };
        transaction.execute(sql, params![id, leaf, used.unwrap_or(i64::MIN), grew])?;
        Ok(kept)
    }

    /// What belongs to a message that is there now, as all others are.
    fn put_answer(
        &self,
        transaction: &Transaction,
        at: usize,
        row: i64,
        rows: &HashMap<&str, i64>,
    ) -> Result<(), Error> {
        let message = &self.conversation.messages[at];
        if let Some(answer) = &message.answer {
            let facts = answer::to_stored(answer, |uid| rows.get(uid).copied())?;
            transaction
                .prepare_cached("UPDATE messages SET facts = ?2 WHERE id = ?1")?
                .execute(params![row, facts])?;
        }
        for file in &message.attachments {
            insert_file(transaction, row, file)?;
        }
        if let Some((vocabulary, encoded)) = self.tokens.get(&at) {
            let fresh = encoded.pieces.iter().map(|(id, bytes, special)| (*id, bytes.as_slice(), *special));
            pieces::keep(transaction, i64::from(*vocabulary), fresh)?;
            for (chunk, data) in (0..).zip(&encoded.chunks) {
                token_records::append(transaction, row, chunk, data)?;
            }
        }
        if let Some(prompt) = &message.prompt {
            self.put_prompt(transaction, row, prompt, rows)?;
        }
        Ok(())
    }

    fn put_prompt(
        &self,
        transaction: &Transaction,
        row: i64,
        prompt: &Prompt,
        rows: &HashMap<&str, i64>,
    ) -> Result<(), Error> {
        let vocabularies = &self.conversation.vocabularies;
        let known = vocabularies.iter().find(|one| one.model_fingerprint == prompt.model_fingerprint);
        let unknown = Piece::default();
        let tokens = prompt.ids.iter().map(|&id| {
            let piece = known.and_then(|known| known.pieces.get(&id)).unwrap_or(&unknown);
            PromptToken { id, bytes: piece.bytes.to_ascii_lowercase(), special: piece.special }
        });
        let form = prompt.form.map(|form| match form {
            document::PromptForm::Template => PromptForm::Template,
            document::PromptForm::Completion => PromptForm::Completion,
            document::PromptForm::Plain => PromptForm::Plain,
        });
        let new = NewPrompt {
            fingerprint: vocabulary_name(Some(&prompt.model_fingerprint), &self.conversation.uid),
            form: form.unwrap_or(PromptForm::Plain),
            tokens: tokens.collect(),
            segments: segments(prompt, rows),
        };
        match prompts::save(transaction, row, &new) {
            Ok(()) => {}
            // Pieces that are no hex.
            Err(error @ Error::Tokens(_)) => {
                tracing::warn!(%error, message = row, "imported without its prompt");
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        if form.is_none() {
            let sql = "UPDATE prompts SET form = '\"not_known\"' WHERE message_id = ?1";
            transaction.execute(sql, [row])?;
        }
        Ok(())
    }
}

fn joined(kept: Kept) -> Kept {
    match kept {
        Kept::AlreadyThere => Kept::Added,
        other => other,
    }
}

/// Where a message of a document is, or would be.
enum Place {
    There {
        row: i64,
        deleted: bool,
    },
    /// With this uid.
    Free(String),
}

/// Looks for a message in a conversation. One that another conversation has, or that has another text there, gets a uid
/// that is made of what it is, so that it is found again the next time.
fn place_of(
    connection: &Connection,
    conversation: i64,
    conversation_uid: &str,
    message: &Message,
) -> Result<Place, Error> {
    let mut query = connection.prepare_cached(
        "SELECT id, conversation_id, text, deleted_at IS NOT NULL FROM messages WHERE uid = ?1",
    )?;
    let mut uid = message.uid.clone();
    // Its own, one for this conversation, one for this text.
    for _ in 0..3 {
        let found = query
            .query_row([&uid], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, text_of(row, 2)?, row.get(3)?))
            })
            .optional()?;
        match found {
            None => return Ok(Place::Free(uid)),
            Some((_, other, _, _)) if other != conversation => {
                uid = derived_uid(&[conversation_uid, "message", &message.uid]);
            }
            // What is there may have gone on.
            Some((row, _, text, deleted)) if text.starts_with(&message.text) => {
                return Ok(Place::There { row, deleted });
            }
            Some(_) => uid = derived_uid(&[conversation_uid, "text", &message.uid, &message.text]),
        }
    }
    Ok(Place::Free(document::fresh_uid()))
}

fn vocabulary_of(message: &Message, conversation: &str) -> String {
    let fingerprint = message.answer.as_ref().and_then(|answer| answer.model_fingerprint.as_deref());
    vocabulary_name(fingerprint, conversation)
}

fn insert_conversation(transaction: &Transaction, conversation: &Conversation) -> Result<i64, Error> {
    let created = conversation.created_at.or(conversation.updated_at).unwrap_or_else(now);
    let updated = conversation.updated_at.unwrap_or(created);
    let folder = match &conversation.folder[..] {
        [] => None,
        names => Some(folder(transaction, &names.join(WITHIN))?),
    };
    transaction
        .prepare_cached(
            "INSERT INTO conversations (uid, title, title_is_manual, settings, created_at, updated_at, starred, pinned,
                                        archived_at, folder_id, extra)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            conversation.uid,
            conversation.title,
            conversation.title_given,
            settings_to(conversation.settings.as_ref())?,
            created,
            updated,
            conversation.starred,
            conversation.pinned,
            conversation.archived.then_some(updated),
            folder,
            extra_to(&conversation.extra)?,
        ])?;
    Ok(transaction.last_insert_rowid())
}

/// The folder with this name, the first of them; made where there is none.
fn folder(transaction: &Transaction, name: &str) -> Result<i64, Error> {
    let found = transaction
        .prepare_cached("SELECT id FROM folders WHERE name = ?1 ORDER BY id LIMIT 1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    transaction.execute("INSERT INTO folders (name) VALUES (?1)", [name])?;
    Ok(transaction.last_insert_rowid())
}

fn insert_message(
    transaction: &Transaction,
    id: i64,
    parent: Option<i64>,
    uid: &str,
    conversation: &Conversation,
    message: &Message,
) -> Result<i64, Error> {
    let role = message.role.unwrap_or(if message.answer.is_some() { Role::Assistant } else { Role::User });
    let times = [message.created_at, conversation.created_at, conversation.updated_at];
    transaction
        .prepare_cached(
            "INSERT INTO messages (conversation_id, parent_id, uid, role, text, status, created_at, pinned, copied, extra)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            id,
            parent,
            uid,
            role.name(),
            message.text,
            message.status.unwrap_or(Status::Complete).name(),
            times.into_iter().flatten().next().unwrap_or_else(now),
            message.pinned,
            message.copied,
            extra_to(&message.extra)?,
        ])?;
    Ok(transaction.last_insert_rowid())
}

fn insert_file(transaction: &Transaction, row: i64, file: &document::Attachment) -> Result<(), Error> {
    let encoding = file.encoding.map_or("not_known", Encoding::name);
    transaction
        .prepare_cached(
            "INSERT INTO attachments (message_id, name, bytes, encoding, tokens, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            row,
            file.name,
            // As much as the app counts.
            u32::try_from(file.bytes).unwrap_or(u32::MAX),
            to_json("encoding", &encoding)?,
            file.tokens,
            file.text,
        ])?;
    Ok(())
}

/// Those that are in order and within the prompt; none where any is not: whose words they are is then not known.
fn segments(prompt: &Prompt, rows: &HashMap<&str, i64>) -> Vec<contract::PromptSegment> {
    let mut done = 0;
    let in_order = prompt.segments.iter().all(|segment| {
        let follows = done <= segment.start && segment.start <= segment.end;
        done = segment.end;
        follows
    });
    if !in_order || done as usize > prompt.ids.len() {
        return Vec::new();
    }
    let segments = prompt.segments.iter().map(|segment| contract::PromptSegment {
        start: segment.start,
        end: segment.end,
        kind: match segment.kind {
            Some(SegmentKind::System) => contract::SegmentKind::System,
            Some(SegmentKind::User) => contract::SegmentKind::User,
            Some(SegmentKind::Assistant) => contract::SegmentKind::Assistant,
            // Words whose author is not known are nobody's.
            Some(SegmentKind::Markup) | None => contract::SegmentKind::Markup,
        },
        message_id: segment.message.as_deref().and_then(|uid| rows.get(uid).copied()),
    });
    segments.collect()
}

fn extra_to(extra: &BTreeMap<String, Value>) -> Result<Option<String>, Error> {
    if extra.is_empty() {
        return Ok(None);
    }
    to_json("members", extra).map(Some)
}
