//! Reads weights of a model, in pieces of bounded size, in the order that is asked for.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::time::UNIX_EPOCH;

use candle_core::quantized::ggml_file::qtensor_from_ggml;
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use vitrine_core::blueprint::{is_repacked, Gaps, Matrix, RowOrder, Rows};
use vitrine_core::header::gguf::GgmlType;
use vitrine_core::protocol::{ErrorKind, RpcError};

use super::source::{Source, SourceFile, Stored};

/// Bytes that are read at once.
const PIECE: u64 = 16 << 20;

/// The open files of a model.
pub struct Weights<'a> {
    source: &'a Source,
    files: Vec<Opened<'a>>,
}

/// One of its files.
pub struct Opened<'a> {
    facts: &'a SourceFile,
    pub file: File,
    /// When it was last written, in nanoseconds since 1970.
    pub modified: u128,
}

impl<'a> Opened<'a> {
    fn open(facts: &'a SourceFile) -> Result<Self, RpcError> {
        let failed = |error| failed(facts, &error);
        let file = File::open(&facts.path).map_err(failed)?;
        let modified = file.metadata().and_then(|metadata| metadata.modified()).map_err(failed)?;
        // A date before 1970 is as good a date as any.
        let modified = modified.duration_since(UNIX_EPOCH).map_or(0, |age| age.as_nanos());
        Ok(Self { facts, file, modified })
    }

    pub fn facts(&self) -> &'a SourceFile {
        self.facts
    }

    pub fn failed(&self, error: &std::io::Error) -> RpcError {
        failed(self.facts, error)
    }
}

fn failed(facts: &SourceFile, error: &std::io::Error) -> RpcError {
    RpcError::new(ErrorKind::ReadFailed, format!("{}: {error}", facts.path.display()))
        .with("path", facts.path.display().to_string())
}

impl<'a> Weights<'a> {
    pub fn open(source: &'a Source) -> Result<Self, RpcError> {
        let files = source.files.iter().map(Opened::open).collect::<Result<_, _>>()?;
        Ok(Self { source, files })
    }

    /// The files, in the order of the source.
    pub fn files(&mut self) -> &mut [Opened<'a>] {
        &mut self.files
    }

