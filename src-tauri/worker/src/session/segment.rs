//! One request to the engine, seen from inside its sampling.
//!
//! mistral.rs calls [`Segment::apply`] with the logits of every step. What to do with them is the
//! [`Writer`]'s business; here the sequence is steered: the chosen token goes back as the
//! only candidate, and at the end a sentinel, so that the engine keeps what it computed.

use std::sync::{Arc, Mutex};

use candle_core::{Device, Error, Result, Tensor};
use mistralrs::CustomLogitsProcessor;

use super::sentinel::Sentinels;

/// The error by which a sequence is ended where it is not kept, or where the engine goes on after its end.
pub const ENDED: &str = "vitrine: the sequence has ended";

/// Decides what comes next.
pub trait Writer: Send + Sync {
    /// Before the first step of a segment: this many tokens of its prompt were there already.
    fn begin(&self, _reused: usize) {}

    /// One step: the logits of the whole vocabulary after everything so far.
    fn step(&self, logits: &mut [f32]) -> Next;
}

/// What a writer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Compute on with this token.
    Token(u32),
    /// Nothing more in this segment; `following` is the token that comes after it, where that is known.
    End { following: Option<u32> },
}

/// How a segment was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// It ended with this sentinel, and what it computed is kept.
    WithSentinel { sentinel: u32 },
    /// It ended with an error that we raised, and nothing is kept.
    Dropped,
    /// The engine took over more than was computed. Nothing that came of it was used.
    WrongReuse { reused: usize },
    /// The engine never came to the end.
    NotEnded,
}

/// What was seen of a segment.
#[derive(Debug)]
pub struct Seen {
    pub left: Left,
    /// Tokens that were computed after the prompt.
    pub given: Vec<u32>,
    /// Tokens of the prompt that the engine did not compute again.
    pub reused: usize,
    /// The writer chose this token, and it can't be computed in this segment: it is a sentinel, or one too many. The segment ended,
    /// the answer did not.
    pub interrupted: Option<u32>,
}

impl Seen {
    fn nothing() -> Self {
        Self { left: Left::NotEnded, given: Vec::new(), reused: 0, interrupted: None }
    }
}

pub struct Segment {
    writer: Arc<dyn Writer>,
    prompt_length: usize,
    /// Most tokens that the engine may have taken over.
    expected_reuse: usize,
    /// `None`: end with an error, so that nothing is kept.
    sentinels: Option<Sentinels>,
    /// Most tokens, those of the prompt included, that may be computed in this segment.
    longest: usize,
    state: Mutex<State>,
}

struct State {
    begun: bool,
    over: bool,
    seen: Seen,
}

impl Segment {
    pub fn new(
        writer: Arc<dyn Writer>,
        prompt_length: usize,
        expected_reuse: usize,
        sentinels: Option<Sentinels>,
    ) -> Self {
        let state = State { begun: false, over: false, seen: Seen::nothing() };
        let longest = usize::MAX;
        Self { writer, prompt_length, expected_reuse, sentinels, longest, state: Mutex::new(state) }
    }

    /// The same, but for the number of tokens that it may compute, those of the prompt included.
    pub fn of_at_most(self, longest: usize) -> Self {
        Self { longest, ..self }
    }

    /// To be called when the engine has let go of it.
    pub fn seen(&self) -> Seen {
        let mut state = self.state.lock().expect("a panic has ended the process");
        std::mem::replace(&mut state.seen, Seen::nothing())
    }

    /// What the engine is to take for the next token; `None` ends the sequence by an error.
    fn next(&self, state: &mut State, row: &mut [f32], context: usize) -> Option<u32> {
        if state.over {
            // After an end at the first token the engine computes one step more.
            return None;
        }
        if !state.begun {
            state.begun = true;
            // At the first step the context is what was computed: all of the prompt, or the rest
            // behind what the prefix cache had.
            let reused = self.prompt_length.saturating_sub(context);
            state.seen.reused = reused;
            if reused > self.expected_reuse {
                state.over = true;
                state.seen.left = Left::WrongReuse { reused };
                return None;
            }
            self.writer.begin(reused);
        }
        match self.writer.step(row) {
            Next::Token(id) => {
                let is_sentinel = self.sentinels.is_some_and(|pair| pair.contains(id));
                if is_sentinel || self.prompt_length + state.seen.given.len() >= self.longest {
                    state.seen.interrupted = Some(id);
                    return self.end(state, Some(id));
                }
                state.seen.given.push(id);
                Some(id)
            }
            Next::End { following } => self.end(state, following),
        }
    }

