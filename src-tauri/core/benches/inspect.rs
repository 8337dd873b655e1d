//! What cutting a text costs in the worker: 10,000 characters, as typed, and 1 MB. Part of `make bench`.
//!
//! Numbers are the best of several runs, in milliseconds. The text is Chinese and English by turns.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use vitrine_core::protocol::{CutRow, StepsOf, TextCut};
use vitrine_core::tokenizer::Tokenizer;
use vitrine_core::{inspect, memory};

/// 100 characters.
const PASSAGE: &str = "模型看不见文字，只看见数字，所以我们先把每段文字切成小块。\
    A model sees numbers only, so texts are cut into small pieces first. ✓";
const RUNS: u32 = 10;

fn best(mut work: impl FnMut()) -> f64 {
    let run = |_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..RUNS).map(run).fold(f64::INFINITY, f64::min)
}

fn cut(tokenizer: &Tokenizer, text: &str, row: CutRow) -> TextCut {
    let mut cut = TextCut { bytes: text.len() as u32, ..TextCut::default() };
    match row {
        CutRow::Words => cut.words = Some(inspect::words(text).lengths),
        CutRow::Characters => cut.characters = Some(inspect::characters(text)),
        CutRow::Tokens => cut.tokens = Some(inspect::tokens(tokenizer, text, false).expect("it cuts")),
    }
    cut
}

fn main() {
    let held = || memory::held("self").unwrap_or(0) / 1024;
    let (before, start) = (held(), Instant::now());
    black_box(inspect::words("学习"));
    let took = start.elapsed().as_secs_f64() * 1e3;
    println!("the dictionary of Chinese words, made ready once: {took:.0} ms, {} KiB", held() - before);

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let numbers = root.join("tests/fixtures/numbers");
    let shared = std::env::var_os("VITRINE_FIXTURES").map_or(root.join("../shared/fixtures"), Into::into);
    let vocabularies = [
        ("the bundled model", root.join("models/starter/vitrine-starter.gguf")),
        ("a tokenizer.json", numbers.join("llama/folder")),
        ("SentencePiece, Unigram", root.join("tests/fixtures/tokenizers/unigram-nmt.model")),
        ("Qwen 2", shared.join("vocab/ggml-vocab-qwen2.gguf")),
        ("Llama 2", shared.join("vocab/ggml-vocab-llama-spm.gguf")),
    ];
    let page: String = PASSAGE.chars().cycle().take(10_000).collect();
    let megabyte = PASSAGE.repeat(1_000_000 / PASSAGE.len());
    for (name, path) in vocabularies {
        let Ok(tokenizer) = Tokenizer::open(&path) else {
            println!("{name}: left out, it is not there");
            continue;
        };
        for (size, text) in [("10,000 characters", &page), ("1 MB", &megabyte)] {
            let tokens = best(|| drop(black_box(cut(&tokenizer, text, CutRow::Tokens))));
            let made = cut(&tokenizer, text, CutRow::Tokens);
            let written = best(|| drop(black_box(serde_json::to_vec(&made))));
            println!("{name}, {size}: tokens {tokens:.1} ms, written as JSON {written:.1} ms");
        }
        let params = StepsOf { text: PASSAGE.into(), special: false };
        let steps = best(|| drop(black_box(inspect::steps(&tokenizer, &params))));
        println!("{name}: steps of a sentence {steps:.1} ms");
    }
    let tokenizer = Tokenizer::open(&root.join("models/starter/vitrine-starter.gguf")).expect("it is there");
    for (size, text) in [("10,000 characters", &page), ("1 MB", &megabyte)] {
        let words = best(|| drop(black_box(cut(&tokenizer, text, CutRow::Words))));
        let characters = best(|| drop(black_box(cut(&tokenizer, text, CutRow::Characters))));
        println!("{size}: words {words:.1} ms, characters {characters:.1} ms");
    }
}
