//! Writing documents: one conversation at a time, so that memory holds one and not all of them.

use std::io::{self, Write};

use super::{Conversation, FORMAT, VERSION};

/// Writes a document. The same conversations in the same order give the same bytes.
pub struct Writer<W: Write> {
    to: W,
    empty: bool,
}

impl<W: Write> Writer<W> {
    /// Writes the beginning. Give it a `BufWriter`.
    ///
    /// # Errors
    /// What `to` says.
    pub fn new(mut to: W) -> io::Result<Self> {
        write!(to, "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"conversations\":[")?;
        Ok(Self { to, empty: true })
    }

    /// Writes one conversation, in a line of its own.
    ///
    /// # Errors
    /// What the writer says. What was written before is no document then.
    pub fn write(&mut self, conversation: &Conversation) -> io::Result<()> {
        self.to.write_all(if self.empty { b"\n" } else { b",\n" })?;
        self.empty = false;
        serde_json::to_writer(&mut self.to, conversation).map_err(io::Error::from)
    }

    /// Writes the end and gives the writer back, flushed.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(mut self) -> io::Result<W> {
        self.to.write_all(b"\n]}\n")?;
        self.to.flush()?;
        Ok(self.to)
    }
}
