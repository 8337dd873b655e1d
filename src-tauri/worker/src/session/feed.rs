//! Writers that read a part of the prompt.

use std::sync::{Arc, Mutex};

use super::segment::{Next, Writer};
use super::Answer;

/// Ends at once: what the segment is for is its prompt.
///
/// The engine computes one step more after an end at the first token, which is lost. That step could be used for the next
/// token of the prompt, but a token that is computed alone is rounded otherwise than in a batch, and a
/// prompt is to give the same logits whether it was read in chunks or not.
pub struct Feed {
    /// What comes after the part, where that is known.
    pub following: Option<u32>,
}

impl Writer for Feed {
    fn step(&self, _logits: &mut [f32]) -> Next {
        Next::End { following: self.following }
    }
}

/// Reads the rest of a prompt token by token, then lets the answer be written. For models that can't compute it in one
/// go ([`super::kv::longest_at_once`]).
pub struct Spell {
    rest: Mutex<std::vec::IntoIter<u32>>,
    answer: Arc<dyn Answer>,
}

impl Spell {
    pub fn new(rest: Vec<u32>, answer: Arc<dyn Answer>) -> Self {
        Self { rest: Mutex::new(rest.into_iter()), answer }
    }
}

impl Writer for Spell {
    fn begin(&self, reused: usize) {
        self.answer.begin(reused);
    }

    fn step(&self, logits: &mut [f32]) -> Next {
        match self.rest.lock().expect("a panic has ended the process").next() {
            Some(_) if self.answer.is_over() => Next::End { following: None },
            Some(token) => Next::Token(token),
            None => self.answer.step(logits),
        }
    }
}
