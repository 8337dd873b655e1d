//! `model/load`: header, tokenizer, weights, warm-up.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::Runtime;
use vitrine_core::header;
use vitrine_core::protocol::{
    ErrorKind, LoadOptions, LoadStage, ModelFormat, ModelInfo, ModelLoad, RpcError, Support, DEFAULT_CONTEXT,
};
use vitrine_core::template::ChatTemplate;
use vitrine_core::tokenizer::Tokenizer;

use crate::engine::{self, Weights};
use crate::loaded::Loaded;
use crate::panic;
use crate::progress::Progress;
use crate::scratch;
use crate::session::{Reuse, Session};

/// Loads a model. To be called on a thread of its own: mistral.rs keeps load settings in
/// thread-locals that are never cleared.
pub fn load(params: &ModelLoad) -> Result<Loaded, RpcError> {
    let mut progress = Progress::new();
    progress.begin(LoadStage::Header, 0);
    let info = header::inspect(Path::new(&params.path))?;
    if let Support::Unsupported { kind, detail } = &info.support {
        return Err(RpcError::new(*kind, detail.clone()).with("architecture", &info.architecture));
    }
    // As the header reader resolved it: a file inside a model folder stands for the folder.
    let path = PathBuf::from(&info.path);
    let context_length = context_length(&info, &params.options)?;
    if let Some(threads) = threads(&info, &params.options)? {
        // Read once, by the first use of the thread pool, which is still to come.
        std::env::set_var("RAYON_NUM_THREADS", threads.to_string());
    }
    let fingerprint = header::fingerprint(&path)?;

    progress.begin(LoadStage::Tokenizer, 0);
    let tokenizer = Arc::new(Tokenizer::open(&path)?);
    // A template that does not compile is no reason not to load: chat says so and goes on plainly.
    let template = ChatTemplate::from_model(&path).unwrap_or_else(|error| {
        eprintln!("vitrine-worker: the chat template can't be used: {error}");
        None
    });

    progress.begin(LoadStage::Weights, info.file_size);
    let session = match panic::caught(|| build(&info, &path, &tokenizer, &mut progress)) {
        Ok(result) => result?,
        Err(message) => {
            return Err(RpcError::new(
                ErrorKind::EngineFailed,
                format!("mistral.rs could not load this: {message}"),
            ))
        }
    };
    let end_ids = tokenizer.end_ids().to_vec();
    Ok(Loaded { session, info, tokenizer, template, context_length, end_ids, fingerprint })
}

/// Models of up to this many bytes run on one thread. That is a trade: with the bundled model (4 MB)
/// on two cores, two threads wrote 820 to 1,430 tokens/s and one 490 to 840 while the machine was idle, but 10 to 60
/// and 80 to 800 while it was busy with other work, because the threads wait for one another at every
/// layer. One is quick enough to read along either way.
const SMALL: u64 = 32 << 20;

/// How many threads to compute with; `None` leaves it to the engine, which takes all.
fn threads(info: &ModelInfo, options: &LoadOptions) -> Result<Option<u32>, RpcError> {
    match options.threads {
        Some(0) => Err(RpcError::new(ErrorKind::InvalidParams, "threads must be at least 1")),
        None if info.file_size <= SMALL => Ok(Some(1)),
        wanted => Ok(wanted),
    }
}

fn context_length(info: &ModelInfo, options: &LoadOptions) -> Result<u32, RpcError> {
    let limit = info.context_length;
    match options.context_length {
        None => Ok(limit.min(DEFAULT_CONTEXT)),
        Some(wanted) if (1..=limit).contains(&wanted) => Ok(wanted),
        Some(wanted) => Err(RpcError::new(
            ErrorKind::InvalidParams,
            format!("context_length {wanted} is not between 1 and the model's {limit}"),
        )
        .with("context_length", limit)),
    }
}

fn build(
    info: &ModelInfo,
    path: &Path,
    tokenizer: &Tokenizer,
    progress: &mut Progress,
) -> Result<Session, RpcError> {
    let runtime = Arc::new(
        // The engine has a thread of its own; these only carry messages.
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| RpcError::new(ErrorKind::EngineFailed, format!("no runtime: {error}")))?,
    );
    let weights = read(info, path, tokenizer, &runtime)?;
    progress.end(LoadStage::Weights, info.file_size);
    progress.begin(LoadStage::WarmUp, 0);
    let (engine, reuse) =
        Reuse::set_up(&weights, tokenizer, |prefix_cache| weights.start(runtime.clone(), prefix_cache))?;
    Ok(Session::start(engine, reuse, info.parameters))
}

fn read(
    info: &ModelInfo,
    path: &Path,
    tokenizer: &Tokenizer,
    runtime: &Runtime,
) -> Result<Weights, RpcError> {
    match info.format {
        ModelFormat::Gguf => {
            // Gone again as soon as mistral.rs has read it.
            let folder = scratch::tokenizer_folder(tokenizer)?;
            engine::read_gguf(runtime, path, folder.path())
        }
        ModelFormat::Safetensors => engine::read_folder(runtime, path),
    }
}
