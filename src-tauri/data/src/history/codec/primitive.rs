//! Numbers, probabilities and hex as bytes.

use super::CodecError;

/// Distance of two neighbours on the logarithmic scale of rough probabilities. With 65,535 steps
/// it reaches down to e^-45.87.
const STEP: f64 = 7e-4;

/// LEB128: seven bits a byte, the lowest first, bit 7 set where more follow.
pub fn put_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub fn put_length(out: &mut Vec<u8>, length: usize) {
    put_varint(out, u32::try_from(length).expect("a chunk is far below 4 GiB"));
}

pub fn put_f32(out: &mut Vec<u8>, value: f32) {
    out.extend_from_slice(&value.to_le_bytes());
}

pub fn put_rough(out: &mut Vec<u8>, probability: f32) {
    out.extend_from_slice(&to_rough(probability).to_le_bytes());
}

/// 0 for 0 (and for what is no probability), 1 for 1, and so on downwards.
pub fn to_rough(probability: f32) -> u16 {
    if probability > 0.0 {
        let steps = (-f64::from(probability).ln() / STEP).round();
        // Above 1 by rounding: 1.
        1 + steps.clamp(0.0, f64::from(u16::MAX - 1)) as u16
    } else {
        0
    }
}

pub fn from_rough(code: u16) -> f32 {
    match code {
        0 => 0.0,
        code => (-f64::from(code - 1) * STEP).exp() as f32,
    }
}

/// Hex as the protocol writes it: lower case, two digits a byte.
pub fn from_hex(hex: &str) -> Result<Vec<u8>, CodecError> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pairs = hex.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    let bytes: Option<Vec<u8>> = pairs.collect();
    bytes.ok_or_else(|| CodecError::NotHex(hex.into()))
}

pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// Reads what the `put` functions wrote; never beyond the end.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Bytes that are still to be read.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8], CodecError> {
        if count > self.rest.len() {
            return Err(CodecError::Truncated);
        }
        let (taken, rest) = self.rest.split_at(count);
        self.rest = rest;
        Ok(taken)
    }

    pub fn byte(&mut self) -> Result<u8, CodecError> {
        Ok(self.bytes(1)?[0])
    }

    pub fn varint(&mut self) -> Result<u32, CodecError> {
        let mut value = 0_u32;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            let bits = u32::from(byte & 0x7F);
            if shift == 28 && bits > 0b1111 {
                return Err(CodecError::NumberTooLong);
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(CodecError::NumberTooLong)
    }

    /// A count of things that take at least `least` bytes each: never more than can be there.
    pub fn count(&mut self, least: usize) -> Result<usize, CodecError> {
        let count = self.varint()? as usize;
        if count > self.left() / least {
            return Err(CodecError::Truncated);
        }
        Ok(count)
    }

    pub fn f32(&mut self) -> Result<f32, CodecError> {
        let bytes = self.bytes(4)?;
        Ok(f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    pub fn rough(&mut self) -> Result<f32, CodecError> {
        Ok(from_rough(self.code()?))
    }

    /// A rough probability as it is stored.
    pub fn code(&mut self) -> Result<u16, CodecError> {
        let bytes = self.bytes(2)?;
        Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
    }
}
