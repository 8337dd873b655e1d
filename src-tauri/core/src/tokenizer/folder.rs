//! Can the tokenizer of a model folder be run? Asked before anything is loaded, so without building it.
//!
//! A `tokenizer.json` may have 35 MB. It is read through once here; of its vocabulary nothing is kept but hashes of the
//! names, to ask whether one is there.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::protocol::{ErrorKind, RpcError};

use super::json::MAX_FILE_BYTES;
use super::names::Names;
use super::{sentence_piece, tekken, Source, FILES};

/// How many tokens the tokenizer of a model folder has: one more than the highest id.
///
/// # Errors
/// `UnsupportedTokenizer`, also where there is none, or what is wrong with its file.
pub(crate) fn check(folder: &Path) -> Result<u32, RpcError> {
    if !FILES.iter().any(|name| folder.join(name).is_file()) {
        let [first, others @ .., last] = FILES;
        let message = format!("there is no {first}, {} or {last} in the folder", others.join(", "));
        return Err(RpcError::new(ErrorKind::UnsupportedTokenizer, message));
    }
    let count = match Source::of(folder) {
        Source::Json(file) => check_json(&file)?,
        Source::SentencePiece(file) => sentence_piece::check(&file)?,
        Source::Tekken(file) => tekken::check(&file)?,
        Source::Gguf => 0,
    };
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

fn check_json(path: &Path) -> Result<usize, RpcError> {
    let refuse = |detail: &str| crate::header::failure(ErrorKind::UnsupportedTokenizer, path, detail);
    let bytes = crate::header::read_limited(path, MAX_FILE_BYTES)?;
    let File { added_tokens, model } = serde_json::from_slice(&bytes)
        .map_err(|error| refuse(&format!("not a tokenizer.json that can be read: {error}")))?;
    let kind = model.kind.as_deref();
    if let Some(kind) = kind.filter(|kind| !KINDS.contains(kind)) {
        return Err(refuse(&format!("a vocabulary of kind {kind} is not supported")));
    }
    // These have a token for every text only if they have one for the unknown.
    if let (Some("WordPiece" | "WordLevel"), Some(unknown)) = (kind, &model.unk_token) {
        if !model.vocab.has(unknown) {
            return Err(refuse(&format!("it fails on unknown characters: it has no {unknown}")));
        }
    }
    let added = added_tokens.iter().map(|token| token.id as usize + 1);
    let end = added.chain([model.vocab.end]).max().unwrap_or(0);
    if end == 0 {
        return Err(refuse("its vocabulary is empty"));
    }
    // Those that the files beside it add get the ids behind.
    let names = Names::read(path.parent().unwrap_or(Path::new("")))?;
    let beside = names.added.iter().map(|(_, token)| token).chain(&names.named);
    let is_new =
        |name: &&str| !model.vocab.has(name) && !added_tokens.iter().any(|token| token.content == *name);
    let new: HashSet<&str> = beside.map(|token| token.content.as_str()).filter(is_new).collect();
    Ok(end + new.len())
}

/// Kinds of models that the `tokenizers` crate runs.
const KINDS: &[&str] = &["BPE", "WordPiece", "WordLevel", "Unigram"];

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    added_tokens: Vec<Added>,
    model: Model,
}

#[derive(Deserialize)]
struct Added {
    id: u32,
    content: String,
}

#[derive(Deserialize)]
struct Model {
    #[serde(rename = "type")]
    kind: Option<String>,
    unk_token: Option<String>,
    vocab: Vocabulary,
}

/// What is kept of a vocabulary: a map from names to ids or (Unigram) a list of names with their scores.
#[derive(Default)]
struct Vocabulary {
    /// One more than the highest id.
    end: usize,
    hashes: HashSet<u64>,
    hasher: RandomState,
}

impl Vocabulary {
    fn add(&mut self, name: &str, id: usize) {
        self.end = self.end.max(id + 1);
        self.hashes.insert(self.hasher.hash_one(name));
    }

    fn has(&self, name: &str) -> bool {
        self.hashes.contains(&self.hasher.hash_one(name))
    }
}

impl<'de> Deserialize<'de> for Vocabulary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Walk;

        impl<'de> Visitor<'de> for Walk {
            type Value = Vocabulary;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a vocabulary")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vocabulary, A::Error> {
                let mut vocabulary = Vocabulary::default();
                while let Some((name, id)) = map.next_entry::<Cow<str>, u32>()? {
                    vocabulary.add(&name, id as usize);
                }
                Ok(vocabulary)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vocabulary, A::Error> {
                let mut vocabulary = Vocabulary::default();
                while let Some((name, _)) = list.next_element::<(Cow<str>, IgnoredAny)>()? {
                    vocabulary.add(&name, vocabulary.end);
                }
                Ok(vocabulary)
            }
        }

        deserializer.deserialize_any(Walk)
    }
}
