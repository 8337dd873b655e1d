//! A stored conversation as a document: its tree without what was deleted, and all that is known of each answer.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;
use vitrine_exchange::document::{
    Attachment, Conversation, Encoding, Message, Named, Piece, Prompt, PromptForm, Role, Segment,
    SegmentKind, Status, Vocabulary,
};

use super::{answer, fingerprint_of, records, settings_from, temperature, SLICE};
use crate::contract;
use crate::error::Error;
use crate::history::codec::primitive::to_hex;
use crate::history::pieces::Pieces;
use crate::history::{maybe_text_of, messages, pieces, prompts, text_of, token_records};

/// A conversation that is being read.
#[derive(Debug)]
pub struct Reading {
    conversation: Conversation,
    /// Rows of its messages, in order.
    rows: Vec<i64>,
    uids: HashMap<i64, String>,
    /// Messages whose prompt and tokens were read.
    done: usize,
    /// By vocabulary, in the order in which prompts name them: the ids.
    named: Vec<(String, BTreeSet<u32>)>,
}

impl Reading {
    /// Everything but prompts and tokens. `None` where there is no such conversation (any longer).
    ///
    /// # Errors
    /// What the database says.
    pub fn begin(connection: &Connection, id: i64) -> Result<Option<Self>, Error> {
        let Some((mut conversation, leaf)) = head(connection, id)? else { return Ok(None) };
        let mut reading = Self {
            conversation: Conversation::default(),
            rows: Vec::new(),
            uids: HashMap::new(),
            done: 0,
            named: Vec::new(),
        };
        let facts = reading.read_messages(connection, id, &mut conversation)?;
        for (message, facts) in conversation.messages.iter_mut().zip(facts) {
            let uid = |row| reading.uids.get(&row).cloned();
            message.answer = facts.and_then(|facts| answer::from_stored(&facts, uid));
        }
        let mut files = files(connection, id)?;
        for (row, message) in reading.rows.iter().zip(&mut conversation.messages) {
            message.attachments = files.remove(row).unwrap_or_default();
        }
        // A path whose end is gone ends with the newest message.
        let leaf =
            leaf.and_then(|leaf| reading.uids.get(&leaf)).or_else(|| reading.uids.get(reading.rows.last()?));
        conversation.active = leaf.cloned();
        reading.conversation = conversation;
        Ok(Some(reading))
    }

    /// The text of facts by message.
    fn read_messages(
        &mut self,
        connection: &Connection,
        id: i64,
        conversation: &mut Conversation,
    ) -> Result<Vec<Option<String>>, Error> {
        let mut query = connection.prepare_cached(
            "SELECT id, parent_id, uid, role, text, status, facts, created_at, pinned, copied, extra FROM messages
             WHERE conversation_id = ?1 AND hidden = 0 ORDER BY id",
        )?;
        let mut rows = query.query([id])?;
        let mut all_facts = Vec::new();
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let uid = text_of(row, 2)?;
            let facts = maybe_text_of(row, 6)?;
            let role = messages::role_from(&text_of(row, 3)?, facts.is_some());
            let status = messages::status_from(&text_of(row, 5)?, role);
            let parent: Option<i64> = row.get(1)?;
            conversation.messages.push(Message {
                uid: uid.clone(),
                // A child's row is behind its parent's.
                parent: parent.and_then(|parent| self.uids.get(&parent).cloned()),
                role: Some(match role {
                    vitrine_core::protocol::Role::System => Role::System,
                    vitrine_core::protocol::Role::User => Role::User,
                    vitrine_core::protocol::Role::Assistant => Role::Assistant,
                }),
                text: text_of(row, 4)?,
                status: Some(match status {
                    contract::MessageStatus::Complete => Status::Complete,
                    // In the file nobody writes on.
                    contract::MessageStatus::Streaming | contract::MessageStatus::Interrupted => {
                        Status::Interrupted
                    }
                }),
                created_at: row.get(7)?,
                pinned: row.get(8)?,
                copied: row.get(9)?,
                extra: extra_from(maybe_text_of(row, 10)?),
                ..Message::default()
            });
            self.rows.push(id);
            self.uids.insert(id, uid);
            all_facts.push(facts);
        }
        Ok(all_facts)
    }

    /// Reads prompts and tokens for a while. Gives back whether that was all.
    ///
    /// # Errors
    /// What the database says. Damaged ones are left out, with a warning in the log.
    pub fn go_on(&mut self, connection: &Connection) -> Result<bool, Error> {
        let begun = Instant::now();
        while self.done < self.rows.len() {
            if begun.elapsed() >= SLICE {
                return Ok(false);
            }
            let row = self.rows[self.done];
            let prompt = self.prompt(connection, row).or_else(|error| damaged(error, row))?;
            let message = &mut self.conversation.messages[self.done];
            message.prompt = prompt;
            let tokens = tokens(connection, row, temperature(message.answer.as_ref()));
            message.tokens = tokens.or_else(|error| damaged(error, row))?;
            self.done += 1;
        }
        Ok(true)
    }

    fn prompt(&mut self, connection: &Connection, row: i64) -> Result<Option<Prompt>, Error> {
        let Some(prompt) = prompts::get(connection, row)? else { return Ok(None) };
        let at = match self.named.iter().position(|(name, _)| *name == prompt.fingerprint) {
            Some(at) => at,
            None => {
                self.named.push((prompt.fingerprint.clone(), BTreeSet::new()));
                self.named.len() - 1
            }
        };
        self.named[at].1.extend(&prompt.ids);
        let segments = prompt.segments.into_iter().map(|segment| Segment {
            start: segment.start,
            end: segment.end,
            kind: Some(match segment.kind {
                contract::SegmentKind::Markup => SegmentKind::Markup,
                contract::SegmentKind::System => SegmentKind::System,
                contract::SegmentKind::User => SegmentKind::User,
                contract::SegmentKind::Assistant => SegmentKind::Assistant,
            }),
            message: segment.message_id.and_then(|row| self.uids.get(&row).cloned()),
        });
        Ok(Some(Prompt {
            model_fingerprint: fingerprint_of(prompt.fingerprint),
            form: prompt.form.map(|form| match form {
                vitrine_core::protocol::PromptForm::Template => PromptForm::Template,
                vitrine_core::protocol::PromptForm::Completion => PromptForm::Completion,
                vitrine_core::protocol::PromptForm::Plain => PromptForm::Plain,
            }),
            ids: prompt.ids,
            segments: segments.collect(),
        }))
    }

    /// The document, once everything was read.
    ///
    /// # Errors
    /// What the database says.
    pub fn finish(mut self, connection: &Connection) -> Result<Conversation, Error> {
        for (name, ids) in std::mem::take(&mut self.named) {
            let mut known = Pieces::of(connection, pieces::vocabulary(connection, &name)?);
            let mut pieces = BTreeMap::new();
            for id in ids {
                let piece = known.get(id)?;
                // One that is no control token and has no bytes is not known.
                if piece.special || !piece.bytes.is_empty() {
                    pieces.insert(id, Piece { bytes: to_hex(&piece.bytes), special: piece.special });
                }
            }
            let model_fingerprint = fingerprint_of(name);
            self.conversation.vocabularies.push(Vocabulary { model_fingerprint, pieces });
        }
        Ok(self.conversation)
    }
}

