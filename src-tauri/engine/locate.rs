//! Where the worker program is.
//!
//! Installed, it lies beside the app (a Tauri sidecar). While developing it lies beside the app
//! in `target/debug`, one folder above test programs, which cargo puts into `deps`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Names the worker program, for tests and for trying another build.
const OVERRIDE: &str = "VITRINE_WORKER";

/// The path of `vitrine-worker`. Where there is none, the path at which it should have been:
/// starting it then fails with that path in the message.
pub fn locate() -> PathBuf {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|program| program.parent().map(Path::to_path_buf))
        .unwrap_or_default();
    find(std::env::var_os(OVERRIDE), &beside)
}

fn find(given: Option<OsString>, beside: &Path) -> PathBuf {
    if let Some(given) = given.filter(|given| !given.is_empty()) {
        return given.into();
    }
    let name = format!("vitrine-worker{}", std::env::consts::EXE_SUFFIX);
    let first = beside.join(&name);
    let above = beside.with_file_name(&name);
    let in_deps = beside.file_name().is_some_and(|folder| folder == "deps");
    if in_deps && !first.exists() && above.exists() {
        above
    } else {
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beside_the_program_or_above_deps_or_as_given() {
        let target = tempfile::tempdir().expect("a temporary folder");
        let deps = target.path().join("deps");
        let name = format!("vitrine-worker{}", std::env::consts::EXE_SUFFIX);
        std::fs::create_dir(&deps).expect("a folder");
        assert_eq!(find(None, &deps), deps.join(&name));
        std::fs::write(target.path().join(&name), "").expect("a file");
        assert_eq!(find(None, &deps), target.path().join(&name));
        assert_eq!(find(None, target.path()), target.path().join(&name));
        assert_eq!(find(Some("/a b/工".into()), &deps), PathBuf::from("/a b/工"));
    }
}
