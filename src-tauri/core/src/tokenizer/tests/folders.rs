//! Tokenizers of model folders against what transformers makes of them (`tests/fixtures/tokenizers/make_folders.py`).

use std::path::{Path, PathBuf};

use serde_json::{json, Value};

use super::super::{check_folder, Tokenizer};
use super::engine;
use crate::header::testing::Folder;
use crate::protocol::ErrorKind;

pub(super) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/tokenizers").join(name)
}

fn rows(name: &str) -> Vec<Value> {
    serde_json::from_slice(&std::fs::read(fixture(name)).unwrap()).unwrap()
}

/// The `tokenizer.json` of that name.
pub(super) fn json(name: &str) -> Value {
    rows("jsons.json").into_iter().find(|row| row["name"] == name).expect("a fixture of that name")["json"]
        .take()
}

#[test]
fn files_beside_a_vocabulary_are_read_as_transformers_reads_them() {
    let vocabulary = std::fs::read(fixture("bpe-llama.model")).unwrap();
    let mut compared = 0;
    for row in rows("folders.json") {
        let (folder, name) = (Folder::new(), &row["name"]);
        folder.write("tokenizer.model", &vocabulary);
        for (file, content) in row["files"].as_object().unwrap() {
            folder.write(file, content.to_string());
        }
        let tokenizer = Tokenizer::open(folder.0.path()).unwrap();
        assert_eq!(json!(tokenizer.vocabulary_size()), row["size"], "{name}");
        assert_eq!(check_folder(folder.0.path()).unwrap(), tokenizer.vocabulary_size(), "{name}");
        let end = row["eos"].as_u64().unwrap() as u32;
        assert!(tokenizer.end_ids().contains(&end), "{name}: {:?}", tokenizer.end_ids());
        engine::assert_takes(&tokenizer);
        for case in row["cases"].as_array().unwrap() {
            let text = case["text"].as_str().unwrap();
            let found = tokenizer.encode(text, true).unwrap();
            assert_eq!(json!(found.ids), case["ids"], "{name}: {text:?}");
            compared += 1;
        }
    }
    assert!(compared > 300, "{compared}");
}

#[test]
fn every_kind_of_tokenizer_json_gives_its_ids_and_the_bytes_of_its_tokens() {
    for row in rows("jsons.json") {
        let (folder, name) = (Folder::new(), row["name"].as_str().unwrap());
        folder.write("tokenizer.json", row["json"].to_string());
        let tokenizer = Tokenizer::open(folder.0.path()).unwrap();
        assert_eq!(json!(tokenizer.vocabulary_size()), row["size"], "{name}");
        assert_eq!(check_folder(folder.0.path()).unwrap(), tokenizer.vocabulary_size(), "{name}");
        engine::assert_takes(&tokenizer);
        for case in row["cases"].as_array().unwrap() {
            let text = case["text"].as_str().unwrap();
            let ids = tokenizer.encode_prompt(text).unwrap();
            assert_eq!(json!(ids), case["ids"], "{name}: {text:?}");
            // A decoder knows where a text begins and ends, a token does not; and it takes special tokens for words.
            let plain = |text: &str| text.replace("[UNK] ", "[UNK]").replace(' ', "");
            let spaced = |text: &str| text.trim_matches(' ').to_owned();
            let bytes = String::from_utf8(tokenizer.detokenize(&ids)).unwrap();
            let has_special = ids.iter().any(|id| tokenizer.is_special(*id));
            match case["decoded"].as_str() {
                Some(decoded) if has_special => assert_eq!(plain(&bytes), plain(decoded), "{name}: {text:?}"),
                Some(decoded) => assert_eq!(spaced(&bytes), decoded, "{name}: {text:?}"),
                // Read backwards, at least the words of the text come back; some are lowered on the way.
                None if !has_special && text.is_ascii() => {
                    let words = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
                    assert_eq!(words(&bytes), words(text), "{name}: {text:?}");
                }
                None => {}
            }
        }
    }
}

