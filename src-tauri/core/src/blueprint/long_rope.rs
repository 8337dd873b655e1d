//! Long RoPE of Phi 3, 3.5 mini and 4: two sets of divisors of the rotary frequencies, one for short sequences and one for
//! long ones.
//!
//! transformers decides once for a whole sequence: one of at most `original_max_position_embeddings` tokens is turned by the short set,
//! a longer one by the long set, from its first token on, and where an answer crosses that border everything is computed anew
//! (`longrope_frequency_update`, `Phi3ForCausalLM.prepare_inputs_for_generation`, transformers 5.24).
//!
//! mistral.rs 0.8.1 decides for every forward pass (`layers.rs`, `PhiRotaryEmbedding`): it takes the long set where
//!
//! ```text
//! tokens of the sequence, those of this pass included, + 1 > original_max_position_embeddings
//! ```
//!
//! So its configuration says [`LongRope::switch`], and the worker cuts passes so that a sequence never has both sets in its cache
//! (`worker/src/session/`).
//!
//! Both multiply sine and cosine with a factor. transformers has it in its configuration or computes it from the two lengths of that;
//! the engine always computes it, from the two lengths that it is given:
//!
//! ```text
//! factor = sqrt(1 + ln(max_position_embeddings / original) / ln(original)), 1 where max_position_embeddings <= original
//! ```
//!
//! [`LongRope::table`] is the length that gives the wanted factor together with the switch. It is a whole number, so
//! the factor is off by a part in ten million for the lengths of published models, and by more for short ones. What is off can be
//! multiplied into the rows of queries that are turned, where those are floating-point numbers ([`LongRope::correction`]).

use serde_json::{json, Map, Value};

use super::{unsupported, Rows};
use crate::protocol::RpcError;

/// The engine's class that has two sets of divisors.
const CLASS: &str = "Phi3ForCausalLM";
/// Where the configuration does not say it (transformers, `Phi3Config`).
const ORIGINAL: u64 = 4096;
/// The engine computes sine and cosine of so many positions beforehand; more would fill the memory.
const LONGEST_TABLE: f64 = (1 << 22) as f64;
/// A factor that is off by less than this changes logits by less than the rounding of F32 does.
const NEGLIGIBLE: f32 = 5e-7;

/// What a configuration says about its two sets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LongRope {
    /// Longest sequence in tokens that the short set is for.
    pub original: u64,
    /// What sine and cosine are multiplied with.
    factor: f64,
}

impl LongRope {
    /// Of a configuration in the form that [`translate`] gives; `None` for any other.
    pub fn of(config: &Value) -> Option<Self> {
        let factor = config["rope_scaling"]["attention_factor"].as_f64()?;
        let original = config["original_max_position_embeddings"].as_u64()?;
        (config["architectures"][0] == CLASS).then_some(Self { original, factor })
    }

    /// `original` and `longest` (`max_position_embeddings`) are lengths in tokens; `factor` is what the model states.
    ///
    /// # Errors
    /// `UnsupportedArchitecture` for a factor that no lengths give the engine.
    pub(super) fn new(original: u64, longest: u64, factor: Option<f64>) -> Result<Self, RpcError> {
        let factor = factor.unwrap_or_else(|| usual_factor(longest as f64 / original as f64, original));
        let lengths = Self { original, factor };
        let table = (lengths.switch() as f64).powf(factor * factor);
        // Written so that no number is refused, too.
        let makes_sense = factor >= 1.0 && table <= LONGEST_TABLE.max(4.0 * longest as f64);
        if !(2..1 << 32).contains(&original) || !makes_sense {
            return Err(unsupported(format!(
                "sine and cosine multiplied with {factor} and an original length of {original}, which the engine can't compute"
            )));
        }
        Ok(lengths)
    }

    /// `original_max_position_embeddings` for the engine, which is to take the long set for more than `original` tokens.
    pub fn switch(&self) -> u64 {
        self.original + 1
    }

    /// `max_position_embeddings` for the engine: how many positions it can turn.
    pub fn table(&self) -> u64 {
        // Within bounds that `new` has checked.
        (self.switch() as f64).powf(self.factor * self.factor).round() as u64
    }

    /// What the turned rows of queries are to be multiplied with, since the engine's factor, which scores have twice, is not quite the
    /// wanted one; `None` where nobody could tell the difference.
    pub fn correction(&self) -> Option<f32> {
        let (switch, table) = (self.switch() as f64, self.table() as f64);
        let given = usual_factor(table / switch, self.switch());
        let correction = (self.factor / given).powi(2) as f32;
        ((correction - 1.0).abs() > NEGLIGIBLE).then_some(correction)
    }

    /// The longest context in tokens for which the engine's numbers are right.
    pub fn longest(&self) -> u64 {
        self.table() - 1
    }

    /// Puts the engine's lengths into a translated configuration.
    pub(super) fn configure(&self, config: &mut Value) {
        config["original_max_position_embeddings"] = json!(self.switch());
        config["max_position_embeddings"] = json!(self.table());
    }
}

/// `scale`: the longest length by the original one (transformers, `_compute_longrope_parameters`).
fn usual_factor(scale: f64, original: u64) -> f64 {
    if scale <= 1.0 {
        1.0
    } else {
        (1.0 + scale.ln() / (original as f64).ln()).sqrt()
    }
}

