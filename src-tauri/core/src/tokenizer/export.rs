//! A GGUF tokenizer as a Hugging Face `tokenizer.json`.
//!
//! mistral.rs wants one, and reads ids and decoding from it. For SentencePiece vocabularies the
//! merges that the format needs are made of the scores.

use serde::{Serialize, Serializer};
use serde_json::{json, Map, Value};

use crate::protocol::{ErrorKind, RpcError};

use super::gguf::{Bpe, GgufTokenizer, Model, Spm};
use super::pre_tokenizer::Symbols;
use super::sentence_piece::Unigram;
use super::vocabulary::{StringIndex, TokenKind};

pub(super) fn to_json(tokenizer: &GgufTokenizer) -> Result<String, RpcError> {
    let texts = Texts::new(tokenizer)?;
    let steps = match &tokenizer.model {
        Model::Bpe(bpe) => match bpe.rule.symbols {
            Symbols::Bytes => byte_level(bpe),
            Symbols::Characters { .. } => lines(bpe),
        },
        Model::Spm(spm) => sentence_piece(spm.add_space_prefix),
        // Ids and decoding are what the engine reads; how the file rewrites texts stays with us.
        Model::Unigram(unigram) => sentence_piece(unigram.normalizer.settings.adds_space),
    };
    let file = File {
        version: "1.0",
        truncation: None,
        padding: None,
        added_tokens: added_tokens(tokenizer, &texts),
        normalizer: steps.normalizer,
        pre_tokenizer: steps.pre_tokenizer,
        post_processor: post_processor(tokenizer, &texts),
        decoder: steps.decoder,
        model: model(tokenizer, &texts),
    };
    serde_json::to_string(&file).map_err(|error| {
        RpcError::new(ErrorKind::UnsupportedTokenizer, format!("the tokenizer can't be written: {error}"))
    })
}

/// The file, in the order in which the `tokenizers` library writes it.
#[derive(Serialize)]
struct File<'a> {
    version: &'static str,
    truncation: Option<()>,
    padding: Option<()>,
    added_tokens: Vec<Value>,
    normalizer: Value,
    pre_tokenizer: Value,
    post_processor: Value,
    decoder: Value,
    model: ModelPart<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ModelPart<'a> {
    Bpe(BpeModel<'a>),
    Unigram(UnigramModel<'a>),
}

#[derive(Serialize)]
struct UnigramModel<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    unk_id: u32,
    byte_fallback: bool,
    vocab: Vec<(&'a str, f32)>,
}

/// The large part, written without a copy of it in between.
#[derive(Serialize)]
struct BpeModel<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    dropout: Option<f32>,
    unk_token: Option<&'a str>,
    continuing_subword_prefix: Option<&'a str>,
    end_of_word_suffix: Option<&'a str>,
    fuse_unk: bool,
    byte_fallback: bool,
    ignore_merges: bool,
    vocab: Vocabulary<'a>,
    merges: Vec<(&'a str, &'a str)>,
}

struct Vocabulary<'a>(&'a Texts);

impl Serialize for Vocabulary<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.names.iter().zip(0u32..))
    }
}

/// The vocabulary as strings. The format's vocabulary is a map, so equal entries and entries that
/// are no UTF-8 (both only of damaged files) get a name of their own.
struct Texts {
    names: Vec<String>,
}

impl Texts {
    fn new(tokenizer: &GgufTokenizer) -> Result<Self, RpcError> {
        let texts = &tokenizer.texts;
        let index = StringIndex::new(texts, |_| true);
        let names: Vec<String> = texts
            .iter()
            .map(|(id, text)| match std::str::from_utf8(text) {
                Ok(text) if index.find(texts, text.as_bytes()) == Some(id) && !text.is_empty() => {
                    text.to_owned()
                }
                _ => format!("[vitrine:{id}]"),
            })
            .collect();
        let mut seen = std::collections::HashSet::new();
        match names.iter().find(|name| !seen.insert(name.as_str())) {
            Some(name) => Err(RpcError::new(
                ErrorKind::UnsupportedTokenizer,
                format!("the vocabulary has two entries `{name}`"),
            )),
            None => Ok(Self { names }),
        }
    }

    fn get(&self, id: u32) -> &str {
        &self.names[id as usize]
    }
}

fn added_tokens(tokenizer: &GgufTokenizer, texts: &Texts) -> Vec<Value> {
    (0u32..)
        .zip(&tokenizer.kinds)
        .filter_map(|(id, kind)| {
            let special = match kind {
                TokenKind::Control | TokenKind::Unknown => true,
                TokenKind::UserDefined => false,
                _ => return None,
            };
            Some(json!({
                "id": id,
                "content": texts.get(id),
                "single_word": false,
                "lstrip": tokenizer.special.strips_left(id),
                "rstrip": tokenizer.special.strips_right(id),
                "normalized": false,
                "special": special,
            }))
        })
        .collect()
}

fn post_processor(tokenizer: &GgufTokenizer, texts: &Texts) -> Value {
    let mut single = vec![json!({"Sequence": {"id": "A", "type_id": 0}})];
    let mut special = Map::new();
    let mut token = |id: u32| {
        let name = texts.get(id);
        special.insert(name.into(), json!({"id": name, "ids": [id], "tokens": [name]}));
        json!({"SpecialToken": {"id": name, "type_id": 0}})
    };
    if let Some(id) = tokenizer.prepend {
        single.insert(0, token(id));
    }
    if let Some(id) = tokenizer.append {
        single.push(token(id));
    }
    json!({
        "type": "TemplateProcessing",
        "single": single,
        "pair": [
            {"Sequence": {"id": "A", "type_id": 0}},
            {"Sequence": {"id": "B", "type_id": 1}},
        ],
        "special_tokens": special,
    })
}

