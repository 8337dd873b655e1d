//! From a GGUF header to the facts on a model's card.

use std::collections::HashMap;

use crate::blueprint::{self, Route};
use crate::packing;
use crate::protocol::{ErrorKind, Isq, LoadPlan, LoadRoute, ModelFormat, ModelInfo, RpcError, Support};

use super::gguf::{GgmlType, GgufHeader, GgufModel, TensorInfo};
use super::{purpose, support, traits};

pub(super) fn describe(model: &GgufModel) -> Result<ModelInfo, RpcError> {
    let header = model.first();
    let path = header.path();
    purpose::check(model)?;
    let architecture = header.architecture().filter(|name| !name.trim().is_empty()).ok_or_else(|| {
        // Nothing says that it is damaged, and nothing what it is.
        super::failure(ErrorKind::NotAModel, path, "the header does not name an architecture")
    })?;
    let dominant = dominant_type(model);
    let (support, route) = support::of_gguf(model, &architecture)?;
    let number = |name: &str| header.u64(&format!("{architecture}.{name}"));
    let tokens = narrow(vocabulary_size(header, &architecture));
    let rows = embedding_rows(model);
    let limit = blueprint::context_limit(&architecture).unwrap_or(u64::MAX);
    let mut info = ModelInfo {
        path: path.display().to_string(),
        format: ModelFormat::Gguf,
        name: name(header),
        parameters: parameters(model),
        layers: narrow(number("block_count")),
        context_length: narrow(number("context_length").map(|length| length.min(limit))),
        embedding_length: narrow(number("embedding_length")),
        vocabulary_size: tokens,
        embedding_rows: rows,
        tokens_without_embedding: if rows == 0 { 0 } else { tokens.saturating_sub(rows) },
        quantization: dominant.map_or_else(String::new, GgmlType::name),
        file_size: model.file_size(),
        memory_needed: memory_needed(model, dominant, route),
        has_chat_template: header.str("tokenizer.chat_template").is_some(),
        license: header.str("general.license").filter(|license| !license.is_empty()).map(str::to_owned),
        plan: route.map(|route| plan(model, dominant, route)),
        support,
        traits: traits::of_gguf(model, &architecture),
        architecture,
    };
    if let (Some(plan), Some(cache)) = (&info.plan, info.traits.cache.as_mut()) {
        cache.number_bytes = blueprint::keys_values(plan.route, info.parameters).bytes();
    }
    if info.support == Support::Supported {
        require_sizes(header, &mut info)?;
    }
    Ok(info)
}

/// The engine panics where one of these is missing.
fn require_sizes(header: &GgufHeader, info: &mut ModelInfo) -> Result<(), RpcError> {
    let sizes = [
        ("block_count", info.layers),
        ("context_length", info.context_length),
        ("embedding_length", info.embedding_length),
    ];
    for (key, size) in sizes {
        if size == 0 {
            return Err(super::failure(
                ErrorKind::Corrupt,
                header.path(),
                &format!("the header lacks {}.{key}", info.architecture),
            ));
        }
    }
    Ok(())
}

fn name(header: &GgufHeader) -> String {
    let stem = || {
        let stem = header.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
        match stem.find("-00001-of-") {
            Some(end) if header.u64("split.count").is_some() => stem[..end].to_owned(),
            _ => stem,
        }
    };
    header.str("general.name").map(str::trim).filter(|name| !name.is_empty()).map_or_else(stem, str::to_owned)
}

fn narrow(number: Option<u64>) -> u32 {
    u32::try_from(number.unwrap_or(0)).unwrap_or(u32::MAX)
}

fn vocabulary_size(header: &GgufHeader, architecture: &str) -> Option<u64> {
    header
        .array_len("tokenizer.ggml.tokens")
        .map(|len| len as u64)
        .or_else(|| header.u64(&format!("{architecture}.vocab_size")))
}

/// Rows of the embedding table, or of the output layer where that has fewer; 0 where there is none.
fn embedding_rows(model: &GgufModel) -> u32 {
    let tables = [TABLE, "output.weight"].into_iter().filter_map(|name| model.tensor(name));
    narrow(tables.filter_map(|tensor| tensor.shape.get(1).copied()).min())
}

