//! What concerns all conversations, wherever they are: in the file, in memory until they can be saved, or private.

use std::collections::HashSet;
use std::time::Duration;

use rusqlite::Connection;

use super::{guarded, Keeper, Place};
use crate::contract::{HistoryChange, Keeping};
use crate::error::Error;
use crate::history::carry::FIRST_IN_MEMORY;
use crate::history::index::{self, Waiting};
use crate::history::open::Unavailable;
use crate::history::purge::{self, Trace};
use crate::history::{folders, list, memory};

/// Conversations that one part leaves out of its answer, because memory stands for them.
#[derive(Debug)]
pub struct Without {
    ids: HashSet<i64>,
    /// For `json_each` in SQL.
    json: String,
}

impl Without {
    /// Nothing is left out.
    pub fn nothing() -> Self {
        Self::these(HashSet::new())
    }

    pub fn these(ids: HashSet<i64>) -> Self {
        let json = serde_json::Value::from_iter(ids.iter().copied()).to_string();
        Self { ids, json }
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub fn has(&self, conversation: i64) -> bool {
        self.ids.contains(&conversation)
    }

    /// A JSON array of their ids.
    pub fn json(&self) -> &str {
        &self.json
    }
}

/// Where a question is asked, one place after the other.
#[derive(Debug)]
pub struct Part {
    pub keeping: Keeping,
    pub without: Without,
    /// Nobody else is asked.
    pub alone: bool,
}

/// Does a question reach private conversations?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Private {
    Asked,
    LeftOut,
}

impl Keeper {
    /// Asks all parts that hold conversations, and the file in any case: first what waits to be saved, then what is private, then the
    /// file. Where there is no file, memory is asked in its place.
    ///
    /// # Errors
    /// What the job says.
    pub fn ask(
        &mut self,
        private: Private,
        job: &mut dyn FnMut(&mut Connection, &Part) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if let Err(Unavailable::Closed) = &self.disk {
            return Err(Unavailable::Closed.error());
        }
        let waiting = self.memory.begun().map(memory::conversations).transpose()?.unwrap_or_default();
        let private = match private {
            Private::Asked => {
                self.private.begun().map(memory::conversations).transpose()?.unwrap_or_default()
            }
            Private::LeftOut => HashSet::new(),
        };
        let file = self.disk.is_ok();
        let parts = [!waiting.is_empty() || !file, !private.is_empty(), file];
        let alone = parts.iter().filter(|there| **there).count() == 1;
        let part = |keeping, without| Part { keeping, without: Without::these(without), alone };
        if parts[0] {
            let memory = self.memory.get_mut()?;
            guarded(|| job(memory, &part(Keeping::Unsaved, HashSet::new())))?;
        }
        if parts[1] {
            let private = self.private.get_mut()?;
            guarded(|| job(private, &part(Keeping::Private, HashSet::new())))?;
        }
        if parts[2] {
            let borrowed = waiting.into_iter().filter(|id| *id < FIRST_IN_MEMORY).collect();
            self.run(|connection| job(connection, &part(Keeping::Saved, borrowed)))?;
        }
        Ok(())
    }

    /// Does something to all that are named, or to none of those in the file.
    ///
    /// # Errors
    /// What [`list::change`] says.
    pub fn change(&mut self, ids: &[i64], change: &HistoryChange) -> Result<(), Error> {
        let (mut in_memory, mut in_file) = (Vec::new(), Vec::new());
        for id in ids {
            let place = self.moved_to(&Place::conversation(*id));
            match self.is_in_memory(&place)? {
                true => in_memory.push(place),
                false => in_file.push(place.id()),
            }
        }
        if !in_file.is_empty() {
            match self.run(|connection| list::change(connection, &in_file, change)) {
                Ok(()) => {}
                // Where the file can't be written, memory keeps what becomes of them.
                Err(_) if self.trouble.is_some() => {
                    in_memory.extend(in_file.into_iter().map(Place::conversation));
                }
                Err(error) => return Err(error),
            }
        }
        if let (HistoryChange::Move { folder: Some(folder) }, false) = (change, in_memory.is_empty()) {
            self.bring_folder(*folder)?;
        }
        for place in in_memory {
            self.run_for(&place, &|connection, id| list::change(connection, &[id], change))?;
        }
        Ok(())
    }

