//! Products with packed weights against a slow reference, and to the last bit against themselves.

mod reference;

use reference::{bits, blocks, kernels, unpacked, Random};
use vitrine_kernels::{Format, Kernels, PackedMatrix, Pool, ShapeError};

struct Case {
    format: Format,
    rows: usize,
    columns: usize,
    bytes: Vec<u8>,
    count: usize,
    activations: Vec<f32>,
}

impl Case {
    fn new(format: Format, rows: usize, columns: usize, count: usize, random: &mut Random) -> Self {
        let bytes = blocks(format, rows * columns / format.block(), random);
        Self { format, rows, columns, bytes, count, activations: random.numbers(count * columns) }
    }

    fn packed(&self, pool: &Pool) -> PackedMatrix {
        PackedMatrix::pack(self.format, self.rows, self.columns, &self.bytes, pool).expect("a matrix")
    }

    fn multiplied(&self, kernels: &Kernels) -> Vec<f32> {
        let matrix = self.packed(kernels.pool());
        let mut out = vec![7.0; self.count * self.rows];
        kernels.multiply(&matrix, &self.activations, self.count, &mut out).expect("a product");
        out
    }

    /// Is everything within what rounding activations to 8 bits can do?
    ///
    /// Rounding moves an activation by at most half a scale, which is max / 254 of its block; everything else is F32.
    fn check(&self, out: &[f32]) {
        let weights = unpacked(self.format, &self.bytes);
        let block = self.format.block();
        for i in 0..self.count {
            let row = &self.activations[i * self.columns..][..self.columns];
            let steps: Vec<f64> = row
                .chunks(block)
                .map(|block| block.iter().fold(0f64, |most, x| most.max(f64::from(x.abs()))) / 254.0)
                .collect();
            for j in 0..self.rows {
                let weights = &weights[j * self.columns..][..self.columns];
                let (mut exact, mut bound, mut size) = (0.0, 0.0, 0.0);
                for (k, (&x, &w)) in row.iter().zip(weights).enumerate() {
                    exact += f64::from(x) * w;
                    bound += w.abs() * steps[k / block];
                    size += f64::from(x).abs() * w.abs();
                }
                // In K-quants a number is a difference, so scale and min count each by itself.
                let bound = bound * 1.001 + size * 4e-6 + 1e-30 + self.slack(steps.iter().sum());
                let error = (f64::from(out[i * self.rows + j]) - exact).abs();
                assert!(
                    error <= bound,
                    "{:?}, {} x {}, row {i} of {}, column {j}: {} is {error:e} off {exact}, more than {bound:e}",
                    self.format, self.rows, self.columns, self.count, out[i * self.rows + j]
                );
            }
        }
    }

    /// F32's own rounding of large terms that cancel out: 63 * 31 and 63 times scales of at most 2^-7, over 256 steps of 254.
    fn slack(&self, steps: f64) -> f64 {
        match self.format {
            Format::Q4K | Format::Q5K => steps * 254.0 * 256.0 * (63.0 * 32.0 / 128.0) * 1e-7,
            _ => 0.0,
        }
    }
}

#[test]
fn every_format_is_as_near_as_eight_bits_allow() {
    let mut random = Random::new(1);
    for format in Format::ALL {
        for (rows, blocks, count) in
            [(1, 1, 1), (16, 2, 2), (17, 3, 3), (5, 1, 9), (40, 2, 13), (33, 5, 1), (64, 4, 65), (3, 1, 300)]
        {
            let case = Case::new(format, rows, blocks * format.block(), count, &mut random);
            for kernels in kernels(2) {
                case.check(&case.multiplied(&kernels));
            }
        }
    }
}

