//! The loaded model reads a text: every token is forced, and what the model expected instead is kept.
//!
//! That is what an answer's tokens have, too, and comes the same way: the worker is given the text as forced tokens and reports each.
//! So it costs what writing the text would cost. Long texts go through the model in [windows](super::reading_windows).

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, sleep_until, Instant};
use vitrine_core::protocol::{
    method, ErrorKind, GenerateEnd, GenerateStart, GenerateStarted, ModelKind, RpcError, Sampling,
    StopReason, TextToken, TokenRecord, Tokenization, Tokenize,
};
use vitrine_core::surprise::{self, Measured};

use super::answer::{every, read, stop_wanted, News};
use super::reading_windows::{Window, Windows};
use super::{Claim, Conversations, Patience, Writing};
use crate::contract::{ModelSlot, ReadEnd, ReadEvent, ReadToken};
use crate::engine::ReadyModel;
use crate::Error;

/// Where the events of a reading go.
pub type ReadSink = Box<dyn Fn(ReadEvent) + Send + Sync>;

/// At most one batch of tokens in this time.
const FRAME: Duration = Duration::from_millis(33);
/// How often the time left is told.
const PROGRESS: Duration = Duration::from_millis(500);
/// How often a worker that still ends an answer is asked again.
const RETRY: Duration = Duration::from_millis(100);
/// Candidates that come with every token.
const ALTERNATIVES: u32 = 10;
/// A longer text is read for days.
const MOST_TEXT_BYTES: usize = 4 << 20;
/// So many tokens, and the time left can be told.
const LEAST_MEASURED: u32 = 8;

impl Conversations {
    /// Reads a text. Returns when it is read, stopped or failed, which the last event tells.
    ///
    /// # Errors
    /// `NoModel`, `Busy`, `InvalidParams` for a blank text, `TextTooLong`, `ContextFull` for a context without room, what the worker
    /// says of the text: nothing was read then.
    pub async fn read_text(&self, text: String, sink: ReadSink) -> Result<(), Error> {
        if text.trim().is_empty() {
            return Err(Error::refused(ErrorKind::InvalidParams, "the text is blank"));
        }
        if text.len() > MOST_TEXT_BYTES {
            let message = format!("a text of {} bytes, and {MOST_TEXT_BYTES} are read", text.len());
            let error = RpcError::new(ErrorKind::TextTooLong, message).with("text_bytes", text.len());
            return Err(error.with("limit_bytes", MOST_TEXT_BYTES).into());
        }
        let ready = self.models.ready(ModelSlot::A)?;
        let claim = Claim::wanting(&self.writing, Writing::Reading)?;
        let reader = Reader { ready: &ready, patience: &self.patience, sink: &sink };
        let plan = reader.plan(&text).await?;
        let mut stop = self.writing.subscribe();
        let mut done = Done::default();
        let end = match reader.run(&plan, &mut done, &mut stop).await {
            Ok(end) => end,
            Err(error) => ReadEnd::Failed { error: (&error).into() },
        };
        reader.show(&mut done);
        self.put_away(&ready).await;
        // Whoever hears of the end may ask for the next thing at once.
        drop(claim);
        sink(ReadEvent::Ended { end, summary: surprise::summary(&done.measured) });
        Ok(())
    }

    /// Stops the reading that is going on, if one is.
    pub fn stop_reading(&self) {
        if *self.writing.borrow() == Writing::Reading {
            self.interrupt(Writing::Stopping);
        }
    }
}

/// What is to be read.
struct Plan<'a> {
    text: &'a str,
    tokens: Vec<TextToken>,
    /// Put before every window.
    first: Vec<u32>,
    windows: Windows,
}

/// What was read.
#[derive(Default)]
struct Done {
    measured: Vec<Measured>,
    /// The last of them, which are not on the screen yet.
    batch: Vec<ReadToken>,
}

struct Reader<'a> {
    ready: &'a ReadyModel,
    patience: &'a Patience,
    sink: &'a ReadSink,
}

