//! ChatGPT's export: a tree of nodes under `mapping`, most of them with a message. Active is what lies on the way up
//! from `current_node`; the tree is built from `parent`, because newer exports leave `children` out.

use serde_json::Value;

use super::value::{array, as_text, id, object, objects, text, time, tool, yes, Object};
use crate::document::{Answer, Role, StopReason};
use crate::draft::{Body, Draft, Node, Oddities, Said};
use crate::fault::Fault;
use crate::receipt::{Oddity, Source, Why};

pub(super) fn read(of: &Object) -> Result<Draft, Fault> {
    let mapping = object(of, "mapping").ok_or_else(|| Fault::new(Why::Damaged, "no mapping"))?;
    let mut draft = Draft::new(Source::ChatGpt);
    draft.id = id(of, "conversation_id").or_else(|| id(of, "id"));
    draft.title = text(of, "title").map(str::to_owned);
    draft.created_at = time(of, &["create_time"]);
    draft.updated_at = time(of, &["update_time"]);
    draft.archived = yes(of, "is_archived");
    draft.starred = yes(of, "is_starred");
    draft.pinned = yes(of, "is_pinned") || time(of, &["pinned_time"]).is_some();
    draft.active = text(of, "current_node").map(str::to_owned);
    let model = text(of, "default_model_slug");
    for (name, node) in mapping {
        let Some(node) = node.as_object() else {
            draft.oddities.add(Oddity::MessageDamaged);
            continue;
        };
        let body = match object(node, "message") {
            Some(message) => body_of(message, model, &mut draft.oddities),
            None => Body::Hidden,
        };
        let parent = text(node, "parent").map(str::to_owned);
        draft.nodes.push(Node { id: name.clone(), parent, body });
    }
    Ok(draft)
}

fn body_of(message: &Object, model: Option<&str>, oddities: &mut Oddities) -> Body {
    let nothing = Object::new();
    let metadata = object(message, "metadata").unwrap_or(&nothing);
    let author = object(message, "author").unwrap_or(&nothing);
    let content = object(message, "content").unwrap_or(&nothing);
    let kind = text(content, "content_type").unwrap_or("text");
    let role = text(author, "role").unwrap_or_default();
    if yes(metadata, "is_visually_hidden_from_conversation")
        || yes(metadata, "is_user_system_message")
        || matches!(kind, "user_editable_context" | "model_editable_context" | "reasoning_recap")
        || role == "system"
    {
        return Body::Hidden;
    }
    if kind == "thoughts" {
        let thoughts = objects(content, "thoughts").filter_map(|thought| {
            let parts = [text(thought, "summary"), text(thought, "content")];
            let thought: Vec<&str> = parts.into_iter().flatten().collect();
            (!thought.is_empty()).then(|| thought.join("\n"))
        });
        let thoughts: Vec<String> = thoughts.collect();
        return if thoughts.is_empty() {
            Body::Hidden
        } else {
            Body::Thought(without_marks(&thoughts.join("\n\n")))
        };
    }
    let mut said = without_marks(&words(content, kind, oddities));
    // Files that were given have a name here and nothing else.
    for file in objects(metadata, "attachments") {
        oddities.add(Oddity::MediaLeftOut);
        let name = text(file, "name").unwrap_or("?");
        said = if said.is_empty() { format!("[file: {name}]") } else { format!("[file: {name}]\n\n{said}") };
    }
    let recipient = text(message, "recipient").unwrap_or("all");
    if role == "tool" || recipient != "all" {
        if said.trim().is_empty() {
            return Body::Hidden;
        }
        oddities.add(Oddity::ToolsAsThoughts);
        let name = if role == "tool" { text(author, "name").unwrap_or_default() } else { recipient };
        return Body::Thought(tool(name, &said));
    }
    if said.trim().is_empty() {
        return Body::Hidden;
    }
    if kind == "code" {
        said = tool("", &said);
    }
    let role = match role {
        "user" => Some(Role::User),
        "assistant" => Some(Role::Assistant),
        _ => None,
    };
    let answer = (role == Some(Role::Assistant)).then(|| Answer {
        model_name: text(metadata, "model_slug").or(model).unwrap_or_default().to_owned(),
        stop_reason: object(metadata, "finish_details").and_then(stop_reason),
        ..Answer::default()
    });
    Body::Said(Box::new(Said {
        role,
        text: said,
        created_at: time(message, &["create_time", "update_time"]),
        interrupted: matches!(text(message, "status"), Some("in_progress" | "finished_partial_completion")),
        answer,
        ..Said::default()
    }))
}

fn stop_reason(details: &Object) -> Option<StopReason> {
    match text(details, "type")? {
        "stop" => Some(StopReason::EndToken),
        "max_tokens" => Some(StopReason::Limit),
        "interrupted" => Some(StopReason::Stopped),
        _ => None,
    }
}

/// The words of a content, of whatever type.
fn words(content: &Object, kind: &str, oddities: &mut Oddities) -> String {
    if matches!(
        kind,
        "code" | "execution_output" | "tether_browsing_display" | "tether_quote" | "system_error"
    ) {
        let parts = ["title", "url", "result", "text"].map(|name| text(content, name));
        return parts.into_iter().flatten().collect::<Vec<_>>().join("\n");
    }
    let parts = array(content, "parts");
    if parts.is_empty() {
        return content.get("text").or_else(|| content.get("content")).map(as_text).unwrap_or_default();
    }
    let parts = parts.iter().filter_map(|part| match part {
        Value::String(text) => Some(text.clone()),
        Value::Object(part) => match text(part, "content_type").unwrap_or_default() {
            "audio_transcription" => text(part, "text").map(str::to_owned),
            kind => {
                oddities.add(Oddity::MediaLeftOut);
                let what = match kind {
                    _ if kind.starts_with("image") => "image",
                    _ if kind.contains("audio") => "audio",
                    _ if kind.contains("video") => "video",
                    _ => "file",
                };
                Some(format!("[{what}]"))
            }
        },
        _ => None,
    });
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Without citations: they stand between U+E200 and U+E201 and name sources that are not here, and single ones are
/// characters of the private use area, too.
fn without_marks(text: &str) -> String {
    let private = |character: char| ('\u{e000}'..='\u{f8ff}').contains(&character);
    if !text.contains(private) {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{e200}') {
        kept.push_str(&rest[..at]);
        let inside = &rest[at + '\u{e200}'.len_utf8()..];
        match inside.find('\u{e201}').filter(|end| *end < 2000 && !inside[..*end].contains('\n')) {
            Some(end) => rest = &inside[end + '\u{e201}'.len_utf8()..],
            None => rest = inside,
        }
    }
    kept.push_str(rest);
    kept.retain(|character| !private(character));
    kept
}

#[cfg(test)]
mod tests {
    use super::without_marks;

    #[test]
    fn citations_go_and_words_stay() {
        assert_eq!(without_marks("天\u{e200}cite\u{e202}turn0search1\u{e201}空\u{f8ff}。"), "天空。");
        assert_eq!(without_marks("no end \u{e200}here"), "no end here");
    }
}
