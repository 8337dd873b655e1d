//! A next turn computes only what is new, and what it computes is what it would have been from scratch.

use std::time::{Duration, Instant};

use serde_json::{json, Value};

use crate::client::{starter, Generated, Worker, PATIENCE};
use crate::numbers;
use crate::random_ids;
use crate::random_model::{self, Random};

/// Logits may differ by so much: the same sums in another order.
const TOLERANCE: f64 = 1e-3;

fn reused(generated: &Generated) -> u64 {
    generated.end["reused_tokens"].as_u64().expect("every end says it")
}

fn logits(token: &Value) -> Vec<f64> {
    token["logits"].as_array().expect("asked for").iter().map(|l| l.as_f64().unwrap_or(f64::MIN)).collect()
}

/// Waits until the worker has read its last answer again, so that so many tokens can be started from.
fn let_it_read(worker: &mut Worker, tokens: usize) {
    let start = Instant::now();
    while worker.request("worker/status", json!({})).unwrap()["kept_tokens"] != json!(tokens) {
        assert!(start.elapsed() < PATIENCE, "the answer is not read again");
        std::thread::sleep(Duration::from_millis(5));
    }
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
    random_model::write(&path, &starter(), random_ids::small(2048));
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
        let prompt = answer.started["prompt_ids"].as_array().unwrap().len();
        before = prompt as u64 - 1;
        // Asked at once, the first questions have nothing to start from: they are of 13 tokens, and fewer than 16 are computed anew.
        let_it_read(&mut worker, prompt + answer.ids().len() - 1);
        messages.push(json!({"role": "assistant", "content": answer.text()}));
        messages.push(json!({"role": "user", "content": question}));
    }
}

/// Before the answer was read again, and while it is.
#[test]
fn a_question_that_comes_at_once_starts_from_all_that_was_read_before_the_answer() {
    let mut worker = Worker::with_starter();
    let mut random = Random(12);
    for pause in [0, 0, 2, 5, 10, 20] {
        let (prompt, answer) = (random.ids(100), random.ids(120));
        force(&mut worker, &prompt, &answer);
        std::thread::sleep(Duration::from_millis(pause));
        let next = [prompt.as_slice(), &answer, &random.ids(20)].concat();
        let forced = random.ids(3);
        let here = force(&mut worker, &next, &forced);
        assert!((100..220).contains(&reused(&here)), "{} after {pause} ms", reused(&here));
        assert_eq!(difference(&here, &force_from_scratch(&mut worker, &next, &forced)), 0.0);
    }
}

#[test]
fn a_hundred_logits_after_reuse_equal_those_from_scratch() {
    let mut worker = Worker::with_starter();
    let mut random = Random(1);
    let (mut prompt, answer) = (random.ids(150), random.ids(40));
    assert_eq!(reused(&force(&mut worker, &prompt, &answer)), 0);
    let_it_read(&mut worker, 150 + 40 - 1);
    prompt.extend(&answer);
    prompt.extend(random.ids(60));
    let forced = random.ids(100);
    let again = force(&mut worker, &prompt, &forced);
    // The last token of an answer is never computed before the answer ends.
    assert_eq!(reused(&again), 150 + 40 - 1);
    assert_eq!(difference(&again, &force_from_scratch(&mut worker, &prompt, &forced)), 0.0);
}

/// A longer context than the bundled model has, and several chunks.
#[test]
fn a_hundred_logits_in_a_long_conversation_equal_those_from_scratch() {
    let folder = tempfile::tempdir().unwrap();
    let mut worker = worker_with(&longer_model(folder.path()));
    let mut random = Random(6);
    let (mut prompt, answer) = (random.ids(700), random.ids(201));
    force(&mut worker, &prompt, &answer);
    let_it_read(&mut worker, 900);
    prompt.extend(&answer);
    prompt.extend(random.ids(300));
    let forced = random.ids(100);
    let again = force(&mut worker, &prompt, &forced);
    assert_eq!(reused(&again), 900);
    assert_eq!(difference(&again, &force_from_scratch(&mut worker, &prompt, &forced)), 0.0);
}

/// What is asked next in a conversation whose last prompt and answer are given.
fn next_prompt(
    random: &mut Random,
    prompt: &[u32],
    answer: &[u32],
    ids: &dyn Fn(&mut Random, usize) -> Vec<u32>,
) -> Vec<u32> {
    let length = prompt.len();
    let written = [prompt, answer].concat();
    match random.below(6) {
        // A next turn: short, of nothing but the answer, and long.
        0 => [written, ids(random, 30)].concat(),
        1 => written,
        2 => [written, ids(random, 90)].concat(),
        // The same again.
        3 => prompt.to_vec(),
        // A fork somewhere in the middle, and one right at the end.
        4 => [&prompt[..length / 2], &ids(random, 20)].concat(),
        _ => [&prompt[..length - 1], &ids(random, 1)].concat(),
    }
}

