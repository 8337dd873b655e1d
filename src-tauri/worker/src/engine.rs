//! mistral.rs behind a narrow door: build an engine from a model.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::Device;
use mistralrs::core::{
    DefaultSchedulerMethod, GGUFLoaderBuilder, GGUFSpecificConfig, MistralRs, MistralRsBuilder, Pipeline,
    SchedulerConfig,
};
use mistralrs::model_builder_trait::{build_multimodal_pipeline, build_text_pipeline};
use mistralrs::{
    DeviceMapSetting, IsqType, ModelDType, MultimodalModelBuilder, Request, TextModelBuilder, TokenSource,
    UqffMultimodalModelBuilder, UqffTextModelBuilder,
};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::Sender;
use tokio::sync::Mutex;
use vitrine_core::blueprint::{folder::Loader, KeysValues};
use vitrine_core::protocol::{ErrorKind, Isq, RpcError};

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

/// Reads a GGUF: a file, or all parts of one, the first first. `tokenizer_folder` holds the `tokenizer.json` that we built from it: mistral.rs
/// builds a wrong one for most files. Its builder always computes in F16 on a CPU, so what that wraps is called here.
pub fn read_gguf(
    runtime: &Runtime,
    parts: &[PathBuf],
    tokenizer_folder: &Path,
    keys_values: KeysValues,
) -> Result<Weights, RpcError> {
    let (folder, files) = folder_and_names(parts)?;
    let tokenizer = tokenizer_folder.to_string_lossy().into_owned();
    let config = GGUFSpecificConfig { topology: None };
    let loader = GGUFLoaderBuilder::new(None, Some(tokenizer), folder, files, config, false, None).build();
    let dtype = match keys_values {
        KeysValues::F16 => ModelDType::F16,
        KeysValues::F32 => ModelDType::F32,
    };
    let pipeline = runtime.block_on(async {
        let devices = DeviceMapSetting::dummy();
        loader.load_model_from_hf(None, TokenSource::None, &dtype, &Device::Cpu, true, devices, None, None)
    });
    let one = NonZeroUsize::new(1).expect("not zero");
    let scheduler = SchedulerConfig::DefaultScheduler { method: DefaultSchedulerMethod::Fixed(one) };
    Ok(Weights { pipeline: pipeline.map_err(failed)?, scheduler })
}

/// Which of the engine's loaders knows the model class of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderKind {
    Text,
    /// Also Gemma 3 without its eyes.
    Multimodal,
}

impl From<Loader> for FolderKind {
    fn from(loader: Loader) -> Self {
        match loader {
            Loader::Text => Self::Text,
            Loader::Multimodal => Self::Multimodal,
        }
    }
}

/// How the matrices of a folder come into memory.
pub enum Matrices<'a> {
    /// From this file in it, in the engine's own container.
    Uqff(&'a str),
    /// From safetensors, packed on the way.
    Packed(IsqType),
}

impl Matrices<'_> {
    /// What the engine calls it; `None` where weights stay as they are.
    pub fn packed(isq: Isq) -> Option<Self> {
        match isq {
            Isq::None => None,
            Isq::Q8_0 => Some(Self::Packed(IsqType::Q8_0)),
            Isq::Q4K => Some(Self::Packed(IsqType::Q4K)),
        }
    }
}

/// Reads a folder. Computes in F32, because mistral.rs would take F16 on a CPU, where models that
/// were trained in BF16 may overflow. The device map is given, because the engine's own choice
/// guesses what fits into memory, which was decided before.
pub fn read_folder(
    runtime: &Runtime,
    path: &Path,
    kind: FolderKind,
    matrices: Option<Matrices>,
) -> Result<Weights, RpcError> {
    /// Both builders have these under the same names and share no trait.
    macro_rules! set {
        ($builder:expr) => {{
            let builder = $builder
                .with_token_source(TokenSource::None)
                .with_dtype(ModelDType::F32)
                .with_max_num_seqs(1)
                .with_prefix_cache_n(None)
                .with_device_mapping(DeviceMapSetting::dummy())
                .with_force_cpu();
            match matrices {
                Some(Matrices::Packed(isq)) => builder.with_isq(isq),
                _ => builder,
            }
        }};
    }
    let path = path.to_str().ok_or_else(|| not_unicode(path))?;
    let built = match kind {
        FolderKind::Text => {
            let builder = match matrices {
                Some(Matrices::Uqff(file)) => UqffTextModelBuilder::new(path, vec![file.into()]).into_inner(),
                _ => TextModelBuilder::new(path),
            };
            runtime.block_on(build_text_pipeline(set!(builder)))
        }
        FolderKind::Multimodal => {
            let builder = match matrices {
                Some(Matrices::Uqff(file)) => {
                    UqffMultimodalModelBuilder::new(path, vec![file.into()]).into_inner()
                }
                _ => MultimodalModelBuilder::new(path),
            };
            runtime.block_on(build_multimodal_pipeline(set!(builder)))
        }
    };
    let (pipeline, scheduler, _) = built.map_err(failed)?;
    Ok(Weights { pipeline, scheduler })
}

fn not_unicode(path: &Path) -> RpcError {
    RpcError::new(
        ErrorKind::ReadFailed,
        format!("the path is no valid Unicode text, which mistral.rs needs: {}", path.display()),
    )
}

/// mistral.rs takes folder and file names apart, and takes a folder that does not exist for a name on
/// the Hub. It joins the two again, so a part that is really elsewhere (a link) goes by its whole path.
fn folder_and_names(parts: &[PathBuf]) -> Result<(String, Vec<String>), RpcError> {
    let mut folder: Option<PathBuf> = None;
    let mut names = Vec::new();
    for path in parts {
        let path = path
            .canonicalize()
            .map_err(|error| RpcError::new(ErrorKind::NotFound, format!("{}: {error}", path.display())))?;
        let parent = path.parent().unwrap_or(Path::new("")).to_owned();
        let is_beside = *folder.get_or_insert_with(|| parent.clone()) == parent;
        let name = if is_beside { path.file_name().map(Path::new) } else { Some(path.as_path()) };
        names.push(name.and_then(Path::to_str).ok_or_else(|| not_unicode(&path))?.to_owned());
    }
    let folder = folder.unwrap_or_default();
    Ok((folder.to_str().ok_or_else(|| not_unicode(&folder))?.to_owned(), names))
}

impl Weights {
    /// Replaces the empty cache of every block by a copy of one of another model: where `slides(block)`, of its first block, else of
    /// its second. Blocks that share another one's keep doing so.
    pub fn take_caches(&self, donor: &Weights, slides: impl Fn(usize) -> bool) -> Result<(), RpcError> {
        let (own, other) = (self.pipeline.blocking_lock(), donor.pipeline.blocking_lock());
        let (mut own, other) = (own.cache().normal(), other.cache().normal());
        let [sliding, whole] = other.0.as_slice() else {
            let message = format!("{} caches where two were made", other.0.len());
            return Err(RpcError::new(ErrorKind::EngineFailed, message));
        };
        for (block, cache) in own.0.iter_mut().enumerate().filter(|(_, cache)| !cache.is_shared()) {
            *cache = if slides(block) { sliding.clone() } else { whole.clone() };
        }
        Ok(())
    }

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
