//! GGUF files, whose tensors go through [`super::ggml_file::qtensor_from_ggml`] of this crate.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};

use upstream::quantized::gguf_file as original;
pub use upstream::quantized::gguf_file::*;
use upstream::{bail, Device, Result, Shape};

use super::{GgmlDType, QTensor};

/// A tensor of a file.
#[derive(Debug)]
pub struct TensorInfo {
    pub ggml_dtype: GgmlDType,
    pub shape: Shape,
    /// In bytes, from where the tensors begin.
    pub offset: u64,
}

impl TensorInfo {
    /// Reads the tensor; `tensor_data_offset` is where the file's tensors begin.
    ///
    /// # Errors
    /// A file that ends before the tensor, and those of [`super::ggml_file::qtensor_from_ggml`].
    pub fn read<R: Seek + Read>(
        &self,
        reader: &mut R,
        tensor_data_offset: u64,
        device: &Device,
    ) -> Result<QTensor> {
        let elements = self.shape.elem_count();
        let block = self.ggml_dtype.block_size();
        if elements % block != 0 {
            bail!("{elements} elements are no whole number of blocks of {block}")
        }
        let bytes = elements / block * self.ggml_dtype.type_size();
        let start = tensor_data_offset.saturating_add(self.offset);
        let left = reader.seek(SeekFrom::End(0))?.saturating_sub(start);
        if bytes as u64 > left {
            bail!("a tensor of {bytes} bytes at {start}, where the file has {left} left")
        }
        let mut blocks = vec![0u8; bytes];
        reader.seek(SeekFrom::Start(start))?;
        reader.read_exact(&mut blocks)?;
        super::ggml_file::qtensor_from_ggml(self.ggml_dtype, &blocks, self.shape.dims().to_vec(), device)
    }
}

/// What the header of a file says.
#[derive(Debug)]
pub struct Content {
    pub magic: VersionedMagic,
    pub metadata: HashMap<String, Value>,
    pub tensor_infos: HashMap<String, TensorInfo>,
    pub tensor_data_offset: u64,
}

impl Content {
    /// Reads a header.
    ///
    /// # Errors
    /// Those of candle.
    pub fn read<R: Seek + Read>(reader: &mut R) -> Result<Self> {
        let original::Content { magic, metadata, tensor_infos, tensor_data_offset } =
            original::Content::read(reader)?;
        let own =
            |original::TensorInfo { ggml_dtype, shape, offset }| TensorInfo { ggml_dtype, shape, offset };
        let tensor_infos = tensor_infos.into_iter().map(|(name, info)| (name, own(info))).collect();
        Ok(Self { magic, metadata, tensor_infos, tensor_data_offset })
    }

    /// Reads a tensor by its name.
    ///
    /// # Errors
    /// A name that is not there, and those of [`TensorInfo::read`].
    pub fn tensor<R: Seek + Read>(&self, reader: &mut R, name: &str, device: &Device) -> Result<QTensor> {
        match self.tensor_infos.get(name) {
            Some(info) => info.read(reader, self.tensor_data_offset, device),
            None => bail!("there is no tensor {name}"),
        }
    }
}