fn ordinary(random: &mut Random, count: usize) -> Vec<u32> {
    random.ids(count)
}

/// Quantized weights, next turns, forks, the same again: no difference at all is allowed, whether the worker had time to
/// read its answer again or the next question came at once.
#[test]
fn whatever_is_asked_after_whatever_the_logits_are_those_from_scratch_to_the_last_bit() {
    let (mut worker, mut other) = (Worker::with_starter(), Worker::with_starter());
    let mut random = Random(2);
    let mut prompt = random.ids(100);
    let mut with_reuse = 0;
    for round in 0..40 {
        let steps = 1 + random.below(12);
        let forced = random.ids(steps);
        let here = force(&mut worker, &prompt, &forced);
        with_reuse += u32::from(reused(&here) > 0);
        let patient = random.below(2) == 0;
        if patient {
            let_it_read(&mut worker, prompt.len() + steps - 1);
        }
        let apart = difference(&here, &force_from_scratch(&mut other, &prompt, &forced));
        assert_eq!(apart, 0.0, "round {round}: with {} of {}", reused(&here), prompt.len());
        prompt = next_prompt(&mut random, &prompt, &forced, &ordinary);
        if prompt.len() > 480 {
            prompt = random.ids(60);
        }
    }
    assert!(with_reuse >= 25, "{with_reuse} of 40 rounds reused something");
}

/// With weights in F32, where nothing is rounded to 8 bits: in every architecture, answers and all.
#[test]
fn in_every_architecture_logits_after_reuse_are_those_from_scratch_or_nothing_is_reused() {
    let models = numbers::models();
    assert!(models.len() >= 15, "{models:?}");
    for (name, path) in models {
        let (mut worker, mut other) = (numbers::loaded(&path), numbers::loaded(&path));
        let mut random = Random(8);
        let ids = |random: &mut Random, count: usize| -> Vec<u32> {
            (0..count).map(|_| 10 + random.below(240) as u32).collect()
        };
        let mut prompt = ids(&mut random, 60);
        let (mut with_reuse, mut worst) = (0, 0f64);
        for round in 0..14 {
            let steps = 1 + random.below(6);
            let forced = ids(&mut random, steps);
            let here = force(&mut worker, &prompt, &forced);
            with_reuse += u32::from(reused(&here) > 0);
            let apart = difference(&here, &force_from_scratch(&mut other, &prompt, &forced));
            worst = worst.max(apart);
            let (reused, all) = (reused(&here), prompt.len());
            assert!(apart < TOLERANCE, "{name}, round {round}: {apart} with {reused} of {all}");
            prompt = next_prompt(&mut random, &prompt, &forced, &ids);
            if prompt.len() > 300 {
                prompt = ids(&mut random, 40);
            }
        }
        println!("{name}: {with_reuse} of 14 with reuse, worst difference {worst:e}");
        // Windows of 16 tokens have moved in every round: what they dropped can't be had again.
        if numbers::forgets(&name) {
            assert_eq!(with_reuse, 0, "{name}");
        } else {
            assert!(with_reuse >= 7, "{name}: {with_reuse} of 14 rounds reused something");
        }
    }
}

/// A kept answer gives the same bits each time that it is reused, whatever was asked in between.
#[test]
fn what_is_kept_is_not_changed_by_its_use() {
    let mut worker = Worker::with_starter();
    let mut random = Random(9);
    let (prompt, answer) = (random.ids(80), random.ids(20));
    force(&mut worker, &prompt, &answer);
    let_it_read(&mut worker, 99);
    let ask = |question: Vec<u32>| [prompt.as_slice(), &answer, &question].concat();
    let (question, another) = (ask(random.ids(30)), ask(random.ids(70)));
    let forced = random.ids(5);
    let first = force(&mut worker, &question, &forced);
    assert_eq!(reused(&first), 99);
    // The same again, after another question, and after a fork within the question.
    for detour in [question.clone(), another, [&question[..110], &random.ids(40)].concat()] {
        let aside = force(&mut worker, &detour, &random.ids(3));
        assert!(reused(&aside) >= 99);
        let again = force(&mut worker, &question, &forced);
        assert!(reused(&again) >= 99);
        assert_eq!(difference(&again, &first), 0.0);
    }
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
