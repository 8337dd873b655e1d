//! The window reshapes bars with its own copy of the chain (`ui/src/tokens/chain.ts`). This writes, and compares,
//! the cases that hold the two together: the chain by itself, and offers of step mode as they reach the window.

use std::path::PathBuf;

use serde_json::{json, Value};

use super::{uniform, Chain, Table};
use crate::protocol::Sampling;

/// Set to 1 to write the file instead of comparing it.
const WRITE: &str = "VITRINE_WRITE_BINDINGS";

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/tests/fixtures").join(name)
}

/// Logits in steps of a quarter, so that ties come up.
fn logits(n: usize, seed: u64) -> Vec<f32> {
    (0..n as u64).map(|i| ((uniform(seed, i) * 64.0).floor() as f32 - 32.0) / 4.0).collect()
}

fn settings() -> Vec<Sampling> {
    let plain = Sampling { temperature: 1.0, top_p: 1.0, ..Sampling::default() };
    vec![
        plain.clone(),
        Sampling { temperature: 0.0, ..plain.clone() },
        Sampling { temperature: 0.35, ..plain.clone() },
        Sampling { temperature: 1.9, top_p: 0.6, ..plain.clone() },
        Sampling { top_k: 5, ..plain.clone() },
        Sampling { top_k: 1, ..plain.clone() },
        Sampling { top_k: 500, ..plain.clone() },
        Sampling { top_p: 0.0, ..plain.clone() },
        Sampling { top_p: 0.5, ..plain.clone() },
        Sampling { min_p: 0.1, ..plain.clone() },
        Sampling { min_p: 1.0, ..plain.clone() },
        Sampling { temperature: 0.7, top_k: 12, top_p: 0.9, min_p: 0.05, ..plain.clone() },
        Sampling { repetition_penalty: 1.3, ..plain.clone() },
        Sampling { repetition_penalty: 1.3, penalty_window: 4, top_p: 0.8, ..plain.clone() },
        Sampling { frequency_penalty: 0.7, presence_penalty: 0.4, ..plain.clone() },
        Sampling { frequency_penalty: -0.7, presence_penalty: 1.5, temperature: 0.0, ..plain.clone() },
        Sampling { penalty_window: 0, repetition_penalty: 2.0, ..plain.clone() },
        Sampling {
            logit_bias: vec![(3, f32::NEG_INFINITY), (4, 2.5), (4, 0.25), (999, 1.0)],
            repetition_penalty: 1.1,
            frequency_penalty: 0.1,
            presence_penalty: 0.2,
            temperature: 0.8,
            top_k: 20,
            top_p: 0.85,
            min_p: 0.02,
            ..plain
        },
    ]
}

/// JSON has no infinity; the window reads -1e30 as one.
fn number(value: f32) -> Value {
    if value == f32::NEG_INFINITY {
        json!(-1e30)
    } else {
        json!(f64::from(value))
    }
}

fn case(at: usize, sampling: &Sampling) -> Value {
    let logits = logits(48, at as u64 + 1);
    let recent: Vec<u32> = (0..12).map(|i| (uniform(at as u64 + 77, i) * 50.0) as u32).collect();
    let chain = Chain::apply(&logits, &recent, sampling).expect("something is left");
    let expected: Vec<Value> =
        (0..logits.len() as u32).map(|id| json!([chain.probability(id), chain.cut_by(id)])).collect();
    let mut settings = serde_json::to_value(sampling).expect("settings are JSON");
    settings["logit_bias"] =
        sampling.logit_bias.iter().map(|(id, bias)| json!([id, number(*bias)])).collect();
    json!({
        "logits": logits.iter().map(|logit| number(*logit)).collect::<Vec<_>>(),
        "recent": recent,
        "sampling": settings,
        "expected": expected,
        "survivors": chain.survivors(),
        "best": chain.best(),
    })
}

/// Equal, numbers to 1e-9: the exponential function differs in its last place between systems.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().expect("a number"), b.as_f64().expect("a number"));
            (a - b).abs() <= 1e-9 * (1.0 + a.abs())
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| alike(a, b)))
        }
        _ => a == b,
    }
}

/// A token that waits, as it is offered first, and the same under every settings.
fn offers() -> Value {
    let table = Table {
        logits: logits(64, 4711),
        ids: (0..40).map(|i| (uniform(815, i) * 64.0) as u32).collect(),
        position: 40,
        token_index: 0,
    };
    let first = Sampling { temperature: 1.0, top_p: 1.0, ..Sampling::default() };
    let offer = |sampling: &Sampling, candidates: usize| {
        let mut offer = table.offer(sampling, candidates, |_| String::new()).expect("something is left");
        // JSON has no infinity: what is offered has no bias here.
        offer.sampling.logit_bias = Vec::new();
        offer
    };
    let seen: Vec<Value> = settings()
        .iter()
        // Biases can't be moved in the window, and a window of another length is another offer.
        .filter(|sampling| sampling.logit_bias.is_empty() && sampling.penalty_window == first.penalty_window)
        .map(|sampling| json!(offer(sampling, 64)))
        .collect();
    json!({ "whole": offer(&first, 64), "best": offer(&first, 40), "seen": seen })
}

/// Compares a fixture of the window with what it should be, or writes it.
fn hold(name: &str, fresh: &Value, text: &str) {
    if std::env::var(WRITE).is_ok_and(|value| value == "1") {
        std::fs::create_dir_all(file(name).parent().expect("a folder")).expect("the folder");
        std::fs::write(file(name), text).expect("the file is written");
        return;
    }
    let kept = std::fs::read_to_string(file(name)).expect("the cases");
    let kept: Value = serde_json::from_str(&kept).expect("JSON");
    assert!(
        alike(&kept, fresh),
        "ui/tests/fixtures/{name} is not what the chain gives; write it anew with {WRITE}=1"
    );
}

#[test]
fn the_window_has_the_same_cases() {
    let fresh: Vec<Value> = settings().iter().enumerate().map(|(at, sampling)| case(at, sampling)).collect();
    let lines: Vec<String> = fresh.iter().map(Value::to_string).collect();
    let text = format!("[\n{}\n]\n", lines.join(",\n"));
    hold("chain.json", &Value::Array(fresh), &text);
}

#[test]
fn the_window_has_the_same_offers() {
    let fresh = offers();
    hold("offers.json", &fresh, &format!("{fresh}\n"));
}
