//! A conversation as a line of OpenAI's chat form: `{"messages":[{"role":…,"content":…}]}`. What programs train and test
//! with: the system prompt and the active path as the model gets them, files quoted before the question they go with,
//! thoughts apart from the answer.

use std::io::{self, Write};

use serde::Serialize;

use crate::document::{Attachment, Conversation, Message, Named, Role};
use crate::thoughts;

#[derive(Serialize)]
struct Line<'a> {
    messages: Vec<Turn<'a>>,
}

#[derive(Serialize)]
struct Turn<'a> {
    role: &'static str,
    content: String,
    /// As servers give it for models that think.
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_content: Option<&'a str>,
}

/// Writes the active path as one line of JSON, with its line end. Nothing for a conversation without messages.
///
/// # Errors
/// What `to` says.
pub fn write(conversation: &Conversation, to: &mut dyn Write) -> io::Result<()> {
    let path = conversation.active_path();
    if path.is_empty() {
        return Ok(());
    }
    let system = conversation.settings.as_ref().map(|settings| settings.system_prompt.as_str());
    let system = system.filter(|text| !text.trim().is_empty()).map(|text| Turn {
        role: Role::System.name(),
        content: text.to_owned(),
        reasoning_content: None,
    });
    let messages = system.into_iter().chain(path.into_iter().map(turn)).collect();
    serde_json::to_writer(&mut *to, &Line { messages })?;
    to.write_all(b"\n")
}

fn turn(message: &Message) -> Turn<'_> {
    let role = message.role.unwrap_or(if message.answer.is_some() { Role::Assistant } else { Role::User });
    let (reasoning_content, text) = match role {
        Role::Assistant => thoughts::split(&message.text),
        Role::User | Role::System => (None, message.text.as_str()),
    };
    let mut content: String = message.attachments.iter().map(quoted).collect();
    content.push_str(text);
    Turn { role: role.name(), content, reasoning_content }
}

/// A file under its name, between fences that its own text does not contain, and an empty line.
fn quoted(file: &Attachment) -> String {
    let Attachment { name, text, .. } = file;
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{name}\n{fence}\n{text}{end}{fence}\n\n")
}
