//! Text as it is searched: without regard to case, width, accents, and the two forms of Chinese characters.
//!
//! Folding goes character by character, so that a place in the folded text is a place in the text itself:
//!
//! * compatibility decomposition (NFKD: full width, ligatures, circled numbers), without the combining marks of Latin,
//!   Greek and Cyrillic; Hangul syllables and kana with their sound marks stay whole;
//! * lower case;
//! * traditional characters become simplified ones (OpenCC's table of single characters);
//! * white space and control characters become one space; what has no width and no meaning of its own goes.

use std::sync::OnceLock;

use icu_normalizer::properties::CanonicalCompositionBorrowed;
use icu_normalizer::DecomposingNormalizerBorrowed;

/// The range in which most Chinese characters are: looked up by place.
const COMMON: std::ops::RangeInclusive<char> = '\u{3400}'..='\u{9FFF}';

/// Characters that FTS5's `ascii` tokenizer would take for gaps stand here in its tokens, by code.
const STAND_INS: u32 = 0xE000;

/// A text and its folded form.
#[derive(Debug, Default)]
pub struct Folded {
    pub text: String,
    /// For each character of the original: where what it became begins, and where it begins itself. Bytes.
    places: Vec<(u32, u32)>,
}

impl Folded {
    /// With a way back to places in the original.
    pub fn with_places(text: &str) -> Self {
        let mut folded = Self::default();
        for (at, character) in text.char_indices() {
            let begins = folded.text.len();
            folded.places.push((begins as u32, at as u32));
            push(&mut folded.text, character);
        }
        folded.places.push((folded.text.len() as u32, text.len() as u32));
        folded
    }

    /// The bytes of the original that became these bytes.
    pub fn original(&self, found: std::ops::Range<usize>) -> std::ops::Range<usize> {
        // Characters that became nothing share the place of what follows: the last of them has it.
        let first = self.places.partition_point(|(folded, _)| *folded as usize <= found.start).max(1) - 1;
        let end = self.places.partition_point(|(folded, _)| (*folded as usize) < found.end);
        let end = end.min(self.places.len() - 1);
        self.places[first].1 as usize..self.places[end].1 as usize
    }
}

/// The folded form alone.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        push(&mut folded, character);
    }
    folded
}

/// What is looked for, in the folded form: everything between white space is one term, whatever characters it has.
pub fn terms(query: &str) -> Vec<String> {
    let folded = fold(query);
    let mut terms: Vec<String> = Vec::new();
    for term in folded.split(' ').filter(|term| !term.is_empty()) {
        if !terms.iter().any(|known| known == term) {
            terms.push(term.to_owned());
        }
    }
    terms
}

fn push(out: &mut String, character: char) {
    match character {
        'a'..='z' | '!'..='@' => out.push(character),
        'A'..='Z' => out.push(character.to_ascii_lowercase()),
        _ if COMMON.contains(&character) => out.push(simplified(character)),
        _ if character.is_whitespace() || character.is_control() => {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        }
        // Soft hyphen, what joins or separates without width, marks of direction, variants, the byte order mark.
        '\u{AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2060}'..='\u{2064}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' => {}
        // Hangul syllables.
        '\u{AC00}'..='\u{D7A3}' => out.push(character),
        // Private ones that `token` gives a meaning.
        '\u{E000}'..='\u{E07F}' => out.push(char::REPLACEMENT_CHARACTER),
        _ if character.is_ascii() => out.push(character),
        _ => push_decomposed(out, character),
    }
}

fn push_decomposed(out: &mut String, character: char) {
    let normalizer = const { DecomposingNormalizerBorrowed::new_nfkd() };
    for part in normalizer.normalize_iter(std::iter::once(character)) {
        for lower in part.to_lowercase() {
            match lower {
                // Combining marks.
                '\u{300}'..='\u{36F}'
                | '\u{1AB0}'..='\u{1AFF}'
                | '\u{1DC0}'..='\u{1DFF}'
                | '\u{20D0}'..='\u{20FF}'
                | '\u{FE20}'..='\u{FE2F}' => {}
                // The sound marks of kana make another letter.
                '\u{3099}' | '\u{309A}' => {
                    let composition = const { CanonicalCompositionBorrowed::new() };
                    match out.chars().next_back().and_then(|before| composition.compose(before, lower)) {
                        Some(whole) => {
                            out.pop();
                            out.push(whole);
                        }
                        None => out.push(lower),
                    }
                }
                'ς' => out.push('σ'),
                // Decomposed: a space with a mark above, or a wide space.
                ' ' if out.is_empty() || out.ends_with(' ') => {}
                other => out.push(simplified(other)),
            }
        }
    }
}

/// OpenCC's table of traditional characters and phrases, which the inspector has too: `traditional simplified` in a line.
const SIMPLIFIED: &str = include_str!("../../../core/src/inspect/chinese/simplified.txt");

