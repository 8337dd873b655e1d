//! Writes a damaged file and does with it what the app does with a file.

use std::fs;
use std::path::Path;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde_json::Map;

use vitrine_core::blueprint;
use vitrine_core::header;
use vitrine_core::protocol::{ChatMessage, Isq, Role};
use vitrine_core::template::ChatTemplate;
use vitrine_core::tokenizer::Tokenizer;

use super::{gguf as gguf_bytes, json, templates};

const TEXTS: &[&str] = &["", "a b\n中文 123 <s>ab<|im_end|>\u{301}", "   \t\r\n don't 1234567"];

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("a file for the case");
}

/// What is read before anything is loaded; all of this happens in the shell's own process too.
fn look(path: &Path) {
    let info = header::inspect(path);
    let fingerprint = header::fingerprint(path);
    // What can be described has a name for saved answers.
    assert!(info.is_err() || fingerprint.is_ok(), "{info:?} {fingerprint:?}");
}

fn read_texts(path: &Path) {
    let Ok(tokenizer) = Tokenizer::open(path) else { return };
    assert!(tokenizer.engine_json().is_ok());
    for text in TEXTS {
        for add_special in [false, true] {
            // Failing on a text is an answer too.
            if let Ok(tokens) = tokenizer.encode(text, add_special) {
                tokenizer.detokenize(&tokens.ids);
            }
        }
    }
}

fn render(template: &ChatTemplate) {
    let messages = [(Role::System, "你"), (Role::User, "a </think>\n b"), (Role::Assistant, "")]
        .map(|(role, content)| ChatMessage { role, content: content.into() });
    // Either is an answer.
    let _text_or_reason = template.render(&messages, true, &Map::new());
}

pub fn gguf(random: &mut ChaCha8Rng, folder: &Path) {
    let is_part = random.random_bool(0.1);
    let path = folder.join(if is_part { "m-00001-of-00002.gguf" } else { "m.gguf" });
    write(&path, &gguf_bytes::file(random));
    if is_part {
        write(&folder.join("m-00002-of-00002.gguf"), &gguf_bytes::file(random));
    }
    look(&path);
    read_texts(&path);
    if let Ok(Some(template)) = ChatTemplate::from_model(&path) {
        render(&template);
    }
}

pub fn safetensors(random: &mut ChaCha8Rng, folder: &Path) {
    write(&folder.join("config.json"), json::config().to_string().as_bytes());
    let header = json::text(random, json::tensors());
    let length = match random.random_range(0..8) {
        0 => super::pick(random, &[0, 1, u64::MAX, 1 << 27, 1 << 63]),
        _ => header.len() as u64,
    };
    let mut bytes = [&length.to_le_bytes()[..], &header, &[0; 136]].concat();
    if random.random_bool(0.2) {
        super::damage(random, &mut bytes);
    }
    write(&folder.join("model.safetensors"), &bytes);
    look(folder);
    look(&folder.join("model.safetensors"));
}

pub fn config(random: &mut ChaCha8Rng, folder: &Path) {
    let (original, weights) = match random.random() {
        true => (json::config(), None),
        false => {
            let (config, weights) = json::proved(random);
            (config, Some(weights))
        }
    };
    write(&folder.join("config.json"), &json::text(random, original));
    write(&folder.join("tokenizer_config.json"), &json::text(random, json::tokenizer_config()));
    if random.random_bool(0.3) {
        write(&folder.join("model.safetensors.index.json"), &json::text(random, json::index()));
    }
    let bytes = match weights {
        // What the configuration describes: sizes that do not fit are found tensor by tensor.
        Some(path) => fs::read(path).expect("a fixture"),
        None => {
            let header = json::tensors().to_string();
            [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &[0; 136]].concat()
        }
    };
    let name = if random.random_bool(0.9) { "model.safetensors" } else { "model-1.safetensors" };
    write(&folder.join(name), &bytes);
    look(folder);
    plan(folder);
    if let Ok(Some(template)) = ChatTemplate::from_model(folder) {
        render(&template);
    }
}

/// What a worker makes of a configuration before the engine has it.
fn plan(folder: &Path) {
    let Ok(config) = header::folder::read_config(folder) else { return };
    let Ok(mut plan) = blueprint::folder::plan(&config) else { return };
    for isq in [Isq::Q4K, Isq::Q8_0] {
        blueprint::folder::packable(&plan.config, isq);
    }
    for context in [1, u32::MAX] {
        blueprint::set_context(&mut plan.config, context);
    }
}

pub fn tokenizer(random: &mut ChaCha8Rng, folder: &Path) {
    let original = json::tokenizer(random);
    write(&folder.join("tokenizer.json"), &json::text(random, original));
    write(&folder.join("tokenizer_config.json"), &json::text(random, json::tokenizer_config()));
    read_texts(&folder.join("tokenizer.json"));
}

pub fn template(random: &mut ChaCha8Rng, folder: &Path) {
    let path = folder.join("chat_template.jinja");
    write(&path, &templates::source(random));
    if let Ok(template) = ChatTemplate::from_file(&path) {
        render(&template);
    }
}
