//! Slow references in F64, and random numbers. Nothing here is shared with the crate.
#![allow(dead_code)]

use vitrine_kernels::{Format, InstructionSet, Kernels, Pool};

/// xorshift64* (Vigna, 2016).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// From `from` to `to`, both included.
    pub fn within(&mut self, from: usize, to: usize) -> usize {
        from + self.next() as usize % (to - from + 1)
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.within(0, all.len() - 1)]
    }

    /// From -1.5 to 1.5.
    pub fn number(&mut self) -> f32 {
        ((self.next() & 0xff_ffff) as f32 / (1 << 24) as f32 - 0.5) * 3.0
    }

    pub fn numbers(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.number()).collect()
    }
}

/// Kernels on every set of this processor, with so many threads.
pub fn kernels(threads: usize) -> Vec<Kernels> {
    let here = InstructionSet::ALL.into_iter().filter(|set| {
        if !set.is_here() {
            eprintln!("skipped: this processor has no {set}");
        }
        set.is_here()
    });
    here.map(|set| Kernels::new(set, Pool::new(threads).expect("threads")).expect("a set")).collect()
}

/// The bits, NaN as one.
pub fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|n| if n.is_nan() { f32::NAN.to_bits() } else { n.to_bits() }).collect()
}

/// A finite F16 as F64 from its bits.
pub fn half(bytes: &[u8], at: usize) -> f64 {
    let bits = u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, mantissa) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    sign * match exponent {
        0 => mantissa * (-24f64).exp2(),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + mantissa) * f64::from(exponent - 25).exp2(),
    }
}

/// Random blocks with scales as models have them; every `odd`-th block has one that is 0, negative or subnormal.
pub fn blocks(format: Format, count: usize, random: &mut Random) -> Vec<u8> {
    let size = format.block_bytes();
    let mut bytes: Vec<u8> = (0..count * size).map(|_| random.next() as u8).collect();
    for (i, block) in bytes.chunks_exact_mut(size).enumerate() {
        let places: &[usize] = match format {
            Format::Q8_0 | Format::Q4_0 => &[0],
            Format::Q4K | Format::Q5K => &[0, 2],
            Format::Q6K => &[208],
        };
        for &at in places {
            let bits = match i % 17 {
                3 => 0,
                7 => 0x8400 | random.next() as u16 & 0x3ff,
                11 => random.next() as u16 & 0x83ff,
                // 2^-10 to 2^-7.
                _ => 0x1400 + (random.next() as u16) % 0xc00,
            };
            block[at..at + 2].copy_from_slice(&bits.to_le_bytes());
        }
    }
    bytes
}

/// The numbers of blocks, by the loops of ggml's `dequantize_row_*` (ggml-quants.c).
pub fn unpacked(format: Format, bytes: &[u8]) -> Vec<f64> {
    let mut numbers = Vec::new();
    for x in bytes.chunks_exact(format.block_bytes()) {
        match format {
            Format::Q8_0 => numbers.extend(x[2..].iter().map(|&q| half(x, 0) * f64::from(q as i8))),
            Format::Q4_0 => {
                numbers.extend(x[2..].iter().map(|q| half(x, 0) * (f64::from(q & 15) - 8.0)));
                numbers.extend(x[2..].iter().map(|q| half(x, 0) * (f64::from(q >> 4) - 8.0)));
            }
            Format::Q4K | Format::Q5K => {
                let (d, least) = (half(x, 0), half(x, 2));
                let (qh, qs) =
                    if format == Format::Q4K { (None, &x[16..]) } else { (Some(&x[16..48]), &x[48..]) };
                for j in 0..8 {
                    let (scale, min) = scale_and_min(j, &x[4..16]);
                    for l in 0..32 {
                        let q = qs[j / 2 * 32 + l];
                        let low = if j % 2 == 0 { q & 15 } else { q >> 4 };
                        let fifth = qh.map_or(0, |qh| if qh[l] & 1 << j > 0 { 16 } else { 0 });
                        numbers.push(d * f64::from(scale) * f64::from(low + fifth) - least * f64::from(min));
                    }
                }
            }
            Format::Q6K => {
                for n in 0..2 {
                    let (ql, qh, sc) = (&x[n * 64..], &x[128 + n * 32..], &x[192 + n * 8..]);
                    let mut four = [[0f64; 32]; 4];
                    for l in 0..32 {
                        let q = [
                            ql[l] & 15 | (qh[l] & 3) << 4,
                            ql[l + 32] & 15 | (qh[l] >> 2 & 3) << 4,
                            ql[l] >> 4 | (qh[l] >> 4 & 3) << 4,
                            ql[l + 32] >> 4 | (qh[l] >> 6 & 3) << 4,
                        ];
                        for (i, q) in q.into_iter().enumerate() {
                            let scale = f64::from(sc[l / 16 + i * 2] as i8);
                            four[i][l] = half(x, 208) * scale * (f64::from(q) - 32.0);
                        }
                    }
                    numbers.extend(four.concat());
                }
            }
        }
    }
    numbers
}

/// ggml's `get_scale_min_k4`.
fn scale_and_min(j: usize, q: &[u8]) -> (u8, u8) {
    if j < 4 {
        (q[j] & 63, q[j + 4] & 63)
    } else {
        (q[j + 4] & 15 | q[j - 4] >> 6 << 4, q[j + 4] >> 4 | q[j] >> 6 << 4)
    }
}

/// Seeds of random cases: `VITRINE_KERNEL_CASES` says how many, `VITRINE_KERNEL_SEED` the first one.
pub fn cases() -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("VITRINE_KERNEL_SEED").unwrap_or(0);
    first..first + number("VITRINE_KERNEL_CASES").unwrap_or(60)
}
