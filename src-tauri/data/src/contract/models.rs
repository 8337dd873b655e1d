//! Models as they cross to the window: the card before loading, the library, the memory.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_core::protocol::{ErrorKind, Isq, LoadOptions, ModelInfo};

use super::AppError;

/// How the machine's memory stands while a model is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MemoryPressure {
    #[default]
    Calm,
    /// Less is free than the machine should keep for itself.
    Tight,
}

/// Memory that a model takes, in bytes; an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MemoryNeed {
    #[ts(type = "number")]
    pub weights: u64,
    /// The KV cache, once the context is full. 0 where the header does not say enough.
    #[ts(type = "number")]
    pub cache: u64,
    /// The program itself, the tokenizer, and what is computed with while it reads and writes.
    #[ts(type = "number")]
    pub working: u64,
}

impl MemoryNeed {
    pub fn total(&self) -> u64 {
        self.weights.saturating_add(self.cache).saturating_add(self.working)
    }
}

/// Will it run, and how?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    RunsWell {
        /// An estimate.
        tokens_per_second: f32,
    },
    Slow {
        reason: SlowReason,
        tokens_per_second: f32,
    },
    WontFit {
        #[ts(type = "number")]
        needed_bytes: u64,
        /// What a model may take: what is free without the reserve.
        #[ts(type = "number")]
        free_bytes: u64,
        /// The least sacrifice first; never empty.
        remedies: Vec<Remedy>,
    },
    Unsupported {
        kind: ErrorKind,
        detail: String,
    },
}

/// Why a model will be slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SlowReason {
    /// It is large for this processor.
    Processor,
    /// It leaves so little memory that other programs are pushed out.
    TightMemory,
}

/// What would make a model fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "remedy", rename_all = "snake_case")]
pub enum Remedy {
    SmallerContext {
        context_length: u32,
    },
    /// Fewer bits a weight; of unquantized models only.
    Quantize {
        isq: Isq,
    },
    CloseOtherPrograms {
        #[ts(type = "number")]
        missing_bytes: u64,
    },
    SmallerModel,
}

/// How large a model is, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SizeClass {
    /// Under 100 million parameters.
    Tiny,
    /// Under 2 billion.
    Small,
    /// Under 10 billion.
    Medium,
    /// Under 40 billion.
    Large,
    Huge,
}

/// How exactly weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// As trained: 16 or 32 bits.
    Full,
    /// 6 to 8 bits: hardly to be told from the original.
    Near,
    /// 4 to 5 bits: slightly less exact.
    Good,
    /// Less than 4 bits: noticeably less exact.
    Rough,
}

/// What has to be on disk before a model can be loaded this way. It is written once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "preparation", rename_all = "snake_case")]
pub enum Preparation {
    /// It is there from an earlier load.
    Done {
        #[ts(type = "number")]
        bytes: u64,
    },
    /// The first load writes it.
    Needed {
        /// An estimate.
        #[ts(type = "number")]
        bytes: u64,
        /// What it may take; missing where the system does not tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional, type = "number")]
        free_bytes: Option<u64>,
    },
    /// The disk has no room for it.
    NoRoom {
        #[ts(type = "number")]
        bytes: u64,
        #[ts(type = "number")]
        free_bytes: u64,
    },
}

/// Models that were written anew for the engine, in the cache folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PreparedModels {
    pub folder: String,
    pub models: u32,
    /// Those that a model which is open now was loaded from: they stay when the others are removed.
    pub in_use: u32,
    #[ts(type = "number")]
    pub bytes: u64,
    /// Above this, those that were not used for longest are removed.
    #[ts(type = "number")]
    pub limit_bytes: u64,
}

/// One way to load a model, and what it would mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LoadChoice {
    pub context_length: u32,
    /// `none` leaves the weights as they are in the file.
    pub isq: Isq,
    pub memory: MemoryNeed,
    pub verdict: Verdict,
    /// Missing where nothing has to be written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub preparation: Option<Preparation>,
    /// What to give to the load.
    pub options: LoadOptions,
}

