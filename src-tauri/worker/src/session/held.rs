//! What the engine keeps between two requests, and the shortest way from there to the next prompt.
//!
//! Pure bookkeeping: the keys and values themselves stay in mistral.rs. Its prefix cache finds
//! them again by the longest common prefix of token ids, and four things about it have to be
//! known here (mistralrs-core 0.8.1, `prefix_cacher.rs`):
//!
//! * The key under which a finished sequence is kept ends with the token that ended it, whose
//!   keys and values were never computed. A prompt that goes on with that very token would be given
//!   an empty slot. So sequences end with a sentinel, and a prompt that contains the sentinel at
//!   that place does without reuse.
//! * A prompt that is wholly contained in the key finds nothing. So the kept sequence is first
//!   replaced by one that turns off before the prompt's end ([`Way::Rewind`]).
//! * What an answer left behind is not quite what reading it would give (see [`super`]). So
//!   only what was read is used again; the rest is turned off and read.
//! * On a CPU nothing is ever thrown away. So at most one sequence is kept, and before another
//!   one is kept the old one is evicted (see [`super::requests`]).

/// Below this many common tokens a fresh start costs nothing worth mentioning.
const WORTH_IT: usize = 16;
/// Least tokens that a request with reuse leaves to be computed. With one it could be
/// overtaken by the eviction that goes with it, which is as long.
const LEAST_NEW: usize = 2;

/// What the engine's prefix cache holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    Nothing,
    /// `tokens` with keys and values, kept under `tokens` followed by `sentinel`.
    Sequence {
        tokens: Vec<u32>,
        /// So many of them were read in batches, as a prompt is; those behind were written, each computed by itself.
        read: usize,
        sentinel: u32,
        divisors: Divisors,
    },
    /// A request ended in a way that is not understood: something may be there.
    Unknown,
}

/// By which set of divisors the rotary frequencies of a sequence are divided, in a model with long RoPE
/// ([`vitrine_core::blueprint::LongRope`]). In all others every sequence counts as short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divisors {
    Short,
    Long,
}

/// How to come to the logits after a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Compute the whole prompt.
    Fresh,
    /// The first `reuse` tokens are there; compute the others.
    Extend { reuse: usize },
    /// Too much is there: first make the engine keep only `keep` tokens of the prompt.
    Rewind { keep: usize },
}

impl Held {
    /// The way to the end of `prompt` in a model whose first `longest` positions can be used again. `divisors` are those of
    /// the prompt: what the others turned is of no use to it.
    pub fn way_to(&self, prompt: &[u32], longest: usize, divisors: Divisors) -> Way {
        let Self::Sequence { tokens, read, sentinel, divisors: turned_by } = self else { return Way::Fresh };
        if *turned_by != divisors {
            return Way::Fresh;
        }
        // A cache with a sliding window has dropped what is longer.
        if tokens.len() > longest || prompt.len() > longest {
            return Way::Fresh;
        }
        let common = tokens.iter().zip(prompt).take_while(|(a, b)| a == b).count();
        let usable = common.min(*read);
        if usable < WORTH_IT {
            return Way::Fresh;
        }
        if usable == common {
            if common == tokens.len() && prompt.get(common) == Some(sentinel) {
                return Way::Fresh;
            }
            if prompt.len() - common >= LEAST_NEW {
                return Way::Extend { reuse: common };
            }
        }
        let keep = usable.min(prompt.len() - LEAST_NEW);
        if keep < WORTH_IT {
            Way::Fresh
        } else {
            Way::Rewind { keep }
        }
    }

    /// What turned the keys of the sequence, where one is held.
    pub fn divisors(&self) -> Option<Divisors> {
        match self {
            Self::Sequence { divisors, .. } => Some(*divisors),
            Self::Nothing | Self::Unknown => None,
        }
    }

    /// Does something have to be evicted before the next sequence may be kept?
    pub fn is_something(&self) -> bool {
        *self != Self::Nothing
    }

    /// Tokens that a prompt can start from.
    pub fn usable(&self) -> usize {
        match self {
            Self::Sequence { read, .. } => *read,
            Self::Nothing | Self::Unknown => 0,
        }
    }

