//! Granite 3 and 4: attention or a state space (Mamba 2) in each block, then experts beside a gated part, either of
//! which a model may lack.
//!
//! The engine has one class for all of them (`granite.rs`). It always computes the gated part that
//! every token takes; a model of experts alone is given one of zeros.
//!
//! That class keeps what it has computed in a way that can't go back to an earlier point, so every turn of a conversation would be computed
//! from its beginning. Models of attention and a gated part alone are Mistral, but for four numbers: those
//! that multiply embeddings, scores, what blocks add, and logits. So these are multiplied into weights, and Mistral computes
//! them. The one for the scores is halved between queries and keys, so that neither becomes too small for
//! the scales of packed weights.

use serde_json::{json, Map, Value};

use crate::protocol::RpcError;

use super::super::unsupported;
use super::{Facts, Places};

/// The engine's class for all of the family.
pub(super) const HYBRID: &str = "GraniteMoeHybridForCausalLM";
/// The one for what is left without experts and states.
pub(super) const DENSE: &str = "MistralForCausalLM";

/// Is a model of Granite 4 made of attention and gated parts alone?
pub(super) fn is_dense(config: &Value) -> bool {
    let mut kinds = config["layer_types"].as_array().into_iter().flatten().peekable();
    kinds.peek().is_some()
        && kinds.all(|kind| kind == "attention" || kind == "full_attention")
        && config["num_local_experts"].as_u64() == Some(0)
        && config["position_embedding_type"] == "rope"
}

/// What Mistral's class takes for a dense Granite.
pub(super) fn translate_dense(config: &mut Map<String, Value>) -> Result<(), RpcError> {
    if !is_granite(config.get("model_type")) {
        return Ok(());
    }
    if config.get("hidden_act").is_some_and(|act| act != "silu") {
        return Err(unsupported("another activation than SiLU"));
    }
    if let Some(width) = config.get("shared_intermediate_size").cloned() {
        config.insert("intermediate_size".into(), width);
    }
    // Kinds of blocks, which here are all the same.
    config.remove("layer_types");
    Ok(())
}

fn is_granite(model_type: Option<&Value>) -> bool {
    model_type.is_some_and(|kind| kind == "granite" || kind == "granitemoehybrid")
}

/// What the results of matrices are multiplied with; 1 for other models.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Factors {
    /// Of queries, and of keys.
    pub scores: f32,
    /// Of what a block adds.
    pub added: f32,
}

impl Factors {
    pub fn of(facts: &Facts, head: u64) -> Self {
        if !is_granite(facts.config.get("model_type")) {
            return Self { scores: 1.0, added: 1.0 };
        }
        // The engine divides scores by the root of the width of a head.
        let scores = multiplier(facts, "attention_multiplier") * (head as f64).sqrt();
        Self { scores: scores.sqrt() as f32, added: multiplier(facts, "residual_multiplier") as f32 }
    }
}

fn multiplier(facts: &Facts, name: &str) -> f64 {
    facts.config[name].as_f64().unwrap_or(1.0)
}

/// Multiplies the table of embeddings, and the last norm instead of the logits.
pub(super) fn scale(places: &mut Places, facts: &Facts) {
    if facts.config["architectures"][0] != DENSE || !is_granite(facts.config.get("model_type")) {
        return;
    }
    for vector in &mut places.vectors {
        vector.factor = match vector.name.as_str() {
            "model.embed_tokens.weight" => multiplier(facts, "embedding_multiplier") as f32,
            "model.norm.weight" => (1.0 / multiplier(facts, "logits_scaling")) as f32,
            _ => continue,
        };
    }
}

/// Width of the gated part of a model that has none: one block of packed weights.
const NOTHING: u64 = 32;

