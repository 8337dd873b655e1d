//! Vocabularies that are learned here ([`crate::training`]): their words, their bytes, and the tokenizer that comes of them.

use std::ops::Range;

use crate::protocol::RpcError;

use super::gguf::{Bpe, GgufTokenizer, Model};
use super::names::Prefix;
use super::pre_tokenizer::{rule, PreTokenizer};
use super::special::{SpecialTokens, Strips};
use super::vocabulary::{StringTable, TokenKind};
use super::{byte_alphabet, Engine, Tokenizer};

/// How GPT-2 splits texts; most byte-level vocabularies are learned from words like these.
const WORDS: &str = "gpt-2";

/// Splits texts into words as GPT-2 does.
#[derive(Debug)]
pub(crate) struct GptWords(PreTokenizer);

impl GptWords {
    /// # Errors
    /// `UnsupportedTokenizer` where the expression does not compile, which tests exclude.
    pub(crate) fn new() -> Result<Self, RpcError> {
        Ok(Self(PreTokenizer::new(rule(WORDS)?)?))
    }

    /// In order and without gaps.
    pub(crate) fn words(&self, text: &str) -> Vec<Range<usize>> {
        self.0.words(text)
    }
}

/// The character that GPT-2's alphabet writes a byte with.
pub(crate) fn byte_symbol(byte: u8) -> char {
    byte_alphabet::to_char(byte)
}

impl Tokenizer {
    /// A byte-level vocabulary: the bytes of every token, and which two make which third, best first.
    ///
    /// # Errors
    /// `UnsupportedTokenizer` where the expression that splits words does not compile, which tests exclude.
    pub(crate) fn learned(tokens: &[Vec<u8>], merges: &[((u32, u32), u32)]) -> Result<Self, RpcError> {
        let (mut texts, mut bytes) = (StringTable::default(), StringTable::default());
        for token in tokens {
            texts.push(byte_alphabet::encode(token).as_bytes());
            bytes.push(token);
        }
        let kinds = vec![TokenKind::Normal; tokens.len()];
        let model = Model::Bpe(Bpe::learned(rule(WORDS)?, &texts, &kinds, merges)?);
        Ok(Self {
            bytes,
            bos_id: None,
            eos_id: None,
            end_ids: Vec::new(),
            engine: Engine::Gguf(Box::new(GgufTokenizer {
                model,
                special: SpecialTokens::new(&texts, &kinds, Strips::default())?,
                unknown_id: None,
                prepend: None,
                append: None,
                prefix: Prefix::EveryPart,
                texts,
            })),
            kinds,
        })
    }
}
