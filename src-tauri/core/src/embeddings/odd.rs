//! Which word does not belong to the others?

use crate::protocol::RpcError;

use super::nearest::mean;
use super::scan::{dot, Rows};

/// Cosines of each word against each, and the place of the one whose mean cosine to the others is the smallest. A word is
/// given as the ids of its tokens; there are at least two words, and none is empty.
///
/// # Errors
/// What the system says of the file.
pub fn odd_one_out(table: &dyn Rows, words: &[Vec<u32>]) -> Result<(usize, Vec<Vec<f32>>), RpcError> {
    let rows = words.iter().map(|ids| mean(table, ids)).collect::<Result<Vec<_>, _>>()?;
    let cosine = |a: &[f32], b: &[f32]| {
        let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
        // A row of zeros is like nothing.
        if cosine.is_finite() {
            cosine.clamp(-1.0, 1.0)
        } else {
            0.0
        }
    };
    let cosines: Vec<Vec<f32>> = rows.iter().map(|a| rows.iter().map(|b| cosine(a, b)).collect()).collect();
    let sum = |word: usize| {
        cosines[word].iter().enumerate().filter(|(other, _)| *other != word).map(|(_, it)| it).sum::<f32>()
    };
    let odd = (0..words.len()).min_by(|&a, &b| sum(a).total_cmp(&sum(b))).unwrap_or(0);
    Ok((odd, cosines))
}
