//! A stop is obeyed at once, whatever the engine is busy with.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{starter, Worker};
use crate::random_model::{self, Random, Shape};

/// What a stop may take (issue: 200 ms); tests run on machines that are busy with other tests.
const AT_ONCE: Duration = Duration::from_secs(2);

#[test]
fn a_stop_during_a_long_prompt_ends_at_once_and_the_next_answer_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("random.gguf");
    let shape = Shape {
        layers: 6,
        embedding: 512,
        feed_forward: 2048,
        heads: 8,
        kv_heads: 2,
        head_size: 64,
        context: 4096,
        blocks: random_model::Blocks::Q8_0,
    };
    random_model::write(&path, &starter(), shape);
    let mut worker = Worker::spawn();
    worker.request("model/load", json!({"path": path})).expect("it loads");
    worker.notifications.clear();
    let long = Random(5).ids(3500);
    let short = &long[..40];
    let params =
        json!({"prompt_ids": short, "sampling": {"temperature": 0}, "max_tokens": 4, "end_at_eos": false});
    let expected = worker.generate(params.clone()).ids();

    let started = worker.request("generate/start", json!({"prompt_ids": long, "max_tokens": 4})).unwrap();
    let start = Instant::now();
    worker.request("generate/stop", json!({})).unwrap();
    // The next is welcome, although the engine still computes.
    let next = worker.request("generate/start", params).unwrap();
    let ended = worker.finish(started);
    let took = start.elapsed();
    println!("stopped after {took:?}");
    assert_eq!((ended.reason(), ended.tokens.len()), ("stopped", 0));
    assert!(took < AT_ONCE, "{took:?}");
    assert_eq!(worker.finish(next).ids(), expected);
}

#[test]
fn many_alternatives_can_be_had_at_every_step() {
    let mut worker = Worker::with_starter();
    let params = json!({"prompt": "Hello", "step": true, "alternatives": 512, "max_tokens": 1});
    let started = worker.request("generate/start", params).unwrap();
    let (_, offer) = worker.notification();
    let alternatives = offer["alternatives"].as_array().unwrap();
    assert_eq!(alternatives.len(), 512);
    assert!(alternatives
        .windows(2)
        .all(|pair| pair[0]["probability"].as_f64() >= pair[1]["probability"].as_f64()));
    worker.request("generate/choose", json!({"id": alternatives[400]["id"]})).unwrap();
    let generated = worker.finish(started);
    assert_eq!(generated.tokens[0]["rank"], 401);
}
