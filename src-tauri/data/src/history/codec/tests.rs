//! Round trips over generated records, precision, damage, and size.

use vitrine_core::protocol::{Alternative, CutRule, Origin, TokenRecord};

use super::encode::Encoder;
use super::primitive::{from_rough, to_rough};
use super::{CodecError, Decoder};

/// SplitMix64: the same numbers on every run.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u64 << 24) as f32
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    /// Any number of bits, so that short and long varints come up.
    fn number(&mut self) -> u32 {
        let bits = self.below(33) as u32;
        (self.next() as u32).checked_shr(32 - bits).unwrap_or(0)
    }

    fn hex(&mut self) -> String {
        let length = self.below(7);
        (0..length).map(|_| format!("{:02x}", self.below(256))).collect()
    }

    fn probability(&mut self) -> f32 {
        match self.below(6) {
            0 => 0.0,
            1 => 1.0,
            2 => self.unit() * 1e-12,
            _ => self.unit(),
        }
    }
}

const CUTS: [Option<CutRule>; 6] = [
    None,
    Some(CutRule::Greedy),
    Some(CutRule::TopK),
    Some(CutRule::TopP),
    Some(CutRule::MinP),
    Some(CutRule::LogitBias),
];

pub fn any_record(random: &mut Random, position: u32) -> TokenRecord {
    let text = random.pick(&["", "天", " the", "\u{1F642}好", "a"]);
    let as_text: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let bytes = if random.below(2) == 0 { as_text } else { random.hex() };
    let alternatives = (0..random.below(25)).map(|_| Alternative {
        id: random.number(),
        bytes: random.hex(),
        probability: random.probability(),
        settings_probability: random.probability(),
        rank: random.number(),
        cut: random.pick(&CUTS),
    });
    TokenRecord {
        alternatives: alternatives.collect(),
        position: if random.below(8) == 0 { random.number() } else { position },
        id: random.number(),
        bytes,
        text: text.into(),
        probability: random.probability(),
        settings_probability: random.probability(),
        rank: random.number(),
        entropy: random.unit() * 17.0,
        rest_probability: random.probability(),
        rest_settings_probability: random.probability(),
        rest_count: random.pick(&[151_926, 151_926, 7, u32::MAX]),
        origin: random.pick(&[Origin::Sampled, Origin::Chosen, Origin::Forced]),
        special: random.below(4) == 0,
        micros: random.number(),
    }
}

fn rounded(probability: f32) -> f32 {
    from_rough(to_rough(probability))
}

/// The record as it must come back: only what is stored roughly is rounded.
fn as_stored(record: &TokenRecord) -> TokenRecord {
    let mut stored = record.clone();
    stored.rest_probability = rounded(record.rest_probability);
    stored.rest_settings_probability = rounded(record.rest_settings_probability);
    for alternative in &mut stored.alternatives {
        alternative.probability = rounded(alternative.probability);
        alternative.settings_probability = rounded(alternative.settings_probability);
    }
    stored
}

fn decoded(chunks: &[Vec<u8>]) -> Vec<TokenRecord> {
    let mut decoder = Decoder::default();
    let chunks = chunks.iter().map(|chunk| decoder.decode(chunk).expect("readable"));
    chunks.collect::<Vec<_>>().concat()
}

#[test]
fn every_field_comes_back_through_any_division_into_chunks() {
    for seed in 0..150 {
        let mut random = Random(seed);
        let count = random.below(60) as u32;
        let records: Vec<_> = (0..count).map(|place| any_record(&mut random, place)).collect();
        let mut encoder = Encoder::default();
        let size = 1 + random.below(20) as usize;
        let chunks = records.chunks(size).map(|part| encoder.encode(part).expect("hex"));
        let chunks: Vec<_> = chunks.collect();
        let expected: Vec<_> = records.iter().map(as_stored).collect();
        assert_eq!(decoded(&chunks), expected, "seed {seed}");
    }
}

