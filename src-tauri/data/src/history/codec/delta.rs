//! A sequence as what it has in common with an earlier one, and what is new.
//!
//! The prompts of a conversation repeat each other: each holds the one before it and a turn more, until the oldest
//! turns fall out. Stored whole they would grow with the square of the conversation.
//!
//! ```text
//! again and again, until the bytes end:
//!   copied  varint    items that come from the base
//!   from    varint    the place of the first of them there; only where some are copied
//!   fresh   varint    items that follow here
//!   items
//! ```
//!
//! What is common is found as rsync finds it (Tridgell 1996): the base is cut into blocks, and the new sequence is searched for
//! them at every place. The result is right whatever is found; finding more makes it shorter.

use std::collections::HashMap;
use std::hash::Hash;

use super::primitive::{put_length, Reader};
use super::CodecError;

/// As many places of one block are tried: blocks of markup come up again and again.
const TRIES: usize = 16;

/// What a sequence is made of.
pub trait Item: Copy + Eq + Hash {
    /// Items that must be alike before a copy is worth its bytes.
    const BLOCK: usize;
    /// An item has at least one byte.
    fn put(self, out: &mut Vec<u8>);
    fn read(reader: &mut Reader) -> Result<Self, CodecError>;
}

/// A run that stands in both.
#[derive(Debug, Clone, Copy)]
struct Common {
    /// Its place in the base.
    from: usize,
    /// Its place in the new sequence.
    at: usize,
    length: usize,
}

/// `new`, written over `base`.
pub fn encode<T: Item>(base: &[T], new: &[T]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut written = 0;
    let mut common = in_common(base, new).into_iter().peekable();
    while written < new.len() {
        let copied = common.next_if(|run| run.at == written);
        let start = written + copied.map_or(0, |run| run.length);
        let end = common.peek().map_or(new.len(), |run| run.at);
        put_length(&mut out, start - written);
        if let Some(run) = copied {
            put_length(&mut out, run.from);
        }
        put_length(&mut out, end - start);
        new[start..end].iter().for_each(|item| item.put(&mut out));
        written = end;
    }
    out
}

/// What [`encode`] was given as `new`.
///
/// # Errors
/// The bytes are damaged, or `base` is another one.
pub fn decode<T: Item>(base: &[T], bytes: &[u8]) -> Result<Vec<T>, CodecError> {
    let mut reader = Reader::new(bytes);
    let mut items = Vec::new();
    while reader.left() > 0 {
        let copied = reader.varint()? as usize;
        if copied > 0 {
            let from = reader.varint()? as usize;
            let run = from.checked_add(copied).and_then(|end| base.get(from..end));
            items.extend_from_slice(run.ok_or(CodecError::Truncated)?);
        }
        for _ in 0..reader.count(1)? {
            items.push(T::read(&mut reader)?);
        }
    }
    Ok(items)
}

/// Common runs in the order of the new sequence, none over another.
fn in_common<T: Item>(base: &[T], new: &[T]) -> Vec<Common> {
    let mut found = Vec::new();
    let head = alike(base, new);
    if head > 0 {
        found.push(Common { from: 0, at: 0, length: head });
    }
    if head == new.len() {
        return found;
    }
    let mut blocks: HashMap<&[T], Vec<usize>> = HashMap::new();
    for (number, block) in base.chunks_exact(T::BLOCK).enumerate() {
        let places = blocks.entry(block).or_default();
        if places.len() < TRIES {
            places.push(number * T::BLOCK);
        }
    }
    let (mut at, mut done) = (head, head);
    while let Some(block) = new.get(at..at + T::BLOCK) {
        let places = blocks.get(block).map_or(&[][..], Vec::as_slice);
        match places.iter().map(|&from| grown(base, new, from, at, done)).max_by_key(|run| run.length) {
            Some(run) => {
                at = run.at + run.length;
                done = at;
                found.push(run);
            }
            None => at += 1,
        }
    }
    found
}

/// A match as far as it goes in both directions, but not back beyond `done` in the new sequence.
fn grown<T: Item>(base: &[T], new: &[T], from: usize, at: usize, done: usize) -> Common {
    let before = base[..from].iter().rev().zip(new[done..at].iter().rev());
    let back = before.take_while(|(a, b)| a == b).count();
    let length = back + alike(&base[from..], &new[at..]);
    Common { from: from - back, at: at - back, length }
}

/// How many items are the same from the beginning.
fn alike<T: Eq>(a: &[T], b: &[T]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::super::primitive::put_varint;
    use super::*;
    use vitrine_core::sampling::uniform;

    impl Item for u8 {
        const BLOCK: usize = 4;
        fn put(self, out: &mut Vec<u8>) {
            put_varint(out, u32::from(self));
        }
        fn read(reader: &mut Reader) -> Result<Self, CodecError> {
            Ok(reader.varint()? as Self)
        }
    }

    fn size(base: &str, new: &str) -> usize {
        let bytes = encode(base.as_bytes(), new.as_bytes());
        assert_eq!(decode(base.as_bytes(), &bytes), Ok(new.as_bytes().to_vec()), "{base} -> {new}");
        bytes.len()
    }

    #[test]
    fn what_is_common_costs_a_few_bytes_wherever_it_stands() {
        let long = "A system prompt. Then a question, and then an answer to it.";
        assert_eq!(size(long, long), 3);
        assert_eq!(size("", "new"), 5, "nothing is common: two counts and the items");
        assert_eq!(size(long, ""), 0);
        assert_eq!(size(long, &format!("{long} And?")), 3 + 5);
        // The first turn fell out.
        assert!(size(long, "A system prompt. and then an answer to it. More.") <= 3 + 3 + 6);
        // Another system prompt.
        assert!(size(long, "Be kind. Then a question, and then an answer to it.") <= 2 + 8 + 3);
    }

    #[test]
    fn any_two_sequences_come_back() {
        for case in 0..400_u64 {
            let draw = |seed: u64, most: f64| (uniform(case * 7 + seed, 0) * most) as usize;
            // Few different items, so that blocks repeat.
            let item = |seed: u64, at: usize| (uniform(case + seed, at as u64) * 3.0) as u8 + b'a';
            let base: Vec<u8> = (0..draw(1, 90.0)).map(|at| item(1, at)).collect();
            let mut new = base.clone();
            for edit in 0..draw(2, 5.0) as u64 {
                let at = draw(10 + edit, new.len() as f64 + 1.0).min(new.len());
                let end = (at + draw(20 + edit, 12.0)).min(new.len());
                drop(new.splice(at..end, (0..draw(30 + edit, 9.0)).map(|at| item(40 + edit, at))));
            }
            let bytes = encode(&base, &new);
            assert_eq!(decode(&base, &bytes), Ok(new), "case {case}");
        }
    }

    #[test]
    fn damage_is_an_error_and_never_a_panic() {
        let bytes = encode(b"a long enough beginning", b"a long enough beginning, and more");
        for end in 1..bytes.len() {
            // Cut where a step ends it is a shorter sequence, nothing worse.
            drop(decode::<u8>(b"a long enough beginning", &bytes[..end]));
        }
        assert_eq!(decode::<u8>(b"short", &bytes), Err(CodecError::Truncated), "another base");
        assert_eq!(decode::<u8>(b"", &[0, 200]), Err(CodecError::Truncated));
        assert_eq!(decode::<u8>(b"", &[0xFF, 0xFF, 0xFF, 0xFF, 0xFF]), Err(CodecError::NumberTooLong));
    }
}
