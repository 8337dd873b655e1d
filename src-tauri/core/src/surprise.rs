//! How much a text surprised a model, in bits.
//!
//! A token that the model gave the probability p surprises by -log2 p bits: 0 where it was certain, 1 where it was a toss of a
//! coin, 10 where it was one in a thousand. Surprise is no error, and says nothing of who wrote a text.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A token below this many bits is no surprise.
const CALM_BITS: f32 = 1.0;
/// So many of the most surprising places are named.
const PLACES: usize = 5;

/// The surprise of a probability, 0 to 149 bits: below the smallest number of 32 bits there are no smaller ones.
pub fn bits(probability: f32) -> f32 {
    -probability.clamp(f32::from_bits(1), 1.0).log2()
}

/// A token of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// `None` where nothing stands before it that it could be expected from.
    pub bits: Option<f32>,
    /// Characters of the text that begin in it.
    pub characters: u32,
}

/// A run of tokens without surprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CalmRun {
    /// Index of its first token, and of the one behind its last.
    pub from: u32,
    pub to: u32,
    pub characters: u32,
}

/// A token that surprised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SurprisingPlace {
    /// Index of the token.
    pub token: u32,
    pub bits: f32,
}

/// A text in numbers, as far as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReadSummary {
    pub tokens: u32,
    /// Those that have a surprise.
    pub measured: u32,
    /// Characters of these.
    pub characters: u32,
    /// The sum.
    pub bits: f32,
    pub bits_per_character: Option<f32>,
    /// The longest run of tokens below one bit each, in characters.
    pub calm: Option<CalmRun>,
    /// The most surprising tokens, the most surprising first. The first token of a text is not among them: any text surprises there.
    pub surprising: Vec<SurprisingPlace>,
}

/// What there is to say about the tokens of a text.
pub fn summary(tokens: &[Measured]) -> ReadSummary {
    let measured = || tokens.iter().filter_map(|token| Some((token.bits?, token.characters)));
    let characters: u32 = measured().map(|(_, characters)| characters).sum();
    let bits: f64 = measured().map(|(bits, _)| f64::from(bits)).sum();
    let mut surprising: Vec<SurprisingPlace> = (0u32..)
        .zip(tokens)
        .skip(1)
        .filter_map(|(token, it)| Some(SurprisingPlace { token, bits: it.bits? }))
        .collect();
    surprising.sort_by(|a, b| b.bits.total_cmp(&a.bits).then(a.token.cmp(&b.token)));
    surprising.truncate(PLACES);
    ReadSummary {
        tokens: tokens.len() as u32,
        measured: measured().count() as u32,
        characters,
        bits: bits as f32,
        bits_per_character: (characters > 0).then(|| (bits / f64::from(characters)) as f32),
        calm: longest_calm(tokens),
        surprising,
    }
}

fn longest_calm(tokens: &[Measured]) -> Option<CalmRun> {
    let is_calm = |token: &Measured| token.bits.is_some_and(|bits| bits < CALM_BITS);
    let mut start = 0;
    let runs = tokens.chunk_by(|a, b| is_calm(a) == is_calm(b)).map(|run| {
        let from = start;
        start += run.len() as u32;
        (from, run)
    });
    let calm = runs.filter(|(_, run)| is_calm(&run[0])).map(|(from, run)| CalmRun {
        from,
        to: from + run.len() as u32,
        characters: run.iter().map(|token| token.characters).sum(),
    });
    // Of equal ones the first.
    calm.reduce(|best, run| if run.characters > best.characters { run } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(bits: &[f32]) -> Vec<Measured> {
        let measured = |&bits: &f32| Measured { bits: (bits >= 0.0).then_some(bits), characters: 1 };
        bits.iter().map(measured).collect()
    }

    #[test]
    fn bits_are_logarithms() {
        for (probability, wanted) in [(1.0, 0.0), (0.5, 1.0), (0.25, 2.0), (1.0 / 1024.0, 10.0), (0.0, 149.0)]
        {
            assert!((bits(probability) - wanted).abs() < 1e-3, "{probability}");
        }
        assert_eq!(bits(1.5), 0.0);
    }

    #[test]
    fn a_text_is_summed_up() {
        let summary = summary(&tokens(&[-1.0, 9.0, 0.5, 0.9, 4.0, 0.1, 0.2, 0.3, 7.0, 3.0, 5.0, 6.0]));
        assert_eq!((summary.tokens, summary.measured, summary.characters), (12, 11, 11));
        assert!((summary.bits - 36.0).abs() < 1e-4);
        assert!((summary.bits_per_character.expect("characters") - 36.0 / 11.0).abs() < 1e-4);
        assert_eq!(summary.calm, Some(CalmRun { from: 5, to: 8, characters: 3 }));
        let places: Vec<u32> = summary.surprising.iter().map(|place| place.token).collect();
        assert_eq!(places, [1, 8, 11, 10, 4]);
    }

    #[test]
    fn the_first_token_is_no_surprise_and_nothing_is_nothing() {
        let one = summary(&tokens(&[12.0, 2.0]));
        assert_eq!(one.surprising, [SurprisingPlace { token: 1, bits: 2.0 }]);
        assert_eq!(one.calm, None);
        let none = summary(&[]);
        assert_eq!((none.tokens, none.bits_per_character, none.surprising.len()), (0, None, 0));
    }
}