/// A folder's configuration to what the engine reads: `type`, the two sets, and the original length one level up. The factor stays beside them
/// for [`LongRope::of`].
///
/// # Errors
/// `UnsupportedArchitecture` where the sets do not fit the heads, or the engine can't compute the factor.
pub(super) fn translate(config: &mut Map<String, Value>) -> Result<(), RpcError> {
    let scaling = config.get("rope_scaling").cloned().unwrap_or_default();
    let length = |config: &Map<String, Value>, name: &str| config.get(name).and_then(Value::as_u64);
    let original = length(config, "original_max_position_embeddings").unwrap_or(ORIGINAL);
    let longest = length(config, "max_position_embeddings").unwrap_or(ORIGINAL);
    let (stated, scale) = (scaling["attention_factor"].as_f64(), scaling["factor"].as_f64());
    let factor = stated.or_else(|| scale.map(|scale| usual_factor(scale, original)));
    let lengths = LongRope::new(original, longest, factor)?;
    let (hidden, heads) = (length(config, "hidden_size"), length(config, "num_attention_heads"));
    let head = hidden.zip(heads.filter(|&heads| heads > 0)).map(|(hidden, heads)| hidden / heads);
    let share = config.get("partial_rotary_factor").and_then(Value::as_f64).unwrap_or(1.0);
    let pairs = head.map(|head| (head as f64 * share) as usize / 2);
    let set = |name: &str| -> Result<Vec<f64>, RpcError> {
        // transformers keeps them in F32, and the engine multiplies them in F64: far from the beginning that shows.
        let numbers: Option<Vec<f64>> = scaling[name].as_array().map(|set| {
            set.iter().filter_map(Value::as_f64).map(|divisor| f64::from(divisor as f32)).collect()
        });
        let whole = |set: &Vec<f64>| {
            let stated = scaling[name].as_array().map_or(0, Vec::len);
            set.len() == stated && pairs.is_none_or(|pairs| pairs == stated)
        };
        numbers
            .filter(whole)
            .filter(|set| set.iter().all(|divisor| divisor.is_finite() && *divisor > 0.0))
            .ok_or_else(|| unsupported(format!("long RoPE without one {name} for every pair of a head")))
    };
    let (short, long) = (set("short_factor")?, set("long_factor")?);
    config.insert("original_max_position_embeddings".into(), json!(original));
    config.insert("rope_scaling".into(), lengths.scaling(&short, &long));
    Ok(())
}

impl LongRope {
    /// `rope_scaling` for the engine, with the two sets of divisors.
    pub(super) fn scaling(&self, short: &[f64], long: &[f64]) -> Value {
        json!({
            "type": "longrope", "short_factor": short, "long_factor": long, "attention_factor": self.factor,
        })
    }
}

/// Rows of the matrix of queries, keys and values, with [`LongRope::correction`] in those of queries that are turned.
///
/// `heads` of queries with `head` rows each, of which the first `turned` are turned; then `rest` rows of keys and values.
pub(super) fn corrected(
    tensor: &str,
    correction: f32,
    heads: u64,
    head: u64,
    turned: u64,
    rest: u64,
) -> Vec<Rows> {
    let mut parts = Vec::new();
    let mut push = |first: u64, count: u64, factor: f32| {
        if count > 0 {
            parts.push(Rows::Stored { tensor: tensor.to_owned(), first, count, factor });
        }
    };
    for each in 0..heads {
        push(each * head, turned, correction);
        push(each * head + turned, head - turned, 1.0);
    }
    push(heads * head, rest, 1.0);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engines_factor(lengths: &LongRope) -> f64 {
        usual_factor(lengths.table() as f64 / lengths.switch() as f64, lengths.switch())
    }

    #[test]
    fn the_engines_lengths_give_the_factor_of_published_models() {
        let published = LongRope::new(4096, 131_072, None).expect("usual");
        assert_eq!((published.switch(), published.table()), (4097, 131_117));
        let wanted = (1.0f64 + 32f64.ln() / 4096f64.ln()).sqrt();
        assert!((engines_factor(&published) / wanted - 1.0).abs() < 2e-7);
        assert_eq!(published.correction(), None);
    }

    #[test]
    fn what_whole_lengths_miss_is_corrected() {
        for (original, longest) in [(20, 512), (16, 128), (64, 1024), (100, 1000)] {
            let lengths = LongRope::new(original, longest, None).expect("usual");
            assert!(lengths.longest() >= longest);
            let missed = (lengths.factor / engines_factor(&lengths)).powi(2);
            let correction = f64::from(lengths.correction().unwrap_or(1.0));
            assert!(
                (correction / missed - 1.0).abs() < 1e-6,
                "{original}, {longest}: {correction} for {missed}"
            );
        }
    }

    #[test]
    fn a_stated_factor_counts_and_limits_the_context() {
        let plain = LongRope::new(4096, 131_072, Some(1.0)).expect("a factor of 1");
        assert_eq!((plain.table(), plain.longest()), (4097, 4096));
        assert_eq!(plain.correction(), None);
        for factor in [0.9, 5.0, f64::NAN, f64::INFINITY] {
            assert!(LongRope::new(4096, 131_072, Some(factor)).is_err(), "{factor}");
        }
        assert!(LongRope::new(0, 512, None).is_err());
        assert!(LongRope::new(1, 512, None).is_err());
        // No sequence is long then.
        let short = LongRope::new(4096, 2048, None).expect("shorter than the original");
        assert_eq!(short.table(), 4097);
    }

    #[test]
    fn only_turned_rows_of_queries_are_corrected() {
        let rows = corrected("qkv", 1.5, 2, 8, 6, 16);
        let stored = |first, count, factor| Rows::Stored { tensor: "qkv".into(), first, count, factor };
        let wanted = vec![
            stored(0, 6, 1.5),
            stored(6, 2, 1.0),
            stored(8, 6, 1.5),
            stored(14, 2, 1.0),
            stored(16, 16, 1.0),
        ];
        assert_eq!(rows, wanted);
    }
}
