//! A text in characters.

use unicode_segmentation::UnicodeSegmentation;

/// Lengths in bytes of the extended grapheme clusters of a text (Unicode Standard Annex 29): what a reader takes for one
/// character, however many code points it has (a family of emoji, a letter with its accents, a flag).
pub fn characters(text: &str) -> Vec<u32> {
    text.graphemes(true).map(|character| character.len() as u32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_what_a_reader_takes_for_one() {
        let count = |text| characters(text).len();
        for one in ["👨‍👩‍👧‍👦", "e\u{301}", "𠮷", "🇨🇳", "각", "\u{1112}\u{1161}\u{11ab}", "葛󠄀", "\r\n"]
        {
            assert_eq!(count(one), 1, "{one}");
        }
        assert_eq!(count("我想学习ACA。"), 8);
        assert_eq!(count(""), 0);
        assert_eq!(count("🇨🇳🇩🇪"), 2);
    }
}
