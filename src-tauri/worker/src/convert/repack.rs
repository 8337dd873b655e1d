//! Blocks that the engine does not know, as blocks of Q8_0 that hold the same numbers.
//!
//! In the formats here, every 32 weights are whole numbers of at most 8 bits times one scale, and so they are in
//! Q8_0. The numbers are looked up or spread out, and the scale is written anew. Layouts and tables: ggml's
//! `ggml-common.h` and `ggml-quants.c`; MXFP4: OCP Microscaling Formats 1.0.
//!
//! What of the scale F16, Q8_0's own format of scales, can hold:
//!
//! * IQ4_NL, TQ1_0, TQ2_0: it is one already, so everything stays exact.
//! * MXFP4: a power of two, exact from 2^-24 to 2^15. Below, numbers are rounded to multiples of 2^-24.
//! * IQ4_XS: a scale in F16 times a number of 6 bits. The product is rounded to F16: by 2^-11 of itself at most, and not
//!   at all where it is below 2^-13.

use vitrine_core::header::gguf::GgmlType;
use vitrine_core::protocol::RpcError;

use super::weights::unreadable;

/// Weights of a block of Q8_0.
const WEIGHTS: usize = 32;
/// Weights of the larger blocks.
const LARGE: usize = 256;

/// Four bits to a number: 4-bit non-linear.
const NON_LINEAR: [i8; 16] = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
/// Four bits to twice a floating-point number with two bits of exponent and one of mantissa.
const FP4: [i8; 16] = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];
/// MXFP4's exponents are stored with this added; one of it because its numbers are stored doubled.
const FP4_BIAS: i32 = 128;

/// `factor * 2^exponent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Scale {
    factor: i32,
    exponent: i32,
}

/// The smallest step of F16 is two to this.
const HALF_STEP: i32 = -24;

impl Scale {
    /// Of a number in F16; `None` for one that is not finite.
    fn of_half(low: u8, high: u8) -> Option<Self> {
        let bits = i32::from(u16::from_le_bytes([low, high]));
        let (negative, exponent, mantissa) = (bits >> 15 != 0, bits >> 10 & 0x1f, bits & 0x3ff);
        let (size, exponent) = match exponent {
            0x1f => return None,
            0 => (mantissa, HALF_STEP),
            _ => (mantissa | 0x400, exponent - 1 + HALF_STEP),
        };
        Some(Self { factor: if negative { -size } else { size }, exponent })
    }

    fn times(self, number: i32) -> Self {
        Self { factor: self.factor * number, ..self }
    }

    /// The nearest number in F16, in doubt the even one; `None` where it is too large.
    fn to_half(self) -> Option<u16> {
        let sign = if self.factor < 0 { 0x8000 } else { 0 };
        let size = self.factor.unsigned_abs();
        if size == 0 {
            return Some(sign);
        }
        // Eleven bits remain, or fewer, so that the step is not below the smallest.
        let length = 32 - size.leading_zeros() as i32;
        let step = (self.exponent + length - 11).max(HALF_STEP);
        let mut kept = shifted(size, self.exponent - step);
        let mut step = step;
        if kept == 0x800 {
            (kept, step) = (0x400, step + 1);
        }
        let exponent = if kept < 0x400 { 0 } else { step - HALF_STEP + 1 };
        (exponent < 0x1f).then_some(sign | (exponent as u16) << 10 | (kept as u16 & 0x3ff))
    }

    fn to_f32(self) -> f32 {
        (f64::from(self.factor) * f64::from(self.exponent).exp2()) as f32
    }
}

/// `size * 2^shift`, to the nearest whole number, in doubt the even one.
fn shifted(size: u32, shift: i32) -> u32 {
    if shift >= 0 {
        return size << shift;
    }
    let drop = shift.unsigned_abs();
    if drop > 31 {
        return 0;
    }
    let (kept, rest, half) = (size >> drop, size & ((1 << drop) - 1), 1 << (drop - 1));
    kept + u32::from(rest > half || (rest == half && kept % 2 == 1))
}

/// Blocks of Q8_0 (a scale in F16, 32 numbers of 8 bits) for blocks of another format.
///
/// # Errors
/// `UnsupportedQuantization` for a format that is none of those above, and a scale that F16 can't hold.
pub fn to_q8_0(kind: GgmlType, bytes: &[u8]) -> Result<Vec<u8>, RpcError> {
    let mut packed = Vec::new();
    blocks(kind, bytes, |scale, numbers| {
        let (mut scale, mut numbers) = (scale, *numbers);
        if scale.exponent < HALF_STEP {
            let shift = scale.exponent - HALF_STEP;
            for number in &mut numbers {
                let size = shifted(u32::from(number.unsigned_abs()), shift) as i8;
                *number = if *number < 0 { -size } else { size };
            }
            scale.exponent = HALF_STEP;
        }
        let half = scale.to_half().ok_or_else(|| too_large(kind))?;
        packed.extend(half.to_le_bytes());
        packed.extend(numbers.map(|number| number as u8));
        Ok(())
    })?;
    Ok(packed)
}

