//! SentencePiece's byte-pair encoding: the merge whose result has the best score goes first.
//!
//! Ranking by the *result* is not the same as a list of merges: where `aaa` can be made of `a aa`
//! and of `aa a`, both have one score and the left one wins. So the pieces are looked up by text.

use crate::header::gguf::GgufHeader;
use crate::protocol::RpcError;

use super::super::merge::{merge_all, Merge, Symbol, NO_TOKEN};
use super::super::vocabulary::{StringIndex, StringTable, TokenKind};
use super::super::Piece;
use super::escape::Escaped;

/// A vocabulary with scores.
#[derive(Debug)]
pub(in super::super) struct Spm {
    /// Entries that merging may produce: never a control token, however its name is spelt.
    index: StringIndex,
    /// By id: 0 for the best score, equal for equal scores.
    pub ranks: Vec<u32>,
    byte_ids: Vec<Option<u32>>,
    /// A text begins with a space.
    pub add_space_prefix: bool,
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
        Ok(Self::of(&scores, texts, kinds, add_space_prefix))
    }

    /// A vocabulary with a score and a kind for each of its texts.
    pub(in super::super) fn of(
        scores: &[f64],
        texts: &StringTable,
        kinds: &[TokenKind],
        add_space_prefix: bool,
    ) -> Self {
        Self {
            index: StringIndex::new(texts, |id| is_mergeable(kinds[id as usize])),
            ranks: rank(scores),
            byte_ids: super::byte_ids(texts, kinds),
            add_space_prefix,
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
        let escaped = Escaped::new(text, begins && self.add_space_prefix);
        let bytes = escaped.text.as_bytes();
        let find = |start: usize, end: usize| self.index.find(texts, &bytes[start..end]);
        let mut symbols: Vec<Symbol> = escaped
            .text
            .char_indices()
            .map(|(start, character)| {
                let end = start + character.len_utf8();
                Symbol { start, end, id: find(start, end).unwrap_or(NO_TOKEN) }
            })
            .collect();
        merge_all(&mut symbols, |left, right| {
            let id = find(left.start, right.end)?;
            Some(Merge { rank: self.ranks[id as usize], id })
        });
        let piece = |id, start, end| Piece {
            id,
            start: offset + escaped.origin(start),
            end: offset + escaped.origin(end),
        };
        for symbol in symbols {
            if symbol.id != NO_TOKEN {
                pieces.push(piece(symbol.id, symbol.start, symbol.end));
                continue;
            }
            let in_bytes = (symbol.start..symbol.end)
                .map(|at| Some(piece(self.byte_ids[usize::from(bytes[at])]?, at, at + 1)))
                .collect::<Option<Vec<Piece>>>();
            match (in_bytes, unknown_id) {
                (Some(bytes), _) => pieces.extend(bytes),
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