/// Traditional characters, each with the simplified one that stands for it.
fn simplified_characters() -> impl Iterator<Item = (char, char)> {
    let single = |text: &str| {
        let mut characters = text.chars();
        characters.next().filter(|_| characters.next().is_none())
    };
    let lines = SIMPLIFIED.lines().filter(|line| !line.starts_with('#'));
    let entries = lines.filter_map(|line| line.split_once(' '));
    entries.filter_map(move |(from, to)| Some((single(from)?, single(to)?)))
}

/// Simplified forms: of the characters of [`COMMON`] by place, and of rarer ones, sorted.
type Characters = (Vec<char>, Vec<(char, char)>);

/// The simplified form of a traditional character; any other character itself.
fn simplified(character: char) -> char {
    static TABLE: OnceLock<Characters> = OnceLock::new();
    let (common, rare) = TABLE.get_or_init(|| {
        let mut common: Vec<char> = COMMON.collect();
        let mut rare = Vec::new();
        for (from, to) in simplified_characters() {
            match COMMON.contains(&from) {
                true => common[from as usize - *COMMON.start() as usize] = to,
                false => rare.push((from, to)),
            }
        }
        rare.sort_unstable();
        (common, rare)
    });
    match character {
        _ if COMMON.contains(&character) => common[character as usize - *COMMON.start() as usize],
        '\u{F900}'.. => match rare.binary_search_by_key(&character, |(from, _)| *from) {
            Ok(at) => rare[at].1,
            Err(_) => character,
        },
        _ => character,
    }
}

/// Every character and every pair of neighbours in a folded text, each once, as tokens of FTS5's `ascii` tokenizer.
pub fn short_grams(folded: &str) -> String {
    let mut grams: Vec<(char, char)> = Vec::with_capacity(2 * folded.len());
    for word in folded.split(' ') {
        let mut before = None;
        for character in word.chars() {
            grams.push((character, '\0'));
            if let Some(before) = before {
                grams.push((before, character));
            }
            before = Some(character);
        }
    }
    grams.sort_unstable();
    grams.dedup();
    let mut tokens = String::with_capacity(4 * grams.len());
    for (first, second) in grams {
        tokens.push(stand_in(first));
        if second != '\0' {
            tokens.push(stand_in(second));
        }
        tokens.push(' ');
    }
    tokens
}

/// The token of a term of one or two characters.
pub fn short_token(term: &str) -> String {
    term.chars().map(stand_in).collect()
}

fn stand_in(character: char) -> char {
    match character {
        _ if character.is_ascii_alphanumeric() => character,
        _ if character.is_ascii() => char::from_u32(STAND_INS + character as u32).unwrap_or(character),
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_width_accents_and_traditional_characters_do_not_matter() {
        for (text, folded) in [
            ("Ünïcödé ÉTÉ", "unicode ete"),
            ("ＡＢＣ１２３！", "abc123!"),
            ("頭髮發展", "头发发展"),
            ("ﬁne №5 ②", "fine no5 2"),
            ("ΣΊΣΥΦΟΣ ς", "σισυφοσ σ"),
            ("İstanbul", "istanbul"),
            ("Й ё", "и е"),
            ("e\u{301}a", "ea"),
            ("ガ ｶﾞ か\u{3099} か", "ガ ガ が か"),
            ("한국어", "한국어"),
            ("a\t \r\n\u{3000}b\u{0}c", "a b c"),
            (" x", "x"),
            ("so\u{AD}ft\u{200B}", "soft"),
            ("豈", "岂"),
            ("天😀", "天😀"),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
            assert_eq!(Folded::with_places(text).text, folded, "{text:?}");
        }
    }

    #[test]
    fn a_place_in_the_folded_text_is_one_in_the_text() {
        let text = "Ａ\u{AD}É  頭髮ﬁn";
        let folded = Folded::with_places(text);
        assert_eq!(folded.text, "ae 头发fin");
        let original = |term: &str| {
            let at = folded.text.find(term).expect(term);
            &text[folded.original(at..at + term.len())]
        };
        assert_eq!(original("a"), "Ａ");
        assert_eq!(original("e"), "É");
        assert_eq!(original("头发"), "頭髮");
        assert_eq!(original("发f"), "髮ﬁ");
        assert_eq!(original("n"), "n");
    }

    #[test]
    fn a_query_is_its_terms_and_has_no_signs_of_its_own() {
        assert_eq!(terms("  修復  OK \"a*b\" ok NOT -x"), ["修复", "ok", "\"a*b\"", "not", "-x"]);
        assert_eq!(terms(" \u{3000}\n"), [] as [&str; 0]);
    }

    #[test]
    fn short_grams_are_characters_and_pairs_within_words() {
        let grams = short_grams("aba +c");
        let mut grams: Vec<_> = grams.split(' ').filter(|gram| !gram.is_empty()).collect();
        grams.sort_unstable();
        assert_eq!(grams, ["a", "ab", "b", "ba", "c", "\u{E02B}", "\u{E02B}c"]);
        assert_eq!(short_token("+c"), "\u{E02B}c");
    }
}
