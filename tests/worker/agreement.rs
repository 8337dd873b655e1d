//! What is said of a model before loading is what loading does.
//!
//! Every fixture goes through both: one that is called supported loads and gives a token, and one that is refused is refused by loading,
//! for the same reason.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::client::{root, Worker};
use crate::shapes;

/// Files and folders below this one that a user may open as a model.
fn models(below: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(below) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        // Links lead to what is walked anyway, or nowhere.
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            if path.join("config.json").exists() {
                found.push(path.clone());
            } else {
                models(&path, found);
            }
        } else if path.extension().is_some_and(|name| name.eq_ignore_ascii_case("gguf")) {
            found.push(path);
        }
    }
}

/// What is wrong with this one, if anything: the answer to one worker's look, and to another one's load.
fn disagreement(path: &Path, cache: &Path) -> Option<String> {
    let spawn = || Worker::spawn_with(&[("VITRINE_CACHE_DIR", &cache.to_string_lossy())]);
    let mut worker = spawn();
    let said = match worker.request("model/inspect", json!({"path": path})) {
        Ok(info) if info["support"]["verdict"] == "supported" => None,
        Ok(info) => Some(info["support"]["kind"].clone()),
        Err(error) => Some(error["data"]["kind"].clone()),
    };
    let loaded = worker.request("model/load", json!({"path": path}));
    worker.notifications.clear();
    match (said, loaded) {
        (None, Ok(loaded)) => {
            let ids = [5, 9, 7].map(|id: u64| id % loaded["info"]["vocabulary_size"].as_u64().unwrap_or(8));
            let run = worker.generate(json!({"prompt_ids": ids, "max_tokens": 1, "end_at_eos": false}));
            (run.tokens.len() != 1).then(|| format!("it loads and writes nothing: {}", run.end))
        }
        (Some(said), Err(error)) => (error["data"]["kind"] != said).then(|| {
            format!("it is called {said}, and loading says {}: {}", error["data"]["kind"], error["message"])
        }),
        (None, Err(error)) => Some(format!("it is called supported, and loading says {error}")),
        (Some(said), Ok(_)) => Some(format!("it is called {said}, and loads")),
    }
}

fn check(paths: &[PathBuf]) {
    let cache = tempfile::tempdir().expect("a folder");
    let found: Vec<String> = paths
        .iter()
        .filter_map(|path| disagreement(path, cache.path()).map(|what| format!("{}: {what}", path.display())))
        .collect();
    assert!(found.is_empty(), "{} of {} disagree:\n{}", found.len(), paths.len(), found.join("\n"));
}

#[test]
fn what_is_said_of_a_fixture_is_what_loading_does() {
    let mut paths = Vec::new();
    models(&root().join("tests/fixtures/numbers"), &mut paths);
    assert!(paths.len() > 60, "{} fixtures", paths.len());
    let homes: Vec<_> = shapes::shapes().iter().map(|shape| shapes::folder(shape)).collect();
    paths.extend(homes.iter().map(|home| home.path().to_owned()));
    check(&paths);
}

#[test]
fn what_is_said_of_a_shared_case_is_what_loading_does() {
    let cases = root().join("../shared/cases");
    if !cases.is_dir() {
        println!("skipped: there is no {}", cases.display());
        return;
    }
    let mut paths = Vec::new();
    models(&cases, &mut paths);
    check(&paths);
}
