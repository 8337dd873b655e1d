//! Models that were cut into pieces by bytes, with no regard to what is in them: `model.gguf.part1of2`, `model.gguf-split-a`.
//!
//! No piece is a file of its own: the first has a header and too few bytes, the others have no header. Only the name tells them from a
//! download that stopped. They were meant to be joined again (`cat`, `copy /b`), which is what the error says.

use std::path::Path;

use crate::protocol::{ErrorKind, RpcError};

/// What a name ends with between the whole file's name and the number of a piece, in small letters; the longest first.
const MARKS: &[&str] =
    &["-split-", ".split-", "_split_", ".split", "-part-", ".part-", ".part_", "-part", "_part", ".part"];
/// What the whole file's name ends with.
const WHOLE: &[&str] = &[".gguf", ".safetensors"];
/// A model is cut into at most so many pieces.
const MOST: u64 = 10_000;

/// What a file name says about a piece.
#[derive(Debug, PartialEq, Eq)]
struct Piece<'a> {
    /// The name of the whole file.
    whole: &'a str,
    /// How many there are, where the name says it.
    count: Option<u64>,
}

/// Takes `model.gguf.part1of2`, `model.gguf-split-a`, `model.gguf.001`, `model.gguf.aa` apart.
fn parse(name: &str) -> Option<Piece<'_>> {
    let small = name.to_ascii_lowercase();
    let end = WHOLE.iter().filter_map(|whole| Some(small.rfind(whole)? + whole.len())).max()?;
    let (whole, rest) = (&name[..end], &small[end..]);
    let mark = MARKS.iter().find_map(|mark| rest.strip_prefix(mark));
    let (number, is_marked) = match mark {
        Some(number) => (number.trim_start_matches(['-', '_', '.']), true),
        None => (rest.strip_prefix('.')?, false),
    };
    let digits = |text: &str| {
        let is_number = !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<u64>().ok()).flatten()
    };
    for between in ["-of-", "_of_", ".of.", "of"] {
        if let Some((number, count)) = number.split_once(between) {
            let (number, count) = (digits(number)?, digits(count)?);
            return (number <= count && (2..=MOST).contains(&count))
                .then_some(Piece { whole, count: Some(count) });
        }
    }
    // `split` numbers with letters unless it is told otherwise.
    let is_letters = |least: usize| {
        (least..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    // Without a mark a letter or a digit alone may mean anything.
    let is_piece = if is_marked {
        digits(number).is_some() || is_letters(1)
    } else {
        (digits(number).is_some() && number.len() >= 2) || (is_letters(2) && number.starts_with('a'))
    };
    is_piece.then_some(Piece { whole, count: None })
}

/// The error for a piece; `None` where the name does not say that it is one.
pub(crate) fn refused(path: &Path) -> Option<RpcError> {
    let piece = parse(path.file_name()?.to_str()?)?;
    let of = piece.count.map_or_else(String::new, |count| format!(" of {count}"));
    let message =
        format!("a piece{of} of {}, which was cut by bytes: join all pieces to one file again", piece.whole);
    let error = super::failure(ErrorKind::MissingParts, path, &message)
        .with("case", "cut")
        .with("whole", piece.whole)
        .with("looks_like", "piece");
    Some(match piece.count {
        Some(count) => error.with("parts", count),
        None => error,
    })
}

/// A better reason for a file that could not be read, where its name gives one.
pub(crate) fn explain(error: RpcError, path: &Path) -> RpcError {
    match error.kind() {
        ErrorKind::Truncated | ErrorKind::NotAModel | ErrorKind::Corrupt => refused(path).unwrap_or(error),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_pieces_are_told_from_those_of_files() {
        for (name, whole, count) in [
            ("a.gguf.part1of2", "a.gguf", Some(2)),
            ("A.Q4_K_M.gguf.part02of03", "A.Q4_K_M.gguf", Some(3)),
            ("a.gguf-split-a", "a.gguf", None),
            ("a.gguf-split-ab", "a.gguf", None),
            ("a.gguf.part-a", "a.gguf", None),
            ("a.gguf.partaa", "a.gguf", None),
            ("a.gguf-part-1", "a.gguf", None),
            ("a.gguf.part-00001-of-00004", "a.gguf", Some(4)),
            ("a.gguf.part.3", "a.gguf", None),
            ("a.GGUF.001", "a.GGUF", None),
            ("a.gguf.aa", "a.gguf", None),
            ("model.safetensors.part1of2", "model.safetensors", Some(2)),
            ("模型.gguf.part1of2", "模型.gguf", Some(2)),
        ] {
            assert_eq!(parse(name), Some(Piece { whole, count }), "{name}");
        }
        for name in [
            "a.gguf",
            // What browsers name a file that they are still getting.
            "a.gguf.part",
            "a.gguf.crdownload",
            "a.gguf.download",
            "a.gguf.tmp",
            "a.gguf.bak",
            "a.gguf.1",
            "a.gguf.zip",
            "a.gguf.part3of2",
            "a-00001-of-00002.gguf",
            "part1of2",
            "",
        ] {
            assert_eq!(parse(name), None, "{name}");
        }
    }
}
