use std::path::PathBuf;

use serde_json::json;

use super::folder::{plan, Loader};
use super::*;
use crate::header::testing::{blocks, sized_llama, Folder, GgufWriter};

fn read(model: &str) -> GgufModel {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/numbers").join(model);
    let packed = folder.join("q8_0.gguf");
    let path = if packed.exists() { packed } else { folder.join("model.gguf") };
    GgufModel::read(&path).expect("a fixture")
}

#[test]
fn interleaved_rows_go_back_to_their_halves() {
    // Two heads of 4 rows; the file has rows 0 2 1 3 of each.
    let order = RowOrder::Interleaved { heads: 2 };
    let stored: Vec<u64> = (0..8).map(|row| order.stored(row, 8)).collect();
    assert_eq!(stored, [0, 2, 1, 3, 4, 6, 5, 7]);
    assert_eq!(RowOrder::Same.stored(5, 8), 5);
    // And halves to pairs, where only the first 4 of 6 rows of a head are turned.
    let order = RowOrder::Halves { heads: 2, turned: 4 };
    let stored: Vec<u64> = (0..12).map(|row| order.stored(row, 12)).collect();
    assert_eq!(stored, [0, 2, 1, 3, 4, 5, 6, 8, 7, 9, 10, 11]);
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
        ("glm4", Route::Converted, "Glm4ForCausalLM"),
        ("glm4-sections", Route::Converted, "Glm4ForCausalLM"),
        ("mistral3-vision", Route::Direct, "MistralForCausalLM"),
        ("smollm3", Route::Converted, "SmolLM3ForCausalLM"),
        ("qwen2.5-vision", Route::Converted, "Qwen2ForCausalLM"),
        ("qwen3-vision", Route::Converted, "Qwen3ForCausalLM"),
        ("qwen3vlmoe", Route::Converted, "Qwen3MoeForCausalLM"),
        ("llama-spm", Route::Direct, "LlamaForCausalLM"),
        ("llama-iq4_xs", Route::Converted, "LlamaForCausalLM"),
        ("qwen2-mxfp4", Route::Converted, "Qwen2ForCausalLM"),
    ];
    for (model, wanted, class) in cases {
        let file = read(model);
        assert_eq!(route(&file).expect(model), wanted, "{model}");
        assert_eq!(of_gguf(&file).expect(model).config["architectures"][0], class, "{model}");
    }
}

/// The engine's GGUF reader fails without some keys, and takes each in one type alone.
#[test]
fn a_header_that_the_engines_reader_can_not_take_goes_the_other_way() {
    let complete =
        || sized_llama().u32("llama.attention.head_count_kv", 2).u32("llama.rope.dimension_count", 16);
    let route_of = |writer: GgufWriter| {
        let folder = Folder::new();
        let path = folder.write("m.gguf", blocks(writer).bytes());
        route(&GgufModel::read(&path).expect("a header")).expect("a route")
    };
    assert_eq!(route_of(complete()), Route::Direct);
    assert_eq!(route_of(sized_llama().u32("llama.rope.dimension_count", 16)), Route::Converted);
    assert_eq!(route_of(sized_llama().u32("llama.attention.head_count_kv", 2)), Route::Converted);
    assert_eq!(route_of(complete().u32("llama.attention.key_length", 16)), Route::Direct);
    let lists =
        sized_llama().u32("llama.rope.dimension_count", 16).i32s("llama.attention.head_count_kv", &[2, 2]);
    assert_eq!(route_of(lists), Route::Converted);
}

#[test]
fn every_tensor_has_its_place_and_tied_models_give_their_table_twice() {
    let file = read("gemma3");
    let blueprint = of_gguf(&file).expect("a blueprint");
    assert_eq!(blueprint.matrices.len(), 1 + 7 * 7);
    assert_eq!(blueprint.matrices[0], Matrix::of("token_embd.weight", 288, 32));
    assert_eq!(blueprint.vectors.len(), 2 + 7 * 6);
    assert!(blueprint.vectors.iter().all(|vector| (vector.shift == -1.0) == vector.name.contains("norm")));
    let windows = blueprint.windows.expect("windows");
    assert_eq!(windows.window, 16);
    assert_eq!(windows.sliding, [true, true, true, true, true, false, true]);
    assert_eq!(blueprint.config["sliding_window_pattern"], 6);
    assert_eq!(blueprint.config["rope_scaling"], json!({"rope_type": "linear", "factor": 8.0}));
}

fn folder(model: &str) -> (Value, crate::header::folder::FolderWeights) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/numbers")
        .join(model)
        .join("folder");
    let config = crate::header::folder::read_json(&path.join("config.json")).expect("a fixture");
    (config, crate::header::folder::FolderWeights::read(&path).expect("a fixture"))
}

