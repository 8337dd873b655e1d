//! What the engine must be told to compute a model right.
//!
//! mistral.rs has two readers. The one for GGUF is quick to load but ignores scaled rotary
//! positions, sliding windows and most architectures. The one for Hugging Face folders knows all
//! of that, and takes block-quantized weights too, in its own container (UQFF). So a GGUF file is
//! described here as the folder that it was made from: a `config.json` and, for every matrix of
//! the engine's model class, where its rows lie in the file. The worker writes that folder.
//!
//! Whatever a file holds and this description does not account for is a reason to refuse it: a
//! tensor that nobody reads means numbers that are wrong.
//!
//! * [`of_gguf`]: the blueprint of a GGUF file.
//! * [`route`]: which of the engine's two readers takes it.
//! * [`folder`]: `config.json` of a Hugging Face folder, in the form that the engine reads.
//! * [`part`]: the blueprint of a folder's text part.

pub mod defaults;
mod facts;
pub mod folder;
pub mod gemma4;
mod gguf;
mod long_rope;
pub mod part;
mod places;
pub mod qwen35;
mod rope;
mod values;

use serde_json::Value;

use crate::header::gguf::{GgmlType, GgufHeader, GgufModel};
use crate::protocol::{ErrorKind, LoadRoute, RpcError};

pub use gguf::of_gguf;
pub use long_rope::LongRope;

/// A model in the form of a Hugging Face folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Blueprint {
    /// `config.json` for the engine; `architectures` in it names the model class.
    pub config: Value,
    /// The quantizable matrices, in the order in which the engine's class lists them
    /// (`get_layers`): the output layer first, then block by block.
    pub matrices: Vec<Matrix>,
    /// Everything else: embeddings and norms.
    pub vectors: Vec<Vector>,
    /// What the engine's class insists on and text never touches.
    pub blanks: Vec<Blank>,
    /// Which blocks see only the last tokens, where some do.
    pub windows: Option<Windows>,
}

impl Blueprint {
    /// The table of embeddings, where the engine only looks up rows in it: all of its classes but Gemma 4, which also
    /// computes with it where it serves as the output layer. Elsewhere that is a matrix of its own.
    pub fn looked_up(&self) -> Option<&Vector> {
        let tied = self.config["text_config"]["tie_word_embeddings"] == Value::Bool(true);
        let class = self.config["architectures"][0].as_str().unwrap_or_default();
        let computes_with_it = class.starts_with("Gemma4") && tied;
        self.vectors.iter().find(|vector| vector.name.ends_with("embed_tokens.weight") && !computes_with_it)
    }
}

/// A matrix of the model: rows of tensors of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// What its rows are, from the first to the last.
    pub parts: Vec<Rows>,
    pub rows: u64,
    /// Length of a row.
    pub columns: u64,
    pub order: RowOrder,
    /// Zeros that every row has and the file has not.
    pub gaps: Option<Gaps>,
    /// A vector of `rows` numbers that is added to the result, in the same order as the rows.
    pub bias: Option<String>,
}

impl Matrix {
    /// The first `rows` rows of one tensor, as they are.
    pub fn of(tensor: impl Into<String>, rows: u64, columns: u64) -> Self {
        Self::made_of(vec![Rows::of(tensor, 0, rows)], rows, columns)
    }

    /// Rows from several places.
    pub fn made_of(parts: Vec<Rows>, rows: u64, columns: u64) -> Self {
        Self { parts, rows, columns, order: RowOrder::Same, gaps: None, bias: None }
    }

    /// The tensors that its rows are taken from.
    pub fn tensors(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Rows::Stored { tensor, .. } => Some(tensor.as_str()),
            Rows::Zeros { .. } => None,
        })
    }

    /// Length of a row in the file.
    pub fn stored_columns(&self) -> u64 {
        self.gaps.map_or(self.columns, |gaps| self.columns / (gaps.kept + gaps.zeros) * gaps.kept)
    }
}

/// Rows that lie together.
#[derive(Debug, Clone, PartialEq)]
pub enum Rows {
    /// Of a tensor: where several matrices are stacked in one (experts), not from its beginning. All numbers are
    /// multiplied with `factor`, which must be 1 where they are packed.
    Stored { tensor: String, first: u64, count: u64, factor: f32 },
    /// Rows that the engine's class has and the model has not.
    Zeros { count: u64 },
}

impl Rows {
    /// `count` rows of a tensor, as they are.
    pub fn of(tensor: impl Into<String>, first: u64, count: u64) -> Self {
        Self::Stored { tensor: tensor.into(), first, count, factor: 1.0 }
    }
}

/// After every `kept` numbers of a row stand so many zeros that are not in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gaps {
    pub kept: u64,
    pub zeros: u64,
}

