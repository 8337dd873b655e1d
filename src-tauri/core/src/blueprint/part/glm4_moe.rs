//! GLM 4.5: a mixture of experts with some that every token takes; and GLM 4, which is the same without experts.
//!
//! Positions turn a part of each head: in GLM 4 neighbours, as the engine does, in GLM 4.5 its first half against its second
//! (transformers, `modeling_glm.py`, `modeling_glm4_moe.py`). So there rows of queries and keys, and their norms, are given
//! in the order of the engine.

use serde_json::{json, Map, Value};

use crate::protocol::RpcError;

use super::super::{unsupported, RowOrder};
use super::{Facts, Places};

pub(super) fn translate(config: &mut Map<String, Value>) -> Result<(), RpcError> {
    config.entry("partial_rotary_factor").or_insert(json!(0.5));
    if is_dense(config.get("model_type")) {
        let blocks = config.get("num_hidden_layers").cloned().unwrap_or(Value::Null);
        config.insert("first_k_dense_replace".into(), blocks);
        config.insert("use_qk_norm".into(), json!(false));
        for (name, none) in [
            ("n_routed_experts", 1),
            ("num_experts_per_tok", 1),
            ("moe_intermediate_size", 1),
            ("n_shared_experts", 0),
        ] {
            config.insert(name.into(), json!(none));
        }
    }
    one_group(config)
}

/// GLM 4, without experts?
fn is_dense(model_type: Option<&Value>) -> bool {
    model_type.is_some_and(|kind| kind == "glm")
}

/// Where experts are chosen by groups, the engine counts those of other groups as 0 instead of leaving them out, and is
/// wrong where all others are less.
pub(super) fn one_group(config: &mut Map<String, Value>) -> Result<(), RpcError> {
    let number = |name: &str| config.get(name).and_then(Value::as_u64).unwrap_or(1);
    if number("topk_group") < number("n_group") {
        return Err(unsupported("experts that are chosen by groups, which the engine does in another way"));
    }
    config.insert("n_group".into(), json!(1));
    config.insert("topk_group".into(), json!(1));
    Ok(())
}

pub(super) fn block(places: &mut Places, facts: &Facts, block: u64) -> Result<(), RpcError> {
    let name = |part: &str| format!("layers.{block}.{part}");
    let hidden = facts.size("hidden_size")?;
    let (heads, kv_heads, head) = facts.heads()?;
    let factor = facts.config["partial_rotary_factor"].as_f64().unwrap_or(0.5);
    // As the engine computes it.
    let turned = (factor as f32 * head as f32) as u64;
    if turned > head || !turned.is_multiple_of(2) {
        return Err(unsupported(format!("positions that turn {turned} of {head} numbers of a head")));
    }
    let dense = is_dense(facts.config.get("model_type"));
    let order = |heads| if dense { RowOrder::Same } else { RowOrder::Halves { heads, turned } };
    let (queries, keys) = (heads * head, kv_heads * head);
    places.ordered_matrix(&name("self_attn.q_proj"), queries, hidden, order(heads))?;
    places.ordered_matrix(&name("self_attn.k_proj"), keys, hidden, order(kv_heads))?;
    places.own_matrix(&name("self_attn.v_proj"), keys, hidden)?;
    places.own_matrix(&name("self_attn.o_proj"), hidden, queries)?;
    if dense {
        let width = facts.size("intermediate_size")?;
        places.split_matrix(&name("mlp.gate_up_proj"), 2, width, hidden)?;
        places.own_matrix(&name("mlp.down_proj"), hidden, width)?;
    } else {
        feed_forward(places, facts, block)?;
    }
    for norm in ["input_layernorm", "post_attention_layernorm"] {
        places.vector(&name(&format!("{norm}.weight")), &[hidden])?;
    }
    if facts.config["use_qk_norm"] == json!(true) {
        for norm in ["q_norm", "k_norm"] {
            places.ordered_vector(&name(&format!("self_attn.{norm}.weight")), &[head], order(1))?;
        }
    }
    Ok(())
}

/// A dense part in the first blocks, then experts, those that every token takes, and what chooses.
pub(super) fn feed_forward(places: &mut Places, facts: &Facts, block: u64) -> Result<(), RpcError> {
    let name = |part: &str| format!("layers.{block}.mlp{part}");
    let hidden = facts.size("hidden_size")?;
    if block < facts.number("first_k_dense_replace").unwrap_or(0) {
        return places.gated(&name(""), facts.size("intermediate_size")?, hidden);
    }
    let (experts, width) = (facts.size("n_routed_experts")?, facts.size("moe_intermediate_size")?);
    for expert in 0..experts {
        places.expert(&name(".experts"), expert, experts, width, hidden)?;
    }
    if facts.number("n_shared_experts").is_some_and(|shared| shared > 0) {
        let shared = facts.size("n_shared_experts")?;
        places.gated(&name(".shared_experts"), width * shared, hidden)?;
    }
    places.vector(&name(".gate.weight"), &[experts, hidden])?;
    if facts.config["architectures"][0] != "DeepseekV2ForCausalLM" {
        places.vector(&name(".gate.e_score_correction_bias"), &[experts])?;
    }
    Ok(())
}
