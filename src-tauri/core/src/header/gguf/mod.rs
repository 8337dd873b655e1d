//! The header of a GGUF file: metadata and tensor descriptions, without the weights.
//!
//! A model file comes from anywhere, and a header is full of lengths that the file itself
//! states. So every length is checked against the bytes that are really there before anything
//! is allocated or read. The header is read (not memory-mapped: a file that shrinks while it is
//! mapped kills the process), stays in one buffer, and strings and arrays are ranges in it: a
//! vocabulary of 150,000 entries costs its bytes and nothing more.

mod reader;
mod split;
mod tensor;
mod value;

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::protocol::{ErrorKind, RpcError};

use reader::Reader;
pub use split::files;
pub use tensor::{GgmlType, TensorInfo};
pub use value::{Array, Value};

/// What a header may take at most. The largest real ones (260,000 tokens with merges) have 20 MB.
const MAX_HEADER_BYTES: u64 = 192 << 20;
/// Keys are at most 65,535 bytes by the format's definition.
const MAX_KEY_BYTES: u64 = 65_535;
/// Tensor data begins at a multiple of this unless `general.alignment` says otherwise.
const DEFAULT_ALIGNMENT: u64 = 32;

/// The header of one GGUF file (version 2 or 3, little endian).
#[derive(Debug)]
pub struct GgufHeader {
    path: PathBuf,
    version: u32,
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    tensors: Vec<TensorInfo>,
    tensor_data_offset: u64,
    alignment: u64,
    file_size: u64,
}

/// One entry of the metadata.
#[derive(Debug)]
struct Entry {
    key: String,
    /// The type of the value, as the format numbers them.
    kind: u32,
    value: Value,
}

impl GgufHeader {
    /// Reads and checks a header.
    ///
    /// # Errors
    /// What the operating system says about the file, `EmptyFile`, `NotAModel` (no GGUF magic),
    /// `UnsupportedVersion` (version 1, a later one, big endian), `Truncated` (the file ends
    /// inside its header or before the end of its last tensor), `Corrupt`.
    pub fn read(path: &Path) -> Result<Self, RpcError> {
        // Before opening: opening a pipe would wait for a writer.
        let metadata = std::fs::metadata(path).map_err(|error| super::io_error(path, &error))?;
        if !metadata.is_file() {
            return Err(super::failure(
                ErrorKind::NotAModel,
                path,
                "neither a file nor a folder of model files",
            ));
        }
        let file = File::open(path).map_err(|error| super::io_error(path, &error))?;
        let mut reader = Reader::new(file, path, metadata.len(), MAX_HEADER_BYTES);
        let version = read_version(&mut reader)?;
        let tensor_count = reader.u64()?;
        let entry_count = reader.u64()?;
        let mut entries = read_entries(&mut reader, entry_count)?;
        write_small(&reader, &mut entries);
        let alignment = read_alignment(&reader, &entries)?;
        let tensors = tensor::read_all(&mut reader, tensor_count, alignment)?;
        let tensor_data_offset = reader
            .position()
            .checked_next_multiple_of(alignment)
            .ok_or_else(|| reader.corrupt("the tensor data begins beyond any file"))?;
        tensor::check_ends(&reader, &tensors, tensor_data_offset)?;
        let file_size = reader.file_size();
        Ok(Self {
            path: path.into(),
            version,
            bytes: reader.into_header_bytes(),
            entries,
            tensors,
            tensor_data_offset,
            alignment,
            file_size,
        })
    }

    /// Reads the header that has the metadata of the model: of a file, or of the first part of
    /// the model that a part belongs to.
    ///
    /// # Errors
    /// As [`Self::read`] and [`files`].
    pub fn of_model(path: &Path) -> Result<Self, RpcError> {
        Self::read(files(path)?.first().map_or(path, PathBuf::as_path))
    }

    /// The file that this was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Version of the format: 2 or 3.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The bytes of the header, from the magic to the end of the tensor descriptions.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Size of the whole file in bytes.
    pub fn file_size(&self) -> u64 {
        self.file_size
    }

    /// Where tensor data begins in the file; a tensor lies at this plus its `offset`.
    pub fn tensor_data_offset(&self) -> u64 {
        self.tensor_data_offset
    }

