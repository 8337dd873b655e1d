//! Packed tensors. What is defined here stands before what candle-core has under the same name.

pub use upstream::quantized::*;

pub mod ggml_file;
pub mod gguf_file;
pub mod placement;
