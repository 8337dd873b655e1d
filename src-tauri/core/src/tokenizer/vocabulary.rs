//! The entries of a vocabulary: their text, their bytes and what kind of token each is.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

/// What a token is, by the numbers that `tokenizer.ggml.token_type` has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// 1 (and 0, undefined): made by merging.
    Normal,
    /// 2: stands for what the vocabulary can't express.
    Unknown,
    /// 3: BOS, end of turn and the like.
    Control,
    /// 4: matched as a whole wherever it stands, and visible (`<think>`, runs of spaces).
    UserDefined,
    /// 5: a place kept free.
    Unused,
    /// 6: one byte, for text that no other token expresses.
    Byte,
}

impl TokenKind {
    pub(super) fn from_number(number: i64) -> Self {
        match number {
            2 => Self::Unknown,
            3 => Self::Control,
            4 => Self::UserDefined,
            5 => Self::Unused,
            6 => Self::Byte,
            _ => Self::Normal,
        }
    }
}

/// Many short byte strings in one allocation.
#[derive(Debug, Default, Clone)]
pub(super) struct StringTable {
    blob: Vec<u8>,
    ends: Vec<usize>,
}

impl StringTable {
    pub(super) fn push(&mut self, string: &[u8]) {
        self.push_with(|blob| blob.extend_from_slice(string));
    }

    /// Adds what `write` appends.
    pub(super) fn push_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.blob);
        self.ends.push(self.blob.len());
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, id: u32) -> Option<&[u8]> {
        let end = *self.ends.get(id as usize)?;
        let start = match id {
            0 => 0,
            _ => self.ends[id as usize - 1],
        };
        Some(&self.blob[start..end])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        (0..self.len() as u32).filter_map(|id| Some((id, self.get(id)?)))
    }
}

/// Finds the id of an entry by its bytes, without a copy of the bytes.
#[derive(Debug)]
pub(super) struct StringIndex {
    ids: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl StringIndex {
    /// Indexes the entries of a table that `include` accepts. Of equal entries the last counts,
    /// as in llama.cpp.
    pub(super) fn new(table: &StringTable, include: impl Fn(u32) -> bool) -> Self {
        let hasher = DefaultHashBuilder::default();
        let mut ids = HashTable::with_capacity(table.len());
        let hash_of = |id: u32| hasher.hash_one(table.get(id).unwrap_or_default());
        for (id, string) in table.iter().filter(|(id, _)| include(*id)) {
            let hash = hasher.hash_one(string);
            match ids.find_mut(hash, |&other| table.get(other) == Some(string)) {
                Some(place) => *place = id,
                None => {
                    ids.insert_unique(hash, id, |&id| hash_of(id));
                }
            }
        }
        Self { ids, hasher }
    }

    /// The id of `string` in the table that this was made from.
    pub(super) fn find(&self, table: &StringTable, string: &[u8]) -> Option<u32> {
        let hash = self.hasher.hash_one(string);
        self.ids.find(hash, |&id| table.get(id) == Some(string)).copied()
    }
}
