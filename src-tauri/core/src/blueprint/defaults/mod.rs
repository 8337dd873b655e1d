//! What a folder's `config.json` leaves out.
//!
//! transformers writes and reads only what differs from its defaults, and each kind of model has others: a Gemma 2 that says
//! nothing of caps has some, a GLM 4 has biases. `transformers.json` holds them all; `make.py` takes them from transformers
//! and says what stands where. They are put in before anything else reads the configuration, so that our code and the engine
//! never fall back on defaults of their own.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{json, Map, Value};

/// What transformers knows of a kind of model (`model_type`).
#[derive(Debug, Deserialize)]
struct Kind {
    /// The configuration's source, below `transformers/models/`.
    #[cfg_attr(not(test), allow(dead_code, reason = "for people; a test reads it"))]
    file: String,
    /// Model classes, the one that writes text first.
    classes: Vec<String>,
    /// The kind of its text part, of a model that also sees or hears.
    text: Option<String>,
    /// By key; null where other keys decide.
    values: Map<String, Value>,
    /// Keys for which null stands for nothing.
    required: Vec<String>,
    /// Other names of keys.
    aliases: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Table {
    #[cfg_attr(not(test), allow(dead_code, reason = "for people; a test reads it"))]
    source: String,
    types: BTreeMap<String, Kind>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        // A file of ours, which every test reads.
        serde_json::from_str(include_str!("transformers.json")).expect("the table of defaults")
    })
}

/// `config.json` with everything in it that transformers would put in: the model class where none is named, the kind of
/// model where only a class is, the defaults of that kind, and what follows from other keys. Of a model that also
/// sees or hears, this is done for the text part. A kind that is not in the table stays as it is.
///
/// Doing it twice changes nothing.
pub fn settled(config: &Value) -> Value {
    let Value::Object(original) = config else { return config.clone() };
    let mut config = original.clone();
    let Some(name) = kind_of(&Value::Object(original.clone())) else { return Value::Object(config) };
    let Some(kind) = table().types.get(name) else { return Value::Object(config) };
    let lacks = |config: &Map<String, Value>, name: &str| {
        config.get(name).and_then(Value::as_str).is_none_or(str::is_empty)
    };
    if lacks(&config, "model_type") {
        config.insert("model_type".into(), json!(name));
    }
    let has_class = config.get("architectures").is_some_and(|classes| classes[0].is_string());
    if let (false, Some(first)) = (has_class, kind.classes.first()) {
        config.insert("architectures".into(), json!([first]));
    }
    fill_in(kind, &mut config);
    let Some(text_name) = &kind.text else {
        derive(kind, &mut config);
        return Value::Object(config);
    };
    let Some(default) = table().types.get(text_name) else { return Value::Object(config) };
    let is_beside = config.contains_key("hidden_size");
    match config.get_mut("text_config") {
        Some(Value::Object(text)) => {
            let own = text.get("model_type").and_then(Value::as_str).filter(|name| !name.is_empty());
            let kind = own.map_or(Some(default), kind_of_text);
            if own.is_none() {
                text.insert("model_type".into(), json!(text_name));
            }
            if let Some(kind) = kind {
                fill_in(kind, text);
                derive(kind, text);
            }
        }
        // Sizes of the text part beside those of the eyes, as the first ones were published.
        _ if is_beside => {
            fill_in(default, &mut config);
            derive(default, &mut config);
        }
        _ => {
            let mut text = Map::from_iter([("model_type".to_owned(), json!(text_name))]);
            fill_in(default, &mut text);
            derive(default, &mut text);
            config.insert("text_config".into(), Value::Object(text));
        }
    }
    Value::Object(config)
}

/// The kind of a text part by its own name, which may be that of the whole model.
fn kind_of_text(name: &str) -> Option<&'static Kind> {
    let kind = table().types.get(name)?;
    kind.text.as_deref().map_or(Some(kind), |text| table().types.get(text))
}

/// The kind of a configuration as the table knows it: the one that is named, or that of its class.
pub(super) fn kind_of(config: &Value) -> Option<&'static str> {
    let named = config["model_type"].as_str().and_then(|name| table().types.get_key_value(name));
    named.map(|(name, _)| name.as_str()).or_else(|| kind_of_class(config["architectures"][0].as_str()?))
}

/// The kind of model that a class belongs to.
fn kind_of_class(class: &str) -> Option<&'static str> {
    let has = |kind: &Kind| kind.classes.iter().any(|known| known == class);
    table().types.iter().find(|(_, kind)| has(kind)).map(|(name, _)| name.as_str())
}

