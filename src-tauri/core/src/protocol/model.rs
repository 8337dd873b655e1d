//! `model/inspect`, `model/load` and `model/progress`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ErrorKind, Isq, LoadPlan, LoadRoute, Loading, Sandbox};

/// Params of `model/inspect`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ModelInspect {
    /// A `.gguf` file or a folder with `config.json` and safetensors.
    pub path: String,
}

/// Params of `model/load`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ModelLoad {
    pub path: String,
    #[serde(default)]
    pub options: LoadOptions,
}

/// How to load.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct LoadOptions {
    /// Tokens that prompt and answer may have together; the model's own limit, but at most
    /// [`DEFAULT_CONTEXT`], where missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub context_length: Option<u32>,
    /// CPU threads; where missing, all, or one for a very small model, which then keeps its pace on a busy machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub threads: Option<u32>,
    /// What floating-point weights are packed into; where missing, what fits (see [`Isq::automatic`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub isq: Option<Isq>,
    /// Which of the engine's readers takes a GGUF file; where missing, the quicker one that computes it
    /// right. For comparisons: `converted` for a file that would be read directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub route: Option<LoadRoute>,
}

/// The context of a model whose limit is higher, unless another one is asked for: every token of
/// context costs memory, and most conversations never need more.
pub const DEFAULT_CONTEXT: u32 = 8192;

/// The container that the weights are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ModelFormat {
    /// One GGUF file.
    Gguf,
    /// A folder of Hugging Face files.
    Safetensors,
}

/// Will it run? Known from the header alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Support {
    Supported,
    /// `kind` says which part is not supported, `detail` names it.
    Unsupported {
        kind: ErrorKind,
        detail: String,
    },
}

/// What a model file says about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ModelInfo {
    /// As given.
    pub path: String,
    pub format: ModelFormat,
    /// `general.name`, else the name of the file or folder.
    pub name: String,
    /// `general.architecture` or `model_type`: `llama`, `qwen3` ...
    pub architecture: String,
    /// Number of weights, counted from the shapes of the tensors.
    #[ts(type = "number")]
    pub parameters: u64,
    /// Transformer blocks.
    pub layers: u32,
    /// Longest context that the model was made for, in tokens.
    pub context_length: u32,
    /// Width of the residual stream.
    pub embedding_length: u32,
    /// Entries of the vocabulary.
    pub vocabulary_size: u32,
    /// Rows of the table that turns tokens into vectors; 0 where not known. Often more than there are tokens, to round the
    /// matrix up.
    #[serde(default)]
    pub embedding_rows: u32,
    /// Tokens behind the last row: they were added to the vocabulary and never to the model, which can neither
    /// read nor write them.
    #[serde(default)]
    pub tokens_without_embedding: u32,
    /// The number format that most weights are in: `Q8_0`, `Q4_K`, `BF16` ...
    pub quantization: String,
    /// Size on disk in bytes, all parts together.
    #[ts(type = "number")]
    pub file_size: u64,
    /// Bytes of memory that its weights take at the highest, loading or computing ([`crate::packing`]). Of weights that
    /// are packed when they are loaded: before the engine makes anything of them.
    #[ts(type = "number")]
    pub memory_needed: u64,
    /// Does it carry a chat template? Without one it continues text.
    pub has_chat_template: bool,
    /// `general.license` where the file names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub license: Option<String>,
    pub support: Support,
    /// How it would be loaded; missing where it is not supported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub plan: Option<LoadPlan>,
    /// What kind of model it is, and what its cache takes.
    #[serde(default)]
    pub traits: ModelTraits,
}

/// What a header says beyond names and sizes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ModelTraits {
    pub kind: ModelKind,
    /// Parameters that one token passes through: fewer than all in a mixture of experts.
    #[ts(type = "number")]
    pub active_parameters: u64,
    /// What the KV cache takes; missing where the header does not say enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub cache: Option<CacheShape>,
    /// Where the model stands in a family that shows how a model grows up (`vitrine.stage`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub growth: Option<Growth>,
}

