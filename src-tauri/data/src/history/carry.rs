//! Takes conversations from one database into another: out of a copy, out of a damaged file, out of memory.
//!
//! A conversation and its messages are recognized by their `uid`, which is the same in every copy; ids differ. What
//! is in both is joined and never lost: **the union of the messages by uid**. Of a message that both have, the side
//! that [`Wins`] says stays; where the other's text only goes on from it, the longer one is taken, and where they
//! are two different texts, the loser comes in beside it as another version. Carrying the same thing twice changes
//! nothing the second time.
//!
//! Columns are taken by name, as many as both sides have, so that a column that is new here has its default and one
//! that another version added stands in nobody's way.

mod drafts;
mod rows;

use std::collections::HashMap;

use rusqlite::types::{ToSql, ValueRef};
use rusqlite::{params, Connection, OptionalExtension, Row};
use serde_json::Value;
use vitrine_core::protocol::PromptForm;

use super::codec::compact;
use super::prompts::{self, NewPrompt};
use super::{folders, pieces};
use crate::error::Error;
use rows::{bytes_of, id_of, uid_of};

pub use rows::{columns_of, raw_row, Raw};

/// From here on ids are those of the history in memory. JavaScript counts exactly up to twice as far.
pub const FIRST_IN_MEMORY: i64 = 1 << 52;

/// Which side stays where both have a conversation or a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wins {
    /// What comes in is newer: it was kept in memory meanwhile.
    Source,
    /// What is there is newer: a copy comes in.
    Target,
}

/// Which ids rows get that are new in the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ids {
    /// Those of the source. The target must not have them.
    Same,
    /// Those of the source where they are free and no memory's.
    IfFree,
}

/// What became of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Added,
    /// Messages came to it, or became longer.
    Joined,
    /// Everything was there.
    AlreadyThere,
}

/// A conversation after it was carried.
#[derive(Debug, Clone)]
pub struct Carried {
    pub id: i64,
    pub change: Change,
    /// Ids in the source and in the target.
    pub messages: HashMap<i64, i64>,
    pub attachments: HashMap<i64, i64>,
}

/// Carries conversations from one connection to another, in whatever transaction the caller has open there.
pub struct Carrier<'a> {
    source: &'a Connection,
    target: &'a Connection,
    wins: Wins,
    ids: Ids,
    /// Rows of `vocabularies`, there and here; their pieces are here too.
    vocabularies: HashMap<i64, i64>,
    columns: HashMap<&'static str, Vec<String>>,
}

impl<'a> Carrier<'a> {
    pub fn new(source: &'a Connection, target: &'a Connection, wins: Wins, ids: Ids) -> Self {
        Self { source, target, wins, ids, vocabularies: HashMap::new(), columns: HashMap::new() }
    }

    /// Carries the conversation with this id in the source.
    ///
    /// # Errors
    /// What either database says; [`Error::NoSuchItem`].
    pub fn carry(&mut self, id: i64) -> Result<Carried, Error> {
        // A name that another version wrote is read as not known; it is no reason to leave a message out.
        self.target.pragma_update(None, "ignore_check_constraints", true)?;
        let carried = self.conversation(id);
        self.target.pragma_update(None, "ignore_check_constraints", false)?;
        carried
    }

