//! The distinct words of a text as rows of symbols.

use hashbrown::HashMap;

use crate::protocol::RpcError;
use crate::tokenizer::{byte_symbol, GptWords};

use super::Pair;

/// Tokens before the first round: one for every byte.
pub(super) const BYTES: usize = 256;

/// The byte of every token that stands before the first round. They are numbered in the order of the characters that
/// GPT-2's alphabet writes them with, as every byte-level vocabulary does; ties between pairs depend on it.
pub(super) fn alphabet() -> [u8; BYTES] {
    let mut bytes: [u8; BYTES] = std::array::from_fn(|byte| byte as u8);
    bytes.sort_by_key(|&byte| byte_symbol(byte));
    bytes
}

/// All distinct words.
#[derive(Debug)]
pub(super) struct Words {
    symbols: Vec<Vec<u32>>,
    times: Vec<i64>,
}

impl Words {
    /// # Errors
    /// None that a text could cause.
    pub fn of(text: &str) -> Result<Self, RpcError> {
        let splitter = GptWords::new()?;
        let mut places: HashMap<&str, usize> = HashMap::new();
        let (mut words, mut times) = (Vec::new(), Vec::new());
        for range in splitter.words(text) {
            let word = &text[range];
            let at = *places.entry(word).or_insert_with(|| {
                words.push(word);
                times.push(0);
                words.len() - 1
            });
            times[at] += 1;
        }
        let mut ids = [0; BYTES];
        for (id, byte) in (0u32..).zip(alphabet()) {
            ids[usize::from(byte)] = id;
        }
        let symbols = words.iter().map(|word| word.bytes().map(|byte| ids[usize::from(byte)]).collect());
        Ok(Self { symbols: symbols.collect(), times })
    }

    /// Words of the text.
    pub fn total(&self) -> i64 {
        self.times.iter().sum()
    }

    /// Different ones.
    pub fn distinct(&self) -> usize {
        self.symbols.len()
    }

    /// How often a word stands in the text.
    pub fn times(&self, word: u32) -> i64 {
        self.times[word as usize]
    }

    /// How often each pair of neighbours stands there, and in which words.
    pub fn count_pairs(&self) -> (HashMap<Pair, i64>, HashMap<Pair, Vec<u32>>) {
        let mut counts: HashMap<Pair, i64> = HashMap::new();
        let mut places: HashMap<Pair, Vec<u32>> = HashMap::new();
        for ((word, symbols), times) in (0u32..).zip(&self.symbols).zip(&self.times) {
            for pair in symbols.windows(2) {
                let pair = (pair[0], pair[1]);
                *counts.entry(pair).or_default() += times;
                let standing = places.entry(pair).or_default();
                if standing.last() != Some(&word) {
                    standing.push(word);
                }
            }
        }
        (counts, places)
    }

    /// Joins a pair wherever it stands in a word, and tells which pairs of neighbours came (1) and went (-1). Gives by how
    /// many tokens the text is shorter then.
    pub fn join(
        &mut self,
        word: u32,
        (left, right): Pair,
        id: u32,
        mut changed: impl FnMut(Pair, i64),
    ) -> u64 {
        let symbols = &mut self.symbols[word as usize];
        let (mut read, mut written) = (0, 0);
        while read < symbols.len() {
            let is_pair = symbols[read] == left && symbols.get(read + 1) == Some(&right);
            if is_pair {
                if written > 0 {
                    let before = symbols[written - 1];
                    changed((before, left), -1);
                    changed((before, id), 1);
                }
                if let Some(&after) = symbols.get(read + 2) {
                    changed((right, after), -1);
                    changed((id, after), 1);
                }
            }
            symbols[written] = if is_pair { id } else { symbols[read] };
            read += if is_pair { 2 } else { 1 };
            written += 1;
        }
        let joined = (symbols.len() - written) as u64;
        symbols.truncate(written);
        joined * self.times[word as usize].unsigned_abs()
    }
}
