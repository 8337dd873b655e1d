//! The alphabet in which byte-level BPE vocabularies are written.
//!
//! GPT-2 gave each of the 256 bytes a printable character, so that vocabularies are text files:
//! the bytes that print (`!` to `~`, `¡` to `¬`, `®` to `ÿ`) stand for themselves, the other 68
//! are numbered from U+0100 on. A space is `Ġ`, a newline `Ċ`.

/// The character of a byte.
pub(super) fn to_char(byte: u8) -> char {
    match byte {
        b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff => char::from(byte),
        0..=0x20 => offset(u32::from(byte)),
        0x7f..=0xa0 => offset(u32::from(byte) - 0x7f + 33),
        0xad => offset(67),
    }
}

fn offset(number: u32) -> char {
    // At most U+0143: far from the surrogates, where this would fail.
    char::from_u32(0x100 + number).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The byte of a character, where it is one of the alphabet.
pub(super) fn to_byte(character: char) -> Option<u8> {
    match u32::from(character) {
        code @ (0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff) => Some(code as u8),
        code @ 0x100..=0x120 => Some((code - 0x100) as u8),
        code @ 0x121..=0x142 => Some((code - 0x121 + 0x7f) as u8),
        0x143 => Some(0xad),
        _ => None,
    }
}

/// A vocabulary entry as the bytes that it stands for. Characters outside of the alphabet, which
/// a byte-level vocabulary should not have, stand for their own UTF-8.
pub(super) fn decode(text: &str, into: &mut Vec<u8>) {
    for character in text.chars() {
        match to_byte(character) {
            Some(byte) => into.push(byte),
            None => into.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// Bytes as a vocabulary writes them.
pub(super) fn encode(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| to_char(byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_one_character_and_comes_back() {
        let mut seen = std::collections::HashSet::new();
        for byte in 0..=255 {
            assert!(seen.insert(to_char(byte)), "byte {byte} shares its character");
            assert_eq!(to_byte(to_char(byte)), Some(byte));
        }
        assert_eq!(to_byte('é'), Some(0xe9));
        assert_eq!(to_byte('中'), None);
    }

    #[test]
    fn the_characters_are_those_of_gpt_2() {
        assert_eq!(encode(b" \n"), "ĠĊ");
        assert_eq!(encode("中".as_bytes()), "ä¸Ń");
        let mut bytes = Vec::new();
        decode("ä¸ŃĠ", &mut bytes);
        assert_eq!(bytes, "中 ".as_bytes());
    }
}
