//! What helps when something is wrong with the app itself, and gives nothing private away.
//!
//! * [`logs`]: what the app and its workers say, in files of a bounded size.
//! * [`crash`]: reports of panics. [`diagnostics`]: app, machine and state in words.
//! * [`scrub`]: what a text loses before it is written there.
//! * [`notes`]: the few facts that the next start needs before the history is open.

pub mod crash;
pub mod diagnostics;
pub mod logs;
pub mod notes;
pub mod scrub;

use std::path::PathBuf;

/// A folder for what can't be written into the data folder: the user's own below the system's temporary one.
pub fn spare_folder() -> PathBuf {
    #[cfg(unix)]
    // SAFETY: it reads a number of this process and can't fail.
    let user = unsafe { libc::getuid() }.to_string();
    #[cfg(not(unix))]
    let user = "user";
    std::env::temp_dir().join(format!("vitrine-{user}"))
}

/// Makes [`spare_folder`], for nobody else to read. Another user may have made one of that name before: then there is none.
///
/// # Errors
/// What the system says; `PermissionDenied` where it belongs to another user or is a link.
pub fn make_spare_folder() -> std::io::Result<PathBuf> {
    let folder = spare_folder();
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ if is_own(&folder) => Ok(folder),
        _ => Err(std::io::ErrorKind::PermissionDenied.into()),
    }
}

/// Is it a folder of this user, and no link to one?
pub fn is_own(folder: &std::path::Path) -> bool {
    let Ok(metadata) = folder.symlink_metadata() else { return false };
    #[cfg(unix)]
    // SAFETY: as above.
    let of_user = std::os::unix::fs::MetadataExt::uid(&metadata) == unsafe { libc::getuid() };
    #[cfg(not(unix))]
    let of_user = true;
    metadata.is_dir() && of_user
}
