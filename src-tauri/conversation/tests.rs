//! Whole turns against a scripted worker: the good end and every bad one.

mod keeping;

use std::sync::Mutex;
use std::time::Instant;

use vitrine_core::protocol::{LoadOptions, Role, StopReason};

use super::*;
use crate::contract::{
    Draft, ErrorCode, ForkChoice, HistoryFilter, HistoryOrder, LoadConsent, MessageStatus, ModelSlot,
    ModelState, SecondModel, ShellErrorCode, TurnSettings,
};
use crate::engine::fake_worker::{end, prompted, started, token, waiting, FakeWorker};
use crate::engine::{self, memory, Pulse, Supervisor};

struct Stage {
    conversations: Arc<Conversations>,
    supervisor: Supervisor,
    second: Supervisor,
    history: Arc<History>,
    folder: tempfile::TempDir,
}

type Heard = Arc<Mutex<Vec<TurnEvent>>>;

fn hasty() -> Patience {
    let question = Pulse {
        interval: Duration::from_millis(50),
        limit: Duration::from_millis(800),
        most: Duration::from_secs(60),
    };
    Patience {
        question,
        start: Duration::from_millis(800),
        first_token: Duration::from_millis(400),
        next_token: Duration::from_millis(400),
        stop: Duration::from_millis(300),
    }
}

/// A worker whose `generate/start` does this, with its model loaded.
async fn stage(generate: String, stop: String) -> Stage {
    stage_of(FakeWorker { generate, stop, ..FakeWorker::default() }).await
}

async fn stage_of(worker: FakeWorker) -> Stage {
    stage_of_two(worker.clone(), worker).await
}

/// With the first model loaded; `second` is the worker of slot b.
async fn stage_of_two(worker: FakeWorker, second: FakeWorker) -> Stage {
    let supervisor = worker.supervisor(engine::Patience::default());
    supervisor.load("/m/小.gguf", LoadOptions::default()).await.expect("loads");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let history = Arc::new(History::open(folder.path()));
    let second = second.supervisor(engine::Patience::default());
    let models = Slots { a: supervisor.clone(), b: second.clone() };
    let conversations = Conversations::new(history.clone(), models, hasty());
    Stage { conversations: Arc::new(conversations), supervisor, second, history, folder }
}

/// A worker that says these pieces and ends.
fn saying(pieces: &[&str]) -> String {
    let tokens = (3..).zip(pieces).map(|(position, piece)| token(position, piece));
    let count = pieces.len() as u32 + 1;
    let lines: Vec<_> =
        [started()].into_iter().chain(tokens).chain([end(StopReason::EndToken, count)]).collect();
    lines.join("; ")
}

fn say(conversation_id: Option<i64>, text: &str) -> TurnRequest {
    TurnRequest::Say {
        conversation_id,
        text: text.into(),
        settings: settings(),
        attachments: None,
        prefill: None,
        pace: None,
        slot: None,
    }
}

fn settings() -> TurnSettings {
    TurnSettings { system_prompt: "短".into(), ..TurnSettings::default() }
}

fn again(message_id: i64) -> TurnRequest {
    TurnRequest::Regenerate {
        message_id,
        settings: settings(),
        once: None,
        prefill: None,
        pace: None,
        slot: None,
    }
}

fn fork(message_id: i64, token_index: u32, choice: ForkChoice) -> TurnRequest {
    TurnRequest::Fork { message_id, token_index, choice, settings: settings(), pace: None, slot: None }
}

fn listener() -> (Sink, Heard) {
    let heard = Heard::default();
    let events = heard.clone();
    (Box::new(move |event| events.lock().expect("no panic").push(event)), heard)
}

impl Stage {
    async fn turn(&self, request: TurnRequest) -> Result<Message, Error> {
        self.conversations.turn(request, listener().0).await
    }

    fn begin(&self, request: TurnRequest) -> (tokio::task::JoinHandle<Result<Message, Error>>, Heard) {
        let (sink, heard) = listener();
        let conversations = self.conversations.clone();
        (tokio::spawn(async move { conversations.turn(request, sink).await }), heard)
    }

    async fn until_shown(&self, heard: &Heard, text: &str) {
        let shown = async {
            while !shown(heard).contains(text) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(5), shown).await.expect("shown soon");
    }
}