#[test]
fn words_without_a_decoder_keep_the_spaces_between_them() {
    for name in
        ["WordPiece without a decoder", "words without a decoder", "ends of words marked, without a decoder"]
    {
        let folder = Folder::new();
        let tokenizer = Tokenizer::open(&folder.write("tokenizer.json", json(name).to_string())).unwrap();
        let ids = tokenizer.encode_prompt("the cat and the mat").unwrap();
        let text = String::from_utf8(tokenizer.detokenize(&ids)).unwrap();
        assert_eq!(text.trim(), "the cat and the mat", "{name}");
    }
}

#[test]
fn tokens_that_the_files_beside_add_are_in_a_tokenizer_json_too() {
    let folder = Folder::new();
    let row = json("bytes");
    folder.write("tokenizer.json", row.to_string());
    let before = Tokenizer::open(folder.0.path()).unwrap().vocabulary_size();
    let end = json!({"content": "<|im_end|>", "special": true, "rstrip": true});
    let config = json!({"eos_token": "<|im_end|>", "pad_token": "<pad>", "added_tokens_decoder": {before.to_string(): end}});
    folder.write("tokenizer_config.json", config.to_string());
    let tokenizer = Tokenizer::open(folder.0.path()).unwrap();
    assert_eq!(tokenizer.vocabulary_size(), before + 2);
    assert_eq!(check_folder(folder.0.path()).unwrap(), before + 2);
    assert!(tokenizer.end_ids().contains(&before));
    assert_eq!(tokenizer.special_id("<pad>"), Some(before + 1));
    let plain = tokenizer.encode_prompt("the").unwrap();
    assert_eq!(tokenizer.encode_prompt("<|im_end|>  the").unwrap(), [&[before], &plain[..]].concat());
    folder.write("tokenizer_config.json", "{}");
    folder.write("added_tokens.json", json!({"<|im_end|>": before}).to_string());
    folder.write("special_tokens_map.json", json!({"eos_token": "<|im_end|>"}).to_string());
    let tokenizer = Tokenizer::open(folder.0.path()).unwrap();
    assert_eq!(tokenizer.vocabulary_size(), before + 1);
    assert!(tokenizer.end_ids().contains(&before) && tokenizer.is_special(before));
}

#[test]
fn a_folder_is_refused_before_anything_is_loaded() {
    let folder = Folder::new();
    let refused = |file: &str, content: &[u8]| {
        let path = folder.write(file, content);
        let error = check_folder(folder.0.path()).unwrap_err();
        assert!(Tokenizer::open(folder.0.path()).is_err(), "{file}");
        std::fs::remove_file(path).unwrap();
        (error.kind(), error.message)
    };
    assert_eq!(check_folder(folder.0.path()).unwrap_err().kind(), ErrorKind::UnsupportedTokenizer);
    let (kind, message) = refused("tokenizer.json", b"{}");
    assert_eq!(kind, ErrorKind::UnsupportedTokenizer);
    assert!(message.contains("tokenizer.json"));
    let change = |name: &str, change: &dyn Fn(&mut Value)| {
        let mut file = json(name);
        change(&mut file);
        refused("tokenizer.json", file.to_string().as_bytes())
    };
    let (_, message) = change("bytes", &|file| file["model"]["type"] = "Klingon".into());
    assert!(message.contains("Klingon"), "{message}");
    let (_, message) = change("WordPiece", &|file| file["model"]["unk_token"] = "<nothing>".into());
    assert!(message.contains("<nothing>"), "{message}");
    change("bytes", &|file| {
        file["model"]["vocab"] = json!({});
        file["model"]["merges"] = json!([]);
        file["added_tokens"] = json!([]);
    });
    let words = [&[10, 5, 10, 3][..], b"a b", &[18, 2, 24, 3]].concat();
    assert_eq!(refused("tokenizer.model", &words).0, ErrorKind::UnsupportedTokenizer);
    assert_eq!(refused("tokenizer.model", b"what").0, ErrorKind::Corrupt);
    assert_eq!(refused("tekken.json", b"{}").0, ErrorKind::Corrupt);
}
