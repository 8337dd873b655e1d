//! Follows one generation of the worker from its start to its end.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{interval, sleep, sleep_until, Instant, Interval, MissedTickBehavior};
use vitrine_core::protocol::{
    method, ErrorKind, GenerateEnd, GenerateStart, GenerateStarted, GenerateStop, Notification, Origin,
    StepOffer, TokenEvent, TokenRecord,
};

use super::desk::Desk;
use super::recorder::Recorder;
use super::{Sink, Writing};
use crate::contract::{Pace, TurnEvent, TurnSettings};
use crate::engine::{Pulse, ReadyModel, WorkerProcess};
use crate::Error;

/// At most one message to the screen in this time: more it can't show.
const FRAME: Duration = Duration::from_millis(33);
/// What is on the screen is in the history after at most this and the time of a save.
const SAVE: Duration = Duration::from_millis(400);
/// How often a worker that still ends a stopped answer is asked again.
const RETRY: Duration = Duration::from_millis(100);
/// How long the worker may take to report a stop when the app ends.
const CLOSING: Duration = Duration::from_millis(200);
/// How long a token may wait for the user.
const THINKING: Duration = Duration::from_secs(365 * 24 * 3600);
/// Candidates that are kept of every token.
const ALTERNATIVES: u32 = 10;

/// How patient a turn is.
#[derive(Debug, Clone)]
pub struct Patience {
    /// For the exact prompt of a turn, which takes as long as its text is long.
    pub question: Pulse,
    /// For the worker to accept a generation.
    pub start: Duration,
    /// For the first token: reading a long prompt on a slow machine takes minutes.
    pub first_token: Duration,
    /// From one token to the next.
    pub next_token: Duration,
    /// For the worker to report the end after a stop. Then the turn ends without it.
    pub stop: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            question: Pulse::default(),
            start: Duration::from_secs(60),
            first_token: Duration::from_secs(1_800),
            next_token: Duration::from_secs(120),
            // A stop is told within a fifth of a second, also while the worker still reads a long prompt.
            stop: Duration::from_millis(150),
        }
    }
}

/// How a generation ended.
#[derive(Debug)]
pub enum Outcome {
    /// As the worker reports it.
    Ended(GenerateEnd),
    /// The user stopped, and the worker has not said so yet.
    Stopped,
}

/// What the worker is to write.
#[derive(Debug)]
pub struct Work {
    /// The exact prompt, with what is shared of another version at its end.
    pub prompt_ids: Vec<u32>,
    /// How much of it is shared.
    pub answered: u32,
    /// Taken first: a prefill, or what was chosen at a fork.
    pub given: Vec<u32>,
    /// Whose idea that was.
    pub given_origin: Origin,
    /// The first token after them is not the end.
    pub refuse_end: bool,
    pub pace: Pace,
}

/// A generation that is to be run.
pub struct Generation<'a> {
    pub message_id: i64,
    pub ready: &'a ReadyModel,
    pub patience: &'a Patience,
    pub stop: &'a mut watch::Receiver<Writing>,
    pub sink: &'a Sink,
    pub desk: &'a Desk,
    pub recorder: &'a mut Recorder,
}

