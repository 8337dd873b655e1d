//! Bounds-checked reading of a little-endian header from a file.
//!
//! Bytes are fetched in growing steps, so that a header of 6 MB in a file of 6 GB costs 6 MB.
//! Nothing is fetched, and no memory taken, for a length that the file does not have.

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use crate::protocol::{ErrorKind, RpcError};

/// How much is read at once.
const STEP_BYTES: usize = 1 << 20;

pub(super) struct Reader<'a> {
    file: File,
    path: &'a Path,
    file_size: u64,
    limit: u64,
    bytes: Vec<u8>,
    position: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: File, path: &'a Path, file_size: u64, limit: u64) -> Self {
        Self { file, path, file_size, limit, bytes: Vec::new(), position: 0 }
    }

    pub(super) fn path(&self) -> &'a Path {
        self.path
    }

    pub(super) fn file_size(&self) -> u64 {
        self.file_size
    }

    pub(super) fn position(&self) -> u64 {
        self.position as u64
    }

    /// Everything up to the current position.
    pub(super) fn into_header_bytes(mut self) -> Vec<u8> {
        self.bytes.truncate(self.position);
        self.bytes.shrink_to_fit();
        self.bytes
    }

    pub(super) fn slice(&self, range: &Range<usize>) -> &[u8] {
        &self.bytes[range.clone()]
    }

    /// Moves over `count` bytes, which are then in the buffer, and says where they are.
    pub(super) fn take(&mut self, count: u64) -> Result<Range<usize>, RpcError> {
        let start = self.position;
        let end = (start as u64).checked_add(count).ok_or_else(|| self.truncated(u64::MAX))?;
        if end > self.file_size {
            return Err(self.truncated(end));
        }
        if end > self.limit {
            return Err(self.corrupt(&format!("a header of more than {} bytes", self.limit)));
        }
        // `limit` is far below what usize holds.
        let end = end as usize;
        self.fetch(end)?;
        self.position = end;
        Ok(start..end)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], RpcError> {
        let range = self.take(N as u64)?;
        let mut bytes = [0; N];
        bytes.copy_from_slice(&self.bytes[range]);
        Ok(bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, RpcError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, RpcError> {
        self.array().map(u64::from_le_bytes)
    }

    /// Fails unless the rest of the file can hold `count` things of at least `size` bytes.
    pub(super) fn expect_elements(&self, count: u64, size: u64) -> Result<(), RpcError> {
        let end =
            count.checked_mul(size).and_then(|bytes| bytes.checked_add(self.position())).unwrap_or(u64::MAX);
        if end > self.file_size {
            return Err(self.truncated(end));
        }
        Ok(())
    }

    pub(super) fn failure(&self, kind: ErrorKind, message: &str) -> RpcError {
        super::super::failure(kind, self.path, message)
    }

    pub(super) fn corrupt(&self, message: &str) -> RpcError {
        self.failure(ErrorKind::Corrupt, message)
    }

    /// The file ends before `expected` bytes. A nonsensical length looks the same as an
    /// unfinished download, so lengths beyond 16 TiB are called corrupt.
    pub(super) fn truncated(&self, expected: u64) -> RpcError {
        if expected > 1 << 44 {
            return self.corrupt("a length in the header is larger than any file");
        }
        self.failure(
            ErrorKind::Truncated,
            &format!("the file has {} bytes, its header speaks of at least {expected}", self.file_size),
        )
        .with("file_size", self.file_size)
        .with("expected_size", expected)
    }

    fn fetch(&mut self, end: usize) -> Result<(), RpcError> {
        if end <= self.bytes.len() {
            return Ok(());
        }
        let most = self.file_size.min(self.limit) as usize;
        let target = end.max(self.bytes.len() + STEP_BYTES).min(most);
        let missing = target - self.bytes.len();
        self.bytes
            .try_reserve(missing)
            .map_err(|_| self.failure(ErrorKind::NotEnoughMemory, "no memory for the header"))?;
        let read = (&mut self.file)
            .take(missing as u64)
            .read_to_end(&mut self.bytes)
            .map_err(|error| super::super::io_error(self.path, &error))?;
        if read < missing && self.bytes.len() < end {
            // It shrank since it was opened.
            return Err(self.truncated(end as u64));
        }
        Ok(())
    }
}
