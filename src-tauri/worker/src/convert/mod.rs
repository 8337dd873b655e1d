//! A model in the engine's own container (UQFF), so that the engine's Hugging Face classes
//! load it: they know scaled rotary positions, sliding windows and the architectures that the
//! engine's GGUF reader does not.
//!
//! Quantized blocks are moved as they are, row by row, so nothing is lost; those that the engine does not know become
//! blocks of Q8_0 with the same numbers ([`repack`]). Only floating-point weights may be packed on the way ([`Isq`]):
//! they would take four bytes each, and be slow.
//!
//! Two files come out: `weights-0.uqff` with the matrices, and `residual.safetensors` with
//! everything else. They are kept in the cache folder ([`cache`]) under a name that is made of the
//! file's content and of all that decides what is written.

pub mod cache;
mod repack;
mod safetensors;
mod source;
mod uqff;
mod weights;

use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use vitrine_core::blueprint::{Blueprint, RowOrder};
use vitrine_core::prepared::{self, Origin};
use vitrine_core::protocol::{CacheUse, ErrorKind, Isq, RpcError};

use cache::Cache;
use safetensors::Entry;
pub use source::Source;
pub use uqff::places;
use weights::Weights;
pub use weights::{dtype, unpack};

/// The matrices; the engine finds the other file by its name.
pub const MATRICES: &str = "weights-0.uqff";
/// Embeddings and norms, under the name that the engine looks for.
pub const RESIDUAL: &str = "residual.safetensors";

/// A converted model in the cache folder.
pub struct Converted {
    pub folder: PathBuf,
    pub usage: CacheUse,
}

/// Finds the converted model, or writes it. `model` is the path that it goes by; `begun` is called before anything is written.
///
/// # Errors
/// `ReadFailed` for the model file; `NotEnoughDisk`, `EngineFailed` for the cache folder.
pub fn prepare(
    model: &Path,
    source: &Source,
    blueprint: &Blueprint,
    isq: Isq,
    cache: &Cache,
    begun: impl FnOnce(),
) -> Result<Converted, RpcError> {
    let mut weights = Weights::open(source)?;
    let key = key(blueprint, isq, &mut weights)?;
    if let Some(held) = cache.find(&key) {
        let folder = held.for_good();
        let usage = cache.usage(&folder, true);
        return Ok(Converted { folder, usage });
    }
    begun();
    let plans = uqff::plan(source, blueprint, isq)?;
    let vectors = vectors(blueprint)?;
    let needed = total(plans.iter().map(uqff::Plan::len)) + total(vectors.iter().map(|entry| entry.len));
    let origin = Origin::of(model, isq).ok();
    let held = cache.create(&key, needed, origin, |folder| {
        write_matrices(&folder.join(MATRICES), &plans, &mut weights)?;
        write_vectors(&folder.join(RESIDUAL), blueprint, &vectors, &mut weights)
    })?;
    let folder = held.for_good();
    let usage = cache.usage(&folder, false);
    Ok(Converted { folder, usage })
}

fn total(lengths: impl Iterator<Item = u64>) -> u64 {
    lengths.fold(0, u64::saturating_add)
}

/// A name for the result: of the file (header, size, date, and samples of the content of every part) and
/// of everything that decides what is made of it.
fn key(blueprint: &Blueprint, isq: Isq, weights: &mut Weights) -> Result<String, RpcError> {
    let mut hash = Sha256::new();
    hash.update(prepared::FORMAT);
    for opened in weights.files() {
        let facts = opened.facts();
        hash.update(&facts.header);
        hash.update(facts.bytes.to_le_bytes());
        hash.update(opened.modified.to_le_bytes());
        let sample = cache::sample(&mut opened.file, facts.bytes).map_err(|error| opened.failed(&error))?;
        hash.update(sample);
    }
    hash.update(isq.format());
    // Places of matrices and vectors; the configuration is written anew at every load.
    hash.update(format!("{:?} {:?} {:?}", blueprint.matrices, blueprint.vectors, blueprint.blanks));
    Ok(hex::encode(hash.finalize()))
}

fn vectors(blueprint: &Blueprint) -> Result<Vec<Entry>, RpcError> {
    let entry = |(name, shape): (&String, &Vec<u64>)| {
        let elements = shape.iter().product::<u64>();
        Entry { name: name.clone(), dtype: "F32", shape: shape.clone(), len: elements * 4 }
    };
    let vectors = blueprint.vectors.iter().map(|vector| (&vector.name, &vector.shape));
    let blanks = blueprint.blanks.iter().map(|blank| (&blank.name, &blank.shape));
    Ok(vectors.chain(blanks).map(entry).collect())
}

fn write_matrices(path: &Path, plans: &[uqff::Plan], weights: &mut Weights) -> Result<(), RpcError> {
    let entries: Vec<Entry> = plans
        .iter()
        .enumerate()
        .map(|(index, plan)| Entry {
            name: index.to_string(),
            dtype: "U8",
            shape: vec![plan.len()],
            len: plan.len(),
        })
        .collect();
    safetensors::write(path, &entries, |index, out| plans[index].write(weights, out))
}

fn write_vectors(
    path: &Path,
    blueprint: &Blueprint,
    entries: &[Entry],
    weights: &mut Weights,
) -> Result<(), RpcError> {
    safetensors::write(path, entries, |index, out| {
        let Some(vector) = blueprint.vectors.get(index) else {
            let zeros = std::io::copy(&mut std::io::repeat(0).take(entries[index].len), out);
            return zeros.map(|_| ()).map_err(|error| written(path, &error));
        };
        let mut put = |numbers: &[f32]| {
            let changed = numbers.iter().map(|number| number * vector.factor + vector.shift);
            let bytes: Vec<u8> = changed.flat_map(f32::to_le_bytes).collect();
            out.write_all(&bytes).map_err(|error| written(path, &error))
        };
        if vector.order == RowOrder::Same {
            weights.floats(&vector.tensor, put)
        } else {
            put(&weights.ordered_vector(&vector.tensor, vector.order)?)
        }
    })
}

/// The error for a file of the cache folder that can't be written.
fn written(path: &Path, error: &std::io::Error) -> RpcError {
    let kind = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => ErrorKind::NotEnoughDisk,
        _ => ErrorKind::EngineFailed,
    };
    RpcError::new(kind, format!("the cache folder can't be written: {}: {error}", path.display()))
        .with("path", path.display().to_string())
}
