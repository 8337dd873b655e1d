//! A short name for exactly this model, cheap enough to take at every load.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::protocol::{ModelFormat, RpcError};

use super::gguf::GgufModel;
use super::{folder, safetensors};

/// SHA-256, in hex, over the header and the size of a model's files.
///
/// Weights are not read: two models with the same metadata, vocabulary, tensor shapes, tensor
/// places and size that differ in weights alone get the same fingerprint.
///
/// # Errors
/// As [`super::inspect`].
pub fn fingerprint(path: &Path) -> Result<String, RpcError> {
    let mut hash = Sha256::new();
    match super::locate(path)? {
        (ModelFormat::Gguf, file) => {
            for header in GgufModel::read(&file)?.parts() {
                hash.update(header.bytes());
                hash.update(header.file_size().to_le_bytes());
            }
        }
        (ModelFormat::Safetensors, root) => {
            hash.update(super::read_limited(&root.join("config.json"), 64 << 20)?);
            for file in folder::weight_files(&root)? {
                let header = safetensors::read(&file)?;
                hash.update(&header.bytes);
                hash.update(header.file_size.to_le_bytes());
            }
        }
    }
    Ok(hex::encode(hash.finalize()))
}
