//! What was stored once opens for ever, and nothing that can't be read hides a conversation or a list.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_json::{json, Value};
use vitrine_core::protocol::{
    ErrorKind, Isq, LoadOptions, LoadRoute, PromptForm, Role, Sampling, StopReason,
};

use super::*;
use crate::contract::{
    AnswerFacts, AppError, Branch, ErrorCode, ForkChoice, Language, MessageStatus, ModelSlot, PromptSegment,
    ReplacedToken, SegmentKind, Settings, ShellErrorCode, TextEncoding, Theme, TokenLayer, Trouble,
    TroubleKind, TurnSettings,
};
use crate::history::load_notes::{self, Stamp};
use crate::history::messages::tests::{facts, tree, Tree};
use crate::history::{
    attachments, conversations, messages, open, presets, prompts, recent_models, settings as app_settings,
    tree,
};

fn golden() -> Connection {
    let connection = open::in_memory();
    connection.execute_batch(include_str!("../golden/v0_1.sql")).expect("the rows of version 0.1");
    connection
}

fn column(connection: &Connection, sql: &str) -> Value {
    let text: String = connection.query_row(sql, [], |row| row.get(0)).expect("a row");
    serde_json::from_str(&text).expect("JSON")
}

fn value(text: Result<String, Error>) -> Value {
    serde_json::from_str(&text.expect("written")).expect("JSON")
}

fn turn() -> TurnSettings {
    let sampling = Sampling {
        temperature: 0.7,
        top_k: 40,
        top_p: 0.95,
        min_p: 0.05,
        repetition_penalty: 1.1,
        frequency_penalty: 0.25,
        presence_penalty: 0.5,
        penalty_window: 64,
        logit_bias: vec![(7, -2.5)],
        seed: Some(42),
    };
    TurnSettings { system_prompt: "你是老师".into(), sampling, max_tokens: 512 }
}

fn all_that_facts_can_have() -> AnswerFacts {
    let replaced = ReplacedToken { id: 101, bytes: "e5a4a9".into(), special: false, probability: 0.5 };
    let told = json!({ "path": "/m/小.gguf" });
    AnswerFacts {
        model_name: "千问 小".into(),
        model_fingerprint: "beef".into(),
        settings: turn(),
        seed: 42,
        stop_reason: Some(StopReason::Failed),
        prompt_tokens: 12,
        completion_tokens: 3,
        first_token_ms: 12.5,
        decode_ms: 40.25,
        prompt_form: Some(PromptForm::Plain),
        template_fallback: Some("the template failed".into()),
        branch: Some(Branch {
            from_message: 2,
            token_index: 1,
            choice: ForkChoice::Token { id: 9 },
            replaced: Some(replaced),
        }),
        left_out: Some(vec![1]),
        prefill_tokens: Some(1),
        compare: Some(2),
        slot: Some(ModelSlot::B),
        error: Some(AppError {
            code: ErrorCode::Shell(ShellErrorCode::WorkerCrashed),
            detail: "signal: 6 (SIGABRT)".into(),
            facts: told.as_object().cloned().expect("an object"),
        }),
    }
}

fn app() -> Settings {
    let sampling = Sampling { temperature: 0.0, top_p: 1.0, ..Sampling::default() };
    Settings {
        language: Language::Chinese,
        theme: Theme::Dark,
        turn: TurnSettings { system_prompt: "短".into(), sampling, max_tokens: 256 },
        token_layer: TokenLayer::Surprise,
        token_numbers: true,
        lens_open: false,
        ..Settings::default()
    }
}