/// The text that came over the channel.
fn shown(heard: &Heard) -> String {
    let events = heard.lock().expect("no panic");
    let texts = events.iter().filter_map(|event| match event {
        TurnEvent::Tokens { records, .. } => Some(records.iter().map(|record| record.text.as_str())),
        TurnEvent::Started { .. } | TurnEvent::Waiting { .. } | TurnEvent::Ended { .. } => None,
    });
    texts.flatten().collect()
}

/// A question to two models of which memory holds only one.
fn compare_in_turn() -> TurnRequest {
    // Its header is really read.
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/models/starter/vitrine-starter.gguf").into();
    let options = LoadOptions { context_length: Some(64), ..LoadOptions::default() };
    TurnRequest::Compare {
        conversation_id: None,
        text: "谁？".into(),
        settings: settings(),
        attachments: None,
        second: Some(SecondModel { path, options, consent: LoadConsent::Ordinary }),
    }
}

/// The answers as they ended, in that order.
fn ended(heard: &Heard) -> Vec<Message> {
    let events = heard.lock().expect("no panic");
    let ended = events.iter().filter_map(|event| match event {
        TurnEvent::Ended { message } => Some((**message).clone()),
        _ => None,
    });
    ended.collect()
}

/// Waits for the first model to be back, and the second to be gone.
async fn back(stage: &Stage) {
    let settled = async {
        while !matches!(stage.supervisor.state(), ModelState::Ready { .. }) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), settled).await.expect("the first model comes back");
    assert!(!matches!(stage.second.state(), ModelState::Ready { .. } | ModelState::Loading { .. }));
}

fn code(message: &Message) -> ErrorCode {
    let facts = message.facts.as_ref().expect("an answer has facts");
    facts.error.as_ref().expect("it failed").code
}

#[tokio::test]
async fn a_turn_is_streamed_and_saved_with_its_tokens() {
    let stage = stage(saying(&["天", "空", "。"]), String::new()).await;
    let (sink, heard) = listener();
    let answer = stage.conversations.turn(say(None, "为什么？"), sink).await.expect("a turn");
    assert_eq!((answer.text.as_str(), answer.status), ("天空。", MessageStatus::Complete));
    let facts = answer.facts.as_ref().expect("facts");
    assert_eq!((facts.seed, facts.prompt_tokens, facts.completion_tokens), (42, 3, 4));
    assert_eq!(facts.stop_reason, Some(StopReason::EndToken));
    assert_eq!((facts.model_name.as_str(), facts.model_fingerprint.as_str()), ("Tiny", "f00d"));
    assert_eq!(shown(&heard), "天空。");
    {
        let events = heard.lock().expect("no panic");
        let TurnEvent::Started { conversation, message_id, .. } = &events[0] else {
            panic!("it starts with the start");
        };
        assert_eq!(*message_id, answer.id);
        let roles: Vec<_> = conversation.messages.iter().map(|message| message.role).collect();
        assert_eq!(roles, [Role::User, Role::Assistant]);
        assert_eq!(conversation.title, "为什么？");
        assert!(matches!(events.last(), Some(TurnEvent::Ended { message }) if **message == answer));
    }
    let tokens = stage.conversations.tokens(answer.id).await.expect("tokens");
    let positions: Vec<_> = tokens.iter().map(|token| token.position).collect();
    assert_eq!(positions, [3, 4, 5]);

    // Nothing of it is only in memory.
    stage.history.close().await;
    let again = Arc::new(History::open(stage.folder.path()));
    let models = Slots { a: stage.supervisor.clone(), b: stage.supervisor.clone() };
    let reader = Conversations::new(again, models, hasty());
    let conversation = reader.open(answer.conversation_id).await.expect("there");
    assert_eq!(conversation.messages[1], answer);
}

#[tokio::test]
async fn a_second_question_and_a_second_version() {
    let stage = stage(saying(&["好"]), String::new()).await;
    let first = stage.turn(say(None, "一")).await.expect("a turn");
    let id = first.conversation_id;
    let second = stage.turn(say(Some(id), "二")).await.expect("a turn");
    let other = stage.turn(again(first.id)).await.expect("a turn");
    assert_eq!(other.versions, [first.id, other.id]);
    let path = |conversation: Conversation| -> Vec<i64> {
        conversation.messages.iter().map(|message| message.id).collect()
    };
    let active = path(stage.conversations.open(id).await.expect("open"));
    assert_eq!(active, [first.parent_id.expect("a question"), other.id]);
    let back = path(stage.conversations.select(first.id).await.expect("selected"));
    assert_eq!((back.len(), back.last()), (4, Some(&second.id)));
}

