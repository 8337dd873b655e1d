//! Version 2: round trips, precision, damage, and size.

use std::collections::HashMap;

use vitrine_core::protocol::{Alternative, CutRule, Origin, TokenRecord};

use super::compact::{decode, Encoder};
use super::primitive::to_hex;
use super::tests::{any_record, Random};
use super::CodecError;

/// Reads chunks as `token_records` does, with the pieces that came with them.
fn round_trip(records: &[TokenRecord], part: usize, temperature: f32) -> (Vec<TokenRecord>, usize) {
    let mut encoder = Encoder::new(7, temperature);
    let mut pieces: HashMap<u32, (Vec<u8>, bool)> = HashMap::new();
    let (mut read, mut size) = (Vec::new(), 0);
    for part in records.chunks(part) {
        let (chunk, fresh) = encoder.encode(part).expect("hex");
        size += chunk.len();
        pieces.extend(fresh.into_iter().map(|(id, bytes, special)| (id, (bytes, special))));
        let chunk = decode(&chunk).expect("readable");
        assert_eq!(chunk.vocabulary, 7);
        for bare in chunk.records {
            let mut record = bare.record;
            let (bytes, _) = &pieces[&record.id];
            record.bytes = to_hex(bytes);
            if bare.text_as_bytes {
                record.text = String::from_utf8(bytes.clone()).expect("UTF-8");
            }
            for one in &mut record.alternatives {
                one.bytes = to_hex(&pieces[&one.id].0);
            }
            read.push(record);
        }
    }
    (read, size)
}

/// One id has one piece, as in a real vocabulary.
fn of_one_vocabulary(records: &mut [TokenRecord]) {
    let mut known: HashMap<u32, String> = HashMap::new();
    for record in records {
        record.bytes = known.entry(record.id).or_insert_with(|| record.bytes.clone()).clone();
        for one in &mut record.alternatives {
            one.bytes = known.entry(one.id).or_insert_with(|| one.bytes.clone()).clone();
        }
    }
}

fn near(a: f32, b: f32, relative: f32) -> bool {
    // What is smaller than the scale reaches becomes its end.
    (a - b).abs() <= relative * b.abs() || b.abs() < 2e-20 && a.abs() < 2e-20
}

fn assert_same(read: &TokenRecord, written: &TokenRecord) {
    assert_eq!(
        (read.position, read.id, &read.bytes, &read.text, read.rank, read.origin, read.special),
        (
            written.position,
            written.id,
            &written.bytes,
            &written.text,
            written.rank,
            written.origin,
            written.special
        )
    );
    assert_eq!(read.rest_count, written.rest_count);
    assert!((read.entropy - written.entropy).abs() < 2.6e-4, "{} {}", read.entropy, written.entropy);
    assert!(read.micros.abs_diff(written.micros) <= 50);
    let pairs = [
        (read.probability, written.probability, 2e-3),
        (read.settings_probability, written.settings_probability, 1.1e-2),
        (read.rest_probability, written.rest_probability, 4e-4),
        (read.rest_settings_probability, written.rest_settings_probability, 4e-4),
    ];
    for (read, written, tolerance) in pairs {
        assert!(near(read, written, tolerance), "{read} {written}");
    }
    assert_eq!(read.alternatives.len(), written.alternatives.len());
    for (read, written) in read.alternatives.iter().zip(&written.alternatives) {
        assert_eq!(
            (read.id, &read.bytes, read.rank, read.cut),
            (written.id, &written.bytes, written.rank, written.cut)
        );
        assert!(near(read.probability, written.probability, 2e-3), "{read:?} {written:?}");
        if written.cut.is_none() {
            let tolerance = if written.settings_probability < 2e-20 { 1.0 } else { 1.1e-2 };
            let far = (read.settings_probability - written.settings_probability).abs();
            assert!(far <= tolerance * written.settings_probability.max(2e-20), "{read:?} {written:?}");
        }
    }
}

