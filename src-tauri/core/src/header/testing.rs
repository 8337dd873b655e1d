//! Writes small GGUF and safetensors files for tests.

use std::path::PathBuf;

/// Builds the bytes of a GGUF file.
#[derive(Clone)]
pub(crate) struct GgufWriter {
    version: u32,
    entries: Vec<Vec<u8>>,
    tensors: Vec<(String, Vec<u64>, u32, u64)>,
    data_len: u64,
}

fn string(text: &[u8]) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text].concat()
}

impl GgufWriter {
    pub(crate) fn new() -> Self {
        Self { version: 3, entries: Vec::new(), tensors: Vec::new(), data_len: 0 }
    }

    pub(crate) fn version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    fn entry(mut self, key: &str, kind: u32, value: &[u8]) -> Self {
        let kind = kind.to_le_bytes();
        self.entries.push([&string(key.as_bytes())[..], &kind, value].concat());
        self
    }

    pub(crate) fn str(self, key: &str, value: &str) -> Self {
        self.entry(key, 8, &string(value.as_bytes()))
    }

    pub(crate) fn u32(self, key: &str, value: u32) -> Self {
        self.entry(key, 4, &value.to_le_bytes())
    }

    pub(crate) fn f32(self, key: &str, value: f32) -> Self {
        self.entry(key, 6, &value.to_le_bytes())
    }

    pub(crate) fn bool(self, key: &str, value: bool) -> Self {
        self.entry(key, 7, &[u8::from(value)])
    }

    fn array(self, key: &str, kind: u32, count: usize, items: Vec<u8>) -> Self {
        let head = [&kind.to_le_bytes()[..], &(count as u64).to_le_bytes()].concat();
        self.entry(key, 9, &[head, items].concat())
    }

    pub(crate) fn strings<T: AsRef<[u8]>>(self, key: &str, values: &[T]) -> Self {
        let items = values.iter().flat_map(|value| string(value.as_ref()));
        self.array(key, 8, values.len(), items.collect())
    }

    pub(crate) fn i32s(self, key: &str, values: &[i32]) -> Self {
        let items = values.iter().flat_map(|value| value.to_le_bytes());
        self.array(key, 5, values.len(), items.collect())
    }

    pub(crate) fn f32s(self, key: &str, values: &[f32]) -> Self {
        let items = values.iter().flat_map(|value| value.to_le_bytes());
        self.array(key, 6, values.len(), items.collect())
    }

    /// A tensor of `byte_len` zero bytes.
    pub(crate) fn tensor(mut self, name: &str, shape: &[u64], kind: u32, byte_len: u64) -> Self {
        self.tensors.push((name.into(), shape.to_vec(), kind, self.data_len));
        self.data_len = (self.data_len + byte_len).next_multiple_of(32);
        self
    }

    /// The whole file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(self.version.to_le_bytes());
        bytes.extend((self.tensors.len() as u64).to_le_bytes());
        bytes.extend((self.entries.len() as u64).to_le_bytes());
        bytes.extend(self.entries.iter().flatten());
        for (name, shape, kind, offset) in &self.tensors {
            bytes.extend(string(name.as_bytes()));
            bytes.extend((shape.len() as u32).to_le_bytes());
            bytes.extend(shape.iter().flat_map(|length| length.to_le_bytes()));
            bytes.extend(kind.to_le_bytes());
            bytes.extend(offset.to_le_bytes());
        }
        bytes.resize(bytes.len().next_multiple_of(32), 0);
        bytes.resize(bytes.len() + self.data_len as usize, 0);
        bytes
    }
}

/// A llama with a vocabulary of 4 tokens: complete as far as a header goes.
pub(crate) fn tiny_llama() -> GgufWriter {
    blocks(sized_llama())
}

/// Its metadata, with the tensors that belong to no block.
pub(crate) fn sized_llama() -> GgufWriter {
    bare_llama()
        .u32("llama.feed_forward_length", 32)
        .u32("llama.attention.head_count", 2)
        .f32("llama.attention.layer_norm_rms_epsilon", 1e-5)
}

/// Adds the tensors of its two blocks.
pub(crate) fn blocks(writer: GgufWriter) -> GgufWriter {
    let matrices = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"];
    (0..2).fold(writer, |writer, block| {
        let name = |part: &str| format!("blk.{block}.{part}.weight");
        let writer = ["attn_norm", "ffn_norm"]
            .iter()
            .fold(writer, |writer, part| writer.tensor(&name(part), &[32], 0, 128));
        matrices.iter().fold(writer, |writer, part| writer.tensor(&name(part), &[32, 32], 8, 32 * 34))
    })
}

