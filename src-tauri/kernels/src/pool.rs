//! One pool of threads for all kernels.
//!
//! Between two kernels of a layer lie microseconds: a thread that sleeps there costs more than it computes. So threads
//! look for work for a moment before they sleep, and give their core away meanwhile if somebody else wants it. Whoever
//! brings work takes part in it, and waits only for threads that are within a part: one that the system has not woken
//! yet is not missed.
//!
//! How work is shared out decides nothing but time: a part is computed by one thread, in one way.

use std::any::Any;
use std::hint::spin_loop;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::sync::atomic::{fence, AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

/// How long a thread looks for work before it sleeps.
const AWAKE: Duration = Duration::from_micros(200);
/// Looks at memory between two looks at the clock.
const LOOKS: usize = 64;

/// Bit of `Shared::door`: work can be joined. Above it a number of the piece of work, below it how many are inside.
const OPEN: u64 = 1 << 32;
const NEXT: u64 = 1 << 33;
const INSIDE: u64 = OPEN - 1;

/// A pool of threads. They end when it is dropped.
pub struct Pool {
    shared: Arc<Shared>,
    /// One piece of work at a time. Whoever finds it taken computes alone.
    turn: Mutex<()>,
    workers: Vec<JoinHandle<()>>,
}

struct Shared {
    door: AtomicU64,
    /// What is to be done; looked at only by those who are inside.
    work: Mutex<Option<Work>>,
    next: AtomicUsize,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    asleep: Vec<AtomicBool>,
    ends: AtomicBool,
}

#[derive(Clone, Copy)]
struct Work {
    /// Lives as long as somebody is inside.
    each: &'static (dyn Fn(usize) + Sync),
    parts: usize,
    grain: usize,
}

impl Pool {
    /// A pool in which `threads` compute, the caller among them; 0 counts as 1.
    ///
    /// # Errors
    /// The system's, where it gives no more threads.
    pub fn new(threads: usize) -> std::io::Result<Self> {
        let others = threads.max(1) - 1;
        let shared = Arc::new(Shared {
            door: AtomicU64::new(0),
            work: Mutex::new(None),
            next: AtomicUsize::new(0),
            panic: Mutex::new(None),
            asleep: (0..others).map(|_| AtomicBool::new(false)).collect(),
            ends: AtomicBool::new(false),
        });
        let mut pool = Self { shared, turn: Mutex::new(()), workers: Vec::with_capacity(others) };
        for number in 0..others {
            let shared = pool.shared.clone();
            let named = thread::Builder::new().name(format!("kernels {number}"));
            pool.workers.push(named.spawn(move || shared.serve(number))?);
        }
        Ok(pool)
    }

    /// Threads that compute, the caller included.
    pub fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Calls `each` once for every number below `parts`, on as many threads as there are, and returns when all is done.
    ///
    /// Whoever calls from within a part, or while another thread's work is going on, computes alone.
    ///
    /// # Panics
    /// With the panic of a part. The other parts may or may not have been computed.
    pub fn run(&self, parts: usize, each: impl Fn(usize) + Sync) {
        let turn = if parts > 1 && !self.workers.is_empty() { self.begin_turn() } else { None };
        let Some(_turn) = turn else { return (0..parts).for_each(each) };
        let work: &(dyn Fn(usize) + Sync) = &each;
        // SAFETY: `Open` closes the door and waits for everybody to leave before this function returns or unwinds, so nobody
        // sees the reference after that.
        let work: &'static (dyn Fn(usize) + Sync) = unsafe { std::mem::transmute(work) };
        let grain = (parts / (self.threads() * 8)).max(1);
        let open = Open::new(self, Work { each: work, parts, grain });
        let mine =
            catch_unwind(AssertUnwindSafe(|| self.shared.take_part(Work { each: work, parts, grain })));
        drop(open);
        let theirs = lock(&self.shared.panic).take();
        if let Some(panic) = mine.err().or(theirs) {
            resume_unwind(panic);
        }
    }
}

impl Pool {
    fn begin_turn(&self) -> Option<MutexGuard<'_, ()>> {
        match self.turn.try_lock() {
            Ok(turn) => Some(turn),
            // Some part panicked; what is behind the lock is nothing.
            Err(TryLockError::Poisoned(turn)) => Some(turn.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

/// Work that can be joined, until this is dropped.
struct Open<'a>(&'a Pool);

impl<'a> Open<'a> {
    fn new(pool: &'a Pool, work: Work) -> Self {
        let shared = &pool.shared;
        *lock(&shared.work) = Some(work);
        shared.next.store(0, Ordering::Relaxed);
        let number = shared.door.load(Ordering::Relaxed) & !(NEXT - 1);
        shared.door.store(number.wrapping_add(NEXT) | OPEN, Ordering::SeqCst);
        // Either a thread that goes to sleep sees the open door, or it is seen here to be asleep.
        fence(Ordering::SeqCst);
        for (asleep, worker) in shared.asleep.iter().zip(&pool.workers) {
            if asleep.load(Ordering::SeqCst) {
                wake(worker.thread());
            }
        }
        Self(pool)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let shared = &self.0.shared;
        shared.door.fetch_and(!OPEN, Ordering::SeqCst);
        let mut looks = 0;
        while shared.door.load(Ordering::Acquire) & INSIDE > 0 {
            pause(&mut looks);
        }
        *lock(&shared.work) = None;
    }
}

fn wake(thread: &Thread) {
    thread.unpark();
}

/// Poison means nothing here: what is behind these locks is replaced as a whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks away for a moment, and every now and then gives the core to whoever else wants it.
fn pause(looks: &mut usize) {
    *looks += 1;
    if looks.is_multiple_of(LOOKS) {
        thread::yield_now();
    } else {
        spin_loop();
    }
}

impl Shared {
    fn take_part(&self, work: Work) {
        loop {
            let from = self.next.fetch_add(work.grain, Ordering::Relaxed);
            if from >= work.parts {
                return;
            }
            for part in from..work.parts.min(from + work.grain) {
                (work.each)(part);
            }
        }
    }

    /// The life of a thread.
    fn serve(&self, number: usize) {
        let mut done = 0;
        loop {
            self.wait_for_other_than(done, number);
            if self.ends.load(Ordering::Acquire) {
                return;
            }
            let Some(entered) = self.enter() else { continue };
            done = entered;
            let work = *lock(&self.work);
            if let Some(work) = work {
                if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.take_part(work))) {
                    // Nobody needs to compute the rest.
                    self.next.store(work.parts, Ordering::Relaxed);
                    lock(&self.panic).get_or_insert(panic);
                }
            }
            self.door.fetch_sub(1, Ordering::Release);
        }
    }

    /// Goes in where the door is open; the number of the work.
    fn enter(&self) -> Option<u64> {
        let mut seen = self.door.load(Ordering::Acquire);
        while seen & OPEN > 0 {
            match self.door.compare_exchange_weak(seen, seen + 1, Ordering::Acquire, Ordering::Acquire) {
                Ok(_) => return Some(seen & !(NEXT - 1)),
                Err(now) => seen = now,
            }
        }
        None
    }

    /// Returns when there is work with another number than `done`, or no more at all.
    fn wait_for_other_than(&self, done: u64, number: usize) {
        let is_there = || {
            let door = self.door.load(Ordering::SeqCst);
            (door & OPEN > 0 && door & !(NEXT - 1) != done) || self.ends.load(Ordering::SeqCst)
        };
        let (mut looks, begin) = (0, Instant::now());
        while !is_there() {
            pause(&mut looks);
            if looks.is_multiple_of(LOOKS) && begin.elapsed() > AWAKE {
                self.asleep[number].store(true, Ordering::SeqCst);
                fence(Ordering::SeqCst);
                while !is_there() {
                    thread::park();
                }
                self.asleep[number].store(false, Ordering::SeqCst);
                return;
            }
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::SeqCst);
        for worker in self.workers.drain(..) {
            wake(worker.thread());
            // Parts' panics are caught, so there is nothing to learn from it.
            let _ = worker.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(pool: &Pool, parts: usize) {
        let counts: Vec<AtomicUsize> = (0..parts).map(|_| AtomicUsize::new(0)).collect();
        pool.run(parts, |part| {
            counts[part].fetch_add(1, Ordering::Relaxed);
        });
        assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == 1), "{parts} parts");
    }

    #[test]
    fn every_part_is_computed_once() {
        for threads in [0, 1, 2, 3, 8] {
            let pool = Pool::new(threads).expect("threads");
            assert_eq!(pool.threads(), threads.max(1));
            for round in 0..2000 {
                counted(&pool, round % 67);
            }
        }
    }

    #[test]
    fn threads_that_went_to_sleep_come_back() {
        let pool = Pool::new(3).expect("threads");
        for _ in 0..5 {
            let until = Instant::now() + Duration::from_secs(10);
            while !pool.shared.asleep.iter().all(|asleep| asleep.load(Ordering::SeqCst)) {
                assert!(Instant::now() < until, "they never sleep");
                thread::sleep(Duration::from_millis(1));
            }
            // Parts that last: all three threads are needed at once.
            let (inside, met) = (AtomicUsize::new(0), AtomicUsize::new(0));
            pool.run(3, |_| {
                inside.fetch_add(1, Ordering::SeqCst);
                while inside.load(Ordering::SeqCst) < 3 && Instant::now() < until {
                    thread::yield_now();
                }
                met.fetch_max(inside.load(Ordering::SeqCst), Ordering::SeqCst);
            });
            assert_eq!(met.into_inner(), 3);
        }
    }

    #[test]
    fn work_within_work_and_beside_other_work_is_done() {
        let pool = Pool::new(2).expect("threads");
        pool.run(4, |_| counted(&pool, 9));
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| (0..200).for_each(|round| counted(&pool, round % 31)));
            }
        });
    }

    #[test]
    fn a_panic_reaches_whoever_brought_the_work_and_the_pool_goes_on() {
        let pool = Pool::new(3).expect("threads");
        for bad in 0..8 {
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                pool.run(8, |part| assert!(part != bad, "part {bad}"));
            }));
            let message = *outcome.expect_err("a panic").downcast::<String>().expect("a message");
            assert_eq!(message, format!("part {bad}"));
            counted(&pool, 20);
        }
    }
}
