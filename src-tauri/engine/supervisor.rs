//! The one model slot: load, cancel, unload, notice a death.
//!
//! At most one worker holds a model. A new load ends the old worker first, so that two models
//! never need memory together; a file that is refused beforehand leaves the loaded model alone.
//! After a death the slot is `Failed`, and the next load starts a fresh worker.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch, Mutex};
use tokio::time::{sleep_until, Instant};
use vitrine_core::protocol::{
    method, ErrorKind, LoadOptions, LoadStage, ModelInfo, ModelLoad, ModelLoaded, ModelProgress,
    Notification, RpcError, Support, WorkerStatus,
};

use super::memory::{self, MachineMemory};
use super::prepared::Prepared;
use super::slot::{Occupant, ReadyModel, Slot, Ticket};
use super::{WorkerProcess, WorkerProgram};
use crate::blocking::blocking;
use crate::contract::{ErrorCode, ModelState, ShellErrorCode};
use crate::fit::{self, Machine};
use crate::Error;

/// Changes of the worker's memory below this are not reported.
const LEAST_MEMORY_CHANGE: u64 = 1024 * 1024;

/// For a question that needs no computation.
const STATUS_LIMIT: Duration = Duration::from_secs(10);

/// How patient the supervisor is.
#[derive(Debug, Clone)]
pub struct Patience {
    /// Without progress and without answer for this long, a load has failed.
    pub load_silence: Duration,
    /// How long a worker may take to end by itself.
    pub unload_grace: Duration,
    /// How often the memory of a worker is measured that has something to do.
    pub memory_interval: Duration,
    /// And of one that has not: other programs may need memory, too.
    pub idle_interval: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            load_silence: Duration::from_secs(180),
            unload_grace: Duration::from_secs(1),
            memory_interval: Duration::from_secs(2),
            idle_interval: Duration::from_secs(30),
        }
    }
}

/// What is looked at before a worker is started. Replaced in tests.
#[derive(Debug, Clone, Copy)]
pub struct Preflight {
    /// Reads a model's header, never its weights.
    pub inspect: fn(&Path) -> Result<ModelInfo, RpcError>,
    pub machine: fn() -> MachineMemory,
    pub cores: fn() -> u32,
    /// Bytes that a prepared model may have on the disk of a folder.
    pub disk: fn(&Path) -> Option<u64>,
}

/// Holds the slot. Clones are the same supervisor.
#[derive(Debug, Clone)]
pub struct Supervisor {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    program: WorkerProgram,
    preflight: Preflight,
    patience: Patience,
    slot: Slot,
    /// Held from the end of the old worker to the start of the new one.
    transition: Mutex<()>,
}

impl Supervisor {
    pub fn new(program: WorkerProgram, preflight: Preflight, patience: Patience) -> Self {
        Self {
            inner: Arc::new(Inner {
                program,
                preflight,
                patience,
                slot: Slot::new(),
                transition: Mutex::new(()),
            }),
        }
    }

    /// How its workers are started.
    pub fn program(&self) -> &WorkerProgram {
        &self.inner.program
    }

    pub fn state(&self) -> ModelState {
        self.inner.slot.state()
    }

    /// Is a model there, or on its way?
    pub fn is_taken(&self) -> bool {
        matches!(self.state(), ModelState::Ready { .. } | ModelState::Loading { .. })
    }

    /// Every change of [`Self::state`]; intermediate ones may be skipped.
    pub fn subscribe(&self) -> watch::Receiver<ModelState> {
        self.inner.slot.subscribe()
    }

    /// The loaded model.
    ///
    /// # Errors
    /// `NoModel`.
    pub fn ready(&self) -> Result<ReadyModel, Error> {
        let none = || Error::refused(ErrorKind::NoModel, "no model is loaded");
        self.inner.slot.ready().ok_or_else(none)
    }

    /// What the file says about itself.
    ///
    /// # Errors
    /// Whatever the header reader finds wrong.
    pub async fn inspect(&self, path: &str) -> Result<ModelInfo, Error> {
        let (inspect, given) = (self.inner.preflight.inspect, path.to_owned());
        Ok(blocking("reading a header", move || inspect(Path::new(&given))).await??)
    }

