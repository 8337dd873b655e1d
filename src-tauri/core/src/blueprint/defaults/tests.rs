use super::super::folder::plan;
use super::*;

#[test]
fn every_class_that_is_taken_has_a_row_and_every_row_names_its_source() {
    assert!(table().source.starts_with("transformers 5."), "{}", table().source);
    for class in crate::header::folder_classes() {
        // The same as Gemma4ForConditionalGeneration's text part.
        assert!(kind_of_class(class).is_some(), "{class}");
    }
    for (name, kind) in &table().types {
        assert!(kind.file.ends_with(".py"), "{name}");
        assert!(kind.text.as_ref().is_none_or(|text| table().types.contains_key(text)), "{name}");
        let sizes = ["hidden_size", "num_hidden_layers", "num_attention_heads", "rope_theta"];
        assert!(kind.text.is_some() || sizes.iter().all(|size| kind.values[*size].is_number()), "{name}");
    }
}

#[test]
fn what_is_left_out_is_what_transformers_takes() {
    let read = |config: Value| settled(&config);
    let gemma = read(json!({"architectures": ["Gemma2ForCausalLM"], "model_type": "gemma2"}));
    assert_eq!(
        (&gemma["attn_logit_softcapping"], &gemma["final_logit_softcapping"]),
        (&json!(50.0), &json!(30.0))
    );
    let glm = read(json!({"model_type": "glm4"}));
    assert_eq!((&glm["attention_bias"], &glm["partial_rotary_factor"]), (&json!(true), &json!(0.5)));
    assert_eq!(glm["architectures"], json!(["Glm4ForCausalLM"]));
    assert_eq!(read(json!({"model_type": "qwen3_next"}))["norm_topk_prob"], true);
    assert_eq!(read(json!({"architectures": ["MixtralForCausalLM"]}))["rope_theta"], 1e6);
    // A class is named, but not the first one.
    let named = read(json!({"architectures": null, "model_type": "llama"}));
    assert_eq!(named["architectures"], json!(["LlamaForCausalLM"]));
    assert_eq!(
        read(json!({"architectures": ["LlamaModel"], "model_type": "llama"}))["architectures"][0],
        "LlamaModel"
    );
}

#[test]
fn null_means_none_where_a_kind_allows_it() {
    let caps = json!({"model_type": "gemma2", "attn_logit_softcapping": null, "hidden_size": null});
    let caps = settled(&caps);
    assert_eq!((&caps["attn_logit_softcapping"], &caps["hidden_size"]), (&Value::Null, &json!(2304)));
    assert_eq!(
        settled(&json!({"model_type": "mistral", "sliding_window": null}))["sliding_window"],
        Value::Null
    );
    assert_eq!(settled(&json!({"model_type": "mistral"}))["sliding_window"], 4096);
    let heads = json!({"model_type": "mistral", "num_key_value_heads": null, "head_dim": null, "hidden_size": 64,
        "num_attention_heads": 4});
    let heads = settled(&heads);
    assert_eq!((&heads["num_key_value_heads"], &heads["head_dim"]), (&json!(4), &json!(16)));
}

#[test]
fn a_text_part_is_filled_in_by_its_own_kind() {
    let own = json!({"model_type": "llava", "text_config": {"model_type": "mistral", "hidden_size": 64}});
    let own = settled(&own);
    assert_eq!(
        (&own["text_config"]["num_key_value_heads"], &own["text_config"]["hidden_size"]),
        (&json!(8), &json!(64))
    );
    let unnamed = settled(&json!({"model_type": "gemma3", "text_config": {}}));
    assert_eq!(unnamed["text_config"]["model_type"], "gemma3_text");
    assert_eq!(settled(&json!({"model_type": "voxtral"}))["text_config"]["hidden_size"], 4096);
    let beside = settled(&json!({"model_type": "qwen2_vl", "hidden_size": 64, "vision_config": {}}));
    assert_eq!((&beside["rms_norm_eps"], beside.get("text_config")), (&json!(1e-5), None));
}

#[test]
fn other_names_of_keys_count_and_doing_it_twice_changes_nothing() {
    let experts = settled(&json!({"model_type": "qwen3_moe", "num_local_experts": 4}));
    assert_eq!((&experts["num_experts"], &experts["num_local_experts"]), (&json!(4), &json!(4)));
    for name in table().types.keys() {
        let once = settled(&json!({"model_type": name}));
        assert_eq!(settled(&once), once, "{name}");
    }
}

#[test]
fn blocks_with_a_window_are_reckoned_as_transformers_does() {
    let kinds = |config: Value| settled(&config)["layer_types"].clone();
    let (full, sliding) = ("full_attention", "sliding_attention");
    let qwen = |more: bool, first: u64| {
        kinds(
            json!({"model_type": "qwen2", "num_hidden_layers": 3, "use_sliding_window": more, "sliding_window": 8,
            "max_window_layers": first}),
        )
    };
    assert_eq!(qwen(true, 2), json!([full, full, sliding]));
    assert_eq!(qwen(false, 0), json!([full, full, full]));
    let smol = json!({"model_type": "smollm3", "num_hidden_layers": 4, "use_sliding_window": true, "sliding_window": 8});
    assert_eq!(kinds(smol), json!([full, full, full, sliding]));
    assert_eq!(kinds(json!({"model_type": "qwen2", "num_hidden_layers": u64::MAX})), Value::Null);
}

#[test]
fn a_class_and_a_kind_that_do_not_belong_together_are_refused() {
    let config = json!({"architectures": ["MistralForCausalLM"], "model_type": "gemma2"});
    assert!(plan(&config).is_err());
    // One that nobody else knows may be anything.
    assert!(!is_contradictory(&json!({"architectures": ["LlamaForCausalLM"], "model_type": "yi"})));
}