/// How the rows of a matrix stand in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOrder {
    /// As the engine wants them.
    Same,
    /// llama.cpp interleaves the two halves of every head of q and k: its row `2 i + half` of a
    /// head is row `half * d/2 + i` of the original.
    Interleaved { heads: u64 },
    /// The other way round: the file has two halves, and a class of the engine turns neighbours. Only the first
    /// `turned` rows of every head take part in that.
    Halves { heads: u64, turned: u64 },
    /// On its side: row `r` is the column `first + r` of the stored rows, which are `width` numbers wide. Floating-point
    /// formats only.
    Turned { width: u64, first: u64 },
}

impl RowOrder {
    /// The row of the file that stands at `row` in the Hugging Face folder; `rows` in all.
    pub fn stored(self, row: u64, rows: u64) -> u64 {
        let place = |heads: u64| (rows / heads, row / (rows / heads), row % (rows / heads));
        match self {
            Self::Same | Self::Turned { .. } => row,
            Self::Interleaved { heads } => {
                let (dimension, head, inside) = place(heads);
                let (half, i) = (inside / (dimension / 2), inside % (dimension / 2));
                head * dimension + 2 * i + half
            }
            Self::Halves { heads, turned } => {
                let (dimension, head, inside) = place(heads);
                if inside >= turned {
                    return row;
                }
                head * dimension + inside % 2 * (turned / 2) + inside / 2
            }
        }
    }

    /// Heads whose rows stay among themselves; `None` where all stay where they are.
    pub fn heads(self) -> Option<u64> {
        match self {
            Self::Same | Self::Turned { .. } => None,
            Self::Interleaved { heads } | Self::Halves { heads, .. } => Some(heads),
        }
    }
}

/// A tensor that stays unquantized.
#[derive(Debug, Clone, PartialEq)]
pub struct Vector {
    /// Its name in the folder.
    pub name: String,
    pub tensor: String,
    /// Hugging Face's order: rows first.
    pub shape: Vec<u64>,
    /// Of a single row: how its numbers stand in the file.
    pub order: RowOrder,
    /// What every number is multiplied with.
    pub factor: f32,
    /// What is then added: Gemma's norms are stored as 1 + weight.
    pub shift: f32,
}

/// A tensor of zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blank {
    /// Its name in the folder.
    pub name: String,
    pub shape: Vec<u64>,
}

impl Vector {
    /// How many numbers it has.
    pub fn elements(&self) -> u64 {
        self.shape.iter().copied().fold(1, u64::saturating_mul)
    }
}

/// Blocks with a sliding window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Windows {
    /// A token sees itself and the `window - 1` tokens before it.
    pub window: u32,
    /// For every block: does it have the window?
    pub sliding: Vec<bool>,
}

/// How many positions more than the context the engine must be able to compute: it goes on for a step
/// or two after its end.
pub const SLACK: u32 = 16;

/// Models of up to this many parameters are small: computing them takes so little time that exactness may cost some.
pub const SMALL: u64 = 1_000_000_000;

/// In which numbers attention is computed, and its keys and values are kept.
///
/// The engine's classes for folders compute in F32. Its classes for GGUF files can do both, and F16 is no quicker on a
/// processor, which has to widen each number: a model of 93 million weights reads a prompt of 2,000 tokens in three quarters
/// of the processor time in F32. The price is a cache twice as large. Small models pay it
/// easily, and attention is the greater part of their work; large ones keep to F16.
pub fn keys_values(route: LoadRoute, parameters: u64) -> KeysValues {
    match route {
        LoadRoute::Direct if parameters > SMALL => KeysValues::F16,
        LoadRoute::Direct | LoadRoute::Converted | LoadRoute::Folder => KeysValues::F32,
    }
}

/// A number format of keys and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeysValues {
    F16,
    F32,
}

impl KeysValues {
    pub fn name(self) -> &'static str {
        match self {
            Self::F16 => "F16",
            Self::F32 => "F32",
        }
    }

    /// Bytes of a number.
    pub fn bytes(self) -> u32 {
        match self {
            Self::F16 => 2,
            Self::F32 => 4,
        }
    }
}

/// The engine takes room for so many positions of keys and values at a time, and stops where that is more than the greatest
/// context (mistralrs-core 0.8.1, `NormalCache::CACHE_GROW_SIZE`).
pub const ROOM: u32 = 512;

/// How many positions the engine must have room for, so that all of `context` can be used.
pub fn room(context: u32) -> u32 {
    context.saturating_add(SLACK).div_ceil(ROOM).saturating_mul(ROOM)
}

/// Classes that keep states beside keys and values, and take room for [`ROOM`] positions more than they have computed.
const AHEAD: &[&str] =
    &["GraniteMoeHybridForCausalLM", "Qwen3NextForCausalLM", qwen35::DENSE, qwen35::MIXTURE];