#[tokio::test]
async fn the_model_gets_the_system_prompt_and_the_path() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let copy = folder.path().join("request");
    let usual = FakeWorker::default();
    let prompt = format!("printf '%s' \"$line\" > '{}'; {}", copy.display(), usual.prompt);
    let stage = stage_of(FakeWorker { prompt, generate: saying(&["好"]), ..usual }).await;
    let first = stage.turn(say(None, "一")).await.expect("a turn");
    stage.turn(say(Some(first.conversation_id), "二")).await.expect("a turn");
    let request: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&copy).expect("a request")).expect("JSON");
    let messages = request["params"]["messages"].as_array().expect("messages");
    let turns: Vec<_> = messages
        .iter()
        .map(|turn| (turn["role"].as_str().expect("a role"), turn["content"].as_str().expect("text")))
        .collect();
    assert_eq!(turns, [("system", "短"), ("user", "一"), ("assistant", "好"), ("user", "二")]);
}

#[tokio::test]
async fn a_refused_start_loses_nothing() {
    let stage = stage("refuse context_full".into(), String::new()).await;
    let answer = stage.turn(say(None, "很长很长")).await.expect("an answer that failed");
    assert_eq!(code(&answer), ErrorCode::Engine(ErrorKind::ContextFull));
    assert_eq!(answer.status, MessageStatus::Interrupted);
    let conversation = stage.conversations.open(answer.conversation_id).await.expect("there");
    assert_eq!(conversation.messages[0].text, "很长很长");
    assert!(matches!(stage.supervisor.state(), ModelState::Ready { .. }));
}

#[tokio::test]
async fn without_a_model_or_with_a_blank_question_nothing_is_saved() {
    let stage = stage(saying(&["好"]), String::new()).await;
    let blank = stage.turn(say(None, " \n")).await.expect_err("blank");
    assert_eq!(blank.code(), ErrorCode::Engine(ErrorKind::InvalidParams));
    let missing = stage.turn(say(Some(77), "一")).await.expect_err("no conversation");
    assert_eq!(missing.code(), ErrorCode::Shell(ShellErrorCode::NoSuchItem));
    stage.supervisor.unload().await;
    let none = stage.turn(say(None, "一")).await.expect_err("no model");
    assert_eq!(none.code(), ErrorCode::Engine(ErrorKind::NoModel));
    let page = stage.conversations.page(HistoryFilter::default(), HistoryOrder::Used, 0, 9).await;
    assert!(page.expect("a list").rows.is_empty());
}

#[tokio::test]
async fn a_crash_in_mid_answer_keeps_what_was_written() {
    let generate = format!("{}; {}; {}; kill -6 $$", started(), token(3, "因"), token(4, "为"));
    let stage = stage(generate, String::new()).await;
    let answer = stage.turn(say(None, "为什么？")).await.expect("an answer that broke off");
    assert_eq!(code(&answer), ErrorCode::Shell(ShellErrorCode::WorkerCrashed));
    assert_eq!((answer.text.as_str(), answer.status), ("因为", MessageStatus::Interrupted));
    assert_eq!(answer.facts.as_ref().expect("facts").completion_tokens, 2);
    assert_eq!(stage.conversations.tokens(answer.id).await.expect("tokens").len(), 2);
    let mut states = stage.supervisor.subscribe();
    let failed = states.wait_for(|state| matches!(state, ModelState::Failed { .. }));
    timeout(Duration::from_secs(5), failed).await.expect("soon").expect("told");

    stage.supervisor.load("/m/小.gguf", LoadOptions::default()).await.expect("a fresh worker");
    assert!(stage.turn(say(Some(answer.conversation_id), "再来")).await.is_ok());
}

#[tokio::test]
async fn a_worker_that_falls_silent_is_given_up() {
    let generate = format!("{}; {}", started(), token(3, "因"));
    let stage = stage(generate, String::new()).await;
    let pid = stage.supervisor.ready().expect("ready").worker.pid();
    let answer = stage.turn(say(None, "为什么？")).await.expect("an answer that broke off");
    assert_eq!(code(&answer), ErrorCode::Shell(ShellErrorCode::WorkerUnresponsive));
    assert_eq!(answer.text, "因");
    assert!(matches!(stage.supervisor.state(), ModelState::Failed { .. }));
    assert_eq!(memory::resident(pid), None);
}

