//! Open WebUI: a row with a chat in it, or that chat by itself. Times of rows are seconds, the chat's own are
//! milliseconds, those of messages are seconds again: [`time`] tells them apart.

use std::collections::HashMap;

use super::value::{array, as_text, count, id, object, objects, text, time, tool, yes, Object};
use crate::document::{Answer, Attachment, Role, Sampling, Settings};
use crate::draft::{Body, Draft, Node, Oddities, Said};
use crate::fault::Fault;
use crate::receipt::{Oddity, Source, Why};

/// Names of folders by id, each with the folder that it lies in.
pub(super) type Folders = HashMap<String, (String, Option<String>)>;

pub(super) fn read(of: &Object, folders: Option<&Folders>) -> Result<Draft, Fault> {
    let chat = object(of, "chat").unwrap_or(of);
    let mut draft = Draft::new(Source::OpenWebUi);
    draft.id = id(of, "id").or_else(|| id(chat, "id"));
    draft.title = text(of, "title").or_else(|| text(chat, "title")).map(str::to_owned);
    draft.created_at = time(of, &["created_at"]).or_else(|| time(chat, &["timestamp"]));
    draft.updated_at = time(of, &["updated_at"]);
    draft.archived = yes(of, "archived");
    draft.pinned = yes(of, "pinned");
    if let (Some(folders), Some(id)) = (folders, text(of, "folder_id")) {
        draft.folder = path_of(id, folders);
    }
    draft.settings = object(chat, "params").and_then(settings_of);
    let model = array(chat, "models").first().and_then(|model| model.as_str());
    let Some(history) = object(chat, "history").filter(|history| object(history, "messages").is_some())
    else {
        return linear(chat, model, draft);
    };
    let Some(messages) = object(history, "messages") else { return linear(chat, model, draft) };
    // A parent that a message does not name, but that names it.
    let mut parents: HashMap<&str, &str> = HashMap::new();
    for (name, message) in messages {
        let children = message.as_object().map_or(&[][..], |message| array(message, "childrenIds"));
        parents.extend(children.iter().filter_map(|child| Some((child.as_str()?, name.as_str()))));
    }
    for (name, message) in messages {
        let Some(message) = message.as_object() else {
            draft.oddities.add(Oddity::MessageDamaged);
            continue;
        };
        let listed = parents.get(name.as_str()).copied();
        let parent = text(message, "parentId").filter(|up| messages.contains_key(*up)).or(listed);
        // Neither is there: as it names it, so that it is told.
        let parent = parent.or_else(|| text(message, "parentId")).map(str::to_owned);
        let body = body_of(message, model, &mut draft.oddities);
        draft.nodes.push(Node { id: name.clone(), parent, body });
    }
    let current = text(history, "currentId").or_else(|| text(of, "current_message_id"));
    draft.active = current.filter(|id| messages.contains_key(*id)).map(str::to_owned);
    if draft.active.is_none() {
        if current.is_some() {
            draft.oddities.add(Oddity::ActiveMissing);
        }
        draft.active = last_child(messages);
    }
    Ok(draft)
}

/// Where no message is the current one: always the last child that is there, from the last beginning on.
fn last_child(messages: &Object) -> Option<String> {
    let begins = |message: &Object| text(message, "parentId").is_none_or(|up| !messages.contains_key(up));
    let mut newest_first = messages.iter().rev();
    let mut at = newest_first.find(|(_, message)| message.as_object().is_some_and(begins))?.0;
    for _ in 0..messages.len() {
        let children = messages.get(at)?.as_object().map_or(&[][..], |message| array(message, "childrenIds"));
        let next = children.iter().rev().filter_map(|child| messages.get_key_value(child.as_str()?));
        match next.map(|(name, _)| name).next() {
            Some(child) => at = child,
            None => break,
        }
    }
    Some(at.clone())
}

/// Without a tree: the list beside it.
fn linear(chat: &Object, model: Option<&str>, mut draft: Draft) -> Result<Draft, Fault> {
    if array(chat, "messages").is_empty() {
        return Err(Fault::new(Why::Empty, "no messages"));
    }
    for message in objects(chat, "messages") {
        let body = body_of(message, model, &mut draft.oddities);
        draft.append(text(message, "id"), body);
    }
    Ok(draft)
}

fn path_of(id: &str, folders: &Folders) -> Vec<String> {
    let mut path = Vec::new();
    let mut next = Some(id.to_owned());
    // No longer than there are folders: they may be in a circle.
    while let Some((name, parent)) =
        next.and_then(|id| folders.get(&id)).filter(|_| path.len() < folders.len())
    {
        path.push(name.clone());
        next = parent.clone();
    }
    path.reverse();
    path
}

