//! `tokenizer.model`: a vocabulary as SentencePiece writes it.
//!
//! The file is a Protocol Buffers message (google/sentencepiece `sentencepiece_model.proto`): the
//! pieces with score and type, what the trainer was told, and how texts are normalized. Byte-pair
//! vocabularies are run by the same code as those of GGUF files (types of pieces have the same
//! numbers there), Unigram ones by [`unigram`]; [`normalizer`] rewrites texts before.

mod normalizer;
mod unigram;

use std::collections::BTreeMap;
use std::path::Path;

use crate::protocol::{ErrorKind, RpcError};

use super::gguf::{self, GgufTokenizer, Model, Spm};
use super::names::{self, AddedToken, Names};
use super::special::SpecialTokens;
use super::vocabulary::{StringIndex, StringTable, TokenKind};
use super::{Engine, Tokenizer};

pub(super) use normalizer::Normalizer;
use normalizer::Settings;
pub(super) use unigram::Unigram;

/// The largest published ones have 5 MB.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// What the file says.
#[derive(Debug, Default)]
struct File {
    texts: StringTable,
    scores: Vec<f64>,
    kinds: Vec<TokenKind>,
    /// 1 Unigram (also where missing), 2 BPE, 3 words, 4 characters.
    model_type: Option<u64>,
    /// Characters without a piece are written in bytes.
    byte_fallback: bool,
    /// How characters are rewritten; empty for not at all.
    table: Vec<u8>,
    settings: Settings,
    /// Tokens that do not come from the file itself, by id.
    added: BTreeMap<u32, AddedToken>,
}

pub(super) fn open(path: &Path) -> Result<Tokenizer, RpcError> {
    let (file, names) = read(path)?;
    file.build(&names).map_err(|error| {
        // With the path, as all errors of files.
        crate::header::failure(error.kind(), path, &error.message)
    })
}

/// Can this file be run? How many tokens it has, with those that the files beside it add.
pub(super) fn check(path: &Path) -> Result<usize, RpcError> {
    let (file, _) = read(path)?;
    file.model().map_err(|error| crate::header::failure(error.kind(), path, &error.message))?;
    Ok(file.texts.len())
}

/// The file and those beside it.
fn read(path: &Path) -> Result<(File, Names), RpcError> {
    let bytes = crate::header::read_limited(path, MAX_FILE_BYTES)?;
    let mut file = File::read(&bytes).ok_or_else(|| {
        crate::header::failure(ErrorKind::Corrupt, path, "not a vocabulary of SentencePiece that can be read")
    })?;
    let refuse = |what: &str| {
        let message = format!("a SentencePiece vocabulary that {what}");
        crate::header::failure(ErrorKind::UnsupportedTokenizer, path, &message)
    };
    match file.model_type.unwrap_or(UNIGRAM) {
        UNIGRAM | BYTE_PAIRS => {}
        other => return Err(refuse(&format!("has the type {other}")).with("model", other)),
    }
    let names = Names::read(path.parent().unwrap_or(Path::new("")))?;
    file.add(&names).ok_or_else(|| {
        crate::header::failure(ErrorKind::Corrupt, path, "the files beside it add tokens that do not fit")
    })?;
    if let Some(adds_space) = names.spacing.adds_space {
        file.settings.adds_space = adds_space;
    }
    Ok((file, names))
}

/// Types of models in the file.
const UNIGRAM: u64 = 1;
const BYTE_PAIRS: u64 = 2;

