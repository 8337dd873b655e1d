//! Exact tokenizers: the same ids as the model was trained with, and the bytes behind each id.
//!
//! A tokenizer is a pipeline: special tokens are cut out of the text (they are matched as whole
//! strings), a *normalizer* may rewrite the rest, a *pre-tokenizer* splits it into words, and the
//! *model* (byte-pair encoding, BPE) merges the symbols of each word into tokens. Three sources:
//!
//! * GGUF metadata ([`Tokenizer::from_gguf`]): vocabulary, merges or scores and the name of a
//!   pre-tokenizer. The pipeline is our own, see [`gguf`].
//! * `tokenizer.json` of a Hugging Face folder: the whole pipeline as data, run by the
//!   `tokenizers` crate, see [`json`]. Where a folder has only a `tokenizer.model`, that is read,
//!   see [`sentence_piece`], or a `tekken.json`, see [`tekken`].
//!
//! Tokens are bytes, not text: a Chinese character is often cut in two. [`Tokenizer::token_bytes`]
//! gives the real bytes, [`Utf8Assembler`] puts characters together again.

mod byte_alphabet;
mod end_ids;
mod engine_json;
mod folder;
mod gguf;
mod inside;
mod json;
mod learned;
mod lineage;
mod merge;
mod names;
mod pre_tokenizer;
mod sentence_piece;
mod special;
mod steps;
mod tekken;
mod utf8;
mod vocabulary;

use std::path::{Path, PathBuf};

pub(crate) use learned::{byte_symbol, GptWords};
pub(crate) use lineage::Parts;
pub use utf8::Utf8Assembler;

use crate::header::gguf::GgufHeader;
use crate::protocol::{RpcError, TextToken, Tokenization};

use end_ids::end_ids;
use vocabulary::{StringTable, TokenKind};

/// A token in a text: its id and the byte range that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    id: u32,
    start: usize,
    end: usize,
}

/// A token of a text and the bytes of the text that it stands for (`end` exclusive).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub id: u32,
    pub start: u32,
    pub end: u32,
}

/// How special tokens are treated.
#[derive(Debug, Clone, Copy)]
struct Specials {
    /// Read `<|im_end|>` in the text as the token of that name.
    parse: bool,
    /// Put BOS and EOS around the text where the model wants them.
    surround: bool,
}

/// A tokenizer of one model. Cheap to share, safe to use from several threads.
#[derive(Debug)]
pub struct Tokenizer {
    /// The real bytes of every id.
    bytes: StringTable,
    kinds: Vec<TokenKind>,
    bos_id: Option<u32>,
    eos_id: Option<u32>,
    end_ids: Vec<u32>,
    engine: Engine,
}

#[derive(Debug)]
enum Engine {
    Gguf(Box<gguf::GgufTokenizer>),
    Json(Box<json::JsonTokenizer>),
}

/// Files that may hold the tokenizer of a model folder; the first that is there counts.
const FILES: [&str; 3] = ["tokenizer.json", "tokenizer.model", "tekken.json"];

/// Which file has the tokenizer of a path, and who reads it.
enum Source {
    Json(PathBuf),
    SentencePiece(PathBuf),
    Tekken(PathBuf),
    Gguf,
}

impl Source {
    fn of(path: &Path) -> Self {
        let in_folder = |folder: &Path| {
            let [json, model, tekken] = FILES.map(|name| folder.join(name));
            if json.is_file() {
                Self::Json(json)
            } else if model.is_file() {
                Self::SentencePiece(model)
            } else if tekken.is_file() {
                Self::Tekken(tekken)
            } else {
                Self::Json(json)
            }
        };
        if path.is_dir() {
            return in_folder(path);
        }
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let extension = path.extension().and_then(|name| name.to_str()).unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "safetensors" => in_folder(path.parent().unwrap_or(Path::new(""))),
            "json" if name == "config.json" || name.ends_with(".index.json") => {
                in_folder(path.parent().unwrap_or(Path::new("")))
            }
            "json" if name == FILES[2] => Self::Tekken(path.into()),
            "json" => Self::Json(path.into()),
            "model" => Self::SentencePiece(path.into()),
            _ => Self::Gguf,
        }
    }
}

pub(crate) use folder::check as check_folder;

