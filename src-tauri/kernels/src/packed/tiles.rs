//! Blocks in the order that products read them in: 16 rows of the matrix side by side.
//!
//! "Group" means four (or eight) numbers that follow one another, for each of the 16 rows: 64 bytes, one line of memory.
//! Rows that a matrix lacks to be a multiple of 16 are zeros.

use half::f16;

use crate::kernels::Apart;
use crate::Pool;

/// Rows side by side.
pub(super) const HEIGHT: usize = 16;

/// Four bytes of each row.
pub(super) type Group = [u8; HEIGHT * 4];

/// All tiles of a matrix, strip by strip (16 rows), block by block.
pub(super) enum Tiles {
    Q8_0(Small<8>),
    Q4_0(Small<4>),
    Q4K(Vec<TileQ4K>),
    Q5K(Vec<TileQ5K>),
    Q6K(Vec<TileQ6K>),
}

impl Tiles {
    pub fn bytes(&self) -> usize {
        match self {
            Self::Q8_0(small) => small.bytes(),
            Self::Q4_0(small) => small.bytes(),
            Self::Q4K(tiles) => size_of_val(tiles.as_slice()),
            Self::Q5K(tiles) => size_of_val(tiles.as_slice()),
            Self::Q6K(tiles) => size_of_val(tiles.as_slice()),
        }
    }
}

/// Formats of 32 numbers with one scale: numbers and scales apart, so that both lie in whole lines.
pub(super) struct Small<const GROUPS: usize> {
    pub numbers: Vec<Numbers<GROUPS>>,
    pub scales: Vec<[f16; HEIGHT]>,
}

/// 32 numbers of 16 rows. Q8_0: four numbers a group, as bytes with 128 added. Q4_0: eight numbers a group, the second four in
/// the upper halves of the bytes.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
pub(super) struct Numbers<const GROUPS: usize>(pub [Group; GROUPS]);

/// 256 numbers of 16 rows in Q4_K: d * scale * q - least * min, a scale and a min for 32 numbers.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
pub(super) struct TileQ4K {
    /// Eight numbers a group, the second four in the upper halves of the bytes.
    pub qs: [Group; 32],
    pub scales: [[u8; HEIGHT]; 8],
    /// Those of two parts side by side.
    pub mins: [[u8; HEIGHT * 2]; 4],
    pub d: [f16; HEIGHT],
    pub least: [f16; HEIGHT],
}

/// 256 numbers of 16 rows in Q5_K: as Q4_K, with a fifth bit.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
pub(super) struct TileQ5K {
    pub lower: TileQ4K,
    /// Fifth bits of 32 numbers: bit `i` of a byte belongs to the `i`-th four.
    pub fifth: [Group; 8],
}

/// 256 numbers of 16 rows in Q6_K: d * scale * (q - 32), a scale for 16 numbers.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
pub(super) struct TileQ6K {
    /// Of 16 numbers: lower four bits of eight and of eight, as in Q4_K, then the upper two bits of four times four.
    pub parts: [[Group; 3]; 16],
    pub scales: [[i8; HEIGHT]; 16],
    pub d: [f16; HEIGHT],
}

fn half_at(bytes: &[u8], at: usize) -> f16 {
    f16::from_le_bytes([bytes[at], bytes[at + 1]])
}

/// Blocks of a file, found by row and place.
struct Blocks<'a> {
    bytes: &'a [u8],
    rows: usize,
    /// Of a row.
    blocks: usize,
    size: usize,
}

impl<'a> Blocks<'a> {
    /// The blocks of 16 rows at one place; those behind the last row are left out.
    fn strip(&self, strip: usize, block: usize) -> impl Iterator<Item = (usize, &'a [u8])> + '_ {
        let rows = strip * HEIGHT..self.rows.min((strip + 1) * HEIGHT);
        rows.enumerate()
            .map(move |(r, row)| (r, &self.bytes[(row * self.blocks + block) * self.size..][..self.size]))
    }
}

/// Makes `count` values, on all threads; `make` is called once for each.
fn made<T: Copy + Send + Sync>(
    count: usize,
    none: T,
    pool: &Pool,
    make: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let mut all = vec![none; count];
    let to = Apart::new(&mut all);
    // SAFETY: each place is written once.
    pool.run(count, |at| unsafe { to.at(at).write(make(at)) });
    all
}

impl<const GROUPS: usize> Small<GROUPS> {
    /// `put` puts the numbers of a block into the row's place of all groups.
    pub fn pack(
        bytes: &[u8],
        rows: usize,
        blocks: usize,
        pool: &Pool,
        put: fn(&[u8], usize, &mut Numbers<GROUPS>),
    ) -> Self {
        let strips = rows.div_ceil(HEIGHT);
        let from = Blocks { bytes, rows, blocks, size: 2 + GROUPS * 4 };
        let numbers = made(strips * blocks, Numbers([[0; HEIGHT * 4]; GROUPS]), pool, |at| {
            let mut tile = Numbers([[0; HEIGHT * 4]; GROUPS]);
            for (r, block) in from.strip(at / blocks, at % blocks) {
                put(&block[2..], r, &mut tile);
            }
            tile
        });
        let scales = made(strips * blocks, [f16::ZERO; HEIGHT], pool, |at| {
            let mut scales = [f16::ZERO; HEIGHT];
            for (r, block) in from.strip(at / blocks, at % blocks) {
                scales[r] = half_at(block, 0);
            }
            scales
        });
        Self { numbers, scales }
    }

