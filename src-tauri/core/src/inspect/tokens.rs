//! A text in tokens, aligned with its bytes.
//!
//! Tokens and characters do not nest: a character may need several tokens, and in some vocabularies a token covers the
//! end of one character and the beginning of the next. Where a file normalizes texts, tokens may stand for nothing of the
//! text, and bytes for no token. So the text is given in *groups*: the smallest stretches that begin and end between
//! characters on the one side and between tokens on the other.

use unicode_segmentation::{GraphemeIndices, UnicodeSegmentation};

use crate::protocol::{RpcError, TokenCut, TokenGroups};
use crate::tokenizer::{Span, Tokenizer};

/// The tokens of a text. `special`: special tokens written in it are read as such.
///
/// # Errors
/// As [`Tokenizer::encode`].
pub fn tokens(tokenizer: &Tokenizer, text: &str, special: bool) -> Result<TokenCut, RpcError> {
    let spans = match special {
        true => tokenizer.prompt_spans(text)?,
        false => tokenizer.text_spans(text)?,
    };
    Ok(cut(tokenizer, text, &spans))
}

/// Spans of a text as a cut.
pub(super) fn cut(tokenizer: &Tokenizer, text: &str, spans: &[Span]) -> TokenCut {
    let is_special = |(_, span): &(u32, &Span)| tokenizer.is_special(span.id);
    TokenCut {
        ids: spans.iter().map(|span| span.id).collect(),
        groups: group(text, spans, |id| is_silent(tokenizer, id)),
        special: (0u32..).zip(spans).filter(is_special).map(|(place, _)| place).collect(),
    }
}

/// May a token stand for no byte of a text? A control token that was put around it, or a space put before it.
fn is_silent(tokenizer: &Tokenizer, id: u32) -> bool {
    let bytes = tokenizer.token_bytes(id).unwrap_or_default();
    tokenizer.is_special(id) || bytes.iter().all(|&byte| byte == b' ')
}

/// Which tokens and bytes belong together.
fn group(text: &str, spans: &[Span], is_silent: impl Fn(u32) -> bool) -> TokenGroups {
    let mut groups = Groups::new(text, spans.len());
    for span in spans {
        let (start, end) = (span.start as usize, span.end as usize);
        if end <= groups.end {
            // Nothing new: a further token of what is already covered, or one that stands for nothing.
            groups.push_inside(start, is_silent(span.id));
        } else {
            groups.push(start, end);
        }
    }
    groups.finish()
}

struct Groups<'a> {
    borders: Borders<'a>,
    length: usize,
    groups: TokenGroups,
    /// The group that is being made: tokens, and where it begins.
    tokens: u32,
    start: usize,
    /// How far tokens have come.
    end: usize,
}

impl<'a> Groups<'a> {
    fn new(text: &'a str, count: usize) -> Self {
        let groups = TokenGroups { tokens: Vec::with_capacity(count), bytes: Vec::with_capacity(count) };
        Self { borders: Borders::new(text), length: text.len(), groups, tokens: 0, start: 0, end: 0 }
    }

    /// A token that brings bytes. Those before `start` that no token has are no token's.
    fn push(&mut self, start: usize, end: usize) {
        if start > self.end {
            // Within a character they are lost with it: the group takes them.
            let edge = if self.tokens > 0 { self.borders.at_or_after(self.end).min(start) } else { self.end };
            self.end = edge;
            self.close();
            if start > self.end && self.borders.at_or_after(start) == start {
                self.end = start;
                self.close();
            }
        }
        self.tokens += 1;
        self.end = end;
        self.close();
    }

    /// A token without bytes of its own.
    fn push_inside(&mut self, start: usize, is_silent: bool) {
        if self.tokens > 0 {
            self.tokens += 1;
        } else if start < self.end {
            // It shares its characters with the token before it, whose group is done already.
            self.reopen();
            self.tokens += 1;
            self.close();
        } else if is_silent {
            self.write(1, 0);
        } else {
            // It belongs to what follows.
            self.tokens = 1;
        }
    }

    /// The group is complete where it ends between two characters.
    fn close(&mut self) {
        if self.end > self.start && self.borders.at_or_after(self.end) == self.end {
            let bytes = (self.end - self.start) as u32;
            let tokens = std::mem::take(&mut self.tokens);
            self.write(tokens, bytes);
            self.start = self.end;
        }
    }

    /// Goes on with the last group that has bytes.
    fn reopen(&mut self) {
        while let (Some(tokens), Some(bytes)) = (self.groups.tokens.pop(), self.groups.bytes.pop()) {
            self.tokens += tokens;
            if bytes > 0 {
                self.start -= bytes as usize;
                return;
            }
        }
    }

