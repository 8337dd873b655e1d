//! Sixteen lanes as two registers of eight: AVX2, FMA and F16C.

use std::arch::x86_64::*;

use half::{bf16, f16};

use super::Lanes;

/// AVX2 with FMA and F16C.
#[derive(Clone, Copy)]
pub(crate) struct Avx2;

type F = [__m256; 2];
type I = [__m256i; 2];

/// The same operation on both halves.
macro_rules! both {
    ($f:path, $a:expr) => {
        [$f($a[0]), $f($a[1])]
    };
    ($f:path, $a:expr, $b:expr) => {
        [$f($a[0], $b[0]), $f($a[1], $b[1])]
    };
    ($f:path, $a:expr, $b:expr, $c:expr) => {
        [$f($a[0], $b[0], $c[0]), $f($a[1], $b[1], $c[1])]
    };
}

#[inline(always)]
unsafe fn four_bytes(acts: *const i8) -> __m256i {
    _mm256_set1_epi32(acts.cast::<i32>().read_unaligned())
}

#[inline(always)]
unsafe fn two_words(acts: *const i16) -> __m256i {
    _mm256_set1_epi32(acts.cast::<i32>().read_unaligned())
}

/// Eight bytes at `from`, each twice as a word; signed ones in the upper halves of the words.
#[inline(always)]
unsafe fn twice<const SIGNED: bool>(from: *const u8) -> __m256i {
    let bytes = _mm256_set1_epi64x(from.cast::<i64>().read_unaligned());
    if SIGNED {
        let upper = _mm256_setr_epi8(
            -1, 0, -1, 0, -1, 1, -1, 1, -1, 2, -1, 2, -1, 3, -1, 3, -1, 4, -1, 4, -1, 5, -1, 5, -1, 6, -1, 6,
            -1, 7, -1, 7,
        );
        _mm256_srai_epi16::<8>(_mm256_shuffle_epi8(bytes, upper))
    } else {
        let lower = _mm256_setr_epi8(
            0, -1, 0, -1, 1, -1, 1, -1, 2, -1, 2, -1, 3, -1, 3, -1, 4, -1, 4, -1, 5, -1, 5, -1, 6, -1, 6, -1,
            7, -1, 7, -1,
        );
        _mm256_shuffle_epi8(bytes, lower)
    }
}

// SAFETY: whoever calls has AVX2, FMA and F16C.
unsafe impl Lanes for Avx2 {
    const QUERIES: usize = 3;
    const COLUMNS: usize = 2;
    const ACTIVATIONS: usize = 2;
    const WORDS: bool = true;

    type F = F;
    type H = __m256;
    type I = I;
    type B = I;
    type P = I;