/// What is said of damaged rows, in place of what they held. An error of the database itself stays one.
fn damaged<T: Default>(error: Error, row: i64) -> Result<T, Error> {
    match error {
        Error::Tokens(_) | Error::Stored { .. } => {
            tracing::warn!(%error, message = row, "exported without its prompt or its tokens");
            Ok(T::default())
        }
        other => Err(other),
    }
}

fn tokens(
    connection: &Connection,
    row: i64,
    temperature: f32,
) -> Result<Vec<vitrine_exchange::document::Token>, Error> {
    let mut tokens = token_records::read(connection, row)?;
    // Those of the first version are rounded otherwise than an import will: once, here.
    let old =
        "SELECT EXISTS (SELECT 1 FROM token_records WHERE message_id = ?1 AND substr(data, 1, 1) <> x'02')";
    if connection.prepare_cached(old)?.query_row([row], |row| row.get(0))? {
        tokens = records::rounded(temperature, tokens)?;
    }
    Ok(tokens.into_iter().map(records::to_token).collect())
}

fn head(connection: &Connection, id: i64) -> Result<Option<(Conversation, Option<i64>)>, Error> {
    let found = connection
        .prepare_cached(
            "SELECT conversations.uid, title, title_is_manual, created_at, updated_at, starred, pinned,
                    archived_at IS NOT NULL, settings, active_leaf, folders.name, extra
             FROM conversations LEFT JOIN folders ON folders.id = folder_id WHERE conversations.id = ?1",
        )?
        .query_row([id], |row| {
            let conversation = Conversation {
                uid: text_of(row, 0)?,
                title: text_of(row, 1)?,
                title_given: row.get(2)?,
                created_at: row.get(3)?,
                updated_at: row.get(4)?,
                starred: row.get(5)?,
                pinned: row.get(6)?,
                archived: row.get(7)?,
                settings: settings_from(&text_of(row, 8)?),
                folder: maybe_text_of(row, 10)?.into_iter().collect(),
                extra: extra_from(maybe_text_of(row, 11)?),
                ..Conversation::default()
            };
            Ok((conversation, row.get(9)?))
        })
        .optional()?;
    Ok(found)
}

/// Members that this version does not know.
fn extra_from(text: Option<String>) -> BTreeMap<String, Value> {
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

fn files(connection: &Connection, id: i64) -> Result<HashMap<i64, Vec<Attachment>>, Error> {
    let mut query = connection.prepare_cached(
        "SELECT message_id, name, bytes, encoding, tokens, text FROM attachments
         WHERE message_id IN (SELECT id FROM messages WHERE conversation_id = ?1 AND hidden = 0) ORDER BY id",
    )?;
    let mut rows = query.query([id])?;
    let mut files: HashMap<i64, Vec<Attachment>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let encoding: String = text_of(row, 3)?;
        files.entry(row.get(0)?).or_default().push(Attachment {
            name: text_of(row, 1)?,
            bytes: row.get::<_, i64>(2)?.unsigned_abs(),
            encoding: serde_json::from_str::<String>(&encoding).ok().as_deref().and_then(Encoding::of),
            tokens: row.get(4)?,
            text: text_of(row, 5)?,
        });
    }
    Ok(files)
}
