//! Characters from pieces of characters.

/// Puts bytes that arrive token by token together into whole characters.
///
/// A token may end inside a character; its first bytes wait here until the rest comes. Bytes
/// that can't become a character any more are given out as U+FFFD at once.
#[derive(Debug, Default, Clone)]
pub struct Utf8Assembler {
    pending: Vec<u8>,
}

impl Utf8Assembler {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes and returns the characters that are complete with them.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.pending.extend_from_slice(bytes);
        let mut text = String::new();
        let mut done = 0;
        while done < self.pending.len() {
            match std::str::from_utf8(&self.pending[done..]) {
                Ok(rest) => {
                    text.push_str(rest);
                    done = self.pending.len();
                }
                Err(error) => {
                    let valid = done + error.valid_up_to();
                    text.push_str(&String::from_utf8_lossy(&self.pending[done..valid]));
                    done = valid;
                    match error.error_len() {
                        Some(length) => {
                            text.push(char::REPLACEMENT_CHARACTER);
                            done += length;
                        }
                        // The beginning of a character: the next token may complete it.
                        None => break,
                    }
                }
            }
        }
        self.pending.drain(..done);
        text
    }

    /// Bytes that wait for the rest of their character.
    pub fn pending(&self) -> &[u8] {
        &self.pending
    }

    /// Ends the text: what is incomplete becomes U+FFFD.
    pub fn finish(&mut self) -> String {
        let text = String::from_utf8_lossy(&self.pending).into_owned();
        self.pending.clear();
        text
    }
}

/// Bytes of the character that begins with this one, in valid text.
pub(super) fn character_len(first: u8) -> usize {
    match first {
        0..=0xbf => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xff => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_come_out_whole() {
        let mut assembler = Utf8Assembler::new();
        let text = "a中🦙é";
        let mut out = String::new();
        for byte in text.as_bytes() {
            out.push_str(&assembler.push(&[*byte]));
            assert!(!out.contains('\u{fffd}'));
        }
        assert_eq!(out, text);
        assert_eq!(assembler.finish(), "");
    }

    #[test]
    fn broken_bytes_do_not_swallow_what_follows() {
        let mut assembler = Utf8Assembler::new();
        assert_eq!(assembler.push(b"\xe4\xb8"), "");
        assert_eq!(assembler.pending(), b"\xe4\xb8");
        assert_eq!(assembler.push(b"ok"), "\u{fffd}ok");
        assert_eq!(assembler.push(b"\xff\xf0\x9f"), "\u{fffd}");
        assert_eq!(assembler.finish(), "\u{fffd}");
        assert_eq!(assembler.finish(), "");
    }
}
