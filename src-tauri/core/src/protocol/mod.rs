//! The worker protocol: JSON-RPC 2.0, one JSON object a line, UTF-8, on stdin and stdout.
//!
//! `docs/worker-protocol.md` is the text for people; these types are the same thing for the
//! compiler. Numbers that the UI sees are at most 2^53, so that they stay exact in JavaScript.

mod error;
mod generate;
pub mod line;
mod loading;
mod model;
mod prompt;
mod rpc;
mod text;
mod worker;

pub use error::{ErrorKind, RpcError};
pub use generate::{
    Alternative, CutRule, GenerateChoose, GenerateEnd, GenerateLook, GenerateStart, GenerateStarted,
    GenerateStop, Looked, Origin, Pick, Sampling, StepOffer, StopReason, TokenEvent, TokenRecord,
};
pub use loading::{CacheUse, Isq, LoadPlan, LoadRoute, Loading};
pub use model::{
    CacheShape, Growth, GrowthStage, LoadOptions, LoadStage, ModelFormat, ModelInfo, ModelInspect, ModelKind,
    ModelLoad, ModelLoaded, ModelProgress, ModelTraits, Support, DEFAULT_CONTEXT,
};
pub use prompt::{
    ChatPrompt, ChatPrompted, ContextFit, PromptForm, PromptMessage, PromptShare, PromptToken, TurnFate,
    VocabularyFound, VocabularyHit, VocabularySearch,
};
pub use rpc::{Incoming, Notification, Outgoing, Request, RequestId, Response};
pub use text::{
    ChatMessage, ChatRender, ChatRendered, Detokenize, Detokenized, Role, TextToken, Tokenization, Tokenize,
};
pub use worker::{Landlock, Sandbox, WorkerStatus};

/// Names of the methods that a worker answers.
pub mod method {
    /// Headers only, never weights. Params [`super::ModelInspect`], result [`super::ModelInfo`].
    pub const MODEL_INSPECT: &str = "model/inspect";
    /// Params [`super::ModelLoad`], result [`super::ModelLoaded`]; sends [`MODEL_PROGRESS`].
    pub const MODEL_LOAD: &str = "model/load";
    /// Notification with [`super::ModelProgress`].
    pub const MODEL_PROGRESS: &str = "model/progress";
    /// Params [`super::Tokenize`], result [`super::Tokenization`].
    pub const TEXT_TOKENIZE: &str = "text/tokenize";
    /// Params [`super::Detokenize`], result [`super::Detokenized`].
    pub const TEXT_DETOKENIZE: &str = "text/detokenize";
    /// Params [`super::ChatRender`], result [`super::ChatRendered`].
    pub const CHAT_RENDER: &str = "chat/render";
    /// Params [`super::ChatPrompt`], result [`super::ChatPrompted`].
    pub const CHAT_PROMPT: &str = "chat/prompt";
    /// Params [`super::VocabularySearch`], result [`super::VocabularyFound`].
    pub const VOCABULARY_SEARCH: &str = "vocabulary/search";
    /// Params [`super::GenerateStart`], result [`super::GenerateStarted`]; sends
    /// [`GENERATE_TOKEN`] for every token and one [`GENERATE_END`].
    pub const GENERATE_START: &str = "generate/start";
    /// Notification with [`super::TokenEvent`].
    pub const GENERATE_TOKEN: &str = "generate/token";
    /// Notification with [`super::GenerateEnd`].
    pub const GENERATE_END: &str = "generate/end";
    /// Step mode: which token to take. Params [`super::GenerateChoose`], result `{}`.
    pub const GENERATE_CHOOSE: &str = "generate/choose";
    /// Step mode: the waiting candidates under other settings. Params [`super::GenerateLook`],
    /// result [`super::Looked`].
    pub const GENERATE_LOOK: &str = "generate/look";
    /// Params [`super::GenerateStop`], result `{}`.
    pub const GENERATE_STOP: &str = "generate/stop";
    /// No params, result [`super::WorkerStatus`].
    pub const WORKER_STATUS: &str = "worker/status";
    /// Result `{}`, then the process ends.
    pub const SHUTDOWN: &str = "shutdown";
}