/// A worker whose thread for texts is busy: it answers `chat/prompt` after so many signs of life.
fn slow_over_texts(signs: u32) -> FakeWorker {
    let prompt = "asked=$id; left=SIGNS".replace("SIGNS", &signs.to_string());
    let status = format!(
        "answer '{{}}'; left=$((left - 1)); if [ \"$left\" = 0 ]; then id=$asked; answer '{}'; fi",
        serde_json::json!(prompted())
    );
    FakeWorker { prompt, status, generate: saying(&["好"]), ..FakeWorker::default() }
}

#[tokio::test]
async fn a_prompt_that_takes_long_is_waited_for_while_the_worker_lives() {
    let stage = stage_of(slow_over_texts(3)).await;
    let answer = stage.turn(say(None, "很长")).await.expect("a turn");
    assert_eq!((answer.text.as_str(), answer.status), ("好", MessageStatus::Complete));
}

#[tokio::test]
async fn a_stop_reaches_a_turn_whose_prompt_is_still_being_made() {
    let stage = stage_of(slow_over_texts(0)).await;
    let (turn, heard) = stage.begin(say(None, "很长"));
    until_begun(&heard).await;
    stage.conversations.stop();
    let answer =
        timeout(Duration::from_secs(20), turn).await.expect("soon").expect("no panic").expect("a turn");
    assert_eq!((answer.text.as_str(), answer.status), ("", MessageStatus::Complete));
    assert_eq!(answer.facts.expect("facts").stop_reason, Some(StopReason::Stopped));
    assert!(matches!(stage.supervisor.state(), ModelState::Ready { .. }));
}

#[tokio::test]
async fn a_question_that_is_never_answered_does_not_kill_a_worker_that_lives() {
    let mut patience = hasty();
    patience.question.most = Duration::from_millis(300);
    let mut stage = stage_of(slow_over_texts(0)).await;
    let models = Slots { a: stage.supervisor.clone(), b: stage.supervisor.clone() };
    stage.conversations = Arc::new(Conversations::new(stage.history.clone(), models, patience));
    let answer = stage.turn(say(None, "很长")).await.expect("an answer that failed");
    assert_eq!(code(&answer), ErrorCode::Engine(ErrorKind::Busy));
    assert!(matches!(stage.supervisor.state(), ModelState::Ready { .. }));
}

#[tokio::test]
async fn a_worker_that_gives_no_sign_of_life_over_a_prompt_is_given_up() {
    let mut patience = hasty();
    patience.question.limit = Duration::from_millis(200);
    let mute = FakeWorker { prompt: String::new(), status: String::new(), ..FakeWorker::default() };
    let mut stage = stage_of(mute).await;
    let models = Slots { a: stage.supervisor.clone(), b: stage.supervisor.clone() };
    stage.conversations = Arc::new(Conversations::new(stage.history.clone(), models, patience));
    let answer = stage.turn(say(None, "很长")).await.expect("an answer that failed");
    assert_eq!(code(&answer), ErrorCode::Shell(ShellErrorCode::WorkerUnresponsive));
    assert!(matches!(stage.supervisor.state(), ModelState::Failed { .. }));
}

#[tokio::test]
async fn a_preview_that_hangs_kills_nothing() {
    let mute = FakeWorker { prompt: String::new(), status: String::new(), ..FakeWorker::default() };
    let stage = stage_of(mute).await;
    let draft = || Draft {
        conversation_id: None,
        text: "很长".into(),
        attachments: Vec::new(),
        prefill: String::new(),
        settings: settings(),
    };
    let error = stage.conversations.context_preview(draft()).await.expect_err("no sign of life");
    assert_eq!(error.code(), ErrorCode::Shell(ShellErrorCode::WorkerUnresponsive));
    assert!(matches!(stage.supervisor.state(), ModelState::Ready { .. }));
}

/// Waits for the turn to be in the history.
async fn until_begun(heard: &Heard) {
    let begun = async {
        while heard.lock().expect("no panic").is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), begun).await.expect("it begins");
}

