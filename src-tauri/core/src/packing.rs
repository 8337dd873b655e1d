//! What candle 0.11 makes of packed weights in memory.
//!
//! It orders some formats anew for the processor's instructions when a matrix is first used, and keeps what it
//! read beside. On x86-64 (`quantized/repack_x86.rs`) tiles of 16 rows: Q4_K with its scales unpacked to F32, Q8_0 as large
//! as before, Q6_K as whole bytes with F32 scales, and that only when several tokens are computed at once. Where the
//! processor multiplies tiles of bytes (AMX), Q4_K is kept as whole bytes besides, for many tokens at once. On ARM
//! (`quantized/repack.rs`) groups of 4 or 8 rows, as large as before.
//!
//! Where nothing looks at the first form again, it may as well stay in the file ([`is_left_in_file`]).

use crate::header::gguf::GgmlType;

/// Rows in a tile on x86-64, and weights of a row in one step of the kernels.
const TILE: (u64, u64) = (16, 256);

/// When a matrix is ordered anew, and what a tile takes then: bytes of both forms, for 16 rows of 256 weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ordered {
    Never,
    /// For several tokens at once; one alone is computed with the first form.
    ForMany {
        before: u64,
        after: u64,
    },
    Always {
        before: u64,
        after: u64,
    },
}

/// `rows` is how many rows the matrix has, `columns` how long they are.
fn ordered(format: GgmlType, rows: u64, columns: u64) -> Ordered {
    let whole = columns > 0 && rows.is_multiple_of(TILE.0) && columns.is_multiple_of(TILE.1);
    match format.name().as_str() {
        "Q4_K" | "Q5_K" | "Q6_K" | "Q8_0" | "Q4_0" if cfg!(target_arch = "aarch64") => {
            Ordered::ForMany { before: 1, after: 1 }
        }
        "Q4_K" if whole && cfg!(target_arch = "x86_64") => {
            Ordered::Always { before: 16 * 144, after: 16 * 8 * 4 * 2 + 16 * 128 }
        }
        "Q6_K" if whole && cfg!(target_arch = "x86_64") => {
            Ordered::ForMany { before: 16 * 210, after: 16 * 16 * 4 + 16 * 256 }
        }
        "Q8_0" if whole && crate::cpu::multiplies_bytes() => {
            Ordered::Always { before: 16 * 8 * 34, after: 16 * 8 * 34 }
        }
        _ => Ordered::Never,
    }
}

/// Bytes that a tile takes besides, once many tokens were computed at once: of Q4_K for AMX, F32 scales and minima of
/// 8 blocks a row, and a byte a weight.
fn for_many(format: GgmlType) -> u64 {
    if format == GgmlType::Q4_K && crate::cpu::multiplies_tiles() {
        16 * 8 * 4 * 2 + 16 * 256
    } else {
        0
    }
}

/// Is the first form of such a matrix never looked at again?
pub fn is_left_in_file(format: GgmlType, rows: u64, columns: u64) -> bool {
    matches!(ordered(format, rows, columns), Ordered::Always { .. })
}

/// Bytes that a matrix takes beyond its `bytes` in a file, once it was used. `in_file`: its first form is left
/// there where it can be.
pub fn beside(format: GgmlType, rows: u64, columns: u64, bytes: u64, in_file: bool) -> u64 {
    let scaled = |part: u64, whole: u64| (u128::from(bytes) * u128::from(part) / u128::from(whole)) as u64;
    match ordered(format, rows, columns) {
        Ordered::Never => 0,
        Ordered::Always { before, after } => {
            let kept = if in_file { after - before } else { after };
            scaled(kept + for_many(format), before)
        }
        Ordered::ForMany { before, after } => scaled(after, before),
    }
}

/// A tensor of a file, as the engine will compute with it.
#[derive(Debug, Clone, Copy)]
pub struct Matrix {
    pub format: GgmlType,
    pub rows: u64,
    pub columns: u64,
    /// Of all its rows, and of all matrices that are stacked in it.
    pub bytes: u64,
}

