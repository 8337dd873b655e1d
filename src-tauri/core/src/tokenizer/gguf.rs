//! The tokenizer that GGUF metadata describes.
//!
//! llama.cpp's converter writes three kinds of vocabulary that are run here: byte-level BPE
//! (`tokenizer.ggml.model` = `gpt2`: merges and the name of a pre-tokenizer), SentencePiece BPE
//! (`llama`: scores instead of merges) and Gemma 4's (`gemma4`: SentencePiece's alphabet with
//! merges). llama.cpp is the reference for what the metadata means. GGUF keeps no normalizer, so
//! none is applied, and the bytes of a byte-level text's tokens are exactly the text.

mod bpe;
mod escape;
mod kinds;
mod spm;

use std::ops::Range;

use crate::header::gguf::GgufHeader;
use crate::protocol::{ErrorKind, RpcError};

use super::names::Prefix;
use super::pre_tokenizer::{self, Rule, Symbols};
use super::sentence_piece::Unigram;
use super::special::{Fragment, SpecialTokens, Strips};
use super::vocabulary::{StringIndex, StringTable, TokenKind};
use super::{byte_alphabet, Engine, Piece, Specials, Tokenizer};

pub(super) use bpe::Bpe;
pub(super) use spm::{is_mergeable, Spm};

/// The tokenizer of a GGUF file, ready to run.
#[derive(Debug)]
pub(super) struct GgufTokenizer {
    /// The entries as the file writes them.
    pub texts: StringTable,
    pub model: Model,
    pub special: SpecialTokens,
    pub unknown_id: Option<u32>,
    /// Put in front where special tokens are wanted.
    pub prepend: Option<u32>,
    /// Put at the end where special tokens are wanted.
    pub append: Option<u32>,
    /// Before which parts of a text SentencePiece's space is put.
    pub prefix: Prefix,
}

#[derive(Debug)]
pub(super) enum Model {
    Bpe(Bpe),
    Spm(Spm),
    /// Of a `tokenizer.model`; the pieces of its own users are cut out by the model itself.
    Unigram(Unigram),
}

/// Which kind of vocabulary a header describes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Family {
    Bpe(&'static Rule),
    Spm,
}

/// # Errors
/// `UnsupportedTokenizer` with the fact `model` or `pre`.
pub(super) fn check(header: &GgufHeader) -> Result<Family, RpcError> {
    let refuse = |message: String| RpcError::new(ErrorKind::UnsupportedTokenizer, message);
    let Some(model) = header.str("tokenizer.ggml.model") else {
        return Err(refuse("the file has no vocabulary".into()));
    };
    let family = match model {
        "gpt2" => Family::Bpe(pre_tokenizer::rule(pre_tokenizer_name(header)?)?),
        "gemma4" => Family::Bpe(pre_tokenizer::rule("gemma4")?),
        "llama" => Family::Spm,
        other => {
            return Err(refuse(format!("a vocabulary of kind {other} is not supported")).with("model", other))
        }
    };
    let list = match family {
        Family::Bpe(_) => "tokenizer.ggml.merges",
        Family::Spm => "tokenizer.ggml.scores",
    };
    for key in ["tokenizer.ggml.tokens", list] {
        if header.array_len(key).is_none() {
            return Err(refuse(format!("the file has no {key}")));
        }
    }
    Ok(family)
}

/// Architectures that only ever had one pre-tokenizer, for files from before April 2024, which do
/// not name theirs.
const ONE_PRE_TOKENIZER: &[(&str, &str)] = &[
    ("bloom", "bloom"),
    ("codeshell", "codeshell"),
    ("command-r", "command-r"),
    ("dbrx", "dbrx"),
    ("falcon", "falcon"),
    ("gpt2", "gpt-2"),
    ("gptneox", "gpt-2"),
    ("mpt", "mpt"),
    ("olmo", "olmo"),
    ("phi2", "phi-2"),
    ("qwen2", "qwen2"),
    ("qwen2moe", "qwen2"),
    ("qwen3", "qwen2"),
    ("qwen3moe", "qwen2"),
    ("refact", "refact"),
    ("starcoder", "starcoder"),
    ("starcoder2", "starcoder"),
];

/// # Errors
/// `UnsupportedTokenizer` where the file names none and its architecture has had several: llama.cpp
/// guesses then, with a warning that answers will be worse.
fn pre_tokenizer_name(header: &GgufHeader) -> Result<&str, RpcError> {
    if let Some(name) = header.str("tokenizer.ggml.pre").filter(|name| !name.is_empty()) {
        return Ok(name);
    }
    let architecture = header.architecture().unwrap_or_default();
    let known = ONE_PRE_TOKENIZER.iter().find(|(name, _)| *name == architecture);
    known.map(|(_, pre)| *pre).ok_or_else(|| {
        let message =
            "the file does not name its pre-tokenizer (tokenizer.ggml.pre), as early conversions did not";
        RpcError::new(ErrorKind::UnsupportedTokenizer, message).with("pre", "")
    })
}