    /// Tensors begin at multiples of this, in bytes.
    pub(super) fn alignment(&self) -> u64 {
        self.alignment
    }

    /// The tensors, in the file's order.
    pub fn tensors(&self) -> &[TensorInfo] {
        &self.tensors
    }

    /// The tensor of that name.
    pub fn tensor(&self, name: &str) -> Option<&TensorInfo> {
        self.tensors.iter().find(|tensor| tensor.name == name)
    }

    /// The keys of the metadata, in the file's order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.key.as_str())
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Is the value of that key of the type u32, and no other number?
    pub fn is_u32(&self, key: &str) -> bool {
        self.entry(key).is_some_and(|entry| entry.kind == value::KIND_U32)
    }

    /// Is the value of that key of the type f32?
    pub fn is_f32(&self, key: &str) -> bool {
        self.entry(key).is_some_and(|entry| entry.kind == value::KIND_F32)
    }

    /// A string value, where it is UTF-8.
    pub fn str(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Value::String(range) => std::str::from_utf8(&self.bytes[range.clone()]).ok(),
            _ => None,
        }
    }

    /// A whole number that is not negative, of any width.
    pub fn u64(&self, key: &str) -> Option<u64> {
        match *self.get(key)? {
            Value::Unsigned(number) => Some(number),
            Value::Signed(number) => u64::try_from(number).ok(),
            _ => None,
        }
    }

    /// A whole number that fits 32 bits.
    pub fn u32(&self, key: &str) -> Option<u32> {
        u32::try_from(self.u64(key)?).ok()
    }

    /// A number of any kind.
    pub fn f64(&self, key: &str) -> Option<f64> {
        match *self.get(key)? {
            Value::Float(number) => Some(number),
            Value::Unsigned(number) => Some(number as f64),
            Value::Signed(number) => Some(number as f64),
            _ => None,
        }
    }

    /// A truth value.
    pub fn bool(&self, key: &str) -> Option<bool> {
        match *self.get(key)? {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Number of elements of an array value.
    pub fn array_len(&self, key: &str) -> Option<usize> {
        match self.get(key)? {
            Value::Array(array) => Some(array.len()),
            _ => None,
        }
    }

    /// The elements of an array of strings, as bytes: vocabularies hold pieces that are no UTF-8.
    pub fn strings(&self, key: &str) -> Option<impl ExactSizeIterator<Item = &[u8]>> {
        match self.get(key)? {
            Value::Array(array) => array.strings(&self.bytes),
            _ => None,
        }
    }

    /// The elements of an array of whole numbers (8 to 64 bits, either sign).
    pub fn integers(&self, key: &str) -> Option<impl ExactSizeIterator<Item = i64> + '_> {
        match self.get(key)? {
            Value::Array(array) => array.integers(&self.bytes),
            _ => None,
        }
    }

    /// The elements of an array of truth values.
    pub fn bools(&self, key: &str) -> Option<Vec<bool>> {
        match self.get(key)? {
            Value::Array(array) => array.bools(&self.bytes),
            _ => None,
        }
    }

    /// The elements of an array of floating-point numbers.
    pub fn floats(&self, key: &str) -> Option<impl ExactSizeIterator<Item = f64> + '_> {
        match self.get(key)? {
            Value::Array(array) => array.floats(&self.bytes),
            _ => None,
        }
    }

    /// `general.architecture`, in small letters: some files write it otherwise than their keys.
    pub fn architecture(&self) -> Option<String> {
        self.str("general.architecture").map(str::to_ascii_lowercase)
    }
}

/// A whole model: the header of its only file, or those of all its parts.
#[derive(Debug)]
pub struct GgufModel {
    parts: Vec<GgufHeader>,
}

impl GgufModel {
    /// Reads the headers of all files of the model that `path` belongs to.
    ///
    /// # Errors
    /// As [`GgufHeader::read`] and [`files`]; `Corrupt` where parts do not belong together,
    /// `Truncated` for a part whose name does not lead to the others.
    pub fn read(path: &Path) -> Result<Self, RpcError> {
        Ok(Self { parts: split::read(path)? })
    }

