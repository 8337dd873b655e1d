//! UQFF 0.2, the container of mistral.rs: one byte tensor for each matrix.
//!
//! Layout (mistralrs-quant 0.8.1, `gguf/mod.rs`, `unquantized/mod.rs`, `utils/uqff.rs`), all
//! numbers little endian:
//!
//! * packed: version u32, kind u8 = 0, length of the blocks u32, has-bias u8, GGML type u32,
//!   rank u32, dimensions u32 each, blocks, bias
//! * plain: version u32, kind u8 = 1, has-bias u8, tensor, bias
//! * tensor: length u32, type u32 (6 = F32), rank u32, dimensions u32 each, numbers

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use candle_core::quantized::GgmlDType;
use vitrine_core::blueprint::{computed_in, is_float, is_repacked, Blueprint, Matrix};
use vitrine_core::header::{self, gguf::GgmlType};
use vitrine_core::protocol::{ErrorKind, Isq, RpcError};

use super::source::Source;
use super::weights::Weights;

/// 0.2.0 as `[0, major, minor, patch]`.
const VERSION: u32 = 0x0000_0200;
const PACKED: u8 = 0;
const PLAIN: u8 = 1;
/// The number of F32 among the container's own types.
const F32: u32 = 6;

/// What stands before the blocks of a packed matrix: everything up to two dimensions.
const PACKED_HEAD: usize = 4 + 1 + 4 + 1 + 4 + 4 + 8;

/// How one matrix is written.
pub struct Plan {
    matrix: Matrix,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The blocks of the file.
    Stored { ggml_type: u32, row_bytes: u64 },
    /// The same numbers in blocks that the engine knows.
    Rebuilt { stored: GgmlType, ggml_type: u32, row_bytes: u64 },
    /// Packed on the way.
    Repacked { target: GgmlDType, ggml_type: u32, row_bytes: u64 },
    /// F32.
    Plain,
}

/// Decides the form of every matrix.
///
/// # Errors
/// `UnsupportedQuantization` for a matrix that is larger than the container can hold.
pub fn plan(source: &Source, blueprint: &Blueprint, isq: Isq) -> Result<Vec<Plan>, RpcError> {
    blueprint
        .matrices
        .iter()
        .map(|matrix| {
            let name = matrix.tensors().next().unwrap_or("of zeros");
            let refused = |reason: &str| {
                RpcError::new(ErrorKind::UnsupportedQuantization, format!("the matrix {name} {reason}"))
            };
            let stored = source.tensor(name).map_or(GgmlType::F32, |tensor| tensor.kind);
            if !is_float(stored) && (matrix.gaps.is_some() || matrix.parts.len() > 1) {
                return Err(refused("is to be put together of packed weights"));
            }
            let plan = Plan { matrix: matrix.clone(), form: form(matrix, stored, isq) };
            if plan.data_len() > u64::from(u32::MAX) {
                return Err(refused("is larger than 4 GiB"));
            }
            Ok(plan)
        })
        .collect()
}

fn form(matrix: &Matrix, stored: GgmlType, isq: Isq) -> Form {
    let columns = matrix.columns;
    if !is_float(stored) {
        let computed = computed_in(stored);
        let (weights, bytes) = computed.block().unwrap_or((1, 0));
        let (ggml_type, row_bytes) = (computed.0, columns / weights * bytes);
        return if is_repacked(stored) {
            Form::Rebuilt { stored, ggml_type, row_bytes }
        } else {
            Form::Stored { ggml_type, row_bytes }
        };
    }
    let plain_bytes = matrix.rows.saturating_mul(columns).saturating_mul(4);
    match isq {
        Isq::Q4K if columns.is_multiple_of(256) => {
            Form::Repacked { target: GgmlDType::Q4K, ggml_type: 12, row_bytes: columns / 256 * 144 }
        }
        // Rows that the wanted blocks do not divide, and what plain numbers would not fit.
        Isq::Q8_0 | Isq::Q4K if columns.is_multiple_of(32) => eight_bits(columns),
        Isq::None if plain_bytes > u64::from(u32::MAX) && columns.is_multiple_of(32) => eight_bits(columns),
        _ => Form::Plain,
    }
}

fn eight_bits(columns: u64) -> Form {
    Form::Repacked { target: GgmlDType::Q8_0, ggml_type: 8, row_bytes: columns / 32 * 34 }
}

impl Plan {
    /// Bytes of the weights alone.
    fn data_len(&self) -> u64 {
        match self.form {
            Form::Stored { row_bytes, .. }
            | Form::Rebuilt { row_bytes, .. }
            | Form::Repacked { row_bytes, .. } => self.matrix.rows * row_bytes,
            Form::Plain => self.matrix.rows * self.matrix.columns * 4,
        }
    }