/// Sets the greatest context in `config.json`, which the engine has two uses for: it computes sine and cosine of so many positions
/// beforehand (for 131,072 that takes up to 270 MB), and its cache holds so many at most. No class turns a position by other angles
/// for it, except with [`LongRope`]; there it is computed from, and the cache is replaced (`worker/src/windows.rs`).
pub fn set_context(config: &mut Value, context: u32) {
    if let Some(lengths) = LongRope::of(config) {
        lengths.configure(config);
        return;
    }
    let class = config["architectures"][0].as_str().unwrap_or_default();
    let ahead = if AHEAD.contains(&class) { ROOM } else { 0 };
    let text = if config["text_config"].is_object() { &mut config["text_config"] } else { config };
    text["max_position_embeddings"] = room(context).saturating_add(ahead).into();
}

/// The longest context of a GGUF file of this architecture, where the engine takes no longer prompts.
pub fn context_limit(architecture: &str) -> Option<u64> {
    (architecture == "gemma").then(|| folder::longest_prompt("GemmaForCausalLM")).flatten()
}

/// Which of the engine's readers takes a GGUF file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// mistral.rs reads the file itself.
    Direct,
    /// It is first written as a folder.
    Converted,
}

/// Chooses the reader.
///
/// # Errors
/// `UnsupportedArchitecture` where neither computes the model right; the message says why.
pub fn route(model: &GgufModel) -> Result<Route, RpcError> {
    let architecture = model.first().architecture().unwrap_or_default();
    let blueprint = of_gguf(model)?;
    // The engine's own GGUF reader rounds keys and values to F16, knows no biases here and not every format, and
    // is slow on weights that are not quantized.
    let plain = match architecture.as_str() {
        "llama" | "mistral3" => {
            blueprint.config["rope_scaling"].is_null()
                && blueprint.config["num_local_experts"].is_null()
                && blueprint.matrices.iter().all(|matrix| matrix.bias.is_none())
        }
        "qwen2" | "qwen3" => true,
        _ => false,
    };
    let quantized = blueprint
        .matrices
        .iter()
        .flat_map(Matrix::tensors)
        .all(|name| model.tensor(name).is_some_and(|tensor| !is_float(tensor.ggml_type)));
    let known = !model.tensors().any(|tensor| is_repacked(tensor.ggml_type));
    let known = known && has_the_engines_keys(model.first(), &architecture);
    // Its reader compares some names as they are written.
    let known = known && model.first().str("general.architecture") == Some(architecture.as_str());
    Ok(if plain && quantized && known { Route::Direct } else { Route::Converted })
}

/// Has the header every key that the engine's GGUF reader needs, each in the type that it takes? It refuses a file without
/// them, panics over a list where it takes one number, and takes what is usual where a base of rotary positions is
/// of another type (mistralrs-core 0.8.1, `PropsGGUF` and `ContentConfig`).
fn has_the_engines_keys(header: &GgufHeader, architecture: &str) -> bool {
    let key = |name: &str| format!("{architecture}.{name}");
    let whole = ["attention.head_count", "attention.head_count_kv", "block_count", "embedding_length"];
    let rotated = ["llama", "mistral3"].contains(&architecture).then_some("rope.dimension_count");
    let may_lack = |name: &str, is: &dyn Fn(&str) -> bool| header.get(&key(name)).is_none() || is(&key(name));
    whole.into_iter().chain(rotated).all(|name| header.is_u32(&key(name)))
        && header.is_f32(&key("attention.layer_norm_rms_epsilon"))
        && ["attention.key_length", "attention.value_length"]
            .into_iter()
            .all(|name| may_lack(name, &|key| header.is_u32(key)))
        && may_lack("rope.freq_base", &|key| header.is_f32(key))
}

/// Formats that the engine does not know, and whose numbers blocks of Q8_0 hold too: whole numbers of at most
/// 8 bits, times one scale for 32 weights or more.
const REPACKED: &[GgmlType] =
    &[GgmlType::IQ4_NL, GgmlType::IQ4_XS, GgmlType::TQ1_0, GgmlType::TQ2_0, GgmlType::MXFP4];

/// Is a tensor in this format packed into another one before the engine sees it?
pub fn is_repacked(kind: GgmlType) -> bool {
    REPACKED.contains(&kind)
}

/// The number format in which the engine computes with a quantized matrix that is stored in this one.
pub fn computed_in(kind: GgmlType) -> GgmlType {
    if is_repacked(kind) {
        GgmlType::Q8_0
    } else {
        kind
    }
}

/// Is it a plain floating-point format?
pub fn is_float(kind: GgmlType) -> bool {
    kind == GgmlType::F32 || kind == GgmlType::F16 || kind == GgmlType::BF16
}

fn unsupported(message: impl Into<String>) -> RpcError {
    RpcError::new(ErrorKind::UnsupportedArchitecture, message)
}

#[cfg(test)]
mod tests;