/// Bytes that weights take in memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Footprint {
    /// When everything is read and nothing was computed.
    pub loaded: u64,
    /// When everything was used.
    pub used: u64,
}

impl Footprint {
    /// A matrix whose first form is left in the file where that is possible.
    pub fn add(&mut self, matrix: Matrix) {
        let Matrix { format, rows, columns, bytes } = matrix;
        let used = bytes.saturating_add(beside(format, rows, columns, bytes, true));
        let loaded = if is_left_in_file(format, rows, columns) { 0 } else { bytes };
        self.grow(loaded, used);
    }

    /// The output layer: it is used for one token at a time.
    pub fn add_output(&mut self, matrix: Matrix) {
        if is_left_in_file(matrix.format, matrix.rows, matrix.columns) {
            self.add(matrix);
        } else {
            self.grow(matrix.bytes, matrix.bytes);
        }
    }

    /// The table of embeddings, of so many numbers. The engine unpacks it at first; then its `kept` bytes stay in memory.
    pub fn add_table(&mut self, weights: u64, kept: u64) {
        self.grow(weights.saturating_mul(4).saturating_add(kept), kept);
    }

    fn grow(&mut self, loaded: u64, used: u64) {
        self.loaded = self.loaded.saturating_add(loaded);
        self.used = self.used.saturating_add(used);
    }

    /// The most at any time.
    pub fn peak(self) -> u64 {
        self.loaded.max(self.used)
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    const Q4_K: GgmlType = GgmlType::Q4_K;
    const Q6_K: GgmlType = GgmlType::Q6_K;

    #[test]
    fn only_whole_tiles_are_ordered_anew() {
        assert!(is_left_in_file(Q4_K, 16, 256) && is_left_in_file(Q4_K, 4096, 1024));
        assert!(
            !is_left_in_file(Q4_K, 15, 256)
                && !is_left_in_file(Q4_K, 16, 128)
                && !is_left_in_file(Q4_K, 16, 0)
        );
        // One token alone is computed with what was read.
        assert!(!is_left_in_file(Q6_K, 16, 256));
        assert!(!is_left_in_file(GgmlType::F32, 16, 256));
        assert_eq!(is_left_in_file(GgmlType::Q8_0, 16, 256), crate::cpu::multiplies_bytes());
    }

    #[test]
    fn what_is_added_is_known_to_the_byte() {
        // Six bits a weight instead of four and a half; ten beside six and a half. Ten besides where there is AMX.
        let tiles = if crate::cpu::multiplies_tiles() { 5120 } else { 0 };
        assert_eq!(beside(Q4_K, 16, 256, 2304, true), 768 + tiles);
        assert_eq!(beside(Q4_K, 16, 256, 2304, false), 3072 + tiles);
        assert_eq!(beside(Q6_K, 16, 256, 3360, true), 5120);
        assert_eq!(beside(Q6_K, 15, 256, 3150, true), 0);
        assert_eq!(beside(GgmlType::F16, 16, 256, 8192, false), 0);
    }

    #[test]
    fn the_most_is_taken_while_loading_or_afterwards() {
        let mut small = Footprint::default();
        small.add_table(320, 340);
        small.add(Matrix { format: Q4_K, rows: 16, columns: 256, bytes: 2304 });
        let used = 340 + 2304 + beside(Q4_K, 16, 256, 2304, true);
        assert_eq!(small, Footprint { loaded: 4 * 320 + 340, used });
        assert_eq!(small.peak(), used);
        small.add_table(10_000, 0);
        assert_eq!(small.peak(), 4 * 320 + 340 + 40_000);
        let mut output = Footprint::default();
        output.add_output(Matrix { format: Q6_K, rows: 16, columns: 256, bytes: 3360 });
        assert_eq!(output, Footprint { loaded: 3360, used: 3360 });
    }
}
