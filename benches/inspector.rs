//! What looking into a vocabulary costs: a key in the browser, neighbours, learning, reading.
//!
//! `make bench` runs it with the real worker, on files with random entries and rows of the sizes that large models have. Prints tables; asserts
//! nothing about time. Times are those that somebody waits who asks over the protocol, in ms, the median of several.

#[allow(dead_code, reason = "the tests use what a bench does not")]
#[path = "../tests/worker/client.rs"]
mod client;
#[path = "../tests/worker/large_files.rs"]
mod large_files;

use std::path::Path;
use std::time::Instant;

use serde_json::{json, Value};

use client::{starter, Worker};
use large_files::{megabyte, write, LARGE, ROWS, WIDTH};

const ROUNDS: usize = 9;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed().as_secs_f64() * 1e3)
}

fn ask(worker: &mut Worker, method: &str, params: Value) -> (Value, f64) {
    timed(|| worker.request(method, params).unwrap_or_else(|error| panic!("{method}: {error}")))
}

fn browser(folder: &Path) {
    let path = folder.join("large.gguf");
    write(&path, LARGE, None);
    let mut worker = Worker::spawn();
    let (_, open) = ask(&mut worker, "tokenizer/open", json!({"path": path}));
    let (overview, first) = ask(&mut worker, "vocabulary/overview", json!({}));
    println!(
        "\na vocabulary of {}: opened in {open:.0} ms, index and overview {first:.0} ms",
        overview["size"]
    );
    println!("{:>34} {:>10} {:>12}", "a key", "ms", "found");
    let mut search = |name: &str, find: Value, order: &str, least: Value| {
        let mut total = 0;
        let times = (0..ROUNDS).map(|round| {
            let query = |least: &Value| json!({"find": find, "kinds": [], "scripts": [], "least_characters": least, "most_characters": null,
                                               "leading_space": null, "word_beginning": null, "order": order, "offset": 0, "count": 100});
            // Another query in between, because the last result is kept.
            ask(&mut worker, "vocabulary/find", query(&json!(100 + round)));
            let (page, time) = ask(&mut worker, "vocabulary/find", query(&least));
            total = page["total"].as_u64().expect("a count");
            time
        });
        let time = median(times.collect());
        println!("{name:>34} {time:>10.1} {total:>12}");
    };
    let text =
        |text: &str, place: &str| json!({"by": "text", "text": text, "place": place, "ignore_case": true});
    search("everything, longest first", Value::Null, "longest", Value::Null);
    search("one letter, best first", text("e", "contains"), "best", Value::Null);
    search("two letters, best first", text("en", "contains"), "best", Value::Null);
    search("begins with two letters", text("th", "begins"), "best", Value::Null);
    search("a byte", json!({"by": "bytes", "bytes": "e5", "place": "contains"}), "id", Value::Null);
    search("an id", json!({"by": "id", "digits": "12"}), "best", Value::Null);
    search("one letter, 3 characters or more", text("a", "contains"), "shortest", json!(3));
    let times = (300..300 + ROUNDS).map(|id| ask(&mut worker, "vocabulary/entry", json!({"id": id})).1);
    println!("{:>34} {:>10.1}", "where an entry comes from", median(times.collect()));
}

fn neighbours(folder: &Path) {
    println!("\nneighbours among {ROWS} rows of {WIDTH}, and the worker's memory before and after in MiB");
    println!("{:>8} {:>12} {:>14} {:>10} {:>10}", "format", "ms", "hardly met, ms", "before", "after");
    for (name, kind) in [("Q8_0", 8), ("F16", 1)] {
        let path = folder.join("table.gguf");
        write(&path, ROWS, Some(kind));
        let mut worker = Worker::spawn();
        ask(&mut worker, "tokenizer/open", json!({"path": path}));
        ask(&mut worker, "vocabulary/overview", json!({}));
        let resident = |worker: &mut Worker| {
            let status = worker.request("worker/status", json!({})).expect("a status");
            status["resident_bytes"].as_u64().expect("a size") >> 20
        };
        let before = resident(&mut worker);
        let times = (0..ROUNDS).map(|round| {
            ask(&mut worker, "embeddings/neighbours", json!({"of": {"id": 1000 + round}, "count": 20})).1
        });
        let time = median(times.collect());
        let (_, met) = ask(&mut worker, "embeddings/hardly_met", json!({"count": 100}));
        println!("{name:>8} {time:>12.0} {met:>14.0} {before:>10} {:>10}", resident(&mut worker));
    }
}

fn training() {
    let mut worker = Worker::spawn();
    let text = megabyte();
    let (started, begin) = ask(&mut worker, "training/start", json!({"text": text, "sample": null}));
    let mut done = 0;
    let (_, rounds) = timed(|| {
        while done < 1000 {
            let params = json!({"training": started["training"], "from": done + 1, "count": 1000 - done});
            let told = worker.request("training/rounds", params).expect("rounds");
            let count = told["rounds"].as_array().expect("a list").len();
            assert!(count > 0, "the text has a thousand rounds");
            done += count;
        }
    });
    println!(
        "\nlearning {done} merges from {} bytes: {begin:.0} ms to count, {rounds:.0} ms to merge",
        text.len()
    );
}

fn reading() {
    let mut worker = Worker::with_model(&starter());
    let text = include_str!("../src-tauri/core/src/training/sample/english.txt");
    let cut = worker.request("text/tokenize", json!({"text": text})).expect("a cut");
    let ids: Vec<u64> =
        cut["ids"].as_array().expect("ids").iter().filter_map(Value::as_u64).take(1001).collect();
    let request = json!({"prompt_ids": ids[..1], "forced_ids": ids[1..], "max_tokens": ids.len() - 1, "end_at_eos": false, "alternatives": 10,
                         "sampling": {"temperature": 1, "top_p": 1}});
    let (read, time) = timed(|| worker.generate(request));
    println!(
        "\nreading {} tokens with the bundled model: {time:.0} ms, {}",
        read.tokens.len(),
        read.reason()
    );
}

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    browser(folder.path());
    neighbours(folder.path());
    training();
    reading();
}