/// Do class and kind of a configuration contradict each other? Only where both are known.
pub(super) fn is_contradictory(config: &Value) -> bool {
    let class = config["architectures"][0].as_str().unwrap_or_default();
    let kind = config["model_type"].as_str().and_then(|name| table().types.get(name));
    let is_of = |kind: &Kind| kind.classes.is_empty() || kind.classes.iter().any(|known| known == class);
    kind_of_class(class).is_some() && kind.is_some_and(|kind| !is_of(kind))
}

fn fill_in(kind: &Kind, config: &mut Map<String, Value>) {
    name_both_ways(kind, config);
    for (name, value) in kind.values.iter().filter(|(_, value)| !value.is_null()) {
        let lacks = match config.get(name) {
            None => true,
            // Of these two, null has a meaning (see `derive`), whatever the kind says.
            Some(Value::Null) if ["num_key_value_heads", "head_dim"].contains(&name.as_str()) => false,
            Some(Value::Null) => kind.required.contains(name),
            Some(_) => false,
        };
        if lacks {
            config.insert(name.clone(), value.clone());
        }
    }
}

/// Puts a value that stands under one of its two names under the other as well.
fn name_both_ways(kind: &Kind, config: &mut Map<String, Value>) {
    for (one, other) in &kind.aliases {
        for (from, to) in [(one, other), (other, one)] {
            if !config.contains_key(to) {
                if let Some(value) = config.get(from).cloned() {
                    config.insert(to.clone(), value);
                }
            }
        }
    }
}

/// No model has more blocks.
pub(super) const MOST_BLOCKS: u64 = 4096;

/// What follows from other keys, and the other names of what was put in.
fn derive(kind: &Kind, config: &mut Map<String, Value>) {
    reckon(config);
    name_both_ways(kind, config);
}

/// What follows from other keys (transformers, `__post_init__` of the configurations).
fn reckon(config: &mut Map<String, Value>) {
    let number = |config: &Map<String, Value>, name: &str| config.get(name).and_then(Value::as_u64);
    let lacks = |config: &Map<String, Value>, name: &str| config.get(name).is_none_or(Value::is_null);
    let heads = number(config, "num_attention_heads");
    if let (true, Some(heads)) = (lacks(config, "num_key_value_heads"), heads) {
        config.insert("num_key_value_heads".into(), json!(heads));
    }
    if let (true, Some(heads @ 1..), Some(hidden)) =
        (lacks(config, "head_dim"), heads, number(config, "hidden_size"))
    {
        config.insert("head_dim".into(), json!(hidden / heads));
    }
    let blocks = number(config, "num_hidden_layers").filter(|&blocks| blocks <= MOST_BLOCKS);
    let (Some(blocks), true) = (blocks, lacks(config, "layer_types")) else { return };
    if let Some(kinds) = layer_types(config, blocks) {
        config.insert("layer_types".into(), json!(kinds));
    }
}

/// Which attention each block has, of the kinds of model that reckon it from other keys. Those whose classes here reckon it themselves are
/// left to them.
fn layer_types(config: &Map<String, Value>, blocks: u64) -> Option<Vec<&'static str>> {
    const FULL: &str = "full_attention";
    const SLIDING: &str = "sliding_attention";
    let number = |name: &str| config.get(name).and_then(Value::as_u64);
    let window = number("sliding_window").filter(|_| config.get("use_sliding_window") == Some(&json!(true)));
    let kind = config.get("model_type").and_then(Value::as_str)?;
    let slides = |slides: bool| if slides { SLIDING } else { FULL };
    match kind {
        "granitemoehybrid" => Some(vec!["linear_attention"; blocks as usize]),
        // Blocks that know no positions have the window.
        "smollm3" => {
            let knowing = config.get("no_rope_layers").and_then(Value::as_array);
            let every = number("no_rope_layer_interval").filter(|&every| every > 0)?;
            let knows = |block: u64| match knowing {
                Some(knowing) => knowing.get(block as usize).is_some_and(|it| it.as_u64() != Some(0)),
                None => !(block + 1).is_multiple_of(every),
            };
            Some((0..blocks).map(|block| slides(window.is_some() && !knows(block))).collect())
        }
        _ if kind.starts_with("qwen2") || kind == "qwen3" => {
            let first = number("max_window_layers").unwrap_or(0);
            Some((0..blocks).map(|block| slides(window.is_some() && block >= first)).collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
