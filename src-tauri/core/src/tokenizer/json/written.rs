//! What a `tokenizer.json` says of its model and the `tokenizers` crate keeps to itself.
//!
//! The crate would write it down, but on the way prints to standard output where ids have gaps, which is the protocol's place.
//! So the file is read once more, when somebody looks into it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Where the rest of a tokenizer is written.
#[derive(Debug, Default)]
pub(in super::super) enum Source {
    /// In the file that it was read from.
    File(PathBuf),
    /// Nowhere: it says nothing of merges.
    #[default]
    Nowhere,
}

/// The parts of a model that are looked into.
#[derive(Debug, Default)]
pub(in super::super) struct Written {
    /// In the order of their ranks, as the vocabulary writes their parts.
    pub merges: Vec<(String, String)>,
    /// Unigram's token of the unknown.
    pub unk_id: Option<u32>,
}

impl Written {
    /// What the source says; nothing where it can't be read (any more).
    pub fn read(source: &Source) -> Self {
        match source {
            Source::File(path) => Self::of_file(path).unwrap_or_default(),
            Source::Nowhere => Self::default(),
        }
    }

    fn of_file(path: &Path) -> Option<Self> {
        let bytes = crate::header::read_limited(path, super::MAX_FILE_BYTES).ok()?;
        let File { model } = serde_json::from_slice(&bytes).ok()?;
        let merges = model.merges.into_iter().map(Merge::parts).collect::<Option<Vec<_>>>()?;
        Some(Self { merges, unk_id: model.unk_id })
    }
}

#[derive(Deserialize)]
struct File {
    model: Model,
}

#[derive(Deserialize)]
struct Model {
    #[serde(default)]
    merges: Vec<Merge>,
    unk_id: Option<u32>,
}

/// Older files write a merge as one string.
#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Pair(String, String),
    Line(String),
}

impl Merge {
    fn parts(self) -> Option<(String, String)> {
        match self {
            Self::Pair(left, right) => Some((left, right)),
            Self::Line(line) => {
                let (left, right) = line.split_once(' ')?;
                Some((left.to_owned(), right.to_owned()))
            }
        }
    }
}
