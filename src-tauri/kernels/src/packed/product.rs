//! A strip of 16 rows of the matrix with rows of activations: the inner loops.
//!
//! All sums within a block are exact in 32 bits whatever the set, so a row's bits follow from the order of blocks alone.

use std::ops::Range;

use super::activations::Activations;
use super::tiles::{Numbers, Small, TileQ4K, TileQ5K, TileQ6K, Tiles, HEIGHT};
use crate::kernels::Apart;
use crate::lanes::Lanes;

/// Rows of activations that stay in the second cache while a strip passes by.
pub(super) const ROW_BLOCK: usize = 64;
/// So many tiles ahead memory is asked for, where one row of activations passes and so memory is what takes time.
const AHEAD: usize = 4;

/// Where results go.
pub(super) struct Place<'a> {
    pub out: &'a Apart<f32>,
    pub matrix_rows: usize,
    pub strip: usize,
}

/// `M` rows of activations, from `row` on.
struct Some<'a, const M: usize> {
    all: &'a Activations,
    row: usize,
}

impl<const M: usize> Some<'_, M> {
    /// The numbers of one row, from `at` on.
    #[inline(always)]
    unsafe fn numbers(&self, m: usize, at: usize) -> *const i8 {
        self.all.numbers.as_ptr().add((self.row + m) * self.all.columns + at)
    }

    #[inline(always)]
    unsafe fn scale<S: Lanes>(&self, m: usize, block: usize, blocks: usize) -> S::F {
        S::splat(*self.all.scales.get_unchecked((self.row + m) * blocks + block))
    }

    #[inline(always)]
    unsafe fn sums(&self, m: usize, at: usize, by: usize) -> *const i16 {
        self.all.sums.as_ptr().add(((self.row + m) * self.all.columns + at) / by)
    }
}

/// # Safety
/// The processor has the instructions of `S`; tiles, activations and the place fit each other.
#[inline(always)]
pub(super) unsafe fn strip<S: Lanes>(
    tiles: &Tiles,
    all: &Activations,
    rows: Range<usize>,
    place: &Place<'_>,
) {
    let mut row = rows.start;
    while row < rows.end {
        let left = (rows.end - row).min(S::ACTIVATIONS);
        if left >= 8 {
            some::<S, 8>(tiles, &Some { all, row }, place);
            row += 8;
        } else if left >= 4 {
            some::<S, 4>(tiles, &Some { all, row }, place);
            row += 4;
        } else if left >= 2 {
            some::<S, 2>(tiles, &Some { all, row }, place);
            row += 2;
        } else {
            some::<S, 1>(tiles, &Some { all, row }, place);
            row += 1;
        }
    }
}

#[inline(always)]
unsafe fn some<S: Lanes, const M: usize>(tiles: &Tiles, acts: &Some<'_, M>, place: &Place<'_>) {
    let columns = acts.all.columns;
    let (small, large) = (columns / 32, columns / 256);
    let sums = match tiles {
        Tiles::Q8_0(tiles) => q8_0::<S, M>(tiles, place.strip * small..(place.strip + 1) * small, acts),
        Tiles::Q4_0(tiles) => q4_0::<S, M>(tiles, place.strip * small..(place.strip + 1) * small, acts),
        Tiles::Q4K(tiles) => q4k::<S, M>(&tiles[place.strip * large..][..large], acts),
        Tiles::Q5K(tiles) => q5k::<S, M>(&tiles[place.strip * large..][..large], acts),
        Tiles::Q6K(tiles) => q6k::<S, M>(&tiles[place.strip * large..][..large], acts),
    };
    let first = place.strip * HEIGHT;
    let height = HEIGHT.min(place.matrix_rows - first);
    for (m, sums) in sums.into_iter().enumerate() {
        let to = place.out.at((acts.row + m) * place.matrix_rows + first);
        if height == HEIGHT {
            S::store(to, sums);
        } else {
            let mut all = [0f32; HEIGHT];
            S::store(all.as_mut_ptr(), sums);
            to.copy_from_nonoverlapping(all.as_ptr(), height);
        }
    }
}

/// Asks for the `part`-th of `parts` of what comes some tiles later.
#[inline(always)]
unsafe fn ask_ahead<S: Lanes, T>(tile: &T, part: usize, parts: usize) {
    let from = std::ptr::from_ref(tile).wrapping_add(AHEAD).cast::<u8>();
    let lines = size_of::<T>().div_ceil(64);
    for line in part * lines / parts..(part + 1) * lines / parts {
        S::prefetch(from.wrapping_add(line * 64));
    }
}