pub(super) fn translate(config: &mut Map<String, Value>) -> Result<(), RpcError> {
    let kind = config.get("model_type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let number = |config: &Map<String, Value>, name: &str| config.get(name).and_then(Value::as_u64);
    // Other defaults than the engine's (transformers, `GraniteMoeHybridConfig`).
    config.entry("tie_word_embeddings").or_insert(json!(false));
    if kind == "granitemoehybrid" {
        let rope = config.get("position_embedding_type").is_some_and(|kind| kind == "rope");
        config.insert("position_embedding_type".into(), json!(if rope { "rope" } else { "nope" }));
        let kinds = config.get("layer_types").and_then(Value::as_array).cloned().unwrap_or_default();
        let kinds: Option<Vec<&str>> = kinds
            .iter()
            .map(|kind| match kind.as_str() {
                Some("mamba" | "linear_attention") => Some("mamba"),
                Some("attention" | "full_attention") => Some("attention"),
                _ => None,
            })
            .collect();
        let blocks = number(config, "num_hidden_layers").unwrap_or(0);
        let kinds = kinds.filter(|kinds| kinds.len() as u64 == blocks);
        let kinds = kinds.ok_or_else(|| unsupported("blocks of a kind that is not known"))?;
        config.insert("layer_types".into(), json!(kinds));
    } else {
        config.insert("position_embedding_type".into(), json!("rope"));
        config.remove("layer_types");
    }
    if kind == "granitemoe" {
        config.insert("shared_intermediate_size".into(), json!(NOTHING));
    }
    let is = |config: &Map<String, Value>, name: &str, usual: u64| {
        number(config, name).is_none_or(|number| number == usual)
    };
    if !is(config, "mamba_n_groups", 1) {
        return Err(unsupported("state spaces in several groups, whose norm the engine takes over all"));
    }
    if config.get("mamba_d_head").is_some_and(Value::is_string) {
        config.remove("mamba_d_head");
    }
    // Endless, which JSON has no number for, is the usual one.
    let limits = config.get("time_step_limit").and_then(Value::as_array);
    let limited =
        |limits: &Vec<Value>| limits.iter().any(|limit| limit.as_f64().is_some_and(|limit| limit != 0.0));
    if limits.is_some_and(limited) {
        return Err(unsupported("state spaces with limited steps of time, which the engine does not know"));
    }
    if config.get("mamba_proj_bias").is_some_and(|bias| bias == &json!(true)) {
        return Err(unsupported("state spaces with a bias"));
    }
    if config.get("hidden_act").is_some_and(|act| act != "silu") {
        return Err(unsupported("another activation than SiLU"));
    }
    Ok(())
}

pub(super) fn block(places: &mut Places, facts: &Facts, block: u64) -> Result<(), RpcError> {
    let name = |part: &str| format!("layers.{block}.{part}");
    let hidden = facts.size("hidden_size")?;
    if facts.config["layer_types"][block as usize] == "mamba" {
        state_space(places, facts, &name("mamba"))?;
    } else {
        let (heads, kv_heads, head) = facts.heads()?;
        if head * heads != hidden {
            return Err(unsupported("heads of an unusual width"));
        }
        for (part, rows, columns) in [
            ("self_attn.q_proj", hidden, hidden),
            ("self_attn.k_proj", kv_heads * head, hidden),
            ("self_attn.v_proj", kv_heads * head, hidden),
            ("self_attn.o_proj", hidden, hidden),
        ] {
            places.own_matrix(&name(part), rows, columns)?;
        }
    }
    let shared = facts.size("shared_intermediate_size")?;
    if facts.config["model_type"] == "granitemoe" {
        places.zeros(2 * shared, hidden);
        places.zeros(hidden, shared);
    } else {
        places.own_matrix(&name("shared_mlp.input_linear"), 2 * shared, hidden)?;
        places.own_matrix(&name("shared_mlp.output_linear"), hidden, shared)?;
    }
    if facts.number("num_local_experts").unwrap_or(0) > 0 {
        let (experts, width) = (facts.size("num_local_experts")?, facts.size("intermediate_size")?);
        let part = |part: &str| name(&format!("block_sparse_moe.{part}.weight"));
        places.vector(&part("input_linear"), &[experts, 2 * width, hidden])?;
        places.vector(&part("output_linear"), &[experts, hidden, width])?;
        places.vector(&part("router.layer"), &[experts, hidden])?;
    }
    for norm in ["input_layernorm", "post_attention_layernorm"] {
        places.vector(&name(&format!("{norm}.weight")), &[hidden])?;
    }
    Ok(())
}

/// All of it stays as numbers: the engine packs none.
fn state_space(places: &mut Places, facts: &Facts, name: &str) -> Result<(), RpcError> {
    let (hidden, heads) = (facts.size("hidden_size")?, facts.size("mamba_n_heads")?);
    let width = facts.size("mamba_expand")? * hidden;
    let state = facts.size("mamba_d_state")?;
    let mixed = width + 2 * state;
    let kernel = facts.size("mamba_d_conv")?;
    for (part, shape) in [
        ("in_proj.weight", &[width + mixed + heads, hidden][..]),
        ("conv1d.weight", &[mixed, 1, kernel]),
        ("dt_bias", &[heads]),
        ("A_log", &[heads]),
        ("D", &[heads]),
        ("norm.weight", &[width]),
        ("out_proj.weight", &[hidden, width]),
    ] {
        places.vector(&format!("{name}.{part}"), shape)?;
    }
    let bias = format!("{name}.conv1d.bias");
    if places.has_tensor(&bias) {
        places.vector(&bias, &[mixed])?;
    }
    Ok(())
}
