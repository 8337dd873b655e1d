//! Blocks of attention with heads of one width and a gated part or a mixture of them: Llama, Mistral, Qwen, Gemma, Phi 3, SmolLM 3,
//! ERNIE 4.5, Seed-OSS, dense Granite; and Mixtral, StarCoder 2 and GLM 4, which have other parts.

use serde_json::{json, Map, Value};

use crate::protocol::RpcError;

use super::super::long_rope::{self, LongRope};
use super::super::{unsupported, Matrix, RowOrder};
use super::granite::Factors;
use super::{Facts, Places};

/// Classes whose heads are a share of the width.
const OF_SHARE: &[&str] = &[
    "LlamaForCausalLM",
    "Qwen2ForCausalLM",
    "Phi3ForCausalLM",
    "SmolLM3ForCausalLM",
    "MixtralForCausalLM",
    "Starcoder2ForCausalLM",
];

/// A Llama or a Qwen 2 whose heads are not a share of the width is a Mistral, which knows such heads; it knows no scaled positions.
pub(super) fn stand_in(class: &str, config: &mut Map<String, Value>) {
    let number = |name: &str| config.get(name).and_then(Value::as_u64);
    let heads = number("head_dim").zip(number("num_attention_heads"));
    let is_share = heads.is_none_or(|(head, heads)| head.checked_mul(heads) == number("hidden_size"));
    if is_share || config.contains_key("rope_scaling") {
        return;
    }
    let slides = class == "Qwen2ForCausalLM" && config.get("use_sliding_window") == Some(&json!(true));
    if !slides {
        config.insert("sliding_window".into(), Value::Null);
    }
    config.insert("architectures".into(), json!(["MistralForCausalLM"]));
}

