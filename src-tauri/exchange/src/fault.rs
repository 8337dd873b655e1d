//! Why something can't be read, with the code that the receipt shows.

use std::io;

use crate::receipt::Why;

/// Why something can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why:?}: {detail}")]
pub struct Fault {
    pub why: Why,
    /// Technical; in English.
    pub detail: String,
}

impl Fault {
    pub fn new(why: Why, detail: impl Into<String>) -> Self {
        Self { why, detail: detail.into() }
    }
}

/// A fault may travel through a reader as an error of it (see [`into_io`]).
impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        if let Some(fault) = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            return fault.clone();
        }
        let why = match error.kind() {
            io::ErrorKind::UnexpectedEof => Why::Truncated,
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Why::Damaged,
            _ => Why::Unreadable,
        };
        Self::new(why, error.to_string())
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        let why = if error.is_eof() { Why::Truncated } else { Why::Damaged };
        Self::new(why, error.to_string())
    }
}

/// For `Read`.
pub(crate) fn into_io(fault: Fault) -> io::Error {
    io::Error::other(fault)
}
