//! `worker/status`: what a worker is kept from, and what it keeps in memory.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How far Landlock confines the files that a worker can reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Landlock {
    /// It reads its model and the system's description of processor and memory, and writes to its cache folder: nothing else.
    Full,
    /// The kernel enforces a part of that (before Linux 6.2: files elsewhere could be cut short, but neither read nor written).
    Partial,
    /// The kernel has no Landlock, or it is switched off.
    #[default]
    None,
}

/// What the operating system keeps a worker from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Sandbox {
    /// Before a model is loaded: what will be in force then.
    pub landlock: Landlock,
    /// No sockets, no other programs, no look into other processes.
    pub seccomp: bool,
}

/// Result of `worker/status`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkerStatus {
    pub sandbox: Sandbox,
    /// Memory that the process really holds, in bytes; 0 where the system does not tell.
    pub resident_bytes: u64,
    /// Weights that stay in a file instead, in bytes.
    pub file_bytes: u64,
    /// Of these: keys and values of the last sequence, as of its end.
    pub kv_bytes: u64,
    /// Tokens of the last sequence that a next prompt can start from.
    pub kept_tokens: u32,
}
