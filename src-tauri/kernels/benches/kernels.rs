//! What kernels cost on this machine, on every instruction set: `cargo bench -p vitrine-kernels --profile dev`.
//!
//! Shapes are those of a model of 0.6 billion parameters. The sets take turns, so that what else the machine does meets all of
//! them; the middle of several rounds is shown.

use std::time::Instant;

use half::f16;
use vitrine_kernels::{
    Attention, Format, InstructionSet, Kernels, Number, PackedMatrix, Pool, Seen, Shape, View,
};

const ROUNDS: usize = 7;

fn main() {
    let threads = std::env::var("VITRINE_BENCH_THREADS").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let all: Vec<Kernels> = InstructionSet::ALL
        .into_iter()
        .filter(|set| set.is_here())
        .map(|set| Kernels::new(set, Pool::new(threads).expect("threads")).expect("a set"))
        .collect();
    println!("{threads} thread(s); billions of multiplications a second\n");
    print!("{:>34}", "");
    for kernels in &all {
        print!("{:>12}", kernels.set().to_string());
    }
    println!();
    for format in Format::ALL {
        for (count, rows, columns) in
            [(1, 3072, 1024), (1, 65_536, 1024), (166, 3072, 1024), (254, 1024, 3072)]
        {
            product(&all, format, count, rows, columns);
        }
    }
    for (queries, positions) in [(1, 420), (1, 2000), (254, 420), (166, 2000)] {
        attention::<f32>(&all, "F32", queries, positions);
        attention::<f16>(&all, "F16", queries, positions);
    }
}

/// The middle time of a call, in seconds, for each of the kernels.
fn times(all: &[Kernels], mut call: impl FnMut(&Kernels)) -> Vec<f64> {
    let mut times = vec![Vec::new(); all.len()];
    for _ in 0..ROUNDS {
        for (kernels, times) in all.iter().zip(&mut times) {
            let begin = Instant::now();
            let mut calls = 0;
            // Short calls are too short for a clock.
            while calls == 0 || begin.elapsed().as_secs_f64() < 0.02 {
                call(kernels);
                calls += 1;
            }
            times.push(begin.elapsed().as_secs_f64() / f64::from(calls));
        }
    }
    let middle = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    times.into_iter().map(middle).collect()
}

fn row(name: &str, multiplications: usize, times: &[f64]) {
    print!("{name:>34}");
    for time in times {
        print!("{:>12.1}", multiplications as f64 / time / 1e9);
    }
    println!();
}

/// Numbers without a pattern that a processor could guess.
fn numbers(count: usize) -> impl Iterator<Item = u32> {
    (1..=count as u32).map(|n| n.wrapping_mul(2_654_435_761).rotate_left(13).wrapping_mul(2_246_822_519))
}

fn floats<T: Number>(count: usize) -> Vec<T> {
    numbers(count).map(|n| T::narrow(n as f32 / (1u64 << 31) as f32 - 1.0)).collect()
}

fn product(all: &[Kernels], format: Format, count: usize, rows: usize, columns: usize) {
    let size = rows * columns / format.block() * format.block_bytes();
    let mut bytes: Vec<u8> = numbers(size).map(|n| (n >> 9) as u8).collect();
    for block in bytes.chunks_exact_mut(format.block_bytes()) {
        let places: &[usize] = match format {
            Format::Q8_0 | Format::Q4_0 => &[0],
            Format::Q4K | Format::Q5K => &[0, 2],
            Format::Q6K => &[208],
        };
        for &at in places {
            block[at..at + 2].copy_from_slice(&f16::from_f32(0.001).to_le_bytes());
        }
    }
    let matrix = PackedMatrix::pack(format, rows, columns, &bytes, all[0].pool()).expect("a matrix");
    drop(bytes);
    let activations: Vec<f32> = floats(count * columns);
    let mut out = vec![0.0; count * rows];
    let times = times(all, |kernels| {
        kernels.multiply(&matrix, &activations, count, &mut out).expect("a product");
        std::hint::black_box(&out);
    });
    row(&format!("{format:?}, {count} x {columns} by {rows}"), count * rows * columns, &times);
}

fn attention<T: Number>(all: &[Kernels], name: &str, queries: usize, positions: usize) {
    const LAYERS: usize = 28;
    let (heads, kv_heads, width) = (16, 8, 128);
    let room = positions.next_multiple_of(512);
    let q: Vec<T> = floats(heads * queries * width);
    // As many caches as layers: the next one is not in a processor's cache.
    let caches: Vec<[Vec<T>; 2]> =
        (0..LAYERS).map(|_| [floats(kv_heads * room * width), floats(kv_heads * room * width)]).collect();
    let mut out = vec![T::narrow(0.0); heads * queries * width];
    let shape = Shape { batch: 1, heads, kv_heads, queries, positions, width, value_width: width };
    let of_cache = [kv_heads * room * width, room * width, width];
    let times = times(all, |kernels| {
        for [keys, values] in &caches {
            let job = Attention {
                shape,
                queries: View { numbers: &q, strides: [heads * queries * width, queries * width, width] },
                keys: View { numbers: keys, strides: of_cache },
                values: View { numbers: values, strides: of_cache },
                seen: Seen::Causal { window: None },
                scale: 0.088,
                softcap: None,
            };
            kernels.attention(&job, &mut out).expect("attention");
            std::hint::black_box(&out);
        }
    });
    let seen: usize = (positions - queries + 1..=positions).sum();
    row(
        &format!("{name}, {queries} queries, {positions} positions"),
        seen * heads * width * 2 * LAYERS,
        &times,
    );
}
