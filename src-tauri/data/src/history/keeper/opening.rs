//! Opening the file, at the start and again, and saving what waited for it.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use super::Keeper;
use crate::contract::MissingChoice;
use crate::error::Error;
use crate::history::carry::{Carrier, Ids, Wins};
use crate::history::lock::{self, Claim};
use crate::history::open::{self, Begin, Failure, Unavailable, Verdict};
use crate::history::{
    attachments, backups, bin, copies, drafts, load_notes, memory, messages, now, settings,
};

/// How long a job waits for another connection.
const BUSY: Duration = Duration::from_secs(5);

impl Keeper {
    pub(super) fn reopen(&mut self, begin: Begin, patience: Duration) {
        self.disk = Err(Unavailable::Other("being opened".into()));
        self.trouble = None;
        self.seen_at = None;
        if let Err(error) = std::fs::create_dir_all(&self.folder) {
            if !self.folder.is_dir() {
                let detail = format!("{}: {error}", self.folder.display());
                let path = self.folder.clone();
                self.disk = Err(match lock::is_read_only(&error) {
                    true => Unavailable::ReadOnly { path, detail },
                    false => Unavailable::Other(detail),
                });
                self.tell();
                return;
            }
        }
        let mut read_only = None;
        if self.lock.is_none() {
            match lock::claim(&self.folder, patience) {
                Claim::Held(lock) => self.lock = Some(lock),
                Claim::Unguarded => {}
                Claim::Taken => {
                    self.disk = Err(Unavailable::InUse { path: self.path() });
                    self.tell();
                    return;
                }
                Claim::ReadOnly(error) => {
                    let detail = error.to_string();
                    read_only = Some(Unavailable::ReadOnly { path: self.folder.clone(), detail });
                }
            }
        }
        copies::sweep(&backups::folder(&self.folder));
        if let Some(reason) = self.damage.take() {
            self.recover(&reason);
            return self.tell();
        }
        match open::open(&self.folder, begin, read_only) {
            Ok(opened) => {
                self.trouble = opened.read_only;
                self.disk = Ok(opened.connection);
                self.take_up();
            }
            Err(Failure::Unavailable(reason)) => self.disk = Err(reason),
            Err(Failure::Damaged(reason)) => self.recover(&reason),
        }
        self.tell();
    }

    /// What the last process left half done. Only once: later, somebody may be at it.
    pub(super) fn tidy(&mut self) {
        let (Ok(disk), None) = (&self.disk, &self.trouble) else { return };
        let done = load_notes::settle(disk).map(drop).and(attachments::sweep(disk).map(drop));
        if let Err(error) = done {
            tracing::warn!(%error, "opened, and not tidied");
        }
    }

    /// The file is open: what waited for it goes into it.
    pub(super) fn take_up(&mut self) {
        if self.trouble.is_some() {
            return;
        }
        for path in memory::left(&self.folder) {
            if let Err(error) = self.adopt(&path) {
                tracing::error!(%error, path = %path.display(), "what an earlier start could not save waits on");
            }
        }
        let Ok(disk) = &self.disk else { return };
        if let Some(memory) = self.memory.begun() {
            if let Err(error) = memory::others(memory, disk) {
                tracing::warn!(%error, "settings of this session are not kept");
            }
        }
        self.save_back();
    }

    /// Takes in what an earlier process left.
    pub(super) fn adopt(&mut self, path: &Path) -> Result<(), Error> {
        let copy = copies::open(path, &backups::scratch(&self.folder))?;
        let Ok(disk) = &mut self.disk else { return Ok(()) };
        let transaction = disk.transaction()?;
        let mut query = copy.connection.prepare("SELECT id FROM conversations ORDER BY id")?;
        let ids: Vec<i64> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut carrier = Carrier::new(&copy.connection, &transaction, Wins::Source, Ids::IfFree);
        for id in ids {
            let carried = carrier.carry(id)?;
            carrier.draft(id, carried.id, true)?;
        }
        carrier.draft(drafts::NOT_BEGUN, drafts::NOT_BEGUN, true)?;
        messages::interrupt_streaming(&transaction)?;
        transaction.commit()?;
        drop(query);
        drop(copy);
        copies::remove(path);
        Ok(())
    }

    /// Saves what waits in memory, as far as that goes.
    pub(super) fn save_back(&mut self) {
        let Some(memory) = self.memory.begun() else { return self.tell() };
        let ids = memory::savable(memory).unwrap_or_default();
        let mut saved = false;
        for id in ids {
            match self.save_one(id) {
                Ok(()) => saved = true,
                Err(error) => {
                    if let Verdict::Unavailable(reason) = open::verdict(&error, &self.path()) {
                        self.note_trouble(reason);
                        break;
                    }
                    tracing::error!(%error, conversation = id, "a conversation stays in memory");
                }
            }
        }
        if self.trouble.is_none() {
            match self.save_draft() {
                Ok(fresh) => saved |= fresh,
                Err(error) => match open::verdict(&error, &self.path()) {
                    Verdict::Unavailable(reason) => self.note_trouble(reason),
                    _ => tracing::error!(%error, "a draft stays in memory"),
                },
            }
        }
        if saved {
            self.changes.send_modify(|count| *count += 1);
            if !self.memory.waits() {
                copies::remove(&self.waiting);
                self.left_at = None;
            }
        }
        self.tell();
    }

