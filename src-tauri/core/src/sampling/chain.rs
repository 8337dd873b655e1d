//! What the settings leave of the model's opinion.

use std::collections::HashMap;

use super::{before, sweep};
use crate::protocol::{CutRule, Sampling};

/// So many candidates decide the cuts of all but very flat distributions.
const FEW: usize = 8192;

/// Candidates that are weighed together where one is drawn from the whole vocabulary.
const BLOCK: usize = 64;

/// The distribution after all settings, of one step. See the module documentation for the order.
#[derive(Debug, Clone)]
pub struct Chain {
    /// Logits after bias and penalties; NaN has become -inf.
    adjusted: Vec<f32>,
    /// The best of them, and its logit.
    best: (f32, u32),
    /// 0 for greedy.
    temperature: f64,
    /// The last survivor of each cut that took something away, in the order of the cuts.
    cuts: Vec<(CutRule, (f32, u32))>,
    /// Sum of exp((logit - best) / temperature) over the survivors.
    sum: f64,
    /// Survivors, best first; `None` where nothing was cut.
    kept: Option<Vec<u32>>,
}

impl Chain {
    /// `recent` are the ids so far, oldest first (prompt included); the penalties look at the last
    /// `penalty_window` of them. `None` where no candidate is left (no finite logit, or all biased away).
    pub fn apply(logits: &[f32], recent: &[u32], sampling: &Sampling) -> Option<Self> {
        let adjusted = adjust(logits, recent, sampling);
        let top = sweep::max(&adjusted);
        if !top.is_finite() {
            return None;
        }
        let best = (top, adjusted.iter().position(|&logit| logit == top)? as u32);
        let mut chain = Self {
            adjusted,
            best,
            temperature: f64::from(sampling.temperature.max(0.0)),
            cuts: Vec::new(),
            sum: 1.0,
            kept: None,
        };
        if chain.temperature == 0.0 {
            chain.cuts.push((CutRule::Greedy, best));
            chain.kept = Some(vec![best.1]);
        } else {
            chain.cut(sampling);
        }
        Some(chain)
    }

    /// exp((logit - best) / temperature): proportional to the probability; 1 for the best.
    fn weight(&self, logit: f32) -> f64 {
        sweep::weight(logit, self.best.0, self.temperature)
    }

    fn cut(&mut self, sampling: &Sampling) {
        let vocabulary = self.adjusted.len();
        let top_k = match sampling.top_k as usize {
            0 => vocabulary,
            k => k.min(vocabulary),
        };
        let (whole, _) = sweep::weigh(&self.adjusted, self.best.0, self.temperature);
        let cuts_by_p = sampling.top_p < 1.0 || sampling.min_p > 0.0;
        if top_k == vocabulary && !cuts_by_p {
            self.sum = whole;
            return;
        }

        let mut survivors = self.best_sorted(top_k, whole, sampling);
        if top_k < vocabulary {
            survivors.truncate(top_k);
            self.cuts.push((CutRule::TopK, *survivors.last().expect("top_k is at least 1")));
        }
        if sampling.top_p < 1.0 {
            let of_all: f64 = if top_k < vocabulary { self.sum_of(&survivors) } else { whole };
            let goal = f64::from(sampling.top_p.max(0.0)) * of_all;
            let mut sum = 0.0;
            let reach = survivors.iter().position(|&(logit, _)| {
                sum += self.weight(logit);
                sum >= goal
            });
            // Not reached: by rounding at the very end, or because min-p ends the prefix earlier.
            if let Some(keep) = reach.map(|last| last + 1).filter(|keep| *keep < top_k) {
                survivors.truncate(keep);
                self.cuts.push((CutRule::TopP, survivors[keep - 1]));
            }
        }
        if sampling.min_p > 0.0 {
            let least = f64::from(sampling.min_p.min(1.0));
            let keep = survivors.partition_point(|&(logit, _)| self.weight(logit) >= least).max(1);
            if keep < survivors.len() {
                survivors.truncate(keep);
                self.cuts.push((CutRule::MinP, survivors[keep - 1]));
            }
        }
        self.sum = self.sum_of(&survivors);
        self.kept = Some(survivors.into_iter().map(|(_, id)| id).collect());
    }

    fn sum_of(&self, candidates: &[(f32, u32)]) -> f64 {
        candidates.iter().map(|&(logit, _)| self.weight(logit)).sum()
    }

