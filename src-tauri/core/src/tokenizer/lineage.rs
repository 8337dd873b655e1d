//! What an entry of a vocabulary is, and which two others it was made of.
//!
//! The parts of an entry are found as a text is cut: its own text is merged until two symbols are left, and the merge that
//! would give the entry itself is left out. Where more than two are left, no merge gives it.

use crate::protocol::{EntryKind, TokenizerKind};

use super::gguf::{parse_byte, Model};
use super::merge::{merge_all, Merge, Symbol, NO_TOKEN};
use super::vocabulary::TokenKind;
use super::{Engine, Tokenizer};

/// Two entries that become a third.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts {
    pub left: u32,
    pub right: u32,
    /// Lower was merged earlier.
    pub rank: u32,
}

impl Tokenizer {
    /// What an entry is.
    pub(crate) fn entry_kind(&self, id: u32) -> EntryKind {
        let is_byte = || match self.token_bytes(id) {
            Some([_]) if self.is_byte_level() => true,
            Some([_]) => self.written(id).is_some_and(|text| parse_byte(text.as_bytes()).is_some()),
            _ => false,
        };
        match self.kinds.get(id as usize) {
            Some(TokenKind::Control) => EntryKind::Special,
            Some(TokenKind::Unknown) => EntryKind::Unknown,
            Some(TokenKind::UserDefined) => EntryKind::UserDefined,
            Some(TokenKind::Unused) | None => EntryKind::Unused,
            Some(TokenKind::Byte) => EntryKind::Byte,
            Some(TokenKind::Normal) if is_byte() => EntryKind::Byte,
            Some(TokenKind::Normal) => EntryKind::Text,
        }
    }

    /// The two entries that the last merge of an entry joins; `None` where no merge gives it.
    pub(crate) fn parts(&self, id: u32) -> Option<Parts> {
        let found = match &self.engine {
            Engine::Gguf(gguf) => {
                let text = gguf.texts.get(id)?;
                match &gguf.model {
                    Model::Bpe(bpe) => {
                        let symbols = bpe.symbols(text, self.token_bytes(id)?, &gguf.texts);
                        parts(symbols, id, |left, right| bpe.find(left, right))
                    }
                    Model::Spm(spm) => {
                        let symbols = spm.symbols(text, &gguf.texts);
                        parts(symbols, id, |left, right| spm.find(text, left, right, &gguf.texts))
                    }
                    Model::Unigram(_) => None,
                }
            }
            Engine::Json(json) if json.kind() == TokenizerKind::Bpe => {
                let text = json.entry_text(id)?;
                let symbol = |(start, character): (usize, char)| {
                    let end = start + character.len_utf8();
                    Symbol { start, end, id: json.entry_id(&text[start..end]).unwrap_or(NO_TOKEN) }
                };
                parts(text.char_indices().map(symbol).collect(), id, |left, right| {
                    json.find(left.id, right.id)
                })
            }
            Engine::Json(_) => None,
        };
        // On the way to a token there may be parts that are none.
        found.filter(|found| found.left.max(found.right) < self.vocabulary_size())
    }

    /// The logarithm of an entry's probability, in a Unigram vocabulary.
    pub(crate) fn score(&self, id: u32) -> Option<f32> {
        match &self.engine {
            Engine::Gguf(gguf) => match &gguf.model {
                Model::Unigram(unigram) => unigram.score(id),
                Model::Bpe(_) | Model::Spm(_) => None,
            },
            Engine::Json(json) => json.score(id),
        }
    }

    /// An entry as its file writes it.
    fn written(&self, id: u32) -> Option<String> {
        match &self.engine {
            Engine::Gguf(gguf) => Some(String::from_utf8_lossy(gguf.texts.get(id)?).into_owned()),
            Engine::Json(json) => json.entry_text(id),
        }
    }
}

/// Merges what is not the entry itself.
fn parts(
    mut symbols: Vec<Symbol>,
    id: u32,
    find: impl Fn(&Symbol, &Symbol) -> Option<Merge>,
) -> Option<Parts> {
    merge_all(&mut symbols, |left, right| find(left, right).filter(|merge| merge.id != id));
    let [left, right] = symbols[..] else { return None };
    let last = find(&left, &right).filter(|merge| merge.id == id)?;
    Some(Parts { left: left.id, right: right.id, rank: last.rank })
}
