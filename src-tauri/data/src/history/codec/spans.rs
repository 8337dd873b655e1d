//! Whose words the tokens of a prompt are, by lengths: a span is then the same wherever it stands, and a prompt that
//! begins like another one has the same spans there.
//!
//! ```text
//! gap       varint      tokens before it that belong to nobody (as a rule none)
//! length    varint
//! kind      u8          bits 0-2; bit 3: a message follows
//! message   varint low 32 bits, varint high 31 bits
//! ```
//!
//! Ids of a prompt are items of a delta too: a varint each.

use super::delta::Item;
use super::primitive::{put_varint, Reader};
use super::CodecError;
use crate::contract::{PromptSegment, SegmentKind};

const KIND_MASK: u8 = 0b111;
const HAS_MESSAGE: u8 = 1 << 3;

/// A run of tokens with one author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    gap: u32,
    length: u32,
    kind: u8,
    message: Option<i64>,
}

impl Item for Span {
    const BLOCK: usize = 2;

    fn put(self, out: &mut Vec<u8>) {
        put_varint(out, self.gap);
        put_varint(out, self.length);
        out.push(self.kind | if self.message.is_some() { HAS_MESSAGE } else { 0 });
        if let Some(message) = self.message {
            put_varint(out, message as u32);
            put_varint(out, (message >> 32) as u32);
        }
    }

    fn read(reader: &mut Reader) -> Result<Self, CodecError> {
        let (gap, length, flags) = (reader.varint()?, reader.varint()?, reader.byte()?);
        if flags & !(KIND_MASK | HAS_MESSAGE) != 0 {
            return Err(CodecError::UnknownValue(flags, "segment"));
        }
        let message = if flags & HAS_MESSAGE == 0 {
            None
        } else {
            let (low, high) = (reader.varint()?, reader.varint()?);
            Some(i64::from(high) << 32 | i64::from(low))
        };
        Ok(Self { gap, length, kind: flags & KIND_MASK, message })
    }
}

impl Item for u32 {
    const BLOCK: usize = 8;

    fn put(self, out: &mut Vec<u8>) {
        put_varint(out, self);
    }

    fn read(reader: &mut Reader) -> Result<Self, CodecError> {
        reader.varint()
    }
}

/// Segments in order, as spans.
pub fn spans_of(segments: &[PromptSegment]) -> Vec<Span> {
    let mut done = 0;
    let spans = segments.iter().map(|segment| {
        let gap = segment.start.saturating_sub(done);
        done = segment.end;
        let length = segment.end.saturating_sub(segment.start);
        Span { gap, length, kind: kind_code(segment.kind), message: segment.message_id }
    });
    spans.collect()
}

/// What [`spans_of`] was given.
///
/// # Errors
/// A kind is not known, or there are more tokens than can be.
pub fn segments_of(spans: &[Span]) -> Result<Vec<PromptSegment>, CodecError> {
    let mut done = 0_u32;
    let segments = spans.iter().map(|span| {
        let start = done.checked_add(span.gap).ok_or(CodecError::NumberTooLong)?;
        let end = start.checked_add(span.length).ok_or(CodecError::NumberTooLong)?;
        done = end;
        Ok(PromptSegment { start, end, kind: kind(span.kind)?, message_id: span.message })
    });
    segments.collect()
}

fn kind_code(kind: SegmentKind) -> u8 {
    match kind {
        SegmentKind::Markup => 0,
        SegmentKind::System => 1,
        SegmentKind::User => 2,
        SegmentKind::Assistant => 3,
    }
}

fn kind(code: u8) -> Result<SegmentKind, CodecError> {
    match code {
        0 => Ok(SegmentKind::Markup),
        1 => Ok(SegmentKind::System),
        2 => Ok(SegmentKind::User),
        3 => Ok(SegmentKind::Assistant),
        other => Err(CodecError::UnknownValue(other, "segment")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::delta;
    use super::*;

    #[test]
    fn segments_come_back_with_gaps_and_large_ids() {
        let segment = |start, end, kind, message_id| PromptSegment { start, end, kind, message_id };
        let segments = vec![
            segment(0, 3, SegmentKind::Markup, None),
            segment(3, 300, SegmentKind::System, None),
            segment(302, 310, SegmentKind::User, Some(1)),
            segment(310, 311, SegmentKind::Assistant, Some(i64::MAX)),
        ];
        let bytes = delta::encode(&[], &spans_of(&segments));
        let spans: Vec<Span> = delta::decode(&[], &bytes).expect("spans");
        assert_eq!(segments_of(&spans).expect("segments"), segments);
        let damaged = Span { gap: 0, length: u32::MAX, kind: 0, message: None };
        assert_eq!(segments_of(&[damaged, damaged]), Err(CodecError::NumberTooLong));
        assert_eq!(segments_of(&[Span { kind: 7, ..damaged }]), Err(CodecError::UnknownValue(7, "segment")));
    }
}
