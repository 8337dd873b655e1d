//! Copies, as the user has them: looked into, put back, made, and rid of what was deleted for good.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rusqlite::Connection;

use super::carry::{Carrier, Change, Ids, Wins};
use super::copies::{self, Copy};
use super::transfer::receipts;
use super::{backups, finish, now, purge, text_of, History};
use crate::contract::{Backup, BackupKind, BackupPage, ImportReceipt, LeftOut, LeftOutReason, PurgeReport};
use crate::error::Error;

/// Our own form, in receipts.
const FORMAT: &str = "Vitrine";

impl History {
    /// All copies, the newest first.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn backups(&self) -> Result<Vec<Backup>, Error> {
        let folder = self.folder().to_owned();
        aside("looking at copies", move || Ok(backups::list(&folder))).await
    }

    /// Makes a copy now, for the user.
    ///
    /// # Errors
    /// [`Error::DiskFull`], what SQLite or the system says.
    pub async fn back_up(&self) -> Result<Backup, Error> {
        self.copy_now(BackupKind::Daily).await
    }

    async fn copy_now(&self, kind: BackupKind) -> Result<Backup, Error> {
        // Written before this moment, so in the copy; the copy itself has a connection of its own.
        self.call(|_| Ok(())).await?;
        let folder = self.folder().to_owned();
        aside("copying the history", move || {
            let source = copies::for_reading(&folder.join(super::FILE))?;
            let made = backups::make(&folder, &source, kind)?;
            Ok(backups::describe(made))
        })
        .await
    }

    /// A file that the user chose, as a copy.
    ///
    /// # Errors
    /// [`Error::Internal`]; that it is no copy stands in it.
    pub async fn chosen_backup(&self, path: PathBuf) -> Result<Backup, Error> {
        aside("looking at a copy", move || Ok(backups::chosen(&path))).await
    }

    /// A stretch of what is in a copy.
    ///
    /// # Errors
    /// [`Error::BackupUnreadable`].
    pub async fn look_into(&self, path: PathBuf, offset: u32, limit: u32) -> Result<BackupPage, Error> {
        let folder = self.folder().to_owned();
        let (total, rows) = aside("looking into a copy", move || {
            let copy = copies::open(&path, &backups::scratch(&folder))?;
            unreadable_at(&path, backups::rows(&copy.connection, offset, limit))
        })
        .await?;
        let compared = self.call(move |connection| {
            let mut rows = rows;
            backups::compare(connection, &mut rows)?;
            Ok(rows)
        });
        Ok(BackupPage { total, rows: compared.await? })
    }

    /// Puts conversations of a copy back, all where `uids` is missing. Nothing is overwritten: what is there stays, and gets the messages
    /// that it does not have. One that is asked for by name comes out of the bin. The receipt is kept.
    ///
    /// # Errors
    /// [`Error::BackupUnreadable`], [`Error::HistoryNotWritable`]; what writing the history says. Whatever was put back before stays.
    pub async fn put_back(&self, path: PathBuf, uids: Option<Vec<String>>) -> Result<ImportReceipt, Error> {
        let folder = self.folder().to_owned();
        let from = path.clone();
        let named = uids.is_some();
        self.call_in_file(|_| Ok(())).await?;
        let opened = aside("opening a copy", move || {
            let copy = copies::open(&from, &backups::scratch(&folder))?;
            let all = unreadable_at(&from, conversations(&copy.connection))?;
            Ok((copy, all))
        });
        let (copy, all) = opened.await?;
        if !named {
            self.copy_now(BackupKind::BeforeRestore).await?;
        }
        let mut receipt = ImportReceipt {
            id: 0,
            at: now(),
            sources: vec![path.to_string_lossy().into_owned()],
            formats: vec![FORMAT.into()],
            found: 0,
            imported: 0,
            added: 0,
            already_there: 0,
            passed_over: 0,
            left_out: Vec::new(),
            more_left_out: 0,
            warnings: Vec::new(),
            more_warnings: 0,
            cancelled: false,
        };
        let wanted: Option<HashSet<String>> = uids.map(|uids| uids.into_iter().collect());
        let chosen =
            all.into_iter().filter(|(_, uid, _)| wanted.as_ref().is_none_or(|uids| uids.contains(uid)));
        let copy = Arc::new(Mutex::new(copy));
        for (id, _, title) in chosen {
            receipt.found += 1;
            let copy = copy.clone();
            // One by one, so that what is written meanwhile waits for one conversation at most.
            let put = self.call_in_file(move |connection| {
                let copy = copy.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                put_one(&copy, connection, id, named)
            });
            match put.await {
                Ok(Change::AlreadyThere) => receipt.already_there += 1,
                Ok(Change::Added) => receipt.imported += 1,
                // Asked for by name, it is brought back, out of the bin too.
                Ok(Change::Joined) if named => receipt.imported += 1,
                Ok(Change::Joined) => receipt.added += 1,
                Err(error @ (Error::Stored { .. } | Error::Tokens(_) | Error::Database(_))) => {
                    let (place, detail) = (title, error.to_string());
                    receipt.left_out.push(LeftOut { place, reason: LeftOutReason::Unreadable, detail });
                }
                Err(error) => return Err(error),
            }
        }
        self.note_change();
        let kept = receipt.clone();
        let id = self.call_in_file(move |connection| receipts::keep(connection, &kept));
        receipt.id = id.await?;
        Ok(receipt)
    }

    /// Deletes conversations for good, out of the history and out of its copies; all in the bin where `ids` is missing.
    ///
    /// # Errors
    /// What the history says; nothing is deleted then.
    pub async fn purge(&self, ids: Option<Vec<i64>>) -> Result<PurgeReport, Error> {
        let traces = finish(self.send(|keeper| keeper.purge(ids))).await?;
        let count = traces.len();
        let folder = self.folder().to_owned();
        let cleaned = aside("cleaning copies", move || Ok(purge::copies(&folder, &traces)));
        let mut report = cleaned.await?;
        // A copy that was under way has ended: nobody reads the log any more.
        if let Err(error) = self.call(|connection| purge::clean(connection)).await {
            tracing::warn!(%error, "what was deleted may be in the pages of the history");
            report.backups_left.push(self.folder().join(super::FILE).to_string_lossy().into_owned());
        }
        report.conversations = u32::try_from(count).unwrap_or(u32::MAX);
        self.note_change();
        Ok(report)
    }
}

