//! All of a context can be used, whatever its length.
//!
//! The engine's cache of keys and values grows by 512 positions at a time and stops before it exceeds the greatest context of the
//! model, so lengths that are no multiple of that are tried: of the context that is asked for, and of the model itself.

use std::path::{Path, PathBuf};

use serde_json::{json, Value};

use crate::client::Worker;
use crate::folders;
use crate::numbers;

/// Reads a prompt that leaves room for `rest` tokens, and writes to the end of the context.
fn fill(worker: &mut Worker, context: usize, rest: usize, what: &str) {
    let ids: Vec<u32> = (0..context - rest).map(|place| 10 + (place * 7 % 240) as u32).collect();
    let run = worker.generate(json!({
        "prompt_ids": ids, "alternatives": 1, "sampling": {"temperature": 0}, "end_at_eos": false, "logits": true,
    }));
    assert_eq!(run.reason(), "context_full", "{what}: {}", run.end);
    assert_eq!(run.tokens.len(), rest, "{what}");
    for token in &run.tokens {
        let logits = token["logits"].as_array().expect("asked for");
        assert!(logits.iter().any(Value::is_number), "{what}: no logit is a number");
    }
}

fn load(path: &Path, options: Value) -> (Worker, usize) {
    let mut worker = numbers::worker();
    let loaded = worker.request("model/load", json!({"path": path, "options": options}));
    let loaded = loaded.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    worker.notifications.clear();
    (worker, loaded["context_length"].as_u64().expect("a length") as usize)
}

/// A copy of a GGUF file with another greatest context.
fn with_context(file: &Path, folder: &Path, architecture: &str, context: u32) -> PathBuf {
    let mut bytes = std::fs::read(file).expect("a fixture");
    // The key, then its type (4: u32) and value.
    let key = [format!("{architecture}.context_length").as_bytes(), &4u32.to_le_bytes()].concat();
    let at = bytes.windows(key.len()).position(|window| window == key).expect("the key") + key.len();
    bytes[at..at + 4].copy_from_slice(&context.to_le_bytes());
    let path = folder.join(format!("{context}.gguf"));
    std::fs::write(&path, bytes).expect("written");
    path
}

#[test]
fn a_context_of_any_length_can_be_filled() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (architecture, fixture, file, route) in [
        ("llama", "llama", "q8_0.gguf", "direct"),
        ("llama", "llama", "q8_0.gguf", "converted"),
        ("llama", "llama3-rope", "q8_0.gguf", "converted"),
        ("qwen2", "qwen2", "q8_0.gguf", "direct"),
        ("qwen3", "qwen3", "q8_0.gguf", "direct"),
        ("gemma2", "gemma2", "q8_0.gguf", "converted"),
        ("gemma3", "gemma3", "q8_0.gguf", "converted"),
        ("phi3", "phi3", "q8_0.gguf", "converted"),
    ] {
        let file = numbers::fixture(fixture).join(file);
        // Of the model itself; the last one has more, and is asked for less.
        for (own, asked) in [(1000, None), (1025, None), (40, None), (2048, Some(1000)), (2048, Some(513))] {
            let path = with_context(&file, folder.path(), architecture, own);
            let mut options = json!({"route": route});
            if let Some(asked) = asked {
                options["context_length"] = json!(asked);
            }
            let (mut worker, context) = load(&path, options);
            assert_eq!(context, asked.unwrap_or(own) as usize);
            let what = format!("{fixture} by {route}, {context} of {own}");
            fill(&mut worker, context, 12, &what);
            // What is kept can be gone on from there, too.
            fill(&mut worker, context, 5, &what);
        }
    }
}

/// Every class that the engine has, from its folder.
#[test]
fn in_every_class_a_context_that_is_no_whole_number_of_blocks_can_be_filled() {
    let mut classes = 0;
    for (name, _) in numbers::models() {
        let original = numbers::fixture(&name).join("folder");
        let set = |config: &mut Value| {
            let text = if config["text_config"].is_object() { &mut config["text_config"] } else { config };
            text["max_position_embeddings"] = json!(1000);
        };
        let home = folders::changed(&original, |tensors| tensors, set);
        let (mut worker, context) = load(home.path(), json!({}));
        // A window that the engine does not keep to limits the context.
        if context == 1000 {
            classes += 1;
        }
        fill(&mut worker, context, 6, &name);
    }
    assert!(classes >= 40, "{classes}");
}