    /// Bytes of the whole tensor.
    pub fn len(&self) -> u64 {
        let head = match self.form {
            Form::Stored { .. } | Form::Rebuilt { .. } | Form::Repacked { .. } => PACKED_HEAD as u64,
            Form::Plain => 4 + 1 + 1 + 4 + 4 + 4 + 8,
        };
        let bias = if self.matrix.bias.is_some() { 4 + 4 + 4 + 4 + self.matrix.rows * 4 } else { 0 };
        head + self.data_len() + bias
    }

    /// Writes the tensor.
    pub fn write(&self, weights: &mut Weights, out: &mut dyn Write) -> Result<(), RpcError> {
        let matrix = &self.matrix;
        let (rows, columns) = (matrix.rows as u32, matrix.columns as u32);
        let has_bias = u8::from(matrix.bias.is_some());
        let length = (self.data_len() as u32).to_le_bytes();
        let mut head = VERSION.to_le_bytes().to_vec();
        match self.form {
            Form::Stored { ggml_type, .. }
            | Form::Rebuilt { ggml_type, .. }
            | Form::Repacked { ggml_type, .. } => {
                head.push(PACKED);
                head.extend(length);
                head.push(has_bias);
                head.extend(ggml_type.to_le_bytes());
            }
            Form::Plain => {
                head.push(PLAIN);
                head.push(has_bias);
                head.extend(length);
                head.extend(F32.to_le_bytes());
            }
        }
        for number in [2, rows, columns] {
            head.extend(number.to_le_bytes());
        }
        put(out, &head)?;
        match self.form {
            Form::Stored { .. } => weights.rows(matrix, |bytes| put(out, bytes))?,
            Form::Rebuilt { stored, .. } => {
                weights.rows(matrix, |bytes| put(out, &super::repack::to_q8_0(stored, bytes)?))?
            }
            Form::Repacked { target, .. } => {
                weights.matrix_floats(matrix, |numbers| {
                    put(out, &super::weights::pack(numbers, columns as usize, target)?)
                })?;
            }
            Form::Plain => weights.matrix_floats(matrix, |numbers| {
                let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
                put(out, &bytes)
            })?,
        }
        if let Some(bias) = &matrix.bias {
            let numbers = weights.ordered_vector(bias, matrix.order)?;
            let mut bytes = (rows * 4).to_le_bytes().to_vec();
            for number in [F32, 1, rows] {
                bytes.extend(number.to_le_bytes());
            }
            bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
            put(out, &bytes)?;
        }
        Ok(())
    }
}

fn put(out: &mut dyn Write, bytes: &[u8]) -> Result<(), RpcError> {
    out.write_all(bytes).map_err(|error| super::written(Path::new(super::MATRICES), &error))
}

/// Where in such a file the blocks of its packed matrices lie: first byte and length, both in bytes.
///
/// # Errors
/// `ReadFailed`, `Corrupt` for a file that is not as [`Plan::write`] leaves it.
pub fn places(path: &Path) -> Result<Vec<(u64, u64)>, RpcError> {
    let failed =
        |error: std::io::Error| RpcError::new(ErrorKind::ReadFailed, format!("{}: {error}", path.display()));
    let mut file = File::open(path).map_err(failed)?;
    let mut places = Vec::new();
    for tensor in header::safetensors::places(path)?.values() {
        let mut head = [0; PACKED_HEAD];
        file.seek(SeekFrom::Start(tensor.start)).and_then(|_| file.read_exact(&mut head)).map_err(failed)?;
        if head[4] == PACKED {
            let bytes = u32::from_le_bytes([head[5], head[6], head[7], head[8]]);
            places.push((tensor.start + PACKED_HEAD as u64, bytes.into()));
        }
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::safetensors;

    #[test]
    fn blocks_are_found_where_they_were_written() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let mut packed = [&VERSION.to_le_bytes()[..], &[PACKED], &68u32.to_le_bytes(), &[0]].concat();
        for number in [8u32, 2, 2, 32] {
            packed.extend(number.to_le_bytes());
        }
        packed.extend([7; 68]);
        let mut plain = [&VERSION.to_le_bytes()[..], &[PLAIN, 0]].concat();
        for number in [8u32, F32, 2, 1, 2] {
            plain.extend(number.to_le_bytes());
        }
        plain.extend([9; 8]);
        let data = [&plain, &packed, &packed];
        let entry = |(index, bytes): (usize, &&Vec<u8>)| {
            let len = bytes.len() as u64;
            safetensors::Entry { name: index.to_string(), dtype: "U8", shape: vec![len], len }
        };
        let entries: Vec<_> = data.iter().enumerate().map(entry).collect();
        safetensors::write(file.path(), &entries, |index, out| put(out, data[index])).expect("written");
        let all = std::fs::read(file.path()).expect("read");
        let mut places = places(file.path()).expect("places");
        places.sort_unstable();
        let blocks: Vec<&[u8]> =
            places.iter().map(|&(start, len)| &all[start as usize..(start + len) as usize]).collect();
        assert_eq!(blocks, [[7; 68]; 2]);
    }
}