impl File {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut file = Self::default();
        for field in Fields(bytes) {
            match field? {
                (1, Content::Bytes(piece)) => file.read_piece(piece)?,
                (2, Content::Bytes(trainer)) => {
                    for field in Fields(trainer) {
                        match field? {
                            (3, Content::Number(kind)) => file.model_type = Some(kind),
                            (24, Content::Number(on)) => file.settings.space_behind = on != 0,
                            (35, Content::Number(on)) => file.byte_fallback = on != 0,
                            _ => {}
                        }
                    }
                }
                (3, Content::Bytes(normalizer)) => {
                    for field in Fields(normalizer) {
                        match field? {
                            (2, Content::Bytes(table)) => file.table = table.to_vec(),
                            (3, Content::Number(on)) => file.settings.adds_space = on != 0,
                            (4, Content::Number(on)) => file.settings.collapses_spaces = on != 0,
                            (5, Content::Number(on)) => file.settings.marks_spaces = on != 0,
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        (file.texts.len() > 0).then_some(file)
    }

    fn read_piece(&mut self, bytes: &[u8]) -> Option<()> {
        let (mut text, mut score, mut kind) = (&[][..], 0.0, 1);
        for field in Fields(bytes) {
            match field? {
                (1, Content::Bytes(bytes)) => text = bytes,
                (2, Content::Float(number)) => score = f64::from(number),
                (3, Content::Number(number)) => kind = i64::try_from(number).ok()?,
                _ => {}
            }
        }
        self.texts.push(text);
        self.scores.push(score);
        self.kinds.push(TokenKind::from_number(kind));
        Some(())
    }

    /// Tokens from beside the file: new ones behind the others, another name for a place that was kept free, or another
    /// kind for one of them. `None` where an id is far beyond the others.
    fn add(&mut self, names: &Names) -> Option<()> {
        if names.added.is_empty() && names.named.is_empty() {
            return Some(());
        }
        let index = StringIndex::new(&self.texts, |_| true);
        let mut renamed = BTreeMap::new();
        for (id, token) in &names.added {
            let (id, content) = (*id, token.content.as_bytes());
            let count = self.texts.len() as u32;
            if id >= count {
                // Ids are dense; free places between them are few.
                if id - count > 100_000 {
                    return None;
                }
                for _ in count..id {
                    self.push(b"", TokenKind::Unused);
                }
                self.push(content, kind_of(token));
                self.added.insert(id, token.clone());
            } else if self.texts.get(id) == Some(content) {
                self.mark(id, token);
            } else if index.find(&self.texts, content).is_none() {
                renamed.insert(id, content);
                self.kinds[id as usize] = kind_of(token);
                self.added.insert(id, token.clone());
            }
        }
        for token in &names.named {
            match index.find(&self.texts, token.content.as_bytes()) {
                // One sign may stand for padding and be text all the same.
                Some(id) if token.content.chars().nth(1).is_some() => self.mark(id, token),
                Some(_) => {}
                None => {
                    self.added.insert(self.texts.len() as u32, token.clone());
                    self.push(token.content.as_bytes(), kind_of(token));
                }
            }
        }
        if !renamed.is_empty() {
            let mut texts = StringTable::default();
            for (id, text) in self.texts.iter() {
                texts.push(renamed.get(&id).copied().unwrap_or(text));
            }
            self.texts = texts;
        }
        Some(())
    }

    fn push(&mut self, text: &[u8], kind: TokenKind) {
        self.texts.push(text);
        self.scores.push(0.0);
        self.kinds.push(kind);
    }

    /// A piece of the file that is matched as a whole. `<unk>` stays what stands for the unknown, and bytes stay bytes.
    fn mark(&mut self, id: u32, token: &AddedToken) {
        let kind = &mut self.kinds[id as usize];
        match (*kind, token.special) {
            (TokenKind::Normal | TokenKind::Unused, _) | (TokenKind::UserDefined, true) => {
                *kind = kind_of(token);
            }
            (TokenKind::Control, _) => {}
            _ => return,
        }
        self.added.insert(id, token.clone());
    }

    fn build(self, names: &Names) -> Result<Tokenizer, RpcError> {
        let (is_unigram, model) = (self.model_type != Some(BYTE_PAIRS), self.model()?);
        let Self { texts, kinds, added, .. } = self;
        let bytes = gguf::real_bytes(false, &texts, &kinds);
        // Pieces of the file's users are part of a Unigram model; whatever was added to it is cut out before.
        let cut: Vec<TokenKind> = (0u32..)
            .zip(&kinds)
            .map(|(id, &kind)| match kind {
                TokenKind::UserDefined if is_unigram && !added.contains_key(&id) => TokenKind::Normal,
                kind => kind,
            })
            .collect();
        let strips = names::strips(added.iter().map(|(id, token)| (*id, token)));
        let special = SpecialTokens::new(&texts, &cut, strips)?;
        let index = StringIndex::new(&texts, |_| true);
        let find = |name: &str| index.find(&texts, name.as_bytes());
        let ids = names.resolve(find, |id| (id as usize) < texts.len());
        let unknown = kinds.iter().position(|&kind| kind == TokenKind::Unknown).map(|id| id as u32);
        // Llama's vocabularies are used without `tokenizer_config.json` too.
        let bos = ids.bos.or_else(|| find("<s>"));
        let eos = ids.eos.or_else(|| find("</s>"));
        let end_ids = super::end_ids(ids.ends.into_iter().chain(eos), &bytes, &kinds);
        Ok(Tokenizer {
            bytes,
            bos_id: bos,
            eos_id: eos,
            end_ids,
            engine: Engine::Gguf(Box::new(GgufTokenizer {
                texts,
                model,
                special,
                unknown_id: unknown,
                prepend: bos.filter(|_| names.add_bos.unwrap_or(true)),
                append: eos.filter(|_| names.add_eos.unwrap_or(false)),
                prefix: names.spacing.prefix,
            })),
            kinds,
        })
    }
}

fn kind_of(token: &AddedToken) -> TokenKind {
    match token.special {
        true => TokenKind::Control,
        false => TokenKind::UserDefined,
    }
}

impl File {
    /// What cuts texts into pieces.
    fn model(&self) -> Result<Model, RpcError> {
        let corrupt =
            |what: &str| RpcError::new(ErrorKind::Corrupt, format!("a SentencePiece vocabulary {what}"));
        let of_user = self.texts.iter().filter(|(id, text)| {
            self.kinds[*id as usize] == TokenKind::UserDefined
                && !self.added.contains_key(id)
                && !text.is_empty()
        });
        let is_unigram = self.model_type != Some(BYTE_PAIRS);
        let kept: Vec<&[u8]> = of_user.map(|(_, text)| text).filter(|_| is_unigram).collect();
        let normalizer = Normalizer::new(&self.table, self.settings, &kept)
            .ok_or_else(|| corrupt("with a table of characters that can't be read"))?;
        if !is_unigram {
            let adds_space = self.settings.adds_space && !self.settings.space_behind;
            let spm = Spm::of(&self.scores, &self.texts, &self.kinds, adds_space, Some(normalizer));
            return Ok(Model::Spm(spm));
        }
        let byte_ids = || gguf::byte_ids(&self.texts, &self.kinds).into_iter().collect::<Option<Vec<u32>>>();
        let byte_ids = match self.byte_fallback {
            true => Some(byte_ids().ok_or_else(|| corrupt("that speaks of bytes and lacks some"))?),
            false => None,
        };
        let scores = self.scores.iter().map(|&score| score as f32).collect();
        // An added token is no piece.
        let kinds: Vec<TokenKind> = (0u32..)
            .zip(&self.kinds)
            .map(|(id, &kind)| match kind {
                TokenKind::Unknown => kind,
                _ if self.added.contains_key(&id) => TokenKind::Control,
                _ => kind,
            })
            .collect();
        Unigram::new(&self.texts, &kinds, scores, normalizer, byte_ids)
            .map(Model::Unigram)
            .ok_or_else(|| corrupt("without a token for the unknown, or with a piece of endless length"))
    }
}

/// The content of a field, by its wire type.
enum Content<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Float(f32),
    Other,
}

/// The fields of a message: number and content; `None` where the message breaks off.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut number: u64 = 0;
        for place in 0..10 {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f).checked_shl(7 * place)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, count: u64) -> Option<&'a [u8]> {
        let count = usize::try_from(count).ok().filter(|&count| count <= self.0.len())?;
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        Some(taken)
    }