    #[inline(always)]
    unsafe fn splat(x: f32) -> F {
        [_mm256_set1_ps(x); 2]
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> F {
        [_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(8))]
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, x: F) {
        _mm256_storeu_ps(to, x[0]);
        _mm256_storeu_ps(to.add(8), x[1]);
    }
    #[inline(always)]
    unsafe fn load_f16(from: *const f16) -> F {
        [_mm256_cvtph_ps(_mm_loadu_si128(from.cast())), _mm256_cvtph_ps(_mm_loadu_si128(from.add(8).cast()))]
    }
    #[inline(always)]
    unsafe fn store_f16(to: *mut f16, x: F) {
        _mm_storeu_si128(to.cast(), _mm256_cvtps_ph::<_MM_FROUND_TO_NEAREST_INT>(x[0]));
        _mm_storeu_si128(to.add(8).cast(), _mm256_cvtps_ph::<_MM_FROUND_TO_NEAREST_INT>(x[1]));
    }
    #[inline(always)]
    unsafe fn load_bf16(from: *const bf16) -> F {
        let words = [
            _mm256_cvtepu16_epi32(_mm_loadu_si128(from.cast())),
            _mm256_cvtepu16_epi32(_mm_loadu_si128(from.add(8).cast())),
        ];
        [
            _mm256_castsi256_ps(_mm256_slli_epi32::<16>(words[0])),
            _mm256_castsi256_ps(_mm256_slli_epi32::<16>(words[1])),
        ]
    }
    #[inline(always)]
    unsafe fn add(a: F, b: F) -> F {
        both!(_mm256_add_ps, a, b)
    }
    #[inline(always)]
    unsafe fn sub(a: F, b: F) -> F {
        both!(_mm256_sub_ps, a, b)
    }
    #[inline(always)]
    unsafe fn mul(a: F, b: F) -> F {
        both!(_mm256_mul_ps, a, b)
    }
    #[inline(always)]
    unsafe fn div(a: F, b: F) -> F {
        both!(_mm256_div_ps, a, b)
    }
    #[inline(always)]
    unsafe fn mul_add(a: F, b: F, c: F) -> F {
        both!(_mm256_fmadd_ps, a, b, c)
    }
    #[inline(always)]
    unsafe fn neg_mul_add(a: F, b: F, c: F) -> F {
        both!(_mm256_fnmadd_ps, a, b, c)
    }
    #[inline(always)]
    unsafe fn max(a: F, b: F) -> F {
        both!(_mm256_max_ps, a, b)
    }
    #[inline(always)]
    unsafe fn round(x: F) -> F {
        const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
        [_mm256_round_ps::<NEAREST>(x[0]), _mm256_round_ps::<NEAREST>(x[1])]
    }
    #[inline(always)]
    unsafe fn abs(x: F) -> F {
        let sign = Self::splat(-0.0);
        both!(_mm256_andnot_ps, sign, x)
    }
    #[inline(always)]
    unsafe fn with_sign_of(size: F, x: F) -> F {
        let signs = both!(_mm256_and_ps, x, Self::splat(-0.0));
        both!(_mm256_or_ps, size, signs)
    }
    #[inline(always)]
    unsafe fn select_negative(x: F, a: F, b: F) -> F {
        both!(_mm256_blendv_ps, b, a, x)
    }
    #[inline(always)]
    unsafe fn zero_where_less(x: F, bound: f32, y: F) -> F {
        let bound = _mm256_set1_ps(bound);
        let less = [_mm256_cmp_ps::<_CMP_LT_OQ>(x[0], bound), _mm256_cmp_ps::<_CMP_LT_OQ>(x[1], bound)];
        both!(_mm256_andnot_ps, less, y)
    }
    #[inline(always)]
    unsafe fn power_of_two(n: F) -> F {
        let whole = both!(_mm256_cvtps_epi32, n);
        let exponents = both!(_mm256_add_epi32, whole, [_mm256_set1_epi32(127); 2]);
        [
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponents[0])),
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponents[1])),
        ]
    }

    #[inline(always)]
    unsafe fn halve(x: F) -> __m256 {
        _mm256_add_ps(x[0], x[1])
    }
    #[inline(always)]
    unsafe fn sum_four(x: [__m256; 4]) -> [f32; 4] {
        // Four sums of the first and of the second in one register, of the third and the fourth in another.
        let [a, b, c, d] = x;
        let ab = _mm256_add_ps(_mm256_permute2f128_ps::<0x20>(a, b), _mm256_permute2f128_ps::<0x31>(a, b));
        let cd = _mm256_add_ps(_mm256_permute2f128_ps::<0x20>(c, d), _mm256_permute2f128_ps::<0x31>(c, d));
        let (ab, cd) = (_mm256_castps_pd(ab), _mm256_castps_pd(cd));
        let first = _mm256_castpd_ps(_mm256_unpacklo_pd(ab, cd));
        let second = _mm256_castpd_ps(_mm256_unpackhi_pd(ab, cd));
        // Two sums each of a, c | b, d.
        let two = _mm256_add_ps(first, second);
        let (ac, bd) = (_mm256_castps256_ps128(two), _mm256_extractf128_ps::<1>(two));
        let even = _mm_shuffle_ps::<0b10_00_10_00>(ac, bd);
        let odd = _mm_shuffle_ps::<0b11_01_11_01>(ac, bd);
        let acbd = _mm_add_ps(even, odd);
        let mut sums = [0f32; 4];
        _mm_storeu_ps(sums.as_mut_ptr(), _mm_shuffle_ps::<0b11_01_10_00>(acbd, acbd));
        sums
    }
    #[inline(always)]
    unsafe fn largest(x: F) -> f32 {
        let least = _mm256_set1_ps(f32::NEG_INFINITY);
        // NaN gives way to the second one.
        let eight = _mm256_max_ps(x[1], _mm256_max_ps(x[0], least));
        let four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps::<1>(eight));
        let two = _mm_max_ps(four, _mm_movehl_ps(four, four));
        _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps::<1>(two, two)))
    }

    #[inline(always)]
    unsafe fn splat_i32(x: i32) -> I {
        [_mm256_set1_epi32(x); 2]
    }
    #[inline(always)]
    unsafe fn sub_i32(a: I, b: I) -> I {
        both!(_mm256_sub_epi32, a, b)
    }
    #[inline(always)]
    unsafe fn times_32(x: I) -> I {
        [_mm256_slli_epi32::<5>(x[0]), _mm256_slli_epi32::<5>(x[1])]
    }
    #[inline(always)]
    unsafe fn to_f32(x: I) -> F {
        both!(_mm256_cvtepi32_ps, x)
    }
    #[inline(always)]
    unsafe fn store_i8(to: *mut i8, x: F) {
        let whole = both!(_mm256_cvtps_epi32, x);
        // Packing works within halves of a register, so words are put in order in between.
        let words = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(whole[0], whole[1]));
        let bytes = _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words));
        _mm_storeu_si128(to.cast(), bytes);
    }

    #[inline(always)]
    unsafe fn load_bytes(from: *const u8) -> I {
        [_mm256_loadu_si256(from.cast()), _mm256_loadu_si256(from.add(32).cast())]
    }
    #[inline(always)]
    unsafe fn low_nibbles(x: I) -> I {
        both!(_mm256_and_si256, x, [_mm256_set1_epi8(15); 2])
    }
    #[inline(always)]
    unsafe fn high_nibbles(x: I) -> I {
        Self::low_nibbles([_mm256_srli_epi16::<4>(x[0]), _mm256_srli_epi16::<4>(x[1])])
    }
    #[inline(always)]
    unsafe fn two_bits<const AT: usize>(x: I) -> I {
        let moved = match AT {
            0 => [_mm256_slli_epi16::<4>(x[0]), _mm256_slli_epi16::<4>(x[1])],
            1 => [_mm256_slli_epi16::<2>(x[0]), _mm256_slli_epi16::<2>(x[1])],
            2 => x,
            _ => [_mm256_srli_epi16::<2>(x[0]), _mm256_srli_epi16::<2>(x[1])],
        };
        both!(_mm256_and_si256, moved, [_mm256_set1_epi8(48); 2])
    }
    #[inline(always)]
    unsafe fn one_bit<const AT: usize>(x: I) -> I {
        let moved = match AT {
            0 => [_mm256_slli_epi16::<4>(x[0]), _mm256_slli_epi16::<4>(x[1])],
            1 => [_mm256_slli_epi16::<3>(x[0]), _mm256_slli_epi16::<3>(x[1])],
            2 => [_mm256_slli_epi16::<2>(x[0]), _mm256_slli_epi16::<2>(x[1])],
            3 => [_mm256_slli_epi16::<1>(x[0]), _mm256_slli_epi16::<1>(x[1])],
            4 => x,
            5 => [_mm256_srli_epi16::<1>(x[0]), _mm256_srli_epi16::<1>(x[1])],
            6 => [_mm256_srli_epi16::<2>(x[0]), _mm256_srli_epi16::<2>(x[1])],
            _ => [_mm256_srli_epi16::<3>(x[0]), _mm256_srli_epi16::<3>(x[1])],
        };
        both!(_mm256_and_si256, moved, [_mm256_set1_epi8(16); 2])
    }
    #[inline(always)]
    unsafe fn or(a: I, b: I) -> I {
        both!(_mm256_or_si256, a, b)
    }

    #[inline(always)]
    unsafe fn no_part() -> I {
        [_mm256_setzero_si256(); 2]
    }
    #[inline(always)]
    unsafe fn dot(part: I, bytes: I, acts: *const i8) -> I {
        let products = both!(_mm256_maddubs_epi16, bytes, [four_bytes(acts); 2]);
        both!(_mm256_add_epi16, part, products)
    }
    #[inline(always)]
    unsafe fn fold_unsigned(total: I, part: I, scales: *const u8) -> I {
        let scales = [twice::<false>(scales), twice::<false>(scales.add(8))];
        let products = both!(_mm256_madd_epi16, part, scales);
        both!(_mm256_add_epi32, total, products)
    }
    #[inline(always)]
    unsafe fn fold_signed(total: I, part: I, scales: *const i8) -> I {
        let scales = [twice::<true>(scales.cast()), twice::<true>(scales.add(8).cast())];
        let products = both!(_mm256_madd_epi16, part, scales);
        both!(_mm256_add_epi32, total, products)
    }
    #[inline(always)]
    unsafe fn fold(total: I, part: I) -> I {
        let sums = both!(_mm256_madd_epi16, part, [_mm256_set1_epi16(1); 2]);
        both!(_mm256_add_epi32, total, sums)
    }

    #[inline(always)]
    unsafe fn dot_pairs_unsigned(total: I, bytes: *const u8, acts: *const i16) -> I {
        let words = [
            _mm256_cvtepu8_epi16(_mm_loadu_si128(bytes.cast())),
            _mm256_cvtepu8_epi16(_mm_loadu_si128(bytes.add(16).cast())),
        ];
        let products = both!(_mm256_madd_epi16, words, [two_words(acts); 2]);
        both!(_mm256_add_epi32, total, products)
    }
    #[inline(always)]
    unsafe fn dot_pairs_signed(total: I, first: *const i8, second: *const i8, acts: *const i16) -> I {
        let (first, second) = (_mm_loadu_si128(first.cast()), _mm_loadu_si128(second.cast()));
        let words = [
            _mm256_cvtepi8_epi16(_mm_unpacklo_epi8(first, second)),
            _mm256_cvtepi8_epi16(_mm_unpackhi_epi8(first, second)),
        ];
        let products = both!(_mm256_madd_epi16, words, [two_words(acts); 2]);
        both!(_mm256_add_epi32, total, products)
    }

    #[inline(always)]
    unsafe fn begin_offset(_: i32) -> I {
        [_mm256_setzero_si256(); 2]
    }
    #[inline(always)]
    unsafe fn dot_offset(total: I, bytes: I, acts: *const i8) -> I {
        let numbers = both!(_mm256_xor_si256, bytes, [_mm256_set1_epi8(-128); 2]);
        // |number| * (act with the number's sign): at most 2 * 128 * 127, which a word holds.
        let sizes = both!(_mm256_abs_epi8, numbers);
        let acts = four_bytes(acts);
        let signed = [_mm256_sign_epi8(acts, numbers[0]), _mm256_sign_epi8(acts, numbers[1])];
        Self::fold(total, both!(_mm256_maddubs_epi16, sizes, signed))
    }

    #[inline(always)]
    unsafe fn prefetch(at: *const u8) {
        _mm_prefetch::<_MM_HINT_T0>(at.cast());
    }
}
