//! Tensor descriptions: name, shape, number format and place in the file.

use crate::protocol::RpcError;

use super::reader::Reader;

/// GGML has four dimensions.
const MAX_DIMENSIONS: u32 = 4;
/// GGML keeps names in 64 bytes; some converters write longer ones, none of this length.
const MAX_NAME_BYTES: u64 = 512;

/// One tensor of a GGUF file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorInfo {
    pub name: String,
    /// GGML's order: the first number is the length of a row.
    pub shape: Vec<u64>,
    pub ggml_type: GgmlType,
    /// From the beginning of the tensor data, in bytes.
    pub offset: u64,
    /// 0 for a number format that is not known here.
    pub byte_len: u64,
}

impl TensorInfo {
    /// Number of weights.
    pub fn elements(&self) -> u64 {
        self.shape.iter().fold(1, |product: u64, &length| product.saturating_mul(length))
    }
}

/// A number format of GGML, by the number that stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GgmlType(pub u32);

/// Number in the file, name, weights in a block, bytes of a block (from ggml's `ggml_type`
/// and its block structures).
const TYPES: &[(u32, &str, u64, u64)] = &[
    (0, "F32", 1, 4),
    (1, "F16", 1, 2),
    (2, "Q4_0", 32, 18),
    (3, "Q4_1", 32, 20),
    (6, "Q5_0", 32, 22),
    (7, "Q5_1", 32, 24),
    (8, "Q8_0", 32, 34),
    (9, "Q8_1", 32, 36),
    (10, "Q2_K", 256, 84),
    (11, "Q3_K", 256, 110),
    (12, "Q4_K", 256, 144),
    (13, "Q5_K", 256, 176),
    (14, "Q6_K", 256, 210),
    (15, "Q8_K", 256, 292),
    (16, "IQ2_XXS", 256, 66),
    (17, "IQ2_XS", 256, 74),
    (18, "IQ3_XXS", 256, 98),
    (19, "IQ1_S", 256, 50),
    (20, "IQ4_NL", 32, 18),
    (21, "IQ3_S", 256, 110),
    (22, "IQ2_S", 256, 82),
    (23, "IQ4_XS", 256, 136),
    (24, "I8", 1, 1),
    (25, "I16", 1, 2),
    (26, "I32", 1, 4),
    (27, "I64", 1, 8),
    (28, "F64", 1, 8),
    (29, "IQ1_M", 256, 56),
    (30, "BF16", 1, 2),
    (34, "TQ1_0", 256, 54),
    (35, "TQ2_0", 256, 66),
    (39, "MXFP4", 32, 17),
    (40, "NVFP4", 64, 36),
    (41, "Q1_0", 128, 18),
    (42, "Q2_0", 64, 18),
];

impl GgmlType {
    pub const F32: Self = Self(0);
    pub const F16: Self = Self(1);
    pub const Q8_0: Self = Self(8);
    pub const Q4_K: Self = Self(12);
    pub const Q6_K: Self = Self(14);
    pub const IQ4_NL: Self = Self(20);
    pub const IQ4_XS: Self = Self(23);
    pub const BF16: Self = Self(30);
    pub const TQ1_0: Self = Self(34);
    pub const TQ2_0: Self = Self(35);
    pub const MXFP4: Self = Self(39);

    fn entry(self) -> Option<&'static (u32, &'static str, u64, u64)> {
        TYPES.iter().find(|entry| entry.0 == self.0)
    }

    /// `Q8_0`, `Q4_K`, `BF16` ...; `type 99` for a number that is not known here.
    pub fn name(self) -> String {
        self.entry().map_or_else(|| format!("type {}", self.0), |entry| entry.1.to_owned())
    }

    /// Weights in a block and bytes of a block.
    pub fn block(self) -> Option<(u64, u64)> {
        self.entry().map(|entry| (entry.2, entry.3))
    }
}

pub(super) fn read_all(reader: &mut Reader, count: u64, alignment: u64) -> Result<Vec<TensorInfo>, RpcError> {
    // Lengths of name and shape, one dimension, type and offset: the least of a description.
    reader.expect_elements(count, 24)?;
    let mut tensors = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..count {
        let tensor = read_one(reader, alignment)?;
        if !seen.insert(tensor.name.clone()) {
            return Err(reader.corrupt(&format!("the tensor {} stands twice", tensor.name)));
        }
        tensors.push(tensor);
    }
    Ok(tensors)
}

fn read_one(reader: &mut Reader, alignment: u64) -> Result<TensorInfo, RpcError> {
    let length = reader.u64()?;
    if length > MAX_NAME_BYTES {
        return Err(reader.corrupt(&format!("a tensor name of {length} bytes")));
    }
    let range = reader.take(length)?;
    let name = String::from_utf8_lossy(reader.slice(&range)).into_owned();
    let dimensions = reader.u32()?;
    if dimensions > MAX_DIMENSIONS {
        return Err(reader.corrupt(&format!("the tensor {name} has {dimensions} dimensions")));
    }
    let mut shape = Vec::with_capacity(dimensions as usize);
    let mut elements: u64 = 1;
    for _ in 0..dimensions {
        let length = reader.u64()?;
        elements = elements
            .checked_mul(length)
            .filter(|&elements| elements > 0 && elements <= 1 << 50)
            .ok_or_else(|| reader.corrupt(&format!("the tensor {name} has an impossible shape")))?;
        shape.push(length);
    }
    let ggml_type = GgmlType(reader.u32()?);
    let offset = reader.u64()?;
    if offset % alignment != 0 {
        return Err(reader.corrupt(&format!("the tensor {name} is not aligned")));
    }
    let byte_len = match ggml_type.block() {
        Some((weights, bytes)) => {
            if shape.first().is_some_and(|row| row % weights != 0) {
                return Err(reader.corrupt(&format!(
                    "a row of the tensor {name} is not a whole number of {} blocks",
                    ggml_type.name()
                )));
            }
            elements.div_ceil(weights) * bytes
        }
        None => 0,
    };
    Ok(TensorInfo { name, shape, ggml_type, offset, byte_len })
}

/// Every tensor must end inside the file.
pub(super) fn check_ends(reader: &Reader, tensors: &[TensorInfo], data_offset: u64) -> Result<(), RpcError> {
    let mut end = 0;
    for tensor in tensors {
        let tensor_end = data_offset
            .checked_add(tensor.offset)
            .and_then(|start| start.checked_add(tensor.byte_len))
            .ok_or_else(|| reader.corrupt(&format!("the tensor {} lies nowhere", tensor.name)))?;
        end = end.max(tensor_end);
    }
    if end > reader.file_size() {
        return Err(reader.truncated(end));
    }
    Ok(())
}
