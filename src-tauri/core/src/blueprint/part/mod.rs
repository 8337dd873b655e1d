//! Where everything lies in a folder; of one that also sees or hears, its text part as a model of its own.
//!
//! Every folder is described here, tensor by tensor, as a GGUF file is: a tensor that nobody reads, or one that is missing, shows before
//! anything is loaded. Where the engine's class reads all of that from the folder by itself, it does ([`Way::Direct`]). What it would
//! leave out (biases in a Llama, an output layer of a Gemma's own) it takes from its own container all the same, so such a folder
//! is written there ([`Way::Converted`]).
//!
//! Models that also see or hear hold a language model that the engine knows by itself: Gemma 3 with eyes
//! is a Gemma 3, Mistral Small 3 a Mistral, Qwen-VL a Qwen. For text alone (positions in pictures are then the same
//! in every direction) it computes the same, so only its tensors are taken, and written in the engine's
//! container like those of a GGUF file: the rest would be kept in memory for nothing. Mixtures of experts go
//! the same way, because on a CPU the engine reads their experts from its container alone.

mod biases;
mod glm4_moe;
mod granite;
mod latent;
mod places;
mod plain;
mod qwen3_next;

use serde_json::{json, Map, Value};

use crate::header::folder::FolderWeights;
use crate::protocol::{ErrorKind, Isq, RpcError};

use super::{folder, gemma4, qwen35, unsupported, Blank, Blueprint, LongRope};
pub(super) use places::Places;

/// Class of a folder, class of its text part, and the types that this may have. A class that takes parts of several
/// kinds stands in several rows.
const PARTS: &[(&str, &str, &[&str])] = &[
    ("Gemma3ForConditionalGeneration", "Gemma3ForCausalLM", &["gemma3_text"]),
    (gemma4::CLASS, gemma4::CLASS, &["gemma4_text"]),
    ("Gemma4ForCausalLM", gemma4::CLASS, &["gemma4_text"]),
    ("Mistral3ForConditionalGeneration", "MistralForCausalLM", &["mistral"]),
    ("Qwen2VLForConditionalGeneration", "Qwen2ForCausalLM", &["qwen2_vl", "qwen2_vl_text"]),
    ("Qwen2_5_VLForConditionalGeneration", "Qwen2ForCausalLM", &["qwen2_5_vl", "qwen2_5_vl_text"]),
    ("Qwen3VLForConditionalGeneration", "Qwen3ForCausalLM", &["qwen3_vl_text"]),
    ("Qwen3MoeForCausalLM", "Qwen3MoeForCausalLM", &["qwen3_moe"]),
    ("Qwen3NextForCausalLM", "Qwen3NextForCausalLM", &["qwen3_next"]),
    ("Glm4MoeForCausalLM", "Glm4MoeForCausalLM", &["glm4_moe"]),
    ("GlmForCausalLM", "Glm4MoeForCausalLM", &["glm"]),
    ("Ernie4_5ForCausalLM", "MistralForCausalLM", &["ernie4_5"]),
    ("SeedOssForCausalLM", "MistralForCausalLM", &["seed_oss"]),
    ("Glm4MoeLiteForCausalLM", "Glm4MoeLiteForCausalLM", &["glm4_moe_lite"]),
    ("DeepseekV2ForCausalLM", "DeepseekV2ForCausalLM", &["deepseek_v2"]),
    ("DeepseekV3ForCausalLM", "DeepseekV3ForCausalLM", &["deepseek_v3"]),
    ("GraniteForCausalLM", "MistralForCausalLM", &["granite"]),
    ("GraniteMoeForCausalLM", "GraniteMoeHybridForCausalLM", &["granitemoe"]),
    ("GraniteMoeHybridForCausalLM", "GraniteMoeHybridForCausalLM", &["granitemoehybrid"]),
    (qwen35::DENSE, qwen35::DENSE, &["qwen3_5_text"]),
    (qwen35::MIXTURE, qwen35::MIXTURE, &["qwen3_5_moe_text"]),
    ("Qwen3VLMoeForConditionalGeneration", "Qwen3MoeForCausalLM", &["qwen3_vl_moe_text"]),
    ("Idefics3ForConditionalGeneration", "LlamaForCausalLM", &["llama"]),
    ("SmolVLMForConditionalGeneration", "LlamaForCausalLM", &["llama"]),
    ("LlavaForConditionalGeneration", "LlamaForCausalLM", &["llama"]),
    ("LlavaForConditionalGeneration", "MistralForCausalLM", &["mistral"]),
    ("LlavaForConditionalGeneration", "Qwen2ForCausalLM", &["qwen2"]),
    ("LlavaNextForConditionalGeneration", "LlamaForCausalLM", &["llama"]),
    ("LlavaNextForConditionalGeneration", "MistralForCausalLM", &["mistral"]),
    ("LlavaNextForConditionalGeneration", "Qwen2ForCausalLM", &["qwen2"]),
    ("LlavaOnevisionForConditionalGeneration", "Qwen2ForCausalLM", &["qwen2"]),
    ("InternVLForConditionalGeneration", "LlamaForCausalLM", &["llama"]),
    ("InternVLForConditionalGeneration", "Qwen2ForCausalLM", &["qwen2"]),
    ("InternVLForConditionalGeneration", "Qwen3ForCausalLM", &["qwen3"]),
    ("LightOnOcrForConditionalGeneration", "Qwen3ForCausalLM", &["qwen3"]),
    ("Qwen2AudioForConditionalGeneration", "Qwen2ForCausalLM", &["qwen2"]),
    ("VoxtralForConditionalGeneration", "LlamaForCausalLM", &["llama"]),
    ("MllamaForConditionalGeneration", "LlamaForCausalLM", &["mllama_text_model"]),
    ("Phi4MultimodalForCausalLM", "Phi3ForCausalLM", &["phi4_multimodal"]),
    // The same as it was published first: with what is added to its matrices for pictures and speech beside them.
    ("Phi4MMForCausalLM", "Phi3ForCausalLM", &["phi4mm"]),
];

