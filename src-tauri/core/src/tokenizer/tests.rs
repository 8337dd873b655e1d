use std::path::PathBuf;

use rand::{Rng, SeedableRng};

use super::*;
use crate::header::testing::{shared_fixtures, Folder, GgufWriter};
use crate::protocol::ErrorKind;

mod engine;
mod folders;
mod kinds;

fn open(writer: GgufWriter) -> Tokenizer {
    let folder = Folder::new();
    let path = folder.write("vocabulary.gguf", writer.bytes());
    Tokenizer::open(&path).expect("the vocabulary of the test")
}

/// Bytes as GPT-2 writes them, then `ab`, ` ab`, the three bytes of 中, an end and a user token.
fn byte_level(pre: &str) -> GgufWriter {
    let mut tokens: Vec<String> = (0..=255).map(|byte| byte_alphabet::encode(&[byte])).collect();
    let mut kinds = vec![1; 256];
    for (text, kind) in [
        ("ab".to_owned(), 1),
        ("Ġab".to_owned(), 1),
        (byte_alphabet::encode("中".as_bytes()[..2].as_ref()), 1),
        (byte_alphabet::encode("中".as_bytes()), 1),
        ("<|im_end|>".to_owned(), 3),
        ("<s>".to_owned(), 3),
        ("<think>".to_owned(), 4),
    ] {
        tokens.push(text);
        kinds.push(kind);
    }
    let middle = byte_alphabet::encode(&"中".as_bytes()[..1]);
    let second = byte_alphabet::encode(&"中".as_bytes()[1..2]);
    let third = byte_alphabet::encode(&"中".as_bytes()[2..]);
    let merges = [
        "a b".to_owned(),
        "Ġ ab".to_owned(),
        format!("{middle} {second}"),
        format!("{middle}{second} {third}"),
    ];
    GgufWriter::new()
        .str("general.architecture", "llama")
        .str("tokenizer.ggml.model", "gpt2")
        .str("tokenizer.ggml.pre", pre)
        .strings("tokenizer.ggml.tokens", &tokens)
        .i32s("tokenizer.ggml.token_type", &kinds)
        .strings("tokenizer.ggml.merges", &merges)
        .u32("tokenizer.ggml.bos_token_id", BOS)
        .u32("tokenizer.ggml.eos_token_id", END)
        .bool("tokenizer.ggml.add_bos_token", true)
}

const AB: u32 = 256;
const SPACE_AB: u32 = 257;
const CHINESE: u32 = 259;
const END: u32 = 260;
const BOS: u32 = 261;
const THINK: u32 = 262;

/// SentencePiece: pieces with scores, bytes as fallback.
fn sentence_piece() -> GgufWriter {
    let mut tokens: Vec<String> = ["<unk>", "<s>", "</s>"].map(str::to_owned).into();
    let mut kinds = vec![2, 3, 3];
    let mut scores = vec![0.0; 3];
    for byte in 0..=255 {
        tokens.push(format!("<0x{byte:02X}>"));
        kinds.push(6);
        scores.push(0.0);
    }
    for (piece, score) in
        [("▁", -9.0), ("a", -8.0), ("b", -7.0), ("aa", -2.0), ("▁a", -3.0), ("aaa", -4.0), ("▁b", -1.0)]
    {
        tokens.push(piece.to_owned());
        kinds.push(1);
        scores.push(score);
    }
    GgufWriter::new()
        .str("general.architecture", "llama")
        .str("tokenizer.ggml.model", "llama")
        .strings("tokenizer.ggml.tokens", &tokens)
        .i32s("tokenizer.ggml.token_type", &kinds)
        .f32s("tokenizer.ggml.scores", &scores)
}

const MARK: u32 = 259;
const A: u32 = 260;
const AA: u32 = 262;
const SPACE_A: u32 = 263;
const SPACE_B: u32 = 265;

fn byte_token(byte: u8) -> u32 {
    3 + u32::from(byte)
}