    fn end(&self, state: &mut State, following: Option<u32>) -> Option<u32> {
        state.over = true;
        let sentinel = self.sentinels.map(|pair| pair.other_than(following));
        state.seen.left = match sentinel {
            Some(sentinel) => Left::WithSentinel { sentinel },
            None => Left::Dropped,
        };
        sentinel
    }
}

impl CustomLogitsProcessor for Segment {
    fn apply(&self, logits: &Tensor, context: &[u32]) -> Result<Tensor> {
        let mut row: Vec<f32> = logits.to_vec1()?;
        let length = row.len();
        let mut state = self.state.lock().expect("a panic has ended the process");
        match self.next(&mut state, &mut row, context.len()) {
            Some(id) => {
                row.fill(f32::NEG_INFINITY);
                let Some(place) = row.get_mut(id as usize) else {
                    return Err(Error::msg(format!("there is no logit for token {id}, only {length}")));
                };
                *place = 0.0;
                Tensor::from_vec(row, length, &Device::Cpu)
            }
            None => Err(Error::msg(ENDED)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives these tokens, then ends.
    struct Fixed(Mutex<Vec<Next>>);

    impl Writer for Fixed {
        fn step(&self, _logits: &mut [f32]) -> Next {
            self.0.lock().unwrap().remove(0)
        }
    }

    const PAIR: Sentinels = Sentinels([6, 7]);

    fn segment(steps: &[Next], expected_reuse: usize, sentinels: Option<Sentinels>) -> Segment {
        Segment::new(Arc::new(Fixed(Mutex::new(steps.to_vec()))), 5, expected_reuse, sentinels)
    }

    fn chosen(segment: &Segment, context: usize) -> Option<usize> {
        let logits = Tensor::from_vec(vec![1f32; 8], 8, &Device::Cpu).unwrap();
        let row: Vec<f32> = segment.apply(&logits, &vec![0; context]).ok()?.to_vec1().unwrap();
        row.iter().position(|logit| *logit == 0.0)
    }

    #[test]
    fn it_ends_with_a_sentinel_that_does_not_follow() {
        let steps = [Next::Token(1), Next::Token(2), Next::End { following: Some(6) }];
        let segment = segment(&steps, 3, Some(PAIR));
        assert_eq!([2, 6, 7].map(|context| chosen(&segment, context)), [Some(1), Some(2), Some(7)]);
        assert_eq!(chosen(&segment, 8), None, "over is over");
        let seen = segment.seen();
        assert_eq!(seen.left, Left::WithSentinel { sentinel: 7 });
        assert_eq!((seen.given, seen.reused, seen.interrupted), (vec![1, 2], 3, None));
    }

    #[test]
    fn a_sentinel_that_is_meant_interrupts() {
        let segment = segment(&[Next::Token(6)], 0, Some(PAIR));
        assert_eq!(chosen(&segment, 5), Some(7));
        let seen = segment.seen();
        assert_eq!(seen.interrupted, Some(6));
        assert_eq!((seen.left, seen.given), (Left::WithSentinel { sentinel: 7 }, vec![]));
    }

    #[test]
    fn more_reuse_than_expected_is_refused_before_anything_is_used() {
        let segment = segment(&[], 2, Some(PAIR));
        assert_eq!(chosen(&segment, 2), None);
        assert_eq!(segment.seen().left, Left::WrongReuse { reused: 3 });
    }

    #[test]
    fn without_sentinels_nothing_is_kept() {
        let segment = segment(&[Next::End { following: None }], 0, None);
        assert_eq!(chosen(&segment, 5), None);
        assert_eq!(segment.seen().left, Left::Dropped);
    }
}
