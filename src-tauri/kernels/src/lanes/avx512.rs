//! Sixteen lanes as one register: AVX-512 with VNNI, whose `vpdpbusd` adds four products of bytes to a lane at once.

use std::arch::x86_64::*;

use half::{bf16, f16};

use super::{Avx2, Lanes};

/// AVX-512 (F, BW, VL, DQ) with VNNI.
#[derive(Clone, Copy)]
pub(crate) struct Avx512Vnni;

#[inline(always)]
unsafe fn four_bytes(acts: *const i8) -> __m512i {
    _mm512_set1_epi32(acts.cast::<i32>().read_unaligned())
}

#[inline(always)]
unsafe fn two_words(acts: *const i16) -> __m512i {
    _mm512_set1_epi32(acts.cast::<i32>().read_unaligned())
}

// SAFETY: whoever calls has AVX-512 F, BW, VL, DQ, VNNI, and what `Avx2` needs.
unsafe impl Lanes for Avx512Vnni {
    const QUERIES: usize = 4;
    const COLUMNS: usize = 4;
    const ACTIVATIONS: usize = 8;
    const WORDS: bool = false;

    type F = __m512;
    type H = __m256;
    type I = __m512i;
    type B = __m512i;
    type P = __m512i;

    #[inline(always)]
    unsafe fn splat(x: f32) -> __m512 {
        _mm512_set1_ps(x)
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> __m512 {
        _mm512_loadu_ps(from)
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, x: __m512) {
        _mm512_storeu_ps(to, x);
    }
    #[inline(always)]
    unsafe fn load_f16(from: *const f16) -> __m512 {
        _mm512_cvtph_ps(_mm256_loadu_si256(from.cast()))
    }
    #[inline(always)]
    unsafe fn store_f16(to: *mut f16, x: __m512) {
        const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
        _mm256_storeu_si256(to.cast(), _mm512_cvtps_ph::<NEAREST>(x));
    }
    #[inline(always)]
    unsafe fn load_bf16(from: *const bf16) -> __m512 {
        let words = _mm512_cvtepu16_epi32(_mm256_loadu_si256(from.cast()));
        _mm512_castsi512_ps(_mm512_slli_epi32::<16>(words))
    }
    #[inline(always)]
    unsafe fn add(a: __m512, b: __m512) -> __m512 {
        _mm512_add_ps(a, b)
    }
    #[inline(always)]
    unsafe fn sub(a: __m512, b: __m512) -> __m512 {
        _mm512_sub_ps(a, b)
    }
    #[inline(always)]
    unsafe fn mul(a: __m512, b: __m512) -> __m512 {
        _mm512_mul_ps(a, b)
    }
    #[inline(always)]
    unsafe fn div(a: __m512, b: __m512) -> __m512 {
        _mm512_div_ps(a, b)
    }
    #[inline(always)]
    unsafe fn mul_add(a: __m512, b: __m512, c: __m512) -> __m512 {
        _mm512_fmadd_ps(a, b, c)
    }
    #[inline(always)]
    unsafe fn neg_mul_add(a: __m512, b: __m512, c: __m512) -> __m512 {
        _mm512_fnmadd_ps(a, b, c)
    }
    #[inline(always)]
    unsafe fn max(a: __m512, b: __m512) -> __m512 {
        _mm512_max_ps(a, b)
    }
    #[inline(always)]
    unsafe fn round(x: __m512) -> __m512 {
        const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
        _mm512_roundscale_ps::<NEAREST>(x)
    }
    #[inline(always)]
    unsafe fn abs(x: __m512) -> __m512 {
        _mm512_abs_ps(x)
    }
    #[inline(always)]
    unsafe fn with_sign_of(size: __m512, x: __m512) -> __m512 {
        _mm512_or_ps(size, _mm512_and_ps(x, _mm512_set1_ps(-0.0)))
    }
    #[inline(always)]
    unsafe fn select_negative(x: __m512, a: __m512, b: __m512) -> __m512 {
        _mm512_mask_blend_ps(_mm512_movepi32_mask(_mm512_castps_si512(x)), b, a)
    }
    #[inline(always)]
    unsafe fn zero_where_less(x: __m512, bound: f32, y: __m512) -> __m512 {
        let kept = _mm512_cmp_ps_mask::<_CMP_NLT_UQ>(x, _mm512_set1_ps(bound));
        _mm512_maskz_mov_ps(kept, y)
    }
    #[inline(always)]
    unsafe fn power_of_two(n: __m512) -> __m512 {
        let exponents = _mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127));
        _mm512_castsi512_ps(_mm512_slli_epi32::<23>(exponents))
    }

    #[inline(always)]
    unsafe fn halve(x: __m512) -> __m256 {
        _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps::<1>(x))
    }
    #[inline(always)]
    unsafe fn sum_four(x: [__m256; 4]) -> [f32; 4] {
        Avx2::sum_four(x)
    }
    #[inline(always)]
    unsafe fn largest(x: __m512) -> f32 {
        Avx2::largest([_mm512_castps512_ps256(x), _mm512_extractf32x8_ps::<1>(x)])
    }

    #[inline(always)]
    unsafe fn splat_i32(x: i32) -> __m512i {
        _mm512_set1_epi32(x)
    }
    #[inline(always)]
    unsafe fn sub_i32(a: __m512i, b: __m512i) -> __m512i {
        _mm512_sub_epi32(a, b)
    }
    #[inline(always)]
    unsafe fn times_32(x: __m512i) -> __m512i {
        _mm512_slli_epi32::<5>(x)
    }
    #[inline(always)]
    unsafe fn to_f32(x: __m512i) -> __m512 {
        _mm512_cvtepi32_ps(x)
    }
    #[inline(always)]
    unsafe fn store_i8(to: *mut i8, x: __m512) {
        _mm_storeu_si128(to.cast(), _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(x)));
    }

    #[inline(always)]
    unsafe fn load_bytes(from: *const u8) -> __m512i {
        _mm512_loadu_si512(from.cast())
    }
    #[inline(always)]
    unsafe fn low_nibbles(x: __m512i) -> __m512i {
        _mm512_and_si512(x, _mm512_set1_epi8(15))
    }
    #[inline(always)]
    unsafe fn high_nibbles(x: __m512i) -> __m512i {
        _mm512_and_si512(_mm512_srli_epi16::<4>(x), _mm512_set1_epi8(15))
    }
    #[inline(always)]
    unsafe fn two_bits<const AT: usize>(x: __m512i) -> __m512i {
        let moved = match AT {
            0 => _mm512_slli_epi16::<4>(x),
            1 => _mm512_slli_epi16::<2>(x),
            2 => x,
            _ => _mm512_srli_epi16::<2>(x),
        };
        _mm512_and_si512(moved, _mm512_set1_epi8(48))
    }
    #[inline(always)]
    unsafe fn one_bit<const AT: usize>(x: __m512i) -> __m512i {
        let moved = match AT {
            0 => _mm512_slli_epi16::<4>(x),
            1 => _mm512_slli_epi16::<3>(x),
            2 => _mm512_slli_epi16::<2>(x),
            3 => _mm512_slli_epi16::<1>(x),
            4 => x,
            5 => _mm512_srli_epi16::<1>(x),
            6 => _mm512_srli_epi16::<2>(x),
            _ => _mm512_srli_epi16::<3>(x),
        };
        _mm512_and_si512(moved, _mm512_set1_epi8(16))
    }
    #[inline(always)]
    unsafe fn or(a: __m512i, b: __m512i) -> __m512i {
        _mm512_or_si512(a, b)
    }

    #[inline(always)]
    unsafe fn no_part() -> __m512i {
        _mm512_setzero_si512()
    }
    #[inline(always)]
    unsafe fn dot(part: __m512i, bytes: __m512i, acts: *const i8) -> __m512i {
        _mm512_dpbusd_epi32(part, bytes, four_bytes(acts))
    }
    #[inline(always)]
    unsafe fn fold_unsigned(total: __m512i, part: __m512i, scales: *const u8) -> __m512i {
        let scales = _mm512_cvtepu8_epi32(_mm_loadu_si128(scales.cast()));
        _mm512_add_epi32(total, _mm512_mullo_epi32(part, scales))
    }
    #[inline(always)]
    unsafe fn fold_signed(total: __m512i, part: __m512i, scales: *const i8) -> __m512i {
        let scales = _mm512_cvtepi8_epi32(_mm_loadu_si128(scales.cast()));
        _mm512_add_epi32(total, _mm512_mullo_epi32(part, scales))
    }
    #[inline(always)]
    unsafe fn fold(total: __m512i, part: __m512i) -> __m512i {
        _mm512_add_epi32(total, part)
    }

    #[inline(always)]
    unsafe fn dot_pairs_unsigned(total: __m512i, bytes: *const u8, acts: *const i16) -> __m512i {
        let words = _mm512_cvtepu8_epi16(_mm256_loadu_si256(bytes.cast()));
        _mm512_dpwssd_epi32(total, words, two_words(acts))
    }
    #[inline(always)]
    unsafe fn dot_pairs_signed(
        total: __m512i,
        first: *const i8,
        second: *const i8,
        acts: *const i16,
    ) -> __m512i {
        let (first, second) = (_mm_loadu_si128(first.cast()), _mm_loadu_si128(second.cast()));
        let (low, high) = (_mm_unpacklo_epi8(first, second), _mm_unpackhi_epi8(first, second));
        let words = _mm512_cvtepi8_epi16(_mm256_set_m128i(high, low));
        _mm512_dpwssd_epi32(total, words, two_words(acts))
    }

    #[inline(always)]
    unsafe fn begin_offset(sum: i32) -> __m512i {
        // The 128 that every number has too much is taken off beforehand.
        _mm512_set1_epi32(-128 * sum)
    }
    #[inline(always)]
    unsafe fn dot_offset(total: __m512i, bytes: __m512i, acts: *const i8) -> __m512i {
        _mm512_dpbusd_epi32(total, bytes, four_bytes(acts))
    }

    #[inline(always)]
    unsafe fn prefetch(at: *const u8) {
        Avx2::prefetch(at);
    }
}
