//! What a tokenizer is made of, for those who look into it.

use crate::protocol::{Piece, TokenizerKind};

use super::gguf::Model;
use super::pre_tokenizer::Symbols;
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