    /// A folder of the file is one of memory too, with its id.
    fn bring_folder(&self, id: i64) -> Result<(), Error> {
        let Ok(disk) = &self.disk else { return Ok(()) };
        let Some(name) = folders::name_of(disk, id)? else { return Ok(()) };
        folders::bring(self.memory.get()?, id, name)
    }

    /// The id that a folder has in memory, if it is there.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn folder_in_memory(&self, id: i64) -> Result<Option<i64>, Error> {
        let Ok(disk) = &self.disk else { return Ok(Some(id)) };
        match (folders::name_of(disk, id)?, self.memory.begun()) {
            (Some(name), Some(memory)) => folders::named_so(memory, &name),
            _ => Ok(None),
        }
    }

    /// Deletes conversations for good wherever they are; all in the bin where `ids` is missing.
    ///
    /// # Errors
    /// What the history says; nothing is deleted then.
    pub fn purge(&mut self, ids: Option<Vec<i64>>) -> Result<Vec<Trace>, Error> {
        let ids = ids.map(|ids| {
            let moved = ids.into_iter().map(|id| self.moved_to(&Place::conversation(id)).id());
            moved.collect::<Vec<_>>()
        });
        let in_file = ids.as_ref().map(|ids| {
            let in_file = ids.iter().copied().filter(|id| *id < FIRST_IN_MEMORY);
            in_file.collect::<Vec<_>>()
        });
        let mut traces = Vec::new();
        if self.disk.is_ok() && in_file.as_ref().is_none_or(|ids| !ids.is_empty()) {
            traces = self.run(|connection| purge::conversations(connection, in_file.as_deref()))?;
        }
        let mut failed = None;
        for memory in [self.memory.begun_mut(), self.private.begun_mut()].into_iter().flatten() {
            let erased = guarded(|| {
                let erased = purge::conversations(memory, ids.as_deref())?;
                purge::clean(memory)?;
                Ok(erased)
            });
            match erased {
                Ok(erased) => {
                    let fresh =
                        erased.into_iter().filter(|trace| !traces.contains(trace)).collect::<Vec<_>>();
                    traces.extend(fresh);
                }
                Err(error) => failed = Some(error),
            }
        }
        self.leave_anew();
        self.tell();
        match failed {
            // What is gone from the file goes from its copies, whatever memory says.
            Some(error) if traces.is_empty() => Err(error),
            Some(error) => {
                tracing::warn!(%error, "a conversation stays in memory");
                Ok(traces)
            }
            None => Ok(traces),
        }
    }

    /// Indexes what waits, in the file and in memory, for about so long each.
    ///
    /// # Errors
    /// What the file says; memory is indexed in any case.
    pub fn index(&mut self, time: Duration) -> Result<Waiting, Error> {
        let step = |connection: &mut Connection| -> Result<Waiting, Error> {
            let stepped = index::step(connection, time).map(Some);
            // `None`: it was damaged and begins anew.
            Ok(index::or_anew(connection, stepped)?.unwrap_or(Waiting::More))
        };
        let mut waiting = Waiting::Nothing;
        for memory in [self.memory.begun_mut(), self.private.begun_mut()].into_iter().flatten() {
            if guarded(|| step(memory))? == Waiting::More {
                waiting = Waiting::More;
            }
        }
        if self.disk.is_ok() && self.trouble.is_none() && self.run(step)? == Waiting::More {
            waiting = Waiting::More;
        }
        Ok(waiting)
    }

    /// Does a job in the file and nowhere else: what comes in by thousands is not for memory.
    ///
    /// # Errors
    /// [`Error::HistoryNotWritable`] where the file can't be written; what the job says.
    pub fn run_in_file<T>(
        &mut self,
        job: impl FnOnce(&mut Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let reason = match (&self.disk, &self.trouble) {
            (Ok(_), None) => return self.run(job),
            (Err(Unavailable::Closed), _) => return Err(Unavailable::Closed.error()),
            (Err(reason), _) | (Ok(_), Some(reason)) => reason,
        };
        Err(Error::HistoryNotWritable(Box::new(reason.error())))
    }
}
