//! A block of positions: scores, weights, sums.

use std::ops::Range;

use super::Attention;
use crate::lanes::{Lanes, LANES};
use crate::{math, Number};

/// Positions in a block.
pub(super) const BLOCK: usize = 64;

/// The state of a row between blocks.
#[derive(Clone, Copy)]
pub(super) struct Softmax {
    most: f32,
    total: f32,
}

impl Softmax {
    pub const BEGIN: Self = Self { most: f32::NEG_INFINITY, total: 0.0 };

    /// What sums of weighted values are multiplied by in the end; zero where nothing was seen.
    pub fn factor(self) -> f32 {
        if self.total == 0.0 {
            0.0
        } else {
            1.0 / self.total
        }
    }
}

/// The positions of a block that a row sees.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub from: usize,
    pub to: usize,
    /// What the sums of earlier blocks are multiplied by.
    pub keep: f32,
    /// A weight of 0 in between stands for a position that is not seen.
    pub has_holes: bool,
}

impl Span {
    pub const NOTHING: Self = Self { from: 0, to: 0, keep: 1.0, has_holes: false };
}

/// `count` rows of `width` numbers to F32, each followed by zeros up to whole lanes.
#[inline(always)]
pub(super) unsafe fn widen<S: Lanes, T: Number>(
    from: *const T,
    stride: usize,
    count: usize,
    width: usize,
    to: *mut f32,
) {
    let padded = width.next_multiple_of(LANES);
    for row in 0..count {
        let (from, to) = (from.add(row * stride), to.add(row * padded));
        let mut i = 0;
        while i + LANES <= width {
            S::store(to.add(i), T::load::<S>(from.add(i)));
            i += LANES;
        }
        while i < padded {
            to.add(i).write(if i < width { from.add(i).read().widen() } else { 0.0 });
            i += 1;
        }
    }
}

/// Scores of `rows` queries with `count` positions. `d` is whole lanes.
#[inline(always)]
pub(super) unsafe fn scores<S: Lanes, E: Number>(
    q: *const f32,
    d: usize,
    k: *const E,
    stride: usize,
    count: usize,
    rows: usize,
    to: *mut f32,
) {
    let mut row = 0;
    while row < rows {
        let (q, to) = (q.add(row * d), to.add(row * BLOCK));
        match (rows - row).min(S::QUERIES) {
            4 => some_scores::<S, E, 4>(q, d, k, stride, count, to),
            3 => some_scores::<S, E, 3>(q, d, k, stride, count, to),
            2 => some_scores::<S, E, 2>(q, d, k, stride, count, to),
            _ => some_scores::<S, E, 1>(q, d, k, stride, count, to),
        }
        row += S::QUERIES;
    }
}

/// Four positions at a time; where fewer are left, the last one again, whose scores lie behind `count` and mean nothing.
#[inline(always)]
unsafe fn some_scores<S: Lanes, E: Number, const R: usize>(
    q: *const f32,
    d: usize,
    k: *const E,
    stride: usize,
    count: usize,
    to: *mut f32,
) {
    let mut at = 0;
    while at < count {
        let key = |offset: usize| k.add((at + offset).min(count - 1) * stride);
        let keys = [key(0), key(1), key(2), key(3)];
        let mut halves = [[S::halve(S::splat(0.0)); 4]; R];
        if S::COLUMNS == 4 {
            dots::<S, E, R, 4>(q, d, keys, &mut halves, 0);
        } else {
            dots::<S, E, R, 2>(q, d, keys, &mut halves, 0);
            dots::<S, E, R, 2>(q, d, keys, &mut halves, 2);
        }
        for (row, halves) in halves.into_iter().enumerate() {
            to.add(row * BLOCK + at).cast::<[f32; 4]>().write_unaligned(S::sum_four(halves));
        }
        at += 4;
    }
}

