//! One step described as people see it: the chosen token, its rivals, and everything else.

use super::{opinion, top_ids, Chain, Opinion};
use crate::protocol::Alternative;

/// The numbers of a [`crate::protocol::TokenRecord`].
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    pub probability: f32,
    pub settings_probability: f32,
    pub rank: u32,
    pub entropy: f32,
    /// Best first by the model's own opinion. The chosen token need not be among them.
    pub alternatives: Vec<Alternative>,
    /// 1 minus the alternatives' sum.
    pub rest_probability: f32,
    pub rest_settings_probability: f32,
    pub rest_count: u32,
}

/// Describes the choice of `id`. `bytes` gives a token's bytes in hex.
///
/// # Panics
/// If `id` is not below `logits.len()`.
pub fn describe(
    logits: &[f32],
    opinion: &Opinion,
    chain: &Chain,
    id: u32,
    alternatives: usize,
    bytes: impl Fn(u32) -> String,
) -> Description {
    let alternatives: Vec<Alternative> = top_ids(logits, alternatives)
        .into_iter()
        .zip(1..)
        .map(|(id, rank)| Alternative {
            id,
            bytes: bytes(id),
            probability: opinion.probability(logits[id as usize]) as f32,
            settings_probability: chain.probability(id) as f32,
            rank,
            cut: chain.cut_by(id),
        })
        .collect();
    // From the doubles, so that the rest keeps its meaning when it is tiny.
    let (mut shown, mut shown_settings) = (0f64, 0f64);
    for alternative in &alternatives {
        shown += opinion.probability(logits[alternative.id as usize]);
        shown_settings += chain.probability(alternative.id);
    }
    Description {
        probability: opinion.probability(logits[id as usize]) as f32,
        settings_probability: chain.probability(id) as f32,
        rank: opinion::rank(logits, id),
        entropy: opinion.entropy,
        rest_probability: (1.0 - shown).max(0.0) as f32,
        rest_settings_probability: (1.0 - shown_settings).max(0.0) as f32,
        rest_count: (logits.len() - alternatives.len()) as u32,
        alternatives,
    }
}
