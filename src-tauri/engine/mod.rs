//! The client side of the worker: start it, ask it, listen to it, end it, start another.
//!
//! Weights are touched in the worker process only, so that a file or an engine that panics,
//! aborts or eats all memory ends that process and never the app.
//!
//! * [`locate`]: where `vitrine-worker` is.
//! * [`WorkerProcess`]: one running worker; requests, notifications, its end.
//! * [`Supervisor`]: the one model slot: load, cancel, unload, notice a death.
//! * [`prepared`]: models that workers wrote anew, on disk.
//! * [`memory`]: how much the machine has free and a process holds.

#[cfg(any(target_os = "linux", test))]
mod cgroup;
mod locate;
mod log_tail;
pub mod memory;
mod pending;
pub mod prepared;
mod process;
mod slot;
mod spawner;
mod stdout;
mod supervisor;

#[cfg(test)]
pub(crate) mod fake_worker;

pub use locate::locate;
pub use process::{Pulse, WorkerProcess, WorkerProgram, CACHE_FOLDER};
pub use slot::ReadyModel;
pub use supervisor::{Patience, Preflight, Supervisor};
pub use vitrine_data::{Exit, MemoryKills};
