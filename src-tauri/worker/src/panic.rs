//! What a panic means, depending on when it comes.
//!
//! While a file is being opened, a panic is a library's way to say that the file is bad: it is caught
//! and becomes an error. At any other time it leaves poisoned locks behind and an engine that never
//! answers: then the process ends, and whoever started it starts another.

use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

/// The exit status after a panic; the same as Rust's own for a panic in `main`.
const EXIT: i32 = 101;

/// How many files are being opened now: a model may load while a tokenizer is opened.
static OPENING: AtomicUsize = AtomicUsize::new(0);
static LAST: Mutex<Option<String>> = Mutex::new(None);

/// To be called once, before anything can panic.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        let message = describe(info);
        // The log may be given away; whoever waits for an answer gets all of it.
        eprintln!("vitrine-worker: panic: {}", told(info));
        if OPENING.load(Ordering::SeqCst) > 0 {
            if let Ok(mut last) = LAST.lock() {
                *last = Some(message);
            }
        } else {
            std::process::exit(EXIT);
        }
    }));
}

fn told(info: &PanicHookInfo<'_>) -> String {
    let text = vitrine_core::panic_text::safe(info.payload());
    match info.location() {
        Some(place) => format!("{text} ({}:{})", place.file(), place.line()),
        None => text,
    }
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

/// Runs `open`; `Err` has the message of a panic in it (or in a thread that it started and joined).
pub fn caught<T>(open: impl FnOnce() -> T) -> Result<T, String> {
    OPENING.fetch_add(1, Ordering::SeqCst);
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(open));
    OPENING.fetch_sub(1, Ordering::SeqCst);
    result
        .map_err(|_| LAST.lock().ok().and_then(|mut last| last.take()).unwrap_or_else(|| "no message".into()))
}
