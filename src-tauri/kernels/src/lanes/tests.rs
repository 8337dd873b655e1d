//! Every operation on every set against [`super::Portable`], bit by bit.

use half::{bf16, f16};

use super::{Lanes, LANES};
use crate::set::Task;
use crate::InstructionSet;

/// Numbers that operations like to get wrong.
const ODD: [f32; 16] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.5,
    -87.5,
    1e-40,
    -1e-45,
    f32::MIN_POSITIVE,
    f32::MAX,
    f32::INFINITY,
    f32::NEG_INFINITY,
    f32::NAN,
    16_777_217.0,
    -126.0,
];

struct Random(u64);

impl Random {
    /// xorshift64 (Marsaglia, 2003).
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn float(&mut self) -> f32 {
        match self.next() >> 40 & 7 {
            0 => ODD[(self.next() >> 50) as usize % ODD.len()],
            1 => f32::from_bits((self.next() >> 16) as u32),
            _ => ((self.next() >> 40) as f32 / (1 << 23) as f32 - 1.0) * 100.0,
        }
    }
}

/// Sixteen lanes of everything that operations take.
struct Input {
    x: [f32; LANES],
    y: [f32; LANES],
    z: [f32; LANES],
    bytes: [u8; LANES * 4],
    more: [u8; LANES * 4],
    acts: [i8; 4],
    words: [i16; 2],
    total: i32,
}

impl Input {
    fn new(random: &mut Random) -> Self {
        Self {
            x: std::array::from_fn(|_| random.float()),
            y: std::array::from_fn(|_| random.float()),
            z: std::array::from_fn(|_| random.float()),
            bytes: std::array::from_fn(|_| (random.next() >> 30) as u8),
            more: std::array::from_fn(|_| (random.next() >> 30) as u8),
            // -128 does not occur: activations are rounded to 127 at most.
            acts: std::array::from_fn(|_| ((random.next() >> 30) as i8).max(-127)),
            words: std::array::from_fn(|_| (random.next() >> 30) as i16 / 8),
            total: (random.next() >> 40) as i32 & 0xf_ffff,
        }
    }
}

/// The bits of all results, NaN as one.
struct Everything<'a>(&'a Input);

