//! Every architecture computes what transformers computes.
//!
//! `tests/fixtures/numbers/` holds tiny random models with the logits of transformers in float32
//! (`make.py` there says how they were made). The real worker reads them in every form, and is
//! made to take 200 given tokens after a prompt; at each of them its best token, and at some its
//! logits over the whole vocabulary, are compared.
//!
//! Tolerances are in units of the spread (standard deviation) of the model's logits:
//!
//! * [`EXACT`]: weights and activations in F32; what is left is the order of additions.
//! * [`PACKED`]: the engine rounds activations to 8 bits where weights are packed. The reference has the
//!   same weights, and says what this rounding does to its own logits: so many times that is allowed.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{json, Value};

use crate::client::{root, Worker};
use crate::folders::{self, Tensor};

pub const EXACT: f32 = 3e-4;
pub const PACKED: f32 = 3.0;
/// Best tokens out of 200 that may differ beyond those that the rounding changes in the reference.
const PACKED_DISPUTES: u64 = 15;

/// One cache folder for all tests of this process.
fn cache() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER.get_or_init(|| tempfile::tempdir().expect("a temporary folder")).path()
}

pub fn worker() -> Worker {
    Worker::spawn_with(&[("VITRINE_CACHE_DIR", &cache().to_string_lossy())])
}

/// Does a layer of this model see the last tokens only, or remember in a state that can't go back?
pub fn forgets(model: &str) -> bool {
    let text = std::fs::read_to_string(fixture(model).join("folder/config.json")).expect("a config");
    let config: Value = serde_json::from_str(&text).expect("valid JSON");
    let config = config.get("text_config").unwrap_or(&config);
    let kinds = config["layer_types"].as_array().into_iter().flatten();
    config["sliding_window"].is_u64() || kinds.into_iter().any(|kind| kind == "linear_attention")
        // Its class keeps all of its blocks alike, in what can't go back.
        || config["model_type"] == "granitemoe"
}

/// Every model that there is, with weights in F32: the GGUF file, or the folder where that is all.
pub fn models() -> Vec<(String, PathBuf)> {
    let folders = std::fs::read_dir(root().join("tests/fixtures/numbers")).expect("the fixtures");
    let mut models: Vec<(String, PathBuf)> = folders
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("folder").is_dir())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let gguf = path.join("f32.gguf");
            (name, if gguf.is_file() { gguf } else { path.join("folder") })
        })
        .collect();
    models.sort();
    models
}

/// A worker with one of them.
pub fn loaded(path: &Path) -> Worker {
    let mut worker = worker();
    worker.request("model/load", json!({"path": path})).expect("it loads");
    worker.notifications.clear();
    worker
}

pub fn fixture(model: &str) -> PathBuf {
    root().join("tests/fixtures/numbers").join(model)
}

pub fn read(model: &str) -> Value {
    let text = std::fs::read_to_string(fixture(model).join("reference.json")).expect("a reference");
    serde_json::from_str(&text).expect("valid JSON")
}

/// Logits of one position, as they were written: float32, little endian, base64.
pub fn decode(text: &str) -> Vec<f32> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0u32, 0);
    for letter in text.bytes().filter(|&letter| letter != b'=') {
        let value = LETTERS.iter().position(|&other| other == letter).expect("base64") as u32;
        (bits, count) = (bits << 6 | value, count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().expect("4 bytes"))).collect()
}

struct Comparison {
    /// Largest difference of a logit, in units of the spread.
    worst: f32,
    /// Positions with the same best token.
    agreed: usize,
    /// Gaps between the best two at positions where it differs, in units of the spread.
    disputed: Vec<f32>,
}

pub fn floats(value: &Value) -> Vec<f32> {
    let numbers = value.as_array().expect("an array").iter();
    numbers.map(|number| number.as_f64().expect("a number") as f32).collect()
}

fn best(logits: &[f32]) -> u64 {
    let best = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).expect("not empty");
    best.0 as u64
}