/// The blocks of a folder that look at a picture, and are passed over where there is none.
pub(super) fn looking(config: &Value) -> Vec<u64> {
    config["cross_attention_layers"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
}

/// The block `block` of the engine, which is `stored` in the folder.
pub(super) fn block(
    places: &mut Places,
    facts: &Facts,
    class: &str,
    block: u64,
    stored: u64,
) -> Result<(), RpcError> {
    let name = |part: &str| format!("layers.{stored}.{part}");
    let hidden = facts.size("hidden_size")?;
    let (heads, kv_heads, head) = facts.heads()?;
    if OF_SHARE.contains(&class) && head.saturating_mul(heads) != hidden {
        return Err(unsupported("heads of an unusual width, which the engine's class does not know"));
    }
    let (queries, keys) = (heads.saturating_mul(head), kv_heads.saturating_mul(head));
    let factors = Factors::of(facts, head);
    if class == "Phi3ForCausalLM" {
        let name = name("self_attn.qkv_proj");
        match LongRope::of(facts.config).and_then(|lengths| lengths.correction()) {
            None => places.own_matrix(&name, queries + 2 * keys, hidden)?,
            Some(correction) => {
                let share = facts.config["partial_rotary_factor"].as_f64().unwrap_or(1.0);
                let turned = (head as f64 * share) as u64;
                places.changed_matrix(&name, queries + 2 * keys, hidden, |tensor| {
                    let parts = long_rope::corrected(&tensor, correction, heads, head, turned, 2 * keys);
                    Matrix::made_of(parts, queries + 2 * keys, hidden)
                })?;
            }
        }
    } else {
        if facts.config["model_type"] == "ernie4_5" {
            // It turns neighbours, the engine's class the first half of a head against the second.
            let order = |heads| RowOrder::Interleaved { heads };
            places.ordered_matrix(&name("self_attn.q_proj"), queries, hidden, order(heads))?;
            places.ordered_matrix(&name("self_attn.k_proj"), keys, hidden, order(kv_heads))?;
        } else {
            places.scaled_matrix(&name("self_attn.q_proj"), queries, hidden, factors.scores)?;
            places.scaled_matrix(&name("self_attn.k_proj"), keys, hidden, factors.scores)?;
        }
        places.own_matrix(&name("self_attn.v_proj"), keys, hidden)?;
    }
    places.scaled_matrix(&name("self_attn.o_proj"), hidden, queries, factors.added)?;
    if is_mixture(facts.config, stored) {
        let (experts, width) = (facts.size("num_experts")?, facts.size("moe_intermediate_size")?);
        for expert in 0..experts {
            places.expert(&name("mlp.experts"), expert, experts, width, hidden)?;
        }
        places.vector(&name("mlp.gate.weight"), &[experts, hidden])?;
    } else {
        gated(places, facts, class, stored, factors)?;
    }
    let mut norms = vec![("input_layernorm", hidden), ("post_attention_layernorm", hidden)];
    if class == "Gemma3ForCausalLM" || class == "Gemma2ForCausalLM" {
        norms.extend([("pre_feedforward_layernorm", hidden), ("post_feedforward_layernorm", hidden)]);
    }
    if class.starts_with("Gemma3") || class.starts_with("Qwen3") {
        norms.extend([("self_attn.q_norm", head), ("self_attn.k_norm", head)]);
    }
    for (norm, width) in norms {
        let target = format!("layers.{block}.{norm}.weight");
        places.vector_from(&target, &name(&format!("{norm}.weight")), &[width])?;
    }
    Ok(())
}

fn gated(
    places: &mut Places,
    facts: &Facts,
    class: &str,
    stored: u64,
    factors: Factors,
) -> Result<(), RpcError> {
    let name = |part: &str| format!("layers.{stored}.{part}");
    let (hidden, width) = (facts.size("hidden_size")?, facts.size("intermediate_size")?);
    let down = if class == "Phi3ForCausalLM" {
        places.own_matrix(&name("mlp.gate_up_proj"), 2 * width, hidden)?;
        name("mlp.down_proj")
    } else if facts.config["model_type"] == "granitemoehybrid" {
        places.split_matrix(&name("shared_mlp.input_linear"), 2, width, hidden)?;
        name("shared_mlp.output_linear")
    } else {
        places.own_matrix(&name("mlp.gate_proj"), width, hidden)?;
        places.own_matrix(&name("mlp.up_proj"), width, hidden)?;
        name("mlp.down_proj")
    };
    places.scaled_matrix(&down, hidden, width, factors.added)
}

/// Queries, keys, values and output of classes whose heads are all alike.
fn attention(places: &mut Places, facts: &Facts, class: &str, block: u64) -> Result<(), RpcError> {
    let hidden = facts.size("hidden_size")?;
    let (heads, kv_heads, head) = facts.heads()?;
    if OF_SHARE.contains(&class) && head.saturating_mul(heads) != hidden {
        return Err(unsupported("heads of an unusual width"));
    }
    let (queries, keys) = (heads.saturating_mul(head), kv_heads.saturating_mul(head));
    for (part, rows, columns) in [
        ("q_proj", queries, hidden),
        ("k_proj", keys, hidden),
        ("v_proj", keys, hidden),
        ("o_proj", hidden, queries),
    ] {
        places.own_matrix(&format!("layers.{block}.self_attn.{part}"), rows, columns)?;
    }
    Ok(())
}

/// Mixtral: the router, and then `w1`, `w2`, `w3` of each expert (gate, down, up), as the engine lists them.
pub(super) fn mixtral_block(places: &mut Places, facts: &Facts, block: u64) -> Result<(), RpcError> {
    attention(places, facts, "MixtralForCausalLM", block)?;
    let (hidden, width) = (facts.size("hidden_size")?, facts.size("intermediate_size")?);
    let experts = facts.size("num_local_experts")?;
    let name = |part: &str| format!("layers.{block}.{part}");
    places.own_matrix(&name("block_sparse_moe.gate"), experts, hidden)?;
    for expert in 0..experts {
        for (part, rows, columns) in [("w1", width, hidden), ("w2", hidden, width), ("w3", width, hidden)] {
            places.own_matrix(&name(&format!("block_sparse_moe.experts.{expert}.{part}")), rows, columns)?;
        }
    }
    for norm in ["input_layernorm", "post_attention_layernorm"] {
        places.vector(&name(&format!("{norm}.weight")), &[hidden])?;
    }
    Ok(())
}

/// StarCoder 2: two matrices that nothing gates, and norms that also shift.
pub(super) fn starcoder2_block(places: &mut Places, facts: &Facts, block: u64) -> Result<(), RpcError> {
    attention(places, facts, "Starcoder2ForCausalLM", block)?;
    let (hidden, width) = (facts.size("hidden_size")?, facts.size("intermediate_size")?);
    let name = |part: &str| format!("layers.{block}.{part}");
    places.own_matrix(&name("mlp.c_fc"), width, hidden)?;
    places.own_matrix(&name("mlp.c_proj"), hidden, width)?;
    for norm in ["input_layernorm", "post_attention_layernorm"] {
        for part in ["weight", "bias"] {
            places.vector(&name(&format!("{norm}.{part}")), &[hidden])?;
        }
    }
    Ok(())
}

/// GLM 4 of the second generation: gate and up in one matrix, and norms around every part.
pub(super) fn glm4_block(places: &mut Places, facts: &Facts, block: u64) -> Result<(), RpcError> {
    attention(places, facts, "Glm4ForCausalLM", block)?;
    let (hidden, width) = (facts.size("hidden_size")?, facts.size("intermediate_size")?);
    let name = |part: &str| format!("layers.{block}.{part}");
    places.split_matrix(&name("mlp.gate_up_proj"), 2, width, hidden)?;
    places.own_matrix(&name("mlp.down_proj"), hidden, width)?;
    for norm in
        ["input_layernorm", "post_self_attn_layernorm", "post_attention_layernorm", "post_mlp_layernorm"]
    {
        places.vector(&name(&format!("{norm}.weight")), &[hidden])?;
    }
    Ok(())
}

/// Is this block a mixture of experts? (transformers, `Qwen3MoeDecoderLayer`)
fn is_mixture(config: &Value, block: u64) -> bool {
    let dense = config["mlp_only_layers"].as_array();
    let step = config["decoder_sparse_step"].as_u64().unwrap_or(1).max(1);
    config["architectures"][0] == "Qwen3MoeForCausalLM"
        && !dense.is_some_and(|blocks| blocks.contains(&json!(block)))
        && (block + 1).is_multiple_of(step)
}
