//! Sixteen lanes side by side: what an instruction set has to say for itself.
//!
//! Every kernel is written once over [`Lanes`]. All implementations give the same bits for every operation (NaN may
//! carry other bits in it), so a kernel gives the same bits on every set; the tests of this module hold operation by
//! operation against [`Portable`].

mod portable;
#[cfg(test)]
mod tests;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::Avx512Vnni;
pub(crate) use portable::Portable;

use half::{bf16, f16};

/// Lanes in a group.
pub(crate) const LANES: usize = 16;

/// Sixteen lanes. "16 x 4 bytes" are four bytes for each lane, lane by lane.
///
/// # Safety
/// All functions need a processor that has the set's instructions, and pointers to as many numbers as they say. They
/// are `#[inline(always)]`, so that they are compiled with the instructions of whoever calls them.
pub unsafe trait Lanes: Copy {
    /// Rows of queries that attention computes together: 3 or 4, as many as the registers hold.
    const QUERIES: usize;
    /// Columns of lanes (or positions) for each of them: 2 or 4.
    const COLUMNS: usize;
    /// Rows of activations that a product computes together: 1, 2, 4 or 8.
    const ACTIVATIONS: usize;
    /// Are partial sums ([`Self::P`]) words? Then no more than 32,767 may come together in half a partial sum.
    const WORDS: bool;

    /// 16 F32.
    type F: Copy;
    /// 8 F32: sums of lanes i and i + 8.
    type H: Copy;
    /// 16 x i32.
    type I: Copy;
    /// 16 x 4 bytes.
    type B: Copy;
    /// 16 partial sums of products of bytes.
    type P: Copy;

    unsafe fn splat(x: f32) -> Self::F;
    unsafe fn load(from: *const f32) -> Self::F;
    unsafe fn store(to: *mut f32, x: Self::F);
    unsafe fn load_f16(from: *const f16) -> Self::F;
    unsafe fn store_f16(to: *mut f16, x: Self::F);
    unsafe fn load_bf16(from: *const bf16) -> Self::F;
    unsafe fn add(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn sub(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn mul(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn div(a: Self::F, b: Self::F) -> Self::F;
    /// a * b + c, rounded once.
    unsafe fn mul_add(a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    /// c - a * b, rounded once.
    unsafe fn neg_mul_add(a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    /// a where a > b, else b: so b where one of them is NaN.
    unsafe fn max(a: Self::F, b: Self::F) -> Self::F;
    /// To the nearest integer, halves to the even one.
    unsafe fn round(x: Self::F) -> Self::F;
    unsafe fn abs(x: Self::F) -> Self::F;
    /// `size`, which is not negative, with the sign bit of `x`.
    unsafe fn with_sign_of(size: Self::F, x: Self::F) -> Self::F;
    /// a where the sign bit of x is set, else b.
    unsafe fn select_negative(x: Self::F, a: Self::F, b: Self::F) -> Self::F;
    /// 0 where x < bound, else y.
    unsafe fn zero_where_less(x: Self::F, bound: f32, y: Self::F) -> Self::F;
    /// 2^n for integers n from -126 to 127; anything for others.
    unsafe fn power_of_two(n: Self::F) -> Self::F;

    /// Lanes i and i + 8 added up.
    unsafe fn halve(x: Self::F) -> Self::H;
    /// Of each: lanes i and i + 4 added up, then i and i + 2, then i and i + 1.
    unsafe fn sum_four(x: [Self::H; 4]) -> [f32; 4];
    /// The largest lane; NaN is passed over, unless all are.
    unsafe fn largest(x: Self::F) -> f32;

    unsafe fn splat_i32(x: i32) -> Self::I;
    unsafe fn sub_i32(a: Self::I, b: Self::I) -> Self::I;
    /// 32 times.
    unsafe fn times_32(x: Self::I) -> Self::I;
    /// Rounded to nearest even.
    unsafe fn to_f32(x: Self::I) -> Self::F;
    /// 16 numbers from -127 to 127, rounded to nearest even, as bytes.
    unsafe fn store_i8(to: *mut i8, x: Self::F);

    unsafe fn load_bytes(from: *const u8) -> Self::B;
    /// Of each byte the lower four bits.
    unsafe fn low_nibbles(x: Self::B) -> Self::B;
    /// Of each byte the upper four bits, as a number.
    unsafe fn high_nibbles(x: Self::B) -> Self::B;
    /// Of each byte bits 2 `AT` and 2 `AT` + 1, 16 times.
    unsafe fn two_bits<const AT: usize>(x: Self::B) -> Self::B;
    /// Of each byte bit `AT`, 16 times.
    unsafe fn one_bit<const AT: usize>(x: Self::B) -> Self::B;
    unsafe fn or(a: Self::B, b: Self::B) -> Self::B;

    unsafe fn no_part() -> Self::P;
    /// Adds for each lane the products of its four unsigned bytes with the four bytes at `acts`.
    unsafe fn dot(part: Self::P, bytes: Self::B, acts: *const i8) -> Self::P;
    /// total + part * scale, a byte for each lane.
    unsafe fn fold_unsigned(total: Self::I, part: Self::P, scales: *const u8) -> Self::I;
    unsafe fn fold_signed(total: Self::I, part: Self::P, scales: *const i8) -> Self::I;
    /// total + part.
    unsafe fn fold(total: Self::I, part: Self::P) -> Self::I;

    /// Adds for each lane the products of its two bytes (16 x 2 at `bytes`) with the two words at `acts`.
    unsafe fn dot_pairs_unsigned(total: Self::I, bytes: *const u8, acts: *const i16) -> Self::I;
    /// The same where the first of the two bytes of all lanes lie at `first`, the others at `second`.
    unsafe fn dot_pairs_signed(
        total: Self::I,
        first: *const i8,
        second: *const i8,
        acts: *const i16,
    ) -> Self::I;

    /// What sums of [`Self::dot_offset`] begin with, where all activations that will be multiplied add up to `sum`.
    unsafe fn begin_offset(sum: i32) -> Self::I;
    /// Adds for each lane the products of its four numbers, stored as bytes with 128 added, with the four at `acts`.
    unsafe fn dot_offset(total: Self::I, bytes: Self::B, acts: *const i8) -> Self::I;

    /// Asks for the line of memory that `at` lies in; `at` need not be anywhere.
    unsafe fn prefetch(at: *const u8);
}
