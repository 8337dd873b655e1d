//! SentencePiece writes a space as `▁` (U+2581), so that words keep the space before them.

/// A text with its spaces escaped, and where each of its bytes comes from.
pub(super) struct Escaped {
    pub text: String,
    /// For every byte of `text`, and its end, the place in the original.
    origin: Vec<usize>,
}

const MARK: &str = "▁";

impl Escaped {
    /// Escapes a text, with one more space in front where `prefix` is set (it stands for no byte
    /// of the original).
    pub(super) fn new(original: &str, prefix: bool) -> Self {
        let mut text = String::with_capacity(original.len() + original.len() / 2 + MARK.len());
        let mut origin = Vec::with_capacity(text.capacity() + 1);
        if prefix {
            text.push_str(MARK);
            origin.resize(MARK.len(), 0);
        }
        for (place, character) in original.char_indices() {
            if character == ' ' {
                text.push_str(MARK);
                origin.resize(text.len(), place);
            } else {
                text.push(character);
                origin.extend(place..place + character.len_utf8());
            }
        }
        origin.push(original.len());
        Self { text, origin }
    }

    /// The place in the original for a place in `text`.
    pub(super) fn origin(&self, place: usize) -> usize {
        self.origin[place]
    }

    /// The bytes, and for each of them and their end the place in the original.
    pub(super) fn into_parts(self) -> (Vec<u8>, Vec<usize>) {
        (self.text.into_bytes(), self.origin)
    }
}

/// Writes a vocabulary entry with its marks as spaces.
pub(super) fn unescape(text: &[u8], into: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(&byte) = rest.first() {
        match rest.strip_prefix(MARK.as_bytes()) {
            Some(tail) => {
                into.push(b' ');
                rest = tail;
            }
            None => {
                into.push(byte);
                rest = &rest[1..];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_to_the_original() {
        let escaped = Escaped::new("a 中", true);
        assert_eq!(escaped.text, "▁a▁中");
        let places: Vec<usize> = (0..=escaped.text.len())
            .filter(|&place| escaped.text.is_char_boundary(place))
            .map(|place| escaped.origin(place))
            .collect();
        assert_eq!(places, [0, 0, 1, 2, 5]);
    }

    #[test]
    fn marks_become_spaces() {
        let mut bytes = Vec::new();
        unescape("▁▁x▁".as_bytes(), &mut bytes);
        assert_eq!(bytes, b"  x ");
    }
}
