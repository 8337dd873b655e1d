//! What crosses the border between shell and UI, declared once.
//!
//! `ts-rs` writes these types to `ui/src/client/bindings/`; a test fails when the files differ.
//! The commands are listed in `lib.rs`; `ui/src/client/client.ts` is their other side.

mod context;
mod history;
mod inspector;
mod messages;
mod reading;
mod relay;
mod safekeeping;
mod settings;
mod shelf;
mod support;
mod transfer;
mod turns;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_core::protocol::{ErrorKind, LoadOptions, LoadStage, ModelInfo, ModelLoaded};

pub use context::{ContextMessage, ContextPreview, Draft, PromptSegment, PromptView, SegmentKind};
pub use history::{
    ExcerptPart, FoundIn, HistoryChange, HistoryFilter, HistoryFolder, HistoryOrder, HistoryPage,
    HistoryPlace, HistoryShelves, HistoryStatistics, KeptDraft, Moment, MomentPage, MomentQuery, RuleCount,
    SearchHit, SearchPage, UsageRow, WrittenIn,
};
pub use inspector::{
    Comparison, LanguageRow, LanguageTokens, SampleLanguage, SubjectPlace, SubjectSource, TokenizerSubject,
};
pub use messages::{
    AnswerFacts, Branch, Conversation, ConversationSummary, ConversationTree, Keeping, Message,
    MessageStatus, ReplacedToken, TreeNode,
};
pub use reading::{ReadEnd, ReadEvent, ReadToken};
pub use relay::{RelayEnd, RelayEvent, RelayModel, RelayRequest};
pub use safekeeping::{Backup, BackupKind, BackupPage, BackupRow, HistoryState, MissingChoice, PurgeReport};
pub use settings::{
    DefaultContext, Language, Motion, Settings, SettingsPart, Theme, Threads, TokenLayer, TourPlace,
    TurnSettings, Zoom,
};
pub use shelf::{Attachment, Preset, PresetKind, TextEncoding};
pub use support::{CrashReport, Diagnostics, MissingFont};
pub use transfer::{
    ExportFormat, ImportOddity, ImportReceipt, ImportWarning, LeftOut, LeftOutReason, TransferEvent,
};
pub use turns::{
    ForkChoice, Guess, GuessedToken, ModelSlot, Pace, SecondModel, StepChoice, TurnEvent, TurnRequest,
};

mod models;

pub use models::*;

/// Why something failed, by a name that the UI has a sentence and a next step for.
/// Everything the worker can say, and what only the shell can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ShellErrorCode {
    /// `vitrine-worker` is not beside the program or can't be started.
    WorkerMissing,
    /// The worker ended by itself (a panic or an abort in the engine).
    WorkerCrashed,
    /// Somebody or something ended the worker from outside.
    WorkerKilled,
    /// The system ended the worker because memory had run out.
    WorkerOutOfMemory,
    /// This model brought a worker down when it was last loaded; the user was not asked yet.
    StoppedBefore,
    /// The worker did not answer in time.
    WorkerUnresponsive,
    /// The user cancelled.
    Cancelled,
    /// The history file can't be read or written.
    Database,
    /// A damaged history file was renamed (`path` says to what) and a new one begun. A warning.
    HistorySetAside,
    /// The history file was written by a newer version of the app; it is left untouched and unread.
    HistoryTooNew,
    /// No such conversation or message (any longer).
    NoSuchItem,
    /// The operating system refused something else.
    Io,
    /// The answer was written by another model (`wanted`) than the loaded one (`loaded`).
    OtherModel,
    /// The message has no stored tokens or prompt: it was written by an earlier version.
    NoRecord,
    /// Nothing waits for a choice.
    NotWaiting,
    /// A file of `file_bytes`, where `limit_bytes` are read.
    AttachmentTooLarge,
    /// Not text, or in an encoding that is not known.
    AttachmentNotText,
    /// No room on the disk for what is to be saved.
    DiskFull,
    /// The folder of the history can be read and not written.
    ReadOnlyFolder,
    /// Another app holds the history.
    HistoryInUse,
    /// There was a history here, and it is gone.
    HistoryMissing,
    /// The copy of the history can't be read.
    BackupUnreadable,
    /// Nothing comes in (an import, a copy) while the history can't be written.
    HistoryNotWritable,
    /// A fault of the app itself: a part of it panicked.
    Internal,
    /// A stored error whose code this version does not know.
    Unknown,
}

/// A worker's kind or the shell's own code; one flat string on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum ErrorCode {
    Engine(ErrorKind),
    Shell(ShellErrorCode),
}

