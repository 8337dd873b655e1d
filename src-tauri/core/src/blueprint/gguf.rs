//! From a GGUF header to the Hugging Face form, architecture by architecture.
//!
//! Sources: llama.cpp's converter (`convert_hf_to_gguf.py`) and graphs for what the file means,
//! transformers' model classes for what must be computed, mistral.rs 0.8.1's `models/*.rs` for
//! what its classes ask for and the order of their matrices.

mod gemma;
mod glm;
mod phi;

use serde_json::{json, Map, Value};

use crate::header::gguf::GgufModel;
use crate::protocol::RpcError;

use super::facts::Facts;
use super::places::Places;
use super::rope::{self, Llama3};
use super::{unsupported, Blueprint, RowOrder, Windows};

pub(super) use gemma::regular_pattern;

/// The blueprint of a model in one GGUF file or several.
///
/// # Errors
/// `UnsupportedArchitecture` with the reason: an architecture without a class, a scaling of rotary
/// positions that the class ignores, a tensor that nobody reads. `Corrupt` where a size is missing.
pub fn of_gguf(model: &GgufModel) -> Result<Blueprint, RpcError> {
    let architecture = model.first().architecture().unwrap_or_default();
    let facts = Facts::new(model, &architecture);
    match architecture.as_str() {
        "llama" if facts.optional("expert_count")?.is_some_and(|count| count > 1) => mixtral(&facts),
        "llama" | "mistral3" => llama(&facts),
        // Positions of pictures have three directions; in text all three are the same.
        "qwen2" | "qwen2vl" => qwen2(&facts),
        "qwen3" | "qwen3vl" => qwen3(&facts),
        "qwen3moe" | "qwen3vlmoe" => qwen3_moe(&facts),
        "gemma" | "gemma2" | "gemma3" => gemma::gemma(&facts),
        "phi3" => phi::phi3(&facts),
        "glm4" => glm::glm4(&facts),
        "smollm3" => smollm3(&facts),
        "starcoder2" => starcoder2(&facts),
        _ => Err(unsupported(format!("the architecture {architecture} is not read from GGUF files"))),
    }
}

fn ignored_rope(architecture: &str, what: &str) -> RpcError {
    unsupported(format!(
        "{architecture} with scaled rotary positions ({what}), which the engine ignores here"
    ))
}

enum Scaling {
    None,
    Linear(f64),
    Other(String),
}

fn scaling(facts: &Facts) -> Scaling {
    let factor = facts.float("rope.scaling.factor").or_else(|| facts.float("rope.scale_linear"));
    match (facts.text("rope.scaling.type"), factor) {
        // Files from before the type was written: a factor alone is linear.
        (None, Some(factor)) if factor != 1.0 && factor != 0.0 => Scaling::Linear(factor),
        (None | Some("none"), _) => Scaling::None,
        (Some("linear"), Some(1.0)) => Scaling::None,
        (Some("linear"), Some(factor)) if factor > 0.0 => Scaling::Linear(factor),
        (Some(kind), _) => Scaling::Other(kind.to_owned()),
    }
}

/// For classes that know no scaling at all.
fn without_scaling(facts: &Facts) -> Result<(), RpcError> {
    match scaling(facts) {
        Scaling::None => Ok(()),
        Scaling::Linear(_) => Err(ignored_rope(facts.architecture(), "linear")),
        Scaling::Other(kind) => Err(ignored_rope(facts.architecture(), &kind)),
    }
}

/// The sizes that every transformer has.
#[derive(Clone, Copy)]
struct Sizes {
    hidden: u64,
    feed_forward: u64,
    layers: u64,
    heads: u64,
    kv_heads: u64,
    head: u64,
    vocabulary: u64,
    tied: bool,
}

