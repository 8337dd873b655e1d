//! What a panic means, depending on when it comes.
//!
//! While a model is loading, a panic is mistral.rs's way to say that the file is bad: it is caught
//! and becomes an error. Afterwards it leaves poisoned locks behind and an engine that never
//! answers: then the process ends, and whoever started it starts another.

use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Mutex;

/// The exit status after a panic; the same as Rust's own for a panic in `main`.
const EXIT: i32 = 101;

static LOADING: AtomicBool = AtomicBool::new(false);
static LAST: Mutex<Option<String>> = Mutex::new(None);

/// To be called once, before anything can panic.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        let message = describe(info);
        eprintln!("vitrine-worker: panic: {message}");
        if LOADING.load(Ordering::SeqCst) {
            if let Ok(mut last) = LAST.lock() {
                *last = Some(message);
            }
        } else {
            std::process::exit(EXIT);
        }
    }));
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let text = info
        .payload()
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| info.payload().downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".into());
    match info.location() {
        Some(place) => format!("{text} ({}:{})", place.file(), place.line()),
        None => text,
    }
}

/// Runs `load`; `Err` has the message of a panic in it (or in a thread that it started and joined).
pub fn caught<T>(load: impl FnOnce() -> T) -> Result<T, String> {
    LOADING.store(true, Ordering::SeqCst);
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(load));
    LOADING.store(false, Ordering::SeqCst);
    result
        .map_err(|_| LAST.lock().ok().and_then(|mut last| last.take()).unwrap_or_else(|| "no message".into()))
}
