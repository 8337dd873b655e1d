//! What has to hold for every vocabulary and every text.

use std::path::{Path, PathBuf};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use unicode_segmentation::UnicodeSegmentation;

use super::*;
use crate::header::testing::{shared_fixtures, Folder};
use crate::protocol::{MergeStep, Steps, StepsOf, Symbol, TextPart, TokenCut, TokenizerKind, WordSteps};
use crate::tokenizer::Tokenizer;

const TEXTS: &[&str] = &[
    "",
    " ",
    "I want to study ACA.",
    "我想学习ACA。",
    "  two  spaces\tand a tab\r\nand a line\n\n\n",
    "埃菲尔铁塔在日本的东京 Eiffel's TOWER, 1889年!",
    "👨‍👩‍👧‍👦🇨🇳𠮷e\u{301}각가 ﬁ ㎡ Ａ１ ½ \u{200b}\u{feff}",
    "مرحبا بالعالم नमस्ते दुनिया Привет, мир! ¿Qué tal? こんにちは世界 안녕하세요",
    "aaaaaaaaaaaaaaaaaaaaaaaa 12345678901234567890 ------- ==>{}[]()",
    "<|im_end|> <s> </s> <unk> [UNK] <0x0A> ▁ Ġ <think>x</think>",
    "\u{0} \u{1}\u{7f}\u{80}\u{10fffe}",
];

/// Every vocabulary of the repository, and the shared ones where they are.
fn vocabularies() -> Vec<(String, Tokenizer)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths: Vec<PathBuf> = vec![root.join("models/starter/vitrine-starter.gguf")];
    let in_folder = |folder: PathBuf, wanted: fn(&Path) -> bool| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| wanted(path)).collect();
        found.sort();
        found
    };
    let has = |path: &Path, wanted: &str| path.extension().is_some_and(|extension| extension == wanted);
    let fixtures = root.join("tests/fixtures");
    paths.extend(in_folder(fixtures.join("tokenizers"), |path| {
        path.extension().is_some_and(|extension| extension == "model") || path.ends_with("tekken.json")
    }));
    for model in in_folder(fixtures.join("numbers"), |path| path.join("folder/tokenizer.json").is_file()) {
        paths.push(model.join("folder"));
    }
    if let Some(shared) = shared_fixtures("vocab") {
        paths.extend(in_folder(shared, |path| path.is_file()).into_iter().filter(|path| has(path, "gguf")));
    }
    let mut all: Vec<(String, Tokenizer)> = paths
        .into_iter()
        .map(|path| {
            (path.display().to_string(), Tokenizer::open(&path).expect("a vocabulary of the fixtures"))
        })
        .collect();
    let rows = std::fs::read(fixtures.join("tokenizers/jsons.json")).expect("the fixtures are there");
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&rows).expect("JSON");
    for row in rows {
        let folder = Folder::new();
        let path = folder.write("tokenizer.json", row["json"].to_string());
        let tokenizer = Tokenizer::open(&path).expect("a vocabulary of the fixtures");
        // Merges are read when they are first asked for.
        assert_eq!(
            tokenizer.merge_count() > 0,
            row["json"]["model"]["merges"][0].is_array() || row["json"]["model"]["merges"][0].is_string()
        );
        all.push((row["name"].to_string(), tokenizer));
    }
    all
}

/// Texts of characters from everywhere.
fn arbitrary(random: &mut ChaCha8Rng) -> String {
    let length = random.random_range(0..40);
    let pick = |random: &mut ChaCha8Rng| match random.random_range(0..8u32) {
        0 | 1 => random.random_range(b' '..=b'~').into(),
        2 | 3 => char::from_u32(random.random_range(0x4e00..0x9fff)).unwrap_or('塔'),
        4 => ['\n', ' ', '\t', '\u{301}', '\u{200d}', '\u{fe0f}', '▁', '\r'][random.random_range(0..8)],
        5 => char::from_u32(random.random_range(0x1f1e6..0x1f6ff)).unwrap_or('🗼'),
        _ => char::from_u32(random.random_range(0..0x11_0000)).unwrap_or('é'),
    };
    (0..length).map(|_| pick(random)).collect()
}