/// `R` queries with `C` of four keys, in registers.
#[inline(always)]
unsafe fn dots<S: Lanes, E: Number, const R: usize, const C: usize>(
    q: *const f32,
    d: usize,
    keys: [*const E; 4],
    to: &mut [[S::H; 4]; R],
    first: usize,
) {
    let mut sums = [[S::splat(0.0); C]; R];
    let mut i = 0;
    while i < d {
        let mut queries = [S::splat(0.0); R];
        for r in 0..R {
            queries[r] = S::load(q.add(r * d + i));
        }
        for c in 0..C {
            let key = E::load::<S>(keys[first + c].add(i));
            for r in 0..R {
                sums[r][c] = S::mul_add(queries[r], key, sums[r][c]);
            }
        }
        i += LANES;
    }
    for r in 0..R {
        for c in 0..C {
            to[r][first + c] = S::halve(sums[r][c]);
        }
    }
}

/// Turns the scores of a row into weights, zero outside of `seen`, which is not empty. Returns what the sums of earlier blocks are to
/// be multiplied by.
#[inline(always)]
pub(super) unsafe fn weigh<S: Lanes, T: Number>(
    job: &Attention<'_, T>,
    line: *mut f32,
    seen: &Range<usize>,
    bias: Option<*const T>,
    softmax: &mut Softmax,
) -> f32 {
    let scale = S::splat(job.scale);
    for i in (0..BLOCK).step_by(LANES) {
        let mut score = S::mul(S::load(line.add(i)), scale);
        if let Some(cap) = job.softcap {
            let share = math::tanh::<S>(S::mul(score, S::splat(1.0 / cap)));
            score = S::mul(share, S::splat(cap));
        }
        S::store(line.add(i), score);
    }
    let scores = std::slice::from_raw_parts_mut(line, BLOCK);
    if let Some(bias) = bias {
        for at in seen.clone() {
            let bias = bias.add(at).read().widen();
            // Not by adding: what is hidden may be NaN.
            scores[at] = if bias == f32::NEG_INFINITY { bias } else { scores[at] + bias };
        }
    }
    scores[..seen.start].fill(f32::NEG_INFINITY);
    scores[seen.end..].fill(f32::NEG_INFINITY);

    let line = scores.as_mut_ptr();
    let mut best = S::splat(f32::NEG_INFINITY);
    for i in (0..BLOCK).step_by(LANES) {
        best = S::max(S::load(line.add(i)), best);
    }
    let most = softmax.most.max(S::largest(best));
    // Where all are minus infinity, nothing but zeros shall come out: x - 0, not x - x.
    let shift = if most == f32::NEG_INFINITY { 0.0 } else { most };
    let keep = if most == softmax.most { 1.0 } else { one_exp::<S>(softmax.most - most) };
    let mut sum = S::splat(0.0);
    for i in (0..BLOCK).step_by(LANES) {
        let weight = math::exp_of_negative::<S>(S::sub(S::load(line.add(i)), S::splat(shift)));
        S::store(line.add(i), weight);
        sum = S::add(sum, weight);
    }
    let half = S::halve(sum);
    let sum = S::sum_four([half; 4])[0];
    *softmax = Softmax { most, total: softmax.total * keep + sum };
    keep
}

#[inline(always)]
unsafe fn one_exp<S: Lanes>(x: f32) -> f32 {
    let mut lanes = [0f32; LANES];
    S::store(lanes.as_mut_ptr(), math::exp_of_negative::<S>(S::splat(x)));
    lanes[0]
}

/// sums = sums * keep + weights * values, for all rows. `dv` is whole lanes.
#[inline(always)]
pub(super) unsafe fn sums<S: Lanes, E: Number>(
    weights: *const f32,
    spans: &mut [Span],
    v: *const E,
    stride: usize,
    dv: usize,
    sums: *mut f32,
) {
    let mut row = 0;
    while row < spans.len() {
        let count = (spans.len() - row).min(S::QUERIES);
        let some = &mut spans[row..row + count];
        let (weights, sums) = (weights.add(row * BLOCK), sums.add(row * dv));
        // What all of them see is added together, what only some see before and after, row by row: so a position that a
        // row does not see is not even multiplied by 0.
        let (mut from, mut to) = (0, BLOCK);
        for span in some.iter() {
            (from, to) = (from.max(span.from), to.min(span.to));
            if span.has_holes {
                to = 0;
            }
        }
        if from < to {
            for (r, span) in some.iter_mut().enumerate() {
                alone::<S, E>(weights.add(r * BLOCK), span.from..from, span, v, stride, dv, sums.add(r * dv));
            }
            match count {
                4 => together::<S, E, 4>(weights, from..to, some, v, stride, dv, sums),
                3 => together::<S, E, 3>(weights, from..to, some, v, stride, dv, sums),
                2 => together::<S, E, 2>(weights, from..to, some, v, stride, dv, sums),
                _ => together::<S, E, 1>(weights, from..to, some, v, stride, dv, sums),
            }
            for (r, span) in some.iter_mut().enumerate() {
                alone::<S, E>(weights.add(r * BLOCK), to..span.to, span, v, stride, dv, sums.add(r * dv));
            }
        } else {
            for (r, span) in some.iter_mut().enumerate() {
                alone::<S, E>(
                    weights.add(r * BLOCK),
                    span.from..span.to,
                    span,
                    v,
                    stride,
                    dv,
                    sums.add(r * dv),
                );
            }
        }
        row += count;
    }
}

