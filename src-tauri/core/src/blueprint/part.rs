//! The text part of a folder, as a model of its own.
//!
//! Models that also see or hear hold a language model that the engine knows by itself: Gemma 3 with eyes
//! is a Gemma 3, Mistral Small 3 a Mistral, Qwen-VL a Qwen. For text alone (positions in pictures are then the same
//! in every direction) it computes the same, so only its tensors are taken, and written in the engine's
//! container like those of a GGUF file: the rest would be kept in memory for nothing. Mixtures of experts go
//! the same way, because on a CPU the engine reads their experts from its container alone.

use std::collections::HashSet;

use serde_json::{json, Map, Value};

use crate::header::folder::{FolderTensor, FolderWeights};
use crate::protocol::{ErrorKind, Isq, RpcError};

use super::{folder, gemma4, qwen35, unsupported, Blueprint, Matrix, RowOrder, Vector};

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

/// What configurations of a text part leave out, by its kind (transformers, `LlamaConfig`, `MistralConfig`,
/// `Qwen2Config`, `Qwen3Config`, `MllamaTextConfig`).
const LEFT_OUT: &[(&str, Sizes, &[(&str, f64)])] = &[
    ("llama", [32_000, 4096, 11_008, 32, 32, 0, 2048, 0], &[("rms_norm_eps", 1e-6)]),
    ("mistral", [32_000, 4096, 14_336, 32, 32, 8, 131_072, 4096], &[("rms_norm_eps", 1e-6)]),
    ("qwen2", [151_936, 4096, 22_016, 32, 32, 32, 32_768, 0], &[("rms_norm_eps", 1e-6)]),
    ("qwen3", [151_936, 4096, 22_016, 32, 32, 32, 32_768, 0], &[("rms_norm_eps", 1e-6)]),
    (
        "mllama_text_model",
        [128_256, 4096, 14_336, 40, 32, 8, 131_072, 0],
        &[("rms_norm_eps", 1e-5), ("rope_theta", 500_000.0)],
    ),
];

/// The sizes of [`SIZES`]; 0: none of its own.
type Sizes = [u64; 8];
const SIZES: [&str; 8] = [
    "vocab_size",
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
    "max_position_embeddings",
    "sliding_window",
];

/// No size of a model is larger; the product of two stays a number.
const MOST: u64 = 1 << 31;

/// Where the text part's tensors begin, in the ways that published folders name them.
const PREFIXES: &[&str] =
    &["language_model.model.", "model.language_model.", "model.text_model.", "language_model.", "model."];

/// What sees and hears, where the text part's tensors begin with nothing but `model.`.
const BESIDE: &[&str] = &["model.visual.", "model.embed_tokens_extend."];

/// Does a folder of this configuration go this way?
pub fn is_taken(config: &Value) -> bool {
    PARTS.iter().any(|(name, _, _)| config["architectures"][0] == *name)
}

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
    if !PARTS.iter().any(|(name, part, _)| *name == class && class != *part) {
        return Ok(None);
    }
    let is_nested = config["text_config"].is_object();
    let mut text = text(config).clone();
    let kind = text["model_type"].as_str().unwrap_or_default().to_owned();
    let Some((_, part, _)) = PARTS.iter().find(|(name, _, kinds)| *name == class && kinds.contains(&&*kind))
    else {
        return Err(unsupported(format!("{class} with a text part of the kind {kind}")));
    };
    text["architectures"] = json!([part]);
    if is_nested && text["tie_word_embeddings"].is_null() {
        text["tie_word_embeddings"] = config["tie_word_embeddings"].clone();
    }
    if let Value::Object(text) = &mut text {
        fill_in(&kind, text);
        adapt(&kind, text)?;
    }
    Ok(Some(text))
}

