//! Walking over a table that is too large for memory.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use crate::protocol::RpcError;

/// Bytes of numbers that a thread has before it at a time.
const CHUNK_BYTES: usize = 1 << 20;
/// More threads than this wait for memory instead of computing.
const MOST_THREADS: usize = 4;

/// A table of embeddings.
pub trait Rows: Sync {
    /// How many.
    fn count(&self) -> u32;

    /// Numbers in a row.
    fn width(&self) -> usize;

    /// Writes the numbers of some rows, one row behind the other. `into` has room for exactly these.
    ///
    /// # Errors
    /// What the system says of the file.
    fn read(&self, rows: Range<u32>, into: &mut [f32]) -> Result<(), RpcError>;
}

/// Calls `see` with every row; each thread has a state of its own, made by `begin`. Gives these states.
///
/// # Errors
/// The first of reading.
pub(super) fn scan<S: Send>(
    table: &dyn Rows,
    begin: impl Fn() -> S + Sync,
    see: impl Fn(&mut S, u32, &[f32]) + Sync,
) -> Result<Vec<S>, RpcError> {
    let (count, width) = (table.count(), table.width());
    let at_once = u32::try_from(CHUNK_BYTES / 4 / width).unwrap_or(u32::MAX).clamp(1, count.max(1));
    let next = AtomicU32::new(0);
    let work = || {
        let mut state = begin();
        let mut numbers = vec![0.0; at_once as usize * width];
        loop {
            // Beyond the end by a chunk a thread at most; counts of rows are far from the end of a u32.
            let first = next.fetch_add(at_once, Ordering::Relaxed);
            if first >= count {
                return Ok(state);
            }
            let rows = first..count.min(first.saturating_add(at_once));
            let numbers = &mut numbers[..rows.len() * width];
            table.read(rows.clone(), numbers)?;
            for (row, numbers) in rows.zip(numbers.chunks_exact(width)) {
                see(&mut state, row, numbers);
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, |count| count.get().min(MOST_THREADS));
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let own = work();
        let others = others
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        std::iter::once(own).chain(others.collect::<Vec<_>>()).collect()
    })
}

/// The rows of some ids, in their order.
///
/// # Errors
/// What the system says of the file.
pub(super) fn pick(table: &dyn Rows, ids: &[u32]) -> Result<Vec<Vec<f32>>, RpcError> {
    let read = |&id: &u32| {
        let mut row = vec![0.0; table.width()];
        table.read(id..id + 1, &mut row)?;
        Ok(row)
    };
    ids.iter().map(read).collect()
}

/// Sums of products that are added up at the same time: what a processor's vectors hold, several times over.
const LANES: usize = 16;

/// The product of two rows.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a_chunks.zip(b_chunks) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// The product of a row with itself and with another.
pub(super) fn square_and_dot(row: &[f32], other: &[f32]) -> (f32, f32) {
    let (mut squares, mut dots) = ([0.0f32; LANES], [0.0f32; LANES]);
    let (row_chunks, other_chunks) = (row.chunks_exact(LANES), other.chunks_exact(LANES));
    let (row_rest, other_rest) = (row_chunks.remainder(), other_chunks.remainder());
    for (row, other) in row_chunks.zip(other_chunks) {
        for lane in 0..LANES {
            squares[lane] += row[lane] * row[lane];
            dots[lane] += row[lane] * other[lane];
        }
    }
    let rest = |with: &[f32]| row_rest.iter().zip(with).map(|(a, b)| a * b).sum::<f32>();
    (squares.iter().sum::<f32>() + rest(row_rest), dots.iter().sum::<f32>() + rest(other_rest))
}