/// The format that most weights are in.
fn dominant_type(model: &GgufModel) -> Option<GgmlType> {
    let mut weights: HashMap<GgmlType, u64> = HashMap::new();
    for tensor in model.tensors() {
        let sum = weights.entry(tensor.ggml_type).or_default();
        *sum = sum.saturating_add(tensor.elements());
    }
    weights.into_iter().max_by_key(|&(kind, sum)| (sum, std::cmp::Reverse(kind.0))).map(|(kind, _)| kind)
}

/// How it would be loaded, and what that leaves on disk.
fn plan(model: &GgufModel, dominant: Option<GgmlType>, route: Route) -> LoadPlan {
    match route {
        Route::Direct => LoadPlan {
            route: LoadRoute::Direct,
            float_weights: false,
            repacked: None,
            cache_bytes: 0,
            left_on_disk: 0,
        },
        Route::Converted => LoadPlan {
            route: LoadRoute::Converted,
            float_weights: dominant.is_some_and(blueprint::is_float),
            repacked: dominant
                .filter(|&kind| blueprint::is_repacked(kind))
                .map(|kind| blueprint::computed_in(kind).name()),
            cache_bytes: stored(model),
            left_on_disk: model.tensor(TABLE).map_or(0, |table| table.elements().saturating_mul(4)),
        },
    }
}

/// Bytes of a matrix in memory: quantized as in the file or as it is repacked, floating-point as it is packed.
fn packed(tensor: &TensorInfo, isq: Isq) -> u64 {
    if blueprint::is_float(tensor.ggml_type) && tensor.shape.len() > 1 {
        isq.bytes(tensor.elements())
    } else if blueprint::is_repacked(tensor.ggml_type) {
        Isq::Q8_0.bytes(tensor.elements())
    } else {
        tensor.byte_len
    }
}

/// Bytes that the weights take written out: quantized ones as they are, the embedding table in F32, and packed
/// beside it where it also serves as the output layer.
fn stored(model: &GgufModel) -> u64 {
    let tied = is_tied(model);
    let isq = Isq::automatic(parameters(model), None);
    model.tensors().fold(0, |sum: u64, tensor| {
        let bytes = match tensor.name.as_str() {
            TABLE => {
                let table = tensor.elements().saturating_mul(4);
                table.saturating_add(if tied { packed(tensor, isq) } else { 0 })
            }
            _ => packed(tensor, isq),
        };
        sum.saturating_add(bytes)
    })
}

const TABLE: &str = "token_embd.weight";

fn is_tied(model: &GgufModel) -> bool {
    model.tensor("output.weight").is_none()
}

/// Bytes that the weights take in memory, at the highest.
fn memory_needed(model: &GgufModel, dominant: Option<GgmlType>, route: Option<Route>) -> u64 {
    let Some(route) = route.filter(|_| !dominant.is_some_and(blueprint::is_float)) else {
        return stored(model);
    };
    let isq = Isq::automatic(parameters(model), None);
    let mut footprint = packing::Footprint::default();
    for tensor in model.tensors() {
        let matrix = packing::Matrix {
            format: blueprint::computed_in(tensor.ggml_type),
            columns: tensor.shape.first().copied().unwrap_or(1),
            rows: tensor.shape.get(1).copied().unwrap_or(1),
            bytes: packed(tensor, isq),
        };
        if tensor.name == TABLE {
            let kept = match (route, tensor.ggml_type) {
                // It stays in the file that is written.
                (Route::Converted, _) => 0,
                (Route::Direct, GgmlType::F32 | GgmlType::BF16) => tensor.elements().saturating_mul(4),
                (Route::Direct, _) => tensor.byte_len,
            };
            footprint.add_table(tensor.elements(), kept);
            if is_tied(model) {
                footprint.add_output(matrix);
            }
        } else if tensor.name == "output.weight" {
            footprint.add_output(matrix);
        } else {
            footprint.add(matrix);
        }
    }
    footprint.peak()
}

fn parameters(model: &GgufModel) -> u64 {
    model.tensors().fold(0, |sum, tensor| sum.saturating_add(tensor.elements()))
}