#[test]
fn bytes_merge_in_the_listed_order() {
    let tokenizer = open(byte_level("gpt-2"));
    assert_eq!(tokenizer.encode("ab ab", false).unwrap().ids, [AB, SPACE_AB]);
    assert_eq!(tokenizer.encode("中", false).unwrap().ids, [CHINESE]);
    assert_eq!(tokenizer.encode("", false).unwrap().ids, [0u32; 0]);
    let half = tokenizer.encode("丮", false).unwrap();
    // 丮 begins as 中 does: two bytes in one token, the third alone.
    assert_eq!(half.ids, [258, u32::from("丮".as_bytes()[2])]);
    assert_eq!(half.tokens[0].bytes, "e4b8");
    assert_eq!((half.tokens[0].start, half.tokens[0].end), (0, 2));
    assert_eq!((half.tokens[1].start, half.tokens[1].end), (2, 3));
}

#[test]
fn special_tokens_are_read_only_where_asked() {
    let tokenizer = open(byte_level("gpt-2"));
    let typed = tokenizer.encode("ab<|im_end|>", false).unwrap();
    assert_eq!(typed.ids[0], AB);
    assert!(!typed.ids.contains(&END));
    assert_eq!(tokenizer.detokenize(&typed.ids), b"ab<|im_end|>");
    let full = tokenizer.encode("ab<|im_end|>", true).unwrap();
    assert_eq!(full.ids, [BOS, AB, END]);
    assert_eq!((full.tokens[0].start, full.tokens[0].end), (0, 0));
    assert!(full.tokens[0].special && !full.tokens[1].special);
    assert_eq!((full.tokens[2].start, full.tokens[2].end), (2, 12));
    assert_eq!(tokenizer.encode_prompt("<s>ab<|im_end|>").unwrap(), [BOS, AB, END]);
    // A user-defined token is part of the text and counts everywhere.
    assert_eq!(tokenizer.encode("<think>ab", false).unwrap().ids, [THINK, AB]);
    assert!(!tokenizer.is_special(THINK));
}

#[test]
fn names_and_bytes_of_tokens() {
    let tokenizer = open(byte_level("gpt-2"));
    assert_eq!(tokenizer.vocabulary_size(), 263);
    assert_eq!(tokenizer.token_bytes(SPACE_AB), Some(&b" ab"[..]));
    assert_eq!(tokenizer.token_bytes(0), Some(&[0][..]));
    assert_eq!(tokenizer.token_bytes(END), Some(&b"<|im_end|>"[..]));
    assert_eq!(tokenizer.token_bytes(263), None);
    assert_eq!(tokenizer.bos_id(), Some(BOS));
    assert_eq!(tokenizer.bos_token().as_deref(), Some("<s>"));
    assert_eq!(tokenizer.eos_token().as_deref(), Some("<|im_end|>"));
    assert_eq!(tokenizer.end_ids(), [END]);
    assert!(tokenizer.is_special(END) && !tokenizer.is_special(AB));
    assert!(!tokenizer.is_special(9999));
    assert_eq!(tokenizer.detokenize(&[AB, 9999, CHINESE]), "ab中".as_bytes());
}

#[test]
fn a_word_that_is_a_token_may_skip_the_merges() {
    // `ab` has no merge here, but is a token.
    let writer = |pre: &str| {
        GgufWriter::new()
            .str("general.architecture", "llama")
            .str("tokenizer.ggml.model", "gpt2")
            .str("tokenizer.ggml.pre", pre)
            .strings("tokenizer.ggml.tokens", &["a", "b", "ab"])
            .strings("tokenizer.ggml.merges", &[""; 0])
    };
    assert_eq!(open(writer("gpt-2")).encode("ab", false).unwrap().ids, [0, 1]);
    assert_eq!(open(writer("llama-bpe")).encode("ab", false).unwrap().ids, [2]);
}

