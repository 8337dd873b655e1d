//! Qwen 3 Next: three blocks of linear attention, then one of full attention, and a mixture of experts in each.

use serde_json::{json, Map, Value};

use crate::protocol::RpcError;

use super::super::unsupported;
use super::{Facts, Places};

pub(super) fn translate(config: &mut Map<String, Value>) -> Result<(), RpcError> {
    let number = |name: &str, usual: u64| config.get(name).and_then(Value::as_u64).unwrap_or(usual);
    let every = number("full_attention_interval", 4).max(1);
    let kinds = config.get("layer_types").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let regular = (1u64..)
        .zip(kinds)
        .all(|(block, kind)| *kind == if block % every == 0 { "full_attention" } else { "linear_attention" });
    if !regular {
        return Err(unsupported("linear attention in another pattern of blocks than the engine's"));
    }
    let dense =
        config.get("mlp_only_layers").and_then(Value::as_array).is_some_and(|blocks| !blocks.is_empty());
    if dense || number("decoder_sparse_step", 1) != 1 {
        return Err(unsupported("blocks without experts among those with"));
    }
    config.entry("tie_word_embeddings").or_insert(json!(false));
    config.entry("hidden_act").or_insert(json!("silu"));
    Ok(())
}

pub(super) fn block(places: &mut Places, facts: &Facts, block: u64) -> Result<(), RpcError> {
    let name = |part: &str| format!("layers.{block}.{part}");
    let hidden = facts.size("hidden_size")?;
    let every = facts.number("full_attention_interval").unwrap_or(4).max(1);
    if (block + 1).is_multiple_of(every) {
        let (heads, kv_heads, head) = facts.heads()?;
        for (part, rows, columns) in [
            // Queries, and a gate for what comes out.
            ("self_attn.q_proj", 2 * heads * head, hidden),
            ("self_attn.k_proj", kv_heads * head, hidden),
            ("self_attn.v_proj", kv_heads * head, hidden),
            ("self_attn.o_proj", hidden, heads * head),
        ] {
            places.own_matrix(&name(part), rows, columns)?;
        }
        for norm in ["q_norm", "k_norm"] {
            places.vector(&name(&format!("self_attn.{norm}.weight")), &[head])?;
        }
    } else {
        linear_attention(places, facts, &name("linear_attn"))?;
    }
    let (experts, width) = (facts.size("num_experts")?, facts.size("moe_intermediate_size")?);
    for expert in 0..experts {
        places.expert(&name("mlp.experts"), expert, experts, width, hidden)?;
    }
    places.gated(&name("mlp.shared_expert"), facts.size("shared_expert_intermediate_size")?, hidden)?;
    places.vector(&name("mlp.gate.weight"), &[experts, hidden])?;
    places.vector(&name("mlp.shared_expert_gate.weight"), &[1, hidden])?;
    for norm in ["input_layernorm", "post_attention_layernorm"] {
        places.vector(&name(&format!("{norm}.weight")), &[hidden])?;
    }
    Ok(())
}

/// Only the last of its matrices is packed by the engine.
fn linear_attention(places: &mut Places, facts: &Facts, name: &str) -> Result<(), RpcError> {
    let hidden = facts.size("hidden_size")?;
    let heads = facts.size("linear_num_value_heads")?;
    let keys = facts.size("linear_num_key_heads")? * facts.size("linear_key_head_dim")?;
    let head = facts.size("linear_value_head_dim")?;
    let values = heads * head;
    let kernel = facts.number("linear_conv_kernel_dim").unwrap_or(4);
    places.own_matrix(&format!("{name}.out_proj"), hidden, values)?;
    for (part, shape) in [
        ("in_proj_qkvz.weight", &[2 * keys + 2 * values, hidden][..]),
        ("in_proj_ba.weight", &[2 * heads, hidden]),
        ("conv1d.weight", &[2 * keys + values, 1, kernel]),
        ("dt_bias", &[heads]),
        ("A_log", &[heads]),
        ("norm.weight", &[head]),
    ] {
        places.vector(&format!("{name}.{part}"), shape)?;
    }
    Ok(())
}