    /// The first part, which has the metadata.
    pub fn first(&self) -> &GgufHeader {
        &self.parts[0]
    }

    /// All parts, in order.
    pub fn parts(&self) -> &[GgufHeader] {
        &self.parts
    }

    /// The tensors of all parts.
    pub fn tensors(&self) -> impl Iterator<Item = &TensorInfo> {
        self.parts.iter().flat_map(|part| &part.tensors)
    }

    /// The tensor of that name, in whichever part.
    pub fn tensor(&self, name: &str) -> Option<&TensorInfo> {
        self.tensors().find(|tensor| tensor.name == name)
    }

    /// The same with the part that it lies in.
    pub fn locate(&self, name: &str) -> Option<(&GgufHeader, &TensorInfo)> {
        self.parts.iter().find_map(|part| Some((part, part.tensor(name)?)))
    }

    /// Size of all files together in bytes.
    pub fn file_size(&self) -> u64 {
        self.parts.iter().fold(0, |sum, part| sum.saturating_add(part.file_size))
    }
}

fn read_version(reader: &mut Reader) -> Result<u32, RpcError> {
    if reader.file_size() == 0 {
        return Err(reader.failure(ErrorKind::EmptyFile, "the file has 0 bytes"));
    }
    if reader.file_size() < 4 || reader.array::<4>()? != *b"GGUF" {
        return Err(super::not_a_model(reader.path()));
    }
    let version = reader.u32()?;
    if version != 0 && version & 0xffff == 0 {
        return Err(reader
            .failure(ErrorKind::UnsupportedVersion, "a big-endian GGUF file")
            .with("byte_order", "big")
            .with("version", version.swap_bytes()));
    }
    if !(2..=3).contains(&version) {
        return Err(reader
            .failure(
                ErrorKind::UnsupportedVersion,
                &format!("GGUF version {version}; versions 2 and 3 are read"),
            )
            .with("version", version));
    }
    Ok(version)
}

fn read_entries(reader: &mut Reader, count: u64) -> Result<Vec<Entry>, RpcError> {
    // A key's length, a type and one byte of value: the least that an entry takes.
    reader.expect_elements(count, 13)?;
    let mut entries = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..count {
        let length = reader.u64()?;
        if length > MAX_KEY_BYTES {
            return Err(reader.corrupt(&format!("a metadata key of {length} bytes")));
        }
        let range = reader.take(length)?;
        let key = std::str::from_utf8(reader.slice(&range))
            .map_err(|_| reader.corrupt("a metadata key that is not UTF-8"))?
            .to_owned();
        let kind = reader.u32()?;
        let value = value::read(reader, kind)?;
        if !seen.insert(key.clone()) {
            return Err(reader.corrupt(&format!("the metadata key {key} stands twice")));
        }
        entries.push(Entry { key, kind, value });
    }
    Ok(entries)
}

/// Where the architecture is written otherwise than in small letters ("LLaMA"), the keys that begin with it may be, too.
fn write_small(reader: &Reader, entries: &mut [Entry]) {
    let architecture = entries.iter().find(|entry| entry.key == "general.architecture");
    let Some(Value::String(range)) = architecture.map(|entry| &entry.value) else { return };
    let Ok(written) = std::str::from_utf8(reader.slice(range)) else { return };
    let (prefix, small) = (format!("{written}."), format!("{}.", written.to_ascii_lowercase()));
    if written.is_empty() || prefix == small || entries.iter().any(|entry| entry.key.starts_with(&small)) {
        return;
    }
    for entry in entries {
        if let Some(rest) = entry.key.strip_prefix(&prefix) {
            entry.key = format!("{small}{rest}");
        }
    }
}

fn read_alignment(reader: &Reader, entries: &[Entry]) -> Result<u64, RpcError> {
    let Some(entry) = entries.iter().find(|entry| entry.key == "general.alignment") else {
        return Ok(DEFAULT_ALIGNMENT);
    };
    match entry.value {
        Value::Unsigned(alignment) if alignment.is_power_of_two() && alignment <= 1 << 20 => Ok(alignment),
        _ => Err(reader.corrupt("general.alignment is not a power of two")),
    }
}
