//! An answer while it is written: called with the logits of every step, it describes, decides and reports.
//!
//! mistral.rs hands over the full-vocabulary logits inside its sampling ([`crate::session::segment`]).
//! Whatever our sampling chain chooses is what the engine goes on with. The one hook gives the true
//! distribution, step mode (it may take its time), teacher forcing, and the end of the answer.
//!
//! An answer ends the moment that it is stopped, even where the engine is busy with a forward
//! pass that nothing can interrupt: what comes of that is thrown away.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use vitrine_core::protocol::{
    method, ErrorKind, Origin, Pick, RpcError, Sampling, StopReason, TokenEvent, TokenRecord,
};
use vitrine_core::sampling::{describe, uniform, Chain, Opinion, Table};
use vitrine_core::tokenizer::Utf8Assembler;

use crate::loaded::Loaded;
use crate::output;
use crate::session::segment::{Next, Writer};
use crate::session::Answer;

/// What was asked for, checked and complete.
pub struct Plan {
    pub generation: u32,
    pub prompt_tokens: u32,
    pub sampling: Sampling,
    pub seed: u64,
    /// At least 1.
    pub max_tokens: u32,
    /// Is `max_tokens` what the context leaves, and not what was asked for?
    pub limited_by_context: bool,
    pub stop: Vec<String>,
    pub forced_ids: Vec<u32>,
    pub step: bool,
    pub alternatives: usize,
    /// Ids that end the answer; empty to go on against them.
    pub end_ids: Vec<u32>,
    pub logits: bool,
    /// The answer's beginning, which is the end of the prompt.
    pub answered: Vec<u32>,
    /// Can't be drawn as the first token after the forced ones.
    pub refused_ids: Vec<u32>,
}

/// A token that waits for the user in step mode.
pub struct Waiting {
    pub table: Table,
    /// Those in force.
    pub sampling: Sampling,
    /// Biases that no settings take away: the refused end tokens.
    pub refused: Vec<(u32, f32)>,
}

/// Settings with the biases of refused tokens.
pub fn refusing(sampling: &Sampling, refused: &[(u32, f32)]) -> Sampling {
    let mut sampling = sampling.clone();
    sampling.logit_bias.extend_from_slice(refused);
    sampling
}

/// What lies on the table while the processor waits, for others to look at.
pub type Desk = Arc<Mutex<Option<Waiting>>>;

/// How it ended.
pub struct Outcome {
    pub reason: StopReason,
    pub completion_tokens: u32,
    pub reused_tokens: u32,
    pub first_token_ms: f32,
    pub decode_ms: f32,
    pub tail: String,
    pub stop_at: Option<u32>,
    pub error: Option<RpcError>,
}

/// Told exactly once.
pub type Finish = Box<dyn Fn(Outcome) + Send + Sync>;

/// What the user decides in step mode.
pub enum Choice {
    /// Go on with these tokens, or, where there are none, with what `pick` says.
    Take { ids: Vec<u32>, pick: Pick, sampling: Option<Sampling>, run_on: bool },
    /// No more.
    Stop,
}

/// Why nothing comes after a step, and where in the answer a stop string begins.
struct Ending {
    reason: StopReason,
    stop_at: Option<u32>,
    error: Option<RpcError>,
}

impl From<StopReason> for Ending {
    fn from(reason: StopReason) -> Self {
        Self { reason, stop_at: None, error: None }
    }
}

fn failed(message: &str) -> Ending {
    let error = RpcError::new(ErrorKind::EngineFailed, message);
    Ending { reason: StopReason::Failed, stop_at: None, error: Some(error) }
}

pub struct Processor {
    plan: Plan,
    model: Arc<Loaded>,
    desk: Desk,
    finish: Finish,
    /// Set before `state` is asked for: a step that is under way sees it at its end.
    stop: AtomicBool,
    over: AtomicBool,
    state: Mutex<State>,
}

/// What grows with the answer.
struct State {
    choices: Receiver<Choice>,
    /// In force now; the user may change them at any step.
    sampling: Sampling,
    /// Does it wait for the user at every token?
    step: bool,
    /// Chosen by the user, to be taken before it waits again.
    chosen: VecDeque<u32>,
    assembler: Utf8Assembler,
    /// Prompt and answer.
    ids: Vec<u32>,
    /// Bytes of the answer, kept only where stop strings are looked for.
    answer: Vec<u8>,
    /// How many of them no stop string ends in.
    searched: usize,
    produced: u32,
    reused: Option<u32>,
    started: Instant,
    first: Option<Instant>,
    last: Instant,
}

