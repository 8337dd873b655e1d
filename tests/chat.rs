//! See-through chat with the real worker and the bundled model: forks, steps, prompts, context.

mod reading;
mod recorded_turns;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use vitrine_core::protocol::{
    ContextFit, ErrorKind, LoadOptions, Origin, PromptForm, Sampling, StopReason, TokenRecord, TurnFate,
};
use vitrine_shell::app::App;
use vitrine_shell::contract::{
    DefaultContext, Draft, ErrorCode, ForkChoice, Guess, LoadConsent, Message, ModelSlot, ModelState, Pace,
    RelayEnd, RelayEvent, RelayModel, RelayRequest, SecondModel, SegmentKind, Settings, StepChoice, Threads,
    TurnEvent, TurnRequest, TurnSettings,
};

struct Stage {
    app: Arc<App>,
    folder: tempfile::TempDir,
}

fn starter() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/starter/vitrine-starter.gguf");
    path.to_string_lossy().into_owned()
}

async fn stage(context_length: Option<u32>) -> Stage {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let app = Arc::new(App::new(folder.path(), None, None));
    let options = LoadOptions { context_length, ..LoadOptions::default() };
    app.load(&starter(), options, LoadConsent::Ordinary).await.expect("the bundled model loads");
    Stage { app, folder }
}

fn greedy(max_tokens: u32) -> TurnSettings {
    let sampling = Sampling { temperature: 0.0, seed: Some(7), ..Sampling::default() };
    TurnSettings { system_prompt: String::new(), sampling, max_tokens }
}

fn say(conversation_id: Option<i64>, text: &str, settings: TurnSettings) -> TurnRequest {
    TurnRequest::Say {
        conversation_id,
        text: text.into(),
        settings,
        attachments: None,
        prefill: None,
        pace: None,
        slot: None,
    }
}

fn fork(message_id: i64, token_index: u32, choice: ForkChoice, pace: Option<Pace>) -> TurnRequest {
    TurnRequest::Fork { message_id, token_index, choice, settings: greedy(60), pace, slot: None }
}

fn draft(conversation_id: Option<i64>, text: &str, settings: TurnSettings) -> Draft {
    Draft { conversation_id, text: text.into(), attachments: Vec::new(), prefill: String::new(), settings }
}

impl Stage {
    async fn turn(&self, request: TurnRequest) -> Message {
        self.app.conversations.turn(request, Box::new(|_| ())).await.expect("a turn")
    }

    async fn tokens(&self, message: &Message) -> Vec<TokenRecord> {
        self.app.conversations.tokens(message.id).await.expect("tokens")
    }
}

/// A turn, and the answers whose end it told.
async fn answers(app: &App, request: TurnRequest) -> (Message, Vec<Message>) {
    let ended = Arc::new(Mutex::new(Vec::new()));
    let heard = ended.clone();
    let sink = move |event| {
        if let TurnEvent::Ended { message } = event {
            heard.lock().expect("no panic").push(*message);
        }
    };
    let first = app.conversations.turn(request, Box::new(sink)).await.expect("a turn");
    let ended = ended.lock().expect("no panic").clone();
    (first, ended)
}

/// How much the records of all answers take on the disk.
fn print_size(folder: &Path) {
    let file = rusqlite::Connection::open(folder.join("history.db")).expect("the history");
    let sql = "SELECT sum(length(data)), count(*) FROM token_records";
    let (bytes, rows): (f64, u32) =
        file.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("a row");
    let sql = "SELECT sum(json_extract(facts, '$.completion_tokens')) FROM messages";
    let tokens: f64 = file.query_row(sql, [], |row| row.get(0)).expect("a row");
    println!("{:.1} bytes a token with 10 alternatives, in {rows} rows", bytes / tokens);
    assert!(bytes / tokens < 60.0);
}

fn ids(records: &[TokenRecord]) -> Vec<u32> {
    records.iter().map(|record| record.id).collect()
}

