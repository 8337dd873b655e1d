//! Requests to the engine: run a sequence, and evict what the prefix cache keeps.
//!
//! mistral.rs 0.8.1 has no call to evict anything, and on a CPU its prefix cache never shrinks by
//! itself. What does empty it is a forward pass that fails. So an eviction is a request with a
//! token that no vocabulary has: it fails at the embedding, before anything is computed.
//!
//! A sequence that reuses what is kept needs it until its request was taken in, and must not find
//! it any more when it ends. So its request and the eviction are sent together, while the
//! pipeline is held: the engine, which needs the pipeline to take in a request, takes in both before it
//! computes anything, and then runs the shorter one first, which is the eviction.

use std::sync::Arc;

use mistralrs::{
    Constraint, CustomLogitsProcessor, NormalRequest, Request, RequestMessage, Response, SamplingParams,
    StopTokens,
};
use tokio::sync::mpsc::{channel, Receiver};

use super::segment::ENDED;
use super::sentinel::Sentinels;
use crate::engine::Engine;

/// In no vocabulary.
const NO_TOKEN: u32 = 0x7fff_fffe;

/// What became of an eviction.
#[derive(Debug, PartialEq, Eq)]
pub enum Evicted {
    Yes,
    /// The engine refuses these sentinels.
    Refused(String),
    /// It did not fail as it should.
    No(String),
}

/// A sequence to be run.
pub struct Sequence {
    pub prompt: Vec<u32>,
    /// More tokens than will ever be asked for: the processor ends it.
    pub limit: u32,
    pub processor: Arc<dyn CustomLogitsProcessor>,
    pub sentinels: Option<Sentinels>,
}

impl Engine {
    /// Runs a sequence to its end; gives the error, if there was one.
    pub fn run(&self, sequence: Sequence) -> Option<String> {
        let responses = self.send(sequence);
        self.runtime.block_on(listen(responses))
    }

    /// Runs a sequence that reuses what is kept, and evicts that.
    pub fn run_and_evict(&self, sequence: Sequence) -> (Option<String>, Evicted) {
        let (run, evicted) = {
            let _held = self.pipeline.blocking_lock();
            let sentinels = sequence.sentinels;
            (self.send(sequence), self.send(eviction(sentinels)))
        };
        self.runtime.block_on(async { tokio::join!(listen(run), judge(evicted)) })
    }

    /// Evicts whatever is kept.
    pub fn evict(&self, sentinels: Option<Sentinels>) -> Evicted {
        let responses = self.send(eviction(sentinels));
        self.runtime.block_on(judge(responses))
    }

    fn send(&self, sequence: Sequence) -> Receiver<Response> {
        let (responder, responses) = channel(64);
        let request = NormalRequest {
            messages: RequestMessage::CompletionTokens(sequence.prompt),
            sampling_params: SamplingParams {
                max_len: Some(sequence.limit as usize),
                stop_toks: sequence.sentinels.map(|pair| StopTokens::Ids(pair.0.to_vec())),
                // The processor leaves one candidate. Greedy finds it without a sort.
                temperature: Some(0.0),
                ..SamplingParams::neutral()
            },
            response: responder,
            return_logprobs: false,
            is_streaming: true,
            id: 1,
            constraint: Constraint::None,
            suffix: None,
            tools: None,
            tool_choice: None,
            logits_processors: Some(vec![sequence.processor]),
            return_raw_logits: false,
            web_search_options: None,
            model_id: None,
            truncate_sequence: false,
        };
        if self.requests.blocking_send(Request::Normal(Box::new(request))).is_err() {
            // Its thread is gone, which the panic hook turns into the end of the process.
            eprintln!("vitrine-worker: the engine has ended");
            std::process::exit(1);
        }
        responses
    }
}

fn eviction(sentinels: Option<Sentinels>) -> Sequence {
    let refuse = |_: &candle_core::Tensor, _: &[u32]| -> candle_core::Result<candle_core::Tensor> {
        Err(candle_core::Error::msg("an eviction has no logits"))
    };
    Sequence { prompt: vec![NO_TOKEN], limit: 1, processor: Arc::new(refuse), sentinels }
}

/// Reads responses to the end, because the engine cancels a sequence whose responses nobody takes; the
/// last error, but for the one by which we end sequences.
async fn listen(mut responses: Receiver<Response>) -> Option<String> {
    let mut last = None;
    while let Some(response) = responses.recv().await {
        let error = match response {
            Response::InternalError(error) | Response::ValidationError(error) => error.to_string(),
            Response::ModelError(message, _) | Response::CompletionModelError(message, _) => message,
            _ => continue,
        };
        if !error.contains(ENDED) {
            last = Some(error);
        }
    }
    last
}

async fn judge(mut responses: Receiver<Response>) -> Evicted {
    let mut judged = Evicted::No("the engine gave no answer".into());
    while let Some(response) = responses.recv().await {
        judged = match response {
            Response::ModelError(..) | Response::CompletionModelError(..) => Evicted::Yes,
            Response::ValidationError(error) => Evicted::Refused(error.to_string()),
            Response::InternalError(error) => Evicted::No(error.to_string()),
            _ => continue,
        };
    }
    judged
}
