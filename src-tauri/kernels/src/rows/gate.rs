//! act(a) * b, the gated unit between the products of a feed-forward part (Shazeer, "GLU Variants Improve Transformer", 2020).

use super::{load_some, store_some, PIECE};
use crate::kernels::{Apart, Kernels, ShapeError};
use crate::lanes::{Lanes, LANES};
use crate::set::Task;
use crate::{math, Number};

/// The function of the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// x * sigmoid(x).
    Silu,
    /// x * sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)): GELU by tanh.
    GeluTanh,
}

impl Kernels {
    /// Writes gate(a) * b into `out`, number by number.
    ///
    /// # Errors
    /// Slices of different lengths.
    pub fn gate<T: Number>(&self, gate: Gate, a: &[T], b: &[T], out: &mut [T]) -> Result<(), ShapeError> {
        ShapeError::check("the other factor", Some(a.len()), b.len())?;
        ShapeError::check("the result", Some(a.len()), out.len())?;
        let out = Apart::new(out);
        self.pool().run(a.len().div_ceil(PIECE), |piece| {
            let range = piece * PIECE..a.len().min((piece + 1) * PIECE);
            // SAFETY: pieces do not overlap.
            let to = unsafe { out.at(range.start) };
            self.set().run(Gated { gate, a: &a[range.clone()], b: &b[range], to });
        });
        Ok(())
    }
}

struct Gated<'a, T> {
    gate: Gate,
    a: &'a [T],
    b: &'a [T],
    to: *mut T,
}

impl<T: Number> Task for Gated<'_, T> {
    type Output = ();

    #[inline(always)]
    fn on<S: Lanes>(self) {
        let count = self.a.len();
        let mut at = 0;
        while at < count {
            let some = (count - at).min(LANES);
            // SAFETY: within all three; the processor has the instructions.
            unsafe {
                let a = load_some::<S, T>(self.a.as_ptr().add(at), some);
                let b = load_some::<S, T>(self.b.as_ptr().add(at), some);
                store_some::<S, T>(self.to.add(at), S::mul(opened::<S>(self.gate, a), b), some);
            }
            at += LANES;
        }
    }
}

#[inline(always)]
unsafe fn opened<S: Lanes>(gate: Gate, x: S::F) -> S::F {
    let inner = match gate {
        Gate::Silu => x,
        Gate::GeluTanh => {
            let cubed = S::mul(S::mul(x, x), x);
            S::mul(S::mul_add(cubed, S::splat(0.044_715), x), S::splat(1.595_769))
        }
    };
    S::mul(x, math::sigmoid::<S>(inner))
}