    /// A sorted prefix of the candidates, long enough for every cut: sorting a whole vocabulary
    /// takes longer than a small model's forward pass, and mostly a few hundred candidates decide.
    fn best_sorted(&self, top_k: usize, whole: f64, sampling: &Sampling) -> Vec<(f32, u32)> {
        let vocabulary = self.adjusted.len();
        let mut length = if top_k < vocabulary { top_k } else { 256 };
        loop {
            let prefix = sweep::best(&self.adjusted, length);
            let enough_for_top_p =
                sampling.top_p < 1.0 && self.sum_of(&prefix) >= f64::from(sampling.top_p.max(0.0)) * whole;
            let last = prefix.last().map_or(f32::NEG_INFINITY, |&(logit, _)| logit);
            let enough_for_min_p =
                sampling.min_p > 0.0 && self.weight(last) < f64::from(sampling.min_p.min(1.0));
            if length >= vocabulary || top_k == length || enough_for_top_p || enough_for_min_p {
                return prefix;
            }
            // Where 8,000 do not decide, the distribution is so flat that most of it will be needed.
            length = if length < FEW { FEW } else { vocabulary };
        }
    }

    /// Which rule took this candidate away; `None` where it can be drawn.
    pub fn cut_by(&self, id: u32) -> Option<CutRule> {
        let logit = self.adjusted[id as usize];
        if logit == f32::NEG_INFINITY {
            return Some(CutRule::LogitBias);
        }
        self.cuts.iter().find(|(_, last)| before(*last, (logit, id))).map(|(rule, _)| *rule)
    }

    /// The chance (0 to 1) with which this candidate is drawn.
    pub fn probability(&self, id: u32) -> f64 {
        if self.cut_by(id).is_some() {
            0.0
        } else if self.temperature == 0.0 {
            1.0
        } else {
            self.weight(self.adjusted[id as usize]) / self.sum
        }
    }

    /// The candidate with the highest chance.
    pub fn best(&self) -> u32 {
        self.best.1
    }

    /// How many candidates can be drawn.
    pub fn survivors(&self) -> usize {
        self.kept.as_ref().map_or_else(
            || self.adjusted.iter().filter(|logit| **logit > f32::NEG_INFINITY).count(),
            Vec::len,
        )
    }

    /// The candidate at which the running sum of the chances passes `uniform` (0 to 1, exclusive).
    pub fn draw(&self, uniform: f64) -> u32 {
        if self.temperature == 0.0 {
            return self.best.1;
        }
        let goal = uniform * self.sum;
        let mut sum = 0.0;
        let mut last = self.best.1;
        let mut passes = |id: u32, weight: f64| {
            if weight > 0.0 {
                sum += weight;
                last = id;
            }
            sum > goal
        };
        let found = match &self.kept {
            Some(kept) => {
                let weight = |id: u32| self.weight(self.adjusted[id as usize]);
                kept.iter().copied().find(|&id| passes(id, weight(id)))
            }
            None => self.adjusted.chunks(BLOCK).zip((0u32..).step_by(BLOCK)).find_map(|(block, first)| {
                let mut weights = [0.0; BLOCK];
                sweep::weights(block, self.best.0, self.temperature, &mut weights);
                let mut candidates = (first..).zip(&weights[..block.len()]);
                candidates.find(|(id, weight)| passes(*id, **weight)).map(|(id, _)| id)
            }),
        };
        // Rounding may leave the sum a hair below the goal: then it is the last possible candidate.
        found.unwrap_or(last)
    }
}

/// Bias and penalties.
fn adjust(logits: &[f32], recent: &[u32], sampling: &Sampling) -> Vec<f32> {
    let mut adjusted: Vec<f32> =
        logits.iter().map(|&logit| if logit.is_nan() { f32::NEG_INFINITY } else { logit }).collect();
    for &(id, bias) in &sampling.logit_bias {
        if let Some(logit) = adjusted.get_mut(id as usize) {
            *logit += bias;
        }
    }
    let penalised = sampling.repetition_penalty != 1.0
        || sampling.frequency_penalty != 0.0
        || sampling.presence_penalty != 0.0;
    if penalised {
        let window = &recent[recent.len().saturating_sub(sampling.penalty_window as usize)..];
        let mut counts: HashMap<u32, u32> = HashMap::new();
        for &id in window {
            *counts.entry(id).or_default() += 1;
        }
        for (id, count) in counts {
            let Some(logit) = adjusted.get_mut(id as usize) else { continue };
            if *logit > 0.0 {
                *logit /= sampling.repetition_penalty;
            } else {
                *logit *= sampling.repetition_penalty;
            }
            *logit -= count as f32 * sampling.frequency_penalty + sampling.presence_penalty;
        }
    }
    adjusted
}
