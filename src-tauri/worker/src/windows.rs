//! Sliding windows made exact, and caches that hold the whole context.
//!
//! In a block with a window of W a token sees itself and the W - 1 before it. mistral.rs 0.8.1
//! takes one number for two things: its mask for prompts lets W + 1 tokens through, and its cache
//! of keys and values keeps W. So the configuration says W - 1, and the cache that was made from it
//! is replaced by one that keeps W. Gemma 2's class moreover gives every block such a cache, also
//! those that must see everything.
//!
//! A cache without a window grows by 512 positions at a time and stops before it exceeds the greatest context of the model, so one of
//! 1,000 tokens holds 512. The configuration says a multiple then (`blueprint::set_context`); where it can't, because a GGUF file is read
//! as it is, or because angles are computed from it, the caches are replaced too.
//!
//! The engine's types for caches can't be named from outside. But an empty cache can be cloned, so
//! a model of a few kilobytes is loaded that has one of each kind: the donor.

use std::path::Path;

use serde_json::{json, Map, Value};
use tokio::runtime::Runtime;
use vitrine_core::blueprint::{self, Windows};
use vitrine_core::protocol::RpcError;

use crate::engine::{self, FolderKind, Weights};
use crate::scratch;

/// Puts the window into `config.json` so that the engine's mask for prompts is right.
pub fn narrow(config: &mut Value, windows: &Windows) {
    let text = match config.get_mut("text_config") {
        Some(text) => text,
        None => config,
    };
    text["sliding_window"] = json!(windows.window - 1);
}

/// Gives every block the cache that it must have. `context` is what a block without a window keeps at most, in tokens.
pub fn apply(weights: &Weights, windows: &Windows, context: u32, runtime: &Runtime) -> Result<(), RpcError> {
    let donor = donor(windows.window, context, runtime)?;
    weights.take_caches(&donor, |block| windows.sliding.get(block).copied().unwrap_or(false))
}

/// Gives every block a cache without a window that keeps `context` tokens.
pub fn make_room(weights: &Weights, context: u32, runtime: &Runtime) -> Result<(), RpcError> {
    // Nobody takes the one with a window.
    weights.take_caches(&donor(blueprint::ROOM, context, runtime)?, |_| false)
}

fn donor(window: u32, context: u32, runtime: &Runtime) -> Result<Weights, RpcError> {
    let folder = scratch::fresh_folder()?;
    write_donor(folder.path(), window, blueprint::room(context))?;
    engine::read_folder(runtime, folder.path(), FolderKind::Multimodal, None)
}

const HIDDEN: usize = 32;
const VOCABULARY: usize = 4;

/// A Gemma 3 of two blocks, the first with a window, the second without.
fn write_donor(folder: &Path, window: u32, context: u32) -> Result<(), RpcError> {
    let config = json!({
        "architectures": ["Gemma3ForCausalLM"],
        "hidden_size": HIDDEN,
        "intermediate_size": HIDDEN,
        "num_hidden_layers": 2,
        "num_attention_heads": 1,
        "num_key_value_heads": 1,
        "head_dim": HIDDEN,
        "vocab_size": VOCABULARY,
        "max_position_embeddings": context,
        "sliding_window": window,
        "sliding_window_pattern": 2,
        "attn_logit_softcapping": null,
        "final_logit_softcapping": null,
        "rope_scaling": null,
    });
    scratch::write(folder, "config.json", &config.to_string())?;
    scratch::write(folder, "tokenizer.json", &tokenizer().to_string())?;
    scratch::write_bytes(folder, "model.safetensors", &zeros())
}

/// Four tokens; nobody asks it for anything.
fn tokenizer() -> Value {
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
        "post_processor": null,
        "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
        "model": {
            "type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
            "vocab": {"a": 0, "b": 1, "c": 2, "d": 3}, "merges": [],
        },
    })
}

/// Its weights, all 0.
fn zeros() -> Vec<u8> {
    let mut shapes: Vec<(String, Vec<usize>)> = vec![
        ("model.embed_tokens.weight".into(), vec![VOCABULARY, HIDDEN]),
        ("model.norm.weight".into(), vec![HIDDEN]),
    ];
    for block in 0..2 {
        let names = ["q_proj", "k_proj", "v_proj", "o_proj"].map(|name| format!("self_attn.{name}"));
        let names =
            names.into_iter().chain(["gate_proj", "up_proj", "down_proj"].map(|name| format!("mlp.{name}")));
        shapes
            .extend(names.map(|name| (format!("model.layers.{block}.{name}.weight"), vec![HIDDEN, HIDDEN])));
        let norms = [
            "input_layernorm",
            "post_attention_layernorm",
            "pre_feedforward_layernorm",
            "post_feedforward_layernorm",
            "self_attn.q_norm",
            "self_attn.k_norm",
        ];
        shapes.extend(norms.map(|name| (format!("model.layers.{block}.{name}.weight"), vec![HIDDEN])));
    }
    let mut header = Map::new();
    let mut end = 0;
    for (name, shape) in shapes {
        let start = end;
        end += 4 * shape.iter().product::<usize>();
        header.insert(name, json!({"dtype": "F32", "shape": shape, "data_offsets": [start, end]}));
    }
    let mut json = Value::Object(header).to_string().into_bytes();
    json.resize(json.len().next_multiple_of(8), b' ');
    let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
    bytes.extend(json);
    bytes.resize(bytes.len() + end, 0);
    bytes
}
