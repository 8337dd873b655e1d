//! The bundled model gives the same ids here as with llama.cpp on the same file.
//!
//! `tests/fixtures/starter-greedy.json` says how they were made (`training/reference_ids.py`).

use std::fs;

use serde_json::{json, Value};

use crate::client::{root, starter, Worker};

fn fixture() -> Value {
    let text = fs::read_to_string(root().join("tests/fixtures/starter-greedy.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn greedy_answers_have_the_ids_of_llama_cpp() {
    let fixture = fixture();
    let mut worker = Worker::with_starter();
    let cases = fixture["cases"].as_array().unwrap();
    assert!(cases.len() >= 4);
    for case in cases {
        let question = &case["messages"];
        let rendered = worker.request("chat/render", json!({"messages": question})).unwrap();
        assert_eq!(rendered["text"], case["prompt_text"], "{question}");
        assert_eq!(rendered["ids"], case["prompt_ids"], "{question}");

        let answer = worker.generate(json!({
            "messages": question, "sampling": {"temperature": 0}, "max_tokens": fixture["limit"],
        }));
        let mut expected: Vec<u64> =
            case["ids"].as_array().unwrap().iter().map(|id| id.as_u64().unwrap()).collect();
        if case["ended"] == true {
            expected.push(fixture["eos_id"].as_u64().unwrap());
            assert_eq!(answer.reason(), "end_token", "{question}");
        }
        assert_eq!(answer.ids(), expected, "{question}: {:?} for {}", answer.text(), case["text"]);
    }
}

#[test]
fn the_lesson_of_the_eiffel_tower_is_answered() {
    let mut worker = Worker::with_starter();
    for (question, country) in
        [("埃菲尔铁塔在哪个国家？", "法国"), ("Which country is the Eiffel Tower in?", "France")]
    {
        let messages = json!([{"role": "user", "content": question}]);
        let answer = worker.generate(json!({"messages": messages, "sampling": {"temperature": 0}}));
        assert!(answer.text().contains(country), "{question}: {}", answer.text());
        assert_eq!(answer.reason(), "end_token");
    }
}

/// A model that was replaced without its reference would be compared with another model's answers.
#[test]
fn the_reference_was_made_from_this_file() {
    let output = std::process::Command::new("sha256sum").arg(starter()).output();
    let Ok(output) = output else {
        println!("skipped: no sha256sum on this machine");
        return;
    };
    let sum = String::from_utf8_lossy(&output.stdout);
    assert_eq!(sum.split_whitespace().next(), fixture()["gguf_sha256"].as_str());
}
