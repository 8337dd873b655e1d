//! The client side of the worker: start it, ask it, listen to it, end it, start another.
//!
//! Weights are touched in the worker process only, so that a file or an engine that panics,
//! aborts or eats all memory ends that process and never the app.
//!
//! * [`locate`]: where `vitrine-worker` is.
//! * [`WorkerProcess`]: one running worker; requests, notifications, its end.
//! * [`Supervisor`]: the one model slot: load, cancel, unload, notice a death.
//! * [`memory`]: how much the machine has free and a process holds.

mod exit;
mod locate;
mod log_tail;
pub mod memory;
mod pending;
mod process;
mod slot;
mod spawner;
mod stdout;
mod supervisor;

#[cfg(test)]
pub(crate) mod fake_worker;

pub use exit::Exit;
pub use locate::locate;
pub use process::{WorkerProcess, WorkerProgram};
pub use slot::ReadyModel;
pub use supervisor::{Patience, Preflight, Supervisor};
