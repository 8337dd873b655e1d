//! Vocabularies of every kind in front of the same small model, and those that do not fit its table of embeddings.

use std::path::{Path, PathBuf};

use serde_json::{json, Value};
use tempfile::TempDir;

use crate::client::{root, Worker};

/// Rows of the table of embeddings.
const ROWS: u64 = 288;

fn model() -> PathBuf {
    root().join("tests/fixtures/numbers/llama/folder")
}

fn vocabularies() -> PathBuf {
    root().join("tests/fixtures/tokenizers")
}

/// The small model with these files as its tokenizer.
fn with(files: &[(&str, &[u8])]) -> TempDir {
    let home = tempfile::tempdir().expect("a folder");
    for name in ["config.json", "model.safetensors"] {
        std::fs::copy(model().join(name), home.path().join(name)).expect("copied");
    }
    for (name, content) in files {
        std::fs::write(home.path().join(name), content).expect("written");
    }
    home
}

/// The model's own `tokenizer.json`, changed.
fn own(change: impl FnOnce(&mut Value)) -> TempDir {
    let text = std::fs::read(model().join("tokenizer.json")).expect("a tokenizer");
    let mut file: Value = serde_json::from_slice(&text).expect("JSON");
    change(&mut file);
    let config = std::fs::read(model().join("tokenizer_config.json")).expect("a configuration");
    with(&[("tokenizer.json", file.to_string().as_bytes()), ("tokenizer_config.json", &config)])
}

fn added(id: u64, content: &str, special: bool) -> Value {
    json!({"id": id, "content": content, "special": special, "single_word": false, "lstrip": false,
           "rstrip": false, "normalized": false})
}

fn long() -> TempDir {
    own(|file| {
        let tokens = file["added_tokens"].as_array_mut().expect("a list");
        tokens.push(added(ROWS, "<pad-1>", true));
        tokens.push(added(ROWS + 1, "<pad-2>", false));
    })
}

fn loads(path: &Path) -> (Worker, Value) {
    let mut worker = Worker::spawn();
    let info = worker.request("model/inspect", json!({"path": path})).expect("it can be read");
    assert_eq!(info["support"]["verdict"], "supported", "{}: {info}", path.display());
    worker.request("model/load", json!({"path": path})).expect("what is supported is loaded");
    (worker, info)
}

#[test]
fn a_token_that_the_model_has_no_row_for_is_refused_by_name() {
    let home = long();
    let (mut worker, info) = loads(home.path());
    assert_eq!((&info["embedding_rows"], &info["tokens_without_embedding"]), (&json!(ROWS), &json!(2)));
    for request in [
        json!({"prompt_ids": [70, ROWS]}),
        json!({"prompt": "the <pad-1>"}),
        json!({"prompt": "the <pad-2>"}),
        json!({"prompt": "the", "forced_ids": [70, ROWS + 1]}),
    ] {
        let error = worker.request("generate/start", request.clone()).expect_err("there is no row for it");
        assert_eq!(error["data"]["kind"], "token_without_embedding", "{request}: {error}");
        assert!(error["data"]["token"].as_str().expect("a name").starts_with("<pad-"), "{error}");
    }
    let error =
        worker.request("generate/start", json!({"prompt_ids": [ROWS + 2]})).expect_err("no such token");
    assert_eq!(error["data"]["kind"], "invalid_params");
    assert_eq!(worker.generate(json!({"prompt": "the", "max_tokens": 3})).tokens.len(), 3, "it goes on");
}

#[test]
fn a_token_that_the_model_has_no_row_for_is_never_offered_and_ends_no_sequence() {
    let home = long();
    let (mut worker, _) = loads(home.path());
    for turn in 1..5 {
        let prompt = "the ".repeat(20 * turn);
        let sampling = json!({"temperature": 3.0, "top_p": 1.0, "seed": turn});
        let request = json!({"prompt": prompt, "max_tokens": 20, "alternatives": 512, "sampling": sampling,
                             "end_at_eos": false});
        let answer = worker.generate(request);
        assert_eq!(answer.tokens.len(), 20, "answer {turn}: {:?}", answer.end);
        for token in &answer.tokens {
            let alternatives = token["alternatives"].as_array().expect("alternatives");
            assert_eq!(alternatives.len() as u64, ROWS);
            assert!(alternatives.iter().all(|one| one["id"].as_u64() < Some(ROWS)));
            assert_eq!(token["rest_count"], 0);
        }
    }
    let found =
        worker.request("vocabulary/search", json!({"query": "<pad", "limit": 10})).expect("an answer");
    assert_eq!(found["hits"], json!([]));
}