impl Processor {
    pub fn new(
        plan: Plan,
        prompt: Vec<u32>,
        model: Arc<Loaded>,
        choices: Receiver<Choice>,
        desk: Desk,
        finish: Finish,
    ) -> Self {
        let now = Instant::now();
        let mut assembler = Utf8Assembler::default();
        let mut answer = Vec::new();
        for &id in plan.answered.iter().filter(|&&id| !model.tokenizer.is_special(id)) {
            let bytes = model.tokenizer.token_bytes(id).unwrap_or_default();
            // The text of these was told when they were written; only an open character counts.
            let _ = assembler.push(bytes);
            answer.extend_from_slice(bytes);
        }
        let state = State {
            choices,
            sampling: plan.sampling.clone(),
            step: plan.step,
            chosen: VecDeque::new(),
            assembler,
            ids: prompt,
            searched: answer.len(),
            answer,
            produced: 0,
            reused: None,
            started: now,
            first: None,
            last: now,
        };
        let (stop, over) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { plan, model, desk, finish, stop, over, state: Mutex::new(state) }
    }

    /// Ends it now. Where it waits for a choice, [`Choice::Stop`] has to be sent before.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
        let mut state = self.state();
        self.end(&mut state, StopReason::Stopped.into());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// The end, unless it has come already.
    fn end(&self, state: &mut State, ending: Ending) {
        if self.over.swap(true, Ordering::SeqCst) {
            return;
        }
        let first = state.first.unwrap_or(state.last);
        (self.finish)(Outcome {
            reason: ending.reason,
            completion_tokens: state.produced,
            reused_tokens: state.reused.unwrap_or(0),
            first_token_ms: (first - state.started).as_secs_f32() * 1e3,
            decode_ms: (state.last - first).as_secs_f32() * 1e3,
            tail: state.assembler.finish(),
            stop_at: ending.stop_at,
            error: ending.error,
        });
    }

    /// One step: the token that was taken and, where the answer ends with it, how.
    ///
    /// # Errors
    /// The end, where no token was taken.
    #[expect(clippy::result_large_err, reason = "an ending comes once an answer, and is no failure")]
    fn take(&self, state: &mut State, row: &[f32]) -> Result<(u32, Option<Ending>), Ending> {
        if self.stop.load(Ordering::SeqCst) {
            return Err(StopReason::Stopped.into());
        }
        // Some models have more rows than tokens, to round the matrix up: these stand for nothing.
        let logits = &row[..row.len().min(self.model.ids_end as usize)];
        let number = state.produced;
        let forced = self.plan.forced_ids.get(number as usize).copied();
        let first_free = number as usize == self.plan.forced_ids.len();
        let refused_ids = if first_free { self.plan.refused_ids.as_slice() } else { &[] };
        let refused: Vec<(u32, f32)> = refused_ids.iter().map(|&id| (id, f32::NEG_INFINITY)).collect();
        let chain_of =
            |ids: &[u32], sampling: &Sampling| Chain::apply(logits, ids, &refusing(sampling, &refused));
        let (Some(opinion), Some(mut chain)) = (Opinion::of(logits), chain_of(&state.ids, &state.sampling))
        else {
            return Err(failed("no candidate has a finite logit"));
        };

        let micros = state.micros();
        let draw = |chain: &Chain| {
            let place = self.plan.answered.len() as u64 + u64::from(number);
            chain.draw(uniform(self.plan.seed, place))
        };
        let (id, origin) = if let Some(id) = forced {
            (id, Origin::Forced)
        } else if let Some(id) = state.chosen.pop_front() {
            (id, Origin::Chosen)
        } else if state.step {
            let offer = self.record(state, logits, &opinion, &chain, chain.best(), Origin::Sampled, micros);
            *lock(&self.desk) = Some(Waiting {
                table: Table {
                    logits: logits.to_vec(),
                    ids: state.ids.clone(),
                    position: self.plan.prompt_tokens + number,
                    token_index: self.plan.answered.len() as u32 + number,
                },
                sampling: state.sampling.clone(),
                refused: refused.clone(),
            });
            self.report(offer, true, row);
            let choice = state.choices.recv();
            *lock(&self.desk) = None;
            let Ok(Choice::Take { ids: wanted, pick, sampling: settings, run_on }) = choice else {
                return Err(StopReason::Stopped.into());
            };
            state.step = !run_on;
            if let Some(settings) = settings {
                state.sampling = settings;
                match chain_of(&state.ids, &state.sampling) {
                    Some(changed) => chain = changed,
                    None => return Err(failed("the settings leave no candidate")),
                }
            }
            state.chosen = wanted.into();
            match (state.chosen.pop_front(), pick) {
                (Some(id), _) => (id, Origin::Chosen),
                (None, Pick::Best) => (chain.best(), Origin::Chosen),
                (None, Pick::Draw) => (draw(&chain), Origin::Sampled),
            }
        } else {
            (draw(&chain), Origin::Sampled)
        };

        if id as usize >= logits.len() {
            return Err(failed(&format!("there is no logit for token {id}, only {}", logits.len())));
        }
        let mut record = self.record(state, logits, &opinion, &chain, id, origin, micros);
        if !record.special {
            let bytes = self.model.tokenizer.token_bytes(id).unwrap_or_default();
            record.text = state.assembler.push(bytes);
            if !self.plan.stop.is_empty() {
                state.answer.extend_from_slice(bytes);
            }
        }
        self.report(record, false, row);
        state.ids.push(id);
        state.produced += 1;
        state.last = Instant::now();
        state.first.get_or_insert(state.last);
        Ok((id, self.end_after(state, id)))
    }

