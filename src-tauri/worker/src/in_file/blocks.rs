//! Blocks in a mapped file, as candle's storage.

use std::marker::PhantomData;
use std::sync::atomic::Ordering;
use std::sync::Arc;

use candle_core::quantized::k_quants::{self, GgmlType};
use candle_core::quantized::{GgmlDType, QuantizedType};
use candle_core::{bail, CpuStorage, Result};
use half::f16;
use memmap2::Mmap;

use super::LEFT;

/// `count` blocks of the file from byte `start` on; the place is inside the file and aligned for `T`.
pub struct InFile<T> {
    map: Arc<Mmap>,
    start: usize,
    count: usize,
    blocks: PhantomData<T>,
}

impl<T: GgmlType + 'static> InFile<T> {
    /// `bytes` of the file from `start` on; `None` where they are no whole number of blocks, outside, or not aligned.
    pub fn boxed(map: &Arc<Mmap>, start: usize, bytes: usize) -> Option<Box<dyn QuantizedType>> {
        let place = map.get(start..start.checked_add(bytes)?)?;
        let is_aligned = place.as_ptr().cast::<T>().is_aligned();
        (is_aligned && bytes.is_multiple_of(size_of::<T>())).then(|| {
            let count = bytes / size_of::<T>();
            LEFT.fetch_add(bytes as u64, Ordering::Relaxed);
            Box::new(Self { map: map.clone(), start, count, blocks: PhantomData }) as Box<dyn QuantizedType>
        })
    }

    fn blocks(&self) -> &[T] {
        // SAFETY: inside the map and aligned, see `boxed`; blocks consist of numbers, for which all bytes are valid.
        unsafe { std::slice::from_raw_parts(self.as_ptr().cast(), self.count) }
    }
}

impl<T> Drop for InFile<T> {
    fn drop(&mut self) {
        LEFT.fetch_sub((self.count * size_of::<T>()) as u64, Ordering::Relaxed);
    }
}

impl<T: GgmlType + 'static> QuantizedType for InFile<T> {
    fn dtype(&self) -> GgmlDType {
        T::DTYPE
    }

    fn matmul_t(&self, mkn: (usize, usize, usize), lhs: &[f32], dst: &mut [f32]) -> Result<()> {
        k_quants::matmul(mkn, lhs, self.blocks(), dst)
    }

    fn matmul_t_f16(&self, mkn: (usize, usize, usize), lhs: &[f16], dst: &mut [f16]) -> Result<()> {
        k_quants::matmul_f16(mkn, lhs, self.blocks(), dst)
    }

    fn embedding(&self, ids: &[u32], rows: usize, hidden: usize) -> Result<CpuStorage> {
        let in_row = hidden / T::BLCK_SIZE;
        if !hidden.is_multiple_of(T::BLCK_SIZE) || self.count != rows * in_row {
            bail!("{} blocks are no {rows} rows of {hidden} numbers", self.count)
        }
        let mut numbers = vec![0.0; ids.len() * hidden];
        for (row, &id) in numbers.chunks_exact_mut(hidden.max(1)).zip(ids) {
            let id = id as usize;
            if id >= rows {
                bail!("row {id} of {rows}")
            }
            T::to_float(&self.blocks()[id * in_row..(id + 1) * in_row], row);
        }
        Ok(CpuStorage::F32(numbers))
    }

    fn dequantize(&self, elem_count: usize) -> Result<CpuStorage> {
        let mut numbers = vec![0.0; elem_count];
        T::to_float(self.blocks(), &mut numbers);
        Ok(CpuStorage::F32(numbers))
    }

    fn storage_size_in_bytes(&self) -> usize {
        self.count * size_of::<T>()
    }

    fn as_ptr(&self) -> *const u8 {
        self.map[self.start..].as_ptr()
    }

    fn block_size(&self) -> usize {
        T::BLCK_SIZE
    }

    fn from_float(&mut self, _: &[f32]) {
        unreachable!("candle packs numbers into storage of its own making");
    }

    fn from_float_imatrix(&mut self, _: &[f32], _: &[f32], _: usize) {
        unreachable!("candle packs numbers into storage of its own making");
    }

    fn size(&self) -> usize {
        self.storage_size_in_bytes()
    }
}

#[cfg(test)]
mod tests {
    use candle_core::quantized::k_quants::BlockQ8_0;
    use candle_core::quantized::{ggml_file::qtensor_from_ggml, QStorage, QTensor};
    use candle_core::{Device, Module, Tensor};

    use super::*;

    /// The same matrix from memory, and what a file has of it.
    fn pair() -> (QTensor, Box<dyn QuantizedType>) {
        let numbers: Vec<f32> = (0..64 * 256).map(|i| ((i * 37 % 101) as f32 - 50.0) / 60.0).collect();
        let plain = Tensor::from_vec(numbers, (64, 256), &Device::Cpu).expect("a tensor");
        let packed = QTensor::quantize(&plain, GgmlDType::Q8_0).expect("packed");
        let bytes = packed.data().expect("bytes").into_owned();
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        std::io::Write::write_all(&mut file, &[&[0; 6], &bytes[..]].concat()).expect("written");
        // SAFETY: nobody else knows the file.
        let map = Arc::new(unsafe { Mmap::map(file.as_file()).expect("mapped") });
        assert!(InFile::<BlockQ8_0>::boxed(&map, 5, bytes.len()).is_none(), "not aligned");
        assert!(InFile::<BlockQ8_0>::boxed(&map, 8, bytes.len()).is_none(), "beyond the end");
        assert!(InFile::<BlockQ8_0>::boxed(&map, 6, bytes.len() - 2).is_none(), "half a block");
        let storage = InFile::<BlockQ8_0>::boxed(&map, 6, bytes.len()).expect("inside and aligned");
        (qtensor_from_ggml(GgmlDType::Q8_0, &bytes, vec![64, 256], &Device::Cpu).expect("copied"), storage)
    }

    #[test]
    fn candle_computes_the_same_from_a_file() {
        let (copied, storage) = pair();
        let mapped = QTensor::new(QStorage::Cpu(storage), (64, 256)).expect("a tensor");
        let numbers = |tensor: &QTensor| {
            let numbers = tensor.dequantize(&Device::Cpu).and_then(|it| it.flatten_all()?.to_vec1::<f32>());
            numbers.expect("numbers")
        };
        assert_eq!(numbers(&copied), numbers(&mapped));
        assert_eq!(copied.data().expect("bytes"), mapped.data().expect("bytes"));
        let input =
            Tensor::arange(0f32, 512.0, &Device::Cpu).and_then(|it| it.reshape((2, 256))).expect("a tensor");
        let product = |tensor: QTensor| {
            let matrix = candle_core::quantized::QMatMul::from_qtensor(tensor).expect("a matrix");
            matrix.forward(&input).and_then(|it| it.flatten_all()?.to_vec1::<f32>()).expect("a product")
        };
        assert_eq!(product(copied), product(mapped));
    }

    #[test]
    fn rows_of_a_table_are_looked_up() {
        let (copied, storage) = pair();
        let wanted =
            copied.dequantize(&Device::Cpu).and_then(|it| it.get(63)?.to_vec1::<f32>()).expect("a row");
        let CpuStorage::F32(row) = storage.embedding(&[63], 64, 256).expect("a row") else { panic!("F32") };
        assert_eq!(row, wanted);
        assert!(storage.embedding(&[64], 64, 256).is_err());
        assert!(storage.embedding(&[0], 64, 128).is_err());
    }
}
