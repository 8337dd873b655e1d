//! Tokens that end a sequence inside the engine and never mean anything.
//!
//! mistral.rs keeps a sequence for reuse only if it ends by a stop token, and refuses stop
//! tokens that other tokens begin with. Two are needed: the one that ends a sequence must not
//! be the token that the conversation goes on with. Should the model ever draw one of them,
//! the sequence is ended by the other and goes on in a new request.

use vitrine_core::tokenizer::Tokenizer;

/// Two different ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentinels(pub [u32; 2]);

impl Sentinels {
    pub fn contains(self, id: u32) -> bool {
        self.0.contains(&id)
    }

    /// One that is not `following`.
    pub fn other_than(self, following: Option<u32>) -> u32 {
        if following == Some(self.0[0]) {
            self.0[1]
        } else {
            self.0[0]
        }
    }
}

/// Pairs worth trying, the least likely tokens first: control tokens that end nothing, from the
/// end of the vocabulary, where the reserved ones are; then the longest of the others, which no token continues.
///
/// None of them is at or behind `ids_end`: the engine has no place for those.
pub fn candidates(tokenizer: &Tokenizer, ids_end: u32) -> Vec<Sentinels> {
    const MOST: usize = 16;
    let end_ids = tokenizer.end_ids();
    let special = (0..ids_end).rev().filter(|id| tokenizer.is_special(*id) && !end_ids.contains(id));
    let length = |id: u32| tokenizer.token_bytes(id).map_or(0, <[u8]>::len);
    let mut longest: Vec<u32> = (0..ids_end).filter(|id| !tokenizer.is_special(*id)).collect();
    let kept = MOST.min(longest.len());
    if kept < longest.len() {
        longest.select_nth_unstable_by_key(kept, |id| (std::cmp::Reverse(length(*id)), *id));
        longest.truncate(kept);
    }
    longest.sort_unstable_by_key(|id| (std::cmp::Reverse(length(*id)), *id));
    let ids: Vec<u32> = special.take(MOST).chain(longest).collect();
    ids.chunks_exact(2).map(|pair| Sentinels([pair[0], pair[1]])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentinel_differs_from_what_follows() {
        let pair = Sentinels([4, 9]);
        assert_eq!(pair.other_than(None), 4);
        assert_eq!(pair.other_than(Some(9)), 4);
        assert_eq!(pair.other_than(Some(4)), 9);
        assert!(pair.contains(9) && !pair.contains(5));
    }
}
