//! What the files beside a tokenizer say about it: BOS, EOS, what ends an answer, added tokens, spaces.

use std::collections::HashSet;
use std::path::Path;

use serde_json::Value;

use crate::header::folder::read_optional_json;
use crate::protocol::RpcError;

use super::special::Strips;

/// Read from `tokenizer_config.json`, `special_tokens_map.json`, `added_tokens.json`, `generation_config.json` and
/// `config.json`, as far as they are there.
pub(super) struct Names {
    bos: Option<String>,
    eos: Option<String>,
    bos_ids: Vec<u32>,
    eos_ids: Vec<u32>,
    pub add_bos: Option<bool>,
    pub add_eos: Option<bool>,
    /// Tokens with an id of their own, by id.
    pub added: Vec<(u32, AddedToken)>,
    /// Special tokens by name alone: one that the vocabulary lacks takes the next free id.
    pub named: Vec<AddedToken>,
    /// How SentencePiece's space before a text is put, where that is said.
    pub spacing: Spacing,
}

/// A token that is matched as a whole string, as the `tokenizers` library describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AddedToken {
    pub content: String,
    pub special: bool,
    /// It takes the white space before it.
    pub lstrip: bool,
    /// It takes the white space after it.
    pub rstrip: bool,
    /// Only where no letter or digit stands beside it.
    pub single_word: bool,
}

/// Where a space is put before texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Spacing {
    /// `add_prefix_space`: as the file of the vocabulary says, where missing.
    pub adds_space: Option<bool>,
    /// Where the space stands.
    pub prefix: Prefix,
}

/// Before which parts of a text, cut at its special tokens, a space is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Prefix {
    /// Before every part: SentencePiece is given each by itself.
    #[default]
    EveryPart,
    /// Before every part that does not begin with a space (`"legacy": true` in transformers' class of Llama).
    EveryPartWithout,
    /// Before what begins the text, unless that begins with a space (`"legacy": false`).
    Start,
}

/// Names as ids of a vocabulary.
pub(super) struct Ids {
    pub bos: Option<u32>,
    pub eos: Option<u32>,
    pub ends: Vec<u32>,
}