/// Loads a model, forces the reference's tokens, and compares.
fn compare(path: &Path, model: &str, against: &str, options: Value) -> (Comparison, Value) {
    let mut worker = worker();
    let loaded = worker
        .request("model/load", json!({"path": path, "options": options}))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    worker.notifications.clear();
    let fixture = read(model);
    let run = worker.generate(json!({
        "prompt_ids": fixture["prompt"], "forced_ids": fixture["forced"], "logits": true, "alternatives": 0,
        "max_tokens": 200, "end_at_eos": false,
    }));
    assert_eq!(run.tokens.len(), 200, "{}: {}", path.display(), run.end);
    let reference = &fixture[against];
    let spread = reference["spread"].as_f64().expect("a spread") as f32;
    let (top, gaps) = (&reference["top"], floats(&reference["gap"]));
    let mut result = Comparison { worst: 0.0, agreed: 0, disputed: Vec::new() };
    for (position, token) in run.tokens.iter().enumerate() {
        let logits = floats(&token["logits"]);
        if best(&logits) == top[position].as_u64().expect("an id") {
            result.agreed += 1;
        } else {
            result.disputed.push(gaps[position] / spread);
        }
        if let Some(kept) = reference["logits"].get(position.to_string()) {
            let wanted = decode(kept.as_str().expect("text"));
            assert_eq!(wanted.len(), logits.len());
            let worst = wanted.iter().zip(&logits).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            result.worst = result.worst.max(worst / spread);
        }
    }
    (result, loaded)
}

/// Loads a model in a form that must be exact: logits within [`EXACT`], and 200 times the same best token.
fn check_exact(path: &Path, model: &str, options: Value) -> Value {
    let (found, loaded) = compare(path, model, "f32", options);
    report(path, &found, &loaded);
    assert!(found.worst <= EXACT, "{}: logits differ by {} of the spread", path.display(), found.worst);
    assert_eq!(found.agreed, 200, "{}: gaps {:?}", path.display(), found.disputed);
    loaded
}

/// Loads a model with weights in Q8_0.
fn check_packed(path: &Path, model: &str, options: Value) -> Value {
    check_rounded(path, model, "q8_0", options)
}

/// Loads a model with packed weights; `against` is the reference that has the same weights.
fn check_rounded(path: &Path, model: &str, against: &str, options: Value) -> Value {
    let (found, loaded) = compare(path, model, against, options);
    report(path, &found, &loaded);
    let noise = read(model)[against]["noise"].clone();
    let allowed = PACKED * noise["worst"].as_f64().expect("a number") as f32;
    assert!(found.worst <= allowed, "{}: logits differ by {} of the spread", path.display(), found.worst);
    let agreed = noise["agreed"].as_u64().expect("a count");
    assert!(
        found.agreed as u64 + PACKED_DISPUTES >= agreed,
        "{}: only {} of 200 best tokens agree, gaps {:?}",
        path.display(),
        found.agreed,
        found.disputed
    );
    loaded
}

fn report(path: &Path, found: &Comparison, loaded: &Value) {
    let name = path.strip_prefix(root()).unwrap_or(path).display();
    let route = &loaded["loading"]["route"];
    println!("{name}: {route}, worst {:.6}, agreed {}", found.worst, found.agreed);
}

/// All three forms of one model; `route` is the way that its quantized GGUF must go.
fn all_forms(model: &str, route: &str) {
    as_folder(model);
    as_files(model, route);
}

fn as_folder(model: &str) {
    folder_by(model, "folder");
}

/// `route` is the way that the folder must go.
fn folder_by(model: &str, route: &str) {
    let exact = check_exact(&fixture(model).join("folder"), model, json!({}));
    assert_eq!(exact["loading"]["route"], route);
    assert_eq!(exact["loading"]["weights"], "F32");
}

fn as_files(model: &str, route: &str) {
    let folder = fixture(model);
    let exact = check_exact(&folder.join("f32.gguf"), model, json!({}));
    assert_eq!(exact["loading"]["route"], "converted");
    assert_eq!(exact["loading"]["isq"], "none");
    let packed = check_packed(&folder.join("q8_0.gguf"), model, json!({}));
    assert_eq!(packed["loading"]["route"], route);
    assert_eq!(packed["loading"]["weights"], "Q8_0");
}