fn texts() -> Vec<String> {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut texts: Vec<String> = TEXTS.iter().map(|text| (*text).to_owned()).collect();
    texts.extend((0..40).map(|_| arbitrary(&mut random)));
    texts
}

fn assert_covers(text: &str, cut: &TokenCut) {
    let groups = &cut.groups;
    assert_eq!(groups.tokens.len(), groups.bytes.len());
    assert_eq!(groups.tokens.iter().sum::<u32>() as usize, cut.ids.len(), "every token is in one group");
    assert_eq!(groups.bytes.iter().sum::<u32>() as usize, text.len(), "every byte is in one group");
    let mut borders: Vec<usize> = text.grapheme_indices(true).map(|(place, _)| place).collect();
    borders.push(text.len());
    let mut place = 0;
    for (tokens, bytes) in groups.tokens.iter().zip(&groups.bytes) {
        assert!(*tokens > 0 || *bytes > 0, "a group of nothing");
        place += *bytes as usize;
        let inside_line_end = place > 0
            && text.as_bytes()[..place].ends_with(b"\r")
            && text.as_bytes().get(place) == Some(&b'\n');
        assert!(
            borders.binary_search(&place).is_ok() || inside_line_end,
            "a group ends inside of a character"
        );
    }
}

#[test]
fn every_byte_is_in_exactly_one_group_and_steps_end_in_the_tokens() {
    let texts = texts();
    let mut kinds = std::collections::HashSet::new();
    for (name, tokenizer) in vocabularies() {
        kinds.insert(format!("{:?}", tokenizer.kind()));
        for text in &texts {
            for special in [false, true] {
                let cut = tokens(&tokenizer, text, special).expect(&name);
                assert_covers(text, &cut);
                let params = StepsOf { text: text.clone(), special };
                let told =
                    steps(&tokenizer, &params).unwrap_or_else(|error| panic!("{name}, {text:?}: {error}"));
                assert_eq!(told.ids, cut.ids, "{name}, {text:?}");
                for word in &told.words {
                    assert_replays(&name, text, word);
                }
            }
        }
    }
    assert_eq!(kinds.len(), 5, "{kinds:?}");
}

/// The steps, done again by what they tell alone, end in the word's tokens.
fn assert_replays(name: &str, text: &str, word: &WordSteps) {
    let context = || format!("{name}, {:?} of {text:?}", word.text);
    assert!(word.start <= word.end && word.end as usize <= text.len(), "{}", context());
    match &word.steps {
        Steps::Whole { .. } => assert_eq!(word.ids.len(), 1, "{}", context()),
        Steps::Merges { symbols, merges, fallback, .. } => {
            let row = merges.iter().fold(symbols.clone(), joined);
            if !fallback {
                let ids: Vec<Option<u32>> = row.iter().map(|symbol| symbol.id).collect();
                let wanted: Vec<Option<u32>> = word.ids.iter().copied().map(Some).collect();
                assert_eq!(ids, wanted, "{}", context());
            }
        }
        Steps::Unigram { edges, ways } => {
            let best: Vec<_> = edges.iter().filter(|edge| edge.best).collect();
            assert!(best.windows(2).all(|pair| pair[0].to == pair[1].from), "{}", context());
            assert_eq!(
                best.last().map_or(0, |edge| edge.to) as usize,
                word.text.chars().count(),
                "{}",
                context()
            );
            let taken: Vec<&str> = best.iter().map(|edge| edge.piece.as_str()).collect();
            assert_eq!(ways[0].pieces, taken, "{}", context());
            // Sums of single precision differ in their last digits.
            let slack = 1e-4 * ways[0].score.abs().max(1.0);
            assert!(ways.iter().all(|way| way.score <= ways[0].score + slack), "{}", context());
        }
        Steps::Greedy { rounds } => {
            let found: Option<Vec<u32>> = rounds.iter().map(|round| round.found.as_ref()?.id).collect();
            if let Some(found) = found.filter(|found| !found.is_empty()) {
                assert_eq!(found, word.ids, "{}", context());
            }
        }
    }
}