    fn conversation(&mut self, id: i64) -> Result<Carried, Error> {
        let uid = uid_of(self.source, "conversations", id)?
            .ok_or(Error::NoSuchItem { what: "conversation", id })?;
        let there = id_of(self.target, "conversations", &uid)?;
        let folder = match there.is_none() || self.wins == Wins::Source {
            true => self.folder(id)?,
            false => None,
        };
        let columns = self.shared("conversations", &["id", "uid", "active_leaf", "folder_id"])?;
        let (here, mut change) = match there {
            Some(here) => {
                if self.wins == Wins::Source {
                    self.update("conversations", &columns, id, here)?;
                    let sql = "UPDATE conversations SET folder_id = ?2 WHERE id = ?1";
                    self.target.execute(sql, params![here, folder])?;
                }
                (here, Change::AlreadyThere)
            }
            None => {
                let wanted = self.free("conversations", id)?;
                let here = self.insert(
                    "conversations",
                    &columns,
                    id,
                    wanted,
                    &[("uid", &uid), ("folder_id", &folder)],
                )?;
                (here, Change::Added)
            }
        };
        let mut carried = Carried { id: here, change, messages: HashMap::new(), attachments: HashMap::new() };
        let mut fresh = Vec::new();
        let mut ids = self.source.prepare_cached(
            "SELECT id, parent_id, uid, text FROM messages WHERE conversation_id = ?1 ORDER BY id",
        )?;
        let mut rows = ids.query([id])?;
        while let Some(row) = rows.next()? {
            let message: i64 = row.get(0)?;
            let parent: Option<i64> = row.get(1)?;
            // One whose parent was lost stands at the beginning.
            let parent = parent.and_then(|parent| carried.messages.get(&parent).copied());
            let text = bytes_of(row, 3)?;
            let (target, outcome) = self.message(message, maybe_text(row, 2)?, parent, here, &text)?;
            carried.messages.insert(message, target);
            if outcome != Outcome::Kept {
                fresh.push((message, target));
                if change == Change::AlreadyThere {
                    change = Change::Joined;
                }
            }
        }
        drop(rows);
        drop(ids);
        for &(message, target) in &fresh {
            self.facts(target, &carried.messages)?;
            self.records(message, target)?;
            self.attachments(message, target, &mut carried.attachments)?;
        }
        // After all messages: a prompt stands on those before it.
        for &(message, target) in &fresh {
            self.prompt(message, target, &carried.messages);
        }
        self.leaf(id, here, &carried.messages, change)?;
        if change == Change::Joined {
            let times = "SELECT updated_at FROM conversations WHERE id = ?1";
            let time: i64 = self.source.query_row(times, [id], |row| row.get(0))?;
            let sql = "UPDATE conversations SET updated_at = max(updated_at, ?2) WHERE id = ?1";
            self.target.execute(sql, [here, time])?;
        }
        carried.change = change;
        Ok(carried)
    }

    /// One message, without what belongs to it.
    fn message(
        &mut self,
        id: i64,
        uid: Option<String>,
        parent: Option<i64>,
        conversation: i64,
        text: &[u8],
    ) -> Result<(i64, Outcome), Error> {
        let columns = self.shared("messages", &["id", "uid", "conversation_id", "parent_id"])?;
        let there = match &uid {
            Some(uid) => id_of(self.target, "messages", uid)?,
            None => None,
        };
        let Some(here) = there else {
            // A child's id is larger than its parent's, here too.
            let wanted = self.free("messages", id)?.filter(|id| parent.is_none_or(|parent| parent < *id));
            let own: [(&str, &dyn ToSql); 3] =
                [("uid", &uid), ("conversation_id", &conversation), ("parent_id", &parent)];
            return Ok((self.insert("messages", &columns, id, wanted, &own)?, Outcome::Added));
        };
        let mut query = self.target.prepare_cached(
            "SELECT text, conversation_id, parent_id, status, role FROM messages WHERE id = ?1",
        )?;
        let mut rows = query.query([here])?;
        let row = rows.next()?.ok_or(Error::NoSuchItem { what: "message", id: here })?;
        let (stands, place): (Vec<u8>, i64) = (bytes_of(row, 0)?, row.get(1)?);
        let its_parent: Option<i64> = row.get(2)?;
        drop(rows);
        drop(query);
        let take = match self.wins {
            Wins::Source => self.differs("messages", &columns, id, here)?,
            Wins::Target => text.len() > stands.len() && text.starts_with(&stands),
        };
        if take {
            self.update("messages", &columns, id, here)?;
            return Ok((here, Outcome::Replaced));
        }
        let same = text == stands || stands.starts_with(text) || place != conversation;
        if self.wins == Wins::Source || same {
            return Ok((here, Outcome::Kept));
        }
        // Another text under the same name: beside it, once.
        let sql = "SELECT id FROM messages WHERE conversation_id = ?1 AND parent_id IS ?2
                   AND CAST(text AS BLOB) = ?3 ORDER BY id LIMIT 1";
        let known: Option<i64> = self
            .target
            .query_row(sql, params![conversation, its_parent, text], |row| row.get(0))
            .optional()?;
        if let Some(known) = known {
            return Ok((known, Outcome::Kept));
        }
        let own: [(&str, &dyn ToSql); 3] =
            [("uid", &None::<String>), ("conversation_id", &conversation), ("parent_id", &its_parent)];
        Ok((self.insert("messages", &columns, id, None, &own)?, Outcome::Added))
    }