/// Classes that the engine reads from a folder by itself, and whether it reads an output layer there, or always takes the table of
/// embeddings for one (mistralrs-core 0.8.1, `lm_head` in `models/*.rs`).
const DIRECT: &[(&str, bool)] = &[
    ("LlamaForCausalLM", true),
    ("MistralForCausalLM", true),
    ("MixtralForCausalLM", true),
    ("GemmaForCausalLM", false),
    ("Gemma2ForCausalLM", false),
    ("Gemma3ForCausalLM", true),
    ("Phi3ForCausalLM", true),
    ("Qwen2ForCausalLM", true),
    ("Qwen3ForCausalLM", true),
    ("Starcoder2ForCausalLM", false),
    ("Glm4ForCausalLM", true),
    ("SmolLM3ForCausalLM", true),
];

/// How a folder comes into the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The engine's class reads it.
    Direct,
    /// It is written in the engine's container first.
    Converted,
}

/// A folder, with a place for every tensor.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    pub blueprint: Blueprint,
    pub way: Way,
}

/// No size of a model is larger; the product of two stays a number.
const MOST: u64 = 1 << 31;

/// What a configuration says about its text part.
fn text(config: &Value) -> &Value {
    if config["text_config"].is_object() {
        &config["text_config"]
    } else {
        config
    }
}

/// `config.json` of the text part alone, where the folder has one that is to be taken.
///
/// # Errors
/// `UnsupportedArchitecture` where the part is of another kind than the class's usual one.
pub(super) fn config(config: &Value) -> Result<Option<Value>, RpcError> {
    let class = config["architectures"][0].as_str().unwrap_or_default();
    let is_dense = class == granite::HYBRID && granite::is_dense(config);
    if !is_dense && !PARTS.iter().any(|(name, part, _)| *name == class && class != *part) {
        return Ok(None);
    }
    let is_nested = config["text_config"].is_object();
    let mut text = text(config).clone();
    let kind = text["model_type"].as_str().unwrap_or_default().to_owned();
    let Some((_, part, _)) = PARTS.iter().find(|(name, _, kinds)| *name == class && kinds.contains(&&*kind))
    else {
        return Err(unsupported(format!("{class} with a text part of the kind {kind}")));
    };
    text["architectures"] = json!([if is_dense { granite::DENSE } else { *part }]);
    // The whole decides about its output layer; where it says nothing, the part does.
    if is_nested && config["tie_word_embeddings"] == json!(true) {
        text["tie_word_embeddings"] = json!(true);
    }
    if let Value::Object(text) = &mut text {
        adapt(&kind, text)?;
    }
    Ok(Some(text))
}