/// What happened when a model was last loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Trouble {
    pub kind: TroubleKind,
    /// Milliseconds since 1970-01-01 UTC.
    #[ts(type = "number")]
    pub at: i64,
}

/// How a model brought something down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TroubleKind {
    /// The worker crashed.
    Crashed,
    /// The worker was ended from outside, or for memory.
    Killed,
    /// The worker no longer answered.
    Hung,
    /// The whole app, or the machine, ended while it was being loaded.
    AppEnded,
}

/// What a load that might go wrong again may rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LoadConsent {
    /// Nothing was said: a model that stopped last time is refused.
    Ordinary,
    /// The user knows that it stopped last time and wants it all the same.
    DespiteTrouble,
}

/// What is shown before a model is loaded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PreflightCard {
    pub info: ModelInfo,
    pub size: SizeClass,
    pub precision: Precision,
    /// Every choice: contexts from small to large, for each way to quantize. Never empty.
    pub plans: Vec<LoadChoice>,
    /// Which of `plans` to begin with.
    pub suggested: u32,
    /// Free memory in bytes, with what closing the open model would give back.
    #[ts(type = "number")]
    pub free_memory: u64,
    /// The part of `free_memory` that the open model holds now.
    #[ts(type = "number")]
    pub held_memory: u64,
    /// The part of `free_memory` that is kept for the system.
    #[ts(type = "number")]
    pub reserve: u64,
    #[ts(type = "number")]
    pub total_memory: u64,
    /// Where it brought something down when it was last loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trouble: Option<Trouble>,
}

/// Who keeps a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ModelSource {
    /// A folder that the user added.
    Folder,
    LmStudio,
    Jan,
    Gpt4all,
    Ollama,
    HuggingFace,
    LlamaCpp,
}

/// A model that the library found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LibraryModel {
    /// What is opened: a file, the first part of a split one, or a folder.
    pub path: String,
    /// As the app that keeps it names it, else as the model names itself.
    pub name: String,
    pub source: ModelSource,
    /// Bytes, all parts together.
    #[ts(type = "number")]
    pub size: u64,
    /// Milliseconds since 1970-01-01 UTC.
    #[ts(type = "number")]
    pub modified_at: i64,
    /// Files that it is made of.
    pub parts: u32,
    /// When it was last opened here, in milliseconds since 1970-01-01 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub opened_at: Option<i64>,
    pub found: Found,
}

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum Found {
    /// `verdict` holds for the usual context and the memory that is free now.
    Model { info: Box<ModelInfo>, verdict: Verdict },
    /// It can't be read, and why.
    Unreadable { error: AppError },
}

/// A folder that the library looks into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LibraryPlace {
    pub path: String,
    pub source: ModelSource,
    /// Models that were found in it.
    pub models: u32,
    /// Is it there now?
    pub exists: bool,
}

/// What the library is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ScanState {
    /// It has not looked yet.
    #[default]
    Never,
    /// It goes through folders.
    Looking { files: u32 },
    /// It reads headers.
    Reading { done: u32, total: u32 },
    /// It has looked everywhere.
    Done {
        #[ts(type = "number")]
        at: i64,
    },
    /// The user stopped it; what was found until then is listed.
    Stopped,
}

/// The search for files with the same content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DuplicateState {
    #[default]
    Never,
    /// Files of the same size are read whole.
    Hashing {
        #[ts(type = "number")]
        bytes: u64,
        #[ts(type = "number")]
        total_bytes: u64,
    },
    /// Paths with the same content, group by group; empty where there are none.
    Done { groups: Vec<Vec<String>> },
    /// The user stopped it.
    Stopped,
}

/// Everything that the library lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LibraryOverview {
    pub models: Vec<LibraryModel>,
    /// The user's folders first.
    pub places: Vec<LibraryPlace>,
    /// Files that go with a model and are none: projectors for pictures, adapters, vocabularies.
    pub companions: u32,
    /// Models that the user took off the list.
    pub hidden: u32,
    pub scan: ScanState,
    pub duplicates: DuplicateState,
}
