//! A Hugging Face folder: `config.json` beside safetensors files.

use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::blueprint;
use crate::protocol::{ErrorKind, Isq, LoadPlan, LoadRoute, ModelFormat, ModelInfo, RpcError, Support};

use super::gguf::GgmlType;
use super::safetensors::{self, SafetensorsHeader};
use super::{support, traits};

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

/// The headers of a folder's weights.
pub struct FolderWeights {
    files: Vec<(PathBuf, SafetensorsHeader)>,
}

/// A tensor of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderTensor<'a> {
    /// Index of its file.
    pub file: usize,
    /// Its first byte, from the beginning of the file.
    pub start: u64,
    /// `None` for a number format that GGUF has no number for.
    pub kind: Option<GgmlType>,
    /// Rows first.
    pub shape: &'a [u64],
}

impl FolderWeights {
    /// Reads the headers of the safetensors files that a folder has.
    ///
    /// # Errors
    /// As [`weight_files`] and for each file `Truncated`, `Corrupt`, `NotAModel`.
    pub fn read(folder: &Path) -> Result<Self, RpcError> {
        let files = weight_files(folder)?;
        let read = |path: PathBuf| safetensors::read(&path).map(|header| (path, header));
        Ok(Self { files: files.into_iter().map(read).collect::<Result<_, _>>()? })
    }

