//! Numbers that caches and activations are made of.

use half::{bf16, f16};

use crate::lanes::Lanes;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for half::f16 {}
    impl Sealed for half::bf16 {}
}

/// F32, F16 or BF16. All arithmetic is in F32; the narrow ones are widened, which is exact, and rounded to nearest even.
pub trait Number: sealed::Sealed + Copy + Send + Sync + 'static {
    /// Is widening free?
    #[doc(hidden)]
    const IS_WIDE: bool = false;

    fn widen(self) -> f32;

    fn narrow(number: f32) -> Self;

    /// # Safety
    /// 16 numbers lie at `from`; the processor has the instructions of `S`.
    #[doc(hidden)]
    unsafe fn load<S: Lanes>(from: *const Self) -> S::F;

    /// # Safety
    /// There is room for 16 numbers at `to`; the processor has the instructions of `S`.
    #[doc(hidden)]
    unsafe fn store<S: Lanes>(to: *mut Self, numbers: S::F);
}

impl Number for f32 {
    const IS_WIDE: bool = true;

    #[inline(always)]
    fn widen(self) -> f32 {
        self
    }
    #[inline(always)]
    fn narrow(number: f32) -> Self {
        number
    }
    #[inline(always)]
    unsafe fn load<S: Lanes>(from: *const Self) -> S::F {
        S::load(from)
    }
    #[inline(always)]
    unsafe fn store<S: Lanes>(to: *mut Self, numbers: S::F) {
        S::store(to, numbers);
    }
}

impl Number for f16 {
    #[inline(always)]
    fn widen(self) -> f32 {
        self.to_f32()
    }
    #[inline(always)]
    fn narrow(number: f32) -> Self {
        f16::from_f32(number)
    }
    #[inline(always)]
    unsafe fn load<S: Lanes>(from: *const Self) -> S::F {
        S::load_f16(from)
    }
    #[inline(always)]
    unsafe fn store<S: Lanes>(to: *mut Self, numbers: S::F) {
        S::store_f16(to, numbers);
    }
}

impl Number for bf16 {
    #[inline(always)]
    fn widen(self) -> f32 {
        self.to_f32()
    }
    #[inline(always)]
    fn narrow(number: f32) -> Self {
        bf16::from_f32(number)
    }
    #[inline(always)]
    unsafe fn load<S: Lanes>(from: *const Self) -> S::F {
        S::load_bf16(from)
    }
    #[inline(always)]
    unsafe fn store<S: Lanes>(to: *mut Self, numbers: S::F) {
        // No set here rounds to BF16 in the way that we want, and only results are stored.
        let mut wide = [0f32; 16];
        S::store(wide.as_mut_ptr(), numbers);
        for (lane, number) in wide.into_iter().enumerate() {
            *to.add(lane) = bf16::from_f32(number);
        }
    }
}
