//! Jan: a thread in one file, its messages in another one, a line each. Put together by the thread's id, whatever the
//! files are called. Those of one folder are together; when the folder ends, what has no counterpart stands alone.

use std::collections::BTreeMap;

use super::session::Session;
use super::value::{array, as_text, id, object, objects, text, time, tool, yes, Object};
use crate::document::{Answer, Role, Settings};
use crate::draft::{Body, Draft, Oddities, Said};
use crate::fault::Fault;
use crate::receipt::{Oddity, Source, Why};

/// What is known of the threads of a folder.
#[derive(Default)]
pub(super) struct Threads {
    threads: BTreeMap<String, Thread>,
}

#[derive(Default)]
struct Thread {
    place: String,
    head: Option<Object>,
    messages: Vec<Object>,
}

impl Threads {
    pub fn any(&self) -> bool {
        !self.threads.is_empty()
    }

    pub fn thread(&mut self, head: Object, place: &str) {
        let thread = self.threads.entry(id(&head, "id").unwrap_or_default()).or_default();
        thread.place = place.to_owned();
        thread.head = Some(head);
    }

    pub fn message(&mut self, message: Object, place: &str) {
        let thread = self.threads.entry(id(&message, "thread_id").unwrap_or_default()).or_default();
        if thread.place.is_empty() {
            thread.place = place.to_owned();
        }
        thread.messages.push(message);
    }

    /// The folder ends.
    pub fn flush(&mut self, session: &mut Session) {
        for (id, thread) in std::mem::take(&mut self.threads) {
            let place = thread.place.clone();
            session.draft(&place, read(id, thread));
        }
    }
}

fn read(id: String, thread: Thread) -> Result<Draft, Fault> {
    let mut draft = Draft::new(Source::Jan);
    draft.id = Some(id).filter(|id| !id.is_empty());
    let mut model = None;
    match &thread.head {
        Some(head) => {
            draft.title = text(head, "title").map(str::to_owned);
            draft.created_at = time(head, &["created"]);
            draft.updated_at = time(head, &["updated"]);
            draft.starred = object(head, "metadata").is_some_and(|metadata| yes(metadata, "is_favorite"))
                || yes(head, "isFavorite");
            let assistant = array(head, "assistants").first().and_then(|one| one.as_object());
            let system = assistant.and_then(|one| text(one, "instructions"));
            draft.settings =
                system.map(|text| Settings { system_prompt: text.to_owned(), ..Settings::default() });
            let of = assistant.and_then(|one| object(one, "model")).or_else(|| object(head, "model"));
            model = of.and_then(|model| text(model, "id")).map(str::to_owned);
        }
        None => draft.oddities.add(Oddity::ThreadMissing),
    }
    if thread.messages.is_empty() {
        return Err(Fault::new(Why::Empty, "a thread without messages"));
    }
    for message in &thread.messages {
        let body = body_of(message, model.as_deref(), &mut draft.oddities);
        let own = text(message, "id").map(str::to_owned);
        draft.append(own.as_deref(), body);
    }
    Ok(draft)
}

fn body_of(message: &Object, model: Option<&str>, oddities: &mut Oddities) -> Body {
    let role = text(message, "role").unwrap_or_default();
    let (mut words, mut thoughts) = (Vec::new(), Vec::new());
    // Older ones have a text.
    if let Some(content) = text(message, "content") {
        words.push(content.to_owned());
    }
    for part in objects(message, "content") {
        let value = || {
            let of = object(part, "text").and_then(|inner| text(inner, "value"));
            of.or_else(|| text(part, "text")).map(str::to_owned)
        };
        match text(part, "type").unwrap_or("text") {
            "text" => words.extend(value()),
            "reasoning" => thoughts.extend(value()),
            "tool_call" => {
                oddities.add(Oddity::ToolsAsThoughts);
                let name = text(part, "tool_name").unwrap_or_default();
                for given in ["input", "output"].into_iter().filter_map(|name| part.get(name)) {
                    thoughts.push(tool(name, &as_text(given)));
                }
            }
            kind => {
                oddities.add(Oddity::MediaLeftOut);
                words.push(if kind.contains("image") { "[image]".into() } else { "[file]".into() });
            }
        }
    }
    for file in objects(message, "attachments") {
        oddities.add(Oddity::MediaLeftOut);
        words.insert(0, format!("[file: {}]", text(file, "name").unwrap_or("?")));
    }
    let said = words.join("\n\n");
    if role == "tool" {
        oddities.add(Oddity::ToolsAsThoughts);
        return Body::Thought(tool(text(message, "tool_name").unwrap_or_default(), &said));
    }
    let role = match role {
        "user" => Some(Role::User),
        "assistant" => Some(Role::Assistant),
        "system" => Some(Role::System),
        _ => None,
    };
    let metadata = object(message, "metadata");
    let own = metadata.and_then(|metadata| text(metadata, "modelId").or_else(|| text(metadata, "model")));
    let answer = (role == Some(Role::Assistant))
        .then(|| Answer { model_name: own.or(model).unwrap_or_default().to_owned(), ..Answer::default() });
    Body::Said(Box::new(Said {
        role,
        text: said,
        thoughts,
        created_at: time(message, &["created_at", "completed_at"]),
        interrupted: matches!(text(message, "status"), Some("pending" | "error" | "stopped")),
        answer,
        ..Said::default()
    }))
}
