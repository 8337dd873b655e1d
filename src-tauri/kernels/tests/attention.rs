//! Attention against a slow reference, and to the last bit against itself.

mod reference;

use half::{bf16, f16};
use reference::{kernels, Random};
use vitrine_kernels::{Attention, Kernels, MaskView, Number, Seen, Shape, ShapeError, View};

/// Masks by how they are made.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mask {
    None,
    Causal(Option<usize>),
    /// A causal one, as numbers, with a window; the same for all heads.
    Numbers(usize),
    /// Random numbers are added, some positions hidden, for each head otherwise.
    Holes,
}

struct Case<T> {
    shape: Shape,
    /// Positions that the cache has room for.
    room: usize,
    q: Vec<T>,
    k: Vec<T>,
    v: Vec<T>,
    mask: Mask,
    numbers: Vec<T>,
    softcap: Option<f32>,
}

impl<T: Number> Case<T> {
    fn new(shape: Shape, mask: Mask, softcap: Option<f32>, random: &mut Random) -> Self {
        let Shape { batch, heads, kv_heads, queries, positions, width, value_width } = shape;
        let room = positions + random.within(0, 9);
        let mut numbers =
            |count: usize| -> Vec<T> { random.numbers(count).into_iter().map(T::narrow).collect() };
        let (q, k, v) = (
            numbers(batch * heads * queries * width),
            numbers(batch * kv_heads * room * width),
            numbers(batch * kv_heads * room * value_width),
        );
        let mut case = Self { shape, room, q, k, v, mask, numbers: Vec::new(), softcap };
        let past = positions.saturating_sub(queries);
        case.numbers = match mask {
            Mask::None | Mask::Causal(_) => Vec::new(),
            Mask::Numbers(window) => (0..queries * positions)
                .map(|at| {
                    let (i, j) = (at / positions + past, at % positions);
                    T::narrow(if j > i || j + window <= i { f32::NEG_INFINITY } else { 0.0 })
                })
                .collect(),
            Mask::Holes => (0..batch * heads * queries * positions)
                .map(|_| {
                    T::narrow(if random.within(0, 3) == 0 { f32::NEG_INFINITY } else { random.number() })
                })
                .collect(),
        };
        case
    }

