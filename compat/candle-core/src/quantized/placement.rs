//! Where the blocks of a packed tensor lie in memory.
//!
//! candle copies what it is given into memory of its own. On x86-64 it then orders most formats anew when they are
//! first used, and keeps both, though it never looks at the first one again. A program that knows in which file the
//! blocks lie can give them out of a mapping of that file instead: the system takes such memory back when it needs
//! it, without writing anything anywhere.

use std::sync::OnceLock;

use super::{GgmlDType, QuantizedType};

/// Storage for a tensor of this type and these dimensions (rows first) with exactly these blocks; `None` where candle
/// shall copy them.
pub type Placement = fn(GgmlDType, &[usize], &[u8]) -> Option<Box<dyn QuantizedType>>;

static PLACEMENT: OnceLock<Placement> = OnceLock::new();

/// From now on every packed tensor that is read from a file is offered to `placement` first. The first call counts.
pub fn place_with(placement: Placement) {
    let _ = PLACEMENT.set(placement);
}

pub(super) fn place(dtype: GgmlDType, dims: &[usize], blocks: &[u8]) -> Option<Box<dyn QuantizedType>> {
    PLACEMENT.get().and_then(|placement| placement(dtype, dims, blocks))
}
