//! Every format against what the `gguf` package reads (`tests/fixtures/blocks/make.py`).

use serde_json::Value;

use super::super::weights::unpack;
use super::*;

const FIXTURE: &str = include_str!("../../../../../tests/fixtures/blocks/blocks.json");
const FORMATS: [GgmlType; 5] =
    [GgmlType::IQ4_NL, GgmlType::IQ4_XS, GgmlType::TQ1_0, GgmlType::TQ2_0, GgmlType::MXFP4];

/// Those whose scale is in F16.
const EXACT: [GgmlType; 3] = [GgmlType::IQ4_NL, GgmlType::TQ1_0, GgmlType::TQ2_0];

/// Blocks, and the numbers in them.
fn fixture(kind: GgmlType) -> (Vec<u8>, Vec<f32>) {
    let all: Value = serde_json::from_str(FIXTURE).expect("valid JSON");
    let bytes = |part: &str| hex::decode(all[kind.name()][part].as_str().expect("text")).expect("hex");
    let numbers = bytes("numbers")
        .chunks_exact(4)
        .map(|four| f32::from_le_bytes(four.try_into().expect("4")))
        .collect();
    (bytes("blocks"), numbers)
}

#[test]
fn numbers_are_read_exactly() {
    for kind in FORMATS {
        let (blocks, wanted) = fixture(kind);
        assert_eq!(to_floats(kind, &blocks).expect("reads"), wanted, "{}", kind.name());
    }
}

#[test]
fn repacked_blocks_hold_the_same_numbers() {
    for kind in FORMATS {
        let (blocks, wanted) = fixture(kind);
        let packed = to_q8_0(kind, &blocks).expect("repacks");
        assert_eq!(packed.len(), wanted.len() / 32 * 34);
        let numbers = unpack(GgmlType::Q8_0, &packed, 32).expect("unpacks");
        let mut rounded = 0;
        for (number, wanted) in numbers.iter().zip(&wanted) {
            let allowed = match kind {
                GgmlType::IQ4_XS => wanted.abs() / 2048.0,
                // Half of the smallest step, where that is too coarse.
                GgmlType::MXFP4 if wanted.abs() <= 12.0 * (-25f32).exp2() => (-25f32).exp2(),
                _ => 0.0,
            };
            assert!((number - wanted).abs() <= allowed, "{}: {number} for {wanted}", kind.name());
            rounded += u32::from(number != wanted);
        }
        assert_eq!(rounded > 0, !EXACT.contains(&kind), "{}: {rounded} numbers were rounded", kind.name());
    }
}

#[test]
fn scales_come_back_as_they_were() {
    for bits in 0..=u16::MAX {
        let [low, high] = bits.to_le_bytes();
        match Scale::of_half(low, high) {
            // A negative zero is none.
            Some(scale) if scale.factor == 0 => assert_eq!(scale.to_half(), Some(0)),
            Some(scale) => assert_eq!(scale.to_half(), Some(bits)),
            None => assert_eq!(bits >> 10 & 0x1f, 0x1f),
        }
    }
}

/// Against candle's own conversion from F32.
#[test]
fn products_are_rounded_to_the_nearest_half() {
    let pairs: Vec<(Scale, f32)> = (0..31_744u16)
        .step_by(61)
        .flat_map(|bits| (-32..32).map(move |step| (bits, step)))
        .filter_map(|(bits, step)| {
            let [low, high] = bits.to_le_bytes();
            let scale = Scale::of_half(low, high)?.times(step);
            Some((scale, scale.to_f32()))
        })
        .filter(|(scale, float)| scale.factor != 0 && float.abs() < 65_504.0)
        .collect();
    let floats: Vec<f32> = pairs.iter().map(|(_, float)| *float).collect();
    let halves = candle_core::Tensor::from_slice(&floats, floats.len(), &candle_core::Device::Cpu)
        .and_then(|tensor| {
            tensor.to_dtype(candle_core::DType::F16)?.to_dtype(candle_core::DType::F32)?.to_vec1::<f32>()
        })
        .expect("converts");
    for ((scale, float), half) in pairs.iter().zip(halves) {
        let [low, high] = scale.to_half().expect("fits").to_le_bytes();
        assert_eq!(Scale::of_half(low, high).expect("finite").to_f32(), half, "{float}");
    }
}

#[test]
fn scales_beyond_16_bits_are_refused() {
    let block = |first: u8| [vec![first], vec![0x77; 16]].concat();
    assert!(to_q8_0(GgmlType::MXFP4, &block(143)).is_ok());
    for exponent in [144, 255] {
        let refused = to_q8_0(GgmlType::MXFP4, &block(exponent)).expect_err("too large");
        assert!(refused.message.contains("MXFP4"), "{}", refused.message);
    }
    let infinite = [vec![0x00, 0x7c], vec![0; 16]].concat();
    assert!(to_q8_0(GgmlType::IQ4_NL, &infinite).is_err());
    assert!(to_floats(GgmlType::IQ4_NL, &infinite).is_err());
}
