//! `generate/start`: checks what is asked for, starts the engine, and says how it ended.

use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{channel, Sender};
use std::sync::{Arc, Mutex};

use vitrine_core::protocol::{
    method, ErrorKind, GenerateEnd, GenerateStart, GenerateStarted, RpcError, Sampling,
};

use crate::engine::RunEnd;
use crate::loaded::Loaded;
use crate::output;
use crate::processor::{Choice, Plan, Processor};

/// Most alternatives that a token can carry.
const MOST_ALTERNATIVES: u32 = 100;

/// The generation that runs now.
pub struct Running {
    pub generation: u32,
    stop: Arc<AtomicBool>,
    choices: Sender<Choice>,
    step: bool,
    vocabulary: usize,
}

impl Running {
    /// Ends it before its next token.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
        // Where it waits for a choice. Nobody listens any more if it has just ended.
        let _ = self.choices.send(Choice::Stop);
    }

    /// Step mode: go on with this token, or with what the sampling chain draws.
    pub fn choose(&self, id: Option<u32>) -> Result<(), RpcError> {
        if !self.step {
            return Err(RpcError::new(ErrorKind::InvalidParams, "this generation does not run in step mode"));
        }
        if let Some(id) = id {
            check_ids(&[id], self.vocabulary)?;
        }
        let _ = self.choices.send(id.map_or(Choice::Draw, Choice::Token));
        Ok(())
    }
}

/// The slot for the one running generation; emptied when the engine has let go of the sequence.
pub type Slot = Arc<Mutex<Option<Running>>>;

/// A checked request that only has to be run. Its answer goes out in between, so that
/// the answer to `generate/start` is read before the first token.
pub struct Ready {
    pub started: GenerateStarted,
    plan: Plan,
}

/// Checks everything; nothing has started yet.
pub fn prepare(params: GenerateStart, generation: u32, model: &Loaded) -> Result<Ready, RpcError> {
    check_sampling(&params.sampling)?;
    let vocabulary = model.tokenizer.vocabulary_size() as usize;
    let (prompt_ids, template_fallback) = prompt(&params, model)?;
    check_ids(&prompt_ids, vocabulary)?;
    check_ids(&params.forced_ids, vocabulary)?;
    if prompt_ids.is_empty() {
        return Err(invalid("the prompt is empty"));
    }
    if params.stop.iter().any(String::is_empty) {
        return Err(invalid("an empty stop string would end every answer at once"));
    }
    let prompt_tokens = prompt_ids.len() as u32;
    let room = model.context_length.saturating_sub(prompt_tokens);
    if room == 0 {
        return Err(RpcError::new(
            ErrorKind::ContextFull,
            format!("the prompt has {prompt_tokens} tokens and the context {}", model.context_length),
        )
        .with("prompt_tokens", prompt_tokens)
        .with("context_length", model.context_length));
    }
    if params.max_tokens == Some(0) {
        return Err(invalid("max_tokens must be at least 1"));
    }
    let max_tokens = params.max_tokens.map_or(room, |wanted| wanted.min(room));
    let seed = params.sampling.seed.unwrap_or_else(random_seed);
    let started = GenerateStarted { generation, prompt_ids, seed, max_tokens, template_fallback };
    let plan = Plan {
        generation,
        prompt_tokens,
        sampling: params.sampling,
        seed,
        max_tokens,
        limited_by_context: params.max_tokens.is_none_or(|wanted| wanted > room),
        stop: params.stop,
        forced_ids: params.forced_ids,
        step: params.step,
        alternatives: params.alternatives.min(MOST_ALTERNATIVES) as usize,
        end_ids: if params.end_at_eos { model.end_ids.clone() } else { Vec::new() },
        logits: params.logits,
    };
    Ok(Ready { started, plan })
}

