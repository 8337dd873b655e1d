//! What a JSON object is: told by its members, never by the name of its file. Element by element, so that one array may
//! hold several kinds.

use serde_json::Value;

use super::value::{array, object, text, Object};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A tree under `mapping`.
    ChatGpt,
    /// A list under `chat_messages`.
    Claude,
    LmStudio,
    /// A row with `chat` in it, or that chat by itself.
    OpenWebUi,
    /// `{conv, messages}`.
    LlamaCppOld,
    LlamaCppSession,
    LlamaCppMessage,
    JanThread,
    JanMessage,
    /// A list under `messages`, each with a role.
    Chat,
    /// One message of such a list.
    ChatMessage,
}

pub(super) fn shape_of(of: &Object) -> Option<Shape> {
    let is = |name: &str, wanted: &str| text(of, name) == Some(wanted);
    let has_array = |name: &str| of.get(name).is_some_and(Value::is_array);
    let first = array(of, "messages").first().and_then(Value::as_object);
    let first_has = |name: &str| first.is_some_and(|message| message.contains_key(name));
    let speaks = |message: &Object| {
        ["role", "author", "sender", "from"].iter().any(|name| message.contains_key(*name))
    };
    let shape = match () {
        () if object(of, "mapping").is_some() => Shape::ChatGpt,
        () if has_array("chat_messages") => Shape::Claude,
        () if object(of, "conv").is_some() && has_array("messages") => Shape::LlamaCppOld,
        () if object(of, "chat").is_some_and(is_open_webui) || is_open_webui(of) => Shape::OpenWebUi,
        () if is("type", "session") && (of.contains_key("currNode") || of.contains_key("harness")) => {
            Shape::LlamaCppSession
        }
        () if is("type", "message") && object(of, "message").is_some() => Shape::LlamaCppMessage,
        () if is("object", "thread") || (has_array("assistants") && of.contains_key("id")) => {
            Shape::JanThread
        }
        () if is("object", "thread.message") || (of.contains_key("thread_id") && of.contains_key("role")) => {
            Shape::JanMessage
        }
        () if first_has("versions") => Shape::LmStudio,
        () if has_array("messages") && of.contains_key("perChatPredictionConfig") => Shape::LmStudio,
        () if first.is_some_and(speaks) => Shape::Chat,
        () if has_array("messages") && array(of, "messages").is_empty() && of.len() <= 4 => Shape::Chat,
        () if speaks(of)
            && ["content", "value", "text", "tool_calls"].iter().any(|name| of.contains_key(*name)) =>
        {
            Shape::ChatMessage
        }
        () => return None,
    };
    Some(shape)
}

fn is_open_webui(chat: &Object) -> bool {
    object(chat, "history").is_some_and(|history| object(history, "messages").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_tell_what_it_is() {
        let shape = |value: Value| shape_of(value.as_object().unwrap());
        assert_eq!(shape(json!({"title": null, "mapping": {}})), Some(Shape::ChatGpt));
        assert_eq!(shape(json!({"id": "u", "email": "x", "chatgpt_plus_user": true})), None);
        assert_eq!(
            shape(json!({"messages": [{"versions": [], "currentlySelected": 0}]})),
            Some(Shape::LmStudio)
        );
        assert_eq!(shape(json!({"chat": {"history": {"messages": {}}}})), Some(Shape::OpenWebUi));
        assert_eq!(shape(json!({"history": {"messages": {}}})), Some(Shape::OpenWebUi));
        assert_eq!(shape(json!({"messages": [{"role": "user", "content": "x"}]})), Some(Shape::Chat));
        assert_eq!(shape(json!({"role": "user", "content": "x"})), Some(Shape::ChatMessage));
        assert_eq!(
            shape(json!({"type": "message", "message": {"role": "user"}})),
            Some(Shape::LlamaCppMessage)
        );
        assert_eq!(shape(json!({"thread_id": "t", "role": "user", "content": []})), Some(Shape::JanMessage));
    }
}
