//! `tekken.json`: a vocabulary as Mistral writes it (mistralai/mistral-common `tekken.py`).
//!
//! Pieces are bytes in base64, in the order of their ranks, as for openai/tiktoken. Special tokens have the
//! first ids, the pieces follow; places without a name are kept free. What splits texts into words stands
//! in the file as a regular expression: the one that is known is run, any other is refused.

use std::path::Path;

use serde::Deserialize;

use crate::protocol::{ErrorKind, RpcError};

use super::gguf::{self, Bpe, GgufTokenizer, Model};
use super::names::{Names, Prefix};
use super::pre_tokenizer::{self, Rule};
use super::special::{SpecialTokens, Strips};
use super::vocabulary::{StringTable, TokenKind};
use super::{byte_alphabet, Engine, Tokenizer};

/// The published ones have 15 to 19 MB.
const MAX_FILE_BYTES: u64 = 128 << 20;
const MAX_VOCABULARY: usize = 4 << 20;

#[derive(Deserialize)]
struct File {
    config: Config,
    vocab: Vec<Piece>,
    /// Files from before version 7 leave them out.
    #[serde(default)]
    special_tokens: Option<Vec<Special>>,
}

#[derive(Deserialize)]
struct Config {
    pattern: String,
    /// Special tokens among them; pieces beyond are not used.
    default_vocab_size: usize,
    default_num_special_tokens: usize,
}

#[derive(Deserialize)]
struct Piece {
    rank: usize,
    token_bytes: String,
}

#[derive(Deserialize)]
struct Special {
    rank: usize,
    token_str: String,
}

/// Special tokens of files that do not list them.
const SPECIAL: &[&str] = &[
    "<unk>",
    "<s>",
    "</s>",
    "[INST]",
    "[/INST]",
    "[AVAILABLE_TOOLS]",
    "[/AVAILABLE_TOOLS]",
    "[TOOL_RESULTS]",
    "[/TOOL_RESULTS]",
    "[TOOL_CALLS]",
    "[IMG]",
    "<pad>",
    "[IMG_BREAK]",
    "[IMG_END]",
    "[PREFIX]",
    "[MIDDLE]",
    "[SUFFIX]",
    "[SYSTEM_PROMPT]",
    "[/SYSTEM_PROMPT]",
    "[TOOL_CONTENT]",
];

pub(super) fn open(path: &Path) -> Result<Tokenizer, RpcError> {
    let (rule, texts, kinds) = read(path)?;
    let names = Names::read(path.parent().unwrap_or(Path::new("")))?;
    let find = |name: &str| {
        texts
            .iter()
            .find(|(id, text)| kinds[*id as usize] == TokenKind::Control && *text == name.as_bytes())
            .map(|(id, _)| id)
    };
    let ids = names.resolve(find, |id| (id as usize) < texts.len());
    let (bos, eos) = (ids.bos.or_else(|| find("<s>")), ids.eos.or_else(|| find("</s>")));
    let table = gguf::real_bytes(true, &texts, &kinds);
    let end_ids = super::end_ids(ids.ends.into_iter().chain(eos), &table, &kinds);
    let special = SpecialTokens::new(&texts, &kinds, Strips::default())?;
    let model = Model::Bpe(Bpe::ranked(rule, &texts, &kinds)?);
    Ok(Tokenizer {
        bytes: table,
        bos_id: bos,
        eos_id: eos,
        end_ids,
        engine: Engine::Gguf(Box::new(GgufTokenizer {
            model,
            special,
            unknown_id: None,
            prepend: bos.filter(|_| names.add_bos.unwrap_or(true)),
            append: eos.filter(|_| names.add_eos.unwrap_or(false)),
            prefix: Prefix::EveryPart,
            texts,
        })),
        kinds,
    })
}

/// Can this file be run? How many tokens it has.
pub(super) fn check(path: &Path) -> Result<usize, RpcError> {
    read(path).map(|(_, texts, _)| texts.len())
}

fn read(path: &Path) -> Result<(&'static Rule, StringTable, Vec<TokenKind>), RpcError> {
    let corrupt = |detail: &str| crate::header::failure(ErrorKind::Corrupt, path, detail);
    let bytes = crate::header::read_limited(path, MAX_FILE_BYTES)?;
    let file: File = serde_json::from_slice(&bytes)
        .map_err(|error| corrupt(&format!("not a vocabulary of Tekken that can be read: {error}")))?;
    drop(bytes);
    let rule = pre_tokenizer::rule("tekken")?;
    if !rule.splits.iter().map(|split| split.published()).eq([file.config.pattern.as_str()]) {
        let refused = crate::header::failure(
            ErrorKind::UnsupportedTokenizer,
            path,
            "a vocabulary of Tekken that splits words in a way that is not known",
        );
        return Err(refused.with("pre", file.config.pattern));
    }
    let (texts, kinds) =
        read_vocabulary(&file).ok_or_else(|| corrupt("its tokens are not in their order"))?;
    Ok((rule, texts, kinds))
}