fn blueprint_of(
    config: &Value,
    weights: &crate::header::folder::FolderWeights,
) -> Result<Blueprint, RpcError> {
    part::of_folder(config, weights).map(|described| described.blueprint)
}

#[test]
fn of_a_model_that_sees_the_text_part_is_taken_whatever_it_is_called() {
    let cases = [
        ("gemma3-vision", "Gemma3ForCausalLM", 1 + 7 * 7, 2 + 7 * 6),
        ("mistral3-vision", "MistralForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("qwen2.5-vision", "Qwen2ForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("qwen3-vision", "Qwen3ForCausalLM", 1 + 3 * 7, 2 + 3 * 4),
        ("qwen3moe", "Qwen3MoeForCausalLM", 1 + 3 * (4 + 4 * 3), 2 + 3 * 5),
        ("qwen3moe-vision", "Qwen3MoeForCausalLM", 1 + 3 * 4 + 2 * 4 * 3 + 3, 2 + 2 * 5 + 4),
        ("qwen3.5-vision", "Qwen3_5ForConditionalGeneration", 1 + 3 * (1 + 3) + 7, 2 + 3 * (8 + 2) + 4),
        (
            "qwen3.5moe-vision",
            "Qwen3_5MoeForConditionalGeneration",
            1 + 3 + 4 + 4 * 5 * 3,
            2 + 3 * 8 + 2 + 4 * 4,
        ),
        ("qwen2-vision", "Qwen2ForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("smolvlm", "LlamaForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("llava-1.5", "LlamaForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("llava-next", "MistralForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("llava-onevision", "Qwen2ForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("internvl", "Qwen2ForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("lighton-ocr", "Qwen3ForCausalLM", 1 + 3 * 7, 2 + 3 * 4),
        ("qwen2-audio", "Qwen2ForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("voxtral", "MistralForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        // Two of its five blocks look at pictures.
        ("mllama", "LlamaForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("phi4-multimodal", "Phi3ForCausalLM", 1 + 2 * 4, 2 + 2 * 2),
        // Of the blocks that share keys and values, the matrices of others stand in.
        ("gemma4", "Gemma4ForConditionalGeneration", 1 + 7 * 9, 4 + 7 * 8),
        // A block that sees everything has no matrix for values.
        ("gemma4-moe", "Gemma4ForConditionalGeneration", 4 * (7 + 4 * 3) - 2, 2 + 4 * (7 + 6)),
    ];
    for (model, class, matrices, vectors) in cases {
        let (config, weights) = folder(model);
        let blueprint = blueprint_of(&config, &weights).expect(model);
        assert_eq!(blueprint.config["architectures"], json!([class]));
        assert_eq!((blueprint.matrices.len(), blueprint.vectors.len()), (matrices, vectors), "{model}");
        assert!(
            blueprint.matrices.iter().flat_map(Matrix::tensors).all(|name| !name.contains("vis")),
            "{model}"
        );
    }
    // Only the matrices of Qwen 2.5's queries, keys and values have a bias.
    let (config, weights) = folder("qwen2.5-vision");
    let blueprint = blueprint_of(&config, &weights).expect("a blueprint");
    assert_eq!(blueprint.matrices.iter().filter(|matrix| matrix.bias.is_some()).count(), 9);
}

#[test]
fn a_text_part_of_another_kind_is_refused() {
    let (mut config, weights) = folder("mistral3-vision");
    config["text_config"]["model_type"] = "ministral3".into();
    let error = part::of_folder(&config, &weights).expect_err("another kind");
    assert!(error.kind() == ErrorKind::UnsupportedArchitecture && error.message.contains("ministral3"));
    // A block more than the configuration knows.
    let (mut config, weights) = folder("qwen3-vision");
    config["text_config"]["num_hidden_layers"] = 2.into();
    let error = part::of_folder(&config, &weights).expect_err("a tensor is left over");
    assert!(error.message.contains("layers.2"), "{}", error.message);
    for (name, size) in [("head_dim", u64::MAX), ("num_attention_heads", 0), ("num_attention_heads", 1 << 40)]
    {
        let (mut config, weights) = folder("qwen3-vision");
        config["text_config"][name] = size.into();
        assert!(part::of_folder(&config, &weights).is_err(), "{name} {size}");
    }
    let (mut config, weights) = folder("qwen3moe");
    config["num_local_experts"] = (1u64 << 40).into();
    assert_eq!(part::of_folder(&config, &weights).expect_err("sizes").kind(), ErrorKind::Corrupt);
    let (mut config, weights) = folder("qwen3-vision");
    config["text_config"]["hidden_size"] = 64.into();
    assert_eq!(
        part::of_folder(&config, &weights).expect_err("sizes").kind(),
        ErrorKind::UnsupportedArchitecture
    );
}

#[test]
fn classes_that_are_written_anew_have_a_place_for_every_tensor() {
    let cases = [
        // The output layer, a dense block and two with four experts and a shared one; two norms more for heads.
        ("glm4moe", "Glm4MoeForCausalLM", 1 + 7 + 2 * (4 + 5 * 3), 2 + 3 * 4 + 2 * 2),
        ("glm", "Glm4MoeForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("ernie", "MistralForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("seed-oss", "MistralForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("granite", "MistralForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("granite-dense", "MistralForCausalLM", 1 + 3 * 7, 2 + 3 * 2),
        ("granitemoe", "GraniteMoeHybridForCausalLM", 1 + 3 * 6, 2 + 3 * 5),
        ("granite-hybrid", "GraniteMoeHybridForCausalLM", 1 + 6 + 2 * 2, 2 + 5 + 2 * 13),
        ("qwen3-next", "Qwen3NextForCausalLM", 1 + 3 * 16 + 19, 2 + 3 * 10 + 6),
        ("deepseek2", "DeepseekV2ForCausalLM", 1 + 7 + 2 * 19, 2 + 3 * 3 + 2),
        ("deepseek3", "DeepseekV3ForCausalLM", 1 + 8 + 2 * 20, 2 + 3 * 4 + 4),
        ("glm4moe-lite", "Glm4MoeLiteForCausalLM", 1 + 8 + 2 * 20, 2 + 3 * 4 + 4),
    ];
    for (model, class, matrices, vectors) in cases {
        let (config, weights) = folder(model);
        let blueprint = blueprint_of(&config, &weights).unwrap_or_else(|error| panic!("{model}: {error}"));
        assert_eq!(blueprint.config["architectures"], json!([class]), "{model}");
        assert_eq!((blueprint.matrices.len(), blueprint.vectors.len()), (matrices, vectors), "{model}");
        for matrix in &blueprint.matrices {
            let rows = |part: &Rows| match part {
                Rows::Stored { count, .. } | Rows::Zeros { count } => *count,
            };
            assert_eq!(matrix.parts.iter().map(rows).sum::<u64>(), matrix.rows, "{model}: {matrix:?}");
        }
    }
}

#[test]
fn numbers_that_multiply_are_multiplied_into_weights() {
    let (mut config, weights) = folder("granite");
    // As in ibm-granite/granite-3.3-2b-instruct.
    for (name, value) in [
        ("embedding_multiplier", 12.0),
        ("residual_multiplier", 0.22),
        ("attention_multiplier", 0.015625),
        ("logits_scaling", 8.0),
    ] {
        config[name] = value.into();
    }
    let blueprint = blueprint_of(&config, &weights).expect("a blueprint");
    let factors: Vec<f32> = blueprint.vectors.iter().map(|vector| vector.factor).collect();
    assert_eq!(factors, [12.0, 0.125, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    let factors: Vec<f32> = blueprint.matrices[..8]
        .iter()
        .map(|it| if let Rows::Stored { factor, .. } = it.parts[0] { factor } else { 0.0 })
        .collect();
    let scores = (0.015625 * 8f64.sqrt()).sqrt() as f32;
    assert_eq!(factors, [1.0, scores, scores, 1.0, 0.22, 1.0, 1.0, 0.22]);
}

#[test]
fn values_are_made_as_wide_as_keys() {
    let (config, weights) = folder("deepseek2");
    let blueprint = blueprint_of(&config, &weights).expect("a blueprint");
    assert_eq!(blueprint.config["v_head_dim"], 64);
    let named = |name: &str| {
        let mut found =
            blueprint.matrices.iter().filter(|it| it.tensors().any(|tensor| tensor.contains(name)));
        found.next().expect("a matrix")
    };
    let values = named("kv_b_proj");
    assert_eq!((values.rows, values.columns, values.parts.len()), (2 * 96, 32, 4));
    assert_eq!(values.parts[1], Rows::Zeros { count: 32 });
    let output = named("o_proj");
    assert_eq!((output.rows, output.columns, output.stored_columns()), (32, 128, 64));
    // Its norms have the constant that transformers takes anyway.
    assert!(named("kv_a_proj_with_mqa")
        .parts
        .iter()
        .all(|part| matches!(part, Rows::Stored { factor: 1.0, .. })));
    let (config, weights) = folder("deepseek3");
    let blueprint = blueprint_of(&config, &weights).expect("a blueprint");
    let factors: Vec<f32> = blueprint
        .matrices
        .iter()
        .filter(|it| it.tensors().any(|tensor| tensor.contains("layers.0.self_attn.kv_a_proj_with_mqa")))
        .flat_map(|it| &it.parts)
        .map(|part| if let Rows::Stored { factor, .. } = part { *factor } else { 0.0 })
        .collect();
    assert_eq!(factors, [10f32.sqrt(), 1.0]);
}

/// As published: ibm-granite/granite-4.0-h-tiny, deepseek-ai/DeepSeek-V2-Lite.
#[test]
fn published_configurations_are_translated_for_their_class() {
    let config = json!({
        "architectures": ["GraniteMoeHybridForCausalLM"], "model_type": "granitemoehybrid", "num_hidden_layers": 2,
        "layer_types": ["mamba", "attention"], "position_embedding_type": "nope", "mamba_n_groups": 1,
        "num_local_experts": 64, "intermediate_size": 512, "max_position_embeddings": 131_072,
    });
    let plan_of = |config: &Value| plan(config).expect("a plan").config;
    let planned = plan_of(&config);
    assert_eq!(planned["layer_types"], json!(["mamba", "attention"]));
    assert_eq!(planned["position_embedding_type"], "nope");
    let mut newer = config.clone();
    newer["layer_types"] = json!(["linear_attention", "full_attention"]);
    newer["time_step_limit"] = json!([0.0, {"__float__": "Infinity"}]);
    newer["position_embedding_type"] = Value::Null;
    let planned = plan_of(&newer);
    assert_eq!(planned["layer_types"], json!(["mamba", "attention"]));
    assert_eq!(planned["position_embedding_type"], "nope");
    assert_eq!(planned["max_position_embeddings"], 131_072);

    let config = json!({
        "architectures": ["DeepseekV2ForCausalLM"], "model_type": "deepseek_v2", "num_hidden_layers": 27,
        "n_group": 1, "topk_group": 1, "topk_method": "greedy", "norm_topk_prob": false, "scoring_func": "softmax",
        "moe_layer_freq": 1, "rope_scaling": {"beta_fast": 32, "beta_slow": 1, "factor": 40, "mscale": 0.707,
            "mscale_all_dim": 0.707, "original_max_position_embeddings": 4096, "type": "yarn"},
    });
    let scaling = &plan_of(&config)["rope_scaling"];
    assert_eq!(
        (&scaling["type"], &scaling["mscale"], &scaling["factor"]),
        (&json!("yarn"), &json!(0.707), &json!(40.0))
    );
}

#[test]
fn what_a_class_would_compute_otherwise_is_refused() {
    let refused = [
        json!({"architectures": ["GraniteMoeHybridForCausalLM"], "model_type": "granitemoehybrid",
            "num_hidden_layers": 1, "layer_types": ["mamba"], "mamba_n_groups": 8}),
        json!({"architectures": ["GraniteMoeHybridForCausalLM"], "model_type": "granitemoehybrid",
            "num_hidden_layers": 2, "layer_types": ["mamba"]}),
        json!({"architectures": ["GraniteMoeHybridForCausalLM"], "model_type": "granitemoehybrid",
            "num_hidden_layers": 1, "layer_types": ["mamba"], "time_step_limit": [0.001, 0.1]}),
        json!({"architectures": ["DeepseekV3ForCausalLM"], "n_group": 8, "topk_group": 4}),
        json!({"architectures": ["DeepseekV3ForCausalLM"], "rope_interleave": false}),
        json!({"architectures": ["DeepseekV3ForCausalLM"], "norm_topk_prob": false}),
        json!({"architectures": ["DeepseekV2ForCausalLM"], "norm_topk_prob": true}),
        json!({"architectures": ["DeepseekV2ForCausalLM"], "rope_scaling": {"type": "yarn", "factor": 40}}),
        json!({"architectures": ["Glm4MoeLiteForCausalLM"], "mlp_layer_types": ["sparse", "dense"]}),
        json!({"architectures": ["Qwen3NextForCausalLM"], "mlp_only_layers": [0]}),
        json!({"architectures": ["Qwen3NextForCausalLM"], "layer_types": ["full_attention"]}),
        json!({"architectures": ["Glm4MoeForCausalLM"], "n_group": 2, "topk_group": 1}),
        json!({"architectures": ["GraniteForCausalLM"], "model_type": "other"}),
    ];
    for config in refused {
        let error = plan(&config).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::UnsupportedArchitecture, "{config}");
    }
}

/// As google/gemma-3-4b-it was published: most sizes are left out.
#[test]
fn what_gemma_3_leaves_out_is_filled_in() {
    let config = json!({
        "architectures": ["Gemma3ForConditionalGeneration"], "model_type": "gemma3", "vision_config": {},
        "text_config": {"hidden_size": 2560, "intermediate_size": 10240, "model_type": "gemma3_text",
            "num_hidden_layers": 34, "rope_scaling": {"factor": 8.0, "rope_type": "linear"}, "sliding_window": 1024},
    });
    let plan = plan(&config).expect("a plan");
    let at = |name: &str| plan.config[name].as_f64();
    assert_eq!(
        (at("num_attention_heads"), at("num_key_value_heads"), at("head_dim")),
        (Some(8.0), Some(4.0), Some(256.0))
    );
    assert_eq!((at("rope_theta"), at("rope_local_base_freq")), (Some(1e6), Some(1e4)));
    assert_eq!((at("max_position_embeddings"), at("vocab_size")), (Some(131_072.0), Some(262_208.0)));
    let windows = plan.windows.expect("windows");
    assert_eq!(
        (windows.window, windows.sliding[..6].to_vec()),
        (1024, vec![true, true, true, true, true, false])
    );
}

/// As llava-hf/llava-1.5-7b-hf was published: hardly a size.
#[test]
fn what_a_llama_with_eyes_leaves_out_is_filled_in() {
    let config = json!({
        "architectures": ["LlavaForConditionalGeneration"], "model_type": "llava", "vision_config": {},
        "text_config": {"max_position_embeddings": 4096, "model_type": "llama", "rms_norm_eps": 1e-5, "vocab_size": 32_064},
    });
    let plan = plan(&config).expect("a plan");
    let at = |name: &str| plan.config[name].as_u64();
    assert_eq!(
        (at("hidden_size"), at("intermediate_size"), at("num_hidden_layers")),
        (Some(4096), Some(11_008), Some(32))
    );
    assert_eq!((at("num_attention_heads"), at("num_key_value_heads")), (Some(32), Some(32)));
    assert_eq!((at("max_position_embeddings"), at("vocab_size")), (Some(4096), Some(32_064)));
    assert_eq!(plan.config["rms_norm_eps"], 1e-5);
}

/// As Qwen/Qwen2.5-VL-3B-Instruct was published: text and eyes in one, positions in three directions.
#[test]
fn directions_of_pictures_are_no_scaling() {
    let config = json!({
        "architectures": ["Qwen2_5_VLForConditionalGeneration"], "model_type": "qwen2_5_vl", "vision_config": {},
        "hidden_size": 2048, "num_attention_heads": 16, "num_hidden_layers": 2, "max_position_embeddings": 128_000,
        "max_window_layers": 70, "use_sliding_window": false, "sliding_window": 32_768, "rope_theta": 1e6,
        "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]},
    });
    let plan = plan(&config).expect("a plan");
    assert_eq!(plan.config["architectures"], json!(["Qwen2ForCausalLM"]));
    assert!(plan.config["rope_scaling"].is_null() && plan.windows.is_none() && plan.context_limit.is_none());
}

#[test]
fn qwen_3_5_is_taken_as_its_class_computes_it() {
    let config = |more: Value| {
        let mut text = json!({"num_hidden_layers": 4, "rope_parameters": {"rope_type": "default", "rope_theta": 1e7},
            "layer_types": ["linear_attention", "linear_attention", "linear_attention", "full_attention"]});
        for (name, value) in more.as_object().expect("an object") {
            text[name] = value.clone();
        }
        plan(
            &json!({"architectures": ["Qwen3_5ForConditionalGeneration"], "vision_config": {}, "text_config": text}),
        )
    };
    let plan = config(json!({"tie_word_embeddings": true})).expect("a plan");
    assert_eq!(plan.loader, Loader::Multimodal);
    assert_eq!(plan.config["tie_word_embeddings"], true);
    assert_eq!(plan.config["vision_config"]["depth"], 0);
    assert_eq!(plan.config["text_config"]["rope_parameters"]["rope_theta"], 1e7);
    assert!(config(json!({"full_attention_interval": 2})).is_err());
    assert!(config(json!({"rope_parameters": {"rope_type": "yarn"}})).is_err());
}

#[test]
fn the_engine_gets_room_for_all_of_the_context_and_not_much_more() {
    for class in ["LlamaForCausalLM", "MixtralForCausalLM", "Starcoder2ForCausalLM", "Phi3ForCausalLM"] {
        for (longest, context, room) in [
            (131_072, 8192, 8704),
            (131_072, 1000, 1024),
            (1000, 1000, 1024),
            (512, 512, 1024),
            (64, 40, 512),
        ] {
            let mut config = json!({"architectures": [class], "max_position_embeddings": longest});
            set_context(&mut config, context);
            assert_eq!(config["max_position_embeddings"], room, "{class}: {context} of {longest}");
        }
    }
    // Where sizes lie one level deeper, and a class that takes room ahead.
    let mut config =
        json!({"architectures": [qwen35::DENSE], "text_config": {"max_position_embeddings": 262_144}});
    set_context(&mut config, 1000);
    assert_eq!(config["text_config"]["max_position_embeddings"], 1024 + 512);
}

/// It refuses longer prompts, whatever the configuration says.
#[test]
fn the_first_gemma_has_the_context_that_the_engine_takes() {
    let config = json!({"architectures": ["GemmaForCausalLM"], "num_hidden_layers": 2, "max_position_embeddings": 8192});
    assert_eq!(plan(&config).expect("a plan").context_limit, Some(4096));
    assert_eq!((context_limit("gemma"), context_limit("gemma2")), (Some(4096), None));
}

/// Phi 3.5 mini as it is published, but for the number of divisors.
fn long_phi(more: Value) -> Value {
    let mut config = json!({
        "architectures": ["Phi3ForCausalLM"], "model_type": "phi3", "num_hidden_layers": 2, "hidden_size": 16,
        "num_attention_heads": 2, "max_position_embeddings": 131_072, "original_max_position_embeddings": 4096,
        "rope_scaling": {"type": "longrope", "short_factor": [1.0, 1.1, 1.2, 1.3], "long_factor": [1.0, 2, 3, 64.5]},
    });
    for (name, value) in more.as_object().expect("an object") {
        config[name] = value.clone();
    }
    config
}

#[test]
fn long_rope_switches_where_transformers_switches() {
    let mut config = plan(&long_phi(json!({}))).expect("a plan").config;
    assert_eq!(config["max_position_embeddings"], 131_072, "the model's own, for its card");
    let lengths = LongRope::of(&config).expect("long RoPE");
    assert_eq!((lengths.original, lengths.longest()), (4096, 131_116));
    // Whatever the context is: the factor of sine and cosine is computed from both lengths.
    set_context(&mut config, 1000);
    assert_eq!(config["original_max_position_embeddings"], 4097);
    assert_eq!(config["max_position_embeddings"], 131_117);
    assert_eq!(LongRope::of(&json!({"architectures": ["LlamaForCausalLM"]})), None);
}

#[test]
fn long_rope_is_read_by_all_its_names_and_refused_where_it_makes_no_sense() {
    let usual = plan(&long_phi(json!({}))).expect("a plan").config;
    for kind in ["su", "yarn"] {
        let mut config = long_phi(json!({}));
        config["rope_scaling"]["type"] = json!(kind);
        assert_eq!(plan(&config).expect(kind).config, usual);
    }
    // As transformers 5 writes it; and the length one level up counts, 4,096 where there is none.
    let mut newer =
        long_phi(json!({"original_max_position_embeddings": null, "rope_parameters": usual["rope_scaling"]}));
    newer["rope_scaling"] = Value::Null;
    newer["rope_parameters"]["rope_type"] = json!("longrope");
    newer["rope_parameters"]["original_max_position_embeddings"] = json!(99);
    let newer = plan(&newer).expect("transformers 5").config;
    assert_eq!(newer["original_max_position_embeddings"], 4096);
    // A factor of its own, and what the engine can do with it.
    let stated = |name: &str, value: f64| {
        let mut config = long_phi(json!({}));
        config["rope_scaling"][name] = json!(value);
        plan(&config)
    };
    assert_eq!(stated("attention_factor", 1.0).expect("1").context_limit, Some(4096));
    assert_eq!(stated("factor", 32.0).expect("the quotient of the lengths").config, usual);
    assert!(stated("attention_factor", 0.5).is_err());
    for (name, set) in [
        ("long_factor", json!([1.0, 2.0])),
        ("short_factor", json!([1, 1, 1, 0])),
        ("long_factor", json!(null)),
    ] {
        let mut config = long_phi(json!({}));
        config["rope_scaling"][name] = set;
        assert_eq!(plan(&config).expect_err(name).kind(), ErrorKind::UnsupportedArchitecture);
    }
}

/// Scalings that go by the length of the sequence are computed by one class only. Those that begin beyond the greatest context are none.
#[test]
fn angles_that_go_by_the_length_of_the_text_are_refused_elsewhere() {
    let classes = [
        "LlamaForCausalLM",
        "MistralForCausalLM",
        "MixtralForCausalLM",
        "Qwen2ForCausalLM",
        "Qwen3ForCausalLM",
        "Qwen3MoeForCausalLM",
        "GemmaForCausalLM",
        "Gemma2ForCausalLM",
        "Gemma3ForCausalLM",
        "Starcoder2ForCausalLM",
        "Glm4ForCausalLM",
        "SmolLM3ForCausalLM",
        "Phi3ForCausalLM",
    ];
    for class in classes {
        for kind in ["dynamic", "longrope", "su"] {
            if class == "Phi3ForCausalLM" && kind != "dynamic" {
                continue;
            }
            for (place, name) in
                [("rope_scaling", "type"), ("rope_scaling", "rope_type"), ("rope_parameters", "rope_type")]
            {
                let mut config = json!({"architectures": [class], "num_hidden_layers": 2});
                config[place] = json!({name: kind, "factor": 4.0, "rope_theta": 1e4});
                let read = plan(&config);
                if kind == "dynamic" && class != "Phi3ForCausalLM" {
                    assert_eq!(read.expect(class).config["rope_scaling"], Value::Null, "{class}");
                    continue;
                }
                let refused = read.expect_err(class);
                assert_eq!(refused.kind(), ErrorKind::UnsupportedArchitecture, "{class}, {kind}");
            }
        }
    }
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

/// As the first conversions of Gemma 2 were: llama.cpp takes 50 and 30 then.
#[test]
fn a_gemma_2_file_without_caps_has_the_usual_ones() {
    let model = read("gemma2");
    let caps = |blueprint: &Blueprint| {
        ["attn_logit_softcapping", "final_logit_softcapping"].map(|name| blueprint.config[name].as_f64())
    };
    assert_eq!(caps(&of_gguf(&model).expect("a blueprint")), [Some(50.0), Some(30.0)]);
    // The same with the keys called otherwise, of the same length.
    let bytes = std::fs::read(model.first().path()).expect("a fixture");
    let mut text = bytes.clone();
    let key = b"logit_softcapping";
    let places: Vec<usize> =
        (0..bytes.len() - key.len()).filter(|&at| bytes[at..].starts_with(key)).collect();
    assert_eq!(places.len(), 2);
    for at in places {
        text[at] = b'x';
    }
    let folder = Folder::new();
    let path = folder.write("m.gguf", text);
    let without = GgufModel::read(&path).expect("a header");
    assert_eq!(caps(&of_gguf(&without).expect("a blueprint")), [Some(50.0), Some(30.0)]);
    assert_eq!(caps(&of_gguf(&read("gemma3")).expect("a blueprint")), [None, None]);
}

/// transformers writes into `config.json` what differs from its defaults and reads it with them; so whether they are written
/// makes no difference.
#[test]
fn a_configuration_without_the_defaults_means_the_same() {
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/numbers");
    let mut compared = 0;
    for entry in std::fs::read_dir(fixtures).expect("the fixtures").flatten() {
        let path = entry.path().join("folder/config.json");
        if !path.is_file() {
            continue;
        }
        let written = crate::header::folder::read_json(&path).expect("a fixture");
        let kind = written["model_type"].as_str().expect("a kind");
        let usual = defaults::settled(&json!({"model_type": kind}));
        let mut bare = written.clone();
        let strip = |config: &mut Value, usual: &Value| {
            let Some(entries) = config.as_object_mut() else { return };
            // By hand: what a text part is, and what is reckoned of sizes that differ.
            let kept = ["model_type", "architectures", "num_key_value_heads", "head_dim", "layer_types"];
            entries.retain(|name, value| kept.contains(&name.as_str()) || usual.get(name) != Some(value));
        };
        strip(&mut bare, &usual);
        if let Some(text) = written.get("text_config").filter(|text| text.is_object()) {
            let usual = defaults::settled(&json!({"model_type": text["model_type"]}));
            bare["text_config"] = text.clone();
            strip(&mut bare["text_config"], &usual);
        }
        let (whole, bare) = (plan(&written).expect(kind), plan(&bare).expect(kind));
        // The order of keys means nothing.
        let same = |a: &Value, b: &Value| {
            let known = |name: &&String| *name != "transformers_version";
            a.as_object().expect("an object").keys().filter(known).all(|name| a[name] == b[name])
        };
        assert!(same(&whole.config, &bare.config) && same(&bare.config, &whole.config), "{kind}");
        assert_eq!((whole.windows, whole.context_limit), (bare.windows, bare.context_limit), "{kind}");
        compared += 1;
    }
    assert!(compared > 40, "{compared} fixtures");
}

/// Whatever the engine's class does not read from a folder by itself goes into it by way of its container.
#[test]
fn a_folder_is_read_by_its_class_only_where_that_reads_all_of_it() {
    use part::Way;
    let shape = |name: &str| {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/shapes").join(name);
        let config = crate::header::folder::read_config(&path).expect("a fixture");
        (config, crate::header::folder::FolderWeights::read(&path).expect("a fixture"))
    };
    let way = |(config, weights): &(Value, crate::header::folder::FolderWeights)| {
        part::of_folder(config, weights).map(|described| described.way)
    };
    for model in [
        "llama",
        "llama-tied",
        "mistral-wide",
        "mixtral",
        "gemma",
        "gemma2",
        "gemma3",
        "phi3",
        "qwen2",
        "qwen3",
        "starcoder2",
        "glm4",
        "smollm3",
    ] {
        assert_eq!(way(&folder(model)).expect(model), Way::Direct, "{model}");
    }
    for (model, class) in [
        ("llama-biases", "LlamaForCausalLM"),
        ("llama-attention-biases", "LlamaForCausalLM"),
        ("qwen3-biases", "Qwen3ForCausalLM"),
        ("smollm3-biases", "SmolLM3ForCausalLM"),
        ("gemma-untied", "GemmaForCausalLM"),
        ("gemma2-untied", "Gemma2ForCausalLM"),
        ("starcoder2-untied", "Starcoder2ForCausalLM"),
        ("llama-wide", "MistralForCausalLM"),
        ("qwen2-wide", "MistralForCausalLM"),
    ] {
        let (config, weights) = shape(model);
        let described = part::of_folder(&config, &weights).unwrap_or_else(|error| panic!("{model}: {error}"));
        assert_eq!(described.way, Way::Converted, "{model}");
        assert_eq!(described.blueprint.config["architectures"], json!([class]), "{model}");
    }
    for model in ["llama-gaps", "llama-linear-older", "llama-dynamic", "gemma2-gaps", "glm4-gaps"] {
        assert_eq!(way(&shape(model)).expect(model), Way::Direct, "{model}");
    }
}

#[test]
fn biases_that_a_configuration_does_not_call_for_are_refused_and_so_are_missing_ones() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/shapes/llama-biases");
    let weights = crate::header::folder::FolderWeights::read(&path).expect("a fixture");
    let mut config = crate::header::folder::read_config(&path).expect("a fixture");
    config["mlp_bias"] = json!(false);
    let error = part::of_folder(&config, &weights).expect_err("refused");
    assert!(error.kind() == ErrorKind::UnsupportedArchitecture && error.message.contains("bias"), "{error}");
    let (mut config, weights) = folder("llama");
    config["attention_bias"] = json!(true);
    let error = part::of_folder(&config, &weights).expect_err("refused");
    assert!(error.message.contains("not there"), "{error}");
}

/// An output layer beside a table that is said to be one is taken, as transformers does; one that is missing is not made up.
#[test]
fn the_output_layer_is_what_the_folder_has() {
    let (mut config, weights) = folder("llama");
    config["tie_word_embeddings"] = json!(true);
    let blueprint = blueprint_of(&config, &weights).expect("a blueprint");
    assert_eq!(blueprint.config["tie_word_embeddings"], false);
    let (mut config, weights) = folder("llama-tied");
    config["tie_word_embeddings"] = json!(false);
    let error = part::of_folder(&config, &weights).expect_err("refused");
    assert!(error.message.contains("lm_head"), "{error}");
}

/// Found by reading: products and sums of what a configuration says.
#[test]
fn sizes_that_make_no_sense_overflow_nothing() {
    let config = json!({"head_dim": u64::MAX, "num_attention_heads": u64::MAX, "hidden_size": 64});
    for isq in [crate::protocol::Isq::Q4K, crate::protocol::Isq::Q8_0] {
        folder::packable(&config, isq);
    }
    let mut config = json!({"architectures": ["LlamaForCausalLM"], "max_position_embeddings": u64::MAX});
    set_context(&mut config, u32::MAX);
    assert_eq!(config["max_position_embeddings"], u64::from(u32::MAX));
}

/// Found by the fuzz test: room for a window in each of them was asked for.
#[test]
fn an_absurd_number_of_blocks_is_refused() {
    for layers in [5000, u64::MAX] {
        let config = json!({
            "architectures": ["MistralForCausalLM"], "num_hidden_layers": layers, "sliding_window": 16,
            "max_position_embeddings": 512,
        });
        assert_eq!(folder::plan(&config).expect_err("refused").kind(), ErrorKind::Corrupt);
    }
}
