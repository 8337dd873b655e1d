//! One conversation after another through one engine, without computing again what is known.
//!
//! A thread of its own takes in answers to be written ([`Job`]) and runs each as one or more
//! *segments*, which are requests to mistral.rs:
//!
//! * a long prompt in chunks, so that a stop frees the engine soon ([`pace`]),
//! * the answer itself,
//! * now and then a short one that turns back to an earlier point ([`held`]),
//! * and, while nobody asks anything, some that read the answer that was just written.
//!
//! Between two segments mistral.rs's prefix cache keeps the keys and values of the last sequence,
//! and of that alone. The next segment computes only the tokens behind the common beginning, in one
//! batch. That a segment never starts from positions that were not computed is planned in
//! [`held`], checked at its first step in [`segment`], and tested against logits from scratch in
//! `tests/worker/reuse.rs`.
//!
//! # Why an answer is read again
//!
//! The engine adds up the attention of a token that it computes by itself in another order than that of
//! a token in a batch: in tiles of 16 positions that are then put together, instead of one by one
//! (mistralrs-core 0.8.1, `attention/backends/cpu.rs`). The sums differ in their last bits. With quantized weights everything is then
//! rounded to 8 bits, now and then to the other side of a step, and logits differ by as much as 0.2:
//! too little to make an answer better or worse, and enough that the same question with the
//! same seed could be answered otherwise after a restart. Within a batch a token's numbers depend on nothing
//! but the tokens before it. So the keys and values that an answer leaves behind are replaced by those
//! that reading it gives, mostly while the user reads it too; and what is computed on
//! top of them is what it would be from scratch, to the last bit. Reading costs a quarter of what writing cost in a short
//! conversation, and a third to most of it after 2,000 tokens, where attention is the greater part of both.
//!
//! Only small models do so ([`blueprint::SMALL`]). After the answer of a larger one the next question would have to wait for
//! it; and where those compute in F16 it matters less, because F16 hides most of such differences.

mod border;
mod feed;
mod held;
pub mod kv;
mod pace;
mod requests;
pub mod segment;
mod sentinel;

use std::sync::mpsc::{channel, Receiver, Sender, TryRecvError};
use std::sync::{Arc, Mutex};

use vitrine_core::blueprint;
use vitrine_core::protocol::RpcError;
use vitrine_core::tokenizer::Tokenizer;

use crate::engine::{Engine, Weights};
pub use border::Border;
use feed::{Feed, Spell};
use held::{Held, Way};
use kv::KvSize;
use pace::Pace;
use requests::{Evicted, Sequence};
use segment::{Left, Seen, Segment, Writer};
use sentinel::Sentinels;