/// An error as the UI gets it. The UI acts on `code` and shows `detail` folded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AppError {
    pub code: ErrorCode,
    /// Technical detail in English; shown folded, never matched.
    pub detail: String,
    /// Facts for the sentence: `architecture`, `path`, `needed_bytes`, `free_bytes` ...
    #[ts(type = "Record<string, string | number>")]
    pub facts: serde_json::Map<String, serde_json::Value>,
}

/// What is in a model slot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "there is one of it for each slot")]
pub enum ModelState {
    Empty,
    Loading {
        path: String,
        name: String,
        stage: LoadStage,
        #[ts(type = "number")]
        bytes: u64,
        #[ts(type = "number")]
        total_bytes: u64,
        /// 0 to 1.
        fraction: f32,
    },
    Ready {
        model: ModelLoaded,
        /// Resident memory of the worker in bytes, as last measured.
        #[ts(type = "number")]
        memory: u64,
        /// What it may come to hold, in bytes, once the context is full: the estimate of the card before loading.
        #[ts(type = "number")]
        expected: u64,
        pressure: MemoryPressure,
    },
    /// Loading failed, or the worker died with the model in it.
    Failed {
        path: String,
        error: AppError,
    },
}

/// A model that was opened before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RecentModel {
    pub path: String,
    pub name: String,
    pub architecture: String,
    pub quantization: String,
    #[ts(type = "number")]
    pub file_size: u64,
    /// Milliseconds since 1970-01-01 UTC.
    #[ts(type = "number")]
    pub opened_at: i64,
    /// Is it still there?
    pub exists: bool,
    /// How it was loaded last.
    pub options: LoadOptions,
}

/// What the Models view shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ModelsOverview {
    pub active: ModelState,
    /// Newest first.
    pub recent: Vec<RecentModel>,
    /// The models that come with the app: the finished one first, then back to its beginnings.
    pub starters: Vec<ModelInfo>,
    /// Free memory of the machine in bytes, now.
    #[ts(type = "number")]
    pub free_memory: u64,
    #[ts(type = "number")]
    pub total_memory: u64,
}

/// What the UI asks first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StartUp {
    pub settings: Settings,
    /// The system's language as a BCP 47 tag: `zh-CN`, `en-US` ...
    pub system_locale: String,
    pub models: ModelsOverview,
    /// Given on the command line; to be opened now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub open_path: Option<String>,
    /// Given on the command line; conversations to be imported now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub import_paths: Vec<String>,
    /// The conversation that was in view when the app was last used; missing where there was none, or it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub conversation_id: Option<i64>,
    pub app_version: String,
    /// What computes the models, by name and version.
    pub engine: String,
    /// How many threads the machine runs at once.
    pub processors: u32,
    pub data_folder: String,
    /// What is not as it should be but does not stop the app (a history that was set aside ...).
    pub warnings: Vec<AppError>,
    /// The newest report of a fault of the app itself, until it is put away (`crash_report_forget`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub crash_report: Option<CrashReport>,
    /// Chinese would be empty boxes here; given until it is put away (`missing_font_forget`) or mended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub missing_font: Option<MissingFont>,
}

/// The licences of what the app is made of, as they come with a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Licences {
    /// Empty where the app was not installed from a package.
    pub files: Vec<LicenceFile>,
}

/// A text of licences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LicenceFile {
    pub name: String,
    pub text: String,
}

