//! Products with packed weights: y = x WT, where W stays in the few bits of its file.
//!
//! A [`PackedMatrix`] holds blocks of a file in another order: 16 rows side by side ([`tiles`]), so that a register
//! holds one group of numbers of each. It takes as many bytes as the file's blocks and up to 3 % more. Activations are rounded to
//! 8 bits ([`activations`]); then everything within a block is exact in integers, and blocks are added in F32 in their
//! order ([`product`]).

mod activations;
mod format;
mod product;
mod tiles;

use crate::kernels::{Apart, Kernels, ShapeError};
use crate::set::Task;
use crate::{lanes::Lanes, Pool};

use activations::Activations;
pub use format::Format;
use product::ROW_BLOCK;
use tiles::{Small, TileQ4K, TileQ5K, TileQ6K, Tiles, HEIGHT};

/// A matrix of packed weights, in the order that products read it in.
pub struct PackedMatrix {
    format: Format,
    rows: usize,
    columns: usize,
    tiles: Tiles,
}

impl PackedMatrix {
    /// From the blocks of a file: `rows` rows of `columns` numbers. The work is shared out over `pool`.
    ///
    /// # Errors
    /// Rows that are no whole number of blocks, or bytes of another length than the shape says.
    pub fn pack(
        format: Format,
        rows: usize,
        columns: usize,
        bytes: &[u8],
        pool: &Pool,
    ) -> Result<Self, ShapeError> {
        if !columns.is_multiple_of(format.block()) {
            return Err(ShapeError::Blocks { columns, block: format.block() });
        }
        let blocks = columns / format.block();
        let needed = rows.checked_mul(blocks).and_then(|blocks| blocks.checked_mul(format.block_bytes()));
        ShapeError::check("the blocks", needed, bytes.len())?;
        let tiles = match format {
            Format::Q8_0 => Tiles::Q8_0(Small::pack(bytes, rows, blocks, pool, tiles::q8_0)),
            Format::Q4_0 => Tiles::Q4_0(Small::pack(bytes, rows, blocks, pool, tiles::q4_0)),
            Format::Q4K => Tiles::Q4K(TileQ4K::pack_all(bytes, rows, blocks, pool)),
            Format::Q5K => Tiles::Q5K(TileQ5K::pack_all(bytes, rows, blocks, pool)),
            Format::Q6K => Tiles::Q6K(TileQ6K::pack_all(bytes, rows, blocks, pool)),
        };
        Ok(Self { format, rows, columns, tiles })
    }

    pub fn format(&self) -> Format {
        self.format
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Memory that it takes.
    pub fn bytes(&self) -> usize {
        self.tiles.bytes()
    }
}

impl Kernels {
    /// Multiplies `count` rows of activations, each as long as a row of the matrix, with every row of the matrix: `out`
    /// gets `count` rows of as many numbers as the matrix has rows.
    ///
    /// A row with infinities or NaN gives NaN. Blocks of activations whose largest size is below 2^-120 count as zeros.
    ///
    /// # Errors
    /// Slices of other lengths than that.
    pub fn multiply(
        &self,
        matrix: &PackedMatrix,
        activations: &[f32],
        count: usize,
        out: &mut [f32],
    ) -> Result<(), ShapeError> {
        ShapeError::check("the activations", count.checked_mul(matrix.columns), activations.len())?;
        ShapeError::check("the result", count.checked_mul(matrix.rows), out.len())?;
        if out.is_empty() {
            return Ok(());
        }
        let rounded = Activations::round(matrix.format, activations, count, matrix.columns, self);
        let strips = matrix.rows.div_ceil(HEIGHT);
        let out = Apart::new(out);
        self.pool().run(strips * count.div_ceil(ROW_BLOCK), |part| {
            let (rows, strip) = (part / strips * ROW_BLOCK, part % strips);
            let rows = rows..count.min(rows + ROW_BLOCK);
            self.set().run(Strip { matrix, activations: &rounded, strip, rows, out: &out });
        });
        Ok(())
    }
}

/// 16 rows of the matrix with some rows of activations.
struct Strip<'a> {
    matrix: &'a PackedMatrix,
    activations: &'a Activations,
    strip: usize,
    rows: std::ops::Range<usize>,
    out: &'a Apart<f32>,
}

impl Task for Strip<'_> {
    type Output = ();

    #[inline(always)]
    fn on<S: Lanes>(self) {
        let place = product::Place { out: self.out, matrix_rows: self.matrix.rows, strip: self.strip };
        // SAFETY: `multiply` and `pack` saw that all lengths fit; each strip writes its own columns of its own rows; the
        // processor has the instructions.
        unsafe { product::strip::<S>(&self.matrix.tiles, self.activations, self.rows, &place) }
    }
}
