//! Passes over the logits of a whole vocabulary, written so that the compiler makes vector code of them.
//!
//! A vocabulary has 150,000 tokens, and a step of a small model takes a few milliseconds: with one call of the
//! system's `exp` a token and a selection over pairs, describing a step would cost as much as computing it.
//!
//! What is impossible is minus infinity or NaN, which weigh nothing and come last.

/// Values that a pass takes at a time: a multiple of the widest vectors.
const LANES: usize = 16;
/// Below this `exp` gives 0: a weight of 1e-304 is none, beside the best one's of 1.
const LEAST: f64 = -700.0;

/// The greatest value; minus infinity where there is none.
pub fn max(values: &[f32]) -> f32 {
    let greater = |a: f32, b: f32| if b > a { b } else { a };
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = greater(*lane, value);
        }
    }
    lanes.iter().chain(rest).copied().fold(f32::NEG_INFINITY, greater)
}

/// How many values are greater than `bar`.
pub fn count_above(values: &[f32], bar: f32) -> u32 {
    values.iter().map(|&value| u32::from(value > bar)).sum()
}

/// How many values are at least `bar`.
pub fn count_from(values: &[f32], bar: f32) -> u32 {
    values.iter().map(|&value| u32::from(value >= bar)).sum()
}

/// (value - top) / temperature, bounded from below so that nothing becomes infinite.
#[inline(always)]
fn distance(value: f32, top: f32, temperature: f64) -> f64 {
    let distance = f64::from(value - top) / temperature;
    if distance > LEAST {
        distance
    } else {
        LEAST
    }
}

/// exp((value - top) / temperature), where `top` is the greatest value.
#[inline(always)]
pub fn weight(value: f32, top: f32, temperature: f64) -> f64 {
    exp(distance(value, top, temperature))
}

/// The weights of all values.
pub fn weights(values: &[f32], top: f32, temperature: f64, weights: &mut [f64]) {
    for (weight, &value) in weights.iter_mut().zip(values) {
        *weight = exp(distance(value, top, temperature));
    }
}

/// The sum of all weights, and the sum of each times its distance (value - top) / temperature.
pub fn weigh(values: &[f32], top: f32, temperature: f64) -> (f64, f64) {
    let (mut sums, mut products) = ([0f64; LANES], [0f64; LANES]);
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            let distance = distance(chunk[lane], top, temperature);
            let weight = exp(distance);
            sums[lane] += weight;
            products[lane] += weight * distance;
        }
    }
    for (lane, &value) in rest.iter().enumerate() {
        let distance = distance(value, top, temperature);
        let weight = exp(distance);
        sums[lane] += weight;
        products[lane] += weight * distance;
    }
    (sums.iter().sum(), products.iter().sum())
}

/// e to the power of `x` for [`LEAST`] <= x <= 0, to within three units in the last place; 0 at [`LEAST`].
///
/// x = n ln 2 + r with n whole and |r| <= ln 2 / 2, so e^x = 2^n e^r. e^r is its Taylor series to the 13th power, whose
/// remainder is below 5e-18. Unlike the system's function this is the same everywhere, and is
/// made into vector code.
#[inline(always)]
fn exp(x: f64) -> f64 {
    // Added to a number below 2^51 it leaves the nearest whole number in the low bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    // ln 2 in two parts: 32 bits, so that n times it is exact, and the rest to far beyond the precision of one number.
    const LN_2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    // 1/k! for k from 13 down to 0.
    const SERIES: [f64; 14] = {
        let mut series = [1.0; 14];
        let mut k = 1;
        while k < 14 {
            series[13 - k] = series[14 - k] / k as f64;
            k += 1;
        }
        series
    };
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    let mut sum = SERIES[0];
    for &term in &SERIES[1..] {
        sum = sum * r + term;
    }
    // The exponent's bits of 2^n.
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    if x > LEAST {
        sum * power
    } else {
        0.0
    }
}

/// A value and its place as one whole number, which is smaller the better they are: sorting these needs no
/// comparison by hand. Minus zero is zero, and NaN minus infinity.
fn key(value: f32, place: u32) -> u64 {
    let value = if value.is_nan() { f32::NEG_INFINITY } else { value + 0.0 };
    let bits = value.to_bits();
    // Rising with the value: positive numbers above all negative ones, whose bits run backwards.
    let rising = if bits >> 31 == 0 { bits | 1 << 31 } else { !bits };
    u64::from(!rising) << 32 | u64::from(place)
}

