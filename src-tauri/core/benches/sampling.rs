//! What describing and deciding one token costs over a vocabulary of 151,936 (Qwen2's): part of `make bench`.
//!
//! This comes on top of every forward pass. Each number is the best of several runs, in milliseconds.

use std::hint::black_box;
use std::time::Instant;

use vitrine_core::protocol::Sampling;
use vitrine_core::sampling::{describe, uniform, Chain, Opinion};

const VOCABULARY: usize = 151_936;
const RUNS: u64 = 30;

/// Roughly normal, as models give, with a few that stand out.
fn logits(seed: u64) -> Vec<f32> {
    let mut row: Vec<f32> = (0..VOCABULARY as u64)
        .map(|at| (0..4).map(|part| uniform(seed * 4 + part, at)).sum::<f64>() as f32 * 5.0 - 10.0)
        .collect();
    for place in 0..40 {
        row[(uniform(seed + 999, place) * VOCABULARY as f64) as usize] += 8.0 + place as f32 / 8.0;
    }
    row
}

fn best(mut work: impl FnMut(u64)) -> f64 {
    (0..RUNS)
        .map(|run| {
            let start = Instant::now();
            work(run);
            start.elapsed().as_secs_f64() * 1e3
        })
        .fold(f64::INFINITY, f64::min)
}

fn main() {
    let row = logits(1);
    let recent: Vec<u32> = (0..2000).collect();
    let opinion = Opinion::of(&row).expect("finite logits");
    println!(
        "the model's own distribution: {:.2} ms",
        best(|_| {
            black_box(Opinion::of(black_box(&row)));
        })
    );
    let default = Sampling::default();
    let cases = [
        ("the default settings", default.clone()),
        ("greedy", Sampling { temperature: 0.0, ..default.clone() }),
        ("nothing cut", Sampling { temperature: 1.0, top_p: 1.0, ..default.clone() }),
        (
            "top-k 40, min-p 0.05, penalties",
            Sampling { top_k: 40, min_p: 0.05, repetition_penalty: 1.1, ..default.clone() },
        ),
        ("temperature 2, top-p 0.999", Sampling { temperature: 2.0, top_p: 0.999, ..default }),
    ];
    for (name, sampling) in cases {
        let apply = || Chain::apply(black_box(&row), &recent, &sampling).expect("candidates");
        let chain = apply();
        let settings = best(|_| drop(black_box(apply())));
        let draw = best(|run| {
            black_box(chain.draw(uniform(run, run)));
        });
        let id = chain.draw(0.5);
        let described =
            best(|_| drop(black_box(describe(&row, &opinion, &chain, id, 10, |id| format!("{id:x}")))));
        println!("{name}: settings {settings:.2} ms, draw {draw:.2} ms, description {described:.2} ms");
    }
}
