//! Exports and imports that go on: each on a thread that may wait, told of and cancelled by its number.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::blocking::blocking;
use crate::contract::{ExportFormat, ImportReceipt, TransferEvent};
use crate::history::transfer::{self, receipts, Plan};
use crate::history::History;
use crate::Error;

/// Progress is told at most this often.
const PROGRESS: Duration = Duration::from_millis(100);

/// Where events of a transfer go. The last one says how it ended.
pub type Sink = Arc<dyn Fn(TransferEvent) + Send + Sync>;

/// All that go on.
#[derive(Debug)]
pub struct Transfers {
    history: Arc<History>,
    next: AtomicU32,
    running: Arc<Mutex<HashMap<u32, Running>>>,
}

#[derive(Debug)]
struct Running {
    cancel: Arc<AtomicBool>,
    /// Ends with it; missing for a moment at its beginning.
    end: Option<JoinHandle<()>>,
}

impl Transfers {
    pub fn new(history: Arc<History>) -> Self {
        Self { history, next: AtomicU32::new(1), running: Arc::default() }
    }

    /// What an export will write, and under which name.
    ///
    /// # Errors
    /// [`Error::NoSuchItem`] where there is nothing to export; what the history says.
    pub async fn plan(
        &self,
        ids: Option<Vec<i64>>,
        format: ExportFormat,
        language: &str,
    ) -> Result<Plan, Error> {
        let first = ids.as_ref().and_then(|ids| ids.first().copied()).unwrap_or_default();
        let plan = transfer::plan(&self.history, ids, format, language).await?;
        match plan.total {
            0 => Err(Error::NoSuchItem { what: "conversation", id: first }),
            _ => Ok(plan),
        }
    }

    /// Begins to write. Its number.
    pub fn export(&self, plan: Plan, target: PathBuf, sink: Sink) -> u32 {
        let history = self.history.clone();
        self.begin("exporting", sink, move |cancel, progress| {
            let total = Some(plan.total);
            let written = plan.write(&history, &target, cancel, &mut |done| {
                progress.tell(TransferEvent::Progress { done, total });
            })?;
            Ok(match written {
                None => TransferEvent::Cancelled,
                Some(exported) => TransferEvent::Exported {
                    paths: vec![target.to_string_lossy().into_owned()],
                    conversations: exported.conversations,
                    left_out: exported.left_out,
                },
            })
        })
    }

    /// Begins to take in what is at `paths`. Its number.
    pub fn import(&self, paths: Vec<PathBuf>, sink: Sink) -> u32 {
        let history = self.history.clone();
        self.begin("importing", sink, move |cancel, progress| {
            let told = &mut |done| progress.tell(TransferEvent::Progress { done, total: None });
            let receipt = transfer::import(&history, &paths, cancel, told)?;
            Ok(TransferEvent::Imported { receipt })
        })
    }

    fn begin(
        &self,
        doing: &'static str,
        sink: Sink,
        work: impl FnOnce(&AtomicBool, &mut Progress) -> Result<TransferEvent, Error> + Send + 'static,
    ) -> u32 {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let cancel = Arc::new(AtomicBool::new(false));
        let begun = Running { cancel: cancel.clone(), end: None };
        self.lock().insert(id, begun);
        let running = self.running.clone();
        let end = tokio::spawn(async move {
            let mut progress = Progress { sink: sink.clone(), told: None };
            let worked = blocking(doing, move || work(&cancel, &mut progress)).await;
            let ended = worked.and_then(|ended| ended);
            sink(ended.unwrap_or_else(|error| TransferEvent::Failed { error: error.into() }));
            running.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        });
        // Where it has ended already, nobody has to wait for it.
        if let Some(running) = self.lock().get_mut(&id) {
            running.end = Some(end);
        }
        id
    }

    /// Ends it after the conversation that it is at. One that has ended stays as it is.
    pub fn cancel(&self, id: u32) {
        if let Some(running) = self.lock().get(&id) {
            running.cancel.store(true, Ordering::Relaxed);
        }
    }

    /// What imports did, the newest first.
    ///
    /// # Errors
    /// What the history says.
    pub async fn receipts(&self) -> Result<Vec<ImportReceipt>, Error> {
        self.history.call(|connection| receipts::list(connection)).await
    }

    /// Ends all of them and waits until they have.
    pub async fn close(&self) {
        let running: Vec<Running> = self.lock().drain().map(|(_, running)| running).collect();
        for one in &running {
            one.cancel.store(true, Ordering::Relaxed);
        }
        for end in running.into_iter().filter_map(|one| one.end) {
            // One that panicked has ended too.
            let _ = end.await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u32, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells of progress, and not too often.
struct Progress {
    sink: Sink,
    told: Option<Instant>,
}

impl Progress {
    fn tell(&mut self, event: TransferEvent) {
        if self.told.is_none_or(|told| told.elapsed() >= PROGRESS) {
            self.told = Some(Instant::now());
            (self.sink)(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn heard() -> (Sink, mpsc::Receiver<TransferEvent>) {
        let (tell, hear) = mpsc::channel();
        (Arc::new(move |event| drop(tell.send(event))), hear)
    }

    #[tokio::test]
    async fn what_comes_in_goes_out_again_and_the_receipt_stays() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let history = Arc::new(History::open(folder.path()));
        let transfers = Transfers::new(history);
        assert!(matches!(
            transfers.plan(None, ExportFormat::Json, "en").await,
            Err(Error::NoSuchItem { .. })
        ));
        let source = folder.path().join("对话.jsonl");
        let line = r#"{"messages":[{"role":"user","content":"天空?"},{"role":"assistant","content":"蓝"}]}"#;
        std::fs::write(&source, format!("{line}\n")).expect("written");
        let (sink, hear) = heard();
        transfers.import(vec![source], sink);
        let last = tokio::task::spawn_blocking(move || hear.iter().last()).await.expect("told");
        let Some(TransferEvent::Imported { receipt }) = last else { panic!("{last:?}") };
        assert_eq!((receipt.found, receipt.imported), (1, 1));
        assert_eq!(transfers.receipts().await.expect("a list"), [receipt]);

        let plan = transfers.plan(None, ExportFormat::Jsonl, "zh-CN").await.expect("a plan");
        let target = folder.path().join(&plan.name);
        let (sink, hear) = heard();
        let id = transfers.export(plan, target.clone(), sink);
        let last = tokio::task::spawn_blocking(move || hear.iter().last()).await.expect("told");
        assert!(matches!(last, Some(TransferEvent::Exported { conversations: 1, .. })), "{last:?}");
        assert!(std::fs::read_to_string(target).expect("written").contains("天空?"));
        transfers.cancel(id);
        transfers.close().await;
    }
}