/// A llama that says nothing of its heads and has no blocks: what a header may leave open.
pub(crate) fn bare_llama() -> GgufWriter {
    GgufWriter::new()
        .str("general.architecture", "llama")
        .str("general.name", "Tiny 小")
        .str("general.license", "apache-2.0")
        .u32("llama.block_count", 2)
        .u32("llama.context_length", 128)
        .u32("llama.embedding_length", 32)
        .f32("llama.rope.freq_base", 10_000.0)
        .str("tokenizer.ggml.model", "gpt2")
        .str("tokenizer.ggml.pre", "gpt-2")
        .strings("tokenizer.ggml.tokens", &["a", "b", "ab", "<|end|>"])
        .i32s("tokenizer.ggml.token_type", &[1, 1, 1, 3])
        .strings("tokenizer.ggml.merges", &["a b"])
        .u32("tokenizer.ggml.eos_token_id", 3)
        .tensor("token_embd.weight", &[32, 4], 8, 4 * 34)
        .tensor("output_norm.weight", &[32], 0, 128)
}

/// A safetensors file with one tensor of zero bytes.
pub(crate) fn safetensors(name: &str, dtype: &str, shape: &[u64], byte_len: usize) -> Vec<u8> {
    let header = serde_json::json!({
        "__metadata__": {"format": "pt"},
        name: {"dtype": dtype, "shape": shape, "data_offsets": [0, byte_len]},
    })
    .to_string();
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.resize(bytes.len() + byte_len, 0);
    bytes
}

/// A safetensors file with tensors of zeros in BF16.
pub(crate) fn zeros(tensors: &[(String, Vec<u64>)]) -> Vec<u8> {
    zeros_but(tensors, "", "BF16", 2)
}

/// The same, but the tensor `other` is in the number format `dtype` of so many bytes a number.
pub(crate) fn zeros_but(tensors: &[(String, Vec<u64>)], other: &str, dtype: &str, bytes: u64) -> Vec<u8> {
    let mut header = serde_json::Map::new();
    let mut end = 0;
    for (name, shape) in tensors {
        let start = end;
        let (dtype, bytes) = if name == other { (dtype, bytes) } else { ("BF16", 2) };
        end += bytes * shape.iter().product::<u64>();
        let entry = serde_json::json!({"dtype": dtype, "shape": shape, "data_offsets": [start, end]});
        header.insert(name.clone(), entry);
    }
    let header = serde_json::Value::Object(header).to_string();
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.resize(bytes.len() + end as usize, 0);
    bytes
}

/// Every tensor of a Qwen 3 of one block, 768 weights in all, and its configuration.
pub(crate) fn tiny_qwen3() -> (serde_json::Value, Vec<(String, Vec<u64>)>) {
    let config = serde_json::json!({
        "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "num_hidden_layers": 1,
        "max_position_embeddings": 4096, "hidden_size": 8, "intermediate_size": 16, "num_attention_heads": 2,
        "num_key_value_heads": 1, "head_dim": 4, "vocab_size": 10,
    });
    let block = [
        ("self_attn.q_proj", vec![8, 8]),
        ("self_attn.k_proj", vec![4, 8]),
        ("self_attn.v_proj", vec![4, 8]),
        ("self_attn.o_proj", vec![8, 8]),
        ("self_attn.q_norm", vec![4]),
        ("self_attn.k_norm", vec![4]),
        ("mlp.gate_proj", vec![16, 8]),
        ("mlp.up_proj", vec![16, 8]),
        ("mlp.down_proj", vec![8, 16]),
        ("input_layernorm", vec![8]),
        ("post_attention_layernorm", vec![8]),
    ];
    let outer = [("lm_head", vec![10, 8]), ("model.embed_tokens", vec![10, 8]), ("model.norm", vec![8])];
    let block = block.map(|(name, shape)| (format!("model.layers.0.{name}.weight"), shape));
    (config, outer.map(|(name, shape)| (format!("{name}.weight"), shape)).into_iter().chain(block).collect())
}

/// A folder that is removed with it, with files in it.
pub(crate) struct Folder(pub tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder for the test"))
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).expect("a file for the test");
        path
    }
}

/// Real vocabularies and templates, which are too large for this repository: the folder that
/// `VITRINE_FIXTURES` names, or one beside the repository. `None`, and a line that says so, where
/// there is none.
pub(crate) fn shared_fixtures(what: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("VITRINE_FIXTURES").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fixtures")),
        PathBuf::from,
    );
    let path = folder.join(what);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("left out: there is no {} (set VITRINE_FIXTURES)", path.display());
    None
}