    fn field(&mut self) -> Option<(u64, Content<'a>)> {
        let tag = self.number()?;
        let content = match tag & 7 {
            0 => Content::Number(self.number()?),
            1 => {
                self.take(8)?;
                Content::Other
            }
            2 => {
                let length = self.number()?;
                Content::Bytes(self.take(length)?)
            }
            5 => Content::Float(f32::from_le_bytes(self.take(4)?.try_into().ok()?)),
            _ => return None,
        };
        Some((tag >> 3, content))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Option<(u64, Content<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            // Nothing behind a broken field can be read.
            self.0 = &[];
        }
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::testing::Folder;

    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, bytes.len() as u8][..], bytes].concat()
    }

    fn piece(text: &str, score: f32, kind: u8) -> Vec<u8> {
        let parts =
            [field(1, text.as_bytes()), vec![2 << 3 | 5], score.to_le_bytes().to_vec(), vec![3 << 3, kind]];
        field(1, &parts.concat())
    }

    /// Pieces, the trainer's model type and the normalizer's settings.
    fn file(model_type: u8, normalizer: &[u8]) -> Vec<u8> {
        let pieces = [
            piece("<unk>", 0.0, 2),
            piece("<s>", 0.0, 3),
            piece("</s>", 0.0, 3),
            piece("<0x0A>", 0.0, 6),
            piece("▁a", -1.0, 1),
            piece("ab", -2.0, 1),
            piece("▁", -3.0, 1),
            piece("a", -4.0, 1),
            piece("b", -5.0, 1),
        ];
        [&pieces.concat()[..], &field(2, &[3 << 3, model_type]), &field(3, normalizer)].concat()
    }

    #[test]
    fn a_vocabulary_is_read_with_the_files_beside_it() {
        let folder = Folder::new();
        let path = folder.write("tokenizer.model", file(2, &[4 << 3, 0]));
        let tokenizer = Tokenizer::open(&path).unwrap();
        assert_eq!(tokenizer.encode("ab\n", true).unwrap().ids, [1, 4, 8, 3]);
        assert_eq!(tokenizer.bos_token().as_deref(), Some("<s>"));
        assert_eq!(tokenizer.end_ids(), [2]);
        let config = serde_json::json!({
            "add_bos_token": false,
            "eos_token": "<|im_end|>",
            "added_tokens_decoder": {"10": {"content": "<|im_end|>", "special": true}},
        });
        folder.write("tokenizer_config.json", config.to_string());
        folder.write("config.json", "{}");
        let tokenizer = Tokenizer::open(folder.0.path()).unwrap();
        assert_eq!(tokenizer.vocabulary_size(), 11);
        assert_eq!(tokenizer.encode("a<|im_end|>", true).unwrap().ids, [4, 10]);
        assert_eq!(tokenizer.end_ids(), [2, 10]);
        assert!(tokenizer.engine_json().is_ok());
    }

    #[test]
    fn other_vocabularies_are_refused_by_name() {
        let folder = Folder::new();
        let kind = |bytes: Vec<u8>| {
            Tokenizer::open(&folder.write("tokenizer.model", bytes)).map(|_| ()).unwrap_err().kind()
        };
        // Words and characters.
        assert_eq!(kind(file(3, &[4 << 3, 0])), ErrorKind::UnsupportedTokenizer);
        assert_eq!(kind(file(4, &[4 << 3, 0])), ErrorKind::UnsupportedTokenizer);
        assert_eq!(kind(file(2, &field(2, b"map"))), ErrorKind::Corrupt);
        assert_eq!(kind(file(1, &field(2, b"map"))), ErrorKind::Corrupt);
        assert_eq!(kind(b"what".to_vec()), ErrorKind::Corrupt);
        for model_type in [1, 2] {
            let whole = file(model_type, &[4 << 3, 0]);
            for length in 0..whole.len() {
                let path = folder.write("tokenizer.model", &whole[..length]);
                // A part may by chance be a smaller vocabulary; it is never more than an error or that.
                if let Ok(tokenizer) = Tokenizer::open(&path) {
                    assert!(tokenizer.vocabulary_size() <= 9);
                }
            }
        }
    }

    #[test]
    fn a_file_that_says_nothing_of_spaces_collapses_them() {
        let folder = Folder::new();
        for (model_type, ids) in [(2, vec![1, 4, 6, 8]), (1, vec![1, 4, 6, 8])] {
            let tokenizer = Tokenizer::open(&folder.write("tokenizer.model", file(model_type, &[]))).unwrap();
            assert_eq!(tokenizer.encode("  a   b ", true).unwrap().ids, ids);
        }
    }

    /// What SentencePiece itself gives (`tests/fixtures/tokenizers/make.py`): ids by text, for files of either type
    /// with every kind of rewriting.
    #[test]
    fn texts_are_cut_as_sentence_piece_cuts_them() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/tokenizers");
        let cases: serde_json::Value =
            serde_json::from_slice(&std::fs::read(folder.join("sentencepiece.json")).unwrap()).unwrap();
        let mut compared = 0;
        for (name, cases) in cases.as_object().unwrap() {
            let tokenizer = Tokenizer::open(&folder.join(name)).unwrap();
            for case in cases.as_array().unwrap() {
                let text = case["text"].as_str().unwrap();
                let found = tokenizer.encode(text, false).unwrap();
                assert_eq!(serde_json::json!(found.ids), case["ids"], "{name}: {text:?}");
                let mut end = 0;
                for token in &found.tokens {
                    assert!(token.start <= token.end && end <= token.end && token.end as usize <= text.len());
                    end = token.end;
                }
                compared += 1;
            }
        }
        assert!(compared > 100, "{compared}");
    }
}
