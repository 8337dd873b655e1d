//! The pre-flight card: what a model is, what it would take, and what happened last time.

use vitrine_core::protocol::ModelInfo;

use super::{attempt, Library};
use crate::contract::{PreflightCard, Settings};
use crate::fit::{self, Machine};
use crate::history::recent_models;

impl Library {
    /// Puts the card together. `held`: what the open model holds of the machine's free memory; `set`: what it begins with.
    pub async fn card(&self, info: ModelInfo, machine: &Machine, held: u64, set: &Settings) -> PreflightCard {
        let path = info.path.clone();
        let last = self.history.call(move |connection| recent_models::options(connection, &path)).await;
        let last = last.unwrap_or_else(|error| {
            tracing::warn!(%error, "not known how this model was loaded last");
            None
        });
        let trouble = attempt::trouble(&self.history, &info.path, attempt::stamp(&info.path).await).await;
        // Fewer threads than cores make it slower, and the card says so.
        let cores = set.threads_on(machine.cores).unwrap_or(machine.cores);
        let plans = fit::plans(&info, &Machine { cores, ..*machine });
        let suggested = fit::suggested(&plans, last.as_ref(), set.usual_context(info.context_length));
        PreflightCard {
            size: fit::size_class(info.parameters),
            precision: fit::precision(&info),
            suggested: u32::try_from(suggested).unwrap_or(0),
            plans,
            free_memory: machine.memory.free,
            held_memory: held,
            reserve: fit::reserve(machine.memory.total).min(machine.memory.free),
            total_memory: machine.memory.total,
            trouble,
            info,
        }
    }
}
