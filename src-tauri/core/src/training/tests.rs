use std::collections::HashMap;

use tokenizers::models::bpe::{BpeTrainer, BPE};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::tokenizer::{OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer, Trainer as _};

use super::*;
use crate::protocol::TrainingSample;
use crate::tokenizer::byte_symbol;

/// What the `tokenizers` crate learns of a text: its merges and its vocabulary.
fn reference(text: &str, size: usize) -> (BPE, Vec<(String, String)>) {
    let mut trainer = BpeTrainer::builder()
        .show_progress(false)
        .min_frequency(LEAST_COUNT as u64)
        .vocab_size(size)
        .initial_alphabet(ByteLevel::alphabet().into_iter().collect())
        .build();
    let split = |text: &str| {
        let mut words = PreTokenizedString::from(text);
        ByteLevel::new(false, false, true).pre_tokenize(&mut words)?;
        let words = words.get_splits(OffsetReferential::Original, OffsetType::Byte);
        Ok(words.into_iter().map(|(word, ..)| word.to_owned()).collect())
    };
    trainer.feed([text].iter(), split).expect("splits");
    let mut model = BPE::default();
    trainer.train(&mut model).expect("trains");
    #[derive(serde::Deserialize)]
    struct Written {
        merges: Vec<(String, String)>,
    }
    let written: Written =
        serde_json::from_str(&serde_json::to_string(&model).expect("JSON")).expect("a model");
    (model, written.merges)
}

/// What is learned here, until the vocabulary has that size.
fn learn(text: &str, size: usize) -> Trainer {
    let mut trainer = Trainer::new(text).expect("a text");
    while trainer.tokens.len() < size && !trainer.done {
        trainer.run(trainer.rounds() + 1, || true);
    }
    trainer
}

/// As the vocabulary writes a token.
fn written(trainer: &Trainer, id: u32) -> String {
    trainer.bytes(id).expect("a token").iter().map(|&byte| byte_symbol(byte)).collect()
}

fn assert_equal(text: &str, size: usize) -> usize {
    let (model, merges) = reference(text, size);
    let trainer = learn(text, size);
    // Of a pair that won twice, the crate keeps the later place.
    let mut places: HashMap<Pair, usize> = HashMap::new();
    for (at, round) in trainer.rounds.iter().enumerate() {
        places.insert(round.pair, at);
    }
    let mut ours: Vec<(usize, Pair)> = places.into_iter().map(|(pair, at)| (at, pair)).collect();
    ours.sort_unstable();
    let ours: Vec<(String, String)> =
        ours.iter().map(|(_, (left, right))| (written(&trainer, *left), written(&trainer, *right))).collect();
    assert_eq!(ours, merges, "{text:?}");
    let vocabulary = model.get_vocab();
    assert_eq!(vocabulary.len(), trainer.tokens.len());
    for id in 0..trainer.tokens.len() as u32 {
        assert_eq!(vocabulary.get(&written(&trainer, id)), Some(&id));
    }
    merges.len()
}

#[test]
fn merges_are_those_of_the_tokenizers_crate() {
    for (which, least) in
        [(TrainingSample::Chinese, 900), (TrainingSample::English, 900), (TrainingSample::Both, 1000)]
    {
        let merges = assert_equal(&sample(which), 256 + 1000);
        assert!(merges >= least, "{merges}");
    }
}

#[test]
fn texts_full_of_ties_and_repetitions_too() {
    let mut state = 1u32;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    };
    for round in 0..60 {
        let letters = ["a", "b", "c", "é", "中", "aa", " "];
        let length = 20 + next(400);
        let text: String = (0..length).map(|_| letters[next(2 + round % 6) as usize]).collect();
        if !text.trim().is_empty() {
            assert_equal(&text, 256 + 40);
        }
    }
    for text in ["aaaaaaaaaaaaaaaa", "abcabcabcabc abc ab bc", "aaa aaa aaa", "哈哈哈哈哈哈 哈哈哈", "x"]
    {
        assert_equal(text, 300);
    }
}

#[test]
fn every_round_tells_what_it_did() {
    let text = sample(TrainingSample::Both);
    let mut trainer = Trainer::new(&text).expect("a text");
    let started = trainer.started(3, &text);
    assert_eq!((started.training, started.tokens as usize, started.vocabulary_size), (3, text.len(), 256));
    assert!(text.starts_with(&started.excerpt) && started.words > started.distinct_words);
    let mut asked = 0;
    trainer.run(50, || {
        asked += 1;
        asked <= 30
    });
    assert_eq!(trainer.rounds(), 30, "it stops when it is told to");
    trainer.run(300, || true);
    let told = trainer.tell(1, 300);
    assert!(told.more && told.rounds.len() == 300);
    assert_eq!(trainer.tell(11, 20).rounds, told.rounds[10..30]);
    let mut before = text.len() as u32;
    for (number, round) in (1..).zip(&told.rounds) {
        assert_eq!(round.round, number);
        assert_eq!(round.bytes, format!("{}{}", round.left_bytes, round.right_bytes));
        assert!(round.tokens <= before && before - round.tokens <= round.count, "{round:?}");
        before = round.tokens;
    }
    // The length that is told is the length that cutting gives.
    for rounds in [0, 1, 150, 300] {
        let tokenizer = trainer.tokenizer(rounds).expect("they were run");
        let wanted = rounds.checked_sub(1).map_or(text.len() as u32, |last| told.rounds[last].tokens);
        let spans = tokenizer.prompt_spans(&text).expect("cuts");
        assert_eq!(spans.len() as u32, wanted);
        let mut end = 0;
        for span in &spans {
            assert_eq!(span.start, end);
            assert_eq!(
                trainer.bytes(span.id),
                Some(&text.as_bytes()[span.start as usize..span.end as usize])
            );
            end = span.end;
        }
    }
    assert!(trainer.tokenizer(301).is_err());
}

#[test]
fn a_text_ends_when_nothing_stands_twice() {
    let mut trainer = Trainer::new("abab xyz").expect("a text");
    trainer.run(100, || true);
    let told = trainer.tell(1, 100);
    assert!(!told.more);
    assert_eq!(told.rounds.len(), 1);
    assert_eq!((told.rounds[0].bytes.as_str(), told.rounds[0].count, told.rounds[0].tokens), ("6162", 2, 6));
    assert!(trainer.tell(2, 5).rounds.is_empty());
}

#[test]
fn nothing_and_too_much_are_refused() {
    assert_eq!(Trainer::new(" \n\t").expect_err("blank").kind(), ErrorKind::InvalidParams);
    let error = Trainer::new(&"a ".repeat(MOST_TEXT_BYTES)).expect_err("too long");
    assert_eq!(error.kind(), ErrorKind::TextTooLong);
    assert_eq!(error.data.facts["limit_bytes"], MOST_TEXT_BYTES);
}
