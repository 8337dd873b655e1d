//! OpenAI's chat form: `{"messages":[{"role":…,"content":…}]}`, an object a line or one by itself; and the older shapes of
//! other apps that are such a list with a title beside it.

use serde_json::Value;

use super::value::{array, as_text, id, object, objects, text, time, tool, Object};
use crate::document::{Answer, Role, Settings};
use crate::draft::{Body, Draft, Oddities, Said};
use crate::fault::Fault;
use crate::receipt::{Oddity, Source, Why};

pub(super) fn read(of: &Object) -> Result<Draft, Fault> {
    // Times and slugs are ChatGPT's: exports from before there was a tree.
    let chatgpt = of.contains_key("create_time") || of.contains_key("default_model_slug");
    let mut draft = Draft::new(if chatgpt { Source::ChatGpt } else { Source::ChatLines });
    draft.id = ["conversation_id", "id", "uuid"].into_iter().find_map(|name| id(of, name));
    draft.title = text(of, "title").or_else(|| text(of, "name")).map(str::to_owned);
    draft.created_at = time(of, &["create_time", "created_at", "created", "timestamp"]);
    draft.updated_at = time(of, &["update_time", "updated_at", "updated"]);
    let model = text(of, "model").or_else(|| text(of, "default_model_slug")).map(str::to_owned);
    if array(of, "messages").is_empty() {
        return Err(Fault::new(Why::Empty, "no messages"));
    }
    for message in objects(of, "messages") {
        add(message, model.as_deref(), &mut draft);
    }
    Ok(draft)
}

/// Messages that stand by themselves, in an array or a line each: together they are one conversation.
#[derive(Default)]
pub(super) struct Loose {
    draft: Option<Draft>,
}

impl Loose {
    pub fn add(&mut self, message: Object) {
        let draft = self.draft.get_or_insert_with(|| Draft::new(Source::ChatLines));
        add(&message, None, draft);
    }

    pub fn draft(self) -> Option<Result<Draft, Fault>> {
        self.draft.map(Ok)
    }
}

fn add(message: &Object, model: Option<&str>, draft: &mut Draft) {
    let author = object(message, "author").and_then(|author| text(author, "role"));
    let plain = ["role", "author", "sender", "from"].into_iter().find_map(|name| text(message, name));
    let speaker = author.or(plain).unwrap_or_default().to_lowercase();
    let mut said = Said {
        created_at: time(message, &["create_time", "created_at", "timestamp", "time"]),
        ..Said::default()
    };
    for name in ["reasoning_content", "reasoning", "thinking"] {
        said.thoughts.extend(text(message, name).map(str::to_owned));
    }
    said.text = words(message, &mut said.thoughts, &mut draft.oddities);
    for call in objects(message, "tool_calls") {
        let of = object(call, "function").unwrap_or(call);
        let given = of.get("arguments").map(as_text).unwrap_or_default();
        draft.oddities.add(Oddity::ToolsAsThoughts);
        said.thoughts.push(tool(text(of, "name").unwrap_or_default(), &given));
    }
    let own = id(message, "id");
    let body = match speaker.as_str() {
        "system" | "developer" if draft.nodes.is_empty() && draft.settings.is_none() => {
            draft.settings = Some(Settings { system_prompt: said.text, ..Settings::default() });
            return;
        }
        "tool" | "function" => {
            draft.oddities.add(Oddity::ToolsAsThoughts);
            Body::Thought(tool(text(message, "name").unwrap_or_default(), &said.text))
        }
        name => {
            said.role = match name {
                "user" | "human" | "prompter" => Some(Role::User),
                "assistant" | "gpt" | "model" | "bot" | "ai" | "chatgpt" => Some(Role::Assistant),
                "system" | "developer" => Some(Role::System),
                _ => None,
            };
            if said.role == Some(Role::Assistant) {
                let metadata = object(message, "metadata").and_then(|metadata| text(metadata, "model_slug"));
                let name = text(message, "model").or(metadata).or(model).unwrap_or_default();
                said.answer = Some(Answer { model_name: name.to_owned(), ..Answer::default() });
            }
            Body::Said(Box::new(said))
        }
    };
    draft.append(own.as_deref(), body);
}

/// A text, or an array of parts, or ChatGPT's object with parts.
fn words(message: &Object, thoughts: &mut Vec<String>, oddities: &mut Oddities) -> String {
    let content = ["content", "value", "text"].into_iter().find_map(|name| message.get(name));
    let parts = match content {
        Some(Value::String(text)) => return text.clone(),
        Some(Value::Array(parts)) => parts.as_slice(),
        Some(Value::Object(content)) => array(content, "parts"),
        _ => &[],
    };
    let mut words = Vec::new();
    for part in parts {
        match part {
            Value::String(text) => words.push(text.clone()),
            Value::Object(part) => match text(part, "type").unwrap_or_default() {
                "text" | "input_text" | "output_text" => words.extend(text(part, "text").map(str::to_owned)),
                "thinking" | "reasoning" => {
                    thoughts.extend(text(part, "thinking").or_else(|| text(part, "text")).map(str::to_owned));
                }
                kind => {
                    oddities.add(Oddity::MediaLeftOut);
                    words.push(if kind.contains("image") { "[image]".into() } else { "[file]".into() });
                }
            },
            _ => {}
        }
    }
    words.join("\n\n")
}