/// Puts in what is left out.
fn fill_in(kind: &str, text: &mut Map<String, Value>) {
    let Some((_, sizes, others)) = LEFT_OUT.iter().find(|(name, _, _)| *name == kind) else { return };
    for (name, size) in SIZES.into_iter().zip(sizes).filter(|(_, size)| **size > 0) {
        text.entry(name).or_insert(json!(size));
    }
    for (name, value) in *others {
        text.entry(*name).or_insert(json!(value));
    }
    text.entry("hidden_act").or_insert(json!("silu"));
    // Where the kind has no number of its own, every head has its keys.
    if text.get("num_key_value_heads").is_none_or(Value::is_null) {
        text.insert("num_key_value_heads".into(), text["num_attention_heads"].clone());
    }
}

/// What a text part does otherwise than the class that computes it, in that class's terms.
fn adapt(kind: &str, text: &mut Map<String, Value>) -> Result<(), RpcError> {
    let number = |text: &Map<String, Value>, name: &str| text.get(name).and_then(Value::as_u64);
    match kind {
        // A Mistral without a window is a Llama; only its class knows heads that are not a share of the width.
        "llama" => {
            let wide = number(text, "head_dim")
                .zip(number(text, "num_attention_heads"))
                .is_some_and(|(head, heads)| head.checked_mul(heads) != number(text, "hidden_size"));
            if wide {
                text.insert("architectures".into(), json!(["MistralForCausalLM"]));
                text.insert("sliding_window".into(), Value::Null);
            }
        }
        "qwen3" => {
            text.entry("head_dim").or_insert(json!(128));
        }
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

/// The text part of a folder as matrices and vectors, in the order in which the engine's class lists them.
///
/// # Errors
/// `UnsupportedArchitecture` with the reason, `UnsupportedQuantization` for a number format that is not read.
pub fn of_folder(config: &Value, weights: &FolderWeights) -> Result<Blueprint, RpcError> {
    let plan = folder::plan(config)?;
    let class = plan.config["architectures"][0].as_str().unwrap_or_default().to_owned();
    let prefix = PREFIXES
        .iter()
        .find(|prefix| weights.tensor(&format!("{prefix}embed_tokens.weight")).is_some())
        .ok_or_else(|| unsupported("the folder has no table of embeddings"))?;
    let is_phi4_mm = config["architectures"][0] == "Phi4MMForCausalLM";
    let target = match class.as_str() {
        gemma4::CLASS => gemma4::TARGET,
        qwen35::DENSE | qwen35::MIXTURE => qwen35::TARGET,
        _ => "model.",
    };
    let mut places =
        Places { weights, prefix, target, used: HashSet::new(), matrices: Vec::new(), vectors: Vec::new() };
    let own_class = match class.as_str() {
        gemma4::CLASS => Some(gemma4::take as fn(&mut Value, &mut Places) -> _),
        qwen35::DENSE | qwen35::MIXTURE => Some(qwen35::take as fn(&mut Value, &mut Places) -> _),
        _ => None,
    };
    if let Some(take) = own_class {
        let mut config = plan.config;
        let blanks = take(&mut config, &mut places)?;
        places.check_leftovers()?;
        let Places { matrices, vectors, .. } = places;
        return Ok(Blueprint { config, matrices, vectors, blanks, windows: plan.windows });
    }
    let size = |name: &str| size(&plan.config, name);
    let (hidden, heads) = (size("hidden_size")?, size("num_attention_heads")?);
    let sizes = Heads {
        heads,
        kv_heads: size("num_key_value_heads").unwrap_or(heads),
        head: size("head_dim").unwrap_or(hidden / heads),
    };
    let vocabulary = size("vocab_size")?;
    let of_share = ["LlamaForCausalLM", "Qwen2ForCausalLM", "Phi3ForCausalLM"];
    if of_share.contains(&class.as_str()) && sizes.head * heads != hidden {
        return Err(unsupported("heads of an unusual width"));
    }
    let says_tied = plan.config["tie_word_embeddings"] == json!(true);
    let looking: Vec<u64> = plan.config["cross_attention_layers"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect();
    let outputs = if looking.is_empty() { vocabulary } else { vocabulary.saturating_sub(8) };
    let is_tied = places.output(says_tied, outputs, hidden)?;
    if is_tied {
        places.own_matrix("embed_tokens", vocabulary, hidden)?;
    }
    places.vector("embed_tokens.weight", &[vocabulary, hidden])?;
    places.vector("norm.weight", &[hidden])?;
    let stored = (0..).filter(|block| !looking.contains(block));
    for (block, stored) in (0..size("num_hidden_layers")?).zip(stored) {
        let name = |part: &str| format!("layers.{stored}.{part}");
        let queries = sizes.heads * sizes.head;
        let keys = sizes.kv_heads * sizes.head;
        let mut attention =
            vec![("q_proj", queries, hidden), ("k_proj", keys, hidden), ("v_proj", keys, hidden)];
        if class == "Phi3ForCausalLM" {
            attention = vec![("qkv_proj", queries + 2 * keys, hidden)];
        }
        attention.push(("o_proj", hidden, queries));
        for (part, rows, columns) in attention {
            places.own_matrix(&name(&format!("self_attn.{part}")), rows, columns)?;
        }
        if is_mixture(&plan.config, stored) {
            let (experts, width) = (size("num_experts")?, size("moe_intermediate_size")?);
            for expert in 0..experts {
                places.expert(&name("mlp.experts"), expert, experts, width, hidden)?;
            }
            places.vector(&name("mlp.gate.weight"), &[experts, hidden])?;
        } else {
            let width = size("intermediate_size")?;
            if class == "Phi3ForCausalLM" {
                places.own_matrix(&name("mlp.gate_up_proj"), 2 * width, hidden)?;
                places.own_matrix(&name("mlp.down_proj"), hidden, width)?;
            } else {
                places.gated(&name("mlp"), width, hidden)?;
            }
        }
        let mut norms = vec![("input_layernorm", hidden), ("post_attention_layernorm", hidden)];
        if class == "Gemma3ForCausalLM" {
            norms.extend([("pre_feedforward_layernorm", hidden), ("post_feedforward_layernorm", hidden)]);
        }
        if class.starts_with("Gemma3") || class.starts_with("Qwen3") {
            norms.extend([("self_attn.q_norm", sizes.head), ("self_attn.k_norm", sizes.head)]);
        }
        for (norm, width) in norms {
            let target = format!("layers.{block}.{norm}.weight");
            places.vector_from(&target, &name(&format!("{norm}.weight")), &[width])?;
        }
    }
    places.pass_over(|name| looking.iter().any(|block| name.starts_with(&format!("layers.{block}."))));
    // Of the text part these change nothing: they are switched on for pictures and for speech.
    if is_phi4_mm {
        places.pass_over(|name| {
            ["vision", "speech"].iter().any(|sense| name.ends_with(&format!(".{sense}.weight")))
        });
    }
    places.check_leftovers()?;
    let mut config = plan.config;
    config["tie_word_embeddings"] = json!(is_tied);
    let Places { matrices, vectors, .. } = places;
    Ok(Blueprint { config, matrices, vectors, blanks: Vec::new(), windows: plan.windows })
}

/// A size that a configuration must state.
pub(super) fn size(config: &Value, name: &str) -> Result<u64, RpcError> {
    config[name].as_u64().filter(|size| (1..=MOST).contains(size)).ok_or_else(|| {
        RpcError::new(ErrorKind::Corrupt, format!("config.json lacks the size {name}, or it makes no sense"))
    })
}

/// Is this block a mixture of experts? (transformers, `Qwen3MoeDecoderLayer`)
fn is_mixture(config: &Value, block: u64) -> bool {
    let dense = config["mlp_only_layers"].as_array();
    let step = config["decoder_sparse_step"].as_u64().unwrap_or(1).max(1);
    config["architectures"][0] == "Qwen3MoeForCausalLM"
        && !dense.is_some_and(|blocks| blocks.contains(&json!(block)))
        && (block + 1).is_multiple_of(step)
}

/// Bytes in memory: matrices packed, everything else as F32.
pub fn memory_needed(blueprint: &Blueprint, isq: Isq) -> u64 {
    let sum = |sizes: &mut dyn Iterator<Item = u64>| sizes.fold(0, u64::saturating_add);
    let packed = sum(&mut blueprint.matrices.iter().map(|it| it.rows.saturating_mul(it.columns)));
    let plain =
        sum(&mut blueprint.vectors.iter().map(|it| it.shape.iter().copied().fold(1, u64::saturating_mul)));
    isq.bytes(packed).saturating_add(plain.saturating_mul(4))
}

struct Heads {
    heads: u64,
    kv_heads: u64,
    head: u64,
}

/// Collects where everything lies, and notices what was left over.
pub(super) struct Places<'a> {
    weights: &'a FolderWeights,
    /// Of the text part's tensors.
    prefix: &'a str,
    /// The same in the engine's folder.
    target: &'a str,
    used: HashSet<String>,
    matrices: Vec<Matrix>,
    vectors: Vec<Vector>,
}

impl<'a> Places<'a> {
    fn take(&mut self, name: &str) -> Result<FolderTensor<'a>, RpcError> {
        let tensor = self.weights.tensor(name);
        let tensor = tensor.ok_or_else(|| unsupported(format!("the folder lacks the tensor {name}")))?;
        if tensor.kind.is_none() {
            let message = format!("the tensor {name} is in a number format that is not read here");
            return Err(RpcError::new(ErrorKind::UnsupportedQuantization, message));
        }
        self.used.insert(name.to_owned());
        Ok(tensor)
    }

    /// A matrix by its whole name.
    fn matrix(&mut self, name: &str, rows: u64, columns: u64) -> Result<(), RpcError> {
        expect(name, self.take(name)?, &[rows, columns])?;
        let bias = name.strip_suffix(".weight").map(|stem| format!("{stem}.bias"));
        let bias = bias.filter(|bias| self.weights.tensor(bias).is_some());
        if let Some(bias) = &bias {
            expect(bias, self.take(bias)?, &[rows])?;
        }
        let tensor = name.to_owned();
        self.matrices.push(Matrix { tensor, first_row: 0, rows, columns, order: RowOrder::Same, bias });
        Ok(())
    }

    /// The output layer; `true` where that is the table of embeddings, which then is not taken.
    pub fn output(&mut self, says_tied: bool, vocabulary: u64, hidden: u64) -> Result<bool, RpcError> {
        let own = ["lm_head.weight", "language_model.lm_head.weight"]
            .into_iter()
            .find(|name| self.weights.tensor(name).is_some())
            .filter(|_| !says_tied);
        if let Some(name) = own {
            self.matrix(name, vocabulary, hidden)?;
        }
        Ok(own.is_none())
    }

    /// Is there a tensor of the text part of that name, `.weight` left out?
    pub fn has(&self, name: &str) -> bool {
        self.weights.tensor(&format!("{}{name}.weight", self.prefix)).is_some()
    }

    pub fn own_matrix(&mut self, name: &str, rows: u64, columns: u64) -> Result<(), RpcError> {
        let plain = format!("{}{name}.weight", self.prefix);
        let base = format!("{}{name}.base_layer.weight", self.prefix);
        let is_base = self.weights.tensor(&plain).is_none() && self.weights.tensor(&base).is_some();
        self.matrix(if is_base { &base } else { &plain }, rows, columns)
    }

    /// Gate, up and down of a plain block or a shared expert.
    pub fn gated(&mut self, name: &str, width: u64, hidden: u64) -> Result<(), RpcError> {
        self.own_matrix(&format!("{name}.gate_proj"), width, hidden)?;
        self.own_matrix(&format!("{name}.up_proj"), width, hidden)?;
        self.own_matrix(&format!("{name}.down_proj"), hidden, width)
    }

    /// Gate, up and down of one expert: tensors of its own, or parts of those of all experts.
    pub fn expert(
        &mut self,
        name: &str,
        expert: u64,
        experts: u64,
        width: u64,
        hidden: u64,
    ) -> Result<(), RpcError> {
        let both = format!("{}{name}.gate_up_proj", self.prefix);
        if self.weights.tensor(&both).is_none() {
            return self.gated(&format!("{name}.{expert}"), width, hidden);
        }
        let down = format!("{}{name}.down_proj", self.prefix);
        let (both_tensor, down_tensor) = (self.take(&both)?, self.take(&down)?);
        let mut push = |tensor: &str, first_row, rows, columns, order| {
            let tensor = tensor.to_owned();
            self.matrices.push(Matrix { tensor, first_row, rows, columns, order, bias: None });
        };
        // Some folders hold them on their side. Both shapes together always tell.
        if both_tensor.shape == [experts, hidden, 2 * width] && down_tensor.shape == [experts, width, hidden]
        {
            let both_columns = |first| RowOrder::Turned { width: 2 * width, first };
            push(&both, expert * hidden, width, hidden, both_columns(0));
            push(&both, expert * hidden, width, hidden, both_columns(width));
            push(&down, expert * width, hidden, width, RowOrder::Turned { width: hidden, first: 0 });
            return Ok(());
        }
        expect(&both, both_tensor, &[experts, 2 * width, hidden])?;
        expect(&down, down_tensor, &[experts, hidden, width])?;
        push(&both, 2 * expert * width, width, hidden, RowOrder::Same);
        push(&both, (2 * expert + 1) * width, width, hidden, RowOrder::Same);
        push(&down, expert * hidden, hidden, width, RowOrder::Same);
        Ok(())
    }

    pub fn vector(&mut self, name: &str, shape: &[u64]) -> Result<(), RpcError> {
        self.vector_from(name, name, shape)
    }

    /// The tensor `source` under the name `name`.
    pub fn vector_from(&mut self, name: &str, source: &str, shape: &[u64]) -> Result<(), RpcError> {
        let tensor = format!("{}{source}", self.prefix);
        expect(&tensor, self.take(&tensor)?, shape)?;
        self.vectors.push(Vector {
            name: format!("{}{name}", self.target),
            tensor,
            shape: shape.to_vec(),
            shift: 0.0,
        });
        Ok(())
    }

    /// What is for pictures or speech alone counts as read; it is told by its name behind the prefix.
    fn pass_over(&mut self, is_for_them: impl Fn(&str) -> bool) {
        let theirs = |name: &&str| name.strip_prefix(self.prefix).is_some_and(&is_for_them);
        self.used.extend(self.weights.names().filter(theirs).map(str::to_owned));
    }

    /// A tensor of the text part that nothing has asked for changes the numbers in a way that the engine does not know.
    fn check_leftovers(&self) -> Result<(), RpcError> {
        let left = self.weights.names().find(|name| {
            name.starts_with(self.prefix)
                && !BESIDE.iter().any(|beside| name.starts_with(beside))
                // Computed from the configuration; early folders keep them.
                && !name.ends_with(".rotary_emb.inv_freq")
                && !self.used.contains(*name)
        });
        match left {
            Some(name) => Err(unsupported(format!(
                "a tensor that the engine has no use for ({name}), so its numbers would be wrong"
            ))),
            None => Ok(()),
        }
    }
}

fn expect(name: &str, tensor: FolderTensor, shape: &[u64]) -> Result<(), RpcError> {
    if tensor.shape == shape {
        return Ok(());
    }
    Err(unsupported(format!("the tensor {name} has the shape {:?} instead of {shape:?}", tensor.shape)))
}
