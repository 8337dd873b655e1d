//! A vocabulary as the `tokenizer.json` that mistral.rs is given.
//!
//! The engine cuts no text here: it gets ids and gives ids. It reads the file all the same, and is particular
//! (mistralrs-core 0.8.1 `utils/tokenizer.rs` takes vocabularies that are maps only, so none of Unigram;
//! toktrie_hf_tokenizers 1.9.1 wants a decoder that speaks of bytes, entries that it can turn into bytes, and ids
//! without gaps). So every vocabulary, wherever it comes from, is written in the one form that it takes: a map from
//! the bytes of each token, in GPT-2's alphabet, to its id, with no merges, and the control tokens by name.

use std::collections::HashSet;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{json, Value};

use crate::protocol::{ErrorKind, RpcError};

use super::{byte_alphabet, Tokenizer};

pub(super) fn write(tokenizer: &Tokenizer) -> Result<String, RpcError> {
    let names = names(tokenizer);
    let special = (0u32..).zip(&names).filter(|(id, _)| tokenizer.is_special(*id));
    let file = File {
        version: "1.0",
        added_tokens: special
            .map(|(id, name)| {
                json!({
                    "id": id,
                    "content": name,
                    "single_word": false,
                    "lstrip": false,
                    "rstrip": false,
                    "normalized": false,
                    "special": true,
                })
            })
            .collect(),
        decoder: json!({
            "type": "ByteLevel",
            "add_prefix_space": false,
            "trim_offsets": false,
            "use_regex": false,
        }),
        model: Model { kind: "BPE", vocab: Vocabulary(&names), merges: [] },
    };
    serde_json::to_string(&file).map_err(|error| {
        RpcError::new(ErrorKind::UnsupportedTokenizer, format!("the tokenizer can't be written: {error}"))
    })
}

/// A different name for every id. In the file a name has one id, so tokens of the same bytes (`<0x41>` beside `A`) and
/// places without any get a name that stands for nothing.
fn names(tokenizer: &Tokenizer) -> Vec<String> {
    let ids = 0..tokenizer.vocabulary_size();
    let mut names: Vec<String> = ids
        .map(|id| {
            let bytes = tokenizer.token_bytes(id).unwrap_or_default();
            match tokenizer.is_special(id) {
                true => String::from_utf8_lossy(bytes).into_owned(),
                false => byte_alphabet::encode(bytes),
            }
        })
        .collect();
    let mut seen: HashSet<&str> = HashSet::with_capacity(names.len());
    let doubles: Vec<usize> =
        (0..names.len()).filter(|&id| names[id].is_empty() || !seen.insert(&names[id])).collect();
    let taken: HashSet<String> = match doubles.is_empty() {
        true => HashSet::new(),
        false => seen.into_iter().filter(|name| name.starts_with(PLACE)).map(str::to_owned).collect(),
    };
    for id in doubles {
        let mut name = format!("{PLACE}{id}]");
        while taken.contains(&name) {
            name.push(']');
        }
        names[id] = name;
    }
    names
}

/// How names that stand for nothing begin.
const PLACE: &str = "[vitrine:";

/// The file, in the order in which the `tokenizers` library writes it; what is left out is nothing.
#[derive(Serialize)]
struct File<'a> {
    version: &'static str,
    added_tokens: Vec<Value>,
    decoder: Value,
    model: Model<'a>,
}

#[derive(Serialize)]
struct Model<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    vocab: Vocabulary<'a>,
    merges: [(); 0],
}

/// Written without a copy of it in between.
struct Vocabulary<'a>(&'a [String]);

impl Serialize for Vocabulary<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, id) in self.0.iter().zip(0u32..) {
            map.serialize_entry(name, &id)?;
        }
        map.end()
    }
}
