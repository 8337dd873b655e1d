//! Version 2 of the format: under 60 bytes a token with ten alternatives. A chunk:
//!
//! ```text
//! version      u8        2
//! vocabulary   varint    row of `vocabularies`: which model's pieces the ids are
//! temperature  f32       with which most settings_probabilities were made; 0 where not known
//! records      varint n  n times a record
//! ```
//!
//! Ids become bytes by the table `pieces`; a control token has none in a record. A record:
//!
//! ```text
//! flags     u8          bits 0-1 text: as the bytes, empty, written out; bit 2 special; bits 3-4 origin;
//!                       bit 5 position written out; bit 6 rest_count as before; bit 7 the token is listed
//! shape     u8          bit 0 sorted; bit 1 heated; bit 2 rest_settings_probability is 0; bit 3 one cut
//! position  varint      where flags say so, else one more than before
//! token     varint      listed: its place among the alternatives, from 0; else: id, then rank (varint),
//!                       probability and settings_probability (f32)
//! text      varint length, UTF-8, where flags say so
//! entropy   u16         steps of 32/65535 bits
//! micros    varint      steps of 50
//! rest_count            varint, where flags don't say "as before"
//! rest_probability      rough (see `primitive`); rest_settings_probability: rough, unless bit 2
//! alternatives          varint n; ids (varints); then
//!   probabilities       sorted: the first rough, then for each next how many steps of 2.8e-3 it is lower on the
//!                       logarithmic scale (varint), rank = place; else: rank (varint) and rough for each
//!   cuts                one cut: how many of the first are not cut (varint), then, if any is, by which rule (u8)
//!                       all the others are; else: a rule (u8, 0 for none) for each
//!   settings_probability of those not cut: heated: the first's, rough; the others' follow from the
//!                       temperature T as (p / p_first)^(1/T); else rough for each. Cut ones have 0.
//! ```
//!
//! Errors: entropy 2.5e-4 bits; micros 25; a probability 0.2 % of itself; a heated
//! settings_probability 1 % of itself (checked when it is written, else it is written out). Everything
//! else is exact.

use std::collections::HashSet;

use vitrine_core::protocol::{Alternative, TokenRecord};

use super::codes::{cut, cut_code, origin, origin_code};
use super::primitive::{from_hex, from_rough, put_f32, put_length, put_rough, put_varint, to_rough, Reader};
use super::{
    CodecError, ORIGIN_MASK, ORIGIN_SHIFT, POSITION_WRITTEN, SAME_REST_COUNT, SPECIAL, TEXT_AS_BYTES,
    TEXT_EMPTY, TEXT_MASK, TEXT_WRITTEN,
};

pub const VERSION: u8 = 2;

const LISTED: u8 = 1 << 7;
const SORTED: u8 = 1;
const HEATED: u8 = 1 << 1;
const NO_REST: u8 = 1 << 2;
const ONE_CUT: u8 = 1 << 3;

/// Bits of entropy that a u16 spans.
const ENTROPY_SPAN: f32 = 32.0;
const MICROS_STEP: u32 = 50;
/// Steps of a rough probability that one step between neighbours is.
const COARSE: u32 = 4;
/// How far a heated probability may be from the real one.
const HEAT_TOLERANCE: f32 = 0.01;
/// Flags, shape, token, entropy, micros, rest, count.
const LEAST_RECORD: usize = 9;

/// The row of `vocabularies` that a chunk names; `None` for what is none of this version.
pub fn vocabulary(chunk: &[u8]) -> Option<u32> {
    let rest = chunk.strip_prefix(&[VERSION])?;
    Reader::new(rest).varint().ok()
}

/// The same chunk where the vocabulary has another row; what is none of this version as it is.
pub fn with_vocabulary(chunk: &[u8], row: u32) -> Vec<u8> {
    let Some(rest) = chunk.strip_prefix(&[VERSION]) else { return chunk.to_vec() };
    let mut reader = Reader::new(rest);
    if reader.varint().is_err() {
        return chunk.to_vec();
    }
    let mut out = vec![VERSION];
    put_varint(&mut out, row);
    out.extend_from_slice(&rest[rest.len() - reader.left()..]);
    out
}

/// A piece that comes up for the first time.
pub type FreshPiece = (u32, Vec<u8>, bool);

