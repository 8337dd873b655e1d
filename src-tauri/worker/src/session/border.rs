//! Where a sequence becomes long, in a model with two sets of divisors of the rotary frequencies.
//!
//! The engine takes the long set for every forward pass that ends behind the border, and the short set for the others
//! ([`vitrine_core::blueprint::LongRope`]). A sequence must be turned by one set alone: the long one where it is longer than
//! the border. So the first pass over such a sequence goes beyond the border, in one go, and an answer is interrupted there: its
//! sequence, which has become long, is then computed anew as a whole.

use super::held::Divisors;

/// The longest sequence in tokens that is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Border(pub Option<usize>);

impl Border {
    /// What turns a sequence of that many tokens.
    pub fn divisors(self, tokens: usize) -> Divisors {
        match self.0 {
            Some(border) if tokens > border => Divisors::Long,
            _ => Divisors::Short,
        }
    }

    /// Up to how many tokens a sequence with these divisors may grow.
    pub fn longest(self, divisors: Divisors) -> usize {
        match (divisors, self.0) {
            (Divisors::Short, Some(border)) => border,
            _ => usize::MAX,
        }
    }

    /// Where a pass over a prompt of `length` tokens ends that begins at `from` and would be `chunk` tokens long.
    pub fn end(self, from: usize, chunk: usize, length: usize) -> usize {
        let end = from + chunk;
        match self.0 {
            Some(border) if length > border && end <= border => {
                // A single token behind it is no pass of its own: it goes along.
                let end = border + 1;
                if end + 1 == length {
                    length
                } else {
                    end
                }
            }
            _ => end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_without_a_border_are_short_and_cut_as_they_were() {
        let none = Border(None);
        assert_eq!(none.divisors(usize::MAX), Divisors::Short);
        assert_eq!(none.longest(Divisors::Short), usize::MAX);
        assert_eq!(none.end(100, 64, 10_000), 164);
    }

    #[test]
    fn a_long_sequence_has_no_pass_that_ends_before_the_border() {
        let border = Border(Some(4096));
        assert_eq!((border.divisors(4096), border.divisors(4097)), (Divisors::Short, Divisors::Long));
        assert_eq!((border.longest(Divisors::Short), border.longest(Divisors::Long)), (4096, usize::MAX));
        assert_eq!(border.end(0, 256, 4096), 256, "short: cut as usual");
        assert_eq!(border.end(0, 256, 8000), 4097);
        assert_eq!(border.end(300, 256, 4097), 4097);
        assert_eq!(border.end(300, 256, 4098), 4098, "no single token is left");
        assert_eq!(border.end(4097, 256, 8000), 4353);
        assert_eq!(border.end(4000, 256, 8000), 4256);
    }
}
