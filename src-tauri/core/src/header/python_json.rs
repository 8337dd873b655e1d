//! JSON as Python writes it.
//!
//! Its `json` module writes numbers without an end as `Infinity`, `-Infinity` and `NaN`, and reads them again; the standard knows none of
//! them (RFC 8259, section 6). Configurations have them, a greatest step of time for one. They become what transformers 5
//! writes in their place, `{"__float__": "Infinity"}`, which nobody takes for a number.

use serde_json::Value;

/// The words, and what stands for each of them.
const WORDS: &[(&[u8], &[u8])] = &[
    (b"-Infinity", br#"{"__float__":"-Infinity"}"#),
    (b"Infinity", br#"{"__float__":"Infinity"}"#),
    (b"NaN", br#"{"__float__":"NaN"}"#),
];

/// Reads JSON with these words in it.
///
/// # Errors
/// Where it is none all the same; lines and columns are those of `bytes`.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(bytes)
        .or_else(|error| serde_json::from_slice(&without_words(bytes)).map_err(|_| error))
}

fn without_words(bytes: &[u8]) -> Vec<u8> {
    let mut written = Vec::with_capacity(bytes.len() + 64);
    let (mut at, mut in_text) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        let word = WORDS.iter().find(|(word, _)| !in_text && bytes[at..].starts_with(word));
        if let Some((word, instead)) = word {
            written.extend_from_slice(instead);
            at += word.len();
            continue;
        }
        // What follows a backslash does not end the text.
        let taken = if in_text && byte == b'\\' { 2 } else { 1 };
        in_text ^= byte == b'"';
        let end = (at + taken).min(bytes.len());
        written.extend_from_slice(&bytes[at..end]);
        at = end;
    }
    written
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_without_an_end_are_read_and_text_stays_as_it_is() {
        let read = |text: &str| parse(text.as_bytes()).ok();
        let infinity = |name: &str| json!({"__float__": name});
        assert_eq!(
            read(r#"{"a": [0.0, Infinity], "b":-Infinity, "c":NaN}"#),
            Some(json!({"a": [0.0, infinity("Infinity")], "b": infinity("-Infinity"), "c": infinity("NaN")}))
        );
        assert_eq!(
            read(r#"{"Infinity": "NaN \" Infinity", "x": NaN}"#),
            Some(json!({"Infinity": "NaN \" Infinity", "x": infinity("NaN")}))
        );
        for broken in ["{", "[Infinity", "[Infinit]", "[NaNa]", "\"Infinity", "\"\\", ""] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }

    #[test]
    fn an_error_names_its_place_in_the_file() {
        let error = parse(b"{\"a\": Infinity,\n \"b\": }").expect_err("broken");
        assert_eq!(error.line(), 1);
    }
}
