//! A Qwen3 of any size with random weights and the vocabulary of the bundled model, for what depends on
//! size and length and not on sense. The same bytes every time.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// The shape of a model.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub layers: u32,
    pub embedding: u32,
    pub feed_forward: u32,
    pub heads: u32,
    pub kv_heads: u32,
    pub head_size: u32,
    pub context: u32,
    pub blocks: Blocks,
}

/// What the matrices are packed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocks {
    Q8_0,
    /// Rows must be a multiple of 256 long.
    #[allow(dead_code, reason = "benches that share this file take one kind")]
    Q4K,
}

impl Blocks {
    /// The format's number in a file, values of a block, and its bytes.
    fn facts(self) -> (u32, u64, u64) {
        match self {
            Self::Q8_0 => (8, 32, 34),
            Self::Q4K => (12, 256, 144),
        }
    }

    /// The bytes of a block before its random ones: values get a mean of zero, and those of a row of `columns` a
    /// standard deviation of one over its root.
    fn scales(self, columns: u32) -> Vec<u8> {
        let root = (columns as f32).sqrt();
        match self {
            // Uniform bytes have a standard deviation of 74.
            Self::Q8_0 => half(1.0 / (74.0 * root)).to_le_bytes().into(),
            // A value is scale times four bits minus a minimum; scales and minima of all eight parts are 1. Uniform
            // values from 0 to 15 have a mean of 7.5 and a standard deviation of 4.6.
            Self::Q4K => {
                let scale = 1.0 / (4.6 * root);
                let halves = [half(scale).to_le_bytes(), half(7.5 * scale).to_le_bytes()].concat();
                [&halves[..], &[1; 8], &[0x11; 4]].concat()
            }
        }
    }
}

const VOCABULARY: u32 = 6144;
const ALIGNMENT: usize = 32;
const F32: u32 = 0;

struct TensorInfo {
    name: String,
    dims: Vec<u32>,
    /// `None`: F32.
    blocks: Option<Blocks>,
}

impl TensorInfo {
    fn bytes(&self) -> u64 {
        let values: u64 = self.dims.iter().map(|dim| u64::from(*dim)).product();
        match self.blocks.map(Blocks::facts) {
            None => values * 4,
            Some((_, size, bytes)) => values / size * bytes,
        }
    }

    fn padded(&self) -> u64 {
        self.bytes().next_multiple_of(ALIGNMENT as u64)
    }
}

/// Writes it to `path`; `starter` is the bundled model, from which vocabulary and template are taken.
pub fn write(path: &Path, starter: &Path, shape: Shape) {
    let starter = std::fs::read(starter).expect("the bundled model can be read");
    let tensors = tensors(shape);
    let mut header = metadata(&starter, shape);
    header[8..16].copy_from_slice(&(tensors.len() as u64).to_le_bytes());
    let mut offset = 0u64;
    for tensor in &tensors {
        header.extend((tensor.name.len() as u64).to_le_bytes());
        header.extend(tensor.name.as_bytes());
        header.extend((tensor.dims.len() as u32).to_le_bytes());
        for dim in &tensor.dims {
            header.extend(u64::from(*dim).to_le_bytes());
        }
        let kind = tensor.blocks.map_or(F32, |blocks| blocks.facts().0);
        header.extend(kind.to_le_bytes());
        header.extend(offset.to_le_bytes());
        offset += tensor.padded();
    }
    header.resize(header.len().next_multiple_of(ALIGNMENT), 0);

    let mut file = BufWriter::new(File::create(path).expect("a new file"));
    file.write_all(&header).expect("the disk takes it");
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for tensor in &tensors {
        let mut data = Vec::with_capacity(tensor.padded() as usize);
        match tensor.blocks {
            // Norms.
            None => data.extend(1f32.to_le_bytes().repeat(tensor.dims[0] as usize)),
            Some(blocks) => {
                let scales = blocks.scales(tensor.dims[0]);
                let block = blocks.facts().2;
                for _ in 0..tensor.bytes() / block {
                    data.extend(&scales);
                    for _ in 0..(block as usize - scales.len()) / 8 {
                        data.extend(random.draw().to_le_bytes());
                    }
                }
            }
        }
        data.resize(tensor.padded() as usize, 0);
        file.write_all(&data).expect("the disk takes it");
    }
    file.flush().expect("the disk takes it");
}

/// Header and metadata of the bundled model, with another shape.
fn metadata(starter: &[u8], shape: Shape) -> Vec<u8> {
    // Tensor infos begin with the length of the first name.
    let first = [17u64.to_le_bytes().as_slice(), b"token_embd.weight"].concat();
    let end = find(starter, &first);
    let mut header = starter[..end].to_vec();
    for (key, value) in [
        ("context_length", shape.context),
        ("embedding_length", shape.embedding),
        ("block_count", shape.layers),
        ("feed_forward_length", shape.feed_forward),
        ("attention.head_count", shape.heads),
        ("attention.head_count_kv", shape.kv_heads),
        ("attention.key_length", shape.head_size),
        ("attention.value_length", shape.head_size),
        ("rope.dimension_count", shape.head_size),
    ] {
        // Key, then its type: 4 is u32.
        let entry = [format!("qwen3.{key}").as_bytes(), &4u32.to_le_bytes()].concat();
        let at = find(&header, &entry) + entry.len();
        header[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
    header
}

fn find(haystack: &[u8], needle: &[u8]) -> usize {
    haystack.windows(needle.len()).position(|window| window == needle).expect("the bundled model is a qwen3")
}

fn tensors(shape: Shape) -> Vec<TensorInfo> {
    let Shape { layers, embedding, feed_forward, heads, kv_heads, head_size, blocks, .. } = shape;
    // GGML names the length of a row first.
    let matrix = |name: String, columns: u32, rows: u32| TensorInfo {
        name,
        dims: vec![columns, rows],
        blocks: Some(blocks),
    };
    let norm = |name: String, size: u32| TensorInfo { name, dims: vec![size], blocks: None };
    let mut all = vec![matrix("token_embd.weight".into(), embedding, VOCABULARY)];
    for layer in 0..layers {
        let name = |part: &str| format!("blk.{layer}.{part}.weight");
        all.extend([
            norm(name("attn_norm"), embedding),
            matrix(name("attn_q"), embedding, heads * head_size),
            matrix(name("attn_k"), embedding, kv_heads * head_size),
            matrix(name("attn_v"), embedding, kv_heads * head_size),
            norm(name("attn_q_norm"), head_size),
            norm(name("attn_k_norm"), head_size),
            matrix(name("attn_output"), heads * head_size, embedding),
            norm(name("ffn_norm"), embedding),
            matrix(name("ffn_gate"), embedding, feed_forward),
            matrix(name("ffn_up"), embedding, feed_forward),
            matrix(name("ffn_down"), feed_forward, embedding),
        ]);
    }
    all.push(norm("output_norm.weight".into(), embedding));
    all
}

/// SplitMix64 (Steele, Lea and Flood 2014).
pub struct Random(pub u64);

impl Random {
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// The bits of a small positive number in half precision, cut off.
fn half(value: f32) -> u16 {
    let bits = value.to_bits();
    let exponent = (bits >> 23) as i32 - 127 + 15;
    assert!((1..31).contains(&exponent), "{value} has no normal half");
    ((exponent as u16) << 10) | ((bits >> 13) & 0x3ff) as u16
}