    fn job(&self) -> Attention<'_, T> {
        let Shape { heads, kv_heads, queries, positions, width, value_width, .. } = self.shape;
        let cache = |width: usize| [kv_heads * self.room * width, self.room * width, width];
        Attention {
            shape: self.shape,
            queries: View { numbers: &self.q, strides: [heads * queries * width, queries * width, width] },
            keys: View { numbers: &self.k, strides: cache(width) },
            values: View { numbers: &self.v, strides: cache(value_width) },
            seen: match self.mask {
                Mask::None => Seen::All,
                Mask::Causal(window) => {
                    Seen::Causal { window: window.map(|window| window.try_into().expect("a window")) }
                }
                Mask::Numbers(_) => {
                    Seen::Mask(MaskView { numbers: &self.numbers, strides: [0, 0, positions] })
                }
                Mask::Holes => Seen::Mask(MaskView {
                    numbers: &self.numbers,
                    strides: [heads * queries * positions, queries * positions, positions],
                }),
            },
            scale: 1.0 / (width as f32).sqrt(),
            softcap: self.softcap,
        }
    }

    /// What is added to a score; minus infinity where the position is not seen.
    fn bias(&self, b: usize, h: usize, i: usize, j: usize) -> f64 {
        let Shape { heads, queries, positions, .. } = self.shape;
        let at = |row: usize| f64::from(self.numbers[row * positions + j].widen());
        match self.mask {
            Mask::None => 0.0,
            Mask::Causal(window) => {
                let i = i + positions - queries;
                if j > i || window.is_some_and(|window| j + window <= i) {
                    f64::NEG_INFINITY
                } else {
                    0.0
                }
            }
            Mask::Numbers(_) => at(i),
            Mask::Holes => at((b * heads + h) * queries + i),
        }
    }

    fn computed(&self, kernels: &Kernels) -> Vec<u32> {
        let Shape { batch, heads, queries, value_width, .. } = self.shape;
        let mut out = vec![T::narrow(7.0); batch * heads * queries * value_width];
        kernels.attention(&self.job(), &mut out).expect("attention");
        let wide: Vec<f32> = out.into_iter().map(T::widen).collect();
        reference::bits(&wide)
    }

    fn check(&self, out: &[u32], tolerance: f64) {
        let Shape { batch, heads, kv_heads, queries, positions, width, value_width } = self.shape;
        let at = |numbers: &[T], at: usize| f64::from(numbers[at].widen());
        let mut expected = Vec::new();
        for (b, i, h) in
            (0..batch * queries * heads).map(|n| (n / heads / queries, n / heads % queries, n % heads))
        {
            let kv = b * kv_heads + h / (heads / kv_heads);
            let scores: Vec<f64> = (0..positions)
                .map(|j| {
                    let q = ((b * heads + h) * queries + i) * width;
                    let k = (kv * self.room + j) * width;
                    let dot: f64 = (0..width).map(|t| at(&self.q, q + t) * at(&self.k, k + t)).sum();
                    let score = dot / (width as f64).sqrt();
                    let score =
                        self.softcap.map_or(score, |cap| f64::from(cap) * (score / f64::from(cap)).tanh());
                    score + self.bias(b, h, i, j)
                })
                .collect();
            let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let weights: Vec<f64> = scores
                .iter()
                .map(|s| if most == f64::NEG_INFINITY { 0.0 } else { (s - most).exp() })
                .collect();
            let total: f64 = weights.iter().sum();
            for c in 0..value_width {
                let sum: f64 = weights
                    .iter()
                    .enumerate()
                    .map(|(j, w)| w * at(&self.v, (kv * self.room + j) * value_width + c))
                    .sum();
                expected.push(if total == 0.0 { 0.0 } else { sum / total });
            }
        }
        for (n, (&found, expected)) in out.iter().zip(expected).enumerate() {
            let error = (f64::from(f32::from_bits(found)) - expected).abs();
            assert!(
                error <= tolerance,
                "{:?} {:?} {:?}: number {n} is {error:e} off {expected}",
                self.shape,
                self.mask,
                self.softcap
            );
        }
    }
}

const fn shape(
    batch: usize,
    [heads, kv_heads]: [usize; 2],
    [queries, positions]: [usize; 2],
    [width, value_width]: [usize; 2],
) -> Shape {
    Shape { batch, heads, kv_heads, queries, positions, width, value_width }
}

/// Widths that are no multiple of anything, groups that do not fit a tile, blocks that end anywhere.
const SHAPES: [Shape; 12] = [
    shape(1, [4, 2], [1, 1], [64, 64]),
    shape(1, [4, 2], [1, 77], [64, 64]),
    shape(1, [6, 2], [50, 133], [80, 80]),
    shape(2, [4, 4], [7, 70], [16, 16]),
    shape(1, [8, 1], [65, 200], [24, 12]),
    shape(1, [7, 1], [13, 300], [21, 19]),
    shape(1, [3, 3], [100, 100], [128, 128]),
    shape(1, [64, 1], [3, 65], [96, 64]),
    shape(1, [2, 1], [1, 1000], [256, 256]),
    shape(2, [4, 2], [5, 9], [1, 3]),
    shape(1, [2, 2], [300, 300], [32, 48]),
    shape(1, [5, 5], [4, 64], [17, 65]),
];

fn against_the_reference<T: Number>(tolerance: f64) {
    let mut random = Random::new(1);
    for shape in SHAPES {
        for mask in [Mask::None, Mask::Causal(None), Mask::Causal(Some(20)), Mask::Numbers(33), Mask::Holes] {
            for softcap in [None, Some(2.0)] {
                let case = Case::<T>::new(shape, mask, softcap, &mut random);
                let all = kernels(2);
                let first = case.computed(&all[0]);
                case.check(&first, tolerance);
                for kernels in &all[1..] {
                    assert_eq!(case.computed(kernels), first, "{shape:?} {mask:?} {}", kernels.set());
                }
            }
        }
    }
}

