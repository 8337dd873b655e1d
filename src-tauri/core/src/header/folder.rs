//! A Hugging Face folder: `config.json` beside safetensors files.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use crate::blueprint::part::{Described, Way};
use crate::blueprint::{self, defaults};
use crate::protocol::{ErrorKind, Isq, LoadPlan, LoadRoute, ModelFormat, ModelInfo, RpcError, Support};

use super::gguf::GgmlType;
use super::safetensors::{self, SafetensorsHeader};
use super::{support, traits};

/// `config.json` and its like are a few kilobytes; an index of shards may have some megabytes.
const MAX_JSON_BYTES: u64 = 64 << 20;

/// Reads one JSON file of a model folder, as Python reads it: with `NaN` and `Infinity`.
///
/// # Errors
/// What the operating system says, `NotAModel` where something else stands in its place (a Git LFS pointer, a web page), or `Corrupt`.
pub fn read_json(path: &Path) -> Result<Value, RpcError> {
    let bytes = super::read_limited(path, MAX_JSON_BYTES)?;
    super::python_json::parse(&bytes).map_err(|error| {
        let corrupt = super::failure(ErrorKind::Corrupt, path, &format!("not valid JSON: {error}"));
        super::looks_like(path, &bytes).unwrap_or(corrupt)
    })
}

/// `config.json` of a folder, with everything in it that transformers would put in ([`defaults`]).
///
/// # Errors
/// As [`read_json`].
pub fn read_config(folder: &Path) -> Result<Value, RpcError> {
    Ok(defaults::settled(&read_json(&folder.join("config.json"))?))
}

/// [`read_json`] for a file that a folder may lack.
pub fn read_optional_json(path: &Path) -> Result<Option<Value>, RpcError> {
    match read_json(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}

/// The safetensors files that hold a folder's model, in the order of their names: those that the index names, else
/// `model.safetensors`. Where neither is there, the parts `model-00001-of-00002.safetensors` and so on, else a single file of any other
/// name. Whatever else lies in the folder (another form of the same weights, an adapter) is not the model.
///
/// # Errors
/// What the operating system says; `MissingParts` with the facts `missing` (file names, the first few) and `parts` where some are not there;
/// `Corrupt`.
pub fn weight_files(folder: &Path) -> Result<Vec<PathBuf>, RpcError> {
    let whole = folder.join("model.safetensors");
    let index = read_optional_json(&folder.join("model.safetensors.index.json"))?;
    if let Some(map) = index.as_ref().and_then(|index| index["weight_map"].as_object()) {
        let names: BTreeSet<&str> = map.values().filter_map(Value::as_str).collect();
        // A name in an index must stay in the folder.
        let is_inside = |name: &&str| {
            let mut parts = Path::new(name).components();
            matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None))
        };
        if let Some(name) = names.iter().find(|name| !is_inside(name)) {
            return Err(super::failure(
                ErrorKind::Corrupt,
                folder,
                &format!("the index names a file outside of the folder: {name}"),
            ));
        }
        let named = all_there(folder, names.into_iter().map(str::to_owned).collect());
        // An index that was left behind when its parts were put together.
        return named.or_else(|error| if whole.is_file() { Ok(vec![whole]) } else { Err(error) });
    }
    if whole.is_file() {
        return Ok(vec![whole]);
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| super::io_error(folder, &error))? {
        let path = entry.map_err(|error| super::io_error(folder, &error))?.path();
        let is_weights = path.extension().is_some_and(|name| name == "safetensors");
        if is_weights && path.is_file() {
            names.extend(path.file_name().and_then(|name| name.to_str()).map(str::to_owned));
        }
    }
    names.sort();
    if let Some(count) = names.iter().find_map(|name| parts_of(name)) {
        return all_there(folder, (1..=count).map(|number| part_name(number, count)).collect());
    }
    let is_the_model = |name: &&String| !BESIDE.iter().any(|beside| name.starts_with(beside));
    Ok(names.iter().filter(is_the_model).map(|name| folder.join(name)).collect())
}

/// What the names of files begin with that are no models by themselves.
const BESIDE: &[&str] = &["adapter"];

/// More parts than any model has.
const MOST_PARTS: u64 = 10_000;

fn part_name(number: u64, count: u64) -> String {
    format!("model-{number:05}-of-{count:05}.safetensors")
}

/// How many parts a model has that this file is one of, by its name.
fn parts_of(name: &str) -> Option<u64> {
    let (_, count) = name.strip_prefix("model-")?.strip_suffix(".safetensors")?.split_once("-of-")?;
    let count = count.parse().ok().filter(|count| (1..=MOST_PARTS).contains(count))?;
    (1..=count).any(|number| part_name(number, count) == name).then_some(count)
}