#[tokio::test]
async fn a_stop_reaches_a_token_whose_candidates_are_still_being_laid_out() {
    let generate = format!("{}; {}; {}", started(), token(3, "因"), waiting(4, "为"));
    let stopped = format!("answer '{{}}'; {}", end(StopReason::Stopped, 1));
    // It never answers `generate/look`.
    let stage = stage(generate, stopped).await;
    let request = TurnRequest::Say {
        conversation_id: None,
        text: "为什么？".into(),
        settings: settings(),
        attachments: None,
        prefill: None,
        pace: Some(crate::contract::Pace::Step),
        slot: None,
    };
    let (turn, heard) = stage.begin(request);
    stage.until_shown(&heard, "因").await;
    // What was written before is saved meanwhile.
    let file = rusqlite::Connection::open(stage.folder.path().join(crate::history::FILE)).expect("a reader");
    let saved = async {
        let sql = "SELECT text FROM messages WHERE role = 'assistant'";
        while file.query_row(sql, [], |row| row.get::<_, String>(0)).expect("a row") != "因" {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(10), saved).await.expect("saved while it is laid out");
    stage.conversations.stop();
    let answer =
        timeout(Duration::from_secs(10), turn).await.expect("soon").expect("no panic").expect("a turn");
    assert_eq!((answer.text.as_str(), answer.status), ("因", MessageStatus::Complete));
    assert_eq!(answer.facts.expect("facts").stop_reason, Some(StopReason::Stopped));
    assert!(matches!(stage.supervisor.state(), ModelState::Ready { .. }));
}

/// An answer with one token, in a stage whose worker never comes to the end of a prompt it is given later.
async fn guessed_at(stop: &str) -> (Stage, i64) {
    let generate = format!("if [ -n \"$asked\" ]; then {}; else asked=1; {}; fi", started(), saying(&["好"]));
    let stage = stage(generate, stop.into()).await;
    let answer = stage.turn(say(None, "一")).await.expect("a turn");
    (stage, answer.id)
}

fn guess(stage: &Stage, id: i64) -> tokio::task::JoinHandle<Result<Guess, Error>> {
    let conversations = stage.conversations.clone();
    tokio::spawn(async move { conversations.guess(id, 0, "坏".into()).await })
}

async fn until_guessing(stage: &Stage) {
    let mut writing = stage.conversations.writing.subscribe();
    let guessing = writing.wait_for(|writing| *writing == Writing::Guess);
    timeout(Duration::from_secs(20), guessing).await.expect("it guesses").expect("it lives");
}

#[tokio::test]
async fn a_stop_the_end_of_the_app_and_a_turn_reach_a_guess() {
    let (stage, id) = guessed_at("answer '{}'").await;
    for close in [false, true] {
        let guessing = guess(&stage, id);
        until_guessing(&stage).await;
        if close {
            timeout(Duration::from_secs(10), stage.conversations.close()).await.expect("closed");
            assert_eq!(*stage.conversations.writing.borrow(), Writing::No, "nothing was waited for in vain");
        } else {
            stage.conversations.stop();
        }
        let guessed = timeout(Duration::from_secs(10), guessing).await.expect("soon").expect("no panic");
        assert!(matches!(guessed, Ok(Guess::NotListed { listed: 1, .. })), "{guessed:?}");
    }

    let (stage, id) = guessed_at("answer '{}'; asked=").await;
    let guessing = guess(&stage, id);
    until_guessing(&stage).await;
    let answer = stage.turn(say(None, "二")).await.expect("the guess gives way");
    assert_eq!((answer.text.as_str(), answer.status), ("好", MessageStatus::Complete));
    let guessed = guessing.await.expect("no panic");
    assert!(matches!(guessed, Ok(Guess::NotListed { .. })), "{guessed:?}");
}

#[tokio::test]
async fn stopping_ends_the_answer_and_keeps_it() {
    let generate = format!("{}; {}", started(), token(3, "因"));
    let stopped = format!("answer '{{}}'; {}", end(StopReason::Stopped, 1));
    let stage = stage(generate, stopped).await;
    let (turn, heard) = stage.begin(say(None, "为什么？"));
    stage.until_shown(&heard, "因").await;
    let busy = stage.turn(say(None, "二")).await.expect_err("one at a time");
    assert_eq!(busy.code(), ErrorCode::Engine(ErrorKind::Busy));
    stage.conversations.stop();
    let answer = turn.await.expect("no panic").expect("a turn");
    assert_eq!(answer.facts.as_ref().expect("facts").stop_reason, Some(StopReason::Stopped));
    assert_eq!((answer.text.as_str(), answer.status), ("因", MessageStatus::Complete));
    assert!(matches!(stage.supervisor.state(), ModelState::Ready { .. }));
    stage.conversations.stop();
    assert_eq!(*stage.conversations.writing.borrow(), Writing::No, "nothing to stop");
}

#[tokio::test]
async fn a_stop_that_the_worker_does_not_hear_ends_the_turn_all_the_same() {
    let stage = stage(started(), String::new()).await;
    let (turn, heard) = stage.begin(say(None, "为什么？"));
    until_begun(&heard).await;
    stage.conversations.stop();
    let answer = turn.await.expect("no panic").expect("a turn");
    assert_eq!(answer.status, MessageStatus::Complete);
    assert_eq!(answer.facts.expect("facts").stop_reason, Some(StopReason::Stopped));
    assert!(matches!(stage.supervisor.state(), ModelState::Ready { .. }));
}

#[tokio::test]
async fn a_worker_that_is_still_busy_is_asked_again() {
    let generate = format!("if [ -n \"$asked\" ]; then {}; else asked=1; refuse busy; fi", saying(&["好"]));
    let stage = stage(generate, String::new()).await;
    let answer = stage.turn(say(None, "一")).await.expect("a turn");
    assert_eq!((answer.text.as_str(), answer.status), ("好", MessageStatus::Complete));
}

#[tokio::test]
async fn unloading_in_mid_answer_interrupts_it() {
    let generate = format!("{}; {}", started(), token(3, "因"));
    let stage = stage(generate, String::new()).await;
    let (turn, heard) = stage.begin(say(None, "为什么？"));
    stage.until_shown(&heard, "因").await;
    stage.supervisor.unload().await;
    let answer = turn.await.expect("no panic").expect("a turn");
    assert_eq!(code(&answer), ErrorCode::Shell(ShellErrorCode::Cancelled));
    assert_eq!((answer.text.as_str(), answer.status), ("因", MessageStatus::Interrupted));
}

#[tokio::test]
async fn what_is_on_the_screen_is_saved_within_a_second() {
    // Says something, and then nothing for longer than the test takes.
    let generate = format!("{}; {}", started(), token(3, "因"));
    let mut stage = stage(generate, String::new()).await;
    let models = Slots { a: stage.supervisor.clone(), b: stage.supervisor.clone() };
    let conversations = Conversations::new(stage.history.clone(), models, Patience::default());
    stage.conversations = Arc::new(conversations);
    let (turn, heard) = stage.begin(say(None, "为什么？"));
    stage.until_shown(&heard, "因").await;
    let since = Instant::now();
    // Another connection sees what would be left after a kill.
    let file = rusqlite::Connection::open(stage.folder.path().join(crate::history::FILE));
    let file = file.expect("a second reader");
    let saved = async {
        let sql = "SELECT text, (SELECT count(*) FROM token_records) FROM messages WHERE role = 'assistant'";
        loop {
            let row: (String, u32) =
                file.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("a row");
            if row == ("因".into(), 1) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(5), saved).await.expect("saved");
    assert!(since.elapsed() < Duration::from_secs(1), "{:?}", since.elapsed());

    // Closing the app stops and saves.
    let closing = Instant::now();
    stage.conversations.close().await;
    assert!(closing.elapsed() < Duration::from_secs(1), "{:?}", closing.elapsed());
    let answer = turn.await.expect("no panic").expect("a turn");
    assert_eq!((answer.text.as_str(), answer.status), ("因", MessageStatus::Complete));
}

#[tokio::test]
async fn a_stream_is_sent_in_few_batches() {
    let pieces = vec!["字"; 300];
    let stage = stage(saying(&pieces), String::new()).await;
    let (sink, heard) = listener();
    let begun = Instant::now();
    let answer = stage.conversations.turn(say(None, "一"), sink).await.expect("a turn");
    assert_eq!(answer.text.chars().count(), 300);
    let frames = begun.elapsed().as_millis() / 33 + 2;
    let events = heard.lock().expect("no panic").len() as u128;
    assert!(events <= frames + 2, "{events} events in {frames} frames");
}

#[tokio::test]
async fn a_fork_shares_what_came_before_and_says_where_it_left() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let copy = folder.path().join("request");
    let generate = format!("printf '%s' \"$line\" > '{}'; {}", copy.display(), saying(&["天", "空", "。"]));
    let stage = stage(generate, String::new()).await;
    let first = stage.turn(say(None, "为什么？")).await.expect("a turn");
    let before = stage.conversations.tokens(first.id).await.expect("tokens");
    let (sink, heard) = listener();
    let request = fork(first.id, 2, ForkChoice::Token { id: 9 });
    let forked = stage.conversations.turn(request, sink).await.expect("a turn");

    let request: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&copy).expect("a request")).expect("JSON");
    let params = &request["params"];
    assert_eq!(params["prompt_ids"], serde_json::json!([1, 5, 6, 103, 104]));
    assert_eq!((&params["answered"], &params["forced_ids"]), (&2.into(), &serde_json::json!([9])));
    assert_eq!(params["alternatives"], 10);

    assert_eq!(forked.versions, [first.id, forked.id]);
    assert_eq!(forked.text, "天空天空。", "what is shared, then what the worker said");
    assert_eq!(shown(&heard), forked.text);
    let facts = forked.facts.as_ref().expect("facts");
    let branch = facts.branch.as_ref().expect("a branch");
    assert_eq!((branch.from_message, branch.token_index), (first.id, 2));
    assert_eq!(branch.replaced.as_ref().expect("a token stood there").id, before[2].id);
    assert_eq!((facts.prompt_tokens, facts.completion_tokens), (1, 6));
    let after = stage.conversations.tokens(forked.id).await.expect("tokens");
    assert_eq!(after[..2], before[..2]);
    assert_eq!(after[2].origin, vitrine_core::protocol::Origin::Chosen);
    assert_eq!(stage.conversations.tokens(first.id).await.expect("tokens"), before, "nothing is overwritten");

    let beyond = stage.turn(fork(first.id, 99, ForkChoice::Open)).await.expect_err("no such token");
    assert_eq!(beyond.code(), ErrorCode::Engine(ErrorKind::InvalidParams));
    let question = stage.turn(fork(first.parent_id.expect("a question"), 0, ForkChoice::Open)).await;
    assert_eq!(question.expect_err("no answer").code(), ErrorCode::Engine(ErrorKind::InvalidParams));
}

