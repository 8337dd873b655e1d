//! Work is cut into tiles: some heads that share keys and values, times some queries.

use std::cell::RefCell;
use std::ops::Range;

use super::block::{self, BLOCK};
use super::seen::{Sight, Sights};
use super::{Attention, Seen, Shape};
use crate::kernels::Apart;
use crate::lanes::{Lanes, LANES};
use crate::Number;

/// Most rows in a tile: keys and values of a block are read once for all of them, and sums of all stay in the first cache.
pub(super) const ROWS: usize = 48;
/// Up to that many rows, narrow numbers are widened again for each few of them rather than once for all.
const FEW: usize = 8;

/// How everything is cut. It decides about time, not about bits.
pub(super) struct Plan {
    tile_heads: usize,
    tile_queries: usize,
    head_tiles: usize,
    query_tiles: usize,
}

/// Rows that are computed together: the heads `heads` (numbered from the group's first) for the queries `queries`.
pub(super) struct Tile {
    batch: usize,
    kv_head: usize,
    heads: Range<usize>,
    queries: Range<usize>,
}

impl Plan {
    pub fn new(shape: &Shape, threads: usize) -> Self {
        let group = shape.heads / shape.kv_heads;
        let mut tile_heads = group.clamp(1, ROWS);
        let mut tile_queries = (ROWS / tile_heads).clamp(1, shape.queries.max(1));
        let tiles = |heads: usize, queries: usize| {
            shape.batch * shape.kv_heads * group.div_ceil(heads) * shape.queries.div_ceil(queries)
        };
        while tiles(tile_heads, tile_queries) < threads * 2 && (tile_heads > 1 || tile_queries > 6) {
            if tile_heads > 1 {
                tile_heads = tile_heads.div_ceil(2);
            } else {
                tile_queries = tile_queries.div_ceil(2);
            }
        }
        let (head_tiles, query_tiles) = (group.div_ceil(tile_heads), shape.queries.div_ceil(tile_queries));
        Self { tile_heads, tile_queries, head_tiles, query_tiles }
    }

    fn of_a_query_tile(&self, shape: &Shape) -> usize {
        shape.batch * shape.kv_heads * self.head_tiles
    }

    pub fn tile(&self, shape: &Shape, number: usize) -> Tile {
        let of_query = self.of_a_query_tile(shape);
        // Late queries see most: the longest come first, so that no thread is left alone with one at the end.
        let (query_tile, rest) = (self.query_tiles - 1 - number / of_query, number % of_query);
        let (batch, rest) =
            (rest / (shape.kv_heads * self.head_tiles), rest % (shape.kv_heads * self.head_tiles));
        let (kv_head, head_tile) = (rest / self.head_tiles, rest % self.head_tiles);
        let (head, query) = (head_tile * self.tile_heads, query_tile * self.tile_queries);
        let group = shape.heads / shape.kv_heads;
        Tile {
            batch,
            kv_head,
            heads: head..group.min(head + self.tile_heads),
            queries: query..shape.queries.min(query + self.tile_queries),
        }
    }

    pub fn tiles(&self, shape: &Shape) -> usize {
        self.of_a_query_tile(shape) * self.query_tiles
    }
}

