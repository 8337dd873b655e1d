//! The app's own open format for conversations: what docs/export-format.md describes. It is complete: the whole tree,
//! each answer's facts, tokens and prompt, files, settings, and where it stood in the list.
//!
//! These forms are apart from what is stored and from what crosses to the window: those may be renamed without a word
//! here. The order of the fields is the order in the file; it is part of the promise that the same conversations give
//! the same bytes.

mod answer;
mod names;
mod read;
mod token;
mod tree;
mod uid;
mod write;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use answer::{Answer, Branch, Choice, Failure, Replaced, Sampling, Settings};
pub use names::{CutRule, Encoding, Named, Origin, PromptForm, Role, SegmentKind, Slot, Status, StopReason};
pub use read::{read_conversation, ReadConversation, Reader};
pub use token::{Alternative, Piece, Prompt, Rest, Segment, Token, Vocabulary};
pub(crate) use tree::repair;
pub use uid::{derived_uid, fresh_uid};
pub use write::Writer;

pub(crate) use names::or_default;
pub(crate) use tree::{arrange, Arranged};

/// What `format` says.
pub const FORMAT: &str = "vitrine.conversations";
/// What `version` says. A reader takes later ones too, as far as it understands them.
pub const VERSION: u32 = 1;

/// One conversation. All times are milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    /// Names this conversation wherever it goes: 32 hex digits. An import recognises by it what is there already.
    pub uid: String,
    #[serde(deserialize_with = "or_default")]
    pub title: String,
    /// Did the user give the title? Otherwise it is the beginning of the first question.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "std::ops::Not::not")]
    pub title_given: bool,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub created_at: Option<i64>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<i64>,
    /// Names of the folders that it lies in, the outermost first; empty for none.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub folder: Vec<String>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "std::ops::Not::not")]
    pub starred: bool,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// Of the next turn.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    /// Uid of the message that ends the path that is shown.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub active: Option<String>,
    /// The tree: parents before children, versions of one place oldest first.
    pub messages: Vec<Message>,
    /// What the ids of prompts stand for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vocabularies: Vec<Vocabulary>,
    /// Members that this version does not know, kept as they are.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// One message of the tree. Those with the same parent are versions of each other, those without a parent too.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Message {
    /// Names it in this document and wherever it goes.
    pub uid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// `None` where it is not known.
    #[serde(deserialize_with = "names::known", skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// As it was written. The thoughts of an answer stand at its beginning between `<think>` and `</think>` (see
    /// [`crate::thoughts`]).
    pub text: String,
    #[serde(deserialize_with = "names::known", skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub created_at: Option<i64>,
    /// Stays in the context when others fall out.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// A copy of a message of another conversation: what it took is counted there.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "std::ops::Not::not")]
    pub copied: bool,
    /// Text files that go with a question.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Of an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// Of an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<Prompt>,
    /// Of an answer, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<Token>,
    /// Members that this version does not know, kept as they are.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// A text file that goes with a question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attachment {
    pub name: String,
    /// Of the file.
    #[serde(deserialize_with = "or_default")]
    pub bytes: u64,
    #[serde(deserialize_with = "names::known", skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// What it cost with the model that was loaded when it was read.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u32>,
    /// All of it.
    pub text: String,
}

impl Conversation {
    /// The messages from the first to the active one; to the newest where none is active. Never longer than the tree,
    /// also where it has a circle.
    pub fn active_path(&self) -> Vec<&Message> {
        let by_uid: std::collections::HashMap<&str, &Message> =
            self.messages.iter().map(|message| (message.uid.as_str(), message)).collect();
        let active = self.active.as_deref().and_then(|uid| by_uid.get(uid).copied());
        let mut path = Vec::new();
        let mut next = active.or(self.messages.last());
        while let Some(message) = next.filter(|_| path.len() < self.messages.len()) {
            path.push(message);
            next = message.parent.as_deref().and_then(|uid| by_uid.get(uid).copied());
        }
        path.reverse();
        path
    }

    /// The model of the last answer of the active path.
    pub fn model_name(&self) -> Option<&str> {
        let names = self.active_path().into_iter().rev().filter_map(|message| message.answer.as_ref());
        names.map(|answer| answer.model_name.as_str()).find(|name| !name.is_empty())
    }
}
