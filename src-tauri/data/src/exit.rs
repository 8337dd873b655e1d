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
    /// Somebody else killed it.
    Killed,
    /// The system killed it for want of memory.
    OutOfMemory,
}

/// What the system did for want of memory while the process ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemoryKills {
    /// It ended at least one process of this machine.
    Some,
    /// It ended none, or does not tell.
    NoneKnown,
}

impl Exit {
    /// `deliberate`: the shell had asked for it before.
    pub fn from_status(status: ExitStatus, deliberate: bool, kills: MemoryKills) -> Self {
        if deliberate {
            Self::Deliberate
        } else if was_killed(status) {
            // The worker is the preferred victim, so that a kill in its time was most likely its own.
            match kills {
                MemoryKills::Some => Self::OutOfMemory,
                MemoryKills::NoneKnown => Self::Killed,
            }
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
            Self::Killed => f.write_str("killed from outside (SIGKILL)"),
            Self::OutOfMemory => f.write_str("killed by the system because memory ran out (SIGKILL)"),
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
        let end = |status, deliberate| Exit::from_status(status, deliberate, MemoryKills::NoneKnown);
        assert_eq!(end(killed, false), Exit::Killed);
        assert_eq!(end(killed, true), Exit::Deliberate);
        assert!(matches!(end(aborted, false), Exit::Crashed { .. }));
        assert!(matches!(end(panicked, false), Exit::Crashed { .. }));
        assert!(matches!(end(ExitStatus::from_raw(0), false), Exit::Crashed { .. }));
        let while_memory_ran_out = |status| Exit::from_status(status, false, MemoryKills::Some);
        assert_eq!(while_memory_ran_out(killed), Exit::OutOfMemory);
        assert!(matches!(while_memory_ran_out(aborted), Exit::Crashed { .. }));
    }
}
