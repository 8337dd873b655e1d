//! What was dropped on the window, or named on the command line: a model, or conversations of this app or another one.
//! Decided by what is in it.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::history::transfer::holds_conversations;
use crate::library;

/// How a GGUF file begins.
const GGUF: &[u8; 4] = b"GGUF";
/// Endings of weights in a model's folder.
const WEIGHTS: [&str; 2] = ["safetensors", "gguf"];

/// What is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// Or what can't be told: as a model, since that says what it is not.
    Model(PathBuf),
    Conversations(Vec<PathBuf>),
}

/// Decides. The first path says which of both it is. `None` where nothing was named. Reads files.
pub fn decide(paths: Vec<PathBuf>) -> Option<Opened> {
    let first = paths.first()?.clone();
    if is_model(&first) {
        return Some(Opened::Model(first));
    }
    let held: Vec<PathBuf> =
        paths.into_iter().filter(|path| !is_model(path) && holds_conversations(path)).collect();
    Some(match held.is_empty() {
        true => Opened::Model(first),
        false => Opened::Conversations(held),
    })
}

/// A model, a folder with one, or one that is damaged.
fn is_model(path: &Path) -> bool {
    if path.is_dir() {
        let has_weights = |folder: &Path| {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| entry.path()).any(|path| is_weights(&path))
        };
        return has_weights(path) || !library::models_inside(path).is_empty();
    }
    let mut head = [0; 4];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    is_weights(path) || (read.is_ok() && &head == GGUF)
}

fn is_weights(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    extension.is_some_and(|extension| WEIGHTS.contains(&extension.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_says_whether_it_is_a_model_or_conversations() {
        let disk = tempfile::tempdir().expect("a temporary folder");
        let put = |name: &str, content: &str| {
            let path = disk.path().join(name);
            std::fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            std::fs::write(&path, content).expect("written");
            path
        };
        let chat = r#"[{"title":"天空","mapping":{"a":{"id":"a","parent":null,"message":{"author":{"role":"user"},
            "content":{"content_type":"text","parts":["为什么？"]}}}}}]"#;
        let model = put("named.json", "GGUF and more");
        let conversations = put("named.gguf.bak", chat);
        let folder = put("出口/conversations.json", chat).parent().expect("it has one").to_owned();
        put("模型/config.json", "{}");
        let weights = put("模型/model.safetensors", "x");
        let shelf = disk.path().join("模型");
        let text = put("notes.txt", "just a text");
        let settings = put("settings.json", r#"{"theme":"dark"}"#);
        let decided = |paths: &[&PathBuf]| decide(paths.iter().map(|path| (*path).clone()).collect());
        let as_model = |path: &PathBuf| Some(Opened::Model(path.clone()));
        assert_eq!(decided(&[]), None);
        for path in [&model, &shelf, &weights, &text, &settings, &disk.path().join("gone")] {
            assert_eq!(decided(&[path]), as_model(path));
        }
        assert_eq!(decided(&[&model, &conversations]), as_model(&model));
        assert_eq!(
            decided(&[&conversations, &text, &model, &folder]),
            Some(Opened::Conversations(vec![conversations, folder]))
        );
    }
}