/// What a text part does otherwise than the class that computes it, in that class's terms.
fn adapt(kind: &str, text: &mut Map<String, Value>) -> Result<(), RpcError> {
    let number = |text: &Map<String, Value>, name: &str| text.get(name).and_then(Value::as_u64);
    match kind {
        // Its weights are always divided by their sum (transformers, `Qwen3VLMoeTextTopKRouter`).
        "qwen3_vl_moe_text" => {
            text.insert("norm_topk_prob".into(), json!(true));
        }
        // Blocks that look at a picture are passed over where there is none.
        "mllama_text_model" => {
            let looking =
                text.entry("cross_attention_layers").or_insert(json!([3, 8, 13, 18, 23, 28, 33, 38]));
            let looking = looking.as_array().map_or(0, |blocks| blocks.len() as u64);
            let blocks = number(text, "num_hidden_layers").and_then(|all| all.checked_sub(looking));
            let blocks = blocks.ok_or_else(|| unsupported("more blocks that look than there are"))?;
            text.insert("num_hidden_layers".into(), json!(blocks));
            // Rows of the table for pictures, which the output layer does not have.
            let rows = number(text, "vocab_size").unwrap_or(0).saturating_add(8);
            text.insert("vocab_size".into(), json!(rows));
        }
        _ => {}
    }
    Ok(())
}

/// A folder as matrices and vectors, in the order in which the engine's class lists them, and how it is to be read.
///
/// # Errors
/// `UnsupportedArchitecture` with the reason, `UnsupportedQuantization` for a number format that is not read.
pub fn of_folder(config: &Value, weights: &FolderWeights) -> Result<Described, RpcError> {
    let plan = folder::plan(config)?;
    let config = &super::defaults::settled(config);
    let class = plan.config["architectures"][0].as_str().unwrap_or_default().to_owned();
    let target = match class.as_str() {
        gemma4::CLASS => gemma4::TARGET,
        qwen35::DENSE | qwen35::MIXTURE => qwen35::TARGET,
        _ => "model.",
    };
    let mut places = Places::new(weights, target)?;
    let take = match class.as_str() {
        gemma4::CLASS => gemma4::take,
        qwen35::DENSE | qwen35::MIXTURE => qwen35::take,
        _ => take,
    };
    // Of the text part these change nothing: they are switched on for pictures and for speech.
    if config["architectures"][0] == "Phi4MMForCausalLM" {
        places.pass_over(|name| {
            ["vision", "speech"].iter().any(|sense| name.ends_with(&format!(".{sense}.weight")))
        });
    }
    let mut planned = plan.config;
    let blanks = take(&mut planned, &mut places)?;
    biases::check(text(config), &places)?;
    places.check_leftovers(is_text_alone(config))?;
    let way = if is_read_by_its_class(config, &planned, &places) { Way::Direct } else { Way::Converted };
    places.check_formats(way)?;
    let Places { matrices, vectors, .. } = places;
    let blueprint = Blueprint { config: planned, matrices, vectors, blanks, windows: plan.windows };
    Ok(Described { blueprint, way })
}

/// Is it a model for text and nothing else?
fn is_text_alone(config: &Value) -> bool {
    let class = config["architectures"][0].as_str().unwrap_or_default();
    class.ends_with("ForCausalLM") && !class.starts_with("Phi4") && !class.starts_with("Gemma4")
}

/// Does the engine's class, reading this folder by itself, take everything from it that was found here?
fn is_read_by_its_class(config: &Value, planned: &Value, places: &Places) -> bool {
    let class = config["architectures"][0].as_str().unwrap_or_default();
    let Some((_, reads_output)) = DIRECT.iter().find(|(name, _)| *name == class) else { return false };
    let is_own = planned["architectures"][0] == class && places.prefix() == "model.";
    let has_output = planned["tie_word_embeddings"] == json!(false);
    // What corrects its factor is multiplied into a matrix.
    let is_corrected = LongRope::of(planned).is_some_and(|lengths| lengths.correction().is_some());
    is_own && !is_corrected && (*reads_output || !has_output) && biases::are_read(class, planned, places)
}

