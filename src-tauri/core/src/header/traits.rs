//! What kind of model a header describes, and what its KV cache takes.
//!
//! All of it is for the card that people read before they load: what is not sure is left out, and
//! nothing here decides how a model is computed.

use serde_json::Value;

use crate::blueprint::{gemma4, qwen35};
use crate::protocol::{CacheShape, Growth, GrowthStage, ModelKind, ModelTraits};

use super::gguf::{GgufHeader, GgufModel};

/// Text encoders that only give vectors, by the name of their architecture.
const EMBEDDING_ARCHITECTURES: &[&str] =
    &["bert", "nomic-bert", "jina-bert-v2", "gemma-embedding", "t5encoder", "modern-bert", "neo-bert"];

/// Parts of a name by which models for writing programs are known.
const CODE_NAMES: &[&str] = &["coder", "codellama", "starcoder", "codegemma", "codestral", "code-", "-code"];

/// Parts of an architecture's name by which models that look at pictures are known.
const VISION_NAMES: &[&str] = &["vl", "llava", "mllama", "idefics", "vision", "paligemma", "internvl"];

/// Architectures some of whose layers look back over a window only, with the number of layers
/// after which one that sees everything comes again (Gemma 2: every second, Gemma 3: every sixth).
/// For others the engine keeps the whole context, whatever window the header names.
const WINDOW_PATTERNS: &[(&str, u32)] = &[("gemma2", 2), ("gemma3", 6), ("gemma3_text", 6)];

/// The value of `vitrine.stage` in the file of the family's reward model. It is no stage of the model that answers.
const REWARD_STAGE: &str = "reward";

/// GGUF models are computed with the cache in F16.
const GGUF_CACHE_BYTES: u32 = 2;
/// Folders are computed in F32.
const FOLDER_CACHE_BYTES: u32 = 4;

pub(super) fn of_gguf(model: &GgufModel, architecture: &str) -> ModelTraits {
    let header = model.first();
    let name = header.str("general.name").unwrap_or_default();
    let has_template = header.str("tokenizer.chat_template").is_some();
    let is_embedding = header.get(&format!("{architecture}.pooling_type")).is_some();
    let kind = match header.str("vitrine.stage") {
        Some(REWARD_STAGE) => ModelKind::Reward,
        _ => kind(architecture, name, has_template, is_embedding),
    };
    ModelTraits {
        kind,
        active_parameters: gguf_active_parameters(model, architecture),
        cache: gguf_cache(header, architecture),
        growth: gguf_growth(header),
    }
}

pub(super) fn of_folder(
    config: &Value,
    text: &Value,
    class: &str,
    name: &str,
    has_template: bool,
    parameters: u64,
) -> ModelTraits {
    let model_type = config["model_type"].as_str().unwrap_or_default();
    let sees = config.get("vision_config").is_some_and(Value::is_object);
    // `BertModel`, `Qwen3Model`: the body of a model without the head that writes.
    let is_embedding = class.ends_with("Model");
    let kind = match kind(model_type, name, has_template, is_embedding) {
        ModelKind::Chat | ModelKind::Base if sees => ModelKind::Vision,
        kind => kind,
    };
    ModelTraits {
        kind,
        active_parameters: folder_active_parameters(text, parameters),
        cache: match class {
            _ if gemma4::is_one(class) => gemma4::cache(text, FOLDER_CACHE_BYTES),
            _ if qwen35::is_one(class) => qwen35::cache(text, FOLDER_CACHE_BYTES),
            _ => folder_cache(text, model_type),
        },
        growth: None,
    }
}

fn kind(architecture: &str, name: &str, has_template: bool, is_embedding: bool) -> ModelKind {
    let (architecture, name) = (architecture.to_ascii_lowercase(), name.to_ascii_lowercase());
    if is_embedding || EMBEDDING_ARCHITECTURES.contains(&architecture.as_str()) {
        ModelKind::Embedding
    } else if VISION_NAMES.iter().any(|part| architecture.contains(part)) {
        ModelKind::Vision
    } else if CODE_NAMES.iter().any(|part| name.contains(part) || architecture.contains(part)) {
        ModelKind::Code
    } else if has_template {
        ModelKind::Chat
    } else {
        ModelKind::Base
    }
}

