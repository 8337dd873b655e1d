//! The steps of a `tokenizer.json`.
//!
//! The stages before the model are run one by one as the `tokenizers` crate runs them; the model's own steps are told from
//! its vocabulary and merges, after the crate's 0.21 (`models/bpe/model.rs`, `models/unigram/model.rs`, `models/wordpiece/mod.rs`).

use std::collections::HashMap;

use serde_json::Value;
use tokenizers::models::bpe::BPE;
use tokenizers::models::unigram::Unigram;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::Normalizer as _;
use tokenizers::{
    Model as _, ModelWrapper, NormalizerWrapper, OffsetReferential, OffsetType, PreTokenizedString,
    PreTokenizer, PreTokenizerWrapper,
};

use crate::protocol::{
    self, ErrorKind, GreedyRound, RankedBy, RpcError, StageKind, Steps, WholeReason, WordSteps,
};

use super::super::merge::{Merge, Symbol};
use super::super::steps::lattice::{self, Edge};
use super::super::steps::{merges, Told};
use super::super::vocabulary::StringTable;
use super::decoding::flat;
use super::JsonTokenizer;

/// Added to the lowest score for a character that is no piece (`K_UNK_PENALTY`).
const FINE: f64 = 10.0;

/// What a word was cut into, and how.
type Cut = (Vec<u32>, Steps);

impl JsonTokenizer {
    /// # Errors
    /// `UnsupportedTokenizer` where the crate fails on this text.
    pub(in super::super) fn steps(
        &self,
        text: &str,
        special: bool,
        bytes: &StringTable,
    ) -> Result<Told, RpcError> {
        let failed = |error: tokenizers::Error| {
            RpcError::new(
                ErrorKind::UnsupportedTokenizer,
                format!("the tokenizer fails on this text: {error}"),
            )
        };
        // Read before the tokenizer is locked, which reading does too.
        let written = self.written();
        let inner = self.lock(special);
        let mut told = Told::default();
        let mut cut = inner.get_added_vocabulary().extract_and_normalize(inner.get_normalizer(), text);
        self.tell_normalizers(&inner, text, &parts(&cut), &mut told).map_err(failed)?;
        if let Some(pre_tokenizer) = inner.get_pre_tokenizer() {
            for (json, step) in single::<PreTokenizerWrapper>(pre_tokenizer, "pretokenizers") {
                let before = free_parts(&cut);
                step.pre_tokenize(&mut cut).map_err(failed)?;
                told.stage(StageKind::PreTokenizer, &name(&json), &detail(&json), &before, &free_parts(&cut));
            }
        }
        let look = Look { model: inner.get_model(), bytes, written };
        for (part, (start, end), tokens) in cut.get_splits(OffsetReferential::Original, OffsetType::Byte) {
            let (ids, steps) = match tokens {
                Some(tokens) => {
                    let ids = tokens.iter().map(|token| token.id).collect();
                    (ids, Steps::Whole { reason: WholeReason::SpecialToken })
                }
                None => look.cut(part).map_err(failed)?,
            };
            told.words.push(WordSteps {
                text: part.to_owned(),
                start: start as u32,
                end: end as u32,
                ids,
                steps,
            });
        }
        Ok(told)
    }

    /// Special tokens and normalizers, which the crate takes in one go. `real`: the parts that come of it.
    fn tell_normalizers(
        &self,
        inner: &tokenizers::Tokenizer,
        text: &str,
        real: &[String],
        told: &mut Told,
    ) -> Result<(), tokenizers::Error> {
        let mut cut = inner.get_added_vocabulary().extract_and_normalize(None::<&NormalizerWrapper>, text);
        let whole = [text.to_owned()];
        if parts(&cut).len() > 1 || parts(&cut) != whole || has_special(&cut) {
            told.stage(StageKind::SpecialTokens, "added_tokens", "", &whole, &parts(&cut));
        }
        let Some(normalizer) = inner.get_normalizer() else { return Ok(()) };
        let (first, before) = (told.stages.len(), parts(&cut));
        for (json, step) in single::<NormalizerWrapper>(normalizer, "normalizers") {
            let before = free_parts(&cut);
            cut.normalize(|part| step.normalize(part))?;
            told.stage(StageKind::Normalizer, &name(&json), &detail(&json), &before, &free_parts(&cut));
        }
        // Tokens that are looked for in the rewritten text: then only all of it together is what happened.
        if parts(&cut) != real {
            told.stages.truncate(first);
            told.stage(StageKind::Normalizer, "Sequence", "", &before, real);
        }
        Ok(())
    }
}