/// One row, around its holes.
#[inline(always)]
unsafe fn alone<S: Lanes, E: Number>(
    weights: *const f32,
    seen: Range<usize>,
    span: &mut Span,
    v: *const E,
    stride: usize,
    dv: usize,
    sums: *mut f32,
) {
    let is_hole = |at: usize| span.has_holes && weights.add(at).read() == 0.0;
    let mut keep = span.keep;
    let mut at = seen.start;
    while at < seen.end {
        let from = at;
        while at < seen.end && !is_hole(at) {
            at += 1;
        }
        if from < at || keep != 1.0 {
            let mut one = [Span { keep, ..*span }];
            together::<S, E, 1>(weights, from..at, &mut one, v, stride, dv, sums);
            keep = 1.0;
        }
        while at < seen.end && is_hole(at) {
            at += 1;
        }
    }
    span.keep = keep;
}

/// `R` rows that all see `seen`. Their sums are as of now afterwards, so `keep` is 1.
#[inline(always)]
unsafe fn together<S: Lanes, E: Number, const R: usize>(
    weights: *const f32,
    seen: Range<usize>,
    spans: &mut [Span],
    v: *const E,
    stride: usize,
    dv: usize,
    sums: *mut f32,
) {
    let mut keep = [1f32; R];
    for r in 0..R {
        keep[r] = std::mem::replace(&mut spans[r].keep, 1.0);
    }
    let columns = S::COLUMNS * LANES;
    let mut at = 0;
    while at + columns <= dv {
        let (v, sums) = (v.add(at), sums.add(at));
        if S::COLUMNS == 4 {
            add::<S, E, R, 4>(weights, &seen, &keep, v, stride, dv, sums);
        } else {
            add::<S, E, R, 2>(weights, &seen, &keep, v, stride, dv, sums);
        }
        at += columns;
    }
    while at < dv {
        add::<S, E, R, 1>(weights, &seen, &keep, v.add(at), stride, dv, sums.add(at));
        at += LANES;
    }
}

/// `R` rows and `C` lanes of values, in registers.
#[inline(always)]
unsafe fn add<S: Lanes, E: Number, const R: usize, const C: usize>(
    weights: *const f32,
    seen: &Range<usize>,
    keep: &[f32; R],
    v: *const E,
    stride: usize,
    dv: usize,
    sums: *mut f32,
) {
    let mut now = [[S::splat(0.0); C]; R];
    for r in 0..R {
        for c in 0..C {
            now[r][c] = S::mul(S::load(sums.add(r * dv + c * LANES)), S::splat(keep[r]));
        }
    }
    let mut at = seen.start;
    while at < seen.end {
        let mut weight = [S::splat(0.0); R];
        for r in 0..R {
            weight[r] = S::splat(weights.add(r * BLOCK + at).read());
        }
        for c in 0..C {
            let value = E::load::<S>(v.add(at * stride + c * LANES));
            for r in 0..R {
                now[r][c] = S::mul_add(weight[r], value, now[r][c]);
            }
        }
        at += 1;
    }
    for r in 0..R {
        for c in 0..C {
            S::store(sums.add(r * dv + c * LANES), now[r][c]);
        }
    }
}
