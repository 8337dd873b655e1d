//! What a turn costs late in a long conversation, what a stop takes, and what goes on meanwhile.
//!
//! `make bench` runs it with the real worker on a random model of moderate size. Prints a table; asserts nothing.

#[path = "../tests/worker/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "../tests/worker/random_model.rs"]
#[allow(dead_code)]
mod random_model;

use std::time::{Duration, Instant};

use serde_json::{json, Value};

use client::{starter, Generated, Worker};
use random_model::{Random, Shape};

/// About 100 million parameters: as many as fit into a short bench, in the proportions of larger ones.
const SHAPE: Shape = Shape {
    layers: 12,
    embedding: 768,
    feed_forward: 2304,
    heads: 12,
    kv_heads: 4,
    head_size: 64,
    context: 4096,
};
/// Tokens of the long conversation, and its turns.
const CONVERSATION: usize = 2000;
const TURNS: usize = 9;
/// Every number is the median of so many.
const ROUNDS: usize = 5;

fn ask(worker: &mut Worker, prompt: &[u32], answer: usize) -> Generated {
    worker.generate(json!({
        "prompt_ids": prompt, "max_tokens": answer, "end_at_eos": false, "alternatives": 10,
        "sampling": {"temperature": 0},
    }))
}

fn first_token(generated: &Generated) -> f64 {
    generated.end["first_token_ms"].as_f64().expect("it was measured")
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Nothing is kept after this that another prompt begins with.
fn forget(worker: &mut Worker) {
    ask(worker, &[11, 12, 13], 1);
}

/// Nine turns that add up to the long conversation; gives its tokens.
fn converse(worker: &mut Worker, random: &mut Random) -> Vec<u32> {
    let mut all = Vec::new();
    for _ in 0..TURNS {
        all.extend(random.ids(CONVERSATION / TURNS - 20));
        let answer = ask(worker, &all, 20);
        all.extend(answer.ids().iter().map(|id| *id as u32));
    }
    all
}

fn turns(worker: &mut Worker, random: &mut Random) {
    println!("\ntime to the first token, in ms (median of {ROUNDS})");
    println!(
        "{:>10} {:>14} {:>14} {:>7} {:>14}",
        "new tokens", "empty before", "turn 10", "ratio", "from scratch"
    );
    for new in [8, 32, 128] {
        let (mut empty, mut late, mut scratch) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            forget(worker);
            let question = random.ids(new);
            empty.push(first_token(&ask(worker, &question, 2)));
            let mut all = converse(worker, random);
            all.extend(question);
            let answer = ask(worker, &all, 2);
            assert!(answer.end["reused_tokens"].as_u64().unwrap() as usize >= all.len() - new - 1);
            late.push(first_token(&answer));
            if round == 0 {
                forget(worker);
                scratch.push(first_token(&ask(worker, &all, 2)));
            }
        }
        let (empty, late, scratch) = (median(empty), median(late), median(scratch));
        println!("{new:>10} {empty:>14.1} {late:>14.1} {:>7.2} {scratch:>14.1}", late / empty);
    }
}

fn forks(worker: &mut Worker, random: &mut Random) {
    let all = converse(worker, random);
    let again = ask(worker, &all, 2);
    let same = ask(worker, &all, 2);
    let mut fork = all[..all.len() - 100].to_vec();
    fork.extend(random.ids(1));
    let other = ask(worker, &fork, 2);
    println!("\nin a conversation of {} tokens, first token after ms (tokens reused)", all.len());
    for (what, generated) in [("go on", again), ("the same again", same), ("a fork 100 tokens back", other)] {
        println!("{what:>24} {:>9.1} ({})", first_token(&generated), generated.end["reused_tokens"]);
    }
}

