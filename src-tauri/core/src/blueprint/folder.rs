//! `config.json` of a Hugging Face folder, in the form that the engine reads.
//!
//! transformers 5 writes other names than mistral.rs 0.8.1 knows (`rope_parameters`,
//! `layer_types` ...), and some settings are ignored by some of the engine's classes. Here the
//! first are translated and the second refused.

use serde_json::{json, Map, Value};

use crate::protocol::{ErrorKind, Isq, RpcError};

use super::gguf::regular_pattern;
use super::long_rope::{self, LongRope};
use super::{gemma4, qwen35, unsupported, Windows};

/// Which of the engine's loaders a model class belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loader {
    Text,
    /// Models that also see or hear; Gemma 3 is one of them, even without its eyes.
    Multimodal,
}

/// A folder's configuration, ready for the engine.
#[derive(Debug, Clone, PartialEq)]
pub struct FolderPlan {
    pub loader: Loader,
    pub config: Value,
    pub windows: Option<Windows>,
    /// Beyond this many tokens the engine's numbers would be wrong.
    pub context_limit: Option<u64>,
}

/// Kinds of scaled rotary positions that a class computes.
const SCALINGS: &[(&str, &[&str])] = &[
    ("LlamaForCausalLM", &["llama3", "linear"]),
    ("Gemma3ForCausalLM", &["linear"]),
    // transformers reads all three names as the first.
    ("Phi3ForCausalLM", &["longrope", "su", "yarn"]),
    ("SmolLM3ForCausalLM", &["llama3", "linear"]),
    ("DeepseekV2ForCausalLM", &["yarn"]),
    ("DeepseekV3ForCausalLM", &["yarn"]),
];

/// Classes whose windows the worker sets right; of all others the context is limited to the window.
const WINDOWED: &[&str] =
    &["Gemma2ForCausalLM", "Gemma3ForCausalLM", "MistralForCausalLM", "Phi3ForCausalLM", "Qwen2ForCausalLM"];

/// Translates a folder's `config.json`.
///
/// # Errors
/// `UnsupportedArchitecture` where the class would compute something else than the configuration says.
pub fn plan(config: &Value) -> Result<FolderPlan, RpcError> {
    if gemma4::is_one(config["architectures"][0].as_str().unwrap_or_default()) {
        return gemma4::plan(config);
    }
    if let Some(text) = super::part::config(config)? {
        return plan(&text);
    }
    let Value::Object(original) = config else { return Err(unsupported("a config.json that is no object")) };
    let class = config["architectures"][0].as_str().unwrap_or_default().to_owned();
    let mut config = original.clone();
    if config.get("text_config").is_some_and(Value::is_object) {
        // Sizes lie one level deeper; the engine's own classes for these read them there.
        let text = match config.get("text_config") {
            Some(Value::Object(text)) => text.clone(),
            _ => Map::new(),
        };
        let (mut text, windows, context_limit) = translate(&class, text)?;
        if qwen35::is_one(&class) {
            qwen35::configure(&mut text, &mut config)?;
        }
        config.insert("text_config".into(), Value::Object(text));
        return Ok(FolderPlan {
            loader: Loader::Multimodal,
            config: Value::Object(config),
            windows,
            context_limit,
        });
    }
    let (config, windows, context_limit) = translate(&class, config)?;
    let config = Value::Object(config);
    Ok(FolderPlan { loader: loader(&config), config, windows, context_limit })
}

/// What a folder's weights can be packed into. The engine packs rows that `q4k` does not divide into
/// another format of 4 bits, and then stops at those that this does not divide either.
pub fn packable(config: &Value, wanted: Isq) -> Isq {
    let text = if config["text_config"].is_object() { &config["text_config"] } else { config };
    let size = |name: &str| text[name].as_u64();
    let heads = size("head_dim").zip(size("num_attention_heads")).map(|(head, heads)| head * heads);
    let rows = [size("hidden_size"), size("intermediate_size"), heads];
    if wanted == Isq::Q4K && rows.into_iter().flatten().any(|row| row % 64 != 0) {
        Isq::Q8_0
    } else {
        wanted
    }
}

/// The loader of a configuration.
pub fn loader(config: &Value) -> Loader {
    let multimodal = config["architectures"][0] == "Gemma3ForCausalLM" || config["text_config"].is_object();
    if multimodal {
        Loader::Multimodal
    } else {
        Loader::Text
    }
}

/// No model has more blocks.
const MOST_BLOCKS: u64 = 4096;

type Translated = (Map<String, Value>, Option<Windows>, Option<u64>);