#[test]
fn llama() {
    all_forms("llama", "direct");
}

#[test]
fn llama_with_one_table_for_both_ends() {
    all_forms("llama-tied", "direct");
}

#[test]
fn llama_with_the_scaling_of_llama_3_1() {
    all_forms("llama3-rope", "converted");
}

#[test]
fn llama_with_linear_scaling() {
    all_forms("llama-linear", "converted");
}

#[test]
fn mistral_with_wide_heads() {
    all_forms("mistral-wide", "direct");
}

#[test]
fn qwen2() {
    all_forms("qwen2", "direct");
}

#[test]
fn qwen3() {
    all_forms("qwen3", "direct");
}

#[test]
fn qwen3_moe() {
    as_files("qwen3moe", "converted");
    // The engine reads its experts from its own container alone.
    folder_by("qwen3moe", "converted");
    let packed = check_packed(&fixture("qwen3moe").join("folder"), "qwen3moe", json!({"isq": "q8_0"}));
    assert_eq!(packed["loading"]["isq"], "q8_0");
}

/// Classes whose tensors are written in another form or order than the folder's; each in F32 and packed.
fn rewritten(model: &str) {
    folder_by(model, "converted");
    let packed = check_packed(&fixture(model).join("folder"), model, json!({"isq": "q8_0"}));
    assert_eq!(
        (&packed["loading"]["isq"], &packed["loading"]["route"]),
        (&json!("q8_0"), &json!("converted"))
    );
}

#[test]
fn glm_4_and_its_mixture_of_experts() {
    rewritten("glm");
    rewritten("glm4moe");
}

#[test]
fn granite_with_and_without_experts_and_states() {
    for model in ["granite", "granite-dense", "granitemoe", "granite-hybrid"] {
        rewritten(model);
    }
}

#[test]
fn qwen3_next() {
    rewritten("qwen3-next");
}

/// Keys and values of different width, scaled positions, and norms with a constant of their own.
#[test]
fn attention_over_common_numbers() {
    for model in ["deepseek2", "deepseek3", "glm4moe-lite"] {
        rewritten(model);
    }
    // With scaled positions, too, only those of the context are computed beforehand.
    check_exact(&fixture("deepseek2").join("folder"), "deepseek2", json!({"context_length": 256}));
}

#[test]
fn classes_that_compute_what_another_one_does() {
    for model in ["ernie", "seed-oss"] {
        rewritten(model);
    }
}

/// Newer folders have one tensor for all experts of a block.
#[test]
fn experts_in_one_tensor_are_told_apart() {
    let join = |tensors: Vec<Tensor>| {
        let (experts, mut joined): (Vec<_>, Vec<_>) =
            tensors.into_iter().partition(|tensor| tensor.name.contains("experts"));
        for block in 0..3 {
            let prefix = format!("model.layers.{block}.mlp.experts");
            let of = |parts: &[&str]| -> Vec<u8> {
                let names = (0..4).flat_map(|expert| parts.iter().map(move |part| (expert, *part)));
                let name = |(expert, part)| format!("{prefix}.{expert}.{part}.weight");
                let found = names.map(name).map(|name| experts.iter().find(|expert| expert.name == name));
                found.flat_map(|expert| expert.expect("an expert").bytes.clone()).collect()
            };
            let mut put = |name: &str, shape: [u64; 3], bytes: Vec<u8>| {
                let name = format!("{prefix}.{name}");
                joined.push(Tensor { name, kind: "BF16".into(), shape: shape.to_vec(), bytes });
            };
            put("gate_up_proj", [4, 64, 32], of(&["gate_proj", "up_proj"]));
            put("down_proj", [4, 32, 32], of(&["down_proj"]));
        }
        joined
    };
    let home = folders::changed(&fixture("qwen3moe").join("folder"), join, |_| ());
    check_exact(home.path(), "qwen3moe", json!({}));
}

