//! Exports of other apps, made here by the description of their formats with the oddities that were seen, each with the
//! right tree.

mod common;

use common::{archive, folder, read, read_bytes, tree, Entry};
use serde_json::{json, Value};
use vitrine_exchange::document::StopReason;
use vitrine_exchange::{Oddity, Source, Why};

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).expect("JSON")
}

fn node(id: &str, parent: Option<&str>, message: Value) -> (String, Value) {
    (id.to_owned(), json!({ "id": id, "parent": parent, "message": message, "children": [] }))
}

fn chatgpt(id: &str) -> Value {
    let say = |role: &str, text: &str, at: f64| {
        json!({ "id": "m", "author": { "role": role }, "create_time": at,
            "content": { "content_type": "text", "parts": [text] }, "recipient": "all" })
    };
    let mut hidden = say("assistant", "never shown", 1.5);
    hidden["metadata"] = json!({ "is_visually_hidden_from_conversation": true });
    let mut answer =
        say("assistant", "Because of \u{e200}cite\u{e202}turn0search0\u{e201}scattering.\u{e123}", 4.0);
    answer["metadata"] = json!({ "model_slug": "gpt-5", "finish_details": { "type": "max_tokens" } });
    let call = json!({ "author": { "role": "assistant" }, "recipient": "python",
        "content": { "content_type": "code", "language": "python", "text": "print(1)" } });
    let result = json!({ "author": { "role": "tool", "name": "python" },
        "content": { "content_type": "execution_output", "text": "1" } });
    let picture = json!({ "author": { "role": "user" }, "create_time": 6.0,
        "content": { "content_type": "multimodal_text",
            "parts": [{ "content_type": "image_asset_pointer", "asset_pointer": "x" }, "and this?"] } });
    let nodes = [
        node("root", None, Value::Null),
        node("sys", Some("root"), say("system", "", 0.5)),
        node(
            "profile",
            Some("sys"),
            json!({ "author": { "role": "user" },
            "content": { "content_type": "user_editable_context", "user_profile": "{}" } }),
        ),
        node("q", Some("profile"), say("user", "Why is the sky blue?", 1.0)),
        node("h", Some("q"), hidden),
        node(
            "t",
            Some("h"),
            json!({ "author": { "role": "assistant" }, "content": { "content_type": "thoughts",
            "thoughts": [{ "summary": "Light", "content": "blue scatters more" }] } }),
        ),
        node(
            "recap",
            Some("t"),
            json!({ "author": { "role": "assistant" },
            "content": { "content_type": "reasoning_recap", "content": "Thought for 3s" } }),
        ),
        // The newer version stands first.
        node("a2", Some("recap"), answer),
        node("a1", Some("recap"), say("assistant", "Older answer", 3.0)),
        node("c", Some("a2"), call),
        node("r", Some("c"), result),
        node("a3", Some("r"), say("assistant", "And 1.", 5.0)),
        node("p", Some("a3"), picture),
    ];
    json!({ "id": id, "conversation_id": id, "title": null, "create_time": 1_700_000_000.5, "update_time": 1_700_000_001.0,
        "current_node": "p", "default_model_slug": "gpt-4", "is_archived": true,
        "mapping": nodes.into_iter().collect::<serde_json::Map<_, _>>() })
}

#[test]
fn chatgpt_has_its_tree_without_what_nobody_saw() {
    let everything = read_bytes(&bytes(&json!([chatgpt("c1")])));
    let conversation = &everything.found[0].conversation;
    assert_eq!(
        tree(conversation),
        [
            "-*user: Why is the sky blue?",
            "0 assistant: <think>\nLight\nblue scatters more\n</think>\n\nOlder answer",
            "0*assistant: <think>\nLight\nblue scatters more\n\npython\n```\nprint(1)\n```\n\npython\n```\n1\n```\n</think>\n\nBecause of scattering.\n\nAnd 1.",
            "2*user: [image]\n\nand this?",
        ]
    );
    let answer = |at: usize| conversation.messages[at].answer.as_ref().expect("an answer");
    assert_eq!((answer(1).model_name.as_str(), answer(2).model_name.as_str()), ("gpt-4", "gpt-5"));
    assert_eq!(answer(2).stop_reason, Some(StopReason::Limit));
    assert_eq!(conversation.created_at, Some(1_700_000_000_500));
    assert!(conversation.archived && conversation.title.is_empty() && !conversation.title_given);
    assert_eq!(everything.found[0].source, Source::ChatGpt);
    assert_eq!(everything.found[0].oddities, [(Oddity::MediaLeftOut, 1), (Oddity::ToolsAsThoughts, 2)]);
}

