//! Pairs by how often they stand in the text.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::Pair;

/// A pair, how often it stood there when it was queued, and the words that it stands in.
#[derive(Debug)]
pub(super) struct Candidate {
    pub count: i64,
    pub pair: Pair,
    pub words: Vec<u32>,
}

impl Candidate {
    /// The more often the better, then the smaller ids.
    fn key(&self) -> (i64, Reverse<Pair>) {
        (self.count, Reverse(self.pair))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// Candidates, the best first. Their counts may be out of date: they are looked at when their turn comes.
#[derive(Debug, Default)]
pub(super) struct Queue(BinaryHeap<Candidate>);

impl Queue {
    pub fn push(&mut self, candidate: Candidate) {
        self.0.push(candidate);
    }

    /// The best one by the counts as they are now.
    pub fn pop_best(&mut self, count_now: impl Fn(Pair) -> i64) -> Option<Candidate> {
        loop {
            let mut best = self.0.pop()?;
            let now = count_now(best.pair);
            if best.count == now {
                return Some(best);
            }
            best.count = now;
            self.0.push(best);
        }
    }
}
