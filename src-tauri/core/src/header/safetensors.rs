//! The header of a safetensors file: 8 bytes of length, then JSON that names the tensors.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;

use crate::protocol::{ErrorKind, RpcError};

/// What the format's own reader allows.
const MAX_HEADER_BYTES: u64 = 100_000_000;

pub(super) struct SafetensorsHeader {
    /// Length field and JSON as they stand in the file.
    pub bytes: Vec<u8>,
    pub tensors: HashMap<String, TensorEntry>,
    pub file_size: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct TensorEntry {
    pub dtype: String,
    pub shape: Vec<u64>,
    /// From the end of the header; the first is not beyond the second.
    pub data_offsets: (u64, u64),
}

impl TensorEntry {
    pub fn elements(&self) -> u64 {
        self.shape.iter().fold(1, |product, &length| product.saturating_mul(length))
    }
}

/// One entry of the JSON: a tensor, or the free text under `__metadata__`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Tensor(TensorEntry),
    Other(serde::de::IgnoredAny),
}

pub(super) fn read(path: &Path) -> Result<SafetensorsHeader, RpcError> {
    let metadata = std::fs::metadata(path).map_err(|error| super::io_error(path, &error))?;
    let file_size = metadata.len();
    if file_size == 0 {
        return Err(super::failure(ErrorKind::EmptyFile, path, "the file has 0 bytes"));
    }
    let length = read_length(path, file_size)?;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(8 + length).read_to_end(&mut bytes))
        .map_err(|error| super::io_error(path, &error))?;
    if (bytes.len() as u64) < 8 + length {
        return Err(truncated(path, file_size, 8 + length));
    }
    let entries: HashMap<String, Entry> = serde_json::from_slice(&bytes[8..]).map_err(|error| {
        super::failure(
            ErrorKind::Corrupt,
            path,
            &format!("the safetensors header is not as it must be: {error}"),
        )
    })?;
    let tensors = check_entries(path, entries, 8 + length, file_size)?;
    Ok(SafetensorsHeader { bytes, tensors, file_size })
}

/// Where a tensor lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorPlace {
    /// Its first byte, from the beginning of the file.
    pub start: u64,
    /// Bytes.
    pub len: u64,
    /// Rows first.
    pub shape: Vec<u64>,
}

/// The tensors of a file by name.
///
/// # Errors
/// `ReadFailed`, and `NotAModel`, `Truncated` or `Corrupt` where it is no whole safetensors file.
pub fn places(path: &Path) -> Result<HashMap<String, TensorPlace>, RpcError> {
    let SafetensorsHeader { bytes, tensors, .. } = read(path)?;
    let place = |TensorEntry { shape, data_offsets: (start, end), .. }| TensorPlace {
        start: bytes.len() as u64 + start,
        len: end - start,
        shape,
    };
    Ok(tensors.into_iter().map(|(name, tensor)| (name, place(tensor))).collect())
}

fn read_length(path: &Path, file_size: u64) -> Result<u64, RpcError> {
    if file_size < 8 {
        return Err(truncated(path, file_size, 8));
    }
    let mut field = [0; 8];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut field))
        .map_err(|error| super::io_error(path, &error))?;
    let length = u64::from_le_bytes(field);
    if length > MAX_HEADER_BYTES {
        let mut start = Vec::new();
        File::open(path)
            .and_then(|file| file.take(64).read_to_end(&mut start))
            .map_err(|error| super::io_error(path, &error))?;
        return Err(super::looks_like(path, &start).unwrap_or_else(|| {
            let message = "not a safetensors file: the length of its header makes no sense";
            super::failure(ErrorKind::NotAModel, path, message)
        }));
    }
    if length + 8 > file_size {
        return Err(truncated(path, file_size, length + 8));
    }
    Ok(length)
}

fn check_entries(
    path: &Path,
    entries: HashMap<String, Entry>,
    data_offset: u64,
    file_size: u64,
) -> Result<HashMap<String, TensorEntry>, RpcError> {
    let mut tensors = HashMap::with_capacity(entries.len());
    let mut end = data_offset;
    for (name, entry) in entries {
        let tensor = match entry {
            Entry::Tensor(tensor) => tensor,
            Entry::Other(_) if name == "__metadata__" => continue,
            Entry::Other(_) => {
                return Err(super::failure(
                    ErrorKind::Corrupt,
                    path,
                    &format!("the description of the tensor {name} is not as it must be"),
                ))
            }
        };
        let (first, last) = tensor.data_offsets;
        if first > last || last > 1 << 44 {
            return Err(super::failure(ErrorKind::Corrupt, path, &format!("the tensor {name} lies nowhere")));
        }
        end = end.max(data_offset + last);
        tensors.insert(name, tensor);
    }
    if end > file_size {
        return Err(truncated(path, file_size, end));
    }
    Ok(tensors)
}

fn truncated(path: &Path, file_size: u64, expected: u64) -> RpcError {
    super::failure(
        ErrorKind::Truncated,
        path,
        &format!("the file has {file_size} bytes, its header speaks of at least {expected}"),
    )
    .with("file_size", file_size)
    .with("expected_size", expected)
}
