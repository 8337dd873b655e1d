//! The text part of a folder, as a model of its own.
//!
//! Models that also see or hear hold a language model that the engine knows by itself: Gemma 3 with eyes
//! is a Gemma 3, Mistral Small 3 a Mistral, Qwen-VL a Qwen. For text alone (positions in pictures are then the same
//! in every direction) it computes the same, so only its tensors are taken, and written in the engine's
//! container like those of a GGUF file: the rest would be kept in memory for nothing. Mixtures of experts go
//! the same way, because on a CPU the engine reads their experts from its container alone.

use std::collections::HashSet;

use serde_json::{json, Value};

use crate::header::folder::{FolderTensor, FolderWeights};
use crate::protocol::{ErrorKind, Isq, RpcError};

use super::{folder, unsupported, Blueprint, Matrix, RowOrder, Vector};

/// Class of a folder, class of its text part, and the types that this may have.
const PARTS: &[(&str, &str, &[&str])] = &[
    ("Gemma3ForConditionalGeneration", "Gemma3ForCausalLM", &["gemma3_text"]),
    ("Mistral3ForConditionalGeneration", "MistralForCausalLM", &["mistral"]),
    ("Qwen2VLForConditionalGeneration", "Qwen2ForCausalLM", &["qwen2_vl", "qwen2_vl_text"]),
    ("Qwen2_5_VLForConditionalGeneration", "Qwen2ForCausalLM", &["qwen2_5_vl", "qwen2_5_vl_text"]),
    ("Qwen3VLForConditionalGeneration", "Qwen3ForCausalLM", &["qwen3_vl_text"]),
    ("Qwen3MoeForCausalLM", "Qwen3MoeForCausalLM", &["qwen3_moe"]),
];

/// No size of a model is larger; the product of two stays a number.
const MOST: u64 = 1 << 31;

/// Where the text part's tensors begin, in the ways that published folders name them.
const PREFIXES: &[&str] = &["language_model.model.", "model.language_model.", "language_model.", "model."];

/// The class that computes a folder's text part, where the folder goes this way.
pub fn class_of(config: &Value) -> Option<&'static str> {
    let class = config["architectures"][0].as_str()?;
    PARTS.iter().find(|(name, _, _)| *name == class).map(|(_, part, _)| *part)
}