/// Writes the chunks of one answer, in order.
#[derive(Debug)]
pub struct Encoder {
    vocabulary: u32,
    temperature: f32,
    known: HashSet<u32>,
}

impl Encoder {
    /// `vocabulary`: a row of the table. `temperature`: with which most of the answer is written.
    pub fn new(vocabulary: u32, temperature: f32) -> Self {
        Self { vocabulary, temperature, known: HashSet::new() }
    }

    /// The next chunk, and the pieces in it that were in none before.
    ///
    /// # Errors
    /// [`CodecError::NotHex`].
    pub fn encode(&mut self, records: &[TokenRecord]) -> Result<(Vec<u8>, Vec<FreshPiece>), CodecError> {
        let mut fresh = Vec::new();
        for record in records {
            self.note(&mut fresh, record.id, &record.bytes, record.special)?;
            for one in &record.alternatives {
                self.note(&mut fresh, one.id, &one.bytes, one.bytes.is_empty())?;
            }
        }
        let mut out = vec![VERSION];
        put_varint(&mut out, self.vocabulary);
        put_f32(&mut out, self.temperature);
        put_length(&mut out, records.len());
        let mut before = None;
        for record in records {
            self.put_record(&mut out, record, before)?;
            before = Some(record);
        }
        Ok((out, fresh))
    }

    fn note(
        &mut self,
        fresh: &mut Vec<FreshPiece>,
        id: u32,
        hex: &str,
        special: bool,
    ) -> Result<(), CodecError> {
        let bytes = from_hex(hex)?;
        if self.known.insert(id) {
            fresh.push((id, bytes, special));
        }
        Ok(())
    }

    fn put_record(
        &self,
        out: &mut Vec<u8>,
        record: &TokenRecord,
        before: Option<&TokenRecord>,
    ) -> Result<(), CodecError> {
        let alternatives = &record.alternatives;
        let text = if record.text.is_empty() {
            TEXT_EMPTY
        } else if record.text.as_bytes() == from_hex(&record.bytes)? {
            TEXT_AS_BYTES
        } else {
            TEXT_WRITTEN
        };
        let place = alternatives.iter().position(|one| {
            one.id == record.id
                && one.rank == record.rank
                && one.probability == record.probability
                && one.settings_probability == record.settings_probability
        });
        let mut flags = text | origin_code(record.origin) << ORIGIN_SHIFT;
        flags |= if record.special { SPECIAL } else { 0 };
        flags |= if place.is_some() { LISTED } else { 0 };
        let jump = before.and_then(|before| before.position.checked_add(1)) != Some(record.position);
        flags |= if jump { POSITION_WRITTEN } else { 0 };
        let same_rest = before.is_some_and(|before| before.rest_count == record.rest_count);
        flags |= if same_rest { SAME_REST_COUNT } else { 0 };

        let sorted = is_sorted(alternatives);
        let codes: Vec<u16> = if sorted { sorted_codes(alternatives) } else { Vec::new() };
        let uncut = alternatives.iter().take_while(|one| one.cut.is_none()).count();
        let rule = alternatives.get(uncut).and_then(|one| one.cut);
        let one_cut = alternatives[uncut..].iter().all(|one| one.cut == rule);
        let heated = sorted && one_cut && self.is_heated(&alternatives[..uncut], &codes);
        let no_rest = record.rest_settings_probability == 0.0;
        let shape = [(sorted, SORTED), (heated, HEATED), (no_rest, NO_REST), (one_cut, ONE_CUT)];
        let shape = shape.iter().filter(|(is, _)| *is).fold(0_u8, |shape, (_, bit)| shape | bit);

        out.extend([flags, shape]);
        if jump {
            put_varint(out, record.position);
        }
        match place {
            Some(place) => put_length(out, place),
            None => {
                put_varint(out, record.id);
                put_varint(out, record.rank);
                put_f32(out, record.probability);
                put_f32(out, record.settings_probability);
            }
        }
        if text == TEXT_WRITTEN {
            put_length(out, record.text.len());
            out.extend_from_slice(record.text.as_bytes());
        }
        let entropy = (record.entropy / ENTROPY_SPAN * f32::from(u16::MAX)).round();
        out.extend_from_slice(&(entropy.clamp(0.0, f32::from(u16::MAX)) as u16).to_le_bytes());
        put_varint(out, record.micros.saturating_add(MICROS_STEP / 2) / MICROS_STEP);
        if !same_rest {
            put_varint(out, record.rest_count);
        }
        put_rough(out, record.rest_probability);
        if !no_rest {
            put_rough(out, record.rest_settings_probability);
        }

        put_length(out, alternatives.len());
        for one in alternatives {
            put_varint(out, one.id);
        }
        if sorted {
            let mut last = None;
            for code in codes {
                match last {
                    None => out.extend_from_slice(&code.to_le_bytes()),
                    Some(last) => put_varint(out, u32::from(code - last) / COARSE),
                }
                last = Some(code);
            }
        } else {
            for one in alternatives {
                put_varint(out, one.rank);
                put_rough(out, one.probability);
            }
        }
        if one_cut {
            put_length(out, uncut);
            if uncut < alternatives.len() {
                out.push(rule.map_or(0, cut_code));
            }
        } else {
            out.extend(alternatives.iter().map(|one| one.cut.map_or(0, cut_code)));
        }
        let remaining = alternatives.iter().filter(|one| one.cut.is_none());
        let written = if heated { 1 } else { usize::MAX };
        for one in remaining.take(written) {
            put_rough(out, one.settings_probability);
        }
        Ok(())
    }

