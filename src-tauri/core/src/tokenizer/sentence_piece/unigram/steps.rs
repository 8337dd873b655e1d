//! The steps of Unigram.

use crate::protocol::WordSteps;

use super::super::super::steps::lattice::{self, Edge};
use super::super::super::vocabulary::StringTable;
use super::super::super::Piece;
use super::super::normalizer::Normalizer;
use super::Unigram;

impl Unigram {
    pub(in super::super::super) fn normalizer(&self) -> &Normalizer {
        &self.normalizer
    }

    /// The steps of a text that begins at `offset` of the whole. Nothing splits it: pieces are chosen for all of it.
    pub(in super::super::super) fn tell(
        &self,
        text: &str,
        offset: usize,
        begins: bool,
        texts: &StringTable,
    ) -> WordSteps {
        let normalized = self.normalizer.normalize(text, begins);
        let bytes = &normalized.text[..];
        let mut edges = Vec::new();
        self.edges(bytes, texts, |start, end, id, score| edges.push(Edge { start, end, id, score }));
        let best: Vec<(usize, usize)> =
            self.best_way(bytes, texts).iter().map(|&(_, start, end)| (start, end)).collect();
        let mut pieces: Vec<Piece> = Vec::new();
        self.encode(text, offset, begins, texts, &mut pieces);
        WordSteps {
            text: String::from_utf8_lossy(bytes).into_owned(),
            start: offset as u32,
            end: (offset + text.len()) as u32,
            ids: pieces.iter().map(|piece| piece.id).collect(),
            steps: lattice::tell(bytes, &edges, &best),
        }
    }
}
