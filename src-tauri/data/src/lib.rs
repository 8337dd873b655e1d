//! What the shell keeps and says, without a window: the [`contract`] with the UI, the [`error`] behind every refusal,
//! and the [`history`], one SQLite file.
//!
//! A crate of its own, so that a change in a query is compiled and tested without the window.

pub mod contract;
mod error;
mod exit;
pub mod history;
#[cfg(test)]
mod samples;

pub use error::Error;
pub use exit::{Exit, MemoryKills};
