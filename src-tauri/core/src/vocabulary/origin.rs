//! Where an entry comes from, and what is made of it.

use crate::protocol::{
    EntryKind, EntryOrigin, EntrySource, EntryUse, MergeNode, MergeSide, RpcError, TokenizerKind,
};
use crate::tokenizer::Parts;

use super::Vocabulary;

/// Most merges that are told of an entry.
const MOST_USES: usize = 100;
/// A tree with more entries than this is cut short; entries of published vocabularies have up to 300 bytes.
const MOST_NODES: usize = 2048;

impl Vocabulary {
    /// Where an entry comes from: the last merge of its own text, the merges before that, and the merges that it is a part of.
    ///
    /// # Errors
    /// `InvalidParams` for an id that the vocabulary lacks.
    pub fn origin(&self, id: u32) -> Result<EntryOrigin, RpcError> {
        let entry = self.entry(id)?;
        let parts = self.parts(id);
        let score = self.tokenizer.score(id).filter(|_| entry.kind == EntryKind::Text);
        let how = match entry.kind {
            EntryKind::Special | EntryKind::UserDefined | EntryKind::Unknown | EntryKind::Unused => {
                EntrySource::Added
            }
            EntryKind::Byte => EntrySource::Byte,
            EntryKind::Text if parts.is_some() => EntrySource::Merge,
            EntryKind::Text if self.tokenizer.kind() == TokenizerKind::Unigram => EntrySource::Score,
            EntryKind::Text if entry.characters == 1 && self.is_merged() => EntrySource::Character,
            EntryKind::Text => EntrySource::Listed,
        };
        let (uses_total, uses) = self.uses(id)?;
        Ok(EntryOrigin {
            how,
            rank: parts.map(|parts| parts.rank),
            score,
            parts: match parts {
                Some(parts) => Some((self.entry(parts.left)?, self.entry(parts.right)?)),
                None => None,
            },
            tree: self.tree(id),
            uses_total,
            uses,
            entry,
        })
    }

    fn is_merged(&self) -> bool {
        matches!(self.tokenizer.kind(), TokenizerKind::Bpe | TokenizerKind::SentencePieceBpe)
    }

    fn parts(&self, id: u32) -> Option<Parts> {
        // What was added by hand is never merged, however it is spelt.
        self.is_text(id).then(|| self.tokenizer.parts(id)).flatten()
    }

    fn tree(&self, id: u32) -> Vec<MergeNode> {
        let node = |id| MergeNode {
            id,
            bytes: hex::encode(self.texts.get(id)),
            rank: None,
            left: None,
            right: None,
        };
        let mut nodes = vec![node(id)];
        let mut at = 0;
        while at < nodes.len() && nodes.len() + 2 <= MOST_NODES {
            if let Some(parts) = self.parts(nodes[at].id) {
                let next = nodes.len() as u32;
                nodes.extend([node(parts.left), node(parts.right)]);
                nodes[at].rank = Some(parts.rank);
                (nodes[at].left, nodes[at].right) = (Some(next), Some(next + 1));
            }
            at += 1;
        }
        nodes
    }

    /// Every entry whose last merge has this one on one of its sides: it begins or ends with its bytes.
    fn uses(&self, id: u32) -> Result<(u32, Vec<EntryUse>), RpcError> {
        let own = self.texts.get(id);
        let mut uses: Vec<(u32, u32, u32, MergeSide)> = Vec::new();
        if !own.is_empty() && self.is_merged() {
            for result in 0..self.size() {
                let text = self.texts.get(result);
                let touches = text.len() > own.len() && (text.starts_with(own) || text.ends_with(own));
                let Some(parts) = touches.then(|| self.parts(result)).flatten() else { continue };
                if parts.left == id {
                    uses.push((parts.rank, result, parts.right, MergeSide::Left));
                } else if parts.right == id {
                    uses.push((parts.rank, result, parts.left, MergeSide::Right));
                }
            }
        }
        uses.sort_unstable_by_key(|&(rank, result, ..)| (rank, result));
        let total = uses.len() as u32;
        let told = uses.into_iter().take(MOST_USES).map(|(rank, result, other, side)| {
            Ok(EntryUse { result: self.entry(result)?, other: self.entry(other)?, side, rank })
        });
        Ok((total, told.collect::<Result<_, RpcError>>()?))
    }
}
