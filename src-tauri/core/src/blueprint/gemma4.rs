//! The text part of Gemma 4.
//!
//! The engine knows it only together with eyes, and those take memory for nothing when only text is read. So its class is
//! given eyes without layers, and the text part goes into the engine's own container. What configurations
//! say is translated: the engine takes the base of the global positions from a place where none has it, and knows nothing
//! of widths that are given block by block (transformers, `Gemma4TextConfig`).
//!
//! Blocks at the end may share the keys and values of the last block before them that is of the same kind. Folders leave out their
//! own matrices, which nobody multiplies with; the engine wants them all the same and is given those of that block.

use serde_json::{json, Map, Value};

use crate::protocol::{CacheShape, RpcError};

use super::folder::{FolderPlan, Loader};
use super::part::Places;
use super::{unsupported, Blank, Windows};

/// The class that the engine has.
pub(super) const CLASS: &str = "Gemma4ForConditionalGeneration";

/// How the engine's class names its tensors.
pub(super) const TARGET: &str = "model.language_model.";

const SLIDING: &str = "sliding_attention";
const FULL: &str = "full_attention";

/// Is a folder's class one of Gemma 4's?
pub fn is_one(class: &str) -> bool {
    [CLASS, "Gemma4ForCausalLM"].contains(&class)
}

/// Translates a folder's `config.json`.
pub(super) fn plan(config: &Value) -> Result<FolderPlan, RpcError> {
    let source = if config["text_config"].is_object() { &config["text_config"] } else { config };
    let Value::Object(text) = source else { return Err(unsupported("a config.json that is no object")) };
    let mut text = text.clone();
    // Of a kind that is not known nothing was filled in.
    for name in [
        "num_hidden_layers",
        "sliding_window",
        "head_dim",
        "num_key_value_heads",
        "attention_k_eq_v",
        "num_kv_shared_layers",
        "tie_word_embeddings",
    ] {
        text.entry(name).or_insert(Value::Null);
    }
    let layers = text["num_hidden_layers"].as_u64().unwrap_or(0);
    let kinds = kinds(&text, layers)?;
    text.insert("layer_types".into(), json!(kinds));
    widths(&mut text, &kinds)?;
    positions(&mut text)?;
    if text.get("use_bidirectional_attention") == Some(&json!("all")) {
        return Err(unsupported("Gemma 4 that looks ahead, which writes nothing"));
    }
    let window = text["sliding_window"].as_u64().and_then(|window| u32::try_from(window).ok());
    let window = window.filter(|&window| window > 1).ok_or_else(|| unsupported("a window of no width"))?;
    let sliding: Vec<bool> = kinds.iter().map(|kind| kind == SLIDING).collect();
    let shared = text["num_kv_shared_layers"].as_u64().unwrap_or(0);
    if shared >= layers {
        return Err(unsupported("blocks that all share keys and values of others"));
    }
    let eyes = json!({
        "hidden_size": 1, "num_hidden_layers": 0, "num_attention_heads": 1, "num_key_value_heads": 1, "head_dim": 4,
        "patch_size": 1, "position_embedding_size": 1,
    });
    let mut config = config.clone();
    for name in ["image_token_id", "video_token_id", "audio_token_id"] {
        if !config[name].is_u64() {
            // The engine's own, which lie behind the text of any model.
            config.as_object_mut().map(|config| config.remove(name));
        }
    }
    let ids = ["image_token_id", "video_token_id", "audio_token_id"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), config.get(name)?.clone())));
    let mut translated: Map<String, Value> = ids.collect();
    translated.insert("architectures".into(), json!([CLASS]));
    translated.insert("tie_word_embeddings".into(), text["tie_word_embeddings"].clone());
    translated.insert("vision_config".into(), eyes);
    translated.insert("text_config".into(), Value::Object(text));
    Ok(FolderPlan {
        loader: Loader::Multimodal,
        config: Value::Object(translated),
        windows: Some(Windows { window, sliding }),
        context_limit: None,
    })
}

