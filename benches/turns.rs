//! What a turn costs late in a long conversation, what a stop takes, and what goes on meanwhile.
//!
//! `make bench` runs it with the real worker on random models. Prints tables; asserts nothing about time. Besides the time that
//! passes there is the worker's processor time, which other programs disturb less.

#[path = "../tests/worker/client.rs"]
mod client;
#[path = "../tests/worker/random_ids.rs"]
mod random_ids;
#[path = "../tests/worker/random_model.rs"]
mod random_model;

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{json, Value};

use client::{root, starter, Generated, Worker};
use random_model::{Blocks, Random, Shape};

/// About 100 million parameters: as many as fit into a short bench, in the proportions of larger ones.
const SHAPE: Shape = Shape {
    layers: 12,
    embedding: 768,
    feed_forward: 2304,
    heads: 12,
    kv_heads: 4,
    head_size: 64,
    context: 4096,
    blocks: Blocks::Q8_0,
};
/// Four layers as wide as those of a model of 1.5 billion parameters (Qwen2.5's): a step takes a seventh of that model's time, and attention
/// has the same share in it.
const WIDE: Shape = Shape {
    layers: 4,
    embedding: 1536,
    feed_forward: 8960,
    heads: 12,
    kv_heads: 2,
    head_size: 128,
    context: 4096,
    blocks: Blocks::Q8_0,
};
/// Tokens of the long conversation, and its turns.
const CONVERSATION: usize = 2000;
const TURNS: usize = 9;
/// Every number is the median of so many.
const ROUNDS: usize = 5;

fn ask(worker: &mut Worker, prompt: &[u32], answer: usize) -> Generated {
    let generated = worker.generate(json!({
        "prompt_ids": prompt, "max_tokens": answer, "end_at_eos": false, "alternatives": 10,
        "sampling": {"temperature": 0},
    }));
    assert_eq!(generated.started["prompt_ids"], json!(prompt), "nothing is left out");
    generated
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

/// Processor time that the worker has used, in ms; 0 where the system does not tell.
fn processor_time(worker: &Worker) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", worker.child.id())).unwrap_or_default();
    // User and system time are fields 14 and 15, in hundredths of a second; the name in brackets may hold spaces.
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>()
        * 10.0
}

/// Asks for a first token; gives the time until it comes, and the processor time.
fn first(worker: &mut Worker, prompt: &[u32], reused: usize) -> (f64, f64) {
    let before = processor_time(worker);
    let answer = ask(worker, prompt, 1);
    assert!(answer.end["reused_tokens"].as_u64().expect("every end says it") as usize >= reused);
    (first_token(&answer), processor_time(worker) - before)
}

fn turns(worker: &mut Worker, random: &mut Random, questions: &[usize]) {
    println!("\ntime to the first token in ms, and the worker's processor time (medians of {ROUNDS})");
    println!(
        "{:>10} {:>18} {:>18} {:>14} {:>18}",
        "new tokens", "empty before", "turn 10", "ratio", "from scratch"
    );
    let all = converse(worker, random);
    let scratch = {
        forget(worker);
        first(worker, &all, 0)
    };
    for &new in questions {
        let (mut empty, mut late) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
        for _ in 0..ROUNDS {
            // Each question is a fork of the same conversation: all of it but the question is there.
            let question = random.ids(new);
            let turn = [all.as_slice(), &question].concat();
            let (waited, used) = first(worker, &turn, all.len() - 1);
            late[0].push(waited);
            late[1].push(used);
        }
        for _ in 0..ROUNDS {
            forget(worker);
            let (waited, used) = first(worker, &random.ids(new), 0);
            empty[0].push(waited);
            empty[1].push(used);
        }
        // What was forgotten is read again for the next line.
        first(worker, &all, 0);
        let ([empty, empty_used], [late, late_used]) = (empty.map(median), late.map(median));
        println!(
            "{new:>10} {:>18} {:>18} {:>14} {:>18}",
            format!("{empty:.0} ({empty_used:.0})"),
            format!("{late:.0} ({late_used:.0})"),
            format!("{:.2} ({:.2})", late / empty, late_used / empty_used),
            format!("{:.0} ({:.0})", scratch.0, scratch.1),
        );
    }
}

