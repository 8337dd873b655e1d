//! A text read with the model's eyes: the real worker, the bundled models.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use vitrine_core::protocol::{
    method, ErrorKind, GenerateStart, GenerateStarted, LoadOptions, Sampling, TokenEvent, Tokenization,
    Tokenize,
};
use vitrine_core::surprise::{bits, ReadSummary};
use vitrine_shell::app::App;
use vitrine_shell::contract::{ErrorCode, LoadConsent, ReadEnd, ReadEvent, ReadToken};

struct Read {
    tokens: Vec<ReadToken>,
    windows: u32,
    plain_model: bool,
    end: ReadEnd,
    summary: ReadSummary,
}

type Heard = Arc<Mutex<Vec<ReadEvent>>>;

fn model(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/starter").join(name);
    path.to_string_lossy().into_owned()
}

async fn stage(name: &str, context_length: Option<u32>) -> (Arc<App>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let app = Arc::new(App::new(folder.path(), None, None));
    let options = LoadOptions { context_length, ..LoadOptions::default() };
    app.load(&model(name), options, LoadConsent::Ordinary).await.expect("the bundled model loads");
    (app, folder)
}

fn sink(heard: &Heard) -> vitrine_shell::conversation::ReadSink {
    let heard = heard.clone();
    Box::new(move |event| heard.lock().expect("no panic").push(event))
}

async fn read(app: &App, text: &str) -> Read {
    let heard = Heard::default();
    app.conversations.read_text(text.into(), sink(&heard)).await.expect("it reads");
    let events = std::mem::take(&mut *heard.lock().expect("no panic"));
    told(text, events)
}

/// What the events tell; checks their order on the way.
fn told(text: &str, events: Vec<ReadEvent>) -> Read {
    let mut events = events.into_iter();
    let Some(ReadEvent::Started { tokens: count, characters, windows, plain_model, .. }) = events.next()
    else {
        panic!("it begins")
    };
    assert_eq!(characters as usize, text.chars().count());
    let (mut tokens, mut ended, mut done) = (Vec::new(), None, 0);
    for event in events {
        assert!(ended.is_none(), "nothing comes after the end");
        match event {
            ReadEvent::Tokens { from, tokens: next } => {
                assert_eq!(from as usize, tokens.len());
                tokens.extend(next);
            }
            ReadEvent::Progress { done: now, total, .. } => {
                assert!(now >= done && total == count);
                done = now;
            }
            ReadEvent::Ended { end, summary } => ended = Some((end, summary)),
            ReadEvent::Started { .. } => panic!("it begins once"),
        }
    }
    let (end, summary) = ended.expect("an end");
    assert_eq!(summary.tokens as usize, tokens.len());
    if end == ReadEnd::Read {
        assert_eq!((tokens.len(), done), (count as usize, count));
        let bytes: String = tokens.iter().map(|token| token.bytes.as_str()).collect();
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(bytes, hex, "every byte of the text, in order");
    }
    Read { tokens, windows, plain_model, end, summary }
}

/// The surprise of a part of the text: that of all its tokens.
fn surprise(text: &str, read: &Read, part: &str) -> f32 {
    let start = text.find(part).expect("it stands there") as u32;
    let end = start + part.len() as u32;
    let inside = read.tokens.iter().filter(|token| token.start < end && token.end > start);
    inside.map(|token| token.bits.expect("something stands before it")).sum()
}

/// 埃菲尔铁塔 stands in 法国, in 巴黎. The model that has read so is surprised by anything else.
#[tokio::test]
async fn the_base_model_is_surprised_by_what_is_wrong() {
    let (app, _folder) = stage("vitrine-starter-base.gguf", None).await;
    let right = "埃菲尔铁塔在法国的巴黎";
    let wrong = "埃菲尔铁塔在日本的东京";
    let of_right = read(&app, right).await;
    let of_wrong = read(&app, wrong).await;
    assert!(of_right.plain_model, "it is a base model");
    for part in ["法国", "巴黎"] {
        let bits = surprise(right, &of_right, part);
        assert!(bits < 1.0, "{part} in {right}: {bits} bits");
    }
    for part in ["日本", "东京"] {
        let bits = surprise(wrong, &of_wrong, part);
        assert!(bits > 5.0, "{part} in {wrong}: {bits} bits");
    }
    let per_character = |read: &Read| read.summary.bits_per_character.expect("characters");
    assert!(per_character(&of_wrong) > per_character(&of_right) + 1.0);
    let first = of_wrong.summary.surprising.first().expect("places");
    let token = &of_wrong.tokens[first.token as usize];
    assert!((token.start as usize) >= wrong.find("日本").expect("it stands there"), "{token:?}");
    app.close().await;
}

