//! `tokenizer.model`: a vocabulary as SentencePiece writes it.
//!
//! The file is a Protocol Buffers message (google/sentencepiece `sentencepiece_model.proto`): the
//! pieces with score and type, what the trainer was told, and how texts are normalized. Byte-pair
//! vocabularies are run here, by the same code as those of GGUF files; types of pieces have the same
//! numbers there. A Unigram vocabulary, or one that rewrites texts, is refused by name.

use std::path::Path;

use crate::protocol::{ErrorKind, RpcError};

use super::gguf::{self, GgufTokenizer, Model, Spm};
use super::names::Names;
use super::special::{SpecialTokens, Strips};
use super::vocabulary::{StringIndex, StringTable, TokenKind};
use super::{Engine, Tokenizer};

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
    rewrites: bool,
    no_space_prefix: bool,
    no_escapes: bool,
    collapses_spaces: bool,
}

pub(super) fn open(path: &Path) -> Result<Tokenizer, RpcError> {
    let bytes = crate::header::read_limited(path, MAX_FILE_BYTES)?;
    let mut file = File::read(&bytes).ok_or_else(|| {
        crate::header::failure(ErrorKind::Corrupt, path, "not a vocabulary of SentencePiece that can be read")
    })?;
    let refuse = |what: &str| {
        let message = format!("a SentencePiece vocabulary that {what}");
        crate::header::failure(ErrorKind::UnsupportedTokenizer, path, &message)
    };
    match file.model_type.unwrap_or(1) {
        2 => {}
        1 => return Err(refuse("is Unigram").with("model", "unigram")),
        other => return Err(refuse(&format!("has the type {other}")).with("model", other)),
    }
    if file.rewrites {
        return Err(refuse("rewrites characters before it splits"));
    }
    if file.no_escapes || file.collapses_spaces {
        return Err(refuse("does not keep spaces"));
    }
    let names = Names::read(path.parent().unwrap_or(Path::new("")))?;
    for added in &names.added {
        file.add(added.id, added.content.as_bytes(), added.special).ok_or_else(|| {
            crate::header::failure(
                ErrorKind::Corrupt,
                path,
                "tokenizer_config.json adds tokens that do not fit",
            )
        })?;
    }
    file.build(&names)
}

impl File {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut file = Self::default();
        for field in Fields(bytes) {
            match field? {
                (1, Content::Bytes(piece)) => file.read_piece(piece)?,
                (2, Content::Bytes(trainer)) => {
                    for field in Fields(trainer) {
                        if let (3, Content::Number(kind)) = field? {
                            file.model_type = Some(kind);
                        }
                    }
                }
                (3, Content::Bytes(normalizer)) => {
                    for field in Fields(normalizer) {
                        match field? {
                            (2, Content::Bytes(map)) => file.rewrites = !map.is_empty(),
                            (3, Content::Number(on)) => file.no_space_prefix = on == 0,
                            (4, Content::Number(on)) => file.collapses_spaces = on != 0,
                            (5, Content::Number(on)) => file.no_escapes = on == 0,
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

    /// A token from beside the file: a new one behind the others, or another kind for one of them.
    fn add(&mut self, id: u32, content: &[u8], special: bool) -> Option<()> {
        let kind = if special { TokenKind::Control } else { TokenKind::UserDefined };
        let count = self.texts.len() as u32;
        if id < count {
            // `<unk>` stays what stands for the unknown.
            let old = &mut self.kinds[id as usize];
            if self.texts.get(id) == Some(content) && *old == TokenKind::Normal {
                *old = kind;
            }
            return Some(());
        }
        // Ids are dense; free places between them are few.
        if id - count > 100_000 {
            return None;
        }
        for _ in count..id {
            self.texts.push(b"");
            self.scores.push(0.0);
            self.kinds.push(TokenKind::Unused);
        }
        self.texts.push(content);
        self.scores.push(0.0);
        self.kinds.push(kind);
        Some(())
    }

    fn build(self, names: &Names) -> Result<Tokenizer, RpcError> {
        let Self { texts, scores, kinds, .. } = self;
        let bytes = gguf::real_bytes(false, &texts, &kinds);
        let special = SpecialTokens::new(&texts, &kinds, Strips::default())?;
        let index = StringIndex::new(&texts, |_| true);
        let find = |name: &str| index.find(&texts, name.as_bytes());
        let ids = names.resolve(find, |id| (id as usize) < texts.len());
        let unknown = kinds.iter().position(|&kind| kind == TokenKind::Unknown).map(|id| id as u32);
        // Llama's vocabularies are used without `tokenizer_config.json` too.
        let bos = ids.bos.or_else(|| find("<s>"));
        let eos = ids.eos.or_else(|| find("</s>"));
        let model = Model::Spm(Spm::of(&scores, &texts, &kinds, !self.no_space_prefix));
        let end_ids = super::end_ids(ids.ends.into_iter().chain(eos), &bytes, &kinds);
        Ok(Tokenizer {
            bytes,
            bos_id: bos,
            eos_id: eos,
            end_ids,
            engine: Engine::Gguf(Box::new(GgufTokenizer {
                texts,
                kinds: kinds.clone(),
                model,
                special,
                unknown_id: unknown,
                prepend: bos.filter(|_| names.add_bos.unwrap_or(true)),
                append: eos.filter(|_| names.add_eos.unwrap_or(false)),
            })),
            kinds,
        })
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
        assert_eq!(tokenizer.encode("ab\n", true).ids, [1, 4, 8, 3]);
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
        assert_eq!(tokenizer.encode("a<|im_end|>", true).ids, [4, 10]);
        assert_eq!(tokenizer.end_ids(), [2, 10]);
        assert!(tokenizer.to_json().is_ok());
    }

    #[test]
    fn other_vocabularies_are_refused_by_name() {
        let folder = Folder::new();
        let kind = |bytes: Vec<u8>| {
            Tokenizer::open(&folder.write("tokenizer.model", bytes)).map(|_| ()).unwrap_err().kind()
        };
        assert_eq!(kind(file(1, &[4 << 3, 0])), ErrorKind::UnsupportedTokenizer);
        assert_eq!(kind(file(2, &field(2, b"map"))), ErrorKind::UnsupportedTokenizer);
        assert_eq!(kind(file(2, &[4 << 3, 1])), ErrorKind::UnsupportedTokenizer);
        assert_eq!(kind(b"what".to_vec()), ErrorKind::Corrupt);
        let whole = file(2, &[4 << 3, 0]);
        for length in 0..whole.len() {
            let path = folder.write("tokenizer.model", &whole[..length]);
            // A part may by chance be a smaller vocabulary; it is never more than an error or that.
            if let Ok(tokenizer) = Tokenizer::open(&path) {
                assert!(tokenizer.vocabulary_size() <= 9);
            }
        }
    }
}
