//! What looking into a vocabulary costs: a key in the browser, neighbours, learning, reading.
//!
//! `make bench` runs it with the real worker, on files with random entries and rows of the sizes that large models have. Prints tables; asserts
//! nothing about time. Times are those that somebody waits who asks over the protocol, in ms, the median of several.

// The tests use what a bench does not.
#[allow(dead_code)]
#[path = "../tests/worker/client.rs"]
mod client;

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use serde_json::{json, Value};

use client::{starter, Worker};

/// Entries of Gemma's vocabularies.
const LARGE: usize = 262_144;
/// Rows and width of Qwen3-0.6B's table.
const ROWS: usize = 151_936;
const WIDTH: usize = 1024;
const ROUNDS: usize = 9;

/// Numbers that only depend on the seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed().as_secs_f64() * 1e3)
}

/// The character of a byte in GPT-2's alphabet.
fn symbol(byte: u8) -> char {
    match byte {
        b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff => char::from(byte),
        0..=0x20 => char::from_u32(0x100 + u32::from(byte)).expect("a letter"),
        0x7f..=0xa0 => char::from_u32(0x121 + u32::from(byte) - 0x7f).expect("a letter"),
        0xad => '\u{143}',
    }
}

/// Tokens and merges: bytes, the words of the sample text, then pairs of what is there.
fn vocabulary(size: usize) -> (Vec<String>, Vec<String>) {
    let mut random = Random(11);
    let mut tokens: Vec<String> = (0..=255).map(|byte| symbol(byte).to_string()).collect();
    let (mut known, mut merges): (HashSet<String>, Vec<String>) =
        (tokens.iter().cloned().collect(), Vec::new());
    while tokens.len() < size {
        let (left, right) = (&tokens[random.below(tokens.len())], &tokens[random.below(tokens.len())]);
        let whole = format!("{left}{right}");
        if whole.chars().count() <= 16 && known.insert(whole.clone()) {
            merges.push(format!("{left} {right}"));
            tokens.push(whole);
        }
    }
    (tokens, merges)
}

fn string(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
}

fn strings(key: &str, items: &[String]) -> Vec<u8> {
    let mut entry = [string(key), 9u32.to_le_bytes().to_vec(), 8u32.to_le_bytes().to_vec()].concat();
    entry.extend((items.len() as u64).to_le_bytes());
    for item in items {
        entry.extend(string(item));
    }
    entry
}

/// A vocabulary, and a table of random rows in Q8_0 (8) or F16 (1), where there is to be one.
fn write(path: &Path, size: usize, table: Option<u32>) {
    let (tokens, merges) = vocabulary(size);
    let text = |key: &str, value: &str| [string(key), 8u32.to_le_bytes().to_vec(), string(value)].concat();
    let entries = [
        text("general.architecture", "qwen3"),
        text("tokenizer.ggml.model", "gpt2"),
        text("tokenizer.ggml.pre", "qwen2"),
        strings("tokenizer.ggml.tokens", &tokens),
        strings("tokenizer.ggml.merges", &merges),
    ];
    let mut header = [&b"GGUF"[..], &3u32.to_le_bytes(), &u64::from(table.is_some()).to_le_bytes()].concat();
    header.extend((entries.len() as u64).to_le_bytes());
    header.extend(entries.concat());
    if let Some(kind) = table {
        header.extend(string("token_embd.weight"));
        header.extend(2u32.to_le_bytes());
        header.extend((WIDTH as u64).to_le_bytes());
        header.extend((size as u64).to_le_bytes());
        header.extend(kind.to_le_bytes());
        header.extend(0u64.to_le_bytes());
    }
    header.resize(header.len().next_multiple_of(32), 0);
    let mut file = BufWriter::new(File::create(path).expect("a new file"));
    file.write_all(&header).expect("the disk takes it");
    let mut random = Random(13);
    // 0.001 and 0.01 in F16.
    let (scale, number) = (0x1419u16.to_le_bytes(), 0x211fu16);
    for _ in 0..table.map_or(0, |_| size * WIDTH / 32) {
        let bytes = match table {
            Some(8) => [&scale[..], &(0..32).map(|_| random.below(256) as u8).collect::<Vec<_>>()].concat(),
            _ => (0..32)
                .flat_map(|_| {
                    ((number + random.below(2048) as u16) | ((random.below(2) as u16) << 15)).to_le_bytes()
                })
                .collect(),
        };
        file.write_all(&bytes).expect("the disk takes it");
    }
    file.flush().expect("the disk takes it");
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
    // A megabyte with few repetitions: the sample's words in another order.
    let sample = [
        include_str!("../src-tauri/core/src/training/sample/english.txt"),
        include_str!("../src-tauri/core/src/training/sample/chinese.txt"),
    ]
    .concat();
    let sentences: Vec<&str> = sample.split_inclusive(['.', '。', '\n', '，', ',']).collect();
    let (mut random, mut text) = (Random(5), String::new());
    while text.len() < 1_000_000 {
        text.push_str(sentences[random.below(sentences.len())]);
    }
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
