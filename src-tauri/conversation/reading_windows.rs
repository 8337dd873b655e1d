//! A text that is longer than what a model sees at once, in windows that overlap.
//!
//! The tokens of a window are measured behind those that the window before ended with, so that none but the first of the text
//! stands at a beginning that is none. Each token is measured once.

use std::ops::Range;

/// Of a window, so much is seen again.
const SHARE: usize = 4;
/// More of the past than this changes hardly a probability, and costs time in every window.
const MOST_OVERLAP: usize = 512;

/// How a text is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Windows {
    pub overlap: usize,
    pub windows: Vec<Window>,
}

/// A part of a text, in indexes of its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// What stands before.
    pub seen: Range<usize>,
    /// What is measured.
    pub measured: Range<usize>,
}

impl Windows {
    /// `tokens` of text for a model that sees `context` of them at once, `first` of which are put before every window (BOS).
    /// Where there is nothing to put before it, the first token is seen and not measured. `None` where a context has no room
    /// for even two tokens.
    pub fn of(tokens: usize, context: usize, first: usize) -> Option<Self> {
        let room = context.checked_sub(first).filter(|room| *room >= 2)?;
        let overlap = (room / SHARE).clamp(1, MOST_OVERLAP);
        let mut done = usize::from(first == 0).min(tokens);
        let mut windows = Vec::new();
        while done < tokens {
            let seen = if windows.is_empty() { 0..done } else { done - overlap.min(done)..done };
            let end = tokens.min(seen.start + room);
            windows.push(Window { seen, measured: done..end });
            done = end;
        }
        Some(Self { overlap, windows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_is_measured_once_behind_what_it_follows() {
        for first in [0, 1] {
            for context in [3, 8, 100, 1024, 8192] {
                for tokens in [0, 1, 2, 7, 99, 100, 101, 5000, 20_000] {
                    let Windows { overlap, windows } = Windows::of(tokens, context, first).expect("room");
                    let mut next = usize::from(first == 0).min(tokens);
                    for (number, Window { seen, measured }) in windows.iter().enumerate() {
                        assert_eq!((measured.start, seen.end), (next, next));
                        assert!(!measured.is_empty());
                        assert!(first + measured.end - seen.start <= context, "{tokens} in {context}");
                        assert!(number == 0 || seen.len() == overlap.min(measured.start));
                        assert!(first + seen.len() > 0, "a window begins with something");
                        next = measured.end;
                    }
                    assert_eq!(next, tokens);
                }
            }
        }
    }

    #[test]
    fn a_short_text_is_one_window_and_no_room_is_none() {
        assert_eq!(Windows::of(10, 100, 1).expect("room").windows, [Window { seen: 0..0, measured: 0..10 }]);
        assert_eq!(Windows::of(10, 100, 0).expect("room").windows, [Window { seen: 0..1, measured: 1..10 }]);
        assert_eq!((Windows::of(10, 2, 1), Windows::of(10, 1, 0)), (None, None));
    }
}
