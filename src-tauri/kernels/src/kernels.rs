//! The door to the kernels.

use crate::set::{InstructionSet, NotHere};
use crate::Pool;

/// Kernels on one instruction set and one pool of threads.
pub struct Kernels {
    set: InstructionSet,
    pool: Pool,
}

/// Slices that are not as long as the shapes beside them say, or shapes that fit no kernel. Nothing was computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    #[error("{what}: {found} numbers, where the shape needs {needed}")]
    Length { what: &'static str, needed: usize, found: usize },
    #[error("{heads} heads of queries do not divide among {kv_heads} of keys and values")]
    Groups { heads: usize, kv_heads: usize },
    #[error("rows of {columns} numbers are no whole number of blocks of {block}")]
    Blocks { columns: usize, block: usize },
    #[error("{queries} queries are the last of {positions} positions")]
    Causal { queries: usize, positions: usize },
    #[error("a shape whose size no address can hold")]
    Overflow,
}

impl ShapeError {
    pub(crate) fn check(what: &'static str, needed: Option<usize>, found: usize) -> Result<(), Self> {
        match needed {
            None => Err(Self::Overflow),
            Some(needed) if needed != found => Err(Self::Length { what, needed, found }),
            Some(_) => Ok(()),
        }
    }
}

impl Kernels {
    /// Kernels on `set`.
    ///
    /// # Errors
    /// Where this processor lacks the set.
    pub fn new(set: InstructionSet, pool: Pool) -> Result<Self, NotHere> {
        if set.is_here() {
            Ok(Self { set, pool })
        } else {
            Err(NotHere::Lacking(set))
        }
    }

    pub fn set(&self) -> InstructionSet {
        self.set
    }

    pub fn pool(&self) -> &Pool {
        &self.pool
    }
}

/// A pointer to numbers of which every thread writes others.
pub(crate) struct Apart<T>(*mut T);

// SAFETY: whoever makes one writes each number from one thread alone.
unsafe impl<T: Send> Sync for Apart<T> {}

impl<T> Apart<T> {
    pub(crate) fn new(numbers: &mut [T]) -> Self {
        Self(numbers.as_mut_ptr())
    }

    /// # Safety
    /// `at` lies within the numbers.
    #[inline(always)]
    pub(crate) unsafe fn at(&self, at: usize) -> *mut T {
        self.0.add(at)
    }
}
