//! Models that brought something down when they were last loaded.
//!
//! A note is made before a load and taken away when it has ended in order. What is left when the
//! history is opened is a load that took the app, or the machine, with it.

use rusqlite::{params, Connection, OptionalExtension};

use super::stored::Named;
use crate::contract::{Trouble, TroubleKind};
use crate::error::Error;

/// Tells whether the file is still the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Milliseconds since 1970-01-01 UTC; 0 where the system does not tell.
    pub modified: i64,
}

impl Stamp {
    fn size(self) -> i64 {
        i64::try_from(self.size).unwrap_or(i64::MAX)
    }
}

/// A load begins. It takes the place of a note from before.
pub fn begin(connection: &Connection, path: &str, stamp: Stamp, at: i64) -> Result<(), Error> {
    put(connection, path, stamp, "loading", at)
}

/// A load, or the model that it loaded, brought something down.
pub fn trouble(
    connection: &Connection,
    path: &str,
    stamp: Stamp,
    kind: TroubleKind,
    at: i64,
) -> Result<(), Error> {
    put(connection, path, stamp, kind.name(), at)
}

/// A load ended in order; or the user wants the note gone.
pub fn clear(connection: &Connection, path: &str) -> Result<(), Error> {
    connection.execute("DELETE FROM load_notes WHERE path = ?1", [path])?;
    Ok(())
}

/// The app ends in order in the middle of a load.
pub fn clear_loading(connection: &Connection) -> Result<(), Error> {
    connection.execute("DELETE FROM load_notes WHERE kind = 'loading'", [])?;
    Ok(())
}

/// What happened to this very file when it was last loaded.
pub fn find(connection: &Connection, path: &str, stamp: Stamp) -> Result<Option<Trouble>, Error> {
    let found: Option<(String, i64)> = connection
        .prepare_cached("SELECT kind, at FROM load_notes WHERE path = ?1 AND size = ?2 AND modified = ?3")?
        .query_row(params![path, stamp.size(), stamp.modified], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    // No kind of trouble: a load that is under way.
    Ok(found.and_then(|(kind, at)| Some(Trouble { kind: TroubleKind::of(&kind)?, at })))
}

/// When the history is opened: what was being loaded took the app with it.
pub fn settle(connection: &Connection) -> Result<(), Error> {
    connection.execute("UPDATE load_notes SET kind = 'app_ended' WHERE kind = 'loading'", [])?;
    Ok(())
}

fn put(connection: &Connection, path: &str, stamp: Stamp, kind: &str, at: i64) -> Result<(), Error> {
    connection.execute(
        "INSERT INTO load_notes (path, size, modified, kind, at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (path) DO UPDATE SET
             size = excluded.size, modified = excluded.modified, kind = excluded.kind, at = excluded.at",
        params![path, stamp.size(), stamp.modified, kind, at],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::open;

    const STAMP: Stamp = Stamp { size: 7, modified: 1000 };

    #[test]
    fn trouble_is_kept_for_the_same_file_only() {
        let connection = open::in_memory();
        for kind in [TroubleKind::Crashed, TroubleKind::Killed, TroubleKind::Hung, TroubleKind::AppEnded] {
            trouble(&connection, "/千问.gguf", STAMP, kind, 5).expect("noted");
            let found = find(&connection, "/千问.gguf", STAMP).expect("readable");
            assert_eq!(found, Some(Trouble { kind, at: 5 }));
        }
        let newer = Stamp { modified: 2000, ..STAMP };
        assert_eq!(find(&connection, "/千问.gguf", newer).expect("readable"), None);
        assert_eq!(find(&connection, "/other", STAMP).expect("readable"), None);
        clear(&connection, "/千问.gguf").expect("cleared");
        assert_eq!(find(&connection, "/千问.gguf", STAMP).expect("readable"), None);
    }

    #[test]
    fn a_load_that_took_the_app_along_is_known_at_the_next_start() {
        let connection = open::in_memory();
        begin(&connection, "/a", STAMP, 1).expect("noted");
        assert_eq!(find(&connection, "/a", STAMP).expect("readable"), None, "still under way");
        settle(&connection).expect("settled");
        let found = find(&connection, "/a", STAMP).expect("readable");
        assert_eq!(found, Some(Trouble { kind: TroubleKind::AppEnded, at: 1 }));

        begin(&connection, "/b", STAMP, 2).expect("noted");
        clear_loading(&connection).expect("cleared");
        settle(&connection).expect("settled");
        assert_eq!(find(&connection, "/b", STAMP).expect("readable"), None, "the app ended in order");
    }
}
