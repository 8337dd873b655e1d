//! Writes a safetensors file as a stream: 8 bytes of length, JSON that names the tensors, data.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::{json, Map, Value};
use vitrine_core::protocol::{ErrorKind, RpcError};

use super::written;

/// A tensor to come.
pub struct Entry {
    pub name: String,
    pub dtype: &'static str,
    pub shape: Vec<u64>,
    /// Bytes.
    pub len: u64,
}

/// Counts what passes, so that a tensor of another length than promised is noticed.
pub struct Counted<W> {
    inner: W,
    count: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.count += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// Writes the file; `fill` writes the data of the tensor with that index.
pub fn write(
    path: &Path,
    entries: &[Entry],
    mut fill: impl FnMut(usize, &mut dyn Write) -> Result<(), RpcError>,
) -> Result<(), RpcError> {
    let failed = |error: std::io::Error| written(path, &error);
    let file = File::create(path).map_err(failed)?;
    let mut out = Counted { inner: BufWriter::with_capacity(1 << 20, file), count: 0 };
    out.write_all(&header(entries)).map_err(failed)?;
    for (index, entry) in entries.iter().enumerate() {
        let start = out.count;
        fill(index, &mut out)?;
        if out.count - start != entry.len {
            let message =
                format!("{} bytes for the tensor {} of {}", out.count - start, entry.name, entry.len);
            return Err(RpcError::new(ErrorKind::EngineFailed, message));
        }
    }
    out.flush().map_err(failed)?;
    // A file that is only half on disk when the power goes would pass for a whole one.
    out.inner.get_ref().sync_all().map_err(failed)
}

fn header(entries: &[Entry]) -> Vec<u8> {
    let mut offset = 0;
    let mut tensors = Map::new();
    for entry in entries {
        let end = offset + entry.len;
        let value = json!({"dtype": entry.dtype, "shape": entry.shape, "data_offsets": [offset, end]});
        tensors.insert(entry.name.clone(), value);
        offset = end;
    }
    let mut json = Value::Object(tensors).to_string().into_bytes();
    json.resize(json.len().next_multiple_of(8), b' ');
    [&(json.len() as u64).to_le_bytes()[..], &json].concat()
}
