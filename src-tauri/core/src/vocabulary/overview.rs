//! A vocabulary in numbers.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::protocol::{
    EmbeddingTable, EntryKind, KindCount, LengthCount, ScriptCount, TokenizerKind, VocabularyOverview,
    WordMark,
};
use crate::tokenizer::Tokenizer;

use super::{Facts, Vocabulary};

/// So many of the longest pieces are told.
const LONGEST: usize = 20;
/// A vocabulary marks words by a space where at least one piece in so many begins with one. Others have a few, as indentation.
const ONE_IN: usize = 20;

impl Vocabulary {
    /// Counts, the longest pieces, and what is known of the model's table.
    pub fn overview(&self, embeddings: Option<EmbeddingTable>) -> VocabularyOverview {
        let texts = || self.facts.iter().filter(|facts| facts.kind == EntryKind::Text);
        let count = |holds: fn(&Facts) -> bool| texts().filter(|facts| holds(facts)).count() as u32;
        let (mut kinds, mut scripts, mut lengths) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for facts in &self.facts {
            *kinds.entry(facts.kind).or_insert(0) += 1;
        }
        for facts in texts() {
            *scripts.entry(facts.script).or_insert(0) += 1;
            *lengths.entry(u32::from(facts.characters)).or_insert(0) += 1;
        }
        let mut scripts: Vec<ScriptCount> = scripts
            .into_iter()
            .map(|(script, count)| ScriptCount { script: self.scripts.name(script).to_owned(), count })
            .collect();
        scripts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.script.cmp(&b.script)));
        VocabularyOverview {
            size: self.size(),
            kind: self.tokenizer.kind(),
            marks: self.marks,
            merges: self.tokenizer.merge_count(),
            kinds: kinds.into_iter().map(|(kind, count)| KindCount { kind, count }).collect(),
            scripts,
            lengths: lengths
                .into_iter()
                .map(|(characters, count)| LengthCount { characters, count })
                .collect(),
            leading_space: count(|facts| facts.leading_space),
            word_beginning: match self.marks {
                WordMark::None => 0,
                WordMark::Space | WordMark::Continuation => count(|facts| facts.word_beginning),
            },
            longest: self.longest().into_iter().filter_map(|id| self.entry(id).ok()).collect(),
            embeddings,
        }
    }

    fn longest(&self) -> Vec<u32> {
        let mut ids: Vec<u32> = (0..self.size()).filter(|&id| self.is_text(id)).collect();
        let length = |id: u32| (self.facts[id as usize].characters, self.texts.get(id).len());
        let key = |&id: &u32| (Reverse(length(id)), id);
        if ids.len() > LONGEST {
            ids.select_nth_unstable_by_key(LONGEST, key);
            ids.truncate(LONGEST);
        }
        ids.sort_unstable_by_key(key);
        ids
    }
}

/// How a vocabulary shows where words begin.
pub(super) fn word_mark(tokenizer: &Tokenizer, facts: &[Facts]) -> WordMark {
    if tokenizer.kind() == TokenizerKind::WordPiece {
        return WordMark::Continuation;
    }
    let texts = facts.iter().filter(|facts| facts.kind == EntryKind::Text).count();
    let begin = facts.iter().filter(|facts| facts.word_beginning).count();
    match begin * ONE_IN >= texts && begin > 0 {
        true => WordMark::Space,
        false => WordMark::None,
    }
}
