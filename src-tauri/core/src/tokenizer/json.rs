//! Tokenizers of Hugging Face folders: `tokenizer.json`, run by the `tokenizers` crate.
//!
//! The crate gives ids and, for texts, character ranges; the bytes behind an id it only gives as
//! a lossy string. So the bytes are worked out here from the decoder that the file declares ([`decoding`]).

mod decoding;
mod steps;
mod written;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, OnceLock};

use aho_corasick::AhoCorasick;
use tokenizers::{Model as _, ModelWrapper};

use crate::protocol::{ErrorKind, RpcError, TokenizerKind};

use super::merge::Merge;
use super::names::{AddedToken, Names};
use super::vocabulary::{StringTable, TokenKind};
use super::{Engine, Piece, Specials, Tokenizer};
use decoding::Decoding;
use written::{Source, Written};

/// The largest published ones have 35 MB.
pub(super) const MAX_FILE_BYTES: u64 = 256 << 20;
/// Ids are dense; a file that skips more than this is not a real one.
const MAX_VOCABULARY: u32 = 4 << 20;

/// A `tokenizer.json`, ready to run.
pub(super) struct JsonTokenizer {
    /// Whether special tokens in a text are read as such is a setting of the tokenizer.
    inner: Mutex<tokenizers::Tokenizer>,
    kind: TokenizerKind,
    is_byte_level: bool,
    source: Source,
    /// Read when somebody looks into it.
    looked: OnceLock<Looked>,
}

/// What is looked up when steps are told.
#[derive(Debug, Default)]
struct Looked {
    /// Merges by the ids that they join.
    pairs: HashMap<(u32, u32), Merge>,
    /// Unigram's token of the unknown.
    unk_id: Option<u32>,
}

impl std::fmt::Debug for JsonTokenizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JsonTokenizer")
    }
}

pub(super) fn open(file: &Path) -> Result<Tokenizer, RpcError> {
    let bytes = crate::header::read_limited(file, MAX_FILE_BYTES)?;
    let refuse = |detail: String| crate::header::failure(ErrorKind::UnsupportedTokenizer, file, &detail);
    // The crate panics on some contradictions, as a template that names a token it does not define.
    let names = Names::read(file.parent().unwrap_or(Path::new("")))?;
    let inner = std::panic::catch_unwind(|| parse(&bytes, &names))
        .unwrap_or_else(|_| Err("it contradicts itself".into()))
        .map_err(refuse)?;
    let (bytes, kinds) = read_vocabulary(&inner).map_err(refuse)?;
    let names = names.resolve(|name| inner.token_to_id(name), |id| inner.id_to_token(id).is_some());
    let end_ids = super::end_ids(names.ends, &bytes, &kinds);
    Ok(Tokenizer {
        bytes,
        kinds,
        bos_id: names.bos,
        eos_id: names.eos,
        end_ids,
        engine: Engine::Json(Box::new(JsonTokenizer::new(inner, Source::File(file.to_owned())))),
    })
}