/// Which blocks look back over a window only. The last one never does.
fn kinds(text: &Map<String, Value>, layers: u64) -> Result<Vec<String>, RpcError> {
    let named = text.get("layer_types").and_then(Value::as_array);
    let mut kinds: Vec<String> = match named {
        Some(kinds) => kinds.iter().map(|kind| kind.as_str().unwrap_or_default().to_owned()).collect(),
        None => (1..=layers.min(MOST_BLOCKS))
            .map(|block| if block % 6 == 0 { FULL } else { SLIDING }.to_owned())
            .collect(),
    };
    if kinds.len() as u64 != layers || kinds.iter().any(|kind| kind != SLIDING && kind != FULL) {
        return Err(unsupported("kinds of attention that are not told for every block"));
    }
    if let Some(last) = kinds.last_mut() {
        *last = FULL.into();
    }
    Ok(kinds)
}

/// More than any model has.
const MOST_BLOCKS: u64 = 1 << 12;

/// Heads of the blocks that see everything: in two names in early configurations, by block in later ones.
fn widths(text: &mut Map<String, Value>, kinds: &[String]) -> Result<(), RpcError> {
    let by_block = text.remove("per_layer_config").filter(Value::is_object);
    let Some(by_block) = by_block else {
        if text.get("global_head_dim").is_none() {
            text.insert("global_head_dim".into(), json!(512));
        }
        // Without one, these heads are like the others.
        if text["global_head_dim"].as_u64().unwrap_or(0) == 0 {
            text.insert("global_head_dim".into(), text["head_dim"].clone());
        }
        return Ok(());
    };
    let regular = || {
        let full = kinds.iter().enumerate().filter(|(_, kind)| *kind == FULL);
        let mut said = full.map(|(block, _)| &by_block[block.to_string()]);
        let first = said.next()?;
        let known = |name: &String| ["head_dim", "num_key_value_heads"].contains(&name.as_str());
        let same = said.all(|other| other == first) && first.as_object()?.keys().all(known);
        let elsewhere = by_block.as_object()?.keys().any(|block| {
            block.parse::<usize>().ok().and_then(|block| kinds.get(block)).is_none_or(|kind| kind != FULL)
        });
        (same && !elsewhere).then_some(first)
    };
    let first = regular()
        .ok_or_else(|| unsupported("blocks of Gemma 4 with sizes of their own, which the engine ignores"))?;
    let head = [&first["head_dim"], &text["head_dim"]].into_iter().find(|head| head.is_u64()).cloned();
    text.insert("global_head_dim".into(), head.unwrap_or_default());
    let heads = &first["num_key_value_heads"];
    if heads.is_u64() && *heads != text["num_key_value_heads"] && text["attention_k_eq_v"] != json!(true) {
        return Err(unsupported("another number of key heads in some blocks, which the engine ignores"));
    }
    text.insert("num_global_key_value_heads".into(), heads.clone());
    Ok(())
}

/// Both kinds of rotary positions, where the engine's class looks for them.
fn positions(text: &mut Map<String, Value>) -> Result<(), RpcError> {
    let given = text.remove("rope_parameters").filter(Value::is_object).unwrap_or_else(|| {
        json!({
            FULL: {"rope_type": "proportional", "partial_rotary_factor": 0.25, "rope_theta": 1_000_000.0},
            SLIDING: {"rope_type": "default", "rope_theta": 10_000.0},
        })
    });
    let (full, sliding) = (&given[FULL], &given[SLIDING]);
    let plain = full["rope_type"] == "proportional"
        && (full["factor"].is_null() || full["factor"].as_f64() == Some(1.0))
        && (sliding.is_null() || sliding["rope_type"] == "default");
    if !plain {
        return Err(unsupported("Gemma 4 with scaled rotary positions, which the engine ignores"));
    }
    let number = |value: &Value, otherwise: f64| value.as_f64().unwrap_or(otherwise);
    text.insert("rope_theta".into(), json!(number(&full["rope_theta"], 10_000.0)));
    let translated = json!({
        FULL: {"partial_rotary_factor": number(&full["partial_rotary_factor"], 1.0)},
        SLIDING: {"rope_theta": number(&sliding["rope_theta"], 10_000.0)},
    });
    text.insert("rope_parameters".into(), translated);
    Ok(())
}