#[test]
fn rough_probabilities_are_right_to_the_stated_precision() {
    assert_eq!((rounded(0.0), rounded(1.0)), (0.0, 1.0));
    assert_eq!(rounded(1.000_001), 1.0, "rounding errors of a sum stay probabilities");
    assert_eq!(rounded(f32::NAN), 0.0);
    let mut random = Random(1);
    for _ in 0..100_000 {
        let probability = (-random.unit() * 45.8).exp();
        let error = (rounded(probability) / probability - 1.0).abs();
        assert!(error <= 3.6e-4, "{probability} comes back wrong by {error}");
    }
    let tiny = rounded(1e-30);
    assert!(tiny > 0.0 && tiny < 1.3e-20, "{tiny}");
}

#[test]
fn damaged_bytes_are_an_error_and_nothing_worse() {
    let mut random = Random(7);
    let records: Vec<_> = (0..6).map(|place| any_record(&mut random, place)).collect();
    let chunk = Encoder::default().encode(&records).expect("hex");
    for length in 0..chunk.len() {
        assert!(Decoder::default().decode(&chunk[..length]).is_err(), "cut at {length}");
    }
    for _ in 0..1_000 {
        let mut broken = chunk.clone();
        let place = random.below(broken.len() as u64) as usize;
        broken[place] = random.next() as u8;
        // Some changes give other valid records; none may panic.
        let _ = Decoder::default().decode(&broken);
    }
    assert_eq!(Decoder::default().decode(&[9]), Err(CodecError::UnknownVersion(9)));
    let huge = [1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F];
    assert_eq!(Decoder::default().decode(&huge), Err(CodecError::Truncated));
}

#[test]
fn bytes_that_are_no_hex_are_refused_and_leave_no_trace() {
    let good = any_record(&mut Random(3), 0);
    let mut bad = good.clone();
    bad.bytes = "E4".into();
    let mut encoder = Encoder::default();
    let refused = encoder.encode(&[good.clone(), bad]);
    assert_eq!(refused, Err(CodecError::NotHex("E4".into())));
    let chunk = encoder.encode(std::slice::from_ref(&good)).expect("hex");
    assert_eq!(decoded(&[chunk]), [as_stored(&good)]);
}

/// An answer as a model with 151,936 pieces writes it: common pieces often, rare ones seldom;
/// five of ten alternatives survive top-p.
pub fn plausible_answer(tokens: u32) -> Vec<TokenRecord> {
    let mut random = Random(11);
    let mut piece = move || {
        let id = (151_936_f64.powf(f64::from(random.unit()))) as u32;
        let length = 1 + id % 6;
        let hex: String = (0..length).map(|place| format!("{:02x}", (id >> place) & 0x7F)).collect();
        (id, hex)
    };
    let mut random = Random(12);
    let records = (0..tokens).map(|place| {
        let (id, bytes) = piece();
        let mut left = 1.0;
        let alternatives = (1..=10).map(|rank| {
            let (id, bytes) = piece();
            let probability = left * random.unit();
            left -= probability;
            Alternative {
                id,
                bytes,
                probability,
                settings_probability: if rank > 5 { 0.0 } else { probability * 1.1 },
                rank,
                cut: (rank > 5).then_some(CutRule::TopP),
            }
        });
        TokenRecord {
            alternatives: alternatives.collect(),
            position: 40 + place,
            id,
            text: String::new(),
            bytes,
            probability: random.unit(),
            settings_probability: random.unit(),
            rank: 1 + random.below(3) as u32,
            entropy: random.unit() * 5.0,
            rest_probability: random.unit() * 0.1,
            rest_settings_probability: 0.0,
            rest_count: 151_926,
            origin: Origin::Sampled,
            special: false,
            micros: 25_000 + random.below(10_000) as u32,
        }
    });
    records.collect()
}

#[test]
fn a_token_with_ten_alternatives_is_small() {
    for tokens in [100, 500, 2_000] {
        let records = plausible_answer(tokens);
        let mut encoder = Encoder::default();
        let chunks = records.chunks(15).map(|part| encoder.encode(part).expect("hex").len());
        let size: usize = chunks.sum();
        let each = size as f64 / f64::from(tokens);
        println!("{tokens} tokens with 10 alternatives: {each:.1} bytes a token");
        assert!(each < 130.0, "{each} bytes a token");
    }
}