/// Reads the sizes, and begins `config.json` with what all classes ask for.
fn begin(facts: &Facts, class: &str) -> Result<(Sizes, Map<String, Value>), RpcError> {
    let hidden = facts.size("embedding_length")?;
    let heads = facts.size("attention.head_count")?;
    let embedding = facts
        .model
        .tensor("token_embd.weight")
        .filter(|tensor| tensor.shape.len() == 2)
        .ok_or_else(|| unsupported("the file has no table of embeddings (token_embd.weight)"))?;
    let sizes = Sizes {
        hidden,
        feed_forward: facts.optional("feed_forward_length")?.unwrap_or(0),
        layers: facts.size("block_count")?,
        heads,
        kv_heads: facts.optional("attention.head_count_kv")?.filter(|&count| count > 0).unwrap_or(heads),
        head: facts.head(hidden, heads)?,
        vocabulary: embedding.shape[1],
        tied: facts.model.tensor("output.weight").is_none(),
    };
    if !sizes.heads.is_multiple_of(sizes.kv_heads) {
        return Err(unsupported("a number of heads that is no multiple of the heads of keys"));
    }
    let epsilon = facts.float("attention.layer_norm_rms_epsilon").unwrap_or(1e-6);
    let config = json!({
        "architectures": [class],
        "hidden_size": sizes.hidden,
        "intermediate_size": sizes.feed_forward,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "num_key_value_heads": sizes.kv_heads,
        "vocab_size": sizes.vocabulary,
        "max_position_embeddings": facts.size("context_length")?,
        "rms_norm_eps": epsilon,
        "rope_theta": facts.float("rope.freq_base").unwrap_or(10_000.0),
        "tie_word_embeddings": sizes.tied,
    });
    match config {
        Value::Object(config) => Ok((sizes, config)),
        _ => unreachable!("written as an object above"),
    }
}

/// Where everything lies, for the plan that all of these models share.
struct Builder<'a> {
    places: Places<'a>,
    sizes: Sizes,
    /// Added to norms: Gemma's are stored as 1 + weight.
    shift: f32,
}

impl<'a> Builder<'a> {
    /// The output layer, which the engine lists first; without one of its own the table of
    /// embeddings serves as such, and is given packed.
    fn new(facts: &Facts<'a>, sizes: Sizes, shift: f32) -> Result<Self, RpcError> {
        let mut places = Places::new(facts.model);
        let output = if sizes.tied { "token_embd" } else { "output" };
        places.matrix(output, sizes.vocabulary, sizes.hidden, RowOrder::Same)?;
        let table = [sizes.vocabulary, sizes.hidden];
        places.vector("model.embed_tokens.weight", "token_embd.weight", &table, 0.0)?;
        places.vector("model.norm.weight", "output_norm.weight", &[sizes.hidden], shift)?;
        Ok(Self { places, sizes, shift })
    }

    fn norm(&mut self, block: u64, name: &str, stored: &str, width: u64) -> Result<(), RpcError> {
        let tensor = format!("blk.{block}.{stored}.weight");
        self.places.vector(format!("model.layers.{block}.{name}.weight"), &tensor, &[width], self.shift)
    }

    fn attention(&mut self, block: u64, interleaved: bool) -> Result<(), RpcError> {
        let Sizes { hidden, heads, kv_heads, head, .. } = self.sizes;
        let order = |heads| if interleaved { RowOrder::Interleaved { heads } } else { RowOrder::Same };
        let matrices = [
            ("attn_q", heads * head, hidden, order(heads)),
            ("attn_k", kv_heads * head, hidden, order(kv_heads)),
            ("attn_v", kv_heads * head, hidden, RowOrder::Same),
            ("attn_output", hidden, heads * head, RowOrder::Same),
        ];
        for (name, rows, columns, order) in matrices {
            self.places.matrix(&format!("blk.{block}.{name}"), rows, columns, order)?;
        }
        Ok(())
    }

