//! What may be told of a panic where nothing private may be told.
//!
//! A panic's message is a literal of the program, or was formatted: then a conversation may be in it, as in Rust's own
//! words about a string that is cut within a character. Where it happened is told in any case, and says which message it was.

use std::any::Any;

/// Longest message that is told, in characters.
const LONGEST: usize = 300;

/// Beginnings of Rust's own messages whose rest is numbers.
const NUMBERS: [&str; 5] = [
    "index out of bounds: ",
    "range start index ",
    "range end index ",
    "slice index starts at ",
    "attempt to ",
];

/// The message of a panic, as far as it can't be private.
pub fn safe(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        return text.chars().take(LONGEST).collect();
    }
    match payload.downcast_ref::<String>() {
        Some(text) if NUMBERS.iter().any(|known| text.starts_with(known)) => {
            text.chars().take_while(char::is_ascii).take(LONGEST).collect()
        }
        Some(text) => format!("(not told: it was formatted, {} characters)", text.chars().count()),
        None => "(none)".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(panics: impl FnOnce() + std::panic::UnwindSafe) -> String {
        safe(&*std::panic::catch_unwind(panics).expect_err("it panics"))
    }

    fn failing(words: &str) -> Result<(), String> {
        Err(words.to_owned())
    }

    #[test]
    fn literals_and_numbers_are_told_and_what_was_formatted_is_not() {
        assert_eq!(told(|| panic!("no model")), "no model");
        let numbers = vec![1, 2, 3];
        let at = numbers.len() + 2;
        let told_of_index = told(move || {
            let _ = std::hint::black_box(numbers)[at];
        });
        assert_eq!(told_of_index, "index out of bounds: the len is 3 but the index is 5");
        let text = "secret 天空".to_owned();
        let cut = told(move || drop(std::hint::black_box(&text)[..8].to_owned()));
        assert!(cut.starts_with("(not told") && !cut.contains("secret"), "{cut}");
        let failed = told(|| failing("secret").expect("a turn"));
        assert!(failed.starts_with("(not told") && !failed.contains("secret"), "{failed}");
        assert_eq!(told(|| std::panic::panic_any(7)), "(none)");
    }
}
