//! Names of characters, for `\N{...}` in string literals: those that stand in prompts. The whole
//! table of Unicode would be a megabyte for something that no published template uses.

const NAMES: &[(&str, char)] = &[
    ("SPACE", ' '),
    ("NO-BREAK SPACE", '\u{a0}'),
    ("ZERO WIDTH SPACE", '\u{200b}'),
    ("ZERO WIDTH NON-JOINER", '\u{200c}'),
    ("ZERO WIDTH JOINER", '\u{200d}'),
    ("WORD JOINER", '\u{2060}'),
    ("ZERO WIDTH NO-BREAK SPACE", '\u{feff}'),
    ("IDEOGRAPHIC SPACE", '\u{3000}'),
    ("EN SPACE", '\u{2002}'),
    ("EM SPACE", '\u{2003}'),
    ("THIN SPACE", '\u{2009}'),
    ("NARROW NO-BREAK SPACE", '\u{202f}'),
    ("LINE SEPARATOR", '\u{2028}'),
    ("PARAGRAPH SEPARATOR", '\u{2029}'),
    ("LINE FEED", '\n'),
    ("CARRIAGE RETURN", '\r'),
    ("CHARACTER TABULATION", '\t'),
    ("NULL", '\0'),
    ("ESCAPE", '\u{1b}'),
    ("EXCLAMATION MARK", '!'),
    ("QUOTATION MARK", '"'),
    ("NUMBER SIGN", '#'),
    ("DOLLAR SIGN", '$'),
    ("PERCENT SIGN", '%'),
    ("AMPERSAND", '&'),
    ("APOSTROPHE", '\''),
    ("LEFT PARENTHESIS", '('),
    ("RIGHT PARENTHESIS", ')'),
    ("ASTERISK", '*'),
    ("PLUS SIGN", '+'),
    ("COMMA", ','),
    ("HYPHEN-MINUS", '-'),
    ("FULL STOP", '.'),
    ("SOLIDUS", '/'),
    ("COLON", ':'),
    ("SEMICOLON", ';'),
    ("LESS-THAN SIGN", '<'),
    ("EQUALS SIGN", '='),
    ("GREATER-THAN SIGN", '>'),
    ("QUESTION MARK", '?'),
    ("COMMERCIAL AT", '@'),
    ("LEFT SQUARE BRACKET", '['),
    ("REVERSE SOLIDUS", '\\'),
    ("RIGHT SQUARE BRACKET", ']'),
    ("CIRCUMFLEX ACCENT", '^'),
    ("LOW LINE", '_'),
    ("GRAVE ACCENT", '`'),
    ("LEFT CURLY BRACKET", '{'),
    ("VERTICAL LINE", '|'),
    ("RIGHT CURLY BRACKET", '}'),
    ("TILDE", '~'),
    ("SECTION SIGN", '§'),
    ("COPYRIGHT SIGN", '©'),
    ("REGISTERED SIGN", '®'),
    ("DEGREE SIGN", '°'),
    ("PLUS-MINUS SIGN", '±'),
    ("PILCROW SIGN", '¶'),
    ("MIDDLE DOT", '·'),
    ("LEFT-POINTING DOUBLE ANGLE QUOTATION MARK", '«'),
    ("RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK", '»'),
    ("MULTIPLICATION SIGN", '×'),
    ("DIVISION SIGN", '÷'),
    ("HYPHEN", '‐'),
    ("NON-BREAKING HYPHEN", '‑'),
    ("EN DASH", '–'),
    ("EM DASH", '—'),
    ("HORIZONTAL BAR", '―'),
    ("LEFT SINGLE QUOTATION MARK", '‘'),
    ("RIGHT SINGLE QUOTATION MARK", '’'),
    ("LEFT DOUBLE QUOTATION MARK", '“'),
    ("RIGHT DOUBLE QUOTATION MARK", '”'),
    ("DAGGER", '†'),
    ("DOUBLE DAGGER", '‡'),
    ("BULLET", '•'),
    ("TRIANGULAR BULLET", '‣'),
    ("HYPHEN BULLET", '⁃'),
    ("WHITE BULLET", '◦'),
    ("HORIZONTAL ELLIPSIS", '…'),
    ("EURO SIGN", '€'),
    ("TRADE MARK SIGN", '™'),
    ("LEFTWARDS ARROW", '←'),
    ("UPWARDS ARROW", '↑'),
    ("RIGHTWARDS ARROW", '→'),
    ("DOWNWARDS ARROW", '↓'),
    ("RIGHTWARDS DOUBLE ARROW", '⇒'),
    ("BLACK SQUARE", '■'),
    ("WHITE SQUARE", '□'),
    ("BLACK CIRCLE", '●'),
    ("WHITE CIRCLE", '○'),
    ("BLACK STAR", '★'),
    ("WHITE STAR", '☆'),
    ("CHECK MARK", '✓'),
    ("HEAVY CHECK MARK", '✔'),
    ("BALLOT X", '✗'),
    ("WHITE HEAVY CHECK MARK", '✅'),
    ("CROSS MARK", '❌'),
    ("WARNING SIGN", '⚠'),
    ("LOWER ONE EIGHTH BLOCK", '▁'),
    ("IDEOGRAPHIC COMMA", '、'),
    ("IDEOGRAPHIC FULL STOP", '。'),
    ("LEFT CORNER BRACKET", '「'),
    ("RIGHT CORNER BRACKET", '」'),
    ("FULLWIDTH VERTICAL LINE", '｜'),
    ("FULLWIDTH COLON", '：'),
    ("FULLWIDTH COMMA", '，'),
    ("REPLACEMENT CHARACTER", '\u{fffd}'),
];

/// Digits as Unicode calls them.
const DIGITS: &[&str] = &["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"];

/// The character of a name, in any case.
pub fn character(name: &str) -> Option<char> {
    let name = name.to_ascii_uppercase();
    if let Some((_, character)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*character);
    }
    let letter = |prefix: &str| name.strip_prefix(prefix).and_then(|letter| letter.parse::<char>().ok());
    if let Some(letter) = letter("LATIN CAPITAL LETTER ").filter(char::is_ascii_uppercase) {
        return Some(letter);
    }
    if let Some(letter) = letter("LATIN SMALL LETTER ").filter(char::is_ascii_uppercase) {
        return Some(letter.to_ascii_lowercase());
    }
    if let Some(place) =
        name.strip_prefix("DIGIT ").and_then(|digit| DIGITS.iter().position(|known| *known == digit))
    {
        return char::from_digit(place as u32, 10);
    }
    let code = u32::from_str_radix(name.strip_prefix("CJK UNIFIED IDEOGRAPH-")?, 16).ok()?;
    char::from_u32(code)
}
