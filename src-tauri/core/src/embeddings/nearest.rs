//! The rows that point where another one points.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::protocol::RpcError;

use super::scan::{dot, pick, scan, square_and_dot, Rows};

/// The mean of the rows of some tokens, of which there is at least one.
///
/// # Errors
/// What the system says of the file.
pub fn mean(table: &dyn Rows, ids: &[u32]) -> Result<Vec<f32>, RpcError> {
    let rows = pick(table, ids)?;
    let mut mean = vec![0.0; table.width()];
    for row in &rows {
        for (sum, number) in mean.iter_mut().zip(row) {
            *sum += number / rows.len() as f32;
        }
    }
    Ok(mean)
}

/// Row and cosine; the greatest is the worst, so that a heap gives it away first.
#[derive(Debug, PartialEq)]
struct Near {
    cosine: f32,
    row: u32,
}

impl Eq for Near {}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Near {
    fn cmp(&self, other: &Self) -> Ordering {
        other.cosine.total_cmp(&self.cosine).then(self.row.cmp(&other.row))
    }
}

/// The `count` rows with the smallest angle to `wanted` among those that `counts` accepts, and the length of `wanted`. Rows of
/// zeros point nowhere and are no neighbours.
///
/// # Errors
/// What the system says of the file.
pub fn nearest(
    table: &dyn Rows,
    wanted: &[f32],
    count: usize,
    counts: impl Fn(u32) -> bool + Sync,
) -> Result<(f32, Vec<(u32, f32)>), RpcError> {
    let length = dot(wanted, wanted).sqrt();
    let keep = |heap: &mut BinaryHeap<Near>, near: Near| {
        if heap.len() < count {
            heap.push(near);
        } else if heap.peek().is_some_and(|worst| near < *worst) {
            heap.pop();
            heap.push(near);
        }
    };
    let found = scan(table, BinaryHeap::new, |heap, row, numbers| {
        let (square, dot) = square_and_dot(numbers, wanted);
        let cosine = dot / (square.sqrt() * length);
        if cosine.is_finite() && counts(row) {
            keep(heap, Near { cosine: cosine.clamp(-1.0, 1.0), row });
        }
    })?;
    let mut best = BinaryHeap::new();
    for near in found.into_iter().flatten() {
        keep(&mut best, near);
    }
    Ok((length, best.into_sorted_vec().into_iter().map(|near| (near.row, near.cosine)).collect()))
}
