//! A word, written in other ways. For a reader it stays the same; a tokenizer may see something quite different.

use unicode_normalization_alignments::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::protocol::{Guise, GuiseKind, GuisesOf, RpcError};
use crate::tokenizer::Tokenizer;

use super::chinese::{converted, Form};
use super::steps::check_length;
use super::tokens::tokens;

/// The guises of a word with their tokens: first the word as it was typed; what would be the same text again is left out.
///
/// # Errors
/// As [`Tokenizer::encode`]; `InvalidParams` for more than [`GuisesOf::MOST_BYTES`].
pub fn guises(tokenizer: &Tokenizer, params: &GuisesOf) -> Result<Vec<Guise>, RpcError> {
    check_length(&params.text, GuisesOf::MOST_BYTES)?;
    let mut guises: Vec<Guise> = Vec::new();
    for (kind, text) in texts(&params.text) {
        if !guises.iter().any(|guise| guise.text == text) {
            let cut = tokens(tokenizer, &text, false)?;
            guises.push(Guise { kind, text, cut });
        }
    }
    Ok(guises)
}

fn texts(text: &str) -> [(GuiseKind, String); 12] {
    let trimmed = text.trim();
    [
        (GuiseKind::AsTyped, text.to_owned()),
        (GuiseKind::LeadingSpace, format!(" {}", text.trim_start())),
        (GuiseKind::NoSpace, trimmed.to_owned()),
        (GuiseKind::Lower, text.to_lowercase()),
        (GuiseKind::Upper, text.to_uppercase()),
        (GuiseKind::Title, title(text)),
        (GuiseKind::FullWidth, text.chars().map(full_width).collect()),
        (GuiseKind::HalfWidth, text.chars().map(half_width).collect()),
        (GuiseKind::Simplified, converted(text, Form::Simplified)),
        (GuiseKind::Traditional, converted(text, Form::Traditional)),
        (GuiseKind::Composed, text.nfc().map(|(character, _)| character).collect()),
        (GuiseKind::Decomposed, text.nfd().map(|(character, _)| character).collect()),
    ]
}

/// Every word with a capital, and the rest of it small.
fn title(text: &str) -> String {
    let word = |word: &str| {
        let mut characters = word.chars();
        let first = characters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(characters.as_str().to_lowercase().chars()).collect::<String>()
    };
    text.split_word_bounds().map(word).collect()
}

/// How far the wide forms of `!` to `~` stand behind them (U+FF01 to U+FF5E).
const WIDER: u32 = 0xfee0;

fn full_width(character: char) -> char {
    match character {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(u32::from(character) + WIDER).unwrap_or(character),
        _ => character,
    }
}

fn half_width(character: char) -> char {
    match character {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - WIDER).unwrap_or(character),
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guise(kind: GuiseKind, text: &str) -> String {
        texts(text).into_iter().find(|(found, _)| *found == kind).expect("all kinds are there").1
    }

    #[test]
    fn a_word_in_its_guises() {
        assert_eq!(guise(GuiseKind::LeadingSpace, "hi"), " hi");
        assert_eq!(guise(GuiseKind::LeadingSpace, " hi"), " hi");
        assert_eq!(guise(GuiseKind::NoSpace, " hi "), "hi");
        assert_eq!(guise(GuiseKind::Title, "eIFFEL tower"), "Eiffel Tower");
        assert_eq!(guise(GuiseKind::Upper, "straße"), "STRASSE");
        assert_eq!(guise(GuiseKind::FullWidth, "ACA 2!"), "ＡＣＡ　２！");
        assert_eq!(guise(GuiseKind::HalfWidth, "ＡＣＡ　２！塔"), "ACA 2!塔");
        assert_eq!(guise(GuiseKind::Traditional, "头发发展"), "頭髮發展");
        assert_eq!(guise(GuiseKind::Simplified, "頭髮發展"), "头发发展");
        assert_eq!(guise(GuiseKind::Decomposed, "é각"), "e\u{301}\u{1100}\u{1161}\u{11a8}");
        assert_eq!(guise(GuiseKind::Composed, "e\u{301}"), "é");
    }
}
