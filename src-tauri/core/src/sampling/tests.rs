//! The chain against a slow reference that sorts everything and follows the text of the module.

use super::*;
use crate::protocol::{CutRule, Sampling};

/// Everything on: nothing but temperature 1.
fn plain() -> Sampling {
    Sampling { temperature: 1.0, top_p: 1.0, ..Sampling::default() }
}

/// Deterministic pseudo-random logits, roughly normal, as models give.
fn logits(n: usize, seed: u64) -> Vec<f32> {
    (0..n as u64)
        .map(|i| {
            let sum: f64 = (0..6).map(|k| uniform(seed * 31 + k, i)).sum();
            ((sum - 3.0) * 4.0) as f32
        })
        .collect()
}

fn softmax(values: &[f64]) -> Vec<f64> {
    let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = values.iter().map(|v| (v - max).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|w| w / sum).collect()
}

/// The survivors' probabilities by definition, for temperature > 0 and no penalties.
fn reference(logits: &[f32], s: &Sampling) -> Vec<f64> {
    let scaled: Vec<f64> = logits.iter().map(|&l| f64::from(l) / f64::from(s.temperature)).collect();
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]).then(a.cmp(&b)));
    if s.top_k > 0 {
        order.truncate(s.top_k as usize);
    }
    let p = softmax(&order.iter().map(|&i| scaled[i]).collect::<Vec<_>>());
    if s.top_p < 1.0 {
        let mut sum = 0.0;
        let keep = p
            .iter()
            .take_while(|&&p| {
                let go = sum < f64::from(s.top_p);
                sum += p;
                go
            })
            .count();
        order.truncate(keep);
    }
    order.retain(|&i| (scaled[i] - scaled[order_best(&scaled)]).exp() >= f64::from(s.min_p));
    let p = softmax(&order.iter().map(|&i| scaled[i]).collect::<Vec<_>>());
    let mut all = vec![0.0; logits.len()];
    for (i, p) in order.into_iter().zip(p) {
        all[i] = p;
    }
    all
}

fn order_best(scaled: &[f64]) -> usize {
    (0..scaled.len()).max_by(|&a, &b| scaled[a].total_cmp(&scaled[b])).unwrap()
}

#[test]
fn opinion_is_the_softmax_and_its_entropy() {
    let l = logits(1000, 1);
    let o = Opinion::of(&l).unwrap();
    let p = softmax(&l.iter().map(|&l| f64::from(l)).collect::<Vec<_>>());
    for (i, p) in p.iter().enumerate() {
        assert!((o.probability(l[i]) - p).abs() < 1e-9, "token {i}");
    }
    let entropy: f64 = p.iter().map(|p| -p * p.log2()).sum();
    assert!((f64::from(o.entropy) - entropy).abs() < 1e-4);
    let even = Opinion::of(&[2.0; 8]).unwrap();
    assert!((even.entropy - 3.0).abs() < 1e-6, "8 equal options are 3 bits");
}

#[test]
fn broken_logits_are_refused_or_read_as_impossible() {
    assert!(Opinion::of(&[f32::NAN; 4]).is_none());
    assert!(Opinion::of(&[f32::NEG_INFINITY; 4]).is_none());
    assert!(Chain::apply(&[f32::NAN; 4], &[], &plain()).is_none());
    let l = [f32::NAN, 1.0, f32::NEG_INFINITY, 1.0];
    assert!((Opinion::of(&l).unwrap().probability(1.0) - 0.5).abs() < 1e-9);
    assert_eq!(Opinion::of(&l).unwrap().probability(f32::NAN), 0.0);
    let c = Chain::apply(&l, &[], &plain()).unwrap();
    assert_eq!((c.probability(0), c.probability(1)), (0.0, 0.5));
}

#[test]
fn every_combination_of_cuts_equals_the_reference() {
    for (round, n) in [(1, 7), (2, 300), (3, 5000), (4, 20_000)] {
        let l = logits(n, round);
        for temperature in [0.3, 1.0, 2.5] {
            for top_k in [0, 1, 5, 1000] {
                for top_p in [0.0, 0.2, 0.9, 0.9999, 1.0] {
                    for min_p in [0.0, 0.05, 0.5, 1.0] {
                        let s = Sampling { temperature, top_k, top_p, min_p, ..plain() };
                        let mut expected = reference(&l, &s);
                        if top_p == 0.0 {
                            // The smallest set that reaches 0 is empty; one candidate must stay.
                            let best = order_best(&l.iter().map(|&l| f64::from(l)).collect::<Vec<_>>());
                            expected = vec![0.0; n];
                            expected[best] = 1.0;
                        }
                        let chain = Chain::apply(&l, &[], &s).unwrap();
                        let mut sum = 0.0;
                        for (id, e) in expected.iter().enumerate() {
                            let p = chain.probability(id as u32);
                            sum += p;
                            assert!((p - e).abs() < 1e-6, "{s:?} n {n} id {id}: {p} for {e}");
                            assert_eq!(chain.cut_by(id as u32).is_none(), *e > 0.0, "{s:?} n {n} id {id}");
                        }
                        assert!((sum - 1.0).abs() < 1e-9, "{s:?} sums to {sum}");
                        assert_eq!(chain.survivors(), expected.iter().filter(|e| **e > 0.0).count());
                    }
                }
            }
        }
    }
}