fn corrupt(message: impl Into<String>) -> RpcError {
    RpcError::new(ErrorKind::Corrupt, message)
}

pub(super) fn build(header: &GgufHeader) -> Result<Tokenizer, RpcError> {
    let family = check(header)?;
    let texts = read_texts(header)?;
    let ids = SpecialIds::read(header, family, texts.len());
    let kinds = kinds::read(header, family, &texts, &ids)?;
    let is_byte_level = matches!(family, Family::Bpe(rule) if rule.symbols == Symbols::Bytes);
    let bytes = real_bytes(is_byte_level, &texts, &kinds);
    let strips = Strips {
        left: strips_left(header, &texts),
        right: strips_right(header, family, &texts, &kinds),
        words: Vec::new(),
    };
    let special = SpecialTokens::new(&texts, &kinds, strips)?;
    let index = StringIndex::new(&texts, |id| texts.get(id).is_some_and(|text| !text.is_empty()));
    let model = match family {
        Family::Bpe(rule) => Model::Bpe(Bpe::new(header, rule, &texts, &kinds, index)?),
        Family::Spm => Model::Spm(Spm::new(header, &texts, &kinds)?),
    };
    let end_ids = super::end_ids(ids.ends(), &bytes, &kinds);
    Ok(Tokenizer {
        bytes,
        bos_id: ids.bos,
        eos_id: ids.eos,
        end_ids,
        engine: Engine::Gguf(Box::new(GgufTokenizer {
            texts,
            model,
            special,
            unknown_id: ids.unknown,
            prepend: ids.bos.filter(|_| ids.add_bos),
            append: ids.eos.filter(|_| ids.add_eos),
            // llama.cpp puts one after every special token.
            prefix: Prefix::EveryPart,
        })),
        kinds,
    })
}

fn read_texts(header: &GgufHeader) -> Result<StringTable, RpcError> {
    let mut texts = StringTable::default();
    let tokens = header
        .strings("tokenizer.ggml.tokens")
        .ok_or_else(|| corrupt("tokenizer.ggml.tokens is no list of strings"))?;
    for token in tokens {
        texts.push(token);
    }
    if texts.len() == 0 {
        return Err(corrupt("the vocabulary is empty"));
    }
    Ok(texts)
}

/// The bytes that each entry stands for, which is not how the file writes them.
pub(super) fn real_bytes(is_byte_level: bool, texts: &StringTable, kinds: &[TokenKind]) -> StringTable {
    let mut table = StringTable::default();
    for (id, text) in texts.iter() {
        table.push_with(|blob| match kinds[id as usize] {
            TokenKind::Normal | TokenKind::Unused if is_byte_level => match std::str::from_utf8(text) {
                Ok(text) => byte_alphabet::decode(text, blob),
                Err(_) => blob.extend_from_slice(text),
            },
            TokenKind::Normal | TokenKind::Unused => escape::unescape(text, blob),
            TokenKind::Byte => match parse_byte(text) {
                Some(byte) => blob.push(byte),
                None => blob.extend_from_slice(text),
            },
            TokenKind::UserDefined if !is_byte_level => escape::unescape(text, blob),
            TokenKind::Control | TokenKind::UserDefined | TokenKind::Unknown => blob.extend_from_slice(text),
        });
    }
    table
}