#[test]
fn a_chatgpt_archive_is_read_whatever_its_files_are_called() {
    let user = bytes(&json!({ "id": "user-1", "email": "a@b", "chatgpt_plus_user": true }));
    let feedback = bytes(&json!([{ "id": "f", "conversation_id": "c1", "rating": "thumbs_up" }]));
    let odd = json!({ "id": "odd", "title": "odd", "mapping": { "a": 7, "b": null } });
    let mut second = bytes(&json!([odd, chatgpt("c2"), { "neither": "nor" }, chatgpt("c3")]));
    // A conversation with a fault in it.
    second.splice(1..1, *b"{\"mapping\":{\"x\":nul}},");
    let packed = archive(&[
        Entry::new("export/user.json", &user),
        Entry::new("export/message_feedback.json", &feedback),
        Entry::new("export/conversations-000.json", &bytes(&json!([chatgpt("c1")]))),
        Entry::new("export/more/whatever.bin", &second),
        Entry::new("export/picture.png", b"\x89PNG\r\n\x1a\n\0\0"),
        Entry::new("export/chat.html", b"<html></html>"),
    ]);
    let everything = read_bytes(&packed);
    let places: Vec<&str> = everything.found.iter().map(|found| found.place.as_str()).collect();
    assert_eq!(
        places,
        [
            "thing › export/conversations-000.json › 1",
            "thing › export/more/whatever.bin › 3",
            "thing › export/more/whatever.bin › 5",
        ]
    );
    let left_out: Vec<_> =
        everything.receipt.left_out.iter().map(|one| (one.place.as_str(), one.why)).collect();
    assert_eq!(
        left_out,
        [
            ("thing › export/more/whatever.bin › 2", Why::Empty),
            ("thing › export/more/whatever.bin › 1", Why::Damaged),
            ("thing › export/more/whatever.bin › 4", Why::NotRecognised),
        ]
    );
    assert_eq!(everything.receipt.passed_over, 4);
    assert_eq!(everything.receipt.found, 6);
}

#[test]
fn old_shapes_and_claude_are_lists() {
    let old = json!([{ "id": "o", "title": "Old", "create_time": 1_600_000_000,
        "messages": [{ "author": { "role": "user" }, "content": { "content_type": "text", "parts": ["hi"] } },
                     { "role": "assistant", "content": "hello" }] }]);
    let everything = read_bytes(&bytes(&old));
    assert_eq!(tree(&everything.found[0].conversation), ["-*user: hi", "0*assistant: hello"]);
    assert_eq!(everything.found[0].source, Source::ChatGpt);

    let zero = "00000000-0000-4000-8000-000000000000";
    let message = |uuid: &str, parent: &str, sender: &str, text: &str, at: &str| {
        json!({ "uuid": uuid, "parent_message_uuid": parent, "sender": sender, "created_at": at, "text": "flat",
            "content": [{ "type": "text", "text": text }], "attachments": [], "files": [] })
    };
    let mut question = message("q", zero, "human", "Read this", "2025-01-01T00:00:00Z");
    question["attachments"] = json!([{ "file_name": "a.txt", "extracted_content": "inside" }]);
    let mut answer = message("a", "q", "assistant", "Done", "2025-01-01T00:00:01Z");
    answer["content"] = json!([{ "type": "thinking", "thinking": "hm" }, { "type": "text", "text": "Done" }]);
    let other = message("b", "q", "assistant", "Other", "2025-01-01T00:00:02Z");
    let claude = json!([{ "uuid": "c", "name": "Named", "created_at": "2025-01-01T00:00:00.123456Z",
        "chat_messages": [question, answer, other] }]);
    let everything = read_bytes(&bytes(&claude));
    let conversation = &everything.found[0].conversation;
    assert_eq!(
        tree(conversation),
        ["-*user: Read this", "0 assistant: <think>\nhm\n</think>\n\nDone", "0*assistant: Other"]
    );
    assert_eq!(conversation.messages[0].attachments[0].text, "inside");
    assert_eq!((conversation.title.as_str(), conversation.created_at), ("Named", Some(1_735_689_600_123)));
}

