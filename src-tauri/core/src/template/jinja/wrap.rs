//! Python's `textwrap.wrap`, for the filter `wordwrap`.

use super::error::{wrong, Result};
use super::lexer::is_space;
use super::limits;

pub struct Options {
    /// Characters that a line may have.
    pub width: i128,
    pub break_long_words: bool,
    pub break_on_hyphens: bool,
}

/// The lines of a text that has no line ends.
pub fn wrap(text: &str, options: &Options) -> Result<Vec<String>> {
    let Some(width) = usize::try_from(options.width).ok().filter(|width| *width > 0) else {
        return wrong(format!("invalid width {} (must be > 0)", options.width));
    };
    limits::spend(text.len())?;
    let mut chunks: Vec<Vec<char>> = chunks(text, options.break_on_hyphens);
    chunks.reverse();
    let mut lines: Vec<String> = Vec::new();
    while !chunks.is_empty() {
        let mut line: Vec<Vec<char>> = Vec::new();
        let mut length = 0;
        // A line does not begin with white space, but the first one may.
        if !lines.is_empty() && chunks.last().is_some_and(|chunk| is_blank(chunk)) {
            chunks.pop();
        }
        while let Some(chunk) = chunks.pop_if(|chunk| length + chunk.len() <= width) {
            length += chunk.len();
            line.push(chunk);
        }
        if let Some(chunk) = chunks.pop_if(|chunk| chunk.len() > width) {
            let room = width.saturating_sub(length).max(usize::from(line.is_empty()));
            if options.break_long_words {
                let mut end = room.min(chunk.len());
                // A hyphen inside is a better place.
                if options.break_on_hyphens && chunk.len() > room {
                    let hyphen = chunk[..room].iter().rposition(|c| *c == '-');
                    if let Some(hyphen) =
                        hyphen.filter(|at| *at > 0 && chunk[..*at].iter().any(|c| *c != '-'))
                    {
                        end = hyphen + 1;
                    }
                }
                // The rest is copied.
                limits::spend_bytes(4 * chunk.len())?;
                line.push(chunk[..end].to_vec());
                chunks.push(chunk[end..].to_vec());
            } else if line.is_empty() {
                line.push(chunk);
            } else {
                chunks.push(chunk);
            }
        }
        if line.last().is_some_and(|chunk| is_blank(chunk)) {
            line.pop();
        }
        if !line.is_empty() {
            lines.push(line.concat().into_iter().collect());
        }
        limits::spend(1)?;
    }
    Ok(lines)
}

fn is_blank(chunk: &[char]) -> bool {
    chunk.iter().all(|c| is_space(*c))
}

/// White space of ASCII, at which lines are broken.
fn is_gap(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\x0b' | '\x0c' | '\r' | ' ')
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_letter(c: char) -> bool {
    is_word(c) && !c.is_numeric()
}

/// Words, gaps, parts of words up to a hyphen, and dashes.
fn chunks(text: &str, hyphens: bool) -> Vec<Vec<char>> {
    let chars: Vec<char> = text.chars().collect();
    let at = |place: usize| chars.get(place).copied();
    let letter = |place: usize| at(place).is_some_and(is_letter);
    // Punctuation that may stand before a dash.
    let before_dash = |c: char| is_word(c) || matches!(c, '!' | '"' | '\'' | '&' | '.' | ',' | '?');
    let dash = |place: usize| {
        let end = (place..chars.len()).find(|place| chars[*place] != '-').unwrap_or(chars.len());
        (end >= place + 2 && at(end).is_some_and(is_word)).then_some(end)
    };
    let mut chunks = Vec::new();
    let mut start = 0;
    while start < chars.len() {
        let mut end = start;
        if is_gap(chars[start]) {
            while at(end).is_some_and(is_gap) {
                end += 1;
            }
        } else if !hyphens {
            while at(end).is_some_and(|c| !is_gap(c)) {
                end += 1;
            }
        } else if let Some(dash) =
            Some(start).filter(|start| *start > 0 && before_dash(chars[start - 1])).and_then(dash)
        {
            end = dash;
        } else {
            // At least one character, then up to the first place where a chunk may end.
            loop {
                end += 1;
                if at(end).is_none_or(is_gap) {
                    break;
                }
                if before_dash(chars[end - 1]) && dash(end).is_some() {
                    break;
                }
                // A hyphen between letters: two before it, or one between hyphens, and two behind.
                let hyphen = chars[end] == '-' && end > start;
                let before = hyphen
                    && letter(end - 1)
                    && ((end >= 2 && letter(end - 2))
                        || (end >= 3 && chars[end - 2] == '-' && letter(end - 3)));
                let behind =
                    letter(end + 1) && (letter(end + 2) || (at(end + 2) == Some('-') && letter(end + 3)));
                if before && behind {
                    end += 1;
                    break;
                }
            }
        }
        chunks.push(chars[start..end].to_vec());
        start = end;
    }
    chunks
}
