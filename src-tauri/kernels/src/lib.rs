//! The arithmetic of a language model on a processor: products with packed weights, attention, norms and gates.
//!
//! [`Kernels`] holds one instruction set and one pool of threads, and everything is computed through it. Three
//! promises, each held by tests:
//!
//! * **A row has the same bits alone and among others**, on one thread and on many, on every instruction set. The order
//!   of additions belongs to a row and is written down once, over lanes of 16 numbers ([`lanes`]); an instruction set
//!   only says how 16 lanes are computed.
//! * **What a row can't see does not matter**: positions behind its mask may hold anything, infinities and NaN too.
//! * **A set is chosen by itself only where its tests were run** ([`InstructionSet::best`]).
//!
//! Nothing here knows a tensor library: numbers come as slices and strides.

// Several registers are gone through by number, side by side; iterators over some of them would hide which.
#![allow(clippy::needless_range_loop)]

mod attention;
mod kernels;
mod lanes;
mod math;
mod number;
mod packed;
mod pool;
mod rows;
mod set;

pub use attention::{Attention, MaskView, Seen, Shape, View};
pub use kernels::{Kernels, ShapeError};
pub use number::Number;
pub use packed::{Format, PackedMatrix};
pub use pool::Pool;
pub use rows::Gate;
pub use set::{InstructionSet, NotHere};
