//! `docs/errors.md` against the program: the same codes, the same sentences, and a bad file for
//! every code that a file can cause.

mod lowered;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use vitrine_core::protocol::LoadOptions;
use vitrine_shell::app::App;
use vitrine_shell::contract::{AppError, LoadConsent, Verdict};
use vitrine_shell::engine::memory;

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

/// One row of the table.
struct Row {
    from: String,
    /// Sentence and next step, English and Chinese.
    words: [String; 4],
    detail: String,
}

fn table() -> BTreeMap<String, Row> {
    let document = text("docs/errors.md");
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [code, from, sentence, next, zh_sentence, zh_next, detail] = cells[..] else {
            panic!("seven cells, not {}: {line}", cells.len())
        };
        let words = [sentence, next, zh_sentence, zh_next].map(str::to_owned);
        (code.trim_matches('`').to_owned(), Row { from: from.into(), words, detail: detail.into() })
    })
    .collect()
}

/// The names in a generated type: those of the Rust enum, as another test makes sure.
fn codes_in(binding: &str) -> BTreeSet<String> {
    let text = text(&format!("ui/src/client/bindings/{binding}.ts"));
    let (_, body) = text.split_once("export type").expect("a type");
    body.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_table_has_every_code_and_no_other() {
    let known: BTreeSet<String> = codes_in("ErrorKind").union(&codes_in("ShellErrorCode")).cloned().collect();
    assert!(known.len() > 30, "{known:?}");
    let listed: BTreeSet<String> = table().into_keys().collect();
    assert_eq!(listed, known);
}

#[test]
fn the_table_says_what_the_window_says() {
    let messages = |language: &str| -> serde_json::Map<String, Value> {
        serde_json::from_str(&text(&format!("ui/messages/{language}.json"))).expect("JSON")
    };
    let (en, zh) = (messages("en"), messages("zh-CN"));
    for (code, row) in table() {
        let keys = [format!("error_{code}"), format!("error_{code}_next")];
        let shown = [&en[&keys[0]], &en[&keys[1]], &zh[&keys[0]], &zh[&keys[1]]];
        let shown = shown.map(|words| words.as_str().expect("a sentence").to_owned());
        assert_eq!(row.words, shown, "{code}");
        assert!(["file", "work", "app"].contains(&row.from.as_str()), "{code} is from {}", row.from);
        assert!(row.detail.len() > 10, "{code} has a technical detail");
    }
}

/// A GGUF header, written as the format's definition says (version 3 unless told otherwise).
struct Gguf {
    version: u32,
    entries: Vec<Vec<u8>>,
    /// Format and bytes of a row of the table of embeddings, 256 wide.
    tensor: (u32, u64),
    /// Rows of that table.
    rows: u64,
}

impl Gguf {
    /// A llama that is complete as far as a header goes.
    fn new() -> Self {
        let mut gguf = Self { version: 3, entries: Vec::new(), tensor: (8, 256 / 32 * 34), rows: 1 };
        gguf.text("general.architecture", "llama");
        for (key, value) in [
            ("block_count", 2),
            ("context_length", 128),
            ("embedding_length", 256),
            ("attention.head_count", 4),
            ("attention.head_count_kv", 2),
            ("feed_forward_length", 256),
        ] {
            gguf.entry(&format!("llama.{key}"), 4, &u32::to_le_bytes(value));
        }
        gguf.entry("llama.attention.layer_norm_rms_epsilon", 6, &1e-5_f32.to_le_bytes());
        gguf.text("tokenizer.ggml.model", "gpt2");
        gguf.text("tokenizer.ggml.pre", "gpt-2");
        gguf.array("tokenizer.ggml.tokens", 8, &["a", "b", "ab", "<|end|>"].map(string).concat(), 4);
        gguf.array("tokenizer.ggml.token_type", 5, &[1_i32, 1, 1, 3].map(i32::to_le_bytes).concat(), 4);
        gguf.array("tokenizer.ggml.merges", 8, &string("a b"), 1);
        gguf.entry("tokenizer.ggml.eos_token_id", 4, &3_u32.to_le_bytes());
        gguf
    }

    fn entry(&mut self, key: &str, kind: u32, value: &[u8]) {
        let head = [string(key), kind.to_le_bytes().to_vec()].concat();
        self.entries.retain(|entry| !entry.starts_with(&string(key)));
        self.entries.push([&head[..], value].concat());
    }

    fn text(&mut self, key: &str, value: &str) {
        self.entry(key, 8, &string(value));
    }

    fn array(&mut self, key: &str, kind: u32, items: &[u8], count: u64) {
        let head = [kind.to_le_bytes().to_vec(), count.to_le_bytes().to_vec()].concat();
        self.entry(key, 9, &[&head[..], items].concat());
    }

    /// Writes it, the weights as a hole in the file.
    fn write(&self, path: &Path) {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(self.version.to_le_bytes());
        let tensors = self.tensors();
        bytes.extend((tensors.len() as u64).to_le_bytes());
        bytes.extend((self.entries.len() as u64).to_le_bytes());
        bytes.extend(self.entries.concat());
        let mut offset = 0_u64;
        for (name, shape, kind, len) in tensors {
            bytes.extend(string(&name));
            bytes.extend((shape.len() as u32).to_le_bytes());
            bytes.extend(shape.iter().flat_map(|length| length.to_le_bytes()));
            bytes.extend(kind.to_le_bytes());
            bytes.extend(offset.to_le_bytes());
            offset = (offset + len).next_multiple_of(32);
        }
        bytes.resize(bytes.len().next_multiple_of(32), 0);
        fs::write(path, &bytes).expect("room for a header");
        let file = fs::OpenOptions::new().write(true).open(path).expect("just written");
        file.set_len(bytes.len() as u64 + offset).expect("a file with a hole");
    }

    /// Everything that a llama of two blocks has: name, shape, format, bytes.
    fn tensors(&self) -> Vec<(String, Vec<u64>, u32, u64)> {
        let norm = |name: String| (name, vec![256], 0, 256 * 4);
        let matrix = |name: String, rows: u64| (name, vec![256, rows], 8, rows * (256 / 32 * 34));
        let (kind, row) = self.tensor;
        let table = ("token_embd.weight".to_owned(), vec![256, self.rows], kind, row * self.rows);
        let mut tensors = vec![table, norm("output_norm.weight".into())];
        for block in 0..2 {
            let name = |part: &str| format!("blk.{block}.{part}.weight");
            tensors.extend(["attn_norm", "ffn_norm"].map(|part| norm(name(part))));
            tensors.extend(["attn_k", "attn_v"].map(|part| matrix(name(part), 128)));
            let square = ["attn_q", "attn_output", "ffn_gate", "ffn_up", "ffn_down"];
            tensors.extend(square.map(|part| matrix(name(part), 256)));
        }
        tensors
    }
}

fn string(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
}

/// Code and the file that causes it, all in one folder.
fn bad_files(folder: &Path) -> Vec<(&'static str, PathBuf)> {
    let mut files = Vec::new();
    let mut add = |code, name: &str, write: &dyn Fn(&Path)| {
        let path = folder.join(name);
        write(&path);
        files.push((code, path));
    };
    let gguf = |change: &dyn Fn(&mut Gguf)| {
        let mut gguf = Gguf::new();
        change(&mut gguf);
        gguf
    };
    add("not_found", "不在.gguf", &|_| {});
    add("folder_without_model", "空 文件夹", &|path| fs::create_dir(path).expect("a folder"));
    add("folder_without_model", "pickled", &|path| {
        fs::create_dir(path).expect("a folder");
        fs::write(path.join("config.json"), "{\"model_type\": \"llama\"}").expect("written");
        fs::write(path.join("pytorch_model.bin"), "PK").expect("written");
    });
    add("empty_file", "empty.gguf", &|path| fs::write(path, "").expect("written"));
    add("not_a_model", "page.gguf", &|path| fs::write(path, "<!DOCTYPE html><p>404").expect("written"));
    add("not_a_model", "pointer.gguf", &|path| {
        fs::write(path, "version https://git-lfs.github.com/spec/v1\noid sha256:0\n").expect("written");
    });
    add("not_a_model", "pointer", &|path| {
        fs::create_dir(path).expect("a folder");
        fs::write(path.join("config.json"), "{\"model_type\": \"llama\"}").expect("written");
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 40\n";
        fs::write(path.join("model.safetensors"), pointer).expect("written");
    });
    add("not_a_model", "alone.safetensors", &|path| fs::write(path, [0_u8; 64]).expect("written"));
    add("not_a_model", "adapter.gguf", &|path| {
        gguf(&|it| it.text("general.type", "adapter")).write(path);
    });
    add("truncated", "半个.gguf", &|path| {
        gguf(&|_| {}).write(path);
        let whole = fs::read(path).expect("just written");
        fs::write(path, &whole[..whole.len() / 2]).expect("written");
    });
    add("truncated", "no-weights.gguf", &|path| {
        gguf(&|_| {}).write(path);
        let file = fs::OpenOptions::new().write(true).open(path).expect("just written");
        file.set_len(path.metadata().expect("there").len() - 1).expect("shorter");
    });
    add("missing_parts", "第一部分-00001-of-00003.gguf", &|path| {
        gguf(&|it| it.entry("split.count", 2, &3_u16.to_le_bytes())).write(path);
    });
    add("missing_parts", "renamed.gguf", &|path| {
        gguf(&|it| it.entry("split.count", 2, &3_u16.to_le_bytes())).write(path);
    });
    add("missing_parts", "一半的文件夹", &|path| {
        fs::create_dir(path).expect("a folder");
        fs::write(path.join("config.json"), "{\"model_type\": \"llama\"}").expect("written");
        let index = r#"{"weight_map": {"w": "model-00001-of-00002.safetensors"}}"#;
        fs::write(path.join("model.safetensors.index.json"), index).expect("written");
    });
    add("corrupt", "alignment.gguf", &|path| {
        gguf(&|it| it.entry("general.alignment", 4, &7_u32.to_le_bytes())).write(path);
    });
    add("corrupt", "twice.gguf", &|path| {
        let mut twice = Gguf::new();
        let entry = twice.entries[0].clone();
        twice.entries.push(entry);
        twice.write(path);
    });
    add("corrupt", "json", &|path| {
        fs::create_dir(path).expect("a folder");
        fs::write(path.join("config.json"), "{\"model_type\": ").expect("written");
        fs::write(path.join("model.safetensors"), [0_u8; 16]).expect("written");
    });
    add("unsupported_version", "v1.gguf", &|path| gguf(&|it| it.version = 1).write(path));
    add("unsupported_version", "big-endian.gguf", &|path| {
        gguf(&|it| it.version = 3_u32.swap_bytes()).write(path);
    });
    add("unsupported_version", "old.bin", &|path| fs::write(path, b"lmgg old weights").expect("written"));
    add("unsupported_architecture", "mamba.gguf", &|path| {
        gguf(&|it| it.text("general.architecture", "mamba")).write(path);
    });
    // IQ3_S: 110 bytes for 256 weights.
    add("unsupported_quantization", "iq3.gguf", &|path| gguf(&|it| it.tensor = (21, 110)).write(path));
    add("unsupported_tokenizer", "martian.gguf", &|path| {
        gguf(&|it| it.text("tokenizer.ggml.pre", "martian-bpe")).write(path);
    });
    // More weights than the machine has memory, as a hole in the file.
    let rows = memory::machine().total / (256 / 32 * 34) + 1;
    add("not_enough_memory", "huge.gguf", &|path| gguf(&|it| it.rows = rows).write(path));
    #[cfg(unix)]
    add("permission_denied", "locked.gguf", &|path| {
        use std::os::unix::fs::PermissionsExt;
        gguf(&|_| {}).write(path);
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).expect("mine");
    });
    files
}