#[test]
fn the_rule_that_cut_is_named() {
    // Probabilities 0.4, 0.3, 0.2, 0.1 at temperature 1.
    let l: Vec<f32> = [0.4f32, 0.3, 0.2, 0.1].iter().map(|p| p.ln()).collect();
    let rules = |s: &Sampling| -> Vec<Option<CutRule>> {
        let c = Chain::apply(&l, &[], s).unwrap();
        (0..4).map(|id| c.cut_by(id)).collect()
    };
    use CutRule::*;
    assert_eq!(rules(&Sampling { top_k: 3, top_p: 0.7, ..plain() }), [None, None, Some(TopP), Some(TopK)]);
    assert_eq!(rules(&Sampling { min_p: 0.6, ..plain() }), [None, None, Some(MinP), Some(MinP)]);
    assert_eq!(
        rules(&Sampling { temperature: 0.0, top_k: 3, ..plain() }),
        [None, Some(Greedy), Some(Greedy), Some(Greedy)]
    );
    let biased = Sampling { logit_bias: vec![(0, f32::NEG_INFINITY)], ..plain() };
    assert_eq!(rules(&biased), [Some(LogitBias), None, None, None]);
}

#[test]
fn greedy_takes_the_first_of_equals() {
    let chain = Chain::apply(&[1.0, 5.0, 5.0], &[], &Sampling { temperature: 0.0, ..plain() }).unwrap();
    assert_eq!(chain.best(), 1);
    assert_eq!(chain.draw(0.999), 1);
}

#[test]
fn penalties_follow_their_formulas() {
    let l = [2.0, -2.0, 1.0, 0.5];
    let recent = [3, 0, 0, 1];
    let s = Sampling {
        repetition_penalty: 2.0,
        frequency_penalty: 0.25,
        presence_penalty: 0.5,
        penalty_window: 3,
        ..plain()
    };
    // Id 3 is outside the window. 0: 2/2 - 2*0.25 - 0.5; 1: -2*2 - 0.25 - 0.5.
    let expected = softmax(&[0.0, -4.75, 1.0, 0.5]);
    let chain = Chain::apply(&l, &recent, &s).unwrap();
    for (id, e) in expected.iter().enumerate() {
        assert!((chain.probability(id as u32) - e).abs() < 1e-6, "id {id}");
    }
    let no_window = Sampling { penalty_window: 0, ..s };
    assert!(
        (Chain::apply(&l, &recent, &no_window).unwrap().probability(0) - softmax(&[2.0, -2.0, 1.0, 0.5])[0])
            .abs()
            < 1e-6
    );
}

#[test]
fn draws_follow_the_distribution_and_only_survivors_are_drawn() {
    let l: Vec<f32> = [0.5f32, 0.25, 0.15, 0.1].iter().map(|p| p.ln()).collect();
    for s in [plain(), Sampling { top_k: 2, ..plain() }] {
        let chain = Chain::apply(&l, &[], &s).unwrap();
        let mut counts = [0u32; 4];
        let n = 20_000;
        for step in 0..n {
            counts[chain.draw(uniform(7, step)) as usize] += 1;
        }
        for (id, count) in counts.iter().enumerate() {
            let p = chain.probability(id as u32);
            let deviation = (p * (1.0 - p) / n as f64).sqrt();
            assert!(
                (f64::from(*count) / n as f64 - p).abs() <= 5.0 * deviation,
                "id {id}: {count} of {n} for {p}"
            );
        }
    }
    let chain = Chain::apply(&l, &[], &plain()).unwrap();
    assert_eq!(chain.draw(0.0), 0);
    assert_eq!(chain.draw(1.0 - f64::EPSILON / 2.0), 3);
}

#[test]
fn the_same_seed_and_step_give_the_same_number() {
    assert_eq!(uniform(42, 3), uniform(42, 3));
    assert_ne!(uniform(42, 3), uniform(42, 4));
    assert_ne!(uniform(42, 3), uniform(43, 3));
    let mean = (0..10_000).map(|step| uniform(1, step)).sum::<f64>() / 10_000.0;
    assert!((mean - 0.5).abs() < 0.02, "mean {mean}");
}

#[test]
fn a_description_adds_up() {
    let l = logits(2000, 9);
    let s = Sampling { temperature: 0.8, top_p: 0.9, ..plain() };
    let (o, c) = (Opinion::of(&l).unwrap(), Chain::apply(&l, &[], &s).unwrap());
    let d = describe(&l, &o, &c, 1234, 10, |id| format!("{id:02x}"));
    assert_eq!(d.alternatives.len(), 10);
    assert_eq!(d.rest_count, 1990);
    let sum: f32 = d.alternatives.iter().map(|a| a.probability).sum::<f32>() + d.rest_probability;
    assert!((sum - 1.0).abs() < 1e-5, "{sum}");
    let sum: f32 =
        d.alternatives.iter().map(|a| a.settings_probability).sum::<f32>() + d.rest_settings_probability;
    assert!((sum - 1.0).abs() < 1e-5, "{sum}");
    assert!(d.alternatives.windows(2).all(|w| w[0].probability >= w[1].probability));
    let higher = l.iter().filter(|x| **x > l[1234]).count() as u32;
    assert_eq!(d.rank, higher + 1);
    assert_eq!(describe(&l, &o, &c, 0, 0, |_| String::new()).rest_probability, 1.0);
    assert_eq!(
        describe(
            &l[..3],
            &Opinion::of(&l[..3]).unwrap(),
            &Chain::apply(&l[..3], &[], &s).unwrap(),
            0,
            10,
            |_| String::new()
        )
        .alternatives
        .len(),
        3
    );
}