fn put_one(copy: &Copy, connection: &mut Connection, id: i64, named: bool) -> Result<Change, Error> {
    let transaction = connection.transaction()?;
    let carried = Carrier::new(&copy.connection, &transaction, Wins::Target, Ids::IfFree).carry(id)?;
    let mut change = carried.change;
    if named {
        let sql = "UPDATE conversations SET deleted_at = NULL WHERE id = ?1 AND deleted_at IS NOT NULL";
        let back = transaction.execute(sql, [carried.id])? > 0;
        if back && change == Change::AlreadyThere {
            change = Change::Joined;
        }
    }
    if change == Change::Added {
        // Nobody is at it any more.
        let sql =
            "UPDATE messages SET status = 'interrupted' WHERE conversation_id = ?1 AND status = 'streaming'";
        transaction.execute(sql, [carried.id])?;
    }
    transaction.commit()?;
    Ok(change)
}

/// Id, identity and title of all in a copy.
fn conversations(copy: &Connection) -> Result<Vec<(i64, String, String)>, Error> {
    let mut query = copy.prepare("SELECT id, uid, title FROM conversations ORDER BY id")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, text_of(row, 1)?, text_of(row, 2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn unreadable_at<T>(path: &Path, read: Result<T, Error>) -> Result<T, Error> {
    read.map_err(|error| Error::BackupUnreadable { path: path.into(), reason: error.to_string() })
}

/// Work that waits for a disk, away from the threads that don't.
async fn aside<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|panic| Error::Internal { doing, detail: panic.to_string() })?
}
