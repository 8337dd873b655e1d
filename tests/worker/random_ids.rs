//! Prompts of random tokens, and a model for them that computes quickly.

use crate::random_model::{Blocks, Random, Shape};

impl Random {
    /// Below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.draw() % bound as u64) as usize
    }

    /// Ordinary tokens.
    pub fn ids(&mut self, count: usize) -> Vec<u32> {
        (0..count).map(|_| 300 + self.below(3000) as u32).collect()
    }
}

/// A small model with a context of this many tokens.
pub fn small(context: u32) -> Shape {
    Shape {
        layers: 6,
        embedding: 256,
        feed_forward: 768,
        heads: 8,
        kv_heads: 2,
        head_size: 64,
        context,
        blocks: Blocks::Q8_0,
    }
}
