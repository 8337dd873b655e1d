//! How long it takes to say what a file is: `cargo bench --workspace --bench headers`.
//!
//! A vocabulary of 150,000 tokens with merges is made up and written to the temporary folder; files
//! named on the command line are measured besides. Each number is the best of several runs, in
//! milliseconds: what the work takes, not what else the machine was doing.

use std::path::{Path, PathBuf};
use std::time::Instant;

use vitrine_core::header::{self, gguf::GgufHeader};
use vitrine_core::tokenizer::Tokenizer;

const TOKENS: usize = 150_000;
const RUNS: usize = 15;

fn string(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
}

fn strings(key: &str, values: impl ExactSizeIterator<Item = String>) -> Vec<u8> {
    let head =
        [&string(key)[..], &9u32.to_le_bytes(), &8u32.to_le_bytes(), &(values.len() as u64).to_le_bytes()];
    let mut bytes = head.concat();
    values.for_each(|value| bytes.extend(string(&value)));
    bytes
}

/// Words of letters that merge from the left: the vocabulary's size is that of Qwen's.
fn vocabulary() -> Vec<u8> {
    let letters: Vec<char> = ('a'..='z').collect();
    let mut tokens: Vec<String> = letters.iter().map(char::to_string).collect();
    let mut merges = Vec::new();
    let mut next = 0;
    while tokens.len() < TOKENS {
        let left = tokens[next].clone();
        for &letter in letters.iter().take(TOKENS - tokens.len()) {
            merges.push(format!("{left} {letter}"));
            tokens.push(format!("{left}{letter}"));
        }
        next += 1;
    }
    let text = |key: &str, value: &str| [&string(key)[..], &8u32.to_le_bytes(), &string(value)].concat();
    let entries = [
        text("general.architecture", "qwen2"),
        text("tokenizer.ggml.model", "gpt2"),
        text("tokenizer.ggml.pre", "qwen2"),
        strings("tokenizer.ggml.tokens", tokens.into_iter()),
        strings("tokenizer.ggml.merges", merges.into_iter()),
    ];
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3u32.to_le_bytes());
    bytes.extend(0u64.to_le_bytes());
    bytes.extend((entries.len() as u64).to_le_bytes());
    bytes.extend(entries.concat());
    bytes.resize(bytes.len().next_multiple_of(32), 0);
    bytes
}

fn best(mut run: impl FnMut()) -> f64 {
    let times = (0..RUNS).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64() * 1000.0
    });
    times.fold(f64::INFINITY, f64::min)
}

fn measure(name: &str, path: &Path) {
    let read = best(|| {
        let _either = GgufHeader::read(path);
    });
    let inspect = best(|| {
        let _either = header::inspect(path);
    });
    let mut tokenizer = None;
    let build = best(|| tokenizer = Tokenizer::open(path).ok());
    let text = "Hello world, 1234 words! 什么是词元？\n    return x + 1;\n".repeat(2000);
    let encode = tokenizer.map(|tokenizer| {
        let time = best(|| {
            let _ = tokenizer.encode_prompt(&text);
        });
        text.len() as f64 / 1000.0 / time
    });
    let encode = encode.map_or("-".into(), |speed| format!("{speed:.1}"));
    println!("{name:<40} {read:>12.2} {inspect:>12.2} {build:>12.1} {encode:>16}");
}

fn main() {
    println!(
        "{:<40} {:>12} {:>12} {:>12} {:>16}",
        "file", "header ms", "inspect ms", "tokenizer ms", "encode MB/s"
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let made = folder.path().join("made.gguf");
    std::fs::write(&made, vocabulary()).expect("a file of 8 MB");
    measure("made up, 150,000 tokens", &made);
    let named = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).map(PathBuf::from);
    for path in named {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        measure(&name, &path);
    }
}