fn lm_studio() -> Value {
    let user = |text: &str| json!({ "type": "singleStep", "role": "user", "content": [{ "type": "text", "text": text }] });
    let answer = |text: &str| {
        json!({ "type": "multiStep", "role": "assistant", "senderInfo": { "senderName": "qwen" }, "steps": [
            { "type": "contentBlock", "style": { "type": "thinking" }, "content": [{ "type": "text", "text": "hm" }] },
            { "type": "toolStatus", "statusState": { "status": { "type": "done" } } },
            { "type": "contentBlock", "content": [{ "type": "text", "text": text }], "genInfo": {
                "indexedModelIdentifier": "qwen/qwen3", "stats": { "stopReason": "eosFound", "predictedTokensCount": 7,
                "promptTokensCount": 9, "timeToFirstTokenSec": 0.25 } } }] })
    };
    json!({ "name": "Named", "createdAt": 1_712_345_678_901_i64, "tokenCount": 16, "systemPrompt": "",
        "perChatPredictionConfig": { "fields": [
            { "key": "llm.prediction.systemPrompt", "value": "Be brief." },
            { "key": "llm.prediction.temperature", "value": 0.5 },
            { "key": "llm.prediction.topPSampling", "value": { "checked": true, "value": 0.9 } },
            { "key": "llm.prediction.minPSampling", "value": { "checked": false, "value": 0.1 } }] },
        "lastUsedModel": { "identifier": "last" },
        "messages": [
            { "versions": [user("first"), user("second")], "currentlySelected": 1 },
            { "versions": [answer("one"), answer("two")], "currentlySelected": 7 },
            { "versions": [user("and then?")], "currentlySelected": 0 }] })
}

#[test]
fn lm_studio_has_versions_and_only_the_chosen_one_goes_on() {
    let (_folder, path) = folder(&[
        ("conversations/Work/2024/1712345678901.conversation.json", &bytes(&lm_studio())),
        ("config.json", b"{\"port\":1234}"),
    ]);
    let everything = read(&path);
    let found = &everything.found[0];
    assert_eq!(
        tree(&found.conversation),
        [
            "- user: first",
            "-*user: second",
            "1*assistant: <think>\nhm\n</think>\n\none",
            "2*user: and then?",
            "1 assistant: <think>\nhm\n</think>\n\ntwo",
        ]
    );
    assert_eq!(found.conversation.folder, ["Work", "2024"]);
    assert_eq!(found.oddities, [(Oddity::VersionMissing, 1)]);
    let settings = found.conversation.settings.as_ref().expect("settings");
    assert_eq!(settings.system_prompt, "Be brief.");
    let sampling = &settings.sampling;
    assert_eq!((sampling.temperature, sampling.top_p, sampling.min_p), (Some(0.5), Some(0.9), None));
    let answer = found.conversation.messages[2].answer.as_ref().expect("an answer");
    assert_eq!((answer.model_name.as_str(), answer.stop_reason), ("qwen/qwen3", Some(StopReason::EndToken)));
    assert_eq!((answer.completion_tokens, answer.first_token_ms), (Some(7), Some(250.0)));
    assert_eq!(everything.receipt.passed_over, 1);
    // One that is in a file is called by its file.
    let in_file = String::from_utf8(bytes(&lm_studio()))
        .expect("UTF-8")
        .replace("qwen/qwen3", "Qwen/Qwen3-GGUF/千问-Q4_K_M.gguf");
    let called = &read_bytes(in_file.as_bytes()).found[0].conversation.messages[2].answer;
    assert_eq!(called.as_ref().expect("an answer").model_name, "千问-Q4_K_M");
    // Moved, and chosen by itself: the same conversation.
    let alone = read_bytes(&bytes(&lm_studio()));
    assert_eq!(alone.found[0].conversation.uid, found.conversation.uid);
}

