//! What the database thread has: the file, the memory beside it, and the care of both.
//!
//! Jobs are done in the file. What can't be written there is done in memory and saved as soon as that works, so that a
//! full disk, a folder without rights, another app or a missing drive costs nobody a word. An id tells
//! where its row is ([`memory`]); ids of memory stay good after their rows were saved.

mod care;
mod damage;
mod opening;
mod place;
mod together;

use std::collections::HashMap;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension};
use tokio::sync::watch;

use super::carry::{Carrier, Ids, Wins, FIRST_IN_MEMORY};
use super::lock::{self, Lock};
use super::marker::Marker;
use super::memory::{self, Memory, Purpose};
use super::open::{self, Begin, Unavailable, Verdict};
use super::{backups, drafts, purge, DOING, FILE};
use crate::contract::HistoryState;
use crate::error::Error;
use care::Care;
pub use place::Place;
use place::Row;
pub use together::{Part, Private, Without};

/// The file is looked after when the first view stands.
const FIRST_CARE: Duration = Duration::from_secs(3);
/// While something is waited for.
const SOON: Duration = Duration::from_millis(200);
/// Between two attempts to save what could not be saved.
#[cfg(not(test))]
const RETRY: Duration = Duration::from_secs(5);
/// Tests say when.
#[cfg(test)]
const RETRY: Duration = Duration::from_secs(3_600);
/// How long a job waits for another connection while one holds the file for long.
const BUSY_NOW: Duration = Duration::from_millis(100);

/// Ids of memory whose rows are in the file now.
#[derive(Debug, Default)]
struct Moved {
    conversations: HashMap<i64, i64>,
    messages: HashMap<i64, i64>,
    attachments: HashMap<i64, i64>,
}

/// See the module.
#[derive(Debug)]
pub struct Keeper {
    folder: PathBuf,
    lock: Option<Lock>,
    disk: Result<Connection, Unavailable>,
    /// Why the file can't be written, where it is open.
    trouble: Option<Unavailable>,
    /// What waits to be saved.
    memory: Memory,
    /// Private conversations.
    private: Memory,
    moved: Moved,
    /// What is wrong with the file, where it could not be put right yet.
    damage: Option<String>,
    /// Files that were set aside since the start, and why.
    set_aside: Vec<(PathBuf, String)>,
    /// The marker as it was last written.
    seen: Option<Marker>,
    /// How much the file had changed when the marker was last looked at.
    seen_at: Option<u64>,
    checked: bool,
    care: Option<Care>,
    cared_at: Option<Instant>,
    tend_at: Instant,
    /// What this process could not save lies here for the next one; and how much memory had changed then.
    waiting: PathBuf,
    left_at: Option<u64>,
    state: watch::Sender<HistoryState>,
    changes: watch::Sender<u64>,
}

impl Keeper {
    /// Opens the history of a folder.
    pub fn open(folder: &Path, state: watch::Sender<HistoryState>, changes: watch::Sender<u64>) -> Self {
        let mut keeper = Self {
            folder: folder.into(),
            lock: None,
            disk: Err(Unavailable::Closed),
            trouble: None,
            memory: Memory::new(Purpose::Unsaved),
            private: Memory::new(Purpose::Private),
            moved: Moved::default(),
            damage: None,
            set_aside: Vec::new(),
            seen: None,
            seen_at: None,
            checked: false,
            care: None,
            cared_at: None,
            tend_at: Instant::now() + FIRST_CARE,
            waiting: memory::waiting_file(folder),
            left_at: None,
            state,
            changes,
        };
        keeper.reopen(Begin::IfNew, lock::PATIENCE);
        keeper.tidy();
        keeper
    }

    fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Does a job in the file; in memory where there is no file.
    ///
    /// # Errors
    /// What the job says.
    pub fn run<T>(&mut self, job: impl FnOnce(&mut Connection) -> Result<T, Error>) -> Result<T, Error> {
        let outcome = match &mut self.disk {
            Ok(connection) => guarded(|| job(connection)),
            Err(Unavailable::Closed) => return Err(Unavailable::Closed.error()),
            Err(_) => {
                let memory = self.memory.get_mut()?;
                return guarded(|| job(memory));
            }
        };
        outcome.map_err(|error| match open::verdict(&error, &self.path()) {
            Verdict::Unavailable(reason) => {
                let told = reason.error();
                self.note_trouble(reason);
                told
            }
            Verdict::Damaged(reason) => {
                self.recover_if_damaged(&reason);
                error
            }
            Verdict::Nothing => error,
        })
    }