/// Everything that the engine's class reads, in its order.
pub(super) fn take(config: &mut Value, places: &mut Places) -> Result<Vec<Blank>, RpcError> {
    let text = &config["text_config"];
    let size = |name: &str| super::part::size(text, name);
    let (hidden, vocabulary, layers) =
        (size("hidden_size")?, size("vocab_size")?, size("num_hidden_layers")?);
    let count = |name: &str| text[name].as_u64().unwrap_or(0);
    // Null and 0 mean: none.
    let table = match count("hidden_size_per_layer_input") {
        0 => 0,
        _ => size("hidden_size_per_layer_input")?,
    };
    let kinds: Vec<&str> =
        text["layer_types"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let first_shared = layers - count("num_kv_shared_layers");
    let is_tied = places.output(&text["tie_word_embeddings"], vocabulary, hidden)?;
    places.vector("embed_tokens.weight", &[vocabulary, hidden])?;
    places.vector("norm.weight", &[hidden])?;
    if table > 0 {
        places.own_matrix("per_layer_model_projection", layers * table, hidden)?;
        let rows = size("vocab_size_per_layer_input")?;
        places.vector("embed_tokens_per_layer.weight", &[rows, layers * table])?;
        places.vector("per_layer_projection_norm.weight", &[table])?;
    }
    for block in 0..layers {
        let name = |part: &str| format!("layers.{block}.{part}");
        let kind = kinds[block as usize];
        let is_full = kind == FULL;
        let is_shared = block >= first_shared;
        // Who has the keys and values that this block uses.
        let owner = if is_shared {
            let before = kinds[..first_shared as usize].iter().rposition(|other| *other == kind);
            before.ok_or_else(|| unsupported("a block that shares keys and values with none before it"))?
                as u64
        } else {
            block
        };
        let double = text["attention_k_eq_v"] == json!(true) && is_full;
        let head = size(if is_full { "global_head_dim" } else { "head_dim" })?;
        let key_heads = match text["num_global_key_value_heads"].as_u64() {
            Some(heads) if double => heads,
            _ => size("num_key_value_heads")?,
        };
        let queries = size("num_attention_heads")?.saturating_mul(head);
        let keys = key_heads.saturating_mul(head);
        places.own_matrix(&name("self_attn.q_proj"), queries, hidden)?;
        let parts: &[&str] = if double { &["k_proj"] } else { &["k_proj", "v_proj"] };
        for part in parts {
            let own = name(&format!("self_attn.{part}"));
            let lent = format!("layers.{owner}.self_attn.{part}");
            places.own_matrix(if places.has(&own) { &own } else { &lent }, keys, hidden)?;
        }
        places.own_matrix(&name("self_attn.o_proj"), hidden, queries)?;
        let wide = is_shared && text["use_double_wide_mlp"] == json!(true);
        let width = size("intermediate_size")? * if wide { 2 } else { 1 };
        places.gated(&name("mlp"), width, hidden)?;
        places.vector(&name("self_attn.q_norm.weight"), &[head])?;
        let (own, lent) = (name("self_attn.k_norm"), format!("layers.{owner}.self_attn.k_norm"));
        let key_norm = if places.has(&own) { &own } else { &lent };
        places.vector_from(&format!("{own}.weight"), &format!("{key_norm}.weight"), &[head])?;
        let norms = ["input", "post_attention", "pre_feedforward", "post_feedforward"];
        for norm in norms {
            places.vector(&name(&format!("{norm}_layernorm.weight")), &[hidden])?;
        }
        places.vector(&name("layer_scalar"), &[1])?;
        if text["enable_moe_block"] == json!(true) {
            let (experts, width) = (size("num_experts")?, size("moe_intermediate_size")?);
            for expert in 0..experts {
                places.expert(&name("experts"), expert, experts, width, hidden)?;
            }
            for norm in ["pre_feedforward_layernorm_2", "post_feedforward_layernorm_1"] {
                places.vector(&name(&format!("{norm}.weight")), &[hidden])?;
            }
            places.vector(&name("post_feedforward_layernorm_2.weight"), &[hidden])?;
            places.vector(&name("router.scale"), &[hidden])?;
            places.vector(&name("router.per_expert_scale"), &[experts])?;
            places.vector(&name("router.proj.weight"), &[experts, hidden])?;
        }
        if table > 0 {
            places.own_matrix(&name("per_layer_input_gate"), table, hidden)?;
            places.own_matrix(&name("per_layer_projection"), hidden, table)?;
            places.vector(&name("post_per_layer_input_norm.weight"), &[hidden])?;
        }
    }
    config["text_config"]["tie_word_embeddings"] = json!(is_tied);
    let positions = "model.vision_tower.patch_embedder.position_embedding_table";
    Ok(vec![Blank { name: positions.into(), shape: vec![2, 1, 1] }])
}

/// What the cache of a translated configuration takes; `None` where a size makes no sense.
///
/// Both kinds of blocks have heads of their own width, so they are counted in units of their common divisor. Blocks that share
/// another one's keys and values have none.
pub(crate) fn cache(text: &Value, number_bytes: u32) -> Option<CacheShape> {
    let number = |name: &str| text[name].as_u64().filter(|&number| number > 0);
    let own = number("num_hidden_layers")?.checked_sub(text["num_kv_shared_layers"].as_u64()?)?;
    let kinds = text["layer_types"].as_array()?.get(..usize::try_from(own).ok()?)?;
    let windowed = kinds.iter().filter(|kind| *kind == SLIDING).count() as u64;
    let heads = number("num_key_value_heads")?;
    let double = text["attention_k_eq_v"] == json!(true);
    let global_heads = number("num_global_key_value_heads").filter(|_| double).unwrap_or(heads);
    let narrow = heads.checked_mul(number("head_dim")?)?.checked_mul(2)?;
    let wide = global_heads.checked_mul(number("global_head_dim")?)?.checked_mul(2)?;
    let unit = divisor(narrow, wide);
    let narrow_word = |number: u64| u32::try_from(number).ok();
    Some(CacheShape {
        layers: narrow_word((own - windowed).checked_mul(wide / unit)?)?,
        window_layers: narrow_word(windowed.checked_mul(narrow / unit)?)?,
        window: narrow_word(number("sliding_window")?)?,
        width: narrow_word(unit)?,
        number_bytes,
    })
}

/// The greatest common divisor (Euclid).
fn divisor(a: u64, b: u64) -> u64 {
    if b == 0 {
        a
    } else {
        divisor(b, a % b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(more: Value) -> Result<FolderPlan, RpcError> {
        let mut text =
            json!({"num_hidden_layers": 6, "head_dim": 256, "global_head_dim": 512, "sliding_window": 1024});
        for (name, value) in more.as_object().expect("an object") {
            text[name] = value.clone();
        }
        plan(&super::super::defaults::settled(&json!({"architectures": [CLASS], "text_config": text})))
    }

    /// As google/gemma-4-26B-A4B was published: the base of the global positions two levels deep, no tables for blocks.
    #[test]
    fn published_configurations_are_translated() {
        let rotary = json!({
            "full_attention": {"partial_rotary_factor": 0.25, "rope_theta": 1e6, "rope_type": "proportional"},
            "sliding_attention": {"rope_theta": 1e4, "rope_type": "default"},
        });
        let plan =
            planned(json!({"rope_parameters": rotary, "hidden_size_per_layer_input": null})).expect("a plan");
        let text = &plan.config["text_config"];
        assert_eq!((&text["rope_theta"], &text["hidden_size_per_layer_input"]), (&json!(1e6), &Value::Null));
        assert_eq!(text["rope_parameters"]["full_attention"]["partial_rotary_factor"], 0.25);
        let windows = plan.windows.expect("windows");
        assert_eq!((windows.window, windows.sliding), (1024, vec![true, true, true, true, true, false]));
        assert_eq!(plan.config["vision_config"]["num_hidden_layers"], 0);
    }

    /// transformers 5 writes the sizes of single blocks instead of a name for the wide ones.
    #[test]
    fn widths_by_block_become_those_of_their_kind() {
        let wide = json!({"5": {"head_dim": 128, "num_key_value_heads": 2}});
        let more = json!({"per_layer_config": wide, "attention_k_eq_v": true, "global_head_dim": null});
        let plan = planned(more).expect("a plan");
        let text = &plan.config["text_config"];
        assert_eq!((&text["global_head_dim"], &text["num_global_key_value_heads"]), (&json!(128), &json!(2)));
        for odd in
            [json!({"5": {"head_dim": 128}, "2": {"head_dim": 64}}), json!({"5": {"intermediate_size": 7}})]
        {
            assert!(planned(json!({"per_layer_config": odd})).is_err(), "{odd}");
        }
    }

    #[test]
    fn what_the_engine_ignores_is_refused() {
        for more in [
            json!({"use_bidirectional_attention": "all"}),
            json!({"rope_parameters": {"full_attention": {"rope_type": "proportional", "factor": 8.0}}}),
            json!({"rope_parameters": {"full_attention": {"rope_type": "yarn"}}}),
            json!({"layer_types": ["full_attention"]}),
            json!({"num_kv_shared_layers": 6}),
            json!({"num_hidden_layers": u64::MAX}),
        ] {
            assert!(planned(more.clone()).is_err(), "{more}");
        }
    }

    #[test]
    fn sizes_that_make_no_sense_are_refused_and_overflow_nothing() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = folder.join("../../tests/fixtures/numbers/gemma4/folder");
        let weights = crate::header::folder::FolderWeights::read(&folder).expect("a fixture");
        let original = crate::header::folder::read_json(&folder.join("config.json")).expect("a fixture");
        let names = original["text_config"].as_object().expect("an object").keys();
        for (name, number) in names.flat_map(|name| [0, 1 << 31, u64::MAX].map(|number| (name, number))) {
            let mut config = original.clone();
            config["text_config"][name] = json!(number);
            let read = super::super::part::of_folder(&config, &weights);
            let shapes =
                ["hidden_size", "intermediate_size", "head_dim", "num_attention_heads", "vocab_size"];
            let shapes_by_block = ["num_hidden_layers", "num_key_value_heads", "hidden_size_per_layer_input"];
            if number > 0 && shapes.iter().chain(&shapes_by_block).any(|shape| shape == name) {
                assert!(read.is_err(), "{name} {number}");
            }
            if let Ok(plan) = plan(&config) {
                let _ = cache(&plan.config["text_config"], 4).map(|shape| shape.bytes(u32::MAX));
            }
        }
    }

    /// Five blocks of 8 heads with 256 + 256 numbers, one of 2 heads with 512 + 512; then a model whose last two share.
    #[test]
    fn the_cache_counts_both_widths_and_nothing_that_is_shared() {
        let more =
            json!({"num_key_value_heads": 8, "num_global_key_value_heads": 2, "attention_k_eq_v": true});
        let text = planned(more).expect("a plan").config["text_config"].clone();
        let shape = cache(&text, 4).expect("a shape");
        assert_eq!(shape.bytes(4096), 4 * (5 * 8 * 512 * 1024 + 2 * 1024 * 4096));
        let more = json!({"num_key_value_heads": 1, "num_kv_shared_layers": 2});
        let text = planned(more).expect("a plan").config["text_config"].clone();
        assert_eq!(cache(&text, 4).expect("a shape").bytes(100), 4 * 4 * 512 * 100);
    }
}
