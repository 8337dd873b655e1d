//! Entries, their rows and where a vocabulary comes from, asked of the real worker.

use std::time::Instant;

use serde_json::{json, Value};

use crate::client::{root, starter, Worker};

fn opened(path: &std::path::Path) -> Worker {
    let mut worker = Worker::spawn();
    worker.request("tokenizer/open", json!({"path": path})).expect("it opens");
    worker
}

fn query(change: Value) -> Value {
    let mut query = json!({"find": null, "kinds": [], "scripts": [], "least_characters": null, "most_characters": null,
                           "leading_space": null, "word_beginning": null, "order": "id", "offset": 0, "count": 20});
    for (key, value) in change.as_object().expect("an object") {
        query[key] = value.clone();
    }
    query
}

fn text(entry: &Value) -> &str {
    entry["text"].as_str().unwrap_or_default()
}

#[test]
fn the_loaded_model_and_the_opened_file_have_the_same_entries() {
    let (mut loaded, mut opened) = (Worker::with_starter(), opened(&starter()));
    let overviews = [&mut loaded, &mut opened]
        .map(|it| it.request("vocabulary/overview", json!({})).expect("an overview"));
    assert_eq!(overviews[0], overviews[1]);
    assert!(
        overviews[0]["size"].as_u64() > Some(1000) && overviews[0]["embeddings"]["width"].as_u64() > Some(10)
    );
    let find = query(
        json!({"find": {"by": "text", "text": "国", "place": "contains", "ignore_case": false}, "order": "best"}),
    );
    let pages =
        [&mut loaded, &mut opened].map(|it| it.request("vocabulary/find", find.clone()).expect("a page"));
    assert_eq!(pages[0], pages[1]);
    assert_eq!(text(&pages[0]["entries"][0]), "国");
    let id = pages[0]["entries"][0]["id"].clone();
    let origin = loaded.request("vocabulary/entry", json!({"id": id})).expect("an entry");
    assert_eq!(origin["entry"], pages[0]["entries"][0]);
    assert_eq!(loaded.refusal("vocabulary/entry", json!({"id": 99_999_999})), "invalid_params");
    assert_eq!(loaded.refusal("vocabulary/find", query(json!({"count": 1001}))), "invalid_params");
    assert_eq!(Worker::spawn().refusal("vocabulary/overview", json!({})), "no_tokenizer");
}

/// With the model in memory and without, packed and plain, from a file and a folder.
#[test]
fn neighbours_are_found_in_the_file() {
    for model in [
        "llama/folder",
        "llama/q8_0.gguf",
        "llama/f16.gguf",
        "llama-q4_1/model.gguf",
        "llama-iq4_nl/model.gguf",
        "gemma3/folder",
    ] {
        let path = root().join("tests/fixtures/numbers").join(model);
        if !path.exists() {
            panic!("{} is missing", path.display());
        }
        let mut worker = opened(&path);
        let overview = worker.request("vocabulary/overview", json!({})).expect("an overview");
        let rows = overview["embeddings"]["rows"].as_u64().unwrap_or_else(|| panic!("{model}: {overview}"));
        assert!(rows > 100, "{model}");
        let near = worker
            .request("embeddings/neighbours", json!({"of": {"id": 70}, "count": 5}))
            .expect("neighbours");
        let found = near["neighbours"].as_array().expect("a list");
        assert_eq!(found.len(), 5, "{model}");
        let cosines: Vec<f64> = found.iter().map(|it| it["cosine"].as_f64().expect("a number")).collect();
        assert!(
            cosines.windows(2).all(|pair| pair[0] >= pair[1]) && cosines[0] < 1.0,
            "{model}: {cosines:?}"
        );
        assert!(found.iter().all(|it| it["entry"]["id"] != 70));
    }
    let alone = root().join("tests/fixtures/numbers/llama/folder/tokenizer.json");
    let mut worker = opened(&alone);
    assert_eq!(
        worker.refusal("embeddings/neighbours", json!({"of": {"id": 70}, "count": 5})),
        "no_embeddings"
    );
}

/// What the bundled model knows, it has in its table, too.
#[test]
fn words_that_belong_together_lie_together() {
    let mut worker = opened(&starter());
    let odd = worker
        .request("embeddings/odd_one_out", json!({"words": ["red", "blue", "green", "seven"]}))
        .expect("an answer");
    assert_eq!(odd["odd"], 3, "{odd}");
    assert_eq!(odd["cosines"].as_array().map(Vec::len), Some(4));
    for words in [json!(["a", "b"]), json!(["a", "b", " "]), json!(vec!["a"; 9])] {
        assert_eq!(worker.refusal("embeddings/odd_one_out", json!({"words": words})), "invalid_params");
    }
    let near = worker
        .request("embeddings/neighbours", json!({"of": {"text": "red"}, "count": 10}))
        .expect("neighbours");
    let colours = [
        "blue", "green", "yellow", "white", "black", "brown", "orange", "purple", "pink", "grey", "红",
        "红色", "Red",
    ];
    let found: Vec<&str> =
        near["neighbours"].as_array().expect("a list").iter().map(|it| text(&it["entry"]).trim()).collect();
    assert!(found.iter().filter(|word| colours.contains(word)).count() >= 3, "{found:?}");
    assert_eq!(worker.refusal("embeddings/neighbours", json!({"of": {}, "count": 5})), "invalid_params");
    assert_eq!(
        worker.refusal("embeddings/neighbours", json!({"of": {"text": "red"}, "count": 0})),
        "invalid_params"
    );
}

