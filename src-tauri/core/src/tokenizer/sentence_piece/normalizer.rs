//! What SentencePiece does to a text before it cuts it.
//!
//! Characters are rewritten by a table that the file carries (`precompiled_charsmap`: NFKC and the like),
//! runs of spaces may become one, a space may be put in front, and spaces are written as `▁`. The table
//! is a double-array trie (Darts-clone's layout) whose values are places in a list of strings that end
//! with a zero byte: u32 length of the trie in bytes, the trie as u32, the list. Of all entries that the rest
//! of a text begins with the longest counts. After google/sentencepiece `normalizer.cc`.

use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind, StartKind};

use crate::protocol::StageKind;

use super::super::steps::Told;

const MARK: &[u8] = "▁".as_bytes();

/// The rewriting that a file asks for.
#[derive(Debug)]
pub(in super::super) struct Normalizer {
    trie: Vec<u32>,
    /// Every string ends with a zero byte.
    replacements: Vec<u8>,
    /// Pieces that stay as they are wherever they stand.
    kept: Option<AhoCorasick>,
    settings: Settings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Settings {
    /// A space is put at the beginning (or the end, see `space_behind`).
    pub adds_space: bool,
    /// Spaces at both ends go, and runs of them become one.
    pub collapses_spaces: bool,
    /// A space is written as `▁`.
    pub marks_spaces: bool,
    /// The space belongs to the end of a word.
    pub space_behind: bool,
}

/// What SentencePiece takes where a file says nothing.
impl Default for Settings {
    fn default() -> Self {
        Self { adds_space: true, collapses_spaces: true, marks_spaces: true, space_behind: false }
    }
}

/// A rewritten text, and where each of its bytes comes from.
#[derive(Debug, Default)]
pub(in super::super) struct Normalized {
    pub text: Vec<u8>,
    /// For every byte of `text`, and its end, the place in the original.
    pub origin: Vec<usize>,
}

impl Normalizer {
    /// `None` where the table is not what it must be, or there are too many kept pieces.
    pub fn new(table: &[u8], settings: Settings, kept: &[&[u8]]) -> Option<Self> {
        let (mut trie, mut replacements) = (Vec::new(), Vec::new());
        if !table.is_empty() {
            let (length, rest) = table.split_first_chunk::<4>()?;
            let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
            if length % 4 != 0 || length > rest.len() {
                return None;
            }
            let (units, strings) = rest.split_at(length);
            trie = units
                .chunks_exact(4)
                .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
                .collect();
            std::str::from_utf8(strings).ok()?;
            replacements = strings.to_vec();
        }
        let kept = match kept {
            [] => None,
            kept => Some(
                AhoCorasick::builder()
                    .match_kind(MatchKind::LeftmostLongest)
                    .start_kind(StartKind::Anchored)
                    .build(kept)
                    .ok()?,
            ),
        };
        Some(Self { trie, replacements, kept, settings })
    }

    /// The longest entry of the table that a text begins with: its length and what it becomes.
    fn replacement(&self, text: &[u8]) -> Option<(usize, &[u8])> {
        // Darts-clone's units: bit 8 says that a value hangs below, bits 0 to 7 and 31 are the label,
        // bits 10 to 30 the offset, shifted by another 8 where bit 9 is set.
        let offset = |unit: u32| ((unit >> 10) << ((unit & (1 << 9)) >> 6)) as usize;
        let mut place = offset(*self.trie.first()?);
        let mut found = None;
        for (at, &byte) in text.iter().enumerate() {
            place ^= usize::from(byte);
            let Some(&unit) = self.trie.get(place) else { break };
            if unit & (1 << 31 | 0xff) != u32::from(byte) {
                break;
            }
            place ^= offset(unit);
            if unit >> 8 & 1 == 1 {
                found = self.trie.get(place).map(|value| (at + 1, value & !(1 << 31)));
            }
        }
        let (length, value) = found?;
        let string = self.replacements.get(value as usize..)?;
        let end = string.iter().position(|&byte| byte == 0).unwrap_or(string.len());
        Some((length, &string[..end]))
    }

    /// How many bytes are taken from the beginning of a text that is not empty, and what they become.
    fn step<'a>(&'a self, text: &'a str) -> (usize, &'a [u8]) {
        let bytes = text.as_bytes();
        if let Some(search) = &self.kept {
            if let Some(found) = search.find(Input::new(bytes).anchored(Anchored::Yes)) {
                return (found.end(), &bytes[..found.end()]);
            }
        }
        let first = text.chars().next().map_or(1, char::len_utf8);
        match self.replacement(bytes) {
            // A crafted table could end inside of a character.
            Some((length, string)) if text.is_char_boundary(length) => (length, string),
            _ => (first, &bytes[..first]),
        }
    }

