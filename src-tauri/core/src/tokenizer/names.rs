//! What the files beside a tokenizer say about it: BOS, EOS, what ends an answer, added tokens.

use std::path::Path;

use serde_json::Value;

use crate::header::folder::read_optional_json;
use crate::protocol::RpcError;

/// Read from `tokenizer_config.json`, `generation_config.json` and `config.json`, as far as they
/// are there.
pub(super) struct Names {
    bos: Option<String>,
    eos: Option<String>,
    bos_ids: Vec<u32>,
    eos_ids: Vec<u32>,
    pub add_bos: Option<bool>,
    pub add_eos: Option<bool>,
    /// By id.
    pub added: Vec<AddedToken>,
}

/// An entry of `added_tokens_decoder`.
pub(super) struct AddedToken {
    pub id: u32,
    pub content: String,
    pub special: bool,
}

/// Names as ids of a vocabulary.
pub(super) struct Ids {
    pub bos: Option<u32>,
    pub eos: Option<u32>,
    pub ends: Vec<u32>,
}

impl Names {
    pub(super) fn read(folder: &Path) -> Result<Self, RpcError> {
        let read =
            |name: &str| read_optional_json(&folder.join(name)).map(|json| json.unwrap_or(Value::Null));
        let tokenizer = read("tokenizer_config.json")?;
        let generation = read("generation_config.json")?;
        let config = read("config.json")?;
        // A name is a string, or an object that describes an added token.
        let named = |key: &str| {
            let value = &tokenizer[key];
            value.as_str().or_else(|| value["content"].as_str()).map(str::to_owned)
        };
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
        let entries = tokenizer["added_tokens_decoder"].as_object();
        let mut added: Vec<AddedToken> = entries
            .into_iter()
            .flatten()
            .filter_map(|(id, token)| {
                Some(AddedToken {
                    id: id.parse().ok()?,
                    content: token["content"].as_str()?.to_owned(),
                    special: token["special"].as_bool().unwrap_or(false),
                })
            })
            .collect();
        added.sort_by_key(|token| token.id);
        Ok(Self {
            bos: named("bos_token"),
            eos: named("eos_token"),
            bos_ids: ids("bos_token_id"),
            eos_ids: ids("eos_token_id"),
            add_bos: tokenizer["add_bos_token"].as_bool(),
            add_eos: tokenizer["add_eos_token"].as_bool(),
            added,
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
