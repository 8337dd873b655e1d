//! Conversations out of the app and into it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::AppError;

/// A form in which conversations leave the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Everything, for this app and for programs (`docs/export-format.md`).
    Json,
    Markdown,
    /// One line a conversation, as OpenAI's chat form.
    Jsonl,
    /// One page that opens offline and shows the tokens.
    Html,
}

/// Why something did not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutReason {
    /// No known form.
    NotRecognized,
    /// No JSON, or cut off.
    Unreadable,
    /// Without any message.
    Empty,
    /// Larger or deeper than is read.
    TooLarge,
    /// The system refused to read it.
    Refused,
    /// An archive that wants a password.
    Encrypted,
    /// An archive that is packed in a way that is not known here.
    Packed,
    /// A link that leads elsewhere.
    Link,
    /// It could be read and not be kept.
    NotKept,
    /// A reason that another version of the app gave.
    NotKnown,
}

/// Something that did not come in, or did not go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeftOut {
    /// File, place in it, or title.
    pub place: String,
    pub reason: LeftOutReason,
    /// Technical.
    pub detail: String,
}

/// What was odd in something that came in all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImportOddity {
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
    /// A message that could not be read was left out.
    MessageDamaged,
    /// Token records or a prompt that could not be read were left out.
    TokensDamaged,
    /// Pictures, sounds and other files can't be kept: a note stands in their place.
    MediaLeftOut,
    /// Calls of tools and what they gave are kept as thoughts.
    ToolsAsThoughts,
    /// The text ends in the middle: what is there was kept.
    CutOff,
    /// It was written by a later version of the app.
    NewerVersion,
    /// The thread of these messages is not there: the title is their beginning.
    ThreadMissing,
    /// The text is not in UTF-8: what could not be read is a replacement character.
    NotUtf8,
    /// One that another version of the app noted.
    NotKnown,
}

/// Something odd in something that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportWarning {
    /// File, place in it, and title.
    pub place: String,
    pub what: ImportOddity,
    /// How often in this conversation.
    pub times: u32,
}

/// What one import did; kept, so that it can be read later. `found` is the sum of `imported`, `added`, `already_there`
/// and those conversations in `left_out` (which names whole files, too).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportReceipt {
    #[ts(type = "number")]
    pub id: i64,
    #[ts(type = "number")]
    pub at: i64,
    /// Files and folders that were given.
    pub sources: Vec<String>,
    /// Forms that were recognized: `ChatGPT`, `LM Studio` ...
    pub formats: Vec<String>,
    pub found: u32,
    pub imported: u32,
    /// Were there with fewer messages; those that were missing came to them.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[ts(optional, as = "Option<u32>")]
    pub added: u32,
    pub already_there: u32,
    /// Files in a folder or archive that hold no conversations.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[ts(optional, as = "Option<u32>")]
    pub passed_over: u32,
    pub left_out: Vec<LeftOut>,
    /// Those that are not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[ts(optional, as = "Option<u32>")]
    pub more_left_out: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<ImportWarning>>")]
    pub warnings: Vec<ImportWarning>,
    /// Those that are not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[ts(optional, as = "Option<u32>")]
    pub more_warnings: u32,
    pub cancelled: bool,
}

/// For `serde(skip_serializing_if)`.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// How a long piece of work on the history goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TransferEvent {
    /// Conversations so far; `total` where it is known.
    Progress {
        done: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        total: Option<u32>,
    },
    /// Written to these files.
    Exported {
        paths: Vec<String>,
        conversations: u32,
        /// Conversations that could not be read, by title.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(optional, as = "Option<Vec<LeftOut>>")]
        left_out: Vec<LeftOut>,
    },
    /// Also where it was cancelled: what came before stays, and the receipt says so.
    Imported {
        receipt: ImportReceipt,
    },
    Failed {
        error: AppError,
    },
    /// An export: nothing was written.
    Cancelled,
}
