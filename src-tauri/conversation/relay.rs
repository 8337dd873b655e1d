//! The same question to several models, one after the other, in a place of their own.
//!
//! Each is loaded, answers once, and goes before the next one comes, so that only one of them needs memory at a time.
//! The models that are open for talking stay as they are, and nothing is saved: who wants to go on opens the model.
//! What goes wrong with one model is told in its place, and the next one is asked all the same.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{interval, sleep_until, Instant, MissedTickBehavior};
use vitrine_core::protocol::{
    method, ErrorKind, GenerateStart, GenerateStarted, Role, StopReason, TokenRecord,
};

use super::answer::{read, stop_wanted, News, Patience};
use super::document::{self, Turn};
use super::stoppable::Load;
use super::{ask, insight, Claim, Writing};
use crate::contract::{ModelState, RelayEnd, RelayEvent, RelayModel, RelayRequest, TurnSettings};
use crate::engine::{ReadyModel, Supervisor};
use crate::history::History;
use crate::library::Listing;
use crate::Error;

/// At most one batch of tokens in this time.
const FRAME: Duration = Duration::from_millis(33);
/// Candidates that come with every token.
const ALTERNATIVES: u32 = 10;

/// Where the events of a round go.
pub type RelaySink = Box<dyn Fn(RelayEvent) + Send + Sync>;

/// The place in which models answer one after the other.
#[derive(Debug)]
pub struct Relay {
    history: Arc<History>,
    slot: Supervisor,
    patience: Patience,
    running: watch::Sender<Writing>,
}

/// What a model has to answer.
struct Question<'a> {
    turns: &'a [Turn],
    settings: &'a mut TurnSettings,
}

impl Relay {
    pub fn new(history: Arc<History>, slot: Supervisor, patience: Patience) -> Self {
        Self { history, slot, patience, running: watch::Sender::new(Writing::No) }
    }

    /// The place itself: who brings its worker down is remembered like in any other.
    pub fn slot(&self) -> &Supervisor {
        &self.slot
    }

    /// Asks all of them; returns when the last one has answered, failed, or the round was stopped.
    /// Every model gets exactly one `ended` event.
    ///
    /// # Errors
    /// `Busy` where a round is going on, `InvalidParams` for a blank question: nobody was asked then.
    pub async fn run(&self, request: RelayRequest, sink: RelaySink) -> Result<(), Error> {
        if request.question.trim().is_empty() {
            return Err(Error::refused(ErrorKind::InvalidParams, "the question is blank"));
        }
        let _claim = Claim::of(&self.running)?;
        let RelayRequest { question, mut settings, models } = request;
        let turns = turns(&question, &settings);
        for (index, model) in (0..).zip(&models) {
            let asked = Question { turns: &turns, settings: &mut settings };
            let end = match self.ask(index, model, asked, &sink).await {
                Ok(Some(stop_reason)) => RelayEnd::Answered { stop_reason },
                Ok(None) => RelayEnd::Stopped,
                Err(error) => RelayEnd::Failed { error: (&error).into() },
            };
            // Memory is free before the next one is looked at.
            self.slot.unload().await;
            sink(RelayEvent::Ended { index, end });
        }
        Ok(())
    }

    /// Stops the round that is going on, if one is.
    pub fn stop(&self) {
        self.interrupt(Writing::Stopping);
    }

    /// The app ends.
    pub async fn close(&self) {
        self.interrupt(Writing::Closing);
        self.slot.close().await;
    }

    fn interrupt(&self, how: Writing) {
        self.running.send_if_modified(|running| {
            let runs = *running != Writing::No;
            if runs {
                *running = how;
            }
            runs
        });
    }

    /// `None`: the round was stopped.
    async fn ask(
        &self,
        index: u32,
        model: &RelayModel,
        question: Question<'_>,
        sink: &RelaySink,
    ) -> Result<Option<StopReason>, Error> {
        if *self.running.borrow() != Writing::Yes {
            return Ok(None);
        }
        let Some(ready) = self.load(index, model, sink).await? else { return Ok(None) };
        self.answer(index, &ready, question, sink).await
    }

