//! Attention whose keys and values are made of a few common numbers (multi-head latent attention): DeepSeek 2 and 3, GLM 4.7 Flash.
//!
//! On a CPU the engine attends to values as if they were as wide as keys. So they are made as wide, with zeros: rows
//! of zeros behind those of every head's values (`kv_b_proj`), and columns of zeros where the output takes
//! them up (`o_proj`). What is computed stays the same; the cache keeps the zeros too.
//!
//! transformers takes the norms of the common numbers with 1e-6 whatever `rms_norm_eps` says, the engine with
//! that. A norm of numbers that are s times as large, with s² times the constant, is the same; so the
//! rows that make them are multiplied.

use serde_json::{json, Map, Value};

use crate::protocol::RpcError;

use super::super::{unsupported, Gaps, Matrix, RowOrder, Rows};
use super::{glm4_moe, Facts, Places};

/// The constant of the norms of what keys, values and queries are made of (transformers, `DeepseekV2RMSNorm`).
const EPSILON: f64 = 1e-6;

pub(super) fn translate(class: &str, config: &mut Map<String, Value>) -> Result<(), RpcError> {
    let is = |config: &Map<String, Value>, name: &str, usual: Value| {
        config.get(name).is_none_or(|value| value.is_null() || *value == usual)
    };
    glm4_moe::one_group(config)?;
    config.entry("attention_bias").or_insert(json!(false));
    if !is(config, "moe_layer_freq", json!(1)) {
        return Err(unsupported("experts in some of the blocks only"));
    }
    if !is(config, "rope_interleave", json!(true)) {
        return Err(unsupported("positions that turn halves instead of neighbours"));
    }
    match class {
        "DeepseekV2ForCausalLM" => {
            // With a single group both are the same.
            config.insert("topk_method".into(), json!("greedy"));
            if !is(config, "norm_topk_prob", json!(false)) || !is(config, "scoring_func", json!("softmax")) {
                return Err(unsupported("experts that are weighed in another way than the engine's"));
            }
        }
        "DeepseekV3ForCausalLM" => {
            config.entry("topk_method").or_insert(json!("noaux_tc"));
            config.entry("scoring_func").or_insert(json!("sigmoid"));
            let usual =
                is(config, "topk_method", json!("noaux_tc")) && is(config, "scoring_func", json!("sigmoid"));
            if !usual || !is(config, "norm_topk_prob", json!(true)) {
                return Err(unsupported("experts that are weighed in another way than the engine's"));
            }
        }
        _ => {
            if !is(config, "norm_topk_prob", json!(true)) {
                return Err(unsupported("experts that are weighed in another way than the engine's"));
            }
            dense_blocks(config)?;
        }
    }
    if let Some(scaling) = config.get("rope_scaling").and_then(Value::as_object).cloned() {
        config.insert("rope_scaling".into(), yarn(&scaling)?);
    }
    Ok(())
}

/// GLM names the kind of every block; the engine takes how many are dense in the beginning.
fn dense_blocks(config: &mut Map<String, Value>) -> Result<(), RpcError> {
    let Some(kinds) = config.get("mlp_layer_types").and_then(Value::as_array) else {
        config.entry("first_k_dense_replace").or_insert(json!(1));
        return Ok(());
    };
    let dense = kinds.iter().take_while(|kind| *kind == "dense").count();
    if kinds.iter().skip(dense).any(|kind| kind != "sparse") {
        return Err(unsupported("blocks without experts among those with"));
    }
    let dense = json!(dense);
    config.insert("first_k_dense_replace".into(), dense);
    Ok(())
}

/// YaRN as the engine's class takes it. Both scale sine and cosine by the quotient of two numbers that are made of `mscale`
/// and `mscale_all_dim` (transformers, `_compute_yarn_parameters`); where one of them is missing, transformers takes 1 and 0.
fn yarn(scaling: &Map<String, Value>) -> Result<Value, RpcError> {
    let number = |name: &str| scaling.get(name).and_then(Value::as_f64);
    let (mscale, all) = (number("mscale").unwrap_or(0.0), number("mscale_all_dim").unwrap_or(0.0));
    let other = number("attention_factor").is_some() || scaling.get("truncate") == Some(&json!(false));
    if other || (mscale == 0.0 && all != 0.0) {
        return Err(unsupported("rotary positions that are scaled in an unusual way"));
    }
    let (mscale, all) = if mscale != 0.0 && all != 0.0 { (mscale, all) } else { (1.0, 0.0) };
    let original = scaling.get("original_max_position_embeddings").and_then(Value::as_u64);
    let (Some(factor), Some(original)) = (number("factor"), original) else {
        return Err(unsupported("scaled rotary positions without a factor or the original length"));
    };
    Ok(json!({
        "type": "yarn",
        "factor": factor,
        "original_max_position_embeddings": original,
        "beta_fast": number("beta_fast").filter(|&beta| beta != 0.0).unwrap_or(32.0),
        "beta_slow": number("beta_slow").filter(|&beta| beta != 0.0).unwrap_or(1.0),
        "mscale": mscale,
        "mscale_all_dim": all,
    }))
}