/// `<0x0A>` as the byte that it names.
pub(super) fn parse_byte(text: &[u8]) -> Option<u8> {
    let digits = text.strip_prefix(b"<0x")?.strip_suffix(b">")?;
    // The conversion would take a sign too.
    if digits.len() != 2 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Ids of `<0x00>` to `<0xFF>`.
pub(super) fn byte_ids(texts: &StringTable, kinds: &[TokenKind]) -> Vec<Option<u32>> {
    let mut ids = vec![None; 256];
    for (id, text) in texts.iter() {
        if kinds[id as usize] == TokenKind::Byte {
            if let Some(byte) = parse_byte(text) {
                // SentencePiece writes large letters; a second spelling stands behind.
                let place = &mut ids[usize::from(byte)];
                if place.is_none() || !text.iter().any(|byte| matches!(byte, b'a'..=b'f')) {
                    *place = Some(id);
                }
            }
        }
    }
    ids
}

/// Phi-3 was trained with white space after its markers removed. The metadata can't say so;
/// its SentencePiece vocabulary under the architecture `phi3` does.
fn strips_right(header: &GgufHeader, family: Family, texts: &StringTable, kinds: &[TokenKind]) -> Vec<u32> {
    let is_phi_3 = header.architecture().as_deref() == Some("phi3") && matches!(family, Family::Spm);
    if !is_phi_3 {
        return Vec::new();
    }
    texts
        .iter()
        .filter(|(id, text)| match kinds[*id as usize] {
            TokenKind::Control => ![&b"<unk>"[..], b"<s>", b"<|endoftext|>"].contains(text),
            TokenKind::UserDefined => *text == b"</s>",
            _ => false,
        })
        .map(|(id, _)| id)
        .collect()
}

/// The mask of Jina's encoders takes the white space before it.
fn strips_left(header: &GgufHeader, texts: &StringTable) -> Vec<u32> {
    let is_jina = header.str("tokenizer.ggml.pre").is_some_and(|pre| pre.starts_with("jina-v2-"));
    let masks = texts.iter().filter(|(_, text)| is_jina && *text == b"<mask>");
    masks.map(|(id, _)| id).collect()
}

struct SpecialIds {
    bos: Option<u32>,
    eos: Option<u32>,
    eot: Option<u32>,
    eom: Option<u32>,
    unknown: Option<u32>,
    /// All that the metadata gives a role that is no text.
    declared: Vec<u32>,
    add_bos: bool,
    add_eos: bool,
}

/// Roles that decide nothing but the kind of their token.
const OTHER_ROLES: &[&str] = &[
    "padding",
    "seperator",
    "cls",
    "mask",
    "prefix",
    "suffix",
    "middle",
    "fim_pre",
    "fim_suf",
    "fim_mid",
    "fim_pad",
    "fim_rep",
    "fim_sep",
];

impl SpecialIds {
    fn read(header: &GgufHeader, family: Family, count: usize) -> Self {
        // Converters write -1 or the like for "none": what is no id of the vocabulary is none.
        let id = |name: &str, default: Option<u32>| {
            let key = format!("tokenizer.ggml.{name}_token_id");
            match header.get(&key) {
                Some(_) => header.u32(&key),
                None => default,
            }
            .filter(|&id| (id as usize) < count)
        };
        let (bos, eos, unknown, add_bos) = match family {
            Family::Spm => (Some(1), Some(2), Some(0), true),
            Family::Bpe(rule) => (None, None, None, rule.add_bos),
        };
        let flag = |name: &str, default: bool| header.bool(name).unwrap_or(default);
        let is_gemma_4 = matches!(family, Family::Bpe(rule) if rule.names.contains(&"gemma4"));
        let (bos, eos, unknown) = (id("bos", bos), id("eos", eos), id("unknown", unknown));
        let (eot, eom) = (id("eot", None), id("eom", None));
        let others = OTHER_ROLES.iter().filter_map(|name| id(name, None));
        Self {
            declared: others.chain([bos, eos, eot, eom, unknown].into_iter().flatten()).collect(),
            bos,
            eos,
            eot,
            eom,
            unknown,
            // Early conversions of Gemma 4 say no; the model needs it.
            add_bos: is_gemma_4 || flag("tokenizer.ggml.add_bos_token", add_bos),
            add_eos: flag("tokenizer.ggml.add_eos_token", false),
        }
    }

    fn ends(&self) -> impl Iterator<Item = u32> {
        [self.eos, self.eot, self.eom].into_iter().flatten()
    }
}

impl GgufTokenizer {
    /// May a space be put before this part of a text?
    pub(super) fn begins(&self, text: &str, part: &Range<usize>) -> bool {
        let has_space = text[part.clone()].starts_with([' ', '▁']);
        match self.prefix {
            Prefix::EveryPart => true,
            Prefix::EveryPartWithout => !has_space,
            Prefix::Start => part.start == 0 && !has_space,
        }
    }

    pub(super) fn encode(&self, text: &str, specials: Specials) -> Vec<Piece> {
        let mut pieces = Vec::new();
        if specials.surround {
            pieces.extend(self.prepend.map(|id| Piece { id, start: 0, end: 0 }));
        }
        for fragment in self.special.split(text, specials.parse) {
            match fragment {
                Fragment::Token(id, range) => {
                    pieces.push(Piece { id, start: range.start, end: range.end });
                }
                Fragment::Text(range) => {
                    let offset = range.start;
                    let begins = self.begins(text, &range);
                    let part = &text[range];
                    match &self.model {
                        Model::Bpe(bpe) => bpe.encode(part, offset, &self.texts, &mut pieces),
                        Model::Spm(spm) => {
                            spm.encode(part, offset, begins, &self.texts, self.unknown_id, &mut pieces)
                        }
                        Model::Unigram(unigram) => {
                            unigram.encode(part, offset, begins, &self.texts, &mut pieces)
                        }
                    }
                }
            }
        }
        if specials.surround {
            let end = text.len();
            pieces.extend(self.append.map(|id| Piece { id, start: end, end }));
        }
        pieces
    }
}
