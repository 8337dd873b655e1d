//! The hook into mistral.rs: called with the logits of every step, it describes, decides and reports.
//!
//! mistral.rs hands over the full-vocabulary logits inside its sampling. Whatever our sampling
//! chain chooses is given back as the only candidate (everything else minus infinity). The
//! one hook gives the true distribution, step mode (it may take its time), teacher forcing, and
//! the end of the run: an error ends the sequence without another forward pass.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use candle_core::{Device, Error, Result, Tensor};
use mistralrs::CustomLogitsProcessor;
use vitrine_core::protocol::{
    method, ErrorKind, Origin, RpcError, Sampling, StopReason, TokenEvent, TokenRecord,
};
use vitrine_core::sampling::{describe, uniform, Chain, Opinion};
use vitrine_core::tokenizer::{Tokenizer, Utf8Assembler};

use crate::output;

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
}

/// How it ended; kept until the engine has let go of the sequence.
#[derive(Clone)]
pub struct Outcome {
    pub reason: StopReason,
    pub completion_tokens: u32,
    pub first_token_ms: f32,
    pub decode_ms: f32,
    pub tail: String,
    pub stop_at: Option<u32>,
    pub error: Option<RpcError>,
}

/// What the user decides in step mode.
pub enum Choice {
    /// Take this token.
    Token(u32),
    /// Let the sampling chain draw.
    Draw,
    /// No more.
    Stop,
}

/// What comes of one step.
enum Step {
    /// Go on with this token.
    Token(u32),
    End(Outcome),
}

pub struct Processor {
    plan: Plan,
    tokenizer: Arc<Tokenizer>,
    stop: Arc<AtomicBool>,
    state: Mutex<State>,
}

/// What grows with the answer.
struct State {
    choices: Receiver<Choice>,
    assembler: Utf8Assembler,
    /// Bytes of the answer, kept only where stop strings are looked for.
    answer: Vec<u8>,
    produced: u32,
    started: Instant,
    first: Option<Instant>,
    last: Instant,
    outcome: Option<Outcome>,
}

impl Processor {
    pub fn new(
        plan: Plan,
        tokenizer: Arc<Tokenizer>,
        stop: Arc<AtomicBool>,
        choices: Receiver<Choice>,
    ) -> Self {
        let now = Instant::now();
        let state = State {
            choices,
            assembler: Utf8Assembler::default(),
            answer: Vec::new(),
            produced: 0,
            started: now,
            first: None,
            last: now,
            outcome: None,
        };
        Self { plan, tokenizer, stop, state: Mutex::new(state) }
    }

    /// How it ended, if the processor ended it; else what there is so far, as `error`.
    pub fn outcome(&self, error: impl FnOnce() -> RpcError) -> Outcome {
        let mut state = self.state.lock().expect("a panic has ended the process");
        match state.outcome.clone() {
            Some(outcome) => outcome,
            None => state.outcome(StopReason::Failed, Some(error())),
        }
    }

    /// The bytes of a token's text; none for a control token, which stands for no text.
    fn hex(&self, id: u32) -> String {
        if self.tokenizer.is_special(id) {
            return String::new();
        }
        hex::encode(self.tokenizer.token_bytes(id).unwrap_or_default())
    }

    /// One step.
    fn step(&self, state: &mut State, logits: &mut [f32], ids: &[u32]) -> Step {
        if self.stop.load(Ordering::SeqCst) {
            return Step::End(state.outcome(StopReason::Stopped, None));
        }
        // Some models have more rows than tokens, to round the matrix up: these stand for nothing.
        let vocabulary = (self.tokenizer.vocabulary_size() as usize).min(logits.len());
        logits[vocabulary..].fill(f32::NEG_INFINITY);
        let (Some(opinion), Some(chain)) =
            (Opinion::of(logits), Chain::apply(logits, ids, &self.plan.sampling))
        else {
            let error = RpcError::new(ErrorKind::EngineFailed, "no candidate has a finite logit");
            return Step::End(state.outcome(StopReason::Failed, Some(error)));
        };

        let number = state.produced;
        let draw = || chain.draw(uniform(self.plan.seed, u64::from(number)));
        let micros = state.micros();
        let (id, origin) = if let Some(id) = self.plan.forced_ids.get(number as usize) {
            (*id, Origin::Forced)
        } else if self.plan.step {
            let offer = self.record(state, logits, &opinion, &chain, chain.best(), Origin::Sampled, micros);
            self.report(offer, true, logits);
            match state.choices.recv() {
                Ok(Choice::Token(id)) => (id, Origin::Chosen),
                Ok(Choice::Draw) => (draw(), Origin::Sampled),
                Ok(Choice::Stop) | Err(_) => return Step::End(state.outcome(StopReason::Stopped, None)),
            }
        } else {
            (draw(), Origin::Sampled)
        };

        let mut record = self.record(state, logits, &opinion, &chain, id, origin, micros);
        if !record.special {
            let bytes = self.tokenizer.token_bytes(id).unwrap_or_default();
            record.text = state.assembler.push(bytes);
            if !self.plan.stop.is_empty() {
                state.answer.extend_from_slice(bytes);
            }
        }
        self.report(record, false, logits);
        state.produced += 1;
        state.last = Instant::now();
        state.first.get_or_insert(state.last);

        match self.end_after(state, id) {
            Some((reason, stop_at)) => Step::End(Outcome { stop_at, ..state.outcome(reason, None) }),
            None => Step::Token(id),
        }
    }

    /// Does the answer end with the token that was just taken?
    fn end_after(&self, state: &State, id: u32) -> Option<(StopReason, Option<u32>)> {
        // Forced tokens may hold an end token in their middle: a whole conversation, say.
        let forced_left = (state.produced as usize) < self.plan.forced_ids.len();
        if !forced_left && self.plan.end_ids.contains(&id) {
            return Some((StopReason::EndToken, None));
        }
        if let Some(at) = self.plan.stop.iter().filter_map(|stop| find(&state.answer, stop.as_bytes())).min()
        {
            return Some((StopReason::StopString, Some(at as u32)));
        }
        if state.produced < self.plan.max_tokens {
            None
        } else if self.plan.limited_by_context {
            Some((StopReason::ContextFull, None))
        } else {
            Some((StopReason::Limit, None))
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
        let described = describe(logits, opinion, chain, id, self.plan.alternatives, |id| self.hex(id));
        TokenRecord {
            position: self.plan.prompt_tokens + state.produced,
            id,
            bytes: self.hex(id),
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
            special: self.tokenizer.is_special(id),
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

    fn outcome(&mut self, reason: StopReason, error: Option<RpcError>) -> Outcome {
        let first = self.first.unwrap_or(self.last);
        Outcome {
            reason,
            completion_tokens: self.produced,
            first_token_ms: (first - self.started).as_secs_f32() * 1e3,
            decode_ms: (self.last - first).as_secs_f32() * 1e3,
            tail: self.assembler.finish(),
            stop_at: None,
            error,
        }
    }
}

impl CustomLogitsProcessor for Processor {
    fn apply(&self, logits: &Tensor, ids: &[u32]) -> Result<Tensor> {
        let mut row: Vec<f32> = logits.to_vec1()?;
        let length = row.len();
        let mut state = self.state.lock().expect("a panic has ended the process");
        match self.step(&mut state, &mut row, ids) {
            Step::Token(id) => {
                row.fill(f32::NEG_INFINITY);
                row[id as usize] = 0.0;
                Tensor::from_vec(row, length, &Device::Cpu)
            }
            Step::End(outcome) => {
                state.outcome = Some(outcome);
                Err(Error::msg("the answer has ended"))
            }
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