    fn tensor(&self, name: &str) -> Result<&'a Stored, RpcError> {
        self.source
            .tensor(name)
            .ok_or_else(|| RpcError::new(ErrorKind::Corrupt, format!("the tensor {name} is not in the file")))
    }

    /// `len` bytes of a tensor from its byte `offset` on.
    fn read(&mut self, tensor: &Stored, offset: u64, len: u64) -> Result<Vec<u8>, RpcError> {
        let mut bytes = vec![0; len as usize];
        let opened = &mut self.files[tensor.file];
        let read = opened
            .file
            .seek(SeekFrom::Start(tensor.start + offset))
            .and_then(|_| opened.file.read_exact(&mut bytes));
        read.map_err(|error| opened.failed(&error))?;
        Ok(bytes)
    }

    /// The rows of a matrix whose blocks stay as they are in the file, in the order of the folder.
    pub fn rows(
        &mut self,
        matrix: &Matrix,
        mut take: impl FnMut(&[u8]) -> Result<(), RpcError>,
    ) -> Result<(), RpcError> {
        for part in &matrix.parts {
            self.part(matrix, part, |_, bytes| take(bytes))?;
        }
        Ok(())
    }

    /// Rows that are columns of what is stored.
    fn turned(
        &mut self,
        matrix: &Matrix,
        start: u64,
        tensor: &Stored,
        (width, first): (u64, u64),
        mut take: impl FnMut(GgmlType, &[u8]) -> Result<(), RpcError>,
    ) -> Result<(), RpcError> {
        let number_bytes = row_bytes(tensor.kind, 1)?;
        let stored_row = width * number_bytes;
        // All of it, for every row needs a number of each stored one.
        let bytes = self.read(tensor, start * stored_row, matrix.columns * stored_row)?;
        let mut row = Vec::with_capacity((matrix.columns * number_bytes) as usize);
        for column in first..first + matrix.rows {
            row.clear();
            for stored in 0..matrix.columns {
                let at = (stored * stored_row + column * number_bytes) as usize;
                row.extend_from_slice(&bytes[at..at + number_bytes as usize]);
            }
            take(tensor.kind, &row)?;
        }
        Ok(())
    }

    /// The same as numbers, with the gaps that they are given.
    pub fn matrix_floats(
        &mut self,
        matrix: &Matrix,
        mut take: impl FnMut(&[f32]) -> Result<(), RpcError>,
    ) -> Result<(), RpcError> {
        for part in &matrix.parts {
            self.part(matrix, part, |kind, bytes| {
                let mut numbers = unpack(kind, bytes, matrix.stored_columns())?;
                if let Rows::Stored { factor, .. } = part {
                    numbers.iter_mut().for_each(|number| *number *= factor);
                }
                match matrix.gaps {
                    None => take(&numbers),
                    Some(gaps) => take(&spread(&numbers, gaps)),
                }
            })?;
        }
        Ok(())
    }

    /// Rows that lie together, piece by piece: the format of their numbers, and their bytes.
    fn part(
        &mut self,
        matrix: &Matrix,
        part: &Rows,
        mut take: impl FnMut(GgmlType, &[u8]) -> Result<(), RpcError>,
    ) -> Result<(), RpcError> {
        let columns = matrix.stored_columns();
        let (stored, rows) = match part {
            Rows::Stored { tensor, first, count, .. } => (Some((self.tensor(tensor)?, *first)), *count),
            Rows::Zeros { count } => (None, *count),
        };
        if let (RowOrder::Turned { width, first }, Some((tensor, start))) = (matrix.order, stored) {
            return self.turned(matrix, start, tensor, (width, first), take);
        }
        let kind = stored.map_or(GgmlType::F32, |(tensor, _)| tensor.kind);
        let row_bytes = row_bytes(kind, columns)?;
        // A piece is what fits, or one head, so that its rows stay among themselves.
        let step = match matrix.order.heads() {
            None => (PIECE / row_bytes.max(1)).max(1),
            Some(heads) => rows / heads,
        };
        let mut first = 0;
        while first < rows {
            let count = step.min(rows - first);
            let bytes = match stored {
                None => vec![0; (count * row_bytes) as usize],
                Some((tensor, start)) => self.read(tensor, (start + first) * row_bytes, count * row_bytes)?,
            };
            if matrix.order == RowOrder::Same {
                take(kind, &bytes)?;
            } else {
                let ordered: Vec<u8> = (0..count)
                    .flat_map(|row| {
                        let stored = matrix.order.stored(first + row, rows) - first;
                        let at = (stored * row_bytes) as usize;
                        &bytes[at..at + row_bytes as usize]
                    })
                    .copied()
                    .collect();
                take(kind, &ordered)?;
            }
            first += count;
        }
        Ok(())
    }

    /// A whole tensor as numbers, in the file's order.
    pub fn floats(
        &mut self,
        name: &str,
        mut take: impl FnMut(&[f32]) -> Result<(), RpcError>,
    ) -> Result<(), RpcError> {
        let tensor = self.tensor(name)?;
        let columns = tensor.columns.max(1);
        let row_bytes = row_bytes(tensor.kind, columns)?;
        let rows = tensor.elements / columns;
        let step = (PIECE / row_bytes.max(1)).max(1);
        let mut first = 0;
        while first < rows {
            let count = step.min(rows - first);
            let bytes = self.read(tensor, first * row_bytes, count * row_bytes)?;
            take(&unpack(tensor.kind, &bytes, columns)?)?;
            first += count;
        }
        Ok(())
    }

    /// A vector that goes with the rows of a matrix, in their order.
    pub fn ordered_vector(&mut self, name: &str, order: RowOrder) -> Result<Vec<f32>, RpcError> {
        let mut stored = Vec::new();
        self.floats(name, |numbers| {
            stored.extend_from_slice(numbers);
            Ok(())
        })?;
        let rows = stored.len() as u64;
        Ok((0..rows).map(|row| stored[order.stored(row, rows) as usize]).collect())
    }
}

/// Puts zeros behind every so many numbers.
fn spread(numbers: &[f32], gaps: Gaps) -> Vec<f32> {
    let (kept, zeros) = (gaps.kept as usize, gaps.zeros as usize);
    numbers
        .chunks(kept)
        .flat_map(|group| group.iter().copied().chain(std::iter::repeat_n(0.0, zeros)))
        .collect()
}

