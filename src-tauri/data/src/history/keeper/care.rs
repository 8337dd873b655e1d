//! What the file needs without being asked: a check, copies, a marker, another try; and an orderly end.

use std::path::Path;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Keeper, RETRY, SOON};
use crate::contract::BackupKind;
use crate::error::Error;
use crate::history::marker::{self, Marker};
use crate::history::memory::{self, Memory, Purpose};
use crate::history::open::{self, Unavailable, Verdict};
use crate::history::{backups, copies, messages, now};

/// Between two looks at what is to be remembered and copied.
const LATER: Duration = Duration::from_secs(60);
/// Between two attempts to make the daily copy.
const REST: Duration = Duration::from_secs(3_600);

/// A check of the file, and a copy of it, under way.
#[derive(Debug)]
pub(super) struct Care {
    thread: JoinHandle<Option<String>>,
}

impl Keeper {
    /// How long nothing has to be done without a job.
    pub fn pause(&self) -> Duration {
        self.tend_at.saturating_duration_since(Instant::now())
    }

    pub(super) fn tend_within(&mut self, time: Duration) {
        self.tend_at = self.tend_at.min(Instant::now() + time);
    }

    /// Looks after the file, if it is time.
    pub fn tend(&mut self) {
        if Instant::now() < self.tend_at {
            return;
        }
        self.tend_at = Instant::now() + LATER;
        if matches!(self.disk, Err(Unavailable::Closed)) {
            return;
        }
        if let Some(care) = self.care.take_if(|care| care.thread.is_finished()) {
            self.end_care(care);
        }
        if self.care.is_some() {
            self.tend_within(SOON);
            return;
        }
        let waits = self.trouble.is_some() || self.disk.is_err();
        if waits {
            self.retry();
            self.leave();
            if self.trouble.is_some() || self.disk.is_err() {
                self.tend_within(RETRY);
            }
            return;
        }
        if self.memory.waits() {
            self.save_back();
            self.leave();
            self.tend_within(RETRY);
        }
        self.remember();
        let rested = self.cared_at.is_none_or(|at| at.elapsed() >= REST);
        if !self.checked || (rested && backups::due(&self.folder, now())) {
            self.begin_care();
        }
    }

    /// Checks the file and makes the daily copy, on a thread and a connection of its own.
    pub(super) fn begin_care(&mut self) {
        let (folder, path) = (self.folder.clone(), self.path());
        let check = !self.checked;
        self.cared_at = Some(Instant::now());
        let spawned =
            std::thread::Builder::new().name("history-care".into()).spawn(move || {
                match look_after(&folder, &path, check) {
                    Ok(fault) => fault,
                    Err(error) => match open::verdict(&error, &path) {
                        Verdict::Damaged(reason) => Some(reason),
                        _ => {
                            tracing::warn!(%error, "no copy of the history was made");
                            None
                        }
                    },
                }
            });
        match spawned {
            Ok(thread) => {
                self.care = Some(Care { thread });
                self.tend_within(SOON);
            }
            Err(error) => tracing::warn!(%error, "the history is not checked"),
        }
    }

    pub(super) fn end_care(&mut self, care: Care) {
        match care.thread.join() {
            Ok(None) => self.checked = true,
            Ok(Some(fault)) => {
                self.checked = true;
                self.recover_if_damaged(&fault);
            }
            Err(_) => tracing::error!("the check of the history panicked"),
        }
    }

    /// Checks the file and makes the copy that is due, and waits for it.
    pub fn look_after_now(&mut self) {
        if self.disk.is_err() || self.trouble.is_some() {
            return;
        }
        if self.care.is_none() {
            self.checked = false;
            self.begin_care();
        }
        if let Some(care) = self.care.take() {
            self.end_care(care);
        }
    }

    /// Writes the marker, where something is new.
    pub fn remember(&mut self) {
        let (Ok(disk), None) = (&self.disk, &self.trouble) else { return };
        if self.seen_at == Some(disk.total_changes()) {
            return;
        }
        let written = marker::of(disk).map(|marker| {
            let same = self.seen.as_ref().is_some_and(|seen| {
                let counts = |marker: &Marker| (marker.conversations, marker.messages);
                seen.history == marker.history && counts(seen) == counts(&marker)
            });
            (marker, same)
        });
        match written {
            Ok((_, true)) => {}
            Ok((marker, false)) => match marker::write(&self.folder, &marker) {
                Ok(()) => self.seen = Some(marker),
                Err(error) => tracing::warn!(%error, "the marker of the history is not written"),
            },
            Err(error) => tracing::warn!(%error, "the marker of the history is not written"),
        }
        self.seen_at = Some(disk.total_changes());
    }

    /// What waits in memory waits in a file too, where one can be written: for the case that the app is killed.
    pub fn leave(&mut self) {
        let Some(memory) = self.memory.begun() else { return };
        let changes = memory.total_changes();
        if !self.memory.waits() || self.left_at == Some(changes) || !self.folder.is_dir() {
            return;
        }
        match memory::leave(memory, &self.waiting) {
            Ok(()) => self.left_at = Some(changes),
            Err(error) => tracing::warn!(%error, "what is not saved is in memory alone"),
        }
    }

    /// The file in which memory waits has no more than memory.
    pub(super) fn leave_anew(&mut self) {
        if self.memory.unsaved() > 0 {
            return self.leave();
        }
        copies::remove(&self.waiting);
        self.left_at = None;
    }

    /// As if the file could not be written to the last.
    #[cfg(test)]
    pub fn close_unsaved(&mut self) {
        self.leave();
        self.disk = Err(Unavailable::Closed);
        self.lock = None;
    }

    /// Saves what can be saved and lets go of the file.
    pub fn close(&mut self) {
        if matches!(self.disk, Err(Unavailable::Closed)) {
            return;
        }
        if let Some(Err(error)) = self.memory.begun().map(messages::interrupt_streaming) {
            tracing::warn!(%error, "an answer in memory looks as if it were being written");
        }
        if self.memory.waits() {
            self.retry();
            self.leave();
        }
        self.remember();
        if let Some(care) = self.care.take() {
            // It has a connection of its own, and the folder is another process's when we are gone.
            let _ = care.thread.join();
        }
        self.private = Memory::new(Purpose::Private);
        self.disk = Err(Unavailable::Closed);
        self.lock = None;
    }
}

/// A check, then a copy where one is due. What is wrong with the file, if anything is.
fn look_after(folder: &Path, path: &Path, check: bool) -> Result<Option<String>, Error> {
    let connection = copies::for_reading(path)?;
    if check {
        let faults = open::faults(&connection)?;
        if let Some(fault) = faults.rows.or(faults.index) {
            return Ok(Some(fault));
        }
    }
    if backups::due(folder, now()) {
        backups::make(folder, &connection, BackupKind::Daily)?;
    }
    Ok(None)
}
