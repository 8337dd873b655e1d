//! Sixteen lanes in plain Rust: what every other set has to agree with.

use half::{bf16, f16};

use super::{Lanes, LANES};

/// Runs everywhere; the compiler vectorises what it can.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

#[inline(always)]
fn each(f: impl Fn(usize) -> f32) -> [f32; LANES] {
    std::array::from_fn(f)
}

#[inline(always)]
unsafe fn read<const N: usize, T: Copy>(from: *const T) -> [T; N] {
    from.cast::<[T; N]>().read_unaligned()
}

// SAFETY: needs no instructions.
unsafe impl Lanes for Portable {
    const QUERIES: usize = 3;
    const COLUMNS: usize = 2;
    const ACTIVATIONS: usize = 2;
    const WORDS: bool = false;

    type F = [f32; LANES];
    type H = [f32; LANES / 2];
    type I = [i32; LANES];
    type B = [u8; LANES * 4];
    type P = [i32; LANES];

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self::F {
        [x; LANES]
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self::F {
        read(from)
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, x: Self::F) {
        to.cast::<Self::F>().write_unaligned(x);
    }
    #[inline(always)]
    unsafe fn load_f16(from: *const f16) -> Self::F {
        let narrow: [f16; LANES] = read(from);
        each(|i| narrow[i].to_f32())
    }
    #[inline(always)]
    unsafe fn store_f16(to: *mut f16, x: Self::F) {
        to.cast::<[f16; LANES]>().write_unaligned(x.map(f16::from_f32));
    }
    #[inline(always)]
    unsafe fn load_bf16(from: *const bf16) -> Self::F {
        let narrow: [bf16; LANES] = read(from);
        each(|i| f32::from_bits(u32::from(narrow[i].to_bits()) << 16))
    }
    #[inline(always)]
    unsafe fn add(a: Self::F, b: Self::F) -> Self::F {
        each(|i| a[i] + b[i])
    }
    #[inline(always)]
    unsafe fn sub(a: Self::F, b: Self::F) -> Self::F {
        each(|i| a[i] - b[i])
    }
    #[inline(always)]
    unsafe fn mul(a: Self::F, b: Self::F) -> Self::F {
        each(|i| a[i] * b[i])
    }
    #[inline(always)]
    unsafe fn div(a: Self::F, b: Self::F) -> Self::F {
        each(|i| a[i] / b[i])
    }
    #[inline(always)]
    unsafe fn mul_add(a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        each(|i| a[i].mul_add(b[i], c[i]))
    }
    #[inline(always)]
    unsafe fn neg_mul_add(a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        each(|i| (-a[i]).mul_add(b[i], c[i]))
    }
    #[inline(always)]
    unsafe fn max(a: Self::F, b: Self::F) -> Self::F {
        each(|i| if a[i] > b[i] { a[i] } else { b[i] })
    }
    #[inline(always)]
    unsafe fn round(x: Self::F) -> Self::F {
        each(|i| x[i].round_ties_even())
    }
    #[inline(always)]
    unsafe fn abs(x: Self::F) -> Self::F {
        each(|i| x[i].abs())
    }
    #[inline(always)]
    unsafe fn with_sign_of(size: Self::F, x: Self::F) -> Self::F {
        each(|i| f32::from_bits(size[i].to_bits() | x[i].to_bits() & (1 << 31)))
    }
    #[inline(always)]
    unsafe fn select_negative(x: Self::F, a: Self::F, b: Self::F) -> Self::F {
        each(|i| if x[i].is_sign_negative() { a[i] } else { b[i] })
    }
    #[inline(always)]
    unsafe fn zero_where_less(x: Self::F, bound: f32, y: Self::F) -> Self::F {
        each(|i| if x[i] < bound { 0.0 } else { y[i] })
    }
    #[inline(always)]
    unsafe fn power_of_two(n: Self::F) -> Self::F {
        each(|i| f32::from_bits(((n[i] as i32).wrapping_add(127) as u32) << 23))
    }

    #[inline(always)]
    unsafe fn halve(x: Self::F) -> Self::H {
        std::array::from_fn(|i| x[i] + x[i + 8])
    }
    #[inline(always)]
    unsafe fn sum_four(x: [Self::H; 4]) -> [f32; 4] {
        x.map(|x| {
            let four: [f32; 4] = std::array::from_fn(|i| x[i] + x[i + 4]);
            (four[0] + four[2]) + (four[1] + four[3])
        })
    }
    #[inline(always)]
    unsafe fn largest(x: Self::F) -> f32 {
        x.into_iter().fold(f32::NEG_INFINITY, |best, x| if x > best { x } else { best })
    }

    #[inline(always)]
    unsafe fn splat_i32(x: i32) -> Self::I {
        [x; LANES]
    }
    #[inline(always)]
    unsafe fn sub_i32(a: Self::I, b: Self::I) -> Self::I {
        std::array::from_fn(|i| a[i] - b[i])
    }
    #[inline(always)]
    unsafe fn times_32(x: Self::I) -> Self::I {
        x.map(|x| x * 32)
    }
    #[inline(always)]
    unsafe fn to_f32(x: Self::I) -> Self::F {
        each(|i| x[i] as f32)
    }
    #[inline(always)]
    unsafe fn store_i8(to: *mut i8, x: Self::F) {
        to.cast::<[i8; LANES]>().write_unaligned(x.map(|x| x.round_ties_even() as i8));
    }

    #[inline(always)]
    unsafe fn load_bytes(from: *const u8) -> Self::B {
        read(from)
    }
    #[inline(always)]
    unsafe fn low_nibbles(x: Self::B) -> Self::B {
        x.map(|x| x & 15)
    }
    #[inline(always)]
    unsafe fn high_nibbles(x: Self::B) -> Self::B {
        x.map(|x| x >> 4)
    }
    #[inline(always)]
    unsafe fn two_bits<const AT: usize>(x: Self::B) -> Self::B {
        x.map(|x| (x >> (2 * AT) & 3) << 4)
    }
    #[inline(always)]
    unsafe fn one_bit<const AT: usize>(x: Self::B) -> Self::B {
        x.map(|x| (x >> AT & 1) << 4)
    }
    #[inline(always)]
    unsafe fn or(a: Self::B, b: Self::B) -> Self::B {
        std::array::from_fn(|i| a[i] | b[i])
    }

    #[inline(always)]
    unsafe fn no_part() -> Self::P {
        [0; LANES]
    }
    #[inline(always)]
    unsafe fn dot(part: Self::P, bytes: Self::B, acts: *const i8) -> Self::P {
        let acts: [i8; 4] = read(acts);
        std::array::from_fn(|i| {
            (0..4).fold(part[i], |sum, j| sum + i32::from(bytes[i * 4 + j]) * i32::from(acts[j]))
        })
    }
    #[inline(always)]
    unsafe fn fold_unsigned(total: Self::I, part: Self::P, scales: *const u8) -> Self::I {
        let scales: [u8; LANES] = read(scales);
        std::array::from_fn(|i| total[i] + part[i] * i32::from(scales[i]))
    }
    #[inline(always)]
    unsafe fn fold_signed(total: Self::I, part: Self::P, scales: *const i8) -> Self::I {
        let scales: [i8; LANES] = read(scales);
        std::array::from_fn(|i| total[i] + part[i] * i32::from(scales[i]))
    }
    #[inline(always)]
    unsafe fn fold(total: Self::I, part: Self::P) -> Self::I {
        std::array::from_fn(|i| total[i] + part[i])
    }

    #[inline(always)]
    unsafe fn dot_pairs_unsigned(total: Self::I, bytes: *const u8, acts: *const i16) -> Self::I {
        let (bytes, acts): ([u8; LANES * 2], [i16; 2]) = (read(bytes), read(acts));
        std::array::from_fn(|i| {
            (0..2).fold(total[i], |sum, j| sum + i32::from(bytes[i * 2 + j]) * i32::from(acts[j]))
        })
    }
    #[inline(always)]
    unsafe fn dot_pairs_signed(
        total: Self::I,
        first: *const i8,
        second: *const i8,
        acts: *const i16,
    ) -> Self::I {
        let bytes: [[i8; LANES]; 2] = [read(first), read(second)];
        let acts: [i16; 2] = read(acts);
        std::array::from_fn(|i| {
            (0..2).fold(total[i], |sum, j| sum + i32::from(bytes[j][i]) * i32::from(acts[j]))
        })
    }

    #[inline(always)]
    unsafe fn begin_offset(_: i32) -> Self::I {
        [0; LANES]
    }
    #[inline(always)]
    unsafe fn dot_offset(total: Self::I, bytes: Self::B, acts: *const i8) -> Self::I {
        let acts: [i8; 4] = read(acts);
        std::array::from_fn(|i| {
            let number = |j: usize| i32::from((bytes[i * 4 + j] ^ 128) as i8);
            (0..4).fold(total[i], |sum, j| sum + number(j) * i32::from(acts[j]))
        })
    }

    #[inline(always)]
    unsafe fn prefetch(_: *const u8) {}
}