#[test]
fn a_half_written_lm_studio_file_gives_what_is_in_it() {
    let whole = serde_json::to_string_pretty(&lm_studio()).expect("JSON");
    let cut = whole.find("and then?").expect("the last message");
    let everything = read_bytes(&whole.as_bytes()[..cut]);
    assert_eq!(everything.found.len(), 1, "{:?}", everything.receipt);
    assert_eq!(everything.found[0].conversation.messages.len(), 4);
    assert_eq!(everything.receipt.warnings[0].what, Oddity::CutOff);
}

#[test]
fn jan_is_put_together_from_thread_and_lines() {
    let thread = json!({ "id": "t1", "object": "thread", "title": "Named", "created": 1_700_000_000, "updated": 1_700_000_001_000_i64,
        "assistants": [{ "assistant_id": "jan", "model": { "id": "llama" }, "instructions": "Be kind." }] });
    let line = |id: &str, role: &str, content: Value| {
        json!({ "id": id, "object": "thread.message", "thread_id": "t1", "role": role, "content": content,
            "status": "ready", "created_at": 1_700_000_000 })
        .to_string()
    };
    let text = |text: &str| json!([{ "type": "text", "text": { "value": text, "annotations": [] } }]);
    let answer = json!([{ "type": "reasoning", "text": { "value": "hm" } }, { "type": "text", "text": { "value": "ok" } }]);
    // A bad line, an empty one, and no end of the last.
    let lines = [
        line("1", "user", text("hi")),
        "{\"id\": \"2\", \"object".into(),
        String::new(),
        line("3", "assistant", answer),
    ];
    let (_folder, path) = folder(&[
        ("threads/t1/thread.json", &bytes(&thread)),
        ("threads/t1/messages.jsonl", lines.join("\n").as_bytes()),
        ("threads/t2/renamed.txt", line("9", "user", text("alone")).replace("t1", "t2").as_bytes()),
        ("threads/t3/thread.json", &bytes(&json!({ "id": "t3", "object": "thread", "assistants": [] }))),
    ]);
    let everything = read(&path);
    let conversation = &everything.found[0].conversation;
    assert_eq!(tree(conversation), ["-*user: hi", "0*assistant: <think>\nhm\n</think>\n\nok"]);
    assert_eq!((conversation.title.as_str(), conversation.updated_at), ("Named", Some(1_700_000_001_000)));
    assert_eq!(conversation.messages[1].answer.as_ref().expect("an answer").model_name, "llama");
    assert_eq!(conversation.settings.as_ref().expect("settings").system_prompt, "Be kind.");
    assert_eq!(tree(&everything.found[1].conversation), ["-*user: alone"]);
    let warnings: Vec<_> =
        everything.receipt.warnings.iter().map(|one| (one.place.as_str(), one.what)).collect();
    assert_eq!(
        warnings,
        [
            ("chosen/threads/t1/messages.jsonl › 2", Oddity::MessageDamaged),
            ("chosen/threads/t2/renamed.txt › 1", Oddity::ThreadMissing),
        ]
    );
    let left_out: Vec<_> = everything.receipt.left_out.iter().map(|one| one.why).collect();
    assert_eq!(left_out, [Why::Empty]);
}

fn open_webui() -> Value {
    let message = |id: &str, parent: Option<&str>, children: &[&str], role: &str, content: &str| {
        (
            id.to_owned(),
            json!({ "id": id, "parentId": parent, "childrenIds": children, "role": role, "content": content,
            "timestamp": 1_700_000_000, "model": "m", "modelName": "Model" }),
        )
    };
    let messages = [
        message("q", None, &["a", "b"], "user", "hi"),
        message("a", Some("q"), &[], "assistant", "one"),
        message(
            "b",
            Some("q"),
            &["q2", "gone"],
            "assistant",
            "<details type=\"reasoning\" done=\"true\">\n<summary>Thought</summary>\n> hm\n</details>\ntwo",
        ),
        message("q2", None, &[], "user", "more"),
    ];
    json!({ "id": "w1", "title": "Named", "created_at": 1_700_000_000, "updated_at": 1_700_000_009, "archived": 0, "pinned": 1,
        "folder_id": "f2",
        "chat": { "title": "inner", "models": ["m"], "timestamp": 1_700_000_000_000_i64, "params": { "system": "Short.", "temperature": 0.1 },
            "history": { "messages": messages.into_iter().collect::<serde_json::Map<_, _>>() }, "messages": [] } })
}