/// A conversation that is not there any more is not read as a whole for the sake of an answer.
const MOST_REREAD: usize = 2048;

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
    pub fn start(engine: Engine, reuse: Option<Reuse>, parameters: u64, border: Border) -> Self {
        let (jobs, queue) = channel();
        let kept = Arc::new(Mutex::new(Kept::default()));
        let at_once = kv::longest_at_once(&engine.pipeline);
        let runner = Runner {
            engine,
            reuse,
            held: Held::Nothing,
            pace: Pace::of(parameters),
            border,
            at_once,
            rereads: parameters <= blueprint::SMALL,
            unread: None,
            kept: kept.clone(),
        };
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
    /// Those of `start`, which is given whether to keep sequences. Only ids below `ids_end` can end one.
    pub fn set_up(
        weights: &Weights,
        tokenizer: &Tokenizer,
        ids_end: u32,
        start: impl Fn(bool) -> Result<Engine, RpcError>,
    ) -> Result<(Engine, Option<Self>), RpcError> {
        let longest = kv::longest_reusable(&weights.pipeline);
        if longest == 0 {
            return Ok((start(false)?, None));
        }
        let engine = start(true)?;
        for sentinels in sentinel::candidates(tokenizer, ids_end) {
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
    border: Border,
    /// Most tokens of a prompt that are computed in one go; the others come one by one.
    at_once: usize,
    /// Is what an answer left behind replaced by what reading it gives?
    rereads: bool,
    /// A question with its answer that is still to be read.
    unread: Option<Vec<u32>>,
    kept: Arc<Mutex<Kept>>,
}

impl Runner {
    fn serve(mut self, queue: &Receiver<Job>) {
        while let Some(job) = self.next(queue) {
            let answer = job.answer.clone();
            if let Err(message) = self.write(job) {
                answer.failed(message);
            }
            self.unread = self.held.unread().filter(|_| self.rereads).map(<[u32]>::to_vec);
            self.tell();
        }
    }

    /// The next answer to write; reads the last one until it comes.
    fn next(&mut self, queue: &Receiver<Job>) -> Option<Job> {
        loop {
            match queue.try_recv() {
                Ok(job) => return Some(job),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {}
            }
            match self.read_on() {
                Ok(true) => self.tell(),
                Ok(false) => return queue.recv().ok(),
                Err(message) => {
                    eprintln!("vitrine-worker: an answer could not be read again: {message}");
                    self.unread = None;
                }
            }
        }
    }

    fn tell(&self) {
        let kept = Kept { tokens: self.held.usable(), kv: kv::size(&self.engine.pipeline) };
        *self.kept.lock().expect("a panic has ended the process") = kept;
    }

    /// Reads a part of the last answer; `false` where there is nothing to read.
    fn read_on(&mut self) -> Result<bool, String> {
        let Some(ids) = self.unread.take() else { return Ok(false) };
        let longest = self.reuse.map_or(0, |reuse| reuse.longest);
        let from = match self.held.way_to(&ids, longest, self.border.divisors(ids.len())) {
            Way::Rewind { keep } => {
                self.turn_off(&ids, keep)?;
                self.unread = Some(ids);
                return Ok(true);
            }
            Way::Extend { reuse } => reuse,
            Way::Fresh if ids.len() <= longest.min(MOST_REREAD) => 0,
            Way::Fresh => return Ok(false),
        };
        let end = self.border.end(from, self.pace.rereading(ids.len() - from), ids.len());
        self.run(ids[..end].to_vec(), from, 1, Arc::new(Feed { following: None }))?;
        self.unread = (end < ids.len()).then_some(ids);
        Ok(true)
    }

    /// Writes one answer, unless it is over before that.
    fn write(&mut self, job: Job) -> Result<(), String> {
        let Job { prompt: mut ids, limit, answer } = job;
        let mut mistakes = 0;
        while !answer.is_over() {
            let longest = self.reuse.map_or(0, |reuse| reuse.longest);
            let from = match self.held.way_to(&ids, longest, self.border.divisors(ids.len())) {
                Way::Rewind { keep } => {
                    self.turn_off(&ids, keep)?;
                    continue;
                }
                Way::Extend { reuse } => reuse,
                Way::Fresh => 0,
            };
            let left = ids.len() - from;
            let chunk = if ids.len() <= longest { self.pace.next(left) } else { left };
            let mut end = self.border.end(from, chunk, ids.len());
            let feeds = end < ids.len();
            let (writer, limit): (Arc<dyn Writer>, u32) = if feeds {
                (Arc::new(Feed { following: ids.get(end).copied() }), 1)
            } else if end > self.at_once {
                // Such a model keeps nothing, so this is the whole prompt.
                let rest = ids.split_off(self.at_once);
                end = self.at_once;
                let more = u32::try_from(rest.len()).unwrap_or(u32::MAX);
                (Arc::new(Spell::new(rest, answer.clone())), limit.saturating_add(more))
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
            let Some(token) = seen.interrupted else { return Ok(()) };
            ids.extend(seen.given);
            ids.push(token);
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
        let (here, taken_over) = (self.border.divisors(prompt.len()), self.held.divisors());
        let segment =
            Segment::new(writer, prompt.len(), reuse, sentinels).of_at_most(self.border.longest(here));
        let segment = Arc::new(segment);
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
            Left::WithSentinel { sentinel } if error.is_none() => {
                let mut tokens = prompt;
                let read = if self.rereads { tokens.len() } else { tokens.len() + seen.given.len() };
                tokens.extend(&seen.given);
                // A short way off from a long sequence: what is new on it was turned by other divisors than what was there.
                let divisors = taken_over.filter(|_| reuse > 0).unwrap_or(here);
                let read = if divisors == here { read } else { reuse };
                self.held = Held::Sequence { tokens, read, sentinel: *sentinel, divisors };
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
