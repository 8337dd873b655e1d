//! Errors of the protocol. `kind` is the stable name that programs act on; `message` is for logs.

use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use ts_rs::TS;

/// What went wrong, by a name that never changes. The UI has a sentence and a next step for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The path does not exist (or no longer).
    NotFound,
    /// The operating system refuses to read it.
    PermissionDenied,
    /// Reading failed half-way: a removed disk, a network share that went away.
    ReadFailed,
    /// A folder without a model in it.
    FolderWithoutModel,
    /// A file of 0 bytes.
    EmptyFile,
    /// A file, but not of a kind that holds a language model.
    NotAModel,
    /// The header promises more bytes than the file has: an unfinished download.
    Truncated,
    /// A model in several files, some of which are not there.
    MissingParts,
    /// The header contradicts itself.
    Corrupt,
    /// A version of the format that is not read (GGUF v1, big endian ...).
    UnsupportedVersion,
    /// The architecture is not one that the engine knows.
    UnsupportedArchitecture,
    /// Weights in a number format that the engine can't compute with.
    UnsupportedQuantization,
    /// The vocabulary or pre-tokenizer is not known; guessing would give wrong ids.
    UnsupportedTokenizer,
    /// The chat template fails to compile or to render.
    TemplateFailed,
    /// The worker is confined to its model: this path is out of its reach. Another worker can open it.
    Sandboxed,
    /// More memory is needed than is free.
    NotEnoughMemory,
    /// More disk space is needed for the cache than is free.
    NotEnoughDisk,
    /// The processor lacks instructions that this build needs.
    UnsupportedProcessor,
    /// A method that needs a loaded model was called without one.
    NoModel,
    /// A method that needs a tokenizer was called where none is open.
    NoTokenizer,
    /// A text was to be put through a chat template where there is none.
    NoTemplate,
    /// The file has no table of embeddings, or none that can be read.
    NoEmbeddings,
    /// A text of `text_bytes`, where `limit_bytes` are taken.
    TextTooLong,
    /// A model is loaded already, or a generation runs already.
    Busy,
    /// The prompt is longer than the context.
    ContextFull,
    /// A token of the request is in the vocabulary only: the model has no embedding for it.
    TokenWithoutEmbedding,
    /// Parameters of a request that make no sense.
    InvalidParams,
    /// No such method.
    UnknownMethod,
    /// A line that is not JSON-RPC.
    ParseError,
    /// mistral.rs reported an error; `message` has its words.
    EngineFailed,
}

impl ErrorKind {
    /// The numeric code of JSON-RPC: the standard's own where there is one, else -32000.
    pub fn code(self) -> i32 {
        match self {
            Self::ParseError => -32700,
            Self::UnknownMethod => -32601,
            Self::InvalidParams => -32602,
            _ => -32000,
        }
    }

    /// The name as it stands in `data.kind`.
    pub fn name(self) -> String {
        match serde_json::to_value(self) {
            Ok(Value::String(name)) => name,
            other => unreachable!("a unit variant serializes to a string, not {other:?}"),
        }
    }
}

/// The `error` member of a response: `{code, message, data: {kind, ...}}`.
#[derive(Debug, Clone, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct RpcError {
    pub code: i32,
    /// One English sentence for logs and for people who use the worker by hand.
    pub message: String,
    pub data: ErrorData,
}

/// `kind` and, where they help, the facts behind it (`architecture`, `needed_bytes` ...).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ErrorData {
    pub kind: ErrorKind,
    #[serde(flatten)]
    pub facts: serde_json::Map<String, Value>,
}

impl RpcError {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            code: kind.code(),
            message: message.into(),
            data: ErrorData { kind, facts: serde_json::Map::new() },
        }
    }

    /// Adds a fact that the UI may put into its sentence.
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.data.facts.insert(name.into(), json!(value));
        self
    }

    pub fn kind(&self) -> ErrorKind {
        self.data.kind
    }
}