    /// Facts name other messages: by their ids here.
    fn facts(&self, message: i64, ids: &HashMap<i64, i64>) -> Result<(), Error> {
        let facts: Option<Option<Vec<u8>>> = self
            .target
            .prepare_cached("SELECT facts FROM messages WHERE id = ?1")?
            .query_row([message], |row| {
                Ok(match row.get_ref(0)? {
                    ValueRef::Text(bytes) => Some(bytes.to_vec()),
                    _ => None,
                })
            })
            .optional()?;
        let Some(before) = facts.flatten() else { return Ok(()) };
        // Facts that can't be read stay as they are.
        let Ok(mut facts) = serde_json::from_slice::<Value>(&before) else { return Ok(()) };
        let mut changed = false;
        let mut put = |place: Option<&mut Value>| {
            if let Some(place) = place {
                if let Some(id) = place.as_i64().and_then(|id| ids.get(&id)) {
                    changed |= place.as_i64() != Some(*id);
                    *place = Value::from(*id);
                }
            }
        };
        put(facts.pointer_mut("/branch/from_message"));
        put(facts.get_mut("compare"));
        if let Some(Value::Array(left_out)) = facts.get_mut("left_out") {
            left_out.iter_mut().for_each(|id| put(Some(id)));
        }
        if changed {
            let sql = "UPDATE messages SET facts = ?2 WHERE id = ?1";
            self.target.execute(sql, params![message, facts.to_string()])?;
        }
        Ok(())
    }

    fn records(&mut self, from: i64, to: i64) -> Result<(), Error> {
        let sql = "SELECT chunk, data FROM token_records WHERE message_id = ?1 ORDER BY chunk";
        let source = self.source;
        let mut query = source.prepare_cached(sql)?;
        let mut rows = query.query([from])?;
        let mut first = true;
        while let Some(row) = rows.next()? {
            if std::mem::take(&mut first) {
                self.target.execute("DELETE FROM token_records WHERE message_id = ?1", [to])?;
            }
            let chunk: i64 = row.get(0)?;
            let data = match row.get_ref(1)? {
                ValueRef::Blob(bytes) => self.in_vocabulary(bytes)?,
                _ => continue,
            };
            let sql = "INSERT OR REPLACE INTO token_records (message_id, chunk, data) VALUES (?1, ?2, ?3)";
            self.target.prepare_cached(sql)?.execute(params![to, chunk, data])?;
        }
        Ok(())
    }

    /// A chunk names the row of its vocabulary: the one here.
    fn in_vocabulary(&mut self, data: &[u8]) -> Result<Vec<u8>, Error> {
        let Some(row) = compact::vocabulary(data) else { return Ok(data.to_vec()) };
        let Some(here) = self.vocabulary(i64::from(row))? else { return Ok(data.to_vec()) };
        Ok(compact::with_vocabulary(data, u32::try_from(here).unwrap_or(u32::MAX)))
    }

    /// The row here of a vocabulary there, with all pieces that are known there.
    fn vocabulary(&mut self, row: i64) -> Result<Option<i64>, Error> {
        if let Some(here) = self.vocabularies.get(&row) {
            return Ok(Some(*here));
        }
        let fingerprint: Option<String> = self
            .source
            .query_row("SELECT fingerprint FROM vocabularies WHERE id = ?1", [row], |row| row.get(0))
            .optional()?;
        let Some(fingerprint) = fingerprint else { return Ok(None) };
        let entries = self.entries(row)?;
        if self.ids == Ids::Same {
            let sql = "INSERT OR IGNORE INTO vocabularies (id, fingerprint) VALUES (?1, ?2)";
            self.target.execute(sql, params![row, fingerprint])?;
        }
        let here = pieces::vocabulary(self.target, &fingerprint)?;
        if let Some(entries) = entries {
            pieces::note_entries(self.target, &fingerprint, &entries)?;
        }
        let mut query =
            self.source.prepare("SELECT token, bytes, special FROM pieces WHERE vocabulary = ?1")?;
        let mut rows = query.query([row])?;
        while let Some(piece) = rows.next()? {
            let (token, special): (u32, bool) = (piece.get(0)?, piece.get(2)?);
            let bytes: Vec<u8> = piece.get(1)?;
            pieces::keep(self.target, here, [(token, bytes.as_slice(), special)])?;
        }
        self.vocabularies.insert(row, here);
        Ok(Some(here))
    }

    /// What is known of a vocabulary there. Copies of early versions know nothing.
    fn entries(&mut self, row: i64) -> Result<Option<String>, Error> {
        if !self.shared("vocabularies", &[])?.iter().any(|column| column == "entries") {
            return Ok(None);
        }
        let sql = "SELECT entries FROM vocabularies WHERE id = ?1";
        Ok(self.source.query_row(sql, [row], |row| row.get(0)).optional()?.flatten())
    }