/// Everything that a class of the engine's for text alone reads, in its order.
fn take(config: &mut Value, places: &mut Places) -> Result<Vec<Blank>, RpcError> {
    let class = config["architectures"][0].as_str().unwrap_or_default().to_owned();
    let facts = Facts { config };
    let (vocabulary, hidden) = (facts.size("vocab_size")?, facts.size("hidden_size")?);
    let looking = plain::looking(config);
    let outputs = if looking.is_empty() { vocabulary } else { vocabulary.saturating_sub(8) };
    let is_tied = places.output(&config["tie_word_embeddings"], outputs, hidden)?;
    if is_tied {
        places.own_matrix("embed_tokens", vocabulary, hidden)?;
    }
    places.vector("embed_tokens.weight", &[vocabulary, hidden])?;
    places.vector("norm.weight", &[hidden])?;
    if class == "Starcoder2ForCausalLM" {
        places.vector("norm.bias", &[hidden])?;
    }
    granite::scale(places, &facts);
    let blocks = facts.size("num_hidden_layers")?;
    let stored = (0..).filter(|block| !looking.contains(block));
    for (block, stored) in (0..blocks).zip(stored) {
        match class.as_str() {
            granite::HYBRID => granite::block(places, &facts, block)?,
            "Glm4MoeForCausalLM" => glm4_moe::block(places, &facts, block)?,
            "Qwen3NextForCausalLM" => qwen3_next::block(places, &facts, block)?,
            "MixtralForCausalLM" => plain::mixtral_block(places, &facts, block)?,
            "Starcoder2ForCausalLM" => plain::starcoder2_block(places, &facts, block)?,
            "Glm4ForCausalLM" => plain::glm4_block(places, &facts, block)?,
            "DeepseekV2ForCausalLM" | "DeepseekV3ForCausalLM" | "Glm4MoeLiteForCausalLM" => {
                latent::block(places, &facts, block)?;
            }
            _ => plain::block(places, &facts, &class, block, stored)?,
        }
    }
    places.pass_over(|name| looking.iter().any(|block| name.starts_with(&format!("layers.{block}."))));
    // Blocks behind the last one guess tokens ahead; a model that has them says so.
    if facts.number("num_nextn_predict_layers").is_some_and(|count| count > 0) {
        places.pass_over(|name| block_of(name).is_some_and(|block| block >= blocks));
    }
    config["tie_word_embeddings"] = json!(is_tied);
    latent::widen(&class, config);
    Ok(Vec::new())
}

/// The number of the block that a tensor belongs to.
fn block_of(name: &str) -> Option<u64> {
    name.strip_prefix("layers.")?.split('.').next()?.parse().ok()
}

/// A size that a configuration must state.
pub(super) fn size(config: &Value, name: &str) -> Result<u64, RpcError> {
    config[name].as_u64().filter(|size| (1..=MOST).contains(size)).ok_or_else(|| {
        RpcError::new(ErrorKind::Corrupt, format!("config.json lacks the size {name}, or it makes no sense"))
    })
}

/// What a class takes in `config.json` beyond what [`folder`] translates for all.
///
/// # Errors
/// `UnsupportedArchitecture` where it would compute something else.
pub(super) fn translate(class: &str, config: &mut Map<String, Value>) -> Result<(), RpcError> {
    match class {
        "LlamaForCausalLM" | "Qwen2ForCausalLM" => {
            plain::stand_in(class, config);
            Ok(())
        }
        granite::DENSE => granite::translate_dense(config),
        granite::HYBRID => granite::translate(config),
        "Glm4MoeForCausalLM" => glm4_moe::translate(config),
        "Qwen3NextForCausalLM" => qwen3_next::translate(config),
        "DeepseekV2ForCausalLM" | "DeepseekV3ForCausalLM" | "Glm4MoeLiteForCausalLM" => {
            latent::translate(class, config)
        }
        _ => Ok(()),
    }
}

/// Numbers of the translated configuration.
struct Facts<'a> {
    config: &'a Value,
}

impl Facts<'_> {
    fn number(&self, name: &str) -> Option<u64> {
        self.config[name].as_u64()
    }

    /// A size that must be there and make sense.
    fn size(&self, name: &str) -> Result<u64, RpcError> {
        size(self.config, name)
    }

    /// Heads of queries, heads of keys, and how wide they are.
    fn heads(&self) -> Result<(u64, u64, u64), RpcError> {
        let heads = self.size("num_attention_heads")?;
        let kv_heads = self.size("num_key_value_heads").unwrap_or(heads);
        let head = match self.config.get("head_dim") {
            Some(head) if !head.is_null() => self.size("head_dim")?,
            _ => self.size("hidden_size")? / heads,
        };
        Ok((heads, kv_heads, head))
    }
}

/// Bytes in memory: matrices packed, everything else as F32.
pub fn memory_needed(blueprint: &Blueprint, isq: Isq) -> u64 {
    let sum = |sizes: &mut dyn Iterator<Item = u64>| sizes.fold(0, u64::saturating_add);
    let packed = sum(&mut blueprint.matrices.iter().map(|it| it.rows.saturating_mul(it.columns)));
    let plain =
        sum(&mut blueprint.vectors.iter().map(|it| it.shape.iter().copied().fold(1, u64::saturating_mul)));
    isq.bytes(packed).saturating_add(plain.saturating_mul(4))
}
