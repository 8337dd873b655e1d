use std::path::PathBuf;

use serde_json::json;

use super::folder::{plan, Loader};
use super::*;

fn read(model: &str) -> GgufModel {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/numbers")
        .join(model)
        .join("q8_0.gguf");
    GgufModel::read(&path).expect("a fixture")
}

#[test]
fn interleaved_rows_go_back_to_their_halves() {
    // Two heads of 4 rows; the file has rows 0 2 1 3 of each.
    let order = RowOrder::Interleaved { heads: 2 };
    let stored: Vec<u64> = (0..8).map(|row| order.stored(row, 8)).collect();
    assert_eq!(stored, [0, 2, 1, 3, 4, 6, 5, 7]);
    assert_eq!(RowOrder::Same.stored(5, 8), 5);
}

#[test]
fn each_file_takes_the_quicker_reader_that_is_right() {
    let cases = [
        ("llama", Route::Direct, "LlamaForCausalLM"),
        ("llama-tied", Route::Direct, "LlamaForCausalLM"),
        ("llama3-rope", Route::Converted, "LlamaForCausalLM"),
        ("llama-linear", Route::Converted, "LlamaForCausalLM"),
        ("mistral-wide", Route::Direct, "MistralForCausalLM"),
        ("qwen2", Route::Direct, "Qwen2ForCausalLM"),
        ("qwen3", Route::Direct, "Qwen3ForCausalLM"),
        ("qwen3moe", Route::Converted, "Qwen3MoeForCausalLM"),
        ("mixtral", Route::Converted, "MixtralForCausalLM"),
        ("starcoder2", Route::Converted, "Starcoder2ForCausalLM"),
        ("gemma", Route::Converted, "GemmaForCausalLM"),
        ("gemma2", Route::Converted, "Gemma2ForCausalLM"),
        ("gemma3", Route::Converted, "Gemma3ForCausalLM"),
        ("phi3", Route::Converted, "Phi3ForCausalLM"),
        ("phi3-long", Route::Converted, "Phi3ForCausalLM"),
        ("phi3-window", Route::Converted, "Phi3ForCausalLM"),
    ];
    for (model, wanted, class) in cases {
        let file = read(model);
        assert_eq!(route(&file).expect(model), wanted, "{model}");
        assert_eq!(of_gguf(&file).expect(model).config["architectures"][0], class, "{model}");
    }
}

#[test]
fn every_tensor_has_its_place_and_tied_models_give_their_table_twice() {
    let file = read("gemma3");
    let blueprint = of_gguf(&file).expect("a blueprint");
    assert_eq!(blueprint.matrices.len(), 1 + 7 * 7);
    assert_eq!(blueprint.matrices[0].tensor, "token_embd.weight");
    assert_eq!(blueprint.vectors.len(), 2 + 7 * 6);
    assert!(blueprint.vectors.iter().all(|vector| (vector.shift == -1.0) == vector.name.contains("norm")));
    let windows = blueprint.windows.expect("windows");
    assert_eq!(windows.window, 16);
    assert_eq!(windows.sliding, [true, true, true, true, true, false, true]);
    assert_eq!(blueprint.config["sliding_window_pattern"], 6);
    assert_eq!(blueprint.config["rope_scaling"], json!({"rope_type": "linear", "factor": 8.0}));
}

#[test]
fn only_the_context_that_is_used_is_asked_for() {
    let mut config = json!({"architectures": ["LlamaForCausalLM"], "max_position_embeddings": 131_072});
    shorten(&mut config, 8192);
    assert_eq!(config["max_position_embeddings"], 8192 + SLACK);
    // Long RoPE of Phi is computed from it.
    let mut config = json!({"architectures": ["Phi3ForCausalLM"], "max_position_embeddings": 131_072});
    shorten(&mut config, 8192);
    assert_eq!(config["max_position_embeddings"], 131_072);
}

#[test]
fn newer_configurations_are_translated() {
    let config = json!({
        "architectures": ["LlamaForCausalLM"], "num_hidden_layers": 2, "max_position_embeddings": 1000,
        "rope_parameters": {"rope_type": "llama3", "rope_theta": 5.0, "factor": 8.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 100},
    });
    let plan = plan(&config).expect("a plan");
    assert_eq!(plan.loader, Loader::Text);
    assert_eq!(plan.config["rope_theta"], 5.0);
    assert_eq!(plan.config["rope_scaling"]["factor"], 8.0);
    assert_eq!((plan.windows, plan.context_limit), (None, None));
}

#[test]
fn a_scaling_that_a_class_ignores_is_refused() {
    for class in ["Qwen3ForCausalLM", "MistralForCausalLM", "LlamaForCausalLM"] {
        let config = json!({"architectures": [class], "rope_scaling": {"rope_type": "yarn", "factor": 4.0}});
        let error = plan(&config).expect_err(class);
        assert_eq!(error.kind(), ErrorKind::UnsupportedArchitecture);
        assert!(error.message.contains("yarn"));
    }
}

#[test]
fn windows_count_only_where_they_are_in_force() {
    let config = |class: &str, more: Value| {
        let mut config = json!({"architectures": [class], "num_hidden_layers": 4, "max_position_embeddings": 1000,
            "sliding_window": 100});
        for (name, value) in more.as_object().expect("an object") {
            config[name] = value.clone();
        }
        plan(&config)
    };
    let window = |sliding: [bool; 4]| Some(Windows { window: 100, sliding: sliding.to_vec() });
    let off = config("Qwen2ForCausalLM", json!({"use_sliding_window": false})).expect("a plan");
    assert_eq!((&off.windows, &off.config["sliding_window"]), (&None, &Value::Null));
    let all = config("MistralForCausalLM", json!({})).expect("a plan");
    assert_eq!(all.windows, window([true; 4]));
    let alternating = config("Gemma2ForCausalLM", json!({})).expect("a plan");
    assert_eq!(alternating.windows, window([true, false, true, false]));
    let wide = config("Phi3ForCausalLM", json!({"sliding_window": 1000})).expect("a plan");
    assert_eq!(wide.windows, None);
    let upper = config("Qwen2ForCausalLM", json!({"use_sliding_window": true, "max_window_layers": 2}));
    assert_eq!(upper.expect_err("refused").kind(), ErrorKind::UnsupportedArchitecture);
    let unknown = config("MixtralForCausalLM", json!({})).expect("a plan");
    assert_eq!((unknown.windows, unknown.context_limit), (None, Some(100)));
}

#[test]
fn only_large_models_that_the_engine_reads_itself_keep_f16() {
    use crate::protocol::LoadRoute;
    assert_eq!(keys_values(LoadRoute::Direct, SMALL), KeysValues::F32);
    assert_eq!(keys_values(LoadRoute::Direct, SMALL + 1), KeysValues::F16);
    for route in [LoadRoute::Converted, LoadRoute::Folder] {
        assert_eq!(keys_values(route, 10 * SMALL), KeysValues::F32);
    }
    assert_eq!((KeysValues::F16.bytes(), KeysValues::F32.bytes()), (2, 4));
}