/// The folder whose files describe the tokenizer at a path; `None` where a GGUF file has it all.
pub(crate) fn folder_of(path: &Path) -> Option<PathBuf> {
    match Source::of(path) {
        Source::Gguf => None,
        Source::Json(file) | Source::SentencePiece(file) | Source::Tekken(file) => {
            Some(file.parent().unwrap_or(Path::new("")).to_owned())
        }
    }
}

/// Can a tokenizer be built from this header? Looks at names and lengths only.
pub(crate) fn check(header: &GgufHeader) -> Result<(), RpcError> {
    gguf::check(header).map(|_| ())
}

impl Tokenizer {
    /// Opens the tokenizer of a GGUF file, of a model folder (or a file in it), a `tokenizer.json`,
    /// a `tokenizer.model` or a `tekken.json`.
    ///
    /// # Errors
    /// Those of reading the file, `UnsupportedTokenizer` for a kind of vocabulary or a
    /// pre-tokenizer that is not known (never guessed), `Corrupt`.
    pub fn open(path: &Path) -> Result<Self, RpcError> {
        match Source::of(path) {
            Source::Json(file) => json::open(&file),
            Source::SentencePiece(file) => sentence_piece::open(&file),
            Source::Tekken(file) => tekken::open(&file),
            Source::Gguf => Self::from_gguf(&GgufHeader::of_model(path)?),
        }
    }

    /// Builds the tokenizer that the metadata of a GGUF file describes.
    ///
    /// # Errors
    /// `UnsupportedTokenizer`, `Corrupt`.
    pub fn from_gguf(header: &GgufHeader) -> Result<Self, RpcError> {
        gguf::build(header)
    }

    /// Tokens of a text with their bytes and places.
    ///
    /// With `add_special`, BOS and EOS are added as the model wants them and special tokens
    /// written in the text are read as such. Without it the text is only text: `<|im_end|>`
    /// typed by a user is nine letters and signs.
    ///
    /// # Errors
    /// `UnsupportedTokenizer` where a `tokenizer.json` fails on this very text; so for all that cuts texts.
    pub fn encode(&self, text: &str, add_special: bool) -> Result<Tokenization, RpcError> {
        let pieces = self.pieces(text, Specials { parse: add_special, surround: add_special })?;
        Ok(Tokenization {
            ids: pieces.iter().map(|piece| piece.id).collect(),
            tokens: pieces.iter().map(|piece| self.describe(piece)).collect(),
        })
    }

