//! Which models the engine computes right, judged from the header.
//!
//! The lists say what mistral.rs 0.8.1 does. Where it would load a file and compute wrong
//! numbers, the verdict is "not supported": a refusal with a reason is better than nonsense.

use crate::protocol::{ErrorKind, Support};

use super::gguf::{GgmlType, GgufHeader};

/// Architectures of the direct GGUF path.
const GGUF_ARCHITECTURES: &[&str] =
    &["llama", "mistral3", "phi2", "phi3", "starcoder2", "qwen2", "qwen3", "qwen3moe"];

/// Number formats that it computes with.
const GGUF_TYPES: &[&str] = &[
    "F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K",
    "Q8_K",
];

/// Text model classes of the safetensors path, by the name in `config.json`.
const FOLDER_ARCHITECTURES: &[&str] = &[
    "MistralForCausalLM",
    "MixtralForCausalLM",
    "GemmaForCausalLM",
    "Gemma2ForCausalLM",
    "PhiForCausalLM",
    "Phi3ForCausalLM",
    "PhiMoEForCausalLM",
    "LlamaForCausalLM",
    "Qwen2ForCausalLM",
    "Qwen3ForCausalLM",
    "Qwen3MoeForCausalLM",
    "Qwen3NextForCausalLM",
    "Starcoder2ForCausalLM",
    "DeepseekV2ForCausalLM",
    "DeepseekV3ForCausalLM",
    "Glm4ForCausalLM",
    "Glm4MoeForCausalLM",
    "Glm4MoeLiteForCausalLM",
    "SmolLM3ForCausalLM",
    "GraniteMoeHybridForCausalLM",
    "GptOssForCausalLM",
];

/// Number formats of safetensors that the CPU path reads.
const FOLDER_TYPES: &[&str] = &["F32", "F16", "BF16", "F64"];

pub(super) fn unsupported(kind: ErrorKind, detail: impl Into<String>) -> Support {
    Support::Unsupported { kind, detail: detail.into() }
}

pub(super) fn of_gguf(header: &GgufHeader, architecture: &str, dominant: Option<GgmlType>) -> Support {
    of_gguf_container(header)
        .or_else(|| of_gguf_architecture(header, architecture))
        .or_else(|| of_gguf_types(header, dominant))
        .or_else(|| of_gguf_tokenizer(header))
        .unwrap_or(Support::Supported)
}

fn of_gguf_container(header: &GgufHeader) -> Option<Support> {
    let parts = header.u64("split.count").filter(|&parts| parts > 1)?;
    let part = header.u64("split.no").unwrap_or(0) + 1;
    Some(unsupported(
        ErrorKind::UnsupportedVersion,
        format!("part {part} of a model in {parts} files; join them with `llama-gguf-split --merge`"),
    ))
}

fn of_gguf_architecture(header: &GgufHeader, architecture: &str) -> Option<Support> {
    if !GGUF_ARCHITECTURES.contains(&architecture) {
        return Some(unsupported(
            ErrorKind::UnsupportedArchitecture,
            format!("the architecture {architecture} is not read from GGUF files"),
        ));
    }
    let rope_tensor = header.tensors().iter().find(|tensor| tensor.name.starts_with("rope_f"));
    if let Some(tensor) = rope_tensor {
        return Some(unsupported(
            ErrorKind::UnsupportedArchitecture,
            format!(
                "{architecture} with scaled rotary positions (tensor {}), which the engine ignores in GGUF files",
                tensor.name
            ),
        ));
    }
    let scaling = header.str(&format!("{architecture}.rope.scaling.type")).filter(|&kind| kind != "none")?;
    Some(unsupported(
        ErrorKind::UnsupportedArchitecture,
        format!("{architecture} with {scaling} scaling of rotary positions, which the engine ignores in GGUF files"),
    ))
}

fn of_gguf_types(header: &GgufHeader, dominant: Option<GgmlType>) -> Option<Support> {
    let foreign =
        header.tensors().iter().find(|tensor| !GGUF_TYPES.contains(&tensor.ggml_type.name().as_str()));
    if let Some(tensor) = foreign {
        return Some(unsupported(
            ErrorKind::UnsupportedQuantization,
            format!("weights in {} (tensor {})", tensor.ggml_type.name(), tensor.name),
        ));
    }
    (dominant == Some(GgmlType::F16)).then(|| {
        unsupported(
            ErrorKind::UnsupportedQuantization,
            "weights in F16, which take minutes for a token; take the same model in Q8_0",
        )
    })
}

fn of_gguf_tokenizer(header: &GgufHeader) -> Option<Support> {
    let error = crate::tokenizer::check(header).err()?;
    Some(unsupported(error.kind(), error.message))
}

pub(super) fn of_folder(
    class: &str,
    quantization: &str,
    method: Option<&str>,
    has_tokenizer: bool,
) -> Support {
    if !FOLDER_ARCHITECTURES.contains(&class) {
        return unsupported(
            ErrorKind::UnsupportedArchitecture,
            format!("the model class {class} is not known"),
        );
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
    if !has_tokenizer {
        return unsupported(
            ErrorKind::UnsupportedTokenizer,
            "there is no tokenizer.json or tokenizer.model in the folder",
        );
    }
    Support::Supported
}
