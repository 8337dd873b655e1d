//! The worker protocol: JSON-RPC 2.0, one JSON object a line, UTF-8, on stdin and stdout.
//!
//! `docs/worker-protocol.md` is the text for people; these types are the same thing for the
//! compiler. Numbers that the UI sees are at most 2^53, so that they stay exact in JavaScript.

mod cut;
mod error;
mod generate;
pub mod line;
mod loading;
mod model;
mod prompt;
mod rpc;
mod steps;
mod subject;
mod text;
mod training;
mod vocabulary;
mod worker;

pub use cut::{
    CutMessage, CutRow, CutText, Guise, GuiseKind, Guises, GuisesOf, IdProblem, IdProblemKind, IdsTyped,
    MessageCut, TextCut, TextFromIds, TextPart, TokenCut, TokenGroups,
};
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
pub use steps::{
    GreedyRound, LatticeEdge, LatticeWay, MergeStep, RankedBy, Stage, StageKind, Steps, StepsOf, Symbol,
    TextSteps, WholeReason, WordSteps,
};
pub use subject::{Piece, Pieces, PiecesOf, TokenizerKind, TokenizerOpen, TokenizerSummary};
pub use text::{
    ChatMessage, ChatRender, ChatRendered, Detokenize, Detokenized, Role, TextToken, Tokenization, Tokenize,
};
pub use training::{
    TrainingAsk, TrainingCut, TrainingPieces, TrainingRound, TrainingRounds, TrainingSample, TrainingStart,
    TrainingStarted, TrainingUse,
};
pub use vocabulary::{
    EmbeddingTable, EntryAsk, EntryKind, EntryOrigin, EntrySource, EntryUse, Find, FindOrder, FindPlace,
    HardlyMet, HardlyMetAsk, HardlyMetBasis, HardlyMetEntry, KindCount, LengthCount, MergeNode, MergeSide,
    Neighbour, Neighbours, NeighboursAsk, NeighboursOf, NormBin, OddOneOut, OddOneOutAsk, OddWord,
    ScriptCount, VocabularyEntry, VocabularyOverview, VocabularyPage, VocabularyQuery, WordMark,
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
    /// Opens a tokenizer without weights, as what the methods below look at; once in a worker's life.
    /// Params [`super::TokenizerOpen`], result [`super::TokenizerSummary`].
    pub const TOKENIZER_OPEN: &str = "tokenizer/open";
    /// No params, result [`super::TokenizerSummary`].
    pub const TOKENIZER_SUMMARY: &str = "tokenizer/summary";
    /// Params [`super::PiecesOf`], result [`super::Pieces`].
    pub const VOCABULARY_PIECES: &str = "vocabulary/pieces";
    /// Params [`super::CutText`], result [`super::TextCut`].
    pub const TEXT_CUT: &str = "text/cut";
    /// Params [`super::CutMessage`], result [`super::MessageCut`].
    pub const TEXT_MESSAGE: &str = "text/message";
    /// Params [`super::StepsOf`], result [`super::TextSteps`].
    pub const TEXT_STEPS: &str = "text/steps";
    /// Params [`super::GuisesOf`], result [`super::Guises`].
    pub const TEXT_GUISES: &str = "text/guises";
    /// Params [`super::IdsTyped`], result [`super::TextFromIds`].
    pub const TEXT_FROM_IDS: &str = "text/from_ids";
    /// Params [`super::ChatRender`], result [`super::ChatRendered`].
    pub const CHAT_RENDER: &str = "chat/render";
    /// Params [`super::ChatPrompt`], result [`super::ChatPrompted`].
    pub const CHAT_PROMPT: &str = "chat/prompt";
    /// Params [`super::VocabularySearch`], result [`super::VocabularyFound`].
    pub const VOCABULARY_SEARCH: &str = "vocabulary/search";
    /// No params, result [`super::VocabularyOverview`].
    pub const VOCABULARY_OVERVIEW: &str = "vocabulary/overview";
    /// Params [`super::VocabularyQuery`], result [`super::VocabularyPage`].
    pub const VOCABULARY_FIND: &str = "vocabulary/find";
    /// Params [`super::EntryAsk`], result [`super::EntryOrigin`].
    pub const VOCABULARY_ENTRY: &str = "vocabulary/entry";
    /// Params [`super::NeighboursAsk`], result [`super::Neighbours`].
    pub const EMBEDDINGS_NEIGHBOURS: &str = "embeddings/neighbours";
    /// Params [`super::OddOneOutAsk`], result [`super::OddOneOut`].
    pub const EMBEDDINGS_ODD_ONE_OUT: &str = "embeddings/odd_one_out";
    /// Params [`super::HardlyMetAsk`], result [`super::HardlyMet`].
    pub const EMBEDDINGS_HARDLY_MET: &str = "embeddings/hardly_met";
    /// Params [`super::TrainingStart`], result [`super::TrainingStarted`].
    pub const TRAINING_START: &str = "training/start";
    /// Params [`super::TrainingAsk`], result [`super::TrainingRounds`].
    pub const TRAINING_ROUNDS: &str = "training/rounds";
    /// Params [`super::TrainingCut`], result [`super::TokenCut`].
    pub const TRAINING_CUT: &str = "training/cut";
    /// Params [`super::TrainingPieces`], result [`super::Pieces`].
    pub const TRAINING_PIECES: &str = "training/pieces";
    /// What was learned becomes what all methods about texts look at. Params [`super::TrainingUse`], result
    /// [`super::TokenizerSummary`].
    pub const TRAINING_USE: &str = "training/use";
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
