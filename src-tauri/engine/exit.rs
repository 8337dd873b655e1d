//! How a worker process ended, as far as it matters for what the user is told.

use std::fmt;
use std::process::ExitStatus;

/// The end of a worker process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// The shell ended it.
    Deliberate,
    /// By a panic, an abort or a fault; or it left without being told to.
    Crashed {
        /// As the system puts it: `exit status: 101`, `signal: 6 (SIGABRT)` ...
        status: String,
    },
    /// Somebody else killed it, most likely the system for want of memory.
    Killed,
}

impl Exit {
    /// `deliberate`: the shell had asked for it before.
    pub fn from_status(status: ExitStatus, deliberate: bool) -> Self {
        if deliberate {
            Self::Deliberate
        } else if was_killed(status) {
            Self::Killed
        } else {
            Self::Crashed { status: status.to_string() }
        }
    }
}

#[cfg(unix)]
fn was_killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(libc::SIGKILL)
}

/// Elsewhere a kill can't be told from a crash.
#[cfg(not(unix))]
fn was_killed(_status: ExitStatus) -> bool {
    false
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deliberate => f.write_str("ended by the app"),
            Self::Crashed { status } => f.write_str(status),
            Self::Killed => f.write_str("killed by the system (SIGKILL)"),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn a_kill_is_told_from_a_crash_and_both_from_our_own_doing() {
        let killed = ExitStatus::from_raw(libc::SIGKILL);
        let aborted = ExitStatus::from_raw(libc::SIGABRT);
        let panicked = ExitStatus::from_raw(101 << 8);
        assert_eq!(Exit::from_status(killed, false), Exit::Killed);
        assert_eq!(Exit::from_status(killed, true), Exit::Deliberate);
        assert!(matches!(Exit::from_status(aborted, false), Exit::Crashed { .. }));
        assert!(matches!(Exit::from_status(panicked, false), Exit::Crashed { .. }));
        assert!(matches!(Exit::from_status(ExitStatus::from_raw(0), false), Exit::Crashed { .. }));
    }
}
