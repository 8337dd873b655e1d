//! Tensors from bytes.

pub use upstream::quantized::ggml_file::*;
use upstream::{Device, Result};

use super::{placement, GgmlDType, QStorage, QTensor};

/// A tensor of `dims` (rows first) from the blocks of a file.
///
/// # Errors
/// Those of candle: a number of elements that is no whole number of blocks, a format that it does not read.
pub fn qtensor_from_ggml(
    ggml_dtype: GgmlDType,
    raw_data: &[u8],
    dims: Vec<usize>,
    device: &Device,
) -> Result<QTensor> {
    let elements = dims.iter().product::<usize>();
    let bytes = elements / ggml_dtype.block_size() * ggml_dtype.type_size();
    let is_whole = elements % ggml_dtype.block_size() == 0 && bytes == raw_data.len();
    let placed =
        (device.is_cpu() && is_whole).then(|| placement::place(ggml_dtype, &dims, raw_data)).flatten();
    match placed {
        Some(storage) => QTensor::new(QStorage::Cpu(storage), dims),
        None => upstream::quantized::ggml_file::qtensor_from_ggml(ggml_dtype, raw_data, dims, device),
    }
}