/// The rare broadcasts of the shell (event name `vitrine`).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AppEvent {
    ModelState {
        active: Box<ModelState>,
    },
    /// The model in slot b.
    SecondModel {
        state: Box<ModelState>,
    },
    /// A file was dropped on the window, or a second start named one.
    OpenPath {
        path: String,
    },
    /// Files or folders with conversations were dropped on the window, or a second start named one.
    ImportPath {
        paths: Vec<String>,
    },
    /// A file is held over the window (`true`) or left it.
    DragHover {
        over: bool,
    },
    /// The list of conversations changed.
    HistoryChanged,
    /// How the history stands is not what it was.
    HistoryStood {
        state: Box<HistoryState>,
    },
    /// The library found something, or goes on looking.
    Library {
        scan: ScanState,
    },
    /// The search for duplicates goes on or has ended.
    Duplicates {
        duplicates: DuplicateState,
    },
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    use vitrine_core::protocol::{
        ChatMessage, ChatRendered, CutRow, EntryOrigin, GenerateStarted, Guise, HardlyMet, MessageCut,
        ModelProgress, Neighbours, NeighboursOf, OddOneOut, Piece, TextCut, TextFromIds, TextSteps,
        TokenRecord, Tokenization, TrainingRounds, TrainingStart, TrainingStarted, VocabularyHit,
        VocabularyOverview, VocabularyPage, VocabularyQuery,
    };

    use super::*;

    /// Set to 1 to write the files instead of comparing them.
    const WRITE: &str = "VITRINE_WRITE_BINDINGS";

    /// Everything that the UI may name; what these types are made of comes along.
    fn export_to(folder: &Path) {
        let config = ts_rs::Config::new().with_out_dir(folder);
        macro_rules! export {
            ($($name:ty),+ $(,)?) => {
                $(<$name as TS>::export_all(&config).expect(stringify!($name));)+
            };
        }
        export!(
            StartUp,
            ModelsOverview,
            ModelInfo,
            PreflightCard,
            LoadConsent,
            LibraryOverview,
            PreparedModels,
            LoadOptions,
            ModelLoaded,
            ModelProgress,
            TurnRequest,
            TurnEvent,
            RelayRequest,
            RelayEvent,
            TokenRecord,
            Conversation,
            ConversationSummary,
            Message,
            ConversationTree,
            StepChoice,
            Guess,
            VocabularyHit,
            Draft,
            PromptView,
            ContextPreview,
            Preset,
            Tokenization,
            TokenizerSubject,
            Piece,
            CutRow,
            TextCut,
            MessageCut,
            TextSteps,
            Guise,
            TextFromIds,
            Comparison,
            LanguageRow,
            VocabularyOverview,
            VocabularyQuery,
            VocabularyPage,
            EntryOrigin,
            Neighbours,
            NeighboursOf,
            OddOneOut,
            HardlyMet,
            TrainingStart,
            TrainingStarted,
            TrainingRounds,
            ReadEvent,
            HistoryFilter,
            HistoryOrder,
            HistoryPage,
            HistoryShelves,
            HistoryChange,
            SearchPage,
            MomentQuery,
            MomentPage,
            KeptDraft,
            Backup,
            BackupPage,
            HistoryState,
            MissingChoice,
            ExportFormat,
            TransferEvent,
            ImportReceipt,
            PurgeReport,
            HistoryStatistics,
            Diagnostics,
            ChatMessage,
            ChatRendered,
            GenerateStarted,
            Settings,
            SettingsPart,
            Licences,
            AppEvent,
            AppError,
        );
        let index: String = files(folder)
            .keys()
            .map(|name| name.trim_end_matches(".ts"))
            .map(|name| format!("export type {{ {name} }} from \"./{name}\";\n"))
            .collect();
        let note = "// This file was generated by ts-rs and the test `export_bindings`. Do not edit.\n\n";
        std::fs::write(folder.join("index.ts"), format!("{note}{index}")).expect("index.ts");
    }

    /// Name -> text of the TypeScript files in a folder.
    fn files(folder: &Path) -> BTreeMap<String, String> {
        let entries = std::fs::read_dir(folder).expect("the bindings folder is readable");
        entries
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "ts"))
            .map(|path| {
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                (name, std::fs::read_to_string(&path).expect("UTF-8"))
            })
            .collect()
    }

    #[test]
    fn export_bindings() {
        let kept = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/client/bindings");
        let fresh = tempfile::tempdir().expect("a temporary folder");
        export_to(fresh.path());
        let fresh = files(fresh.path());
        if std::env::var(WRITE).is_ok_and(|value| value == "1") {
            if kept.exists() {
                std::fs::remove_dir_all(&kept).expect("the old files go");
            }
            std::fs::create_dir_all(&kept).expect("the folder");
            for (name, text) in &fresh {
                std::fs::write(kept.join(name), text).expect("a file is written");
            }
            return;
        }
        let kept = files(&kept);
        let names: BTreeSet<_> = fresh.keys().chain(kept.keys()).collect();
        let stale: Vec<_> = names.into_iter().filter(|name| fresh.get(*name) != kept.get(*name)).collect();
        assert!(stale.is_empty(), "not those of the Rust types: {stale:?}; write them anew with {WRITE}=1");
    }

    #[test]
    fn an_error_code_is_one_flat_string() {
        let engine = serde_json::to_value(ErrorCode::Engine(ErrorKind::Truncated)).expect("JSON");
        let shell = serde_json::to_value(ErrorCode::Shell(ShellErrorCode::WorkerKilled)).expect("JSON");
        assert_eq!((engine, shell), ("truncated".into(), "worker_killed".into()));
    }

    #[test]
    fn numbers_stay_exact_in_javascript() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        export_to(folder.path());
        for (name, text) in files(folder.path()) {
            assert!(!text.contains("bigint"), "{name} has a bigint: {text}");
        }
    }
}
