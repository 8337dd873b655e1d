//! Models in several files (`name-00001-of-00003.gguf`) compute the same as in one.
//!
//! The parts are made here of the fixtures of [`super::numbers`], as llama.cpp's `gguf-split` makes them: all
//! metadata in the first, `split.no`, `split.count` and `split.tensors.count` in each, tensors in order.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{json, Value};
use vitrine_core::header::gguf::{GgufHeader, TensorInfo};

use crate::client::{root, Worker};

fn string(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
}

fn described(tensor: &TensorInfo, offset: u64) -> Vec<u8> {
    let mut bytes = string(&tensor.name);
    bytes.extend((tensor.shape.len() as u32).to_le_bytes());
    bytes.extend(tensor.shape.iter().flat_map(|length| length.to_le_bytes()));
    bytes.extend(tensor.ggml_type.0.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes
}

/// Cuts a file behind these numbers of tensors. 0 makes a part with metadata alone, which `gguf-split` can do too.
fn split(file: &Path, folder: &Path, name: &str, cuts: &[usize]) -> Vec<PathBuf> {
    let whole = fs::read(file).expect("a fixture");
    let header = GgufHeader::read(file).expect("a header");
    let tensors = header.tensors();
    let descriptions: usize = tensors.iter().map(|tensor| described(tensor, 0).len()).sum();
    // Behind magic, version and the two counts.
    let metadata = &whole[24..header.bytes().len() - descriptions];
    let entries = header.keys().count() as u64;
    let bounds: Vec<usize> = [0].iter().chain(cuts).chain([&tensors.len()]).copied().collect();
    let count = bounds.len() - 1;
    let mut parts = Vec::new();
    for (number, bounds) in bounds.windows(2).enumerate() {
        let own = &tensors[bounds[0]..bounds[1]];
        let (kept, kept_entries) = if number == 0 { (metadata, entries) } else { (&[][..], 0) };
        let mut bytes = whole[..8].to_vec();
        bytes.extend((own.len() as u64).to_le_bytes());
        bytes.extend((kept_entries + 3).to_le_bytes());
        bytes.extend(kept);
        // Types 2 and 5: u16 and i32.
        for (key, kind, value) in [
            ("split.no", 2u32, (number as u16).to_le_bytes().to_vec()),
            ("split.count", 2, (count as u16).to_le_bytes().to_vec()),
            ("split.tensors.count", 5, (tensors.len() as i32).to_le_bytes().to_vec()),
        ] {
            bytes.extend([string(key), kind.to_le_bytes().to_vec(), value].concat());
        }
        let mut data = Vec::new();
        for tensor in own {
            bytes.extend(described(tensor, data.len() as u64));
            let start = (header.tensor_data_offset() + tensor.offset) as usize;
            data.extend(&whole[start..start + tensor.byte_len as usize]);
            data.resize(data.len().next_multiple_of(32), 0);
        }
        bytes.resize(bytes.len().next_multiple_of(32), 0);
        bytes.extend(data);
        let path = folder.join(format!("{name}-{:05}-of-{count:05}.gguf", number + 1));
        fs::write(&path, bytes).expect("a part");
        parts.push(path);
    }
    parts
}

fn fixture(model: &str) -> PathBuf {
    root().join("tests/fixtures/numbers").join(model).join("q8_0.gguf")
}

/// Loads a model and gives what it says about loading, and its logits at the first tokens of a fixed text.
fn logits(path: &Path, cache: &Path) -> (Value, Vec<Value>) {
    let mut worker = Worker::spawn_with(&[("VITRINE_CACHE_DIR", &cache.to_string_lossy())]);
    let loaded = worker
        .request("model/load", json!({"path": path}))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    worker.notifications.clear();
    let run = worker.generate(json!({
        "prompt_ids": [5, 80, 33, 200, 7, 8, 150], "forced_ids": [1, 90, 4, 100, 50, 60, 70, 80], "logits": true,
        "alternatives": 0, "max_tokens": 8, "end_at_eos": false,
    }));
    let logits = run.tokens.iter().map(|token| token["logits"].clone()).collect();
    (loaded, logits)
}

#[test]
fn a_model_in_parts_computes_the_same_whichever_part_is_opened() {
    let (home, cache) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    for (model, route, cuts) in [
        ("llama", "direct", [4, 9]),
        ("llama3-rope", "converted", [0, 11]),
        ("qwen3moe", "converted", [3, 20]),
    ] {
        let (whole, wanted) = logits(&fixture(model), cache.path());
        let parts = split(&fixture(model), home.path(), &format!("小 {model}"), &cuts);
        for part in [&parts[0], &parts[2]] {
            let (loaded, found) = logits(part, cache.path());
            assert_eq!(found, wanted, "{}", part.display());
            assert_eq!(loaded["loading"]["route"], route);
            assert_eq!(loaded["info"]["parameters"], whole["info"]["parameters"]);
            let sizes = parts.iter().map(|part| part.metadata().expect("there").len()).sum::<u64>();
            assert_eq!(loaded["info"]["file_size"], sizes);
            if route == "converted" {
                assert_eq!(
                    loaded["loading"]["cache"]["reused"],
                    part == &parts[2],
                    "one entry for all parts"
                );
            }
        }
    }
}

#[test]
fn a_change_in_any_part_makes_another_converted_model() {
    let (home, cache) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let parts = split(&fixture("llama3-rope"), home.path(), "m", &[5]);
    let (_, before) = logits(&parts[0], cache.path());
    let modified = parts[1].metadata().and_then(|metadata| metadata.modified()).expect("a date");
    let header = GgufHeader::read(&parts[1]).expect("a header");
    let tensor = header.tensor("blk.1.ffn_up.weight").expect("a matrix");
    let place = (header.tensor_data_offset() + tensor.offset) as usize + 10;
    let mut bytes = fs::read(&parts[1]).expect("a part");
    bytes[place] ^= 0x7f;
    // The date stays.
    fs::write(&parts[1], bytes).expect("written");
    let file = fs::File::options().append(true).open(&parts[1]).expect("opens");
    file.set_modified(modified).expect("a date");
    let (loaded, after) = logits(&parts[0], cache.path());
    assert_eq!(loaded["loading"]["cache"]["reused"], false);
    assert!(before != after, "another weight, another result");
}

#[test]
fn a_part_that_is_missing_is_named() {
    let home = tempfile::tempdir().expect("a folder");
    let parts = split(&fixture("llama"), home.path(), "m", &[4, 9]);
    fs::remove_file(&parts[1]).expect("removed");
    for part in [&parts[0], &parts[2]] {
        let error = Worker::spawn().request("model/load", json!({"path": part})).expect_err("refused");
        assert_eq!(error["data"]["kind"], "missing_parts");
        assert_eq!(error["data"]["missing"], "m-00002-of-00003.gguf");
        assert_eq!(error["data"]["parts"], 3);
    }
}

/// A worker that has the model in parts can read all of them and nothing else of the folder.
#[cfg(target_os = "linux")]
#[test]
fn a_worker_is_kept_to_the_parts_of_its_model() {
    let home = tempfile::tempdir().expect("a folder");
    let parts = split(&fixture("llama"), home.path(), "m", &[4]);
    let other = home.path().join("other.gguf");
    fs::copy(fixture("qwen2"), &other).expect("copied");
    let mut worker = Worker::spawn();
    let loaded = worker.request("model/load", json!({"path": parts[1]})).expect("loads");
    for part in &parts {
        worker.request("model/inspect", json!({"path": part})).expect("within reach");
    }
    if loaded["sandbox"]["landlock"] != "none" {
        assert_eq!(worker.refusal("model/inspect", json!({"path": other})), "sandboxed");
    }
}