    async fn load(
        &self,
        index: u32,
        model: &RelayModel,
        sink: &RelaySink,
    ) -> Result<Option<ReadyModel>, Error> {
        let mut states = self.slot.subscribe();
        sink(RelayEvent::Loading { index, fraction: 0.0 });
        let load = Load {
            history: &self.history,
            slot: &self.slot,
            path: &model.path,
            options: &model.options,
            consent: model.consent,
            // It is asked once: that is not to have opened it.
            listing: Listing::Unlisted,
        };
        let loaded = load.unless_stopped(self.running.subscribe());
        tokio::pin!(loaded);
        loop {
            tokio::select! {
                loaded = &mut loaded => return loaded,
                Ok(()) = states.changed() => {
                    if let ModelState::Loading { fraction, .. } = *states.borrow_and_update() {
                        sink(RelayEvent::Loading { index, fraction });
                    }
                }
            }
        }
    }

    async fn answer(
        &self,
        index: u32,
        ready: &ReadyModel,
        question: Question<'_>,
        sink: &RelaySink,
    ) -> Result<Option<StopReason>, Error> {
        let Question { turns, settings } = question;
        let mut stop = self.running.subscribe();
        let reserve = document::reserve(settings.max_tokens, ready.model.context_length);
        let prompted = tokio::select! {
            prompted = ask::prompt(&ready.worker, turns, reserve, "", false, &self.patience.question) => prompted?,
            _ = stop_wanted(&mut stop) => return Ok(None),
        };
        if let Some(error) = insight::too_long(prompted.fit, prompted.ids.len(), ready) {
            return Err(error);
        }
        sink(RelayEvent::Writing { index, prompt_form: prompted.form });
        let request = GenerateStart {
            prompt_ids: Some(prompted.ids),
            sampling: settings.sampling.clone(),
            max_tokens: Some(settings.max_tokens),
            alternatives: ALTERNATIVES,
            ..GenerateStart::default()
        };
        let mut notifications = ready.worker.subscribe();
        let limit = Some(self.patience.start);
        let started: GenerateStarted = tokio::select! {
            started = ready.worker.request(method::GENERATE_START, &request, limit) => started?,
            _ = stop_wanted(&mut stop) => return Ok(None),
        };
        // One draw for all of them: what differs is the model's doing.
        settings.sampling.seed.get_or_insert(started.seed);

        let mut batch: Vec<TokenRecord> = Vec::new();
        let show = |batch: &mut Vec<TokenRecord>| {
            if !batch.is_empty() {
                sink(RelayEvent::Tokens { index, records: std::mem::take(batch) });
            }
        };
        let mut frame = interval(FRAME);
        frame.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut limit, mut deadline) =
            (self.patience.first_token, Instant::now() + self.patience.first_token);
        let outcome = loop {
            tokio::select! {
                notification = notifications.recv() => {
                    let Some(notification) = notification else { break Err(ready.worker.ended().await) };
                    match read(notification, started.generation) {
                        Some(News::Token(record)) => {
                            limit = self.patience.next_token;
                            deadline = Instant::now() + limit;
                            batch.push(record);
                        }
                        Some(News::End(end)) => break match end.error {
                            Some(error) => Err(error.into()),
                            None => Ok(Some(end.reason)),
                        },
                        // Nobody steps here.
                        Some(News::Waiting) | None => {}
                    }
                }
                _ = frame.tick(), if !batch.is_empty() => show(&mut batch),
                // Its worker ends as soon as this returns.
                _ = stop_wanted(&mut stop) => break Ok(None),
                () = sleep_until(deadline) => break Err(Error::WorkerUnresponsive {
                    waited_for: method::GENERATE_TOKEN.into(),
                    seconds: limit.as_secs(),
                }),
            }
        };
        show(&mut batch);
        outcome
    }
}