impl Reader<'_> {
    async fn plan<'a>(&self, text: &'a str) -> Result<Plan<'a>, Error> {
        let tokens = self.cut(text, false).await?.tokens;
        // What the model wants before any text: control tokens that stand for nothing of it.
        let with_specials = self.cut("a", true).await?.tokens;
        let first: Vec<u32> = with_specials
            .iter()
            .take_while(|token| token.special && token.end == 0)
            .map(|token| token.id)
            .collect();
        let context = self.ready.model.context_length;
        let windows = Windows::of(tokens.len(), context as usize, first.len()).ok_or_else(|| {
            let message = format!("a context of {context} tokens has no room for a text");
            let error = RpcError::new(ErrorKind::ContextFull, message).with("prompt_tokens", first.len());
            Error::from(error.with("context_length", context))
        })?;
        Ok(Plan { text, tokens, first, windows })
    }

    async fn cut(&self, text: &str, add_special: bool) -> Result<Tokenization, Error> {
        let params = Tokenize { text: text.into(), add_special, continuation: false, tokenizer: None };
        let worker = &self.ready.worker;
        worker.request_while_alive(method::TEXT_TOKENIZE, &params, &self.patience.question).await
    }

    async fn run(
        &self,
        plan: &Plan<'_>,
        done: &mut Done,
        stop: &mut watch::Receiver<Writing>,
    ) -> Result<ReadEnd, Error> {
        (self.sink)(ReadEvent::Started {
            tokens: plan.tokens.len() as u32,
            characters: plan.text.chars().count() as u32,
            window: self.ready.model.context_length,
            overlap: plan.windows.overlap as u32,
            windows: plan.windows.windows.len() as u32,
            plain_model: self.ready.model.info.traits.kind == ModelKind::Base,
        });
        if plan.first.is_empty() {
            done.take(plan, None);
        }
        let began = Instant::now();
        for window in &plan.windows.windows {
            if let Some(end) = self.read_window(plan, window, done, stop, began).await? {
                return Ok(end);
            }
        }
        self.show(done);
        self.tell_progress(plan, done, began);
        Ok(ReadEnd::Read)
    }

    /// `Some` where it ended before the window did.
    async fn read_window(
        &self,
        plan: &Plan<'_>,
        window: &Window,
        done: &mut Done,
        stop: &mut watch::Receiver<Writing>,
        began: Instant,
    ) -> Result<Option<ReadEnd>, Error> {
        let worker = &self.ready.worker;
        let mut notifications = worker.subscribe();
        let ids = |range: &std::ops::Range<usize>| plan.tokens[range.clone()].iter().map(|token| token.id);
        let request = GenerateStart {
            prompt_ids: Some(plan.first.iter().copied().chain(ids(&window.seen)).collect()),
            forced_ids: ids(&window.measured).collect(),
            max_tokens: Some(window.measured.len() as u32),
            // Nothing is drawn: what the settings leave is what the model thinks.
            sampling: Sampling { temperature: 1.0, top_p: 1.0, seed: Some(0), ..Sampling::default() },
            alternatives: ALTERNATIVES,
            end_at_eos: false,
            ..GenerateStart::default()
        };
        let Some(started) = self.start(&request, stop).await? else { return Ok(Some(ReadEnd::Stopped)) };
        let (mut frame, mut progress) = (every(FRAME), every(PROGRESS));
        let mut deadline = Instant::now() + self.patience.first_token;
        loop {
            tokio::select! {
                notification = notifications.recv() => {
                    let Some(notification) = notification else { return Err(worker.ended().await) };
                    match read(notification, started.generation) {
                        Some(News::Token(record)) => {
                            deadline = Instant::now() + self.patience.next_token;
                            done.take(plan, Some(record));
                        }
                        Some(News::End(end)) => return ended(end, done.measured.len() == window.measured.end),
                        Some(News::Waiting) | None => {}
                    }
                }
                _ = stop_wanted(stop) => return Ok(Some(ReadEnd::Stopped)),
                _ = frame.tick() => self.show(done),
                _ = progress.tick() => self.tell_progress(plan, done, began),
                () = sleep_until(deadline) => return Err(Error::WorkerUnresponsive {
                    waited_for: method::GENERATE_TOKEN.into(),
                    seconds: self.patience.next_token.as_secs(),
                }),
            }
        }
    }

    /// `None` where the user stopped before the worker was free.
    async fn start(
        &self,
        request: &GenerateStart,
        stop: &mut watch::Receiver<Writing>,
    ) -> Result<Option<GenerateStarted>, Error> {
        let deadline = Instant::now() + self.patience.start;
        loop {
            let started =
                self.ready.worker.request(method::GENERATE_START, request, Some(self.patience.start));
            match started.await {
                // It still ends the answer before.
                Err(Error::Engine(error)) if error.kind() == ErrorKind::Busy && Instant::now() < deadline => {
                    tokio::select! {
                        () = sleep(RETRY) => {}
                        _ = stop_wanted(stop) => return Ok(None),
                    }
                }
                started => return started.map(Some),
            }
        }
    }

    fn show(&self, done: &mut Done) {
        if !done.batch.is_empty() {
            let tokens = std::mem::take(&mut done.batch);
            let from = (done.measured.len() - tokens.len()) as u32;
            (self.sink)(ReadEvent::Tokens { from, tokens });
        }
    }

    fn tell_progress(&self, plan: &Plan, done: &Done, began: Instant) {
        let (read, total) = (done.measured.len() as u32, plan.tokens.len() as u32);
        let pace = began.elapsed().as_secs_f32() / read.max(1) as f32;
        let seconds_left = (read >= LEAST_MEASURED).then(|| pace * total.saturating_sub(read) as f32);
        (self.sink)(ReadEvent::Progress { done: read, total, seconds_left });
    }
}

impl Done {
    /// The next token of the text, with what the model thought of it.
    fn take(&mut self, plan: &Plan, record: Option<TokenRecord>) {
        let Some(token) = plan.tokens.get(self.measured.len()) else { return };
        let bits = record.as_ref().map(|record| surprise::bits(record.probability));
        // A character belongs to the token that it begins in.
        let begins = (token.start..token.end).filter(|&at| plan.text.is_char_boundary(at as usize));
        self.measured.push(Measured { bits, characters: begins.count() as u32 });
        self.batch.push(ReadToken {
            start: token.start,
            end: token.end,
            id: token.id,
            bytes: token.bytes.clone(),
            special: token.special,
            bits,
            record,
        });
    }
}

/// What the end of a generation means for its window; `whole`: all of it was measured.
fn ended(end: GenerateEnd, whole: bool) -> Result<Option<ReadEnd>, Error> {
    match (end.reason, end.error) {
        (_, Some(error)) => Err(error.into()),
        (StopReason::Limit | StopReason::ContextFull, None) if whole => Ok(None),
        (StopReason::Stopped, None) => Ok(Some(ReadEnd::Stopped)),
        (reason, None) => {
            let message = format!("it ended before the text did: {reason:?}");
            Err(Error::refused(ErrorKind::EngineFailed, message))
        }
    }
}
