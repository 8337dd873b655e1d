//! SentencePiece's byte-pair encoding: the merge whose result has the best score goes first.
//!
//! Ranking by the *result* is not the same as a list of merges: where `aaa` can be made of `a aa`
//! and of `aa a`, both have one score and the left one wins. So the pieces are looked up by text.

mod steps;

use crate::header::gguf::GgufHeader;
use crate::protocol::RpcError;

use super::super::merge::{merge_all, Merge, Symbol, NO_TOKEN};
use super::super::sentence_piece::Normalizer;
use super::super::utf8::character_len;
use super::super::vocabulary::{StringIndex, StringTable, TokenKind};
use super::super::Piece;
use super::escape::Escaped;

/// A vocabulary with scores.
#[derive(Debug)]
pub(in super::super) struct Spm {
    /// Entries that merging may produce: never a control token, however its name is spelt.
    index: StringIndex,
    /// By id: 0 for the best score, equal for equal scores.
    ranks: Vec<u32>,
    /// By id, as the file has them.
    scores: Vec<f32>,
    byte_ids: Vec<Option<u32>>,
    /// A text begins with a space.
    add_space_prefix: bool,
    /// Of a `tokenizer.model`, which says what becomes of a text first. `None`: llama.cpp's rules.
    normalizer: Option<Normalizer>,
}

impl Spm {
    pub(super) fn new(
        header: &GgufHeader,
        texts: &StringTable,
        kinds: &[TokenKind],
    ) -> Result<Self, RpcError> {
        let key = "tokenizer.ggml.scores";
        let mut scores: Vec<f64> = match (header.floats(key), header.integers(key)) {
            (Some(scores), _) => scores.collect(),
            // Some converters write whole numbers.
            (None, Some(scores)) => scores.map(|score| score as f64).collect(),
            (None, None) => Vec::new(),
        };
        if scores.len() < texts.len() {
            return Err(super::corrupt(format!("{key} does not fit the vocabulary")));
        }
        scores.truncate(texts.len());
        let add_space_prefix = header.bool("tokenizer.ggml.add_space_prefix").unwrap_or(true);
        Ok(Self::of(&scores, texts, kinds, add_space_prefix, None))
    }

    /// A vocabulary with a score and a kind for each of its texts.
    pub(in super::super) fn of(
        scores: &[f64],
        texts: &StringTable,
        kinds: &[TokenKind],
        add_space_prefix: bool,
        normalizer: Option<Normalizer>,
    ) -> Self {
        Self {
            index: StringIndex::new(texts, |id| is_mergeable(kinds[id as usize])),
            ranks: rank(scores),
            scores: scores.iter().map(|&score| score as f32).collect(),
            byte_ids: super::byte_ids(texts, kinds),
            add_space_prefix,
            normalizer,
        }
    }

    /// Adds the tokens of a text that begins at `offset` of the whole; `begins` at the beginning
    /// of the whole and after a special token.
    pub(super) fn encode(
        &self,
        text: &str,
        offset: usize,
        begins: bool,
        texts: &StringTable,
        unknown_id: Option<u32>,
        pieces: &mut Vec<Piece>,
    ) {
        let (bytes, origin) = self.rewrite(text, begins);
        let mut symbols = self.symbols(&bytes, texts);
        merge_all(&mut symbols, |left, right| self.find(&bytes, left, right, texts));
        self.write(&symbols, &bytes, |at| offset + origin[at], unknown_id, pieces);
    }

    /// The text as it is merged, and where each of its bytes (and its end) comes from.
    fn rewrite(&self, text: &str, begins: bool) -> (Vec<u8>, Vec<usize>) {
        match &self.normalizer {
            Some(normalizer) => {
                let normalized = normalizer.normalize(text, begins);
                (normalized.text, normalized.origin)
            }
            None => Escaped::new(text, begins && self.add_space_prefix).into_parts(),
        }
    }

    /// A text as a row of its characters.
    pub(in super::super) fn symbols(&self, bytes: &[u8], texts: &StringTable) -> Vec<Symbol> {
        let mut symbols = Vec::with_capacity(bytes.len());
        let mut start = 0;
        while let Some(&first) = bytes.get(start) {
            let end = bytes.len().min(start + character_len(first));
            let id = self.index.find(texts, &bytes[start..end]).unwrap_or(NO_TOKEN);
            symbols.push(Symbol { start, end, id });
            start = end;
        }
        symbols
    }

    /// What two neighbours become.
    pub(in super::super) fn find(
        &self,
        bytes: &[u8],
        left: &Symbol,
        right: &Symbol,
        texts: &StringTable,
    ) -> Option<Merge> {
        let id = self.index.find(texts, &bytes[left.start..right.end])?;
        Some(Merge { rank: self.ranks[id as usize], id })
    }

    /// Adds the tokens of the symbols that are left: in bytes, or as the unknown, where there is none for a symbol.
    fn write(
        &self,
        symbols: &[Symbol],
        bytes: &[u8],
        place: impl Fn(usize) -> usize,
        unknown_id: Option<u32>,
        pieces: &mut Vec<Piece>,
    ) {
        let piece = |id, start: usize, end: usize| Piece { id, start: place(start), end: place(end) };
        let mut after_unknown = false;
        for symbol in symbols {
            let known = symbol.id != NO_TOKEN;
            // SentencePiece makes one token of unknown characters that follow one another.
            let joins = after_unknown && self.normalizer.is_some();
            after_unknown = !known;
            if known {
                pieces.push(piece(symbol.id, symbol.start, symbol.end));
                continue;
            }
            let in_bytes = (symbol.start..symbol.end)
                .map(|at| Some(piece(self.byte_ids[usize::from(bytes[at])]?, at, at + 1)))
                .collect::<Option<Vec<Piece>>>();
            match (in_bytes, unknown_id) {
                (Some(bytes), _) => pieces.extend(bytes),
                (None, Some(_)) if joins => {
                    if let Some(last) = pieces.last_mut() {
                        last.end = place(symbol.end);
                    }
                }
                (None, Some(id)) => pieces.push(piece(id, symbol.start, symbol.end)),
                (None, None) => {}
            }
        }
    }
}

/// May merging produce a token of this kind?
pub(in super::super) fn is_mergeable(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Normal | TokenKind::UserDefined | TokenKind::Unused)
}

fn rank(scores: &[f64]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..scores.len() as u32).collect();
    let score = |id: u32| scores[id as usize];
    order.sort_by(|&a, &b| score(b).total_cmp(&score(a)));
    let mut ranks = vec![0; scores.len()];
    let mut rank = 0;
    for (place, &id) in order.iter().enumerate() {
        if place > 0 && score(order[place - 1]) != score(id) {
            rank += 1;
        }
        ranks[id as usize] = rank;
    }
    ranks
}