#[inline(always)]
unsafe fn q8_0<S: Lanes, const M: usize>(
    tiles: &Small<8>,
    range: Range<usize>,
    acts: &Some<'_, M>,
) -> [S::F; M] {
    let blocks = range.len();
    let mut sums = [S::splat(0.0); M];
    for (b, at) in range.enumerate() {
        let tile: &Numbers<8> = tiles.numbers.get_unchecked(at);
        if M == 1 {
            ask_ahead::<S, _>(tile, 0, 1);
        }
        let mut whole = [S::splat_i32(0); M];
        for m in 0..M {
            whole[m] = S::begin_offset(i32::from(*acts.sums(m, b * 32, 32)));
        }
        for g in 0..8 {
            let bytes = S::load_bytes(tile.0[g].as_ptr());
            for m in 0..M {
                whole[m] = S::dot_offset(whole[m], bytes, acts.numbers(m, b * 32 + g * 4));
            }
        }
        let d = S::load_f16(tiles.scales.get_unchecked(at).as_ptr());
        for m in 0..M {
            let scale = S::mul(d, acts.scale::<S>(m, b, blocks));
            sums[m] = S::mul_add(S::to_f32(whole[m]), scale, sums[m]);
        }
    }
    sums
}

#[inline(always)]
unsafe fn q4_0<S: Lanes, const M: usize>(
    tiles: &Small<4>,
    range: Range<usize>,
    acts: &Some<'_, M>,
) -> [S::F; M] {
    let blocks = range.len();
    let mut sums = [S::splat(0.0); M];
    for (b, at) in range.enumerate() {
        let tile: &Numbers<4> = tiles.numbers.get_unchecked(at);
        if M == 1 {
            ask_ahead::<S, _>(tile, 0, 1);
        }
        // 15 * 127 * 2 * 8 products come together in a word: 30,480.
        let mut parts = [S::no_part(); M];
        for g in 0..4 {
            let bytes = S::load_bytes(tile.0[g].as_ptr());
            let (first, second) = (S::low_nibbles(bytes), S::high_nibbles(bytes));
            for m in 0..M {
                let from = acts.numbers(m, b * 32 + g * 8);
                parts[m] = S::dot(S::dot(parts[m], first, from), second, from.add(4));
            }
        }
        let d = S::load_f16(tiles.scales.get_unchecked(at).as_ptr());
        for m in 0..M {
            // Each number has 8 too much.
            let whole = S::fold(S::splat_i32(-8 * i32::from(*acts.sums(m, b * 32, 32))), parts[m]);
            let scale = S::mul(d, acts.scale::<S>(m, b, blocks));
            sums[m] = S::mul_add(S::to_f32(whole), scale, sums[m]);
        }
    }
    sums
}

#[inline(always)]
unsafe fn q4k<S: Lanes, const M: usize>(tiles: &[TileQ4K], acts: &Some<'_, M>) -> [S::F; M] {
    let mut sums = [S::splat(0.0); M];
    for (b, tile) in tiles.iter().enumerate() {
        let mut whole = [S::splat_i32(0); M];
        for part in 0..8 {
            if M == 1 {
                ask_ahead::<S, _>(tile, part, 8);
            }
            // As in Q4_0.
            let mut parts = [S::no_part(); M];
            for g in 0..4 {
                let bytes = S::load_bytes(tile.qs[part * 4 + g].as_ptr());
                let (first, second) = (S::low_nibbles(bytes), S::high_nibbles(bytes));
                for m in 0..M {
                    let from = acts.numbers(m, b * 256 + part * 32 + g * 8);
                    parts[m] = S::dot(S::dot(parts[m], first, from), second, from.add(4));
                }
            }
            for m in 0..M {
                whole[m] = S::fold_unsigned(whole[m], parts[m], tile.scales[part].as_ptr());
            }
        }
        finish::<S, M>(&mut sums, whole, tile, b, tiles.len(), acts);
    }
    sums
}

