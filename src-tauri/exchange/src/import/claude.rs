//! Claude's export: a list of messages under `chat_messages`, newer ones with their parents.

use super::value::{as_text, id, objects, text, time, tool, yes, Object};
use crate::document::{Answer, Attachment, Role};
use crate::draft::{Body, Draft, Node, Oddities, Said};
use crate::fault::Fault;
use crate::receipt::{Oddity, Source};

pub(super) fn read(of: &Object) -> Result<Draft, Fault> {
    let mut draft = Draft::new(Source::Claude);
    draft.id = id(of, "uuid");
    draft.title = text(of, "name").map(str::to_owned);
    draft.created_at = time(of, &["created_at"]);
    draft.updated_at = time(of, &["updated_at"]);
    draft.starred = yes(of, "is_starred");
    draft.active = text(of, "current_leaf_message_uuid").map(str::to_owned);
    let model = text(of, "model").unwrap_or_default().to_owned();
    let messages: Vec<&Object> = objects(of, "chat_messages").collect();
    let uids: std::collections::HashSet<&str> = messages.iter().filter_map(|one| text(one, "uuid")).collect();
    // A tree only where parents are named; the first one's is a uuid of zeros.
    let is_tree =
        messages.iter().any(|one| text(one, "parent_message_uuid").is_some_and(|up| uids.contains(up)));
    for message in messages {
        let said = said_of(message, &model, &mut draft.oddities);
        let body = Body::Said(Box::new(said));
        if is_tree {
            let id = id(message, "uuid").unwrap_or_else(|| format!("#{}", draft.nodes.len()));
            let parent = text(message, "parent_message_uuid");
            let parent = parent.filter(|up| !up.starts_with("00000000-")).map(str::to_owned);
            draft.nodes.push(Node { id, parent, body });
        } else {
            draft.append(text(message, "uuid"), body);
        }
    }
    Ok(draft)
}

fn said_of(message: &Object, model: &str, oddities: &mut Oddities) -> Said {
    let role = match text(message, "sender").or_else(|| text(message, "role")) {
        Some("human" | "user") => Some(Role::User),
        Some("assistant") => Some(Role::Assistant),
        _ => None,
    };
    let (mut words, mut thoughts) = (Vec::new(), Vec::new());
    for part in objects(message, "content") {
        match text(part, "type").unwrap_or_default() {
            "text" => words.extend(text(part, "text").map(str::to_owned)),
            "thinking" => thoughts.extend(text(part, "thinking").map(str::to_owned)),
            "tool_use" | "tool_result" => {
                let value =
                    part.get("input").or_else(|| part.get("content")).map(as_text).unwrap_or_default();
                oddities.add(Oddity::ToolsAsThoughts);
                thoughts.push(tool(text(part, "name").unwrap_or_default(), &value));
            }
            "token_budget" | "flag" => {}
            _ => {
                oddities.add(Oddity::MediaLeftOut);
                words.push("[file]".into());
            }
        }
    }
    // `content` is the whole; `text` is what older exports have.
    if words.is_empty() {
        words.extend(text(message, "text").map(str::to_owned));
    }
    let mut attachments = Vec::new();
    for file in objects(message, "attachments") {
        let Some(content) = text(file, "extracted_content") else { continue };
        attachments.push(Attachment {
            name: text(file, "file_name").unwrap_or("attachment.txt").to_owned(),
            bytes: content.len() as u64,
            text: content.to_owned(),
            ..Attachment::default()
        });
    }
    for file in objects(message, "files") {
        oddities.add(Oddity::MediaLeftOut);
        words.insert(0, format!("[file: {}]", text(file, "file_name").unwrap_or("?")));
    }
    let answer =
        (role == Some(Role::Assistant)).then(|| Answer { model_name: model.to_owned(), ..Answer::default() });
    Said {
        role,
        text: words.join("\n\n"),
        thoughts,
        created_at: time(message, &["created_at"]),
        attachments,
        answer,
        ..Said::default()
    }
}