fn row_bytes(kind: GgmlType, columns: u64) -> Result<u64, RpcError> {
    match kind.block() {
        Some((weights, bytes)) if columns.is_multiple_of(weights) => Ok(columns / weights * bytes),
        _ => Err(unreadable(kind, "rows that are no whole number of blocks")),
    }
}

/// The error for weights in a format, or with numbers, that can't be read here.
pub(super) fn unreadable(kind: GgmlType, reason: impl std::fmt::Display) -> RpcError {
    RpcError::new(ErrorKind::UnsupportedQuantization, format!("weights in {}: {reason}", kind.name()))
}

/// Blocks to numbers.
///
/// # Errors
/// `UnsupportedQuantization` for a format that is not read, and for bytes that are no whole rows of it.
pub fn unpack(kind: GgmlType, bytes: &[u8], columns: u64) -> Result<Vec<f32>, RpcError> {
    let pairs = || bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    match kind {
        GgmlType::F32 => Ok(bytes
            .chunks_exact(4)
            .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
            .collect()),
        // BF16 is the upper half of F32.
        GgmlType::BF16 => Ok(pairs().map(|bits| f32::from_bits(u32::from(bits) << 16)).collect()),
        _ if is_repacked(kind) => super::repack::to_floats(kind, bytes),
        _ => {
            let failed = |error: candle_core::Error| unreadable(kind, error);
            let packed = dtype(kind).ok_or_else(|| unreadable(kind, "a format that is not known"))?;
            let rows = bytes.len() as u64 / row_bytes(kind, columns)?;
            let shape = vec![rows as usize, columns as usize];
            qtensor_from_ggml(packed, bytes, shape, &Device::Cpu)
                .and_then(|tensor| tensor.dequantize(&Device::Cpu))
                .and_then(|tensor| tensor.flatten_all()?.to_vec1())
                .map_err(failed)
        }
    }
}

/// Numbers to blocks.
pub fn pack(numbers: &[f32], columns: usize, target: GgmlDType) -> Result<Vec<u8>, RpcError> {
    let failed = |error: candle_core::Error| {
        RpcError::new(ErrorKind::EngineFailed, format!("weights could not be packed: {error}"))
    };
    let tensor =
        Tensor::from_slice(numbers, (numbers.len() / columns, columns), &Device::Cpu).map_err(failed)?;
    let packed = QTensor::quantize(&tensor, target).map_err(failed)?;
    Ok(packed.data().map_err(failed)?.into_owned())
}

/// What candle calls a packed format; `None` for F32 and BF16, and for what it does not read.
pub fn dtype(kind: GgmlType) -> Option<GgmlDType> {
    Some(match kind.name().as_str() {
        "F16" => GgmlDType::F16,
        "Q4_0" => GgmlDType::Q4_0,
        "Q4_1" => GgmlDType::Q4_1,
        "Q5_0" => GgmlDType::Q5_0,
        "Q5_1" => GgmlDType::Q5_1,
        "Q8_0" => GgmlDType::Q8_0,
        "Q2_K" => GgmlDType::Q2K,
        "Q3_K" => GgmlDType::Q3K,
        "Q4_K" => GgmlDType::Q4K,
        "Q5_K" => GgmlDType::Q5K,
        "Q6_K" => GgmlDType::Q6K,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_come_back_within_their_step() {
        let numbers: Vec<f32> = (0..512).map(|i| ((i * 37 % 101) as f32 - 50.0) / 10.0).collect();
        for (target, kind, step) in
            [(GgmlDType::Q8_0, GgmlType::Q8_0, 0.03), (GgmlDType::Q4K, GgmlType::Q4_K, 0.4)]
        {
            let packed = pack(&numbers, 256, target).expect("packs");
            let back = unpack(kind, &packed, 256).expect("unpacks");
            let worst = numbers.iter().zip(&back).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < step, "{target:?}: {worst}");
        }
    }

    #[test]
    fn every_half_format_is_read() {
        assert_eq!(unpack(GgmlType::BF16, &[0x80, 0x3f, 0x00, 0xc0], 2).expect("BF16"), [1.0, -2.0]);
        assert_eq!(unpack(GgmlType::F16, &[0x00, 0x3c, 0x00, 0xc0], 2).expect("F16"), [1.0, -2.0]);
        assert_eq!(unpack(GgmlType::F32, &1.5f32.to_le_bytes(), 1).expect("F32"), [1.5]);
    }
}
