//! Weights that stay in their file: the same numbers, to the last bit, and less memory.

use std::path::Path;

use serde_json::{json, Value};

use crate::client::{starter, Worker};
use crate::random_model::{self, Blocks, Random, Shape};

/// Logits at every one of 40 given tokens after a prompt, and the memory that the worker holds then.
fn computed(path: &Path, route: &str, weights: &str) -> (Vec<Value>, u64) {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let cache = cache.path().to_string_lossy().into_owned();
    let mut worker = Worker::spawn_with(&[("VITRINE_CACHE_DIR", &cache), ("VITRINE_WEIGHTS", weights)]);
    let loaded = worker.request("model/load", json!({"path": path, "options": {"route": route}}));
    assert_eq!(loaded.expect("it loads")["loading"]["route"], route);
    worker.notifications.clear();
    let mut random = Random(7);
    let (prompt, forced) = (random.ids(48), random.ids(40));
    let run = worker.generate(json!({
        "prompt_ids": prompt, "forced_ids": forced, "logits": true, "alternatives": 0,
        "max_tokens": 40, "end_at_eos": false,
    }));
    assert_eq!(run.tokens.len(), 40, "{}", run.end);
    let status = worker.request("worker/status", json!({})).expect("a status");
    let logits = run.tokens.iter().map(|token| token["logits"].clone()).collect();
    (logits, status["resident_bytes"].as_u64().expect("bytes"))
}

#[test]
fn the_numbers_are_the_same_and_the_memory_is_less() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let shape = |blocks| Shape {
        layers: 4,
        embedding: 1024,
        feed_forward: 2048,
        heads: 8,
        kv_heads: 4,
        head_size: 128,
        context: 256,
        blocks,
    };
    for blocks in [Blocks::Q8_0, Blocks::Q4K] {
        let path = folder.path().join(format!("{blocks:?}.gguf"));
        random_model::write(&path, &starter(), shape(blocks));
        for route in ["direct", "converted"] {
            let (wanted, copied) = computed(&path, route, "memory");
            let (found, left) = computed(&path, route, "file");
            assert!(wanted == found, "{blocks:?}, {route}: other logits");
            println!("{blocks:?}, {route}: {} MiB instead of {}", left >> 20, copied >> 20);
            // The table alone is 24 MiB in F32.
            #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
            assert!(left + (16 << 20) < copied, "{blocks:?}, {route}: {left} and {copied} bytes");
        }
    }
}
