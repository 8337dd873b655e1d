//! Is the page painted? A pure function of what is heard from it, so that every machine can be played.
//!
//! A slow machine is told from a blank window by the page itself. Until its first frame it gives a sign of life four times
//! a second. Where these signs come and frames don't, the drawing is at fault. Each sign counts as a quarter of a second
//! however late it is, so a machine that is busy with other things gets the time that it needs.

use std::time::{Duration, Instant};

/// Between two signs of life of the page. `commands/painting.rs` tells it to the page.
pub const BEAT: Duration = Duration::from_millis(250);
/// How long a page that lives may be without a frame, in its own time.
const FRAMELESS: Duration = Duration::from_secs(10);
/// How long there may be no sign at all, once the page is being loaded. A machine that swaps takes its time.
const SILENCE: Duration = Duration::from_secs(60);

/// What is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// The web view begins to load the page.
    Loading,
    /// The page's script runs. `in_view`: pages that are not get no frames, and that is right.
    Alive { in_view: bool },
    /// The page has had two frames.
    Painted,
    /// The process that draws it is gone.
    Gone,
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing can be said yet.
    Waiting,
    Painted,
    Blank(Blank),
}

/// Why the page is taken for one that will not be painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// It lives and gets no frames.
    NoFrames,
    /// It says nothing.
    Silent,
    /// Its process ended.
    Gone,
}

/// What was heard until now.
#[derive(Debug, Clone, Copy)]
pub struct Watchdog {
    heard: Instant,
    is_loading: bool,
    frameless: Duration,
    verdict: Verdict,
}

impl Watchdog {
    /// `now`: the window was made.
    pub fn new(now: Instant) -> Self {
        Self { heard: now, is_loading: false, frameless: Duration::ZERO, verdict: Verdict::Waiting }
    }

    /// Something was heard. The first verdict other than waiting stays.
    pub fn hear(&mut self, sign: Sign, now: Instant) {
        self.heard = now;
        if self.verdict != Verdict::Waiting {
            return;
        }
        match sign {
            Sign::Loading => self.is_loading = true,
            Sign::Alive { in_view: false } => self.is_loading = true,
            Sign::Alive { in_view: true } => {
                self.is_loading = true;
                self.frameless += BEAT;
                if self.frameless >= FRAMELESS {
                    self.verdict = Verdict::Blank(Blank::NoFrames);
                }
            }
            Sign::Painted => self.verdict = Verdict::Painted,
            Sign::Gone => self.verdict = Verdict::Blank(Blank::Gone),
        }
    }

    /// How it stands now.
    pub fn verdict(&mut self, now: Instant) -> Verdict {
        let silent = now.saturating_duration_since(self.heard);
        if self.verdict == Verdict::Waiting && self.is_loading && silent >= SILENCE {
            self.verdict = Verdict::Blank(Blank::Silent);
        }
        self.verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page whose signs come `every` so often, for so many signs.
    fn played(every: Duration, signs: &[Sign]) -> (Verdict, Duration) {
        let begun = Instant::now();
        let mut now = begun;
        let mut watchdog = Watchdog::new(now);
        watchdog.hear(Sign::Loading, now);
        for sign in signs {
            now += every;
            if watchdog.verdict(now) != Verdict::Waiting {
                break;
            }
            watchdog.hear(*sign, now);
        }
        (watchdog.verdict(now), now - begun)
    }

    const ALIVE: Sign = Sign::Alive { in_view: true };

    #[test]
    fn a_page_that_lives_without_frames_is_blank_after_ten_seconds() {
        let (verdict, after) = played(BEAT, &[ALIVE; 100]);
        assert_eq!((verdict, after), (Verdict::Blank(Blank::NoFrames), Duration::from_secs(10) + BEAT));
    }

    #[test]
    fn a_slow_machine_gets_the_time_that_it_needs() {
        let mut signs = vec![ALIVE; 30];
        signs.push(Sign::Painted);
        let (verdict, after) = played(Duration::from_secs(5), &signs);
        assert_eq!((verdict, after), (Verdict::Painted, Duration::from_secs(155)));
    }

    #[test]
    fn a_window_that_nobody_sees_needs_no_frames() {
        let (verdict, _) = played(BEAT, &[Sign::Alive { in_view: false }; 1_000]);
        assert_eq!(verdict, Verdict::Waiting);
    }

    #[test]
    fn silence_counts_from_when_the_page_is_loaded() {
        let begun = Instant::now();
        let mut watchdog = Watchdog::new(begun);
        let later = |seconds| begun + Duration::from_secs(seconds);
        assert_eq!(watchdog.verdict(later(500)), Verdict::Waiting, "its processes are still being started");
        watchdog.hear(Sign::Loading, later(500));
        assert_eq!(watchdog.verdict(later(559)), Verdict::Waiting);
        assert_eq!(watchdog.verdict(later(560)), Verdict::Blank(Blank::Silent));
    }

    #[test]
    fn what_was_decided_stays() {
        let now = Instant::now();
        let mut painted = Watchdog::new(now);
        painted.hear(Sign::Painted, now);
        painted.hear(Sign::Gone, now);
        assert_eq!(painted.verdict(now + Duration::from_secs(1_000)), Verdict::Painted);
        let mut gone = Watchdog::new(now);
        gone.hear(Sign::Gone, now);
        assert_eq!(gone.verdict(now), Verdict::Blank(Blank::Gone));
    }
}
