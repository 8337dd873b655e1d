//! Values of a configuration, as the engine's classes insist on them.
//!
//! Python takes 4096.0 for a length and looks up an activation by any of its names; the engine reads
//! whole numbers and names of its own, and stops at others. So what means the same is rewritten here, and the rest refused
//! before anything is loaded.

use serde_json::{json, Map, Value};

use crate::protocol::{ErrorKind, RpcError};

use super::{part, qwen35, unsupported};

/// Sizes that every class asks for.
const SIZES: &[&str] = &[
    "hidden_size",
    "intermediate_size",
    "vocab_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
    "max_position_embeddings",
];

/// Whole numbers that some classes ask for.
const COUNTS: &[&str] = &[
    "head_dim",
    "sliding_window",
    "query_pre_attn_scalar",
    "num_experts",
    "num_local_experts",
    "num_experts_per_tok",
    "moe_intermediate_size",
    "original_max_position_embeddings",
    "no_rope_layer_interval",
];

/// Activations by the names that transformers has for them (`activations.py`), and what the engine calls the same function.
const ACTIVATIONS: &[(&str, &str)] = &[
    ("silu", "silu"),
    ("swish", "silu"),
    ("gelu", "gelu"),
    ("gelu_python", "gelu"),
    ("gelu_new", "gelu_pytorch_tanh"),
    ("gelu_fast", "gelu_pytorch_tanh"),
    ("gelu_pytorch_tanh", "gelu_pytorch_tanh"),
    ("gelu_python_tanh", "gelu_pytorch_tanh"),
    ("relu", "relu"),
    ("relu2", "relu2"),
    ("relu6", "relu6"),
];

/// The same as a whole number, where it is one.
pub(super) fn whole(number: &Value) -> Value {
    match number.as_f64() {
        // Every number below 2^53 is exact.
        Some(float) if number.is_f64() && float.fract() == 0.0 && (0.0..9e15).contains(&float) => {
            json!(float as u64)
        }
        _ => number.clone(),
    }
}

/// Checks and rewrites what a class of the engine reads.
///
/// # Errors
/// `Corrupt` for a number that makes no sense, `UnsupportedArchitecture` for an activation or a shape that the engine has not.
pub(super) fn check(class: &str, config: &mut Map<String, Value>) -> Result<(), RpcError> {
    for name in SIZES.iter().chain(COUNTS) {
        if let Some(number) = config.get(*name).map(whole) {
            config.insert((*name).into(), number);
        }
    }
    let all = Value::Object(config.clone());
    for name in SIZES {
        // Mixtures of experts alone have none.
        if *name != "intermediate_size" || config.contains_key(*name) {
            part::size(&all, name)?;
        }
    }
    let positive = |name: &str| match config.get(name) {
        None => Ok(()),
        Some(value) if value.as_f64().is_some_and(|number| number > 0.0 && number.is_finite()) => Ok(()),
        Some(value) => {
            let message = format!("config.json gives {name} as {value}, which makes no sense");
            Err(RpcError::new(ErrorKind::Corrupt, message))
        }
    };
    for name in ["rope_theta", "rms_norm_eps", "norm_epsilon", "rope_local_base_freq"] {
        positive(name)?;
    }
    if !qwen35::is_one(class) {
        heads(&all)?;
    }
    for name in ["hidden_act", "hidden_activation"] {
        let Some(value) = config.get(name) else { continue };
        let known = value.as_str().and_then(|act| ACTIVATIONS.iter().find(|(name, _)| *name == act));
        let (_, engines) = known
            .ok_or_else(|| unsupported(format!("the activation {value}, which the engine does not have")))?;
        config.insert(name.into(), json!(engines));
    }
    Ok(())
}

fn heads(config: &Value) -> Result<(), RpcError> {
    let number = |name: &str| config[name].as_u64();
    // Attention over common numbers has widths of other names.
    if number("qk_rope_head_dim").is_some() {
        return Ok(());
    }
    let (Some(heads), Some(keys)) = (number("num_attention_heads"), number("num_key_value_heads")) else {
        return Ok(());
    };
    if keys == 0 || !heads.is_multiple_of(keys) {
        return Err(unsupported("a number of heads that is no multiple of the heads of keys"));
    }
    match number("head_dim") {
        Some(head) if head == 0 || !head.is_multiple_of(2) => {
            Err(unsupported(format!("heads of width {head}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::folder::plan;
    use super::*;

    fn llama(name: &str, value: Value) -> Result<Value, RpcError> {
        let mut config =
            json!({"architectures": ["LlamaForCausalLM"], "hidden_size": 32, "num_attention_heads": 4});
        config[name] = value;
        plan(&config).map(|plan| plan.config)
    }

    #[test]
    fn what_means_the_same_to_python_is_rewritten_for_the_engine() {
        assert_eq!(
            llama("max_position_embeddings", json!(4096.0)).expect("a plan")["max_position_embeddings"],
            4096
        );
        assert_eq!(llama("rope_theta", json!(10_000)).expect("a plan")["rope_theta"], 10_000);
        for (name, engines) in [("swish", "silu"), ("gelu_new", "gelu_pytorch_tanh"), ("relu2", "relu2")] {
            assert_eq!(llama("hidden_act", json!(name)).expect("a plan")["hidden_act"], engines);
        }
    }

    #[test]
    fn what_the_engine_would_stop_at_is_refused() {
        for (name, value, kind) in [
            ("hidden_act", json!("mish"), ErrorKind::UnsupportedArchitecture),
            ("head_dim", json!(7), ErrorKind::UnsupportedArchitecture),
            ("num_key_value_heads", json!(3), ErrorKind::UnsupportedArchitecture),
            ("rms_norm_eps", json!("small"), ErrorKind::Corrupt),
            ("rope_theta", json!({"__float__": "Infinity"}), ErrorKind::Corrupt),
            ("vocab_size", json!(0), ErrorKind::Corrupt),
            ("hidden_size", json!(u64::MAX), ErrorKind::Corrupt),
            ("max_position_embeddings", json!(0.5), ErrorKind::Corrupt),
        ] {
            assert_eq!(llama(name, value.clone()).expect_err("refused").kind(), kind, "{name} {value}");
        }
    }
}