fn gguf_growth(header: &GgufHeader) -> Option<Growth> {
    let stage = GrowthStage::from_name(header.str("vitrine.stage")?)?;
    Some(Growth { stage, tokens_seen: header.u64("vitrine.tokens_seen").unwrap_or(0) })
}

/// Of a mixture of experts each token passes through some of the expert tensors only.
fn gguf_active_parameters(model: &GgufModel, architecture: &str) -> u64 {
    let header = model.first();
    let number = |name: &str| header.u64(&format!("{architecture}.{name}")).filter(|&number| number > 0);
    let (all, used) = match (number("expert_count"), number("expert_used_count")) {
        (Some(all), Some(used)) if used <= all => (all, used),
        _ => (1, 1),
    };
    model.tensors().fold(0, |sum: u64, tensor| {
        let elements = tensor.elements();
        let active = if tensor.name.contains("_exps.") {
            // In 128 bits: a header may state any shape.
            u64::try_from(u128::from(elements) * u128::from(used) / u128::from(all)).unwrap_or(elements)
        } else {
            elements
        };
        sum.saturating_add(active)
    })
}

fn gguf_cache(header: &GgufHeader, architecture: &str) -> Option<CacheShape> {
    let key = |name: &str| format!("{architecture}.{name}");
    let number = |name: &str| header.u64(&key(name)).filter(|&number| number > 0);
    let layers = number("block_count")?;
    let heads = largest(header, &key("attention.head_count"))?;
    let kv_heads = largest(header, &key("attention.head_count_kv")).unwrap_or(heads);
    let head_width = number("embedding_length")? / heads;
    let key_width = number("attention.key_length").unwrap_or(head_width);
    let value_width = number("attention.value_length").unwrap_or(head_width);
    let window = number("attention.sliding_window").unwrap_or(0);
    let width = kv_heads.checked_mul(key_width.checked_add(value_width)?)?;
    shape(architecture, layers, width, window, GGUF_CACHE_BYTES)
}

/// A number, or the largest of an array with one for each layer: rather too much memory than too little.
fn largest(header: &GgufHeader, key: &str) -> Option<u64> {
    let of_array = || header.integers(key)?.max().and_then(|number| u64::try_from(number).ok());
    header.u64(key).or_else(of_array).filter(|&number| number > 0)
}

fn folder_active_parameters(config: &Value, parameters: u64) -> u64 {
    let number = |names: &[&str]| names.iter().find_map(|name| config[*name].as_u64()).filter(|&n| n > 0);
    let of_experts = || {
        let all = number(&["num_experts", "num_local_experts", "n_routed_experts"])?;
        let used = number(&["num_experts_per_tok", "num_experts_per_token", "top_k_experts"])?.min(all);
        let width = number(&["moe_intermediate_size", "intermediate_size"])?;
        // Three matrices for each expert of each layer: gate, up, down.
        let one = number(&["hidden_size"])?.checked_mul(width)?.checked_mul(3)?;
        let layers = number(&["num_hidden_layers"])?;
        let layers = layers.saturating_sub(number(&["first_k_dense_replace"]).unwrap_or(0));
        let idle = one.checked_mul(layers)?.checked_mul(all - used)?;
        parameters.checked_sub(idle).filter(|&active| active > 0)
    };
    of_experts().unwrap_or(parameters)
}