#[test]
fn merges_may_lead_through_parts_that_are_no_tokens() {
    // `bc` is no token, but `abc` is made of it; where the way ends there, bytes are left.
    let writer = GgufWriter::new()
        .str("tokenizer.ggml.model", "gpt2")
        .str("tokenizer.ggml.pre", "gpt-2")
        .strings("tokenizer.ggml.tokens", &["a", "b", "c", "abc"])
        .strings("tokenizer.ggml.merges", &["b c", "a bc"]);
    let tokenizer = open(writer);
    assert_eq!(tokenizer.encode("abc", false).unwrap().ids, [3]);
    assert_eq!(tokenizer.encode("bca", false).unwrap().ids, [1, 2, 0]);
    engine::assert_takes(&tokenizer);
}

#[test]
fn the_mask_of_jina_takes_the_space_before_it() {
    let writer = GgufWriter::new()
        .str("tokenizer.ggml.model", "gpt2")
        .str("tokenizer.ggml.pre", "jina-v2-de")
        .strings("tokenizer.ggml.tokens", &["a", "Ġ", "<mask>"])
        .i32s("tokenizer.ggml.token_type", &[1, 1, 3])
        .strings("tokenizer.ggml.merges", &[""; 0]);
    let tokens = open(writer).encode("a  <mask> a", true).unwrap();
    assert_eq!(tokens.ids, [0, 2, 1, 0]);
    assert_eq!((tokens.tokens[1].start, tokens.tokens[1].end), (1, 9));
}

#[test]
fn scores_may_be_whole_numbers_and_lists_too_long() {
    let writer = GgufWriter::new()
        .str("tokenizer.ggml.model", "llama")
        .strings("tokenizer.ggml.tokens", &["<unk>", "a", "b", "ab", "▁"])
        .i32s("tokenizer.ggml.token_type", &[2, 1, 1, 1, 1, 1, 1])
        .i32s("tokenizer.ggml.scores", &[0, -3, -3, -1, -2, 0]);
    assert_eq!(open(writer).encode("ab", false).unwrap().ids, [4, 3]);
}

#[test]
fn sentence_piece_merges_by_score() {
    let tokenizer = open(sentence_piece());
    assert_eq!(tokenizer.encode("b", false).unwrap().ids, [SPACE_B]);
    // `aa` (-2) goes before `▁a` (-3), leftmost first.
    assert_eq!(tokenizer.encode("aa", false).unwrap().ids, [MARK, AA]);
    assert_eq!(tokenizer.encode("aaaa", false).unwrap().ids, [MARK, AA, AA]);
    assert_eq!(tokenizer.encode("", false).unwrap().ids, [0u32; 0]);
    assert_eq!(tokenizer.encode("a", true).unwrap().ids, [1, SPACE_A]);
    assert_eq!(tokenizer.token_bytes(SPACE_A), Some(&b" a"[..]));
    assert_eq!(tokenizer.end_ids(), [2]);
}

#[test]
fn sentence_piece_falls_back_to_bytes_and_keeps_places() {
    let tokenizer = open(sentence_piece());
    let text = "b\n中 b";
    let tokens = tokenizer.encode(text, false).unwrap();
    let chinese = "中".as_bytes();
    assert_eq!(
        tokens.ids,
        [
            SPACE_B,
            byte_token(b'\n'),
            byte_token(chinese[0]),
            byte_token(chinese[1]),
            byte_token(chinese[2]),
            SPACE_B,
        ]
    );
    let places: Vec<(u32, u32)> = tokens.tokens.iter().map(|token| (token.start, token.end)).collect();
    assert_eq!(places, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 7)]);
    assert_eq!(tokenizer.detokenize(&tokens.ids), " b\n中 b".as_bytes());
    // Control tokens are never made of letters; a text after one begins anew.
    assert_eq!(tokenizer.encode_prompt("<s>b</s>a").unwrap(), [1, SPACE_B, 2, SPACE_A]);
    assert!(!tokenizer.encode("<s>", false).unwrap().ids.contains(&1));
    let bare = open(sentence_piece().bool("tokenizer.ggml.add_space_prefix", false));
    assert_eq!(bare.encode("a", false).unwrap().ids, [A]);
}

