//! x / sqrt(mean(x^2) + eps) * weight (Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019).

use super::{load_some, store_some, PIECE};
use crate::kernels::{Apart, Kernels, ShapeError};
use crate::lanes::{Lanes, LANES};
use crate::set::Task;
use crate::Number;

/// Sums that grow side by side, so that an addition need not wait for the one before it.
const SUMS: usize = 4;

impl Kernels {
    /// Normalises rows of as many numbers as `weight` has, and writes them into `out`.
    ///
    /// # Errors
    /// Numbers that are no whole number of rows, an `out` of another length than they.
    pub fn rms_norm<T: Number>(
        &self,
        numbers: &[T],
        weight: &[T],
        eps: f32,
        out: &mut [T],
    ) -> Result<(), ShapeError> {
        ShapeError::check("the result", Some(numbers.len()), out.len())?;
        if numbers.is_empty() {
            return Ok(());
        }
        let width = weight.len();
        if width == 0 || !numbers.len().is_multiple_of(width) {
            return Err(ShapeError::Blocks { columns: numbers.len(), block: width });
        }
        let per = (PIECE / width).max(1);
        let out = Apart::new(out);
        self.pool().run((numbers.len() / width).div_ceil(per), |piece| {
            let range = piece * per * width..numbers.len().min((piece + 1) * per * width);
            for row in range.step_by(width) {
                // SAFETY: rows do not overlap.
                let to = unsafe { out.at(row) };
                self.set().run(Normal { row: &numbers[row..row + width], weight, eps, to });
            }
        });
        Ok(())
    }
}

struct Normal<'a, T> {
    row: &'a [T],
    weight: &'a [T],
    eps: f32,
    to: *mut T,
}

impl<T: Number> Task for Normal<'_, T> {
    type Output = ();

    #[inline(always)]
    fn on<S: Lanes>(self) {
        let (count, row, weight) = (self.row.len(), self.row.as_ptr(), self.weight.as_ptr());
        // SAFETY: everything is `count` numbers long; the processor has the instructions.
        unsafe {
            let mut sums = [S::splat(0.0); SUMS];
            let mut at = 0;
            while at < count {
                let x = load_some::<S, T>(row.add(at), count - at);
                let sum = &mut sums[at / LANES % SUMS];
                *sum = S::mul_add(x, x, *sum);
                at += LANES;
            }
            let sum = S::add(S::add(sums[0], sums[1]), S::add(sums[2], sums[3]));
            let sum = S::sum_four([S::halve(sum); 4])[0];
            let factor = S::splat(1.0 / (sum / count as f32 + self.eps).sqrt());
            let mut at = 0;
            while at < count {
                let x = load_some::<S, T>(row.add(at), count - at);
                let weight = load_some::<S, T>(weight.add(at), count - at);
                store_some::<S, T>(self.to.add(at), S::mul(S::mul(x, factor), weight), count - at);
                at += LANES;
            }
        }
    }
}