    /// All tokens, where some of them were not read.
    pub fn unread(&self) -> Option<&[u32]> {
        match self {
            Self::Sequence { tokens, read, .. } if *read < tokens.len() => Some(tokens),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: usize = usize::MAX;
    const SENTINEL: u32 = 999;

    fn ids(range: std::ops::Range<u32>) -> Vec<u32> {
        range.collect()
    }

    fn held(tokens: Vec<u32>) -> Held {
        partly_read(tokens.clone(), tokens.len())
    }

    fn partly_read(tokens: Vec<u32>, read: usize) -> Held {
        Held::Sequence { tokens, read, sentinel: SENTINEL, divisors: Divisors::Short }
    }

    #[test]
    fn a_prompt_that_goes_on_computes_only_what_is_new() {
        let kept = held(ids(0..100));
        assert_eq!(kept.way_to(&ids(0..150), ALL, Divisors::Short), Way::Extend { reuse: 100 });
        assert_eq!(kept.way_to(&ids(0..102), ALL, Divisors::Short), Way::Extend { reuse: 100 });
        // The last token of an answer is never computed before its end, so this is how "go on" looks.
        assert_eq!(kept.way_to(&ids(0..101), ALL, Divisors::Short), Way::Rewind { keep: 99 });
    }

    #[test]
    fn a_fork_keeps_what_it_shares() {
        let kept = held(ids(0..100));
        let mut fork = ids(0..60);
        fork.extend([7, 7, 7]);
        assert_eq!(kept.way_to(&fork, ALL, Divisors::Short), Way::Extend { reuse: 60 });
        // The same question again: the prompt is wholly contained.
        assert_eq!(kept.way_to(&ids(0..40), ALL, Divisors::Short), Way::Rewind { keep: 38 });
        assert_eq!(kept.way_to(&ids(0..100), ALL, Divisors::Short), Way::Rewind { keep: 98 });
    }

    #[test]
    fn what_was_written_is_read_before_it_is_used() {
        let kept = partly_read(ids(0..100), 60);
        assert_eq!(kept.unread(), Some(ids(0..100).as_slice()));
        assert_eq!(kept.way_to(&ids(0..150), ALL, Divisors::Short), Way::Rewind { keep: 60 });
        assert_eq!(kept.way_to(&ids(0..100), ALL, Divisors::Short), Way::Rewind { keep: 60 });
        assert_eq!(kept.way_to(&ids(0..61), ALL, Divisors::Short), Way::Rewind { keep: 59 });
        // What it has in common with the prompt was read.
        let mut fork = ids(0..60);
        fork.extend([7, 7, 7]);
        assert_eq!(kept.way_to(&fork, ALL, Divisors::Short), Way::Extend { reuse: 60 });
        assert_eq!(
            partly_read(ids(0..100), WORTH_IT - 1).way_to(&ids(0..150), ALL, Divisors::Short),
            Way::Fresh
        );
        assert_eq!(held(ids(0..100)).unread(), None);
    }

    #[test]
    fn the_sentinel_is_never_taken_for_a_computed_token() {
        let kept = held(ids(0..100));
        let mut prompt = ids(0..100);
        prompt.extend([SENTINEL, 1, 2, 3]);
        assert_eq!(kept.way_to(&prompt, ALL, Divisors::Short), Way::Fresh);
        // Elsewhere it is a token like any other.
        let mut prompt = ids(0..100);
        prompt.extend([1, SENTINEL, 2, 3]);
        assert_eq!(kept.way_to(&prompt, ALL, Divisors::Short), Way::Extend { reuse: 100 });
    }

    #[test]
    fn little_or_nothing_in_common_starts_afresh() {
        assert_eq!(Held::Nothing.way_to(&ids(0..50), ALL, Divisors::Short), Way::Fresh);
        assert_eq!(Held::Unknown.way_to(&ids(0..50), ALL, Divisors::Short), Way::Fresh);
        assert_eq!(held(ids(500..600)).way_to(&ids(0..50), ALL, Divisors::Short), Way::Fresh);
        let mut barely = ids(0..WORTH_IT as u32 - 1);
        barely.extend(700..800);
        assert_eq!(held(ids(0..100)).way_to(&barely, ALL, Divisors::Short), Way::Fresh);
        assert_eq!(held(ids(0..100)).way_to(&ids(0..3), ALL, Divisors::Short), Way::Fresh);
    }

    #[test]
    fn a_sliding_window_that_has_moved_starts_afresh() {
        let kept = held(ids(0..100));
        assert_eq!(kept.way_to(&ids(0..120), 128, Divisors::Short), Way::Extend { reuse: 100 });
        assert_eq!(
            kept.way_to(&ids(0..130), 128, Divisors::Short),
            Way::Fresh,
            "it would move while the prompt is read"
        );
        assert_eq!(
            kept.way_to(&ids(0..50), 90, Divisors::Short),
            Way::Fresh,
            "it moved while the answer was written"
        );
        assert_eq!(kept.way_to(&ids(0..120), 0, Divisors::Short), Way::Fresh);
    }

    #[test]
    fn what_the_other_divisors_turned_is_computed_anew() {
        let kept = held(ids(0..100));
        assert_eq!(kept.way_to(&ids(0..150), ALL, Divisors::Long), Way::Fresh);
        let long =
            Held::Sequence { tokens: ids(0..100), read: 100, sentinel: SENTINEL, divisors: Divisors::Long };
        assert_eq!(long.way_to(&ids(0..150), ALL, Divisors::Long), Way::Extend { reuse: 100 });
        assert_eq!(long.way_to(&ids(0..60), ALL, Divisors::Short), Way::Fresh);
    }

    /// mistral.rs's search, as `search_for_matching_cache` does it: how many positions it takes over.
    fn engine_takes(key: &[u32], prompt: &[u32]) -> usize {
        let common = key.iter().zip(prompt).take_while(|(a, b)| a == b).count();
        if common == prompt.len() {
            0
        } else {
            common
        }
    }

    #[test]
    fn what_is_planned_is_what_the_engine_does_and_never_more_than_was_computed() {
        // All short sequences over three letters, the sentinel among them, behind a common beginning.
        let start = ids(100..100 + WORTH_IT as u32);
        let letters = [1, 2, SENTINEL];
        let mut tails: Vec<Vec<u32>> = vec![Vec::new()];
        for length in 0..4 {
            let longer: Vec<Vec<u32>> = tails
                .iter()
                .filter(|tail| tail.len() == length)
                .flat_map(|tail| letters.iter().map(|letter| [tail.as_slice(), &[*letter]].concat()))
                .collect();
            tails.extend(longer);
        }
        let with = |tail: &Vec<u32>| [start.as_slice(), tail.as_slice()].concat();
        let mut extended = 0;
        for kept in tails.iter().map(with) {
            let key = [kept.as_slice(), &[SENTINEL]].concat();
            let reads = WORTH_IT..=kept.len();
            for (prompt, read) in
                tails.iter().map(with).flat_map(|p| reads.clone().map(move |r| (p.clone(), r)))
            {
                match partly_read(kept.clone(), read).way_to(&prompt, ALL, Divisors::Short) {
                    Way::Extend { reuse } => {
                        assert_eq!(reuse, engine_takes(&key, &prompt), "{kept:?} to {prompt:?}");
                        assert!(reuse <= read && prompt.len() - reuse >= LEAST_NEW);
                        extended += 1;
                    }
                    Way::Rewind { keep } => {
                        assert!(keep <= read && kept[..keep] == prompt[..keep]);
                        // Turned off there, it can be gone on from.
                        let turned = [&prompt[..keep], &[u32::from(prompt[keep] == 0); 2]].concat();
                        assert_eq!(
                            held(turned).way_to(&prompt, ALL, Divisors::Short),
                            Way::Extend { reuse: keep }
                        );
                    }
                    Way::Fresh => {}
                }
            }
        }
        assert!(extended > 1000, "{extended}");
    }
}