const WEBUI_TREE: [&str; 4] =
    ["-*user: hi", "0 assistant: one", "0*assistant: <think>\nhm\n</think>\n\ntwo", "2*user: more"];

#[test]
fn open_webui_without_a_current_message_follows_the_last_child() {
    let everything = read_bytes(&bytes(&json!([open_webui()])));
    let conversation = &everything.found[0].conversation;
    assert_eq!(tree(conversation), WEBUI_TREE);
    assert!(conversation.pinned && !conversation.archived);
    assert_eq!(conversation.messages[1].answer.as_ref().expect("an answer").model_name, "Model");
    assert_eq!(conversation.settings.as_ref().expect("settings").system_prompt, "Short.");
    assert_eq!(conversation.created_at, Some(1_700_000_000_000));
    let lone = read_bytes(&bytes(&open_webui()["chat"]));
    assert_eq!(tree(&lone.found[0].conversation), WEBUI_TREE);
}

#[test]
fn webui_db_is_read_with_its_folders_and_never_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("any.name");
    let connection = rusqlite::Connection::open(&path).expect("a database");
    connection
        .execute_batch(
            "PRAGMA journal_mode = DELETE;
             CREATE TABLE folder (id TEXT, parent_id TEXT, name TEXT);
             INSERT INTO folder VALUES ('f1', NULL, 'Work'), ('f2', 'f1', '2024');
             CREATE TABLE chat (id TEXT PRIMARY KEY, title TEXT, chat TEXT, created_at INTEGER, updated_at INTEGER,
                                archived INTEGER, pinned INTEGER, folder_id TEXT);
             INSERT INTO chat (id, chat) VALUES ('bad', '{\"history\": {');",
        )
        .expect("tables");
    let row = open_webui();
    connection
        .execute(
            "INSERT INTO chat VALUES ('w1', 'Named', ?1, 1700000000, 1700000009, 0, 1, 'f2')",
            [row["chat"].to_string()],
        )
        .expect("a row");
    drop(connection);
    let before = std::fs::read(&path).expect("bytes");
    let everything = read(&path);
    let conversation = &everything.found[0].conversation;
    assert_eq!(tree(conversation), WEBUI_TREE);
    assert_eq!(conversation.folder, ["Work", "2024"]);
    assert!(conversation.pinned);
    assert_eq!(everything.receipt.left_out[0].why, Why::Truncated);
    assert_eq!(std::fs::read(&path).expect("bytes"), before);
    // The same conversation as in the export.
    assert_eq!(read_bytes(&bytes(&json!([row]))).found[0].conversation.uid, conversation.uid);
    // In an archive, too.
    let packed = archive(&[Entry::new("backup/data", &before)]);
    assert_eq!(read_bytes(&packed).found.len(), 1);
}

#[test]
fn another_database_is_not_recognised() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("webui.db");
    let connection = rusqlite::Connection::open(&path).expect("a database");
    connection
        .execute_batch("CREATE TABLE x (a); CREATE VIEW chat AS SELECT 1 AS id, '{}' AS chat;")
        .expect("tables");
    drop(connection);
    assert_eq!(read(&path).receipt.left_out[0].why, Why::NotRecognised);
}

