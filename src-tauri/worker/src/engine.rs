//! mistral.rs behind a narrow door: build an engine from a model.

use std::path::Path;
use std::sync::Arc;

use mistralrs::core::{MistralRs, MistralRsBuilder, Pipeline, SchedulerConfig};
use mistralrs::model_builder_trait::{build_gguf_pipeline, build_text_pipeline};
use mistralrs::{GgufModelBuilder, ModelDType, Request, TextModelBuilder, TokenSource};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::Sender;
use tokio::sync::Mutex;
use vitrine_core::protocol::{ErrorKind, RpcError};

/// A loaded model that can be run. [`crate::session`] runs it.
pub struct Engine {
    /// Keeps the engine's own thread alive.
    _engine: Arc<MistralRs>,
    pub(crate) requests: Sender<Request>,
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) pipeline: Arc<Mutex<dyn Pipeline>>,
}

/// Weights in memory, the engine not yet started.
pub struct Weights {
    pub(crate) pipeline: Arc<Mutex<dyn Pipeline>>,
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
    /// Starts an engine; it runs one token by itself, so that the first answer does not pay for it.
    /// `prefix_cache`: it keeps finished sequences, see [`crate::session`].
    pub fn start(&self, runtime: Arc<Runtime>, prefix_cache: bool) -> Result<Engine, RpcError> {
        let builder = MistralRsBuilder::new(self.pipeline.clone(), self.scheduler.clone(), false, None)
            // Our sampling chain decides when an answer ends, also against the end token.
            .with_disable_eos_stop(true)
            .with_no_prefix_cache(!prefix_cache);
        let engine = runtime.block_on(builder.build());
        let requests = engine.get_sender(None).map_err(failed)?;
        Ok(Engine { _engine: engine, requests, runtime, pipeline: self.pipeline.clone() })
    }
}