fn translate(class: &str, mut config: Map<String, Value>) -> Result<Translated, RpcError> {
    rotary(class, &mut config)?;
    if class == "Starcoder2ForCausalLM" && config.get("tie_word_embeddings") == Some(&json!(false)) {
        return Err(unsupported(
            "StarCoder 2 with an output layer of its own, which the engine does not read",
        ));
    }
    defaults(class, &mut config);
    super::part::translate(class, &mut config)?;
    let layers = config.get("num_hidden_layers").and_then(Value::as_u64).unwrap_or(0);
    if layers > MOST_BLOCKS {
        let message = format!("config.json says {layers} blocks, which makes no sense");
        return Err(RpcError::new(ErrorKind::Corrupt, message));
    }
    let layers = layers as usize;
    let window = window(class, &mut config);
    let (windows, limit) = match window {
        None => (None, None),
        Some(window) if WINDOWED.contains(&class) => {
            let sliding = sliding(class, &config, layers)?;
            if is_gemma3(class) {
                config.insert("sliding_window_pattern".into(), json!(regular_pattern(&sliding)?));
            }
            (Some(Windows { window, sliding }), None)
        }
        Some(window) => (None, Some(u64::from(window))),
    };
    let limit = [limit, long_limit(class, &config), longest_prompt(class)].into_iter().flatten().min();
    Ok((config, windows, limit))
}

/// The longest prompt in tokens that the engine takes for a class, where that is not up to the configuration (mistralrs-core 0.8.1,
/// `models/gemma.rs`: `max_seq_len`).
pub fn longest_prompt(class: &str) -> Option<u64> {
    (class == "GemmaForCausalLM").then_some(4096)
}

/// Up to where the engine can multiply sine and cosine as the model does.
fn long_limit(class: &str, config: &Map<String, Value>) -> Option<u64> {
    let part = json!({
        "architectures": [class],
        "original_max_position_embeddings": config.get("original_max_position_embeddings"),
        "rope_scaling": config.get("rope_scaling"),
    });
    LongRope::of(&part).map(|lengths| lengths.longest())
}

/// `rope_parameters` of transformers 5 to `rope_theta` and `rope_scaling`.
fn rotary(class: &str, config: &mut Map<String, Value>) -> Result<(), RpcError> {
    if qwen35::is_one(class) {
        // Its class takes them as they are, and no scaling.
        return match config.get("rope_parameters").map(|parameters| &parameters["rope_type"]) {
            Some(Value::String(kind)) if kind != "default" => Err(unsupported(format!(
                "{class} with scaled rotary positions ({kind}), which the engine ignores"
            ))),
            _ => Ok(()),
        };
    }
    let parameters = match config.get("rope_parameters") {
        Some(Value::Object(parameters)) => Some(parameters.clone()),
        _ => None,
    };
    if let Some(parameters) = parameters {
        if let (Some(full), local) = (parameters.get("full_attention"), parameters.get("sliding_attention")) {
            let full = full.as_object().cloned().unwrap_or_default();
            flatten(&full, config);
            if let Some(base) = local.and_then(|local| local.get("rope_theta")) {
                config.insert("rope_local_base_freq".into(), base.clone());
            }
        } else {
            flatten(&parameters, config);
        }
        // Mistral's class would read it, with other defaults.
        config.remove("rope_parameters");
    }
    let scaling = config.get("rope_scaling").cloned().unwrap_or(Value::Null);
    let kind = scaling["rope_type"].as_str().or_else(|| scaling["type"].as_str());
    match kind {
        None => {
            config.remove("rope_scaling");
        }
        // Positions in pictures in three directions; in text all three are the same.
        Some("default" | "mrope") => {
            config.remove("rope_scaling");
        }
        Some(kind) => {
            let known =
                SCALINGS.iter().find(|(name, _)| *name == class).map_or(&[] as &[&str], |(_, kinds)| kinds);
            if !known.contains(&kind) {
                return Err(unsupported(format!(
                    "{class} with scaled rotary positions ({kind}), which the engine ignores"
                )));
            }
            if class == "Phi3ForCausalLM" {
                long_rope::translate(config)?;
            }
        }
    }
    Ok(())
}

/// The base goes up one level, the rest becomes `rope_scaling` where it scales.
fn flatten(parameters: &Map<String, Value>, config: &mut Map<String, Value>) {
    let mut scaling = parameters.clone();
    for name in ["rope_theta", "partial_rotary_factor"] {
        if let Some(value) = scaling.remove(name) {
            config.insert(name.into(), value);
        }
    }
    if scaling
        .get("rope_type")
        .and_then(Value::as_str)
        .is_some_and(|kind| !["default", "mrope"].contains(&kind))
    {
        config.insert("rope_scaling".into(), Value::Object(scaling));
    }
}