    /// Loads a model in place of the one that is there. Progress goes to [`Self::subscribe`].
    ///
    /// # Errors
    /// What is wrong with the file or with the memory (the old model then stays), what the
    /// worker says, how it died, or [`Error::Cancelled`].
    pub async fn load(&self, path: &str, options: LoadOptions) -> Result<ModelLoaded, Error> {
        let info = match self.check(path, &options).await {
            Ok(info) => info,
            Err(error) => {
                self.inner.slot.refused(path, &error);
                return Err(error);
            }
        };
        let (ticket, previous) = self.inner.slot.begin(ModelState::Loading {
            path: path.into(),
            name: info.name,
            stage: LoadStage::Header,
            bytes: 0,
            total_bytes: info.file_size,
            fraction: 0.0,
        });
        if let Occupant::Loading(worker) = &previous {
            // The other load holds `transition` until its worker is gone.
            worker.start_kill();
        }
        let _alone = self.inner.transition.lock().await;
        self.end(previous).await;
        let mut outcome = self.load_into_new_worker(ticket, path, options).await;
        if let Err(error) = &outcome {
            if let Some(cause) = self.changed_meanwhile(path, error).await {
                outcome = Err(cause);
            }
        }
        match outcome {
            Err(error) if self.inner.slot.load_failed(ticket, path, &error) => Err(error),
            // Somebody cancelled or loads another: how this worker ended says nothing.
            Err(_) => Err(Error::Cancelled),
            Ok(model) => Ok(model),
        }
    }

    /// Stops a load that is under way; the worker is gone, and its memory free, on return.
    pub async fn cancel(&self) {
        if let Occupant::Loading(worker) = self.inner.slot.clear_loading() {
            worker.kill().await;
        }
    }

    /// Ends the worker, whatever it is doing; its memory is free on return.
    pub async fn unload(&self) {
        let occupant = self.inner.slot.clear();
        self.end(occupant).await;
        // A load that had not started its worker yet gives up before this lock is free.
        let _settled = self.inner.transition.lock().await;
    }

    /// The app ends: so does the worker, at once.
    pub async fn close(&self) {
        let worker = match self.inner.slot.clear() {
            Occupant::Nobody => return,
            Occupant::Loading(worker) => worker,
            Occupant::Ready(ready) => ready.worker,
        };
        worker.kill().await;
    }

    /// What the worker with the loaded model says about itself; without a model, what one that is
    /// started for this alone says.
    ///
    /// # Errors
    /// Where no worker can be started, or it does not answer.
    pub async fn worker_status(&self) -> Result<WorkerStatus, Error> {
        let ask = |worker: Arc<WorkerProcess>| async move {
            worker.request(method::WORKER_STATUS, &serde_json::Value::Null, Some(STATUS_LIMIT)).await
        };
        if let Some(ready) = self.inner.slot.ready() {
            return ask(ready.worker).await;
        }
        let worker = Arc::new(WorkerProcess::spawn(&self.inner.program).await?);
        let status = ask(worker.clone()).await;
        worker.kill().await;
        status
    }

    /// The worker with the loaded model no longer does what it should: it is ended, and the
    /// slot tells `error`.
    pub async fn give_up(&self, worker: &Arc<WorkerProcess>, error: &Error) {
        self.inner.slot.lost(worker, error);
        worker.kill().await;
    }

    /// What a new model could use, and the part of its memory that the model which is open now
    /// holds, in bytes: that one is closed first.
    pub fn machine(&self) -> (Machine, u64) {
        let held = self.inner.slot.pid().and_then(memory::resident).unwrap_or(0);
        let now = (self.inner.preflight.machine)();
        let free = now.free.saturating_add(held).min(now.total);
        let memory = MachineMemory { free, total: now.total };
        (Machine { memory, cores: (self.inner.preflight.cores)() }, held)
    }

    /// Reads the header and compares with what the machine has. Starts nothing.
    async fn check(&self, path: &str, options: &LoadOptions) -> Result<ModelInfo, Error> {
        let info = self.inspect(path).await?;
        if let Support::Unsupported { kind, detail } = &info.support {
            let refused = RpcError::new(*kind, detail.clone())
                .with("architecture", &info.architecture)
                .with("quantization", &info.quantization)
                .with("name", &info.name);
            return Err(refused.into());
        }
        fit::guard(&info, options, &self.machine().0)?;
        let (prepared, options) = (self.prepared(), options.clone());
        let check =
            move || prepared.map_or(Ok(()), |prepared| prepared.guard(&info, &options)).map(|()| info);
        Ok(blocking("looking at prepared models", check).await??)
    }

    /// The models that its workers prepared; `None` where they keep them on their own.
    pub fn prepared(&self) -> Option<Prepared> {
        let cache = self.inner.program.cache_folder.as_deref()?;
        Some(Prepared::with(cache, self.inner.preflight.disk))
    }

