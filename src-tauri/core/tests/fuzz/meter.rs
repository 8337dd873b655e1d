//! How much memory a case takes, and what stops one that never ends.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::Arc;
use std::time::Duration;

/// The system's allocator, counted.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// The only unsafe code: every call goes on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed).wrapping_add(layout.size());
        PEAK.fetch_max(now, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The time that this thread has computed, where the system says so (a busy machine must not count); else
/// the time of day.
pub fn time() -> Duration {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let computed = schedule.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok());
    computed.map(Duration::from_nanos).unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().unwrap_or_default())
}

/// Longer than this, and the whole test ends with the number of the case.
const HANG: Duration = Duration::from_secs(60);

/// Measures one case.
pub struct Watch {
    before: usize,
    ended: Arc<AtomicBool>,
    guard: std::thread::Thread,
}

impl Watch {
    pub fn begin(case: u64) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let seen = ended.clone();
        let thread = std::thread::spawn(move || {
            let start = std::time::Instant::now();
            while !seen.load(Relaxed) {
                if start.elapsed() > HANG {
                    eprintln!("case {case} does not end");
                    std::process::abort();
                }
                std::thread::park_timeout(HANG);
            }
        });
        let before = NOW.load(Relaxed);
        PEAK.store(before, Relaxed);
        Self { before, ended, guard: thread.thread().clone() }
    }

    /// Bytes that were in use at once, at most.
    pub fn end(self) -> usize {
        self.ended.store(true, Relaxed);
        self.guard.unpark();
        PEAK.load(Relaxed).saturating_sub(self.before)
    }
}
