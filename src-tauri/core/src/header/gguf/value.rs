//! Values of the metadata. Strings and arrays are ranges in the header's buffer.

use std::ops::Range;

use crate::protocol::RpcError;

use super::reader::Reader;

/// Arrays of arrays are allowed by the format; nobody nests deeper than this.
const MAX_DEPTH: u32 = 4;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// u8, u16, u32 or u64.
    Unsigned(u64),
    /// i8, i16, i32 or i64.
    Signed(i64),
    /// f32 or f64.
    Float(f64),
    Bool(bool),
    /// Bytes of the header; meant to be UTF-8, not always.
    String(Range<usize>),
    Array(Array),
}

/// A typed array, not unpacked.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    kind: u32,
    len: usize,
    range: Range<usize>,
}

const KIND_U8: u32 = 0;
const KIND_I8: u32 = 1;
const KIND_U16: u32 = 2;
const KIND_I16: u32 = 3;
pub(super) const KIND_U32: u32 = 4;
const KIND_I32: u32 = 5;
pub(super) const KIND_F32: u32 = 6;
const KIND_BOOL: u32 = 7;
const KIND_STRING: u32 = 8;
const KIND_ARRAY: u32 = 9;
const KIND_U64: u32 = 10;
const KIND_I64: u32 = 11;
const KIND_F64: u32 = 12;

/// Bytes of a value of fixed size.
fn width(kind: u32) -> Option<usize> {
    Some(match kind {
        KIND_U8 | KIND_I8 | KIND_BOOL => 1,
        KIND_U16 | KIND_I16 => 2,
        KIND_U32 | KIND_I32 | KIND_F32 => 4,
        KIND_U64 | KIND_I64 | KIND_F64 => 8,
        _ => return None,
    })
}

pub(super) fn read(reader: &mut Reader, kind: u32) -> Result<Value, RpcError> {
    match kind {
        KIND_STRING => {
            let length = reader.u64()?;
            Ok(Value::String(reader.take(length)?))
        }
        KIND_ARRAY => Ok(Value::Array(read_array(reader, 0)?)),
        _ => {
            let width = width(kind)
                .ok_or_else(|| reader.corrupt(&format!("a metadata value of unknown type {kind}")))?;
            let range = reader.take(width as u64)?;
            let bytes = reader.slice(&range);
            Ok(match kind {
                KIND_F32 | KIND_F64 => Value::Float(float(kind, bytes)),
                KIND_BOOL => Value::Bool(bytes[0] != 0),
                KIND_U8 | KIND_U16 | KIND_U32 | KIND_U64 => Value::Unsigned(unsigned(bytes)),
                _ => Value::Signed(signed(bytes)),
            })
        }
    }
}

fn read_array(reader: &mut Reader, depth: u32) -> Result<Array, RpcError> {
    if depth == MAX_DEPTH {
        return Err(reader.corrupt("arrays nested too deep"));
    }
    let kind = reader.u32()?;
    let len = reader.u64()?;
    let start = reader.position() as usize;
    match (kind, width(kind)) {
        (_, Some(width)) => {
            reader.expect_elements(len, width as u64)?;
            reader.take(len * width as u64)?;
        }
        (KIND_STRING, _) => {
            reader.expect_elements(len, 8)?;
            for _ in 0..len {
                let length = reader.u64()?;
                reader.take(length)?;
            }
        }
        (KIND_ARRAY, _) => {
            reader.expect_elements(len, 12)?;
            for _ in 0..len {
                read_array(reader, depth + 1)?;
            }
        }
        _ => return Err(reader.corrupt(&format!("an array of unknown type {kind}"))),
    }
    Ok(Array {
        kind,
        // Every element takes a byte at least, and the header's size is bounded.
        len: len as usize,
        range: start..reader.position() as usize,
    })
}

impl Array {
    /// Number of elements.
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) fn strings<'a>(&self, header: &'a [u8]) -> Option<impl ExactSizeIterator<Item = &'a [u8]>> {
        (self.kind == KIND_STRING).then(|| {
            let mut rest = &header[self.range.clone()];
            // The lengths were checked when the header was read.
            (0..self.len).map(move |_| {
                let (length, tail) = rest.split_at(8);
                let (string, tail) = tail.split_at(unsigned(length) as usize);
                rest = tail;
                string
            })
        })
    }

    pub(super) fn integers<'a>(&self, header: &'a [u8]) -> Option<impl ExactSizeIterator<Item = i64> + 'a> {
        let kind = self.kind;
        let width = match kind {
            KIND_F32 | KIND_F64 | KIND_BOOL => return None,
            _ => width(kind)?,
        };
        Some(header[self.range.clone()].chunks_exact(width).map(move |bytes| match kind {
            KIND_I8 | KIND_I16 | KIND_I32 | KIND_I64 => signed(bytes),
            _ => i64::try_from(unsigned(bytes)).unwrap_or(i64::MAX),
        }))
    }

    pub(super) fn bools(&self, header: &[u8]) -> Option<Vec<bool>> {
        let bytes = &header[self.range.clone()];
        (self.kind == KIND_BOOL).then(|| bytes.iter().map(|&byte| byte != 0).collect())
    }

    pub(super) fn floats<'a>(&self, header: &'a [u8]) -> Option<impl ExactSizeIterator<Item = f64> + 'a> {
        let kind = self.kind;
        if !matches!(kind, KIND_F32 | KIND_F64) {
            return None;
        }
        Some(header[self.range.clone()].chunks_exact(width(kind)?).map(move |bytes| float(kind, bytes)))
    }
}

fn unsigned(bytes: &[u8]) -> u64 {
    let mut wide = [0; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(wide)
}

fn signed(bytes: &[u8]) -> i64 {
    let unused = 64 - 8 * bytes.len() as u32;
    ((unsigned(bytes) << unused) as i64) >> unused
}

fn float(kind: u32, bytes: &[u8]) -> f64 {
    match kind {
        KIND_F32 => f64::from(f32::from_bits(unsigned(bytes) as u32)),
        _ => f64::from_bits(unsigned(bytes)),
    }
}