#[test]
fn phi_3_swallows_the_white_space_after_its_markers() {
    let tokens = ["<unk>", "<s>", "</s>", "a", "<|user|>", "▁", "▁a", "<0x0A>"];
    let writer = GgufWriter::new()
        .str("general.architecture", "phi3")
        .str("tokenizer.ggml.model", "llama")
        .strings("tokenizer.ggml.tokens", &tokens)
        .i32s("tokenizer.ggml.token_type", &[2, 3, 4, 1, 3, 1, 1, 6])
        .f32s("tokenizer.ggml.scores", &[0.0; 8]);
    let tokenizer = open(writer);
    let tokens = tokenizer.encode("<|user|>\n a", true).unwrap();
    assert_eq!(tokens.ids, [1, 4, 6]);
    assert_eq!((tokens.tokens[1].start, tokens.tokens[1].end), (0, 10));
}

#[test]
fn gemma_4_merges_characters_and_keeps_line_ends_whole() {
    let tokens = ["<bos>", "a", "▁", "▁a", "\n", "\n\n", "<0xC3>", "<0xA9>"];
    let writer = GgufWriter::new()
        .str("general.architecture", "gemma4")
        .str("tokenizer.ggml.model", "gemma4")
        .strings("tokenizer.ggml.tokens", &tokens)
        .i32s("tokenizer.ggml.token_type", &[3, 1, 1, 1, 1, 1, 6, 6])
        .strings("tokenizer.ggml.merges", &["▁ a"])
        .u32("tokenizer.ggml.bos_token_id", 0);
    let tokenizer = open(writer);
    let tokens = tokenizer.encode("a a\n\né", true).unwrap();
    assert_eq!(tokens.ids, [0, 1, 3, 5, 6, 7]);
    let places: Vec<(u32, u32)> = tokens.tokens.iter().map(|token| (token.start, token.end)).collect();
    assert_eq!(places, [(0, 0), (0, 1), (1, 3), (3, 5), (5, 6), (6, 7)]);
    assert_eq!(tokenizer.detokenize(&tokens.ids[1..]), "a a\n\né".as_bytes());
}

#[test]
fn vocabularies_that_are_not_known_are_refused() {
    let refused = |writer: GgufWriter| {
        let folder = Folder::new();
        let path = folder.write("v.gguf", writer.bytes());
        Tokenizer::open(&path).map(|_| ()).expect_err("this must be refused")
    };
    let error = refused(byte_level("klingon"));
    assert_eq!(error.kind(), ErrorKind::UnsupportedTokenizer);
    assert_eq!(error.data.facts["pre"], "klingon");
    let error = refused(GgufWriter::new().str("tokenizer.ggml.model", "bert"));
    assert_eq!(error.kind(), ErrorKind::UnsupportedTokenizer);
    assert_eq!(error.data.facts["model"], "bert");
    assert_eq!(refused(GgufWriter::new()).kind(), ErrorKind::UnsupportedTokenizer);
    let nameless = |architecture: &str| {
        GgufWriter::new()
            .str("general.architecture", architecture)
            .str("tokenizer.ggml.model", "gpt2")
            .strings("tokenizer.ggml.tokens", &["a", "1", "2"])
            .strings("tokenizer.ggml.merges", &["1 2"])
    };
    // One that names no pre-tokenizer is read where there is only one that it can be.
    assert_eq!(refused(nameless("llama")).kind(), ErrorKind::UnsupportedTokenizer);
    assert_eq!(open(nameless("starcoder2")).encode("12", false).unwrap().ids, [1, 2]);
    let bad_merge = GgufWriter::new()
        .str("tokenizer.ggml.model", "gpt2")
        .str("tokenizer.ggml.pre", "gpt-2")
        .strings("tokenizer.ggml.tokens", &["a"])
        .strings("tokenizer.ggml.merges", &["ab"]);
    assert_eq!(refused(bad_merge).kind(), ErrorKind::Corrupt);
    let short = GgufWriter::new()
        .str("tokenizer.ggml.model", "llama")
        .strings("tokenizer.ggml.tokens", &["a", "b"])
        .f32s("tokenizer.ggml.scores", &[0.0]);
    assert_eq!(refused(short).kind(), ErrorKind::Corrupt);
    let folder = Folder::new();
    assert_eq!(Tokenizer::open(folder.0.path()).unwrap_err().kind(), ErrorKind::NotFound);
    let path = folder.write("tokenizer.json", "{}");
    assert_eq!(Tokenizer::open(&path).unwrap_err().kind(), ErrorKind::UnsupportedTokenizer);
}

