//! What became of an import, item by item: a record that stays readable.

use serde::{Deserialize, Serialize};

/// From which app something comes. Its name in a receipt never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// This app's own format.
    Own,
    #[serde(rename = "chatgpt")]
    ChatGpt,
    Claude,
    LmStudio,
    Jan,
    OpenWebUi,
    LlamaCpp,
    /// OpenAI's chat form, a conversation a line.
    ChatLines,
    Markdown,
}

impl Source {
    /// As serde writes it. Uids are derived from it, so it never changes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::ChatGpt => "chatgpt",
            Self::Claude => "claude",
            Self::LmStudio => "lm_studio",
            Self::Jan => "jan",
            Self::OpenWebUi => "open_web_ui",
            Self::LlamaCpp => "llama_cpp",
            Self::ChatLines => "chat_lines",
            Self::Markdown => "markdown",
        }
    }
}

/// Why something was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The format is none that is known.
    NotRecognised,
    /// It is not what it seems to be: JSON with faults in it, a member of the wrong kind, an archive with wrong sums.
    Damaged,
    /// It ends in the middle.
    Truncated,
    /// It is larger than [`crate::Limits`] allow.
    TooLarge,
    /// It is nested deeper than [`crate::Limits`], or 128 levels of JSON, allow.
    TooDeep,
    /// There are more files, or messages, than [`crate::Limits`] allow.
    TooMany,
    /// Nothing is said in it.
    Empty,
    /// The system did not let it be read.
    Unreadable,
    /// The archive is encrypted.
    Encrypted,
    /// The archive is packed in a way that is not known here.
    Compression,
    /// A link leads elsewhere; links are not followed.
    Link,
    /// The app could not keep it: what [`Outcome::NotKept`] says.
    NotKept,
    /// A code of another version of the app.
    #[serde(other)]
    NotKnown,
}

/// What was odd in something that was imported all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// Messages named each other as parents; the circle was opened at the first of them.
    Circle,
    /// A parent that is not there: the message became a beginning.
    ParentMissing,
    /// Two messages with one id: the later one has a new id.
    IdTwice,
    /// The message that should end the shown path is not there: the newest one does.
    ActiveMissing,
    /// A chosen version that is not there: the first one was taken.
    VersionMissing,
    /// A role that is not known.
    RoleNotKnown,
    /// A message that could not be read was left out; what came after it hangs on what came before it.
    MessageDamaged,
    /// Token records or a prompt that could not be read were left out.
    TokensDamaged,
    /// Pictures, sounds and other files can't be kept: a note stands in their place.
    MediaLeftOut,
    /// Calls of tools and what they gave are kept as thoughts.
    ToolsAsThoughts,
    /// The text ends in the middle: what is there was kept.
    CutOff,
    /// The document is of a later version.
    NewerVersion,
    /// The thread of these messages is not there: the title is their beginning.
    ThreadMissing,
    /// The text is not in UTF-8: what could not be read is a replacement character.
    NotUtf8,
    /// A code of another version of the app.
    #[serde(other)]
    NotKnown,
}

/// Something that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Where it stands: a path, and within it the number of the conversation or line, counted from 1
    /// (`export.zip › conversations-000.json › 3`).
    pub place: String,
    /// Empty where it is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    pub why: Why,
    /// For whoever wants to know more; in English, as the reader said it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// Something odd in something that was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    pub place: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    pub what: Oddity,
    /// How often in this conversation.
    pub count: u64,
}

/// What the app made of a conversation that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Imported,
    /// It was there with fewer messages; those that were missing were added.
    Added,
    /// It was there, with all of its messages.
    AlreadyThere,
    /// It could not be kept.
    NotKept {
        /// Technical.
        detail: String,
    },
}

/// What became of an import. `found` is the sum of `imported`, `added`, `already_there` and `not_imported`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Receipt {
    /// Conversations, those among them that could not be read.
    pub found: u64,
    pub imported: u64,
    pub added: u64,
    pub already_there: u64,
    /// Conversations that were found and are not there now: each is in `left_out`.
    pub not_imported: u64,
    /// Files in a folder or archive that hold no conversations (pictures, an account's data).
    pub passed_over: u64,
    /// By app.
    pub sources: Vec<SourceCount>,
    /// Conversations and whole files; the first [`crate::Limits::notes`].
    pub left_out: Vec<LeftOut>,
    /// Those beyond.
    pub more_left_out: u64,
    pub warnings: Vec<Warning>,
    /// Those beyond.
    pub more_warnings: u64,
    /// It was ended by the user; what came before stays.
    pub cancelled: bool,
}

/// How many conversations came from one app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCount {
    pub source: Source,
    pub count: u64,
}
