//! `model/load`: header, tokenizer, weights, warm-up.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::Runtime;
use vitrine_core::blueprint::{self, Blueprint, LongRope, Windows};
use vitrine_core::header::{self, gguf};
use vitrine_core::protocol::{
    ErrorKind, Isq, LoadOptions, LoadRoute, LoadStage, Loading, ModelFormat, ModelInfo, ModelLoad, RpcError,
    Support, DEFAULT_CONTEXT,
};
use vitrine_core::template::ChatTemplate;
use vitrine_core::tokenizer::Tokenizer;

use crate::convert::{self, cache::Cache};
use crate::engine::{self, Matrices, Weights};
use crate::in_file;
use crate::loaded::{ids_end, Loaded};
use crate::panic;
use crate::progress::Progress;
use crate::scratch;
use crate::session::{Border, Reuse, Session};
use crate::unreadable;
use crate::windows;

/// Loads a model. To be called on a thread of its own: mistral.rs keeps load settings in
/// thread-locals that are never cleared.
pub fn load(params: &ModelLoad) -> Result<Loaded, RpcError> {
    let mut progress = Progress::new();
    progress.begin(LoadStage::Header, 0);
    let info = header::inspect(Path::new(&params.path))?;
    if let Support::Unsupported { kind, detail } = &info.support {
        return Err(RpcError::new(*kind, detail.clone()).with("architecture", &info.architecture));
    }
    // A file inside a model folder stands for the folder.
    let (_, path) = header::locate(Path::new(&params.path))?;
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

    let runtime = tokio::runtime::Builder::new_multi_thread()
        // The engine has a thread of its own; these only carry messages.
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| RpcError::new(ErrorKind::EngineFailed, format!("no runtime: {error}")))?;
    let ids_end = ids_end(&info, &tokenizer);
    let job = Job {
        info: &info,
        path: &path,
        options: &params.options,
        tokenizer: &tokenizer,
        ids_end,
        context_length,
        runtime: Arc::new(runtime),
    };
    let built = panic::caught(|| {
        let Built { weights, loading, border } = build(&job, &mut progress)?;
        progress.begin(LoadStage::WarmUp, 0);
        let start = |prefix_cache| weights.start(job.runtime.clone(), prefix_cache);
        let (engine, reuse) = Reuse::set_up(&weights, job.tokenizer, job.ids_end, start)?;
        // Every matrix was used now.
        in_file::release();
        Ok((Session::start(engine, reuse, job.info.parameters, border), loading))
    });
    let failed = |message| {
        RpcError::new(ErrorKind::EngineFailed, format!("mistral.rs could not load this: {message}"))
    };
    let (session, loading) =
        built.unwrap_or_else(|message| Err(failed(message))).map_err(|error| unreadable::or(error, &path))?;
    let end_ids = tokenizer.end_ids().to_vec();
    Ok(Loaded { session, info, tokenizer, ids_end, template, context_length, end_ids, fingerprint, loading })
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

/// What it takes to read a model, one way or another.
struct Job<'a> {
    info: &'a ModelInfo,
    path: &'a Path,
    options: &'a LoadOptions,
    tokenizer: &'a Tokenizer,
    ids_end: u32,
    context_length: u32,
    runtime: Arc<Runtime>,
}

/// A model in memory.
struct Built {
    weights: Weights,
    loading: Loading,
    border: Border,
}

fn build(job: &Job, progress: &mut Progress) -> Result<Built, RpcError> {
    let route = route(job.info, job.options)?;
    let built = match route {
        LoadRoute::Direct => {
            progress.begin(LoadStage::Weights, job.info.file_size);
            // Gone again as soon as mistral.rs has read it.
            let folder = scratch::tokenizer_folder(job.tokenizer)?;
            let keys_values = blueprint::keys_values(route, job.info.parameters);
            let model = gguf::GgufModel::read(job.path)?;
            in_file::of_gguf(&model);
            let files: Vec<PathBuf> = model.parts().iter().map(|part| part.path().to_owned()).collect();
            let weights = engine::read_gguf(&job.runtime, &files, folder.path(), keys_values)?;
            // Its own limit, which the engine's caches do not reach.
            if !job.info.context_length.is_multiple_of(blueprint::ROOM) {
                windows::make_room(&weights, job.context_length, &job.runtime)?;
            }
            let loading = Loading {
                route,
                weights: job.info.quantization.clone(),
                isq: None,
                keys_values: keys_values.name().into(),
                cache: None,
            };
            Built { weights, loading, border: Border(None) }
        }
        LoadRoute::Converted => converted(job, progress)?,
        LoadRoute::Folder => folder(job, progress)?,
    };
    progress.end(LoadStage::Weights, job.info.file_size);
    Ok(built)
}

/// The way that the options name, else the way that the header calls for.
fn route(info: &ModelInfo, options: &LoadOptions) -> Result<LoadRoute, RpcError> {
    let planned = info.plan.as_ref().map_or(LoadRoute::Folder, |plan| plan.route);
    match options.route {
        None => Ok(planned),
        Some(wanted) if wanted == planned => Ok(wanted),
        Some(LoadRoute::Converted) if planned == LoadRoute::Direct => Ok(LoadRoute::Converted),
        Some(_) => Err(RpcError::new(ErrorKind::InvalidParams, "this model can't be loaded that way")),
    }
}

