//! `embeddings/...`: the rows of a model's table, read from its file.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use vitrine_core::embeddings::{self, Like, Place, Rows};
use vitrine_core::protocol::{
    EmbeddingTable, ErrorKind, HardlyMet, HardlyMetAsk, HardlyMetEntry, Neighbour, Neighbours, NeighboursAsk,
    NeighboursOf, OddOneOut, OddOneOutAsk, OddWord, RpcError,
};
use vitrine_core::vocabulary::Vocabulary;

use crate::convert;

/// Most neighbours, and most candidates, that are told at once.
const MOST_NEIGHBOURS: u32 = 200;
const MOST_CANDIDATES: u32 = 1000;
/// A text whose tokens are averaged has no more of them than this.
const MOST_TOKENS: usize = 64;

/// A table in its file.
pub struct Table {
    place: Place,
    file: Mutex<File>,
    /// Measured when it is first asked for.
    like: Option<(Like, Vec<u32>)>,
}

impl Table {
    /// # Errors
    /// `NoEmbeddings`, what the header readers or the system say.
    pub fn open(path: &Path) -> Result<Self, RpcError> {
        let place = embeddings::locate(path)?;
        let file = File::open(&place.path).map_err(|error| failed(&place, &error))?;
        Ok(Self { place, file: Mutex::new(file), like: None })
    }

    pub fn told(&self) -> EmbeddingTable {
        self.place.table()
    }

    /// `embeddings/neighbours`.
    pub fn neighbours(
        &self,
        params: &NeighboursAsk,
        vocabulary: &Vocabulary,
    ) -> Result<Neighbours, RpcError> {
        if !(1..=MOST_NEIGHBOURS).contains(&params.count) {
            return Err(invalid(format!("between 1 and {MOST_NEIGHBOURS} neighbours can be asked for")));
        }
        let ids = match &params.of {
            NeighboursOf::Text { text } => word_ids(text, vocabulary)?,
            NeighboursOf::Id { id } => vec![vocabulary.entry(*id)?.id],
        };
        self.check(&ids)?;
        let start = Instant::now();
        let wanted = embeddings::mean(self, &ids)?;
        // What was asked for is no neighbour of itself, and rows without a token are nobody's.
        let counts = |row: u32| row < vocabulary.size() && !ids.contains(&row);
        let (norm, found) = embeddings::nearest(self, &wanted, params.count as usize, counts)?;
        let micros = u32::try_from(start.elapsed().as_micros()).unwrap_or(u32::MAX);
        let near = |(row, cosine)| Ok(Neighbour { entry: vocabulary.entry(row)?, cosine });
        Ok(Neighbours {
            of: ids.iter().map(|&id| vocabulary.entry(id)).collect::<Result<_, _>>()?,
            norm,
            neighbours: found.into_iter().map(near).collect::<Result<_, RpcError>>()?,
            table: self.told(),
            micros,
        })
    }

    /// `embeddings/odd_one_out`.
    pub fn odd_one_out(&self, params: &OddOneOutAsk, vocabulary: &Vocabulary) -> Result<OddOneOut, RpcError> {
        if !(3..=8).contains(&params.words.len()) {
            return Err(invalid("3 to 8 words are needed".into()));
        }
        let words =
            params.words.iter().map(|word| word_ids(word, vocabulary)).collect::<Result<Vec<_>, _>>()?;
        for ids in &words {
            self.check(ids)?;
        }
        let (odd, cosines) = embeddings::odd_one_out(self, &words)?;
        let others = (words.len() - 1) as f32;
        let told =
            params.words.iter().zip(words).zip(&cosines).enumerate().map(|(at, ((word, ids), row))| {
                OddWord {
                    word: word.clone(),
                    ids,
                    mean_cosine: row
                        .iter()
                        .enumerate()
                        .filter(|(other, _)| *other != at)
                        .map(|(_, it)| it)
                        .sum::<f32>()
                        / others,
                }
            });
        Ok(OddOneOut { words: told.collect(), odd: odd as u32, cosines })
    }