#[test]
fn as_the_reference_in_f32() {
    against_the_reference::<f32>(4e-6);
}

#[test]
fn as_the_reference_in_f16() {
    // Half a unit in the last place of results up to 1.5.
    against_the_reference::<f16>(5e-4);
}

#[test]
fn as_the_reference_in_bf16() {
    against_the_reference::<bf16>(4e-3);
}

fn alone<T: Number>() {
    let (heads, kv_heads, n, d) = (6, 2, 150, 40);
    for (mask, window) in
        [(Mask::Causal(None), None), (Mask::Causal(Some(70)), Some(70)), (Mask::Numbers(70), Some(70))]
    {
        let whole =
            Case::<T>::new(shape(1, [heads, kv_heads], [n, n], [d, d]), mask, None, &mut Random::new(2));
        for threads in [1, 2, 3] {
            for kernels in kernels(threads) {
                let batch = whole.computed(&kernels);
                assert_eq!(
                    batch,
                    whole.computed(&reference::kernels(1)[0]),
                    "{mask:?}, {}, {threads}",
                    kernels.set()
                );
                for (i, row) in batch.chunks_exact(heads * d).enumerate() {
                    let q = (0..heads).flat_map(|h| whole.q[(h * n + i) * d..][..d].to_vec()).collect();
                    let one = Case {
                        shape: shape(1, [heads, kv_heads], [1, i + 1], [d, d]),
                        room: whole.room,
                        q,
                        k: whole.k.clone(),
                        v: whole.v.clone(),
                        mask: Mask::Causal(window),
                        numbers: Vec::new(),
                        softcap: None,
                    };
                    assert_eq!(one.computed(&kernels), row, "{mask:?}, {}, query {i}", kernels.set());
                }
            }
        }
    }
}

#[test]
fn a_token_has_the_same_bits_alone_and_in_a_batch() {
    alone::<f32>();
    alone::<f16>();
    alone::<bf16>();
}

