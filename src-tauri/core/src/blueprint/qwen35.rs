//! The text part of Qwen 3.5: linear attention, with a full one at every fourth block.
//!
//! The engine knows it only together with eyes, and those take memory for nothing when only text is read. So its classes are
//! given eyes without blocks, and the text part goes into the engine's own container, from which alone they read
//! experts on a CPU. What linear attention projects to stays F32 in them, packed or not.

use serde_json::{json, Map, Value};

use crate::protocol::{CacheShape, RpcError};

use super::part::{size, Places};
use super::{unsupported, Blank};

pub(super) const DENSE: &str = "Qwen3_5ForConditionalGeneration";
pub(super) const MIXTURE: &str = "Qwen3_5MoeForConditionalGeneration";

/// How the engine's classes name their tensors.
pub(super) const TARGET: &str = "model.language_model.";

/// Is it one of the classes?
pub fn is_one(class: &str) -> bool {
    [DENSE, MIXTURE].contains(&class)
}

/// What the classes ask for beside the text part.
pub(super) fn configure(
    text: &mut Map<String, Value>,
    config: &mut Map<String, Value>,
) -> Result<(), RpcError> {
    let every = text.get("full_attention_interval").and_then(Value::as_u64).unwrap_or(4).max(1);
    let types = text.get("layer_types").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let regular = (1u64..)
        .zip(types)
        .all(|(block, kind)| *kind == if block % every == 0 { "full_attention" } else { "linear_attention" });
    if !regular {
        return Err(unsupported("linear attention in another pattern of blocks than the engine's"));
    }
    if text.get("mlp_only_layers").and_then(Value::as_array).is_some_and(|blocks| !blocks.is_empty()) {
        return Err(unsupported(
            "Qwen 3.5 with experts in some blocks only, which the engine does not compute",
        ));
    }
    // They always divide by their sum (transformers, `Qwen3_5MoeTopKRouter`).
    text.insert("norm_topk_prob".into(), json!(true));
    let says = |of: &Map<String, Value>| of.get("tie_word_embeddings") == Some(&json!(true));
    let tied = says(config) || says(text);
    config.insert("tie_word_embeddings".into(), json!(tied));
    positions(text);
    let eyes = json!({
        "depth": 0, "hidden_size": EYES, "out_hidden_size": 1, "intermediate_size": 1, "num_heads": 1, "in_chans": 1,
        "patch_size": 1, "spatial_merge_size": 1, "temporal_patch_size": 2, "num_position_embeddings": 1,
        "deepstack_visual_indexes": [],
    });
    config.insert("vision_config".into(), eyes);
    Ok(())
}

/// Directions of positions in pictures, which the classes insist on; in text all three are the same.
const DIRECTIONS: [u64; 3] = [11, 11, 10];

/// Puts in what the classes ask for and a configuration may leave out.
fn positions(text: &mut Map<String, Value>) {
    let mut given = text.get("rope_parameters").and_then(Value::as_object).cloned().unwrap_or_default();
    for name in ["rope_theta", "partial_rotary_factor"] {
        if let (false, Some(value)) = (given.contains_key(name), text.get(name)) {
            given.insert(name.into(), value.clone());
        }
    }
    given.entry("mrope_section").or_insert(json!(DIRECTIONS));
    text.insert("rope_parameters".into(), Value::Object(given));
}

/// Width of the eyes that see nothing; rotary positions need four.
const EYES: u64 = 4;