fn folder_cache(config: &Value, model_type: &str) -> Option<CacheShape> {
    let number = |names: &[&str]| names.iter().find_map(|name| config[*name].as_u64()).filter(|&n| n > 0);
    let layers = number(&["num_hidden_layers", "n_layer", "num_layers"])?;
    let heads = number(&["num_attention_heads", "n_head"])?;
    if number(&["kv_lora_rank"]).is_some() {
        // The engine keeps keys and values of every head, not what they are made of; and values as wide as keys.
        let head = number(&["qk_nope_head_dim"])?.checked_add(number(&["qk_rope_head_dim"])?)?;
        return shape(model_type, layers, heads.checked_mul(head.checked_mul(2)?)?, 0, FOLDER_CACHE_BYTES);
    }
    let kv_heads = number(&["num_key_value_heads", "n_head_kv"]).unwrap_or(heads);
    let head_width = match number(&["head_dim"]) {
        Some(width) => width,
        None => number(&["hidden_size", "n_embd"])? / heads,
    };
    let window = number(&["sliding_window"]).unwrap_or(0);
    let width = kv_heads.checked_mul(head_width.checked_mul(2)?)?;
    match folder_state(config, layers) {
        Some((recurrent, state)) => stateful(layers.checked_sub(recurrent)?, width, state),
        None => shape(model_type, layers, width, window, FOLDER_CACHE_BYTES),
    }
}

/// How many states of a layer the engine makes room for: a pool of four, and one besides
/// (mistralrs-core 0.8.1, `kv_cache/hybrid_cache.rs` and `models/granite.rs`).
const STATES: u64 = 5;

/// Of models some of whose layers keep a state instead of keys and values: how many those are, and all numbers that they keep.
fn folder_state(config: &Value, layers: u64) -> Option<(u64, u64)> {
    let number = |name: &str| config[name].as_u64().filter(|&number| number > 0);
    let product = |numbers: &[u64]| numbers.iter().try_fold(1u64, |product, &n| product.checked_mul(n));
    let kinds = config["layer_types"].as_array();
    let count = |kind: &str| Some(kinds?.iter().filter(|each| *each == kind).count() as u64);
    let (recurrent, state) = if let Some(key) = number("linear_key_head_dim") {
        let (keys, heads) = (number("linear_num_key_heads")?, number("linear_num_value_heads")?);
        let value = number("linear_value_head_dim")?;
        let mixed = product(&[2, keys, key])?.checked_add(product(&[heads, value])?)?;
        let kernel = number("linear_conv_kernel_dim").unwrap_or(4);
        let regular = layers - layers / number("full_attention_interval").unwrap_or(4);
        let state = product(&[mixed, kernel])?.checked_add(product(&[heads, key, value])?)?;
        (count("linear_attention").unwrap_or(regular), state)
    } else {
        let recurrent = count("mamba").filter(|&count| count > 0)?;
        let (heads, state) = (number("mamba_n_heads")?, number("mamba_d_state")?);
        let inner = product(&[number("mamba_expand")?, number("hidden_size")?])?;
        let mixed = inner.checked_add(product(&[2, state])?)?;
        let kernel = number("mamba_d_conv").unwrap_or(4);
        let head = number("mamba_d_head").unwrap_or(inner / heads);
        (recurrent, product(&[mixed, kernel])?.checked_add(product(&[heads, head, state])?)?)
    };
    Some((recurrent.min(layers), product(&[recurrent, state, STATES])?))
}

/// States do not grow with the context: they count as layers that remember a single token, as many as have room for
/// their numbers.
fn stateful(layers: u64, width: u64, state: u64) -> Option<CacheShape> {
    let width = u32::try_from(width).ok().filter(|&width| width > 0)?;
    Some(CacheShape {
        layers: u32::try_from(layers).ok()?,
        window_layers: u32::try_from(state.div_ceil(u64::from(width))).ok()?,
        window: 1,
        width,
        number_bytes: FOLDER_CACHE_BYTES,
    })
}

