use std::ops::Range;

use super::*;
use crate::protocol::{HardlyMetBasis, RpcError};

/// A table in memory.
struct Table {
    width: usize,
    numbers: Vec<f32>,
}

impl Rows for Table {
    fn count(&self) -> u32 {
        (self.numbers.len() / self.width) as u32
    }

    fn width(&self) -> usize {
        self.width
    }

    fn read(&self, rows: Range<u32>, into: &mut [f32]) -> Result<(), RpcError> {
        let (start, end) = (rows.start as usize * self.width, rows.end as usize * self.width);
        into.copy_from_slice(&self.numbers[start..end]);
        Ok(())
    }
}

/// Numbers between -1 and 1 that only depend on the seed.
fn random(seed: u32) -> impl FnMut() -> f32 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    }
}

fn table(rows: usize, width: usize) -> Table {
    let mut next = random(7);
    Table { width, numbers: (0..rows * width).map(|_| next()).collect() }
}

/// The plain way, in F64.
fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn the_nearest_are_those_that_the_plain_way_finds() {
    // More rows than a chunk has, and a width that is no multiple of anything.
    let table = table(20_003, 37);
    let row = |id: usize| &table.numbers[id * 37..(id + 1) * 37];
    let wanted = mean(&table, &[5, 17]).expect("rows");
    for (at, number) in wanted.iter().enumerate() {
        assert!((number - (row(5)[at] + row(17)[at]) / 2.0).abs() < 1e-6);
    }
    let (length, found) = nearest(&table, &wanted, 25, |id| id % 3 != 0).expect("rows");
    assert!(
        (f64::from(length) - wanted.iter().map(|it| f64::from(*it).powi(2)).sum::<f64>().sqrt()).abs() < 1e-4
    );
    let mut plain: Vec<(usize, f64)> =
        (0..20_003).filter(|id| id % 3 != 0).map(|id| (id, cosine(row(id), &wanted))).collect();
    plain.sort_by(|a, b| b.1.total_cmp(&a.1));
    assert_eq!(found.len(), 25);
    for ((id, near), (wanted_id, wanted_near)) in found.iter().zip(&plain) {
        assert_eq!(*id as usize, *wanted_id);
        assert!((f64::from(*near) - wanted_near).abs() < 1e-5);
    }
}

#[test]
fn a_row_of_zeros_is_nobodys_neighbour() {
    let mut table = table(5, 8);
    table.numbers[8..16].fill(0.0);
    let wanted = mean(&table, &[0]).expect("rows");
    let (_, found) = nearest(&table, &wanted, 5, |_| true).expect("rows");
    assert_eq!(found.len(), 4);
    assert_eq!(found[0].0, 0);
    let (_, found) = nearest(&table, &[0.0; 8], 5, |_| true).expect("rows");
    assert!(found.is_empty());
    let (_, cosines) = odd_one_out(&table, &[vec![0], vec![1], vec![2]]).expect("rows");
    assert_eq!((cosines[0][1], cosines[1][1]), (0.0, 0.0));
}

#[test]
fn the_odd_one_points_elsewhere() {
    let numbers = vec![1.0, 0.1, 0.0, 0.9, 0.2, 0.0, 1.0, 0.0, 0.1, -0.2, 1.0, 0.5];
    let table = Table { width: 3, numbers };
    let (odd, cosines) = odd_one_out(&table, &[vec![0], vec![1], vec![3], vec![2, 0]]).expect("rows");
    assert_eq!(odd, 2);
    for (a, row) in cosines.iter().enumerate() {
        assert!((row[a] - 1.0).abs() < 1e-6);
        for (b, cosine) in row.iter().enumerate() {
            assert_eq!(*cosine, cosines[b][a]);
        }
    }
}

/// Rows of the table below.
const COUNT: u32 = 3000;

/// A vocabulary in which rows 100 to 119 are known to be unused, and 500 to 509 were never met either.
fn with_unused() -> (Table, Vec<u32>) {
    let mut table = table(COUNT as usize, 24);
    let mut next = random(9);
    let common: Vec<f32> = (0..24).map(|_| next()).collect();
    let unused: Vec<f32> = (0..24).map(|_| next()).collect();
    for (at, row) in table.numbers.chunks_exact_mut(24).enumerate() {
        let is_unused = (100..120).contains(&at) || (500..510).contains(&at);
        for (place, number) in row.iter_mut().enumerate() {
            *number = match is_unused {
                true => 2.0 * common[place] + unused[place] * 0.3 + *number * 0.02,
                false => 2.0 * common[place] + *number,
            };
        }
    }
    (table, (100..120).collect())
}

#[test]
fn rows_like_the_known_unused_ones_are_found() {
    let (table, known) = with_unused();
    let like = hardly_met(&table, &known, true).expect("rows");
    assert_eq!(like.basis, HardlyMetBasis::Unused);
    let candidates: Vec<u32> = (0..COUNT)
        .filter(|row| !known.contains(row) && like.values[*row as usize] <= like.threshold)
        .collect();
    let truly = candidates.iter().filter(|row| (500..510).contains(*row)).count();
    assert!(truly >= 6 && candidates.len() == truly, "{candidates:?}");
    assert_eq!(like.histogram.iter().map(|bin| bin.count).sum::<u32>(), COUNT);
    assert!(like.known_norm > 0.0 && like.norms.len() == COUNT as usize);
}

#[test]
fn without_known_unused_ones_or_with_an_output_layer_of_its_own_the_length_tells() {
    let (mut table, known) = with_unused();
    for row in [3, 4] {
        table.numbers[row * 24..(row + 1) * 24].fill(1e-3);
    }
    for (known, tied) in [(&[][..], true), (&known[..], false)] {
        let like = hardly_met(&table, known, tied).expect("rows");
        assert_eq!(like.basis, HardlyMetBasis::Norm);
        assert_eq!(like.values, like.norms);
        let mut order: Vec<usize> = (0..COUNT as usize).collect();
        order.sort_by(|a, b| like.values[*a].total_cmp(&like.values[*b]));
        let mut first = order[..2].to_vec();
        first.sort_unstable();
        assert_eq!(first, [3, 4]);
        let within = like.values.iter().filter(|value| **value <= like.threshold).count();
        assert!((2..=65).contains(&within), "{within}");
    }
}
