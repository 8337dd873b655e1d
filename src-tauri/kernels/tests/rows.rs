//! Norms and gates against a slow reference, and to the last bit against themselves.

mod reference;

use half::{bf16, f16};
use reference::{bits, kernels, Random};
use vitrine_kernels::{Gate, Kernels, Number, ShapeError};

fn numbers<T: Number>(count: usize, random: &mut Random) -> Vec<T> {
    random.numbers(count).into_iter().map(|x| T::narrow(x * 4.0)).collect()
}

fn wide<T: Number>(numbers: Vec<T>) -> Vec<f32> {
    numbers.into_iter().map(T::widen).collect()
}

fn normed<T: Number>(kernels: &Kernels, x: &[T], weight: &[T], eps: f32) -> Vec<f32> {
    let mut out = vec![T::narrow(7.0); x.len()];
    kernels.rms_norm(x, weight, eps, &mut out).expect("a norm");
    wide(out)
}

fn gated<T: Number>(kernels: &Kernels, gate: Gate, a: &[T], b: &[T]) -> Vec<f32> {
    let mut out = vec![T::narrow(7.0); a.len()];
    kernels.gate(gate, a, b, &mut out).expect("a gate");
    wide(out)
}

fn close(found: &[f32], expected: &[f64], relative: f64, what: &str) {
    for (at, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(found) - expected).abs();
        assert!(error <= relative * expected.abs() + 1e-7, "{what}: number {at} is {found}, not {expected}");
    }
}

fn norms<T: Number>(relative: f64) {
    let mut random = Random::new(1);
    for (rows, width) in [(1, 1), (3, 7), (2, 16), (5, 33), (300, 64), (1, 1000), (17, 1536), (4, 9000)] {
        let (x, weight) = (numbers::<T>(rows * width, &mut random), numbers::<T>(width, &mut random));
        let expected: Vec<f64> = x
            .chunks(width)
            .flat_map(|row| {
                let square = |x: &T| f64::from(x.widen()).powi(2);
                let factor = (row.iter().map(square).sum::<f64>() / width as f64 + 1e-5).sqrt().recip();
                row.iter()
                    .zip(&weight)
                    .map(move |(x, w)| f64::from(x.widen()) * factor * f64::from(w.widen()))
            })
            .collect();
        let first = normed(&kernels(1)[0], &x, &weight, 1e-5);
        close(&first, &expected, relative, &format!("{rows} x {width}"));
        for threads in [1, 2, 3] {
            for kernels in kernels(threads) {
                assert_eq!(bits(&normed(&kernels, &x, &weight, 1e-5)), bits(&first), "{}", kernels.set());
                for (row, expected) in x.chunks(width).zip(first.chunks(width)) {
                    assert_eq!(
                        bits(&normed(&kernels, row, &weight, 1e-5)),
                        bits(expected),
                        "{}",
                        kernels.set()
                    );
                }
            }
        }
    }
}

#[test]
fn norms_are_right_and_the_same_for_a_row_alone() {
    norms::<f32>(1e-6);
    norms::<f16>(1e-3);
    norms::<bf16>(8e-3);
}

fn gates<T: Number>(relative: f64) {
    let mut random = Random::new(2);
    for count in [1, 15, 16, 17, 1000, 8192, 20_001] {
        let (a, b) = (numbers::<T>(count, &mut random), numbers::<T>(count, &mut random));
        for gate in [Gate::Silu, Gate::GeluTanh] {
            let expected: Vec<f64> = a
                .iter()
                .zip(&b)
                .map(|(a, b)| {
                    let (a, b) = (f64::from(a.widen()), f64::from(b.widen()));
                    let inner = match gate {
                        Gate::Silu => a,
                        Gate::GeluTanh => {
                            2.0 * (2.0 / std::f64::consts::PI).sqrt() * (a + 0.044715 * a.powi(3))
                        }
                    };
                    a / (1.0 + (-inner).exp()) * b
                })
                .collect();
            let first = gated(&kernels(1)[0], gate, &a, &b);
            close(&first, &expected, relative, &format!("{gate:?} of {count}"));
            for threads in [1, 2, 3] {
                for kernels in kernels(threads) {
                    assert_eq!(bits(&gated(&kernels, gate, &a, &b)), bits(&first), "{}", kernels.set());
                }
            }
        }
    }
}

#[test]
fn gates_are_right() {
    gates::<f32>(4e-6);
    gates::<f16>(1e-3);
    gates::<bf16>(8e-3);
}

#[test]
fn infinities_and_nan_are_not_hidden() {
    for kernels in kernels(1) {
        for odd in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
            let mut x = vec![1.0f32; 40];
            x[33] = odd;
            let out = normed(&kernels, &x, &[1.0; 20], 1e-5);
            assert!(
                out[..20].iter().all(|x| x.is_finite()) && !out[33].is_finite(),
                "{} {odd}",
                kernels.set()
            );
            for gate in [Gate::Silu, Gate::GeluTanh] {
                let out = gated(&kernels, gate, &x, &[1.0; 40]);
                assert!(!out[33].is_finite() && out[32].is_finite(), "{} {odd} {gate:?}", kernels.set());
            }
        }
        // A subnormal one passes through: its gate is a half.
        let out = gated(&kernels, Gate::Silu, &[1e-40f32], &[1.0]);
        assert!((out[0] - 5e-41).abs() < 1e-44, "{}", kernels.set());
        // A row of zeros is zeros: eps keeps it.
        assert_eq!(normed(&kernels, &[0.0f32; 9], &[1.0; 9], 1e-5), [0.0; 9]);
    }
}

#[test]
fn wrong_lengths_are_errors() {
    let kernels = &kernels(1)[0];
    let length = |what, needed, found| Err(ShapeError::Length { what, needed, found });
    assert_eq!(
        kernels.rms_norm(&[0.0f32; 9], &[0.0; 4], 0.0, &mut [0.0; 9]),
        Err(ShapeError::Blocks { columns: 9, block: 4 })
    );
    assert_eq!(kernels.rms_norm(&[0.0f32; 8], &[0.0; 4], 0.0, &mut [0.0; 9]), length("the result", 8, 9));
    assert_eq!(
        kernels.gate(Gate::Silu, &[0.0f32; 3], &[0.0; 4], &mut [0.0; 3]),
        length("the other factor", 3, 4)
    );
    assert_eq!(kernels.gate(Gate::Silu, &[0.0f32; 3], &[0.0; 3], &mut [0.0; 2]), length("the result", 3, 2));
    assert_eq!(kernels.gate::<f32>(Gate::Silu, &[], &[], &mut []), Ok(()));
}
