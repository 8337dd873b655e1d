//! Folders in shapes that published models have: biases, output layers of their own, wide heads, and configurations that leave
//! out what transformers fills in or say it in older words.
//!
//! `tests/fixtures/shapes/` holds tiny random models with the logits of transformers in float32 (`make.py` there says how
//! they were made). Weights are computed with in F32, so the tolerance is that of `numbers.rs` for exact forms.

use std::path::{Path, PathBuf};

use serde_json::{json, Value};

use crate::client::{root, Worker};
use crate::numbers::{decode, floats, EXACT};

pub fn fixture(shape: &str) -> PathBuf {
    root().join("tests/fixtures/shapes").join(shape)
}

/// The names of all of them.
pub fn shapes() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("tests/fixtures/shapes")).expect("the fixtures");
    let folders = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    let mut names: Vec<String> =
        folders.map(|path| path.file_name().expect("a name").to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// One of them as a whole folder: all share one tokenizer, which is not kept beside each.
pub fn folder(shape: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let copy = |from: PathBuf| {
        let name = from.file_name().expect("a name").to_owned();
        std::fs::copy(&from, home.path().join(name)).expect("copied");
    };
    for name in ["config.json", "model.safetensors"] {
        copy(fixture(shape).join(name));
    }
    let tokenizer = root().join("tests/fixtures/numbers/llama/folder");
    for name in ["tokenizer.json", "tokenizer_config.json"] {
        copy(tokenizer.join(name));
    }
    home
}

fn reference(shape: &str) -> Value {
    let text = std::fs::read_to_string(fixture(shape).join("reference.json")).expect("a reference");
    serde_json::from_str(&text).expect("valid JSON")
}

/// Loads the model at this path and compares its logits; what `model/load` said.
fn check(path: &Path, shape: &str) -> Value {
    let cache = tempfile::tempdir().expect("a folder");
    let mut worker = Worker::spawn_with(&[("VITRINE_CACHE_DIR", &cache.path().to_string_lossy())]);
    let loaded = worker
        .request("model/load", json!({"path": path, "options": {"isq": "none"}}))
        .unwrap_or_else(|error| panic!("{shape}: {error}"));
    worker.notifications.clear();
    let reference = reference(shape);
    let forced = reference["forced"].as_array().expect("ids");
    let run = worker.generate(json!({
        "prompt_ids": reference["prompt"], "forced_ids": forced, "logits": true, "alternatives": 0,
        "max_tokens": forced.len(), "end_at_eos": false,
    }));
    assert_eq!(run.tokens.len(), forced.len(), "{shape}: {}", run.end);
    let spread = reference["spread"].as_f64().expect("a number") as f32;
    for (token, wanted) in run.tokens.iter().zip(reference["logits"].as_array().expect("rows")) {
        let (found, wanted) = (floats(&token["logits"]), decode(wanted.as_str().expect("text")));
        assert_eq!(found.len(), wanted.len(), "{shape}");
        let worst = found.iter().zip(&wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) / spread;
        assert!(worst <= EXACT, "{shape}: logits differ by {worst} of the spread");
    }
    worker.close();
    loaded
}

#[test]
fn every_shape_computes_what_transformers_computes() {
    for shape in shapes() {
        let home = folder(&shape);
        let loaded = check(home.path(), &shape);
        println!("{shape}: {}", loaded["loading"]["route"]);
    }
}

/// Whichever of its files is chosen, the folder is meant.
#[test]
fn a_folder_is_loaded_by_any_of_its_files() {
    for (shape, file) in [("llama-gaps", "config.json"), ("llama-biases", "model.safetensors")] {
        let home = folder(shape);
        let loaded = check(&home.path().join(file), shape);
        assert!(loaded["info"]["path"].as_str().is_some_and(|path| path.ends_with(file)), "{loaded}");
    }
}

/// Other files of weights in the folder are not the model, whatever they are called.
#[test]
fn stray_weights_change_nothing() {
    for (shape, stray) in
        [("llama-gaps", "consolidated.safetensors"), ("llama-biases", "model-00001-of-00001.safetensors")]
    {
        let home = folder(shape);
        // Another model's.
        let other = root().join("tests/fixtures/numbers/llama/folder/model.safetensors");
        std::fs::copy(other, home.path().join(stray)).expect("copied");
        check(home.path(), shape);
    }
}