    /// `embeddings/hardly_met`.
    pub fn hardly_met(
        &mut self,
        params: &HardlyMetAsk,
        vocabulary: &Vocabulary,
    ) -> Result<HardlyMet, RpcError> {
        let count = params.count.min(MOST_CANDIDATES) as usize;
        let (like, known) = match self.like.take() {
            Some(known) => known,
            None => self.measure(vocabulary)?,
        };
        let mut candidates: Vec<u32> = (0..vocabulary.size().min(self.place.rows))
            .filter(|&id| like.values[id as usize] <= like.threshold)
            .filter(|&id| vocabulary.is_text(id) && known.binary_search(&id).is_err())
            .collect();
        let value = |id: u32| like.values[id as usize];
        candidates.sort_unstable_by(|&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b)));
        let told = candidates.iter().take(count).map(|&id| {
            Ok(HardlyMetEntry {
                entry: vocabulary.entry(id)?,
                value: value(id),
                norm: like.norms[id as usize],
                reachable: vocabulary.is_reachable(id),
            })
        });
        let told = told.collect::<Result<_, RpcError>>()?;
        let answer = HardlyMet {
            basis: like.basis,
            known: known.len() as u32,
            threshold: like.threshold,
            total: candidates.len() as u32,
            candidates: told,
            norms: like.histogram.clone(),
            known_norm: like.known_norm,
        };
        self.like = Some((like, known));
        Ok(answer)
    }

    fn measure(&self, vocabulary: &Vocabulary) -> Result<(Like, Vec<u32>), RpcError> {
        let mut known = vocabulary.known_unused();
        known.retain(|&id| id < self.place.rows);
        // Rows behind the vocabulary round the table up; no text has them.
        known.extend(vocabulary.size()..self.place.rows);
        let like = embeddings::hardly_met(self, &known, self.place.tied)?;
        Ok((like, known))
    }

    fn check(&self, ids: &[u32]) -> Result<(), RpcError> {
        let Some(id) = ids.iter().find(|id| **id >= self.place.rows) else { return Ok(()) };
        let message = format!("the table has {} rows, and none for token {id}", self.place.rows);
        Err(RpcError::new(ErrorKind::TokenWithoutEmbedding, message)
            .with("token", id.to_string())
            .with("id", id))
    }
}

impl Rows for Table {
    fn count(&self) -> u32 {
        self.place.rows
    }

    fn width(&self) -> usize {
        self.place.width as usize
    }

    fn read(&self, rows: Range<u32>, into: &mut [f32]) -> Result<(), RpcError> {
        let row_bytes = self.place.row_bytes();
        let mut bytes = vec![0; rows.len() * row_bytes as usize];
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            let start = self.place.start + u64::from(rows.start) * row_bytes;
            let read = file.seek(SeekFrom::Start(start)).and_then(|_| file.read_exact(&mut bytes));
            read.map_err(|error| failed(&self.place, &error))?;
        }
        if !embeddings::plain(self.place.format, &bytes, into) {
            into.copy_from_slice(&convert::unpack(self.place.format, &bytes, u64::from(self.place.width))?);
        }
        Ok(())
    }
}

/// The tokens of a word, as it stands in a text: with a space in front where the vocabulary has one token for that.
fn word_ids(word: &str, vocabulary: &Vocabulary) -> Result<Vec<u32>, RpcError> {
    let word = word.trim();
    if word.is_empty() {
        return Err(invalid("a word is blank".into()));
    }
    let tokenizer = vocabulary.tokenizer();
    let plain = tokenizer.encode_continuation(word)?;
    let spaced = tokenizer.encode_continuation(&format!(" {word}"))?;
    let ids = if spaced.len() <= plain.len() { spaced } else { plain };
    match ids.len() {
        0 => Err(invalid(format!("the vocabulary can't say {word:?}"))),
        1..=MOST_TOKENS => Ok(ids),
        count => Err(invalid(format!("{count} tokens are too many for one word: at most {MOST_TOKENS}"))),
    }
}

fn failed(place: &Place, error: &std::io::Error) -> RpcError {
    let message = format!("{}: {error}", place.path.display());
    RpcError::new(ErrorKind::ReadFailed, message).with("path", place.path.display().to_string())
}

fn invalid(message: String) -> RpcError {
    RpcError::new(ErrorKind::InvalidParams, message)
}