#[test]
fn rows_without_a_token_are_never_offered() {
    // The last ten tokens that merges give are taken away.
    let home = own(|file| {
        file["added_tokens"] = json!([]);
        let vocabulary = file["model"]["vocab"].as_object_mut().expect("a map");
        vocabulary.retain(|_, id| id.as_u64() < Some(276));
        let kept = vocabulary.clone();
        let merges = file["model"]["merges"].as_array_mut().expect("a list");
        merges.retain(|merge| {
            let parts: Vec<&str> =
                merge.as_array().expect("a pair").iter().filter_map(Value::as_str).collect();
            kept.contains_key(&parts.concat()) && parts.iter().all(|part| kept.contains_key(*part))
        });
    });
    let config = json!({"tokenizer_class": "PreTrainedTokenizerFast"}).to_string();
    std::fs::write(home.path().join("tokenizer_config.json"), config).expect("written");
    let (mut worker, info) = loads(home.path());
    assert_eq!(info["tokens_without_embedding"], 0);
    let sampling = json!({"temperature": 5.0, "top_p": 1.0, "seed": 4});
    let request = json!({"prompt_ids": [70], "max_tokens": 60, "alternatives": 512, "sampling": sampling,
                         "end_at_eos": false, "logits": true});
    let answer = worker.generate(request);
    assert_eq!(answer.tokens.len(), 60);
    for token in &answer.tokens {
        assert!(token["id"].as_u64() < Some(276), "{token}");
        assert_eq!(token["alternatives"].as_array().map(Vec::len), Some(276));
        let logits = token["logits"].as_array().expect("logits");
        assert!(logits.len() as u64 == ROWS && logits.iter().all(Value::is_number));
    }
}

#[test]
fn every_kind_of_vocabulary_is_written_with() {
    let file = std::fs::read(vocabularies().join("jsons.json")).expect("fixtures");
    let rows: Vec<Value> = serde_json::from_slice(&file).expect("JSON");
    let mut homes: Vec<(String, TempDir)> = rows
        .iter()
        .map(|row| (row["name"].to_string(), with(&[("tokenizer.json", row["json"].to_string().as_bytes())])))
        .collect();
    for name in ["unigram-bytes.model", "unigram-users.model", "bpe-llama.model"] {
        let content = std::fs::read(vocabularies().join(name)).expect("a vocabulary");
        homes.push((name.to_owned(), with(&[("tokenizer.model", &content)])));
    }
    let tekken = std::fs::read(vocabularies().join("tekken.json")).expect("a vocabulary");
    homes.push(("tekken".to_owned(), with(&[("tekken.json", &tekken)])));
    for (name, home) in homes {
        let (mut worker, _) = loads(home.path());
        for prompt_ids in [[5, 6], [5, 7]] {
            let answer =
                worker.generate(json!({"prompt_ids": prompt_ids, "max_tokens": 2, "end_at_eos": false}));
            assert_eq!(answer.tokens.len(), 2, "{name}: {:?}", answer.end);
        }
    }
}

#[test]
fn a_vocabulary_that_cannot_be_run_is_refused_before_loading() {
    let broken = json!({"model": {"type": "WordLevel", "unk_token": "[UNK]", "vocab": {"a": 0}}}).to_string();
    let words = [&[10, 5, 10, 3][..], b"a b", &[18, 2, 24, 3]].concat();
    for (name, content) in
        [("tokenizer.json", &b"{}"[..]), ("tokenizer.json", broken.as_bytes()), ("tokenizer.model", &words)]
    {
        let home = with(&[(name, content)]);
        let mut worker = Worker::spawn();
        let info = worker.request("model/inspect", json!({"path": home.path()})).expect("it can be read");
        assert_eq!(info["support"]["kind"], "unsupported_tokenizer", "{info}");
    }
}
