//! GGUF files that say wrongly what kind of token each entry is.

use super::super::Tokenizer;
use super::{byte_token, open};
use crate::header::testing::GgufWriter;

/// SentencePiece's alphabet with markers; `kinds` changes what the file says.
fn pieces(markers: &[(&str, i32)], kinds: impl Fn(i32) -> i32) -> GgufWriter {
    let (writer, right) = untyped(markers);
    let kinds: Vec<i32> = right.into_iter().map(kinds).collect();
    writer.i32s("tokenizer.ggml.token_type", &kinds)
}

/// The same without kinds, and the right ones.
fn untyped(markers: &[(&str, i32)]) -> (GgufWriter, Vec<i32>) {
    let mut entries: Vec<(String, i32, f32)> =
        vec![("<unk>".into(), 2, 0.0), ("<s>".into(), 3, 0.0), ("</s>".into(), 3, 0.0)];
    entries.extend((0..=255).map(|byte| (format!("<0x{byte:02X}>"), 6, 0.0)));
    entries.extend(["a", "b", "▁", "▁a", "<", ">", "/", "<b", "<b>"].map(|text| (text.into(), 1, -1.0)));
    entries.extend(markers.iter().map(|(text, kind)| ((*text).to_owned(), *kind, -1000.0)));
    let texts: Vec<&str> = entries.iter().map(|(text, ..)| text.as_str()).collect();
    let scores: Vec<f32> = entries.iter().map(|(.., score)| *score).collect();
    let writer = GgufWriter::new()
        .str("general.architecture", "llama")
        .str("tokenizer.ggml.model", "llama")
        .strings("tokenizer.ggml.tokens", &texts)
        .f32s("tokenizer.ggml.scores", &scores);
    (writer, entries.iter().map(|(_, kind, _)| *kind).collect())
}

const FIRST_MARKER: u32 = 3 + 256 + 9;

fn assert_same(one: &Tokenizer, other: &Tokenizer, texts: &[&str]) {
    for id in 0..one.vocabulary_size() {
        assert_eq!(one.token_bytes(id), other.token_bytes(id), "{id}");
        assert_eq!(one.is_special(id), other.is_special(id), "{id}");
    }
    assert_eq!((one.end_ids(), one.bos_id()), (other.end_ids(), other.bos_id()));
    for text in texts {
        for add_special in [true, false] {
            let ids = |tokenizer: &Tokenizer| tokenizer.encode(text, add_special).unwrap().ids;
            assert_eq!(ids(one), ids(other), "{text:?}");
        }
    }
}

#[test]
fn bytes_are_bytes_whatever_their_kind() {
    let right = open(pieces(&[], |kind| kind));
    let newline = right.encode("a\né", false).unwrap().ids;
    assert_eq!(newline[1..], [byte_token(b'\n'), byte_token(0xc3), byte_token(0xa9)]);
    assert_eq!(right.token_bytes(byte_token(b'\n')), Some(&b"\n"[..]));
    for wrong in [0, 1, 3, 4, 5] {
        let found = open(pieces(&[], |kind| if kind == 6 { wrong } else { kind }));
        assert_same(&right, &found, &["a\né", "中🙂\t", "<0x0A>", "\n\n", "", "a</s>a"]);
    }
    // Gemma 4's alphabet has them too, GPT-2's has not.
    let lines = |kind: i32| {
        GgufWriter::new()
            .str("tokenizer.ggml.model", "gemma4")
            .strings("tokenizer.ggml.tokens", &["<bos>", "a", "<0xC3>", "<0xA9>"])
            .i32s("tokenizer.ggml.token_type", &[3, 1, kind, kind])
            .strings("tokenizer.ggml.merges", &[""; 0])
    };
    assert_eq!(open(lines(1)).encode("é", false).unwrap().ids, [2, 3]);
    let listed = |kind: i32| {
        GgufWriter::new()
            .str("tokenizer.ggml.model", "gpt2")
            .str("tokenizer.ggml.pre", "gpt-2")
            .strings("tokenizer.ggml.tokens", &["Ċ", "a", "<0x0A>"])
            .i32s("tokenizer.ggml.token_type", &[kind, 1, 1])
            .strings("tokenizer.ggml.merges", &[""; 0])
    };
    for kind in [1, 6] {
        assert_eq!(open(listed(kind)).token_bytes(0), Some(&b"\n"[..]));
        assert_eq!(open(listed(kind)).encode("\na", false).unwrap().ids, [0, 1]);
    }
    assert_eq!(open(listed(1)).token_bytes(2), Some(&b"<0x0A>"[..]));
}