/// Those of Qwen 3 VL were published with columns for rows.
#[test]
fn experts_on_their_side_are_turned() {
    let turn = |mut tensors: Vec<Tensor>| {
        for tensor in tensors.iter_mut().filter(|tensor| tensor.name.contains("experts")) {
            let (rows, columns) = (tensor.shape[1] as usize, tensor.shape[2] as usize);
            let numbers: Vec<&[u8]> = tensor.bytes.chunks(2).collect();
            let turned = numbers.chunks(rows * columns).flat_map(|expert| {
                (0..columns).flat_map(move |column| (0..rows).map(move |row| expert[row * columns + column]))
            });
            let turned: Vec<u8> = turned.flatten().copied().collect();
            tensor.bytes = turned;
            tensor.shape.swap(1, 2);
        }
        tensors
    };
    let home = folders::changed(&fixture("qwen3moe-vision").join("folder"), turn, |_| ());
    check_exact(home.path(), "qwen3moe-vision", json!({}));
}

/// Phi 4 as it was published first: its matrices go by another name beside what is added to them for pictures and speech.
#[test]
fn what_is_added_for_pictures_and_speech_changes_no_text() {
    let rename = |tensors: Vec<Tensor>| {
        let mut renamed = Vec::new();
        for mut tensor in tensors {
            if let Some(matrix) =
                tensor.name.strip_suffix("_proj.weight").filter(|name| name.contains(".layers."))
            {
                for (adapter, shape) in [("lora_A", [2, 64]), ("lora_B", [64, 2])] {
                    let name = format!("{matrix}_proj.{adapter}.vision.weight");
                    let (kind, shape) = ("BF16".into(), shape.to_vec());
                    renamed.push(Tensor { name, kind, shape, bytes: vec![1; 256] });
                }
                tensor.name = format!("{matrix}_proj.base_layer.weight");
            }
            renamed.push(tensor);
        }
        renamed
    };
    let name = |config: &mut Value| {
        config["architectures"] = json!(["Phi4MMForCausalLM"]);
        config["model_type"] = json!("phi4mm");
    };
    let home = folders::changed(&fixture("phi4-multimodal").join("folder"), rename, name);
    check_exact(home.path(), "phi4-multimodal", json!({}));
}

/// Their text part alone is read, as the model that it is.
#[test]
fn models_that_also_see_compute_text() {
    for model in [
        "gemma3-vision",
        "mistral3-vision",
        "qwen2-vision",
        "qwen2.5-vision",
        "qwen3-vision",
        "qwen3moe-vision",
        "smolvlm",
        "llava-1.5",
        "llava-next",
        "llava-onevision",
        "internvl",
        "lighton-ocr",
        "qwen2-audio",
        "voxtral",
        "mllama",
        "phi4-multimodal",
        "qwen3.5-vision",
        "qwen3.5moe-vision",
    ] {
        folder_by(model, "converted");
    }
}

#[test]
fn gemma4_with_shared_keys_and_tables_for_blocks() {
    folder_by("gemma4", "converted");
}

/// What is longer than the window is a prompt like any other, though such a model can't be given it in one go.
#[test]
fn gemma4_reads_prompts_beyond_its_window() {
    let fixture_ids = read("gemma4");
    let ids = |name: &str| fixture_ids[name].as_array().expect("ids").clone();
    let (mut prompt, mut forced) = (ids("prompt"), ids("forced"));
    prompt.extend(forced.drain(..101));
    let mut worker = loaded(&fixture("gemma4").join("folder"));
    let run = worker.generate(json!({
        "prompt_ids": prompt, "forced_ids": forced, "logits": true, "alternatives": 0, "max_tokens": forced.len(),
        "end_at_eos": false,
    }));
    assert_eq!(run.tokens.len(), 99);
    let reference = &fixture_ids["f32"];
    let spread = reference["spread"].as_f64().expect("a spread") as f32;
    // Logits of the whole vocabulary are kept at 120 and 199.
    for kept in [120, 199] {
        let wanted = decode(reference["logits"][kept.to_string()].as_str().expect("text"));
        let logits = floats(&run.tokens[kept - 101]["logits"]);
        let worst = wanted.iter().zip(&logits).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst / spread <= EXACT, "token {kept}: {}", worst / spread);
    }
}

