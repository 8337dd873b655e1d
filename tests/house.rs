//! The rules of the house that the compiler can't keep (ARCHITECTURE.md, "Rules").

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below `folder` with one of these extensions, build output left out.
fn files(folder: &str, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                if !path.ends_with("node_modules") && !path.ends_with("dist") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|e| extensions.iter().any(|wanted| e == *wanted)) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no files in {folder}");
    found
}

/// Lines with code (no line comments) that contain one of the words.
fn lines_with(path: &Path, words: &[&str]) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .filter(|line| words.iter().any(|word| line.contains(word)))
        .map(|line| format!("{}: {}", path.strip_prefix(root()).unwrap().display(), line.trim()))
        .collect()
}

fn offenders(files: Vec<PathBuf>, allowed: &[&str], words: &[&str]) -> Vec<String> {
    files
        .iter()
        .filter(|path| {
            let inside = path.strip_prefix(root()).unwrap();
            !allowed.iter().any(|allowed| inside.starts_with(allowed))
        })
        .flat_map(|path| lines_with(path, words))
        .collect()
}

#[test]
fn tauri_stays_in_main_lib_and_commands() {
    let allowed = ["src-tauri/main.rs", "src-tauri/lib.rs", "src-tauri/build.rs", "src-tauri/commands"];
    let found = offenders(files("src-tauri", &["rs"]), &allowed, &["tauri::", "use tauri"]);
    assert!(found.is_empty(), "tauri outside its rooms:\n{}", found.join("\n"));
}

#[test]
fn mistralrs_stays_in_the_worker() {
    let found =
        offenders(files("src-tauri", &["rs"]), &["src-tauri/worker"], &["mistralrs::", "candle_core::"]);
    assert!(found.is_empty(), "the engine outside the worker:\n{}", found.join("\n"));
    for manifest in [
        "Cargo.toml",
        "src-tauri/core/Cargo.toml",
        "src-tauri/data/Cargo.toml",
        "src-tauri/exchange/Cargo.toml",
    ] {
        let text = fs::read_to_string(root().join(manifest)).unwrap();
        // Profiles name it too.
        let mut depended_on = false;
        let named = text.lines().any(|line| {
            if line.starts_with('[') {
                depended_on = line.contains("dependencies");
            }
            depended_on && line.starts_with("mistralrs")
        });
        assert!(!named, "{manifest} depends on mistralrs");
    }
}

#[test]
fn one_file_of_the_ui_talks_to_the_host() {
    let found = offenders(files("ui/src", &["ts", "svelte"]), &["ui/src/client/tauri.ts"], &["@tauri-apps/"]);
    assert!(found.is_empty(), "@tauri-apps outside its room:\n{}", found.join("\n"));
}

#[test]
fn the_ui_never_injects_html_and_loads_nothing_from_outside() {
    let found = offenders(
        files("ui/src", &["ts", "svelte", "css"]),
        &[],
        &["{@html", "innerHTML", "@import url(http", "src=\"http"],
    );
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// WebKitGTK tells a screen reader of a button with it as a combo box (docs/accessibility.md).
#[test]
fn no_button_is_told_as_a_combo_box() {
    let found = offenders(files("ui/src", &["svelte"]), &[], &["aria-haspopup=", "'aria-haspopup'"]);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn both_languages_have_the_same_sentences() {
    let keys = |language: &str| -> Vec<String> {
        let text = fs::read_to_string(root().join(format!("ui/messages/{language}.json"))).unwrap();
        let messages: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
        let mut keys: Vec<String> = messages.keys().cloned().collect();
        keys.sort();
        keys
    };
    assert!(keys("en").len() > 50);
    assert_eq!(keys("en"), keys("zh-CN"));
}

/// The versions of one package in a lock file of cargo.
fn locked_crates(name: &str) -> Vec<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let heading = format!("name = \"{name}\"");
    let lines: Vec<&str> = lock.lines().collect();
    let version =
        |pair: &[&str]| (pair[0] == heading).then(|| pair[1].replace("version = ", "").replace('"', ""));
    lines.windows(2).filter_map(version).collect()
}

#[test]
fn diagnostics_name_the_engine_that_is_built_in() {
    let text = fs::read_to_string(root().join("src-tauri/support/diagnostics.rs")).unwrap();
    let candle =
        locked_crates("candle-core").into_iter().find(|version| version.starts_with("0.11")).unwrap();
    let engine = format!("\"mistral.rs {}, candle {candle}\"", locked_crates("mistralrs")[0]);
    assert!(text.contains(&engine), "diagnostics do not name {engine}");
}

/// The worker relies on how mistral.rs keys its prefix cache, grows its KV cache and writes UQFF, and on how candle
/// orders packed weights; the interface calls a private function of KaTeX. None of these is promised by a version number.
#[test]
fn what_was_proved_against_one_version_still_has_that_version() {
    let prove =
        "changed: prove again (tests/worker: numbers, reuse, in_file; make bench), then change this test";
    for name in ["mistralrs", "mistralrs-core", "mistralrs-quant"] {
        assert_eq!(locked_crates(name), ["0.8.1"], "the version of {name} {prove}");
    }
    assert!(locked_crates("candle-core").contains(&"0.11.1".into()), "the version of candle-core {prove}");
    let lock = fs::read_to_string(root().join("ui/package-lock.json")).unwrap();
    let lock: serde_json::Value = serde_json::from_str(&lock).unwrap();
    let katex = lock["packages"]["node_modules/katex"]["version"].as_str().unwrap();
    let renders = "ui/src/components/markdown/katex.ts calls its private __renderToDomTree";
    assert!(katex.starts_with("0.16."), "katex is {katex}: {renders}; prove again, then change this test");
}