    /// Ids of a rendered chat template: special tokens are read as such, and nothing is added,
    /// because templates write their BOS themselves.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn encode_prompt(&self, text: &str) -> Result<Vec<u32>, RpcError> {
        let specials = Specials { parse: true, surround: false };
        Ok(self.pieces(text, specials)?.iter().map(|piece| piece.id).collect())
    }

    /// The same, with the byte range in `text` that each token stands for.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn prompt_spans(&self, text: &str) -> Result<Vec<Span>, RpcError> {
        self.spans(text, Specials { parse: true, surround: false })
    }

    /// The tokens of a text that is only text: special tokens written in it are letters and signs, and nothing is added.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn text_spans(&self, text: &str) -> Result<Vec<Span>, RpcError> {
        self.spans(text, Specials { parse: false, surround: false })
    }

    /// Tokens of a text that is to be continued: it begins as the model wants texts to begin (BOS),
    /// special tokens written in it are read as such, and it does not end.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn open_spans(&self, text: &str) -> Result<Vec<Span>, RpcError> {
        let mut spans = self.spans(text, Specials { parse: true, surround: true })?;
        let ends =
            |span: &Span| span.start == span.end && span.start as usize == text.len() && !text.is_empty();
        if spans.last().is_some_and(|last| ends(last) && self.end_ids.contains(&last.id)) {
            spans.pop();
        }
        Ok(spans)
    }

    /// Tokens of a text that stands after other text: as [`Self::encode`] without `add_special`, but a
    /// tokenizer that puts a space before every text puts none here.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn encode_continuation(&self, text: &str) -> Result<Vec<u32>, RpcError> {
        /// A character that merges with nothing around it in any vocabulary; its tokens are taken away again.
        const FENCE: &str = "\n";
        let specials = Specials { parse: false, surround: false };
        let whole = self.spans(&format!("{FENCE}{text}"), specials)?;
        let own: Vec<u32> =
            whole.iter().filter(|span| span.start as usize >= FENCE.len()).map(|span| span.id).collect();
        if self.detokenize(&own) == text.as_bytes() {
            return Ok(own);
        }
        // The fence grew together with the text, or the vocabulary can't say this text exactly.
        Ok(self.spans(text, specials)?.iter().map(|span| span.id).collect())
    }

    /// Ids below `end` whose text contains `query`: exact ones first, then those that begin with it, then the
    /// others; the shorter first.
    pub fn search(&self, query: &str, limit: usize, end: u32) -> Vec<u32> {
        let query = query.as_bytes();
        if query.is_empty() {
            return Vec::new();
        }
        let mut hits: Vec<(u8, usize, u32)> = (0..end.min(self.vocabulary_size()))
            .filter_map(|id| {
                let bytes = self.token_bytes(id)?;
                let place = bytes.windows(query.len()).position(|window| window == query)?;
                let trimmed = bytes.strip_prefix(b" ").unwrap_or(bytes);
                let class = if bytes == query {
                    0
                } else if trimmed == query {
                    1
                } else if place == 0 {
                    2
                } else {
                    3
                };
                Some((class, bytes.len(), id))
            })
            .collect();
        hits.sort_unstable();
        hits.into_iter().take(limit).map(|(_, _, id)| id).collect()
    }

    fn spans(&self, text: &str, specials: Specials) -> Result<Vec<Span>, RpcError> {
        let span = |piece: &Piece| Span { id: piece.id, start: piece.start as u32, end: piece.end as u32 };
        Ok(self.pieces(text, specials)?.iter().map(span).collect())
    }

    /// The bytes that an id stands for: a special token's name, else text, possibly a part of a
    /// character. `None` for an id that the vocabulary does not have.
    pub fn token_bytes(&self, id: u32) -> Option<&[u8]> {
        self.bytes.get(id)
    }

    /// Is it a control token (BOS, end of turn ...) and not text?
    pub fn is_special(&self, id: u32) -> bool {
        matches!(self.kinds.get(id as usize), Some(TokenKind::Control | TokenKind::Unknown))
    }

    /// The id of a special or user-defined token by its name.
    pub fn special_id(&self, name: &str) -> Option<u32> {
        let is_special = |kind: &TokenKind| matches!(kind, TokenKind::Control | TokenKind::UserDefined);
        (0u32..)
            .zip(&self.kinds)
            .filter(|(_, kind)| is_special(kind))
            .map(|(id, _)| id)
            .find(|&id| self.token_bytes(id) == Some(name.as_bytes()))
    }

    /// Number of ids.
    pub fn vocabulary_size(&self) -> u32 {
        self.bytes.len() as u32
    }

    /// The token that begins a text, where the model has one.
    pub fn bos_id(&self) -> Option<u32> {
        self.bos_id
    }

    /// The tokens that end an answer: end of text, end of turn, end of message. Sorted.
    pub fn end_ids(&self) -> &[u32] {
        &self.end_ids
    }

    /// The text of the BOS token, for templates.
    pub fn bos_token(&self) -> Option<String> {
        self.token_text(self.bos_id?)
    }

    /// The text of the EOS token, for templates.
    pub fn eos_token(&self) -> Option<String> {
        self.token_text(self.eos_id?)
    }

    /// The bytes of several tokens, one after the other. Unknown ids stand for nothing.
    pub fn detokenize(&self, ids: &[u32]) -> Vec<u8> {
        ids.iter().filter_map(|&id| self.token_bytes(id)).flatten().copied().collect()
    }

    /// The vocabulary as a `tokenizer.json` for mistral.rs: ids and their bytes, and nothing that cuts texts.
    ///
    /// # Errors
    /// `UnsupportedTokenizer` where it can't be written.
    pub fn engine_json(&self) -> Result<String, RpcError> {
        engine_json::write(self)
    }

    fn pieces(&self, text: &str, specials: Specials) -> Result<Vec<Piece>, RpcError> {
        match &self.engine {
            Engine::Gguf(tokenizer) => Ok(tokenizer.encode(text, specials)),
            Engine::Json(tokenizer) => tokenizer.encode(text, specials, &self.bytes),
        }
    }

    fn describe(&self, piece: &Piece) -> TextToken {
        TextToken {
            id: piece.id,
            bytes: hex::encode(self.token_bytes(piece.id).unwrap_or_default()),
            start: piece.start as u32,
            end: piece.end as u32,
            special: self.is_special(piece.id),
        }
    }

    fn token_text(&self, id: u32) -> Option<String> {
        Some(String::from_utf8_lossy(self.token_bytes(id)?).into_owned())
    }
}

#[cfg(test)]
mod tests;
