//! Blocks of attention with heads of one width and a gated part or a mixture of them: Llama, Mistral, Qwen, Gemma 3, Phi 3, ERNIE 4.5,
//! Seed-OSS, dense Granite.

use serde_json::{json, Value};

use crate::protocol::RpcError;

use super::super::long_rope::{self, LongRope};
use super::super::{unsupported, Matrix, RowOrder};
use super::granite::Factors;
use super::{Facts, Places};

/// Classes whose heads are a share of the width.
const OF_SHARE: &[&str] = &["LlamaForCausalLM", "Qwen2ForCausalLM", "Phi3ForCausalLM"];

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
    if OF_SHARE.contains(&class) && head * heads != hidden {
        return Err(unsupported("heads of an unusual width"));
    }
    let (queries, keys) = (heads * head, kv_heads * head);
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
    if class == "Gemma3ForCausalLM" {
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

/// Is this block a mixture of experts? (transformers, `Qwen3MoeDecoderLayer`)
fn is_mixture(config: &Value, block: u64) -> bool {
    let dense = config["mlp_only_layers"].as_array();
    let step = config["decoder_sparse_step"].as_u64().unwrap_or(1).max(1);
    config["architectures"][0] == "Qwen3MoeForCausalLM"
        && !dense.is_some_and(|blocks| blocks.contains(&json!(block)))
        && (block + 1).is_multiple_of(step)
}
