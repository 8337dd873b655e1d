//! The way back: what a list of ids stands for.

use crate::protocol::{IdProblem, IdProblemKind, RpcError, TextFromIds, TextPart};
use crate::tokenizer::Tokenizer;

/// Longest part of a wrong entry that is told.
const MOST_CHARACTERS: usize = 64;

/// Reads a typed list (numbers between white space, commas or the brackets and quotes of JSON) and says what it stands for.
///
/// # Errors
/// As [`Tokenizer::encode`].
pub fn from_ids(tokenizer: &Tokenizer, list: &str) -> Result<TextFromIds, RpcError> {
    let (ids, problems) = read(list, tokenizer.vocabulary_size());
    let mut parts = parts(tokenizer, &ids);
    let mut round_trip = false;
    if parts.iter().all(|part| !matches!(part, TextPart::Bytes { .. })) {
        round_trip = gives(tokenizer, &parts, &ids)?;
        if !round_trip {
            // A tokenizer that puts a space before every text takes it away again on the way back.
            let mut shorter = parts.clone();
            if let Some(TextPart::Text { text }) = shorter.first_mut() {
                if text.starts_with(' ') {
                    text.remove(0);
                    if gives(tokenizer, &shorter, &ids)? {
                        (parts, round_trip) = (shorter, true);
                    }
                }
            }
        }
    }
    let text = parts.iter().filter_map(|part| match part {
        TextPart::Text { text } => Some(text.as_str()),
        TextPart::Bytes { .. } | TextPart::Special { .. } => None,
    });
    Ok(TextFromIds { text: text.collect(), ids, problems, parts, round_trip })
}

/// Does cutting these parts give these ids?
fn gives(tokenizer: &Tokenizer, parts: &[TextPart], ids: &[u32]) -> Result<bool, RpcError> {
    let has_special = parts.iter().any(|part| matches!(part, TextPart::Special { .. }));
    let text: String = parts
        .iter()
        .map(|part| match part {
            TextPart::Text { text } => text.as_str(),
            TextPart::Special { name, .. } => name.as_str(),
            TextPart::Bytes { .. } => "",
        })
        .collect();
    let spans = match has_special {
        true => tokenizer.prompt_spans(&text)?,
        false => tokenizer.text_spans(&text)?,
    };
    Ok(spans.iter().map(|span| span.id).eq(ids.iter().copied()))
}

fn read(list: &str, vocabulary_size: u32) -> (Vec<u32>, Vec<IdProblem>) {
    let (mut ids, mut problems) = (Vec::new(), Vec::new());
    let separates = |character: char| character.is_whitespace() || ",;，、；[](){}\"'".contains(character);
    let entries = list.split(separates).filter(|entry| !entry.is_empty());
    for (index, entry) in (0u32..).zip(entries) {
        let problem = match entry.parse::<u64>() {
            Ok(id) if id < u64::from(vocabulary_size) => {
                ids.push(id as u32);
                continue;
            }
            Ok(_) => IdProblemKind::NotInVocabulary,
            Err(error) if *error.kind() == std::num::IntErrorKind::PosOverflow => {
                IdProblemKind::NotInVocabulary
            }
            Err(_) => IdProblemKind::NoNumber,
        };
        problems.push(IdProblem { index, given: entry.chars().take(MOST_CHARACTERS).collect(), problem });
    }
    (ids, problems)
}

/// Text, bytes that are no whole character, and control tokens, as they follow one another.
fn parts(tokenizer: &Tokenizer, ids: &[u32]) -> Vec<TextPart> {
    let mut parts = Vec::new();
    let mut bytes: Vec<u8> = Vec::new();
    for &id in ids {
        let token = tokenizer.token_bytes(id).unwrap_or_default();
        if tokenizer.is_special(id) {
            push_bytes(&mut parts, &std::mem::take(&mut bytes));
            parts.push(TextPart::Special { id, name: String::from_utf8_lossy(token).into_owned() });
        } else {
            bytes.extend_from_slice(token);
        }
    }
    push_bytes(&mut parts, &bytes);
    parts
}

fn push_bytes(parts: &mut Vec<TextPart>, bytes: &[u8]) {
    let mut broken: Vec<u8> = Vec::new();
    for chunk in bytes.utf8_chunks() {
        if !chunk.valid().is_empty() {
            if !broken.is_empty() {
                parts.push(TextPart::Bytes { hex: hex::encode(std::mem::take(&mut broken)) });
            }
            parts.push(TextPart::Text { text: chunk.valid().to_owned() });
        }
        broken.extend_from_slice(chunk.invalid());
    }
    if !broken.is_empty() {
        parts.push(TextPart::Bytes { hex: hex::encode(broken) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_people_and_programs_write_them() {
        let good = |list| {
            let (ids, problems) = read(list, 100);
            assert!(problems.is_empty(), "{problems:?}");
            ids
        };
        assert_eq!(good("[1, 2,3]"), [1, 2, 3]);
        assert_eq!(good("1 2\n3\t4"), [1, 2, 3, 4]);
        assert_eq!(good("[[1],[\"2\"]]"), [1, 2]);
        assert_eq!(good("1，2、3"), [1, 2, 3]);
        assert_eq!(good(" "), Vec::<u32>::new());
    }

    #[test]
    fn a_wrong_entry_is_named_with_its_place() {
        let (ids, problems) = read("5, 塔, 100, -1, 1.5, 99, 99999999999999999999999", 100);
        assert_eq!(ids, [5, 99]);
        let told: Vec<_> = problems.iter().map(|one| (one.index, one.given.as_str(), one.problem)).collect();
        use IdProblemKind::{NoNumber, NotInVocabulary};
        assert_eq!(
            told,
            [
                (1, "塔", NoNumber),
                (2, "100", NotInVocabulary),
                (3, "-1", NoNumber),
                (4, "1.5", NoNumber),
                (6, "99999999999999999999999", NotInVocabulary),
            ]
        );
    }

    #[test]
    fn bytes_that_are_no_character_stand_apart() {
        let mut parts = Vec::new();
        push_bytes(&mut parts, b"a\xe5\xa1\xff\xe5\xa1\x94b\xe5");
        let text = |text: &str| TextPart::Text { text: text.into() };
        let bytes = |hex: &str| TextPart::Bytes { hex: hex.into() };
        assert_eq!(parts, [text("a"), bytes("e5a1ff"), text("塔b"), bytes("e5")]);
    }
}
