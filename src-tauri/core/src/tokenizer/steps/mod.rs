//! How a text becomes tokens, told step by step.
//!
//! Each kind of vocabulary tells its own steps, beside the code that cuts: byte pairs in `gguf/bpe/steps.rs`,
//! SentencePiece's in `gguf/spm/steps.rs` and `sentence_piece/unigram/steps.rs`, files of the `tokenizers` crate in `json/steps.rs`.
//! They use what cuts texts, watched. What they tell has to end in the tokens that cutting gives; if ever it does not,
//! nothing is told.

pub(super) mod lattice;
pub(super) mod merges;

use std::ops::Range;

use crate::protocol::{ErrorKind, RpcError, Stage, StageKind, Steps, TextSteps, WholeReason, WordSteps};

use super::gguf::{GgufTokenizer, Model};
use super::special::Fragment;
use super::{Engine, Specials, Tokenizer};

/// What is told: stages, and the words that come of them.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub stages: Vec<Stage>,
    pub words: Vec<WordSteps>,
}

impl Told {
    /// Adds a stage that turned `before` into `after`.
    pub fn stage(&mut self, kind: StageKind, name: &str, detail: &str, before: &[String], after: &[String]) {
        self.stages.push(Stage {
            kind,
            name: name.into(),
            detail: detail.into(),
            before: before.to_vec(),
            after: after.to_vec(),
        });
    }
}

/// A word that is a token as it is.
pub(super) fn whole(text: &str, range: Range<usize>, id: u32, reason: WholeReason) -> WordSteps {
    WordSteps {
        text: text.into(),
        start: range.start as u32,
        end: range.end as u32,
        ids: vec![id],
        steps: Steps::Whole { reason },
    }
}

impl Tokenizer {
    /// The steps from a text to its tokens. `special`: special tokens written in it are read as such.
    ///
    /// # Errors
    /// As [`Self::encode`]; `UnsupportedTokenizer` where steps told would not end in the tokens of the text.
    pub fn steps(&self, text: &str, special: bool) -> Result<TextSteps, RpcError> {
        let specials = Specials { parse: special, surround: false };
        let ids: Vec<u32> = self.pieces(text, specials)?.iter().map(|piece| piece.id).collect();
        let Told { stages, words } = match &self.engine {
            Engine::Gguf(tokenizer) => tokenizer.steps(text, special),
            Engine::Json(tokenizer) => tokenizer.steps(text, special, &self.bytes)?,
        };
        if words.iter().flat_map(|word| &word.ids).ne(&ids) {
            let message = "this vocabulary cuts the text in a way whose steps can't be told";
            return Err(RpcError::new(ErrorKind::UnsupportedTokenizer, message));
        }
        Ok(TextSteps { ids, stages, words })
    }
}

impl GgufTokenizer {
    fn steps(&self, text: &str, special: bool) -> Told {
        let mut told = Told::default();
        let fragments = self.special.split(text, special);
        let texts: Vec<String> = fragments
            .iter()
            .map(|fragment| match fragment {
                Fragment::Text(range) | Fragment::Token(_, range) => text[range.clone()].to_owned(),
            })
            .collect();
        if fragments.iter().any(|fragment| matches!(fragment, Fragment::Token(..))) {
            told.stage(StageKind::SpecialTokens, "added_tokens", "", &[text.to_owned()], &texts);
        }
        let parts: Vec<Range<usize>> = fragments
            .iter()
            .filter_map(|fragment| match fragment {
                Fragment::Text(range) => Some(range.clone()),
                Fragment::Token(..) => None,
            })
            .collect();
        self.tell_stages(text, &parts, &mut told);
        for fragment in fragments {
            match fragment {
                Fragment::Token(id, range) => {
                    let name = text[range.clone()].to_owned();
                    told.words.push(whole(&name, range, id, WholeReason::SpecialToken));
                }
                Fragment::Text(range) => {
                    let begins = self.begins(text, &range);
                    let (part, offset) = (&text[range.clone()], range.start);
                    match &self.model {
                        Model::Bpe(bpe) => bpe.tell(part, offset, &self.texts, &mut told.words),
                        Model::Spm(spm) => {
                            let word = spm.tell(part, offset, begins, &self.texts, self.unknown_id);
                            told.words.push(word);
                        }
                        Model::Unigram(unigram) => {
                            told.words.push(unigram.tell(part, offset, begins, &self.texts));
                        }
                    }
                }
            }
        }
        told
    }

    /// What happens to the parts of the text that are no special tokens.
    fn tell_stages(&self, text: &str, parts: &[Range<usize>], told: &mut Told) {
        let before: Vec<String> = parts.iter().map(|part| text[part.clone()].to_owned()).collect();
        match &self.model {
            Model::Bpe(bpe) => bpe.tell_stages(before, told),
            Model::Spm(spm) => {
                let begins = parts.iter().map(|part| self.begins(text, part));
                spm.tell_stages(before, begins, told);
            }
            Model::Unigram(unigram) => {
                let begins = parts.iter().map(|part| self.begins(text, part));
                unigram.normalizer().tell_stage(before, begins, told);
            }
        }
    }
}