impl Generation<'_> {
    /// Runs it to its end. Every token is in the recorder when this returns.
    ///
    /// # Errors
    /// What the worker refuses, its death, or [`Error::WorkerUnresponsive`].
    pub async fn run(&mut self, work: Work, settings: &TurnSettings) -> Result<Outcome, Error> {
        let outcome = self.follow(work, settings).await;
        self.desk.clear();
        outcome
    }

    async fn follow(&mut self, work: Work, settings: &TurnSettings) -> Result<Outcome, Error> {
        let mut notifications = self.ready.worker.subscribe();
        let mut given = work.given.len();
        let request = GenerateStart {
            prompt_ids: Some(work.prompt_ids),
            answered: work.answered,
            forced_ids: work.given,
            refuse_end: work.refuse_end,
            step: work.pace == Pace::Step,
            sampling: settings.sampling.clone(),
            max_tokens: Some(settings.max_tokens),
            alternatives: ALTERNATIVES,
            ..GenerateStart::default()
        };
        let Some(started) = self.start(&request).await? else {
            return Ok(Outcome::Stopped);
        };
        let facts = &mut self.recorder.facts;
        facts.seed = started.seed;
        let prompt = u32::try_from(started.prompt_ids.len()).unwrap_or(u32::MAX);
        facts.prompt_tokens = prompt.saturating_sub(work.answered);

        let (desk, ready) = (self.desk, self.ready);
        // Not waited for where it is asked: tokens, saves and a stop go on meanwhile.
        let mut laying_out: Option<LayingOut> = None;
        let mut batch = Vec::new();
        let (mut frame, mut save) = (every(FRAME), every(SAVE));
        let mut deadline = Instant::now() + self.patience.first_token;
        let mut stopping = false;
        let outcome = loop {
            tokio::select! {
                notification = notifications.recv() => {
                    let Some(notification) = notification else {
                        break Err(self.ready.worker.ended().await);
                    };
                    match read(notification, started.generation) {
                        Some(News::Token(mut record)) => {
                            if !stopping {
                                deadline = Instant::now() + self.patience.next_token;
                            }
                            if given > 0 {
                                given -= 1;
                                record.origin = work.given_origin;
                            }
                            self.recorder.push(record.clone());
                            batch.push(record);
                        }
                        Some(News::Waiting) => {
                            self.show(&mut batch);
                            laying_out = Some(Box::pin(desk.lay_out(&ready.worker)));
                            if !stopping {
                                deadline = Instant::now() + self.patience.next_token;
                            }
                        }
                        Some(News::End(end)) => break Ok(Outcome::Ended(end)),
                        None => {}
                    }
                }
                offer = laid_out(&mut laying_out) => {
                    laying_out = None;
                    match offer {
                        Ok(offer) => {
                            self.tell(TurnEvent::Waiting { message_id: self.message_id, offer });
                            if !stopping {
                                // The user may take all the time in the world.
                                deadline = Instant::now() + THINKING;
                            }
                        }
                        // The token still waits; a worker that never answers is found by the deadline.
                        Err(Error::NoAnswer { .. }) if !stopping => {
                            laying_out = Some(Box::pin(desk.lay_out(&ready.worker)));
                        }
                        // It was stopped in the meantime, or it is gone: the end says so.
                        Err(error) => tracing::debug!(%error, "nothing to lay out"),
                    }
                }
                _ = frame.tick(), if !batch.is_empty() => self.show(&mut batch),
                _ = save.tick() => self.recorder.save_soon(),
                closing = stop_wanted(self.stop), if !stopping => {
                    stopping = true;
                    let patience = if closing { CLOSING } else { self.patience.stop };
                    deadline = Instant::now() + patience;
                    self.ask_to_stop(Some(started.generation));
                }
                () = sleep_until(deadline) => {
                    break if stopping { Ok(Outcome::Stopped) } else { Err(self.unresponsive()) };
                }
            }
        };
        self.show(&mut batch);
        outcome
    }

    /// Starts it; `None` where the user stopped before the worker was free.
    async fn start(&mut self, request: &GenerateStart) -> Result<Option<GenerateStarted>, Error> {
        let worker = &self.ready.worker;
        let deadline = Instant::now() + self.patience.start;
        loop {
            let limit = Some(self.patience.start);
            let started = tokio::select! {
                started = worker.request(method::GENERATE_START, request, limit) => started,
                _ = stop_wanted(self.stop) => {
                    // The worker reads this after the start.
                    self.ask_to_stop(None);
                    return Ok(None);
                }
            };
            match started {
                // It still ends an answer that was stopped while it read the prompt.
                Err(Error::Engine(error)) if error.kind() == ErrorKind::Busy && Instant::now() < deadline => {
                    tokio::select! {
                        () = sleep(RETRY) => {}
                        _ = stop_wanted(self.stop) => return Ok(None),
                    }
                }
                // It is accepted by the thread that never computes, so silence there is a hang.
                Err(Error::NoAnswer { waited_for, seconds }) => {
                    return Err(Error::WorkerUnresponsive { waited_for, seconds });
                }
                started => return started.map(Some),
            }
        }
    }

    fn show(&self, batch: &mut Vec<TokenRecord>) {
        if !batch.is_empty() {
            let records = std::mem::take(batch);
            self.tell(TurnEvent::Tokens { message_id: self.message_id, records });
        }
    }

    fn tell(&self, event: TurnEvent) {
        (self.sink)(event);
    }

    /// `None`: whatever runs.
    fn ask_to_stop(&self, generation: Option<u32>) {
        let (worker, limit) = (self.ready.worker.clone(), self.patience.stop);
        tokio::spawn(async move {
            let asked = stop(&worker, &GenerateStop { generation }, limit).await;
            if let Err(error) = asked {
                tracing::debug!(%error, "no answer to stop");
            }
        });
    }

    fn unresponsive(&self) -> Error {
        let limit = match self.recorder.written() {
            0 => self.patience.first_token,
            _ => self.patience.next_token,
        };
        Error::WorkerUnresponsive { waited_for: method::GENERATE_TOKEN.into(), seconds: limit.as_secs() }
    }
}

