//! In which script an entry is written.

use icu_properties::props::Script;
use icu_properties::{CodePointMapData, PropertyNamesShort};

/// No letters: digits, punctuation, spaces, emoji.
const COMMON: &str = "Zyyy";
const MIXED: &str = "mixed";
/// No whole characters.
const PART: &str = "part";
/// Chinese characters together with kana.
const JAPANESE: &str = "Jpan";

/// The scripts of a vocabulary, numbered as they come.
#[derive(Debug, Default)]
pub(super) struct Scripts(Vec<&'static str>);

impl Scripts {
    /// The number of the script of a text; `None`: it is no text.
    pub fn of(&mut self, text: Option<&str>) -> u8 {
        let name = text.map_or(PART, script_of);
        let number = self.0.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.0.push(name);
            self.0.len() - 1
        });
        // Unicode has fewer than 180 scripts.
        u8::try_from(number).unwrap_or(u8::MAX)
    }

    /// The name of a script by its number.
    pub fn name(&self, number: u8) -> &'static str {
        self.0.get(usize::from(number)).copied().unwrap_or(MIXED)
    }

    /// The number of a script by its name.
    pub fn number(&self, name: &str) -> Option<u8> {
        self.0.iter().position(|known| *known == name).map(|number| number as u8)
    }
}

/// The one script of all letters (ISO 15924).
fn script_of(text: &str) -> &'static str {
    let scripts = CodePointMapData::<Script>::new();
    let (mut only, mut kana, mut several) = (None, false, false);
    for character in text.chars() {
        let script = scripts.get(character);
        if script == Script::Common || script == Script::Inherited || script == Script::Unknown {
            continue;
        }
        kana |= script == Script::Hiragana || script == Script::Katakana;
        several |= only.is_some_and(|only| only != script);
        only = only.or(Some(script));
    }
    let is_japanese = || {
        let japanese = [Script::Hiragana, Script::Katakana, Script::Han, Script::Common, Script::Inherited];
        kana && text.chars().all(|character| japanese.contains(&scripts.get(character)))
    };
    match only {
        None => COMMON,
        Some(_) if several && is_japanese() => JAPANESE,
        Some(_) if several => MIXED,
        Some(script) => PropertyNamesShort::<Script>::new().get(script).unwrap_or(MIXED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_have_their_names() {
        for (text, name) in [
            (" the", "Latn"),
            ("埃菲尔", "Hani"),
            ("𠮷", "Hani"),
            ("Привет", "Cyrl"),
            ("한국", "Hang"),
            ("ひらがな", "Hira"),
            ("東京タワーへ", JAPANESE),
            ("123", COMMON),
            (" !?", COMMON),
            ("👍🏽", COMMON),
            ("", COMMON),
            ("T恤", MIXED),
            ("e\u{301}", "Latn"),
            ("\u{301}", COMMON),
            ("नमस्ते", "Deva"),
            ("مرحبا", "Arab"),
        ] {
            assert_eq!(script_of(text), name, "{text}");
        }
        let mut scripts = Scripts::default();
        assert_eq!((scripts.of(None), scripts.of(Some("a")), scripts.of(None)), (0, 1, 0));
        assert_eq!((scripts.name(1), scripts.number("Latn")), ("Latn", Some(1)));
    }
}