/// What stands around the model.
struct Steps {
    normalizer: Value,
    pre_tokenizer: Value,
    decoder: Value,
}

fn splits(bpe: &Bpe) -> Vec<Value> {
    bpe.rule
        .splits
        .iter()
        .map(|split| {
            json!({
                "type": "Split",
                "pattern": {"Regex": split.published()},
                "behavior": "Isolated",
                "invert": false,
            })
        })
        .collect()
}

fn byte_level(bpe: &Bpe) -> Steps {
    let byte_level = json!({
        "type": "ByteLevel",
        "add_prefix_space": false,
        "trim_offsets": false,
        "use_regex": false,
    });
    let mut steps = splits(bpe);
    steps.push(byte_level.clone());
    Steps {
        normalizer: Value::Null,
        pre_tokenizer: json!({"type": "Sequence", "pretokenizers": steps}),
        decoder: byte_level,
    }
}

fn lines(bpe: &Bpe) -> Steps {
    Steps {
        normalizer: spaces_to_marks(false),
        pre_tokenizer: json!({"type": "Sequence", "pretokenizers": splits(bpe)}),
        decoder: marks_to_spaces(false),
    }
}

fn sentence_piece(adds_space: bool) -> Steps {
    Steps {
        normalizer: spaces_to_marks(adds_space),
        pre_tokenizer: Value::Null,
        decoder: marks_to_spaces(adds_space),
    }
}

fn unigram_model<'a>(unigram: &Unigram, texts: &'a Texts) -> UnigramModel<'a> {
    UnigramModel {
        kind: "Unigram",
        unk_id: unigram.unknown_id,
        byte_fallback: unigram.falls_back_to_bytes(),
        vocab: texts.names.iter().map(String::as_str).zip(unigram.scores.iter().copied()).collect(),
    }
}

fn model<'a>(tokenizer: &GgufTokenizer, texts: &'a Texts) -> ModelPart<'a> {
    let (merges, ignore_merges, byte_fallback, unknown) = match &tokenizer.model {
        Model::Bpe(bpe) => {
            let byte_fallback = bpe.rule.symbols != Symbols::Bytes;
            (bpe.merges.clone(), bpe.rule.ignore_merges, byte_fallback, None)
        }
        Model::Spm(spm) => {
            let merges = merges_of_scores(spm, tokenizer, texts);
            (merges, false, true, tokenizer.unknown_id)
        }
        Model::Unigram(unigram) => return ModelPart::Unigram(unigram_model(unigram, texts)),
    };
    ModelPart::Bpe(BpeModel {
        kind: "BPE",
        dropout: None,
        unk_token: unknown.map(|id| texts.get(id)),
        continuing_subword_prefix: None,
        end_of_word_suffix: None,
        fuse_unk: byte_fallback,
        byte_fallback,
        ignore_merges,
        vocab: Vocabulary(texts),
        merges: merges.into_iter().map(|(left, right)| (texts.get(left), texts.get(right))).collect(),
    })
}

fn spaces_to_marks(prefix: bool) -> Value {
    let replace = json!({"type": "Replace", "pattern": {"String": " "}, "content": "▁"});
    let mut steps = vec![replace];
    if prefix {
        steps.insert(0, json!({"type": "Prepend", "prepend": "▁"}));
    }
    json!({"type": "Sequence", "normalizers": steps})
}

fn marks_to_spaces(prefix: bool) -> Value {
    let mut steps = vec![
        json!({"type": "Replace", "pattern": {"String": "▁"}, "content": " "}),
        json!({"type": "ByteFallback"}),
        json!({"type": "Fuse"}),
    ];
    if prefix {
        steps.push(json!({"type": "Strip", "content": " ", "start": 1, "stop": 0}));
    }
    json!({"type": "Sequence", "decoders": steps})
}

/// Longer entries are no pieces of words; looking at every way to cut a crafted one would take
/// forever.
const MAX_PIECE_BYTES: usize = 1024;

/// Every way to make a token of two others, the best-scored result first. Ways to make the same
/// token are ordered by the length of their left part, longest first: that is what merging from
/// the left comes to in runs of one character.
fn merges_of_scores(spm: &Spm, tokenizer: &GgufTokenizer, texts: &Texts) -> Vec<(u32, u32)> {
    let index =
        StringIndex::new(&tokenizer.texts, |id| super::gguf::is_mergeable(tokenizer.kinds[id as usize]));
    let mut merges: Vec<(u32, u32, u32)> = Vec::new();
    for (id, name) in (0u32..).zip(&texts.names) {
        let is_mergeable = super::gguf::is_mergeable(tokenizer.kinds[id as usize]);
        if !is_mergeable || name.len() > MAX_PIECE_BYTES {
            continue;
        }
        for (place, _) in name.char_indices().skip(1) {
            let find = |part: &str| index.find(&tokenizer.texts, part.as_bytes());
            if let (Some(left), Some(right)) = (find(&name[..place]), find(&name[place..])) {
                merges.push((id, left, right));
            }
        }
    }
    merges.sort_by(|a, b| {
        let rank = |merge: &(u32, u32, u32)| spm.ranks[merge.0 as usize];
        let length = |merge: &(u32, u32, u32)| texts.get(merge.1).len();
        rank(a).cmp(&rank(b)).then(length(b).cmp(&length(a)))
    });
    merges.into_iter().map(|(_, left, right)| (left, right)).collect()
}
