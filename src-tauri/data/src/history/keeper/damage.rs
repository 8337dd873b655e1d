//! A damaged file: what is good joined with what can still be read, and the file set aside.
//!
//! All of that is made beside the file before anything is done to it: on a full disk it fails, and is done again as a whole.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{Keeper, RETRY};
use crate::error::Error;
use crate::history::carry::{raw_row, Carrier, Ids, Wins};
use crate::history::open::{self, Begin, Failure, Unavailable, Verdict};
use crate::history::{backups, copies, drafts, memory, messages, salvage, FILE};

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

    /// Puts a damaged file right. Where that does not work now, nothing has changed, and it is tried again when the file is
    /// next to be opened.
    pub(super) fn recover(&mut self, reason: &str) {
        if let Err(error) = self.try_recover(reason) {
            tracing::error!(%error, "a damaged history could not be put right");
            self.damage = Some(reason.to_owned());
            self.disk = Err(match open::verdict(&error, &self.path()) {
                Verdict::Unavailable(reason) => reason,
                Verdict::Damaged(_) | Verdict::Nothing => Unavailable::Other(error.to_string()),
            });
            self.tend_within(RETRY);
        }
        self.changes.send_modify(|count| *count += 1);
    }

    /// Joins the last good copy with what can still be read of the file, sets the file aside, and puts what came of it in its
    /// place.
    pub(super) fn try_recover(&mut self, reason: &str) -> Result<(), Error> {
        let path = self.path();
        // Nobody writes to it from here on.
        self.disk = Err(Unavailable::Other(reason.into()));
        let ready = open::with_suffix(&path, READY);
        let built = self.build(&path, &ready).and_then(|()| self.replace(&path, &ready));
        let aside = built.inspect_err(|_| copies::remove(&ready))?;
        tracing::error!(%reason, aside = %aside.display(), "a damaged history is set aside");
        self.set_aside.push((aside, reason.to_owned()));
        let opened = open::open(&self.folder, Begin::Anyway, None).map_err(|failure| match failure {
            Failure::Unavailable(reason) => reason.error(),
            Failure::Damaged(reason) => Error::HistoryUnavailable(reason),
        })?;
        self.trouble = opened.read_only;
        self.disk = Ok(opened.connection);
        self.seen_at = None;
        self.take_up();
        self.remember();
        Ok(())
    }

    /// The last good copy, joined with what can still be read of the file, which is not changed.
    fn build(&self, damaged: &Path, ready: &Path) -> Result<(), Error> {
        copies::remove(ready);
        let scratch = backups::scratch(&self.folder);
        // It is copied to be read. Where not even that works, nothing has to be begun.
        check_room(&scratch, damaged)?;
        let copies = backups::names(&self.folder).into_iter().filter(|named| !named.is_set_aside());
        for named in copies {
            let good = copies::open(&named.path, &scratch)
                .and_then(|copy| Ok(open::fault(&copy.connection)?.is_none().then_some(copy)));
            match good {
                Ok(Some(copy)) => {
                    copies::make(&copy.connection, ready)?;
                    break;
                }
                Ok(None) => tracing::warn!(copy = %named.path.display(), "a copy is damaged too"),
                Err(error) => {
                    // One that can't be brought up to date for want of room is good all the same.
                    check_room(&scratch, &named.path)?;
                    tracing::warn!(%error, "a copy is passed over");
                }
            }
        }
        let mut joined = Connection::open(ready)?;
        let version: usize = joined.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        // What a newer version of the app wrote can only be read.
        if version <= open::STEPS.len() {
            open::prepare(&mut joined)?;
            let known = identities(&joined)?;
            match salvage::read(damaged, &scratch, &known) {
                Ok(saved) => {
                    tracing::warn!(rows = saved.rows, "read out of a damaged history");
                    join(&saved.connection, &mut joined)?;
                }
                Err(error) => match open::verdict(&error, damaged) {
                    Verdict::Unavailable(_) => return Err(error),
                    _ => tracing::error!(%error, "nothing could be read out of a damaged history"),
                },
            }
            joined.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
        }
        joined.close().map_err(|(_, error)| error)?;
        let synced = File::options().read(true).write(true).open(ready).and_then(|file| file.sync_all());
        synced.map_err(|source| Error::Io { action: "saving", path: ready.into(), source })
    }

    /// Sets the damaged file aside and puts another one in its place; gives back where it is now.
    fn replace(&self, path: &Path, ready: &Path) -> Result<PathBuf, Error> {
        let aside = open::set_aside(path, backups::DAMAGED)?;
        copies::put_in_place(ready, path).inspect_err(|_| open::bring_back(&aside, path))?;
        Ok(aside)
    }
}

/// What is to take the place of the damaged file, while it is made.
const READY: &str = ".recovered";

/// Is there room for a copy of this file and what belongs to it?
fn check_room(folder: &Path, file: &Path) -> Result<(), Error> {
    let sizes =
        ["", "-wal"].map(|suffix| open::with_suffix(file, suffix).metadata().map_or(0, |file| file.len()));
    let bytes: u64 = sizes.iter().sum();
    match backups::free_bytes(folder) {
        Some(free) if free < bytes => {
            let detail = format!("a damaged history takes {bytes} bytes to be put right");
            Err(Error::DiskFull { path: folder.into(), detail })
        }
        _ => Ok(()),
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
    let or_later = |carried: Result<(), Error>, id: i64| match carried {
        Err(error) if !matches!(open::verdict(&error, Path::new(FILE)), Verdict::Nothing) => Err(error),
        Err(error) => {
            tracing::error!(%error, id, "a conversation or a draft stays in the damaged file");
            Ok(())
        }
        Ok(()) => Ok(()),
    };
    for id in ids {
        let carried = carrier.carry(id);
        or_later(carried.and_then(|carried| carrier.draft(id, carried.id, true)), id)?;
    }
    or_later(carrier.draft(drafts::NOT_BEGUN, drafts::NOT_BEGUN, true), drafts::NOT_BEGUN)?;
    if let Err(error) = memory::others(salvaged, &transaction) {
        tracing::warn!(%error, "settings stay in the damaged file");
    }
    let receipts = "SELECT at, receipt FROM import_receipts ORDER BY id";
    let mut receipts = salvaged.prepare(receipts)?;
    let mut rows = receipts.query([])?;
    while let Some(row) = rows.next()? {
        let sql = "INSERT INTO import_receipts (at, receipt) SELECT ?1, ?2
                   WHERE NOT EXISTS (SELECT 1 FROM import_receipts WHERE at = ?1 AND receipt = ?2)";
        transaction.execute(sql, rusqlite::params_from_iter(raw_row(row, 2)?))?;
    }
    Ok(transaction.commit()?)
}