/// Widths of a head.
struct Widths {
    /// Of keys, without the numbers that positions turn.
    plain: u64,
    turned: u64,
    values: u64,
}

impl Widths {
    fn of(facts: &Facts) -> Result<Self, RpcError> {
        let widths = Self {
            plain: facts.size("qk_nope_head_dim")?,
            turned: facts.size("qk_rope_head_dim")?,
            values: facts.size("v_head_dim")?,
        };
        if widths.values > widths.keys() {
            return Err(unsupported("values that are wider than keys"));
        }
        Ok(widths)
    }

    fn keys(&self) -> u64 {
        self.plain + self.turned
    }

    /// What values lack.
    fn missing(&self) -> u64 {
        self.keys() - self.values
    }
}

/// Tells the engine of the wider values.
pub(super) fn widen(class: &str, config: &mut Value) {
    let width = config["qk_nope_head_dim"].as_u64().zip(config["qk_rope_head_dim"].as_u64());
    if let Some((plain, turned)) = width.filter(|_| is_latent(class)) {
        config["v_head_dim"] = json!(plain + turned);
    }
}

fn is_latent(class: &str) -> bool {
    ["DeepseekV2ForCausalLM", "DeepseekV3ForCausalLM", "Glm4MoeLiteForCausalLM"].contains(&class)
}

pub(super) fn block(places: &mut Places, facts: &Facts, block: u64) -> Result<(), RpcError> {
    let name = |part: &str| format!("layers.{block}.{part}");
    let (hidden, heads) = (facts.size("hidden_size")?, facts.size("num_attention_heads")?);
    let widths = Widths::of(facts)?;
    let epsilon = facts.config["rms_norm_eps"].as_f64().filter(|&epsilon| epsilon > 0.0);
    let factor = (epsilon.unwrap_or(EPSILON) / EPSILON).sqrt() as f32;
    // The first `scaled` of `rows` rows.
    let larger = |rows: u64, scaled: u64| {
        move |tensor: String| {
            let mut parts = vec![Rows::Stored { tensor: tensor.clone(), first: 0, count: scaled, factor }];
            if scaled < rows {
                parts.push(Rows::of(tensor, scaled, rows - scaled));
            }
            Matrix::made_of(parts, rows, hidden)
        }
    };
    let queries = heads * widths.keys();
    if facts.config["q_lora_rank"].is_null() {
        places.own_matrix(&name("self_attn.q_proj"), queries, hidden)?;
    } else {
        let rank = facts.size("q_lora_rank")?;
        places.changed_matrix(&name("self_attn.q_a_proj"), rank, hidden, larger(rank, rank))?;
        places.own_matrix(&name("self_attn.q_b_proj"), queries, rank)?;
        places.vector(&name("self_attn.q_a_layernorm.weight"), &[rank])?;
    }
    let rank = facts.size("kv_lora_rank")?;
    let both = rank + widths.turned;
    places.changed_matrix(&name("self_attn.kv_a_proj_with_mqa"), both, hidden, larger(both, rank))?;
    places.vector(&name("self_attn.kv_a_layernorm.weight"), &[rank])?;
    let (stored, missing) = (widths.plain + widths.values, widths.missing());
    places.changed_matrix(&name("self_attn.kv_b_proj"), heads * stored, rank, |tensor| {
        let head = |head: u64| [Rows::of(&tensor, head * stored, stored), Rows::Zeros { count: missing }];
        Matrix::made_of((0..heads).flat_map(head).collect(), heads * (stored + missing), rank)
    })?;
    places.changed_matrix(&name("self_attn.o_proj"), hidden, heads * widths.values, |tensor| {
        let gaps = Gaps { kept: widths.values, zeros: missing };
        Matrix {
            gaps: Some(gaps),
            order: RowOrder::Same,
            ..Matrix::of(tensor, hidden, heads * widths.keys())
        }
    })?;
    glm4_moe::feed_forward(places, facts, block)?;
    for norm in ["input_layernorm", "post_attention_layernorm"] {
        places.vector(&name(&format!("{norm}.weight")), &[hidden])?;
    }
    Ok(())
}