/// The system prompt, where there is one, and the question.
fn turns(question: &str, settings: &TurnSettings) -> Vec<Turn> {
    let turn = |role, content: &str| Turn { message_id: None, role, content: content.into(), pinned: true };
    let system = Some(settings.system_prompt.as_str()).filter(|prompt| !prompt.trim().is_empty());
    let system = system.map(|prompt| turn(Role::System, prompt));
    system.into_iter().chain([turn(Role::User, question)]).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::contract::{ErrorCode, LoadConsent, ShellErrorCode};
    use crate::engine;
    use crate::engine::fake_worker::{self, FakeWorker};

    /// Answers with one token and ends, whatever is asked.
    fn answering() -> FakeWorker {
        let generate = [
            fake_worker::started(),
            fake_worker::token(3, "法国"),
            fake_worker::end(StopReason::EndToken, 1),
        ];
        FakeWorker { generate: generate.join("; "), ..FakeWorker::default() }
    }

    struct Stage {
        relay: Arc<Relay>,
        events: Arc<Mutex<Vec<RelayEvent>>>,
        _folder: tempfile::TempDir,
    }

    fn stage(worker: &FakeWorker) -> Stage {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let history = Arc::new(History::open(folder.path()));
        let slot = worker.supervisor(engine::Patience::default());
        let relay = Arc::new(Relay::new(history, slot, Patience::default()));
        Stage { relay, events: Arc::default(), _folder: folder }
    }

    fn request(models: usize) -> RelayRequest {
        let model = |at| RelayModel {
            path: format!("/m/{at}.gguf"),
            options: Default::default(),
            consent: LoadConsent::Ordinary,
        };
        RelayRequest {
            question: "埃菲尔铁塔在哪个国家？".into(),
            settings: TurnSettings::default(),
            models: (0..models).map(model).collect(),
        }
    }

    impl Stage {
        fn sink(&self) -> RelaySink {
            let events = self.events.clone();
            Box::new(move |event| events.lock().expect("no panic").push(event))
        }

        fn ends(&self) -> Vec<(u32, RelayEnd)> {
            let events = self.events.lock().expect("no panic");
            let ends = events.iter().filter_map(|event| match event {
                RelayEvent::Ended { index, end } => Some((*index, end.clone())),
                _ => None,
            });
            ends.collect()
        }
    }

    #[tokio::test]
    async fn each_model_answers_once_in_order_and_none_stays() {
        let stage = stage(&answering());
        stage.relay.run(request(3), stage.sink()).await.expect("runs");
        let answered = RelayEnd::Answered { stop_reason: StopReason::EndToken };
        let ends: Vec<_> = (0..3).map(|index| (index, answered.clone())).collect();
        assert_eq!(stage.ends(), ends);
        let tokens = stage.events.lock().expect("no panic").iter().fold(0, |count, event| match event {
            RelayEvent::Tokens { records, .. } => count + records.len(),
            _ => count,
        });
        assert_eq!(tokens, 3);
        assert_eq!(stage.relay.slot().state(), ModelState::Empty);
    }

    #[tokio::test]
    async fn one_that_fails_says_why_and_the_next_is_asked() {
        // The first worker dies over its load; a file says that it was there.
        let flag = tempfile::NamedTempFile::new().expect("a file");
        let path = flag.path().display();
        let good = answering();
        let load = format!("if [ -s '{path}' ]; then {}; else echo x > '{path}'; exit 3; fi", good.load);
        let stage = stage(&FakeWorker { load, ..good });
        stage.relay.run(request(2), stage.sink()).await.expect("runs");
        let ends = stage.ends();
        let RelayEnd::Failed { error } = &ends[0].1 else { panic!("failed, not {:?}", ends[0]) };
        assert_eq!(error.code, ErrorCode::Shell(ShellErrorCode::WorkerCrashed));
        assert!(matches!(ends[1].1, RelayEnd::Answered { .. }), "{:?}", ends[1]);
    }

    #[tokio::test]
    async fn a_stop_ends_the_answer_and_asks_nobody_else() {
        let deaf = FakeWorker { generate: String::new(), ..answering() };
        let stage = stage(&deaf);
        let (relay, sink) = (stage.relay.clone(), stage.sink());
        let running = tokio::spawn(async move { relay.run(request(3), sink).await });
        let writing = |event: &RelayEvent| matches!(event, RelayEvent::Writing { .. });
        while !stage.events.lock().expect("no panic").iter().any(writing) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let busy = stage.relay.run(request(1), stage.sink()).await.expect_err("one round at a time");
        assert_eq!(busy.code(), ErrorCode::Engine(ErrorKind::Busy));
        stage.relay.stop();
        tokio::time::timeout(Duration::from_secs(60), running)
            .await
            .expect("soon")
            .expect("no panic")
            .expect("a stop is no error");
        assert_eq!(stage.ends(), [0, 1, 2].map(|index| (index, RelayEnd::Stopped)));
        assert_eq!(stage.relay.slot().state(), ModelState::Empty);
    }

    #[tokio::test]
    async fn a_blank_question_asks_nobody() {
        let stage = stage(&answering());
        let blank = RelayRequest { question: " \n".into(), ..request(1) };
        let refused = stage.relay.run(blank, stage.sink()).await.expect_err("refused");
        assert_eq!(refused.code(), ErrorCode::Engine(ErrorKind::InvalidParams));
        assert!(stage.events.lock().expect("no panic").is_empty());
    }
}