/// All tokens by id, pieces in GPT-2's alphabet.
fn read_vocabulary(file: &File) -> Option<(StringTable, Vec<TokenKind>)> {
    let specials = file.config.default_num_special_tokens;
    let pieces = file.config.default_vocab_size.checked_sub(specials)?;
    if file.config.default_vocab_size > MAX_VOCABULARY || pieces > file.vocab.len() {
        return None;
    }
    let mut names: Vec<Option<&str>> = vec![None; specials];
    match &file.special_tokens {
        Some(listed) => {
            for special in listed {
                *names.get_mut(special.rank)? = Some(&special.token_str);
            }
        }
        None => {
            for (place, name) in names.iter_mut().zip(SPECIAL) {
                *place = Some(name);
            }
        }
    }
    let mut texts = StringTable::default();
    for (id, name) in names.iter().enumerate() {
        match name {
            Some(name) => texts.push(name.as_bytes()),
            None => texts.push(format!("<SPECIAL_{id}>").as_bytes()),
        }
    }
    let mut kinds = vec![TokenKind::Control; specials];
    for (rank, piece) in file.vocab.iter().take(pieces).enumerate() {
        let bytes = decode_base64(&piece.token_bytes)?;
        // The first pieces are the bytes themselves, so that every text can be written.
        if piece.rank != rank || (rank < 256 && bytes != [rank as u8]) {
            return None;
        }
        texts.push(byte_alphabet::encode(&bytes).as_bytes());
        kinds.push(TokenKind::Normal);
    }
    (pieces >= 256).then_some((texts, kinds))
}

/// RFC 4648, with or without the signs that fill the last group.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut count) = (Vec::with_capacity(text.len() / 4 * 3), 0u32, 0);
    for sign in text.trim_end_matches('=').bytes() {
        let value = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        (bits, count) = (bits << 6 | u32::from(value), count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::header::testing::Folder;

    fn fixture(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/tokenizers").join(name)
    }

    fn json(name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(fixture(name)).unwrap()).unwrap()
    }

    /// `tests/fixtures/tokenizers/make.py` says how the ids were made.
    #[test]
    fn texts_are_cut_as_mistral_common_cuts_them() {
        let wanted = json("tekken-ids.json");
        let tokenizer = Tokenizer::open(&fixture("tekken.json")).unwrap();
        assert_eq!(wanted["size"], tokenizer.vocabulary_size());
        for case in wanted["cases"].as_array().unwrap() {
            let text = case["text"].as_str().unwrap();
            let found = tokenizer.encode(text, false).unwrap();
            assert_eq!(serde_json::json!(found.ids), case["ids"], "{text:?}");
            assert_eq!(tokenizer.detokenize(&found.ids), text.as_bytes());
        }
        for (name, id) in wanted["special"].as_object().unwrap() {
            assert_eq!(tokenizer.special_id(name).map(u64::from), id.as_u64(), "{name}");
        }
        assert_eq!(tokenizer.encode("a", true).unwrap().ids[..1], [1]);
        assert_eq!(tokenizer.encode_prompt("[INST]a[/INST]").unwrap()[..1], [3]);
        assert_eq!(tokenizer.end_ids(), [2]);
        assert_eq!(tokenizer.token_bytes(25), Some(&b"<SPECIAL_25>"[..]));
    }

    #[test]
    fn a_folder_with_nothing_else_is_read_from_it() {
        let folder = Folder::new();
        folder.write("config.json", "{}");
        let mut file = json("tekken.json");
        // As files from before version 7.
        file.as_object_mut().unwrap().remove("special_tokens");
        folder.write("tekken.json", file.to_string());
        let tokenizer = Tokenizer::open(folder.0.path()).unwrap();
        assert_eq!(tokenizer.special_id("[INST]"), Some(3));
        let count = super::super::check_folder(folder.0.path()).unwrap();
        assert_eq!(count, tokenizer.vocabulary_size());
        assert!(tokenizer.engine_json().unwrap().contains("\"[INST]\""));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let folder = Folder::new();
        let kind = |change: &dyn Fn(&mut Value)| {
            let mut file = json("tekken.json");
            change(&mut file);
            let path = folder.write("tekken.json", file.to_string());
            Tokenizer::open(&path).map(|_| ()).unwrap_err().kind()
        };
        assert_eq!(kind(&|it| it["config"]["pattern"] = ".".into()), ErrorKind::UnsupportedTokenizer);
        assert_eq!(kind(&|it| it["vocab"][300]["rank"] = 299.into()), ErrorKind::Corrupt);
        assert_eq!(kind(&|it| it["vocab"][3]["token_bytes"] = "AA==".into()), ErrorKind::Corrupt);
        assert_eq!(kind(&|it| it["vocab"][300]["token_bytes"] = "?".into()), ErrorKind::Corrupt);
        assert_eq!(kind(&|it| it["config"]["default_vocab_size"] = 1_000_000.into()), ErrorKind::Corrupt);
        assert_eq!(kind(&|it| it["config"]["default_vocab_size"] = 1.into()), ErrorKind::Corrupt);
        assert_eq!(kind(&|it| it["special_tokens"][1]["rank"] = 77.into()), ErrorKind::Corrupt);
        assert_eq!(kind(&|it| *it = Value::Null), ErrorKind::Corrupt);
    }
}
