//! What the operating system keeps this process from, so that a model file that takes it over gains nothing.
//!
//! Two layers, Linux only:
//!
//! * From the first instruction of `main`: *seccomp*. No sockets, no other programs, no other processes.
//! * From the first `model/load` or `tokenizer/open`, before a byte of the file is read: *Landlock*. Reads the model,
//!   writes to the cache folder (not for a tokenizer), and nothing else. This can't come earlier because the path is not known
//!   earlier, and it can't be widened later: one worker, one model.
//!
//! Landlock confines the thread that asks for it and all that this thread starts. So the thread that
//! reads requests does it, while it is the only one.
//!
//! Where the kernel has neither, the worker says so and runs on. `VITRINE_SANDBOX` (`off`, `no-landlock`,
//! `no-seccomp`) makes a worker behave as on such a kernel.

mod rights;

#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod syscalls;

#[cfg(not(target_os = "linux"))]
mod files {
    //! Nothing of that kind on this system.
    use super::rights::Rights;
    use vitrine_core::protocol::Landlock;

    pub fn available() -> Landlock {
        Landlock::None
    }

    pub fn confine(_: &Rights) -> Result<Landlock, String> {
        Ok(Landlock::None)
    }
}

use std::path::Path;

use vitrine_core::protocol::{ErrorKind, Landlock, RpcError, Sandbox};

pub use rights::Rights;

const PRETEND: &str = "VITRINE_SANDBOX";

/// Which layers may be used.
#[derive(Debug, Clone, Copy)]
struct Allowed {
    landlock: bool,
    seccomp: bool,
}

impl Allowed {
    fn from_environment() -> Self {
        let pretend = std::env::var(PRETEND).unwrap_or_default();
        Self {
            landlock: !matches!(pretend.as_str(), "off" | "no-landlock"),
            seccomp: !matches!(pretend.as_str(), "off" | "no-seccomp"),
        }
    }
}

/// The sandbox of this process.
pub struct Confinement {
    status: Sandbox,
    rights: Option<Rights>,
}

impl Confinement {
    /// The first layer. To be called before any other thread is started.
    pub fn begin() -> Self {
        let allowed = Allowed::from_environment();
        let seccomp = allowed.seccomp && first_layer();
        let landlock = if allowed.landlock { files::available() } else { Landlock::None };
        Self { status: Sandbox { landlock, seccomp }, rights: None }
    }

    /// As it is; before [`Self::confine`], the files part is what will be in force.
    pub fn status(&self) -> Sandbox {
        self.status
    }

    /// The second layer: from now on only this can be read. A second call changes nothing.
    pub fn confine(&mut self, rights: impl FnOnce() -> Rights) {
        if self.rights.is_some() || self.status.landlock == Landlock::None {
            return;
        }
        let rights = rights();
        self.status.landlock = match files::confine(&rights) {
            Ok(landlock) => landlock,
            Err(reason) => {
                eprintln!("vitrine-worker: files are not confined: {reason}");
                Landlock::None
            }
        };
        self.rights = Some(rights);
    }

    /// Says what a refusal of the system means for a path that is out of reach.
    pub fn explain(&self, error: RpcError, path: &str) -> RpcError {
        let confined = self.status.landlock != Landlock::None;
        let out_of_reach = self.rights.as_ref().is_some_and(|rights| !rights.cover(Path::new(path)));
        if error.kind() == ErrorKind::PermissionDenied && confined && out_of_reach {
            let message = format!("this worker can only read its model, not {path}: use another worker");
            return RpcError::new(ErrorKind::Sandboxed, message).with("path", path);
        }
        error
    }
}

#[cfg(target_os = "linux")]
fn first_layer() -> bool {
    syscalls::close_what_was_inherited();
    match syscalls::forbid() {
        Ok(()) => true,
        Err(error) => {
            eprintln!("vitrine-worker: system calls are not filtered: {error}");
            false
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn first_layer() -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
