//! candle-nn 0.11 under the version number that mistralrs 0.8.1 asks for, with one addition: a table of embeddings may be
//! kept elsewhere than in a tensor ([`embedding::keep_with`]).

pub use upstream::*;

pub mod embedding;
pub use embedding::{embedding, Embedding};
