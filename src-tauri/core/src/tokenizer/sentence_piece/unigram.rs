//! Unigram: of all ways to cut a text into pieces, the one whose pieces have the highest sum of scores.
//!
//! A score is the logarithm of a piece's probability, so the sum is the probability of the whole
//! (Kudo, "Subword Regularization", 2018); the best way is found from left to right (Viterbi). As in
//! google/sentencepiece `unigram_model.cc` (`EncodeOptimized`), with its number types: sums in F32,
//! compared in F64. A character that is no piece counts as the worst piece and a fine; pieces of the user
//! are always preferred.

mod steps;

use super::super::utf8::character_len;
use super::super::vocabulary::{StringTable, TokenKind};
use super::super::Piece;
use super::normalizer::Normalizer;

/// Added to the lowest score for a character that is no piece.
const FINE: f32 = 10.0;
/// Published pieces have at most 16 characters, those of users some dozens.
const MAX_PIECE_BYTES: usize = 1024;

/// A vocabulary with the logarithms of its probabilities.
#[derive(Debug)]
pub(in super::super) struct Unigram {
    scores: Vec<f32>,
    normalizer: Normalizer,
    /// Ids of pieces that a text may be cut into, ordered by their bytes: the walk below narrows a range
    /// of it byte by byte, which is a trie that takes no memory.
    order: Vec<u32>,
    kinds: Vec<TokenKind>,
    unknown_score: f32,
    best_score: f32,
    /// The token of each byte, where unknown characters are written in bytes.
    byte_ids: Option<Vec<u32>>,
    unknown_id: u32,
}

/// The best way to come to a place.
#[derive(Clone, Copy)]
struct Step {
    /// Where the last piece begins; `None` where no way is known yet.
    start: Option<usize>,
    id: u32,
    score: f32,
}

impl Unigram {
    /// `byte_ids` where the file asks for bytes. `None` for a vocabulary that can't be run.
    pub fn new(
        texts: &StringTable,
        kinds: &[TokenKind],
        scores: Vec<f32>,
        normalizer: Normalizer,
        byte_ids: Option<Vec<u32>>,
    ) -> Option<Self> {
        let is_piece = |kind: TokenKind| matches!(kind, TokenKind::Normal | TokenKind::UserDefined);
        let mut order: Vec<u32> = texts
            .iter()
            .filter(|(id, text)| is_piece(kinds[*id as usize]) && !text.is_empty())
            .map(|(id, _)| id)
            .collect();
        if order.iter().any(|&id| texts.get(id).is_some_and(|text| text.len() > MAX_PIECE_BYTES)) {
            return None;
        }
        order.sort_by_key(|&id| texts.get(id));
        let normal = kinds.iter().zip(&scores).filter(|(kind, _)| **kind == TokenKind::Normal);
        let normal: Vec<f32> = normal.map(|(_, &score)| score).collect();
        let unknown_id = kinds.iter().position(|&kind| kind == TokenKind::Unknown)? as u32;
        Some(Self {
            unknown_score: normal.iter().copied().fold(f32::MAX, f32::min) - FINE,
            best_score: normal.iter().copied().fold(f32::MIN_POSITIVE, f32::max),
            scores,
            normalizer,
            order,
            kinds: kinds.to_vec(),
            byte_ids,
            unknown_id,
        })
    }

    /// The logarithm of a piece's probability.
    pub fn score(&self, id: u32) -> Option<f32> {
        self.scores.get(id as usize).copied()
    }

    /// Adds the tokens of a text that begins at `offset` of the whole.
    pub fn encode(
        &self,
        text: &str,
        offset: usize,
        begins: bool,
        texts: &StringTable,
        pieces: &mut Vec<Piece>,
    ) {
        let normalized = self.normalizer.normalize(text, begins);
        let bytes = &normalized.text[..];
        let place = |at: usize| offset + normalized.origin[at];
        let mut after_unknown = false;
        for (id, start, end) in self.best_way(bytes, texts) {
            let is_unknown = id == self.unknown_id;
            match (&self.byte_ids, is_unknown) {
                (Some(ids), true) => pieces.extend((start..end).map(|at| {
                    let id = ids[usize::from(bytes[at])];
                    Piece { id, start: place(at), end: place(at + 1) }
                })),
                // Unknown characters that follow one another are one token.
                (None, true) if after_unknown => {
                    if let Some(last) = pieces.last_mut() {
                        last.end = place(end);
                    }
                }
                _ => pieces.push(Piece { id, start: place(start), end: place(end) }),
            }
            after_unknown = is_unknown;
        }
    }

    /// The pieces of the best way through a rewritten text: id, start, end.
    fn best_way(&self, bytes: &[u8], texts: &StringTable) -> Vec<(u32, usize, usize)> {
        let mut best = vec![Step { start: None, id: self.unknown_id, score: 0.0 }; bytes.len() + 1];
        self.edges(bytes, texts, |start, end, id, score| {
            let here = best[start].score;
            let score = match id == self.unknown_id {
                true => f64::from(self.unknown_score + here),
                false => score + f64::from(here),
            };
            offer(&mut best[end], start, id, score);
        });
        let mut way = Vec::new();
        let mut end = bytes.len();
        while let Some(start) = best[end].start {
            way.push((best[end].id, start, end));
            end = start;
        }
        way.reverse();
        way
    }

    /// Calls `found` with start, end, id and score of every piece that fits somewhere in a rewritten text: in the order of
    /// their beginnings, and of one beginning the shortest first. Where no piece is one character long, the unknown is.
    fn edges(&self, bytes: &[u8], texts: &StringTable, mut found: impl FnMut(usize, usize, u32, f64)) {
        let mut start = 0;
        while start < bytes.len() {
            let first = character_len(bytes[start]).min(bytes.len() - start);
            let mut is_piece = false;
            self.walk(&bytes[start..], texts, |length, id| {
                let score = match self.kinds[id as usize] {
                    TokenKind::UserDefined => f64::from(length as f32 * self.best_score) - 0.1,
                    _ => f64::from(self.scores[id as usize]),
                };
                found(start, start + length, id, score);
                is_piece |= length == first;
            });
            if !is_piece {
                found(start, start + first, self.unknown_id, f64::from(self.unknown_score));
            }
            start += first;
        }
    }

    /// Calls `found` with length and id of every piece that the text begins with, the shortest first.
    fn walk(&self, text: &[u8], texts: &StringTable, mut found: impl FnMut(usize, u32)) {
        let mut range = &self.order[..];
        for (depth, &byte) in text.iter().enumerate() {
            let at = |id: &u32| texts.get(*id).and_then(|piece| piece.get(depth)).copied();
            // A piece that ends here comes before all that go on.
            let from = range.partition_point(|id| at(id).is_none_or(|other| other < byte));
            let to = from + range[from..].partition_point(|id| at(id) == Some(byte));
            range = &range[from..to];
            match range.first() {
                Some(&id) if texts.get(id).is_some_and(|piece| piece.len() == depth + 1) => {
                    found(depth + 1, id)
                }
                Some(_) => {}
                None => return,
            }
        }
    }
}

fn offer(step: &mut Step, start: usize, id: u32, score: f64) {
    if step.start.is_none() || score > f64::from(step.score) {
        *step = Step { start: Some(start), id, score: score as f32 };
    }
}
