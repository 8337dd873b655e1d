//! Which matrices have a bias.
//!
//! transformers builds a matrix with a bias where its class or the configuration says so, and passes over one in the files
//! that it has not asked for; the engine's classes do the same by rules of their own. So both are written down here: a folder whose
//! biases are not those that its configuration calls for is refused, and one with biases that the engine's class does not read
//! goes into it by way of its container, which holds a bias beside every matrix.

use serde_json::{json, Value};

use crate::protocol::RpcError;

use super::super::{defaults, unsupported};
use super::Places;

/// Parts of attention, of the gated or plain part behind it, and of both.
const QUERIES: &[&str] = &["q_proj", "k_proj", "v_proj"];
const ATTENTION: &[&str] = &["q_proj", "k_proj", "v_proj", "o_proj"];
const OUTPUT: &[&str] = &["o_proj"];
const GATED: &[&str] = &["gate_proj", "up_proj", "down_proj"];
const ALL: &[&str] =
    &["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "c_fc", "c_proj"];
/// Of attention over common numbers.
const LATENT: &[&str] = &["q_a_proj", "kv_a_proj_with_mqa", "o_proj"];

/// When matrices have a bias.
#[derive(Debug, Clone, Copy)]
enum When {
    Always,
    /// Where this key of the configuration is true.
    Says(&'static str),
}

use When::{Always, Says};

/// Matrices that have one.
type Rules = &'static [(&'static [&'static str], When)];

const BY_ATTENTION: Rules = &[(ATTENTION, Says("attention_bias"))];
const BY_BOTH: Rules = &[(ATTENTION, Says("attention_bias")), (GATED, Says("mlp_bias"))];
const BY_QUERIES: Rules = &[(QUERIES, Says("attention_bias"))];
const QWEN_2: Rules = &[(QUERIES, Always)];

/// By kind of text part (transformers 5.24, `nn.Linear` in `models/*/modeling_*.py`). Kinds that are not here have none.
const KINDS: &[(&str, Rules)] = &[
    ("llama", BY_BOTH),
    ("granite", BY_BOTH),
    ("smollm3", BY_BOTH),
    ("granitemoe", BY_ATTENTION),
    ("granitemoehybrid", BY_ATTENTION),
    ("gemma", BY_ATTENTION),
    ("gemma2", BY_ATTENTION),
    ("gemma3_text", BY_ATTENTION),
    ("gemma4_text", BY_ATTENTION),
    ("qwen2", QWEN_2),
    ("qwen2_vl", QWEN_2),
    ("qwen2_vl_text", QWEN_2),
    ("qwen2_5_vl", QWEN_2),
    ("qwen2_5_vl_text", QWEN_2),
    ("qwen3", BY_ATTENTION),
    ("qwen3_vl_text", BY_ATTENTION),
    ("qwen3_moe", BY_ATTENTION),
    ("qwen3_vl_moe_text", BY_ATTENTION),
    ("qwen3_next", BY_ATTENTION),
    ("qwen3_5_text", BY_ATTENTION),
    ("qwen3_5_moe_text", BY_ATTENTION),
    ("glm", BY_QUERIES),
    ("glm4", BY_QUERIES),
    ("glm4_moe", BY_QUERIES),
    ("glm4_moe_lite", &[(LATENT, Says("attention_bias"))]),
    ("deepseek_v2", &[(LATENT, Says("attention_bias")), (GATED, Says("mlp_bias"))]),
    ("deepseek_v3", &[(LATENT, Says("attention_bias"))]),
    ("starcoder2", &[(ALL, Says("use_bias"))]),
    ("ernie4_5", &[(ALL, Says("use_bias"))]),
    (
        "seed_oss",
        &[(QUERIES, Says("attention_bias")), (OUTPUT, Says("attention_out_bias")), (GATED, Says("mlp_bias"))],
    ),
];

/// What the engine's classes read from a folder by themselves (mistralrs-core 0.8.1, the truth values in `models/*.rs`). Those that are not
/// here read none.
const READ: &[(&str, Rules)] = &[
    ("Qwen2ForCausalLM", QWEN_2),
    ("GemmaForCausalLM", BY_ATTENTION),
    ("Gemma2ForCausalLM", BY_ATTENTION),
    ("Gemma3ForCausalLM", BY_ATTENTION),
    ("Glm4ForCausalLM", BY_QUERIES),
    ("Starcoder2ForCausalLM", &[(ALL, Says("use_bias"))]),
];

fn has(rules: Rules, config: &Value, part: &str) -> bool {
    rules.iter().any(|(parts, when)| {
        let is_on = match when {
            Always => true,
            Says(key) => config[*key] == json!(true),
        };
        is_on && parts.contains(&part)
    })
}

fn rules(of: &[(&str, Rules)], name: &str) -> Rules {
    of.iter().find(|(known, _)| *known == name).map_or(&[], |(_, rules)| rules)
}

/// Every matrix that was found, by its tensor and the last part of its name, and whether it has a bias.
fn matrices<'a>(places: &'a Places) -> impl Iterator<Item = (&'a str, &'a str, bool)> {
    places.matrices.iter().flat_map(|matrix| {
        matrix.tensors().take(1).filter_map(|tensor| {
            let stem = tensor.strip_suffix(".weight")?.trim_end_matches(".base_layer");
            Some((tensor, stem.rsplit('.').next()?, matrix.bias.is_some()))
        })
    })
}

/// Compares the biases of a folder with those that its text part's configuration calls for.
///
/// # Errors
/// `UnsupportedArchitecture` where one is missing, or is there and nothing calls for it.
pub(super) fn check(text: &Value, places: &Places) -> Result<(), RpcError> {
    let rules = rules(KINDS, defaults::kind_of(text).unwrap_or_default());
    for (tensor, part, is_there) in matrices(places) {
        match (has(rules, text, part), is_there) {
            (true, false) => {
                return Err(unsupported(format!(
                    "config.json calls for a bias of {tensor}, which is not there"
                )));
            }
            (false, true) => {
                return Err(unsupported(format!(
                    "a bias of {tensor} that config.json does not call for, so nobody knows which numbers are right"
                )));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Does the engine's class read every bias that was found, from the folder itself?
pub(super) fn are_read(class: &str, config: &Value, places: &Places) -> bool {
    let rules = rules(READ, class);
    matrices(places).all(|(_, part, is_there)| !is_there || has(rules, config, part))
}
