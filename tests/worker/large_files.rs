//! Files and texts of the sizes that large models have, made up: a vocabulary, a table of random rows, a megabyte of sentences.
//! What is measured with them is in `benches/inspector.rs` and `tests/e2e/bench_ui/inspector.rs`.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Entries of Gemma's vocabularies.
pub const LARGE: usize = 262_144;
/// Rows and width of Qwen3-0.6B's table.
pub const ROWS: usize = 151_936;
pub const WIDTH: usize = 1024;

/// Numbers that only depend on the seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
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
pub fn write(path: &Path, size: usize, table: Option<u32>) {
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

/// A megabyte with few repetitions: the sample's sentences in another order.
pub fn megabyte() -> String {
    let sample = [
        include_str!("../../src-tauri/core/src/training/sample/english.txt"),
        include_str!("../../src-tauri/core/src/training/sample/chinese.txt"),
    ]
    .concat();
    let sentences: Vec<&str> = sample.split_inclusive(['.', '。', '\n', '，', ',']).collect();
    let (mut random, mut text) = (Random(5), String::new());
    while text.len() < 1_000_000 {
        text.push_str(sentences[random.below(sentences.len())]);
    }
    text
}