    fn attachments(&mut self, from: i64, to: i64, map: &mut HashMap<i64, i64>) -> Result<(), Error> {
        let columns = self.shared("attachments", &["id", "message_id"])?;
        let mut query =
            self.source.prepare_cached("SELECT id FROM attachments WHERE message_id = ?1 ORDER BY id")?;
        let files: Vec<i64> = query.query_map([from], |row| row.get(0))?.collect::<Result<_, _>>()?;
        if files.is_empty() {
            return Ok(());
        }
        let sql = "SELECT count(*) FROM attachments WHERE message_id = ?1";
        let there: usize = self.target.query_row(sql, [to], |row| row.get(0))?;
        // A message that was there keeps its files: they never change.
        for file in files.into_iter().skip(there) {
            let wanted = self.free("attachments", file)?;
            let here = self.insert("attachments", &columns, file, wanted, &[("message_id", &to)])?;
            map.insert(file, here);
        }
        Ok(())
    }

    /// A file that waits in a composer. One that is there already stays.
    pub fn waiting_file(&mut self, file: i64) -> Result<(), Error> {
        let columns = self.shared("attachments", &["id", "message_id"])?;
        let known = self.target.query_row("SELECT 1 FROM attachments WHERE id = ?1", [file], |_| Ok(()));
        if known.optional()?.is_none() {
            self.insert("attachments", &columns, file, Some(file), &[])?;
        }
        Ok(())
    }

    /// What the model received. A prompt that can't be read costs only itself.
    fn prompt(&mut self, from: i64, to: i64, ids: &HashMap<i64, i64>) {
        if let Err(error) = self.try_prompt(from, to, ids) {
            tracing::warn!(%error, answer = from, "a prompt could not be taken along");
        }
    }

    fn try_prompt(&self, from: i64, to: i64, ids: &HashMap<i64, i64>) -> Result<(), Error> {
        let sql = "SELECT 1 FROM prompts WHERE message_id = ?1";
        if self.target.query_row(sql, [to], |_| Ok(())).optional()?.is_some() {
            return Ok(());
        }
        let Some(prompt) = prompts::get(self.source, from)? else { return Ok(()) };
        let tokens = prompts::tokens(self.source, &prompt)?;
        let mut segments = prompt.segments;
        for segment in &mut segments {
            segment.message_id = segment.message_id.and_then(|id| ids.get(&id).copied());
        }
        let form = prompt.form.unwrap_or(PromptForm::Plain);
        prompts::save(
            self.target,
            to,
            &NewPrompt { fingerprint: prompt.fingerprint, form, tokens, segments },
        )?;
        if prompt.form.is_none() {
            // Its name, which this version does not know, stays as it was written.
            let sql = "SELECT form FROM prompts WHERE message_id = ?1";
            let form = self.source.query_row(sql, [from], |row| Raw::of(row, 0))?;
            self.target.execute("UPDATE prompts SET form = ?2 WHERE message_id = ?1", params![to, form])?;
        }
        Ok(())
    }

    fn leaf(&self, from: i64, to: i64, ids: &HashMap<i64, i64>, change: Change) -> Result<(), Error> {
        let sql = "SELECT active_leaf FROM conversations WHERE id = ?1";
        let leaf: Option<i64> = self.source.query_row(sql, [from], |row| row.get(0))?;
        let leaf = leaf.and_then(|leaf| ids.get(&leaf).copied());
        let own: Option<i64> = self.target.query_row(sql, [to], |row| row.get(0))?;
        if change == Change::Added || self.wins == Wins::Source || own.is_none() {
            let sql = "UPDATE conversations SET active_leaf = ?2 WHERE id = ?1";
            self.target.execute(sql, params![to, leaf.or(own)])?;
        }
        Ok(())
    }

    /// The folder of the same name here, made where there is none.
    fn folder(&self, conversation: i64) -> Result<Option<i64>, Error> {
        let sql = "SELECT folders.id, folders.name FROM conversations
                   JOIN folders ON folders.id = conversations.folder_id WHERE conversations.id = ?1";
        let found = self.source.query_row(sql, [conversation], |row| Ok((row.get(0)?, Raw::of(row, 1)?)));
        let Some((id, name)) = found.optional()? else { return Ok(None) };
        let sql = "SELECT id FROM folders WHERE name = ?1 ORDER BY id LIMIT 1";
        if let Some(here) = self.target.query_row(sql, params![name], |row| row.get(0)).optional()? {
            return Ok(Some(here));
        }
        if self.ids == Ids::Same {
            folders::bring(self.target, id, name)?;
            return Ok(Some(id));
        }
        let wanted = self.free("folders", id)?;
        self.target.execute("INSERT INTO folders (id, name) VALUES (?1, ?2)", params![wanted, name])?;
        Ok(Some(self.target.last_insert_rowid()))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Added,
    Replaced,
    Kept,
}

fn maybe_text(row: &Row, column: usize) -> rusqlite::Result<Option<String>> {
    super::maybe_text_of(row, column)
}