#[test]
fn gemma4_with_experts() {
    folder_by("gemma4-moe", "converted");
}

/// The same from GGUF files, where their text part has an architecture of its own.
#[test]
fn text_parts_in_gguf_files_compute_text() {
    for model in ["qwen2.5-vision", "qwen3-vision", "qwen3vlmoe"] {
        as_files(model, "converted");
    }
    as_files("mistral3-vision", "direct");
}

#[test]
fn classes_that_only_folders_have() {
    as_folder("mistral-window");
}

#[test]
fn smollm3_with_blocks_that_know_no_positions() {
    all_forms("smollm3", "converted");
}

#[test]
fn glm4() {
    all_forms("glm4", "converted");
    // Rows of q and k in another order, as in files of models that see.
    check_exact(&fixture("glm4-sections").join("model.gguf"), "glm4-sections", json!({}));
}

/// SentencePiece's vocabulary, as in Llama 2 and the first Mistral: mistral.rs reads the file itself, with our tokenizer.
#[test]
fn a_llama_with_pieces_and_scores_goes_the_direct_way() {
    let path = fixture("llama-spm").join("model.gguf");
    let packed = check_rounded(&path, "llama-spm", "packed", json!({}));
    assert_eq!(packed["loading"]["route"], "direct");
    let mut worker = loaded(&path);
    let cut =
        worker.request("text/tokenize", json!({"text": "the 天空蓝", "add_special": true})).expect("ids");
    // BOS, "▁the", "▁", "天空", and the bytes of a character that is no piece.
    assert_eq!(cut["ids"], json!([1, 264, 267, 282, 3 + 0xe8, 3 + 0x93, 3 + 0x9d]));
    let ids = &cut["ids"].as_array().expect("ids")[2..];
    let written = worker.generate(json!({"prompt": "the", "forced_ids": ids, "max_tokens": ids.len()}));
    assert_eq!(written.text(), " 天空蓝");
    assert_eq!(written.ids()[2..], [235, 150, 160]);
    let prompt = worker.generate(json!({"prompt": "the 天空蓝", "max_tokens": 8}));
    assert_eq!(prompt.started["prompt_ids"], cut["ids"]);
}

#[test]
fn mixtral() {
    all_forms("mixtral", "converted");
}

#[test]
fn starcoder2() {
    all_forms("starcoder2", "converted");
}

#[test]
fn gemma() {
    all_forms("gemma", "converted");
}

#[test]
fn gemma2_with_windows_and_caps() {
    all_forms("gemma2", "converted");
}

#[test]
fn gemma3_with_windows_and_two_bases() {
    all_forms("gemma3", "converted");
}

#[test]
fn phi3() {
    all_forms("phi3", "converted");
}

/// What is read and written on both sides of the border is in [`super::long_rope`].
#[test]
fn phi3_with_long_positions() {
    for model in ["phi3-long", "phi3-border"] {
        as_files(model, "converted");
        // Lengths so short do not give the engine's factor exactly: what is off goes into the weights.
        folder_by(model, "converted");
    }
}

#[test]
fn phi3_with_a_window() {
    all_forms("phi3-window", "converted");
}

/// Formats that the engine does not know, alone and beside others in one file, the table of the vocabulary among them.
#[test]
fn formats_that_the_engine_does_not_know_are_repacked() {
    let models =
        ["llama-iq4_nl", "llama-iq4_xs", "llama-mxfp4", "qwen2-iq4_nl", "qwen2-iq4_xs", "qwen2-mxfp4"];
    for model in models {
        let loaded = check_rounded(&fixture(model).join("model.gguf"), model, "packed", json!({}));
        assert_eq!(loaded["loading"]["route"], "converted");
        assert_eq!(loaded["loading"]["weights"], "Q8_0");
        let stored = model.split('-').nth(1).expect("a format").to_uppercase();
        assert_eq!(loaded["info"]["quantization"], stored.as_str());
        assert_eq!(loaded["info"]["plan"]["repacked"], "Q8_0");
    }
}

