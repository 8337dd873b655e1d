//! What mistral.rs is given of a vocabulary.

use std::collections::HashMap;

use serde_json::Value;

use super::super::{byte_alphabet, Tokenizer};
use super::{byte_level, folders, open, sentence_piece};

/// All that mistralrs-core 0.8.1 and toktrie_hf_tokenizers 1.9.1 trip over, and that ids and bytes are ours.
pub(super) fn assert_takes(tokenizer: &Tokenizer) {
    let text = tokenizer.engine_json().unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    let vocabulary: HashMap<String, u32> = serde_json::from_value(json["model"]["vocab"].clone()).unwrap();
    let size = tokenizer.vocabulary_size();
    assert_eq!(vocabulary.len(), size as usize, "every id has a name of its own");
    assert_eq!(json["decoder"]["type"], "ByteLevel");
    let taken = tokenizers::Tokenizer::from_bytes(text.as_bytes()).unwrap();
    assert_eq!(taken.get_vocab_size(true), size as usize);
    let added = taken.get_added_tokens_decoder();
    for id in 0..size {
        let name = taken.id_to_token(id).expect("ids have no gaps");
        let bytes = tokenizer.token_bytes(id).unwrap_or_default();
        assert_eq!(
            added.get(&id).is_some_and(|token| token.special),
            tokenizer.is_special(id),
            "{id} {name}"
        );
        if name.starts_with("[vitrine:") {
            // Of the same bytes as another, or of none.
        } else if tokenizer.is_special(id) {
            assert_eq!(name, String::from_utf8_lossy(bytes));
        } else {
            assert_eq!(name, byte_alphabet::encode(bytes), "{id}");
        }
        if !tokenizer.is_special(id) {
            assert!(name.chars().all(|character| byte_alphabet::to_byte(character).is_some()), "{id} {name}");
        }
    }
}

#[test]
fn the_engine_is_given_every_token_under_its_id() {
    assert_takes(&open(byte_level("gpt-2")));
    assert_takes(&open(sentence_piece()));
    for name in
        ["unigram-bytes.model", "unigram-users.model", "unigram-nmt.model", "bpe-bytes.model", "tekken.json"]
    {
        assert_takes(&Tokenizer::open(&folders::fixture(name)).unwrap());
    }
}

#[test]
fn tokens_of_the_same_bytes_keep_ids_of_their_own() {
    // `<0x61>` and `a`, a double, a place without a name, and a token that is named as a place is.
    let tokens = ["<unk>", "<s>", "</s>", "<0x61>", "a", "", "[vitrine:3]", "[vitrine:4]"];
    let writer = crate::header::testing::GgufWriter::new()
        .str("tokenizer.ggml.model", "llama")
        .strings("tokenizer.ggml.tokens", &tokens)
        .i32s("tokenizer.ggml.token_type", &[2, 3, 3, 6, 1, 5, 1, 1])
        .f32s("tokenizer.ggml.scores", &[0.0; 8]);
    let json: Value = serde_json::from_str(&open(writer).engine_json().unwrap()).unwrap();
    let vocabulary = json["model"]["vocab"].as_object().unwrap();
    assert_eq!(vocabulary.len(), tokens.len());
    assert_eq!((&vocabulary["a"], &vocabulary["[vitrine:3]"]), (&3.into(), &6.into()));
}