fn joined(mut row: Vec<Symbol>, step: &MergeStep) -> Vec<Symbol> {
    let at = step.at as usize;
    assert_eq!((&row[at].text, &row[at + 1].text), (&step.left, &step.right));
    row[at] = step.result.clone();
    row.remove(at + 1);
    row
}

#[test]
fn texts_come_back_where_the_vocabulary_can_say_them() {
    let texts = texts();
    let mut compared = 0;
    for (name, tokenizer) in vocabularies() {
        // Files of the `tokenizers` crate may rewrite texts; these two kinds of others do not.
        let is_exact =
            (name.ends_with(".gguf") || name.ends_with("tekken.json")) && tokenizer.has_all_bytes();
        if !is_exact {
            continue;
        }
        for text in &texts {
            let ids = tokens(&tokenizer, text, false).expect(&name).ids;
            let list = format!("{ids:?}");
            let back = from_ids(&tokenizer, &list).expect(&name);
            assert!(back.problems.is_empty() && back.ids == ids);
            let bytes: Vec<u8> = back.parts.iter().flat_map(bytes_of).collect();
            match tokenizer.kind() {
                TokenizerKind::SentencePieceBpe if !back.round_trip => {
                    // llama.cpp's rules put a space before every text, also after a token of the user.
                    assert_eq!(
                        String::from_utf8_lossy(&bytes).replace(' ', ""),
                        text.replace([' ', '▁'], ""),
                        "{name}"
                    );
                }
                TokenizerKind::SentencePieceBpe => {}
                _ => assert_eq!(String::from_utf8_lossy(&bytes), *text, "{name}"),
            }
            compared += 1;
        }
    }
    assert!(compared > 50, "{compared}");
}

fn bytes_of(part: &TextPart) -> Vec<u8> {
    match part {
        TextPart::Text { text } => text.as_bytes().to_vec(),
        TextPart::Bytes { hex } => hex::decode(hex).expect("hex"),
        TextPart::Special { name, .. } => name.as_bytes().to_vec(),
    }
}

#[test]
fn any_bytes_come_back_where_every_byte_has_a_token() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let mut compared = 0;
    for (name, tokenizer) in vocabularies().into_iter().filter(|(_, tokenizer)| tokenizer.has_all_bytes()) {
        let mut ids = vec![0; 256];
        for id in (0..tokenizer.vocabulary_size()).filter(|&id| !tokenizer.is_special(id)) {
            if let Some([byte]) = tokenizer.token_bytes(id) {
                ids[usize::from(*byte)] = id;
            }
        }
        for _ in 0..20 {
            let bytes: Vec<u8> = (0..random.random_range(0..30)).map(|_| random.random()).collect();
            let list: Vec<u32> = bytes.iter().map(|&byte| ids[usize::from(byte)]).collect();
            let back = from_ids(&tokenizer, &format!("{list:?}")).expect(&name);
            let found: Vec<u8> = back.parts.iter().flat_map(bytes_of).collect();
            // What a tokenizer puts before texts it takes away again.
            assert!(
                found == bytes || (back.round_trip && bytes.strip_prefix(b" ") == Some(&found)),
                "{name}"
            );
            assert!(!back.text.contains('\u{fffd}') || String::from_utf8_lossy(&bytes) == back.text);
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn three_cuts_of_one_text_cover_it() {
    for text in texts() {
        let sum = |lengths: &[u32]| lengths.iter().sum::<u32>() as usize;
        assert_eq!(sum(&words(&text).lengths), text.len(), "{text:?}");
        assert_eq!(sum(&characters(&text)), text.len(), "{text:?}");
        // No word cuts a character in two.
        let mut borders: Vec<usize> = text.grapheme_indices(true).map(|(place, _)| place).collect();
        borders.push(text.len());
        let mut place = 0;
        for length in words(&text).lengths {
            place += length as usize;
            assert!(borders.binary_search(&place).is_ok(), "{text:?} at {place}");
        }
    }
}
