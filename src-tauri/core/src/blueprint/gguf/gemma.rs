//! Gemma: norms around every part, windows in a pattern, and two bases of rotary positions.

use serde_json::{json, Map, Value};

use super::super::facts::Facts;
use super::super::{unsupported, Blueprint, Windows};
use super::{begin, ignored_rope, scaling, without_scaling, Builder, Scaling, Sizes};
use crate::protocol::RpcError;

/// Gemma 1, 2 and 3 (its text part).
pub(super) fn gemma(facts: &Facts) -> Result<Blueprint, RpcError> {
    let generation = facts.architecture();
    let class = match generation {
        "gemma" => "GemmaForCausalLM",
        "gemma2" => "Gemma2ForCausalLM",
        _ => "Gemma3ForCausalLM",
    };
    let (sizes, mut config) = begin(facts, class)?;
    config.insert("hidden_activation".into(), json!("gelu_pytorch_tanh"));
    config.insert("attention_bias".into(), json!(false));
    config.insert("head_dim".into(), json!(sizes.head));
    if generation != "gemma" {
        config.insert("query_pre_attn_scalar".into(), json!(attention_scalar(generation, &sizes)));
        // The first conversions of Gemma 2 did not write them: llama.cpp knows them (`llama-hparams.h`, `models/gemma2.cpp`).
        let usual = |cap: f64| (generation == "gemma2").then_some(cap);
        for (name, usual) in
            [("attn_logit_softcapping", usual(50.0)), ("final_logit_softcapping", usual(30.0))]
        {
            config.insert(name.into(), json!(facts.float(name).or(usual)));
        }
    }
    let windows = match generation {
        "gemma" => {
            without_scaling(facts)?;
            None
        }
        "gemma2" => {
            without_scaling(facts)?;
            // Every second block, beginning with the first.
            Some(gemma_windows(facts, sizes.layers, 2)?)
        }
        _ => {
            gemma3_rope(facts, &mut config)?;
            Some(gemma_windows(facts, sizes.layers, 6)?)
        }
    };
    let mut builder = Builder::new(facts, sizes, -1.0)?;
    let hidden = builder.sizes.hidden;
    for block in 0..builder.sizes.layers {
        builder.attention(block, false)?;
        builder.feed_forward(block)?;
        if generation == "gemma" {
            builder.norms(block)?;
            continue;
        }
        builder.norm(block, "input_layernorm", "attn_norm", hidden)?;
        builder.norm(block, "post_attention_layernorm", "post_attention_norm", hidden)?;
        builder.norm(block, "pre_feedforward_layernorm", "ffn_norm", hidden)?;
        builder.norm(block, "post_feedforward_layernorm", "post_ffw_norm", hidden)?;
        if generation == "gemma3" {
            builder.head_norms(block)?;
        }
    }
    if let Some(windows) = &windows {
        config.insert("sliding_window".into(), json!(windows.window));
        if generation == "gemma3" {
            config.insert("sliding_window_pattern".into(), json!(regular_pattern(&windows.sliding)?));
        }
    }
    builder.finish(config, windows)
}

/// The scores are divided by the root of this. Not in the file: llama.cpp knows that only the 27B
/// models, told by their number of blocks, use another value than the width of a head.
fn attention_scalar(generation: &str, sizes: &Sizes) -> u64 {
    match (generation, sizes.layers) {
        ("gemma2", 46) | ("gemma3", 62) => sizes.hidden / sizes.heads,
        _ => sizes.head,
    }
}

fn gemma_windows(facts: &Facts, layers: u64, usual: u64) -> Result<Windows, RpcError> {
    let window = facts.optional("attention.sliding_window")?.unwrap_or(4096);
    let window = u32::try_from(window).ok().filter(|&window| window > 1);
    let window = window.ok_or_else(|| unsupported("a sliding window of no width"))?;
    let sliding = facts
        .pattern("attention.sliding_window_pattern", layers)
        .unwrap_or_else(|| (1..=layers).map(|block| block % usual != 0).collect());
    Ok(Windows { window, sliding })
}

/// The engine takes one number: every n-th block sees everything.
pub(in super::super) fn regular_pattern(sliding: &[bool]) -> Result<u64, RpcError> {
    let n = sliding.iter().position(|slides| !slides).map_or(sliding.len() + 1, |at| at + 1);
    let regular = sliding.iter().enumerate().all(|(block, &slides)| slides == ((block + 1) % n != 0));
    if regular {
        Ok(n as u64)
    } else {
        Err(unsupported("sliding windows in an irregular pattern of blocks"))
    }
}

/// Blocks with a window have an own, unscaled base.
fn gemma3_rope(facts: &Facts, config: &mut Map<String, Value>) -> Result<(), RpcError> {
    if !facts.has("rope.freq_base") {
        config.insert("rope_theta".into(), json!(1_000_000.0));
    }
    config
        .insert("rope_local_base_freq".into(), json!(facts.float("rope.freq_base_swa").unwrap_or(10_000.0)));
    match scaling(facts) {
        Scaling::None => Ok(()),
        Scaling::Linear(factor) => {
            config.insert("rope_scaling".into(), json!({"rope_type": "linear", "factor": factor}));
            Ok(())
        }
        Scaling::Other(kind) => Err(ignored_rope("gemma3", &kind)),
    }
}
