//! What a tokenizer is made of, for those who look into it.

use sha2::{Digest, Sha256};

use crate::protocol::{Piece, TokenizerKind};

use super::gguf::Model;
use super::pre_tokenizer::Symbols;
use super::vocabulary::TokenKind;
use super::{Engine, Tokenizer};

impl Tokenizer {
    /// How it makes tokens of a word.
    pub fn kind(&self) -> TokenizerKind {
        match &self.engine {
            Engine::Gguf(tokenizer) => match &tokenizer.model {
                Model::Bpe(_) => TokenizerKind::Bpe,
                Model::Spm(_) => TokenizerKind::SentencePieceBpe,
                Model::Unigram(_) => TokenizerKind::Unigram,
            },
            Engine::Json(tokenizer) => tokenizer.kind(),
        }
    }

    /// Are its pieces written in GPT-2's alphabet of bytes?
    pub fn is_byte_level(&self) -> bool {
        match &self.engine {
            Engine::Gguf(tokenizer) => {
                matches!(&tokenizer.model, Model::Bpe(bpe) if bpe.rule.symbols == Symbols::Bytes)
            }
            Engine::Json(tokenizer) => tokenizer.is_byte_level(),
        }
    }

    /// Can it write any text at all, byte by byte where nothing else fits? True where every one of the 256 bytes
    /// has a token.
    pub fn has_all_bytes(&self) -> bool {
        let mut seen = [false; 256];
        for (id, bytes) in self.bytes.iter() {
            if let ([byte], false) = (bytes, self.is_special(id)) {
                seen[usize::from(*byte)] = true;
            }
        }
        seen.iter().all(|seen| *seen)
    }

    /// How many merges it lists; 0 where scores or lengths decide.
    pub fn merge_count(&self) -> u32 {
        let count = match &self.engine {
            Engine::Gguf(tokenizer) => match &tokenizer.model {
                Model::Bpe(bpe) => bpe.merge_count(),
                Model::Spm(_) | Model::Unigram(_) => 0,
            },
            Engine::Json(tokenizer) => tokenizer.merge_count(),
        };
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Names the vocabulary by what its ids stand for: SHA-256, in hex, over id, bytes and whether it is a control token of every entry.
    /// The same whatever file it was read from, and whatever weights are beside it. Places that are kept free don't count: some files
    /// fill a vocabulary up with them, and others of the same model don't.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for (id, bytes) in self.bytes.iter() {
            if self.kinds.get(id as usize) == Some(&TokenKind::Unused) {
                continue;
            }
            hash.update(id.to_le_bytes());
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
            hash.update([u8::from(self.is_special(id))]);
        }
        hex::encode(hash.finalize())
    }

    /// What an id stands for; `None` for one that the vocabulary lacks.
    pub fn piece(&self, id: u32) -> Option<Piece> {
        let bytes = self.token_bytes(id)?;
        Some(Piece { id, bytes: hex::encode(bytes), special: self.is_special(id) })
    }

    /// Ids of control tokens, ascending.
    pub fn special_ids(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.vocabulary_size()).filter(|&id| self.is_special(id))
    }
}