    fn bytes(&self) -> usize {
        size_of_val(self.numbers.as_slice()) + size_of_val(self.scales.as_slice())
    }
}

pub(super) fn q8_0(block: &[u8], r: usize, tile: &mut Numbers<8>) {
    for (i, number) in block.iter().enumerate() {
        tile.0[i / 4][r * 4 + i % 4] = number ^ 128;
    }
}

pub(super) fn q4_0(block: &[u8], r: usize, tile: &mut Numbers<4>) {
    // Byte i of a file holds numbers i and i + 16.
    let number = |i: usize| block[i % 16] >> (i / 16 * 4) & 15;
    put_nibbles(&mut tile.0, r, number);
}

/// Puts the lower four bits of numbers into a row's place of all groups.
fn put_nibbles(groups: &mut [Group], r: usize, number: impl Fn(usize) -> u8) {
    for (g, group) in groups.iter_mut().enumerate() {
        for j in 0..4 {
            group[r * 4 + j] = number(g * 8 + j) & 15 | (number(g * 8 + 4 + j) & 15) << 4;
        }
    }
}

impl TileQ4K {
    const NONE: Self = Self {
        qs: [[0; HEIGHT * 4]; 32],
        scales: [[0; HEIGHT]; 8],
        mins: [[0; HEIGHT * 2]; 4],
        d: [f16::ZERO; HEIGHT],
        least: [f16::ZERO; HEIGHT],
    };

    pub fn pack_all(bytes: &[u8], rows: usize, blocks: usize, pool: &Pool) -> Vec<Self> {
        let from = Blocks { bytes, rows, blocks, size: 144 };
        made(rows.div_ceil(HEIGHT) * blocks, Self::NONE, pool, |at| {
            let mut tile = Self::NONE;
            for (r, block) in from.strip(at / blocks, at % blocks) {
                tile.put(r, block, &block[16..]);
            }
            tile
        })
    }

    /// Scales from the beginning of a block of Q4_K or Q5_K, lower bits from where they are.
    fn put(&mut self, r: usize, block: &[u8], lower: &[u8]) {
        (self.d[r], self.least[r]) = (half_at(block, 0), half_at(block, 2));
        let s = &block[4..16];
        for j in 0..8 {
            let (scale, min) = if j < 4 {
                (s[j] & 63, s[j + 4] & 63)
            } else {
                ((s[j + 4] & 15) | (s[j - 4] >> 6) << 4, (s[j + 4] >> 4) | (s[j] >> 6) << 4)
            };
            self.scales[j][r] = scale;
            self.mins[j / 2][r * 2 + j % 2] = min;
        }
        put_nibbles(&mut self.qs, r, |i| lower[i / 64 * 32 + i % 32] >> (i / 32 % 2 * 4));
    }
}

impl TileQ5K {
    pub fn pack_all(bytes: &[u8], rows: usize, blocks: usize, pool: &Pool) -> Vec<Self> {
        let from = Blocks { bytes, rows, blocks, size: 176 };
        let none = Self { lower: TileQ4K::NONE, fifth: [[0; HEIGHT * 4]; 8] };
        made(rows.div_ceil(HEIGHT) * blocks, none, pool, |at| {
            let mut tile = none;
            for (r, block) in from.strip(at / blocks, at % blocks) {
                tile.lower.put(r, block, &block[48..]);
                // Bit p of byte l belongs to number l of the p-th 32.
                for (part, fifth) in tile.fifth.iter_mut().enumerate() {
                    for l in 0..32 {
                        fifth[r * 4 + l % 4] |= (block[16 + l] >> part & 1) << (l / 4);
                    }
                }
            }
            tile
        })
    }
}

impl TileQ6K {
    pub fn pack_all(bytes: &[u8], rows: usize, blocks: usize, pool: &Pool) -> Vec<Self> {
        let from = Blocks { bytes, rows, blocks, size: 210 };
        let none =
            Self { parts: [[[0; HEIGHT * 4]; 3]; 16], scales: [[0; HEIGHT]; 16], d: [f16::ZERO; HEIGHT] };
        made(rows.div_ceil(HEIGHT) * blocks, none, pool, |at| {
            let mut tile = none;
            for (r, block) in from.strip(at / blocks, at % blocks) {
                tile.put(r, block);
            }
            tile
        })
    }

    fn put(&mut self, r: usize, block: &[u8]) {
        self.d[r] = half_at(block, 208);
        for (part, &scale) in block[192..208].iter().enumerate() {
            self.scales[part][r] = scale as i8;
        }
        let number = |i: usize| {
            let (half, quarter, l) = (i / 128, i % 128 / 32, i % 32);
            let low = block[half * 64 + quarter % 2 * 32 + l] >> (quarter / 2 * 4) & 15;
            low | (block[128 + half * 32 + l] >> (quarter * 2) & 3) << 4
        };
        for (p, part) in self.parts.iter_mut().enumerate() {
            put_nibbles(&mut part[..2], r, |i| number(p * 16 + i));
            for i in 0..16 {
                part[2][r * 4 + i % 4] |= number(p * 16 + i) >> 4 << (i / 4 * 2);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_takes_hardly_more_than_its_blocks() {
        assert_eq!(size_of::<Numbers<8>>() + 2 * HEIGHT, 34 * HEIGHT);
        assert_eq!(size_of::<Numbers<4>>() + 2 * HEIGHT, 18 * HEIGHT);
        // Scales of six bits take eight.
        assert_eq!(size_of::<TileQ4K>(), 144 * HEIGHT + 64);
        assert_eq!(size_of::<TileQ5K>(), 176 * HEIGHT + 64);
        // Rounded up to a whole line.
        assert_eq!(size_of::<TileQ6K>(), 210 * HEIGHT + 32);
    }
}
