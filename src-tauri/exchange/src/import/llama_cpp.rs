//! llama.cpp's web interface: a line for the conversation, then a line for each message; older exports as one object.

use super::session::Session;
use super::value::{array, as_text, count, float, id, object, objects, text, time, tool, yes, Object};
use crate::document::{Answer, Attachment, Role, Settings};
use crate::draft::{Body, Draft, Node, Oddities, Said};
use crate::fault::Fault;
use crate::receipt::{Oddity, Source, Why};

/// The conversation whose lines are read now.
#[derive(Default)]
pub(super) struct Sessions {
    open: Option<Open>,
}

struct Open {
    place: String,
    head: Option<Object>,
    messages: Vec<Object>,
}

impl Sessions {
    pub fn any(&self) -> bool {
        self.open.is_some()
    }

    /// The line of a conversation: the one before it has ended.
    pub fn begin(&mut self, head: Object, place: &str, session: &mut Session) {
        self.flush(session);
        self.open = Some(Open { place: place.to_owned(), head: Some(head), messages: Vec::new() });
    }

    /// The line of a message.
    pub fn add(&mut self, mut line: Object, place: &str) {
        let open = self.open.get_or_insert_with(|| Open {
            place: place.to_owned(),
            head: None,
            messages: Vec::new(),
        });
        if let Some(serde_json::Value::Object(message)) = line.remove("message") {
            open.messages.push(message);
        }
    }

    pub fn flush(&mut self, session: &mut Session) {
        if let Some(Open { place, head, messages }) = self.open.take() {
            session.draft(&place, read(head.as_ref(), messages.iter()));
        }
    }
}

/// `{conv, messages}`.
pub(super) fn read_old(of: &Object) -> Result<Draft, Fault> {
    read(object(of, "conv"), objects(of, "messages"))
}

fn read<'a>(head: Option<&Object>, messages: impl Iterator<Item = &'a Object>) -> Result<Draft, Fault> {
    let mut draft = Draft::new(Source::LlamaCpp);
    match head {
        Some(head) => {
            draft.id = id(head, "id");
            draft.title = text(head, "name").map(str::to_owned);
            draft.updated_at = time(head, &["lastModified"]);
            draft.pinned = yes(head, "pinned");
            draft.active = id(head, "currNode");
        }
        None => draft.oddities.add(Oddity::ThreadMissing),
    }
    for message in messages {
        draft.id = draft.id.take().or_else(|| id(message, "convId"));
        let own = id(message, "id").unwrap_or_else(|| format!("#{}", draft.nodes.len()));
        let body = body_of(message, &mut draft);
        draft.nodes.push(Node { id: own, parent: id(message, "parent"), body });
    }
    if draft.nodes.is_empty() {
        return Err(Fault::new(Why::Empty, "no messages"));
    }
    Ok(draft)
}

fn body_of(message: &Object, draft: &mut Draft) -> Body {
    let kind = text(message, "type").unwrap_or("text");
    let role = text(message, "role").unwrap_or_default();
    let words = message.get("content").map(as_text).unwrap_or_default();
    if kind == "root" {
        return Body::Hidden;
    }
    if kind == "system" || role == "system" {
        return system(words, draft);
    }
    if kind == "think" {
        return Body::Thought(words);
    }
    let oddities = &mut draft.oddities;
    if role == "tool" {
        oddities.add(Oddity::ToolsAsThoughts);
        return Body::Thought(tool("", &words));
    }
    let role = match role {
        "user" => Some(Role::User),
        "assistant" => Some(Role::Assistant),
        _ => None,
    };
    let thoughts = text(message, "reasoningContent").or_else(|| text(message, "thinking"));
    let mut said = Said {
        role,
        text: words,
        thoughts: thoughts.map(str::to_owned).into_iter().collect(),
        created_at: time(message, &["timestamp"]),
        ..Said::default()
    };
    for call in tool_calls(message) {
        oddities.add(Oddity::ToolsAsThoughts);
        said.thoughts.push(call);
    }
    extras(message, &mut said, oddities);
    if role == Some(Role::Assistant) {
        let nothing = Object::new();
        let timings = object(message, "timings").unwrap_or(&nothing);
        let cached = count(timings, "cache_n").unwrap_or(0);
        said.answer = Some(Answer {
            model_name: text(message, "model").unwrap_or_default().to_owned(),
            prompt_tokens: count(timings, "prompt_n").map(|read| read.saturating_add(cached)),
            completion_tokens: count(timings, "predicted_n"),
            first_token_ms: float(timings, "prompt_ms"),
            decode_ms: float(timings, "predicted_ms"),
            ..Answer::default()
        });
    }
    Body::Said(Box::new(said))
}

/// The first one is what the conversation is under; it is a setting here.
fn system(words: String, draft: &mut Draft) -> Body {
    if words.trim().is_empty() {
        return Body::Hidden;
    }
    let only_hidden = draft.nodes.iter().all(|node| matches!(node.body, Body::Hidden));
    if draft.settings.is_none() && only_hidden {
        draft.settings = Some(Settings { system_prompt: words, ..Settings::default() });
        return Body::Hidden;
    }
    Body::Said(Box::new(Said { role: Some(Role::System), text: words, ..Said::default() }))
}

/// An array in the file, JSON as a text in the app.
fn tool_calls(message: &Object) -> Vec<String> {
    let in_text =
        text(message, "toolCalls").and_then(|calls| serde_json::from_str::<Vec<Object>>(calls).ok());
    let calls = in_text.unwrap_or_else(|| objects(message, "toolCalls").cloned().collect());
    let calls = calls.iter().map(|call| {
        let of = object(call, "function").unwrap_or(call);
        tool(text(of, "name").unwrap_or_default(), &of.get("arguments").map(as_text).unwrap_or_default())
    });
    calls.collect()
}

fn extras(message: &Object, said: &mut Said, oddities: &mut Oddities) {
    for extra in array(message, "extra").iter().filter_map(|extra| extra.as_object()) {
        let name = text(extra, "name").unwrap_or("?");
        let is_text = extra.get("base64Url").is_none() && extra.get("base64Data").is_none();
        match text(extra, "content").filter(|_| is_text) {
            Some(content) => said.attachments.push(Attachment {
                name: name.to_owned(),
                bytes: content.len() as u64,
                text: content.to_owned(),
                ..Attachment::default()
            }),
            None => {
                oddities.add(Oddity::MediaLeftOut);
                said.text = format!("[file: {name}]\n\n{}", said.text).trim_end().to_owned();
            }
        }
    }
}