/// `config.json` of the text part alone, where the folder has one that is to be taken.
///
/// # Errors
/// `UnsupportedArchitecture` where the part is of another kind than the class's usual one.
pub(super) fn config(config: &Value) -> Result<Option<Value>, RpcError> {
    let class = config["architectures"][0].as_str().unwrap_or_default();
    let Some((_, part, types)) = PARTS.iter().find(|(name, _, _)| *name == class) else { return Ok(None) };
    if class == *part {
        return Ok(None);
    }
    let is_nested = config["text_config"].is_object();
    let mut text = if is_nested { config["text_config"].clone() } else { config.clone() };
    let kind = text["model_type"].as_str().unwrap_or_default();
    if !types.contains(&kind) {
        return Err(unsupported(format!("{class} with a text part of the kind {kind}")));
    }
    text["architectures"] = json!([part]);
    if is_nested && text["tie_word_embeddings"].is_null() {
        text["tie_word_embeddings"] = config["tie_word_embeddings"].clone();
    }
    Ok(Some(text))
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
    let mut places =
        Places { weights, prefix, used: HashSet::new(), matrices: Vec::new(), vectors: Vec::new() };
    let size = |name: &str| {
        plan.config[name].as_u64().filter(|size| (1..=MOST).contains(size)).ok_or_else(|| {
            RpcError::new(
                ErrorKind::Corrupt,
                format!("config.json lacks the size {name}, or it makes no sense"),
            )
        })
    };
    let (hidden, heads) = (size("hidden_size")?, size("num_attention_heads")?);
    let sizes = Sizes {
        heads,
        kv_heads: size("num_key_value_heads").unwrap_or(heads),
        head: size("head_dim").unwrap_or(hidden / heads),
        vocabulary: size("vocab_size")?,
    };
    if class == "Qwen2ForCausalLM" && sizes.head * heads != hidden {
        return Err(unsupported("heads of an unusual width"));
    }
    let output = ["lm_head.weight", "language_model.lm_head.weight"]
        .into_iter()
        .find(|name| weights.tensor(name).is_some())
        .filter(|_| plan.config["tie_word_embeddings"] != json!(true));
    let table = format!("{prefix}embed_tokens.weight");
    places.matrix(output.unwrap_or(&table), sizes.vocabulary, hidden)?;
    places.vector("embed_tokens.weight", &[sizes.vocabulary, hidden])?;
    places.vector("norm.weight", &[hidden])?;
    for block in 0..size("num_hidden_layers")? {
        let name = |part: &str| format!("layers.{block}.{part}");
        let queries = sizes.heads * sizes.head;
        let keys = sizes.kv_heads * sizes.head;
        for (part, rows, columns) in [
            ("self_attn.q_proj", queries, hidden),
            ("self_attn.k_proj", keys, hidden),
            ("self_attn.v_proj", keys, hidden),
            ("self_attn.o_proj", hidden, queries),
        ] {
            places.own_matrix(&name(part), rows, columns)?;
        }
        if is_mixture(&plan.config, block) {
            let (experts, width) = (size("num_experts")?, size("moe_intermediate_size")?);
            for expert in 0..experts {
                places.expert(&name("mlp.experts"), expert, experts, width, hidden)?;
            }
            places.vector(&name("mlp.gate.weight"), &[experts, hidden])?;
        } else {
            let width = size("intermediate_size")?;
            places.own_matrix(&name("mlp.gate_proj"), width, hidden)?;
            places.own_matrix(&name("mlp.up_proj"), width, hidden)?;
            places.own_matrix(&name("mlp.down_proj"), hidden, width)?;
        }
        for norm in ["input_layernorm", "post_attention_layernorm"] {
            places.vector(&name(&format!("{norm}.weight")), &[hidden])?;
        }
        if class == "Gemma3ForCausalLM" {
            for norm in ["pre_feedforward_layernorm", "post_feedforward_layernorm"] {
                places.vector(&name(&format!("{norm}.weight")), &[hidden])?;
            }
        }
        if class.starts_with("Gemma3") || class.starts_with("Qwen3") {
            for norm in ["q_norm", "k_norm"] {
                places.vector(&name(&format!("self_attn.{norm}.weight")), &[sizes.head])?;
            }
        }
    }
    places.check_leftovers()?;
    let mut config = plan.config;
    config["tie_word_embeddings"] = json!(output.is_none());
    let Places { matrices, vectors, .. } = places;
    Ok(Blueprint { config, matrices, vectors, windows: plan.windows })
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

struct Sizes {
    heads: u64,
    kv_heads: u64,
    head: u64,
    vocabulary: u64,
}

/// Collects where everything lies, and notices what was left over.
struct Places<'a> {
    weights: &'a FolderWeights,
    /// Of the text part's tensors; in the engine's folder they begin with `model.`.
    prefix: &'a str,
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

    fn own_matrix(&mut self, name: &str, rows: u64, columns: u64) -> Result<(), RpcError> {
        self.matrix(&format!("{}{name}.weight", self.prefix), rows, columns)
    }

    /// Gate, up and down of one expert: tensors of its own, or parts of those of all experts.
    fn expert(
        &mut self,
        name: &str,
        expert: u64,
        experts: u64,
        width: u64,
        hidden: u64,
    ) -> Result<(), RpcError> {
        let both = format!("{}{name}.gate_up_proj", self.prefix);
        if self.weights.tensor(&both).is_none() {
            self.own_matrix(&format!("{name}.{expert}.gate_proj"), width, hidden)?;
            self.own_matrix(&format!("{name}.{expert}.up_proj"), width, hidden)?;
            return self.own_matrix(&format!("{name}.{expert}.down_proj"), hidden, width);
        }
        let down = format!("{}{name}.down_proj", self.prefix);
        // Which of the two is the longer side tells rows from columns.
        if 2 * width == hidden {
            return Err(unsupported("experts whose rows can't be told from their columns"));
        }
        expect(&both, self.take(&both)?, &[experts, 2 * width, hidden])?;
        expect(&down, self.take(&down)?, &[experts, hidden, width])?;
        let mut push = |tensor: &str, first_row, rows, columns| {
            let tensor = tensor.to_owned();
            self.matrices.push(Matrix {
                tensor,
                first_row,
                rows,
                columns,
                order: RowOrder::Same,
                bias: None,
            });
        };
        push(&both, 2 * expert * width, width, hidden);
        push(&both, (2 * expert + 1) * width, width, hidden);
        push(&down, expert * hidden, hidden, width);
        Ok(())
    }

    fn vector(&mut self, name: &str, shape: &[u64]) -> Result<(), RpcError> {
        let tensor = format!("{}{name}", self.prefix);
        expect(&tensor, self.take(&tensor)?, shape)?;
        self.vectors.push(Vector {
            name: format!("model.{name}"),
            tensor,
            shape: shape.to_vec(),
            shift: 0.0,
        });
        Ok(())
    }

    /// A tensor of the text part that nothing has asked for changes the numbers in a way that the engine does not know.
    fn check_leftovers(&self) -> Result<(), RpcError> {
        let left = self.weights.names().find(|name| {
            name.starts_with(self.prefix)
                && !name.starts_with("model.visual.")
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
