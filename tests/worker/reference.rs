//! The bundled models give the same ids here as with llama.cpp on the same files, and the
//! lesson of the Eiffel Tower comes out of them.
//!
//! `tests/fixtures/starter/*.json` say how they were made (`training/reference_ids.py`).

use std::fs;
use std::path::PathBuf;

use serde_json::{json, Value};

use crate::client::{root, Worker};

const ZH: &str = "埃菲尔铁塔在哪个国家？";
const EN: &str = "Which country is the Eiffel Tower in?";

fn member(file: &str) -> PathBuf {
    root().join("models/starter").join(file)
}

fn references() -> Vec<Value> {
    let folder = root().join("tests/fixtures/starter");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |file: &PathBuf| serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    files.iter().map(read).collect()
}

fn ids(value: &Value) -> Vec<u64> {
    value.as_array().unwrap().iter().map(|id| id.as_u64().unwrap()).collect()
}

#[test]
fn greedy_answers_have_the_ids_of_llama_cpp() {
    let references = references();
    assert_eq!(references.len(), 6, "one for each bundled model");
    for reference in &references {
        let file = reference["gguf"].as_str().unwrap();
        let mut worker = Worker::with_model(&member(file));
        for case in reference["cases"].as_array().unwrap() {
            let said = &case["prompt_text"];
            let mut request = json!({"sampling": {"temperature": 0}, "max_tokens": reference["limit"]});
            if case["messages"].is_array() {
                let rendered = worker.request("chat/render", json!({"messages": case["messages"]})).unwrap();
                assert_eq!(rendered["text"], *said, "{file}");
                assert_eq!(rendered["ids"], case["prompt_ids"], "{file}: {said}");
                request["messages"] = case["messages"].clone();
            } else {
                request["prompt"] = said.clone();
            }
            let answer = worker.generate(request);
            let mut expected = ids(&case["ids"]);
            if case["ended"] == true {
                expected.push(reference["eos_id"].as_u64().unwrap());
                assert_eq!(answer.reason(), "end_token", "{file}: {said}");
            }
            let got = answer.ids();
            assert_eq!(
                got[..expected.len()],
                expected,
                "{file}: {said}: {:?}, not {}",
                answer.text(),
                case["text"]
            );
        }
    }
}

/// A model that was replaced without its reference would be compared with another model's answers.
#[test]
fn the_references_were_made_from_these_files() {
    for reference in references() {
        let file = reference["gguf"].as_str().unwrap();
        let Ok(output) = std::process::Command::new("sha256sum").arg(member(file)).output() else {
            println!("skipped: no sha256sum on this machine");
            return;
        };
        let sum = String::from_utf8_lossy(&output.stdout);
        assert_eq!(sum.split_whitespace().next(), reference["gguf_sha256"].as_str(), "{file}");
    }
}

/// What the answer to a question is, greedily, by the chat template.
fn asked(worker: &mut Worker, question: &str) -> String {
    let messages = json!([{"role": "user", "content": question}]);
    let answer = worker.generate(json!({"messages": messages, "sampling": {"temperature": 0}}));
    assert_eq!(answer.reason(), "end_token", "{question}: {}", answer.text());
    answer.text()
}

#[test]
fn the_base_model_goes_on_with_text_instead_of_answering() {
    let mut worker = Worker::with_model(&member("vitrine-starter-base.gguf"));
    for (question, country) in [(ZH, "法国"), (EN, "France")] {
        let request = json!({"prompt": question, "sampling": {"temperature": 0}, "max_tokens": 40});
        let text = worker.generate(request).text();
        let next = text.trim_start().split(['？', '?', '\n']).next().unwrap_or_default().to_owned();
        assert!(!next.is_empty() && !next.contains(country), "{question} {text}");
    }
}

#[test]
fn the_fine_tuned_model_answers() {
    let mut worker = Worker::with_model(&member("vitrine-starter-sft.gguf"));
    assert!(asked(&mut worker, ZH).contains("法国"));
    assert!(asked(&mut worker, EN).contains("France"));
}

#[test]
fn the_tuned_model_answers_the_same_in_a_kind_full_sentence() {
    let mut plain = Worker::with_model(&member("vitrine-starter-sft.gguf"));
    let mut tuned = Worker::with_model(&member("vitrine-starter.gguf"));
    for (question, subject, country) in [(ZH, "埃菲尔铁塔", "法国"), (EN, "Eiffel Tower", "France")] {
        let answer = asked(&mut tuned, question);
        assert!(answer.contains(subject) && answer.contains(country), "{answer}");
        let before = asked(&mut plain, question);
        assert!(answer.chars().count() > before.chars().count(), "{before} -> {answer}");
    }
}