#[test]
fn what_version_0_1_stored_opens_whole() {
    let connection = golden();
    let conversation = conversations::open(&connection, 1).expect("opens");
    assert_eq!((conversation.title.as_str(), &conversation.settings), ("天空", &turn()));
    let [question, answer] = &conversation.messages[..] else { panic!("two messages: {conversation:?}") };
    assert_eq!(
        (question.role, question.status, question.pinned),
        (Role::User, MessageStatus::Complete, true)
    );
    let encodings: Vec<_> = question.attachments.iter().map(|file| file.encoding).collect();
    use TextEncoding::{Gb18030, Utf16, Utf8};
    assert_eq!(encodings, [Some(Utf8), Some(Utf16), Some(Gb18030)]);
    assert_eq!((answer.role, answer.status), (Role::Assistant, MessageStatus::Interrupted));
    assert_eq!(answer.facts, Some(all_that_facts_can_have()));

    let message = |id| messages::get(&connection, id).expect("there");
    assert_eq!(
        (message(2).status, message(2).facts),
        (MessageStatus::Streaming, Some(AnswerFacts { seed: 0, ..facts() }))
    );
    let ways: Vec<_> = (4..=6)
        .map(|id| {
            let facts = message(id).facts.expect("facts");
            (facts.stop_reason, facts.prompt_form, facts.branch.expect("a branch").choice)
        })
        .collect();
    assert_eq!(
        ways,
        [
            (Some(StopReason::EndToken), Some(PromptForm::Template), ForkChoice::Text { text: "蓝".into() }),
            (Some(StopReason::Limit), Some(PromptForm::Completion), ForkChoice::RefuseEnd),
            (Some(StopReason::Stopped), Some(PromptForm::Template), ForkChoice::Open),
        ]
    );
    let list = conversations::list(&connection).expect("a list");
    assert_eq!((list.len(), list[0].model_name.as_deref()), (1, Some("千问 小")));
    assert_eq!(tree::read(&connection, 1).expect("a tree").nodes.len(), 6);

    let prompt = prompts::get(&connection, 3).expect("readable").expect("a prompt");
    let segment = |start, end, kind, message_id| PromptSegment { start, end, kind, message_id };
    assert_eq!((prompt.form, prompt.ids), (Some(PromptForm::Plain), vec![1, 5, 300]));
    assert_eq!(
        prompt.segments,
        [
            segment(0, 1, SegmentKind::Markup, None),
            segment(1, 2, SegmentKind::System, None),
            segment(2, 3, SegmentKind::User, Some(1)),
            segment(3, 3, SegmentKind::Assistant, Some(2)),
        ]
    );

    let preset = presets::list(&connection).expect("a list").pop().expect("the user's");
    assert_eq!((preset.name.as_str(), preset.settings.system_prompt.as_str()), ("诗人", "像诗人一样"));
    assert_eq!(
        preset.settings.sampling,
        Sampling { temperature: 1.5, top_p: 1.0, min_p: 0.05, ..Sampling::default() }
    );
    assert_eq!(app_settings::load(&connection).expect("settings"), app());

    let recent = recent_models::list(&connection).expect("a list");
    let options = LoadOptions {
        context_length: Some(4096),
        threads: Some(2),
        isq: Some(Isq::Q4K),
        route: Some(LoadRoute::Converted),
    };
    assert_eq!((&recent[0].options, &recent[1].options), (&options, &LoadOptions::default()));
    for (at, kind) in
        (1..).zip([TroubleKind::Crashed, TroubleKind::Killed, TroubleKind::Hung, TroubleKind::AppEnded])
    {
        let path = format!("/m/{}", kind.name());
        let found = load_notes::find(&connection, &path, Stamp { size: 7, modified: 8 }).expect("readable");
        assert_eq!(found, Some(Trouble { kind, at }));
    }
}

#[test]
fn what_is_written_now_is_what_version_0_1_would_read() {
    let connection = golden();
    let stored = column(&connection, "SELECT facts FROM messages WHERE id = 3");
    assert_eq!(value(facts_to(&all_that_facts_can_have())), stored);
    let stored = column(&connection, "SELECT facts FROM messages WHERE id = 2");
    assert_eq!(value(facts_to(&AnswerFacts { seed: 0, ..facts() })), stored);
    for id in 4..=6 {
        let stored = column(&connection, &format!("SELECT facts FROM messages WHERE id = {id}"));
        let facts = messages::get(&connection, id).expect("there").facts.expect("facts");
        assert_eq!(value(facts_to(&facts)), stored);
    }
    assert_eq!(value(turn_to(&turn())), column(&connection, "SELECT settings FROM conversations"));
    let options = recent_models::options(&connection, "/m/小.gguf").expect("readable").expect("there");
    let sql = "SELECT options FROM recent_models WHERE path = '/m/小.gguf'";
    assert_eq!(value(options_to(&options)), column(&connection, sql));
    let mut query = connection.prepare("SELECT key, value FROM settings").expect("a query");
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    let as_values = |members: Vec<(String, String)>| -> BTreeMap<String, Value> {
        members.into_iter().map(|(key, text)| (key, serde_json::from_str(&text).expect("JSON"))).collect()
    };
    let stored = as_values(rows.collect::<Result<_, _>>().expect("text"));
    let written = as_values(settings_to(&app()).expect("written"));
    for (key, value) in stored {
        assert_eq!(written[&key], value, "{key}");
    }
    let segments = prompts::get(&connection, 3).expect("readable").expect("a prompt").segments;
    let stored = column(&connection, "SELECT segments FROM prompts");
    assert_eq!(serde_json::from_str::<Value>(&segments_to(&segments)).expect("JSON"), stored);
    assert_eq!(name_to(TextEncoding::Gb18030).expect("written"), "\"gb18030\"");
}