/// All parts of a text.
fn parts(cut: &PreTokenizedString) -> Vec<String> {
    let splits = cut.get_splits(OffsetReferential::Original, OffsetType::Byte);
    splits.into_iter().map(|(part, ..)| part.to_owned()).collect()
}

/// Those that are no special tokens.
fn free_parts(cut: &PreTokenizedString) -> Vec<String> {
    let splits = cut.get_splits(OffsetReferential::Original, OffsetType::Byte);
    splits.into_iter().filter(|(.., tokens)| tokens.is_none()).map(|(part, ..)| part.to_owned()).collect()
}

fn has_special(cut: &PreTokenizedString) -> bool {
    let splits = cut.get_splits(OffsetReferential::Original, OffsetType::Byte);
    splits.iter().any(|(.., tokens)| tokens.is_some())
}

/// The single steps of what may be a sequence, with how the file writes them.
fn single<T: serde::Serialize + serde::de::DeserializeOwned>(whole: &T, list: &str) -> Vec<(Value, T)> {
    let json = serde_json::to_value(whole).unwrap_or(Value::Null);
    let steps = flat(&json, list).into_iter();
    steps.filter_map(|step| Some((step.clone(), serde_json::from_value(step.clone()).ok()?))).collect()
}

fn name(step: &Value) -> String {
    step["type"].as_str().unwrap_or_default().to_owned()
}

/// What a step is told by its file, without its type and its tables.
fn detail(step: &Value) -> String {
    let pattern = step["pattern"].as_object().and_then(|pattern| pattern.values().next()?.as_str());
    if let Some(pattern) = pattern {
        return match step["content"].as_str() {
            Some(content) => format!("{pattern:?} → {content:?}"),
            None => pattern.to_owned(),
        };
    }
    let Some(fields) = step.as_object() else { return String::new() };
    let told = fields.iter().filter(|(name, _)| !matches!(name.as_str(), "type" | "precompiled_charsmap"));
    let told: Vec<String> = told.map(|(name, value)| format!("{name}: {value}")).collect();
    told.join(", ")
}

/// The model of a file, and what else is known of it.
struct Look<'a> {
    model: &'a ModelWrapper,
    /// The real bytes of every id.
    bytes: &'a StringTable,
    written: &'a super::Looked,
}

impl Look<'_> {
    fn cut(&self, word: &str) -> Result<Cut, tokenizers::Error> {
        let ids: Vec<u32> = self.model.tokenize(word)?.iter().map(|token| token.id).collect();
        Ok(match self.model {
            ModelWrapper::BPE(bpe) => self.merge(bpe, word),
            ModelWrapper::Unigram(unigram) => (ids, self.weigh(unigram, word)),
            ModelWrapper::WordPiece(pieces) => self.match_longest(pieces, word),
            ModelWrapper::WordLevel(_) => (ids, Steps::Whole { reason: WholeReason::WordLevel }),
        })
    }

    fn describe(&self, id: u32) -> protocol::Symbol {
        protocol::Symbol {
            id: Some(id),
            bytes: hex::encode(self.bytes.get(id).unwrap_or_default()),
            text: self.model.id_to_token(id).unwrap_or_default(),
        }
    }

    fn merge(&self, bpe: &BPE, word: &str) -> Cut {
        if let Some(id) = bpe.token_to_id(word).filter(|_| bpe.ignore_merges) {
            return (vec![id], Steps::Whole { reason: WholeReason::WholeWord });
        }
        let (mut symbols, fallback) = first_symbols(bpe, word);
        let find = |left: &Symbol, right: &Symbol| self.written.pairs.get(&(left.id, right.id)).copied();
        let told = merges::tell(&mut symbols, find, |symbol| self.describe(symbol.id), |_| None);
        let ids = symbols.iter().map(|symbol| symbol.id).collect();
        (ids, merges::steps(RankedBy::List, told, fallback))
    }

    fn weigh(&self, unigram: &Unigram, word: &str) -> Steps {
        let scores: Vec<f64> = unigram.iter().map(|(_, score)| *score).collect();
        let longest = unigram.iter().map(|(piece, _)| piece.len()).max().unwrap_or(0);
        let mut edges = Vec::new();
        for (start, first) in word.char_indices() {
            let mut is_piece = false;
            let ends = word[start..].char_indices().map(|(at, next)| start + at + next.len_utf8());
            for end in ends.take_while(|end| end - start <= longest) {
                let found = unigram.token_to_id(&word[start..end]);
                let Some((id, &score)) = found.and_then(|id| Some((id, scores.get(id as usize)?))) else {
                    continue;
                };
                edges.push(Edge { start, end, id, score });
                is_piece |= end == start + first.len_utf8();
            }
            if !is_piece {
                let id = self.written.unk_id.unwrap_or_default();
                let score = unigram.min_score - FINE;
                edges.push(Edge { start, end: start + first.len_utf8(), id, score });
            }
        }
        let best: Vec<(usize, usize)> =
            lattice::best_way(word.len(), &edges).iter().map(|edge| (edge.start, edge.end)).collect();
        lattice::tell(word.as_bytes(), &edges, &best)
    }

    fn match_longest(&self, pieces: &WordPiece, word: &str) -> Cut {
        let unknown = || pieces.token_to_id(&pieces.unk_token).into_iter().collect::<Vec<u32>>();
        let (mut rounds, mut ids) = (Vec::new(), Vec::new());
        if word.chars().count() > pieces.max_input_chars_per_word {
            return (unknown(), Steps::Greedy { rounds });
        }
        let (mut start, mut from) = (0, 0);
        while start < word.len() {
            let mut tried = Vec::new();
            let mut end = word.len();
            let found = loop {
                let part = match start {
                    0 => word[..end].to_owned(),
                    _ => format!("{}{}", pieces.continuing_subword_prefix, &word[start..end]),
                };
                if let Some(id) = pieces.token_to_id(&part) {
                    break Some(id);
                }
                tried.push(part);
                end -= word[start..end].chars().next_back().map_or(1, char::len_utf8);
                if end <= start {
                    break None;
                }
            };
            rounds.push(GreedyRound { from, tried, found: found.map(|id| self.describe(id)) });
            let Some(id) = found else { return (unknown(), Steps::Greedy { rounds }) };
            ids.push(id);
            from += word[start..end].chars().count() as u32;
            start = end;
        }
        (ids, Steps::Greedy { rounds })
    }
}