    fn feed_forward(&mut self, block: u64) -> Result<(), RpcError> {
        let Sizes { hidden, feed_forward, .. } = self.sizes;
        for (name, rows, columns) in [
            ("ffn_gate", feed_forward, hidden),
            ("ffn_up", feed_forward, hidden),
            ("ffn_down", hidden, feed_forward),
        ] {
            self.places.matrix(&format!("blk.{block}.{name}"), rows, columns, RowOrder::Same)?;
        }
        Ok(())
    }

    fn norms(&mut self, block: u64) -> Result<(), RpcError> {
        let hidden = self.sizes.hidden;
        self.norm(block, "input_layernorm", "attn_norm", hidden)?;
        self.norm(block, "post_attention_layernorm", "ffn_norm", hidden)
    }

    fn head_norms(&mut self, block: u64) -> Result<(), RpcError> {
        let head = self.sizes.head;
        self.norm(block, "self_attn.q_norm", "attn_q_norm", head)?;
        self.norm(block, "self_attn.k_norm", "attn_k_norm", head)
    }

    fn finish(self, config: Map<String, Value>, windows: Option<Windows>) -> Result<Blueprint, RpcError> {
        self.places.check_leftovers()?;
        let Places { matrices, vectors, .. } = self.places;
        Ok(Blueprint { config: Value::Object(config), matrices, vectors, blanks: Vec::new(), windows })
    }
}

/// Llama and Mistral. Heads that are not `hidden / heads` wide need the Mistral class, which knows
/// no scaling.
fn llama(facts: &Facts) -> Result<Blueprint, RpcError> {
    if facts.float("attention.temperature_scale").is_some_and(|scale| scale != 0.0) {
        return Err(unsupported("attention that is scaled with the position, which the engine ignores here"));
    }
    let (sizes, mut config) = begin(facts, "LlamaForCausalLM")?;
    let (head, standard) = (sizes.head, sizes.head * sizes.heads == sizes.hidden);
    if facts.optional("rope.dimension_count")?.is_some_and(|width| width != head) {
        return Err(unsupported("rotary positions on a part of each head"));
    }
    let base = facts.float("rope.freq_base").unwrap_or(10_000.0);
    let mut builder = Builder::new(facts, sizes, 0.0)?;
    let scaled = match (builder.places.find("rope_freqs.weight"), scaling(facts)) {
        (None, Scaling::None) => Value::Null,
        (None, Scaling::Linear(factor)) => json!({"rope_type": "linear", "factor": factor}),
        // Some files name the scaling beside the finished divisors.
        (Some(tensor), scaling) => {
            if matches!(&scaling, Scaling::Linear(_)) {
                return Err(unsupported("two scalings of rotary positions at once"));
            }
            let divisors = rope::read_factors(facts.model, tensor)?;
            if divisors.len() as u64 * 2 != head {
                return Err(unsupported("a number of rotary divisors that does not fit the heads"));
            }
            if divisors.iter().all(|&divisor| divisor == 1.0) {
                Value::Null
            } else {
                Llama3::from_divisors(&divisors, base)?.to_json()
            }
        }
        (None, Scaling::Other(kind)) => return Err(ignored_rope("llama", &kind)),
    };
    if !standard {
        if !scaled.is_null() {
            return Err(unsupported("scaled rotary positions with heads of an unusual width"));
        }
        config.insert("architectures".into(), json!(["MistralForCausalLM"]));
        config.insert("head_dim".into(), json!(head));
        config.insert("sliding_window".into(), Value::Null);
    }
    config.insert("hidden_act".into(), json!("silu"));
    config.insert("rope_scaling".into(), scaled);
    for block in 0..builder.sizes.layers {
        builder.attention(block, true)?;
        builder.feed_forward(block)?;
        builder.norms(block)?;
    }
    builder.finish(config, None)
}