#[test]
fn every_field_comes_back_within_its_error() {
    for seed in 0..150 {
        let mut random = Random(seed);
        let count = random.below(60) as u32;
        let mut records: Vec<_> = (0..count).map(|place| any_record(&mut random, place)).collect();
        of_one_vocabulary(&mut records);
        // A rule that cut something leaves it no chance; the times of real tokens fit the step.
        for record in &mut records {
            record.micros = record.micros.min(u32::MAX - 100);
            for one in &mut record.alternatives {
                one.settings_probability *= f32::from(u8::from(one.cut.is_none()));
            }
        }
        let (read, _) = round_trip(&records, 1 + random.below(30) as usize, 0.7);
        assert_eq!(read.len(), records.len());
        for (read, written) in read.iter().zip(&records) {
            assert_same(read, written);
        }
    }
}

/// An answer as a real model gives it: falling probabilities, a temperature, a cut by top-p, and
/// ids of a vocabulary of 151,936.
pub fn real_answer(tokens: u32, temperature: f32) -> Vec<TokenRecord> {
    let mut random = Random(5);
    let mut records = Vec::new();
    for place in 0..tokens {
        let sharpness = 0.2 + 2.5 * random.unit();
        let mut logit = 0.0_f32;
        let mut logits = Vec::new();
        for _ in 0..10 {
            logits.push(logit);
            logit -= sharpness * random.unit() + 0.02;
        }
        let rest = (logit.exp() * 3.0).max(1e-6);
        let sum: f32 = logits.iter().map(|l| l.exp()).sum::<f32>() + rest;
        let kept = 1 + random.below(6) as usize;
        let hot: f32 = logits[..kept].iter().map(|l| (l / temperature).exp()).sum();
        let alternatives: Vec<_> = logits
            .iter()
            .enumerate()
            .map(|(at, l)| Alternative {
                // Three quarters of a text are frequent pieces with small ids.
                id: if random.below(4) == 0 { random.below(151_936) } else { random.below(20_000) } as u32,
                bytes: "e5a4a9".into(),
                probability: l.exp() / sum,
                settings_probability: if at < kept { (l / temperature).exp() / hot } else { 0.0 },
                rank: at as u32 + 1,
                cut: (at >= kept).then_some(CutRule::TopP),
            })
            .collect();
        let taken = alternatives[random.below(kept as u64) as usize].clone();
        records.push(TokenRecord {
            position: 40 + place,
            id: taken.id,
            bytes: taken.bytes,
            text: "天".into(),
            probability: taken.probability,
            settings_probability: taken.settings_probability,
            rank: taken.rank,
            entropy: random.unit() * 5.0,
            alternatives,
            rest_probability: rest / sum,
            rest_settings_probability: 0.0,
            rest_count: 151_926,
            origin: Origin::Sampled,
            special: false,
            micros: 25_000 + random.below(10_000) as u32,
        });
    }
    records
}

#[test]
fn a_token_with_ten_alternatives_takes_less_than_60_bytes() {
    for temperature in [0.3, 0.7, 1.0, 1.4] {
        let records = real_answer(1_000, temperature);
        let (read, size) = round_trip(&records, 1_000, temperature);
        for (read, written) in read.iter().zip(&records) {
            assert_same(read, written);
        }
        let each = size as f64 / 1_000.0;
        println!("temperature {temperature}: {each:.1} bytes a token with 10 alternatives");
        assert!(each < 60.0, "{each} bytes a token");
    }
}

#[test]
fn damaged_bytes_are_an_error_and_nothing_worse() {
    let records = real_answer(40, 0.7);
    let (chunk, _) = Encoder::new(7, 0.7).encode(&records).expect("hex");
    for length in 0..chunk.len() {
        assert!(decode(&chunk[..length]).is_err(), "cut at {length}");
    }
    let mut random = Random(3);
    for _ in 0..3_000 {
        let mut damaged = chunk.clone();
        let at = random.below(damaged.len() as u64) as usize;
        damaged[at] = random.below(256) as u8;
        // It may still mean something; it must not panic.
        let _ = decode(&damaged);
    }
    let mut longer = chunk.clone();
    longer.push(0);
    assert_eq!(decode(&longer).map(drop), Err(CodecError::LeftOver(1)));
    assert_eq!(decode(&[9]).map(drop), Err(CodecError::UnknownVersion(9)));
}