/// What a thread computes in. It is kept from tile to tile.
#[derive(Default)]
struct Scratch {
    queries: Vec<f32>,
    keys: Vec<f32>,
    values: Vec<f32>,
    scores: Vec<f32>,
    sums: Vec<f32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

fn room(numbers: &mut Vec<f32>, count: usize) -> *mut f32 {
    if numbers.len() < count {
        numbers.resize(count, 0.0);
    }
    numbers.as_mut_ptr()
}

/// Computes the rows of a tile and writes them.
///
/// # Safety
/// The processor has the instructions of `S`; `job` was checked, `sights` are its own, and `out` has room for its result.
#[inline(always)]
pub(super) unsafe fn compute<S: Lanes, T: Number>(
    job: &Attention<'_, T>,
    sights: &Sights,
    tile: Tile,
    out: &Apart<T>,
) {
    let Shape { heads, kv_heads, queries, positions, width, value_width, .. } = job.shape;
    let (d, dv) = (width.next_multiple_of(LANES), value_width.next_multiple_of(LANES));
    let rows = tile.heads.len() * tile.queries.len();
    let mut scratch = SCRATCH.take();
    let q = room(&mut scratch.queries, rows * d);
    let scores = room(&mut scratch.scores, rows * BLOCK);
    let sums = room(&mut scratch.sums, rows * dv);
    let (k_room, v_room) = (room(&mut scratch.keys, BLOCK * d), room(&mut scratch.values, BLOCK * dv));
    std::slice::from_raw_parts_mut(sums, rows * dv).fill(0.0);

    // Queries are the outer order of rows.
    let head = |row: usize| tile.kv_head * (heads / kv_heads) + tile.heads.start + row % tile.heads.len();
    let query = |row: usize| tile.queries.start + row / tile.heads.len();
    let place = |strides: [usize; 3], head: usize, at: usize| {
        tile.batch * strides[0] + head * strides[1] + at * strides[2]
    };
    let mut sight = [Sight::NOTHING; ROWS];
    let mut bias = [std::ptr::null::<T>(); ROWS];
    let (mut from, mut to) = (positions, 0);
    for row in 0..rows {
        let numbers = job.queries.numbers.as_ptr().add(place(job.queries.strides, head(row), query(row)));
        block::widen::<S, T>(numbers, 0, 1, width, q.add(row * d));
        sight[row] = sights.row(tile.batch, head(row), query(row));
        if let (Seen::Mask(mask), false) = (&job.seen, sight[row].is_plain) {
            bias[row] = mask.numbers.as_ptr().add(place(mask.strides, head(row), query(row)));
        }
        if sight[row].from < sight[row].to {
            (from, to) = (from.min(sight[row].from), to.max(sight[row].to));
        }
    }

    let mut softmax = [block::Softmax::BEGIN; ROWS];
    let as_it_is = rows <= FEW || T::IS_WIDE;
    let mut start = from / BLOCK * BLOCK;
    while start < to {
        let count = BLOCK.min(to - start);
        let k = job.keys.numbers.as_ptr().add(place(job.keys.strides, tile.kv_head, start));
        if as_it_is && d == width {
            block::scores::<S, T>(q, d, k, job.keys.strides[2], count, rows, scores);
        } else {
            block::widen::<S, T>(k, job.keys.strides[2], count, width, k_room);
            block::scores::<S, f32>(q, d, k_room.cast_const(), d, count, rows, scores);
        }
        let mut spans = [block::Span::NOTHING; ROWS];
        for row in 0..rows {
            let Sight { from, to, is_plain } = sight[row];
            let (from, to) = (from.max(start), to.min(start + count));
            if from >= to {
                continue;
            }
            let line = scores.add(row * BLOCK);
            let bias = if is_plain { None } else { Some(bias[row].add(start)) };
            let seen = from - start..to - start;
            let keep = block::weigh::<S, T>(job, line, &seen, bias, &mut softmax[row]);
            spans[row] = block::Span { from: seen.start, to: seen.end, keep, has_holes: !is_plain };
        }
        let v = job.values.numbers.as_ptr().add(place(job.values.strides, tile.kv_head, start));
        if as_it_is && dv == value_width {
            block::sums::<S, T>(scores, &mut spans[..rows], v, job.values.strides[2], dv, sums);
        } else {
            block::widen::<S, T>(v, job.values.strides[2], count, value_width, v_room);
            block::sums::<S, f32>(scores, &mut spans[..rows], v_room.cast_const(), dv, dv, sums);
        }
        start += BLOCK;
    }

    for row in 0..rows {
        let factor = softmax[row].factor();
        let to = out.at(((tile.batch * queries + query(row)) * heads + head(row)) * value_width);
        let from = sums.add(row * dv);
        let mut i = 0;
        while i + LANES <= value_width {
            T::store::<S>(to.add(i), S::mul(S::load(from.add(i)), S::splat(factor)));
            i += LANES;
        }
        while i < value_width {
            to.add(i).write(T::narrow(*from.add(i) * factor));
            i += 1;
        }
    }
    SCRATCH.set(scratch);
}
