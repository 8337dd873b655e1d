//! Where a vocabulary comes from: byte-pair encoding learned from a text, one round at a time.
//!
//! A text is split into words as GPT-2 splits them, and every word begins as its bytes. In each round the pair of
//! neighbours that stands there most often becomes one symbol, and the vocabulary has a token more. That is what `BpeTrainer` of
//! the `tokenizers` crate does; it does all of it at once and tells nothing of the way, so here the rounds are run one by one.
//! The result is the same to the last merge (`tests`), because the rule for ties is:
//! of pairs that stand there equally often, the one with the smaller left id wins, then the one with the smaller right id.
//!
//! Two habits of that trainer are kept, because they decide which pair comes next:
//!
//! * In `aaa` the pair `a a` counts twice, although only one of the two can be joined.
//! * Where two pairs give the same bytes (`ab c` and `a bc`), what stands beside the second is queued apart from what stands
//!   beside the first. Such a pair can win two rounds; the second adds no token.
//!
//! Memory: the distinct words as numbers of four bytes, and for each pair the words that it stands in. For the
//! longest text that is taken ([`MOST_TEXT_BYTES`]) that comes to some tens of megabytes.

mod queue;
mod sample;
mod words;

use hashbrown::HashMap;

use crate::protocol::{ErrorKind, RpcError, TrainingRound, TrainingRounds, TrainingStarted};
use crate::tokenizer::Tokenizer;
use queue::{Candidate, Queue};
use words::{Words, BYTES};

pub use sample::sample;

/// The longest text that is learned from, in bytes.
pub const MOST_TEXT_BYTES: usize = 4 << 20;
/// A vocabulary learned here ends there: a text of [`MOST_TEXT_BYTES`] has little more to teach.
const MOST_ROUNDS: usize = 20_000;
/// A pair that stands in one place only teaches nothing.
const LEAST_COUNT: i64 = 2;
/// Characters of the text that are shown while it shrinks.
const EXCERPT_CHARACTERS: usize = 2000;

/// Two symbols that stand side by side.
type Pair = (u32, u32);

/// What won a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Round {
    pair: Pair,
    /// The token that both give.
    id: u32,
    count: u64,
    /// After it.
    vocabulary_size: u32,
    tokens: u64,
}

/// A vocabulary while it is learned.
#[derive(Debug)]
pub struct Trainer {
    words: Words,
    /// How often each pair stands there, also those that are gone.
    counts: HashMap<Pair, i64>,
    queue: Queue,
    /// The bytes of every token, by id.
    tokens: Vec<Vec<u8>>,
    ids: HashMap<Vec<u8>, u32>,
    rounds: Vec<Round>,
    /// Length of the text in tokens.
    length: u64,
    /// No pair is left that stands there twice, or there are rounds enough.
    done: bool,
}

impl Trainer {
    /// Splits the text and counts its pairs.
    ///
    /// # Errors
    /// `InvalidParams` for a text without anything in it, `TextTooLong` with `text_bytes` and `limit_bytes`.
    pub fn new(text: &str) -> Result<Self, RpcError> {
        if text.len() > MOST_TEXT_BYTES {
            let message = format!("a text of {} bytes, and {MOST_TEXT_BYTES} are taken", text.len());
            return Err(RpcError::new(ErrorKind::TextTooLong, message)
                .with("text_bytes", text.len())
                .with("limit_bytes", MOST_TEXT_BYTES));
        }
        if text.trim().is_empty() {
            return Err(RpcError::new(ErrorKind::InvalidParams, "there is nothing to learn from"));
        }
        let words = Words::of(text)?;
        let (counts, places) = words.count_pairs();
        let mut queue = Queue::default();
        for (pair, words) in places {
            queue.push(Candidate { count: counts[&pair], pair, words });
        }
        let tokens: Vec<Vec<u8>> = words::alphabet().iter().map(|&byte| vec![byte]).collect();
        let ids = (0u32..).zip(&tokens).map(|(id, bytes)| (bytes.clone(), id)).collect();
        let length = text.len() as u64;
        Ok(Self { words, counts, queue, tokens, ids, rounds: Vec::new(), length, done: false })
    }

