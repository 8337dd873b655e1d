//! When the engine gives up: was it the file?
//!
//! A disk that breaks, a share that goes away, a file that is cut short or removed while it is read: the engine tells
//! all of that in its own words, if at all. So what it read is read once more, from beginning to end. It costs
//! time, but only where nothing can be loaded anyway.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use vitrine_core::header;
use vitrine_core::protocol::{ErrorKind, ModelFormat, RpcError};

/// Bytes that are read at once.
const PIECE: usize = 8 << 20;

/// The error of the file, where there is one; else the one that was told.
pub fn or(told: RpcError, model: &Path) -> RpcError {
    if told.kind() != ErrorKind::EngineFailed {
        return told;
    }
    // The header first: it says more than a failing read.
    let found = header::inspect(model).err().or_else(|| files(model).iter().find_map(|file| failing(file)));
    match found {
        Some(error) => error.with("engine", &told.message),
        None => told,
    }
}

/// Everything that holds weights.
fn files(model: &Path) -> Vec<PathBuf> {
    match header::locate(model) {
        Ok((ModelFormat::Safetensors, root)) => header::folder::weight_files(&root).unwrap_or_default(),
        Ok((ModelFormat::Gguf, file)) => vec![file],
        Err(_) => Vec::new(),
    }
}

/// What the system says when a file is read through; `None` where it can be.
fn failing(file: &Path) -> Option<RpcError> {
    let error = read_through(file).err()?;
    let kind = match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::NotFound,
        io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
        _ => ErrorKind::ReadFailed,
    };
    let path = file.display().to_string();
    Some(RpcError::new(kind, format!("{path}: {error}")).with("path", path))
}

fn read_through(path: &Path) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut piece = vec![0; PIECE];
    while file.read(&mut piece)? > 0 {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine() -> RpcError {
        RpcError::new(ErrorKind::EngineFailed, "words of its own")
    }

    #[test]
    fn a_file_that_can_be_read_leaves_the_engine_its_word() {
        let starter = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/starter/vitrine-starter.gguf");
        assert_eq!(or(engine(), Path::new(starter)).kind(), ErrorKind::EngineFailed);
        let busy = RpcError::new(ErrorKind::NotEnoughDisk, "full");
        assert_eq!(or(busy, Path::new("/no/such.gguf")).kind(), ErrorKind::NotEnoughDisk);
    }

    #[test]
    fn what_became_of_the_file_is_told_with_what_the_engine_said() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("cut.gguf"), b"GGUF\x03\0\0\0").expect("written");
        for (name, kind) in [("gone.gguf", ErrorKind::NotFound), ("cut.gguf", ErrorKind::Truncated)] {
            let error = or(engine(), &at(name));
            assert_eq!(error.kind(), kind, "{name}");
            assert_eq!(error.data.facts["engine"], "words of its own");
        }
    }

    /// Opens like a file and fails at the first read, as one on a broken disk does.
    #[cfg(unix)]
    #[test]
    fn a_read_that_fails_is_told_by_its_kind() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let error = failing(folder.path()).expect("a folder can't be read");
        assert_eq!(error.kind(), ErrorKind::ReadFailed);
        assert!(failing(Path::new("/no/such/file")).is_some_and(|error| error.kind() == ErrorKind::NotFound));
    }
}
