//! How many tokens a second to expect.
//!
//! Writing a token means reading every active weight once, so its time is the size of the
//! weights over the memory bandwidth that the engine gets to use. Measured with a model of the
//! shape of Qwen3 0.6B on two cores after 420 tokens: Q4_K_M 18.7 tokens/s from 397 MB (3.7 GB/s a
//! core), Q8_0 17.5 tokens/s from 640 MB (5.6 GB/s a core).

use vitrine_core::protocol::{Isq, ModelInfo};

/// Bytes a second and core, as measured with the format that does worst.
const BYTES_PER_CORE: f64 = 3.7e9;
/// More cores than this do not read faster: the memory of an ordinary computer is the limit then.
const USEFUL_CORES: u32 = 8;
/// What a token costs even if the model is tiny: the sampling chain and the way to the window.
const OVERHEAD_SECONDS: f64 = 0.001;

/// An estimate for the first thousand tokens of a conversation.
pub fn tokens_per_second(info: &ModelInfo, isq: Isq, cores: u32) -> f32 {
    let is_repacked = info.plan.as_ref().is_some_and(|plan| plan.repacked.is_some());
    let stored = if super::is_packable(info) {
        isq.bytes(info.parameters)
    } else if is_repacked {
        Isq::Q8_0.bytes(info.parameters)
    } else {
        info.file_size
    } as f64;
    let active = match info.traits.active_parameters {
        0 => 1.0,
        active => (active as f64 / info.parameters.max(1) as f64).min(1.0),
    };
    let bandwidth = f64::from(cores.clamp(1, USEFUL_CORES)) * BYTES_PER_CORE;
    (1.0 / (OVERHEAD_SECONDS + stored * active / bandwidth)) as f32
}
