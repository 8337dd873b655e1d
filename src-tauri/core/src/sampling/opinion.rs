//! What the model itself thinks, before any setting.

use super::sweep;

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
        let max = sweep::max(logits);
        if !max.is_finite() {
            return None;
        }
        let (sum, weighted) = sweep::weigh(logits, max, 1.0);
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
    let at = id as usize;
    // Of equals the smaller id comes first.
    1 + sweep::count_from(&logits[..at], logits[at]) + sweep::count_above(&logits[at + 1..], logits[at])
}

/// The ids of the `k` highest values, best first. O(vocabulary) for small k.
pub fn top_ids(values: &[f32], k: usize) -> Vec<u32> {
    sweep::best(values, k).into_iter().map(|(_, id)| id).collect()
}