/// Rows of one block and of two. llama.cpp's kernels for these take blocks in pairs.
#[test]
fn rows_of_an_odd_number_of_blocks_are_computed() {
    for model in ["llama-q4_1", "llama-q5_0", "llama-q5_1"] {
        for route in ["direct", "converted"] {
            let path = fixture(model).join("model.gguf");
            let loaded = check_rounded(&path, model, "packed", json!({"route": route}));
            assert_eq!(loaded["loading"]["route"], route);
        }
    }
}

/// The architecture in other letters: the engine's own reader stops at it.
#[test]
fn an_architecture_in_large_letters_is_computed() {
    let mut bytes = std::fs::read(fixture("llama").join("q8_0.gguf")).expect("a fixture");
    let name = [&5u64.to_le_bytes()[..], b"llama"].concat();
    let at = bytes.windows(name.len()).position(|window| window == name).expect("the architecture") + 8;
    bytes[at..at + 5].copy_from_slice(b"LLaMA");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("large.gguf");
    std::fs::write(&path, bytes).expect("written");
    let loaded = check_packed(&path, "llama", json!({}));
    assert_eq!(loaded["loading"]["route"], "converted");
}

/// A second opinion: the engine's own GGUF reader and the converted form of the same file.
#[test]
fn both_readers_give_the_same_numbers() {
    for model in ["llama", "qwen2", "qwen3"] {
        let path = fixture(model).join("q8_0.gguf");
        let loaded = check_packed(&path, model, json!({"route": "converted"}));
        assert_eq!(loaded["loading"]["route"], "converted");
    }
}

/// What is wrong is refused, not only avoided.
#[test]
fn a_reader_that_computes_wrong_can_not_be_asked_for() {
    let mut worker = worker();
    let path = fixture("llama3-rope").join("q8_0.gguf");
    let refused = worker.refusal("model/load", json!({"path": path, "options": {"route": "direct"}}));
    assert_eq!(refused, "invalid_params");
}

/// Half floats are packed on the way, or kept exact where that is asked for.
#[test]
fn half_floats_are_packed_as_asked_for() {
    for model in ["llama", "gemma3"] {
        for file in ["f16.gguf", "bf16.gguf"] {
            let path = fixture(model).join(file);
            let loaded = check_exact(&path, model, json!({"isq": "none"}));
            assert_eq!(loaded["loading"]["weights"], "F32");
            let loaded = check_packed(&path, model, json!({"isq": "q8_0"}));
            assert_eq!(loaded["loading"]["weights"], "Q8_0");
        }
    }
}

/// In-situ quantization of folders: the same weights as in the GGUF file in Q8_0.
#[test]
fn folders_are_packed_as_asked_for() {
    for model in ["llama", "qwen3", "gemma3", "phi3"] {
        let loaded = check_packed(&fixture(model).join("folder"), model, json!({"isq": "q8_0"}));
        assert_eq!(loaded["loading"]["isq"], "q8_0");
    }
    // Blocks of 256 do not divide these rows.
    let loaded = check_packed(&fixture("llama").join("folder"), "llama", json!({"isq": "q4k"}));
    assert_eq!(loaded["loading"]["isq"], "q8_0");
}

/// The second load takes what the first one wrote, and says what that costs on disk.
#[test]
fn a_converted_model_is_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = fixture("llama3-rope").join("q8_0.gguf");
    let mut sizes = Vec::new();
    for reused in [false, true] {
        let mut worker = Worker::spawn_with(&[("VITRINE_CACHE_DIR", &folder.path().to_string_lossy())]);
        let loaded = worker.request("model/load", json!({"path": path})).expect("loads");
        let cache = &loaded["loading"]["cache"];
        assert_eq!(cache["reused"], reused);
        assert_eq!(cache["entry_bytes"], cache["total_bytes"]);
        assert!(cache["total_bytes"].as_u64() < cache["limit_bytes"].as_u64());
        sizes.push(cache["entry_bytes"].as_u64().expect("bytes"));
        worker.close();
    }
    assert_eq!(sizes[0], sizes[1]);
    let left = std::fs::read_dir(folder.path()).expect("listed").count();
    assert_eq!(left, 1, "nothing but the folder of converted models stays");
}
