//! A tokenizer in a worker of its own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;

use vitrine_core::protocol::{method, TokenizerOpen, TokenizerSummary};

use crate::contract::SubjectSource;
use crate::engine::{Pulse, WorkerProcess, WorkerProgram};
use crate::Error;

/// How long a worker may take to end by itself: it has nothing to save.
const GRACE: Duration = Duration::from_millis(200);

#[derive(Debug)]
pub struct Seat {
    pub source: SubjectSource,
    /// `None` for what was trained.
    pub path: Option<String>,
    pub key: String,
    pub worker: Arc<WorkerProcess>,
}

impl Seat {
    /// Starts a worker and opens a tokenizer in it.
    ///
    /// # Errors
    /// What the worker says of the file, or how it died.
    pub async fn open(
        program: &WorkerProgram,
        source: SubjectSource,
        path: &str,
        pulse: &Pulse,
    ) -> Result<Self, Error> {
        let worker = Arc::new(WorkerProcess::spawn(program).await?);
        let params = TokenizerOpen { path: path.into() };
        // Dropped on an error, which ends it.
        let opened = worker.request_while_alive(method::TOKENIZER_OPEN, &params, pulse);
        let summary: TokenizerSummary = opened.await?;
        tracing::debug!(name = summary.name, tokens = summary.vocabulary_size, "a tokenizer is open");
        Ok(Self { source, path: Some(path.into()), key: next_key(), worker })
    }

    /// A worker that has made its tokenizer itself.
    pub fn trained(worker: Arc<WorkerProcess>) -> Self {
        Self { source: SubjectSource::Trained, path: None, key: next_key(), worker }
    }

    pub async fn close(self) {
        self.worker.shutdown(GRACE).await;
    }
}

fn next_key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("opened {}", NEXT.fetch_add(1, Ordering::Relaxed))
}