/// The value and the place of a key.
fn unkey(key: u64) -> (f32, u32) {
    let rising = !((key >> 32) as u32);
    let bits = if rising >> 31 == 1 { rising & !(1 << 31) } else { !rising };
    (f32::from_bits(bits), key as u32)
}

/// The `k` greatest values with their places, best first; ties by the smaller place.
///
/// One pass that keeps at most twice as many as it is asked for: whatever is not above the worst of
/// the `k` best so far can't be among them, since what comes later loses every tie.
pub fn best(values: &[f32], k: usize) -> Vec<(f32, u32)> {
    let k = k.min(values.len());
    if k == 0 {
        return Vec::new();
    }
    let room = (2 * k).max(4 * LANES);
    let mut found: Vec<u64> = Vec::with_capacity(room.min(values.len()) + LANES);
    // Until there were `k`, anything is.
    let mut bar = None;
    for (chunk, first) in values.chunks(LANES).zip((0u32..).step_by(LANES)) {
        let keys = chunk.iter().zip(first..).map(|(&value, place)| key(value, place));
        match bar {
            None => found.extend(keys),
            Some(worst) => {
                let (value, _) = unkey(worst);
                if chunk.iter().fold(false, |any, &other| any | (other > value)) {
                    found.extend(keys.filter(|key| *key < worst));
                }
            }
        }
        if found.len() >= room {
            let (_, worst, _) = found.select_nth_unstable(k - 1);
            bar = Some(*worst);
            found.truncate(k);
        }
    }
    if k < found.len() {
        found.select_nth_unstable(k - 1);
        found.truncate(k);
    }
    found.sort_unstable();
    found.into_iter().map(unkey).collect()
}

#[cfg(test)]
mod tests {
    use super::super::uniform;
    use super::*;

    fn row(length: usize, seed: u64, steps: f64) -> Vec<f32> {
        (0..length as u64).map(|at| ((uniform(seed, at) * steps).floor() / 8.0 - 20.0) as f32).collect()
    }

    #[test]
    fn the_exponential_function_is_that_of_the_system() {
        for at in 0..200_000u64 {
            let x = -uniform(1, at).powi(4) * 699.9;
            let (own, system) = (exp(x), x.exp());
            assert!((own - system).abs() <= 3.0 * f64::EPSILON * system, "{x}: {own} for {system}");
        }
        assert_eq!((exp(0.0), exp(LEAST)), (1.0, 0.0));
        for impossible in [f32::NEG_INFINITY, f32::NAN, -1e30] {
            assert_eq!(weight(impossible, 3.0, 0.5), 0.0);
        }
    }

    #[test]
    fn passes_are_what_they_say_for_any_length_with_ties_and_impossible_values() {
        for length in [1, 2, 15, 16, 17, 63, 64, 65, 130, 1000, 5003] {
            for steps in [3.0, 40.0, 1e6] {
                let mut values = row(length, length as u64, steps);
                for at in (3..length).step_by(7) {
                    values[at] = if at % 2 == 0 { f32::NAN } else { f32::NEG_INFINITY };
                }
                let finite = values.iter().copied().filter(|value| value.is_finite());
                assert_eq!(max(&values), finite.clone().fold(f32::NEG_INFINITY, f32::max));
                let bar = values[0];
                assert_eq!(count_above(&values, bar), finite.clone().filter(|v| *v > bar).count() as u32);
                assert_eq!(count_from(&values, bar), finite.clone().filter(|v| *v >= bar).count() as u32);

                let (top, temperature) = (max(&values), 0.7);
                let (sum, product) = weigh(&values, top, temperature);
                let distances = finite.map(|value| f64::from(value - top) / temperature);
                let (mut all, mut weighted) = (0.0, 0.0);
                for distance in distances {
                    all += distance.exp();
                    weighted += distance.exp() * distance;
                }
                assert!((sum - all).abs() <= 1e-12 * all && (product - weighted).abs() <= 1e-12 * all);

                let mut sorted: Vec<(f32, u32)> = values
                    .iter()
                    .map(|value| if value.is_nan() { f32::NEG_INFINITY } else { *value })
                    .zip(0u32..)
                    .collect();
                sorted.sort_by(|a, b| b.0.partial_cmp(&a.0).unwrap().then(a.1.cmp(&b.1)));
                for k in [0, 1, 2, 10, 33, length / 2, length, length + 5] {
                    assert_eq!(best(&values, k), sorted[..k.min(length)], "{k} of {length}");
                }
            }
        }
    }
}