/// SmolLM 3: as Llama, and every fourth block knows no positions. The file does not say so: llama.cpp knows it.
fn smollm3(facts: &Facts) -> Result<Blueprint, RpcError> {
    let (sizes, mut config) = begin(facts, "SmolLM3ForCausalLM")?;
    without_scaling(facts)?;
    let Sizes { hidden, heads, head, .. } = sizes;
    if head * heads != hidden || facts.optional("rope.dimension_count")?.is_some_and(|width| width != head) {
        return Err(unsupported("heads of an unusual width"));
    }
    config.insert("hidden_act".into(), json!("silu"));
    config.insert("no_rope_layer_interval".into(), json!(4));
    let mut builder = Builder::new(facts, sizes, 0.0)?;
    for block in 0..builder.sizes.layers {
        builder.attention(block, true)?;
        builder.feed_forward(block)?;
        builder.norms(block)?;
    }
    builder.finish(config, None)
}

/// Mixtral. The engine lists the router, and then `w1`, `w2`, `w3` of each expert: gate, down, up.
fn mixtral(facts: &Facts) -> Result<Blueprint, RpcError> {
    let (sizes, mut config) = begin(facts, "MixtralForCausalLM")?;
    without_scaling(facts)?;
    let Sizes { hidden, feed_forward, heads, head, .. } = sizes;
    if head * heads != hidden {
        return Err(unsupported("heads of an unusual width"));
    }
    let experts = facts.size("expert_count")?;
    config.insert("hidden_act".into(), json!("silu"));
    config.insert("sliding_window".into(), Value::Null);
    config.insert("num_local_experts".into(), json!(experts));
    config.insert("num_experts_per_tok".into(), json!(facts.size("expert_used_count")?));
    let mut builder = Builder::new(facts, sizes, 0.0)?;
    for block in 0..builder.sizes.layers {
        builder.attention(block, true)?;
        let places = &mut builder.places;
        places.matrix(&format!("blk.{block}.ffn_gate_inp"), experts, hidden, RowOrder::Same)?;
        // Older files have a tensor for every expert.
        let stacked = facts.model.tensor(&format!("blk.{block}.ffn_gate_exps.weight")).is_some();
        for expert in 0..experts {
            for (name, rows, columns) in [
                ("ffn_gate", feed_forward, hidden),
                ("ffn_down", hidden, feed_forward),
                ("ffn_up", feed_forward, hidden),
            ] {
                if stacked {
                    places.stacked(&format!("blk.{block}.{name}_exps"), expert, experts, rows, columns)?;
                } else {
                    places.matrix(&format!("blk.{block}.{name}.{expert}"), rows, columns, RowOrder::Same)?;
                }
            }
        }
        builder.norms(block)?;
    }
    builder.finish(config, None)
}

/// StarCoder 2: biases everywhere, and norms that also shift.
fn starcoder2(facts: &Facts) -> Result<Blueprint, RpcError> {
    let (sizes, mut config) = begin(facts, "Starcoder2ForCausalLM")?;
    without_scaling(facts)?;
    let Sizes { hidden, feed_forward, heads, head, .. } = sizes;
    if head * heads != hidden {
        return Err(unsupported("heads of an unusual width"));
    }
    config.insert("hidden_act".into(), json!("gelu_pytorch_tanh"));
    config.insert("use_bias".into(), json!(true));
    config.insert("norm_epsilon".into(), json!(facts.float("attention.layer_norm_epsilon").unwrap_or(1e-5)));
    config.insert("sliding_window".into(), Value::Null);
    let mut builder = Builder::new(facts, sizes, 0.0)?;
    builder.places.vector("model.norm.bias", "output_norm.bias", &[hidden], 0.0)?;
    for block in 0..builder.sizes.layers {
        builder.attention(block, false)?;
        builder.places.matrix(&format!("blk.{block}.ffn_up"), feed_forward, hidden, RowOrder::Same)?;
        builder.places.matrix(&format!("blk.{block}.ffn_down"), hidden, feed_forward, RowOrder::Same)?;
        builder.norms(block)?;
        for (name, stored) in [("input_layernorm", "attn_norm"), ("post_attention_layernorm", "ffn_norm")] {
            let name = format!("model.layers.{block}.{name}.bias");
            builder.places.vector(name, &format!("blk.{block}.{stored}.bias"), &[hidden], 0.0)?;
        }
    }
    builder.finish(config, None)
}

