//! What a template may take: work, memory, depth.
//!
//! A template comes with a model's file, so nobody vouches for it. Rendering counts its steps and the bytes that it
//! touches, and what its values take, and ends with [`Kind::Endless`](super::error::Kind) beyond a limit.
//! The counters belong to the thread: one rendering runs on one thread, and its values never leave it.

use std::cell::Cell;

use super::error::{Error, Result};

/// Steps that rendering may take: some hundred times what a long conversation needs, and a few seconds.
const STEPS: usize = 20_000_000;
/// Bytes that the values of a rendering may take together.
const MEMORY: usize = 256 << 20;
/// Bytes that one text may have; one that doubles a string again and again ends here.
pub const TEXT: usize = 32 << 20;
/// Items that one list may have.
pub const ITEMS: usize = 1 << 20;
/// Bytes that a prompt may have: no context holds more.
pub const PROMPT: usize = 64 << 20;
/// How deep values may be in one another.
pub const DEPTH: u16 = 200;
/// How deep expressions and blocks may be in one another in a template.
pub const NESTING: usize = 150;
/// How deep expressions, blocks and calls may be in one another while they are computed.
pub const CALLS: usize = 2500;
/// The stack of a rendering: [`CALLS`] times more than the largest frame of a build without optimisation.
pub const STACK: usize = 128 << 20;
/// Bytes of text that count as one step.
const BYTES_A_STEP: usize = 64;

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(0) };
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

/// Sets the counters of this thread for a rendering.
pub fn begin() {
    LEFT.with(|left| left.set(STEPS));
}

/// Takes some steps.
pub fn spend(steps: usize) -> Result<()> {
    let left = LEFT.with(Cell::get);
    if left < steps {
        return Err(Error::endless("the template takes too long"));
    }
    LEFT.with(|cell| cell.set(left - steps));
    if TAKEN.with(Cell::get) > MEMORY {
        return Err(Error::endless("the template takes too much memory"));
    }
    Ok(())
}

/// Takes the steps of going through a text.
pub fn spend_bytes(bytes: usize) -> Result<()> {
    spend(1 + bytes / BYTES_A_STEP)
}

/// Is a text of this length still allowed?
pub fn text(bytes: usize) -> Result<()> {
    match bytes > TEXT {
        true => Err(Error::endless("a text becomes too long")),
        false => Ok(()),
    }
}

/// Is a list of this length still allowed?
pub fn items(count: usize) -> Result<()> {
    match count > ITEMS {
        true => Err(Error::endless("a list becomes too long")),
        false => Ok(()),
    }
}

/// Memory that a value takes, given back with it.
#[derive(Debug)]
pub struct Charge(usize);

impl Charge {
    pub fn new(bytes: usize) -> Self {
        TAKEN.with(|taken| taken.set(taken.get() + bytes));
        Self(bytes)
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        TAKEN.with(|taken| taken.set(taken.get().saturating_sub(self.0)));
    }
}