    fn write(&mut self, tokens: u32, bytes: u32) {
        self.groups.tokens.push(tokens);
        self.groups.bytes.push(bytes);
    }

    fn finish(mut self) -> TokenGroups {
        if self.tokens > 0 && self.end == self.start && self.start > 0 {
            // Tokens without bytes at the end of the text.
            self.reopen();
        }
        if self.tokens > 0 {
            self.end = match self.end > self.start {
                true => self.borders.at_or_after(self.end),
                false => self.end,
            };
            let bytes = (self.end - self.start) as u32;
            let tokens = std::mem::take(&mut self.tokens);
            self.write(tokens, bytes);
            self.start = self.end;
        }
        if self.start < self.length {
            self.write(0, (self.length - self.start) as u32);
        }
        self.groups
    }
}

/// The borders between characters, asked for in ascending order.
struct Borders<'a> {
    text: &'a str,
    characters: GraphemeIndices<'a>,
    /// The last one that was given by `characters`.
    border: usize,
}

impl<'a> Borders<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, characters: text.grapheme_indices(true), border: 0 }
    }

    /// The first border at a place or after it.
    fn at_or_after(&mut self, place: usize) -> usize {
        while self.border < place {
            let Some((start, character)) = self.characters.next() else { return self.text.len() };
            self.border = start + character.len();
        }
        // Two line ends in one, and each of them a character for whoever counts tokens.
        let is_between = place + 1 == self.border && self.text.as_bytes()[..self.border].ends_with(b"\r\n");
        if is_between {
            place
        } else {
            self.border
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spans (start, end); id 0 is silent.
    fn groups(text: &str, spans: &[(u32, u32, u32)]) -> Vec<(u32, u32)> {
        let spans: Vec<Span> = spans.iter().map(|&(id, start, end)| Span { id, start, end }).collect();
        let found = group(text, &spans, |id| id == 0);
        assert_eq!(found.tokens.iter().sum::<u32>() as usize, spans.len());
        assert_eq!(found.bytes.iter().sum::<u32>() as usize, text.len());
        found.tokens.into_iter().zip(found.bytes).collect()
    }

    #[test]
    fn a_character_over_several_tokens_is_one_group() {
        assert_eq!(groups("塔a", &[(1, 0, 1), (1, 1, 2), (1, 2, 3), (1, 3, 4)]), [(3, 3), (1, 1)]);
        // A token with the end of one character and the beginning of the next.
        assert_eq!(groups("塔塔", &[(1, 0, 2), (1, 2, 5), (1, 5, 6)]), [(3, 6)]);
        // Two code points, one character.
        assert_eq!(groups("e\u{301}x", &[(1, 0, 1), (1, 1, 3), (1, 3, 4)]), [(2, 3), (1, 1)]);
        assert_eq!(groups("🇨🇳", &[(1, 0, 4), (1, 4, 8)]), [(2, 8)]);
        assert_eq!(groups("a\r\nb", &[(1, 0, 2), (1, 2, 3), (1, 3, 4)]), [(1, 2), (1, 1), (1, 1)]);
    }

    #[test]
    fn tokens_without_bytes_and_bytes_without_tokens() {
        assert_eq!(groups("ab", &[(0, 0, 0), (1, 0, 2), (0, 2, 2)]), [(1, 0), (1, 2), (1, 0)]);
        // WordPiece drops spaces.
        assert_eq!(groups(" a b ", &[(1, 1, 2), (1, 3, 4)]), [(0, 1), (1, 1), (0, 1), (1, 1), (0, 1)]);
        assert_eq!(groups("abc", &[]), [(0, 3)]);
        assert_eq!(groups("", &[(0, 0, 0)]), [(1, 0)]);
        // ㎡ written as m and 2: the places of both are the character's.
        assert_eq!(groups("x㎡", &[(1, 0, 1), (1, 1, 1), (1, 1, 4)]), [(1, 1), (2, 3)]);
        assert_eq!(groups("㎡x", &[(1, 0, 3), (1, 0, 3), (1, 3, 4)]), [(2, 3), (1, 1)]);
        // A byte that the vocabulary can't say, inside of a character and behind it.
        assert_eq!(groups("塔塔a", &[(1, 0, 1), (1, 2, 3), (1, 6, 7)]), [(2, 3), (0, 3), (1, 1)]);
        assert_eq!(groups("塔", &[(1, 0, 1)]), [(1, 3)]);
        assert_eq!(groups("塔a", &[(1, 1, 3), (1, 3, 4)]), [(1, 3), (1, 1)]);
    }
}
