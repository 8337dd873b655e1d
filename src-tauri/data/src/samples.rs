//! A loaded model and a token for tests; those of the shell take them from here too (`engine/fake_worker.rs`).

use vitrine_core::protocol::{
    Alternative, LoadRoute, Loading, ModelFormat, ModelInfo, ModelLoaded, ModelTraits, Origin, Support,
    TokenRecord,
};

/// A model of 1000 parameters that is loaded.
pub fn loaded() -> ModelLoaded {
    ModelLoaded {
        info: ModelInfo {
            path: "/models/小 tiny.gguf".into(),
            format: ModelFormat::Gguf,
            name: "Tiny".into(),
            architecture: "llama".into(),
            parameters: 1000,
            layers: 2,
            context_length: 128,
            embedding_length: 8,
            vocabulary_size: 16,
            embedding_rows: 16,
            tokens_without_embedding: 0,
            quantization: "Q8_0".into(),
            file_size: 4096,
            memory_needed: 8192,
            has_chat_template: true,
            license: None,
            support: Support::Supported,
            plan: None,
            traits: ModelTraits::default(),
        },
        loading: Loading {
            route: LoadRoute::Direct,
            weights: "Q8_0".into(),
            isq: None,
            keys_values: "F16".into(),
            cache: None,
        },
        context_length: 128,
        end_ids: vec![2],
        fingerprint: "f00d".into(),
        threads: Some(1),
        vocabulary: "70ca".into(),
        load_ms: 1,
        sandbox: None,
    }
}

/// One plausible token.
pub fn record(position: u32, text: &str) -> TokenRecord {
    let bytes: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    TokenRecord {
        position,
        id: 100 + position,
        bytes: bytes.clone(),
        text: text.into(),
        probability: 0.5,
        settings_probability: 0.75,
        rank: 1,
        entropy: 1.5,
        alternatives: vec![Alternative {
            id: 100 + position,
            bytes,
            probability: 0.5,
            settings_probability: 0.75,
            rank: 1,
            cut: None,
        }],
        rest_probability: 0.5,
        rest_settings_probability: 0.25,
        rest_count: 15,
        origin: Origin::Sampled,
        special: false,
        micros: 1000,
    }
}