#[tokio::test]
async fn an_edited_question_is_a_branch_of_its_own() {
    let stage = stage(saying(&["好"]), String::new()).await;
    let first = stage.turn(say(None, "一")).await.expect("a turn");
    let question = first.parent_id.expect("a question");
    let request = TurnRequest::EditQuestion {
        message_id: question,
        text: "二".into(),
        settings: settings(),
        attachments: None,
        prefill: None,
        pace: None,
        slot: None,
    };
    let second = stage.turn(request).await.expect("a turn");
    let conversation = stage.conversations.open(second.conversation_id).await.expect("there");
    assert_eq!(conversation.messages[0].text, "二");
    assert_eq!(conversation.messages[0].versions, [question, second.parent_id.expect("a question")]);
    let tree = stage.conversations.tree(second.conversation_id).await.expect("a tree");
    assert_eq!(tree.nodes.iter().filter(|node| node.active).count(), 2);
    assert_eq!(tree.nodes.len(), 4);
}

#[tokio::test]
async fn a_prompt_that_does_not_fit_is_told_with_its_numbers() {
    let mut long = prompted();
    long.fit = vitrine_core::protocol::ContextFit::TooLong;
    let prompt = format!("answer '{}'", serde_json::json!(long));
    let stage = stage_of(FakeWorker { prompt, generate: saying(&["好"]), ..FakeWorker::default() }).await;
    let answer = stage.turn(say(None, "很长很长")).await.expect("an answer that failed");
    assert_eq!(code(&answer), ErrorCode::Engine(ErrorKind::ContextFull));
    let error = answer.facts.expect("facts").error.expect("it failed");
    assert_eq!(error.facts["context_length"], 128);
    let conversation = stage.conversations.open(answer.conversation_id).await.expect("there");
    assert_eq!(conversation.messages[0].text, "很长很长");
}

