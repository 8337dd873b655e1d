//! Byte-pair encoding with listed merges.

mod steps;

use hashbrown::HashMap;

use crate::header::gguf::GgufHeader;
use crate::protocol::RpcError;

use super::super::merge::{merge_all, Merge, Symbol, NO_TOKEN};
use super::super::pre_tokenizer::{PreTokenizer, Rule, Symbols};
use super::super::vocabulary::{StringIndex, StringTable, TokenKind};
use super::super::{byte_alphabet, Piece};
use super::escape::Escaped;

/// The longest published pieces are runs of some hundred spaces or dashes.
const MAX_PIECE_BYTES: usize = 2048;

/// A vocabulary with its merges.
#[derive(Debug)]
pub(in super::super) struct Bpe {
    pub rule: &'static Rule,
    pre_tokenizer: PreTokenizer,
    names: Names,
    pairs: Pairs,
    /// The symbol of each single byte.
    byte_symbols: Vec<u32>,
    /// The token of each single byte.
    byte_ids: Vec<Option<u32>>,
    /// Tokens that stand for text: a word may be taken as one of them at once.
    is_text: Vec<bool>,
}

/// Symbols by name. Some files list merges of parts that are no tokens; on the way to a token such
/// a part is a symbol like any other, with a number beyond those of the vocabulary.
#[derive(Debug)]
struct Names {
    index: StringIndex,
    vocabulary_size: u32,
    others: HashMap<Vec<u8>, u32>,
}

impl Names {
    fn find(&self, texts: &StringTable, name: &[u8]) -> Option<u32> {
        self.index.find(texts, name).or_else(|| self.others.get(name).copied())
    }

    fn find_or_add(&mut self, texts: &StringTable, name: &[u8]) -> u32 {
        self.find(texts, name).unwrap_or_else(|| {
            let id = self.vocabulary_size + self.others.len() as u32;
            self.others.insert(name.into(), id);
            id
        })
    }
}

impl Bpe {
    pub(super) fn new(
        header: &GgufHeader,
        rule: &'static Rule,
        texts: &StringTable,
        kinds: &[TokenKind],
        index: StringIndex,
    ) -> Result<Self, RpcError> {
        let mut names = Names { index, vocabulary_size: texts.len() as u32, others: HashMap::new() };
        let pairs = read_merges(header, texts, &mut names)?;
        Self::with_merges(rule, texts, kinds, names, pairs)
    }

    /// A vocabulary whose ids are ranks, as those made for tiktoken: any two neighbours merge that are a token
    /// together, the lowest id first. `texts` are in GPT-2's alphabet.
    pub(in super::super) fn ranked(
        rule: &'static Rule,
        texts: &StringTable,
        kinds: &[TokenKind],
    ) -> Result<Self, RpcError> {
        let index = StringIndex::new(texts, |id| kinds[id as usize] == TokenKind::Normal);
        let names = Names { index, vocabulary_size: texts.len() as u32, others: HashMap::new() };
        let mut pairs = HashMap::new();
        let pieces = texts.iter().filter(|(id, _)| kinds[*id as usize] == TokenKind::Normal);
        for (id, text) in pieces {
            let Ok(text) = std::str::from_utf8(text) else { continue };
            // Looking at every way to cut a crafted piece of endless length would take forever.
            if text.len() > MAX_PIECE_BYTES {
                continue;
            }
            for (place, _) in text.char_indices().skip(1) {
                let find = |part: &str| names.index.find(texts, part.as_bytes());
                if let (Some(left), Some(right)) = (find(&text[..place]), find(&text[place..])) {
                    pairs.insert((left, right), Merge { rank: id, id });
                }
            }
        }
        Self::with_merges(rule, texts, kinds, names, pairs)
    }

    /// Pairs that merge.
    pub(in super::super) fn merge_count(&self) -> usize {
        self.pairs.len()
    }

