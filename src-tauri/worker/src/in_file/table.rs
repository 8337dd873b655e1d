//! The table of embeddings, kept as it is in the file.
//!
//! The engine unpacks the table of a GGUF file to F32: 2.5 GB of a model with 8 billion weights and a vocabulary of
//! 151,936, of which an answer looks at a few hundred rows. Here the packed blocks are kept instead, and the rows that are
//! asked for unpacked when they are; of a converted model the table lies in F32 in the cache folder, and is mapped.
//! `compat/candle-nn` asks ([`Rows`]).
//!
//! Which tensor of the file the table comes from is said before loading ([`expect`]); that the engine's table
//! really has these rows is checked on some of them, bit for bit, before it is dropped.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Error, Read, Result as IoResult, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::quantized::{GgmlDType, QuantizedType};
use candle_core::{bail, CpuStorage, DType, Device, Result, Storage, Tensor, TensorId};
use candle_nn::embedding::{keep_with, Rows};
use memmap2::Mmap;

/// How many rows of the engine's table are compared.
const COMPARED: usize = 256;

/// The tensor of a file that becomes the table.
#[derive(Debug, Clone)]
pub struct Place {
    pub path: PathBuf,
    /// Its first byte, from the beginning of the file.
    pub start: u64,
    /// Bytes.
    pub len: u64,
    /// What it is packed in; `None` for F32, which stays in the file. That is a model in the engine's own container, where the
    /// output layer is a matrix of its own in any case, and nobody computes with the table.
    pub packed: Option<GgmlDType>,
    /// Entries of the vocabulary.
    pub rows: usize,
    /// Numbers in a row.
    pub width: usize,
}

static EXPECTED: Mutex<Option<Place>> = Mutex::new(None);

/// What stands for a kept table as a tensor, and its rows: some of the engine's classes make a new table of it at every
/// step.
static STANDING_IN: Mutex<Option<(TensorId, Arc<Kept>)>> = Mutex::new(None);

/// The next table of embeddings of this shape comes from there.
pub fn expect(place: Place) {
    *EXPECTED.lock().unwrap_or_else(PoisonError::into_inner) = Some(place);
    keep_with(keep);
}

/// From now on tables stay what they are.
pub fn forget() {
    *EXPECTED.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// [`candle_nn::embedding::Keeper`].
fn keep(table: &Tensor) -> Option<Arc<dyn Rows>> {
    let mut standing_in = STANDING_IN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, kept)) = standing_in.as_ref().filter(|(id, _)| *id == table.id()) {
        return Some(kept.clone());
    }
    let is_of_this_shape = |place: &Place| table.dims() == [place.rows, place.width];
    let mut expected = EXPECTED.lock().unwrap_or_else(PoisonError::into_inner);
    let place = expected.take_if(|place| is_of_this_shape(place))?;
    let kept = Kept::open(&place)
        .inspect_err(|error| eprintln!("vitrine-worker: {}: {error}", place.path.display()))
        .ok()
        .filter(|kept| kept.is_the_same_as(table).unwrap_or(false))
        .map(Arc::new)?;
    if let Some(tensor) = &kept.stand_in {
        super::LEFT.fetch_add(place.len, Ordering::Relaxed);
        *standing_in = Some((tensor.id(), kept.clone()));
    }
    Some(kept)
}

/// Rows that are no tensor.
struct Kept {
    form: Form,
    rows: usize,
    width: usize,
    /// Where nobody computes with the table.
    stand_in: Option<Tensor>,
}

enum Form {
    Packed(Box<dyn QuantizedType>),
    /// F32 in a file, from this byte on; aligned.
    Mapped {
        map: Mmap,
        start: usize,
    },
}

impl Kept {
    fn open(place: &Place) -> IoResult<Self> {
        let mut file = File::open(&place.path)?;
        let damaged = || Error::other("the table is not where it was");
        let form = if let Some(dtype) = place.packed {
            let blocks = place.rows * place.width / dtype.block_size();
            if !place.width.is_multiple_of(dtype.block_size())
                || place.len != (blocks * dtype.type_size()) as u64
            {
                return Err(damaged());
            }
            let mut bytes = vec![0; place.len as usize];
            file.seek(SeekFrom::Start(place.start))?;
            file.read_exact(&mut bytes)?;
            Form::Packed(dtype.from_data(Cow::Borrowed(&bytes)))
        } else {
            // SAFETY: a file of our own in the cache folder, which nobody writes to once it is there.
            let map = unsafe { Mmap::map(&file)? };
            let start = place.start as usize;
            let bytes =
                map.get(start..start.saturating_add(place.rows * place.width * 4)).ok_or_else(damaged)?;
            if !bytes.as_ptr().cast::<f32>().is_aligned() {
                return Err(damaged());
            }
            Form::Mapped { map, start }
        };
        let stand_in = match place.packed {
            Some(_) => None,
            None => Some(Tensor::zeros((1, place.width), DType::F32, &Device::Cpu).map_err(Error::other)?),
        };
        Ok(Self { form, rows: place.rows, width: place.width, stand_in })
    }

    fn numbers(&self, ids: &[u32]) -> Result<Vec<f32>> {
        if let Some(id) = ids.iter().find(|&&id| id as usize >= self.rows) {
            bail!("row {id} of {}", self.rows)
        }
        match &self.form {
            Form::Packed(blocks) => match blocks.embedding(ids, self.rows, self.width)? {
                CpuStorage::F32(numbers) => Ok(numbers),
                _ => bail!("rows of a table that are not F32"),
            },
            Form::Mapped { map, start } => {
                // SAFETY: `open` has seen that the place is in the file and aligned; any bytes are numbers.
                let all = unsafe {
                    std::slice::from_raw_parts(map[*start..].as_ptr().cast::<f32>(), self.rows * self.width)
                };
                Ok(ids
                    .iter()
                    .flat_map(|&id| &all[id as usize * self.width..][..self.width])
                    .copied()
                    .collect())
            }
        }
    }

