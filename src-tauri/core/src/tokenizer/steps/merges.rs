//! The steps of byte-pair encoding.

use crate::protocol::{MergeStep, RankedBy, Steps, Symbol};

use super::super::merge::{self, merge_watched, Merge};

/// Merges as [`merge::merge_all`] does, and tells each step. `describe` writes a symbol, `score` gives that of a result.
pub(in super::super) fn tell(
    symbols: &mut Vec<merge::Symbol>,
    find: impl Fn(&merge::Symbol, &merge::Symbol) -> Option<Merge>,
    describe: impl Fn(&merge::Symbol) -> Symbol,
    score: impl Fn(u32) -> Option<f32>,
) -> (Vec<Symbol>, Vec<MergeStep>) {
    let first = symbols.iter().map(&describe).collect();
    // Where the symbols of the row begin, as it is now.
    let mut row: Vec<usize> = symbols.iter().map(|symbol| symbol.start).collect();
    let mut steps = Vec::new();
    merge_watched(symbols, find, |left, right, merge| {
        let at = row.partition_point(|&start| start < left.start);
        row.remove(at + 1);
        let result = merge::Symbol { start: left.start, end: right.end, id: merge.id };
        steps.push(MergeStep {
            at: at as u32,
            rank: merge.rank,
            score: score(merge.id),
            left: describe(&left).text,
            right: describe(&right).text,
            result: describe(&result),
        });
    });
    (first, steps)
}

/// The steps of a word.
pub(in super::super) fn steps(
    ranked_by: RankedBy,
    (symbols, merges): (Vec<Symbol>, Vec<MergeStep>),
    fallback: bool,
) -> Steps {
    Steps::Merges { ranked_by, symbols, merges, fallback }
}