    /// An entry as a row of what merging begins with. `text` is how the vocabulary writes its `bytes`.
    pub(in super::super) fn symbols(&self, text: &[u8], bytes: &[u8], texts: &StringTable) -> Vec<Symbol> {
        match self.rule.symbols {
            Symbols::Bytes => self.symbols_of_bytes(bytes),
            Symbols::Characters { .. } => std::str::from_utf8(text)
                .map_or_else(|_| Vec::new(), |text| self.symbols_of_characters(text, texts)),
        }
    }

    /// A vocabulary with the pairs that merge and what they give, best first. `texts` are in GPT-2's alphabet.
    pub(in super::super) fn learned(
        rule: &'static Rule,
        texts: &StringTable,
        kinds: &[TokenKind],
        merges: &[((u32, u32), u32)],
    ) -> Result<Self, RpcError> {
        let index = StringIndex::new(texts, |_| true);
        let names = Names { index, vocabulary_size: texts.len() as u32, others: HashMap::new() };
        let pairs = (0u32..).zip(merges).map(|(rank, &(pair, id))| (pair, Merge { rank, id })).collect();
        Self::with_merges(rule, texts, kinds, names, pairs)
    }

    fn with_merges(
        rule: &'static Rule,
        texts: &StringTable,
        kinds: &[TokenKind],
        names: Names,
        pairs: Pairs,
    ) -> Result<Self, RpcError> {
        let alphabet = |byte| byte_alphabet::encode(&[byte]);
        let byte_ids = match rule.symbols {
            Symbols::Bytes => {
                (0..=255).map(|byte| names.index.find(texts, alphabet(byte).as_bytes())).collect()
            }
            Symbols::Characters { .. } => super::byte_ids(texts, kinds),
        };
        let byte_symbols =
            (0..=255).map(|byte| names.find(texts, alphabet(byte).as_bytes()).unwrap_or(NO_TOKEN)).collect();
        let is_text = |&kind| matches!(kind, TokenKind::Normal | TokenKind::UserDefined | TokenKind::Unused);
        Ok(Self {
            rule,
            pre_tokenizer: PreTokenizer::new(rule)?,
            names,
            pairs,
            byte_symbols,
            byte_ids,
            is_text: kinds.iter().map(is_text).collect(),
        })
    }

    /// Adds the tokens of a text that begins at `offset` of the whole.
    pub(super) fn encode(&self, text: &str, offset: usize, texts: &StringTable, pieces: &mut Vec<Piece>) {
        match self.rule.symbols {
            Symbols::Bytes => {
                for word in self.pre_tokenizer.words(text) {
                    self.encode_bytes(&text.as_bytes()[word.clone()], offset + word.start, texts, pieces);
                }
            }
            Symbols::Characters { .. } => {
                let escaped = Escaped::new(text, false);
                for word in self.pre_tokenizer.words(&escaped.text) {
                    self.encode_characters(&escaped, word, offset, texts, pieces);
                }
            }
        }
    }

    fn encode_bytes(&self, word: &[u8], offset: usize, texts: &StringTable, pieces: &mut Vec<Piece>) {
        if let Some(id) = self.whole_bytes(word, texts) {
            pieces.push(Piece { id, start: offset, end: offset + word.len() });
            return;
        }
        let mut symbols = self.symbols_of_bytes(word);
        merge_all(&mut symbols, |left, right| self.find(left, right));
        for symbol in symbols {
            self.push(&symbol, word, |at| offset + at, pieces);
        }
    }

    /// The token of a whole word, where words that are tokens are taken as they are.
    fn whole_bytes(&self, word: &[u8], texts: &StringTable) -> Option<u32> {
        let written = self.rule.ignore_merges.then(|| byte_alphabet::encode(word))?;
        self.whole(written.as_bytes(), texts)
    }

    fn symbols_of_bytes(&self, word: &[u8]) -> Vec<Symbol> {
        let symbol = |(start, &byte): (usize, &u8)| Symbol {
            start,
            end: start + 1,
            id: self.byte_symbols[usize::from(byte)],
        };
        word.iter().enumerate().map(symbol).collect()
    }

