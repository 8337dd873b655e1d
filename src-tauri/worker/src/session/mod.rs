//! One conversation after another through one engine, without computing again what is known.
//!
//! A thread of its own takes in answers to be written ([`Job`]) and runs each as one or more
//! *segments*, which are requests to mistral.rs:
//!
//! * a long prompt in chunks, so that a stop frees the engine soon ([`pace`]),
//! * the answer itself,
//! * now and then a short one that turns back to an earlier point ([`held`]).
//!
//! Between two segments mistral.rs's prefix cache keeps the keys and values of the last sequence,
//! and of that alone. The next segment computes only the tokens behind the common beginning, in one
//! batch. That a segment never starts from positions that were not computed is planned in
//! [`held`], checked at its first step in [`segment`], and tested against logits from scratch in
//! `tests/worker/reuse.rs`.

mod feed;
mod held;
pub mod kv;
mod pace;
mod requests;
pub mod segment;
mod sentinel;

use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::{Arc, Mutex};

use vitrine_core::protocol::RpcError;
use vitrine_core::tokenizer::Tokenizer;

use crate::engine::{Engine, Weights};
use feed::Feed;
use held::{Held, Way};
use kv::KvSize;
use pace::Pace;
use requests::{Evicted, Sequence};
use segment::{Left, Seen, Segment, Writer};
use sentinel::Sentinels;

/// Something that is being written.
pub trait Answer: Writer {
    /// It has ended or was stopped: nothing more needs to be computed.
    fn is_over(&self) -> bool;

    /// So many tokens of the prompt did not have to be computed. Only the first call counts.
    fn reused(&self, tokens: usize);

    /// The engine failed.
    fn failed(&self, message: String);
}

/// An answer to be written.
pub struct Job {
    pub prompt: Vec<u32>,
    /// Most tokens of the answer.
    pub limit: u32,
    pub answer: Arc<dyn Answer>,
}

/// What is kept between two answers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kept {
    /// Tokens that a next prompt can start from.
    pub tokens: usize,
    pub kv: KvSize,
}

/// The way in.
pub struct Session {
    jobs: Sender<Job>,
    kept: Arc<Mutex<Kept>>,
}

impl Session {
    /// Starts the thread.
    ///
    /// `parameters`: how many the model has.
    pub fn start(engine: Engine, reuse: Option<Reuse>, parameters: u64) -> Self {
        let (jobs, queue) = channel();
        let kept = Arc::new(Mutex::new(Kept::default()));
        let runner =
            Runner { engine, reuse, held: Held::Nothing, pace: Pace::of(parameters), kept: kept.clone() };
        std::thread::Builder::new()
            .name("session".into())
            .spawn(move || runner.serve(&queue))
            .expect("the system gives one more thread");
        Self { jobs, kept }
    }

    /// One after the other, in the order in which they come.
    pub fn submit(&self, job: Job) {
        self.jobs.send(job).expect("the session lives as long as the process");
    }

    pub fn kept(&self) -> Kept {
        *self.kept.lock().expect("a panic has ended the process")
    }
}

/// How sequences can be used again in this model.
#[derive(Debug, Clone, Copy)]
pub struct Reuse {
    sentinels: Sentinels,
    longest: usize,
}

impl Reuse {
    /// Starts the engine with its prefix cache, and tries out what reuse depends on. Where that does
    /// not work, the engine is started without it and every prompt is computed as a whole.
    ///
    /// # Errors
    /// Those of `start`, which is given whether to keep sequences.
    pub fn set_up(
        weights: &Weights,
        tokenizer: &Tokenizer,
        start: impl Fn(bool) -> Result<Engine, RpcError>,
    ) -> Result<(Engine, Option<Self>), RpcError> {
        let longest = kv::longest_reusable(&weights.pipeline);
        if longest == 0 {
            return Ok((start(false)?, None));
        }
        let engine = start(true)?;
        for sentinels in sentinel::candidates(tokenizer) {
            match engine.evict(Some(sentinels)) {
                Evicted::Yes => return Ok((engine, Some(Self { sentinels, longest }))),
                Evicted::Refused(_) => {}
                Evicted::No(reason) => {
                    eprintln!("vitrine-worker: nothing is reused between turns: {reason}");
                    break;
                }
            }
        }
        // What the start of the engine left in its prefix cache could not be evicted: begin again without one.
        drop(engine);
        Ok((start(false)?, None))
    }
}

struct Runner {
    engine: Engine,
    reuse: Option<Reuse>,
    held: Held,
    pace: Pace,
    kept: Arc<Mutex<Kept>>,
}