#[test]
fn llama_cpp_has_sessions_in_lines_and_old_objects() {
    let message = |id: &str, parent: Option<&str>, kind: &str, role: &str, content: &str| {
        json!({ "id": id, "convId": "s1", "type": kind, "timestamp": 1_700_000_000_000_i64, "role": role, "content": content,
            "parent": parent, "children": [] })
    };
    let mut answer = message("4", Some("3"), "text", "assistant", "yes");
    answer["reasoningContent"] = "hm".into();
    answer["model"] = "qwen.gguf".into();
    answer["timings"] =
        json!({ "prompt_n": 3, "cache_n": 4, "prompt_ms": 12.5, "predicted_n": 2, "predicted_ms": 50 });
    let mut question = message("3", Some("2"), "text", "user", "ok?");
    question["extra"] = json!([{ "type": "TEXT", "name": "a.txt", "content": "inside" },
        { "type": "IMAGE", "name": "b.png", "base64Url": "data:" }]);
    let wrap = |message: &Value| json!({ "type": "message", "message": message }).to_string();
    let lines = [
        json!({ "harness": "llama-server", "type": "session", "id": "s1", "name": "Named", "currNode": "4", "lastModified": 1_700_000_000_000_i64, "pinned": true }).to_string(),
        wrap(&message("1", None, "root", "system", "")),
        wrap(&message("2", Some("1"), "system", "system", "Be brief.")),
        json!({ "type": "future", "x": 1 }).to_string(),
        wrap(&question),
        wrap(&answer),
        json!({ "type": "session", "id": "s2", "name": "Other", "currNode": null }).to_string(),
        wrap(&message("x", None, "text", "user", "hey")),
    ];
    let everything = read_bytes(lines.join("\n").as_bytes());
    let conversation = &everything.found[0].conversation;
    assert_eq!(
        tree(conversation),
        ["-*user: [file: b.png]\n\nok?", "0*assistant: <think>\nhm\n</think>\n\nyes"]
    );
    assert!(conversation.pinned);
    assert_eq!(conversation.messages[0].attachments[0].text, "inside");
    let facts = conversation.messages[1].answer.as_ref().expect("an answer");
    assert_eq!((facts.prompt_tokens, facts.completion_tokens), (Some(7), Some(2)));
    assert_eq!((facts.first_token_ms, facts.decode_ms), (Some(12.5), Some(50.0)));
    assert_eq!(tree(&everything.found[1].conversation), ["-*user: hey"]);

    let old = json!([{ "conv": { "id": "s1", "name": "Named", "currNode": "4", "lastModified": 1 },
        "messages": [message("1", None, "root", "system", ""), question, answer] }]);
    let everything = read_bytes(&bytes(&old));
    assert_eq!(tree(&everything.found[0].conversation).len(), 2);
    assert_eq!(everything.found[0].conversation.uid, conversation.uid);
}

#[test]
fn chat_lines_lose_no_other_line_to_a_bad_one() {
    let lines = [
        r#"{"messages":[{"role":"system","content":"Short."},{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url"}]},{"role":"assistant","content":"b","reasoning_content":"r"}],"model":"m"}"#,
        r#"{"messages":[{"role":"user","#,
        "",
        r#"{"messages":[{"role":"user","content":"c"},{"role":"assistant","content":null,"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]},{"role":"tool","content":"42"},{"role":"assistant","content":"d"}]}"#,
    ];
    let everything = read_bytes(lines.join("\r\n").as_bytes());
    assert_eq!(
        tree(&everything.found[0].conversation),
        ["-*user: a\n\n[image]", "0*assistant: <think>\nr\n</think>\n\nb"]
    );
    assert_eq!(everything.found[0].conversation.settings.as_ref().expect("settings").system_prompt, "Short.");
    assert_eq!(
        tree(&everything.found[1].conversation),
        ["-*user: c", "0*assistant: <think>\nf\n```\n{}\n```\n\n```\n42\n```\n</think>\n\nd"]
    );
    let left_out = &everything.receipt.left_out[0];
    assert_eq!((left_out.place.as_str(), left_out.why), ("thing › 2", Why::Truncated));

    let bare = json!([{ "role": "user", "content": "x" }, { "role": "assistant", "content": "y" }]);
    assert_eq!(tree(&read_bytes(&bytes(&bare)).found[0].conversation), ["-*user: x", "0*assistant: y"]);
}

#[test]
fn plain_markdown_is_a_dialogue_or_one_message() {
    let everything = read_bytes("# About tea\n\n## User\n\nGreen?\n\n## Assistant\n\nYes.\n".as_bytes());
    assert_eq!(tree(&everything.found[0].conversation), ["-*user: Green?", "0*assistant: Yes."]);
    assert_eq!(everything.found[0].conversation.title, "About tea");
    let everything = read_bytes("just\u{feff} words\n".as_bytes());
    assert_eq!(everything.found[0].conversation.messages.len(), 1);
    // Within a folder a readme is no conversation.
    let (_folder, path) =
        folder(&[("README.md", b"# Read me\n\nwords\n"), ("x.md", b"**You:** a\n\n**AI:** b\n")]);
    let everything = read(&path);
    assert_eq!((everything.found.len(), everything.receipt.passed_over), (1, 1));
}
