//! A conversation as Markdown: to be read, and to come back. What stands between comments that no reader sees is found
//! again, so headings may be in any language and a text may hold whatever it likes.
//!
//! ```text
//! ---
//! title: "…"                                   front matter: values are JSON, which YAML reads too
//! format: vitrine.markdown/1
//! ---
//!
//! # …
//!
//! <!-- vitrine:user {"uid":"…","at":"…","sum":"…"} -->
//! ## You
//!
//! <!-- vitrine:file {"name":"…"} -->
//! > **File: …**
//! >
//! > its lines
//!
//! the text, and one empty line after it
//! ```
//!
//! A line of a text that begins like such a comment gets a backslash before it, also one that has some already.

use std::io::{self, Write};

use serde_json::{json, Value};
use sha2::{Digest, Sha256};

use super::words::Words;
use super::Language;
use crate::document::{Conversation, Message, Named, Role};
use crate::thoughts;

/// What the front matter says under `format`.
pub const FORMAT: &str = "vitrine.markdown/1";
/// How a comment of ours begins.
pub(crate) const MARK: &str = "<!-- vitrine:";
/// How it ends.
pub(crate) const MARK_END: &str = " -->";

/// Writes the active path as Markdown. Ends with a line end.
///
/// # Errors
/// What `to` says.
pub fn write(conversation: &Conversation, language: Language, to: &mut dyn Write) -> io::Result<()> {
    let words = Words::of(language);
    let title = match conversation.title.trim() {
        "" => words.get("untitled"),
        title => title,
    };
    writeln!(to, "---\ntitle: {}", in_line(&json!(conversation.title)))?;
    let mut member = |name: &str, value: Option<Value>| match value {
        Some(value) => writeln!(to, "{name}: {}", in_line(&value)),
        None => Ok(()),
    };
    let said = |value: &str| (!value.is_empty()).then(|| json!(value));
    let yes = |value: bool| value.then(|| json!(true));
    member("date", conversation.created_at.and_then(date).map(Value::from))?;
    member("updated", conversation.updated_at.and_then(date).map(Value::from))?;
    member("model", conversation.model_name().map(Value::from))?;
    member(
        "system_prompt",
        conversation.settings.as_ref().and_then(|settings| said(&settings.system_prompt)),
    )?;
    member("folder", (!conversation.folder.is_empty()).then(|| json!(conversation.folder)))?;
    member("title_given", yes(conversation.title_given))?;
    member("starred", yes(conversation.starred))?;
    member("pinned", yes(conversation.pinned))?;
    member("archived", yes(conversation.archived))?;
    member("uid", said(&conversation.uid))?;
    member("format", Some(json!(FORMAT)))?;
    writeln!(to, "---\n\n# {}\n", one_line(title))?;
    for message in conversation.active_path() {
        write_message(message, &words, to)?;
    }
    Ok(())
}

fn write_message(message: &Message, words: &Words, to: &mut dyn Write) -> io::Result<()> {
    let role = message.role.unwrap_or(if message.answer.is_some() { Role::Assistant } else { Role::User });
    let model =
        message.answer.as_ref().map(|answer| answer.model_name.as_str()).filter(|name| !name.is_empty());
    let mut facts = json!({ "uid": message.uid, "sum": sum_of(&message.text) });
    if let Some(at) = message.created_at.and_then(date) {
        facts["at"] = at.into();
    }
    if let Some(model) = model {
        facts["model"] = model.into();
    }
    if message.pinned {
        facts["pinned"] = true.into();
    }
    writeln!(to, "{MARK}{} {}{MARK_END}", role.name(), in_line(&facts))?;
    let heading = match role {
        Role::User => words.get("you"),
        Role::System => words.get("system"),
        Role::Assistant => model.unwrap_or(words.get("answer")),
    };
    writeln!(to, "## {}\n", one_line(heading))?;
    for file in &message.attachments {
        let facts = json!({ "name": file.name });
        let label = words.with("file", &[("name", &one_line(&file.name))]);
        quote("file", &facts, &label, &file.text, to)?;
    }
    let (thoughts, answer) = match role {
        Role::Assistant => thoughts::split(&message.text),
        Role::User | Role::System => (None, message.text.as_str()),
    };
    if let Some(thoughts) = thoughts {
        quote("thoughts", &json!({}), words.get("thoughts"), thoughts, to)?;
    }
    for line in answer.split('\n') {
        let bare = line.trim_start_matches('\\');
        writeln!(to, "{}{line}", if bare.starts_with(MARK) { "\\" } else { "" })?;
    }
    writeln!(to)
}

fn quote(kind: &str, facts: &Value, label: &str, text: &str, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "{MARK}{kind} {}{MARK_END}\n> **{label}**\n>", in_line(facts))?;
    for line in text.split('\n') {
        writeln!(to, "> {line}")?;
    }
    writeln!(to)
}

/// The beginning of the SHA-256 of a text: whether somebody changed it since.
pub(crate) fn sum_of(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..6])
}

/// JSON that ends no comment.
fn in_line(value: &Value) -> String {
    value.to_string().replace('>', "\\u003e")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// In the form of RFC 3339, in UTC.
pub(super) fn date(milliseconds: i64) -> Option<String> {
    let time = chrono::DateTime::from_timestamp_millis(milliseconds)?;
    Some(time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}
