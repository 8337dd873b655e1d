//! One import: counts, reports, and hands on what was found.

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;
use std::sync::atomic::Ordering;

use super::{Found, Import, Progress};
use crate::document::Conversation;
use crate::draft::{assemble, Draft, Oddities};
use crate::fault::Fault;
use crate::limits::Limits;
use crate::receipt::{LeftOut, Oddity, Outcome, Receipt, Source, SourceCount, Warning, Why};
use crate::source::Guard;

/// Bytes between two reports.
const STEP: u64 = 1 << 20;

pub(super) struct Session<'a> {
    how: Import<'a>,
    pub receipt: Receipt,
    /// Bytes of the files before this one, and of this one.
    before: u64,
    size: u64,
    total: u64,
    count: Rc<Cell<u64>>,
    told: Progress,
}

impl<'a> Session<'a> {
    pub fn new(how: Import<'a>) -> Self {
        Self {
            how,
            receipt: Receipt::default(),
            before: 0,
            size: 0,
            total: 0,
            count: Rc::default(),
            told: Progress::default(),
        }
    }

    pub fn limits(&self) -> Limits {
        self.how.limits
    }

    pub fn cancelled(&self) -> bool {
        self.how.cancel.load(Ordering::Relaxed)
    }

    /// Reads within the bounds of a file, and counts.
    pub fn guard<R: Read>(&self, from: R) -> Guard<'a, R> {
        Guard::new(from, self.how.limits.file, Rc::clone(&self.count), self.how.cancel)
    }

    /// There are so many more bytes.
    pub fn expect(&mut self, bytes: u64) {
        self.total += bytes;
    }

    /// The next file begins.
    pub fn begin(&mut self, size: u64) {
        self.count.set(0);
        self.size = size;
    }

    /// It is done with, read or passed over.
    pub fn end(&mut self) {
        self.before += self.size;
        self.size = 0;
        self.count.set(0);
        self.tell();
    }

    /// Reports where there is something to report.
    pub fn tell(&mut self) {
        let read = self.before + self.count.get().min(self.size);
        // A file may be read twice; what was told stays told.
        let read = read.max(self.told.read);
        let now = Progress { read, total: self.total, found: self.receipt.found };
        if now.found != self.told.found || now.read >= self.told.read + STEP || now.read == now.total {
            self.told = now;
            (self.how.progress)(now);
        }
    }

    /// A conversation of another app, or why it is none.
    pub fn draft(&mut self, place: &str, draft: Result<Draft, Fault>) {
        let title = draft.as_ref().ok().and_then(|draft| draft.title.clone()).unwrap_or_default();
        let assembled = draft.and_then(|draft| {
            let source = draft.source;
            let (conversation, oddities) = assemble(draft, &self.how.limits)?;
            Ok((conversation, source, oddities))
        });
        match assembled {
            Ok((conversation, source, oddities)) => self.found(place, conversation, source, oddities.list()),
            Err(fault) => self.lost(place, title, fault),
        }
    }

    pub fn found(
        &mut self,
        place: &str,
        conversation: Conversation,
        source: Source,
        oddities: Vec<(Oddity, u64)>,
    ) {
        if self.cancelled() {
            return;
        }
        self.receipt.found += 1;
        match self.receipt.sources.iter_mut().find(|count| count.source == source) {
            Some(count) => count.count += 1,
            None => self.receipt.sources.push(SourceCount { source, count: 1 }),
        }
        let title = conversation.title.clone();
        for &(what, count) in &oddities {
            self.warn(Warning { place: place.into(), title: title.clone(), what, count });
        }
        match (self.how.take)(Found { conversation, source, place: place.into(), oddities }) {
            Outcome::Imported => self.receipt.imported += 1,
            Outcome::Added => self.receipt.added += 1,
            Outcome::AlreadyThere => self.receipt.already_there += 1,
            Outcome::NotKept { detail } => {
                self.receipt.not_imported += 1;
                self.left_out(place, title, Fault::new(Why::NotKept, detail));
            }
        }
        self.tell();
    }

    /// A conversation that can't be read.
    pub fn lost(&mut self, place: &str, title: String, fault: Fault) {
        if self.cancelled() {
            return;
        }
        self.receipt.found += 1;
        self.receipt.not_imported += 1;
        self.left_out(place, title, fault);
        self.tell();
    }

    /// Something that is left out: a file, or a conversation that was counted.
    pub fn left_out(&mut self, place: &str, title: String, fault: Fault) {
        if self.cancelled() {
            return;
        }
        let Fault { why, detail } = fault;
        if self.receipt.left_out.len() >= self.how.limits.notes {
            self.receipt.more_left_out += 1;
            return;
        }
        self.receipt.left_out.push(LeftOut { place: place.into(), title, why, detail });
    }

    pub fn odd(&mut self, place: &str, oddities: &Oddities) {
        for (what, count) in oddities.list() {
            self.warn(Warning { place: place.into(), title: String::new(), what, count });
        }
    }

    fn warn(&mut self, warning: Warning) {
        if self.receipt.warnings.len() >= self.how.limits.notes {
            self.receipt.more_warnings += 1;
            return;
        }
        self.receipt.warnings.push(warning);
    }
}