    /// Do the settings' probabilities follow from the first's and the temperature?
    fn is_heated(&self, uncut: &[Alternative], codes: &[u16]) -> bool {
        let Some(first) = uncut.first() else { return false };
        let stored = from_rough(to_rough(first.settings_probability));
        uncut.len() > 1
            && self.temperature > 0.0
            && uncut.iter().zip(codes).skip(1).all(|(one, code)| {
                let derived = heat(stored, codes[0], *code, self.temperature);
                (derived - one.settings_probability).abs() <= HEAT_TOLERANCE * one.settings_probability
            })
    }
}

/// The settings' probability of a candidate from that of the first and both codes.
fn heat(first: f32, first_code: u16, code: u16, temperature: f32) -> f32 {
    first * (from_rough(code) / from_rough(first_code)).powf(1.0 / temperature)
}

fn is_sorted(alternatives: &[Alternative]) -> bool {
    let ranks = (1..).zip(alternatives).all(|(place, one)| one.rank == place);
    let falls = alternatives.windows(2).all(|pair| pair[0].probability >= pair[1].probability);
    ranks && falls && alternatives.last().is_some_and(|last| to_rough(last.probability) > 0)
}

/// Codes of falling probabilities, each a whole number of coarse steps above the one before.
fn sorted_codes(alternatives: &[Alternative]) -> Vec<u16> {
    let mut codes: Vec<u16> = Vec::with_capacity(alternatives.len());
    for one in alternatives {
        let exact = u32::from(to_rough(one.probability));
        let code = match codes.last() {
            None => exact,
            Some(&last) => {
                let last = u32::from(last);
                let steps = (exact.saturating_sub(last) + COARSE / 2) / COARSE;
                let most = (u32::from(u16::MAX) - last) / COARSE;
                last + steps.min(most) * COARSE
            }
        };
        codes.push(code as u16);
    }
    codes
}

/// A record whose bytes are not filled in yet.
#[derive(Debug)]
pub struct Bare {
    pub record: TokenRecord,
    /// The text is what the bytes are.
    pub text_as_bytes: bool,
}

/// A chunk that was read.
#[derive(Debug)]
pub struct Chunk {
    pub vocabulary: u32,
    pub records: Vec<Bare>,
}

/// Reads a chunk of this version.
///
/// # Errors
/// What is wrong with the bytes.
pub fn decode(chunk: &[u8]) -> Result<Chunk, CodecError> {
    let mut reader = Reader::new(chunk);
    match reader.byte()? {
        VERSION => {}
        other => return Err(CodecError::UnknownVersion(other)),
    }
    let vocabulary = reader.varint()?;
    let temperature = reader.f32()?;
    let count = reader.count(LEAST_RECORD)?;
    let mut records: Vec<Bare> = Vec::with_capacity(count);
    for _ in 0..count {
        let before = records.last().map(|bare| &bare.record);
        let record = read_record(&mut reader, before, temperature)?;
        records.push(record);
    }
    match reader.left() {
        0 => Ok(Chunk { vocabulary, records }),
        left => Err(CodecError::LeftOver(left)),
    }
}

