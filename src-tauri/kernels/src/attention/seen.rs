//! What each row sees, found out once for all tiles.

use super::{Attention, MaskView, Seen};
use crate::kernels::Apart;
use crate::{Number, Pool};

/// A row sees nothing outside of `from..to`. `is_plain`: everything within, as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sight {
    pub from: usize,
    pub to: usize,
    pub is_plain: bool,
}

impl Sight {
    pub const NOTHING: Self = Self { from: 0, to: 0, is_plain: true };
}

/// The sights of all rows. Rows of a mask are looked at once each, also where sequences or heads share them.
pub(super) enum Sights {
    All { positions: usize },
    Causal { past: usize, window: usize },
    Rows { rows: Vec<Sight>, batch: usize, head: usize, query: usize },
}

impl Sights {
    pub fn of<T: Number>(job: &Attention<'_, T>, pool: &Pool, threads: usize) -> Self {
        let shape = job.shape;
        match job.seen {
            Seen::All => Self::All { positions: shape.positions },
            Seen::Causal { window } => {
                let window = window.map_or(usize::MAX, usize::from);
                Self::Causal { past: shape.positions - shape.queries, window }
            }
            Seen::Mask(MaskView { numbers, strides }) => {
                let distinct = |dim: usize, at: usize| if strides[at] == 0 { 1 } else { dim };
                let (batches, heads) = (distinct(shape.batch, 0), distinct(shape.heads, 1));
                let queries = distinct(shape.queries, 2);
                let mut rows = vec![Sight::NOTHING; batches * heads * queries];
                let to = Apart::new(&mut rows);
                let look = |row: usize| {
                    let (batch, rest) = (row / (heads * queries), row % (heads * queries));
                    let at = batch * strides[0] + rest / queries * strides[1] + rest % queries * strides[2];
                    let sight = look_at(&numbers[at..at + shape.positions]);
                    // SAFETY: every row is looked at once.
                    unsafe { to.at(row).write(sight) };
                };
                let count = batches * heads * queries;
                if threads > 1 {
                    pool.run(count, look);
                } else {
                    (0..count).for_each(look);
                }
                let per = |distinct: usize, rows: usize| if distinct == 1 { 0 } else { rows };
                Self::Rows {
                    rows,
                    batch: per(batches, heads * queries),
                    head: per(heads, queries),
                    query: per(queries, 1),
                }
            }
        }
    }

    pub fn row(&self, batch: usize, head: usize, query: usize) -> Sight {
        match self {
            Self::All { positions } => Sight { from: 0, to: *positions, is_plain: true },
            Self::Causal { past, window } => {
                let to = past + query + 1;
                Sight { from: to.saturating_sub(*window), to, is_plain: true }
            }
            Self::Rows { rows, batch: b, head: h, query: q } => rows[batch * b + head * h + query * q],
        }
    }
}

fn look_at<T: Number>(row: &[T]) -> Sight {
    let is_hidden = |number: &T| number.widen() == f32::NEG_INFINITY;
    let to = row.len() - row.iter().rev().take_while(|number| is_hidden(number)).count();
    let from = row[..to].iter().take_while(|number| is_hidden(number)).count();
    if from == to {
        return Sight::NOTHING;
    }
    // -0 counts as something, which costs time and changes nothing.
    let is_plain = row[from..to].iter().fold(0, |bits, number| bits | number.widen().to_bits()) == 0;
    Sight { from, to, is_plain }
}
