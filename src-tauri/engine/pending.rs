//! The requests that wait for an answer, and how they end when the worker does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::oneshot;
use vitrine_core::protocol::{Response, RpcError};

/// What the worker answered.
pub type Answer = Result<Value, RpcError>;

/// Request -> who waits for its answer.
type Waiting = HashMap<i64, oneshot::Sender<Answer>>;

/// Shared between those who ask and the task that reads the worker's stdout.
#[derive(Debug, Clone)]
pub struct Pending {
    /// `None` once the worker has ended.
    waiting: Arc<Mutex<Option<Waiting>>>,
}

impl Pending {
    pub fn new() -> Self {
        Self { waiting: Arc::new(Mutex::new(Some(HashMap::new()))) }
    }

    /// Waits for the answer to request `id`; `None` where the worker has ended already.
    pub fn register(&self, id: i64) -> Option<Waiter> {
        let (sender, answer) = oneshot::channel();
        self.lock().as_mut()?.insert(id, sender);
        Some(Waiter { id, answer, pending: self.clone() })
    }

    /// Hands an answer to whoever waits for it; one that nobody waits for (any longer) is dropped.
    pub fn resolve(&self, id: i64, response: Response) {
        let waiter = self.lock().as_mut().and_then(|waiting| waiting.remove(&id));
        if let Some(waiter) = waiter {
            let answer = match response.error {
                Some(error) => Err(error),
                None => Ok(response.result.unwrap_or(Value::Null)),
            };
            // The asker may have given up meanwhile.
            let _ = waiter.send(answer);
        }
    }

    /// The worker has ended: everybody who waits learns it, and nobody can wait any more.
    pub fn close(&self) {
        self.lock().take();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Waiting>> {
        self.waiting.lock().expect("no panic while holding the list of requests")
    }
}

/// Waits for one answer. Dropped early, it leaves nothing behind.
#[derive(Debug)]
pub struct Waiter {
    id: i64,
    answer: oneshot::Receiver<Answer>,
    pending: Pending,
}

impl Waiter {
    /// `None` where the worker ended first.
    pub async fn answer(&mut self) -> Option<Answer> {
        (&mut self.answer).await.ok()
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        if let Some(waiting) = self.pending.lock().as_mut() {
            waiting.remove(&self.id);
        }
    }
}
