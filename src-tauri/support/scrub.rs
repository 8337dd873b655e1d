//! What a text loses before it goes into a log, a report or a description that is given away.
//!
//! Error messages quote: a parser the place where it failed, Rust the string that was cut at the wrong byte. What is
//! quoted may be a conversation, so it goes, whatever it is. So does all that is not ASCII, since the program's own
//! messages are, and the user's home folder.

use std::path::{Path, PathBuf};

/// Stands for what was taken out.
const GONE: &str = "[...]";
/// Quotation marks, and what closes them.
const QUOTES: [(char, char); 8] = [
    ('"', '"'),
    ('`', '`'),
    ('\'', '\''),
    ('\u{201c}', '\u{201d}'),
    ('\u{2018}', '\u{2019}'),
    ('\u{300c}', '\u{300d}'),
    ('\u{ab}', '\u{bb}'),
    ('\u{300a}', '\u{300b}'),
];

/// The home folder of whoever runs this, where it is known.
pub fn home() -> Option<PathBuf> {
    dirs::home_dir().filter(|home| home.parent().is_some())
}

/// A path whose beginning is the home folder, with `~` in its place.
pub fn path(path: &Path, home: Option<&Path>) -> String {
    let below = home.and_then(|home| path.strip_prefix(home).ok());
    match below {
        Some(rest) if rest.as_os_str().is_empty() => "~".into(),
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}

/// A text with `~` wherever the home folder stands in it.
pub fn homeless(text: &str, home: Option<&Path>) -> String {
    match home.and_then(Path::to_str) {
        Some(home) => text.replace(home, "~"),
        None => text.to_owned(),
    }
}

/// The first line of an explanation without what it quotes, at most `limit` characters.
pub fn explanation(text: &str, home: Option<&Path>, limit: usize) -> String {
    let line = homeless(text.lines().next().unwrap_or_default(), home);
    let mut kept = String::new();
    let mut rest = line.chars();
    let mut before = ' ';
    while let Some(next) = rest.next() {
        let quote = QUOTES.iter().find(|(opens, _)| *opens == next);
        match quote {
            // An apostrophe within a word opens nothing: can't.
            Some(('\'', _)) if before.is_alphanumeric() => kept.push(next),
            Some((_, closes)) => {
                // The last of its kind: what is quoted may have some of its own. Without one, all that is left goes.
                let after = rest.as_str().rfind(*closes).map(|at| at + closes.len_utf8());
                rest = after.map_or("", |at| &rest.as_str()[at..]).chars();
                push_gone(&mut kept);
            }
            None if next.is_ascii() && !next.is_ascii_control() => kept.push(next),
            None => push_gone(&mut kept),
        }
        before = next;
    }
    kept.chars().take(limit).collect()
}

fn push_gone(kept: &mut String) {
    if !kept.ends_with(GONE) {
        kept.push_str(GONE);
    }
}

/// A short name as programs give it (`llama`, `Q4_K_M`); anything else could be a text, and is not told.
pub fn name(text: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.+".contains(c);
    match !text.is_empty() && text.len() <= 32 && text.chars().all(plain) {
        true => text,
        false => "(not told)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(text: &str) -> String {
        explanation(text, Some(Path::new("/home/王 五")), 200)
    }

    #[test]
    fn what_is_quoted_goes_and_the_rest_stays() {
        assert_eq!(
            explained("invalid type: string \"天空 secret\", expected u32"),
            "invalid type: string [...], expected u32"
        );
        assert_eq!(
            explained("it is inside 'a' (bytes 3..6) of `say \"no\" now`"),
            "it is inside [...] (bytes 3..6) of [...]"
        );
        assert_eq!(explained("the file can't be read"), "the file can't be read");
        assert_eq!(explained("unknown variant `secret, never closed"), "unknown variant [...]");
        assert_eq!(explained("no token 天 here"), "no token [...] here");
        assert_eq!(explained("first\nsecret"), "first");
        assert_eq!(explanation("abcdef", None, 3), "abc");
        assert_eq!(explained("\"secret\""), "[...]");
    }

    #[test]
    fn the_home_folder_is_a_tilde() {
        let home = Path::new("/home/wang");
        assert_eq!(path(Path::new("/home/wang/models/a.gguf"), Some(home)), "~/models/a.gguf");
        assert_eq!(path(Path::new("/home/wangwu/a"), Some(home)), "/home/wangwu/a");
        assert_eq!(path(home, Some(home)), "~");
        assert_eq!(homeless("open /home/wang/a: no", Some(home)), "open ~/a: no");
        assert_eq!(explained("open /home/王 五/a.gguf: no"), "open ~/a.gguf: no");
    }

    #[test]
    fn a_name_is_a_name_or_not_told() {
        assert_eq!(name("qwen3"), "qwen3");
        assert_eq!(name("Q4_K_M"), "Q4_K_M");
        assert_eq!(name("my secret"), "(not told)");
        assert_eq!(name("千问"), "(not told)");
        assert_eq!(name(""), "(not told)");
    }
}
