//! Functions over 16 lanes: made of the same operations on every instruction set, so of the same bits.

use crate::lanes::Lanes;

/// e^x for x <= 0, within 2e-7 of it; exactly 0 below -87.33, where F32 would be subnormal. NaN stays NaN.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; ln 2 is taken in two parts, so that r is exact; e^r by Cephes' polynomial (`expf`).
///
/// # Safety
/// The processor has the instructions of `S`.
#[inline(always)]
pub(crate) unsafe fn exp_of_negative<S: Lanes>(x: S::F) -> S::F {
    let least = -87.336_54;
    // The second one is given where one is NaN.
    let bounded = S::max(S::splat(least), x);
    let n = S::round(S::mul(bounded, S::splat(std::f32::consts::LOG2_E)));
    let r = S::neg_mul_add(n, S::splat(355.0 / 512.0), bounded);
    let r = S::neg_mul_add(n, S::splat(-2.121_944_4e-4), r);
    let mut y = S::splat(1.987_569_1e-4);
    y = S::mul_add(y, r, S::splat(1.398_199_9e-3));
    y = S::mul_add(y, r, S::splat(8.333_452e-3));
    y = S::mul_add(y, r, S::splat(4.166_579_6e-2));
    y = S::mul_add(y, r, S::splat(1.666_666_5e-1));
    y = S::mul_add(y, r, S::splat(0.5));
    let y = S::add(S::mul_add(y, S::mul(r, r), r), S::splat(1.0));
    S::zero_where_less(x, least, S::mul(y, S::power_of_two(n)))
}

/// tanh x, within 3e-7.
///
/// # Safety
/// The processor has the instructions of `S`.
#[inline(always)]
pub(crate) unsafe fn tanh<S: Lanes>(x: S::F) -> S::F {
    let e = exp_of_negative::<S>(S::mul(S::abs(x), S::splat(-2.0)));
    let one = S::splat(1.0);
    S::with_sign_of(S::div(S::sub(one, e), S::add(one, e)), x)
}

/// 1 / (1 + e^-x), within 3e-7.
///
/// # Safety
/// The processor has the instructions of `S`.
#[inline(always)]
pub(crate) unsafe fn sigmoid<S: Lanes>(x: S::F) -> S::F {
    let e = exp_of_negative::<S>(S::sub(S::splat(0.0), S::abs(x)));
    let one = S::splat(1.0);
    // Where x is negative, e^x / (1 + e^x), so that nothing overflows.
    S::div(S::select_negative(x, e, one), S::add(one, e))
}
