//! Damaged model files by the thousand: whatever a file says, the answer is a model or a typed
//! error. No panic, no abort, nothing that takes longer than two seconds or more than 256 MB.
//!
//! `VITRINE_FUZZ_CASES` says how many cases (1,500 where it is missing, 100,000 in
//! `make fuzz`), `VITRINE_FUZZ_SEED` with which one to begin. Case n is the same at every run, so a number is all
//! that is needed to see a failure again.

mod files;
mod gguf;
mod json;
mod meter;
mod templates;

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::Path;
use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const MAX_TIME: Duration = Duration::from_secs(2);
const MAX_BYTES: usize = 256 << 20;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A name, and what damages and reads one file.
type Kind = (&'static str, fn(&mut ChaCha8Rng, &Path));

/// What a case tries; the number decides.
const KINDS: &[Kind] = &[
    ("gguf", files::gguf),
    ("gguf", files::gguf),
    ("safetensors", files::safetensors),
    ("config.json", files::config),
    ("tokenizer.json", files::tokenizer),
    ("template", files::template),
];

#[test]
fn damaged_files_are_answered() {
    let (cases, first) = (number("VITRINE_FUZZ_CASES", 1500), number("VITRINE_FUZZ_SEED", 0));
    let folder = tempfile::tempdir().expect("a folder for the test");
    // Panics are caught and counted; their words would only hide the numbers, unless one is looked at.
    if cases > 1 {
        std::panic::set_hook(Box::new(|_| {}));
    }
    let mut failures = Vec::new();
    let (mut slowest, mut largest) = ((Duration::ZERO, 0), (0, 0));
    for case in first..first + cases {
        let (name, run) = KINDS[(case % KINDS.len() as u64) as usize];
        let mut random = ChaCha8Rng::seed_from_u64(case);
        // Something else each time, so that no case depends on what the one before it left.
        let place = folder.path().join((case % 2).to_string());
        std::fs::create_dir_all(&place).expect("a folder for the case");
        let (start, watch) = (meter::time(), meter::Watch::begin(case));
        let result = catch_unwind(AssertUnwindSafe(|| run(&mut random, &place)));
        let (time, bytes) = (meter::time().saturating_sub(start), watch.end());
        slowest = slowest.max((time, case));
        largest = largest.max((bytes, case));
        if result.is_err() {
            failures.push(format!("case {case} ({name}) panics"));
        }
        if time > MAX_TIME {
            failures.push(format!("case {case} ({name}) takes {time:?}"));
        }
        if bytes > MAX_BYTES {
            failures.push(format!("case {case} ({name}) takes {bytes} bytes"));
        }
        std::fs::remove_dir_all(&place).expect("the folder of the case");
    }
    let _ = std::panic::take_hook();
    println!(
        "{cases} cases from {first}: slowest {:?} (case {}), most memory {} KiB (case {})",
        slowest.0,
        slowest.1,
        largest.0 >> 10,
        largest.1
    );
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// One of `choices`.
fn pick<T: Clone>(random: &mut impl Rng, choices: &[T]) -> T {
    choices[random.random_range(0..choices.len())].clone()
}

/// Bytes changed, cut, doubled or taken out at some places.
fn damage(random: &mut impl Rng, bytes: &mut Vec<u8>) {
    for _ in 0..random.random_range(1..=4) {
        if bytes.is_empty() {
            return;
        }
        let place = random.random_range(0..bytes.len());
        let end = (place + random.random_range(1..=16)).min(bytes.len());
        match random.random_range(0..5) {
            0 => bytes[place] = random.random(),
            1 => bytes[place] ^= 1 << random.random_range(0..8),
            2 => bytes.truncate(place),
            3 => {
                bytes.drain(place..end);
            }
            _ => {
                let part = bytes[place..end].to_vec();
                bytes.splice(place..place, part);
            }
        }
    }
}
