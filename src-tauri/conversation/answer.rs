//! Follows one generation of the worker from its start to its end.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{interval, sleep, sleep_until, Instant, Interval, MissedTickBehavior};
use vitrine_core::protocol::{
    method, ChatMessage, ErrorKind, GenerateEnd, GenerateStart, GenerateStarted, GenerateStop, Notification,
    TokenEvent, TokenRecord,
};

use super::recorder::Recorder;
use super::{Sink, Writing};
use crate::contract::{TurnEvent, TurnSettings};
use crate::engine::{ReadyModel, WorkerProcess};
use crate::error::Error;

/// At most one message to the screen in this time: more it can't show.
const FRAME: Duration = Duration::from_millis(33);
/// What is on the screen is in the history after at most this and the time of a save.
const SAVE: Duration = Duration::from_millis(400);
/// How often a worker that still ends a stopped answer is asked again.
const RETRY: Duration = Duration::from_millis(100);
/// How long the worker may take to report a stop when the app ends.
const CLOSING: Duration = Duration::from_millis(200);
/// Candidates that are kept of every token.
const ALTERNATIVES: u32 = 10;

/// How patient a turn is.
#[derive(Debug, Clone)]
pub struct Patience {
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
            start: Duration::from_secs(60),
            first_token: Duration::from_secs(1_800),
            next_token: Duration::from_secs(120),
            stop: Duration::from_secs(3),
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

/// A generation that is to be run.
pub struct Generation<'a> {
    pub ready: &'a ReadyModel,
    pub patience: &'a Patience,
    pub stop: &'a mut watch::Receiver<Writing>,
    pub sink: &'a Sink,
    pub recorder: &'a mut Recorder,
}

impl Generation<'_> {
    /// Runs it to its end. Every token is in the recorder when this returns.
    ///
    /// # Errors
    /// What the worker refuses, its death, or [`Error::WorkerUnresponsive`].
    pub async fn run(&mut self, prompt: Vec<ChatMessage>, settings: &TurnSettings) -> Result<Outcome, Error> {
        let mut notifications = self.ready.worker.subscribe();
        let request = GenerateStart {
            messages: Some(prompt),
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
        facts.prompt_tokens = u32::try_from(started.prompt_ids.len()).unwrap_or(u32::MAX);
        facts.template_fallback = started.template_fallback;

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
                        Some(News::Token(record)) => {
                            if !stopping {
                                deadline = Instant::now() + self.patience.next_token;
                            }
                            self.recorder.push(record.clone());
                            batch.push(record);
                        }
                        Some(News::End(end)) => break Ok(Outcome::Ended(end)),
                        None => {}
                    }
                }
                _ = frame.tick(), if !batch.is_empty() => self.show(&mut batch),
                _ = save.tick() => self.recorder.save_soon(),
                closing = stop_wanted(self.stop), if !stopping => {
                    stopping = true;
                    let patience = if closing { CLOSING } else { self.patience.stop };
                    deadline = Instant::now() + patience;
                    self.ask_to_stop(started.generation);
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
            match worker.request(method::GENERATE_START, request, limit).await {
                // It still ends an answer that was stopped while it read the prompt.
                Err(Error::Engine(error)) if error.kind() == ErrorKind::Busy && Instant::now() < deadline => {
                    tokio::select! {
                        () = sleep(RETRY) => {}
                        _ = stop_wanted(self.stop) => return Ok(None),
                    }
                }
                started => return started.map(Some),
            }
        }
    }

    fn show(&self, batch: &mut Vec<TokenRecord>) {
        if !batch.is_empty() {
            let records = std::mem::take(batch);
            (self.sink)(TurnEvent::Tokens { records });
        }
    }

    fn ask_to_stop(&self, generation: u32) {
        let (worker, limit) = (self.ready.worker.clone(), self.patience.stop);
        tokio::spawn(async move {
            let params = GenerateStop { generation: Some(generation) };
            let asked = stop(&worker, &params, limit).await;
            if let Err(error) = asked {
                tracing::debug!(%error, "no answer to stop");
            }
        });
    }

    fn unresponsive(&self) -> Error {
        let tokens = self.recorder.facts.completion_tokens;
        let limit = match tokens {
            0 => self.patience.first_token,
            _ => self.patience.next_token,
        };
        Error::WorkerUnresponsive { waited_for: method::GENERATE_TOKEN.into(), seconds: limit.as_secs() }
    }
}

async fn stop(worker: &WorkerProcess, params: &GenerateStop, limit: Duration) -> Result<(), Error> {
    let answer = worker.request::<Value>(method::GENERATE_STOP, params, Some(limit));
    answer.await.map(drop)
}

/// Returns when the answer is to stop (`true`: because the app ends); never otherwise.
async fn stop_wanted(stop: &mut watch::Receiver<Writing>) -> bool {
    let wanted = |writing: &Writing| matches!(writing, Writing::Stopping | Writing::Closing);
    let how = stop.wait_for(wanted).await.map(|writing| *writing);
    match how {
        Ok(how) => how == Writing::Closing,
        Err(_) => std::future::pending().await,
    }
}

fn every(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

enum News {
    Token(TokenRecord),
    End(GenerateEnd),
}

/// What a notification says about this generation. Those about others are late news of stopped
/// ones; one that is not understood is logged and passed over.
fn read(notification: Notification, generation: u32) -> Option<News> {
    let news = match notification.method.as_str() {
        method::GENERATE_TOKEN => serde_json::from_value::<TokenEvent>(notification.params)
            .map(|event| (event.generation, News::Token(event.record))),
        method::GENERATE_END => serde_json::from_value::<GenerateEnd>(notification.params)
            .map(|end| (end.generation, News::End(end))),
        _ => return None,
    };
    match news {
        Ok((of, news)) => (of == generation).then_some(news),
        Err(error) => {
            tracing::warn!(%error, method = notification.method, "a notification that is none");
            None
        }
    }
}