#[test]
fn places_in_a_tokenizer_json_are_exact_bytes() {
    let folder = Folder::new();
    let path = folder.write("tokenizer.json", folders::json("bytes").to_string());
    let tokens = Tokenizer::open(&path).unwrap().encode("仉 the", true).unwrap();
    // Two bytes of the first character are in one token, as in a character that the vocabulary was trained on.
    let places: Vec<(u32, u32)> = tokens.tokens.iter().map(|token| (token.start, token.end)).collect();
    assert_eq!(places, [(0, 2), (2, 3), (3, 7)]);
}

/// Seeded damage to a `tokenizer.json`: an error or a tokenizer, and texts still go through it.
#[test]
fn damaged_tokenizer_files_are_answered() {
    let folder = Folder::new();
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    for original in ["bytes", "Unigram", "WordPiece", "bytes without a decoder"].map(folders::json) {
        let original = original.to_string();
        for _ in 0..800 {
            let mut bytes = original.clone().into_bytes();
            // Most of the file is vocabulary: half of the damage goes to the part before it.
            let before = original.find("\"vocab\"").unwrap();
            for _ in 0..random.random_range(1..=3) {
                let end = if random.random() { before } else { bytes.len() };
                let place = random.random_range(0..end.min(bytes.len()));
                match random.random_range(0..4) {
                    0 => bytes[place] = random.random_range(b' '..=b'~'),
                    1 => bytes[place] = b'0' + random.random_range(0..10),
                    2 => {
                        let end = (place + random.random_range(1..30)).min(bytes.len());
                        bytes.drain(place..end);
                    }
                    _ => {
                        let end = (place + random.random_range(1..30)).min(bytes.len());
                        let part = bytes[place..end].to_vec();
                        bytes.splice(place..place, part);
                    }
                }
            }
            let path = folder.write("tokenizer.json", &bytes);
            if let Ok(tokenizer) = Tokenizer::open(&path) {
                for add_special in [true, false] {
                    // Failing on a text is an answer too.
                    let _ = tokenizer.encode("<s>ab 中\n <|im_end|>", add_special);
                }
                engine::assert_takes(&tokenizer);
            }
        }
    }
}

struct Published {
    name: String,
    tokenizer: Tokenizer,
    cases: Vec<(String, Vec<u32>)>,
}

/// The vocabularies of real models, with the ids that their own tokenizers give.
fn published() -> Vec<Published> {
    let Some(folder) = shared_fixtures("vocab") else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "gguf" || extension == "model"))
        .filter(|path| PathBuf::from(format!("{}.inp", path.display())).is_file())
        .collect();
    paths.sort();
    let read = |path: &PathBuf, suffix: &str| {
        let mut name = path.clone().into_os_string();
        name.push(suffix);
        std::fs::read_to_string(name).unwrap()
    };
    paths
        .iter()
        .map(|path| {
            let (input, output) = (read(path, ".inp"), read(path, ".out"));
            let texts = input.split("\n__ggml_vocab_test__\n").map(str::to_owned);
            let ids =
                output.lines().map(|line| line.split_whitespace().map(|id| id.parse().unwrap()).collect());
            Published {
                name: path.file_name().unwrap().to_string_lossy().into_owned(),
                tokenizer: Tokenizer::open(path).unwrap(),
                cases: texts.zip(ids).collect(),
            }
        })
        .collect()
}

