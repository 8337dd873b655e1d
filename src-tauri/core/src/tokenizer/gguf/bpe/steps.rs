//! The steps of byte-pair encoding with listed merges.

use std::ops::Range;

use crate::protocol::{self, RankedBy, StageKind, WholeReason, WordSteps};

use super::super::super::merge::Symbol;
use super::super::super::pre_tokenizer::Symbols;
use super::super::super::steps::{merges, whole, Told};
use super::super::super::vocabulary::StringTable;
use super::super::super::{byte_alphabet, Piece};
use super::super::escape::{unescape, Escaped};
use super::Bpe;

impl Bpe {
    /// What happens to the parts of a text before their words are merged.
    pub(in super::super::super) fn tell_stages(&self, mut parts: Vec<String>, told: &mut Told) {
        let is_bytes = self.rule.symbols == Symbols::Bytes;
        if !is_bytes {
            let marked: Vec<String> = parts.iter().map(|part| Escaped::new(part, false).text).collect();
            told.stage(StageKind::Normalizer, "Replace", "\" \" → \"▁\"", &parts, &marked);
            parts = marked;
        }
        let words = |part: &String| {
            let words = self.pre_tokenizer.words(part).into_iter();
            words.map(|word| part[word].to_owned()).collect::<Vec<_>>()
        };
        let words: Vec<String> = parts.iter().flat_map(words).collect();
        let name = self.rule.names.first().copied().unwrap_or_default();
        let splits: Vec<&str> = self.rule.splits.iter().map(|split| split.published()).collect();
        told.stage(StageKind::PreTokenizer, name, &splits.join("\n"), &parts, &words);
        if is_bytes {
            let written: Vec<String> =
                words.iter().map(|word| byte_alphabet::encode(word.as_bytes())).collect();
            told.stage(StageKind::PreTokenizer, "ByteLevel", "", &words, &written);
        }
    }

    /// Adds the steps of every word of a text that begins at `offset` of the whole.
    pub(in super::super::super) fn tell(
        &self,
        text: &str,
        offset: usize,
        texts: &StringTable,
        words: &mut Vec<WordSteps>,
    ) {
        match self.rule.symbols {
            Symbols::Bytes => {
                for word in self.pre_tokenizer.words(text) {
                    let range = offset + word.start..offset + word.end;
                    words.push(self.tell_bytes(&text.as_bytes()[word], range, texts));
                }
            }
            Symbols::Characters { .. } => {
                let escaped = Escaped::new(text, false);
                for word in self.pre_tokenizer.words(&escaped.text) {
                    let place = |at: usize| offset + escaped.origin(at);
                    let range = place(word.start)..place(word.end);
                    words.push(self.tell_characters(&escaped.text[word], range, texts));
                }
            }
        }
    }

    fn tell_bytes(&self, word: &[u8], range: Range<usize>, texts: &StringTable) -> WordSteps {
        let written = byte_alphabet::encode(word);
        if let Some(id) = self.whole_bytes(word, texts) {
            return whole(&written, range, id, WholeReason::WholeWord);
        }
        let describe = |symbol: &Symbol| {
            let bytes = &word[symbol.start..symbol.end];
            self.describe(symbol, bytes, byte_alphabet::encode(bytes))
        };
        self.tell_merges(written.clone(), word, self.symbols_of_bytes(word), describe, range)
    }

    fn tell_characters(&self, word: &str, range: Range<usize>, texts: &StringTable) -> WordSteps {
        if let Some(id) = self.whole_lines(word, texts) {
            return whole(word, range, id, WholeReason::WholeWord);
        }
        let describe = |symbol: &Symbol| {
            let written = &word[symbol.start..symbol.end];
            let mut bytes = Vec::new();
            unescape(written.as_bytes(), &mut bytes);
            self.describe(symbol, &bytes, written.to_owned())
        };
        let symbols = self.symbols_of_characters(word, texts);
        self.tell_merges(word.to_owned(), word.as_bytes(), symbols, describe, range)
    }

    fn tell_merges(
        &self,
        text: String,
        word: &[u8],
        mut symbols: Vec<Symbol>,
        describe: impl Fn(&Symbol) -> protocol::Symbol,
        range: Range<usize>,
    ) -> WordSteps {
        let told = merges::tell(&mut symbols, |left, right| self.find(left, right), describe, |_| None);
        let mut pieces: Vec<Piece> = Vec::new();
        for symbol in &symbols {
            self.push(symbol, word, |at| at, &mut pieces);
        }
        let fallback = symbols.iter().any(|symbol| symbol.id >= self.names.vocabulary_size);
        WordSteps {
            text,
            start: range.start as u32,
            end: range.end as u32,
            ids: pieces.iter().map(|piece| piece.id).collect(),
            steps: merges::steps(RankedBy::List, told, fallback),
        }
    }

    fn describe(&self, symbol: &Symbol, bytes: &[u8], text: String) -> protocol::Symbol {
        let id = Some(symbol.id).filter(|&id| id < self.names.vocabulary_size);
        protocol::Symbol { id, bytes: hex::encode(bytes), text }
    }
}
