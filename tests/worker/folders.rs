//! Folders of models, written anew with other tensors.

use std::path::Path;

use serde_json::{json, Map, Value};

/// A tensor of a safetensors file.
pub struct Tensor {
    pub name: String,
    /// Of its numbers, as safetensors calls it.
    pub kind: String,
    pub shape: Vec<u64>,
    pub bytes: Vec<u8>,
}

/// A copy of a folder with one file of weights, whose tensors and `config.json` are changed.
pub fn changed(
    original: &Path,
    change: impl FnOnce(Vec<Tensor>) -> Vec<Tensor>,
    configure: impl FnOnce(&mut Value),
) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    for file in ["tokenizer.json", "tokenizer_config.json", "generation_config.json"] {
        std::fs::copy(original.join(file), home.path().join(file)).expect("copied");
    }
    let text = std::fs::read_to_string(original.join("config.json")).expect("a config");
    let mut config: Value = serde_json::from_str(&text).expect("valid JSON");
    configure(&mut config);
    std::fs::write(home.path().join("config.json"), config.to_string()).expect("written");
    let tensors = change(tensors(&original.join("model.safetensors")));
    std::fs::write(home.path().join("model.safetensors"), file(&tensors)).expect("written");
    home
}

/// All tensors of a file, in the order of their names.
fn tensors(path: &Path) -> Vec<Tensor> {
    let bytes = std::fs::read(path).expect("weights");
    let start = 8 + u64::from_le_bytes(bytes[..8].try_into().expect("8 bytes")) as usize;
    let header: Map<String, Value> = serde_json::from_slice(&bytes[8..start]).expect("a header");
    let tensor = |(name, entry): (String, Value)| {
        let at = |end: usize| start + entry["data_offsets"][end].as_u64().expect("a place") as usize;
        let shape = entry["shape"].as_array().expect("a shape").iter();
        Tensor {
            name,
            kind: entry["dtype"].as_str().expect("a type").to_owned(),
            shape: shape.map(|size| size.as_u64().expect("a size")).collect(),
            bytes: bytes[at(0)..at(1)].to_vec(),
        }
    };
    header.into_iter().filter(|(name, _)| name != "__metadata__").map(tensor).collect()
}

fn file(tensors: &[Tensor]) -> Vec<u8> {
    let (mut header, mut data) = (Map::new(), Vec::new());
    for Tensor { name, kind, shape, bytes } in tensors {
        let first = data.len();
        data.extend(bytes);
        let entry = json!({"dtype": kind, "shape": shape, "data_offsets": [first, data.len()]});
        header.insert(name.clone(), entry);
    }
    let text = Value::Object(header).to_string();
    [&(text.len() as u64).to_le_bytes()[..], text.as_bytes(), &data].concat()
}
