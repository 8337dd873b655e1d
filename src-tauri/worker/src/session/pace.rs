//! How many tokens of a prompt are computed in one go.
//!
//! A forward pass can't be interrupted. So a long prompt is read in chunks: after a stop the engine is
//! free again within one chunk. Their size depends on the model alone and not on measured time, so that
//! the same prompt is computed in the same way every time.

/// Parameters times tokens that a chunk takes: a second or two on a small computer.
const WORK: u64 = 100_000_000_000;
/// Smaller chunks waste the width of the processor's vector units, and cost a copy of the cache each.
const LEAST: u64 = 64;
/// Larger ones make no model quicker, and the attention of a long prompt makes them last.
const MOST: u64 = 256;

/// Tokens of an answer that are read again at a time: few, because a question may come meanwhile.
const REREAD: usize = 32;

#[derive(Debug, Clone, Copy)]
pub struct Pace {
    chunk: usize,
}

impl Pace {
    pub fn of(parameters: u64) -> Self {
        Self { chunk: (WORK / parameters.max(1)).clamp(LEAST, MOST) as usize }
    }

    /// How many of `left` tokens to compute next: all of them where that is not much more than a chunk.
    pub fn next(self, left: usize) -> usize {
        part(left, self.chunk)
    }

    /// How many of `left` tokens of an answer to read again next.
    pub fn rereading(self, left: usize) -> usize {
        part(left, self.chunk.min(REREAD))
    }
}

fn part(left: usize, chunk: usize) -> usize {
    if left <= chunk + chunk / 2 {
        left
    } else {
        chunk
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_smaller_in_larger_models_and_a_small_rest_goes_along() {
        assert_eq!(Pace::of(3_800_000).next(5000), 256);
        assert_eq!(Pace::of(600_000_000).next(5000), 166);
        assert_eq!(Pace::of(8_000_000_000).next(5000), 64);
        assert_eq!(Pace::of(0).next(384), 384);
        assert_eq!(Pace::of(0).next(385), 256);
        assert_eq!(Pace::of(3_800_000).rereading(500), 32);
        assert_eq!(Pace::of(3_800_000).rereading(48), 48);
    }
}
