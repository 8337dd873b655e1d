//! `config.json` of a Hugging Face folder, in the form that the engine reads.
//!
//! transformers 5 writes other names than mistral.rs 0.8.1 knows (`rope_parameters`,
//! `layer_types` ...), and some settings are ignored by some of the engine's classes. Here the
//! first are translated and the second refused. What is left out is put in before that ([`super::defaults`]).

use serde_json::{json, Map, Value};

use crate::protocol::{ErrorKind, Isq, RpcError};

use super::defaults::{self, MOST_BLOCKS};
use super::gguf::regular_pattern;
use super::long_rope::{self, LongRope};
use super::{gemma4, qwen35, unsupported, values, Windows};

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
    if defaults::is_contradictory(config) {
        return Err(unsupported(format!(
            "config.json names the class {} and the kind {}, which do not belong together",
            config["architectures"][0], config["model_type"]
        )));
    }
    settled_plan(&defaults::settled(config))
}

/// The same for a configuration with everything in it.
fn settled_plan(config: &Value) -> Result<FolderPlan, RpcError> {
    if gemma4::is_one(config["architectures"][0].as_str().unwrap_or_default()) {
        return gemma4::plan(config);
    }
    if let Some(text) = super::part::config(config)? {
        return settled_plan(&text);
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
    let heads = size("head_dim").zip(size("num_attention_heads"));
    let heads = heads.map(|(head, heads)| head.saturating_mul(heads));
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

type Translated = (Map<String, Value>, Option<Windows>, Option<u64>);

fn translate(class: &str, mut config: Map<String, Value>) -> Result<Translated, RpcError> {
    rotary(class, &mut config)?;
    renamed(class, &mut config);
    super::part::translate(class, &mut config)?;
    values::check(class, &mut config)?;
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

/// `rope_parameters` of transformers 5, or `rope_scaling` of those before, to `rope_theta` and `rope_scaling` as the engine's classes take
/// them (transformers, `RotaryEmbeddingConfigMixin`).
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
    let parameters = rope_parameters(config);
    // Mistral's class would read it, with other defaults.
    config.remove("rope_parameters");
    config.remove("rope_scaling");
    for name in ["rope_theta", "partial_rotary_factor"] {
        if let Some(value) = parameters.get(name).filter(|value| !value.is_null()) {
            config.insert(name.into(), value.clone());
        }
    }
    let kind = ["rope_type", "type"].iter().find_map(|name| parameters.get(*name)?.as_str());
    let kind = match kind {
        // Positions in pictures in three directions: in text all three are the same.
        None | Some("default" | "mrope") => return Ok(()),
        // Those that grow with the text do so beyond the greatest context alone, which no context here is
        // (transformers, `_compute_dynamic_ntk_parameters`). Phi 3 may not have them.
        Some("dynamic") if class != "Phi3ForCausalLM" => return Ok(()),
        Some(kind) => kind,
    };
    let known = SCALINGS.iter().find(|(name, _)| *name == class).map_or(&[] as &[&str], |(_, kinds)| kinds);
    if !known.contains(&kind) {
        return Err(unsupported(format!(
            "{class} with scaled rotary positions ({kind}), which the engine ignores"
        )));
    }
    let scaling = match kind {
        "linear" => numbers(kind, &parameters, &["factor"])?,
        "llama3" => {
            let mut parameters = parameters.clone();
            // One beside them comes first, the greatest context last.
            let original = "original_max_position_embeddings";
            let outer = config.get(original).filter(|length| length.is_number());
            if let Some(length) = outer.or_else(|| config.get("max_position_embeddings")) {
                if outer.is_some() || !parameters.contains_key(original) {
                    parameters.insert(original.into(), length.clone());
                }
            }
            numbers(kind, &parameters, &["factor", "low_freq_factor", "high_freq_factor", original])?
        }
        _ => Value::Object(parameters.clone()),
    };
    config.insert("rope_scaling".into(), scaling);
    if class == "Phi3ForCausalLM" {
        long_rope::translate(config)?;
    }
    Ok(())
}

/// What a configuration says about rotary positions; of Gemma 3, those of the blocks that see everything.
fn rope_parameters(config: &mut Map<String, Value>) -> Map<String, Value> {
    let object = |config: &Map<String, Value>, name: &str| {
        config.get(name).and_then(Value::as_object).filter(|object| !object.is_empty()).cloned()
    };
    let scaling = object(config, "rope_scaling");
    let Some(parameters) = object(config, "rope_parameters") else { return scaling.unwrap_or_default() };
    let is_nested = ["full_attention", "sliding_attention"].iter().any(|kind| parameters.contains_key(*kind));
    if !is_nested {
        return scaling.unwrap_or(parameters);
    }
    let of = |kind: &str| parameters.get(kind).and_then(Value::as_object).cloned().unwrap_or_default();
    if let Some(base) = of("sliding_attention").get("rope_theta") {
        config.insert("rope_local_base_freq".into(), base.clone());
    }
    let mut full = of("full_attention");
    full.extend(scaling.unwrap_or_default());
    full
}

/// A scaling with these numbers, which must all be there.
fn numbers(kind: &str, parameters: &Map<String, Value>, names: &[&str]) -> Result<Value, RpcError> {
    let mut scaling = Map::from_iter([("rope_type".to_owned(), json!(kind))]);
    for name in names {
        let number = parameters.get(*name).filter(|value| value.as_f64().is_some_and(|number| number > 0.0));
        let number = number.ok_or_else(|| {
            unsupported(format!("scaled rotary positions ({kind}) without a {name} that makes sense"))
        })?;
        // A length is a whole number for the engine.
        let is_length = name.starts_with("original");
        scaling.insert((*name).into(), if is_length { values::whole(number) } else { number.clone() });
    }
    Ok(Value::Object(scaling))
}

/// What the engine's classes call otherwise, or insist on beside what transformers has.
fn renamed(class: &str, config: &mut Map<String, Value>) {
    let layers = config.get("num_hidden_layers").cloned().unwrap_or(json!(0));
    if class.starts_with("Qwen3") {
        config.entry("max_window_layers").or_insert(layers);
        config.entry("use_sliding_window").or_insert(json!(false));
        config.entry("decoder_sparse_step").or_insert(json!(1));
        if config.get("mlp_only_layers").is_none_or(Value::is_null) {
            config.insert("mlp_only_layers".into(), json!([]));
        }
    }
    if class == "Phi3ForCausalLM" {
        // It takes one of each; which ones end an answer is not its business.
        config.remove("bos_token_id");
        config.remove("eos_token_id");
    }
    if class.starts_with("Gemma") && !config.get("sliding_window").is_some_and(Value::is_u64) {
        // Its classes insist on a window: one that is as wide as the context is none.
        let context = config.get("max_position_embeddings").cloned().unwrap_or_default();
        config.insert("sliding_window".into(), context);
    }
    // Gemma 1 always computes the approximated GELU where it says GELU (transformers, `GemmaConfig`); later ones have another name for it.
    let activation = match class {
        "GemmaForCausalLM" => config.get("hidden_act").filter(|act| *act != "gelu"),
        "Gemma2ForCausalLM" | "Gemma3ForCausalLM" => config.get("hidden_activation"),
        _ => return,
    };
    let activation = activation.filter(|act| act.is_string()).cloned().unwrap_or(json!("gelu_pytorch_tanh"));
    config.remove("hidden_act");
    config.insert("hidden_activation".into(), activation);
}

/// The sliding window in force. One that is switched off, or wider than the context, is taken out
/// where the class allows that.
fn window(class: &str, config: &mut Map<String, Value>) -> Option<u32> {
    // Those that have a switch have it off unless it is switched on.
    let switched = class.starts_with("Qwen") || class == "SmolLM3ForCausalLM";
    let off = switched && config.get("use_sliding_window") != Some(&json!(true));
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