    /// Adds the token of a symbol or, where it is no token, those of its bytes. A byte without a
    /// token can't be expressed; such vocabularies leave it out.
    fn push(&self, symbol: &Symbol, word: &[u8], place: impl Fn(usize) -> usize, pieces: &mut Vec<Piece>) {
        if symbol.id < self.names.vocabulary_size {
            pieces.push(Piece { id: symbol.id, start: place(symbol.start), end: place(symbol.end) });
            return;
        }
        for (at, &byte) in (symbol.start..).zip(&word[symbol.start..symbol.end]) {
            if let Some(id) = self.byte_ids[usize::from(byte)] {
                pieces.push(Piece { id, start: place(at), end: place(at + 1) });
            }
        }
    }

    fn encode_characters(
        &self,
        escaped: &Escaped,
        word: std::ops::Range<usize>,
        offset: usize,
        texts: &StringTable,
        pieces: &mut Vec<Piece>,
    ) {
        let text = &escaped.text[word.clone()];
        let place = |at: usize| offset + escaped.origin(word.start + at);
        if let Some(id) = self.whole_lines(text, texts) {
            pieces.push(Piece { id, start: place(0), end: place(text.len()) });
            return;
        }
        let mut symbols = self.symbols_of_characters(text, texts);
        merge_all(&mut symbols, |left, right| self.find(left, right));
        for symbol in symbols {
            self.push(&symbol, text.as_bytes(), place, pieces);
        }
    }

    /// In Gemma 4 runs of line ends are tokens of their own, outside of the merges.
    fn whole_lines(&self, text: &str, texts: &StringTable) -> Option<u32> {
        let whole_lines = self.rule.symbols == Symbols::Characters { whole_lines: true };
        (whole_lines && text.starts_with('\n')).then(|| self.whole(text.as_bytes(), texts))?
    }

    fn symbols_of_characters(&self, text: &str, texts: &StringTable) -> Vec<Symbol> {
        let symbol = |(start, character): (usize, char)| {
            let end = start + character.len_utf8();
            let id = self.names.find(texts, &text.as_bytes()[start..end]);
            Symbol { start, end, id: id.unwrap_or(NO_TOKEN) }
        };
        text.char_indices().map(symbol).collect()
    }

    fn whole(&self, text: &[u8], texts: &StringTable) -> Option<u32> {
        self.names.index.find(texts, text).filter(|&id| self.is_text[id as usize])
    }

    /// What two neighbours become.
    pub(in super::super) fn find(&self, left: &Symbol, right: &Symbol) -> Option<Merge> {
        self.pairs.get(&(left.id, right.id)).copied()
    }
}

type Pairs = HashMap<(u32, u32), Merge>;

/// All merges by the symbols that they join.
fn read_merges(header: &GgufHeader, texts: &StringTable, names: &mut Names) -> Result<Pairs, RpcError> {
    let lines = header
        .strings("tokenizer.ggml.merges")
        .ok_or_else(|| super::corrupt("tokenizer.ggml.merges is no list of strings"))?;
    let mut pairs = HashMap::with_capacity(lines.len());
    let mut result = Vec::new();
    for (rank, line) in (0u32..).zip(lines) {
        // The left part may begin with a space, so the search starts behind its first byte.
        let space = line.iter().skip(1).position(|&byte| byte == b' ').ok_or_else(|| {
            let line = String::from_utf8_lossy(line);
            super::corrupt(format!("the merge `{line}` has no two parts"))
        })? + 1;
        let (left, right) = (&line[..space], &line[space + 1..]);
        result.clear();
        result.extend_from_slice(left);
        result.extend_from_slice(right);
        let (left, right) = (names.find_or_add(texts, left), names.find_or_add(texts, right));
        let id = names.find_or_add(texts, &result);
        pairs.entry((left, right)).or_insert(Merge { rank, id });
    }
    Ok(pairs)
}