fn code(error: impl Into<AppError>) -> String {
    match serde_json::to_value(error.into().code) {
        Ok(Value::String(code)) => code,
        other => panic!("a code is a string: {other:?}"),
    }
}

#[tokio::test]
async fn every_bad_file_is_told_by_its_code_before_anything_is_started() {
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let app = App::new(data.path(), None, None);
    let mut caused = BTreeSet::new();
    for (expected, path) in bad_files(folder.path()) {
        if expected == "permission_denied"
            && lowered::locked(&path, "every_bad_file_is_told_by_its_code_before_anything_is_started")
                != lowered::Locked::Here
        {
            caused.insert(expected);
            continue;
        }
        let name = path.to_string_lossy().into_owned();
        let shown = match app.preflight(&name).await {
            Err(error) => code(error),
            Ok(card) => match &card.plans[card.suggested as usize].verdict {
                Verdict::Unsupported { kind, .. } => kind.name(),
                Verdict::WontFit { .. } => "not_enough_memory".into(),
                fits => panic!("{name} is offered: {fits:?}"),
            },
        };
        assert_eq!(shown, expected, "the card of {name}");
        let loaded = app.load(&name, LoadOptions::default(), LoadConsent::Ordinary).await;
        assert_eq!(code(loaded.expect_err("refused")), expected, "loading {name}");
        assert!(app.supervisor.ready().is_err());
        caused.insert(expected);
    }
    app.close().await;

    let from_files = table().into_iter().filter(|(_, row)| row.from == "file").map(|(code, _)| code);
    for code in from_files {
        // It takes a disk that breaks.
        assert!(code == "read_failed" || caused.contains(code.as_str()), "no bad file for {code}");
    }
}
