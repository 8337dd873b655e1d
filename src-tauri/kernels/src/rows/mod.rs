//! What is done row by row or number by number beside products: norms and gates.

mod gate;
mod norm;

pub use gate::Gate;

use crate::lanes::{Lanes, LANES};
use crate::Number;

/// Numbers that are worth a part of their own.
const PIECE: usize = 8192;

/// The first `count` (at most 16) of the numbers at `from`, zeros behind them.
///
/// # Safety
/// `count` numbers lie at `from`; the processor has the instructions of `S`.
#[inline(always)]
unsafe fn load_some<S: Lanes, T: Number>(from: *const T, count: usize) -> S::F {
    if count >= LANES {
        return T::load::<S>(from);
    }
    let mut wide = [0f32; LANES];
    for (lane, number) in wide.iter_mut().enumerate().take(count) {
        *number = from.add(lane).read().widen();
    }
    S::load(wide.as_ptr())
}

/// # Safety
/// There is room for `count` numbers (at most 16) at `to`; the processor has the instructions of `S`.
#[inline(always)]
unsafe fn store_some<S: Lanes, T: Number>(to: *mut T, numbers: S::F, count: usize) {
    if count >= LANES {
        return T::store::<S>(to, numbers);
    }
    let mut wide = [0f32; LANES];
    S::store(wide.as_mut_ptr(), numbers);
    for (lane, number) in wide.into_iter().enumerate().take(count) {
        to.add(lane).write(T::narrow(number));
    }
}