    /// Does a job where its rows are, in memory where the file can't be written. The job is given the id that its place has there. It may be
    /// done more than once: whatever failed was not done.
    ///
    /// # Errors
    /// What the job says.
    pub fn run_for<T>(
        &mut self,
        place: &Place,
        job: &dyn Fn(&mut Connection, i64) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if let Err(Unavailable::Closed) = &self.disk {
            return Err(Unavailable::Closed.error());
        }
        let place = self.moved_to(place);
        if self.is_in_memory(&place)? {
            if place.id() < FIRST_IN_MEMORY {
                self.borrow(&place)?;
            }
            return self.run_in_memory(&place, job);
        }
        let path = self.path();
        let error = match &mut self.disk {
            Ok(connection) => match guarded(|| job(connection, place.id())) {
                Ok(done) => return Ok(done),
                Err(error) => error,
            },
            Err(_) if place.row == Row::New => return self.run_in_memory(&place, job),
            Err(reason) => return Err(reason.error()),
        };
        match open::verdict(&error, &path) {
            Verdict::Nothing => Err(error),
            Verdict::Unavailable(reason) => {
                let told = reason.error();
                tracing::warn!(%error, "the history can't be written now; memory keeps what comes");
                self.note_trouble(reason);
                match self.borrow(&place) {
                    Ok(()) => self.run_in_memory(&place, job),
                    Err(error) => {
                        tracing::error!(%error, "memory can't keep it either");
                        Err(told)
                    }
                }
            }
            Verdict::Damaged(reason) => {
                self.recover_if_damaged(&reason);
                match &mut self.disk {
                    Ok(connection) => guarded(|| job(connection, place.id())),
                    Err(_) => Err(error),
                }
            }
        }
    }

    fn run_in_memory<T>(
        &mut self,
        place: &Place,
        job: &dyn Fn(&mut Connection, i64) -> Result<T, Error>,
    ) -> Result<T, Error> {
        for &file in &place.files {
            self.bring_file(file, place)?;
        }
        let memory = self.memory_of(place)?;
        let done = guarded(|| job(memory, place.id()));
        self.tell();
        if self.memory.waits() {
            self.tend_within(if self.trouble.is_none() && self.disk.is_ok() { SOON } else { RETRY });
        }
        done
    }

    /// Where a place in memory is.
    fn memory_of(&mut self, place: &Place) -> Result<&mut Connection, Error> {
        match self.is_in_private(place)? {
            true => self.private.get_mut(),
            false => self.memory.get_mut(),
        }
    }

    /// A file keeps the id that it had where it waited.
    fn is_in_private(&self, place: &Place) -> Result<bool, Error> {
        match (place.row, self.private.begun()) {
            (Row::Attachment(file), Some(private)) if memory::has(private, "attachments", file)? => Ok(true),
            _ => Ok(memory::is_private(place.id())),
        }
    }

    /// A file that was read for a question, where the question is. Of a private one nothing stays behind.
    fn bring_file(&mut self, file: i64, place: &Place) -> Result<(), Error> {
        const TAKE: &str = "DELETE FROM attachments WHERE id = ?1 AND message_id IS NULL";
        let private = memory::is_private(place.id());
        let target = if private { self.private.get()? } else { self.memory.get()? };
        if memory::has(target, "attachments", file)? {
            return Ok(());
        }
        if let (true, Some(unsaved)) = (private, self.memory.begun()) {
            if memory::has(unsaved, "attachments", file)? {
                Carrier::new(unsaved, target, Wins::Source, Ids::Same).waiting_file(file)?;
                unsaved.execute(TAKE, [file])?;
                return Ok(());
            }
        }
        let Ok(disk) = &self.disk else { return Ok(()) };
        Carrier::new(disk, target, Wins::Source, Ids::Same).waiting_file(file)?;
        if private {
            if let Err(error) =
                disk.execute(TAKE, [file]).map_err(Error::from).and_then(|_| purge::empty_log(disk))
            {
                tracing::warn!(%error, "a file of a private question waits to be swept");
            }
        }
        Ok(())
    }