/// Everything that the engine's classes read, in their order.
pub(super) fn take(config: &mut Value, places: &mut Places) -> Result<Vec<Blank>, RpcError> {
    let text = &config["text_config"];
    let size = |name: &str| size(text, name);
    let (hidden, vocabulary) = (size("hidden_size")?, size("vocab_size")?);
    let is_mixture = config["architectures"][0] == MIXTURE;
    let is_tied = places.output(&config["tie_word_embeddings"], vocabulary, hidden)?;
    if is_tied {
        places.own_matrix("embed_tokens", vocabulary, hidden)?;
    }
    places.vector("embed_tokens.weight", &[vocabulary, hidden])?;
    places.vector("norm.weight", &[hidden])?;
    let every = text["full_attention_interval"].as_u64().unwrap_or(4).max(1);
    for block in 0..size("num_hidden_layers")? {
        let name = |part: &str| format!("layers.{block}.{part}");
        if (block + 1).is_multiple_of(every) {
            let head = size("head_dim")?;
            let queries = size("num_attention_heads")?.saturating_mul(head);
            let keys = size("num_key_value_heads")?.saturating_mul(head);
            // With every query comes the gate of its result.
            places.own_matrix(&name("self_attn.q_proj"), queries.saturating_mul(2), hidden)?;
            places.own_matrix(&name("self_attn.k_proj"), keys, hidden)?;
            places.own_matrix(&name("self_attn.v_proj"), keys, hidden)?;
            places.own_matrix(&name("self_attn.o_proj"), hidden, queries)?;
            places.vector(&name("self_attn.q_norm.weight"), &[head])?;
            places.vector(&name("self_attn.k_norm.weight"), &[head])?;
        } else {
            let (heads, head) = (size("linear_num_value_heads")?, size("linear_value_head_dim")?);
            let values = heads.saturating_mul(head);
            let keys = size("linear_num_key_heads")?.saturating_mul(size("linear_key_head_dim")?);
            let mixed = keys.saturating_mul(2).saturating_add(values);
            places.own_matrix(&name("linear_attn.out_proj"), hidden, values)?;
            for (part, shape) in [
                ("in_proj_qkv.weight", vec![mixed, hidden]),
                ("in_proj_z.weight", vec![values, hidden]),
                ("in_proj_b.weight", vec![heads, hidden]),
                ("in_proj_a.weight", vec![heads, hidden]),
                ("conv1d.weight", vec![mixed, 1, text["linear_conv_kernel_dim"].as_u64().unwrap_or(4)]),
                ("dt_bias", vec![heads]),
                ("A_log", vec![heads]),
                ("norm.weight", vec![head]),
            ] {
                places.vector(&name(&format!("linear_attn.{part}")), &shape)?;
            }
        }
        if is_mixture {
            let (experts, width) = (size("num_experts")?, size("moe_intermediate_size")?);
            for expert in 0..experts {
                places.expert(&name("mlp.experts"), expert, experts, width, hidden)?;
            }
            places.gated(&name("mlp.shared_expert"), size("shared_expert_intermediate_size")?, hidden)?;
            places.vector(&name("mlp.gate.weight"), &[experts, hidden])?;
            places.vector(&name("mlp.shared_expert_gate.weight"), &[1, hidden])?;
        } else {
            places.gated(&name("mlp"), size("intermediate_size")?, hidden)?;
        }
        for norm in ["input_layernorm", "post_attention_layernorm"] {
            places.vector(&name(&format!("{norm}.weight")), &[hidden])?;
        }
    }
    config["tie_word_embeddings"] = json!(is_tied);
    config["text_config"]["tie_word_embeddings"] = json!(is_tied);
    Ok([
        ("patch_embed.proj.weight", vec![EYES, 1, 2, 1, 1]),
        ("patch_embed.proj.bias", vec![EYES]),
        ("pos_embed.weight", vec![1, EYES]),
        ("merger.norm.weight", vec![EYES]),
        ("merger.norm.bias", vec![EYES]),
        ("merger.linear_fc1.weight", vec![EYES, EYES]),
        ("merger.linear_fc1.bias", vec![EYES]),
        ("merger.linear_fc2.weight", vec![1, EYES]),
        ("merger.linear_fc2.bias", vec![1]),
    ]
    .into_iter()
    .map(|(name, shape)| Blank { name: format!("model.visual.{name}"), shape })
    .collect())
}

/// What the cache of a translated configuration takes; `None` where a size makes no sense.
///
/// Keys and values of the blocks with full attention. The others have a state of one size, however long the context is: as
/// many numbers as a window of one token in so many layers.
pub(crate) fn cache(text: &Value, number_bytes: u32) -> Option<CacheShape> {
    let number = |name: &str| text[name].as_u64().filter(|&number| number > 0);
    let layers = number("num_hidden_layers")?;
    let full = layers / number("full_attention_interval").unwrap_or(4);
    let width = number("num_key_value_heads")?.checked_mul(number("head_dim")?)?.checked_mul(2)?;
    let key = number("linear_key_head_dim")?;
    let values = number("linear_num_value_heads")?.checked_mul(number("linear_value_head_dim")?)?;
    let mixed = number("linear_num_key_heads")?.checked_mul(key)?.checked_mul(2)?.checked_add(values)?;
    let convolved = mixed.checked_mul(number("linear_conv_kernel_dim").unwrap_or(4))?;
    let state = values.checked_mul(key)?.checked_add(convolved)?.checked_mul(layers - full)?;
    let word = |number: u64| u32::try_from(number).ok();
    Some(CacheShape {
        layers: word(full)?,
        window_layers: word(state.div_ceil(width))?,
        window: 1,
        width: word(width)?,
        number_bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Qwen/Qwen3.5-35B-A3B has 40 blocks: 10 with 2 heads of 256, 30 with a state of 32 heads of 128 x 128 and 4 tokens of
    /// what is convolved.
    #[test]
    fn the_cache_counts_full_attention_by_token_and_states_once() {
        let text = json!({
            "num_hidden_layers": 40, "num_key_value_heads": 2, "head_dim": 256, "linear_key_head_dim": 128,
            "linear_value_head_dim": 128, "linear_num_key_heads": 16, "linear_num_value_heads": 32,
            "linear_conv_kernel_dim": 4, "full_attention_interval": 4,
        });
        let shape = cache(&text, 4).expect("a shape");
        let states = 30 * (32 * 128 * 128 + 4 * (2 * 16 * 128 + 32 * 128));
        assert_eq!(shape.bytes(1000), 4 * (10 * 2 * 512 * 1000 + states));
    }
}