#[test]
fn published_vocabularies_give_the_published_ids() {
    for Published { name, tokenizer, cases } in published() {
        assert!(cases.len() > 40, "{name}: {} cases", cases.len());
        for (text, ids) in &cases {
            let tokens = tokenizer.encode(text, false).unwrap();
            assert_eq!(&tokens.ids, ids, "{name}: {text:?}");
            let mut done = 0;
            for token in &tokens.tokens {
                assert_eq!(token.start, done, "{name}: {text:?}");
                done = token.end;
            }
            assert_eq!(done as usize, text.len(), "{name}: {text:?}");
            let bytes = tokenizer.detokenize(&tokens.ids);
            let prefix = usize::from(bytes.len() > text.len());
            assert_eq!(&bytes[prefix..], text.as_bytes(), "{name}");
        }
    }
}

#[test]
fn published_vocabularies_are_taken_by_the_engine() {
    for Published { name, tokenizer, .. } in published() {
        println!("{name}");
        engine::assert_takes(&tokenizer);
    }
}

#[test]
fn a_large_header_is_read_quickly() {
    let Some(folder) = shared_fixtures("vocab") else {
        return;
    };
    let path = folder.join("ggml-vocab-qwen2.gguf");
    // A busy machine may interrupt any one of them; one that is not interrupted is enough.
    let quick = (0..200).any(|_| {
        let start = std::time::Instant::now();
        GgufHeader::read(&path).unwrap();
        start.elapsed().as_millis() < 50
    });
    assert!(quick, "a header of 150,000 tokens takes 50 ms or more");
}

/// `tests/fixtures/tokenizers/make_pre.py` says how they were made: a vocabulary whose merges go across every place at
/// which a pre-tokenizer may cut, and what llama.cpp makes of it under each name.
#[test]
fn every_pre_tokenizer_cuts_as_llama_cpp_cuts() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/tokenizers/pre-tokenizers.json");
    let fixture: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let list = |key: &str| -> Vec<String> { serde_json::from_value(fixture[key].clone()).unwrap() };
    let (tokens, merges, texts) = (list("tokens"), list("merges"), list("texts"));
    let mut kinds = vec![1; tokens.len()];
    kinds[tokens.len() - 1] = 3;
    let folder = Folder::new();
    let names = fixture["names"].as_object().unwrap();
    assert!(names.len() > 80, "{}", names.len());
    let mut compared = 0;
    for (name, row) in names {
        let writer = GgufWriter::new()
            .str("general.architecture", "llama")
            .str("tokenizer.ggml.model", "gpt2")
            .str("tokenizer.ggml.pre", name)
            .strings("tokenizer.ggml.tokens", &tokens)
            .i32s("tokenizer.ggml.token_type", &kinds)
            .strings("tokenizer.ggml.merges", &merges);
        let tokenizer = Tokenizer::open(&folder.write("v.gguf", writer.bytes())).unwrap();
        let rows = &fixture["ids"][row.as_u64().unwrap() as usize];
        for (text, ids) in texts.iter().zip(rows.as_array().unwrap()) {
            // Left out: llama.cpp departs from the published expression there.
            if !ids.is_null() {
                assert_eq!(
                    serde_json::json!(tokenizer.encode(text, false).unwrap().ids),
                    *ids,
                    "{name}: {text:?}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 2000, "{compared}");
}

#[test]
fn models_that_share_a_vocabulary_share_its_fingerprint_and_others_have_their_own() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let [base, grown, tuned] = ["base", "grow-1", "reward"].map(|stage| {
        let path = root.join(format!("models/starter/vitrine-starter-{stage}.gguf"));
        let model = crate::header::fingerprint(&path).expect("a model");
        (model, Tokenizer::open(&path).expect("a tokenizer").fingerprint())
    });
    assert!(base.0 != grown.0 && base.0 != tuned.0, "different models");
    assert!(base.1 == grown.1 && base.1 == tuned.1, "one vocabulary");
    let other =
        Tokenizer::open(&root.join("tests/fixtures/tokenizers/bpe-llama.model")).expect("a tokenizer");
    assert_ne!(other.fingerprint(), base.1);
    assert_eq!(base.1.len(), 64);
}
