//! The places for loaded models: one that everything uses, and a second for comparisons. Each has
//! a supervisor and a worker of its own, so that whatever happens in one leaves the other alone.

use crate::contract::ModelSlot;
use crate::engine::{ReadyModel, Supervisor};
use crate::Error;

/// Both slots.
#[derive(Debug, Clone)]
pub struct Slots {
    pub a: Supervisor,
    pub b: Supervisor,
}

impl Slots {
    pub fn of(&self, slot: ModelSlot) -> &Supervisor {
        match slot {
            ModelSlot::A => &self.a,
            ModelSlot::B => &self.b,
        }
    }

    /// The loaded model of a slot.
    ///
    /// # Errors
    /// `NoModel`.
    pub fn ready(&self, slot: ModelSlot) -> Result<ReadyModel, Error> {
        self.of(slot).ready()
    }
}
