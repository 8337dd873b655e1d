//! The sampling chain as a pure function: logits -> candidates with reasons -> choice.
//!
//! One step has two distributions, and Vitrine shows both:
//!
//! * the **model's opinion** ([`Opinion`]): softmax of the raw logits;
//! * what the **settings leave of it** ([`Chain`]), in this fixed order:
//!   1. `logit_bias`: added to the logits;
//!   2. `repetition_penalty`, then `frequency_penalty` and `presence_penalty`, over the last `penalty_window` tokens;
//!   3. `temperature`: logits are divided by it; 0 keeps only the best (greedy) and skips the rest;
//!   4. `top_k`: the k best stay;
//!   5. `top_p`: of these, renormalised, the smallest prefix whose sum reaches p stays;
//!   6. `min_p`: of these, all at least `min_p` times as probable as the best stay;
//!   7. softmax over what stayed.
//!
//! All three cuts keep a prefix of the same order (best first, ties by smaller id). So a
//! candidate's fate needs no list: comparing it with the last survivor of each cut tells
//! whether, and by which rule, it was taken away.
//!
//! Sources: repetition penalty, Keskar et al. 2019 (CTRL), as in Hugging Face's
//! `RepetitionPenaltyLogitsProcessor`; frequency and presence penalty, the OpenAI API reference;
//! top-p, Holtzman et al. 2019; min-p, Nguyen et al. 2024.

mod chain;
mod draw;
mod offer;
mod opinion;
mod record;
mod sweep;

pub use chain::Chain;
pub use draw::uniform;
pub use offer::{Table, MOST_CANDIDATES};
pub use opinion::{top_ids, Opinion};
pub use record::{describe, Description};

/// Best first: higher value, then smaller id.
pub(crate) fn before(a: (f32, u32), b: (f32, u32)) -> bool {
    a.0 > b.0 || (a.0 == b.0 && a.1 < b.1)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod window_fixture;
