//! JSON with a structure that is nearly right.

use std::path::{Path, PathBuf};

use rand::Rng;
use serde_json::{json, Value};

use super::pick;

/// A value that nobody expects.
fn odd(random: &mut impl Rng) -> Value {
    let numbers = [0, -1, 1, 7, i64::MAX, i64::MIN, 1 << 32, 1 << 40];
    match random.random_range(0..11) {
        0 => Value::Null,
        1 => Value::Bool(random.random()),
        2 | 3 => json!(pick(random, &numbers)),
        4 => json!(pick(random, &[1e308, -0.0, 0.5, f64::MIN_POSITIVE])),
        5 => json!(u64::MAX),
        6 => json!(pick(random, &["", "a", "\u{0}", "▁", "<s>", "../../x", "BPE", "(((((", "\\p{L}+*"])),
        7 => json!("x".repeat(random.random_range(0..5000))),
        8 => json!([]),
        9 => json!({}),
        _ => {
            let mut nested = json!(1);
            for _ in 0..random.random_range(1..200) {
                nested = json!([nested]);
            }
            nested
        }
    }
}

/// Changes something somewhere in a value; deeper ones as often as shallow ones.
fn change(random: &mut impl Rng, value: &mut Value) {
    let length = match &*value {
        Value::Array(items) => items.len(),
        Value::Object(entries) => entries.len(),
        _ => 0,
    };
    if length == 0 || random.random_bool(0.15) {
        *value = odd(random);
        return;
    }
    let place = random.random_range(0..length);
    let is_here = random.random_bool(0.15);
    match value {
        Value::Array(items) => match is_here {
            true if random.random() => {
                items.remove(place);
            }
            true => items.push(items[place].clone()),
            false => change(random, &mut items[place]),
        },
        Value::Object(entries) => {
            let key = entries.keys().nth(place).cloned().unwrap_or_default();
            match is_here {
                true if random.random() => {
                    entries.remove(&key);
                }
                true => {
                    let odd = odd(random);
                    entries.insert(pick(random, &["", "type", "__metadata__", "model"]).into(), odd);
                }
                false => change(random, &mut entries[&key]),
            }
        }
        _ => {}
    }
}

/// The value with some changes, as text that may be damaged besides.
pub fn text(random: &mut impl Rng, mut value: Value) -> Vec<u8> {
    for _ in 0..random.random_range(0..=3) {
        change(random, &mut value);
    }
    let mut bytes = value.to_string().into_bytes();
    if random.random_bool(0.25) {
        super::damage(random, &mut bytes);
    }
    bytes
}

pub fn config() -> Value {
    json!({
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1,
        "intermediate_size": 64, "vocab_size": 8, "max_position_embeddings": 128, "head_dim": 16,
        "rms_norm_eps": 1e-5, "tie_word_embeddings": true, "torch_dtype": "float32",
        "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "original_max_position_embeddings": 64},
        "layer_types": ["full_attention", "sliding_attention"],
        "text_config": {"hidden_size": 32},
        "quantization_config": {"quant_method": "gptq"},
        "eos_token_id": [1, 2],
    })
}

/// The configuration of a model whose numbers are proved, and its weights: each class is translated in its own way.
pub fn proved(random: &mut impl Rng) -> (Value, PathBuf) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/numbers");
    let entries = std::fs::read_dir(folder).expect("the fixtures");
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path().join("folder/config.json")).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    let path = pick(random, &paths);
    let text = std::fs::read_to_string(&path).expect("a fixture");
    (serde_json::from_str(&text).expect("valid JSON"), path.with_file_name("model.safetensors"))
}

pub fn index() -> Value {
    json!({"metadata": {"total_size": 512}, "weight_map": {"a": "model-1.safetensors", "b": "model.safetensors"}})
}

pub fn tensors() -> Value {
    json!({
        "__metadata__": {"format": "pt"},
        "model.embed_tokens.weight": {"dtype": "F32", "shape": [8, 4], "data_offsets": [0, 128]},
        "model.norm.weight": {"dtype": "BF16", "shape": [4], "data_offsets": [128, 136]},
    })
}

pub fn tokenizer_config() -> Value {
    json!({
        "bos_token": "<s>",
        "eos_token": {"content": "</s>", "lstrip": false},
        "chat_template": [{"name": "default", "template": "{{ messages[0].content }}"}],
        "added_tokens_decoder": {"1": {"content": "<s>", "special": true}},
    })
}

/// A tokenizer of one of the kinds that are published.
pub fn tokenizer(random: &mut impl Rng) -> Value {
    let byte_level =
        json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true});
    let split = json!({"type": "Split", "pattern": {"Regex": "\\p{N}{1,3}|\\s+(?!\\S)"}, "behavior": "Isolated", "invert": false});
    let vocabulary = json!({"<unk>": 0, "a": 1, "b": 2, "ab": 3, "▁": 4, "Ġ": 5, "<0x0A>": 6, "##b": 7});
    let model = match random.random_range(0..4) {
        0 => {
            json!({"type": "BPE", "dropout": null, "unk_token": "<unk>", "continuing_subword_prefix": null, "end_of_word_suffix": null,
            "fuse_unk": true, "byte_fallback": true, "ignore_merges": false, "vocab": vocabulary, "merges": [["a", "b"]]})
        }
        1 => json!({"type": "BPE", "vocab": vocabulary, "merges": ["a b"]}),
        2 => {
            json!({"type": "Unigram", "unk_id": 0, "byte_fallback": true, "vocab": [["<unk>", 0.0], ["a", -1.0], ["ab", -1.5], ["▁", -2.0]]})
        }
        _ => {
            json!({"type": "WordPiece", "unk_token": "<unk>", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocabulary})
        }
    };
    let normalizer = pick(
        random,
        &[
            Value::Null,
            json!({"type": "NFC"}),
            json!({"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}),
            json!({"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}),
            json!({"type": "Precompiled", "precompiled_charsmap": "AAAAAAAA"}),
        ],
    );
    let pre_tokenizer = pick(
        random,
        &[
            Value::Null,
            byte_level.clone(),
            json!({"type": "Sequence", "pretokenizers": [split, byte_level]}),
            json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false}),
            json!({"type": "Digits", "individual_digits": true}),
        ],
    );
    let decoder = pick(
        random,
        &[
            Value::Null,
            byte_level,
            json!({"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]}),
        ],
    );
    json!({
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0},
        "padding": null,
        "added_tokens": [{"id": 8, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": true, "normalized": false, "special": true}],
        "normalizer": normalizer,
        "pre_tokenizer": pre_tokenizer,
        "post_processor": {"type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"<s>": {"id": "<s>", "ids": [8], "tokens": ["<s>"]}}},
        "decoder": decoder,
        "model": model,
    })
}
