//! The texts of all entries, one behind the other, as they are and in small letters.

use aho_corasick::{AhoCorasick, Input};

/// Texts by id.
#[derive(Debug, Default)]
pub(super) struct Texts {
    exact: Table,
    /// What is no UTF-8 stands here as it is.
    folded: Table,
}

#[derive(Debug, Default)]
struct Table {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

/// How an entry fits what is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    Is,
    Begins,
    Contains,
}

impl Texts {
    pub fn push(&mut self, text: &[u8]) {
        self.exact.push(text);
        match std::str::from_utf8(text) {
            Ok(text) => self.folded.push(text.to_lowercase().as_bytes()),
            Err(_) => self.folded.push(text),
        }
    }

    /// The bytes of an entry.
    pub fn get(&self, id: u32) -> &[u8] {
        self.exact.get(id as usize)
    }

    /// Tells every entry that contains `wanted`, and how. `past_space`: one space in front of an entry does not count.
    pub fn find(&self, wanted: &[u8], ignore_case: bool, past_space: bool, mut tell: impl FnMut(u32, Fit)) {
        let folded;
        let (table, wanted) = match (ignore_case, std::str::from_utf8(wanted)) {
            (true, Ok(text)) => {
                folded = text.to_lowercase();
                (&self.folded, folded.as_bytes())
            }
            _ => (&self.exact, wanted),
        };
        table.find(wanted, |id, at| {
            let text = table.get(id as usize);
            let start = usize::from(past_space && at == 1 && text[0] == b' ');
            let fit = match at == start {
                true if text.len() == start + wanted.len() => Fit::Is,
                true => Fit::Begins,
                false => Fit::Contains,
            };
            tell(id, fit);
        });
    }
}

impl Table {
    fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u32);
    }

    fn start(&self, id: usize) -> usize {
        id.checked_sub(1).map_or(0, |before| self.ends[before] as usize)
    }

    fn get(&self, id: usize) -> &[u8] {
        &self.bytes[self.start(id)..self.ends[id] as usize]
    }

    /// Tells the first place of `wanted` in every entry that has it. `wanted` is not empty.
    fn find(&self, wanted: &[u8], mut tell: impl FnMut(u32, usize)) {
        let Ok(search) = AhoCorasick::new([wanted]) else { return };
        let (mut from, mut id) = (0, 0);
        while let Some(found) = search.find(Input::new(&self.bytes).range(from..)) {
            // Entries without text end where the one before them ends, and have nothing to find.
            id += self.ends[id..].partition_point(|&end| end as usize <= found.start());
            let end = self.ends[id] as usize;
            if found.end() <= end {
                tell(id as u32, found.start() - self.start(id));
                from = end;
            } else {
                // Half of it stands in the next entry; what begins a byte later may be whole.
                from = found.start() + 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> Texts {
        let mut texts = Texts::default();
        for text in ["a", "aa", "", " The", "the", "other", "ÉTÉ", "été", "aaa"] {
            texts.push(text.as_bytes());
        }
        texts
    }

    fn found(wanted: &str, ignore_case: bool, past_space: bool) -> Vec<(u32, Fit)> {
        let mut found = Vec::new();
        texts().find(wanted.as_bytes(), ignore_case, past_space, |id, fit| found.push((id, fit)));
        found
    }

    #[test]
    fn what_crosses_from_one_entry_to_the_next_is_not_found() {
        assert_eq!(found("aa", false, false), [(1, Fit::Is), (8, Fit::Begins)]);
        assert_eq!(found("aaa", false, false), [(8, Fit::Is)]);
        assert_eq!(found("e ", false, false), []);
        assert_eq!(found("ÉTÉé", false, false), []);
    }

    #[test]
    fn case_and_the_space_in_front_can_be_ignored() {
        assert_eq!(found("the", false, false), [(4, Fit::Is), (5, Fit::Contains)]);
        assert_eq!(found("the", true, false), [(3, Fit::Contains), (4, Fit::Is), (5, Fit::Contains)]);
        assert_eq!(found("the", true, true), [(3, Fit::Is), (4, Fit::Is), (5, Fit::Contains)]);
        assert_eq!(found("été", true, false), [(6, Fit::Is), (7, Fit::Is)]);
    }
}
