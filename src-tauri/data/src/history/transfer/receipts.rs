//! What imports did: kept, so that it can be read later. The stored form is apart from what crosses to the window, and a
//! name that this version does not know hides no receipt.

use rusqlite::{params, Connection};
use serde::{Deserialize, Serialize};

use crate::contract::{ImportOddity, ImportReceipt, ImportWarning, LeftOut, LeftOutReason};
use crate::error::Error;
use crate::history::stored::Named;
use crate::history::{text_of, to_json};

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Stored {
    sources: Vec<String>,
    formats: Vec<String>,
    found: u32,
    imported: u32,
    added: u32,
    already_there: u32,
    passed_over: u32,
    left_out: Vec<StoredLeftOut>,
    more_left_out: u32,
    warnings: Vec<StoredWarning>,
    more_warnings: u32,
    cancelled: bool,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredLeftOut {
    place: String,
    reason: String,
    detail: String,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredWarning {
    place: String,
    what: String,
    times: u32,
}

/// Keeps a receipt. Gives back its id.
///
/// # Errors
/// What the database says.
pub fn keep(connection: &Connection, receipt: &ImportReceipt) -> Result<i64, Error> {
    let left_out = receipt.left_out.iter().map(|one| StoredLeftOut {
        place: one.place.clone(),
        reason: one.reason.name().into(),
        detail: one.detail.clone(),
    });
    let warnings = receipt.warnings.iter().map(|one| StoredWarning {
        place: one.place.clone(),
        what: one.what.name().into(),
        times: one.times,
    });
    let stored = Stored {
        sources: receipt.sources.clone(),
        formats: receipt.formats.clone(),
        found: receipt.found,
        imported: receipt.imported,
        added: receipt.added,
        already_there: receipt.already_there,
        passed_over: receipt.passed_over,
        left_out: left_out.collect(),
        more_left_out: receipt.more_left_out,
        warnings: warnings.collect(),
        more_warnings: receipt.more_warnings,
        cancelled: receipt.cancelled,
    };
    let sql = "INSERT INTO import_receipts (at, receipt) VALUES (?1, ?2)";
    connection.execute(sql, params![receipt.at, to_json("receipt", &stored)?])?;
    Ok(connection.last_insert_rowid())
}

/// All, the newest first. One that can't be read is there with its time.
///
/// # Errors
/// What the database says.
pub fn list(connection: &Connection) -> Result<Vec<ImportReceipt>, Error> {
    let mut query =
        connection.prepare_cached("SELECT id, at, receipt FROM import_receipts ORDER BY id DESC")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, text_of(row, 2)?)))?;
    rows.map(|row| {
        let (id, at, text) = row?;
        let stored = serde_json::from_str(&text).unwrap_or_else(|error| {
            tracing::warn!(%error, receipt = id, "a receipt that can't be read");
            Stored::default()
        });
        Ok(read(id, at, stored))
    })
    .collect()
}

fn read(id: i64, at: i64, stored: Stored) -> ImportReceipt {
    let left_out = stored.left_out.into_iter().map(|one| LeftOut {
        place: one.place,
        reason: LeftOutReason::of(&one.reason).unwrap_or(LeftOutReason::NotKnown),
        detail: one.detail,
    });
    let warnings = stored.warnings.into_iter().map(|one| ImportWarning {
        place: one.place,
        what: ImportOddity::of(&one.what).unwrap_or(ImportOddity::NotKnown),
        times: one.times,
    });
    ImportReceipt {
        id,
        at,
        sources: stored.sources,
        formats: stored.formats,
        found: stored.found,
        imported: stored.imported,
        added: stored.added,
        already_there: stored.already_there,
        passed_over: stored.passed_over,
        left_out: left_out.collect(),
        more_left_out: stored.more_left_out,
        warnings: warnings.collect(),
        more_warnings: stored.more_warnings,
        cancelled: stored.cancelled,
    }
}