/// The candidates of a token that waits, on their way.
type LayingOut<'a> = Pin<Box<dyn Future<Output = Result<StepOffer, Error>> + Send + 'a>>;

/// Never, where nothing is being laid out.
async fn laid_out(laying_out: &mut Option<LayingOut<'_>>) -> Result<StepOffer, Error> {
    match laying_out {
        Some(laying_out) => laying_out.await,
        None => std::future::pending().await,
    }
}

/// Asks a worker to stop.
pub(super) async fn stop(
    worker: &WorkerProcess,
    params: &GenerateStop,
    limit: Duration,
) -> Result<(), Error> {
    let answer = worker.request::<Value>(method::GENERATE_STOP, params, Some(limit));
    answer.await.map(drop)
}

/// Returns when the answer is to stop (`true`: because the app ends); never otherwise.
pub(super) async fn stop_wanted(stop: &mut watch::Receiver<Writing>) -> bool {
    let wanted =
        |writing: &Writing| matches!(writing, Writing::GivingWay | Writing::Stopping | Writing::Closing);
    let how = stop.wait_for(wanted).await.map(|writing| *writing);
    match how {
        Ok(how) => how == Writing::Closing,
        Err(_) => std::future::pending().await,
    }
}

/// A clock that does not catch up on what it missed.
pub(super) fn every(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// What a worker tells of a generation.
pub(super) enum News {
    Token(TokenRecord),
    /// Candidates are on the table.
    Waiting,
    End(GenerateEnd),
}

/// What a notification says about this generation. Those about others are late news of stopped
/// ones; one that is not understood is logged and passed over.
pub(super) fn read(notification: Notification, generation: u32) -> Option<News> {
    let news = match notification.method.as_str() {
        method::GENERATE_TOKEN => serde_json::from_value::<TokenEvent>(notification.params).map(|event| {
            (event.generation, if event.waiting { News::Waiting } else { News::Token(event.record) })
        }),
        method::GENERATE_END => serde_json::from_value::<GenerateEnd>(notification.params)
            .map(|end| (end.generation, News::End(end))),
        _ => return None,
    };
    match news {
        Ok((of, news)) => (of == generation).then_some(news),
        Err(error) => {
            tracing::warn!(%error, method = notification.method, "not a valid notification");
            None
        }
    }
}