    fn is_in_memory(&self, place: &Place) -> Result<bool, Error> {
        let table = match place.row {
            Row::New => None,
            Row::Conversation(_) => Some("conversations"),
            Row::Message(_) => Some("messages"),
            Row::Attachment(_) => Some("attachments"),
        };
        if place.id() >= FIRST_IN_MEMORY || self.is_in_private(place)? {
            return Ok(true);
        }
        let Some(memory) = self.memory.begun() else { return Ok(false) };
        let has = match table {
            Some(table) => memory::has(memory, table, place.id())?,
            // A draft that waits is the one of the conversation that is begun now.
            None => drafts::waits(memory)?,
        };
        if has {
            return Ok(true);
        }
        // A file that could not be kept in the history waits in memory; its question goes there, and both are saved together.
        for &file in &place.files {
            if memory::has(memory, "attachments", file)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn moved_to(&self, place: &Place) -> Place {
        let moved = &self.moved;
        let now = |map: &HashMap<i64, i64>, id: i64| map.get(&id).copied().unwrap_or(id);
        let row = match place.row {
            Row::New => Row::New,
            Row::Conversation(id) => Row::Conversation(now(&moved.conversations, id)),
            Row::Message(id) => Row::Message(now(&moved.messages, id)),
            Row::Attachment(id) => Row::Attachment(now(&moved.attachments, id)),
        };
        Place { row, files: place.files.clone() }
    }

    /// Takes the conversation of a place into memory.
    fn borrow(&mut self, place: &Place) -> Result<(), Error> {
        let Ok(disk) = &self.disk else { return Ok(()) };
        let of = |sql: &str, id: i64| disk.query_row(sql, [id], |row| row.get::<_, i64>(0)).optional();
        let conversation = match place.row {
            Row::New => None,
            Row::Conversation(id) => Some(id),
            Row::Message(id) => of("SELECT conversation_id FROM messages WHERE id = ?1", id)?,
            Row::Attachment(id) => of(
                "SELECT conversation_id FROM messages JOIN attachments ON message_id = messages.id
                 WHERE attachments.id = ?1",
                id,
            )?,
        };
        match conversation {
            Some(conversation) => memory::borrow(disk, self.memory.get_mut()?, conversation),
            None => Ok(()),
        }
    }

    /// Does a job among private conversations.
    ///
    /// # Errors
    /// What the job says; what SQLite says where there is no memory for them.
    pub fn run_privately<T>(
        &mut self,
        job: impl FnOnce(&mut Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let private = self.private.get_mut()?;
        guarded(|| job(private))
    }

    /// How the history stands.
    pub fn stand(&self) -> HistoryState {
        let unavailable = match (&self.disk, &self.trouble) {
            (Ok(_), None) => return HistoryState::Open,
            (Err(Unavailable::Missing { marker, .. }), _) => {
                return HistoryState::Missing {
                    conversations: marker.conversations,
                    last_seen: marker.last_seen,
                    backups: backups::list(&self.folder),
                };
            }
            (Err(reason), _) | (Ok(_), Some(reason)) => reason,
        };
        let error = (&unavailable.error()).into();
        match unavailable {
            Unavailable::TooNew { .. } => HistoryState::ReadOnly { error },
            _ => HistoryState::Unavailable { error, unsaved: self.memory.unsaved() },
        }
    }

    fn tell(&self) {
        // Copies are not opened again for every word that is written meanwhile.
        if matches!(self.disk, Err(Unavailable::Missing { .. }))
            && matches!(*self.state.borrow(), HistoryState::Missing { .. })
        {
            return;
        }
        let stands = self.stand();
        self.state.send_if_modified(|state| {
            let changed = *state != stands;
            *state = stands;
            changed
        });
    }

    /// What the user is to know at the start.
    pub fn warnings(&self) -> Vec<Error> {
        let aside = self.set_aside.iter();
        let mut warnings: Vec<Error> = aside
            .map(|(path, reason)| Error::HistorySetAside { path: path.clone(), reason: reason.clone() })
            .collect();
        match (&self.disk, &self.trouble) {
            (Err(Unavailable::Missing { .. }), _) | (Ok(_), None) => {}
            (Err(reason), _) | (Ok(_), Some(reason)) => warnings.push(reason.error()),
        }
        warnings
    }

    fn note_trouble(&mut self, reason: Unavailable) {
        if let Ok(disk) = &self.disk {
            if let Err(error) = disk.busy_timeout(BUSY_NOW) {
                tracing::warn!(%error, "jobs may wait long for a file that is held");
            }
        }
        // A file that was opened for reading says nothing but that, whyever it was.
        if self.trouble.is_none() || !matches!(reason, Unavailable::ReadOnly { .. }) {
            self.trouble = Some(reason);
        }
        self.tell();
        self.tend_within(RETRY);
    }
}

/// Does a job; one that panics is a fault of the app. A transaction that it leaves open is rolled back when it is dropped,
/// so the connection is whole and the next job finds it so.
fn guarded<T>(job: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(Error::Internal { doing: DOING, detail: text.unwrap_or_default() })
    })
}