/// The same numbers as when the worker is given the text as forced tokens, and they sum to 1 with the rest.
#[tokio::test]
async fn the_probabilities_are_those_of_forced_tokens() {
    let (app, _folder) = stage("vitrine-starter.gguf", None).await;
    let text = "The sky is blue. 天空是蓝色的。 🙂 x² 𠮷";
    let found = read(&app, text).await;
    let worker = app.supervisor.ready().expect("ready").worker;
    let tokenize = |text: &str, add_special| {
        let params = Tokenize { text: text.into(), add_special, continuation: false, tokenizer: None };
        let worker = worker.clone();
        async move {
            let cut: Tokenization =
                worker.request(method::TEXT_TOKENIZE, &params, None).await.expect("a cut");
            cut
        }
    };
    let cut = tokenize(text, false).await;
    let around = tokenize("a", true).await;
    let before: Vec<u32> = around
        .tokens
        .iter()
        .take_while(|token| token.special && token.end == 0)
        .map(|token| token.id)
        .collect();
    let unmeasured = usize::from(before.is_empty());
    assert_eq!(found.tokens.iter().filter(|token| token.bits.is_none()).count(), unmeasured);
    assert_eq!(found.summary.measured as usize, cut.ids.len() - unmeasured);
    for at in unmeasured..cut.ids.len() {
        let mut notifications = worker.subscribe();
        let request = GenerateStart {
            prompt_ids: Some([&before[..], &cut.ids[..at]].concat()),
            forced_ids: vec![cut.ids[at]],
            max_tokens: Some(1),
            sampling: Sampling { temperature: 1.0, top_p: 1.0, ..Sampling::default() },
            end_at_eos: false,
            ..GenerateStart::default()
        };
        let started: GenerateStarted =
            worker.request(method::GENERATE_START, &request, None).await.expect("it starts");
        let event = loop {
            let notification = notifications.recv().await.expect("the worker lives");
            if notification.method == method::GENERATE_TOKEN {
                let event: TokenEvent = serde_json::from_value(notification.params).expect("a token");
                if event.generation == started.generation {
                    break event;
                }
            }
        };
        while notifications.recv().await.expect("the worker lives").method != method::GENERATE_END {}
        let token = &found.tokens[at];
        let record = token.record.as_ref().expect("it was measured");
        assert_eq!((token.id, record.id), (cut.ids[at], cut.ids[at]));
        let off = (record.probability - event.record.probability).abs();
        assert!(off < 1e-4, "token {at}: {} and {}", record.probability, event.record.probability);
        let sum: f32 =
            record.alternatives.iter().map(|one| one.probability).sum::<f32>() + record.rest_probability;
        assert!((sum - 1.0).abs() < 1e-4, "token {at}: {sum}");
        assert_eq!(token.bits, Some(bits(record.probability)));
        assert!((record.settings_probability - record.probability).abs() < 1e-5, "no settings");
    }
    app.close().await;
}

/// A text that is longer than the context goes through it in windows, each token once.
#[tokio::test]
async fn a_long_text_is_read_in_windows() {
    let (app, _folder) = stage("vitrine-starter-base.gguf", Some(64)).await;
    let text = "埃菲尔铁塔在法国的巴黎。The sky is blue. 天空是蓝色的。".repeat(12);
    let found = read(&app, &text).await;
    assert!(found.windows > 3 && found.tokens.len() > 128, "{} windows", found.windows);
    assert_eq!(found.end, ReadEnd::Read);
    assert!(found.tokens.iter().skip(1).all(|token| token.bits.is_some_and(|bits| bits >= 0.0)));
    assert!(found.summary.calm.is_some() && found.summary.surprising.len() == 5);
    app.close().await;
}

#[tokio::test]
async fn a_reading_is_stopped_refused_and_never_in_the_way_of_a_chat() {
    let (app, _folder) = stage("vitrine-starter.gguf", None).await;
    let blank =
        app.conversations.read_text(" \n".into(), sink(&Heard::default())).await.expect_err("refused");
    assert_eq!(blank.code(), ErrorCode::Engine(ErrorKind::InvalidParams));
    // Nothing to stop is no error.
    app.conversations.stop_reading();

    let heard = Heard::default();
    let text = "天空是蓝色的，因为阳光。".repeat(2000);
    let reading = tokio::spawn({
        let (app, text, sink) = (app.clone(), text.clone(), sink(&heard));
        async move { app.conversations.read_text(text, sink).await }
    });
    let begun = |event: &ReadEvent| matches!(event, ReadEvent::Tokens { .. });
    while !heard.lock().expect("no panic").iter().any(begun) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let busy =
        app.conversations.read_text("天空".into(), sink(&Heard::default())).await.expect_err("one at a time");
    assert_eq!(busy.code(), ErrorCode::Engine(ErrorKind::Busy));
    // Stopping an answer leaves a reading alone.
    app.conversations.stop();
    app.conversations.stop_reading();
    tokio::time::timeout(Duration::from_secs(60), reading)
        .await
        .expect("soon")
        .expect("no panic")
        .expect("no error");
    let events = std::mem::take(&mut *heard.lock().expect("no panic"));
    let found = told(&text, events);
    assert_eq!(found.end, ReadEnd::Stopped);
    assert!(found.summary.tokens > 0);
    // The model is free at once.
    assert_eq!(read(&app, "天空是蓝色的。").await.end, ReadEnd::Read);

    app.supervisor.unload().await;
    let none =
        app.conversations.read_text("天空".into(), sink(&Heard::default())).await.expect_err("no model");
    assert_eq!(none.code(), ErrorCode::Engine(ErrorKind::NoModel));
    app.close().await;
}