/// The paths of files that must all be in the folder.
fn all_there(folder: &Path, names: Vec<String>) -> Result<Vec<PathBuf>, RpcError> {
    let paths: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
    let missing: Vec<&str> =
        names.iter().zip(&paths).filter(|(_, path)| !path.exists()).map(|(name, _)| name.as_str()).collect();
    if missing.is_empty() {
        return Ok(paths);
    }
    let list = missing.iter().take(3).copied().collect::<Vec<_>>().join(", ");
    let more = if missing.len() > 3 { " ..." } else { "" };
    let message =
        format!("{} of {} files of this model are missing: {list}{more}", missing.len(), names.len());
    Err(super::failure(ErrorKind::MissingParts, folder, &message)
        .with("missing", format!("{list}{more}"))
        .with("missing_count", missing.len())
        .with("parts", names.len()))
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
    /// As [`weight_files`] and for each file `Truncated`, `Corrupt`, `NotAModel`. `Corrupt` also where two files hold a tensor
    /// of the same name: which of them is meant nobody knows.
    pub fn read(folder: &Path) -> Result<Self, RpcError> {
        let files = weight_files(folder)?;
        let read = |path: PathBuf| safetensors::read(&path).map(|header| (path, header));
        let weights = Self { files: files.into_iter().map(read).collect::<Result<_, _>>()? };
        let mut names = HashSet::new();
        if let Some(name) = weights.names().find(|name| !names.insert(*name)) {
            let message = format!("two of the weight files hold a tensor of the name {name}");
            return Err(super::failure(ErrorKind::Corrupt, folder, &message));
        }
        Ok(weights)
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

/// The error for a folder without `config.json` or without weights that are read here; names the GGUF files in it, so that one can
/// be offered, and says where weights are in PyTorch's own format.
pub(super) fn without_model(folder: &Path) -> RpcError {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return super::io_error(folder, &error),
    };
    let mut names: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    names.sort();
    let has = |path: &PathBuf, ends: &[&str]| {
        path.extension().is_some_and(|name| ends.iter().any(|end| name.eq_ignore_ascii_case(end)))
    };
    let ggufs = names.iter().filter(|path| has(path, &["gguf"])).map(|path| path.display().to_string());
    let ggufs: Vec<String> = ggufs.take(100).collect();
    let starts = |path: &&PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("pytorch_model") || name.starts_with("consolidated")
    };
    let pickled = names.iter().filter(|path| has(path, &["bin", "pt", "pth"])).find(starts);
    let adapter = folder.join("adapter_config.json").is_file();
    let message = match (pickled, folder.join("config.json").is_file()) {
        (Some(_), _) => {
            "the weights are in PyTorch's pickle format, which can run programs; the same model as safetensors is needed"
        }
        _ if adapter => "an adapter: what a training changed, without the model that it changes",
        (None, true) => "config.json without safetensors files",
        (None, false) => "no config.json with safetensors in this folder",
    };
    let error = super::failure(ErrorKind::FolderWithoutModel, folder, message).with("gguf_files", ggufs);
    match pickled.and_then(|path| path.file_name()).and_then(|name| name.to_str()) {
        Some(name) => error.with("looks_like", "pickle").with("case", "pickle").with("pickled", name),
        None if adapter => error.with("looks_like", "adapter"),
        None => error,
    }
}

pub(super) fn describe(folder: &Path) -> Result<ModelInfo, RpcError> {
    let config_path = folder.join("config.json");
    let config = defaults::settled(&read_json(&config_path)?);
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
    let tokens = crate::tokenizer::check_folder(folder);
    let support = support::of_folder(&config, class, &weights.dtype, method, tokens.as_ref().err());
    let (support, described) = match support {
        Support::Supported => described(&config, &files),
        refused => (refused, None),
    };
    let converted = match &described {
        Some(Described { blueprint, way: Way::Converted }) => Some(blueprint),
        _ => None,
    };
    let isq = Isq::automatic(weights.parameters, None);
    let memory_needed = match converted {
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
        plan: (support == Support::Supported).then_some(match converted {
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

/// Where everything lies in a folder that is supported as far as its configuration tells, or why it is not.
fn described(config: &Value, files: &FolderWeights) -> (Support, Option<Described>) {
    let described = match blueprint::part::of_folder(config, files) {
        Ok(described) => described,
        Err(error) => return (support::unsupported(error.kind(), error.message), None),
    };
    // Of a folder that is written anew only what is taken counts, which was looked at above.
    match files.foreign().filter(|_| described.way == Way::Direct) {
        Some((name, format)) => {
            let detail = format!("weights in {format} (tensor {name})");
            (support::unsupported(ErrorKind::UnsupportedQuantization, detail), None)
        }
        None => (Support::Supported, Some(described)),
    }
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
