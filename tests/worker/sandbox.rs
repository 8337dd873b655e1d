//! A worker with a model in it reaches nothing else. What the two layers do is tested beside them
//! (`src-tauri/worker/src/sandbox/tests.rs`); here it is the real program on which they lie.

use std::fs;
use std::path::PathBuf;

use serde_json::{json, Value};

use crate::client::{starter, Worker};

/// A home with a key, another model and a copy of the bundled one.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::create_dir(home.at(".ssh")).unwrap();
        fs::write(home.at(".ssh/id_ed25519"), "a key").unwrap();
        fs::copy(starter(), home.at("model.gguf")).unwrap();
        fs::copy(starter(), home.at("other.gguf")).unwrap();
        home
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What the worker says about a file of it.
    fn inspect(&self, worker: &mut Worker, name: &str) -> Result<Value, Value> {
        worker
            .request("model/inspect", json!({"path": self.at(name)}))
            .map_err(|error| error["data"]["kind"].clone())
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_with_a_model_can_neither_read_a_key_nor_another_model() {
    let home = Home::new();
    let mut worker = Worker::spawn();
    let expected = worker.request("worker/status", json!({})).unwrap()["sandbox"]["landlock"].clone();
    if expected == "none" {
        println!("skipped: this kernel has no Landlock");
        return;
    }
    assert_eq!(home.inspect(&mut worker, ".ssh/id_ed25519"), Err(json!("not_a_model")), "before");
    let cut = json!({"text": "a", "tokenizer": home.at("other.gguf")});
    worker
        .request("text/tokenize", cut.clone())
        .expect("before a model is loaded any vocabulary can be opened");

    let loaded = worker.request("model/load", json!({"path": home.at("model.gguf")})).unwrap();
    assert_eq!(loaded["sandbox"]["landlock"], expected, "in force for every thread");
    worker.notifications.clear();
    assert_eq!(home.inspect(&mut worker, ".ssh/id_ed25519"), Err(json!("sandboxed")));
    assert_eq!(home.inspect(&mut worker, "other.gguf"), Err(json!("sandboxed")));
    home.inspect(&mut worker, "model.gguf").expect("its own model");
    // The vocabulary that was opened before is still in memory; one that was not is out of reach.
    fs::copy(starter(), home.at("third.gguf")).unwrap();
    let third = json!({"text": "a", "tokenizer": home.at("third.gguf")});
    assert_eq!(worker.refusal("text/tokenize", third), "sandboxed");
    let template = json!({"template": home.at("third.gguf"), "messages": []});
    assert_eq!(worker.refusal("chat/render", template), "sandboxed");
    assert_eq!(home.inspect(&mut worker, "nowhere.gguf"), Err(json!("not_found")));
    assert_eq!(worker.generate(json!({"prompt": "Hello", "max_tokens": 3})).tokens.len(), 3);

    // Every thread is filtered and can gain nothing by running another program.
    let mut threads = 0;
    for task in fs::read_dir(format!("/proc/{}/task", worker.child.id())).unwrap().flatten() {
        let status = fs::read_to_string(task.path().join("status")).unwrap();
        assert!(status.contains("\nNoNewPrivs:\t1"), "{status}");
        if loaded["sandbox"]["seccomp"] == true {
            assert!(status.contains("\nSeccomp:\t2"), "{status}");
        }
        threads += 1;
    }
    assert!(threads > 3, "{threads}");
}

#[cfg(target_os = "linux")]
#[test]
fn after_a_failed_load_another_path_needs_another_worker() {
    let home = Home::new();
    fs::write(home.at("broken.gguf"), "GGUF").unwrap();
    let mut worker = Worker::spawn();
    let status = worker.request("worker/status", json!({})).unwrap();
    assert_eq!(worker.refusal("model/load", json!({"path": home.at("broken.gguf")})), "truncated");
    if status["sandbox"]["landlock"] != "none" {
        assert_eq!(worker.refusal("model/load", json!({"path": home.at("model.gguf")})), "sandboxed");
    }
}

#[test]
fn without_the_kernels_help_a_worker_says_so_and_runs_on() {
    let home = Home::new();
    let mut worker = Worker::spawn_with(&[("VITRINE_SANDBOX", "off")]);
    let none = json!({"landlock": "none", "seccomp": false});
    assert_eq!(worker.request("worker/status", json!({})).unwrap()["sandbox"], none);
    let loaded = worker.request("model/load", json!({"path": home.at("model.gguf")})).unwrap();
    assert_eq!(loaded["sandbox"], none);
    worker.notifications.clear();
    assert_eq!(home.inspect(&mut worker, ".ssh/id_ed25519"), Err(json!("not_a_model")), "it could read it");
    assert_eq!(worker.generate(json!({"prompt": "Hello", "max_tokens": 3})).tokens.len(), 3);
}
