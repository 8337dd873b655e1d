//! What turns tell, recorded with the real worker: `ui/tests/fixtures/turns.json`.
//!
//! The window's tests run on a test double of the shell (`ui/src/client/fake/`). The same requests are put to it there
//! (`ui/tests/turns.test.ts`), and what it tells has to have the same shape: which events in which order, whose
//! tokens, how it ends, and whether a failure is told by the answer or refuses the turn. What a model says is not
//! compared. Names of earlier turns (`$first`) stand for the ids that those had.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::{json, Map, Value};
use vitrine_core::protocol::{LoadOptions, StopReason};
use vitrine_shell::app::App;
use vitrine_shell::contract::{
    AppError, LoadConsent, Message, ModelSlot, StepChoice, TurnEvent, TurnRequest, TurnSettings,
};

use super::{greedy, starter};

/// Set to 1 to write the file instead of comparing it.
const WRITE: &str = "VITRINE_WRITE_BINDINGS";

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/tests/fixtures/turns.json")
}

/// The turns, in order. `before`: what is done to the models first. `choices`: what is done at each token that
/// waits. `$other`: another token than the one that stands at the fork. `$long`: more than any context holds.
fn turns() -> Vec<Value> {
    let question = "埃菲尔铁塔在哪个国家？";
    let fork = |index: u32, choice: Value| json!({ "kind": "fork", "message_id": "$first", "token_index": index, "choice": choice });
    let step = || json!({ "kind": "say", "conversation_id": null, "text": question, "pace": "step" });
    vec![
        json!({ "name": "first", "request": { "kind": "say", "conversation_id": null, "text": question } }),
        json!({ "name": "second", "request": {
            "kind": "say", "conversation_id": "$first.conversation", "text": "天空是什么颜色？" } }),
        json!({ "name": "another version", "request": { "kind": "regenerate", "message_id": "$first" } }),
        json!({ "name": "an edited question", "request": {
            "kind": "edit_question", "message_id": "$first.question", "text": "东京在哪个国家？" } }),
        json!({ "name": "another token", "request": fork(2, json!({ "kind": "token", "id": "$other" })) }),
        json!({ "name": "a typed piece", "request": fork(1, json!({ "kind": "text", "text": "日本" })) }),
        json!({ "name": "from the first token", "request": fork(0, json!({ "kind": "open" })) }),
        json!({ "name": "on after the end", "request": { "kind": "continue", "message_id": "$first" } }),
        json!({ "name": "a given beginning", "request": {
            "kind": "say", "conversation_id": null, "text": question, "prefill": "天空" } }),
        json!({ "name": "a fork of a given beginning", "request": {
            "kind": "fork", "message_id": "$a given beginning", "token_index": 1, "choice": { "kind": "open" } } }),
        json!({ "name": "step by step", "request": step(), "choices": ["best", "sample", "run_on"] }),
        json!({ "name": "stopped at a token", "request": step(), "choices": ["best", "stop"] }),
        json!({ "name": "a second turn meanwhile", "request": step(), "choices": ["ask", "stop"] }),
        json!({ "name": "too long", "request": { "kind": "say", "conversation_id": null, "text": "$long" } }),
        json!({ "name": "after one too long", "request": {
            "kind": "regenerate", "message_id": "$too long" } }),
        json!({ "name": "blank", "request": { "kind": "say", "conversation_id": null, "text": " \n" } }),
        json!({ "name": "in no conversation", "request": { "kind": "say", "conversation_id": 99999, "text": "?" } }),
        json!({ "name": "a fork of nothing", "request": {
            "kind": "fork", "message_id": 99999, "token_index": 0, "choice": { "kind": "open" } } }),
        json!({ "name": "a fork behind the end", "request": fork(999, json!({ "kind": "open" })) }),
        json!({ "name": "a fork of a question", "request": {
            "kind": "fork", "message_id": "$first.question", "token_index": 0, "choice": { "kind": "open" } } }),
        json!({ "name": "an answer edited", "request": {
            "kind": "edit_question", "message_id": "$first", "text": "?" } }),
        json!({ "name": "two models, one open", "request": {
            "kind": "compare", "conversation_id": null, "text": question } }),
        json!({ "name": "two models", "before": "second", "request": {
            "kind": "compare", "conversation_id": null, "text": question } }),
        json!({ "name": "a fork by another model", "request": {
            "kind": "continue", "message_id": "$first", "slot": "b" } }),
        json!({ "name": "no model", "before": "none", "request": {
            "kind": "say", "conversation_id": null, "text": question } }),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_has_the_same_turns() {
    let stage = super::stage(None).await;
    let mut names = BTreeMap::new();
    let mut recorded = Vec::new();
    for mut turn in turns() {
        prepare(&stage.app, &turn).await;
        let request = request(&stage.app, &turn, &names).await;
        let (events, outcome, meanwhile) = run(&stage.app, request, &turn).await;
        if let Ok(message) = &outcome {
            let name = turn["name"].as_str().expect("a name");
            names.insert(format!("${name}"), message.id);
            names.insert(format!("${name}.question"), message.parent_id.expect("a question"));
            names.insert(format!("${name}.conversation"), message.conversation_id);
        }
        turn["shape"] = shape(&events, &outcome, &meanwhile);
        recorded.push(turn);
    }
    stage.app.close().await;

    let text = serde_json::to_string_pretty(&recorded).expect("JSON") + "\n";
    if std::env::var(WRITE).is_ok_and(|value| value == "1") {
        std::fs::write(file(), text).expect("the file is written");
        return;
    }
    let kept = std::fs::read_to_string(file()).expect("the recorded turns");
    let kept: Vec<Value> = serde_json::from_str(&kept).expect("JSON");
    assert_eq!(kept.len(), recorded.len(), "write ui/tests/fixtures/turns.json anew with {WRITE}=1");
    for (kept, fresh) in kept.iter().zip(&recorded) {
        assert_eq!(kept, fresh, "write ui/tests/fixtures/turns.json anew with {WRITE}=1");
    }
}

async fn prepare(app: &App, turn: &Value) {
    match turn["before"].as_str() {
        Some("second") => {
            let base = starter().replace("starter.gguf", "starter-base.gguf");
            let loaded = app.load_into(ModelSlot::B, &base, LoadOptions::default(), LoadConsent::Ordinary);
            loaded.await.expect("the second model loads");
        }
        Some("none") => app.supervisor.unload().await,
        _ => {}
    }
}

/// The request, with ids in place of names and settings that draw nothing.
async fn request(app: &App, turn: &Value, names: &BTreeMap<String, i64>) -> TurnRequest {
    let mut request = turn["request"].clone();
    request["settings"] = serde_json::to_value(greedy(60)).expect("JSON");
    for member in ["conversation_id", "message_id"] {
        if let Some(name) = request[member].as_str() {
            request[member] = json!(names[name]);
        }
    }
    if request["text"] == "$long" {
        request["text"] = json!("word ".repeat(3_000));
    }
    if request["choice"]["id"] == "$other" {
        let message = request["message_id"].as_i64().expect("an id");
        let records = app.conversations.tokens(message).await.expect("tokens");
        let record = &records[request["token_index"].as_u64().expect("an index") as usize];
        let other = record.alternatives.iter().find(|one| one.id != record.id).expect("there are others");
        request["choice"]["id"] = json!(other.id);
    }
    serde_json::from_value(request).expect("a request")
}

type Told = (Vec<TurnEvent>, Result<Message, AppError>, Vec<String>);

/// Runs it; `meanwhile` are the codes with which other turns were refused.
async fn run(app: &Arc<App>, request: TurnRequest, turn: &Value) -> Told {
    let (sender, mut waits) = tokio::sync::mpsc::unbounded_channel();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let events = heard.clone();
    let sink = move |event: TurnEvent| {
        let waiting = matches!(event, TurnEvent::Waiting { .. });
        events.lock().expect("no panic").push(event);
        if waiting {
            // Nobody listens where nothing is to be chosen.
            let _ = sender.send(());
        }
    };
    let running = tokio::spawn({
        let app = app.clone();
        async move { app.conversations.turn(request, Box::new(sink)).await }
    });
    let sampling = || greedy(60).sampling;
    let mut meanwhile = Vec::new();
    for choice in turn["choices"].as_array().into_iter().flatten() {
        if meanwhile.is_empty() || choice != "stop" {
            waits.recv().await.expect("a token waits");
        }
        let chat = &app.conversations;
        match choice.as_str().expect("a name") {
            "best" => chat.choose(StepChoice::Best, sampling()).await.expect("taken"),
            "sample" => chat.choose(StepChoice::Sample, sampling()).await.expect("taken"),
            "run_on" => chat.choose(StepChoice::RunOn, sampling()).await.expect("taken"),
            "stop" => chat.stop(),
            "ask" => {
                let other = super::say(None, "?", TurnSettings::default());
                let refused = chat.turn(other, Box::new(|_| ())).await.expect_err("one at a time");
                meanwhile.push(code(&refused.into()));
            }
            other => panic!("nobody knows how to {other}"),
        }
    }
    let outcome = running.await.expect("no panic").map_err(AppError::from);
    let events = heard.lock().expect("no panic").clone();
    (events, outcome, meanwhile)
}

fn shape(events: &[TurnEvent], outcome: &Result<Message, AppError>, meanwhile: &[String]) -> Value {
    let mut shape = Map::new();
    match outcome {
        Ok(message) => shape.insert("resolved".into(), json!(value(message.status))),
        Err(error) => shape.insert("refused".into(), json!(code(error))),
    };
    if !meanwhile.is_empty() {
        shape.insert("meanwhile".into(), json!(meanwhile));
    }
    let Some(TurnEvent::Started { conversation, message_id, second_id }) = events.first() else {
        assert!(events.is_empty(), "it starts with the start: {events:?}");
        return Value::Object(shape);
    };
    let shown: Vec<Value> = conversation
        .messages
        .iter()
        .map(|message| json!([value(message.role), value(message.status), keys(&json!(message.facts))]))
        .collect();
    shape.insert("started".into(), json!(shown));
    let answers = [Some(*message_id), *second_id].into_iter().flatten();
    shape.insert("answers".into(), answers.map(|id| answer(events, id)).collect());
    Value::Object(shape)
}

/// What was told of one answer.
fn answer(events: &[TurnEvent], id: i64) -> Value {
    let (mut kinds, mut origins) = (Vec::<&str>::new(), Vec::<Value>::new());
    let (mut text, mut first, mut ended) = (String::new(), None, Value::Null);
    for event in events {
        let kind = match event {
            TurnEvent::Tokens { message_id, records } if *message_id == id => {
                first.get_or_insert(records.len());
                for record in records {
                    text.push_str(&record.text);
                    let origin = value(record.origin);
                    if origins.last() != Some(&origin) {
                        origins.push(origin);
                    }
                }
                "tokens"
            }
            TurnEvent::Waiting { message_id, .. } if *message_id == id => "waiting",
            TurnEvent::Ended { message } if message.id == id => {
                assert!(message.text.starts_with(&text), "what was told is what was saved");
                ended = end(message, first.unwrap_or(0));
                "ended"
            }
            _ => continue,
        };
        // How many tokens come together is a matter of time.
        if kind != "tokens" || kinds.last() != Some(&"tokens") {
            kinds.push(kind);
        }
    }
    json!({ "events": kinds, "origins": origins, "ended": ended })
}

fn end(message: &Message, first: usize) -> Value {
    let facts = message.facts.as_ref().expect("an answer has facts");
    let how = match facts.stop_reason {
        Some(StopReason::Stopped) => "stopped",
        Some(StopReason::EndToken | StopReason::Limit) => "by itself",
        Some(_) => "otherwise",
        None => "badly",
    };
    let error = facts.error.as_ref().map(|error| {
        let told: Vec<&String> = keys_of(&error.facts);
        json!([code(error), told])
    });
    // What is shared with another version comes together, before anything that is new.
    let shared = facts.branch.as_ref().map(|branch| {
        let index = branch.token_index as usize;
        json!({ "alone_in_the_first_event": index == 0 || index == first, "choice": json!(branch.choice)["kind"] })
    });
    json!({
        "status": value(message.status),
        "how": how,
        "facts": keys(&json!(facts)),
        "error": error,
        "branch": shared,
    })
}

fn value(named: impl serde::Serialize) -> Value {
    serde_json::to_value(named).expect("JSON")
}

fn code(error: &AppError) -> String {
    value(error.code).as_str().expect("a name").to_owned()
}

/// The members of an object, in order; null for none.
fn keys(object: &Value) -> Value {
    object.as_object().map_or(Value::Null, |object| json!(keys_of(object)))
}

fn keys_of(object: &Map<String, Value>) -> Vec<&String> {
    let mut keys: Vec<&String> = object.keys().collect();
    keys.sort();
    keys
}
