//! Files that are no models, and models that can't be run: one kind each, and the worker lives on.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::client::{starter, Worker};
#[cfg(unix)]
use crate::lowered;

/// Inspects and then loads it, in a worker of its own: a load confines the worker to its path.
fn refusal(path: &Path) -> String {
    let mut worker = Worker::spawn();
    let inspected = worker.refusal("model/inspect", json!({"path": path}));
    let loaded = worker.refusal("model/load", json!({"path": path}));
    worker.request("model/inspect", json!({"path": path})).expect_err("the worker lives on");
    assert_eq!(inspected, loaded, "inspecting and loading agree on {}", path.display());
    loaded
}

#[test]
fn every_bad_path_has_its_kind() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let model = fs::read(starter()).unwrap();
    fs::write(at("empty.gguf"), b"").unwrap();
    fs::write(at("text.gguf"), "这不是模型。".repeat(50)).unwrap();
    fs::write(at("picture.png"), b"\x89PNG\r\n\x1a\n0000000000000000").unwrap();
    fs::write(at("half.gguf"), &model[..model.len() / 2]).unwrap();
    fs::write(at("header only.gguf"), &model[..1000]).unwrap();
    fs::write(at("magic only.gguf"), b"GGUF").unwrap();
    fs::create_dir(at("photos")).unwrap();
    let mut version = model[..4096].to_vec();
    version[4] = 99;
    fs::write(at("version.gguf"), version).unwrap();

    for (name, kind) in [
        ("nowhere.gguf", "not_found"),
        ("empty.gguf", "empty_file"),
        ("text.gguf", "not_a_model"),
        ("picture.png", "not_a_model"),
        ("half.gguf", "truncated"),
        ("header only.gguf", "truncated"),
        ("magic only.gguf", "truncated"),
        ("photos", "folder_without_model"),
        ("version.gguf", "unsupported_version"),
    ] {
        assert_eq!(refusal(&at(name)), kind, "{name}");
    }
}

#[test]
fn an_unknown_architecture_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.gguf");
    let mut model = fs::read(starter()).unwrap();
    // Same length, so every offset still holds: only the value of general.architecture changes.
    let key = b"general.architecture";
    let at = model.windows(key.len()).position(|window| window == key).unwrap() + key.len();
    let value = model[at..].windows(5).position(|window| window == b"qwen3").unwrap() + at;
    model[value..value + 5].copy_from_slice(b"zebra");
    fs::write(&path, model).unwrap();

    let mut worker = Worker::spawn();
    let info = worker.request("model/inspect", json!({"path": path})).unwrap();
    assert_eq!(info["support"]["kind"], "unsupported_architecture");
    let error = worker.request("model/load", json!({"path": path})).unwrap_err();
    assert_eq!(error["data"]["kind"], "unsupported_architecture");
    assert_eq!(error["data"]["architecture"], "zebra");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("locked.gguf");
    fs::copy(starter(), &path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let test = "bad_input::a_file_that_may_not_be_read_says_so";
    if lowered::locked(&path, test) == lowered::Locked::Here {
        assert_eq!(refusal(&path), "permission_denied");
    }
}

#[test]
fn a_path_with_chinese_characters_and_spaces_loads_and_writes() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("我的 模型");
    fs::create_dir(&inner).unwrap();
    let path = inner.join("千问 小 (1)'#.gguf");
    fs::copy(starter(), &path).unwrap();
    let mut worker = Worker::spawn();
    worker.request("model/load", json!({"path": path})).unwrap();
    let generated = worker.generate(json!({"prompt": "Hello", "max_tokens": 3}));
    assert_eq!(generated.tokens.len(), 3);
}

#[test]
fn a_file_that_vanishes_after_loading_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gone soon.gguf");
    fs::copy(starter(), &path).unwrap();
    let mut worker = Worker::spawn();
    worker.request("model/load", json!({"path": path})).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(worker.generate(json!({"prompt": "Hello", "max_tokens": 3})).tokens.len(), 3);
}

#[test]
fn a_tokenizer_that_contradicts_itself_is_answered_and_the_worker_lives_on() {
    let folder = tempfile::tempdir().unwrap();
    let added = |id: i64| json!({"id": id, "content": "<x>", "special": true, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false});
    let model = json!({"type": "BPE", "vocab": {"a": 0, "b": 7}, "merges": []});
    let template = json!({"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[Q]", "type_id": 0}}], "pair": [], "special_tokens": {}});
    let mut worker = Worker::spawn();
    for (number, tokenizer) in [
        json!({}),
        json!({"version": "1.0", "added_tokens": [added(-1)], "model": model}),
        json!({"version": "1.0", "added_tokens": [added(4_000_000_000)], "model": model}),
        json!({"version": "1.0", "added_tokens": [], "post_processor": template, "model": model}),
        json!({"version": "1.0", "added_tokens": [], "model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a z"]}}),
        json!({"version": "1.0", "added_tokens": [], "model": {"type": "Unigram", "unk_id": 9, "vocab": []}}),
    ]
    .into_iter()
    .enumerate()
    {
        let path = folder.path().join(format!("{number}")).join("tokenizer.json");
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(&path, tokenizer.to_string()).unwrap();
        // An answer either way: some of these can be read.
        let _ = worker.request("text/tokenize", json!({"text": "a", "add_special": true, "tokenizer": path}));
    }
    worker.request("text/tokenize", json!({"text": "a", "tokenizer": starter()})).expect("it lives on");
}
