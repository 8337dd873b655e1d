//! GGUF files with a structure that is nearly right.

use rand::Rng;

use super::pick;

/// Numbers at which readers trip.
const EDGES: &[u64] = &[
    0,
    1,
    2,
    3,
    7,
    31,
    32,
    33,
    255,
    256,
    65_535,
    1 << 31,
    u32::MAX as u64,
    1 << 32,
    1 << 40,
    1 << 62,
    1 << 63,
    u64::MAX,
];

struct Entry {
    key: Vec<u8>,
    kind: u32,
    value: Vec<u8>,
}

struct Tensor {
    name: Vec<u8>,
    shape: Vec<u64>,
    kind: u32,
    offset: u64,
}

fn string(text: &[u8]) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text].concat()
}

fn text(key: &str, value: &str) -> Entry {
    Entry { key: key.into(), kind: 8, value: string(value.as_bytes()) }
}

fn int(key: &str, value: u32) -> Entry {
    Entry { key: key.into(), kind: 4, value: value.to_le_bytes().to_vec() }
}

fn array(key: &str, kind: u32, count: usize, items: Vec<u8>) -> Entry {
    let head = [&kind.to_le_bytes()[..], &(count as u64).to_le_bytes()].concat();
    Entry { key: key.into(), kind: 9, value: [head, items].concat() }
}

fn strings(key: &str, values: &[&str]) -> Entry {
    array(key, 8, values.len(), values.iter().flat_map(|value| string(value.as_bytes())).collect())
}

/// A small whole model, of one of the kinds of vocabulary.
fn entries(random: &mut impl Rng) -> Vec<Entry> {
    let architecture = pick(random, &["llama", "qwen2", "qwen3moe", "gemma3", "phi3", "what"]);
    let key = |name: &str| format!("{architecture}.{name}");
    let tokens = ["a", "b", "ab", "▁", "Ġ", "<0x0A>", "<|im_end|>", "\n"];
    let kinds: Vec<u8> = [1i32, 1, 1, 1, 1, 6, 3, 4].iter().flat_map(|kind| kind.to_le_bytes()).collect();
    let scores: Vec<u8> = (0..8).flat_map(|score| (-(score as f32)).to_le_bytes()).collect();
    let pre = pick(
        random,
        &["gpt-2", "llama-bpe", "qwen2", "tekken", "deepseek-llm", "kimi-k2", "superbpe", "default", "?"],
    );
    vec![
        text("general.architecture", architecture),
        text("general.name", "小"),
        int(&key("block_count"), 2),
        int(&key("context_length"), 128),
        int(&key("embedding_length"), 32),
        int(&key("attention.head_count"), 2),
        int(&key("attention.head_count_kv"), 1),
        int("general.alignment", 32),
        text("tokenizer.ggml.model", pick(random, &["gpt2", "llama", "gemma4", "bert"])),
        text("tokenizer.ggml.pre", pre),
        strings("tokenizer.ggml.tokens", &tokens),
        array("tokenizer.ggml.token_type", 5, 8, kinds),
        array("tokenizer.ggml.scores", 6, 8, scores),
        strings("tokenizer.ggml.merges", &["a b", "b ▁"]),
        int("tokenizer.ggml.eos_token_id", 6),
        text("tokenizer.chat_template", "{% for m in messages %}{{ m.content }}{% endfor %}"),
    ]
}

/// A file, mostly with some things in it that can't be.
pub fn file(random: &mut impl Rng) -> Vec<u8> {
    let mut entries = entries(random);
    let mut tensors = vec![
        Tensor { name: b"token_embd.weight".to_vec(), shape: vec![32, 8], kind: 8, offset: 0 },
        Tensor { name: b"blk.0.ffn_gate_exps.weight".to_vec(), shape: vec![32, 2, 2], kind: 0, offset: 288 },
        Tensor { name: b"output_norm.weight".to_vec(), shape: vec![32], kind: 0, offset: 800 },
    ];
    let (mut version, mut tensor_count, mut entry_count) = (3u32, None, None);
    for _ in 0..random.random_range(0..=3) {
        let entry = random.random_range(0..entries.len());
        let tensor = random.random_range(0..tensors.len());
        match random.random_range(0..16) {
            0 => entries[entry].kind = random.random_range(0..14),
            1 => {
                entries[entry].key =
                    pick(random, &[vec![], vec![0xff; 9], b"general.alignment".to_vec(), vec![b'k'; 70_000]])
            }
            2 => spoil(random, &mut entries[entry].value, 0),
            3 => spoil(random, &mut entries[entry].value, 4),
            4 => entries[entry].value.truncate(random.random_range(0..=8)),
            5 => {
                entries.remove(entry);
            }
            6 => entries[entry].value = pick(random, EDGES).to_le_bytes().to_vec(),
            // Arrays of arrays of arrays.
            7 => {
                let level = [&9u32.to_le_bytes()[..], &1u64.to_le_bytes()].concat();
                entries[entry] = array("nest", 9, 1, level.repeat(random.random_range(1..2000)));
            }
            8 => tensors[tensor].shape = vec![pick(random, EDGES); random.random_range(0..6)],
            9 => tensors[tensor].kind = random.random_range(0..50),
            10 => tensors[tensor].offset = pick(random, EDGES),
            11 => {
                tensors[tensor].name =
                    pick(random, &[vec![], vec![0xff; 3], vec![b't'; 600], b"output_norm.weight".to_vec()])
            }
            12 => version = pick(random, &[0, 1, 2, 3, 4, 3 << 24, u32::MAX]),
            13 => tensor_count = Some(pick(random, EDGES)),
            14 => entry_count = Some(pick(random, EDGES)),
            _ => entries.push(int(
                pick(random, &["split.count", "split.no", "general.alignment"]),
                pick(random, EDGES) as u32,
            )),
        }
        if entries.is_empty() {
            entries.push(int("x", 1));
        }
    }
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(version.to_le_bytes());
    bytes.extend(tensor_count.unwrap_or(tensors.len() as u64).to_le_bytes());
    bytes.extend(entry_count.unwrap_or(entries.len() as u64).to_le_bytes());
    for entry in &entries {
        bytes.extend(string(&entry.key));
        bytes.extend(entry.kind.to_le_bytes());
        bytes.extend(&entry.value);
    }
    for tensor in &tensors {
        bytes.extend(string(&tensor.name));
        bytes.extend((tensor.shape.len() as u32).to_le_bytes());
        bytes.extend(tensor.shape.iter().flat_map(|length| length.to_le_bytes()));
        bytes.extend(tensor.kind.to_le_bytes());
        bytes.extend(tensor.offset.to_le_bytes());
    }
    bytes.resize(bytes.len().next_multiple_of(32) + 928, 0);
    if random.random_bool(0.4) {
        super::damage(random, &mut bytes);
    }
    bytes
}

/// Writes an edge over the eight bytes at a place.
fn spoil(random: &mut impl Rng, value: &mut [u8], place: usize) {
    let edge = pick(random, EDGES).to_le_bytes();
    for (byte, edge) in value.iter_mut().skip(place).zip(edge) {
        *byte = edge;
    }
}