/// Starts it. From here on exactly one `generate/end` follows.
pub fn run(ready: Ready, model: &Arc<Loaded>, slot: &Slot) {
    let Ready { started, plan } = ready;
    let (generation, prompt_tokens, max_tokens) = (plan.generation, plan.prompt_tokens, plan.max_tokens);
    let stop = Arc::new(AtomicBool::new(false));
    let (choices, receiver) = channel();
    let running = Running {
        generation,
        stop: stop.clone(),
        choices,
        step: plan.step,
        vocabulary: model.tokenizer.vocabulary_size() as usize,
    };
    *slot.lock().expect("a panic has ended the process") = Some(running);

    let processor = Arc::new(Processor::new(plan, model.tokenizer.clone(), stop, receiver));
    let (ending, place) = (processor.clone(), slot.clone());
    let finish = move |end: RunEnd| {
        let outcome = ending.outcome(|| {
            let message = match end {
                RunEnd::Failed(message) => message,
                RunEnd::ByProcessor => "the engine ended the sequence by itself".into(),
            };
            RpcError::new(ErrorKind::EngineFailed, format!("mistral.rs: {message}"))
        });
        // Free before the end is told: who hears of it may start the next at once.
        *place.lock().expect("a panic has ended the process") = None;
        let end = GenerateEnd {
            generation,
            reason: outcome.reason,
            prompt_tokens,
            completion_tokens: outcome.completion_tokens,
            first_token_ms: outcome.first_token_ms,
            decode_ms: outcome.decode_ms,
            tail: outcome.tail,
            stop_at: outcome.stop_at,
            error: outcome.error,
        };
        output::notify(method::GENERATE_END, &end);
    };
    if let Err(error) = model.engine.run(started.prompt_ids, max_tokens, processor.clone(), finish) {
        // The engine's thread is gone, which a panic hook would have turned into the end of the process.
        eprintln!("vitrine-worker: {error}");
        std::process::exit(1);
    }
}

fn invalid(message: impl Into<String>) -> RpcError {
    RpcError::new(ErrorKind::InvalidParams, message)
}

fn prompt(params: &GenerateStart, model: &Loaded) -> Result<(Vec<u32>, Option<String>), RpcError> {
    match (&params.messages, &params.prompt, &params.prompt_ids) {
        (Some(messages), None, None) => {
            let prompt = model.prompt(messages);
            Ok((prompt.ids, prompt.fallback))
        }
        (None, Some(text), None) => Ok((model.tokenizer.encode(text, true).ids, None)),
        (None, None, Some(ids)) => Ok((ids.clone(), None)),
        _ => Err(invalid("exactly one of messages, prompt and prompt_ids is needed")),
    }
}

fn check_ids(ids: &[u32], vocabulary: usize) -> Result<(), RpcError> {
    match ids.iter().find(|id| **id as usize >= vocabulary) {
        Some(id) => Err(invalid(format!("the vocabulary ends before token {id}: it has {vocabulary}"))),
        None => Ok(()),
    }
}

fn check_sampling(sampling: &Sampling) -> Result<(), RpcError> {
    let Sampling {
        temperature, top_p, min_p, repetition_penalty, frequency_penalty, presence_penalty, ..
    } = sampling;
    let rules = [
        (*temperature >= 0.0 && temperature.is_finite(), "temperature must be 0 or more"),
        ((0.0..=1.0).contains(top_p), "top_p must be between 0 and 1"),
        ((0.0..=1.0).contains(min_p), "min_p must be between 0 and 1"),
        (
            *repetition_penalty > 0.0 && repetition_penalty.is_finite(),
            "repetition_penalty must be more than 0",
        ),
        (frequency_penalty.is_finite(), "frequency_penalty must be a number"),
        (presence_penalty.is_finite(), "presence_penalty must be a number"),
        (!sampling.logit_bias.iter().any(|(_, bias)| bias.is_nan()), "a logit bias must be a number"),
    ];
    match rules.iter().find(|(holds, _)| !holds) {
        Some((_, message)) => Err(invalid(*message)),
        None => Ok(()),
    }
}

/// 32 random bits: enough to differ, short enough to be written down. The standard library seeds
/// its hash maps from the system's randomness, which spares a dependency.
fn random_seed() -> u64 {
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    random & u64::from(u32::MAX)
}
