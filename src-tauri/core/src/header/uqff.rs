//! UQFF, mistral.rs's own container: quantized matrices in a safetensors file of byte tensors.
//!
//! Beside `*.uqff` lie `config.json` and `residual.safetensors` (what is not quantized). Such a folder
//! looks like one with plain weights, so it is recognised here and described as what it is. It is not
//! opened: which version of the engine wrote it decides whether it can be read.
//!
//! Layout of a byte tensor (mistralrs-quant 0.8.1): version u32, kind u8; kind 0 (GGML blocks): length u32,
//! bias u8, type u32, rank u32, dimensions u32; kind 1 (plain): bias u8, length u32, type u32, rank
//! u32, dimensions u32. Little endian.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::protocol::{ErrorKind, ModelInfo, RpcError};

use super::gguf::GgmlType;
use super::{folder, safetensors, support};

/// All that is read of a matrix: up to its eighth dimension.
const PREFIX_BYTES: u64 = 64;
const MAX_RANK: u32 = 8;

/// The UQFF files of a folder, sorted.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, RpcError> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| super::io_error(folder, &error))? {
        let path = entry.map_err(|error| super::io_error(folder, &error))?.path();
        if is_uqff(&path) && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

pub(super) fn is_uqff(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("uqff"))
}

/// Describes the folder that UQFF files lie in.
pub(super) fn describe(root: &Path, files: &[PathBuf]) -> Result<ModelInfo, RpcError> {
    if !root.join("config.json").is_file() {
        return Err(super::failure(
            ErrorKind::NotAModel,
            root,
            "weights in UQFF without the config.json that describes them",
        )
        .with("looks_like", "uqff"));
    }
    let mut info = folder::describe(root)?;
    let mut by_type: HashMap<GgmlType, u64> = HashMap::new();
    for file in files {
        let header = safetensors::read(file)?;
        info.file_size = info.file_size.saturating_add(header.file_size);
        let mut open = File::open(file).map_err(|error| super::io_error(file, &error))?;
        for tensor in header.tensors.values() {
            let (start, end) = tensor.data_offsets;
            let length = (end - start).min(PREFIX_BYTES);
            let mut prefix = Vec::new();
            open.seek(SeekFrom::Start(header.bytes.len() as u64 + start))
                .and_then(|_| (&mut open).take(length).read_to_end(&mut prefix))
                .map_err(|error| super::io_error(file, &error))?;
            if let Some((kind, elements)) = matrix(&prefix) {
                let sum = by_type.entry(kind).or_default();
                *sum = sum.saturating_add(elements);
            }
        }
    }
    let packed = by_type.values().fold(0, |sum: u64, &count| sum.saturating_add(count));
    info.parameters = info.parameters.saturating_add(packed);
    info.memory_needed = info.file_size;
    let dominant =
        by_type.into_iter().max_by_key(|&(kind, count)| (count, kind.0)).map(|(kind, _)| kind.name());
    info.quantization = format!("UQFF {}", dominant.unwrap_or_default()).trim_end().to_owned();
    info.support = support::unsupported(
        ErrorKind::UnsupportedQuantization,
        "weights in UQFF, the engine's own format, of which other versions can't be read; take the same model as GGUF",
    );
    Ok(info)
}

/// Number format and number of weights of a matrix, from its first bytes.
fn matrix(bytes: &[u8]) -> Option<(GgmlType, u64)> {
    let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (kind, at) = match *bytes.get(4)? {
        0 => (GgmlType(number(10)?), 14),
        1 => (GgmlType::F32, 14),
        _ => return None,
    };
    let rank = number(at)?;
    if rank > MAX_RANK {
        return None;
    }
    let dimensions = (0..rank as usize).map(|place| number(at + 4 + 4 * place));
    let elements =
        dimensions.into_iter().try_fold(1u64, |product, length| product.checked_mul(u64::from(length?)))?;
    Some((kind, elements))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{safetensors, Folder};
    use super::*;
    use crate::protocol::Support;

    /// One matrix of 4 rows with 256 columns as Q4_K, without its blocks.
    fn uqff() -> Vec<u8> {
        let mut bytes = safetensors("0", "U8", &[64], 64);
        let start = bytes.len() - 64;
        let prefix = [
            &0x200u32.to_le_bytes()[..],
            &[0],
            &576u32.to_le_bytes(),
            &[0],
            &12u32.to_le_bytes(),
            &2u32.to_le_bytes(),
        ]
        .concat();
        let matrix = [&prefix[..], &4u32.to_le_bytes(), &256u32.to_le_bytes()].concat();
        bytes[start..start + matrix.len()].copy_from_slice(&matrix);
        bytes
    }

    #[test]
    fn a_folder_of_uqff_is_described_and_not_taken_for_plain_weights() {
        let folder = Folder::new();
        let path = folder.write("m-0.uqff", uqff());
        let error = super::super::inspect(&path).unwrap_err();
        assert_eq!((error.kind(), &error.data.facts["looks_like"]), (ErrorKind::NotAModel, &"uqff".into()));
        let config =
            r#"{"architectures": ["LlamaForCausalLM"], "model_type": "llama", "num_hidden_layers": 2}"#;
        folder.write("config.json", config);
        folder.write("residual.safetensors", safetensors("norm", "F32", &[8], 32));
        for path in [&path, folder.0.path()] {
            let info = super::super::inspect(path).unwrap();
            assert_eq!((info.parameters, info.quantization.as_str()), (4 * 256 + 8, "UQFF Q4_K"));
            assert!(matches!(
                info.support,
                Support::Unsupported { kind: ErrorKind::UnsupportedQuantization, .. }
            ));
        }
    }

    #[test]
    fn matrices_that_break_off_are_left_out() {
        let whole = &uqff()[..];
        let start = whole.len() - 64;
        assert_eq!(matrix(&whole[start..]), Some((GgmlType(12), 1024)));
        for length in 0..26 {
            assert_eq!(matrix(&whole[start..start + length]), None, "{length}");
        }
    }
}