fn read_record(
    reader: &mut Reader,
    before: Option<&TokenRecord>,
    temperature: f32,
) -> Result<Bare, CodecError> {
    let (flags, shape) = (reader.byte()?, reader.byte()?);
    let position = if flags & POSITION_WRITTEN == 0 {
        before.map_or(0, |before| before.position.saturating_add(1))
    } else {
        reader.varint()?
    };
    let token = reader.varint()?;
    let unlisted = match flags & LISTED {
        0 => Some((reader.varint()?, reader.f32()?, reader.f32()?)),
        _ => None,
    };
    let text = match flags & TEXT_MASK {
        TEXT_AS_BYTES | TEXT_EMPTY => String::new(),
        TEXT_WRITTEN => {
            let length = reader.count(1)?;
            let bytes = reader.bytes(length)?;
            std::str::from_utf8(bytes).map_err(|_| CodecError::NotUtf8)?.to_owned()
        }
        other => return Err(CodecError::UnknownValue(other, "text")),
    };
    let entropy = reader.bytes(2)?;
    let entropy =
        f32::from(u16::from_le_bytes([entropy[0], entropy[1]])) / f32::from(u16::MAX) * ENTROPY_SPAN;
    let micros = reader.varint()?.saturating_mul(MICROS_STEP);
    let rest_count = if flags & SAME_REST_COUNT == 0 {
        reader.varint()?
    } else {
        before.map_or(0, |before| before.rest_count)
    };
    let rest_probability = reader.rough()?;
    let rest_settings_probability = if shape & NO_REST == 0 { reader.rough()? } else { 0.0 };
    let alternatives = read_alternatives(reader, shape, temperature)?;
    let (id, rank, probability, settings_probability) = match unlisted {
        Some((rank, probability, settings)) => (token, rank, probability, settings),
        None => {
            let one = alternatives.get(token as usize).ok_or(CodecError::NoSuchPiece(token))?;
            (one.id, one.rank, one.probability, one.settings_probability)
        }
    };
    let record = TokenRecord {
        position,
        id,
        bytes: String::new(),
        text,
        probability,
        settings_probability,
        rank,
        entropy,
        alternatives,
        rest_probability,
        rest_settings_probability,
        rest_count,
        origin: origin(flags >> ORIGIN_SHIFT & ORIGIN_MASK)?,
        special: flags & SPECIAL != 0,
        micros,
    };
    Ok(Bare { record, text_as_bytes: flags & TEXT_MASK == TEXT_AS_BYTES })
}

fn read_alternatives(
    reader: &mut Reader,
    shape: u8,
    temperature: f32,
) -> Result<Vec<Alternative>, CodecError> {
    // An id and a probability.
    let count = reader.count(2)?;
    let ids = (0..count).map(|_| reader.varint()).collect::<Result<Vec<_>, _>>()?;
    let mut alternatives: Vec<Alternative> = Vec::with_capacity(count);
    let mut codes: Vec<u16> = Vec::new();
    for (place, id) in (1..).zip(ids) {
        let (rank, code) = if shape & SORTED == 0 {
            (reader.varint()?, reader.code()?)
        } else {
            let code = match codes.last() {
                None => reader.code()?,
                Some(&last) => {
                    let far = u64::from(last) + u64::from(reader.varint()?) * u64::from(COARSE);
                    u16::try_from(far).map_err(|_| CodecError::NumberTooLong)?
                }
            };
            (place, code)
        };
        codes.push(code);
        alternatives.push(Alternative {
            id,
            bytes: String::new(),
            probability: from_rough(code),
            settings_probability: 0.0,
            rank,
            cut: None,
        });
    }
    if shape & ONE_CUT == 0 {
        for one in &mut alternatives {
            one.cut = cut(reader.byte()?)?;
        }
    } else {
        let uncut = reader.varint()? as usize;
        if uncut < alternatives.len() {
            let rule = cut(reader.byte()?)?;
            alternatives[uncut..].iter_mut().for_each(|one| one.cut = rule);
        }
    }
    let mut first = None;
    for (one, code) in alternatives.iter_mut().zip(codes).filter(|(one, _)| one.cut.is_none()) {
        one.settings_probability = match first {
            Some((stored, first_code)) if shape & HEATED != 0 => heat(stored, first_code, code, temperature),
            _ => reader.rough()?,
        };
        first.get_or_insert((one.settings_probability, code));
    }
    Ok(alternatives)
}
