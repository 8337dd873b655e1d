//! Pieces that training hardly met.
//!
//! A tokenizer is often learned from other texts than the model is. Some of its pieces then never come up in training, their rows
//! stay where they were thrown at the start (or shrink, where weights decay), and what the model does with such a piece is
//! left to chance. Land and Bartolo ("Fishing for Magikarp", EMNLP 2024) find them without running the model: by how like
//! their rows are to rows that are known to be unused. For tables that also serve as the output layer they measure the
//! cosine distance to the mean of the known unused rows after taking off what all rows have in common (there the first principal
//! component; here the mean of all rows), because unused rows are all pushed the same way. Where the output layer has
//! a table of its own, or nothing is known to be unused, the length of the row is what tells.
//!
//! What comes out are candidates: whether a model has really not met a piece shows only when it is asked to say it.

use crate::protocol::{HardlyMetBasis, NormBin, RpcError};

use super::scan::{dot, scan, square_and_dot, Rows};

/// Bars of the histogram of lengths.
const BINS: usize = 40;
/// So many of the known unused ones are within the threshold.
const SHARE: f64 = 0.95;
/// The paper looks at the lowest 2 % of a vocabulary.
const MOST: f64 = 0.02;

/// How like the known unused rows all rows are.
#[derive(Debug)]
pub struct Like {
    pub basis: HardlyMetBasis,
    /// Of every row, lower is more like them.
    pub values: Vec<f32>,
    /// Length of every row.
    pub norms: Vec<f32>,
    /// At or below this, a row is a candidate.
    pub threshold: f32,
    pub known_norm: f32,
    pub histogram: Vec<NormBin>,
}

/// What one thread adds up in the first walk.
struct Sums {
    all: Vec<f64>,
    known: Vec<f64>,
    /// Row and length.
    norms: Vec<(u32, f32)>,
}

/// Measures every row against the known unused ones (ids of rows, ascending). `tied`: the output layer uses the same table.
///
/// # Errors
/// What the system says of the file.
pub fn hardly_met(table: &dyn Rows, known: &[u32], tied: bool) -> Result<Like, RpcError> {
    let (count, width) = (table.count() as usize, table.width());
    let is_known = |row: u32| known.binary_search(&row).is_ok();
    let begin = || Sums { all: vec![0.0; width], known: vec![0.0; width], norms: Vec::new() };
    let seen = scan(table, begin, |sums, row, numbers| {
        sums.norms.push((row, dot(numbers, numbers).sqrt()));
        add(&mut sums.all, numbers);
        if is_known(row) {
            add(&mut sums.known, numbers);
        }
    })?;
    let mut norms = vec![0.0; count];
    for (row, norm) in seen.iter().flat_map(|sums| &sums.norms) {
        norms[*row as usize] = *norm;
    }
    let mean_of = |sum: fn(&Sums) -> &[f64], count: usize| -> Vec<f32> {
        (0..width)
            .map(|at| (seen.iter().map(|sums| sum(sums)[at]).sum::<f64>() / count.max(1) as f64) as f32)
            .collect()
    };
    let values = match tied && !known.is_empty() {
        true => {
            let mean = mean_of(|sums| &sums.all, count);
            let known = mean_of(|sums| &sums.known, known.len());
            distances(table, &mean, &known)?
        }
        // Where weights decay, the row of what is never met shrinks.
        false => norms.clone(),
    };
    let basis = if tied && !known.is_empty() { HardlyMetBasis::Unused } else { HardlyMetBasis::Norm };
    let mut of_known: Vec<f32> = known.iter().map(|&row| values[row as usize]).collect();
    of_known.sort_unstable_by(f32::total_cmp);
    let mut all = values.clone();
    let lowest = ((count as f64 * MOST) as usize).min(count.saturating_sub(1));
    let (_, bound, _) = all.select_nth_unstable_by(lowest, f32::total_cmp);
    let reached = of_known.get(((of_known.len() as f64 * SHARE).ceil() as usize).saturating_sub(1));
    let known_norms: f32 = known.iter().map(|&row| norms[row as usize]).sum();
    Ok(Like {
        basis,
        threshold: reached.map_or(*bound, |reached| reached.min(*bound)),
        known_norm: known_norms / known.len().max(1) as f32,
        histogram: histogram(&norms),
        values,
        norms,
    })
}

fn add(sum: &mut [f64], row: &[f32]) {
    for (sum, number) in sum.iter_mut().zip(row) {
        *sum += f64::from(*number);
    }
}

/// 1 - cosine of every row with `known`, after `mean` is taken off both.
fn distances(table: &dyn Rows, mean: &[f32], known: &[f32]) -> Result<Vec<f32>, RpcError> {
    let direction: Vec<f32> = known.iter().zip(mean).map(|(known, mean)| known - mean).collect();
    let length = dot(&direction, &direction).sqrt();
    // (row - mean) without writing it down.
    let (mean_square, mean_along) = square_and_dot(mean, &direction);
    let seen = scan(table, Vec::new, |seen: &mut Vec<(u32, f32)>, row, numbers| {
        let (square, with_mean) = square_and_dot(numbers, mean);
        let along = dot(numbers, &direction) - mean_along;
        let off = (square - 2.0 * with_mean + mean_square).max(0.0).sqrt();
        let cosine = along / (off * length);
        seen.push((row, if cosine.is_finite() { 1.0 - cosine.clamp(-1.0, 1.0) } else { 1.0 }));
    })?;
    let mut distances = vec![1.0; table.count() as usize];
    for (row, distance) in seen.into_iter().flatten() {
        distances[row as usize] = distance;
    }
    Ok(distances)
}

fn histogram(norms: &[f32]) -> Vec<NormBin> {
    let (least, most) =
        norms.iter().fold((f32::MAX, 0.0f32), |(least, most), &it| (least.min(it), most.max(it)));
    if norms.is_empty() {
        return Vec::new();
    }
    let step = ((most - least) / BINS as f32).max(f32::MIN_POSITIVE);
    let mut counts = [0; BINS];
    for norm in norms {
        counts[(((norm - least) / step) as usize).min(BINS - 1)] += 1;
    }
    let edge = |bin: usize| least + step * bin as f32;
    (0..BINS).map(|bin| NormBin { from: edge(bin), to: edge(bin + 1), count: counts[bin] }).collect()
}
