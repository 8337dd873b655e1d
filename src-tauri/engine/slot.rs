//! Who holds the one model slot, and what the world is told about it.
//!
//! Occupant and published state change under one lock, so they never contradict each other.
//! Every load has a ticket; a load whose ticket is no longer the newest changes nothing any more.

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::watch;
use vitrine_core::protocol::{LoadOptions, ModelLoaded, ModelProgress};

use super::WorkerProcess;
use crate::contract::{MemoryPressure, ModelState};
use crate::Error;

/// A loaded model and the worker that has it.
#[derive(Debug, Clone)]
pub struct ReadyModel {
    pub worker: Arc<WorkerProcess>,
    /// As it was asked for.
    pub options: LoadOptions,
    pub model: ModelLoaded,
}

/// Who holds the slot.
#[derive(Debug, Default)]
pub enum Occupant {
    #[default]
    Nobody,
    Loading(Arc<WorkerProcess>),
    Ready(Box<ReadyModel>),
}

/// Names one load. The newest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(u64);

#[derive(Debug)]
pub struct Slot {
    inner: Mutex<Inner>,
    state: watch::Sender<ModelState>,
}

#[derive(Debug, Default)]
struct Inner {
    ticket: u64,
    occupant: Occupant,
}

impl Slot {
    pub fn new() -> Self {
        Self { inner: Mutex::default(), state: watch::Sender::new(ModelState::Empty) }
    }

    pub fn state(&self) -> ModelState {
        self.state.borrow().clone()
    }

    pub fn subscribe(&self) -> watch::Receiver<ModelState> {
        self.state.subscribe()
    }

    pub fn ready(&self) -> Option<ReadyModel> {
        match &self.lock().occupant {
            Occupant::Ready(ready) => Some(ReadyModel::clone(ready)),
            Occupant::Nobody | Occupant::Loading(_) => None,
        }
    }

    /// The process that holds memory now.
    pub fn pid(&self) -> Option<u32> {
        match &self.lock().occupant {
            Occupant::Nobody => None,
            Occupant::Loading(worker) => Some(worker.pid()),
            Occupant::Ready(ready) => Some(ready.worker.pid()),
        }
    }

    /// A new load takes over. Whoever was there is handed back, to be ended.
    pub fn begin(&self, state: ModelState) -> (Ticket, Occupant) {
        let mut inner = self.lock();
        inner.ticket += 1;
        self.state.send_replace(state);
        (Ticket(inner.ticket), std::mem::take(&mut inner.occupant))
    }

    /// Empties the slot and makes every load that is under way stale.
    pub fn clear(&self) -> Occupant {
        self.begin(ModelState::Empty).1
    }

    /// Empties the slot where a load is under way.
    pub fn clear_loading(&self) -> Occupant {
        let mut inner = self.lock();
        if !matches!(*self.state.borrow(), ModelState::Loading { .. }) {
            return Occupant::Nobody;
        }
        inner.ticket += 1;
        self.state.send_replace(ModelState::Empty);
        std::mem::take(&mut inner.occupant)
    }

    pub fn is_current(&self, ticket: Ticket) -> bool {
        self.lock().ticket == ticket.0
    }

    /// `false`, and nothing done, where the ticket is stale.
    pub fn occupy(&self, ticket: Ticket, worker: Arc<WorkerProcess>) -> bool {
        self.when_current(ticket, |inner| inner.occupant = Occupant::Loading(worker))
    }

    pub fn progress(&self, ticket: Ticket, progress: ModelProgress) {
        self.when_current(ticket, |_| {
            self.state.send_modify(|state| {
                if let ModelState::Loading { stage, bytes, total_bytes, fraction, .. } = state {
                    *stage = progress.stage;
                    *bytes = progress.bytes;
                    *total_bytes = progress.total_bytes;
                    *fraction = progress.fraction.clamp(*fraction, 1.0);
                }
            });
        });
    }

    /// `false`, and nothing done, where the ticket is stale.
    pub fn loaded(&self, ticket: Ticket, ready: &ReadyModel, memory: u64, expected: u64) -> bool {
        self.when_current(ticket, |inner| {
            inner.occupant = Occupant::Ready(Box::new(ready.clone()));
            let pressure = MemoryPressure::Calm;
            self.state.send_replace(ModelState::Ready {
                model: ready.model.clone(),
                memory,
                expected,
                pressure,
            });
        })
    }

    /// `false`, and nothing done, where the ticket is stale.
    pub fn load_failed(&self, ticket: Ticket, path: &str, error: &Error) -> bool {
        self.when_current(ticket, |inner| {
            inner.occupant = Occupant::Nobody;
            self.state.send_replace(failed(path, error));
        })
    }

    /// A file was refused before anything was started: said where nothing else is going on.
    pub fn refused(&self, path: &str, error: &Error) {
        let _inner = self.lock();
        self.state.send_if_modified(|state| {
            let idle = matches!(state, ModelState::Empty | ModelState::Failed { .. });
            if idle {
                *state = failed(path, error);
            }
            idle
        });
    }

    /// The worker with the loaded model is gone. `false` where it no longer held the slot.
    pub fn lost(&self, worker: &Arc<WorkerProcess>, error: &Error) -> bool {
        let mut inner = self.lock();
        let path = match &inner.occupant {
            Occupant::Ready(ready) if Arc::ptr_eq(&ready.worker, worker) => ready.model.info.path.clone(),
            _ => return false,
        };
        inner.occupant = Occupant::Nobody;
        self.state.send_replace(failed(&path, error));
        true
    }

    /// A new measurement, and what it makes of the machine. Small changes are not worth a message
    /// to everybody.
    pub fn measured(
        &self,
        worker: &Arc<WorkerProcess>,
        measured: u64,
        least_change: u64,
        judge: impl FnOnce(MemoryPressure) -> MemoryPressure,
    ) {
        let inner = self.lock();
        match &inner.occupant {
            Occupant::Ready(ready) if Arc::ptr_eq(&ready.worker, worker) => {}
            _ => return,
        }
        self.state.send_if_modified(|state| match state {
            ModelState::Ready { memory, pressure, .. } => {
                let judged = judge(*pressure);
                let changed = memory.abs_diff(measured) >= least_change || judged != *pressure;
                if changed {
                    (*memory, *pressure) = (measured, judged);
                }
                changed
            }
            _ => false,
        });
    }

    fn when_current(&self, ticket: Ticket, change: impl FnOnce(&mut Inner)) -> bool {
        let mut inner = self.lock();
        let current = inner.ticket == ticket.0;
        if current {
            change(&mut inner);
        }
        current
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no panic while holding the slot")
    }
}

fn failed(path: &str, error: &Error) -> ModelState {
    ModelState::Failed { path: path.into(), error: error.into() }
}