fn settings_of(params: &Object) -> Option<Settings> {
    let float = |name| super::value::float(params, name);
    let settings = Settings {
        system_prompt: text(params, "system").unwrap_or_default().to_owned(),
        sampling: Sampling {
            temperature: float("temperature"),
            top_k: count(params, "top_k"),
            top_p: float("top_p"),
            min_p: float("min_p"),
            repetition_penalty: float("repeat_penalty"),
            frequency_penalty: float("frequency_penalty"),
            presence_penalty: float("presence_penalty"),
            seed: params.get("seed").and_then(serde_json::Value::as_u64),
            ..Sampling::default()
        },
        max_tokens: count(params, "max_tokens"),
    };
    (settings != Settings::default()).then_some(settings)
}

fn body_of(message: &Object, model: Option<&str>, oddities: &mut Oddities) -> Body {
    let role = text(message, "role").unwrap_or_default();
    let words = message.get("content").map(as_text).unwrap_or_default();
    if role == "tool" {
        oddities.add(Oddity::ToolsAsThoughts);
        return Body::Thought(tool("", &words));
    }
    let role = match role {
        "user" => Some(Role::User),
        "assistant" => Some(Role::Assistant),
        "system" => Some(Role::System),
        _ => None,
    };
    let (thoughts, words) = match role {
        Some(Role::Assistant) => without_details(&words, oddities),
        _ => (Vec::new(), words),
    };
    let mut said =
        Said { role, text: words, thoughts, created_at: time(message, &["timestamp"]), ..Said::default() };
    if role == Some(Role::Assistant) {
        said.interrupted = message.get("done").and_then(serde_json::Value::as_bool) == Some(false);
        let nothing = Object::new();
        let usage = object(message, "usage").unwrap_or(&nothing);
        let name = text(message, "modelName").or_else(|| text(message, "model")).or(model);
        said.answer = Some(Answer {
            model_name: name.unwrap_or_default().to_owned(),
            prompt_tokens: count(usage, "prompt_tokens").or_else(|| count(usage, "prompt_eval_count")),
            completion_tokens: count(usage, "completion_tokens").or_else(|| count(usage, "eval_count")),
            ..Answer::default()
        });
    }
    files(message, &mut said, oddities);
    Body::Said(Box::new(said))
}

fn files(message: &Object, said: &mut Said, oddities: &mut Oddities) {
    for file in objects(message, "files") {
        let inner = object(file, "file");
        let name =
            text(file, "name").or_else(|| inner.and_then(|inner| text(inner, "filename"))).unwrap_or("?");
        let data = inner.and_then(|inner| object(inner, "data")).and_then(|data| text(data, "content"));
        match data {
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

/// Thoughts and calls of tools stand in the text as `<details type="reasoning">`, each line quoted.
fn without_details(text: &str, oddities: &mut Oddities) -> (Vec<String>, String) {
    let (mut thoughts, mut words, mut rest) = (Vec::new(), String::new(), text);
    while let Some(at) = rest.find("<details type=\"") {
        let inside = &rest[at..];
        let Some(end) = inside.find("</details>") else { break };
        let (block, after) = (&inside[..end], &inside[end + "</details>".len()..]);
        let is = |kind: &str| block["<details type=\"".len()..].starts_with(kind);
        if !is("reasoning") && !is("tool_calls") {
            words.push_str(&rest[..at + end + "</details>".len()]);
            rest = after;
            continue;
        }
        words.push_str(&rest[..at]);
        if is("tool_calls") {
            oddities.add(Oddity::ToolsAsThoughts);
        }
        let body = block.split_once('>').map_or("", |(_, body)| body);
        let body = body.split_once("</summary>").map_or(body, |(_, body)| body);
        let lines = body.trim_matches('\n').lines().map(|line| {
            line.strip_prefix("> ")
                .or_else(|| line.strip_prefix("&gt; "))
                .or_else(|| line.strip_prefix('>'))
                .unwrap_or(line)
        });
        let thought = lines.collect::<Vec<_>>().join("\n").trim().to_owned();
        if is("tool_calls") && thought.is_empty() {
            let head = block.split_once('>').map_or(block, |(head, _)| head);
            thoughts.push(tool("", &plain(head)));
        } else if !thought.is_empty() {
            thoughts.push(plain(&thought));
        }
        rest = after.trim_start_matches('\n');
    }
    words.push_str(rest);
    (thoughts, words)
}

/// Without the escapes of HTML that these blocks have.
fn plain(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasoning_blocks_become_thoughts() {
        let text = "<details type=\"reasoning\" done=\"true\" duration=\"3\">\n<summary>Thought for 3 seconds</summary>\n> a &lt; b\n> so\n</details>\nThe answer <details>x</details>";
        let (thoughts, words) = without_details(text, &mut Oddities::default());
        assert_eq!(thoughts, ["a < b\nso"]);
        assert_eq!(words, "The answer <details>x</details>");
    }
}
