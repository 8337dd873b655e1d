//! A small file beside the history that remembers it: which one it is, how much was in it, when it was last seen.
//!
//! Where the marker is there and the history is not (a folder that was not connected, a tool that cleaned up, an update that
//! went wrong), the user is asked; nothing is begun afresh without a word.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::{now, settings};
use crate::error::Error;

/// Beside the history.
pub const FILE: &str = "history.seen.json";
/// The identity of a history, among its settings.
const IDENTITY: &str = "history_uid";

/// What is remembered of a history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marker {
    /// Which one; the same in its copies.
    pub history: String,
    /// All that there are, those in the bin among them.
    pub conversations: u32,
    pub messages: u32,
    /// Milliseconds since 1970, UTC.
    pub last_seen: i64,
}

/// The marker of a folder, where there is one that can be read.
pub fn read(folder: &Path) -> Option<Marker> {
    let text = std::fs::read(folder.join(FILE)).ok()?;
    serde_json::from_slice(&text)
        .inspect_err(|error| tracing::warn!(%error, "the marker of the history can't be read"))
        .ok()
}

/// Puts it into a folder: the old one or the new one is there at every moment.
///
/// # Errors
/// What the system says.
pub fn write(folder: &Path, marker: &Marker) -> io::Result<()> {
    let (path, part) = (folder.join(FILE), folder.join(format!("{FILE}.part")));
    let mut file = File::create(&part)?;
    file.write_all(&serde_json::to_vec(marker)?)?;
    file.sync_all()?;
    std::fs::rename(part, path)?;
    sync_folder(folder);
    Ok(())
}

/// What is to be remembered of this history now. Gives it an identity where it has none.
///
/// # Errors
/// What the database says.
pub fn of(connection: &Connection) -> Result<Marker, Error> {
    let history = match settings::get::<String>(connection, IDENTITY)? {
        Some(history) => history,
        None => {
            let fresh: String =
                connection.query_row("SELECT lower(hex(randomblob(16)))", [], |row| row.get(0))?;
            settings::put(connection, IDENTITY, &fresh)?;
            fresh
        }
    };
    let (conversations, messages) = counts(connection)?;
    Ok(Marker { history, conversations, messages, last_seen: now() })
}

/// Which history it is, where it says so.
pub fn identity(connection: &Connection) -> Option<String> {
    settings::get::<String>(connection, IDENTITY).ok().flatten()
}

/// Is this a key of a setting that belongs to one database alone?
pub fn is_identity(key: &str) -> bool {
    key == IDENTITY
}

/// All conversations and all messages.
///
/// # Errors
/// What the database says.
pub fn counts(connection: &Connection) -> Result<(u32, u32), Error> {
    let sql = "SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages)";
    Ok(connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// A rename lasts once the folder is written. Not every system can do that, and none has to.
pub fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::TurnSettings;
    use crate::history::{conversations, open};

    #[test]
    fn a_marker_says_what_was_there_and_a_broken_one_says_nothing() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(read(folder.path()), None);
        let connection = open::in_memory();
        conversations::create(&connection, "天空", &TurnSettings::default()).expect("a row");
        let marker = of(&connection).expect("counted");
        assert_eq!((marker.conversations, marker.messages), (1, 0));
        assert_eq!(of(&connection).expect("counted").history, marker.history, "the same history");
        write(folder.path(), &marker).expect("written");
        assert_eq!(read(folder.path()), Some(marker));
        std::fs::write(folder.path().join(FILE), "{\"conver").expect("written");
        assert_eq!(read(folder.path()), None);
    }
}