    /// What the text is like before the first round.
    pub fn started(&self, training: u32, text: &str) -> TrainingStarted {
        TrainingStarted {
            training,
            text_bytes: text.len() as u32,
            words: self.words.total() as u32,
            distinct_words: self.words.distinct() as u32,
            tokens: text.len() as u32,
            vocabulary_size: BYTES as u32,
            excerpt: text.chars().take(EXCERPT_CHARACTERS).collect(),
        }
    }

    /// Runs rounds until there are `wanted` of them, none is left to run, or `go_on` says no.
    pub fn run(&mut self, wanted: usize, mut go_on: impl FnMut() -> bool) {
        while self.rounds.len() < wanted && !self.done && go_on() {
            self.done = self.rounds.len() >= MOST_ROUNDS || self.run_one().is_none();
        }
    }

    /// Rounds that have been run.
    pub fn rounds(&self) -> usize {
        self.rounds.len()
    }

    /// Those from `from` on, which counts from 1, at most `count`.
    pub fn tell(&self, from: usize, count: usize) -> TrainingRounds {
        let first = from.saturating_sub(1);
        let rounds: Vec<TrainingRound> = (first + 1..)
            .zip(self.rounds.iter().skip(first).take(count))
            .map(|(at, it)| self.told(at, it))
            .collect();
        let more = !self.done || first + rounds.len() < self.rounds.len();
        TrainingRounds { rounds, more }
    }

    /// What the first `rounds` rounds have learned, as a tokenizer like any other. Of a pair that won two rounds the later one
    /// counts, as in the `tokenizers` crate.
    ///
    /// # Errors
    /// `InvalidParams` where there have been fewer.
    pub fn tokenizer(&self, rounds: usize) -> Result<Tokenizer, RpcError> {
        let Some(rounds) = self.rounds.get(..rounds) else {
            let message = format!("{rounds} rounds are asked for and {} have been run", self.rounds.len());
            return Err(RpcError::new(ErrorKind::InvalidParams, message));
        };
        let size = rounds.last().map_or(BYTES, |last| last.vocabulary_size as usize);
        let merges: Vec<(Pair, u32)> = rounds.iter().map(|round| (round.pair, round.id)).collect();
        Tokenizer::learned(&self.tokens[..size], &merges)
    }

    /// The bytes of a token.
    pub fn bytes(&self, id: u32) -> Option<&[u8]> {
        self.tokens.get(id as usize).map(Vec::as_slice)
    }

    fn told(&self, number: usize, round: &Round) -> TrainingRound {
        let (left, right) = round.pair;
        let hex = |id: u32| hex::encode(&self.tokens[id as usize]);
        TrainingRound {
            round: number as u32,
            left,
            right,
            id: round.id,
            bytes: hex(round.id),
            left_bytes: hex(left),
            right_bytes: hex(right),
            count: round.count as u32,
            vocabulary_size: round.vocabulary_size,
            tokens: round.tokens as u32,
        }
    }

    /// One round; `None` where no pair is left that is worth it.
    fn run_one(&mut self) -> Option<()> {
        let counts = &self.counts;
        let Candidate { count, pair, words } = self.queue.pop_best(|pair| counts[&pair])?;
        if count < LEAST_COUNT {
            return None;
        }
        let id = self.token_of(pair);
        let mut places: HashMap<Pair, Vec<u32>> = HashMap::new();
        for word in words {
            let times = self.words.times(word);
            self.length -= self.words.join(word, pair, id, |changed, change| {
                *self.counts.entry(changed).or_default() += change * times;
                if change > 0 {
                    let standing = places.entry(changed).or_default();
                    // A word may have it more than once.
                    if standing.last() != Some(&word) {
                        standing.push(word);
                    }
                }
            });
        }
        for (pair, words) in places {
            let count = self.counts[&pair];
            if count > 0 {
                self.queue.push(Candidate { count, pair, words });
            }
        }
        let vocabulary_size = self.tokens.len() as u32;
        self.rounds.push(Round { pair, id, count: count as u64, vocabulary_size, tokens: self.length });
        Some(())
    }

    /// The token of two joined ones: a new one, unless another pair gave the same bytes before.
    fn token_of(&mut self, (left, right): Pair) -> u32 {
        let bytes = [&self.tokens[left as usize][..], &self.tokens[right as usize]].concat();
        if let Some(&id) = self.ids.get(&bytes) {
            return id;
        }
        let id = self.tokens.len() as u32;
        self.ids.insert(bytes.clone(), id);
        self.tokens.push(bytes);
        id
    }
}

#[cfg(test)]
mod tests;
