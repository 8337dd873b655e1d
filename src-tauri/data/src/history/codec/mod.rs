//! Token records as bytes: small enough to keep with every answer for good.
//!
//! [`compact`] (version 2) is what is written. What follows is version 1, which stays readable.
//!
//! An answer is stored as chunks that are appended while it is written. A chunk:
//!
//! ```text
//! version   u8          1
//! pieces    varint n    n times: id varint, length varint, bytes
//! records   varint n    n times a record
//! ```
//!
//! Pieces (a token id and the bytes it stands for) are written once per answer, when they first
//! come up, and are numbered through all of its chunks; records name them by number. A record:
//!
//! ```text
//! flags     u8          bits 0-1 text: as the bytes, empty, written out; bit 2 special;
//!                       bits 3-4 origin; bit 5 position written out (else one more than before);
//!                       bit 6 rest_count as in the record before (in this chunk)
//! position  varint      where bit 5 says so
//! piece     varint
//! text      varint length, UTF-8: where the flags say so
//! probability, settings_probability, entropy   f32, little endian: exact
//! rank, micros          varint
//! rest_count            varint      where bit 6 is unset
//! rest_probability, rest_settings_probability  rough
//! alternatives          varint n; a nibble each (low half first), packed; then n times:
//!   piece   varint
//!   rank    varint      where the nibble's bit 3 is set (else its place, counted from 1)
//!   probability           rough
//!   settings_probability  rough; left out where it is 0 because a rule cut it and bit 3 is unset
//! ```
//!
//! A nibble's bits 0 to 2 say which rule cut the alternative (0: none).
//!
//! "Rough" is a probability in 16 bits on a logarithmic scale: 0 and 1 exact, relative error at
//! most 3.6e-4 down to 1.2e-20, and what is smaller but not 0 becomes 1.2e-20. Everything else
//! is restored exactly.

pub mod codes;
pub mod compact;
mod decode;
pub mod delta;
#[cfg(test)]
pub mod encode;
pub mod primitive;
pub mod spans;

pub use compact::{Encoder, FreshPiece};
pub use decode::Decoder;

/// The version of [`Decoder`].
pub const VERSION: u8 = 1;

const TEXT_AS_BYTES: u8 = 0;
const TEXT_EMPTY: u8 = 1;
const TEXT_WRITTEN: u8 = 2;
const TEXT_MASK: u8 = 0b11;
const SPECIAL: u8 = 1 << 2;
const ORIGIN_SHIFT: u8 = 3;
const ORIGIN_MASK: u8 = 0b11;
const POSITION_WRITTEN: u8 = 1 << 5;
const SAME_REST_COUNT: u8 = 1 << 6;
const CUT_MASK: u8 = 0b111;
const IRREGULAR: u8 = 1 << 3;

/// What is wrong with records that are to be stored, or with stored ones.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    #[error("version {0} of the format is not known")]
    UnknownVersion(u8),
    #[error("it ends in the middle")]
    Truncated,
    #[error("a number has too many bytes")]
    NumberTooLong,
    #[error("piece {0} is not there")]
    NoSuchPiece(u32),
    #[error("a text is not UTF-8")]
    NotUtf8,
    #[error("{0} is not a known value of {1}")]
    UnknownValue(u8, &'static str),
    #[error("the bytes of a token are not lower-case hex: {0:?}")]
    NotHex(String),
    #[error("{0} bytes are left over")]
    LeftOver(usize),
    #[error("what it builds on is not there")]
    NoBase,
}

#[cfg(test)]
mod compact_tests;
#[cfg(test)]
mod tests;
