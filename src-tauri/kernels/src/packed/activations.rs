//! Activations rounded to 8 bits, block by block: x is about scale * q, with q from -127 to 127 and scale = max |x| / 127.
//!
//! Blocks are as long as those of the weights that they meet. Sums of q are kept beside them: a format whose numbers lie
//! around another one than 0 needs them.

use super::Format;
use crate::kernels::{Apart, Kernels};
use crate::lanes::{Lanes, LANES};
use crate::set::Task;

/// A block whose largest size is below that counts as zeros: 127 / max would be infinite.
const LEAST: f32 = f32::from_bits((127 - 120) << 23);
/// Bits of infinity: sizes with these or more are no numbers.
const INFINITE: u32 = 0x7f80_0000;
/// Rows of so few numbers in all are not worth a second thread.
const ALONE: usize = 1 << 14;

/// Rows of rounded numbers.
pub(super) struct Activations {
    pub columns: usize,
    pub numbers: Vec<i8>,
    /// By blocks.
    pub scales: Vec<f32>,
    /// By 16 numbers for Q6_K, else by 32.
    pub sums: Vec<i16>,
}

impl Activations {
    pub fn round(format: Format, from: &[f32], rows: usize, columns: usize, kernels: &Kernels) -> Self {
        let block = format.block();
        let by = if format == Format::Q6K { 16 } else { 32 };
        let mut all = Self {
            columns,
            numbers: vec![0; rows * columns],
            scales: vec![0.0; rows * columns / block],
            sums: vec![0; rows * columns / by],
        };
        let (numbers, scales, sums) =
            (Apart::new(&mut all.numbers), Apart::new(&mut all.scales), Apart::new(&mut all.sums));
        let one = |row: usize| {
            let at = row * columns;
            // SAFETY: every row is written once.
            let (numbers, scales, sums) =
                unsafe { (numbers.at(at), scales.at(at / block), sums.at(at / by)) };
            kernels.set().run(Row { from: &from[at..at + columns], block, by, numbers, scales, sums });
        };
        if rows * columns < ALONE {
            (0..rows).for_each(one);
        } else {
            kernels.pool().run(rows, one);
        }
        all
    }
}

struct Row<'a> {
    from: &'a [f32],
    block: usize,
    by: usize,
    numbers: *mut i8,
    scales: *mut f32,
    sums: *mut i16,
}

impl Task for Row<'_> {
    type Output = ();

    #[inline(always)]
    fn on<S: Lanes>(self) {
        for (b, block) in self.from.chunks_exact(self.block).enumerate() {
            // Sizes of numbers are in the order of their bits, and NaN behind them all.
            let mut most = 0;
            for number in block {
                most = most.max(number.to_bits() & !(1 << 31));
            }
            let scale = if most >= INFINITE { f32::NAN } else { f32::from_bits(most) / 127.0 };
            let is_nothing = most >= INFINITE || f32::from_bits(most) < LEAST;
            // SAFETY: `b` blocks lie before; numbers, scales and sums are as many as belong to the row.
            unsafe {
                self.scales.add(b).write(if is_nothing && !scale.is_nan() { 0.0 } else { scale });
                if is_nothing {
                    // Numbers and sums are zeros already.
                    continue;
                }
                let to = self.numbers.add(b * self.block);
                let factor = S::splat(127.0 / f32::from_bits(most));
                for i in (0..self.block).step_by(LANES) {
                    S::store_i8(to.add(i), S::mul(S::load(block.as_ptr().add(i)), factor));
                }
                let rounded = std::slice::from_raw_parts(to, self.block);
                for (i, some) in rounded.chunks_exact(self.by).enumerate() {
                    let mut sum = 0i16;
                    for &number in some {
                        sum += i16::from(number);
                    }
                    self.sums.add(b * (self.block / self.by) + i).write(sum);
                }
            }
        }
    }
}
