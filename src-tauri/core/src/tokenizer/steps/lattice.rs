//! The steps of Unigram: every piece that fits somewhere in a text, and the best ways through.

use std::collections::BTreeSet;

use crate::protocol::{LatticeEdge, LatticeWay, Steps};

/// A piece that fits: places in bytes of the rewritten text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Edge {
    pub start: usize,
    pub end: usize,
    pub id: u32,
    pub score: f64,
}

/// A way to come to a place: what it adds up to, its last edge, and which of the ways to that edge's beginning it goes on.
#[derive(Debug, Clone, Copy)]
struct Way {
    score: f64,
    edge: usize,
    rest: usize,
}

/// The best way as one goes from left to right: of two that are equally good the first that was found counts. Edges are in
/// the order of their beginnings, and of one beginning the shortest first.
pub(in super::super) fn best_way(length: usize, edges: &[Edge]) -> Vec<Edge> {
    let mut best: Vec<Option<(f64, usize)>> = vec![None; length + 1];
    for (place, edge) in edges.iter().enumerate() {
        let before = match (edge.start, best[edge.start]) {
            (0, _) => 0.0,
            (_, Some((score, _))) => score,
            (_, None) => continue,
        };
        let score = edge.score + before;
        if best[edge.end].is_none_or(|(known, _)| score > known) {
            best[edge.end] = Some((score, place));
        }
    }
    let (mut way, mut end) = (Vec::new(), length);
    while let (true, Some((_, place))) = (end > 0, best[end]) {
        way.push(edges[place]);
        end = edges[place].start;
    }
    way.reverse();
    way
}

/// What there is to tell. `text`: as it is cut; `best`: the way that was taken. Edges as for [`best_way`].
pub(in super::super) fn tell(text: &[u8], edges: &[Edge], best: &[(usize, usize)]) -> Steps {
    let written = |start: usize, end: usize| String::from_utf8_lossy(&text[start..end]).into_owned();
    // Characters before each place.
    let counts: Vec<u32> = std::iter::once(0)
        .chain(text.iter().scan(0, |count, byte| {
            // Bytes that go on a character are 10xxxxxx.
            *count += u32::from(byte & 0xc0 != 0x80);
            Some(*count)
        }))
        .collect();
    let character = |place: usize| match text.get(place) {
        Some(_) => counts[place],
        None => counts[text.len()],
    };
    let on_best: BTreeSet<(usize, usize)> = best.iter().copied().collect();
    let told = edges.iter().map(|edge| LatticeEdge {
        from: character(edge.start),
        to: character(edge.end),
        piece: written(edge.start, edge.end),
        id: edge.id,
        score: edge.score as f32,
        best: on_best.contains(&(edge.start, edge.end)),
    });
    let way = |way: &[Edge]| LatticeWay {
        pieces: way.iter().map(|edge| written(edge.start, edge.end)).collect(),
        ids: way.iter().map(|edge| edge.id).collect(),
        score: way.iter().map(|edge| edge.score).sum::<f64>() as f32,
    };
    let taken: Vec<Edge> = best
        .iter()
        .filter_map(|place| edges.iter().find(|edge| (edge.start, edge.end) == *place).copied())
        .collect();
    let others = best_ways(text.len(), edges, Steps::MOST_WAYS).into_iter().filter(|other| *other != taken);
    let ways = std::iter::once(taken.clone()).chain(others).take(Steps::MOST_WAYS);
    Steps::Unigram { edges: told.collect(), ways: ways.map(|edges| way(&edges)).collect() }
}

/// The `most` best ways, the best first.
fn best_ways(length: usize, edges: &[Edge], most: usize) -> Vec<Vec<Edge>> {
    let mut ways: Vec<Vec<Way>> = vec![Vec::new(); length + 1];
    ways[0].push(Way { score: 0.0, edge: usize::MAX, rest: 0 });
    for (place, edge) in edges.iter().enumerate() {
        let (before, behind) = ways.split_at_mut(edge.end);
        let (before, here) = (&before[edge.start], &mut behind[0]);
        for (rest, way) in before.iter().enumerate() {
            let score = way.score + edge.score;
            let at = here.partition_point(|known| known.score >= score);
            if at < most {
                here.insert(at, Way { score, edge: place, rest });
                here.truncate(most);
            }
        }
    }
    let follow = |last: &Way| {
        let (mut way, mut edges_back) = (*last, Vec::new());
        while let Some(edge) = edges.get(way.edge) {
            edges_back.push(*edge);
            way = ways[edge.start][way.rest];
        }
        edges_back.reverse();
        edges_back
    };
    match length {
        0 => Vec::new(),
        _ => ways[length].iter().map(follow).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(start: usize, end: usize, score: f64) -> Edge {
        Edge { start, end, id: (start * 10 + end) as u32, score }
    }

    #[test]
    fn the_best_ways_are_those_that_trying_all_finds() {
        // Every piece of a text of six bytes, with scores that look random.
        let mut edges = Vec::new();
        for start in 0..6usize {
            for end in start + 1..=6 {
                edges.push(edge(start, end, -(((start * 7 + end * 13) % 11) as f64) - 0.25));
            }
        }
        // Each of the five inner places is a border or is not.
        let mut all: Vec<f64> = (0..32u32)
            .map(|borders| {
                let places: Vec<usize> = (0..=6)
                    .filter(|&place| place == 0 || place == 6 || borders >> (place - 1) & 1 == 1)
                    .collect();
                let find =
                    |pair: &[usize]| edges.iter().find(|edge| (edge.start, edge.end) == (pair[0], pair[1]));
                places.windows(2).filter_map(find).map(|edge| edge.score).sum()
            })
            .collect();
        all.sort_by(|a, b| b.total_cmp(a));
        let found = best_ways(6, &edges, 5);
        let scores: Vec<f64> = found.iter().map(|way| way.iter().map(|edge| edge.score).sum()).collect();
        assert_eq!(scores, all[..5]);
        let best: f64 = best_way(6, &edges).iter().map(|edge| edge.score).sum();
        assert_eq!(best, all[0]);
    }

    #[test]
    fn places_are_told_in_characters() {
        let edges = [edge(0, 3, -1.0), edge(0, 4, -9.0), edge(3, 4, -2.0)];
        let Steps::Unigram { edges, ways } = tell("塔a".as_bytes(), &edges, &[(0, 3), (3, 4)]) else {
            panic!("it tells of something else")
        };
        let told: Vec<_> =
            edges.iter().map(|edge| (edge.from, edge.to, edge.piece.as_str(), edge.best)).collect();
        assert_eq!(told, [(0, 1, "塔", true), (0, 2, "塔a", false), (1, 2, "a", true)]);
        assert_eq!(ways.len(), 2);
        assert_eq!(ways[0].pieces, ["塔", "a"]);
        assert_eq!((ways[0].score, ways[1].score), (-3.0, -9.0));
        assert_eq!(best_way(0, &[]), []);
        assert!(best_ways(0, &[], 5).is_empty());
    }
}
