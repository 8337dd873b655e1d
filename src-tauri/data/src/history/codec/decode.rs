//! Bytes to records. Damaged bytes are an error, never a panic and never a large allocation.

use vitrine_core::protocol::{Alternative, TokenRecord};

use super::codes::{cut, origin};
use super::primitive::{to_hex, Reader};
use super::{
    CodecError, CUT_MASK, IRREGULAR, ORIGIN_MASK, ORIGIN_SHIFT, POSITION_WRITTEN, SAME_REST_COUNT, SPECIAL,
    TEXT_AS_BYTES, TEXT_EMPTY, TEXT_MASK, TEXT_WRITTEN, VERSION,
};

/// A piece has at least an id and a length.
const LEAST_PIECE: usize = 2;
/// Flags, piece, three floats, two numbers, two rough ones, the count of alternatives.
const LEAST_RECORD: usize = 1 + 1 + 12 + 2 + 4 + 1;
/// A piece and a probability, the nibble not counted.
const LEAST_ALTERNATIVE: usize = 1 + 2;

/// Reads the chunks of one answer, in order.
#[derive(Debug, Default)]
pub struct Decoder {
    pieces: Vec<(u32, Vec<u8>)>,
}

impl Decoder {
    /// The records of the next chunk.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn decode(&mut self, chunk: &[u8]) -> Result<Vec<TokenRecord>, CodecError> {
        let mut reader = Reader::new(chunk);
        match reader.byte()? {
            VERSION => {}
            other => return Err(CodecError::UnknownVersion(other)),
        }
        for _ in 0..reader.count(LEAST_PIECE)? {
            let id = reader.varint()?;
            let length = reader.count(1)?;
            self.pieces.push((id, reader.bytes(length)?.to_vec()));
        }
        let count = reader.count(LEAST_RECORD)?;
        let mut records = Vec::with_capacity(count);
        for _ in 0..count {
            let record = self.record(&mut reader, records.last())?;
            records.push(record);
        }
        match reader.left() {
            0 => Ok(records),
            left => Err(CodecError::LeftOver(left)),
        }
    }

    fn record(&self, reader: &mut Reader, before: Option<&TokenRecord>) -> Result<TokenRecord, CodecError> {
        let flags = reader.byte()?;
        let position = if flags & POSITION_WRITTEN == 0 {
            before.map_or(0, |before| before.position.saturating_add(1))
        } else {
            reader.varint()?
        };
        let (id, bytes) = self.piece(reader.varint()?)?;
        let text = match flags & TEXT_MASK {
            TEXT_AS_BYTES => bytes,
            TEXT_EMPTY => &[],
            TEXT_WRITTEN => {
                let length = reader.count(1)?;
                reader.bytes(length)?
            }
            other => return Err(CodecError::UnknownValue(other, "text")),
        };
        let text = std::str::from_utf8(text).map_err(|_| CodecError::NotUtf8)?;
        Ok(TokenRecord {
            position,
            id,
            bytes: to_hex(bytes),
            text: text.to_owned(),
            probability: reader.f32()?,
            settings_probability: reader.f32()?,
            entropy: reader.f32()?,
            rank: reader.varint()?,
            micros: reader.varint()?,
            rest_count: if flags & SAME_REST_COUNT == 0 {
                reader.varint()?
            } else {
                before.map_or(0, |before| before.rest_count)
            },
            rest_probability: reader.rough()?,
            rest_settings_probability: reader.rough()?,
            alternatives: self.alternatives(reader)?,
            origin: origin(flags >> ORIGIN_SHIFT & ORIGIN_MASK)?,
            special: flags & SPECIAL != 0,
        })
    }

    fn alternatives(&self, reader: &mut Reader) -> Result<Vec<Alternative>, CodecError> {
        let count = reader.count(LEAST_ALTERNATIVE)?;
        let packed = reader.bytes(count.div_ceil(2))?;
        let nibbles = packed.iter().flat_map(|pair| [pair & 15, pair >> 4]);
        (1..)
            .zip(nibbles.take(count))
            .map(|(place, nibble)| self.alternative(reader, place, nibble))
            .collect()
    }

    fn alternative(&self, reader: &mut Reader, place: u32, nibble: u8) -> Result<Alternative, CodecError> {
        let irregular = nibble & IRREGULAR != 0;
        let cut = cut(nibble & CUT_MASK)?;
        let (id, bytes) = self.piece(reader.varint()?)?;
        Ok(Alternative {
            id,
            bytes: to_hex(bytes),
            rank: if irregular { reader.varint()? } else { place },
            probability: reader.rough()?,
            settings_probability: if irregular || cut.is_none() { reader.rough()? } else { 0.0 },
            cut,
        })
    }

    fn piece(&self, number: u32) -> Result<(u32, &[u8]), CodecError> {
        let piece = self.pieces.get(number as usize);
        let (id, bytes) = piece.ok_or(CodecError::NoSuchPiece(number))?;
        Ok((*id, bytes))
    }
}