/// Waits until the worker has read its last answer again; gives the time.
fn let_it_read(worker: &mut Worker, tokens: usize) -> f64 {
    let start = Instant::now();
    while worker.request("worker/status", json!({})).expect("a status")["kept_tokens"] != json!(tokens) {
        std::thread::sleep(Duration::from_millis(5));
    }
    start.elapsed().as_secs_f64() * 1e3
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
    // The question after an answer of 100 tokens, before and after that was read again.
    for patient in [false, true] {
        let answer = ask(worker, &all, 101);
        let mut next = all.clone();
        next.extend(answer.ids().iter().map(|id| *id as u32));
        let wrote = answer.end["decode_ms"].as_f64().expect("it was measured");
        let read = patient.then(|| let_it_read(worker, next.len() - 1));
        next.extend(random.ids(8));
        let turn = ask(worker, &next, 1);
        println!(
            "{:>24} {:>9.1} ({}){}",
            if patient { "asked after a pause" } else { "asked at once" },
            first_token(&turn),
            turn.end["reused_tokens"],
            read.map_or_else(String::new, |read| format!(
                "; 100 tokens were written in {wrote:.0} ms and read again in {read:.0}"
            )),
        );
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

/// 4,000 characters in two languages, with numbers.
fn sample() -> String {
    let sentence = "埃菲尔铁塔在哪个国家？ The tower stands in Paris, on the Champ de Mars. 12,345 ";
    sentence.chars().cycle().take(4000).collect()
}

fn tokenizing(worker: &mut Worker, random: &mut Random) {
    let text = sample();
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

/// Cuts with a vocabulary of 152,000 tokens, where one is found; weights are not needed.
fn tokenizing_with_a_large_vocabulary() {
    let folder =
        std::env::var_os("VITRINE_FIXTURES").map_or_else(|| root().join("../shared/fixtures"), Into::into);
    let path = folder.join("vocab/ggml-vocab-qwen2.gguf");
    if !path.is_file() {
        println!("cutting with a large vocabulary: skipped, {} is not there", path.display());
        return;
    }
    let mut worker = Worker::spawn();
    let text = sample();
    let params = json!({"text": text, "tokenizer": path});
    let vocabulary = timed(&mut worker, "text/tokenize", params.clone());
    let times = (0..15)
        .map(|_| timed(&mut worker, "text/tokenize", params.clone()).as_secs_f64() * 1e3)
        .collect::<Vec<_>>();
    let most = times.iter().copied().fold(0.0, f64::max);
    println!(
        "cutting 4000 characters with Qwen2's vocabulary of 151,936: {:.1} ms (at most {most:.1}); reading it: {:.0} ms",
        median(times),
        vocabulary.as_secs_f64() * 1e3
    );
}

/// The reason why answers are read again: a token that the engine computes by itself has other last bits than in a batch, as soon as
/// its attention goes over more than a tile of positions. How much that is, and from where on, is up to the processor's kernels.
fn alone_and_in_a_batch() {
    let mut worker = Worker::with_model(&starter());
    let ids = Random(12).ids(400);
    let ask = |worker: &mut Worker, prompt: &[u32], forced: &[u32]| {
        let params = json!({"prompt_ids": prompt, "forced_ids": forced, "max_tokens": forced.len(), "logits": true, "alternatives": 0});
        let generated = worker.generate(params);
        let numbers = |token: &Value| {
            token["logits"].as_array().expect("asked for").iter().filter_map(Value::as_f64).collect()
        };
        generated.tokens.iter().map(numbers).collect::<Vec<Vec<f64>>>()
    };
    let written = ask(&mut worker, &ids[..2], &ids[2..]);
    println!("\nlogits of a token that is written, against the same read in a batch (bundled model)");
    println!("{:>10} {:>20}", "positions", "greatest difference");
    for length in [3, 9, 16, 17, 40, 80, 160, 320, 399] {
        forget(&mut worker);
        let read = ask(&mut worker, &ids[..length], &ids[length..=length]);
        let apart = written[length - 2].iter().zip(&read[0]).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        println!("{length:>10} {apart:>20.2e}");
    }
}

/// A window that a long conversation overflows many times, in tokens.
const WINDOW: u32 = 1024;

/// Two hundred turns of one conversation, as the app asks them: the oldest fall out.
fn memory(folder: &Path) {
    let path = folder.join("small.gguf");
    random_model::write(&path, &starter(), random_ids::small(WINDOW));
    let mut worker = Worker::with_model(&path);
    let mut messages = vec![json!({"role": "system", "content": "Answer."})];
    println!("\nmemory of the worker over one conversation in a window of {} tokens", WINDOW);
    println!(
        "{:>6} {:>14} {:>16} {:>18} {:>18}",
        "turn", "resident, MiB", "keys and values", "prompt, tokens", "left out, messages"
    );
    for turn in 1..=200 {
        messages.push(json!({"role": "user", "content": format!("Question {turn}: where does the tower stand, and since when?")}));
        let prompt =
            worker.request("chat/prompt", json!({"messages": messages, "reserve": 32})).expect("a prompt");
        let params = json!({
            "prompt_ids": prompt["ids"], "max_tokens": 24, "end_at_eos": false, "alternatives": 10,
        });
        let answer = worker.generate(params);
        let text: String = answer.tokens.iter().filter_map(|token| token["text"].as_str()).collect();
        messages.push(json!({"role": "assistant", "content": text}));
        if [1, 5, 10, 20, 50, 100, 150, 200].contains(&turn) {
            let status = worker.request("worker/status", json!({})).expect("a status");
            let mib = |key: &str| status[key].as_u64().expect("a size") as f64 / f64::from(1 << 20);
            let shares = prompt["shares"].as_array().expect("a share for each message");
            println!(
                "{turn:>6} {:>14.1} {:>16.1} {:>18} {:>18}",
                mib("resident_bytes"),
                mib("kv_bytes"),
                answer.end["prompt_tokens"],
                shares.iter().filter(|share| share["fate"] == "left_out").count()
            );
        }
    }
    println!("the worker ends {:.0} ms after its input", worker.close().as_secs_f64() * 1e3);
}

/// A worker with a random model of this shape.
fn with_shape(folder: &Path, shape: Shape) -> Worker {
    let path = folder.join("random.gguf");
    random_model::write(&path, &starter(), shape);
    let size = std::fs::metadata(&path).expect("it was written").len() / 1_000_000;
    let threads: Option<u32> =
        std::env::var("VITRINE_BENCH_THREADS").ok().and_then(|count| count.parse().ok());
    println!("\n{shape:?}, {size} MB, threads: {}", threads.map_or("all".into(), |count| count.to_string()));
    let mut worker = Worker::spawn();
    let options = threads.map_or(json!({}), |threads| json!({"threads": threads}));
    worker.request("model/load", json!({"path": path, "options": options})).expect("it loads");
    worker.notifications.clear();
    worker
}

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut random = Random(7);
    let mut worker = with_shape(folder.path(), SHAPE);
    speeds(&mut worker, &mut random);
    turns(&mut worker, &mut random, &[8, 32, 128]);
    forks(&mut worker, &mut random);
    stops(&mut worker, &mut random);
    tokenizing(&mut worker, &mut random);
    tokenizing_with_a_large_vocabulary();
    worker.close();
    alone_and_in_a_batch();
    memory(folder.path());
    let mut worker = with_shape(folder.path(), WIDE);
    turns(&mut worker, &mut random, &[8, 32]);
    forks(&mut worker, &mut random);
}
