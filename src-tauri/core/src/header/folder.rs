//! A Hugging Face folder: `config.json` beside safetensors files.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::blueprint;
use crate::protocol::{ErrorKind, Isq, LoadPlan, LoadRoute, ModelFormat, ModelInfo, RpcError, Support};

use super::{safetensors, support, traits};

/// `config.json` and its like are a few kilobytes; an index of shards may have some megabytes.
const MAX_JSON_BYTES: u64 = 64 << 20;

/// Reads one JSON file of a model folder.
///
/// # Errors
/// What the operating system says, or `Corrupt`.
pub fn read_json(path: &Path) -> Result<Value, RpcError> {
    let bytes = super::read_limited(path, MAX_JSON_BYTES)?;
    serde_json::from_slice(&bytes)
        .map_err(|error| super::failure(ErrorKind::Corrupt, path, &format!("not valid JSON: {error}")))
}

/// [`read_json`] for a file that a folder may lack.
pub fn read_optional_json(path: &Path) -> Result<Option<Value>, RpcError> {
    match read_json(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}

/// The safetensors files of a folder, in the order of their names: those that the index names,
/// or all that are there.
///
/// # Errors
/// What the operating system says, or `Corrupt`.
pub fn weight_files(folder: &Path) -> Result<Vec<PathBuf>, RpcError> {
    let index = read_optional_json(&folder.join("model.safetensors.index.json"))?;
    if let Some(map) = index.as_ref().and_then(|index| index["weight_map"].as_object()) {
        let names: BTreeSet<&str> = map.values().filter_map(Value::as_str).collect();
        // A name in an index must stay in the folder.
        if let Some(name) = names.iter().find(|name| Path::new(name).components().count() != 1) {
            return Err(super::failure(
                ErrorKind::Corrupt,
                folder,
                &format!("the index names a file outside of the folder: {name}"),
            ));
        }
        return Ok(names.into_iter().map(|name| folder.join(name)).collect());
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| super::io_error(folder, &error))? {
        let path = entry.map_err(|error| super::io_error(folder, &error))?.path();
        let is_weights = path.extension().is_some_and(|name| name == "safetensors");
        if is_weights && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The error for a folder without `config.json`; names the GGUF files in it, so that one can
/// be offered.
pub(super) fn without_model(folder: &Path) -> RpcError {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return super::io_error(folder, &error),
    };
    let mut files: Vec<String> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|name| name.eq_ignore_ascii_case("gguf")))
        .map(|path| path.display().to_string())
        .take(100)
        .collect();
    files.sort();
    super::failure(ErrorKind::FolderWithoutModel, folder, "no config.json with safetensors in this folder")
        .with("gguf_files", files)
}

pub(super) fn describe(folder: &Path) -> Result<ModelInfo, RpcError> {
    let config_path = folder.join("config.json");
    let config = read_json(&config_path)?;
    let model_type = config["model_type"].as_str().unwrap_or_default();
    let class = config["architectures"][0].as_str().unwrap_or_default();
    if model_type.is_empty() && class.is_empty() {
        return Err(super::failure(
            ErrorKind::NotAModel,
            &config_path,
            "a config.json that does not describe a model",
        ));
    }
    let weights = weigh(folder)?;
    // Models that also see or hear keep the sizes of their text part one level deeper.
    let text = match config.get("text_config") {
        Some(text) if text.is_object() => text,
        _ => &config,
    };
    let number = |names: &[&str]| {
        let found = names.iter().find_map(|name| text[*name].as_u64());
        u32::try_from(found.unwrap_or(0)).unwrap_or(u32::MAX)
    };
    let has_chat_template = crate::template::ChatTemplate::exists_in_folder(folder)?;
    let method = config["quantization_config"]["quant_method"].as_str();
    // Beyond a sliding window that the engine does not keep to, its numbers would be wrong.
    let limit = blueprint::folder::plan(&config).ok().and_then(|plan| plan.context_limit);
    let limit = limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(u32::MAX);
    let support = support::of_folder(
        &config,
        class,
        &weights.dtype,
        method,
        crate::tokenizer::exists_in_folder(folder),
    );
    Ok(ModelInfo {
        path: folder.display().to_string(),
        format: ModelFormat::Safetensors,
        name: name(folder, &config),
        architecture: if model_type.is_empty() { class } else { model_type }.to_owned(),
        parameters: weights.parameters,
        layers: number(&["num_hidden_layers", "n_layer", "num_layers"]),
        context_length: number(&["max_position_embeddings", "n_positions", "seq_length"]).min(limit),
        embedding_length: number(&["hidden_size", "n_embd", "d_model"]),
        vocabulary_size: number(&["vocab_size"]),
        quantization: method.map_or(weights.dtype.clone(), str::to_owned),
        file_size: weights.file_size,
        memory_needed: Isq::automatic(weights.parameters, None).bytes(weights.parameters),
        has_chat_template,
        license: None,
        plan: (support == Support::Supported).then_some(LoadPlan {
            route: LoadRoute::Folder,
            float_weights: true,
            cache_bytes: 0,
        }),
        support,
        traits: traits::of_folder(
            &config,
            class,
            &name(folder, &config),
            has_chat_template,
            weights.parameters,
        ),
    })
}

fn name(folder: &Path, config: &Value) -> String {
    let given = config["_name_or_path"]
        .as_str()
        .and_then(|name| name.rsplit(['/', '\\']).next())
        .filter(|name| !name.is_empty() && *name != ".");
    let own =
        folder.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    // Folders are named by people; `_name_or_path` often is a path of the training machine.
    own.or_else(|| given.map(str::to_owned)).unwrap_or_default()
}

struct Weights {
    parameters: u64,
    dtype: String,
    file_size: u64,
}

fn weigh(folder: &Path) -> Result<Weights, RpcError> {
    let files = weight_files(folder)?;
    if files.is_empty() {
        return Err(without_model(folder));
    }
    let mut by_type: HashMap<String, u64> = HashMap::new();
    let mut file_size: u64 = 0;
    for file in &files {
        let header = safetensors::read(file)?;
        file_size = file_size.saturating_add(header.file_size);
        for tensor in header.tensors.values() {
            let sum = by_type.entry(tensor.dtype.clone()).or_default();
            *sum = sum.saturating_add(tensor.elements());
        }
    }
    let parameters = by_type.values().fold(0, |sum: u64, &count| sum.saturating_add(count));
    let dtype = by_type
        .into_iter()
        .max_by(|a, b| (a.1, &b.0).cmp(&(b.1, &a.0)))
        .map(|(dtype, _)| dtype)
        .unwrap_or_default();
    Ok(Weights { parameters, dtype, file_size })
}