/// The row of symbols that a word begins with, and whether some of them are bytes or the unknown because the vocabulary lacks
/// a character.
fn first_symbols(bpe: &BPE, word: &str) -> (Vec<Symbol>, bool) {
    let mut symbols: Vec<Symbol> = Vec::new();
    let mut fallback = false;
    // A run of unknown characters, which may be one token.
    let mut unknown: Option<Symbol> = None;
    for (start, character) in word.char_indices() {
        let end = start + character.len_utf8();
        let mut written = word[start..end].to_owned();
        if let Some(prefix) = bpe.continuing_subword_prefix.as_ref().filter(|_| start > 0) {
            written.insert_str(0, prefix);
        }
        if let Some(suffix) = bpe.end_of_word_suffix.as_ref().filter(|_| end == word.len()) {
            written.push_str(suffix);
        }
        if let Some(id) = bpe.token_to_id(&written) {
            symbols.extend(unknown.take());
            symbols.push(Symbol { start, end, id });
            continue;
        }
        fallback = true;
        if bpe.byte_fallback {
            let ids: Option<Vec<u32>> =
                written.bytes().map(|byte| bpe.token_to_id(&format!("<{byte:#04X}>"))).collect();
            if let Some(ids) = ids {
                // A prefix has bytes, too; its symbols begin where the character does.
                let place = |at: usize| (start + at).min(end);
                symbols.extend((0..).zip(ids).map(|(at, id)| Symbol {
                    start: place(at),
                    end: place(at + 1),
                    id,
                }));
                continue;
            }
        }
        if let Some(id) = bpe.unk_token.as_ref().and_then(|token| bpe.token_to_id(token)) {
            match &mut unknown {
                Some(run) if bpe.fuse_unk => run.end = end,
                _ => symbols.extend(unknown.replace(Symbol { start, end, id })),
            }
        }
    }
    symbols.extend(unknown);
    (symbols, fallback)
}

/// Merges by the ids that they join.
pub(super) fn pairs(model: &ModelWrapper, merges: &[(String, String)]) -> HashMap<(u32, u32), Merge> {
    let ModelWrapper::BPE(bpe) = model else { return HashMap::new() };
    let prefix = bpe.continuing_subword_prefix.as_ref().map_or(0, String::len);
    let mut pairs = HashMap::with_capacity(merges.len());
    for (rank, (left, right)) in (0u32..).zip(merges) {
        let result = right.get(prefix..).map(|rest| format!("{left}{rest}"));
        let ids = (
            bpe.token_to_id(left),
            bpe.token_to_id(right),
            result.and_then(|result| bpe.token_to_id(&result)),
        );
        if let (Some(left), Some(right), Some(id)) = ids {
            pairs.insert((left, right), Merge { rank, id });
        }
    }
    pairs
}
