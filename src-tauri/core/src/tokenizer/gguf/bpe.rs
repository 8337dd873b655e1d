//! Byte-pair encoding with listed merges.

use hashbrown::HashMap;

use crate::header::gguf::GgufHeader;
use crate::protocol::RpcError;

use super::super::merge::{merge_all, Merge, Symbol, NO_TOKEN};
use super::super::pre_tokenizer::{PreTokenizer, Rule, Symbols};
use super::super::vocabulary::{StringIndex, StringTable, TokenKind};
use super::super::{byte_alphabet, Piece};
use super::escape::Escaped;

/// A vocabulary with its merges.
#[derive(Debug)]
pub(in super::super) struct Bpe {
    pub rule: &'static Rule,
    /// The merges in order: left, right and what they become.
    pub merges: Vec<(u32, u32)>,
    pre_tokenizer: PreTokenizer,
    index: StringIndex,
    pairs: HashMap<(u32, u32), Merge>,
    /// The token of each single byte.
    byte_ids: Vec<Option<u32>>,
    /// Tokens that only merging makes: a word may be taken as one of them at once.
    normal: Vec<bool>,
}

impl Bpe {
    pub(super) fn new(
        header: &GgufHeader,
        rule: &'static Rule,
        texts: &StringTable,
        kinds: &[TokenKind],
        index: StringIndex,
    ) -> Result<Self, RpcError> {
        let byte_ids = match rule.symbols {
            Symbols::Bytes => {
                (0..=255).map(|byte| index.find(texts, byte_alphabet::encode(&[byte]).as_bytes())).collect()
            }
            Symbols::Characters => super::byte_ids(texts, kinds),
        };
        let (merges, pairs) = read_merges(header, texts, &index)?;
        Ok(Self {
            rule,
            merges,
            pre_tokenizer: PreTokenizer::new(rule)?,
            index,
            pairs,
            byte_ids,
            normal: kinds.iter().map(|&kind| kind == TokenKind::Normal).collect(),
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
            Symbols::Characters => {
                let escaped = Escaped::new(text, false);
                for word in self.pre_tokenizer.words(&escaped.text) {
                    self.encode_characters(&escaped, word, offset, texts, pieces);
                }
            }
        }
    }

    fn encode_bytes(&self, word: &[u8], offset: usize, texts: &StringTable, pieces: &mut Vec<Piece>) {
        if self.rule.ignore_merges {
            if let Some(id) = self.whole(byte_alphabet::encode(word).as_bytes(), texts) {
                pieces.push(Piece { id, start: offset, end: offset + word.len() });
                return;
            }
        }
        let mut symbols: Vec<Symbol> = word
            .iter()
            .enumerate()
            .map(|(start, &byte)| Symbol {
                start,
                end: start + 1,
                id: self.byte_ids[usize::from(byte)].unwrap_or(NO_TOKEN),
            })
            .collect();
        merge_all(&mut symbols, |left, right| self.find(left, right));
        // A byte without a token can't be expressed; such vocabularies leave it out.
        pieces.extend(symbols.iter().filter(|symbol| symbol.id != NO_TOKEN).map(|symbol| Piece {
            id: symbol.id,
            start: offset + symbol.start,
            end: offset + symbol.end,
        }));
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
        // Runs of line ends are tokens of their own in this family, outside of the merges.
        if text.starts_with('\n') {
            if let Some(id) = self.whole(text.as_bytes(), texts) {
                pieces.push(Piece { id, start: place(0), end: place(text.len()) });
                return;
            }
        }
        let mut symbols: Vec<Symbol> = text
            .char_indices()
            .map(|(start, character)| {
                let end = start + character.len_utf8();
                let id = self.index.find(texts, &text.as_bytes()[start..end]);
                Symbol { start, end, id: id.unwrap_or(NO_TOKEN) }
            })
            .collect();
        merge_all(&mut symbols, |left, right| self.find(left, right));
        for symbol in symbols {
            if symbol.id != NO_TOKEN {
                pieces.push(Piece { id: symbol.id, start: place(symbol.start), end: place(symbol.end) });
                continue;
            }
            for at in symbol.start..symbol.end {
                if let Some(id) = self.byte_ids[usize::from(text.as_bytes()[at])] {
                    pieces.push(Piece { id, start: place(at), end: place(at + 1) });
                }
            }
        }
    }

    fn whole(&self, text: &[u8], texts: &StringTable) -> Option<u32> {
        self.index.find(texts, text).filter(|&id| self.normal[id as usize])
    }

    fn find(&self, left: &Symbol, right: &Symbol) -> Option<Merge> {
        self.pairs.get(&(left.id, right.id)).copied()
    }
}

type Pairs = HashMap<(u32, u32), Merge>;

fn read_merges(
    header: &GgufHeader,
    texts: &StringTable,
    index: &StringIndex,
) -> Result<(Vec<(u32, u32)>, Pairs), RpcError> {
    let lines = header
        .strings("tokenizer.ggml.merges")
        .ok_or_else(|| super::corrupt("tokenizer.ggml.merges is no list of strings"))?;
    let mut merges = Vec::with_capacity(lines.len());
    let mut pairs = HashMap::with_capacity(lines.len());
    let mut result = Vec::new();
    for (rank, line) in (0u32..).zip(lines) {
        let refuse = || {
            let line = String::from_utf8_lossy(line);
            super::corrupt(format!("the merge `{line}` does not fit the vocabulary"))
        };
        // The left part may begin with a space, so the search starts behind its first byte.
        let space = line.iter().skip(1).position(|&byte| byte == b' ').ok_or_else(refuse)? + 1;
        let (left, right) = (&line[..space], &line[space + 1..]);
        result.clear();
        result.extend_from_slice(left);
        result.extend_from_slice(right);
        let find = |part: &[u8]| index.find(texts, part).ok_or_else(refuse);
        let (left, right, id) = (find(left)?, find(right)?, find(&result)?);
        merges.push((left, right));
        pairs.entry((left, right)).or_insert(Merge { rank, id });
    }
    Ok((merges, pairs))
}