#[tokio::test]
async fn nothing_waits_where_nothing_is_being_stepped() {
    let stage = stage(saying(&["好"]), String::new()).await;
    let choice = crate::contract::StepChoice::Best;
    let error = stage.conversations.choose(choice, Sampling::default()).await.expect_err("nothing");
    assert_eq!(error.code(), ErrorCode::Shell(ShellErrorCode::NotWaiting));
}

#[tokio::test]
async fn two_models_that_do_not_fit_together_answer_one_after_the_other() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let lock = place.path().join("alive");
    // A second worker beside a living one ends at once.
    let start = format!("mkdir '{0}' || exit 9; trap \"rmdir '{0}'\" EXIT", lock.display());
    let worker =
        |text: &str| FakeWorker { start: start.clone(), generate: saying(&[text]), ..FakeWorker::default() };
    let stage = stage_of_two(worker("甲"), worker("乙")).await;
    for _ in 0..2 {
        let (sink, heard) = listener();
        let first = stage.conversations.turn(compare_in_turn(), sink).await.expect("a turn");
        let ended = ended(&heard);
        let texts: Vec<&str> = ended.iter().map(|message| message.text.as_str()).collect();
        assert_eq!(texts, ["甲", "乙"], "{ended:#?}");
        assert_eq!(first.id, ended[0].id);
        let facts = |at: usize| ended[at].facts.clone().expect("facts");
        assert_eq!((facts(0).slot, facts(1).slot), (Some(ModelSlot::A), Some(ModelSlot::B)));
        assert_eq!((facts(0).compare, facts(1).compare), (Some(first.id), Some(first.id)));
        back(&stage).await;
    }
}

