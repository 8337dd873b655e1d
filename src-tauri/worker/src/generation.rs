//! `generate/start`: checks what is asked for, starts the engine, and says how it ended.

use std::hash::{BuildHasher, Hasher};
use std::sync::mpsc::{channel, Sender};
use std::sync::{Arc, Mutex, MutexGuard};

use vitrine_core::protocol::{
    method, ErrorKind, GenerateChoose, GenerateEnd, GenerateLook, GenerateStart, GenerateStarted, Looked,
    RpcError, Sampling, StepOffer, VocabularyFound, VocabularySearch,
};

use crate::loaded::Loaded;
use crate::output;
use crate::processor::{refusing, Choice, Desk, Outcome, Plan, Processor, Waiting};
use crate::prompt;
use crate::session::Job;

/// Most alternatives that a token can carry: what sliders over a distribution need to be moved
/// without asking the model again.
const MOST_ALTERNATIVES: u32 = 512;

/// The generation that runs now.
pub struct Running {
    pub generation: u32,
    processor: Arc<Processor>,
    choices: Sender<Choice>,
    step: bool,
    desk: Desk,
    model: Arc<Loaded>,
}

impl Running {
    /// Ends it at once. The slot must not be locked: it is emptied here.
    pub fn stop(&self) {
        // Where it waits for a choice. Nobody listens any more if it has just ended.
        let _ = self.choices.send(Choice::Stop);
        self.processor.stop();
    }

    /// Step mode: go on with these tokens, or with what the sampling chain draws or thinks best.
    pub fn choose(&self, params: GenerateChoose) -> Result<(), RpcError> {
        if !self.step {
            return Err(RpcError::new(ErrorKind::InvalidParams, "this generation does not run in step mode"));
        }
        let ids: Vec<u32> = params.id.into_iter().chain(params.ids).collect();
        self.model.check_ids(ids.iter().copied())?;
        if let Some(sampling) = &params.sampling {
            check_sampling(sampling)?;
        }
        let choice =
            Choice::Take { ids, pick: params.pick, sampling: params.sampling, run_on: params.run_on };
        let _ = self.choices.send(choice);
        Ok(())
    }

    /// Step mode: what waits, seen through these settings.
    pub fn look(&self, params: &GenerateLook) -> Result<Looked, RpcError> {
        if let Some(sampling) = &params.sampling {
            check_sampling(sampling)?;
        }
        let desk = lock(&self.desk);
        let waiting = desk.as_ref().ok_or_else(|| invalid("nothing waits for a choice"))?;
        let Waiting { table, refused, .. } = waiting;
        let sampling = params.sampling.as_ref().unwrap_or(&waiting.sampling);
        let effective = refusing(sampling, refused);
        let hex = |id| self.model.hex(id);
        let offer = table.offer(&effective, params.candidates as usize, hex);
        let asked = table.describe(&effective, &params.ids, hex);
        match (offer, asked) {
            (Some(offer), Some(asked)) => Ok(Looked {
                offer: StepOffer { sampling: sampling.clone(), ..offer },
                asked,
                vocabulary_size: table.logits.len() as u32,
            }),
            _ => Err(RpcError::new(ErrorKind::EngineFailed, "no candidate has a finite logit")),
        }
    }

    /// Tokens of the vocabulary; with their numbers where a token waits.
    pub fn search(&self, params: &VocabularySearch) -> VocabularyFound {
        let desk = lock(&self.desk);
        let waiting = desk.as_ref().map(|waiting| (&waiting.table, &waiting.sampling));
        prompt::search(params, &self.model, waiting)
    }
}

/// The slot for the one running generation; emptied when that ends. The engine may then still
/// be busy with its last step: what is started meanwhile waits for that.
pub type Slot = Arc<Mutex<Option<Arc<Running>>>>;

/// A checked request that only has to be run. Its answer goes out in between, so that
/// the answer to `generate/start` is read before the first token.
pub struct Ready {
    pub started: GenerateStarted,
    plan: Plan,
}

/// Checks everything; nothing has started yet.
pub fn prepare(params: GenerateStart, generation: u32, model: &Loaded) -> Result<Ready, RpcError> {
    check_sampling(&params.sampling)?;
    let (prompt_ids, template_fallback) = prompt_ids(&params, model)?;
    model.check_ids(prompt_ids.iter().chain(&params.forced_ids).copied())?;
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
    if params.answered as usize > prompt_ids.len() {
        return Err(invalid("the answer so far can't be longer than the prompt that it is part of"));
    }
    if params.max_tokens == Some(0) {
        return Err(invalid("max_tokens must be at least 1"));
    }
    let max_tokens = params.max_tokens.map_or(room, |wanted| wanted.min(room));
    let seed = params.sampling.seed.unwrap_or_else(random_seed);
    let answered = prompt_ids[prompt_ids.len() - params.answered as usize..].to_vec();
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
        answered,
        refused_ids: if params.refuse_end { model.end_ids.clone() } else { Vec::new() },
    };
    Ok(Ready { started, plan })
}

/// Starts it. From here on exactly one `generate/end` follows.
pub fn run(ready: Ready, model: &Arc<Loaded>, slot: &Slot) {
    let Ready { started, plan } = ready;
    let (generation, step, limit) = (plan.generation, plan.step, plan.max_tokens);
    let (choices, receiver) = channel();
    let finish = finish(generation, plan.prompt_tokens, slot.clone());
    let prompt = started.prompt_ids;
    let desk = Desk::default();
    let processor = Arc::new(Processor::new(
        plan,
        prompt.clone(),
        model.clone(),
        receiver,
        desk.clone(),
        Box::new(finish),
    ));
    let running =
        Running { generation, processor: processor.clone(), choices, step, desk, model: model.clone() };
    *lock(slot) = Some(Arc::new(running));
    model.session.submit(Job { prompt, limit, answer: processor });
}

/// Tells the end.
fn finish(generation: u32, prompt_tokens: u32, slot: Slot) -> impl Fn(Outcome) {
    move |outcome| {
        // Free before the end is told: who hears of it may start the next at once.
        *lock(&slot) = None;
        let end = GenerateEnd {
            generation,
            reason: outcome.reason,
            prompt_tokens,
            reused_tokens: outcome.reused_tokens,
            completion_tokens: outcome.completion_tokens,
            first_token_ms: outcome.first_token_ms,
            decode_ms: outcome.decode_ms,
            tail: outcome.tail,
            stop_at: outcome.stop_at,
            error: outcome.error,
        };
        output::notify(method::GENERATE_END, &end);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("a panic has ended the process")
}

fn invalid(message: impl Into<String>) -> RpcError {
    RpcError::new(ErrorKind::InvalidParams, message)
}

fn prompt_ids(params: &GenerateStart, model: &Loaded) -> Result<(Vec<u32>, Option<String>), RpcError> {
    match (&params.messages, &params.prompt, &params.prompt_ids) {
        (Some(messages), None, None) if messages.is_empty() => {
            Err(invalid("a prompt needs at least one message"))
        }
        (Some(messages), None, None) => {
            let prompt = prompt::render(model, messages)?;
            Ok((prompt.spans.iter().map(|span| span.id).collect(), prompt.fallback))
        }
        (None, Some(text), None) => Ok((model.tokenizer.encode(text, true)?.ids, None)),
        (None, None, Some(ids)) => Ok((ids.clone(), None)),
        _ => Err(invalid("exactly one of messages, prompt and prompt_ids is needed")),
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
