//! The entries of a vocabulary, made ready to be searched.
//!
//! Somebody types, and at every key sees what fits among 262,144 entries and more. So what a filter asks of an entry is worked
//! out once, and the texts lie one behind the other: a search walks over a few megabytes, not over a vocabulary.
//! An index takes about 40 bytes an entry besides twice its text.

mod find;
mod origin;
mod overview;
mod script;
mod texts;

use std::sync::Arc;

use crate::protocol::{EntryKind, ErrorKind, RpcError, VocabularyEntry, WordMark};
use crate::tokenizer::Tokenizer;

use find::Found;
use script::Scripts;
use texts::Texts;

/// What is known of an entry besides its text.
#[derive(Debug, Clone, Copy)]
struct Facts {
    kind: EntryKind,
    /// Index into the names of scripts.
    script: u8,
    /// Code points; 0 where the bytes are no whole characters.
    characters: u16,
    leading_space: bool,
    word_beginning: bool,
}

/// A vocabulary, ready to be searched.
#[derive(Debug)]
pub struct Vocabulary {
    tokenizer: Arc<Tokenizer>,
    texts: Texts,
    facts: Vec<Facts>,
    scripts: Scripts,
    marks: WordMark,
    /// What was found last, for the next window of it.
    last: Option<Found>,
}

impl Vocabulary {
    /// Looks at every entry once.
    pub fn new(tokenizer: Arc<Tokenizer>) -> Self {
        let mut scripts = Scripts::default();
        let mut texts = Texts::default();
        let facts: Vec<Facts> = (0..tokenizer.vocabulary_size())
            .map(|id| {
                let bytes = tokenizer.token_bytes(id).unwrap_or_default();
                texts.push(bytes);
                facts_of(bytes, tokenizer.entry_kind(id), &mut scripts)
            })
            .collect();
        let marks = overview::word_mark(&tokenizer, &facts);
        Self { tokenizer, texts, facts, scripts, marks, last: None }
    }

    /// The tokenizer that it was made from.
    pub fn tokenizer(&self) -> &Arc<Tokenizer> {
        &self.tokenizer
    }

    /// Number of ids.
    pub fn size(&self) -> u32 {
        self.facts.len() as u32
    }

    /// An entry as it is shown.
    ///
    /// # Errors
    /// `InvalidParams` for an id that the vocabulary lacks.
    pub fn entry(&self, id: u32) -> Result<VocabularyEntry, RpcError> {
        let Some(facts) = self.facts.get(id as usize) else {
            let message = format!("the vocabulary ends before {id}: it has {}", self.size());
            return Err(RpcError::new(ErrorKind::InvalidParams, message));
        };
        let bytes = self.texts.get(id);
        Ok(VocabularyEntry {
            id,
            bytes: hex::encode(bytes),
            text: std::str::from_utf8(bytes).ok().map(str::to_owned),
            kind: facts.kind,
            script: self.scripts.name(facts.script).to_owned(),
            characters: u32::from(facts.characters),
            leading_space: facts.leading_space,
            word_beginning: facts.word_beginning && self.marks != WordMark::None,
        })
    }

    /// Is this one a piece of text?
    pub fn is_text(&self, id: u32) -> bool {
        self.facts.get(id as usize).is_some_and(|facts| facts.kind == EntryKind::Text)
    }

    /// Entries that no text of the training can have had: places kept free, bytes that UTF-8 never uses, and names
    /// that say so.
    pub fn known_unused(&self) -> Vec<u32> {
        let is_unused = |id: &u32| {
            let bytes = self.texts.get(*id);
            match self.facts[*id as usize].kind {
                EntryKind::Unused => true,
                // The two that would begin an overlong form, and those that would begin what lies beyond U+10FFFF.
                EntryKind::Byte => matches!(bytes, [0xc0 | 0xc1 | 0xf5..=0xff]),
                EntryKind::Special | EntryKind::UserDefined => is_placeholder(bytes),
                EntryKind::Text | EntryKind::Unknown => false,
            }
        };
        (0..self.size()).filter(is_unused).collect()
    }

    /// Is the text of an entry cut into this very entry?
    pub fn is_reachable(&self, id: u32) -> bool {
        let Ok(text) = std::str::from_utf8(self.texts.get(id)) else { return false };
        self.tokenizer.encode_continuation(text).is_ok_and(|ids| ids == [id])
    }
}

/// Names of control tokens that stand for nothing yet.
const PLACEHOLDERS: [&str; 5] = ["unused", "reserved", "extra_id", "SPECIAL_", "placeholder"];

fn is_placeholder(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name);
    PLACEHOLDERS.iter().any(|part| name.contains(part)) && name.chars().any(|c| c.is_ascii_digit())
}

fn facts_of(bytes: &[u8], kind: EntryKind, scripts: &mut Scripts) -> Facts {
    let text = std::str::from_utf8(bytes).ok();
    let leading_space = bytes.starts_with(b" ");
    let begins = |text: &str| text.chars().nth(1).is_some_and(char::is_alphanumeric);
    Facts {
        kind,
        script: scripts.of(text),
        characters: text.map_or(0, |text| u16::try_from(text.chars().count()).unwrap_or(u16::MAX)),
        leading_space,
        word_beginning: leading_space && kind == EntryKind::Text && text.is_some_and(begins),
    }
}

#[cfg(test)]
mod tests;