    pub(super) fn save_one(&mut self, id: i64) -> Result<(), Error> {
        let (Ok(disk), Some(memory)) = (&mut self.disk, self.memory.begun()) else { return Ok(()) };
        let transaction = disk.transaction()?;
        let mut carrier = Carrier::new(memory, &transaction, Wins::Source, Ids::IfFree);
        let carried = carrier.carry(id)?;
        carrier.draft(id, carried.id, false)?;
        transaction.commit()?;
        let fresh = |map: HashMap<i64, i64>| map.into_iter().filter(|(from, to)| from != to);
        if carried.id != id {
            self.moved.conversations.insert(id, carried.id);
        }
        self.moved.messages.extend(fresh(carried.messages));
        self.moved.attachments.extend(fresh(carried.attachments));
        // One that stayed here although it is in the file would be saved again and again.
        let memory = self.memory.get_mut()?.transaction()?;
        bin::erase(&memory, id)?;
        Ok(memory.commit()?)
    }

    /// The draft of a conversation that is not begun. Was there one?
    fn save_draft(&mut self) -> Result<bool, Error> {
        let (Ok(disk), Some(memory)) = (&mut self.disk, self.memory.begun()) else { return Ok(false) };
        if !drafts::waits(memory)? {
            return Ok(false);
        }
        let transaction = disk.transaction()?;
        let mut carrier = Carrier::new(memory, &transaction, Wins::Source, Ids::IfFree);
        carrier.draft(drafts::NOT_BEGUN, drafts::NOT_BEGUN, false)?;
        transaction.commit()?;
        memory.execute("DELETE FROM drafts WHERE conversation_id = ?1", [drafts::NOT_BEGUN])?;
        Ok(true)
    }

    /// Tries again whatever did not work.
    pub fn retry(&mut self) {
        match &self.disk {
            Ok(_) if matches!(self.trouble, Some(Unavailable::TooNew { .. })) => {}
            Ok(disk) => {
                // A file that could only be read may have to be opened anew.
                let writes = settings::put(disk, "written_at", &now());
                match writes.as_ref().map_err(|error| open::verdict(error, &self.path())) {
                    Ok(()) => {
                        if let Err(error) = disk.busy_timeout(BUSY) {
                            tracing::warn!(%error, "jobs do not wait for a file that is held");
                        }
                        self.trouble = None;
                        self.save_back();
                    }
                    Err(Verdict::Unavailable(Unavailable::ReadOnly { .. })) => {
                        let was = self.trouble.take();
                        self.reopen(Begin::IfNew, Duration::ZERO);
                        if self.disk.is_err() && was.is_some() {
                            tracing::warn!("what could be read before can't be opened now");
                        }
                    }
                    Err(Verdict::Unavailable(reason)) => self.note_trouble(reason),
                    Err(_) => {}
                }
            }
            Err(Unavailable::Closed | Unavailable::Missing { .. }) => {}
            Err(_) => self.reopen(Begin::IfNew, Duration::ZERO),
        }
        self.tell();
    }

    /// The user has decided about a history that is missing, or that only a newer version can write.
    ///
    /// # Errors
    /// [`Error::BackupUnreadable`], [`Error::Io`], [`Error::DiskFull`]: everything is as before then.
    pub fn decide(&mut self, choice: &MissingChoice) -> Result<(), Error> {
        let undecided = matches!(self.disk, Err(Unavailable::Missing { .. } | Unavailable::TooNew { .. }))
            || matches!(self.trouble, Some(Unavailable::TooNew { .. }));
        if !undecided {
            return Ok(());
        }
        let path = self.path();
        match choice {
            MissingChoice::LookAgain => {
                self.reopen(Begin::IfNew, Duration::ZERO);
                return Ok(());
            }
            MissingChoice::BeginAnew => {
                self.make_room(&path)?;
            }
            MissingChoice::Restore { path: from } => {
                // Read first: a copy that can't be read changes nothing.
                let copy = copies::open(Path::new(from), &backups::scratch(&self.folder))?;
                let ready = open::with_suffix(&path, ".restored");
                copies::make(&copy.connection, &ready)?;
                self.make_room(&path)?;
                copies::put_in_place(&ready, &path)?;
            }
        }
        self.reopen(Begin::Anyway, Duration::ZERO);
        self.remember();
        self.changes.send_modify(|count| *count += 1);
        Ok(())
    }

    /// What lies at the history's place makes room, and is kept.
    pub(super) fn make_room(&mut self, path: &Path) -> Result<(), Error> {
        self.disk = Err(Unavailable::Other("being replaced".into()));
        if path.exists() {
            let aside = open::set_aside(path, backups::REPLACED)?;
            tracing::info!(aside = %aside.display(), "the file that lay here is kept");
        }
        Ok(())
    }
}