    /// Rewrites a text; `begins` at the beginning of the whole, where a space may be put.
    pub fn normalize(&self, original: &str, begins: bool) -> Normalized {
        let Settings { adds_space, collapses_spaces, marks_spaces, space_behind } = self.settings;
        let mut done = 0;
        if collapses_spaces {
            while done < original.len() {
                match self.step(&original[done..]) {
                    (length, b" ") => done += length,
                    _ => break,
                }
            }
        }
        let mut result = Normalized::default();
        if done == original.len() {
            result.origin.push(done);
            return result;
        }
        let space = if marks_spaces { MARK } else { &b" "[..] };
        if begins && adds_space && !space_behind {
            result.push(space, done);
        }
        let mut after_space = collapses_spaces;
        while done < original.len() {
            let (length, mut string) = self.step(&original[done..]);
            while let (true, Some(rest)) = (after_space, string.strip_prefix(b" ")) {
                string = rest;
            }
            for byte in string {
                match byte {
                    b' ' => result.push(space, done),
                    _ => result.push(&[*byte], done),
                }
            }
            if let Some(last) = string.last() {
                after_space = *last == b' ';
            }
            after_space &= collapses_spaces;
            done += length;
        }
        if collapses_spaces {
            while result.text.ends_with(space) {
                result.text.truncate(result.text.len() - space.len());
                done = result.origin[result.text.len()];
                result.origin.truncate(result.text.len());
            }
        }
        if begins && adds_space && space_behind {
            result.push(space, done);
        }
        result.origin.push(done);
        result
    }
}

impl Normalizer {
    /// Tells what it does to the parts of a text, as one stage, by SentencePiece's own names for its settings.
    pub fn tell_stage(&self, parts: Vec<String>, begins: impl Iterator<Item = bool>, told: &mut Told) {
        let Settings { adds_space, collapses_spaces, marks_spaces, space_behind } = self.settings;
        let named = [
            (!self.trie.is_empty(), "precompiled_charsmap"),
            (adds_space, "add_dummy_prefix"),
            (collapses_spaces, "remove_extra_whitespaces"),
            (marks_spaces, "escape_whitespaces"),
            (space_behind, "treat_whitespace_as_suffix"),
        ];
        let detail: Vec<&str> = named.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect();
        let rewrite = |(part, begins): (&String, bool)| {
            String::from_utf8_lossy(&self.normalize(part, begins).text).into_owned()
        };
        let after: Vec<String> = parts.iter().zip(begins).map(rewrite).collect();
        told.stage(StageKind::Normalizer, "SentencePiece", &detail.join(", "), &parts, &after);
    }
}

impl Normalized {
    fn push(&mut self, bytes: &[u8], place: usize) {
        self.text.extend_from_slice(bytes);
        self.origin.resize(self.text.len(), place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(settings: Settings, kept: &[&[u8]], text: &str) -> String {
        let normalizer = Normalizer::new(&[], settings, kept).expect("no table");
        let normalized = normalizer.normalize(text, true);
        assert_eq!(normalized.origin.len(), normalized.text.len() + 1);
        assert!(normalized.origin.is_sorted() && normalized.origin.last() <= Some(&text.len()));
        String::from_utf8(normalized.text).expect("text")
    }

    #[test]
    fn spaces_are_treated_as_the_file_says() {
        let usual = Settings::default();
        assert_eq!(plain(usual, &[], "  a  b \u{3000}"), "▁a▁b▁\u{3000}");
        assert_eq!(plain(usual, &[], "   "), "");
        assert_eq!(plain(Settings { space_behind: true, ..usual }, &[], " a b"), "a▁b▁");
        let kept = Settings { collapses_spaces: false, ..usual };
        assert_eq!(plain(kept, &[], " a  b "), "▁▁a▁▁b▁");
        assert_eq!(
            plain(Settings { adds_space: false, marks_spaces: false, ..kept }, &[], " a  b "),
            " a  b "
        );
        // A kept piece is one step: its spaces are not those of the text.
        assert_eq!(plain(usual, &[b"<  >"], "a <  > b"), "▁a▁<▁▁>▁b");
    }

    #[test]
    fn a_table_that_is_no_table_is_refused() {
        for table in [&b"abc"[..], &[8, 0, 0, 0, 1, 2, 3, 4], &[3, 0, 0, 0, 1, 2, 3], &[0, 0, 0, 0, 0xff]] {
            assert!(Normalizer::new(table, Settings::default(), &[]).is_none(), "{table:?}");
        }
        // Units that lead nowhere leave the text alone.
        let table =
            [&8u32.to_le_bytes()[..], &u32::MAX.to_le_bytes(), &u32::MAX.to_le_bytes(), b"x\0"].concat();
        let normalizer = Normalizer::new(&table, Settings::default(), &[]).expect("a table");
        assert_eq!(normalizer.normalize("añ中", true).text, "▁añ中".as_bytes());
    }
}