/// Keys of single special tokens.
const SPECIAL: &[&str] =
    &["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];
/// Keys of lists of them.
const MORE_SPECIAL: &[&str] = &["additional_special_tokens", "extra_special_tokens"];

/// Kinds of models (`model_type`) for which transformers does not believe a `tokenizer_class` that says Llama, and goes by
/// the file of the vocabulary alone (5.24, `tokenization_auto.py`); those of them whose class is read here.
const NOT_LLAMA: &[&str] = &[
    "ernie4_5",
    "ernie4_5_moe",
    "glm",
    "glm4",
    "glm4_moe",
    "glm4_moe_lite",
    "granite",
    "granitemoe",
    "granitemoehybrid",
    "internlm2",
    "internlm3",
    "llava",
    "llava_next",
    "mistral",
    "mistral3",
    "mixtral",
    "ministral",
    "phi3",
    "phimoe",
    "stablelm",
    "voxtral",
];

impl AddedToken {
    /// A string, or an object that describes the token. `special` where the object does not say.
    fn read(value: &Value, special: bool) -> Option<Self> {
        let content =
            value.as_str().or_else(|| value["content"].as_str()).filter(|content| !content.is_empty())?;
        let flag = |name: &str| value[name].as_bool();
        Some(Self {
            content: content.to_owned(),
            special: flag("special").unwrap_or(special),
            lstrip: flag("lstrip").unwrap_or(false),
            rstrip: flag("rstrip").unwrap_or(false),
            single_word: flag("single_word").unwrap_or(false),
        })
    }
}

impl Names {
    pub(super) fn read(folder: &Path) -> Result<Self, RpcError> {
        let read =
            |name: &str| read_optional_json(&folder.join(name)).map(|json| json.unwrap_or(Value::Null));
        let tokenizer = read("tokenizer_config.json")?;
        let (generation, config) = (read("generation_config.json")?, read("config.json")?);
        let (map, older) = (read("special_tokens_map.json")?, read("added_tokens.json")?);
        // Where the newer list of added tokens stands, the older files are kept for older programs only.
        let decoder = tokenizer["added_tokens_decoder"].as_object();
        let sources = if decoder.is_some() { [&tokenizer, &map] } else { [&map, &tokenizer] };
        let special = |key: &str| {
            let found = sources.iter().find_map(|source| AddedToken::read(&source[key], true))?;
            Some(AddedToken { special: true, ..found })
        };
        let mut named: Vec<AddedToken> = SPECIAL.iter().filter_map(|key| special(key)).collect();
        for key in MORE_SPECIAL {
            let list = sources.iter().map(|source| &source[*key]).find(|list| !list.is_null());
            let tokens: Vec<&Value> = match list {
                Some(Value::Array(list)) => list.iter().collect(),
                // By a name of their own, as `image_token`.
                Some(Value::Object(map)) => map.values().collect(),
                _ => Vec::new(),
            };
            named.extend(tokens.into_iter().filter_map(|token| AddedToken::read(token, true)));
        }
        let mut seen = HashSet::new();
        named.retain(|token| seen.insert(token.content.clone()));
        let mut added: Vec<(u32, AddedToken)> = match decoder {
            Some(entries) => entries
                .iter()
                .filter_map(|(id, token)| Some((id.parse().ok()?, AddedToken::read(token, false)?)))
                .collect(),
            None => {
                let entries = older.as_object().into_iter().flatten();
                let token = |content: &str| {
                    let known = named.iter().find(|token| token.content == content);
                    known.cloned().or_else(|| AddedToken::read(&Value::from(content), false))
                };
                let id = |value: &Value| u32::try_from(value.as_u64()?).ok();
                entries.filter_map(|(content, value)| Some((id(value)?, token(content)?))).collect()
            }
        };
        added.sort_by_key(|(id, _)| *id);
        added.dedup_by_key(|(id, _)| *id);
        named.retain(|token| !added.iter().any(|(_, other)| other.content == token.content));
        let ids = |key: &str| {
            let mut ids = Vec::new();
            for source in [&generation[key], &config[key]] {
                match source {
                    Value::Array(list) => ids.extend(list.iter().filter_map(Value::as_u64)),
                    other => ids.extend(other.as_u64()),
                }
            }
            ids.into_iter().filter_map(|id| u32::try_from(id).ok()).collect()
        };
        Ok(Self {
            bos: special("bos_token").map(|token| token.content),
            eos: special("eos_token").map(|token| token.content),
            bos_ids: ids("bos_token_id"),
            eos_ids: ids("eos_token_id"),
            add_bos: tokenizer["add_bos_token"].as_bool(),
            add_eos: tokenizer["add_eos_token"].as_bool(),
            spacing: Spacing::read(&tokenizer, &config),
            added,
            named,
        })
    }

    /// The ids in a vocabulary that finds names and knows ids.
    pub(super) fn resolve(&self, find: impl Fn(&str) -> Option<u32>, has: impl Fn(u32) -> bool) -> Ids {
        let known = |ids: &[u32]| ids.iter().copied().filter(|&id| has(id)).collect::<Vec<u32>>();
        let eos_ids = known(&self.eos_ids);
        let eos = self.eos.as_deref().and_then(&find).or(eos_ids.first().copied());
        Ids {
            bos: self.bos.as_deref().and_then(&find).or(known(&self.bos_ids).first().copied()),
            eos,
            ends: eos_ids.into_iter().chain(eos).collect(),
        }
    }
}

impl Spacing {
    /// After transformers 5.24: `tokenization_llama.py`, and `convert_slow_tokenizer.py` for what is not of Llama's class.
    fn read(tokenizer: &Value, config: &Value) -> Self {
        let class = tokenizer["tokenizer_class"].as_str().or_else(|| config["tokenizer_class"].as_str());
        let names_llama = class.is_some_and(|class| class.trim_end_matches("Fast") == "LlamaTokenizer");
        let model = config["model_type"].as_str().unwrap_or_default();
        let is_llama = names_llama && !NOT_LLAMA.contains(&model);
        // Without the setting, Llama's class takes the newer way.
        let legacy = match &tokenizer["legacy"] {
            Value::Bool(legacy) => *legacy,
            Value::Null if tokenizer.get("legacy").is_none() => !is_llama,
            _ => false,
        };
        Self {
            adds_space: tokenizer["add_prefix_space"].as_bool().filter(|_| is_llama),
            prefix: match (legacy, is_llama) {
                (false, _) => Prefix::Start,
                (true, true) => Prefix::EveryPartWithout,
                (true, false) => Prefix::EveryPart,
            },
        }
    }
}

/// The white space that added tokens take.
pub(super) fn strips<'a>(tokens: impl Iterator<Item = (u32, &'a AddedToken)>) -> Strips {
    let mut strips = Strips::default();
    for (id, token) in tokens {
        if token.lstrip {
            strips.left.push(id);
        }
        if token.rstrip {
            strips.right.push(id);
        }
        if token.single_word {
            strips.words.push(id);
        }
    }
    strips
}
