//! Records to bytes, version 1: written by the first version of the app, and by tests that prove that it is read.

use std::collections::HashMap;

use vitrine_core::protocol::{Alternative, TokenRecord};

use super::codes::{cut_code, origin_code};
use super::primitive::{from_hex, put_f32, put_length, put_rough, put_varint};
use super::{
    CodecError, IRREGULAR, ORIGIN_SHIFT, POSITION_WRITTEN, SAME_REST_COUNT, SPECIAL, TEXT_AS_BYTES,
    TEXT_EMPTY, TEXT_WRITTEN, VERSION,
};

/// Writes the chunks of one answer, in order.
#[derive(Debug, Default)]
pub struct Encoder {
    /// Id -> its bytes (in hex) and their number. More than one for an id is rare: the end token
    /// has no bytes where it was taken.
    pieces: HashMap<u32, Vec<(String, u32)>>,
    count: u32,
}

impl Encoder {
    /// The next chunk.
    ///
    /// # Errors
    /// [`CodecError::NotHex`]; nothing of these records is remembered then.
    pub fn encode(&mut self, records: &[TokenRecord]) -> Result<Vec<u8>, CodecError> {
        for record in records {
            from_hex(&record.bytes)?;
            for alternative in &record.alternatives {
                from_hex(&alternative.bytes)?;
            }
        }
        let mut fresh = Vec::new();
        let known = self.count;
        let mut body = Vec::new();
        put_length(&mut body, records.len());
        let mut before = None;
        for record in records {
            self.put_record(&mut body, &mut fresh, record, before)?;
            before = Some(record);
        }
        let mut chunk = vec![VERSION];
        put_varint(&mut chunk, self.count - known);
        chunk.append(&mut fresh);
        chunk.append(&mut body);
        Ok(chunk)
    }

    fn put_record(
        &mut self,
        out: &mut Vec<u8>,
        fresh: &mut Vec<u8>,
        record: &TokenRecord,
        before: Option<&TokenRecord>,
    ) -> Result<(), CodecError> {
        let bytes = from_hex(&record.bytes)?;
        let text = if record.text.is_empty() {
            TEXT_EMPTY
        } else if record.text.as_bytes() == bytes {
            TEXT_AS_BYTES
        } else {
            TEXT_WRITTEN
        };
        let mut flags = text | origin_code(record.origin) << ORIGIN_SHIFT;
        if record.special {
            flags |= SPECIAL;
        }
        let expected = before.and_then(|before| before.position.checked_add(1));
        let jump = expected != Some(record.position);
        if jump {
            flags |= POSITION_WRITTEN;
        }
        let same_rest = before.is_some_and(|before| before.rest_count == record.rest_count);
        if same_rest {
            flags |= SAME_REST_COUNT;
        }
        out.push(flags);
        if jump {
            put_varint(out, record.position);
        }
        put_varint(out, self.piece(fresh, record.id, &record.bytes)?);
        if text == TEXT_WRITTEN {
            put_length(out, record.text.len());
            out.extend_from_slice(record.text.as_bytes());
        }
        put_f32(out, record.probability);
        put_f32(out, record.settings_probability);
        put_f32(out, record.entropy);
        put_varint(out, record.rank);
        put_varint(out, record.micros);
        if !same_rest {
            put_varint(out, record.rest_count);
        }
        put_rough(out, record.rest_probability);
        put_rough(out, record.rest_settings_probability);
        self.put_alternatives(out, fresh, &record.alternatives)
    }

    fn put_alternatives(
        &mut self,
        out: &mut Vec<u8>,
        fresh: &mut Vec<u8>,
        alternatives: &[Alternative],
    ) -> Result<(), CodecError> {
        put_length(out, alternatives.len());
        let nibbles: Vec<u8> =
            (1..).zip(alternatives).map(|(place, alternative)| nibble(place, alternative)).collect();
        let packed = nibbles.chunks(2);
        out.extend(packed.map(|pair| pair[0] | pair.get(1).copied().unwrap_or(0) << 4));
        for (alternative, nibble) in alternatives.iter().zip(nibbles) {
            let irregular = nibble & IRREGULAR != 0;
            put_varint(out, self.piece(fresh, alternative.id, &alternative.bytes)?);
            if irregular {
                put_varint(out, alternative.rank);
            }
            put_rough(out, alternative.probability);
            if irregular || alternative.cut.is_none() {
                put_rough(out, alternative.settings_probability);
            }
        }
        Ok(())
    }

    /// The number of a piece; one that is new is written to `fresh`.
    fn piece(&mut self, fresh: &mut Vec<u8>, id: u32, hex: &str) -> Result<u32, CodecError> {
        let known = self.pieces.entry(id).or_default();
        if let Some((_, number)) = known.iter().find(|(bytes, _)| bytes == hex) {
            return Ok(*number);
        }
        let bytes = from_hex(hex)?;
        put_varint(fresh, id);
        put_length(fresh, bytes.len());
        fresh.extend_from_slice(&bytes);
        known.push((hex.to_owned(), self.count));
        self.count += 1;
        Ok(self.count - 1)
    }
}

fn nibble(place: u32, alternative: &Alternative) -> u8 {
    let cut = alternative.cut.map_or(0, cut_code);
    let regular =
        alternative.rank == place && (alternative.cut.is_none() || alternative.settings_probability == 0.0);
    if regular {
        cut
    } else {
        cut | IRREGULAR
    }
}
