//! The rows that tokens have in a model's table of embeddings: which are near to each other, and which stand alone.
//!
//! A token's row is the vector that a model begins with when it reads the token. Training moves the rows of tokens that stand
//! in similar places into similar directions, so neighbours say something of meaning, and as much of spelling and language.
//!
//! The table stays in its file: it is read in chunks, by several threads, and no more than a chunk a thread is in memory.
//! Who reads a chunk and turns packed numbers into F32 is somebody else ([`Rows`]): here is no engine.

mod hardly_met;
mod nearest;
mod odd;
mod place;
mod scan;

pub use hardly_met::{hardly_met, Like};
pub use nearest::{mean, nearest};
pub use odd::odd_one_out;
pub use place::{locate, plain, Place};
pub use scan::Rows;

#[cfg(test)]
mod tests;