fn shape(architecture: &str, layers: u64, width: u64, window: u64, number_bytes: u32) -> Option<CacheShape> {
    let (layers, width) = (u32::try_from(layers).ok()?, u32::try_from(width).ok()?);
    let window = u32::try_from(window).unwrap_or(u32::MAX);
    let pattern = WINDOW_PATTERNS.iter().find(|(name, _)| *name == architecture).map(|(_, every)| *every);
    let shape = match pattern {
        Some(every) if window > 0 => {
            let whole = layers / every;
            CacheShape { layers: whole, window_layers: layers - whole, window, width, number_bytes }
        }
        _ => CacheShape { layers, window_layers: 0, window: 0, width, number_bytes },
    };
    (width > 0).then_some(shape)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{bare_llama, Folder, GgufWriter};
    use super::*;

    fn traits(writer: GgufWriter, architecture: &str) -> ModelTraits {
        let folder = Folder::new();
        let path = folder.write("m.gguf", writer.bytes());
        of_gguf(&GgufModel::read(&path).expect("a header"), architecture)
    }

    #[test]
    fn the_cache_follows_from_heads_widths_and_windows() {
        let llama = bare_llama().u32("llama.attention.head_count", 4).u32("llama.attention.head_count_kv", 2);
        let cache = traits(llama.clone(), "llama").cache.expect("enough is known");
        // 2 layers x 2 KV heads x (8 + 8) numbers x 2 bytes.
        assert_eq!(cache.bytes(100), 2 * 2 * 16 * 2 * 100);
        let wide = llama.u32("llama.attention.key_length", 16).u32("llama.attention.value_length", 16);
        assert_eq!(traits(wide, "llama").cache.expect("known").bytes(100), 2 * 2 * 32 * 2 * 100);
        assert_eq!(traits(bare_llama(), "llama").cache, None, "no number of heads");

        let gemma = json!({
            "num_hidden_layers": 26, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256,
            "hidden_size": 1152, "sliding_window": 512,
        });
        let cache = folder_cache(&gemma, "gemma3_text").expect("known");
        assert_eq!((cache.layers, cache.window_layers, cache.window), (4, 22, 512));
        assert_eq!(cache.bytes(4096), 512 * 4 * (4 * 4096 + 22 * 512));
        let mistral = folder_cache(&gemma, "mistral").expect("known");
        assert_eq!((mistral.layers, mistral.window_layers), (26, 0), "the engine keeps everything");
    }

    #[test]
    fn states_do_not_grow_and_common_numbers_are_kept_as_heads() {
        let kinds = [vec!["mamba"; 36], vec!["attention"; 4]].concat();
        let granite = json!({
            "num_hidden_layers": 40, "num_attention_heads": 12, "num_key_value_heads": 4, "hidden_size": 1536,
            "layer_types": kinds, "mamba_n_heads": 48,
            "mamba_d_head": 64, "mamba_d_state": 128, "mamba_d_conv": 4, "mamba_expand": 2,
        });
        let cache = folder_cache(&granite, "granitemoehybrid").expect("known");
        assert_eq!((cache.layers, cache.width, cache.window), (4, 4 * 128 * 2, 1));
        let state = 36 * 5 * ((3072 + 2 * 128) * 4 + 48 * 64 * 128) * 4;
        let grown = cache.bytes(1000) - 4 * 1000 * 1024 * 4;
        assert!((state..state + 4096).contains(&grown), "{grown} for {state}");
        assert_eq!(cache.bytes(2000) - cache.bytes(1000), 4 * 1000 * 1024 * 4);

        let qwen = json!({
            "num_hidden_layers": 48, "num_attention_heads": 16, "num_key_value_heads": 2, "head_dim": 256,
            "hidden_size": 2048, "full_attention_interval": 4, "linear_key_head_dim": 128,
            "linear_value_head_dim": 128, "linear_num_key_heads": 16, "linear_num_value_heads": 32,
        });
        let cache = folder_cache(&qwen, "qwen3_next").expect("known");
        assert_eq!((cache.layers, cache.width), (12, 1024));
        assert_eq!(u64::from(cache.window_layers) * 1024, 36 * 5 * (8192 * 4 + 32 * 128 * 128));

        // DeepSeek V2 Lite: 16 heads of 192.
        let latent = json!({
            "num_hidden_layers": 27, "num_attention_heads": 16, "num_key_value_heads": 16, "hidden_size": 2048,
            "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
        });
        let cache = folder_cache(&latent, "deepseek_v2").expect("known");
        assert_eq!(cache.bytes(10), 27 * 16 * 2 * 192 * 4 * 10);
    }

    #[test]
    fn absurd_numbers_overflow_nothing() {
        let absurd = bare_llama()
            .u32("llama.attention.head_count", 1)
            .u32("llama.attention.head_count_kv", u32::MAX)
            .u32("llama.attention.key_length", u32::MAX)
            .u32("llama.expert_count", u32::MAX)
            .u32("llama.expert_used_count", u32::MAX);
        let traits = traits(absurd, "llama");
        assert_eq!(traits.cache, None);
        let huge = CacheShape {
            layers: u32::MAX,
            window_layers: u32::MAX,
            window: u32::MAX,
            width: u32::MAX,
            number_bytes: 4,
        };
        assert_eq!(huge.bytes(u32::MAX), u64::MAX);
    }

    #[test]
    fn of_a_mixture_of_experts_a_part_is_active() {
        let moe = bare_llama().u32("llama.expert_count", 8).u32("llama.expert_used_count", 2).tensor(
            "blk.0.ffn_up_exps.weight",
            &[32, 4, 8],
            8,
            32 * 34,
        );
        // 128 + 32 weights that are always used, and a quarter of 1024.
        assert_eq!(traits(moe, "llama").active_parameters, 160 + 256);
        let config = json!({
            "num_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 10, "hidden_size": 10,
            "num_hidden_layers": 2,
        });
        assert_eq!(folder_active_parameters(&config, 10_000), 10_000 - 300 * 2 * 6);
        assert_eq!(folder_active_parameters(&json!({}), 10_000), 10_000);
        let later = json!({
            "n_routed_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 10, "hidden_size": 10,
            "num_hidden_layers": 2, "first_k_dense_replace": 1,
        });
        assert_eq!(folder_active_parameters(&later, 10_000), 10_000 - 300 * 6, "the first layer is dense");
    }

    #[test]
    fn kinds_are_told_by_template_name_and_architecture() {
        let table = [
            ("llama", "Llama 3.2 1B Instruct", true, ModelKind::Chat),
            ("llama", "TinyStories", false, ModelKind::Base),
            ("qwen2", "Qwen2.5 Coder 1.5B", true, ModelKind::Code),
            ("starcoder2", "anything", false, ModelKind::Code),
            ("qwen2vl", "Qwen2 VL", true, ModelKind::Vision),
            ("bert", "bge small", false, ModelKind::Embedding),
        ];
        for (architecture, name, has_template, expected) in table {
            assert_eq!(kind(architecture, name, has_template, false), expected, "{architecture} {name}");
        }
        let gemma = json!({ "model_type": "gemma3", "vision_config": {}, "text_config": {} });
        let seen =
            of_folder(&gemma, &gemma["text_config"], "Gemma3ForConditionalGeneration", "gemma", true, 1);
        assert_eq!(seen.kind, ModelKind::Vision);
        let config = json!({ "model_type": "qwen3" });
        let vectors = of_folder(&config, &config, "Qwen3Model", "embedder", false, 1);
        assert_eq!(vectors.kind, ModelKind::Embedding);
    }

    #[test]
    fn a_stage_of_growth_is_read_and_an_unknown_one_is_none() {
        let growth = traits(bare_llama().str("vitrine.stage", "grow-2"), "llama").growth;
        assert_eq!(growth, Some(Growth { stage: GrowthStage::Grow2, tokens_seen: 0 }));
        assert_eq!(traits(bare_llama().str("vitrine.stage", "later"), "llama").growth, None);
    }

    #[test]
    fn the_reward_model_is_a_kind_and_no_stage() {
        let reward = traits(
            bare_llama().str("vitrine.stage", "reward").str("tokenizer.chat_template", "{{ messages }}"),
            "llama",
        );
        assert_eq!((reward.kind, reward.growth), (ModelKind::Reward, None));
    }
}
