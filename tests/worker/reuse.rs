//! A next turn computes only what is new, and what it computes is what it would have been from scratch.

use serde_json::{json, Value};

use crate::client::{starter, Generated, Worker};
use crate::random_model::{self, Random, Shape};

/// Logits may differ by so much: the same sums in another order, and keys and values in half precision.
const TOLERANCE: f64 = 1e-3;

/// The engine computes a token by itself with another kernel than in a batch, and both round activations to 8 bits. Mostly the
/// results are the same to the last bit; now and then a value falls on the other side of a rounding step, and what is computed on top of that
/// token is off by so much. A slot of another token is off by far more, which the test below holds against it.
const ROUNDING: f64 = 0.4;

fn reused(generated: &Generated) -> u64 {
    generated.end["reused_tokens"].as_u64().expect("every end says it")
}

fn logits(token: &Value) -> Vec<f64> {
    token["logits"].as_array().expect("asked for").iter().map(|l| l.as_f64().unwrap_or(f64::MIN)).collect()
}

/// Takes these tokens after this prompt and gives the logits of every step.
fn force(worker: &mut Worker, prompt: &[u32], forced: &[u32]) -> Generated {
    let generated = worker.generate(json!({
        "prompt_ids": prompt, "forced_ids": forced, "max_tokens": forced.len(), "logits": true, "alternatives": 0,
    }));
    assert_eq!(generated.reason(), "limit", "{}", generated.end);
    generated
}

/// The same with nothing to start from: a short prompt in between leaves nothing in common.
fn force_from_scratch(worker: &mut Worker, prompt: &[u32], forced: &[u32]) -> Generated {
    worker.generate(json!({"prompt_ids": [11, 12, 13], "max_tokens": 1}));
    let generated = force(worker, prompt, forced);
    assert_eq!(reused(&generated), 0);
    generated
}

/// The greatest difference over all positions and all of the vocabulary.
fn difference(a: &Generated, b: &Generated) -> f64 {
    assert_eq!(a.ids(), b.ids());
    let pairs = a.tokens.iter().zip(&b.tokens);
    pairs
        .flat_map(|(a, b)| {
            logits(a).into_iter().zip(logits(b)).map(|(a, b)| (a - b).abs()).collect::<Vec<_>>()
        })
        .fold(0.0, f64::max)
}

fn longer_model(folder: &std::path::Path) -> std::path::PathBuf {
    let path = folder.join("random.gguf");
    let shape = Shape {
        layers: 6,
        embedding: 256,
        feed_forward: 768,
        heads: 8,
        kv_heads: 2,
        head_size: 64,
        context: 2048,
    };
    random_model::write(&path, &starter(), shape);
    path
}

fn worker_with(path: &std::path::Path) -> Worker {
    let mut worker = Worker::spawn();
    worker.request("model/load", json!({"path": path})).expect("it loads");
    worker.notifications.clear();
    worker
}

#[test]
fn a_next_turn_of_a_chat_reuses_the_turns_before_it() {
    let mut worker = Worker::with_starter();
    let mut messages = vec![json!({"role": "user", "content": "埃菲尔铁塔在哪个国家？"})];
    let mut before = 0;
    for (turn, question) in ["那是什么地方？", "Tell me a story.", "And then?"].into_iter().enumerate()
    {
        let answer =
            worker.generate(json!({"messages": messages, "sampling": {"temperature": 0}, "max_tokens": 20}));
        if turn > 0 {
            // All of the earlier prompt, and of the answer what is written as it was cut.
            assert!(reused(&answer) >= before, "turn {turn}: {} of {before}", reused(&answer));
        }
        before = answer.started["prompt_ids"].as_array().unwrap().len() as u64 - 1;
        messages.push(json!({"role": "assistant", "content": answer.text()}));
        messages.push(json!({"role": "user", "content": question}));
    }
}

#[test]
fn a_hundred_logits_after_reuse_equal_those_from_scratch() {
    let mut worker = Worker::with_starter();
    let mut random = Random(1);
    let (mut prompt, answer) = (random.ids(150), random.ids(40));
    assert_eq!(reused(&force(&mut worker, &prompt, &answer)), 0);
    prompt.extend(&answer);
    prompt.extend(random.ids(60));
    let forced = random.ids(100);
    let again = force(&mut worker, &prompt, &forced);
    // The last token of an answer is never computed before the answer ends.
    assert_eq!(reused(&again), 150 + 40 - 1);
    let worst = difference(&again, &force_from_scratch(&mut worker, &prompt, &forced));
    println!("worst difference {worst:e}");
    assert!(worst < TOLERANCE, "{worst}");
}

/// A longer context than the bundled model has, and several chunks. Here what is reused comes from prompts alone: the engine
/// rounds a token that it computes by itself otherwise than in a batch, which random weights, unlike
/// trained ones, blow up to a hundred times the tolerance, with and without reuse.
#[test]
fn a_hundred_logits_after_long_prompts_equal_those_from_scratch() {
    let folder = tempfile::tempdir().unwrap();
    let mut worker = worker_with(&longer_model(folder.path()));
    let mut random = Random(6);
    let mut prompt = random.ids(900);
    force(&mut worker, &prompt, &[500]);
    prompt.extend(random.ids(300));
    let forced = random.ids(100);
    let again = force(&mut worker, &prompt, &forced);
    assert_eq!(reused(&again), 900);
    let worst = difference(&again, &force_from_scratch(&mut worker, &prompt, &forced));
    println!("worst difference {worst:e}");
    assert!(worst < TOLERANCE, "{worst}");
}

