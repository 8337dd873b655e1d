//! Where in the files of a model the weights lie that may stay there.
//!
//! Nothing here keeps a model from being loaded: what can't be left in its file is read into memory, as always.

use std::path::Path;

use vitrine_core::header::gguf::GgufModel;
use vitrine_core::header::safetensors;
use vitrine_core::protocol::RpcError;

use super::{offer, table};
use crate::convert;

/// `VITRINE_WEIGHTS=memory` has everything read into memory, to compare the two.
fn is_off() -> bool {
    std::env::var_os("VITRINE_WEIGHTS").is_some_and(|place| place == "memory")
}

/// For the engine's GGUF reader: all tensors of all parts, and the table of embeddings in packed form.
pub fn of_gguf(model: &GgufModel) {
    if is_off() {
        return;
    }
    for part in model.parts() {
        let start = part.tensor_data_offset();
        let places = part.tensors().iter().map(|it| (start.saturating_add(it.offset), it.byte_len));
        leave(part.path(), places);
    }
    let Some((part, table)) = model.locate("token_embd.weight") else { return };
    let (Some(packed), &[width, rows]) = (convert::dtype(table.ggml_type), &table.shape[..]) else { return };
    table::expect(table::Place {
        path: part.path().to_owned(),
        start: part.tensor_data_offset() + table.offset,
        len: table.byte_len,
        packed: Some(packed),
        rows: rows as usize,
        width: width as usize,
    });
}

/// For a model in the engine's own container, in this folder; `table` is the name of a table of embeddings that is only
/// looked up.
pub fn of_converted(folder: &Path, table: Option<&str>) {
    if is_off() {
        return;
    }
    let file = folder.join(convert::MATRICES);
    match convert::places(&file) {
        Ok(places) => leave(&file, places),
        Err(error) => not_left(&file, &error.message),
    }
    let Some(table) = table else { return };
    let file = folder.join(convert::RESIDUAL);
    match residual_table(&file, table) {
        Ok(Some(place)) => table::expect(place),
        Ok(None) => not_left(&file, "there is no table of embeddings"),
        Err(error) => not_left(&file, &error.message),
    }
}

fn leave(file: &Path, places: impl IntoIterator<Item = (u64, u64)>) {
    if let Err(error) = offer(file, places) {
        not_left(file, &error.to_string());
    }
}

fn not_left(file: &Path, reason: &str) {
    eprintln!("vitrine-worker: weights in {} are read into memory: {reason}", file.display());
}

/// It lies there in F32.
fn residual_table(file: &Path, name: &str) -> Result<Option<table::Place>, RpcError> {
    let places = safetensors::places(file)?;
    let Some(place) = places.get(name) else { return Ok(None) };
    let &[rows, width] = &place.shape[..] else { return Ok(None) };
    Ok(Some(table::Place {
        path: file.to_owned(),
        start: place.start,
        len: place.len,
        packed: None,
        rows: rows as usize,
        width: width as usize,
    }))
}