#[test]
fn pieces_that_training_hardly_met_are_told() {
    let mut worker = opened(&starter());
    let met = worker.request("embeddings/hardly_met", json!({"count": 50})).expect("an answer");
    assert_eq!(met["basis"], "unused", "{met}");
    // Bytes that UTF-8 never uses.
    assert!(met["known"].as_u64() >= Some(13));
    let candidates = met["candidates"].as_array().expect("a list");
    let values: Vec<f64> = candidates.iter().map(|it| it["value"].as_f64().expect("a number")).collect();
    assert!(values.windows(2).all(|pair| pair[0] <= pair[1]));
    assert!(values.iter().all(|value| Some(*value) <= met["threshold"].as_f64()));
    assert!(candidates.iter().all(|it| it["entry"]["kind"] == "text"));
    let rows: u64 =
        met["norms"].as_array().expect("bins").iter().filter_map(|bin| bin["count"].as_u64()).sum();
    let overview = worker.request("vocabulary/overview", json!({})).expect("an overview");
    assert_eq!(Some(rows), overview["embeddings"]["rows"].as_u64());
}

#[test]
fn a_vocabulary_is_learned_round_by_round() {
    let mut worker = Worker::spawn();
    assert_eq!(worker.refusal("training/start", json!({"text": " ", "sample": null})), "invalid_params");
    assert_eq!(worker.refusal("training/start", json!({"text": null, "sample": null})), "invalid_params");
    let long = "天空 ".repeat(700_000);
    assert_eq!(worker.refusal("training/start", json!({"text": long, "sample": null})), "text_too_long");
    let started =
        worker.request("training/start", json!({"text": null, "sample": "both"})).expect("it begins");
    let training = started["training"].clone();
    assert_eq!(started["tokens"], started["text_bytes"]);
    let rounds = |worker: &mut Worker, from: usize, count: usize| {
        let params = json!({"training": training, "from": from, "count": count});
        worker.request("training/rounds", params).expect("rounds")["rounds"]
            .as_array()
            .expect("a list")
            .clone()
    };
    let mut all = Vec::new();
    while all.len() < 300 {
        let next = rounds(&mut worker, all.len() + 1, 300 - all.len());
        assert!(!next.is_empty());
        all.extend(next);
    }
    assert_eq!(rounds(&mut worker, 100, 3), all[99..102]);
    let ask = |from: usize| json!({"training": training, "from": from, "count": 1});
    assert_eq!(worker.refusal("training/rounds", ask(0)), "invalid_params");
    assert_eq!(worker.refusal("training/rounds", ask(302)), "invalid_params");
    let text = "埃菲尔铁塔在法国的巴黎。 The model reads a text.";
    let cut = |worker: &mut Worker, merges: usize| {
        worker
            .request("training/cut", json!({"training": training, "text": text, "merges": merges}))
            .expect("a cut")
    };
    let lengths = [0, 50, 300].map(|merges| cut(&mut worker, merges)["ids"].as_array().expect("ids").len());
    assert_eq!(lengths[0], text.len());
    assert!(lengths[0] > lengths[1] && lengths[1] > lengths[2], "{lengths:?}");
    let summary =
        worker.request("training/use", json!({"training": training, "merges": 300})).expect("it is used");
    assert_eq!((&summary["vocabulary_size"], &summary["path"]), (&all[299]["vocabulary_size"], &json!("")));
    let same = worker.request("text/cut", json!({"text": text, "rows": ["tokens"]})).expect("a cut");
    assert_eq!(same["tokens"], cut(&mut worker, 300));
    let overview = worker.request("vocabulary/overview", json!({})).expect("an overview");
    assert_eq!((&overview["size"], &overview["embeddings"]), (&summary["vocabulary_size"], &Value::Null));
    assert_eq!(
        worker.refusal("embeddings/neighbours", json!({"of": {"id": 1}, "count": 1})),
        "no_embeddings"
    );
    let again =
        worker.request("training/start", json!({"text": "abab", "sample": null})).expect("it begins anew");
    assert_ne!(again["training"], training);
    assert_eq!(worker.refusal("training/rounds", ask(1)), "invalid_params");
    let last = json!({"training": again["training"], "from": 1, "count": 9});
    let last = worker.request("training/rounds", last).expect("rounds");
    assert_eq!((last["rounds"].as_array().map(Vec::len), &last["more"]), (Some(1), &json!(false)));
}

/// A worker that learns, or looks at a tokenizer, reads nothing else.
#[cfg(target_os = "linux")]
#[test]
fn a_worker_that_learns_reads_no_file() {
    let mut worker = Worker::spawn();
    let status = worker.request("training/start", json!({"text": null, "sample": "english"}));
    status.expect("it begins");
    let sandbox = worker.request("worker/status", json!({})).expect("a status")["sandbox"].clone();
    if sandbox["landlock"] == "none" {
        eprintln!("this kernel has no Landlock");
        return;
    }
    assert_eq!(worker.refusal("model/inspect", json!({"path": starter()})), "sandboxed");
}

#[test]
fn a_key_in_a_large_vocabulary_is_answered_at_once() {
    let mut worker = opened(&starter());
    worker.request("vocabulary/overview", json!({})).expect("an overview");
    // The limit of the large one is measured by `make bench`; this one is small, and the machine may be busy.
    let start = Instant::now();
    for text in ["t", "th", "the", "国", "的"] {
        let find = json!({"find": {"by": "text", "text": text, "place": "contains", "ignore_case": true}, "order": "best"});
        worker.request("vocabulary/find", query(find)).expect("a page");
    }
    assert!(start.elapsed().as_millis() < 1000);
}