    /// Path, header and size in bytes of every file.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &[u8], u64)> {
        self.files.iter().map(|(path, header)| (path.as_path(), &header.bytes[..], header.file_size))
    }

    /// The names of all tensors, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().flat_map(|(_, header)| header.tensors.keys().map(String::as_str))
    }

    /// A tensor of floating-point numbers in a format that the engine loads and then can't compute with, and the format.
    pub(super) fn foreign(&self) -> Option<(&str, &str)> {
        let tensors = self.files.iter().flat_map(|(_, header)| &header.tensors);
        // Whole numbers stand beside weights (positions, masks) and are not read.
        let is_foreign = |dtype: &str| dtype.starts_with('F') && !["F32", "F16"].contains(&dtype);
        tensors
            .filter(|(name, tensor)| is_foreign(&tensor.dtype) && !name.ends_with(".rotary_emb.inv_freq"))
            .map(|(name, tensor)| (name.as_str(), tensor.dtype.as_str()))
            .min()
    }

    /// The tensor of that name.
    pub fn tensor(&self, name: &str) -> Option<FolderTensor<'_>> {
        self.files.iter().enumerate().find_map(|(file, (_, header))| {
            let entry = header.tensors.get(name)?;
            let kind = match entry.dtype.as_str() {
                "F32" => Some(GgmlType::F32),
                "F16" => Some(GgmlType::F16),
                "BF16" => Some(GgmlType::BF16),
                _ => None,
            };
            let start = header.bytes.len() as u64 + entry.data_offsets.0;
            // Whoever reads it goes by its shape.
            let fits = kind.and_then(GgmlType::block).is_none_or(|(_, bytes)| {
                entry.elements().checked_mul(bytes) == Some(entry.data_offsets.1 - entry.data_offsets.0)
            });
            fits.then_some(FolderTensor { file, start, kind, shape: &entry.shape })
        })
    }
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
    let files = FolderWeights::read(folder)?;
    if files.files.is_empty() {
        return Err(without_model(folder));
    }
    let weights = weigh(&files);
    let plan = blueprint::folder::plan(&config).ok();
    // Models that also see or hear keep the sizes of their text part one level deeper, and leave some of them out.
    let planned = plan.as_ref().map(|plan| &plan.config).unwrap_or(&config);
    let text = match planned.get("text_config") {
        Some(text) if text.is_object() => text,
        _ => planned,
    };
    let number = |names: &[&str]| {
        let found = names.iter().find_map(|name| text[*name].as_u64());
        u32::try_from(found.unwrap_or(0)).unwrap_or(u32::MAX)
    };
    let has_chat_template = crate::template::ChatTemplate::exists_in_folder(folder)?;
    let method = config["quantization_config"]["quant_method"].as_str();
    // Beyond a sliding window that the engine does not keep to, its numbers would be wrong.
    let limit = plan.as_ref().and_then(|plan| plan.context_limit);
    let limit = limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(u32::MAX);
    let in_part =
        blueprint::part::is_taken(&config).then(|| blueprint::part::of_folder(&config, &files)).transpose();
    let (in_part, refused) = match in_part {
        Ok(blueprint) => (blueprint, None),
        Err(error) => (None, Some(support::unsupported(error.kind(), error.message))),
    };
    let tokens = crate::tokenizer::check_folder(folder);
    let support = support::of_folder(&config, class, &weights.dtype, method, tokens.as_ref().err());
    // Of a part only what is taken counts, which was looked at above.
    let foreign = files.foreign().filter(|_| in_part.is_none()).map(|(name, format)| {
        support::unsupported(
            ErrorKind::UnsupportedQuantization,
            format!("weights in {format} (tensor {name})"),
        )
    });
    let support = refused.or(foreign).filter(|_| support == Support::Supported).unwrap_or(support);
    let isq = Isq::automatic(weights.parameters, None);
    let memory_needed = match &in_part {
        Some(blueprint) => blueprint::part::memory_needed(blueprint, isq),
        None => isq.bytes(weights.parameters),
    };
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
        embedding_rows: number(&["vocab_size"]),
        tokens_without_embedding: match number(&["vocab_size"]) {
            0 => 0,
            rows => tokens.unwrap_or(0).saturating_sub(rows),
        },
        quantization: method.map_or(weights.dtype.clone(), str::to_owned),
        file_size: weights.file_size,
        memory_needed,
        has_chat_template,
        license: license(folder, &config),
        plan: (support == Support::Supported).then_some(match in_part {
            Some(blueprint) => LoadPlan {
                route: LoadRoute::Converted,
                float_weights: true,
                repacked: None,
                cache_bytes: memory_needed,
                left_on_disk: blueprint.looked_up().map_or(0, |table| table.elements().saturating_mul(4)),
            },
            None => LoadPlan {
                route: LoadRoute::Folder,
                float_weights: true,
                repacked: None,
                cache_bytes: 0,
                left_on_disk: 0,
            },
        }),
        support,
        traits: traits::of_folder(
            &config,
            text,
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

/// A model card begins with a few lines; what follows may be a book.
const CARD_START: u64 = 64 << 10;

/// The licence that the folder names: in the head of its model card (`README.md`, YAML between two lines of
/// dashes), as Hugging Face asks for it, else in `config.json`.
fn license(folder: &Path, config: &Value) -> Option<String> {
    let named =
        || config["license"].as_str().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    card_license(folder).or_else(named)
}

fn card_license(folder: &Path) -> Option<String> {
    let file = std::fs::File::open(folder.join("README.md")).ok()?;
    let mut bytes = Vec::new();
    file.take(CARD_START).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    if lines.next()?.trim_end() != "---" {
        return None;
    }
    let head: Vec<&str> = lines.take_while(|line| line.trim_end() != "---").collect();
    let value = |key: &str| {
        let at =
            head.iter().position(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')))?;
        // The first one of a list stands in the next line.
        let next = || head.get(at + 1)?.trim_start().strip_prefix("- ");
        let own = head[at][key.len() + 1..].trim();
        let value = if own.is_empty() { next()? } else { own };
        let value = value.split(" #").next().unwrap_or(value);
        let bare = value.trim().trim_matches(['"', '\'', '[', ']']);
        (!bare.is_empty() && bare.len() <= 100).then(|| bare.to_owned())
    };
    match value("license") {
        // One that Hugging Face has no short name for.
        Some(name) if name == "other" => Some(value("license_name").unwrap_or(name)),
        name => name,
    }
}

struct Weights {
    parameters: u64,
    dtype: String,
    file_size: u64,
}

fn weigh(files: &FolderWeights) -> Weights {
    let mut by_type: HashMap<String, u64> = HashMap::new();
    let mut file_size: u64 = 0;
    for (_, header) in &files.files {
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
    Weights { parameters, dtype, file_size }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_licence_is_taken_from_the_head_of_the_card_and_nowhere_else_in_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let with = |card: &str, config: Value| {
            std::fs::write(folder.path().join("README.md"), card).expect("written");
            license(folder.path(), &config)
        };
        let none = || json!({});
        assert_eq!(license(folder.path(), &none()), None, "there is no card");
        assert_eq!(
            with("---\nlanguage: zh\nlicense: apache-2.0\n---\n# 模型", none()).as_deref(),
            Some("apache-2.0")
        );
        assert_eq!(with("---\r\nlicense: \"mit\" # really\r\n---\r\n", none()).as_deref(), Some("mit"));
        assert_eq!(with("---\nlicense:\n- cc-by-4.0\n- mit\n---\n", none()).as_deref(), Some("cc-by-4.0"));
        let other = "---\nlicense: other\nlicense_name: tongyi-qianwen\nlicense_link: LICENSE\n---\n";
        assert_eq!(with(other, none()).as_deref(), Some("tongyi-qianwen"));
        assert_eq!(with("---\nlicense: other\n---\n", none()).as_deref(), Some("other"));
        for card in
            ["# A model\nlicense: mit\n", "---\ntags: x\n---\nlicense: mit\n", "---\nlicense:\n---\n", ""]
        {
            assert_eq!(with(card, none()), None, "{card}");
            assert_eq!(with(card, json!({"license": "llama3.2"})).as_deref(), Some("llama3.2"));
        }
    }
}
