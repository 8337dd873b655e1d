//! How much of a foreign file is read: what is beyond is left out and named in the receipt, never a crash or a full
//! memory.

/// Bounds of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one conversation (of one JSON value, one line): it is held in memory whole.
    pub conversation: usize,
    /// Bytes of one file, unpacked.
    pub file: u64,
    /// Bytes that all entries of one archive give together.
    pub archive: u64,
    /// Files of a folder or archive.
    pub files: usize,
    /// Folders within folders.
    pub depth: usize,
    /// Messages of one conversation.
    pub messages: usize,
    /// Entries of `left_out` and `warnings` of a receipt; what is beyond is only counted.
    pub notes: usize,
}

impl Default for Limits {
    /// Twice and more of what exports of many years hold.
    fn default() -> Self {
        Self {
            conversation: 512 << 20,
            file: 32 << 30,
            archive: 64 << 30,
            files: 200_000,
            depth: 32,
            messages: 200_000,
            notes: 1_000,
        }
    }
}
