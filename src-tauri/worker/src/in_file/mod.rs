//! Packed weights that stay in the file they come from.
//!
//! On x86-64 candle 0.11 orders Q4_K and Q8_0 anew for the processor's instructions when they are first used
//! (`quantized/repack_x86.rs`), computes with that from then on, and keeps what it had read besides: half of the
//! memory that such a model takes, for nothing. Here the files of a model are mapped, and a tensor that will be ordered anew is
//! given to candle out of the mapping (`compat/candle-core`, `quantized::placement`). The first use reads the pages;
//! then [`release`] gives them back, and should candle ever look again, the system reads them again.
//!
//! Formats that candle computes with as they are go into memory as before: a file that changes or goes away
//! (a pulled out drive) must not change a model that is loaded. The [`table`] of embeddings is kept packed.

mod blocks;
mod places;
mod table;

use std::collections::HashMap;
use std::fs::File;
use std::io::Result;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use candle_core::quantized::k_quants::{BlockQ4K, BlockQ8_0};
use candle_core::quantized::placement::place_with;
use candle_core::quantized::{GgmlDType, QuantizedType};
use memmap2::Mmap;
use vitrine_core::header::gguf::GgmlType;
use vitrine_core::packing;

use blocks::InFile;
pub use places::{of_converted, of_gguf};

/// A file of the model, and where in it packed tensors lie: first bytes by length.
struct Mapped {
    map: Arc<Mmap>,
    tensors: HashMap<usize, Vec<usize>>,
}

static FILES: RwLock<Vec<Mapped>> = RwLock::new(Vec::new());

/// Bytes of the weights that were left in their file.
static LEFT: AtomicU64 = AtomicU64::new(0);

/// How many bytes of weights stay in a file.
pub fn bytes() -> u64 {
    LEFT.load(Ordering::Relaxed)
}

/// Maps a file whose packed tensors lie at these places: first byte and length, both in bytes. From now on they
/// are left there where that spares memory.
///
/// # Errors
/// A file that can't be opened or mapped.
fn offer(path: &Path, places: impl IntoIterator<Item = (u64, u64)>) -> Result<()> {
    let file = File::open(path)?;
    // SAFETY: the file could be changed by another program while it is mapped. Until its tensors are ordered anew (in the
    // warm-up, right after they are read) that has the consequences that changing it while it is being read has
    // anyway; afterwards nobody looks at it (but processors with AMX once more, at the first long prompt). Any bytes are
    // valid blocks.
    let map = Arc::new(unsafe { Mmap::map(&file)? });
    let mut tensors: HashMap<usize, Vec<usize>> = HashMap::new();
    for (start, length) in places {
        if let (Ok(start), Ok(length)) = (usize::try_from(start), usize::try_from(length)) {
            tensors.entry(length).or_default().push(start);
        }
    }
    FILES.write().unwrap_or_else(PoisonError::into_inner).push(Mapped { map, tensors });
    place_with(place);
    Ok(())
}

/// Gives back the memory of what was read so far. To be called when every tensor was used once.
pub fn release() {
    table::forget();
    #[cfg(unix)]
    for file in FILES.read().unwrap_or_else(PoisonError::into_inner).iter() {
        // SAFETY: the pages come from a file and were never written to: they are read again when somebody looks.
        let advised = unsafe { file.map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
        if let Err(error) = advised {
            eprintln!("vitrine-worker: the pages of the model file stay in memory: {error}");
        }
    }
}

/// [`candle_core::quantized::placement::Placement`].
fn place(dtype: GgmlDType, dims: &[usize], blocks: &[u8]) -> Option<Box<dyn QuantizedType>> {
    let &[rows, columns] = dims else { return None };
    let format = match dtype {
        GgmlDType::Q4K => GgmlType::Q4_K,
        GgmlDType::Q8_0 => GgmlType::Q8_0,
        _ => return None,
    };
    if !packing::is_left_in_file(format, rows as u64, columns as u64) {
        return None;
    }
    let files = FILES.read().unwrap_or_else(PoisonError::into_inner);
    let (map, start) = files.iter().find_map(|file| Some((&file.map, file.find(blocks)?)))?;
    match format {
        GgmlType::Q4_K => InFile::<BlockQ4K>::boxed(map, start, blocks.len()),
        _ => InFile::<BlockQ8_0>::boxed(map, start, blocks.len()),
    }
}

impl Mapped {
    /// Where these very bytes lie.
    fn find(&self, blocks: &[u8]) -> Option<usize> {
        let starts = self.tensors.get(&blocks.len())?;
        starts.iter().copied().find(|&start| {
            start.checked_add(blocks.len()).and_then(|end| self.map.get(start..end)) == Some(blocks)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tensor_is_found_by_all_of_its_bytes() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        let content: Vec<u8> = (0..100u8).chain(0..99).chain([7]).collect();
        std::io::Write::write_all(&mut file, &content).expect("written");
        // SAFETY: nobody else knows the file.
        let map = Arc::new(unsafe { Mmap::map(file.as_file()).expect("mapped") });
        let mapped = Mapped { map, tensors: HashMap::from([(100, vec![0, 100, 150])]) };
        assert_eq!(mapped.find(&content[100..]), Some(100));
        assert_eq!(mapped.find(&content[..100]), Some(0));
        // Other content, another length, and a place that ends beyond the file.
        assert_eq!(mapped.find(&[1; 100]), None);
        assert_eq!(mapped.find(&content[..99]), None);
        assert_eq!(mapped.find(&content[50..150]), None);
    }
}
