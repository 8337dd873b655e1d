//! What a model file says about itself, read without its weights.
//!
//! People bring files from everywhere: half a download, a web page saved under a model's name,
//! a format that the engine can't compute with. The answer must come in milliseconds, name the
//! reason, and never bring the program down, so nothing here trusts a length that a file states.
//!
//! * [`inspect`]: one call from a path to a [`ModelInfo`] with a verdict.
//! * [`gguf`]: the header of a GGUF file.
//! * [`folder`]: `config.json` and safetensors headers of a Hugging Face folder; UQFF is recognised there.
//! * [`fingerprint`]: names a model in saved answers.

mod fingerprint;
pub mod folder;
pub mod gguf;
mod gguf_info;
pub(crate) mod pieces;
mod purpose;
mod python_json;
pub mod safetensors;
mod support;
mod traits;
mod uqff;

use std::io::Read;
use std::path::{Path, PathBuf};

pub use fingerprint::fingerprint;
#[cfg(test)]
pub(crate) use support::folder_classes;

use crate::protocol::{ErrorKind, ModelFormat, ModelInfo, RpcError};

/// Reads the headers of a model: a GGUF file, a folder with `config.json` and safetensors, or
/// one of the files in such a folder.
///
/// A readable model that can't be run here is no error: `support` says why.
///
/// # Errors
/// `NotFound`, `PermissionDenied`, `ReadFailed`, `FolderWithoutModel`, `EmptyFile`, `NotAModel`,
/// `Truncated`, `Corrupt`, `UnsupportedVersion`; each with the fact `path`.
pub fn inspect(path: &Path) -> Result<ModelInfo, RpcError> {
    if let Some((root, files)) = find_uqff(path) {
        let mut info = uqff::describe(&root, &files)?;
        info.path = path.display().to_string();
        return Ok(info);
    }
    match locate(path)? {
        (ModelFormat::Gguf, file) => {
            let model = gguf::GgufModel::read(&file).map_err(|error| pieces::explain(error, &file))?;
            let mut info = gguf_info::describe(&model)?;
            info.path = path.display().to_string();
            Ok(info)
        }
        (ModelFormat::Safetensors, root) => {
            let mut info = folder::describe(&root)?;
            info.path = path.display().to_string();
            Ok(info)
        }
    }
}

/// The UQFF files that a path stands for: a folder with some, or one of them.
fn find_uqff(path: &Path) -> Option<(PathBuf, Vec<PathBuf>)> {
    let metadata = std::fs::metadata(path).ok()?;
    let root = if metadata.is_dir() {
        path
    } else if metadata.len() > 0 && (uqff::is_uqff(path) || is_part_of_folder(path)) {
        path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
    } else {
        return None;
    };
    // A folder that can't be listed is reported by whoever needs to.
    let files = uqff::files(root).ok()?;
    (!files.is_empty()).then(|| (root.into(), files))
}

/// Which format a path holds, and the path that stands for the model: the GGUF file itself, or
/// the folder, also where a file in that folder was given.
///
/// # Errors
/// As [`inspect`], as far as they show without reading headers.
pub fn locate(path: &Path) -> Result<(ModelFormat, PathBuf), RpcError> {
    let metadata = std::fs::metadata(path).map_err(|error| io_error(path, &error))?;
    if metadata.is_dir() {
        if !path.join("config.json").is_file() {
            return Err(folder::without_model(path));
        }
        return Ok((ModelFormat::Safetensors, path.into()));
    }
    if metadata.is_file() && metadata.len() == 0 {
        return Err(failure(ErrorKind::EmptyFile, path, "the file has 0 bytes"));
    }
    if is_part_of_folder(path) {
        if let Some(parent) = path.parent() {
            if parent.join("config.json").is_file() {
                return Ok((ModelFormat::Safetensors, parent.into()));
            }
        }
        return Err(failure(
            ErrorKind::NotAModel,
            path,
            "weights without the config.json that describes them",
        ));
    }
    Ok((ModelFormat::Gguf, path.into()))
}

fn is_part_of_folder(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name == "config.json"
        || name.ends_with(".safetensors.index.json")
        || path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("safetensors"))
}

/// An error with the fact `path`.
pub(crate) fn failure(kind: ErrorKind, path: &Path, message: &str) -> RpcError {
    RpcError::new(kind, format!("{}: {message}", path.display()))
        .with("path", path.display().to_string())
        .with("detail", message)
}

/// What the operating system said, by kind.
pub(crate) fn io_error(path: &Path, error: &std::io::Error) -> RpcError {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ErrorKind::NotFound,
        std::io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
        _ => ErrorKind::ReadFailed,
    };
    failure(kind, path, &error.to_string())
}

/// Reads a small file whole; `limit` keeps a mislabelled one out of memory.
pub(crate) fn read_limited(path: &Path, limit: u64) -> Result<Vec<u8>, RpcError> {
    let metadata = std::fs::metadata(path).map_err(|error| io_error(path, &error))?;
    if !metadata.is_file() {
        return Err(failure(ErrorKind::NotAModel, path, "not a file"));
    }
    if metadata.len() > limit {
        return Err(failure(
            ErrorKind::Corrupt,
            path,
            &format!("{} bytes, where at most {limit} make sense", metadata.len()),
        ));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error| io_error(path, &error))?;
    Ok(bytes)
}

/// What a file that is no GGUF begins with, where that explains how it came to be.
const LOOK_ALIKES: &[(&[u8], &str, &str)] = &[
    (b"PK\x03\x04", "zip", "a ZIP archive or a PyTorch checkpoint"),
    (b"\x80\x02", "pickle", "a PyTorch checkpoint"),
    (b"version https://git-lfs", "git_lfs_pointer", "a Git LFS pointer: the model itself was not downloaded"),
    (b"<!DOCTYPE", "html", "a web page"),
    (b"<!doctype", "html", "a web page"),
    (b"<html", "html", "a web page"),
    (b"\x89HDF", "hdf5", "an HDF5 file"),
    (b"%PDF", "pdf", "a PDF document"),
];

/// First bytes of what llama.cpp wrote before GGUF.
const OLD_MAGICS: &[&[u8; 4]] = &[b"lmgg", b"fmgg", b"tjgg", b"algg"];

/// The error for a file without the GGUF magic; looks at its first bytes to say what it is.
pub(crate) fn not_a_model(path: &Path) -> RpcError {
    let mut start = Vec::new();
    if let Ok(file) = std::fs::File::open(path) {
        // A second look only makes the message better; without it the message stands.
        if file.take(64).read_to_end(&mut start).is_err() {
            start.clear();
        }
    }
    if OLD_MAGICS.iter().any(|magic| start.starts_with(*magic)) {
        return failure(ErrorKind::UnsupportedVersion, path, "a model in the format that came before GGUF")
            .with("looks_like", "ggml");
    }
    looks_like(path, &start).unwrap_or_else(|| failure(ErrorKind::NotAModel, path, "not a GGUF file"))
}

/// The error for a file that begins as something else does which is often found in a model's place.
pub(crate) fn looks_like(path: &Path, start: &[u8]) -> Option<RpcError> {
    let (_, name, what) = LOOK_ALIKES.iter().find(|(magic, _, _)| start.starts_with(magic))?;
    let error = failure(ErrorKind::NotAModel, path, what).with("looks_like", *name);
    // The one that calls for other advice.
    Some(if *name == "git_lfs_pointer" { error.with("case", *name) } else { error })
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
