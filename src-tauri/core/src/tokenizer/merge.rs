//! The merge loop of byte-pair encoding.
//!
//! A word begins as a row of symbols. Again and again the neighbours with the best rank become
//! one symbol (of equal ranks the leftmost), until no neighbours merge. What ranks a pair differs:
//! BPE lists its merges, SentencePiece scores the merged token; both are a function here.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// No token: a symbol that the vocabulary does not have.
pub(super) const NO_TOKEN: u32 = u32::MAX;

/// A part of the word, `start..end` in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Symbol {
    pub start: usize,
    pub end: usize,
    /// [`NO_TOKEN`] where the vocabulary has no token for it.
    pub id: u32,
}

/// The result of merging two neighbours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Merge {
    /// Lower is merged earlier.
    pub rank: u32,
    pub id: u32,
}

/// A merge that could be done: ordered by rank, then by place.
type Candidate = Reverse<(u32, usize, usize, usize, u32)>;

struct Chain<'a> {
    symbols: &'a mut [Symbol],
    next: Vec<usize>,
    previous: Vec<usize>,
    queue: BinaryHeap<Candidate>,
}

const END: usize = usize::MAX;

/// Merges neighbours of `symbols` as long as `find` has a merge for some; the symbols that are
/// left stay in order.
pub(super) fn merge_all(symbols: &mut Vec<Symbol>, find: impl Fn(&Symbol, &Symbol) -> Option<Merge>) {
    merge_watched(symbols, find, |_, _, _| ());
}

/// The same, and `joined` is told of every merge: the left symbol, the right one, and what they become.
pub(super) fn merge_watched(
    symbols: &mut Vec<Symbol>,
    find: impl Fn(&Symbol, &Symbol) -> Option<Merge>,
    mut joined: impl FnMut(Symbol, Symbol, Merge),
) {
    let count = symbols.len();
    if count < 2 {
        return;
    }
    let mut chain = Chain {
        next: (1..count).chain([END]).collect(),
        previous: std::iter::once(END).chain(0..count - 1).collect(),
        queue: BinaryHeap::with_capacity(count),
        symbols,
    };
    for left in 0..count - 1 {
        chain.consider(left, left + 1, &find);
    }
    while let Some(Reverse((rank, left, right, end, id))) = chain.queue.pop() {
        // Either side may have merged with another neighbour since; then this is no pair any
        // more, which shows in the symbols' ends (a merged right side is empty).
        let is_current = chain.next[left] == right
            && chain.symbols[left].end == chain.symbols[right].start
            && chain.symbols[right].end == end
            && chain.symbols[right].start < end;
        if !is_current || chain.symbols[left].start == chain.symbols[left].end {
            continue;
        }
        joined(chain.symbols[left], chain.symbols[right], Merge { rank, id });
        chain.join(left, right, id);
        let (before, after) = (chain.previous[left], chain.next[left]);
        if before != END {
            chain.consider(before, left, &find);
        }
        if after != END {
            chain.consider(left, after, &find);
        }
    }
    symbols.retain(|symbol| symbol.start < symbol.end);
}

impl Chain<'_> {
    fn consider(&mut self, left: usize, right: usize, find: &impl Fn(&Symbol, &Symbol) -> Option<Merge>) {
        if let Some(merge) = find(&self.symbols[left], &self.symbols[right]) {
            let end = self.symbols[right].end;
            self.queue.push(Reverse((merge.rank, left, right, end, merge.id)));
        }
    }

    fn join(&mut self, left: usize, right: usize, id: u32) {
        let end = self.symbols[right].end;
        self.symbols[left].end = end;
        self.symbols[left].id = id;
        self.symbols[right].start = end;
        self.next[left] = self.next[right];
        if let Some(previous) = self.previous.get_mut(self.next[left]) {
            *previous = left;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Merges of letters by a list of results, earlier is better.
    fn merge(word: &str, results: &[&str]) -> Vec<String> {
        let mut symbols: Vec<Symbol> = word
            .char_indices()
            .map(|(start, c)| Symbol { start, end: start + c.len_utf8(), id: NO_TOKEN })
            .collect();
        merge_all(&mut symbols, |left, right| {
            let result = &word[left.start..right.end];
            let rank = results.iter().position(|&other| other == result)? as u32;
            Some(Merge { rank, id: rank })
        });
        symbols.iter().map(|symbol| word[symbol.start..symbol.end].to_owned()).collect()
    }

    #[test]
    fn the_best_rank_goes_first_and_ties_go_left() {
        assert_eq!(merge("abc", &["bc", "ab", "abc"]), ["abc"]);
        assert_eq!(merge("abc", &["bc", "ab"]), ["a", "bc"]);
        assert_eq!(merge("aaa", &["aa"]), ["aa", "a"]);
        assert_eq!(merge("aaaaa", &["aa", "aaaa"]), ["aaaa", "a"]);
        assert_eq!(merge("中中", &["中中"]), ["中中"]);
        assert_eq!(merge("xyz", &[]), ["x", "y", "z"]);
        assert_eq!(merge("", &["a"]), Vec::<String>::new());
    }

    #[test]
    fn stale_candidates_are_left_alone() {
        // "bc" is queued, then b merges into "ab": the old pair must not be merged.
        assert_eq!(merge("abcd", &["ab", "bc", "cd"]), ["ab", "cd"]);
    }
}
