//! Scaled rotary positions, from what a GGUF file says to what `config.json` says.
//!
//! Rotary embeddings turn the i-th pair of a head's d numbers by `position * base^(-2i/d)`.
//! llama.cpp stores Llama 3's scaling as the finished divisors of these frequencies
//! (`rope_freqs`); the Hugging Face form has the four numbers that they come from. The numbers
//! are found again here, and the divisors computed from them must agree with the stored ones.

use std::io::{Read, Seek, SeekFrom};

use serde_json::{json, Value};

use crate::header::gguf::{GgmlType, GgufModel, TensorInfo};
use crate::protocol::RpcError;

use super::unsupported;

/// No head is wider.
const MOST_FACTORS: u64 = 4096;

/// Reads a small F32 tensor of one dimension.
pub(super) fn read_factors(model: &GgufModel, tensor: &TensorInfo) -> Result<Vec<f32>, RpcError> {
    let (header, tensor) = model
        .locate(&tensor.name)
        .ok_or_else(|| unsupported(format!("the file lacks the tensor {}", tensor.name)))?;
    let count = tensor.elements();
    if tensor.ggml_type != GgmlType::F32 || tensor.shape.len() != 1 || count > MOST_FACTORS {
        return Err(unsupported(format!("the tensor {} is not a vector of F32", tensor.name)));
    }
    let mut bytes = vec![0; count as usize * 4];
    std::fs::File::open(header.path())
        .and_then(|mut file| {
            file.seek(SeekFrom::Start(header.tensor_data_offset() + tensor.offset))?;
            file.read_exact(&mut bytes)
        })
        .map_err(|error| crate::header::io_error(header.path(), &error))?;
    Ok(bytes.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect())
}

/// The parameters of Llama 3's scaling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Llama3 {
    pub factor: f64,
    pub low: f64,
    pub high: f64,
    /// Context length before scaling, in tokens.
    pub original: f64,
}

/// Any value does: the four numbers have one degree of freedom more than the divisors.
const ORIGINAL: f64 = 8192.0;
/// What Llama 3.1 and 3.2 use.
const USUAL: (f64, f64) = (1.0, 4.0);
/// Divisors are stored with 24 bits, computed from powers with an error of a few of the last.
const TOLERANCE: f64 = 2e-4;

impl Llama3 {
    /// The divisor of every frequency (transformers, `_compute_llama3_parameters`).
    pub fn divisors(&self, base: f64, dimension: u64) -> Vec<f64> {
        (0..dimension / 2)
            .map(|i| {
                let wavelength = wavelength(base, dimension, i);
                if wavelength < self.original / self.high {
                    1.0
                } else if wavelength > self.original / self.low {
                    self.factor
                } else {
                    let smooth = (self.original / wavelength - self.low) / (self.high - self.low);
                    1.0 / ((1.0 - smooth) / self.factor + smooth)
                }
            })
            .collect()
    }

    pub fn to_json(self) -> Value {
        json!({
            "rope_type": "llama3",
            "factor": self.factor,
            "low_freq_factor": self.low,
            "high_freq_factor": self.high,
            "original_max_position_embeddings": self.original as u64,
        })
    }

    /// Finds parameters that give these divisors.
    ///
    /// Between the limits, `1 / divisor` is linear in `1 / wavelength`:
    /// `smooth = (original / wavelength - low) / (high - low)`. Two points there give the line.
    pub fn from_divisors(divisors: &[f32], base: f64) -> Result<Self, RpcError> {
        let dimension = 2 * divisors.len() as u64;
        let stored: Vec<f64> = divisors.iter().map(|&divisor| f64::from(divisor)).collect();
        let factor = stored.iter().copied().fold(1.0, f64::max);
        if !stored.iter().all(|divisor| divisor.is_finite() && *divisor >= 1.0 - TOLERANCE) || factor <= 1.0 {
            return Err(unsupported(
                "divisors of rotary frequencies (rope_freqs.weight) that are not those of Llama 3",
            ));
        }
        // First the usual ones, exactly; then what the line says.
        let usual = Self { factor, low: USUAL.0, high: USUAL.1, original: ORIGINAL };
        let found = [Some(usual), Self::from_line(&stored, base, factor)];
        found
            .into_iter()
            .flatten()
            .find(|scaling| agree(&scaling.divisors(base, dimension), &stored))
            .ok_or_else(|| {
                unsupported(
                    "divisors of rotary frequencies (rope_freqs.weight) that are not those of Llama 3",
                )
            })
    }

    fn from_line(stored: &[f64], base: f64, factor: f64) -> Option<Self> {
        let dimension = 2 * stored.len() as u64;
        let between: Vec<(f64, f64)> = stored
            .iter()
            .zip(0..)
            .filter(|(divisor, _)| **divisor > 1.0 + TOLERANCE && **divisor < factor - TOLERANCE)
            .map(|(divisor, i)| {
                let smooth = (1.0 / divisor - 1.0 / factor) / (1.0 - 1.0 / factor);
                (1.0 / wavelength(base, dimension, i), smooth)
            })
            .collect();
        let ((x0, y0), (x1, y1)) = (between.first()?, between.last()?);
        let slope = (y1 - y0) / (x1 - x0);
        let offset = y0 - slope * x0;
        let scaling = Self {
            factor,
            low: -offset * ORIGINAL / slope,
            high: (1.0 - offset) * ORIGINAL / slope,
            original: ORIGINAL,
        };
        (scaling.low > 0.0 && scaling.high > scaling.low && scaling.high.is_finite()).then_some(scaling)
    }
}

fn wavelength(base: f64, dimension: u64, i: u64) -> f64 {
    2.0 * std::f64::consts::PI * base.powf(2.0 * i as f64 / dimension as f64)
}

fn agree(computed: &[f64], stored: &[f64]) -> bool {
    computed.iter().zip(stored).all(|(a, b)| (a - b).abs() <= TOLERANCE * b.max(1.0) * 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(scaling: Llama3, base: f64, dimension: u64) -> Vec<f32> {
        scaling.divisors(base, dimension).into_iter().map(|divisor| divisor as f32).collect()
    }

    #[test]
    fn the_scalings_of_llama_3_1_and_3_2_are_found_exactly() {
        for (factor, dimension) in [(8.0, 128), (32.0, 64)] {
            let scaling = Llama3 { factor, low: 1.0, high: 4.0, original: 8192.0 };
            let divisors = stored(scaling, 500_000.0, dimension);
            assert_eq!(Llama3::from_divisors(&divisors, 500_000.0).expect("found"), scaling);
        }
    }

    #[test]
    fn other_limits_are_found_from_the_line() {
        let scaling = Llama3 { factor: 8.0, low: 1.0, high: 4.0, original: 256.0 };
        let divisors = stored(scaling, 500.0, 16);
        let found = Llama3::from_divisors(&divisors, 500.0).expect("found");
        assert!(agree(&found.divisors(500.0, 16), &scaling.divisors(500.0, 16)), "{found:?}");
    }

    #[test]
    fn other_divisors_are_refused() {
        let ramp: Vec<f32> = (0..32).map(|i| 1.0 + i as f32).collect();
        assert!(Llama3::from_divisors(&ramp, 500_000.0).is_err());
        assert!(Llama3::from_divisors(&[1.0; 32], 500_000.0).is_err());
        assert!(Llama3::from_divisors(&[0.5, 1.0, f32::NAN, 8.0], 10_000.0).is_err());
    }
}
