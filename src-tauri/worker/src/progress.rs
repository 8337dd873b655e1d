//! How far loading is. mistral.rs has no callback, so the bytes that this process has read are
//! compared with the size of the file.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use vitrine_core::protocol::{method, LoadStage, ModelProgress};

use crate::output;

/// Where each stage begins and ends on the scale from 0 to 1. Weights take nearly all the time.
fn span(stage: LoadStage) -> (f32, f32) {
    match stage {
        LoadStage::Header => (0.0, 0.02),
        LoadStage::Tokenizer => (0.02, 0.08),
        LoadStage::Convert => (0.08, 0.6),
        LoadStage::Weights => (0.08, 0.95),
        LoadStage::WarmUp => (0.95, 1.0),
    }
}

/// Sends `model/progress`: at once when a stage begins, and while weights are read.
pub struct Progress {
    watch: Option<Watch>,
    /// Where the last stage ended: a stage that is left out must not be made up for by going back.
    reached: f32,
}

struct Watch {
    done: Arc<AtomicBool>,
    thread: JoinHandle<()>,
    /// Nothing is sent after the watch was told to stop, so the fraction never goes back.
    gate: Arc<Mutex<()>>,
}

impl Progress {
    pub fn new() -> Self {
        Self { watch: None, reached: 0.0 }
    }

    /// A stage of `total` bytes begins (0: not counted in bytes).
    pub fn begin(&mut self, stage: LoadStage, total: u64) {
        self.stop_watch();
        let (from, to) = span(stage);
        let span = (from.max(self.reached), to);
        self.reached = match stage {
            LoadStage::Convert => to,
            _ => span.0,
        };
        send(stage, span, 0, total);
        if total > 0 {
            self.watch = Some(watch(stage, span, total));
        }
    }

    /// The stage that was begun is over.
    pub fn end(&mut self, stage: LoadStage, total: u64) {
        self.stop_watch();
        self.reached = span(stage).1;
        send(stage, span(stage), total, total);
    }

    fn stop_watch(&mut self) {
        if let Some(watch) = self.watch.take() {
            watch.done.store(true, Ordering::SeqCst);
            watch.thread.thread().unpark();
            drop(watch.gate.lock());
            // The thread only sleeps and sends; a panic in it would have ended the process.
            let _ = watch.thread.join();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop_watch();
    }
}

fn watch(stage: LoadStage, span: (f32, f32), total: u64) -> Watch {
    let done = Arc::new(AtomicBool::new(false));
    let gate = Arc::new(Mutex::new(()));
    let (finished, entrance) = (done.clone(), gate.clone());
    let start = bytes_read().unwrap_or(0);
    let thread = std::thread::spawn(move || {
        let mut last = 0;
        loop {
            std::thread::park_timeout(Duration::from_millis(100));
            let _open = entrance.lock();
            if finished.load(Ordering::SeqCst) {
                return;
            }
            let bytes = bytes_read().map_or(0, |now| now.saturating_sub(start).min(total));
            if bytes > last {
                last = bytes;
                send(stage, span, bytes, total);
            }
        }
    });
    Watch { done, thread, gate }
}

fn send(stage: LoadStage, (from, to): (f32, f32), bytes: u64, total: u64) {
    let part = if total == 0 { 0.0 } else { bytes as f32 / total as f32 };
    let progress =
        ModelProgress { stage, bytes, total_bytes: total, fraction: from + (to - from) * part.min(1.0) };
    output::notify(method::MODEL_PROGRESS, &progress);
}

/// Bytes that this process has read from anywhere so far (`rchar`, see proc(5)).
/// Elsewhere than on Linux not known: the stages alone are reported.
fn bytes_read() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/io").ok()?;
    text.lines().find_map(|line| line.strip_prefix("rchar: "))?.trim().parse().ok()
}