#[tokio::test]
async fn where_the_second_model_can_not_be_loaded_the_first_answer_is_kept() {
    let first = FakeWorker { generate: saying(&["甲"]), ..FakeWorker::default() };
    let crashing = FakeWorker { load: "kill -6 $$".into(), ..FakeWorker::default() };
    let stage = stage_of_two(first, crashing).await;
    for expected in [ShellErrorCode::WorkerCrashed, ShellErrorCode::StoppedBefore] {
        let (sink, heard) = listener();
        let answer = stage.conversations.turn(compare_in_turn(), sink).await.expect("a turn");
        assert_eq!((answer.text.as_str(), answer.status), ("甲", MessageStatus::Complete));
        let ended = ended(&heard);
        assert_eq!(ended[1].status, MessageStatus::Interrupted);
        // The second time it is not tried at all: what stopped once is asked about first.
        assert_eq!(code(&ended[1]), ErrorCode::Shell(expected));
        let map = stage.conversations.tree(answer.conversation_id).await.expect("a tree");
        let node = map.nodes.iter().find(|node| node.id == ended[1].id).expect("in the tree");
        assert_eq!(node.error.as_ref().map(|error| error.code), Some(ErrorCode::Shell(expected)));
        back(&stage).await;
    }
    let nowhere = TurnRequest::Compare {
        conversation_id: None,
        text: "谁？".into(),
        settings: settings(),
        attachments: None,
        second: Some(SecondModel {
            path: "/no/such.gguf".into(),
            options: LoadOptions::default(),
            consent: LoadConsent::Ordinary,
        }),
    };
    stage.turn(nowhere).await.expect_err("known before anything is written");
    assert!(matches!(stage.supervisor.state(), ModelState::Ready { .. }));
}

#[tokio::test]
async fn a_comparison_in_turn_can_be_stopped_at_every_step() {
    // While the second model is being loaded.
    let first = FakeWorker { generate: saying(&["甲"]), ..FakeWorker::default() };
    let never = FakeWorker { load: String::new(), ..FakeWorker::default() };
    let stage = stage_of_two(first, never).await;
    let (turn, heard) = stage.begin(compare_in_turn());
    let loading = async {
        while !matches!(stage.second.state(), ModelState::Loading { .. }) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), loading).await.expect("it is loaded");
    stage.conversations.stop();
    let answer = turn.await.expect("no panic").expect("a turn");
    assert_eq!(answer.text, "甲");
    let second = ended(&heard)[1].clone();
    assert_eq!((second.text.as_str(), second.status), ("", MessageStatus::Complete));
    assert_eq!(second.facts.expect("facts").stop_reason, Some(StopReason::Stopped));
    back(&stage).await;

    // While the first model writes: the second is not even begun with.
    let generate = [started(), token(3, "写")].join("; ");
    let stop = "answer '{}'".into();
    let stage = stage_of_two(
        FakeWorker { generate, stop, ..FakeWorker::default() },
        FakeWorker { start: "exit 9".into(), ..FakeWorker::default() },
    )
    .await;
    let (turn, heard) = stage.begin(compare_in_turn());
    stage.until_shown(&heard, "写").await;
    stage.conversations.stop();
    assert_eq!(turn.await.expect("no panic").expect("a turn").text, "写");
    assert_eq!(ended(&heard)[1].facts.clone().expect("facts").error, None);
    back(&stage).await;
}
