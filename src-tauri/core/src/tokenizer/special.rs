//! Finds special tokens in a text. They are matched as whole strings before anything else.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::protocol::{ErrorKind, RpcError};

use super::vocabulary::{StringTable, TokenKind};

/// Names of special tokens are short and few; the search automaton of a crafted file is not
/// allowed to eat the memory.
const MAX_NAME_BYTES: usize = 4 << 20;

/// A part of a text: a special token, or text between special tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fragment {
    Text(Range<usize>),
    Token(u32, Range<usize>),
}

/// Cuts special tokens out of texts.
#[derive(Debug)]
pub(super) struct SpecialTokens {
    /// Those that count in every text.
    user_defined: Automaton,
    /// These and the control tokens, which count only where the text may contain them.
    all: Automaton,
    strips: Strips,
}

/// Tokens that look at what stands beside them.
#[derive(Debug, Default)]
pub(super) struct Strips {
    /// Swallow the white space before them.
    pub left: Vec<u32>,
    /// Swallow the white space after them.
    pub right: Vec<u32>,
    /// Count only where no letter, digit or underscore stands beside them.
    pub words: Vec<u32>,
}

#[derive(Debug)]
struct Automaton {
    search: Option<AhoCorasick>,
    ids: Vec<u32>,
}

impl Automaton {
    fn new(entries: &[(u32, &[u8])]) -> Result<Self, RpcError> {
        let size: usize = entries.iter().map(|(_, name)| name.len()).sum();
        let too_large = || RpcError::new(ErrorKind::Corrupt, "the names of special tokens are too long");
        if size > MAX_NAME_BYTES {
            return Err(too_large());
        }
        let search = (!entries.is_empty())
            .then(|| {
                AhoCorasick::builder()
                    .match_kind(MatchKind::LeftmostLongest)
                    .build(entries.iter().map(|(_, name)| name))
                    .map_err(|_| too_large())
            })
            .transpose()?;
        Ok(Self { search, ids: entries.iter().map(|(id, _)| *id).collect() })
    }
}

impl SpecialTokens {
    pub(super) fn new(texts: &StringTable, kinds: &[TokenKind], strips: Strips) -> Result<Self, RpcError> {
        let of_kind = |wanted: &[TokenKind]| -> Vec<(u32, &[u8])> {
            texts
                .iter()
                .filter(|(id, name)| {
                    // A name that is no UTF-8 can't stand in a text.
                    wanted.contains(&kinds[*id as usize])
                        && !name.is_empty()
                        && std::str::from_utf8(name).is_ok()
                })
                .collect()
        };
        Ok(Self {
            user_defined: Automaton::new(&of_kind(&[TokenKind::UserDefined]))?,
            all: Automaton::new(&of_kind(&[TokenKind::UserDefined, TokenKind::Control, TokenKind::Unknown]))?,
            strips,
        })
    }

    fn stands_alone(text: &str, range: Range<usize>) -> bool {
        let is_word = |character: char| character.is_alphanumeric() || character == '_';
        let (before, after) = (text[..range.start].chars().next_back(), text[range.end..].chars().next());
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    }

    /// The parts of a text, in order and without gaps.
    pub(super) fn split(&self, text: &str, parse_control: bool) -> Vec<Fragment> {
        let automaton = if parse_control { &self.all } else { &self.user_defined };
        let mut fragments = Vec::new();
        let mut done = 0;
        if let Some(search) = &automaton.search {
            for found in search.find_iter(text) {
                if found.start() < done {
                    // Inside of white space that the token before has swallowed.
                    continue;
                }
                let id = automaton.ids[found.pattern().as_usize()];
                if self.strips.words.contains(&id) && !Self::stands_alone(text, found.range()) {
                    continue;
                }
                let mut start = found.start();
                if self.strips.left.contains(&id) {
                    start = done + text[done..start].trim_end().len();
                }
                if done < start {
                    fragments.push(Fragment::Text(done..start));
                }
                done = found.end();
                if self.strips.right.contains(&id) {
                    let rest = &text[done..];
                    done += rest.len() - rest.trim_start().len();
                }
                fragments.push(Fragment::Token(id, start..done));
            }
        }
        if done < text.len() {
            fragments.push(Fragment::Text(done..text.len()));
        }
        fragments
    }
}