#[test]
fn a_file_without_kinds_is_read_by_its_names() {
    let markers = [("<|im_start|>", 3), ("<|im_end|>", 3)];
    let right = open(pieces(&markers, |kind| kind));
    let found = open(untyped(&markers).0);
    assert_same(&right, &found, &["a\né", "<s>a</s>a", "<unk>", "中", "<|im_start|>a<|im_end|>"]);
    assert_eq!(found.end_ids(), [2, FIRST_MARKER + 1]);
}

#[test]
fn markers_typed_as_text_are_whole_and_end_answers() {
    let names = ["<start_of_turn>", "<end_of_turn>", "<|user|>", "[INST]", "<｜User｜>", "<|eot_id|>"];
    let markers = |kind: i32| names.map(|name| (name, kind));
    let (right, wrong) = (open(pieces(&markers(3), |kind| kind)), open(pieces(&markers(1), |kind| kind)));
    let text = "<start_of_turn>a\na<end_of_turn>\n<|user|>[INST]a<｜User｜><|eot_id|>";
    assert_same(&right, &wrong, &[text, "a<end_of_turn>"]);
    let ids = wrong.encode_prompt(text).unwrap();
    for (id, name) in (FIRST_MARKER..).zip(names) {
        assert_eq!(ids.iter().filter(|other| **other == id).count(), 1, "{name}");
    }
    assert!(wrong.end_ids().contains(&(FIRST_MARKER + 1)) && wrong.end_ids().contains(&(FIRST_MARKER + 5)));
    // What a user types is text.
    assert!(!wrong.encode("<end_of_turn>", false).unwrap().ids.contains(&(FIRST_MARKER + 1)));
    // Ends that are said to be text of users end an answer, and are not typed by anyone.
    let user = open(pieces(&markers(4), |kind| kind));
    assert!(user.end_ids().contains(&(FIRST_MARKER + 1)));
    assert!(!user.encode("<end_of_turn>", false).unwrap().ids.contains(&(FIRST_MARKER + 1)));
}

#[test]
fn other_markers_that_no_merge_gives_are_whole_and_visible() {
    let found = open(pieces(&[("<think>", 1), ("</think>", 1), ("[TOOL]", 1)], |kind| kind));
    let ids = found.encode("<think>a</think>[TOOL]", false).unwrap().ids;
    for id in FIRST_MARKER..FIRST_MARKER + 3 {
        assert!(ids.contains(&id) && !found.is_special(id));
    }
    // `<b>` is made of `<b` and `>`: it was learnt, and stays what it is.
    let learnt = found.encode("<b>", false).unwrap().ids;
    assert!(learnt.contains(&(FIRST_MARKER - 1)) && !found.is_special(FIRST_MARKER - 1));
    assert_eq!(found.special_id("<b>"), None);
}

#[test]
fn text_that_looks_like_a_marker_stays_text_where_a_merge_gives_it() {
    let tokens: Vec<String> =
        ["<", "s", ">", "<s", "<s>", "/", "</", "</s", "</s>", "<x>"].map(str::to_owned).into();
    let writer = |end: u32| {
        GgufWriter::new()
            .str("tokenizer.ggml.model", "gpt2")
            .str("tokenizer.ggml.pre", "llama-bpe")
            .strings("tokenizer.ggml.tokens", &tokens)
            .i32s("tokenizer.ggml.token_type", &[1; 10])
            .strings("tokenizer.ggml.merges", &["< s", "<s >", "< /", "</ s", "</s >"])
            .u32("tokenizer.ggml.eos_token_id", end)
    };
    let found = open(writer(9));
    assert!(!found.is_special(4) && !found.is_special(8));
    // What the file calls its end is one.
    assert!(found.is_special(9));
    assert_eq!(found.end_ids(), [9]);
    assert!(open(writer(8)).is_special(8));
    // Gemma's `</s>` is struck-through text, and its `<s>` too.
    let gemma = open(pieces(&[("<bos>", 3), ("<eos>", 3), ("<s2>", 1)], |kind| kind));
    assert!(gemma.is_special(FIRST_MARKER + 1));
}
