//! Which models the engine computes right, judged from the header.
//!
//! The lists say what mistral.rs 0.8.1 does. Where it would load a file and compute wrong
//! numbers, the verdict is "not supported": a refusal with a reason is better than nonsense.

use crate::blueprint::{self, folder, Route};
use crate::protocol::{ErrorKind, RpcError, Support};

use serde_json::Value;

use super::gguf::{GgufHeader, GgufModel};

/// Architectures that are read from GGUF files, one way or the other.
const GGUF_ARCHITECTURES: &[&str] = &[
    "llama",
    "mistral3",
    "phi3",
    "starcoder2",
    "qwen2",
    "qwen3",
    "qwen3moe",
    "qwen2vl",
    "qwen3vl",
    "qwen3vlmoe",
    "glm4",
    "smollm3",
    "gemma",
    "gemma2",
    "gemma3",
];

/// Number formats that it computes with; others are packed into one of these on the way ([`blueprint::is_repacked`]).
const GGUF_TYPES: &[&str] =
    &["F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"];

/// Model classes of the safetensors path that compute what transformers computes
/// (`tests/worker/numbers.rs`), by the name in `config.json`.
const FOLDER_ARCHITECTURES: &[&str] = &[
    "MistralForCausalLM",
    "MixtralForCausalLM",
    "GemmaForCausalLM",
    "Gemma2ForCausalLM",
    "Gemma3ForCausalLM",
    "Gemma3ForConditionalGeneration",
    "Gemma4ForCausalLM",
    "Gemma4ForConditionalGeneration",
    "Mistral3ForConditionalGeneration",
    "Qwen2VLForConditionalGeneration",
    "Qwen2_5_VLForConditionalGeneration",
    "Qwen3VLForConditionalGeneration",
    "Qwen3VLMoeForConditionalGeneration",
    "Qwen3MoeForCausalLM",
    "Idefics3ForConditionalGeneration",
    "SmolVLMForConditionalGeneration",
    "LlavaForConditionalGeneration",
    "LlavaNextForConditionalGeneration",
    "LlavaOnevisionForConditionalGeneration",
    "InternVLForConditionalGeneration",
    "LightOnOcrForConditionalGeneration",
    "Qwen2AudioForConditionalGeneration",
    "VoxtralForConditionalGeneration",
    "MllamaForConditionalGeneration",
    "Phi4MultimodalForCausalLM",
    "Phi4MMForCausalLM",
    "Qwen3NextForCausalLM",
    "Qwen3_5ForConditionalGeneration",
    "Qwen3_5MoeForConditionalGeneration",
    "Phi3ForCausalLM",
    "LlamaForCausalLM",
    "Qwen2ForCausalLM",
    "Qwen3ForCausalLM",
    "Starcoder2ForCausalLM",
    "Glm4ForCausalLM",
    "Glm4MoeForCausalLM",
    "Glm4MoeLiteForCausalLM",
    "DeepseekV2ForCausalLM",
    "DeepseekV3ForCausalLM",
    "GlmForCausalLM",
    "Ernie4_5ForCausalLM",
    "SeedOssForCausalLM",
    "GraniteForCausalLM",
    "GraniteMoeForCausalLM",
    "GraniteMoeHybridForCausalLM",
    "SmolLM3ForCausalLM",
];

/// All of them.
#[cfg(test)]
pub(crate) fn folder_classes() -> &'static [&'static str] {
    FOLDER_ARCHITECTURES
}

/// Classes that the engine has, and that can't be right on a CPU, whatever they are given.
pub(super) const FAILING: &[(&str, &str)] = &[
    // `layers.rs`, `RotaryEmbedding::forward`: its tables are as wide as the part, and are applied to the whole.
    ("PhiForCausalLM", "it turns whole heads, where the model turns a part of each"),
    // `phi3_5_moe.rs`, `sparsemixer`: the smaller of score and threshold, where the model divides by the larger; and no
    // factor mends that where they have different signs.
    ("PhiMoEForCausalLM", "it weighs experts wrongly where their scores are negative"),
    // `mxfp4/mod.rs`, `packed_gptoss_linear`: refuses a CPU before it reads anything, from its own container too.
    ("GptOssForCausalLM", "its experts need a GPU"),
    (
        "Llama4ForConditionalGeneration",
        "it weighs what experts give where the model weighs what they are given",
    ),
];

