//! The candidates of one step laid on the table: they can be looked at through any settings, as
//! often as one likes, with no further forward pass.

use super::{describe, Chain, Opinion};
use crate::protocol::{Alternative, Sampling, StepOffer};

/// Most candidates that are listed.
pub const MOST_CANDIDATES: usize = 1000;

/// The true distribution of a step that waits.
#[derive(Debug, Clone)]
pub struct Table {
    /// Raw logits of the whole vocabulary.
    pub logits: Vec<f32>,
    /// All ids so far, prompt included: penalties look at them.
    pub ids: Vec<u32>,
    /// Place in the whole sequence, prompt included.
    pub position: u32,
    /// Place in the answer, counted from 0.
    pub token_index: u32,
}

impl Table {
    /// What these settings leave. `bytes` gives a token's bytes in hex. `None` where no candidate is left.
    pub fn offer(
        &self,
        sampling: &Sampling,
        candidates: usize,
        bytes: impl Fn(u32) -> String,
    ) -> Option<StepOffer> {
        let (opinion, chain) = self.look(sampling)?;
        let listed = candidates.min(MOST_CANDIDATES);
        let described = describe(&self.logits, &opinion, &chain, chain.best(), listed, bytes);
        Some(StepOffer {
            position: self.position,
            token_index: self.token_index,
            sampling: sampling.clone(),
            entropy: described.entropy,
            candidates: described.alternatives,
            rest_probability: described.rest_probability,
            rest_settings_probability: described.rest_settings_probability,
            rest_count: described.rest_count,
            survivors: chain.survivors() as u32,
            best: chain.best(),
            log_sum_exp: opinion.log_sum_exp() as f32,
            recent: self.ids[self.ids.len().saturating_sub(sampling.penalty_window as usize)..].to_vec(),
        })
    }

    /// Single tokens, listed or not. Ids beyond the vocabulary are passed over.
    pub fn describe(
        &self,
        sampling: &Sampling,
        ids: &[u32],
        bytes: impl Fn(u32) -> String,
    ) -> Option<Vec<Alternative>> {
        let (opinion, chain) = self.look(sampling)?;
        let known = ids.iter().copied().filter(|id| (*id as usize) < self.logits.len());
        let described = known.map(|id| Alternative {
            id,
            bytes: bytes(id),
            probability: opinion.probability(self.logits[id as usize]) as f32,
            settings_probability: chain.probability(id) as f32,
            rank: super::opinion::rank(&self.logits, id),
            cut: chain.cut_by(id),
        });
        Some(described.collect())
    }

    fn look(&self, sampling: &Sampling) -> Option<(Opinion, Chain)> {
        Some((Opinion::of(&self.logits)?, Chain::apply(&self.logits, &self.ids, sampling)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::CutRule;

    fn table() -> Table {
        Table { logits: vec![2.0, 1.0, 0.5, -1.0], ids: vec![0, 0, 2], position: 9, token_index: 3 }
    }

    fn sampling() -> Sampling {
        Sampling { temperature: 1.0, top_p: 1.0, ..Sampling::default() }
    }

    #[test]
    fn the_same_table_is_seen_through_any_settings() {
        let table = table();
        let name = |id: u32| format!("{id:02x}");
        let open = table.offer(&sampling(), 2, name).expect("candidates");
        assert_eq!((open.position, open.token_index, open.survivors, open.best), (9, 3, 4, 0));
        assert_eq!((open.candidates.len(), open.rest_count), (2, 2));
        let logit = open.candidates[1].probability.ln() + open.log_sum_exp;
        assert!((logit - 1.0).abs() < 1e-5, "{logit}");
        assert_eq!(open.recent, [0, 0, 2]);
        let short = table.offer(&Sampling { penalty_window: 2, ..sampling() }, 2, name).expect("candidates");
        assert_eq!(short.recent, [0, 2]);
        let sum: f32 = open.candidates.iter().map(|one| one.probability).sum();
        assert!((sum + open.rest_probability - 1.0).abs() < 1e-6);

        let narrow = table.offer(&Sampling { top_k: 1, ..sampling() }, 4, name).expect("candidates");
        let cuts: Vec<_> = narrow.candidates.iter().map(|one| one.cut).collect();
        assert_eq!(cuts, [None, Some(CutRule::TopK), Some(CutRule::TopK), Some(CutRule::TopK)]);
        assert_eq!(narrow.candidates[0].probability, open.candidates[0].probability, "the opinion stays");

        let tired = Sampling { frequency_penalty: 1.0, ..sampling() };
        let tired = table.offer(&tired, 4, name).expect("candidates");
        assert_eq!((tired.best, tired.candidates[0].id), (1, 0), "id 0 came twice, so 1 is now the best");
    }

    #[test]
    fn any_token_can_be_asked_for() {
        let asked = table().describe(&sampling(), &[3, 99, 0], |_| String::new()).expect("candidates");
        let ranks: Vec<_> = asked.iter().map(|one| (one.id, one.rank)).collect();
        assert_eq!(ranks, [(3, 4), (0, 1)]);
    }

    #[test]
    fn no_candidate_is_no_offer() {
        let nothing = Table { logits: vec![f32::NEG_INFINITY; 3], ..table() };
        assert!(nothing.offer(&sampling(), 3, |_| String::new()).is_none());
    }
}