/// The numbers of blocks, exact.
///
/// # Errors
/// `UnsupportedQuantization` for a format that is none of those above, and a scale that is no finite number.
pub fn to_floats(kind: GgmlType, bytes: &[u8]) -> Result<Vec<f32>, RpcError> {
    let mut floats = Vec::new();
    blocks(kind, bytes, |scale, numbers| {
        let scale = scale.to_f32();
        floats.extend(numbers.iter().map(|&number| scale * f32::from(number)));
        Ok(())
    })?;
    Ok(floats)
}

fn too_large(kind: GgmlType) -> RpcError {
    unreadable(kind, "a scale that is no number of 16 bits")
}

/// Calls `take` for every 32 weights, in order.
fn blocks(
    kind: GgmlType,
    bytes: &[u8],
    mut take: impl FnMut(Scale, &[i8; WEIGHTS]) -> Result<(), RpcError>,
) -> Result<(), RpcError> {
    let half = |bytes: &[u8]| Scale::of_half(bytes[0], bytes[1]).ok_or_else(|| too_large(kind));
    let (_, length) = kind.block().unwrap_or((0, 1));
    for block in bytes.chunks_exact(length as usize) {
        match kind {
            GgmlType::IQ4_NL => take(half(block)?, &nibbles(&NON_LINEAR, &block[2..]))?,
            GgmlType::MXFP4 => {
                let scale = Scale { factor: 1, exponent: i32::from(block[0]) - FP4_BIAS };
                take(scale, &nibbles(&FP4, &block[1..]))?;
            }
            GgmlType::IQ4_XS => {
                let scale = half(block)?;
                let upper = u16::from_le_bytes([block[2], block[3]]);
                for part in 0..LARGE / WEIGHTS {
                    // Six bits: four in a byte for two parts, two among those of all parts.
                    let low = block[4 + part / 2] >> (part % 2 * 4) & 0xf;
                    let high = (upper >> (part * 2) & 3) as u8;
                    let numbers = nibbles(&NON_LINEAR, &block[8 + part * 16..]);
                    take(scale.times(i32::from(high << 4 | low) - 32), &numbers)?;
                }
            }
            GgmlType::TQ1_0 => spread(half(&block[52..])?, &threes(block), &mut take)?,
            GgmlType::TQ2_0 => spread(half(&block[64..])?, &pairs(block), &mut take)?,
            _ => return Err(unreadable(kind, "a format that can't be repacked")),
        }
    }
    Ok(())
}

/// Sixteen bytes: their lower halves are the first numbers, the upper ones the second.
fn nibbles(table: &[i8; 16], bytes: &[u8]) -> [i8; WEIGHTS] {
    std::array::from_fn(|i| match i {
        0..16 => table[usize::from(bytes[i] & 0xf)],
        _ => table[usize::from(bytes[i - 16] >> 4)],
    })
}

/// One scale for a large block.
fn spread(
    scale: Scale,
    numbers: &[i8; LARGE],
    take: &mut impl FnMut(Scale, &[i8; WEIGHTS]) -> Result<(), RpcError>,
) -> Result<(), RpcError> {
    let (parts, _) = numbers.as_chunks::<WEIGHTS>();
    parts.iter().try_for_each(|part| take(scale, part))
}

/// TQ1_0: bytes are fractions of 256 whose digits to the base of three are five weights, or four.
fn threes(block: &[u8]) -> [i8; LARGE] {
    let mut numbers = [0; LARGE];
    let mut at = 0;
    // First byte, how many stand side by side, digits in each.
    for (first, side, digits) in [(0, 32, 5), (32, 16, 5), (48, 4, 4)] {
        for digit in 0..digits {
            for byte in &block[first..first + side] {
                let fraction = byte.wrapping_mul(3u8.pow(digit));
                numbers[at] = ((u16::from(fraction) * 3) >> 8) as i8 - 1;
                at += 1;
            }
        }
    }
    numbers
}

/// TQ2_0: two bits a weight, 32 bytes side by side.
fn pairs(block: &[u8]) -> [i8; LARGE] {
    std::array::from_fn(|i| {
        let (half, inside) = (i / 128, i % 128);
        (block[half * 32 + inside % 32] >> (inside / 32 * 2) & 3) as i8 - 1
    })
}

#[cfg(test)]
mod tests;