#[test]
fn no_name_is_ever_changed_or_taken_away() {
    let kept: BTreeMap<String, Vec<String>> =
        serde_json::from_str(include_str!("../golden/v0_1_names.json")).expect("JSON");
    let mut seen = 0;
    let mut check = |what: &str, names: Vec<&str>, is_read: &dyn Fn(&str) -> bool| {
        let kept = kept.get(what).unwrap_or_else(|| panic!("version 0.1 had {what}"));
        let lost: Vec<_> = kept.iter().filter(|name| !is_read(name)).collect();
        assert!(lost.is_empty(), "{what} of version 0.1 that are not read any more: {lost:?}");
        assert!(names.iter().all(|name| is_read(name)), "{what} that are written and not read: {names:?}");
        seen += 1;
    };
    fn names<T: Named>() -> Vec<&'static str> {
        T::all().into_iter().map(T::name).collect()
    }
    macro_rules! check_all {
        ($($type:ty),+ $(,)?) => {
            $(check(<$type as Named>::WHAT, names::<$type>(), &|name| <$type as Named>::of(name).is_some());)+
        };
    }
    check_all!(
        Role,
        MessageStatus,
        StopReason,
        PromptForm,
        ModelSlot,
        SegmentKind,
        TextEncoding,
        Language,
        Theme,
        TokenLayer,
        Isq,
        LoadRoute,
        TroubleKind,
        ErrorCode,
    );
    assert_eq!(seen, kept.len());
    for code in ErrorCode::all() {
        assert_eq!(ErrorCode::of(code.name()), Some(code), "two errors of one name");
    }
}