#[test]
fn what_a_row_does_not_see_does_not_matter() {
    for mask in [Mask::Causal(None), Mask::Causal(Some(30)), Mask::Numbers(30), Mask::Holes] {
        let shape = shape(1, [4, 2], [60, 150], [24, 24]);
        let clean = Case::<f32>::new(shape, mask, None, &mut Random::new(3));
        for (position, odd) in
            [(149, f32::NAN), (120, f32::INFINITY), (100, f32::NEG_INFINITY), (64, f32::NAN)]
        {
            let mut spoiled = Case::<f32>::new(shape, mask, None, &mut Random::new(3));
            for kv in 0..2 {
                let at = (kv * spoiled.room + position) * 24;
                spoiled.k[at..at + 24].fill(odd);
                spoiled.v[at..at + 24].fill(odd);
            }
            for kernels in kernels(2) {
                let (before, after) = (clean.computed(&kernels), spoiled.computed(&kernels));
                let rows = before.chunks_exact(24).zip(after.chunks_exact(24)).enumerate();
                for (row, (before, after)) in rows {
                    let (i, h) = (row / 4, row % 4);
                    if clean.bias(0, h, i, position) == f64::NEG_INFINITY {
                        assert_eq!(
                            before,
                            after,
                            "{mask:?}, {}, row {row}, position {position}",
                            kernels.set()
                        );
                    } else if odd.is_nan() {
                        assert!(
                            after.iter().all(|&bits| f32::from_bits(bits).is_nan()),
                            "{mask:?}, row {row}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn a_row_that_sees_nothing_is_zeros() {
    let mut case =
        Case::<f32>::new(shape(1, [2, 1], [3, 70], [16, 16]), Mask::Numbers(100), None, &mut Random::new(4));
    case.numbers[70..140].fill(f32::NEG_INFINITY);
    for kernels in kernels(1) {
        let out = case.computed(&kernels);
        assert!(out[32..64].iter().all(|&bits| bits == 0), "{}", kernels.set());
        case.check(&out, 4e-6);
    }
}

#[test]
fn scores_of_any_size_are_weighed() {
    for factor in [1e-42, 1e-20, 30.0, 1000.0] {
        let mut case = Case::<f32>::new(
            shape(1, [4, 2], [9, 140], [32, 32]),
            Mask::Causal(None),
            None,
            &mut Random::new(5),
        );
        for q in &mut case.q {
            *q *= factor;
        }
        for kernels in kernels(2) {
            // A score of 10,000 is right to 1e-7 of itself, and so is its weight to 1e-3.
            case.check(&case.computed(&kernels), if factor > 100.0 { 6e-3 } else { 2e-4 });
        }
    }
}

#[test]
fn wrong_shapes_are_errors() {
    let kernels = &kernels(1)[0];
    let case = Case::<f32>::new(shape(1, [4, 2], [3, 8], [16, 16]), Mask::None, None, &mut Random::new(6));
    let mut out = vec![0.0; 4 * 3 * 16];
    let short = kernels.attention(&case.job(), &mut out[1..]);
    assert_eq!(short, Err(ShapeError::Length { what: "the result", needed: 192, found: 191 }));
    let mut job = case.job();
    job.shape.kv_heads = 3;
    assert_eq!(kernels.attention(&job, &mut out), Err(ShapeError::Groups { heads: 4, kv_heads: 3 }));
    let mut job = case.job();
    job.keys.strides[1] *= 2;
    assert!(matches!(kernels.attention(&job, &mut out), Err(ShapeError::Length { what: "keys", .. })));
    let mut job = case.job();
    job.values.strides[2] = usize::MAX;
    assert_eq!(kernels.attention(&job, &mut out), Err(ShapeError::Overflow));
    let mut job = case.job();
    job.seen = Seen::Mask(MaskView { numbers: &[0.0; 23], strides: [0, 0, 8] });
    assert_eq!(
        kernels.attention(&job, &mut out),
        Err(ShapeError::Length { what: "the mask", needed: 24, found: 23 })
    );
    let more = Case::<f32>::new(shape(1, [4, 2], [9, 8], [16, 16]), Mask::None, None, &mut Random::new(6));
    let mut job = more.job();
    job.seen = Seen::Causal { window: None };
    let causal = kernels.attention(&job, &mut vec![0.0; 4 * 9 * 16]);
    assert_eq!(causal, Err(ShapeError::Causal { queries: 9, positions: 8 }));
    job.shape.queries = 0;
    assert_eq!(kernels.attention(&job, &mut []), Ok(()));
}

/// `VITRINE_KERNEL_CASES` and `VITRINE_KERNEL_SEED` choose how many, and with which it begins.
#[test]
fn random_shapes() {
    for seed in reference::cases() {
        let mut random = Random::new(seed);
        let kv_heads = random.within(1, 3);
        let heads = kv_heads * random.within(1, 9);
        let positions = random.within(1, 300);
        let queries = random.within(1, positions.min(90));
        let widths = [random.within(1, 100), random.within(1, 100)];
        let shape = shape(random.within(1, 2), [heads, kv_heads], [queries, positions], widths);
        let window = random.within(1, positions);
        let mask = random.one_of(&[
            Mask::None,
            Mask::Causal(None),
            Mask::Causal(Some(window)),
            Mask::Numbers(window),
            Mask::Holes,
        ]);
        let softcap = random.one_of(&[None, Some(5.0)]);
        let case = Case::<f32>::new(shape, mask, softcap, &mut random);
        let all = kernels(random.within(1, 3));
        let first = case.computed(&all[0]);
        case.check(&first, 4e-6);
        for kernels in &all[1..] {
            assert_eq!(case.computed(kernels), first, "seed {seed}");
        }
    }
}