/// Classes that the engine has and nobody can compare it with.
pub(super) const UNPROVED: &[(&str, &str)] = &[
    ("Phi3VForCausalLM", "its code is not part of transformers"),
    ("MiniCPMO", "its code is not part of transformers"),
    (
        "Gemma3nForConditionalGeneration",
        "it can't be loaded without its eyes, which can't be made small enough to compare",
    ),
];

/// Number formats of safetensors that the CPU path reads.
const FOLDER_TYPES: &[&str] = &["F32", "F16", "BF16"];

pub(super) fn unsupported(kind: ErrorKind, detail: impl Into<String>) -> Support {
    Support::Unsupported { kind, detail: detail.into() }
}

/// The verdict, and which of the engine's readers takes the file.
///
/// # Errors
/// `Corrupt` where the header lacks what the architecture can't do without.
pub(super) fn of_gguf(model: &GgufModel, architecture: &str) -> Result<(Support, Option<Route>), RpcError> {
    let early = of_gguf_architecture(architecture)
        .or_else(|| of_gguf_types(model))
        .or_else(|| of_gguf_tokenizer(model.first()));
    if let Some(verdict) = early {
        return Ok((verdict, None));
    }
    let route = match blueprint::route(model) {
        Ok(route) => route,
        Err(error) if error.kind() == ErrorKind::UnsupportedArchitecture => {
            return Ok((unsupported(error.kind(), error.message), None));
        }
        Err(error) => return Err(error),
    };
    Ok((Support::Supported, Some(route)))
}

fn of_gguf_architecture(architecture: &str) -> Option<Support> {
    (!GGUF_ARCHITECTURES.contains(&architecture)).then(|| {
        unsupported(
            ErrorKind::UnsupportedArchitecture,
            format!("the architecture {architecture} is not read from GGUF files"),
        )
    })
}

fn of_gguf_types(model: &GgufModel) -> Option<Support> {
    let foreign = model.tensors().find(|tensor| {
        let name = blueprint::computed_in(tensor.ggml_type).name();
        !GGUF_TYPES.contains(&name.as_str())
    })?;
    Some(unsupported(
        ErrorKind::UnsupportedQuantization,
        format!("weights in {} (tensor {})", foreign.ggml_type.name(), foreign.name),
    ))
}

fn of_gguf_tokenizer(header: &GgufHeader) -> Option<Support> {
    let error = crate::tokenizer::check(header).err()?;
    Some(unsupported(error.kind(), error.message))
}

pub(super) fn of_folder(
    config: &Value,
    class: &str,
    quantization: &str,
    method: Option<&str>,
    tokenizer: Option<&RpcError>,
) -> Support {
    if let Some((_, reason)) = FAILING.iter().find(|(name, _)| *name == class) {
        return unsupported(
            ErrorKind::UnsupportedArchitecture,
            format!("the engine can't compute {class} on a CPU: {reason}"),
        );
    }
    if let Some((_, reason)) = UNPROVED.iter().find(|(name, _)| *name == class) {
        return unsupported(
            ErrorKind::UnsupportedArchitecture,
            format!("nothing shows that the engine computes {class} right: {reason}"),
        );
    }
    if !FOLDER_ARCHITECTURES.contains(&class) {
        return unsupported(
            ErrorKind::UnsupportedArchitecture,
            format!("the model class {class} is not known"),
        );
    }
    if let Err(error) = folder::plan(config) {
        return unsupported(error.kind(), error.message);
    }
    if let Some(method) = method {
        return unsupported(
            ErrorKind::UnsupportedQuantization,
            format!("weights quantized with {method}, which needs a GPU"),
        );
    }
    if !FOLDER_TYPES.contains(&quantization) {
        return unsupported(ErrorKind::UnsupportedQuantization, format!("weights in {quantization}"));
    }
    if let Some(error) = tokenizer {
        return unsupported(error.kind(), error.message.clone());
    }
    Support::Supported
}