/// What is to be written, and where it lies.
fn described(job: &Job) -> Result<(Blueprint, convert::Source), RpcError> {
    match job.info.format {
        ModelFormat::Gguf => {
            let model = gguf::GgufModel::read(job.path)?;
            Ok((blueprint::of_gguf(&model)?, convert::Source::of_gguf(&model)))
        }
        ModelFormat::Safetensors => {
            let weights = header::folder::FolderWeights::read(job.path)?;
            let config = header::folder::read_config(job.path)?;
            let described = blueprint::part::of_folder(&config, &weights)?;
            Ok((described.blueprint, convert::Source::of_folder(&weights)))
        }
    }
}

fn isq(job: &Job) -> Isq {
    job.options.isq.unwrap_or_else(|| Isq::automatic(job.info.parameters, available_memory()))
}

/// Makes the engine's configuration fit the context, and says where sequences become long.
fn set_context(job: &Job, config: &mut serde_json::Value, windows: Option<&Windows>) -> Border {
    let border = LongRope::of(config).and_then(|lengths| usize::try_from(lengths.original).ok());
    blueprint::set_context(config, job.context_length);
    if let Some(windows) = windows {
        windows::narrow(config, windows);
    }
    Border(border)
}

/// Makes the caches fit the context where the configuration alone does not.
fn set_caches(
    job: &Job,
    weights: &Weights,
    windows: Option<&Windows>,
    border: Border,
) -> Result<(), RpcError> {
    match windows {
        Some(windows) => windows::apply(weights, windows, job.context_length, &job.runtime),
        // Its configuration has lengths of their own.
        None if border != Border(None) => windows::make_room(weights, job.context_length, &job.runtime),
        None => Ok(()),
    }
}

fn converted(job: &Job, progress: &mut Progress) -> Result<Built, RpcError> {
    let (blueprint, source) = described(job)?;
    let is_float = job.info.plan.as_ref().is_some_and(|plan| plan.float_weights);
    // Of weights that are packed already, only a few are packed here: always the same way, whatever memory is free
    // now, so that the model is written once.
    let isq = if is_float { isq(job) } else { Isq::automatic(job.info.parameters, None) };
    let cache = Cache::open(&scratch::folder().map_err(scratch::failed)?)?;
    let begun = || progress.begin(LoadStage::Convert, job.info.file_size);
    let done = convert::prepare(job.path, &source, &blueprint, isq, &cache, begun)?;
    progress.begin(LoadStage::Weights, 0);

    let stage = scratch::tokenizer_folder(job.tokenizer)?;
    for name in [convert::MATRICES, convert::RESIDUAL] {
        scratch::link(stage.path(), name, &done.folder.join(name))?;
    }
    in_file::of_converted(&done.folder, blueprint.looked_up().map(|table| table.name.as_str()));
    let mut config = blueprint.config;
    let border = set_context(job, &mut config, blueprint.windows.as_ref());
    scratch::write(stage.path(), "config.json", &config.to_string())?;
    let kind = blueprint::folder::loader(&config).into();
    let weights =
        engine::read_folder(&job.runtime, stage.path(), kind, Some(Matrices::Uqff(convert::MATRICES)))?;
    set_caches(job, &weights, blueprint.windows.as_ref(), border)?;
    let repacked = job.info.plan.as_ref().and_then(|plan| plan.repacked.clone());
    let weights_in = match repacked {
        _ if is_float => isq.format().into(),
        Some(format) => format,
        None => job.info.quantization.clone(),
    };
    let loading = Loading {
        route: LoadRoute::Converted,
        weights: weights_in,
        isq: is_float.then_some(isq),
        keys_values: "F32".into(),
        cache: Some(done.usage),
    };
    Ok(Built { weights, loading, border })
}

/// A Hugging Face folder, seen through one of our own: its weights under the names that the engine
/// expects, with the configuration and the tokenizer as it reads them.
fn folder(job: &Job, progress: &mut Progress) -> Result<Built, RpcError> {
    progress.begin(LoadStage::Weights, job.info.file_size);
    let (Blueprint { mut config, windows, .. }, source) = described(job)?;
    let stage = scratch::tokenizer_folder(job.tokenizer)?;
    for (number, file) in source.files.iter().enumerate() {
        let name = match source.files.len() {
            1 => "model.safetensors".to_owned(),
            count => format!("model-{:05}-of-{count:05}.safetensors", number + 1),
        };
        scratch::link(stage.path(), &name, &file.path)?;
    }
    for name in ["preprocessor_config.json", "processor_config.json"] {
        let file = job.path.join(name);
        if file.is_file() {
            scratch::link(stage.path(), name, &file)?;
        }
    }
    let border = set_context(job, &mut config, windows.as_ref());
    scratch::write(stage.path(), "config.json", &config.to_string())?;
    let isq = blueprint::folder::packable(&config, isq(job));
    let kind = blueprint::folder::loader(&config).into();
    let weights = engine::read_folder(&job.runtime, stage.path(), kind, Matrices::packed(isq))?;
    set_caches(job, &weights, windows.as_ref(), border)?;
    let loading = Loading {
        route: LoadRoute::Folder,
        weights: isq.format().into(),
        isq: Some(isq),
        keys_values: "F32".into(),
        cache: None,
    };
    Ok(Built { weights, loading, border })
}

/// Bytes that programs can still have without swapping; `None` where the system does not say.
fn available_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib << 10)
}