fn facts(message: &Message) -> &vitrine_shell::contract::AnswerFacts {
    message.facts.as_ref().expect("an answer has facts")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_can_be_taken_another_way_at_any_token() {
    let stage = stage(None).await;
    let answer = stage.turn(say(None, "埃菲尔铁塔在哪个国家？", greedy(60))).await;
    let records = stage.tokens(&answer).await;
    assert_eq!(facts(&answer).stop_reason, Some(StopReason::EndToken), "{answer:?}");
    assert!(records.len() > 3);

    // Taking what it took anyway gives the same answer: what is shared is exactly what was.
    let same = ForkChoice::Token { id: records[2].id };
    let same = stage.turn(fork(answer.id, 2, same, None)).await;
    assert_eq!(same.text, answer.text);
    let again = stage.tokens(&same).await;
    assert_eq!(ids(&again), ids(&records));
    assert_eq!(again[..2], records[..2]);
    for (before, after) in records.iter().zip(&again).skip(2) {
        assert!((before.probability - after.probability).abs() < 4e-3, "{before:?} {after:?}");
        assert_eq!(before.position, after.position);
    }

    // Another one gives another answer, which begins with the same tokens.
    let other = records[2].alternatives.iter().find(|one| one.id != records[2].id).expect("there are others");
    let forked = stage.turn(fork(answer.id, 2, ForkChoice::Token { id: other.id }, None)).await;
    let after = stage.tokens(&forked).await;
    assert_eq!(ids(&after)[..2], ids(&records)[..2]);
    assert_eq!((after[2].id, after[2].origin), (other.id, Origin::Chosen));
    assert_eq!(forked.versions, [answer.id, same.id, forked.id]);
    let branch = facts(&forked).branch.clone().expect("a branch");
    assert_eq!((branch.from_message, branch.token_index), (answer.id, 2));
    assert_eq!(branch.replaced.expect("a token stood there").id, records[2].id);

    // A typed piece.
    let typed = ForkChoice::Text { text: "日本".into() };
    let typed = stage.turn(fork(answer.id, 1, typed, None)).await;
    let first: String = records[..1].iter().map(|record| record.text.as_str()).collect();
    assert!(typed.text.starts_with(&format!("{first}日本")), "{}", typed.text);

    // Going on against the end: the end token can't be drawn once.
    let more = TurnRequest::Continue { message_id: answer.id, settings: greedy(8), pace: None, slot: None };
    let more = stage.turn(more).await;
    assert!(more.text.starts_with(&answer.text));
    let longer = stage.tokens(&more).await;
    let end = records.len() - 1;
    assert_ne!(longer[end].id, records[end].id);
    assert_eq!(facts(&more).branch.clone().expect("a branch").choice, ForkChoice::RefuseEnd);
    assert_eq!(stage.tokens(&answer).await, records, "nothing is overwritten");
    stage.app.close().await;
    print_size(stage.folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_if_and_go_on_leave_the_conversation_its_settings_and_its_chance() {
    let stage = stage(None).await;
    // A draw that leaves something to chance: temperature 1, and no seed.
    let sampling = Sampling { temperature: 1.0, top_p: 1.0, ..Sampling::default() };
    let settings = TurnSettings { sampling, max_tokens: 40, ..TurnSettings::default() };
    let answer = stage.turn(say(None, "讲一个小故事", settings.clone())).await;
    let id = answer.conversation_id;

    // The window sends what an answer was written with, its seed too, so that only the choice makes the difference.
    let mut same = settings.clone();
    same.sampling.seed = Some(facts(&answer).seed);
    same.max_tokens = 20;
    let records = stage.tokens(&answer).await;
    let other = records[2].alternatives.iter().find(|one| one.id != records[2].id).expect("there are others");
    let choice = ForkChoice::Token { id: other.id };
    let (message_id, token_index) = (answer.id, 2);
    let fork =
        TurnRequest::Fork { message_id, token_index, choice, settings: same.clone(), pace: None, slot: None };
    let forked = stage.turn(fork).await;
    assert_eq!(facts(&forked).seed, facts(&answer).seed);
    let go_on =
        TurnRequest::Continue { message_id: forked.id, settings: same.clone(), pace: None, slot: None };
    stage.turn(go_on).await;
    let once = TurnRequest::Regenerate {
        message_id,
        settings: same,
        once: Some(true),
        prefill: None,
        pace: None,
        slot: None,
    };
    let again = stage.turn(once).await;
    assert_eq!(facts(&again).settings.max_tokens, 20);
    let open = stage.app.conversations.open(id).await.expect("a conversation");
    assert_eq!(open.settings, settings, "they are the conversation's own, with no seed");

    // So another version is drawn anew.
    let mut seeds = vec![facts(&answer).seed];
    for _ in 0..3 {
        let message = TurnRequest::Regenerate {
            message_id,
            settings: open.settings.clone(),
            once: None,
            prefill: None,
            pace: None,
            slot: None,
        };
        let version = stage.turn(message).await;
        assert_ne!(version.text, answer.text);
        seeds.push(facts(&version).seed);
    }
    seeds.sort_unstable();
    seeds.dedup();
    assert_eq!(seeds.len(), 4, "a seed of its own for every version");

    // The map tells versions apart from where they part.
    let map = stage.app.conversations.tree(id).await.expect("a tree");
    let node = map.nodes.iter().find(|node| node.id == forked.id).expect("the fork");
    let shared: String = records[..2].iter().map(|record| record.text.as_str()).collect();
    let rest: String = forked.text[shared.len()..].chars().take(60).collect();
    assert_eq!(node.parting.as_deref(), Some(rest.as_str()), "{:?}", node.excerpt);
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_token_at_a_time_with_settings_that_reshape_what_waits() {
    let stage = stage(None).await;
    let offers = Arc::new(Mutex::new(Vec::new()));
    let (heard, told) = (offers.clone(), tokio::sync::mpsc::unbounded_channel());
    let (waiting, mut waits) = told;
    let request = TurnRequest::Say {
        conversation_id: None,
        text: "What is the capital of Japan?".into(),
        settings: greedy(60),
        attachments: None,
        prefill: None,
        pace: Some(Pace::Step),
        slot: None,
    };
    let app = stage.app.clone();
    let sink = move |event: TurnEvent| {
        if let TurnEvent::Waiting { offer, .. } = event {
            heard.lock().expect("no panic").push(offer);
            waiting.send(()).expect("the test listens");
        }
    };
    let turn = tokio::spawn(async move { app.conversations.turn(request, Box::new(sink)).await });
    let chat = &stage.app.conversations;

    waits.recv().await.expect("the first token waits");
    let offer = offers.lock().expect("no panic")[0].clone();
    assert_eq!((offer.token_index, offer.candidates.len()), (0, 256));
    let sum: f32 = offer.candidates.iter().map(|one| one.probability).sum();
    assert!((sum + offer.rest_probability - 1.0).abs() < 1e-4);

    // Sliders: exact, and the opinion stays what it is.
    let hot = Sampling { temperature: 1.5, top_p: 1.0, top_k: 5, ..Sampling::default() };
    let shaped = chat.reshape(hot).await.expect("reshaped");
    assert_eq!(shaped.survivors, 5);
    assert_eq!(shaped.candidates[0].probability, offer.candidates[0].probability);
    let expected: Vec<f32> =
        shaped.candidates[..5].iter().map(|one| one.probability.powf(1.0 / 1.5)).collect();
    let total: f32 = expected.iter().sum();
    for (one, expected) in shaped.candidates.iter().zip(&expected) {
        assert!((one.settings_probability - expected / total).abs() < 1e-4, "{one:?}");
    }
    assert!(shaped.candidates[5..].iter().all(|one| one.cut.is_some() && one.settings_probability == 0.0));

    // A guess.
    let Guess::Exact { tokens, vocabulary_size, .. } =
        chat.guess_waiting("The".into()).await.expect("judged")
    else {
        panic!("a waiting token knows all")
    };
    assert!(tokens[0].rank >= 1 && tokens[0].rank <= vocabulary_size);
    let hits = chat.vocabulary_search("the".into(), 10).await.expect("hits");
    assert!(!hits.is_empty() && hits.iter().all(|hit| hit.rank.is_some()));

    // Pick the second, then let it run.
    let second = offer.candidates[1].id;
    chat.choose(StepChoice::Token { id: second }, greedy(60).sampling).await.expect("taken");
    waits.recv().await.expect("the second token waits");
    chat.choose(StepChoice::RunOn, greedy(60).sampling).await.expect("runs on");
    let answer = turn.await.expect("no panic").expect("a turn");
    let records = stage.tokens(&answer).await;
    assert_eq!((records[0].id, records[0].origin), (second, Origin::Chosen));
    assert!(records.len() > 2 && records[2..].iter().all(|record| record.origin == Origin::Sampled));
    assert!(chat.reshape(Sampling::default()).await.is_err(), "nothing waits any more");

    // From a token of a stored answer, and stopped while it waits.
    let (waiting, mut waits) = tokio::sync::mpsc::unbounded_channel();
    let app = stage.app.clone();
    let request = fork(answer.id, 1, ForkChoice::Open, Some(Pace::Step));
    let sink = move |event: TurnEvent| {
        if let TurnEvent::Waiting { offer, .. } = event {
            waiting.send(offer.token_index).expect("the test listens");
        }
    };
    let turn = tokio::spawn(async move { app.conversations.turn(request, Box::new(sink)).await });
    assert_eq!(waits.recv().await, Some(1));
    let since = Instant::now();
    stage.app.conversations.stop();
    let stopped = turn.await.expect("no panic").expect("a turn");
    assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
    assert_eq!(facts(&stopped).stop_reason, Some(StopReason::Stopped));
    assert_eq!(stage.tokens(&stopped).await.len(), 1);
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_prompt_is_kept_and_shown_with_no_model_loaded() {
    let stage = stage(None).await;
    let mut settings = greedy(12);
    settings.system_prompt = "Answer in one word.".into();
    let request = TurnRequest::Say {
        conversation_id: None,
        text: "天空是什么颜色？".into(),
        settings: settings.clone(),
        attachments: None,
        prefill: Some("天空".into()),
        pace: None,
        slot: None,
    };
    let preview = stage.app.conversations.prompt_preview(draft(None, "天空是什么颜色？", settings)).await;
    let answer = stage.turn(request).await;
    assert!(answer.text.starts_with("天空"), "{}", answer.text);
    let records = stage.tokens(&answer).await;
    let prefill = facts(&answer).prefill_tokens.expect("a prefill") as usize;
    assert!(records[..prefill].iter().all(|record| record.origin == Origin::Forced));
    assert_eq!(records[prefill].origin, Origin::Sampled);
    let guess = stage.app.conversations.guess(answer.id, 0, "天".into()).await.expect("judged");
    assert!(matches!(guess, Guess::Exact { .. }), "the model that wrote it is loaded");
    stage.app.close().await;

    let later = App::new(stage.folder.path(), None, None);
    let view = later.conversations.prompt_of(answer.id).await.expect("kept");
    let preview = preview.expect("a preview");
    assert_eq!(view.tokens, preview.tokens, "what was shown before is what was sent");
    assert_eq!((view.form, &view.left_out), (preview.form, &preview.left_out));
    assert_eq!(view.tokens.len(), facts(&answer).prompt_tokens as usize);
    let mut done = 0;
    for segment in &view.segments {
        assert_eq!(segment.start, done);
        done = segment.end;
    }
    assert_eq!(done as usize, view.tokens.len());
    let text = |kind: SegmentKind| {
        let segment = view.segments.iter().find(|segment| segment.kind == kind).expect("a segment");
        let tokens = &view.tokens[segment.start as usize..segment.end as usize];
        let hex: String = tokens.iter().map(|token| token.bytes.as_str()).collect();
        let bytes =
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex"));
        String::from_utf8(bytes.collect()).expect("UTF-8")
    };
    assert!(text(SegmentKind::System).contains("Answer in one word."));
    assert!(text(SegmentKind::User).contains("天空是什么颜色？"));
    assert!(
        view.tokens.iter().any(|token| token.special && !token.bytes.is_empty()),
        "role markers have names"
    );
    assert_eq!(later.conversations.tokens(answer.id).await.expect("tokens"), records);
    let unlisted = later.conversations.guess(answer.id, 1, "🗼".into()).await.expect("an answer");
    assert!(matches!(unlisted, Guess::NotListed { listed: 10, .. }), "{unlisted:?}");
    later.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_falls_out_of_the_context_is_told_before_and_after_and_pins_hold() {
    let stage = stage(Some(160)).await;
    let chat = &stage.app.conversations;
    let settings = greedy(16);
    let first = stage.turn(say(None, "What is the capital of Japan?", settings.clone())).await;
    let id = first.conversation_id;
    let mut questions = vec![first.parent_id.expect("a question")];
    let mut left_out = None;
    for _ in 0..12 {
        let text = "Tell me something about the sky, the sea and the river, and about the old town.";
        let preview = chat.context_preview(draft(Some(id), text, settings.clone())).await.expect("counted");
        assert!(preview.prompt_tokens + preview.reserved <= preview.context_length);
        let parts: u32 =
            preview.messages.iter().filter(|one| one.fate == TurnFate::Kept).map(|one| one.tokens).sum();
        assert_eq!(parts + preview.draft_tokens + preview.system_tokens, preview.prompt_tokens);
        let answer = stage.turn(say(Some(id), text, settings.clone())).await;
        assert_eq!(facts(&answer).prompt_tokens, preview.prompt_tokens, "what was shown is what was sent");
        let told: Vec<i64> = preview
            .messages
            .iter()
            .filter(|one| one.fate == TurnFate::LeftOut)
            .map(|one| one.message_id)
            .collect();
        assert_eq!(facts(&answer).left_out.clone().unwrap_or_default(), told);
        questions.push(answer.parent_id.expect("a question"));
        if preview.fit == ContextFit::SomeLeftOut {
            left_out = Some(told);
            break;
        }
    }
    let left_out = left_out.expect("it fills up");
    assert!(left_out.contains(&questions[0]), "the oldest question goes first");
    assert!(left_out.contains(&first.id), "with its answer");

    chat.pin(first.id, true).await.expect("pinned");
    let again = chat.context_preview(draft(Some(id), "And now?", settings.clone())).await.expect("counted");
    assert_eq!(again.messages[0].fate, TurnFate::Kept);
    assert_eq!(again.messages[1].fate, TurnFate::Kept);

    // Told, not asserted: how long the meter takes for 4,000 characters.
    let typed: String = "天空是什么颜色？The sky is blue. ".chars().cycle().take(4_000).collect();
    let mut times = Vec::new();
    for _ in 0..15 {
        let since = Instant::now();
        chat.context_preview(draft(None, &typed, settings.clone())).await.expect("counted");
        times.push(since.elapsed());
    }
    times.sort_unstable();
    println!("context of 4,000 characters: median {:?}, worst {:?}", times[7], times[14]);

    let long = "word ".repeat(400);
    let preview = chat.context_preview(draft(Some(id), &long, settings.clone())).await.expect("counted");
    assert_eq!(preview.fit, ContextFit::TooLong);
    let refused = stage.turn(say(Some(id), &long, settings)).await;
    let error = facts(&refused).error.clone().expect("it says so");
    assert_eq!(serde_json::to_value(error.code).expect("JSON"), "context_full");
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_models_answer_side_by_side() {
    let stage = stage(None).await;
    let question = || TurnRequest::Compare {
        conversation_id: None,
        text: "天空是什么颜色？".into(),
        settings: greedy(40),
        attachments: None,
        second: None,
    };
    let none = stage.app.conversations.turn(question(), Box::new(|_| ())).await;
    assert!(none.is_err(), "slot b is empty");
    stage
        .app
        .load_into(ModelSlot::B, &starter(), LoadOptions::default(), LoadConsent::Ordinary)
        .await
        .expect("loads");
    let (first, ended) = answers(&stage.app, question()).await;
    assert_eq!(ended.len(), 2);
    let (a, b) = (&ended[0], &ended[1]);
    assert_eq!(a.text, b.text, "the same model with the same settings");
    assert_eq!((facts(a).compare, facts(b).compare), (Some(first.id), Some(first.id)));
    assert_eq!(a.parent_id, b.parent_id);
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_models_answer_one_after_the_other_where_memory_holds_only_one() {
    let stage = stage(None).await;
    let app = &stage.app;
    let base = starter().replace("starter.gguf", "starter-base.gguf");
    let options = LoadOptions { context_length: Some(256), ..LoadOptions::default() };
    let question = TurnRequest::Compare {
        conversation_id: None,
        text: "埃菲尔铁塔在哪个国家？".into(),
        settings: greedy(20),
        attachments: None,
        second: Some(SecondModel { path: base.clone(), options, consent: LoadConsent::Ordinary }),
    };
    let (first, ended) = answers(app, question).await;
    let [a, b] = &ended[..] else { panic!("two answers: {ended:?}") };
    assert_eq!(a.id, first.id);
    assert!(a.text.contains("法国") && !b.text.is_empty(), "{a:?} {b:?}");
    assert_ne!(facts(a).model_name, facts(b).model_name);
    assert_eq!(facts(b).slot, Some(ModelSlot::B));

    let back = async {
        while !matches!(app.supervisor.state(), ModelState::Ready { .. }) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), back).await.expect("the first model comes back");
    assert_eq!(app.second.state(), ModelState::Empty);
    let loaded = app.supervisor.ready().expect("ready").model;
    assert_eq!(loaded.fingerprint, facts(a).model_fingerprint);
    // What is stored of the second answer names the very model that wrote it.
    let base = app.load(&base, LoadOptions::default(), LoadConsent::Ordinary).await.expect("loads");
    assert_eq!(base.fingerprint, facts(b).model_fingerprint);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_file_goes_with_a_question_at_its_exact_cost() {
    let stage = stage(None).await;
    let path = stage.folder.path().join("笔记.md");
    std::fs::write(&path, "# 天空\n\n天空是蓝色的。\n").expect("written");
    let chat = &stage.app.conversations;
    let file = chat.attach(path.to_string_lossy().into_owned(), None).await.expect("read");
    let settings = greedy(8);
    let mut with = draft(None, "这里写了什么？", settings.clone());
    let without = chat.context_preview(with.clone()).await.expect("counted").draft_tokens;
    with.attachments = vec![file.id];
    let together = chat.context_preview(with).await.expect("counted").draft_tokens;
    let cost = file.tokens.expect("a model is loaded");
    assert!(together.abs_diff(without + cost) <= 2, "{without} and {cost} make {together}");
    let request = TurnRequest::Say {
        conversation_id: None,
        text: "这里写了什么？".into(),
        settings,
        attachments: Some(vec![file.id]),
        prefill: None,
        pace: None,
        slot: None,
    };
    let answer = stage.turn(request).await;
    let conversation = chat.open(answer.conversation_id).await.expect("there");
    assert_eq!(conversation.messages[0].attachments, std::slice::from_ref(&file));
    assert_eq!(conversation.messages[0].text, "这里写了什么？", "the question stays what was typed");
    assert!(chat.attachment_text(file.id).await.expect("text").contains("天空是蓝色的"));
    stage.app.close().await;
}

/// What became of one model of a round.
#[derive(Debug, Default)]
struct Runner {
    form: Option<PromptForm>,
    text: String,
    end: Option<RelayEnd>,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_stage_of_the_bundled_model_answers_the_same_question_while_the_open_one_stays_open() {
    let stage = stage(None).await;
    let open = stage.app.supervisor.ready().expect("loaded").worker.pid();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/starter");
    let model = |name: &str| RelayModel {
        path: folder.join(name).to_string_lossy().into_owned(),
        options: LoadOptions::default(),
        consent: LoadConsent::Ordinary,
    };
    let names =
        ["grow-1", "grow-2", "grow-3", "base", "sft"].map(|stage| format!("vitrine-starter-{stage}.gguf"));
    let mut models: Vec<RelayModel> = names.iter().map(|name| model(name)).collect();
    models.push(model("vitrine-starter.gguf"));
    // One that is not there is told in its place.
    models.insert(3, model("no-such.gguf"));
    let count = models.len();
    let runners: Arc<Mutex<Vec<Runner>>> =
        Arc::new(Mutex::new((0..count).map(|_| Runner::default()).collect()));
    let heard = runners.clone();
    let sink = move |event| {
        let mut runners = heard.lock().expect("no panic");
        match event {
            RelayEvent::Loading { index, fraction } => {
                assert!((0.0..=1.0).contains(&fraction) && runners[index as usize].end.is_none());
            }
            RelayEvent::Writing { index, prompt_form } => runners[index as usize].form = Some(prompt_form),
            RelayEvent::Tokens { index, records } => {
                assert!(records.iter().all(|record| record.alternatives.len() == 10));
                runners[index as usize].text.extend(records.into_iter().map(|record| record.text));
            }
            RelayEvent::Ended { index, end } => {
                assert!(runners[index as usize].end.replace(end).is_none(), "once for each");
            }
        }
    };
    let request =
        RelayRequest { question: "埃菲尔铁塔在哪个国家？".into(), settings: greedy(24), models };
    stage.app.relay.run(request, Box::new(sink)).await.expect("a round");

    let runners = std::mem::take(&mut *runners.lock().expect("no panic"));
    for (index, runner) in runners.iter().enumerate() {
        println!("{index}: {:?} {:?} {:?}", runner.form, runner.text, runner.end);
        if index == 3 {
            let Some(RelayEnd::Failed { error }) = &runner.end else { panic!("{runner:?}") };
            assert_eq!(error.code, ErrorCode::Engine(ErrorKind::NotFound));
            continue;
        }
        assert!(matches!(runner.end, Some(RelayEnd::Answered { .. })), "{runner:?}");
        assert!(!runner.text.is_empty(), "{runner:?}");
        let form = if index < 5 { PromptForm::Completion } else { PromptForm::Template };
        assert_eq!(runner.form, Some(form), "{runner:?}");
    }
    assert!(runners[count - 1].text.contains("法国"), "{:?}", runners[count - 1]);
    let still_open = stage.app.supervisor.ready().expect("it was left alone");
    assert_eq!(still_open.worker.pid(), open);
    assert_eq!(stage.app.relay.slot().state(), ModelState::Empty);
    // Whoever was asked something in passing was not opened.
    assert_eq!(stage.app.models().await.recent.len(), 1);
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_file_that_is_typed_at_and_sent_kills_nothing() {
    let stage = stage(None).await;
    let chat = &stage.app.conversations;
    let line = "The river runs through the old city and under its bridges. 河水穿过老城。\n";
    let text: String = line.chars().cycle().take(2 * 1024 * 1024 / 5 * 4).collect();
    let path = stage.folder.path().join("长.txt");
    std::fs::write(&path, &text).expect("written");
    assert!(std::fs::metadata(&path).expect("there").len() > 1_900_000);
    let file = chat.attach(path.to_string_lossy().into_owned(), None).await.expect("read");
    let worker = stage.app.supervisor.ready().expect("ready").worker.pid();

    // As it is typed: every pause asks for a count before the last one is there.
    let question = "这里写了什么？";
    let typed = question.char_indices().map(|(at, character)| &question[..at + character.len_utf8()]);
    let counts: Vec<_> = typed
        .map(|typed| {
            let mut draft = draft(None, typed, greedy(8));
            draft.attachments = vec![file.id];
            let app = stage.app.clone();
            tokio::spawn(async move { app.conversations.context_preview(draft).await })
        })
        .collect();
    // And it is sent before they are.
    let request = TurnRequest::Say {
        conversation_id: None,
        text: question.into(),
        settings: greedy(8),
        attachments: Some(vec![file.id]),
        prefill: None,
        pace: None,
        slot: None,
    };
    let answer = stage.turn(request).await;
    let error = facts(&answer).error.clone().expect("it is longer than any context");
    assert_eq!(serde_json::to_value(error.code).expect("JSON"), "context_full");
    let tokens = error.facts["prompt_tokens"].as_u64().expect("counted");
    assert!(tokens > 100_000, "{tokens}");

    let (mut counted, mut dropped) = (Vec::new(), 0);
    for count in counts {
        match count.await.expect("no panic") {
            Ok(preview) => counted.push(preview),
            Err(error) => {
                let code = serde_json::to_value(vitrine_shell::contract::AppError::from(error).code);
                assert_eq!(code.expect("JSON"), "cancelled");
                dropped += 1;
            }
        }
    }
    assert!(counted.iter().all(|preview| preview.fit == ContextFit::TooLong));
    assert!(!counted.is_empty() && dropped > 0, "{} were counted, {dropped} overtaken", counted.len());

    let after = stage.turn(say(None, "天空是什么颜色？", greedy(20))).await;
    assert!(facts(&after).error.is_none() && !after.text.is_empty(), "{after:?}");
    assert_eq!(stage.app.supervisor.ready().expect("ready").worker.pid(), worker, "nothing was killed");
    assert!(stage.app.preflight(&starter()).await.expect("a card").trouble.is_none());
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_takes_the_model_away_from_a_guess() {
    let stage = stage(None).await;
    let answer = stage.turn(say(None, "埃菲尔铁塔在哪个国家？", greedy(60))).await;
    for number in 0..10 {
        let guess = tokio::spawn({
            let (app, id) = (stage.app.clone(), answer.id);
            async move { app.conversations.guess(id, 1, "🗼".into()).await }
        });
        // At every point of the guess, from before its start to after its end.
        tokio::time::sleep(Duration::from_millis(number * 3)).await;
        let next = stage.turn(say(None, "天空是什么颜色？", greedy(8))).await;
        assert!(facts(&next).error.is_none(), "{next:?}");
        guess.await.expect("no panic").expect("what is known is told");
    }
    stage.app.close().await;
}

/// What the user set counts from the next load on, and the worker says what is in force.
#[tokio::test(flavor = "multi_thread")]
async fn threads_and_context_are_those_of_the_settings() {
    let stage = stage(None).await;
    let loaded = || match stage.app.supervisor.state() {
        ModelState::Ready { model, .. } => (model.threads, model.context_length),
        other => panic!("{other:?}"),
    };
    let (threads, context) = loaded();
    assert_eq!(threads, Some(1), "a very small model by itself");
    assert!(context > 512);
    let set = Settings {
        threads: Some(Threads::from(2.0)),
        context_length: Some(DefaultContext::from(512.0)),
        ..Settings::default()
    };
    stage.app.set_settings(set).await.expect("saved");
    assert_eq!(loaded(), (threads, context), "an open model stays as it is");
    let path = starter();
    let load = || stage.app.load(&path, LoadOptions::default(), LoadConsent::Ordinary);
    load().await.expect("loads");
    let processors = std::thread::available_parallelism().map_or(1, |count| count.get());
    assert_eq!(loaded(), (Some(processors.min(2) as u32), 512));
    let card = stage.app.preflight(&starter()).await.expect("a card");
    assert_eq!(card.plans[card.suggested as usize].context_length, 512);

    stage.app.set_settings(Settings::default()).await.expect("saved");
    load().await.expect("loads");
    assert_eq!(loaded(), (Some(1), context), "what was left open follows the settings, not the last load");
    stage.app.close().await;
}
