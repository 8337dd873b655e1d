use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::*;
use crate::protocol::{EntrySource, Find, FindOrder, FindPlace, MergeSide, TokenizerKind, VocabularyQuery};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/tokenizers")
}

fn open(path: &Path) -> Vocabulary {
    Vocabulary::new(Arc::new(Tokenizer::open(path).expect("a tokenizer")))
}

fn starter() -> Vocabulary {
    open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/starter/vitrine-starter.gguf"))
}

fn query(find: Option<Find>) -> VocabularyQuery {
    VocabularyQuery {
        find,
        kinds: Vec::new(),
        scripts: Vec::new(),
        least_characters: None,
        most_characters: None,
        leading_space: None,
        word_beginning: None,
        order: FindOrder::Id,
        offset: 0,
        count: 1000,
    }
}

fn text(text: &str, place: FindPlace) -> Option<Find> {
    Some(Find::Text { text: text.into(), place, ignore_case: false })
}

#[test]
fn the_windows_of_a_search_are_what_a_plain_walk_finds() {
    let mut vocabulary = starter();
    let tokenizer = vocabulary.tokenizer().clone();
    for (wanted, place) in [
        ("th", FindPlace::Contains),
        ("th", FindPlace::Begins),
        ("the", FindPlace::Is),
        ("国", FindPlace::Contains),
        ("是", FindPlace::Begins),
    ] {
        let fits = |id: u32| {
            let bytes = tokenizer.token_bytes(id).expect("an entry");
            let entry = String::from_utf8_lossy(bytes).into_owned();
            let bare = entry.strip_prefix(' ').unwrap_or(&entry);
            match place {
                FindPlace::Contains => entry.contains(wanted),
                FindPlace::Begins => entry.starts_with(wanted) || bare.starts_with(wanted),
                FindPlace::Is => entry == wanted || bare == wanted,
            }
        };
        let plain: Vec<u32> = (0..vocabulary.size()).filter(|&id| fits(id)).collect();
        assert!(!plain.is_empty(), "{wanted}");
        let found = vocabulary.find(&query(text(wanted, place))).expect("found");
        assert_eq!(found.total as usize, plain.len());
        assert_eq!(found.entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), plain, "{wanted}");
        let window = VocabularyQuery { offset: 1, count: 2, ..query(text(wanted, place)) };
        let window = vocabulary.find(&window).expect("found");
        assert_eq!((window.total as usize, window.offset), (plain.len(), 1));
        assert_eq!(window.entries, found.entries[1..found.entries.len().min(3)]);
    }
    let all = vocabulary.find(&query(None)).expect("found");
    assert_eq!((all.total, all.entries.len()), (vocabulary.size(), 1000));
}

#[test]
fn filters_hold_together() {
    let mut vocabulary = starter();
    let chinese = VocabularyQuery {
        scripts: vec!["Hani".into()],
        kinds: vec![EntryKind::Text],
        least_characters: Some(2),
        most_characters: Some(2),
        order: FindOrder::Shortest,
        ..query(None)
    };
    let found = vocabulary.find(&chinese).expect("found");
    assert!(found.total > 10);
    for entry in &found.entries {
        assert_eq!((entry.script.as_str(), entry.characters, entry.kind), ("Hani", 2, EntryKind::Text));
        assert!(!entry.leading_space);
    }
    let words = VocabularyQuery {
        word_beginning: Some(true),
        order: FindOrder::Longest,
        ..query(text("a", FindPlace::Begins))
    };
    let words = vocabulary.find(&words).expect("found");
    assert!(words.total > 3);
    let mut before = u32::MAX;
    for entry in &words.entries {
        assert!(entry.text.as_ref().is_some_and(|text| text.starts_with(" a")) && entry.characters <= before);
        before = entry.characters;
    }
    for (unknown, total) in
        [(vec!["Egyp".to_owned()], 0), (vec!["Egyp".to_owned(), "Hani".to_owned()], found.total)]
    {
        let query = VocabularyQuery { scripts: unknown, ..chinese.clone() };
        assert_eq!(vocabulary.find(&query).expect("found").total, total);
    }
}

#[test]
fn bytes_and_ids_are_found() {
    let mut vocabulary = starter();
    let by = |bytes: &str, place| Some(Find::Bytes { bytes: bytes.into(), place });
    let found = vocabulary.find(&query(by("E5 9b bd", FindPlace::Is))).expect("found");
    assert_eq!(found.entries[0].text.as_deref(), Some("国"));
    let part = vocabulary.find(&query(by("e5", FindPlace::Is))).expect("found");
    assert_eq!((part.total, part.entries[0].kind), (1, EntryKind::Byte));
    assert_eq!((part.entries[0].script.as_str(), part.entries[0].text.as_deref()), ("part", None));
    for (wrong, find) in [("e", by("e", FindPlace::Is)), ("12x", Some(Find::Id { digits: "12x".into() }))] {
        assert_eq!(vocabulary.find(&query(find)).expect_err(wrong).kind(), ErrorKind::InvalidParams);
    }
    let best = VocabularyQuery { order: FindOrder::Best, ..query(Some(Find::Id { digits: "30".into() })) };
    let found = vocabulary.find(&best).expect("found");
    assert_eq!(found.entries[0].id, 30);
    assert!(found.entries.iter().all(|entry| entry.id.to_string().starts_with("30")));
}