/// What the engine's classes insist on and newer configurations leave out.
fn defaults(class: &str, config: &mut Map<String, Value>) {
    let number =
        |config: &Map<String, Value>, name: &str| config.get(name).filter(|value| value.is_number()).cloned();
    if is_gemma3(class) {
        gemma3_defaults(config);
    }
    if number(config, "rope_theta").is_none() {
        config.insert("rope_theta".into(), json!(10_000.0));
    }
    let layers = number(config, "num_hidden_layers").unwrap_or(json!(0));
    if class.starts_with("Qwen3") {
        config.entry("max_window_layers").or_insert(layers);
        config.entry("use_sliding_window").or_insert(json!(false));
        config.entry("mlp_only_layers").or_insert(json!([]));
        config.entry("decoder_sparse_step").or_insert(json!(1));
        config.entry("norm_topk_prob").or_insert(json!(false));
        if let (None, Some(experts)) = (number(config, "num_experts"), number(config, "num_local_experts")) {
            config.insert("num_experts".into(), experts);
        }
    }
    if class.starts_with("Phi3") && number(config, "original_max_position_embeddings").is_none() {
        let length = number(config, "max_position_embeddings").unwrap_or(json!(4096));
        config.insert("original_max_position_embeddings".into(), length);
    }
    if is_gemma3(class) || class == "GemmaForCausalLM" || class == "Gemma2ForCausalLM" {
        config.entry("attention_bias").or_insert(json!(false));
        // Gemma always computes the approximated GELU, whatever `hidden_act` says (transformers, `GemmaConfig`).
        config.remove("hidden_act");
        config.insert("hidden_activation".into(), json!("gelu_pytorch_tanh"));
        config.entry("tie_word_embeddings").or_insert(json!(true));
    }
}

/// What published configurations of Gemma 3 leave out (transformers, `Gemma3TextConfig`).
fn gemma3_defaults(config: &mut Map<String, Value>) {
    for (name, value) in [
        ("num_attention_heads", json!(8)),
        ("num_key_value_heads", json!(4)),
        ("head_dim", json!(256)),
        ("query_pre_attn_scalar", json!(256)),
        ("vocab_size", json!(262_208)),
        ("max_position_embeddings", json!(131_072)),
        ("rms_norm_eps", json!(1e-6)),
        ("rope_theta", json!(1_000_000.0)),
        ("rope_local_base_freq", json!(10_000.0)),
        ("sliding_window", json!(4096)),
    ] {
        if config.get(name).is_none_or(Value::is_null) {
            config.insert(name.into(), value);
        }
    }
}

/// The sliding window in force. One that is switched off, or wider than the context, is taken out
/// where the class allows that.
fn window(class: &str, config: &mut Map<String, Value>) -> Option<u32> {
    // Qwen's classes have it off unless it is switched on.
    let off = class.starts_with("Qwen") && config.get("use_sliding_window") != Some(&json!(true));
    let context = config.get("max_position_embeddings").and_then(Value::as_u64).unwrap_or(u64::MAX);
    let everywhere_full = config
        .get("layer_types")
        .and_then(Value::as_array)
        .is_some_and(|types| !types.is_empty() && types.iter().all(|kind| kind == "full_attention"));
    let window = config
        .get("sliding_window")
        .and_then(Value::as_u64)
        .filter(|&window| window > 1 && window < context && !off && !everywhere_full)
        .and_then(|window| u32::try_from(window).ok());
    if window.is_none() && config.contains_key("sliding_window") && !class.starts_with("Gemma") {
        config.insert("sliding_window".into(), Value::Null);
    }
    window
}

fn is_gemma3(class: &str) -> bool {
    class == "Gemma3ForCausalLM"
}

fn sliding(class: &str, config: &Map<String, Value>, layers: usize) -> Result<Vec<bool>, RpcError> {
    if let Some(types) =
        config.get("layer_types").and_then(Value::as_array).filter(|types| types.len() == layers)
    {
        let sliding: Vec<bool> = types.iter().map(|kind| kind == "sliding_attention").collect();
        let as_the_engine = match class {
            "Gemma2ForCausalLM" => {
                sliding.iter().enumerate().all(|(block, &slides)| slides == (block % 2 == 0))
            }
            _ if is_gemma3(class) => true,
            // These classes give every block the window.
            _ => sliding.iter().all(|&slides| slides),
        };
        return if as_the_engine {
            Ok(sliding)
        } else {
            Err(unsupported("sliding windows in another pattern of blocks than the engine's"))
        };
    }
    let every = |n: usize| (1..=layers).map(|block| block % n != 0).collect();
    Ok(match class {
        "Gemma2ForCausalLM" => every(2),
        _ if is_gemma3(class) => {
            let n = ["sliding_window_pattern", "_sliding_window_pattern"]
                .iter()
                .find_map(|name| config.get(*name).and_then(Value::as_u64))
                .filter(|&n| n > 0);
            every(n.unwrap_or(6) as usize)
        }
        "Qwen2ForCausalLM" => {
            // Blocks before `max_window_layers` see everything, which this class does not know.
            if config.get("max_window_layers").and_then(Value::as_u64).unwrap_or(0) > 0 {
                return Err(unsupported("sliding windows in the upper blocks alone"));
            }
            vec![true; layers]
        }
        _ => vec![true; layers],
    })
}