/// The crate takes memory for the table of a `Precompiled` normalizer before it looks whether it is
/// there. The table begins with its own length (u32, little endian), all of it in base64.
fn check_tables(bytes: &[u8]) -> Result<(), String> {
    let Ok(search) = AhoCorasick::new([r#""precompiled_charsmap""#]) else { return Ok(()) };
    for found in search.find_iter(bytes) {
        let rest = bytes[found.end()..].trim_ascii_start();
        let Some(text) = rest.strip_prefix(b":").and_then(|rest| rest.trim_ascii_start().strip_prefix(b"\""))
        else {
            continue;
        };
        let text = &text[..text.iter().position(|&byte| byte == b'"').unwrap_or(text.len())];
        // Four signs are three bytes; the first six hold the length.
        let mut bits: u64 = 0;
        // A slash may be written as `\\/`.
        for &sign in text.iter().filter(|&&sign| sign != b'\\').take(6) {
            let value = match sign {
                b'A'..=b'Z' => sign - b'A',
                b'a'..=b'z' => sign - b'a' + 26,
                b'0'..=b'9' => sign - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return Err("its table of characters is no base64".into()),
            };
            bits = bits << 6 | u64::from(value);
        }
        let length = (bits >> 4) as u32;
        if text.len() >= 6 && length.swap_bytes() as usize > text.len() / 4 * 3 {
            return Err("its table of characters is longer than the file".into());
        }
    }
    Ok(())
}

fn parse(bytes: &[u8], names: &Names) -> Result<tokenizers::Tokenizer, String> {
    check_tables(bytes)?;
    let mut inner = tokenizers::Tokenizer::from_bytes(bytes)
        .map_err(|error| format!("not a tokenizer.json that can be read: {error}"))?;
    add_tokens(&mut inner, names);
    inner.with_padding(None).with_truncation(None).map_err(|error| error.to_string())?;
    // A model mostly fails on text that it has no token for. Whether it does shows with a
    // character that no vocabulary has.
    for text in ["\u{10fffe}", "\u{0} a 1\n中", ""] {
        for add_special in [false, true] {
            inner
                .encode(text, add_special)
                .map_err(|error| format!("it fails on unknown characters: {error}"))?;
        }
    }
    Ok(inner)
}

/// Tokens that the files beside this one add, as transformers adds them: each takes the next id, which is the one that is
/// written beside it where nothing is missing. One with another id is left out.
fn add_tokens(inner: &mut tokenizers::Tokenizer, names: &Names) {
    let written = |token: &AddedToken| {
        tokenizers::AddedToken::from(token.content.clone(), token.special)
            .lstrip(token.lstrip)
            .rstrip(token.rstrip)
            .single_word(token.single_word)
    };
    for (id, token) in &names.added {
        let next = inner.get_vocab_size(true) as u32;
        if inner.token_to_id(&token.content).is_none() && next == *id {
            inner.add_tokens(&[written(token)]);
        }
    }
    for token in &names.named {
        if inner.token_to_id(&token.content).is_none() {
            inner.add_tokens(&[written(token)]);
        }
    }
}

fn read_vocabulary(inner: &tokenizers::Tokenizer) -> Result<(StringTable, Vec<TokenKind>), String> {
    let vocabulary = inner.get_vocab(true);
    let added = inner.get_added_tokens_decoder();
    let count = vocabulary.values().chain(added.keys()).max().map_or(0, |&id| id.saturating_add(1));
    if count == 0 || count > MAX_VOCABULARY {
        return Err(format!("a vocabulary of {count} ids"));
    }
    let mut texts: Vec<Option<&str>> = vec![None; count as usize];
    for (text, &id) in &vocabulary {
        texts[id as usize] = Some(text);
    }
    let decoding = Decoding::of(inner);
    let mut bytes = StringTable::default();
    let mut kinds = Vec::with_capacity(texts.len());
    for (id, text) in (0u32..).zip(texts) {
        match (added.get(&id), text) {
            (Some(token), _) => {
                bytes.push(token.content.as_bytes());
                kinds.push(if token.special { TokenKind::Control } else { TokenKind::UserDefined });
            }
            (None, Some(text)) => {
                bytes.push_with(|blob| decoding.write(text, blob));
                kinds.push(TokenKind::Normal);
            }
            (None, None) => {
                bytes.push(b"");
                kinds.push(TokenKind::Unused);
            }
        }
    }
    Ok((bytes, kinds))
}

impl JsonTokenizer {
    fn new(inner: tokenizers::Tokenizer, source: Source) -> Self {
        let kind = match inner.get_model() {
            ModelWrapper::BPE(_) => TokenizerKind::Bpe,
            ModelWrapper::Unigram(_) => TokenizerKind::Unigram,
            ModelWrapper::WordPiece(_) => TokenizerKind::WordPiece,
            ModelWrapper::WordLevel(_) => TokenizerKind::WordLevel,
        };
        let is_byte_level = decoding::is_byte_level(&inner);
        Self { kind, is_byte_level, inner: Mutex::new(inner), source, looked: OnceLock::new() }
    }

    pub(super) fn kind(&self) -> TokenizerKind {
        self.kind
    }

    pub(super) fn is_byte_level(&self) -> bool {
        self.is_byte_level
    }

    /// How many merges it lists.
    pub(super) fn merge_count(&self) -> usize {
        self.written().pairs.len()
    }

    /// What the file says of its model, and the crate does not tell.
    fn written(&self) -> &Looked {
        self.looked.get_or_init(|| {
            let Written { merges, unk_id } = Written::read(&self.source);
            Looked { pairs: steps::pairs(self.lock(false).get_model(), &merges), unk_id }
        })
    }

    /// What two neighbours become.
    pub(super) fn find(&self, left: u32, right: u32) -> Option<Merge> {
        self.written().pairs.get(&(left, right)).copied()
    }

    /// The id of an entry, as the vocabulary writes it.
    pub(super) fn entry_id(&self, text: &str) -> Option<u32> {
        self.lock(false).get_model().token_to_id(text)
    }

    /// An entry as the vocabulary writes it.
    pub(super) fn entry_text(&self, id: u32) -> Option<String> {
        self.lock(false).id_to_token(id)
    }

    /// The logarithm of a piece's probability (Unigram).
    pub(super) fn score(&self, id: u32) -> Option<f32> {
        match self.lock(false).get_model() {
            ModelWrapper::Unigram(unigram) => unigram.iter().nth(id as usize).map(|(_, score)| *score as f32),
            _ => None,
        }
    }

    /// # Errors
    /// `UnsupportedTokenizer` where the crate fails on this very text, as an expression does that takes too many steps.
    pub(super) fn encode(
        &self,
        text: &str,
        specials: Specials,
        bytes: &StringTable,
    ) -> Result<Vec<Piece>, RpcError> {
        let encoding = self.lock(specials.parse).encode(text, specials.surround).map_err(|error| {
            let message = format!("the tokenizer fails on this text: {error}");
            RpcError::new(ErrorKind::UnsupportedTokenizer, message)
        })?;
        let mut pieces: Vec<Piece> = encoding
            .get_ids()
            .iter()
            .zip(encoding.get_offsets())
            .map(|(&id, &(start, end))| Piece { id, start, end })
            .collect();
        // Tokens that the post-processor put around the text stand for nothing of it.
        let added = encoding.get_special_tokens_mask();
        refine(&mut pieces, added, text, bytes);
        Ok(pieces)
    }

    fn lock(&self, parse_special: bool) -> std::sync::MutexGuard<'_, tokenizers::Tokenizer> {
        // The setting is the only thing that changes, and it is set anew each time.
        let mut inner = self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        inner.set_encode_special_tokens(!parse_special);
        inner
    }
}

/// The crate gives a token inside a character the whole character's range. Where the bytes of
/// the tokens are exactly the text, as in byte-level vocabularies, their lengths are the ranges.
fn refine(pieces: &mut [Piece], added: &[u32], text: &str, bytes: &StringTable) {
    let mut ranges = Vec::with_capacity(pieces.len());
    let mut done = 0;
    for (piece, &added) in pieces.iter().zip(added) {
        let is_added = added == 1 && piece.start == piece.end;
        let part = match is_added {
            true => &[][..],
            false => bytes.get(piece.id).unwrap_or_default(),
        };
        if !text.as_bytes()[done..].starts_with(part) {
            return;
        }
        ranges.push((done, done + part.len()));
        done += part.len();
    }
    if done == text.len() {
        for (piece, (start, end)) in pieces.iter_mut().zip(ranges) {
            (piece.start, piece.end) = (start, end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check_tables;

    #[test]
    fn a_table_that_is_longer_than_the_file_is_refused_before_memory_is_taken() {
        let check =
            |table: &str| check_tables(format!(r#"{{"precompiled_charsmap" : "{table}"}}"#).as_bytes());
        // Lengths 0, 4 and 2^30, little endian.
        assert!(check("AAAAAAAA").is_ok());
        assert!(check("BAAAAAAAAAA=").is_ok());
        assert!(check("AAAAQAAA").is_err());
        assert!(check("????????").is_err());
        assert!(check_tables(br#"{"precompiled_charsmap": null, "x": "precompiled_charsmap"}"#).is_ok());
    }
}