impl Task for Everything<'_> {
    type Output = Vec<(&'static str, Vec<u32>)>;

    #[inline(always)]
    fn on<S: Lanes>(self) -> Self::Output {
        let input = self.0;
        let mut results: Self::Output = Vec::new();
        // SAFETY: all pointers are to arrays of the lengths that operations ask for.
        unsafe {
            let (x, y, z) = (S::load(input.x.as_ptr()), S::load(input.y.as_ptr()), S::load(input.z.as_ptr()));
            let small = S::splat(7.25);
            // Within the bounds that `store_i8` and `power_of_two` state.
            let bounded =
                S::with_sign_of(S::zero_where_less(S::abs(x), 0.0, S::max(S::splat(-127.0), small)), y);
            let floats = [
                ("add", S::add(x, y)),
                ("sub", S::sub(x, y)),
                ("mul", S::mul(x, y)),
                ("div", S::div(x, y)),
                ("mul_add", S::mul_add(x, y, z)),
                ("neg_mul_add", S::neg_mul_add(x, y, z)),
                ("max", S::max(x, y)),
                ("round", S::round(x)),
                ("abs", S::abs(x)),
                ("with_sign_of", S::with_sign_of(S::abs(x), y)),
                ("select_negative", S::select_negative(x, y, z)),
                ("zero_where_less", S::zero_where_less(x, -1.0, y)),
                ("power_of_two", S::power_of_two(S::round(bounded))),
                ("exp", crate::math::exp_of_negative::<S>(S::sub(S::splat(0.0), S::abs(x)))),
                ("tanh", crate::math::tanh::<S>(x)),
                ("sigmoid", crate::math::sigmoid::<S>(x)),
            ];
            for (name, value) in floats {
                let mut lanes = [0f32; LANES];
                S::store(lanes.as_mut_ptr(), value);
                results.push((name, lanes.map(bits).to_vec()));
            }
            let mut halves = [f16::ZERO; LANES];
            S::store_f16(halves.as_mut_ptr(), x);
            results.push(("store_f16", halves.map(|half| bits(half.to_f32())).to_vec()));
            let mut lanes = [0f32; LANES];
            S::store(lanes.as_mut_ptr(), S::load_f16(input.bytes.as_ptr().cast::<f16>()));
            results.push(("load_f16", lanes.map(bits).to_vec()));
            S::store(lanes.as_mut_ptr(), S::load_bf16(input.bytes.as_ptr().cast::<bf16>()));
            results.push(("load_bf16", lanes.map(bits).to_vec()));
            let four = S::sum_four([S::halve(x), S::halve(y), S::halve(z), S::halve(small)]);
            results.push(("sum_four", four.map(bits).to_vec()));
            results.push(("largest", vec![bits(S::largest(x) + 0.0)]));
            let mut rounded = [0i8; LANES];
            let within: [f32; LANES] =
                input.bytes[..LANES].iter().map(|&b| f32::from(b) - 127.5).collect::<Vec<_>>()[..]
                    .try_into()
                    .expect("16");
            S::store_i8(rounded.as_mut_ptr(), S::mul(S::load(within.as_ptr()), S::splat(0.99)));
            results.push(("store_i8", rounded.map(|byte| byte as u32).to_vec()));

            let (bytes, more) = (S::load_bytes(input.bytes.as_ptr()), S::load_bytes(input.more.as_ptr()));
            let (acts, words) = (input.acts.as_ptr(), input.words.as_ptr());
            let total = S::splat_i32(input.total);
            let dot = |bytes: S::B| S::fold(total, S::dot(S::no_part(), bytes, acts));
            let part = S::dot(S::dot(S::no_part(), S::low_nibbles(bytes), acts), S::high_nibbles(more), acts);
            let (scales, other) = (input.more.as_ptr(), input.bytes.as_ptr());
            let integers = [
                ("low_nibbles", dot(S::low_nibbles(bytes))),
                ("high_nibbles", dot(S::high_nibbles(bytes))),
                ("two_bits 0", dot(S::two_bits::<0>(bytes))),
                ("two_bits 1", dot(S::two_bits::<1>(bytes))),
                ("two_bits 2", dot(S::two_bits::<2>(bytes))),
                ("two_bits 3", dot(S::two_bits::<3>(bytes))),
                ("one_bit 0", dot(S::one_bit::<0>(bytes))),
                ("one_bit 1", dot(S::one_bit::<1>(bytes))),
                ("one_bit 2", dot(S::one_bit::<2>(bytes))),
                ("one_bit 3", dot(S::one_bit::<3>(bytes))),
                ("one_bit 4", dot(S::one_bit::<4>(bytes))),
                ("one_bit 5", dot(S::one_bit::<5>(bytes))),
                ("one_bit 6", dot(S::one_bit::<6>(bytes))),
                ("one_bit 7", dot(S::one_bit::<7>(bytes))),
                ("or", dot(S::or(S::low_nibbles(bytes), S::two_bits::<2>(more)))),
                ("fold_unsigned", S::fold_unsigned(total, part, scales)),
                ("fold_signed", S::fold_signed(total, part, scales.cast())),
                ("pairs unsigned", S::dot_pairs_unsigned(total, scales, words)),
                ("pairs signed", S::dot_pairs_signed(total, scales.cast(), other.cast(), words)),
                ("sub_i32", S::sub_i32(total, S::times_32(S::fold(total, part)))),
                (
                    "offset",
                    S::dot_offset(
                        S::begin_offset(input.acts.iter().map(|&act| i32::from(act)).sum()),
                        bytes,
                        acts,
                    ),
                ),
            ];
            for (name, value) in integers {
                S::store(lanes.as_mut_ptr(), S::to_f32(value));
                results.push((name, lanes.map(bits).to_vec()));
            }
        }
        results
    }
}

fn bits(number: f32) -> u32 {
    if number.is_nan() {
        f32::NAN.to_bits()
    } else {
        number.to_bits()
    }
}

#[test]
fn every_set_gives_the_bits_of_plain_rust() {
    let mut random = Random(0x5EED);
    for case in 0..3000 {
        let input = Input::new(&mut random);
        let expected = InstructionSet::Portable.run(Everything(&input));
        for set in InstructionSet::ALL.into_iter().filter(|set| set.is_here()) {
            for (found, expected) in set.run(Everything(&input)).iter().zip(&expected) {
                assert_eq!(found, expected, "{set}, case {case}");
            }
        }
    }
}

#[test]
fn functions_are_as_close_as_they_say() {
    for step in 0..20_000 {
        let x = step as f32 * -0.0044;
        let mut input = Input::new(&mut Random(1));
        input.x = [x; LANES];
        let results = InstructionSet::Portable.run(Everything(&input));
        let of = |name: &str| {
            let found = results.iter().find(|(other, _)| *other == name).expect("an operation");
            f64::from(f32::from_bits(found.1[0]))
        };
        let x = f64::from(x);
        if x > -87.3 {
            assert!((of("exp") / x.exp() - 1.0).abs() < 2e-7, "exp {x}");
        }
        assert!((of("tanh") - x.tanh()).abs() < 3e-7, "tanh {x}");
        assert!((of("sigmoid") - 1.0 / (1.0 + (-x).exp())).abs() < 3e-7, "sigmoid {x}");
    }
}
