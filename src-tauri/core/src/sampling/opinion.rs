//! What the model itself thinks, before any setting.

use super::{before, best_first};

/// Softmax of one row of raw logits, kept as the two numbers that make it.
#[derive(Debug, Clone, Copy)]
pub struct Opinion {
    max: f32,
    /// ln of the sum of exp(logit - max).
    log_sum: f64,
    /// Shannon entropy in bits.
    pub entropy: f32,
}

impl Opinion {
    /// `None` where no logit is a finite number: the computation went wrong.
    pub fn of(logits: &[f32]) -> Option<Self> {
        let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        if !max.is_finite() {
            return None;
        }
        let (mut sum, mut weighted) = (0f64, 0f64);
        for &logit in logits {
            let distance = f64::from(logit - max);
            // NaN and -inf count as impossible.
            if distance > f64::NEG_INFINITY {
                let weight = distance.exp();
                sum += weight;
                weighted += weight * distance;
            }
        }
        let log_sum = sum.ln();
        // H = -sum p ln p with ln p = distance - log_sum.
        let nats = log_sum - weighted / sum;
        Some(Self { max, log_sum, entropy: (nats / std::f64::consts::LN_2).max(0.0) as f32 })
    }

    /// ln of the sum of exp(logit): the logit of a token is ln of its probability plus this.
    pub fn log_sum_exp(&self) -> f64 {
        f64::from(self.max) + self.log_sum
    }

    /// The probability (0 to 1) of a token with this logit.
    pub fn probability(&self, logit: f32) -> f64 {
        let distance = f64::from(logit - self.max);
        if distance.is_nan() {
            0.0
        } else {
            (distance - self.log_sum).exp()
        }
    }
}

/// The place of `id` among all logits; 1 is the best. O(vocabulary).
pub(super) fn rank(logits: &[f32], id: u32) -> u32 {
    let own = (logits[id as usize], id);
    1 + logits.iter().zip(0u32..).filter(|&(&logit, other)| before((logit, other), own)).count() as u32
}

/// The ids of the `k` highest values, best first. O(vocabulary) for small k.
pub fn top_ids(values: &[f32], k: usize) -> Vec<u32> {
    let k = k.min(values.len());
    if k == 0 {
        return Vec::new();
    }
    let mut all: Vec<(f32, u32)> = values
        .iter()
        .zip(0u32..)
        .map(|(&v, id)| (if v.is_nan() { f32::NEG_INFINITY } else { v }, id))
        .collect();
    if k < all.len() {
        all.select_nth_unstable_by(k - 1, |a, b| best_first(*a, *b));
        all.truncate(k);
    }
    all.sort_unstable_by(|a, b| best_first(*a, *b));
    all.into_iter().map(|(_, id)| id).collect()
}
