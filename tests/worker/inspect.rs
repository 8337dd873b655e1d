//! Tokenizers looked into: by a worker without a model, and by one that has it.

use std::fs;

use serde_json::{json, Value};

use crate::client::{root, starter, Worker};

const TEXT: &str = "埃菲尔铁塔在法国的巴黎。The Eiffel Tower, 👨‍👩‍👧‍👦!";

/// A worker with the bundled tokenizer, and no weights.
fn opened() -> (Worker, Value) {
    let mut worker = Worker::spawn();
    let summary = worker.request("tokenizer/open", json!({"path": starter()})).expect("it opens");
    (worker, summary)
}

fn sum(row: &Value) -> u64 {
    row.as_array().expect("a row").iter().map(|number| number.as_u64().expect("a length")).sum()
}

#[test]
fn a_tokenizer_without_weights_answers_as_the_loaded_model_does() {
    let (mut alone, summary) = opened();
    let mut loaded = Worker::with_model(&starter());
    assert_eq!(alone.request("tokenizer/summary", json!({})).unwrap(), summary);
    let of_model = loaded.request("tokenizer/summary", json!({})).unwrap();
    assert_eq!(of_model, summary);
    assert_eq!(summary["kind"], "bpe");
    assert_eq!((&summary["byte_level"], &summary["byte_fallback"]), (&json!(true), &json!(true)));
    assert!(summary["has_chat_template"] == true && summary["merges"].as_u64().unwrap() > 100);

    let ids = loaded.request("text/tokenize", json!({"text": TEXT})).unwrap()["ids"].clone();
    let questions = [
        ("text/cut", json!({"text": TEXT, "rows": ["words", "characters", "tokens"]})),
        ("text/message", json!({"text": TEXT})),
        ("text/steps", json!({"text": TEXT})),
        ("text/guises", json!({"text": "Eiffel"})),
        ("text/from_ids", json!({"list": ids.to_string()})),
        ("vocabulary/pieces", json!({"ids": ids})),
    ];
    for (method, params) in questions {
        let answer = alone.request(method, params.clone()).expect(method);
        assert_eq!(loaded.request(method, params).expect(method), answer, "{method}");
        let bytes = TEXT.len() as u64;
        match method {
            "text/cut" => {
                assert_eq!(answer["tokens"]["ids"], ids);
                let rows = [&answer["words"], &answer["characters"], &answer["tokens"]["groups"]["bytes"]];
                assert_eq!(rows.map(sum), [bytes; 3]);
                assert_eq!(
                    sum(&answer["tokens"]["groups"]["tokens"]) as usize,
                    ids.as_array().unwrap().len()
                );
            }
            "text/message" => {
                let (start, end) =
                    (answer["content"][0].as_u64().unwrap(), answer["content"][1].as_u64().unwrap());
                let prompt = answer["text"].as_str().unwrap();
                assert_eq!(&prompt[start as usize..end as usize], TEXT);
                assert!(
                    start > 0 && (end as usize) < prompt.len(),
                    "the template adds something on both sides"
                );
                assert!(!answer["cut"]["special"].as_array().unwrap().is_empty());
            }
            "text/steps" => assert_eq!(answer["ids"], ids),
            "text/guises" => assert_eq!(answer["guises"][0]["kind"], "as_typed"),
            "text/from_ids" => {
                assert_eq!(answer["text"], TEXT);
                assert_eq!((&answer["round_trip"], &answer["problems"]), (&json!(true), &json!([])));
            }
            _ => assert_eq!(answer["pieces"].as_array().unwrap().len(), ids.as_array().unwrap().len()),
        }
    }
}

#[test]
fn what_is_wrong_is_said_by_name() {
    let mut empty = Worker::spawn();
    assert_eq!(empty.refusal("text/cut", json!({"text": "a", "rows": []})), "no_tokenizer");
    assert_eq!(empty.refusal("tokenizer/open", json!({"path": "/nowhere/tokenizer.json"})), "not_found");

    let (mut worker, _) = opened();
    assert_eq!(worker.refusal("tokenizer/open", json!({"path": starter()})), "busy");
    assert_eq!(worker.refusal("text/steps", json!({"text": "a".repeat(5000)})), "invalid_params");
    assert_eq!(worker.refusal("vocabulary/pieces", json!({"ids": vec![1; 10_001]})), "invalid_params");
    let wrong = worker.request("text/from_ids", json!({"list": "[1, 999999999, x]"})).unwrap();
    let problems = wrong["problems"].as_array().unwrap();
    assert_eq!((&problems[0]["index"], &problems[0]["problem"]), (&json!(1), &json!("not_in_vocabulary")));
    assert_eq!((&problems[1]["given"], &problems[1]["problem"]), (&json!("x"), &json!("no_number")));

    let mut plain = Worker::spawn();
    let vocabulary = root().join("tests/fixtures/tokenizers/unigram-plain.model");
    let summary = plain.request("tokenizer/open", json!({"path": vocabulary})).expect("it opens");
    assert_eq!((&summary["kind"], &summary["has_chat_template"]), (&json!("unigram"), &json!(false)));
    assert_eq!(plain.refusal("text/message", json!({"text": "a"})), "no_template");
    assert_eq!(Worker::with_model(&starter()).refusal("tokenizer/open", json!({"path": vocabulary})), "busy");
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_with_a_tokenizer_reads_nothing_but_what_describes_it() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    let folder = root().join("tests/fixtures/numbers/llama/folder");
    for name in ["tokenizer.json", "tokenizer_config.json", "config.json"] {
        fs::copy(folder.join(name), at(name)).unwrap();
    }
    fs::copy(starter(), at("model.gguf")).unwrap();
    fs::write(at("letter.txt"), "a secret").unwrap();
    let mut worker = Worker::spawn();
    let status = worker.request("worker/status", json!({})).unwrap();
    if status["sandbox"]["landlock"] == "none" {
        println!("skipped: this kernel has no Landlock");
        return;
    }
    worker.request("tokenizer/open", json!({"path": at("tokenizer.json")})).expect("it opens");
    worker.request("text/cut", json!({"text": "a", "rows": ["tokens", "words"]})).expect("it cuts");
    for other in ["model.gguf", "letter.txt"] {
        assert_eq!(worker.refusal("model/inspect", json!({"path": at(other)})), "sandboxed", "{other}");
    }
    assert_eq!(worker.refusal("model/load", json!({"path": at("model.gguf")})), "sandboxed");
}