fn qwen2(facts: &Facts) -> Result<Blueprint, RpcError> {
    let (sizes, mut config) = begin(facts, "Qwen2ForCausalLM")?;
    without_scaling(facts)?;
    if sizes.head * sizes.heads != sizes.hidden {
        return Err(unsupported("heads of an unusual width"));
    }
    config.insert("hidden_act".into(), json!("silu"));
    config.insert("sliding_window".into(), Value::Null);
    let mut builder = Builder::new(facts, sizes, 0.0)?;
    for block in 0..builder.sizes.layers {
        builder.attention(block, false)?;
        builder.feed_forward(block)?;
        builder.norms(block)?;
    }
    builder.finish(config, None)
}

fn qwen3(facts: &Facts) -> Result<Blueprint, RpcError> {
    let (sizes, mut config) = begin(facts, "Qwen3ForCausalLM")?;
    qwen3_config(facts, &sizes, &mut config)?;
    let mut builder = Builder::new(facts, sizes, 0.0)?;
    for block in 0..builder.sizes.layers {
        builder.attention(block, false)?;
        builder.feed_forward(block)?;
        builder.norms(block)?;
        builder.head_norms(block)?;
    }
    builder.finish(config, None)
}

fn qwen3_config(facts: &Facts, sizes: &Sizes, config: &mut Map<String, Value>) -> Result<(), RpcError> {
    without_scaling(facts)?;
    config.insert("hidden_act".into(), json!("silu"));
    config.insert("head_dim".into(), json!(sizes.head));
    config.insert("sliding_window".into(), Value::Null);
    config.insert("use_sliding_window".into(), json!(false));
    config.insert("max_window_layers".into(), json!(sizes.layers));
    Ok(())
}

/// Every block is a mixture of experts; the engine lists gate, up and down of each expert in turn.
fn qwen3_moe(facts: &Facts) -> Result<Blueprint, RpcError> {
    let (sizes, mut config) = begin(facts, "Qwen3MoeForCausalLM")?;
    qwen3_config(facts, &sizes, &mut config)?;
    let experts = facts.size("expert_count")?;
    let width = facts.size("expert_feed_forward_length")?;
    config.insert("moe_intermediate_size".into(), json!(width));
    config.insert("num_experts".into(), json!(experts));
    config.insert("num_experts_per_tok".into(), json!(facts.size("expert_used_count")?));
    config.insert("mlp_only_layers".into(), json!([]));
    config.insert("decoder_sparse_step".into(), json!(1));
    // As llama.cpp computes it: the chosen experts' weights sum to 1.
    config.insert("norm_topk_prob".into(), json!(true));
    let mut builder = Builder::new(facts, sizes, 0.0)?;
    let hidden = builder.sizes.hidden;
    for block in 0..builder.sizes.layers {
        builder.attention(block, false)?;
        for expert in 0..experts {
            for (name, rows, columns) in [
                ("ffn_gate_exps", width, hidden),
                ("ffn_up_exps", width, hidden),
                ("ffn_down_exps", hidden, width),
            ] {
                builder.places.stacked(&format!("blk.{block}.{name}"), expert, experts, rows, columns)?;
            }
        }
        builder.norms(block)?;
        builder.head_norms(block)?;
        let router = format!("blk.{block}.ffn_gate_inp.weight");
        let name = format!("model.layers.{block}.mlp.gate.weight");
        builder.places.vector(name, &router, &[experts, hidden], 0.0)?;
    }
    builder.finish(config, None)
}
