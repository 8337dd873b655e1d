//! Finding entries.

use std::cmp::Reverse;

use crate::protocol::{
    EntryKind, ErrorKind, Find, FindOrder, FindPlace, RpcError, VocabularyPage, VocabularyQuery, WordMark,
};

use super::texts::Fit;
use super::{Facts, Vocabulary};

/// Most entries that are told at once.
const MOST: u32 = 1000;

/// What a query found, in its order.
#[derive(Debug)]
pub(super) struct Found {
    /// The query without its window.
    query: VocabularyQuery,
    ids: Vec<u32>,
}

impl Vocabulary {
    /// A window of the entries that fit. The next window of the same query costs nothing.
    ///
    /// # Errors
    /// `InvalidParams` for bytes that are no hex, an id that is no number, more than 1000 entries at once.
    pub fn find(&mut self, query: &VocabularyQuery) -> Result<VocabularyPage, RpcError> {
        if query.count > MOST {
            return Err(invalid(format!("at most {MOST} entries are told at once")));
        }
        let whole = VocabularyQuery { offset: 0, count: 0, ..query.clone() };
        if self.last.as_ref().is_none_or(|last| last.query != whole) {
            let ids = self.search(&whole)?;
            self.last = Some(Found { query: whole, ids });
        }
        let ids = self.last.as_ref().map_or(&[][..], |last| &last.ids);
        let window = ids.iter().skip(query.offset as usize).take(query.count as usize);
        let entries = window.map(|&id| self.entry(id)).collect::<Result<_, _>>()?;
        Ok(VocabularyPage { total: ids.len() as u32, offset: query.offset, entries })
    }

    fn search(&self, query: &VocabularyQuery) -> Result<Vec<u32>, RpcError> {
        let filter = self.filter(query);
        let mut hits: Vec<(Fit, u32)> = Vec::new();
        let mut add = |id: u32, fit: Fit| {
            if filter(&self.facts[id as usize]) {
                hits.push((fit, id));
            }
        };
        match &query.find {
            Some(Find::Text { text, place, ignore_case }) if !text.is_empty() => {
                self.texts.find(text.as_bytes(), *ignore_case, true, |id, fit| {
                    if fits(fit, *place) {
                        add(id, fit);
                    }
                });
            }
            Some(Find::Bytes { bytes, place }) if !bytes.trim().is_empty() => {
                let digits: String = bytes.split_whitespace().collect();
                let wanted =
                    hex::decode(&digits).map_err(|error| invalid(format!("{bytes:?} is no hex: {error}")))?;
                self.texts.find(&wanted, false, false, |id, fit| {
                    if fits(fit, *place) {
                        add(id, fit);
                    }
                });
            }
            Some(Find::Id { digits }) if !digits.trim().is_empty() => {
                let wanted: u32 = digits
                    .trim()
                    .parse()
                    .map_err(|error| invalid(format!("{digits:?} is no id: {error}")))?;
                for (id, fit) in with_digits(wanted, self.size()) {
                    add(id, fit);
                }
            }
            _ => (0..self.size()).for_each(|id| add(id, Fit::Contains)),
        }
        self.sort(&mut hits, query.order);
        Ok(hits.into_iter().map(|(_, id)| id).collect())
    }

    /// Everything that a query asks besides what it looks for.
    fn filter<'a>(&self, query: &'a VocabularyQuery) -> impl Fn(&Facts) -> bool + 'a {
        // A script that no entry has fits nothing.
        let scripts: Vec<u8> = query.scripts.iter().filter_map(|name| self.scripts.number(name)).collect();
        let marks_words = self.marks != WordMark::None;
        move |facts: &Facts| {
            let characters = u32::from(facts.characters);
            let is = |wanted: Option<bool>, has: bool| wanted.is_none_or(|wanted| wanted == has);
            let kind_fits = |kind: &EntryKind| query.kinds.is_empty() || query.kinds.contains(kind);
            kind_fits(&facts.kind)
                && (query.scripts.is_empty() || scripts.contains(&facts.script))
                && query.least_characters.is_none_or(|least| characters >= least)
                && query.most_characters.is_none_or(|most| characters <= most)
                && is(query.leading_space, facts.leading_space)
                && is(query.word_beginning, facts.word_beginning && marks_words)
        }
    }

    fn sort(&self, hits: &mut [(Fit, u32)], order: FindOrder) {
        let length = |id: u32| (self.facts[id as usize].characters, self.texts.get(id).len());
        match order {
            FindOrder::Id => hits.sort_unstable_by_key(|&(_, id)| id),
            FindOrder::Longest => hits.sort_unstable_by_key(|&(_, id)| (Reverse(length(id)), id)),
            FindOrder::Shortest => hits.sort_unstable_by_key(|&(_, id)| (length(id), id)),
            FindOrder::Best => hits.sort_unstable_by_key(|&(fit, id)| (fit, self.texts.get(id).len(), id)),
        }
    }
}

fn fits(fit: Fit, place: FindPlace) -> bool {
    match place {
        FindPlace::Contains => true,
        FindPlace::Begins => fit <= Fit::Begins,
        FindPlace::Is => fit == Fit::Is,
    }
}

/// The ids below `end` whose digits begin with those of `wanted`.
fn with_digits(wanted: u32, end: u32) -> impl Iterator<Item = (u32, Fit)> {
    let mut ranges = vec![(wanted, wanted)];
    // Nothing but 0 begins with the digit 0.
    while let Some((first, last)) = ranges.last().copied().filter(|&(first, _)| first > 0) {
        match (first.checked_mul(10), last.checked_mul(10).and_then(|last| last.checked_add(9))) {
            (Some(first), Some(last)) if first < end => ranges.push((first, last)),
            _ => break,
        }
    }
    let ids = ranges.into_iter().flat_map(move |(first, last)| first..end.min(last.saturating_add(1)));
    ids.map(move |id| (id, if id == wanted { Fit::Is } else { Fit::Begins }))
}

fn invalid(message: String) -> RpcError {
    RpcError::new(ErrorKind::InvalidParams, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_by_their_first_digits() {
        let found = |wanted, end| with_digits(wanted, end).map(|(id, _)| id).collect::<Vec<_>>();
        assert_eq!(found(3, 35), [3, 30, 31, 32, 33, 34]);
        assert_eq!(found(0, 35), [0]);
        assert_eq!(found(40, 35), Vec::<u32>::new());
        assert_eq!(found(12, 300_000).len(), 1 + 10 + 100 + 1000 + 10_000);
        assert_eq!(with_digits(7, 100).next(), Some((7, Fit::Is)));
    }
}
