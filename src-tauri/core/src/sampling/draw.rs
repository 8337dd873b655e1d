//! Randomness that can be had again.

use rand_chacha::rand_core::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A uniform number in [0, 1) that depends on `seed` and `step` alone.
///
/// Every step has a stream of its own instead of the next number of one stream: an answer
/// that was continued, forked or partly forced draws at each place what it would have drawn anyway.
pub fn uniform(seed: u64, step: u64) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(step);
    // 53 random bits: every double of the form n / 2^53.
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}
