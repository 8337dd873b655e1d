//! How long the library takes to index 2,000 model files.
//!
//! `cargo bench --profile dev --workspace --bench library` makes the files in a temporary folder (a
//! vocabulary of 2,000 pieces and 200 tensors each, weights as holes in the file), then looks through them twice: once
//! reading every header, once knowing them all.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use vitrine_shell::app::App;
use vitrine_shell::contract::ScanState;

const FILES: usize = 2000;
const PIECES: usize = 2000;
const TENSORS: usize = 200;
/// Values of a tensor: one block of Q8_0 in 64 rows.
const SHAPE: [u64; 2] = [32, 64];
const TENSOR_BYTES: u64 = 34 * 64;

fn string(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.as_bytes());
}

fn entry(bytes: &mut Vec<u8>, key: &str, kind: u32) {
    string(bytes, key);
    bytes.extend(kind.to_le_bytes());
}

fn text(bytes: &mut Vec<u8>, key: &str, value: &str) {
    entry(bytes, key, 8);
    string(bytes, value);
}

fn number(bytes: &mut Vec<u8>, key: &str, value: u32) {
    entry(bytes, key, 4);
    bytes.extend(value.to_le_bytes());
}

/// A header as a small llama has it (GGUF version 3).
fn header(name: &str) -> Vec<u8> {
    let mut metadata = Vec::new();
    text(&mut metadata, "general.architecture", "llama");
    text(&mut metadata, "general.name", name);
    for (key, value) in [
        ("llama.block_count", 22),
        ("llama.context_length", 4096),
        ("llama.embedding_length", 2048),
        ("llama.attention.head_count", 32),
        ("llama.attention.head_count_kv", 4),
    ] {
        number(&mut metadata, key, value);
    }
    text(&mut metadata, "tokenizer.ggml.model", "gpt2");
    text(&mut metadata, "tokenizer.ggml.pre", "gpt-2");
    entry(&mut metadata, "tokenizer.ggml.tokens", 9);
    metadata.extend(8_u32.to_le_bytes());
    metadata.extend((PIECES as u64).to_le_bytes());
    for piece in 0..PIECES {
        string(&mut metadata, &format!("piece{piece}"));
    }
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3_u32.to_le_bytes());
    bytes.extend((TENSORS as u64).to_le_bytes());
    bytes.extend(10_u64.to_le_bytes());
    bytes.extend(metadata);
    for tensor in 0..TENSORS as u64 {
        string(&mut bytes, &format!("blk.{tensor}.weight"));
        bytes.extend(2_u32.to_le_bytes());
        bytes.extend(SHAPE.iter().flat_map(|length| length.to_le_bytes()));
        bytes.extend(8_u32.to_le_bytes());
        bytes.extend((tensor * TENSOR_BYTES).to_le_bytes());
    }
    bytes
}

fn write(path: &Path, name: &str) {
    let bytes = header(name);
    let end = (bytes.len() as u64).next_multiple_of(32) + TENSORS as u64 * TENSOR_BYTES;
    let mut file = File::create(path).expect("a file in the temporary folder");
    file.write_all(&bytes).expect("room for headers");
    file.set_len(end).expect("a file with a hole");
}

async fn done(app: &App) -> Duration {
    let start = Instant::now();
    let mut scans = app.library.scans();
    let over = |state: &ScanState| matches!(state, ScanState::Done { .. });
    scans.wait_for(over).await.expect("the library lives");
    start.elapsed()
}

#[tokio::main]
async fn main() {
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    // The models of whoever runs this are not to be counted.
    std::env::set_var("VITRINE_LIBRARY_HOME", data.path().join("nobody"));
    for number in 0..FILES {
        let place = folder.path().join(format!("{:02}", number % 50));
        std::fs::create_dir_all(&place).expect("a folder");
        write(&place.join(format!("模型 {number}.gguf")), &format!("Model {number}"));
    }
    let app = App::new(data.path(), None, None);
    println!("{:<44}{:>10}", format!("{FILES} files"), "seconds");
    let report = |what: &str, time: Duration| println!("{what:<44}{:>10.3}", time.as_secs_f64());

    let start = Instant::now();
    app.library.add_folder(folder.path().to_string_lossy().into_owned()).await.expect("a folder is added");
    done(&app).await;
    report("every header read (files in the disk cache)", start.elapsed());

    let start = Instant::now();
    app.library.scan().await.expect("it looks again");
    done(&app).await;
    report("nothing new", start.elapsed());

    let start = Instant::now();
    let overview = app.library().await;
    report("the list with a verdict on each", start.elapsed());
    assert_eq!(overview.models.len(), FILES, "all are found");
    app.close().await;
}