/// What a model is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// Answers; has a chat template.
    Chat,
    /// Continues text.
    #[default]
    Base,
    /// Made for writing programs.
    Code,
    /// Also looks at pictures.
    Vision,
    /// Turns text into one vector; writes nothing.
    Embedding,
    /// Gives a mark to an answer; was trained on which of two answers people prefer.
    Reward,
}

/// The size of a KV cache, as far as it follows from the header. For a context of n tokens it
/// keeps `width * (layers * n + window_layers * min(n, window))` numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CacheShape {
    /// Layers that remember the whole context.
    pub layers: u32,
    /// Layers that remember the last `window` tokens only.
    pub window_layers: u32,
    /// Tokens; 0 where no layer has a window.
    pub window: u32,
    /// Numbers that one layer keeps of one token: KV heads times the widths of key and value.
    pub width: u32,
    /// Bytes of a number: 2 where the engine keeps the cache in F16, 4 in F32.
    pub number_bytes: u32,
}

impl CacheShape {
    /// Bytes of the cache for this many tokens.
    pub fn bytes(&self, context_length: u32) -> u64 {
        let tokens = u64::from(context_length);
        let windowed = tokens.min(u64::from(self.window));
        let places = u64::from(self.layers)
            .saturating_mul(tokens)
            .saturating_add(u64::from(self.window_layers).saturating_mul(windowed));
        places.saturating_mul(u64::from(self.width)).saturating_mul(u64::from(self.number_bytes))
    }
}

/// One of several snapshots of the same model on its way from random numbers to an assistant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Growth {
    pub stage: GrowthStage,
    /// Tokens of text that training had shown it.
    #[ts(type = "number")]
    pub tokens_seen: u64,
}

/// The stages, in the order in which a model goes through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GrowthStage {
    Grow1,
    Grow2,
    Grow3,
    /// Trained on text alone.
    Base,
    /// Then on example answers.
    Sft,
    /// Then on preferences between answers.
    Tuned,
}

impl GrowthStage {
    /// By the name in the metadata: `grow-1`, `grow-2`, `grow-3`, `base`, `sft`, `tuned`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "grow-1" => Some(Self::Grow1),
            "grow-2" => Some(Self::Grow2),
            "grow-3" => Some(Self::Grow3),
            "base" => Some(Self::Base),
            "sft" => Some(Self::Sft),
            "tuned" => Some(Self::Tuned),
            _ => None,
        }
    }
}

/// Result of `model/load`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ModelLoaded {
    pub info: ModelInfo,
    /// The context in force: prompt and answer together, in tokens.
    pub context_length: u32,
    /// Ids that end an answer.
    pub end_ids: Vec<u32>,
    /// SHA-256 over the header (metadata and tensor infos) and the file size: names the model in saved answers.
    pub fingerprint: String,
    /// Names its vocabulary, as the `fingerprint` of its tokenizer does.
    pub vocabulary: String,
    /// Which way it was loaded, in which number format.
    pub loading: Loading,
    /// Threads that it computes with; missing from a worker of an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub threads: Option<u32>,
    /// Milliseconds from the request to here.
    pub load_ms: u32,
    /// What the system keeps the worker from, that has this model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub sandbox: Option<Sandbox>,
}

/// What loading is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LoadStage {
    /// Reading and checking the header.
    Header,
    /// Building the tokenizer.
    Tokenizer,
    /// Writing a GGUF file in the engine's own container; only the first time, and not for every file.
    Convert,
    /// Reading weights into memory.
    Weights,
    /// First forward pass, so that the first answer does not pay for it.
    WarmUp,
}

/// Notification `model/progress`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ModelProgress {
    pub stage: LoadStage,
    /// Bytes read so far in this stage.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Bytes of this stage in all; 0 where not known.
    #[ts(type = "number")]
    pub total_bytes: u64,
    /// 0 to 1 over all stages; never goes back.
    pub fraction: f32,
}
