//! Simplified and traditional Chinese, by OpenCC's tables of characters and phrases (`chinese/make.py`).
//!
//! One simplified character may stand for several traditional ones: 头发 is 頭髮, 发展 is 發展. So of all entries that the
//! rest of a text begins with the longest counts, as in OpenCC.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Into which form.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Simplified,
    Traditional,
}

struct Table {
    entries: HashMap<&'static str, &'static str>,
    /// Characters of the longest entry.
    longest: usize,
}

impl Table {
    fn read(text: &'static str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let entries: HashMap<_, _> = lines.filter_map(|line| line.split_once(' ')).collect();
        let longest = entries.keys().map(|key| key.chars().count()).max().unwrap_or(0);
        Self { entries, longest }
    }

    fn of(form: Form) -> &'static Self {
        static SIMPLIFIED: OnceLock<Table> = OnceLock::new();
        static TRADITIONAL: OnceLock<Table> = OnceLock::new();
        match form {
            Form::Simplified => SIMPLIFIED.get_or_init(|| Self::read(include_str!("chinese/simplified.txt"))),
            Form::Traditional => {
                TRADITIONAL.get_or_init(|| Self::read(include_str!("chinese/traditional.txt")))
            }
        }
    }
}

/// A text with its Chinese characters in this form.
pub(super) fn converted(text: &str, form: Form) -> String {
    let table = Table::of(form);
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let ends = rest.char_indices().map(|(at, character)| at + character.len_utf8());
        let ends: Vec<usize> = ends.take(table.longest).collect();
        let found = ends.iter().rev().find_map(|&end| Some((end, *table.entries.get(&rest[..end])?)));
        match found {
            Some((end, value)) => {
                result.push_str(value);
                rest = &rest[end..];
            }
            None => {
                result.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_converted_as_its_phrase_has_it() {
        let traditional = |text| converted(text, Form::Traditional);
        assert_eq!(traditional("头发发展"), "頭髮發展");
        assert_eq!(traditional("皇后在后面"), "皇后在後面");
        assert_eq!(traditional("ACA 埃菲尔铁塔 ✓"), "ACA 埃菲爾鐵塔 ✓");
        assert_eq!(converted("頭髮發展，憂鬱的臺灣烏龜", Form::Simplified), "头发发展，忧郁的台湾乌龟");
        assert_eq!(traditional(""), "");
    }
}
