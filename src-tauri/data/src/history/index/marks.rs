//! The tokens of an answer as the index keeps them: enough to find one and to say how probable it was, in about six
//! bytes instead of the fifty of a record.
//!
//! ```text
//! version     u8        1
//! vocabulary  varint    row of `vocabularies`
//! tokens      varint n  n times:
//!   id        varint
//!   flags     u8        bits 0-1 origin
//!   rank      varint
//!   probability         rough (`codec::primitive`)
//! ```

use vitrine_core::protocol::Origin;

use crate::history::codec::codes::{origin, origin_code};
use crate::history::codec::primitive::{from_rough, put_length, put_rough, put_varint, Reader};
use crate::history::codec::CodecError;

const VERSION: u8 = 1;
const ORIGIN_MASK: u8 = 0b11;
/// Id, flags, rank, probability.
const LEAST: usize = 5;

/// One token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    pub id: u32,
    pub origin: Origin,
    pub rank: u32,
    /// Within 3.6e-4 of itself.
    pub probability: f32,
}

/// All tokens of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Marks {
    pub vocabulary: u32,
    pub tokens: Vec<Mark>,
}

/// Minus the binary logarithm of a probability, in bits.
pub fn surprise(probability: f32) -> f32 {
    // What was rounded to nothing is as improbable as what can be stored.
    -probability.max(from_rough(u16::MAX)).log2() + 0.0
}

pub fn encode(marks: &Marks) -> Vec<u8> {
    let mut out = vec![VERSION];
    put_varint(&mut out, marks.vocabulary);
    put_length(&mut out, marks.tokens.len());
    for token in &marks.tokens {
        put_varint(&mut out, token.id);
        out.push(origin_code(token.origin));
        put_varint(&mut out, token.rank);
        put_rough(&mut out, token.probability);
    }
    out
}

/// Every occurrence of one token of any of these vocabularies: its place and its probability.
///
/// # Errors
/// What is wrong with the bytes.
pub fn occurrences(
    data: &[u8],
    vocabularies: &[u32],
    id: u32,
    mut found: impl FnMut(u32, f32),
) -> Result<(), CodecError> {
    walk(data, |told, place, token| {
        if token.id == id && vocabularies.contains(&told) {
            found(place, token.probability);
        }
    })
}

/// Of which vocabulary the tokens are.
///
/// # Errors
/// What is wrong with the bytes.
pub fn vocabulary(data: &[u8]) -> Result<u32, CodecError> {
    let mut reader = Reader::new(data);
    match reader.byte()? {
        VERSION => reader.varint(),
        other => Err(CodecError::UnknownVersion(other)),
    }
}

/// # Errors
/// What is wrong with the bytes.
#[cfg(test)]
pub fn decode(data: &[u8]) -> Result<Marks, CodecError> {
    let mut marks = Marks { vocabulary: 0, tokens: Vec::new() };
    walk(data, |vocabulary, _, token| {
        marks.vocabulary = vocabulary;
        marks.tokens.push(token);
    })?;
    Ok(marks)
}

fn walk(data: &[u8], mut each: impl FnMut(u32, u32, Mark)) -> Result<(), CodecError> {
    let mut reader = Reader::new(data);
    match reader.byte()? {
        VERSION => {}
        other => return Err(CodecError::UnknownVersion(other)),
    }
    let vocabulary = reader.varint()?;
    let count = reader.count(LEAST)?;
    for place in 0..count as u32 {
        let id = reader.varint()?;
        let flags = reader.byte()?;
        let token = Mark {
            id,
            origin: origin(flags & ORIGIN_MASK)?,
            rank: reader.varint()?,
            probability: reader.rough()?,
        };
        each(vocabulary, place, token);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_back_and_one_token_is_found_in_them() {
        let mark = |id, probability| Mark { id, origin: Origin::Chosen, rank: 300, probability };
        let marks = Marks { vocabulary: 7, tokens: vec![mark(5, 1.0), mark(150_000, 0.25), mark(5, 0.0)] };
        let data = encode(&marks);
        let read = decode(&data).expect("readable");
        assert_eq!(vocabulary(&data).expect("readable"), 7);
        assert_eq!((read.vocabulary, read.tokens.len(), read.tokens[0]), (7, 3, marks.tokens[0]));
        assert!((read.tokens[1].probability - 0.25).abs() < 1e-4);
        let mut found = Vec::new();
        occurrences(&data, &[3, 7], 5, |place, probability| found.push((place, probability)))
            .expect("readable");
        assert_eq!(found, [(0, 1.0), (2, 0.0)]);
        occurrences(&data, &[8], 5, |_, _| panic!("another vocabulary")).expect("readable");
        assert!(decode(&data[..data.len() - 1]).is_err());
        assert!(matches!(decode(&[9]), Err(CodecError::UnknownVersion(9))));
    }

    #[test]
    fn surprise_is_in_bits_and_never_without_end() {
        assert_eq!(surprise(0.25), 2.0);
        assert_eq!(surprise(1.0), 0.0);
        assert!(surprise(0.0) > 66.0 && surprise(0.0) < 67.0);
    }
}