    fn is_the_same_as(&self, table: &Tensor) -> Result<bool> {
        let (storage, layout) = table.storage_and_layout();
        let Storage::Cpu(CpuStorage::F32(numbers)) = &*storage else { return Ok(false) };
        let Some((start, end)) = layout.contiguous_offsets() else { return Ok(false) };
        let numbers = &numbers[start..end];
        // The first, the last, and others at equal distances between them.
        let count = COMPARED.min(self.rows);
        let ids: Vec<u32> = (0..count).map(|i| (i * (self.rows - 1) / (count - 1).max(1)) as u32).collect();
        let own = self.numbers(&ids)?;
        let same = |(row, &id): (&[f32], &u32)| {
            let theirs = &numbers[id as usize * self.width..][..self.width];
            row.iter().zip(theirs).all(|(a, b)| a.to_bits() == b.to_bits())
        };
        Ok(own.chunks_exact(self.width).zip(&ids).all(same))
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let form = match &self.form {
            Form::Packed(blocks) => format!("{:?}", blocks.dtype()),
            Form::Mapped { .. } => "mapped".into(),
        };
        write!(f, "Kept[{} rows of {}; {form}]", self.rows, self.width)
    }
}

impl Rows for Kept {
    fn look_up(&self, ids: &[u32]) -> Result<Tensor> {
        Tensor::from_vec(self.numbers(ids)?, (ids.len(), self.width), &Device::Cpu)
    }

    /// Where nobody computes with the table, what stands in for it: all that is done with that is to ask here again.
    fn whole(&self) -> Result<Tensor> {
        let whole = || self.look_up(&(0..self.rows as u32).collect::<Vec<_>>());
        self.stand_in.clone().map_or_else(whole, Ok)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::quantized::QTensor;
    use candle_core::Module;
    use candle_nn::Embedding;

    use super::*;

    const ROWS: usize = 300;
    const WIDTH: usize = 64;

    fn table() -> Tensor {
        let numbers: Vec<f32> = (0..ROWS * WIDTH).map(|i| ((i * 37 % 101) as f32 - 50.0) / 60.0).collect();
        Tensor::from_vec(numbers, (ROWS, WIDTH), &Device::Cpu).expect("a tensor")
    }

    fn numbers(tensor: &Tensor) -> Vec<f32> {
        tensor.flatten_all().and_then(|flat| flat.to_vec1()).expect("numbers")
    }

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        std::io::Write::write_all(&mut file, &[&[0; 8], bytes].concat()).expect("written");
        file
    }

    fn place(file: &tempfile::NamedTempFile, len: usize, packed: Option<GgmlDType>) -> Place {
        Place { path: file.path().to_owned(), start: 8, len: len as u64, packed, rows: ROWS, width: WIDTH }
    }

    /// Both forms, and everything that must stay with the tensor. One test, because what is expected is one for the process.
    #[test]
    fn rows_come_from_where_the_table_came_from() {
        let packed = QTensor::quantize(&table(), GgmlDType::Q8_0).expect("packed");
        let bytes = packed.data().expect("bytes").into_owned();
        let unpacked = packed.dequantize(&Device::Cpu).expect("numbers");
        let plain: Vec<u8> = numbers(&table()).iter().flat_map(|number| number.to_le_bytes()).collect();
        let (of_blocks, of_floats) = (file(&bytes), file(&plain));
        let ids = Tensor::new(&[[0u32, 299], [7, 7]], &Device::Cpu).expect("ids");

        for (tensor, place) in [
            (unpacked.clone(), place(&of_blocks, bytes.len(), Some(GgmlDType::Q8_0))),
            (table(), place(&of_floats, plain.len(), None)),
        ] {
            let packed = place.packed.is_some();
            expect(place);
            let embedding = Embedding::new(tensor.clone(), WIDTH);
            assert!(format!("{embedding:?}").contains("Kept"), "{embedding:?}");
            let rows = embedding.forward(&ids).expect("rows");
            assert_eq!(rows.dims(), [2, 2, WIDTH]);
            let wanted = tensor.index_select(&ids.flatten_all().expect("ids"), 0).expect("rows");
            assert_eq!(numbers(&rows), numbers(&wanted));
            let as_tensor = embedding.embeddings();
            if packed {
                assert_eq!(numbers(as_tensor), numbers(&tensor));
            } else {
                assert_eq!(as_tensor.dims(), [1, WIDTH]);
                let again = Embedding::new(as_tensor.clone(), WIDTH).forward(&ids).expect("rows");
                assert_eq!(numbers(&again), numbers(&wanted));
            }
            assert!(embedding.forward(&Tensor::new(&[300u32], &Device::Cpu).expect("ids")).is_err());
            // Only one table is expected.
            assert!(!format!("{:?}", Embedding::new(tensor, WIDTH)).contains("Kept"));
        }

        // Other numbers than in the file, another shape, a file that is too short.
        let stays = |tensor: Tensor, place: Place| {
            expect(place);
            let embedding = Embedding::new(tensor, WIDTH);
            forget();
            !format!("{embedding:?}").contains("Kept")
        };
        assert!(stays(unpacked.clone(), place(&of_floats, plain.len(), None)));
        assert!(stays(table(), place(&of_blocks, bytes.len(), Some(GgmlDType::Q8_0))));
        assert!(stays(table().narrow(0, 0, 299).expect("less"), place(&of_floats, plain.len(), None)));
        let late = Place { start: 12, ..place(&of_floats, plain.len(), None) };
        assert!(stays(table(), late));
    }
}
