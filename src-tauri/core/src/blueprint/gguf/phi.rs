//! Phi: matrices of several parts in one, and divisors of rotary positions for short and long texts.

use serde_json::json;

use super::super::facts::Facts;
use super::super::long_rope::{self, LongRope};
use super::super::places::Places;
use super::super::{is_float, rope, unsupported, Blueprint, RowOrder, Windows};
use super::{begin, without_scaling, Builder, Sizes};
use crate::protocol::RpcError;

/// Phi 3, 3.5 mini and 4: fused matrices, and long RoPE with divisors for short and long texts.
pub(super) fn phi3(facts: &Facts) -> Result<Blueprint, RpcError> {
    let (sizes, mut config) = begin(facts, "Phi3ForCausalLM")?;
    without_scaling(facts).or_else(|error| match facts.text("rope.scaling.type") {
        Some("longrope") => Ok(()),
        _ => Err(error),
    })?;
    let Sizes { hidden, feed_forward, heads, kv_heads, head, .. } = sizes;
    if head * heads != hidden {
        return Err(unsupported("heads of an unusual width"));
    }
    let rotated = facts.optional("rope.dimension_count")?.unwrap_or(head);
    let context = facts.size("context_length")?;
    let original = facts.optional("rope.scaling.original_context_length")?.filter(|&length| length > 0);
    let original = original.unwrap_or(context);
    config.insert("hidden_act".into(), json!("silu"));
    config.insert("original_max_position_embeddings".into(), json!(original));
    config.insert("partial_rotary_factor".into(), json!(rotated as f64 / head as f64));
    let window = facts.optional("attention.sliding_window")?.filter(|&window| window > 1 && window < context);
    config.insert("sliding_window".into(), json!(window));

    let mut builder = Builder::new(facts, sizes, 0.0)?;
    let mut correction = None;
    let long = builder.places.find("rope_factors_long.weight");
    let short = builder.places.find("rope_factors_short.weight");
    if let (Some(long), Some(short)) = (long, short) {
        let (long, short) = (rope::read_factors(facts.model, long)?, rope::read_factors(facts.model, short)?);
        if long.len() as u64 * 2 != rotated || short.len() != long.len() {
            return Err(unsupported("a number of rotary divisors that does not fit the heads"));
        }
        let lengths = LongRope::new(original, context, attention_factor(facts, context, original))?;
        if lengths.longest() < context {
            return Err(unsupported("sine and cosine scaled less than the two context lengths call for"));
        }
        let numbers = |set: Vec<f32>| set.into_iter().map(f64::from).collect::<Vec<_>>();
        config.insert("rope_scaling".into(), lengths.scaling(&numbers(short), &numbers(long)));
        correction = lengths.correction();
    } else if long.is_some() || short.is_some() {
        return Err(unsupported("rotary divisors for long texts alone"));
    }
    for block in 0..builder.sizes.layers {
        let name = |part: &str| format!("blk.{block}.{part}");
        let places = &mut builder.places;
        places.matrix(&name("attn_qkv"), (heads + 2 * kv_heads) * head, hidden, RowOrder::Same)?;
        correct(places, correction, &sizes, rotated);
        places.matrix(&name("attn_output"), hidden, heads * head, RowOrder::Same)?;
        places.matrix(&name("ffn_up"), 2 * feed_forward, hidden, RowOrder::Same)?;
        places.matrix(&name("ffn_down"), hidden, feed_forward, RowOrder::Same)?;
        builder.norms(block)?;
    }
    let windows = window.map(|window| Windows {
        window: u32::try_from(window).unwrap_or(u32::MAX),
        sliding: vec![true; builder.sizes.layers as usize],
    });
    builder.finish(config, windows)
}

/// What sine and cosine are multiplied with, where the file states it and it is not what its two lengths give: that it has
/// rounded to F32.
fn attention_factor(facts: &Facts, context: u64, original: u64) -> Option<f64> {
    let scale = context as f64 / original as f64;
    let computed = if scale <= 1.0 { 1.0 } else { (1.0 + scale.ln() / (original as f64).ln()).sqrt() };
    facts.float("rope.scaling.attn_factor").filter(|stated| (stated - computed).abs() > 1e-6)
}

/// Puts the correction of the engine's factor into the matrix that was placed last, where it consists of floating-point numbers.
fn correct(places: &mut Places, correction: Option<f32>, sizes: &Sizes, turned: u64) {
    let (Some(correction), Some(matrix)) = (correction, places.matrices.last_mut()) else { return };
    let Some(tensor) = matrix.tensors().next().map(str::to_owned) else { return };
    if places.model.tensor(&tensor).is_some_and(|stored| is_float(stored.ggml_type)) {
        let rest = 2 * sizes.kv_heads * sizes.head;
        matrix.parts = long_rope::corrected(&tensor, correction, sizes.heads, sizes.head, turned, rest);
    }
}
