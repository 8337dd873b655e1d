//! How a model's weights come into memory: which way, in which number format, with what on disk.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// In-situ quantization: the number format that floating-point weights are packed into while they
/// are loaded. Weights that are quantized in the file stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum Isq {
    /// Not packed: computed in F32, 4 bytes a weight. Exact, large and slow.
    #[serde(rename = "none")]
    None,
    /// 8 bits and a scale for every 32 weights, 1.06 bytes a weight. Hardly to be told from exact.
    #[serde(rename = "q8_0")]
    Q8_0,
    /// 4 bits with scales, 0.56 bytes a weight. Half the size of `q8_0`, and a little less exact.
    #[serde(rename = "q4k")]
    Q4K,
}

/// Up to this many bytes in F32 a model is small enough to stay exact: 268 million weights.
const EXACT: u64 = 1 << 30;

impl Isq {
    /// What is chosen where nothing is asked for: exact for small models, else `q8_0`, and `q4k`
    /// only where `q8_0` does not fit into `available` bytes of memory (`None`: not known).
    pub fn automatic(weights: u64, available: Option<u64>) -> Self {
        if weights.saturating_mul(4) <= EXACT {
            return Self::None;
        }
        // The rest is for keys and values, the table of embeddings, and everything else that runs.
        let fits = available.is_none_or(|free| Self::Q8_0.bytes(weights) <= free / 10 * 7);
        if fits {
            Self::Q8_0
        } else {
            Self::Q4K
        }
    }

    /// Bytes that so many weights take.
    pub fn bytes(self, weights: u64) -> u64 {
        match self {
            Self::None => weights.saturating_mul(4),
            Self::Q8_0 => weights.saturating_mul(34) / 32,
            Self::Q4K => weights.saturating_mul(144) / 256,
        }
    }

    /// The name of the number format.
    pub fn format(self) -> &'static str {
        match self {
            Self::None => "F32",
            Self::Q8_0 => "Q8_0",
            Self::Q4K => "Q4_K",
        }
    }
}

/// The way from the file to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LoadRoute {
    /// The engine reads the GGUF file itself.
    Direct,
    /// The model is first written in the engine's own container, in the cache folder.
    Converted,
    /// The engine reads a Hugging Face folder.
    Folder,
}

/// How a model would be loaded, known from its header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoadPlan {
    pub route: LoadRoute,
    /// Are most weights floating-point numbers, so that `isq` can be chosen?
    pub float_weights: bool,
    /// The number format that most weights are repacked into, because the engine does not know theirs; missing where
    /// it does. The numbers stay the same (those of IQ4_XS within 2^-11 of themselves).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub repacked: Option<String>,
    /// Bytes that the cache folder takes for it, once.
    #[ts(type = "number")]
    pub cache_bytes: u64,
    /// How many of these stay there while the model is open, because only a few rows are looked at.
    #[serde(default)]
    #[ts(skip)]
    pub left_on_disk: u64,
}

/// How a model was loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Loading {
    pub route: LoadRoute,
    /// The number format that most weights are computed in: that of the file, or another one where
    /// `isq` says so or the engine does not know it.
    pub weights: String,
    /// What floating-point weights were packed into; missing where they are quantized in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub isq: Option<Isq>,
    /// Number format of the keys and values of attention: `F16` or `F32`.
    pub keys_values: String,
    /// The part of the cache folder that holds converted models; missing where none is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub cache: Option<CacheUse>,
}

/// Disk space of converted models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CacheUse {
    /// Was this model converted before?
    pub reused: bool,
    /// Bytes of this model.
    #[ts(type = "number")]
    pub entry_bytes: u64,
    /// Bytes of all converted models.
    #[ts(type = "number")]
    pub total_bytes: u64,
    /// Above this, those that were not used for longest are removed.
    #[ts(type = "number")]
    pub limit_bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_models_stay_exact_and_large_ones_are_packed_as_memory_demands() {
        assert_eq!(Isq::automatic(135_000_000, Some(1 << 40)), Isq::None);
        assert_eq!(Isq::automatic(600_000_000, None), Isq::Q8_0);
        assert_eq!(Isq::automatic(7_000_000_000, Some(16 << 30)), Isq::Q8_0);
        assert_eq!(Isq::automatic(7_000_000_000, Some(8 << 30)), Isq::Q4K);
    }
}
