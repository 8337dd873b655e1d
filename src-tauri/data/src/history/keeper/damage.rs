//! A damaged file: set aside, and what is good joined with what can still be read.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::Connection;

use super::Keeper;
use crate::error::Error;
use crate::history::carry::{Carrier, Ids, Wins};
use crate::history::open::{self, Begin, Failure, Unavailable, Verdict};
use crate::history::{backups, copies, memory, messages, salvage, FILE};

impl Keeper {
    pub(super) fn recover_if_damaged(&mut self, reason: &str) {
        let damaged = match &self.disk {
            Ok(disk) => match open::fault(disk) {
                Ok(fault) => fault.is_some(),
                Err(error) => matches!(open::verdict(&error, &self.path()), Verdict::Damaged(_)),
            },
            Err(_) => false,
        };
        if self.trouble.is_some() {
            return;
        }
        if damaged {
            self.recover(reason);
            self.tell();
        } else if let Ok(disk) = &mut self.disk {
            if let Err(error) = open::heal_index(disk) {
                tracing::warn!(%error, "the damaged index stays");
            }
        }
    }

    /// Sets the damaged file aside, takes the last good copy, and joins what can still be read of the file with it.
    pub(super) fn recover(&mut self, reason: &str) {
        if let Err(error) = self.try_recover(reason) {
            tracing::error!(%error, "a damaged history could not be put right");
            self.disk = Err(match open::verdict(&error, &self.path()) {
                Verdict::Unavailable(reason) => reason,
                Verdict::Damaged(_) | Verdict::Nothing => Unavailable::Other(error.to_string()),
            });
        }
        self.changes.send_modify(|count| *count += 1);
    }

    pub(super) fn try_recover(&mut self, reason: &str) -> Result<(), Error> {
        let path = self.path();
        let scratch = backups::scratch(&self.folder);
        self.disk = Err(Unavailable::Other(reason.into()));
        let aside = open::set_aside(&path, backups::DAMAGED)?;
        tracing::error!(%reason, aside = %aside.display(), "a damaged history is set aside");
        self.set_aside.push((aside.clone(), reason.to_owned()));
        let copies = backups::names(&self.folder).into_iter().filter(|named| !named.is_set_aside());
        for named in copies {
            let good = copies::open(&named.path, &scratch)
                .and_then(|copy| Ok(open::fault(&copy.connection)?.is_none().then_some(copy)));
            match good {
                Ok(Some(copy)) => {
                    copies::make(&copy.connection, &path)?;
                    break;
                }
                Ok(None) => tracing::warn!(copy = %named.path.display(), "a copy is damaged too"),
                Err(error) => tracing::warn!(%error, "a copy is passed over"),
            }
        }
        let opened = open::open(&self.folder, Begin::Anyway, None).map_err(|failure| match failure {
            Failure::Unavailable(reason) => reason.error(),
            Failure::Damaged(reason) => Error::HistoryUnavailable(reason),
        })?;
        self.trouble = opened.read_only;
        self.disk = Ok(opened.connection);
        self.seen_at = None;
        let Ok(disk) = &mut self.disk else { return Ok(()) };
        let known = identities(disk)?;
        match salvage::read(&aside, &scratch, &known) {
            Ok(saved) => {
                tracing::warn!(rows = saved.rows, "read out of a damaged history");
                join(&saved.connection, disk)?;
            }
            Err(error) => tracing::error!(%error, "nothing could be read out of a damaged history"),
        }
        self.take_up();
        self.remember();
        Ok(())
    }
}

/// Conversations by id.
fn identities(connection: &Connection) -> Result<HashMap<i64, String>, Error> {
    let mut query = connection.prepare("SELECT id, uid FROM conversations")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What was read out of a damaged file comes beside what is good.
fn join(salvaged: &Connection, disk: &mut Connection) -> Result<(), Error> {
    messages::interrupt_streaming(salvaged)?;
    let transaction = disk.transaction()?;
    let mut query = salvaged.prepare("SELECT id FROM conversations ORDER BY id")?;
    let ids: Vec<i64> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut carrier = Carrier::new(salvaged, &transaction, Wins::Target, Ids::IfFree);
    for id in ids {
        if let Err(error) = carrier.carry(id) {
            match open::verdict(&error, Path::new(FILE)) {
                Verdict::Nothing => tracing::error!(%error, id, "a conversation stays in the damaged file"),
                _ => return Err(error),
            }
        }
    }
    if let Err(error) = memory::others(salvaged, &transaction) {
        tracing::warn!(%error, "settings stay in the damaged file");
    }
    Ok(transaction.commit()?)
}
