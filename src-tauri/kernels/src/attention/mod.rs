//! softmax(q kT * scale + mask) v, straight out of a cache.
//!
//! A row (a query of one head) is computed in blocks of [`block::BLOCK`] positions, counted from position 0: scores (lanes
//! along the width of a head, added up by one tree), their maximum, weights, then the sum of weighted values in the
//! order of positions, as in FlashAttention (Dao et al., 2022). None of that depends on the rows beside it.

mod block;
mod seen;
mod tile;

use std::num::NonZeroUsize;

use crate::kernels::{Apart, Kernels, ShapeError};
use crate::set::Task;
use crate::{lanes::Lanes, Number};

use seen::Sights;
use tile::{Plan, Tile};

/// Fewer multiplications are not worth a second thread.
const ALONE: usize = 1 << 16;

/// Numbers with three dimensions and rows that are contiguous: of a batch's sequence, a head and a position.
#[derive(Clone, Copy, Debug)]
pub struct View<'a, T> {
    pub numbers: &'a [T],
    /// Numbers from one sequence, head, position to the next.
    pub strides: [usize; 3],
}

/// Sizes of everything. `heads` is a multiple of `kv_heads`: as many heads of queries one after the other share keys and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub batch: usize,
    pub heads: usize,
    pub kv_heads: usize,
    /// Queries of each head.
    pub queries: usize,
    /// Positions whose keys and values are there.
    pub positions: usize,
    /// Numbers of a query and a key.
    pub width: usize,
    /// Numbers of a value.
    pub value_width: usize,
}

/// What is added to scores, or hides positions: minus infinity hides.
#[derive(Clone, Copy, Debug)]
pub struct MaskView<'a, T> {
    pub numbers: &'a [T],
    /// Numbers from one sequence, head, query to the next; 0 where all have the same. Positions are contiguous.
    pub strides: [usize; 3],
}

/// Which positions a query sees.
#[derive(Clone, Copy, Debug)]
pub enum Seen<'a, T> {
    All,
    /// The queries are those of the last positions. Each sees its own position and what is before it, of that the last `window` in
    /// all where there is one.
    Causal {
        window: Option<NonZeroUsize>,
    },
    Mask(MaskView<'a, T>),
}

/// Everything that attention needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Attention<'a, T> {
    pub shape: Shape,
    pub queries: View<'a, T>,
    pub keys: View<'a, T>,
    pub values: View<'a, T>,
    pub seen: Seen<'a, T>,
    pub scale: f32,
    /// Scores become cap * tanh(score / cap), after scaling and before the mask.
    pub softcap: Option<f32>,
}

impl Kernels {
    /// Writes attention into `out`: sequences, queries, heads, numbers of a value, in this order and contiguous, as the
    /// product that follows wants them. A row that sees nothing is zeros.
    ///
    /// # Errors
    /// Slices that are shorter than shape and strides say, an `out` of another length, heads that do not divide.
    pub fn attention<T: Number>(&self, job: &Attention<'_, T>, out: &mut [T]) -> Result<(), ShapeError> {
        job.check(out.len())?;
        if out.is_empty() {
            return Ok(());
        }
        let Shape { batch, heads, queries, positions, width, .. } = job.shape;
        let work = [heads, queries, positions, width].iter().fold(batch, |all, &n| all.saturating_mul(n));
        let threads = if work < ALONE { 1 } else { self.pool().threads() };
        let sights = Sights::of(job, self.pool(), threads);
        let plan = Plan::new(&job.shape, threads);
        let out = Apart::new(out);
        let one = |number: usize| {
            let tile = plan.tile(&job.shape, number);
            self.set().run(Compute { job, sights: &sights, tile, out: &out });
        };
        if threads > 1 {
            self.pool().run(plan.tiles(&job.shape), one);
        } else {
            (0..plan.tiles(&job.shape)).for_each(one);
        }
        Ok(())
    }
}

struct Compute<'a, T> {
    job: &'a Attention<'a, T>,
    sights: &'a Sights,
    tile: Tile,
    out: &'a Apart<T>,
}

impl<T: Number> Task for Compute<'_, T> {
    type Output = ();

    #[inline(always)]
    fn on<S: Lanes>(self) {
        // SAFETY: `check` saw that everything lies within its slice; the rows of a tile belong to no other one; the processor
        // has the instructions, since `run` is called for a set that is here.
        unsafe { tile::compute::<S, T>(self.job, self.sights, self.tile, self.out) }
    }
}

impl<T> Attention<'_, T> {
    fn check(&self, out: usize) -> Result<(), ShapeError> {
        let Shape { batch, heads, kv_heads, queries, positions, width, value_width } = self.shape;
        if kv_heads == 0 || heads % kv_heads != 0 {
            return Err(ShapeError::Groups { heads, kv_heads });
        }
        let product = |dims: &[usize]| dims.iter().try_fold(1usize, |all, &n| all.checked_mul(n));
        ShapeError::check("the result", product(&[batch, queries, heads, value_width]), out)?;
        within("queries", self.queries.numbers.len(), [batch, heads, queries], self.queries.strides, width)?;
        within("keys", self.keys.numbers.len(), [batch, kv_heads, positions], self.keys.strides, width)?;
        let of_values = [batch, kv_heads, positions];
        within("values", self.values.numbers.len(), of_values, self.values.strides, value_width)?;
        match self.seen {
            Seen::All => Ok(()),
            Seen::Causal { .. } if queries > positions => Err(ShapeError::Causal { queries, positions }),
            Seen::Causal { .. } => Ok(()),
            Seen::Mask(MaskView { numbers, strides }) => {
                within("the mask", numbers.len(), [batch, heads, queries], strides, positions)
            }
        }
    }
}

/// Do rows of `width` numbers at all places lie within `found` numbers?
fn within(
    what: &'static str,
    found: usize,
    dims: [usize; 3],
    strides: [usize; 3],
    width: usize,
) -> Result<(), ShapeError> {
    if dims.contains(&0) {
        return Ok(());
    }
    let last = dims
        .iter()
        .zip(strides)
        .try_fold(width, |end, (&dim, stride)| end.checked_add((dim - 1).checked_mul(stride)?));
    match last {
        None => Err(ShapeError::Overflow),
        Some(needed) if needed > found => Err(ShapeError::Length { what, needed, found }),
        Some(_) => Ok(()),
    }
}