fn speeds(worker: &mut Worker, random: &mut Random) {
    forget(worker);
    let prompt = random.ids(512);
    let generated = ask(worker, &prompt, 64);
    let decode = generated.end["decode_ms"].as_f64().unwrap();
    println!("\nprefill of 512 tokens: {:.0} tokens/s", 512e3 / first_token(&generated));
    println!("decode after 512 tokens: {:.0} tokens/s", 63e3 / decode);
    // Each new token decoded by itself, as it would have to be without batches on top of what is kept.
    let forced = random.ids(128);
    let each = worker.generate(json!({"prompt_ids": prompt, "forced_ids": forced, "max_tokens": 128}));
    println!("128 tokens one by one: {:.0} ms", each.end["decode_ms"].as_f64().unwrap());
    for alternatives in [10, 512] {
        let wide = worker.generate(json!({
            "prompt_ids": prompt, "forced_ids": forced, "max_tokens": 64, "alternatives": alternatives,
        }));
        println!(
            "decode with {alternatives} alternatives: {:.2} ms a token",
            wide.end["decode_ms"].as_f64().unwrap() / 63.0
        );
    }
}

/// Sends a request and waits for its answer.
fn timed(worker: &mut Worker, method: &str, params: Value) -> Duration {
    let start = Instant::now();
    worker.request(method, params).expect("an answer");
    start.elapsed()
}

fn stops(worker: &mut Worker, random: &mut Random) {
    let (mut ends, mut free) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS as u64 {
        forget(worker);
        let started = worker
            .request("generate/start", json!({"prompt_ids": random.ids(3500), "max_tokens": 4}))
            .unwrap();
        std::thread::sleep(Duration::from_millis(300 + 150 * round));
        let start = Instant::now();
        worker.request("generate/stop", json!({})).unwrap();
        assert_eq!(worker.finish(started).reason(), "stopped");
        ends.push(start.elapsed().as_secs_f64() * 1e3);
        let start = Instant::now();
        ask(worker, &random.ids(8), 1);
        free.push(start.elapsed().as_secs_f64() * 1e3);
    }
    println!(
        "\nstop while a prompt of 3500 tokens is read: told after {:.1} ms (at most {:.1})",
        median(ends.clone()),
        ends.iter().copied().fold(0.0, f64::max)
    );
    println!(
        "the next answer's first token then: {:.0} ms (at most {:.0})",
        median(free.clone()),
        free.iter().copied().fold(0.0, f64::max)
    );
}

fn tokenizing(worker: &mut Worker, random: &mut Random) {
    let sentence = "埃菲尔铁塔在哪个国家？ The tower stands in Paris, on the Champ de Mars. 12,345 ";
    let text: String = sentence.chars().cycle().take(4000).collect();
    for busy in [false, true] {
        let started = busy.then(|| {
            let params = json!({"prompt_ids": random.ids(300), "end_at_eos": false, "max_tokens": 2000});
            let started = worker.request("generate/start", params).unwrap();
            while worker.notification().0 != "generate/token" {}
            started
        });
        let times = (0..15)
            .map(|_| timed(worker, "text/tokenize", json!({"text": text})).as_secs_f64() * 1e3)
            .collect::<Vec<_>>();
        let most = times.iter().copied().fold(0.0, f64::max);
        println!(
            "cutting 4000 characters, {}: {:.1} ms (at most {most:.1})",
            if busy { "while writing" } else { "idle" },
            median(times)
        );
        if let Some(started) = started {
            worker.request("generate/stop", json!({})).unwrap();
            worker.finish(started);
        }
    }
}

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("random.gguf");
    random_model::write(&path, &starter(), SHAPE);
    let mut worker = Worker::spawn();
    let loaded = worker.request("model/load", json!({"path": path})).expect("it loads");
    worker.notifications.clear();
    println!("{SHAPE:?}, {} MB", loaded["info"]["file_size"].as_u64().unwrap() / 1_000_000);
    let mut random = Random(7);
    speeds(&mut worker, &mut random);
    turns(&mut worker, &mut random);
    forks(&mut worker, &mut random);
    stops(&mut worker, &mut random);
    tokenizing(&mut worker, &mut random);
    let status = worker.request("worker/status", json!({})).unwrap();
    println!("\n{status}");
}
