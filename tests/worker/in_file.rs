//! Weights that stay in their file compute the same numbers, to the last bit.

use std::path::Path;

use serde_json::{json, Value};

use crate::client::{starter, Worker};
use crate::random_model::{self, Blocks, Random, Shape};

/// Logits at every one of 40 given tokens after a prompt, and what the worker says about itself then.
fn computed(path: &Path, route: &str, weights: &str) -> (Vec<Value>, Value) {
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
    (run.tokens.iter().map(|token| token["logits"].clone()).collect(), status)
}

#[test]
fn the_numbers_are_the_same_and_the_weights_are_in_the_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for blocks in [Blocks::Q8_0, Blocks::Q4K] {
        let path = folder.path().join(format!("{blocks:?}.gguf"));
        let shape = Shape {
            layers: 4,
            embedding: 1024,
            feed_forward: 2048,
            heads: 8,
            kv_heads: 4,
            head_size: 128,
            context: 256,
            blocks,
        };
        random_model::write(&path, &starter(), shape);
        // Query and output, key and value, the MLP; the table is the output layer, too.
        let table = 6144 * 1024;
        let numbers = 4 * (2 * 1024 * 1024 + 2 * 1024 * 512 + 3 * 1024 * 2048) + table;
        let packed = match blocks {
            Blocks::Q8_0 if vitrine_core::cpu::multiplies_bytes() => numbers / 32 * 34,
            Blocks::Q4K if cfg!(target_arch = "x86_64") => numbers / 256 * 144,
            _ => 0,
        };
        // In the engine's own container the table lies in F32.
        for (route, expected) in [("direct", packed), ("converted", packed + table * 4)] {
            let (wanted, status) = computed(&path, route, "memory");
            assert_eq!(status["file_bytes"], 0);
            let (found, status) = computed(&path, route, "file");
            assert_eq!(status["file_bytes"], expected, "{blocks:?}, {route}");
            assert!(wanted == found, "{blocks:?}, {route}: other logits");
        }
    }
}

/// Not a promise, a measurement: the blocks of an 8B model (Qwen 3) in Q4_K, 3.7 GiB on disk.
#[test]
#[ignore = "writes 4 GB and computes for minutes"]
fn what_a_large_model_takes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("large.gguf");
    let shape = Shape {
        layers: 36,
        embedding: 4096,
        feed_forward: 12288,
        heads: 32,
        kv_heads: 8,
        head_size: 128,
        context: 256,
        blocks: Blocks::Q4K,
    };
    random_model::write(&path, &starter(), shape);
    let mib = |bytes: u64| bytes >> 20;
    let size = std::fs::metadata(&path).expect("it is there").len();
    for weights in ["memory", "file"] {
        let (_, status) = computed(&path, "direct", weights);
        let held = status["resident_bytes"].as_u64().expect("bytes");
        println!("{} MiB on disk, weights in {weights}: {} MiB", mib(size), mib(held));
    }
}
