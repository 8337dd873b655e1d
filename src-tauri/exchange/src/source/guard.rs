//! Reading within bounds: of an entry that unpacks to far more than it says, of a file without an end, of an import that
//! was cancelled.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::fault::{into_io, Fault};
use crate::receipt::Why;

/// Counts what is read, and ends at a bound.
pub(crate) struct Guard<'a, R> {
    from: R,
    left: u64,
    count: Rc<Cell<u64>>,
    cancel: &'a AtomicBool,
}

impl<'a, R> Guard<'a, R> {
    /// `count` is how far the reader is, for the progress.
    pub fn new(from: R, most: u64, count: Rc<Cell<u64>>, cancel: &'a AtomicBool) -> Self {
        count.set(0);
        Self { from, left: most, count, cancel }
    }
}

impl<R: Read> Read for Guard<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(into_io(Fault::new(Why::Unreadable, "cancelled")));
        }
        let count = self.from.read(into)?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| into_io(Fault::new(Why::TooLarge, "larger than a file may be")))?;
        self.count.set(self.count.get() + count as u64);
        Ok(count)
    }
}