#[inline(always)]
unsafe fn q5k<S: Lanes, const M: usize>(tiles: &[TileQ5K], acts: &Some<'_, M>) -> [S::F; M] {
    let mut sums = [S::splat(0.0); M];
    for (b, tile) in tiles.iter().enumerate() {
        let mut whole = [S::splat_i32(0); M];
        for part in 0..8 {
            if M == 1 {
                ask_ahead::<S, _>(tile, part, 8);
            }
            let scales = tile.lower.scales[part].as_ptr();
            let fifth = S::load_bytes(tile.fifth[part].as_ptr());
            let mut parts = [S::no_part(); M];
            macro_rules! group {
                ($g:literal) => {
                    let bytes = S::load_bytes(tile.lower.qs[part * 4 + $g].as_ptr());
                    let first = S::or(S::low_nibbles(bytes), S::one_bit::<{ $g * 2 }>(fifth));
                    let second = S::or(S::high_nibbles(bytes), S::one_bit::<{ $g * 2 + 1 }>(fifth));
                    for m in 0..M {
                        let from = acts.numbers(m, b * 256 + part * 32 + $g * 8);
                        parts[m] = S::dot(S::dot(parts[m], first, from), second, from.add(4));
                    }
                };
            }
            group!(0);
            group!(1);
            if S::WORDS {
                // 31 * 127 * 2 * 4 products are 31,496: a word holds no more.
                for m in 0..M {
                    whole[m] = S::fold_unsigned(whole[m], parts[m], scales);
                    parts[m] = S::no_part();
                }
            }
            group!(2);
            group!(3);
            for m in 0..M {
                whole[m] = S::fold_unsigned(whole[m], parts[m], scales);
            }
        }
        finish::<S, M>(&mut sums, whole, &tile.lower, b, tiles.len(), acts);
    }
    sums
}

/// Adds a block of Q4_K or Q5_K: d * whole - least * (mins times sums of activations).
#[inline(always)]
unsafe fn finish<S: Lanes, const M: usize>(
    sums: &mut [S::F; M],
    whole: [S::I; M],
    tile: &TileQ4K,
    b: usize,
    blocks: usize,
    acts: &Some<'_, M>,
) {
    let mut below = [S::splat_i32(0); M];
    for pair in 0..4 {
        for m in 0..M {
            let from = acts.sums(m, b * 256 + pair * 64, 32);
            below[m] = S::dot_pairs_unsigned(below[m], tile.mins[pair].as_ptr(), from);
        }
    }
    let (d, least) = (S::load_f16(tile.d.as_ptr()), S::load_f16(tile.least.as_ptr()));
    for m in 0..M {
        let scale = acts.scale::<S>(m, b, blocks);
        sums[m] = S::mul_add(S::to_f32(whole[m]), S::mul(d, scale), sums[m]);
        sums[m] = S::neg_mul_add(S::to_f32(below[m]), S::mul(least, scale), sums[m]);
    }
}

#[inline(always)]
unsafe fn q6k<S: Lanes, const M: usize>(tiles: &[TileQ6K], acts: &Some<'_, M>) -> [S::F; M] {
    let mut sums = [S::splat(0.0); M];
    for (b, tile) in tiles.iter().enumerate() {
        let mut whole = [S::splat_i32(0); M];
        for part in 0..16 {
            if M == 1 {
                ask_ahead::<S, _>(tile, part, 16);
            }
            let scales = tile.scales[part].as_ptr();
            let [low, high, upper] = &tile.parts[part];
            let upper = S::load_bytes(upper.as_ptr());
            let mut parts = [S::no_part(); M];

            let bytes = S::load_bytes(low.as_ptr());
            let first = S::or(S::low_nibbles(bytes), S::two_bits::<0>(upper));
            let second = S::or(S::high_nibbles(bytes), S::two_bits::<1>(upper));
            for m in 0..M {
                let from = acts.numbers(m, b * 256 + part * 16);
                parts[m] = S::dot(S::dot(parts[m], first, from), second, from.add(4));
                if S::WORDS {
                    // 63 * 127 * 2 * 2 products are 32,004: a word holds no more.
                    whole[m] = S::fold_signed(whole[m], parts[m], scales);
                    parts[m] = S::no_part();
                }
            }
            let bytes = S::load_bytes(high.as_ptr());
            let first = S::or(S::low_nibbles(bytes), S::two_bits::<2>(upper));
            let second = S::or(S::high_nibbles(bytes), S::two_bits::<3>(upper));
            for m in 0..M {
                let from = acts.numbers(m, b * 256 + part * 16 + 8);
                parts[m] = S::dot(S::dot(parts[m], first, from), second, from.add(4));
                whole[m] = S::fold_signed(whole[m], parts[m], scales);
            }
        }
        // Each number has 32 too much.
        let mut below = [S::splat_i32(0); M];
        for pair in 0..8 {
            for m in 0..M {
                let from = acts.sums(m, b * 256 + pair * 32, 16);
                below[m] = S::dot_pairs_signed(
                    below[m],
                    tile.scales[pair * 2].as_ptr(),
                    tile.scales[pair * 2 + 1].as_ptr(),
                    from,
                );
            }
        }
        let d = S::load_f16(tile.d.as_ptr());
        for m in 0..M {
            let whole = S::sub_i32(whole[m], S::times_32(below[m]));
            let scale = S::mul(d, acts.scale::<S>(m, b, tiles.len()));
            sums[m] = S::mul_add(S::to_f32(whole), scale, sums[m]);
        }
    }
    sums
}