#[test]
fn values_of_a_later_version_are_not_known_and_cost_nothing_else() {
    let mut stored = value(facts_to(&all_that_facts_can_have()));
    stored["stop_reason"] = json!("tool_call");
    stored["prompt_form"] = json!(7);
    stored["slot"] = json!("c");
    stored["error"]["code"] = json!("worker_bored");
    stored["branch"]["choice"]["kind"] = json!("grammar");
    stored["settings"]["sampling"]["top_k"] = json!("many");
    stored["settings"]["sampling"]["mirostat"] = json!(2);
    stored["left_out"] = json!("none");
    stored["mood"] = json!("good");
    let read = facts_from(&stored.to_string()).expect("the rest");
    let mut expected = all_that_facts_can_have();
    (expected.stop_reason, expected.prompt_form, expected.slot) = (None, None, None);
    (expected.branch, expected.left_out) = (None, None);
    expected.settings.sampling.top_k = 0;
    expected.error.as_mut().expect("an error").code = ErrorCode::Shell(ShellErrorCode::Unknown);
    assert_eq!(read, expected);

    let told = facts_from(r#"{"model_name":"gpt-4o"}"#).expect("all that another app may tell");
    assert_eq!((told.model_name.as_str(), told.model_fingerprint.as_str(), told.seed), ("gpt-4o", "", 0));

    assert_eq!(name_from::<TextEncoding>("\"ebcdic\""), None);
    assert_eq!(
        options_from(r#"{"context_length":64,"isq":"q2k","route":[]}"#),
        LoadOptions { context_length: Some(64), ..LoadOptions::default() }
    );
    let segments = segments_from(r#"[{"start":0,"end":2,"kind":"tool","message_id":"x"}]"#);
    assert_eq!(segments, [PromptSegment { start: 0, end: 2, kind: SegmentKind::Markup, message_id: None }]);
    let read = settings_from(
        [("token_layer", "true"), ("theme", "\"neon\""), ("lens_open", "false")]
            .map(|(key, text)| (key.to_owned(), text.to_owned())),
    );
    assert_eq!(
        (read.token_layer, read.theme, read.lens_open),
        (TokenLayer::Probability, Theme::System, false)
    );
    let read = settings_from([("token_layer".to_owned(), "false".to_owned())]);
    assert_eq!(read.token_layer, TokenLayer::Off, "the first builds knew only on and off");
    for engine in [ErrorKind::ContextFull, ErrorKind::Busy] {
        assert_eq!(ErrorCode::of(<ErrorKind as Named>::name(engine)), Some(ErrorCode::Engine(engine)));
    }
}

/// Puts `text` in every text column that has a form of its own, past all constraints.
fn damage(connection: &Connection, text: &str) {
    connection.pragma_update(None, "ignore_check_constraints", true).expect("set");
    for sql in [
        "UPDATE messages SET facts = ?1 WHERE role = 'assistant'",
        "UPDATE messages SET status = ?1",
        "UPDATE conversations SET settings = ?1",
        "UPDATE attachments SET encoding = ?1",
        "UPDATE presets SET settings = ?1",
        "UPDATE settings SET value = ?1",
        "UPDATE recent_models SET options = ?1",
        "UPDATE prompts SET form = ?1, segments = ?1",
        "UPDATE load_notes SET kind = ?1",
        "UPDATE messages SET role = ?1",
    ] {
        connection.execute(sql, [text]).expect(sql);
    }
}

#[test]
fn nothing_that_can_not_be_read_hides_a_conversation_or_a_list() {
    for text in ["", "{", "null", "[]", "7", "\"x\"", "{}", r#"{"model_name":{}}"#] {
        let connection = golden();
        damage(&connection, text);
        let conversation = conversations::open(&connection, 1).expect(text);
        assert_eq!(conversation.settings, TurnSettings::default(), "{text}");
        let [question, answer] = &conversation.messages[..] else { panic!("{text}: {conversation:?}") };
        assert_eq!((question.role, question.text.as_str()), (Role::User, "天空是什么颜色？"));
        assert_eq!(
            (answer.role, answer.text.as_str(), &answer.facts),
            (Role::Assistant, "蓝色", &None),
            "{text}"
        );
        assert_eq!((question.status, answer.status), (MessageStatus::Complete, MessageStatus::Interrupted));
        assert_eq!(question.attachments.len(), 3);
        assert!(question.attachments.iter().all(|file| file.encoding.is_none()));
        assert_eq!(messages::path_before(&connection, answer.id).expect(text).len(), 1);
        let list = conversations::list(&connection).expect(text);
        assert_eq!((list.len(), list[0].title.as_str(), list[0].message_count), (1, "天空", 6), "{text}");
        assert_eq!(tree::read(&connection, 1).expect(text).nodes.len(), 6);
        assert_eq!(presets::list(&connection).expect(text)[3].settings, TurnSettings::default());
        app_settings::load(&connection).expect(text);
        assert_eq!(recent_models::list(&connection).expect(text)[0].options, LoadOptions::default());
        let prompt = prompts::get(&connection, 3).expect(text).expect("a prompt");
        assert_eq!((prompt.form, prompt.ids.len(), prompt.segments.len()), (None, 3, 0), "{text}");
        let stamp = Stamp { size: 7, modified: 8 };
        assert_eq!(load_notes::find(&connection, "/m/hung", stamp).expect(text), None);
    }
}

#[test]
fn text_with_damaged_bytes_is_shown_as_far_as_it_goes() {
    let Tree { connection, conversation, first, .. } = tree();
    conversations::select(&connection, first).expect("a path");
    for sql in [
        "UPDATE messages SET text = CAST(X'E5A4A9FF41' AS TEXT)",
        "UPDATE conversations SET title = CAST(X'E5A4A9FF41' AS TEXT)",
        "UPDATE messages SET facts = CAST(X'7BFF7D' AS TEXT) WHERE facts IS NOT NULL",
    ] {
        connection.execute(sql, []).expect(sql);
    }
    let shown = conversations::open(&connection, conversation).expect("opens");
    assert_eq!(shown.title, "天\u{fffd}A");
    assert!(shown.messages.iter().all(|message| message.text == "天\u{fffd}A" && message.facts.is_none()));
    assert_eq!(conversations::list(&connection).expect("a list")[0].preview, "天\u{fffd}A");
    assert_eq!(tree::read(&connection, conversation).expect("a tree").nodes.len(), 4);
    attachments::of_message(&connection, first).expect("files");
}
