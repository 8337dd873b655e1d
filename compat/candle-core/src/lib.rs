//! candle-core 0.11 under the version number that mistralrs 0.8.1 asks for, with one addition: whoever loads a
//! model may say where its packed weights lie in memory ([`quantized::placement`]).

pub use upstream::*;

pub mod quantized;