    /// A file that is cut short or taken away while it is read makes an engine fail, or crash, with words of its
    /// own. Where the header can't be read any more, that is the reason.
    async fn changed_meanwhile(&self, path: &str, error: &Error) -> Option<Error> {
        let by_its_own_words = matches!(
            error.code(),
            ErrorCode::Engine(ErrorKind::EngineFailed) | ErrorCode::Shell(ShellErrorCode::WorkerCrashed)
        );
        if !by_its_own_words {
            return None;
        }
        let now = self.inspect(path).await.err()?;
        tracing::warn!(%error, %now, path, "the file is no longer what it was when the load began");
        Some(now)
    }

    async fn end(&self, occupant: Occupant) {
        match occupant {
            Occupant::Nobody => {}
            Occupant::Loading(worker) => {
                worker.kill().await;
            }
            Occupant::Ready(ready) => {
                ready.worker.shutdown(self.inner.patience.unload_grace).await;
            }
        }
    }

    async fn load_into_new_worker(
        &self,
        ticket: Ticket,
        path: &str,
        options: LoadOptions,
    ) -> Result<ModelLoaded, Error> {
        if !self.inner.slot.is_current(ticket) {
            return Err(Error::Cancelled);
        }
        let worker = Arc::new(WorkerProcess::spawn(&self.inner.program).await?);
        if !self.inner.slot.occupy(ticket, worker.clone()) {
            worker.kill().await;
            return Err(Error::Cancelled);
        }
        let request = ModelLoad { path: path.into(), options: options.clone() };
        let model = match self.follow_load(ticket, &worker, &request).await {
            Ok(model) => model,
            Err(error) => {
                worker.kill().await;
                return Err(error);
            }
        };
        let expected = fit::need(&model.info, &options).total();
        let ready = ReadyModel { worker, options, model };
        let resident = memory::resident(ready.worker.pid()).unwrap_or(0);
        if !self.inner.slot.loaded(ticket, &ready, resident, expected) {
            ready.worker.kill().await;
            return Err(Error::Cancelled);
        }
        tokio::spawn(self.clone().attend(ready.worker));
        Ok(ready.model)
    }

    async fn follow_load(
        &self,
        ticket: Ticket,
        worker: &WorkerProcess,
        request: &ModelLoad,
    ) -> Result<ModelLoaded, Error> {
        let mut notifications = worker.subscribe();
        let answer = worker.request(method::MODEL_LOAD, request, None);
        tokio::pin!(answer);
        let silence = self.inner.patience.load_silence;
        let mut deadline = Instant::now() + silence;
        loop {
            tokio::select! {
                answer = &mut answer => return answer,
                Some(progress) = next_progress(&mut notifications) => {
                    deadline = Instant::now() + silence;
                    self.inner.slot.progress(ticket, progress);
                }
                () = sleep_until(deadline) => return Err(Error::WorkerUnresponsive {
                    waited_for: method::MODEL_LOAD.into(),
                    seconds: silence.as_secs(),
                }),
            }
        }
    }

    /// Measures the memory of a ready worker until it ends, and tells where it ended by itself. A worker that has
    /// nothing to do is looked at seldom: idling is to cost nothing.
    async fn attend(self, worker: Arc<WorkerProcess>) {
        let Patience { memory_interval, idle_interval, .. } = self.inner.patience;
        let mut due = Instant::now();
        loop {
            tokio::select! {
                error = worker.ended() => {
                    self.inner.slot.lost(&worker, &error);
                    return;
                }
                () = sleep_until(due) => {
                    if let Some(resident) = memory::resident(worker.pid()) {
                        let machine = (self.inner.preflight.machine)();
                        let judge = |before| fit::pressure(machine, before);
                        self.inner.slot.measured(&worker, resident, LEAST_MEMORY_CHANGE, judge);
                    }
                    due = Instant::now() + idle_interval;
                }
                () = worker.stirs() => due = due.min(Instant::now() + memory_interval),
            }
        }
    }
}

/// The next `model/progress`; `None` once the worker has ended.
async fn next_progress(notifications: &mut mpsc::UnboundedReceiver<Notification>) -> Option<ModelProgress> {
    while let Some(notification) = notifications.recv().await {
        if notification.method == method::MODEL_PROGRESS {
            match serde_json::from_value(notification.params) {
                Ok(progress) => return Some(progress),
                Err(error) => tracing::warn!(%error, "a progress report that is none"),
            }
        }
    }
    None
}

#[cfg(test)]
#[path = "supervisor_tests.rs"]
mod tests;
