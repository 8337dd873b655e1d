//! The steps of SentencePiece's byte-pair encoding.

use crate::protocol::{self, RankedBy, StageKind, WordSteps};

use super::super::super::merge::{Symbol, NO_TOKEN};
use super::super::super::steps::{merges, Told};
use super::super::super::vocabulary::StringTable;
use super::super::super::Piece;
use super::super::escape::{unescape, Escaped};
use super::Spm;

impl Spm {
    /// What happens to the parts of a text before they are merged. `begins`: whether each begins the whole, or
    /// stands after a special token.
    pub(in super::super::super) fn tell_stages(
        &self,
        parts: Vec<String>,
        begins: impl Iterator<Item = bool>,
        told: &mut Told,
    ) {
        if let Some(normalizer) = &self.normalizer {
            return normalizer.tell_stage(parts, begins, told);
        }
        let spaced: Vec<String> = parts
            .iter()
            .zip(begins)
            .map(|(part, begins)| match begins && self.add_space_prefix {
                true => format!(" {part}"),
                false => part.clone(),
            })
            .collect();
        if self.add_space_prefix {
            told.stage(StageKind::Normalizer, "add_space_prefix", "", &parts, &spaced);
        }
        let marked: Vec<String> = spaced.iter().map(|part| Escaped::new(part, false).text).collect();
        told.stage(StageKind::Normalizer, "Replace", "\" \" → \"▁\"", &spaced, &marked);
    }

    /// The steps of a text that begins at `offset` of the whole. Nothing splits it: merging goes over all of it.
    pub(in super::super::super) fn tell(
        &self,
        text: &str,
        offset: usize,
        begins: bool,
        texts: &StringTable,
        unknown_id: Option<u32>,
    ) -> WordSteps {
        let (bytes, origin) = self.rewrite(text, begins);
        let mut symbols = self.symbols(&bytes, texts);
        let describe = |symbol: &Symbol| {
            let written = &bytes[symbol.start..symbol.end];
            let mut real = Vec::new();
            unescape(written, &mut real);
            protocol::Symbol {
                id: Some(symbol.id).filter(|&id| id != NO_TOKEN),
                bytes: hex::encode(real),
                text: String::from_utf8_lossy(written).into_owned(),
            }
        };
        let find = |left: &Symbol, right: &Symbol| self.find(&bytes, left, right, texts);
        let score = |id: u32| self.scores.get(id as usize).copied();
        let told = merges::tell(&mut symbols, find, describe, score);
        let fallback = symbols.iter().any(|symbol| symbol.id == NO_TOKEN);
        let mut pieces: Vec<Piece> = Vec::new();
        self.write(&symbols, &bytes, |at| offset + origin[at], unknown_id, &mut pieces);
        WordSteps {
            text: String::from_utf8_lossy(&bytes).into_owned(),
            start: offset as u32,
            end: (offset + text.len()) as u32,
            ids: pieces.iter().map(|piece| piece.id).collect(),
            steps: merges::steps(RankedBy::Score, told, fallback),
        }
    }
}