    /// Does the answer end with the token that was just taken?
    fn end_after(&self, state: &mut State, id: u32) -> Option<Ending> {
        // Forced tokens may hold an end token in their middle: a whole conversation, say.
        let forced_left = (state.produced as usize) < self.plan.forced_ids.len();
        if !forced_left && self.plan.end_ids.contains(&id) {
            return Some(StopReason::EndToken.into());
        }
        let (answer, searched) = (&state.answer, state.searched);
        let found =
            self.plan.stop.iter().filter_map(|stop| find_new(answer, searched, stop.as_bytes())).min();
        state.searched = answer.len();
        if let Some(at) = found {
            return Some(Ending { reason: StopReason::StopString, stop_at: Some(at as u32), error: None });
        }
        if self.stop.load(Ordering::SeqCst) {
            Some(StopReason::Stopped.into())
        } else if state.produced < self.plan.max_tokens {
            None
        } else if self.plan.limited_by_context {
            Some(StopReason::ContextFull.into())
        } else {
            Some(StopReason::Limit.into())
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of one step; a struct for them would be made here and taken apart here"
    )]
    fn record(
        &self,
        state: &State,
        logits: &[f32],
        opinion: &Opinion,
        chain: &Chain,
        id: u32,
        origin: Origin,
        micros: u32,
    ) -> TokenRecord {
        let described = describe(logits, opinion, chain, id, self.plan.alternatives, |id| self.model.hex(id));
        TokenRecord {
            position: self.plan.prompt_tokens + state.produced,
            id,
            bytes: self.model.hex(id),
            text: String::new(),
            probability: described.probability,
            settings_probability: described.settings_probability,
            rank: described.rank,
            entropy: described.entropy,
            alternatives: described.alternatives,
            rest_probability: described.rest_probability,
            rest_settings_probability: described.rest_settings_probability,
            rest_count: described.rest_count,
            origin,
            special: self.model.tokenizer.is_special(id),
            micros,
        }
    }

    fn report(&self, record: TokenRecord, waiting: bool, logits: &[f32]) {
        let logits = self.plan.logits.then(|| logits.to_vec());
        let event = TokenEvent { generation: self.plan.generation, record, waiting, logits };
        output::notify(method::GENERATE_TOKEN, &event);
    }
}

impl State {
    /// Microseconds since the last token (since the start, for the first).
    fn micros(&self) -> u32 {
        u32::try_from(self.last.elapsed().as_micros()).unwrap_or(u32::MAX)
    }
}

impl Writer for Processor {
    fn begin(&self, reused: usize) {
        self.reused(reused);
    }

    fn step(&self, logits: &mut [f32]) -> Next {
        let mut state = self.state();
        if self.is_over() {
            return Next::End { following: None };
        }
        match self.take(&mut state, logits) {
            Ok((id, None)) => Next::Token(id),
            Ok((id, Some(ending))) => {
                self.end(&mut state, ending);
                Next::End { following: Some(id) }
            }
            Err(ending) => {
                self.end(&mut state, ending);
                Next::End { following: None }
            }
        }
    }
}

impl Answer for Processor {
    fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    fn reused(&self, tokens: usize) {
        self.state().reused.get_or_insert(tokens as u32);
    }

    fn failed(&self, message: String) {
        let error = RpcError::new(ErrorKind::EngineFailed, format!("mistral.rs: {message}"));
        let mut state = self.state();
        self.end(&mut state, Ending { reason: StopReason::Failed, stop_at: None, error: Some(error) });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("a panic has ended the process")
}

/// Where `needle` begins, if it ends behind the first `searched` bytes: what ends before was written before, and
/// is no reason to end now.
fn find_new(haystack: &[u8], searched: usize, needle: &[u8]) -> Option<usize> {
    let from = (searched + 1).saturating_sub(needle.len());
    let mut windows = haystack.get(from..)?.windows(needle.len());
    windows.position(|window| window == needle).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_string_counts_where_it_ends_in_what_is_new() {
        let find = |searched, needle: &str| find_new(b"abcabc", searched, needle.as_bytes());
        assert_eq!(find(0, "abc"), Some(0));
        assert_eq!(find(2, "abc"), Some(0), "it is completed by what is new");
        assert_eq!(find(3, "abc"), Some(3), "the first one was there before");
        assert_eq!(find(6, "abc"), None);
        assert_eq!(find(5, "c"), Some(5));
        assert_eq!(find(0, "abcabcabc"), None);
        // Token by token it is what a search of the whole gives, as long as nothing was found.
        for end in 0..=6 {
            let whole =
                (0..=end).find_map(|have| find_new(&b"abcabc"[..have], have.saturating_sub(1), b"ca"));
            assert_eq!(whole, if end >= 4 { Some(2) } else { None }, "{end}");
        }
    }
}
