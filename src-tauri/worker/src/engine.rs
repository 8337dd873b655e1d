//! mistral.rs behind a narrow door: build an engine from a model, run one sequence at a time.

use std::path::Path;
use std::sync::Arc;

use mistralrs::core::{MistralRs, MistralRsBuilder, Pipeline, SchedulerConfig};
use mistralrs::model_builder_trait::{build_gguf_pipeline, build_text_pipeline};
use mistralrs::{
    CustomLogitsProcessor, GgufModelBuilder, ModelDType, NormalRequest, Request, RequestMessage, Response,
    SamplingParams, TextModelBuilder, TokenSource,
};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{channel, Receiver, Sender};
use tokio::sync::Mutex;
use vitrine_core::protocol::{ErrorKind, RpcError};

/// A loaded model that can be run.
pub struct Engine {
    /// Keeps the engine's own thread alive.
    _engine: Arc<MistralRs>,
    requests: Sender<Request>,
    runtime: Arc<Runtime>,
}

/// Weights in memory, the engine not yet started.
pub struct Weights {
    pipeline: Arc<Mutex<dyn Pipeline>>,
    scheduler: SchedulerConfig,
}

fn failed(error: impl std::fmt::Display) -> RpcError {
    RpcError::new(ErrorKind::EngineFailed, format!("mistral.rs: {error:#}"))
}

/// Reads a GGUF. `tokenizer_folder` holds the `tokenizer.json` that we built from it: mistral.rs
/// builds a wrong one for most files.
pub fn read_gguf(runtime: &Runtime, path: &Path, tokenizer_folder: &Path) -> Result<Weights, RpcError> {
    let (folder, file) = folder_and_name(path)?;
    let builder = GgufModelBuilder::new(folder, vec![file])
        .with_tok_model_id(tokenizer_folder.to_string_lossy())
        .with_token_source(TokenSource::None)
        .with_max_num_seqs(1)
        .with_prefix_cache_n(None)
        .with_force_cpu();
    let (pipeline, scheduler, _) = runtime.block_on(build_gguf_pipeline(builder)).map_err(failed)?;
    Ok(Weights { pipeline, scheduler })
}

/// Reads a folder of safetensors. F32, because mistral.rs would compute in F16 on a CPU, where
/// models that were trained in BF16 may overflow.
pub fn read_folder(runtime: &Runtime, path: &Path) -> Result<Weights, RpcError> {
    let builder = TextModelBuilder::new(path.to_string_lossy())
        .with_token_source(TokenSource::None)
        .with_dtype(ModelDType::F32)
        .with_max_num_seqs(1)
        .with_prefix_cache_n(None)
        .with_force_cpu();
    let (pipeline, scheduler, _) = runtime.block_on(build_text_pipeline(builder)).map_err(failed)?;
    Ok(Weights { pipeline, scheduler })
}

/// mistral.rs takes folder and file name apart, and takes a folder that does not exist for a name on the Hub.
fn folder_and_name(path: &Path) -> Result<(String, String), RpcError> {
    let path = path
        .canonicalize()
        .map_err(|error| RpcError::new(ErrorKind::NotFound, format!("{}: {error}", path.display())))?;
    match (path.parent().and_then(Path::to_str), path.file_name().and_then(|name| name.to_str())) {
        (Some(folder), Some(file)) => Ok((folder.into(), file.into())),
        _ => Err(RpcError::new(
            ErrorKind::ReadFailed,
            format!("the path is no valid Unicode text, which mistral.rs needs: {}", path.display()),
        )),
    }
}

impl Weights {
    /// Starts the engine; it runs one token by itself, so that the first answer does not pay for it.
    pub fn start(self, runtime: Arc<Runtime>) -> Result<Engine, RpcError> {
        let builder = MistralRsBuilder::new(self.pipeline, self.scheduler, false, None)
            // Our sampling chain decides when an answer ends, also against the end token.
            .with_disable_eos_stop(true)
            .with_no_prefix_cache(true);
        let engine = runtime.block_on(builder.build());
        let requests = engine.get_sender(None).map_err(failed)?;
        Ok(Engine { _engine: engine, requests, runtime })
    }
}

/// How a run ended, seen from outside the logits processor.
pub enum RunEnd {
    /// The processor ended it, as it should.
    ByProcessor,
    /// The engine reported this.
    Failed(String),
}

impl Engine {
    /// Runs one sequence: the engine calls `processor` with the logits of every step, until that
    /// returns an error. `ended` is called once, from another thread.
    ///
    /// The engine's own limit lies above ours: it computes one more step after its limit.
    pub fn run(
        &self,
        prompt_ids: Vec<u32>,
        limit: u32,
        processor: Arc<dyn CustomLogitsProcessor>,
        ended: impl FnOnce(RunEnd) + Send + 'static,
    ) -> Result<(), RpcError> {
        let (responder, responses) = channel(64);
        let request = NormalRequest {
            messages: RequestMessage::CompletionTokens(prompt_ids),
            sampling_params: SamplingParams {
                max_len: Some(limit as usize + 2),
                top_k: Some(1),
                ..SamplingParams::neutral()
            },
            response: responder,
            return_logprobs: false,
            is_streaming: true,
            id: 1,
            constraint: mistralrs::Constraint::None,
            suffix: None,
            tools: None,
            tool_choice: None,
            logits_processors: Some(vec![processor]),
            return_raw_logits: false,
            web_search_options: None,
            model_id: None,
            truncate_sequence: false,
        };
        self.requests
            .blocking_send(Request::Normal(Box::new(request)))
            .map_err(|_| RpcError::new(ErrorKind::EngineFailed, "the engine has ended"))?;
        self.runtime.spawn(async move { ended(drain(responses).await) });
        Ok(())
    }
}

/// Reads responses to the end: the engine cancels a sequence whose responses nobody takes.
async fn drain(mut responses: Receiver<Response>) -> RunEnd {
    let mut end = RunEnd::ByProcessor;
    while let Some(response) = responses.recv().await {
        match response {
            Response::InternalError(error) | Response::ValidationError(error) => {
                end = RunEnd::Failed(error.to_string());
            }
            Response::ModelError(message, _) | Response::CompletionModelError(message, _) => {
                end = RunEnd::Failed(message);
            }
            _ => {}
        }
    }
    end
}