#[test]
fn a_row_has_the_same_bits_alone_and_among_others_on_any_threads_and_set() {
    let mut random = Random::new(2);
    for format in Format::ALL {
        let case = Case::new(format, 50, 512, 75, &mut random);
        let expected = case.multiplied(&kernels(1)[0]);
        for threads in [1, 2, 3] {
            for kernels in kernels(threads) {
                let set = kernels.set();
                assert_eq!(
                    bits(&case.multiplied(&kernels)),
                    bits(&expected),
                    "{format:?}, {set}, {threads} threads"
                );
                let matrix = case.packed(kernels.pool());
                for first in 0..case.count {
                    for count in [1, 2, 3, 7].into_iter().filter(|count| first + count <= case.count) {
                        let some = &case.activations[first * 512..(first + count) * 512];
                        let mut out = vec![0.0; count * 50];
                        kernels.multiply(&matrix, some, count, &mut out).expect("a product");
                        let expected = &expected[first * 50..(first + count) * 50];
                        assert_eq!(bits(&out), bits(expected), "{format:?}, {set}, rows {first} + {count}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_no_number_is_no_number_afterwards_and_stays_in_its_row() {
    let mut random = Random::new(3);
    for format in Format::ALL {
        let clean = Case::new(format, 20, 512, 6, &mut random);
        for odd in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
            let mut activations = clean.activations.clone();
            activations[2 * 512 + 77] = odd;
            let case = Case { activations, bytes: clean.bytes.clone(), ..clean };
            for kernels in kernels(2) {
                let (before, after) = (clean.multiplied(&kernels), case.multiplied(&kernels));
                for i in 0..6 {
                    let (before, after) = (&before[i * 20..][..20], &after[i * 20..][..20]);
                    if i == 2 {
                        assert!(after.iter().all(|n| n.is_nan()), "{format:?}, {}, {odd}", kernels.set());
                    } else {
                        assert_eq!(bits(before), bits(after));
                    }
                }
            }
        }
    }
}

#[test]
fn small_numbers_large_numbers_and_zeros_are_multiplied_too() {
    let mut random = Random::new(4);
    for format in Format::ALL {
        for factor in [0.0, 1e-45, 1e-40, 1e-36, 1e-30, 1e20, 1e30] {
            let mut case = Case::new(format, 18, 512, 3, &mut random);
            for x in &mut case.activations {
                *x *= factor;
            }
            for kernels in kernels(1) {
                let out = case.multiplied(&kernels);
                assert!(out.iter().all(|n| n.is_finite()), "{format:?}, {factor:e}");
                if factor > 1e-36 || factor == 0.0 {
                    case.check(&out);
                } else {
                    // Below 2^-120 it counts as nothing: 512 products with weights up to 63 * 63 / 128.
                    assert!(out.iter().all(|n| n.abs() < 1e-31), "{format:?}, {factor:e}");
                }
            }
        }
    }
}

#[test]
fn a_broken_scale_spoils_its_own_row_of_the_matrix_alone() {
    let mut random = Random::new(5);
    for format in Format::ALL {
        let clean = Case::new(format, 35, 512, 2, &mut random);
        let at = if format == Format::Q6K { 208 } else { 0 };
        for odd in [0x7c00u16, 0xfc00, 0x7e00] {
            let mut bytes = clean.bytes.clone();
            let row = 512 / format.block() * format.block_bytes();
            bytes[20 * row + at..][..2].copy_from_slice(&odd.to_le_bytes());
            let case = Case { bytes, activations: clean.activations.clone(), ..clean };
            for kernels in kernels(1) {
                let (before, after) = (clean.multiplied(&kernels), case.multiplied(&kernels));
                for i in 0..2 * 35 {
                    if i % 35 == 20 {
                        assert!(!after[i].is_finite(), "{format:?}");
                    } else {
                        assert_eq!(before[i].to_bits(), after[i].to_bits(), "{format:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn extreme_blocks_do_not_overflow() {
    // All bits of numbers and scales set, activations all at their largest: as much as ever comes together in a word.
    for format in Format::ALL {
        for fill in [0xff, 0x00, 0x80, 0x7f] {
            let mut case = Case::new(format, 16, 512, 5, &mut Random::new(6));
            for block in case.bytes.chunks_exact_mut(format.block_bytes()) {
                let scale = [if format == Format::Q6K { 208 } else { 0 }, 2];
                block.fill(fill);
                block[scale[0]..][..2].copy_from_slice(&0x1400u16.to_le_bytes());
                if matches!(format, Format::Q4K | Format::Q5K) {
                    block[2..4].copy_from_slice(&0x1400u16.to_le_bytes());
                }
            }
            for (i, x) in case.activations.iter_mut().enumerate() {
                *x = if i / 512 % 2 == 0 { 1.0 } else { -1.0 };
            }
            for kernels in kernels(1) {
                case.check(&case.multiplied(&kernels));
            }
        }
    }
}

#[test]
fn wrong_lengths_are_errors() {
    let pool = Pool::new(1).expect("threads");
    let pack =
        |format, rows, columns, bytes: &[u8]| PackedMatrix::pack(format, rows, columns, bytes, &pool).err();
    assert_eq!(pack(Format::Q4K, 2, 300, &[]), Some(ShapeError::Blocks { columns: 300, block: 256 }));
    let short = Some(ShapeError::Length { what: "the blocks", needed: 288, found: 287 });
    assert_eq!(pack(Format::Q4K, 2, 256, &[0; 287]), short);
    assert_eq!(pack(Format::Q8_0, usize::MAX / 2, 1 << 20, &[]), Some(ShapeError::Overflow));
    let kernels = &kernels(1)[0];
    let matrix = PackedMatrix::pack(Format::Q8_0, 3, 64, &[0; 204], &pool).expect("a matrix");
    assert_eq!((matrix.rows(), matrix.columns(), matrix.format()), (3, 64, Format::Q8_0));
    let short = ShapeError::Length { what: "the activations", needed: 128, found: 64 };
    assert_eq!(kernels.multiply(&matrix, &[0.0; 64], 2, &mut [0.0; 6]), Err(short));
    let long = ShapeError::Length { what: "the result", needed: 3, found: 4 };
    assert_eq!(kernels.multiply(&matrix, &[0.0; 64], 1, &mut [0.0; 4]), Err(long));
    assert_eq!(kernels.multiply(&matrix, &[], 0, &mut []), Ok(()));
}

/// `VITRINE_KERNEL_CASES` and `VITRINE_KERNEL_SEED` choose how many, and with which it begins.
#[test]
fn random_shapes() {
    for seed in reference::cases() {
        let mut random = Random::new(seed);
        let format = random.one_of(&Format::ALL);
        let (rows, blocks) = (random.within(1, 90), random.within(1, 1024 / format.block()));
        let count = random.one_of(&[1, 1, 2, 3, 4, 5, 8, 15, 31, 66]);
        let case = Case::new(format, rows, blocks * format.block(), count, &mut random);
        let threads = random.within(1, 3);
        let all: Vec<_> = kernels(threads).iter().map(|kernels| case.multiplied(kernels)).collect();
        case.check(&all[0]);
        for other in &all[1..] {
            assert_eq!(bits(&all[0]), bits(other), "seed {seed}");
        }
    }
}