#[test]
fn whatever_is_asked_after_whatever_the_logits_are_those_from_scratch() {
    let (mut worker, mut other) = (Worker::with_starter(), Worker::with_starter());
    let mut random = Random(2);
    let mut prompt = random.ids(100);
    let (mut with_reuse, mut rounded, mut worst) = (0, 0, 0f64);
    for round in 0..40 {
        let steps = 1 + random.below(6);
        let forced = random.ids(steps);
        let here = force(&mut worker, &prompt, &forced);
        with_reuse += u32::from(reused(&here) > 0);
        let apart = difference(&here, &force_from_scratch(&mut other, &prompt, &forced));
        worst = worst.max(apart);
        rounded += u32::from(apart >= TOLERANCE);
        assert!(apart < ROUNDING, "round {round}: {apart} with {} of {}", reused(&here), prompt.len());
        let length = prompt.len();
        match random.below(6) {
            // A next turn, of one token, or long.
            0 => prompt.extend(forced.iter().copied().chain(random.ids(30))),
            1 => prompt.extend(&forced),
            2 => prompt.extend(forced.iter().copied().chain(random.ids(90))),
            // The same again.
            3 => {}
            // A fork somewhere in the middle, and one right at the end.
            4 => {
                prompt.truncate(length / 2);
                prompt.extend(random.ids(20));
            }
            _ => {
                prompt.truncate(length - 1);
                prompt.extend(random.ids(1));
            }
        }
        if prompt.len() > 480 {
            prompt = random.ids(60);
        }
    }
    println!("{with_reuse} of 40 with reuse, {rounded} rounded otherwise, worst difference {worst:e}");
    assert!(rounded <= 8, "{rounded} of 40 rounds were off by more than {TOLERANCE}");
    // What one other token at the end would do.
    let (prompt, forced) = (random.ids(120), random.ids(4));
    let mut other_token = prompt.clone();
    other_token[119] += 1;
    let right = force(&mut other, &prompt, &forced);
    let wrong = difference(&right, &force_from_scratch(&mut worker, &other_token, &forced));
    println!("one other token: {wrong}");
    assert!(wrong > 2.0 * ROUNDING, "a wrong slot would show: {wrong}");
    assert!(with_reuse >= 25, "{with_reuse} of 40 rounds reused something");
}

#[test]
fn tokens_that_end_sequences_inside_the_engine_are_tokens_like_any_other() {
    let mut worker = Worker::with_starter();
    let vocabulary = 6144u32;
    let mut random = Random(3);
    let prompt = random.ids(40);
    // The control tokens, which stand at the end of this vocabulary, between ordinary ones.
    let mut forced: Vec<u32> = (vocabulary - 8..vocabulary).flat_map(|id| [id, 500 + id % 7]).collect();
    forced.extend(random.ids(3));
    let generated = force(&mut worker, &prompt, &forced);
    assert_eq!(generated.reason(), "limit");
    assert_eq!(generated.ids(), forced.iter().map(|id| u64::from(*id)).collect::<Vec<_>>());
    let positions: Vec<u64> =
        generated.tokens.iter().map(|token| token["position"].as_u64().unwrap()).collect();
    assert!(positions.windows(2).all(|pair| pair[1] == pair[0] + 1));
    // Computed as a prompt, where they are nothing special to the engine, the last logits are the same.
    let (last, before) = forced.split_last().unwrap();
    let scratch = force_from_scratch(&mut worker, &[prompt.as_slice(), before].concat(), &[*last]);
    let apart = logits(generated.tokens.last().unwrap())
        .into_iter()
        .zip(logits(&scratch.tokens[0]))
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max);
    assert!(apart < TOLERANCE, "{apart}");
    // And a prompt that goes on with one of them does not get a slot that was never computed.
    for id in vocabulary - 8..vocabulary {
        force(&mut worker, &prompt, &[600, 601, 602]);
        let next = [prompt.as_slice(), &[600, 601, id, 7, 8, 9]].concat();
        let here = force(&mut worker, &next, &[610, 611]);
        let scratch = force_from_scratch(&mut worker, &next, &[610, 611]);
        let apart = difference(&here, &scratch);
        assert!(apart < TOLERANCE, "after token {id}: {apart}");
    }
}

#[test]
fn memory_does_not_grow_with_the_number_of_turns() {
    let turns: usize = std::env::var("VITRINE_TEST_TURNS").map_or(30, |turns| turns.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut worker = worker_with(&longer_model(folder.path()));
    let mut random = Random(4);
    let mut prompt = random.ids(50);
    let (mut after_warm_up, mut most) = (0, 0);
    for turn in 0..turns {
        let answer = random.ids(8);
        force(&mut worker, &prompt, &answer);
        prompt.extend(answer.into_iter().chain(random.ids(12)));
        // Every conversation fills a good part of the context, so that the cache has its full size early.
        if prompt.len() > 1500 || turn == 3 {
            prompt = random.ids(1000);
        }
        let status = worker.request("worker/status", json!({})).unwrap();
        let resident = status["resident_bytes"].as_u64().unwrap();
        if turn == turns / 3 {
            after_warm_up = resident;
        }
        if turn >= turns / 3 {
            most = most.max(resident);
        }
    }
    let status = worker.request("worker/status", json!({})).unwrap();
    let kv = status["kv_bytes"].as_u64().unwrap();
    println!("{turns} turns: {after_warm_up} bytes, at most {most}, of which keys and values {kv}");
    assert!(kv > 0 && status["kept_tokens"].as_u64().unwrap() > 0, "{status}");
    // Each kept sequence is one kv; a leak of one a turn would be dozens.
    assert!(most < after_warm_up + 4 * kv + (8 << 20), "{most} after {after_warm_up}, kv {kv}");
}