impl Runner {
    fn serve(mut self, queue: &Receiver<Job>) {
        while let Ok(job) = queue.recv() {
            let answer = job.answer.clone();
            if let Err(message) = self.write(job) {
                answer.failed(message);
            }
            let kept = Kept { tokens: self.held.len(), kv: kv::size(&self.engine.pipeline) };
            *self.kept.lock().expect("a panic has ended the process") = kept;
        }
    }

    /// Writes one answer, unless it is over before that.
    fn write(&mut self, job: Job) -> Result<(), String> {
        let Job { prompt: mut ids, limit, answer } = job;
        let mut mistakes = 0;
        while !answer.is_over() {
            let longest = self.reuse.map_or(0, |reuse| reuse.longest);
            let from = match self.held.way_to(&ids, longest) {
                Way::Rewind { keep } => {
                    self.turn_off(&ids, keep)?;
                    continue;
                }
                Way::Extend { reuse } => reuse,
                Way::Fresh => 0,
            };
            let left = ids.len() - from;
            let chunk = if ids.len() <= longest { self.pace.next(left) } else { left };
            let feeds = chunk < left;
            let end = from + chunk;
            let (writer, limit): (Arc<dyn Writer>, u32) = if feeds {
                (Arc::new(Feed { following: ids.get(end).copied() }), 1)
            } else {
                (answer.clone(), limit)
            };
            let seen = self.run(ids[..end].to_vec(), from, limit, writer)?;
            match seen.left {
                Left::WrongReuse { reused } => {
                    mistakes += 1;
                    if mistakes > 1 {
                        return Err(format!("the engine took over {reused} tokens that were not computed"));
                    }
                    eprintln!(
                        "vitrine-worker: {reused} tokens reused for {from}; computing the prompt as a whole"
                    );
                    continue;
                }
                _ => answer.reused(seen.reused),
            }
            if feeds {
                continue;
            }
            match (seen.interrupted, seen.left) {
                (Some(token), Left::WithSentinel { given, .. }) => {
                    ids.extend(given);
                    ids.push(token);
                }
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    /// Makes the engine keep `ids[..keep]` and something else behind it.
    fn turn_off(&mut self, ids: &[u32], keep: usize) -> Result<(), String> {
        let elsewhere = u32::from(ids[keep] == 0);
        let mut prompt = ids[..keep].to_vec();
        prompt.extend([elsewhere; 2]);
        let seen = self.run(prompt, keep, 1, Arc::new(Feed { following: None }))?;
        if seen.reused < keep {
            // The engine had less than was thought. No harm, but no use in asking again either.
            self.forget()?;
        }
        Ok(())
    }

    /// Runs one segment whose first `reuse` tokens are held.
    fn run(
        &mut self,
        prompt: Vec<u32>,
        reuse: usize,
        limit: u32,
        writer: Arc<dyn Writer>,
    ) -> Result<Seen, String> {
        if reuse == 0 {
            self.forget()?;
        }
        let sentinels = self.reuse.map(|reuse| reuse.sentinels);
        let segment = Arc::new(Segment::new(writer, prompt.len(), reuse, sentinels));
        let sequence = Sequence {
            prompt: prompt.clone(),
            // One step more where a sequence ends at its first token, and the sentinel.
            limit: limit.saturating_add(8),
            processor: segment.clone(),
            sentinels,
        };
        let error = if reuse == 0 {
            self.engine.run(sequence)
        } else {
            // Until it is known to be otherwise.
            self.held = Held::Unknown;
            let (error, evicted) = self.engine.run_and_evict(sequence);
            if evicted != Evicted::Yes {
                return Err(format!("an eviction failed: {evicted:?}"));
            }
            error
        };
        let seen = segment.seen();
        match &seen.left {
            Left::WithSentinel { given, sentinel } if error.is_none() => {
                let mut tokens = prompt;
                tokens.extend(given);
                self.held = Held::Sequence { tokens, sentinel: *sentinel };
            }
            Left::WithSentinel { .. } | Left::NotEnded => {
                self.held = Held::Unknown;
                return Err(error.unwrap_or_else(|| "the engine ended the sequence by itself".into()));
            }
            Left::WrongReuse { .. } => self.held = Held::Unknown,
            Left::Dropped => self.held = Held::Nothing,
        }
        Ok(seen)
    }

    /// Evicts what is held, if anything.
    fn forget(&mut self) -> Result<(), String> {
        if self.held.is_something() {
            let evicted = self.engine.evict(self.reuse.map(|reuse| reuse.sentinels));
            if evicted != Evicted::Yes {
                return Err(format!("an eviction failed: {evicted:?}"));
            }
            self.held = Held::Nothing;
        }
        Ok(())
    }
}
