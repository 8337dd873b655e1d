//! Where two tokenizers cut the same text otherwise.

use crate::protocol::TokenGroups;

/// What [`compare`] finds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Stretches in which the two cut otherwise, in bytes (end exclusive), in order and apart from one another.
    pub stretches: Vec<(u32, u32)>,
    /// Tokens that both have over the very same bytes.
    pub shared: u32,
}

/// What one of them does up to a place where both cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Share {
    /// Groups that stand for bytes of the text.
    groups: u32,
    tokens: u32,
}

/// The groups of one side, up to where it has come.
struct Side<'a> {
    groups: std::iter::Peekable<std::iter::Zip<std::slice::Iter<'a, u32>, std::slice::Iter<'a, u32>>>,
    end: u32,
    share: Share,
}

impl<'a> Side<'a> {
    fn new(groups: &'a TokenGroups) -> Self {
        let groups = groups.tokens.iter().zip(&groups.bytes).peekable();
        Self { groups, end: 0, share: Share::default() }
    }

    /// Takes the next group that stands for bytes; `false` at the end.
    fn advance(&mut self) -> bool {
        for (&tokens, &bytes) in self.groups.by_ref() {
            // What stands for nothing of the text is no difference in how it is cut.
            if bytes > 0 {
                self.end += bytes;
                self.share.groups += 1;
                self.share.tokens += tokens;
                return true;
            }
        }
        false
    }
}

/// Compares the cuts of one text. Both sides have all of its bytes.
pub fn compare(a: &TokenGroups, b: &TokenGroups) -> Difference {
    let (mut a, mut b) = (Side::new(a), Side::new(b));
    let mut found = Difference::default();
    let mut start = 0;
    loop {
        let advanced = match a.end.cmp(&b.end) {
            std::cmp::Ordering::Less => a.advance(),
            std::cmp::Ordering::Greater => b.advance(),
            std::cmp::Ordering::Equal => a.advance() && b.advance(),
        };
        if !advanced {
            return found;
        }
        if a.end != b.end {
            continue;
        }
        let (ours, theirs) = (std::mem::take(&mut a.share), std::mem::take(&mut b.share));
        if ours == theirs && ours.groups == 1 {
            found.shared += u32::from(ours.tokens == 1);
        } else {
            match found.stretches.last_mut() {
                Some((_, end)) if *end == start => *end = a.end,
                _ => found.stretches.push((start, a.end)),
            }
        }
        start = a.end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(pairs: &[(u32, u32)]) -> TokenGroups {
        TokenGroups {
            tokens: pairs.iter().map(|pair| pair.0).collect(),
            bytes: pairs.iter().map(|pair| pair.1).collect(),
        }
    }

    #[test]
    fn stretches_are_where_the_borders_differ() {
        // |ab|cd|ef| and |ab|c|d|ef|, with a BOS before the second.
        let a = groups(&[(1, 2), (1, 2), (1, 2)]);
        let b = groups(&[(1, 0), (1, 2), (1, 1), (1, 1), (1, 2)]);
        assert_eq!(compare(&a, &b), Difference { stretches: vec![(2, 4)], shared: 2 });
        assert_eq!(compare(&b, &a), compare(&a, &b));
        assert_eq!(compare(&a, &a), Difference { stretches: vec![], shared: 3 });
        // |abc|de| and |ab|cde|: one stretch, whose inner borders nobody shares.
        let found = compare(&groups(&[(1, 3), (1, 2)]), &groups(&[(1, 2), (1, 3)]));
        assert_eq!(found, Difference { stretches: vec![(0, 5)], shared: 0 });
    }

    #[test]
    fn a_character_in_three_tokens_is_another_cut_than_in_one() {
        let found = compare(&groups(&[(3, 3), (1, 1)]), &groups(&[(1, 3), (1, 1)]));
        assert_eq!(found, Difference { stretches: vec![(0, 3)], shared: 1 });
        let alike = groups(&[(3, 3), (0, 1)]);
        assert_eq!(compare(&alike, &alike), Difference::default());
        assert_eq!(compare(&groups(&[]), &groups(&[])), Difference::default());
    }
}