#[test]
fn the_overview_adds_up() {
    let vocabulary = starter();
    let overview = vocabulary.overview(None);
    let sum = |counts: Vec<u32>| counts.into_iter().sum::<u32>();
    assert_eq!(sum(overview.kinds.iter().map(|it| it.count).collect()), overview.size);
    let count = |kind| overview.kinds.iter().find(|it| it.kind == kind).map_or(0, |it| it.count);
    assert_eq!(count(EntryKind::Byte), 256);
    assert!(count(EntryKind::Special) > 2);
    assert_eq!(sum(overview.scripts.iter().map(|it| it.count).collect()), count(EntryKind::Text));
    assert_eq!(sum(overview.lengths.iter().map(|it| it.count).collect()), count(EntryKind::Text));
    assert_eq!((overview.kind, overview.marks), (TokenizerKind::Bpe, WordMark::Space));
    assert!(overview.merges > 0 && overview.word_beginning > 0);
    assert_eq!(overview.longest.len(), 20);
    assert!(overview.longest.windows(2).all(|pair| pair[0].characters >= pair[1].characters));
    let longest = overview.lengths.last().expect("lengths").characters;
    assert_eq!(overview.longest[0].characters, longest);
}

/// Every merged entry is its two parts, and each of them lists it among its uses.
fn check_origins(vocabulary: &Vocabulary, step: usize) -> usize {
    let mut merged = 0;
    for id in (0..vocabulary.size()).step_by(step) {
        let origin = vocabulary.origin(id).expect("an entry");
        assert_eq!(origin.tree[0].id, id);
        let Some((left, right)) = origin.parts else {
            assert_ne!(origin.how, EntrySource::Merge);
            continue;
        };
        merged += 1;
        assert_eq!(format!("{}{}", left.bytes, right.bytes), origin.entry.bytes);
        let rank = origin.rank.expect("a merge has a rank");
        for (part, side) in [(left.id, MergeSide::Left), (right.id, MergeSide::Right)] {
            let uses = vocabulary.origin(part).expect("an entry");
            assert!(uses.uses.windows(2).all(|pair| pair[0].rank <= pair[1].rank));
            let is_this =
                |it: &crate::protocol::EntryUse| it.result.id == id && it.side == side && it.rank == rank;
            // `aa` is its own other side.
            let found = uses.uses.iter().any(is_this)
                || uses.uses_total > 100
                || origin.tree[1].id == origin.tree[2].id;
            assert!(found, "{} is not among the uses of {part}", id);
        }
        // The leaves, from left to right, are the entry.
        let mut bytes = String::new();
        let mut stack = vec![0];
        while let Some(at) = stack.pop() {
            let node = &origin.tree[at as usize];
            match (node.left, node.right) {
                (Some(left), Some(right)) => stack.extend([right, left]),
                _ => bytes.push_str(&node.bytes),
            }
        }
        assert_eq!(bytes, origin.entry.bytes);
    }
    merged
}

#[test]
fn entries_know_what_they_were_made_of() {
    let starter = starter();
    assert!(check_origins(&starter, 37) > 50);
    for name in ["bpe-llama.model", "tekken.json"] {
        let vocabulary = open(&fixtures().join(name));
        assert!(check_origins(&vocabulary, 11) > 5, "{name}");
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/numbers/llama/folder");
    let json = open(&folder.join("tokenizer.json"));
    assert!(check_origins(&json, 1) > 5);
    let unigram = open(&fixtures().join("unigram-bytes.model"));
    let scored = (0..unigram.size()).map(|id| unigram.origin(id).expect("an entry"));
    let scored: Vec<_> = scored.filter(|origin| origin.how == EntrySource::Score).collect();
    assert!(scored.len() > 5 && scored.iter().all(|origin| origin.score.is_some_and(|score| score <= 0.0)));
    assert_eq!(starter.origin(u32::MAX).expect_err("no such entry").kind(), ErrorKind::InvalidParams);
}

#[test]
fn bytes_that_no_text_has_are_known_to_be_unused() {
    let vocabulary = starter();
    let unused = vocabulary.known_unused();
    let bytes: Vec<&[u8]> = unused.iter().map(|&id| vocabulary.texts.get(id)).collect();
    for byte in [0xc0u8, 0xc1, 0xf5, 0xff] {
        assert!(bytes.contains(&&[byte][..]), "{byte:x}");
    }
    assert!(
        unused.len() < 200
            && is_placeholder(b"<|reserved_special_token_12|>")
            && !is_placeholder(b"<|im_end|>")
    );
    let is = |id: u32| vocabulary.is_reachable(id);
    let id = vocabulary.tokenizer().encode_continuation("国").expect("cuts")[0];
    assert!(is(id) && !is(unused[0]));
}
