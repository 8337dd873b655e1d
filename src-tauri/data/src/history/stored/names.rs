//! The names of enum values in the database. They never change: a value that is renamed in the code keeps its name
//! here, and one that is taken away leaves its name unused.

use vitrine_core::protocol::{CutRule, ErrorKind, Isq, LoadRoute, PromptForm, Role, StopReason};

use crate::contract::{
    ErrorCode, ImportOddity, Language, LeftOutReason, MessageStatus, ModelSlot, Motion, SegmentKind,
    ShellErrorCode, TextEncoding, Theme, TokenLayer, TourPlace, TroubleKind, WrittenIn,
};

/// An enum that stands in the database by name.
pub trait Named: Copy + 'static {
    /// For the log.
    const WHAT: &'static str;

    fn name(self) -> &'static str;

    /// `None` for a name that this version does not know.
    fn of(name: &str) -> Option<Self>;

    /// Every value.
    #[cfg(test)]
    fn all() -> Vec<Self>;
}

/// The compiler sees to it that every value has a name.
macro_rules! names {
    ($type:ident, $what:literal: $($variant:ident = $name:literal),+ $(,)?) => {
        impl Named for $type {
            const WHAT: &'static str = $what;

            fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            fn of(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }

            #[cfg(test)]
            fn all() -> Vec<Self> {
                vec![$(Self::$variant),+]
            }
        }
    };
}

names!(Role, "role": System = "system", User = "user", Assistant = "assistant");

names!(MessageStatus, "status":
    Streaming = "streaming", Complete = "complete", Interrupted = "interrupted",
);

names!(LeftOutReason, "reason":
    NotRecognized = "not_recognized", Unreadable = "unreadable", Empty = "empty", TooLarge = "too_large",
    Refused = "refused", Encrypted = "encrypted", Packed = "packed", Link = "link", NotKept = "not_kept",
    NotKnown = "not_known",
);

names!(ImportOddity, "oddity":
    Circle = "circle", ParentMissing = "parent_missing", IdTwice = "id_twice", ActiveMissing = "active_missing",
    VersionMissing = "version_missing", RoleNotKnown = "role_not_known", MessageDamaged = "message_damaged",
    TokensDamaged = "tokens_damaged", MediaLeftOut = "media_left_out", ToolsAsThoughts = "tools_as_thoughts",
    CutOff = "cut_off", NewerVersion = "newer_version", ThreadMissing = "thread_missing", NotUtf8 = "not_utf8",
    NotKnown = "not_known",
);

names!(CutRule, "rule":
    Greedy = "greedy", TopK = "top_k", TopP = "top_p", MinP = "min_p", LogitBias = "logit_bias",
);

names!(WrittenIn, "script": Chinese = "chinese", English = "english", Other = "other");

names!(StopReason, "stop reason":
    EndToken = "end_token", Limit = "limit", ContextFull = "context_full",
    StopString = "stop_string", Stopped = "stopped", Failed = "failed",
);

names!(PromptForm, "form of a prompt":
    Template = "template", Completion = "completion", Plain = "plain",
);

names!(ModelSlot, "slot": A = "a", B = "b");

names!(SegmentKind, "segment":
    Markup = "markup", System = "system", User = "user", Assistant = "assistant",
);

names!(TextEncoding, "encoding": Utf8 = "utf_8", Utf16 = "utf_16", Gb18030 = "gb18030");

names!(Language, "language": System = "system", Chinese = "zh-CN", English = "en");

names!(Theme, "theme": System = "system", Light = "light", Dark = "dark");

names!(Motion, "motion": System = "system", Reduced = "reduced");

names!(TourPlace, "place of the tour":
    Offered = "offered", Ask = "ask", Point = "point", Pin = "pin", WhatIf = "what_if", Step = "step",
    Done = "done", Away = "away",
);

names!(TokenLayer, "token layer": Probability = "probability", Surprise = "surprise", Off = "off");

names!(Isq, "quantization": None = "none", Q8_0 = "q8_0", Q4K = "q4k");

names!(LoadRoute, "route": Direct = "direct", Converted = "converted", Folder = "folder");

names!(TroubleKind, "trouble":
    Crashed = "crashed", Killed = "killed", Hung = "hung", AppEnded = "app_ended",
);

names!(ErrorKind, "error":
    NotFound = "not_found", PermissionDenied = "permission_denied", ReadFailed = "read_failed",
    FolderWithoutModel = "folder_without_model", EmptyFile = "empty_file", NotAModel = "not_a_model",
    Truncated = "truncated", MissingParts = "missing_parts", Corrupt = "corrupt",
    UnsupportedVersion = "unsupported_version", UnsupportedArchitecture = "unsupported_architecture",
    UnsupportedQuantization = "unsupported_quantization", UnsupportedTokenizer = "unsupported_tokenizer",
    TemplateFailed = "template_failed", Sandboxed = "sandboxed", NotEnoughMemory = "not_enough_memory",
    NotEnoughDisk = "not_enough_disk", UnsupportedProcessor = "unsupported_processor", NoModel = "no_model",
    NoTokenizer = "no_tokenizer", NoTemplate = "no_template", NoEmbeddings = "no_embeddings", TextTooLong = "text_too_long",
    Busy = "busy", ContextFull = "context_full", TokenWithoutEmbedding = "token_without_embedding", InvalidParams = "invalid_params",
    UnknownMethod = "unknown_method", ParseError = "parse_error", EngineFailed = "engine_failed",
);

names!(ShellErrorCode, "error":
    WorkerMissing = "worker_missing", WorkerCrashed = "worker_crashed", WorkerKilled = "worker_killed",
    WorkerOutOfMemory = "worker_out_of_memory", StoppedBefore = "stopped_before",
    WorkerUnresponsive = "worker_unresponsive", Cancelled = "cancelled", Database = "database",
    HistorySetAside = "history_set_aside", HistoryTooNew = "history_too_new", NoSuchItem = "no_such_item",
    Io = "io", OtherModel = "other_model", NoRecord = "no_record", NotWaiting = "not_waiting",
    AttachmentTooLarge = "attachment_too_large", AttachmentNotText = "attachment_not_text",
    Internal = "internal", Unknown = "unknown", DiskFull = "disk_full", ReadOnlyFolder = "read_only_folder",
    HistoryInUse = "history_in_use", HistoryMissing = "history_missing", BackupUnreadable = "backup_unreadable",
    HistoryNotWritable = "history_not_writable",
);

impl Named for ErrorCode {
    const WHAT: &'static str = "error";

    fn name(self) -> &'static str {
        match self {
            Self::Engine(kind) => <ErrorKind as Named>::name(kind),
            Self::Shell(code) => code.name(),
        }
    }

    fn of(name: &str) -> Option<Self> {
        let engine = <ErrorKind as Named>::of(name).map(Self::Engine);
        engine.or_else(|| ShellErrorCode::of(name).map(Self::Shell))
    }

    #[cfg(test)]
    fn all() -> Vec<Self> {
        let engine = <ErrorKind as Named>::all().into_iter().map(Self::Engine);
        engine.chain(ShellErrorCode::all().into_iter().map(Self::Shell)).collect()
    }
}
