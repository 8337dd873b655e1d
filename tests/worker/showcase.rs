//! The exhibit of the first screen (`ui/src/components/models/showcase.json`) is what the bundled model really writes.
//!
//! Processors add up in different orders, so a stored answer is held against the model by forcing its tokens: each has
//! the probability that is shown, within what rounding does, and the first candidates are the same.

use std::collections::BTreeMap;

use serde_json::{json, Value};

use crate::client::{root, Worker};

/// Set to 1 to write the file instead of comparing it (`make showcase`).
const WRITE: &str = "VITRINE_WRITE_SHOWCASE";
const FILE: &str = "ui/src/components/models/showcase.json";

/// What is asked in each language, and with which draw: an answer that reads well, and is unsure somewhere.
const EXHIBITS: [(&str, &str, u64); 2] = [("en", "Tell me a little story.", 1), ("zh-CN", "讲一个小故事", 5)];
/// Two sentences are shown, and have come by then.
const LONGEST: u32 = 60;
const SENTENCES: usize = 2;
/// Candidates that are kept of every token.
const KEPT: usize = 6;
/// Shares and bits may differ by this much from processor to processor.
const TOLERANCE: f64 = 0.03;

fn question(text: &str) -> Value {
    json!([{"role": "user", "content": text}])
}

/// As much of a record as the exhibit shows.
fn slim(record: &Value) -> Value {
    let mut record = record.clone();
    let alternatives = record["alternatives"].as_array().expect("alternatives").iter().take(KEPT);
    record["alternatives"] = alternatives.cloned().collect();
    record["micros"] = json!(0);
    let fields = record.as_object_mut().expect("an object");
    fields.remove("generation");
    record
}

fn written(worker: &mut Worker, asked: &str, seed: u64) -> Value {
    let answer = worker.generate(json!({
        "messages": question(asked),
        "sampling": {"seed": seed},
        "max_tokens": LONGEST,
        "alternatives": KEPT,
    }));
    let ends_sentence =
        |at: &usize| answer.tokens[*at]["text"].as_str().is_some_and(|text| text.ends_with(['.', '。']));
    let end = (0..answer.tokens.len()).filter(ends_sentence).nth(SENTENCES - 1).expect("two sentences");
    let records: Vec<Value> = answer.tokens[..=end].iter().map(slim).collect();
    let entropy = |record: &Value| record["entropy"].as_f64().expect("a number");
    let open = (0..records.len()).max_by(|a, b| entropy(&records[*a]).total_cmp(&entropy(&records[*b])));
    json!({"question": asked, "seed": seed, "records": records, "open": open.expect("a token")})
}

#[test]
fn the_exhibit_of_the_first_screen_is_what_the_bundled_model_writes() {
    let mut worker = Worker::with_starter();
    let path = root().join(FILE);
    if std::env::var(WRITE).is_ok_and(|value| value == "1") {
        let all: BTreeMap<&str, Value> = EXHIBITS
            .into_iter()
            .map(|(language, asked, seed)| (language, written(&mut worker, asked, seed)))
            .collect();
        std::fs::write(path, format!("{}\n", json!(all))).expect("the file is written");
        return;
    }
    let kept: Value = serde_json::from_slice(&std::fs::read(path).expect("the file is there")).expect("JSON");
    for (language, asked, _) in EXHIBITS {
        let exhibit = &kept[language];
        assert_eq!(exhibit["question"], json!(asked), "{language}: write it anew with {WRITE}=1");
        let records = exhibit["records"].as_array().expect("records");
        let ids: Vec<u64> = records.iter().map(|record| record["id"].as_u64().expect("an id")).collect();
        assert!(ids.len() > 8, "{language}: an answer");
        let forced = worker.generate(json!({
            "messages": question(asked),
            "forced_ids": ids,
            "max_tokens": ids.len(),
            "alternatives": KEPT,
        }));
        for (shown, real) in records.iter().zip(&forced.tokens) {
            let place = format!("{language}, token {}", shown["position"]);
            assert_eq!(
                (&shown["id"], &shown["bytes"], &shown["text"]),
                (&real["id"], &real["bytes"], &real["text"]),
                "{place}"
            );
            let number = |record: &Value, name: &str| record[name].as_f64().expect("a number");
            assert!(
                (number(shown, "probability") - number(real, "probability")).abs() < TOLERANCE,
                "{place}: {} is shown, the model says {}; write it anew with {WRITE}=1",
                shown["probability"],
                real["probability"]
            );
            let best =
                |record: &Value| (record["alternatives"][0]["probability"].as_f64()).expect("a number");
            assert!((best(shown) - best(real)).abs() < TOLERANCE, "{place}");
        }
    }
}
