//! What the library keeps: the user's folders, what was taken off the list, and what headers and
//! whole files said, so that each is read once.

use std::collections::{HashMap, HashSet};

use rusqlite::{params, Connection};

use super::load_notes::Stamp;
use crate::error::Error;

/// What the header of a file said, as text that the library understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFile {
    pub path: String,
    pub stamp: Stamp,
    /// The program that read it.
    pub reader: String,
    /// JSON.
    pub found: String,
}

/// The user's folders, oldest first.
pub fn folders(connection: &Connection) -> Result<Vec<String>, Error> {
    strings(connection, "SELECT path FROM library_folders ORDER BY added_at, path")
}

/// Adds a folder; one that is there already stays where it is.
pub fn add_folder(connection: &Connection, path: &str, at: i64) -> Result<(), Error> {
    connection.execute(
        "INSERT OR IGNORE INTO library_folders (path, added_at) VALUES (?1, ?2)",
        params![path, at],
    )?;
    Ok(())
}

/// The folder is no longer looked into. Nothing in it is touched.
pub fn remove_folder(connection: &Connection, path: &str) -> Result<(), Error> {
    connection.execute("DELETE FROM library_folders WHERE path = ?1", [path])?;
    Ok(())
}

/// What was taken off the list.
pub fn hidden(connection: &Connection) -> Result<HashSet<String>, Error> {
    Ok(strings(connection, "SELECT path FROM library_hidden")?.into_iter().collect())
}

/// Takes a file off the list.
pub fn hide(connection: &Connection, path: &str) -> Result<(), Error> {
    connection.execute("INSERT OR IGNORE INTO library_hidden (path) VALUES (?1)", [path])?;
    Ok(())
}

/// Puts it back.
pub fn unhide(connection: &Connection, path: &str) -> Result<(), Error> {
    connection.execute("DELETE FROM library_hidden WHERE path = ?1", [path])?;
    Ok(())
}

/// Puts everything back.
pub fn unhide_all(connection: &Connection) -> Result<(), Error> {
    connection.execute("DELETE FROM library_hidden", [])?;
    Ok(())
}

/// Everything that was read, by path.
pub fn files(connection: &Connection) -> Result<HashMap<String, ReadFile>, Error> {
    let mut query =
        connection.prepare_cached("SELECT path, size, modified, reader, found FROM library_files")?;
    let rows = query.query_map([], |row| {
        let path: String = row.get(0)?;
        let stamp = Stamp { size: row.get::<_, i64>(1)?.unsigned_abs(), modified: row.get(2)? };
        Ok((path.clone(), ReadFile { path, stamp, reader: row.get(3)?, found: row.get(4)? }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Stores what was read now, and forgets what is gone.
pub fn store_files(connection: &mut Connection, read: &[ReadFile], gone: &[String]) -> Result<(), Error> {
    let transaction = connection.transaction()?;
    {
        let mut insert = transaction.prepare_cached(
            "INSERT OR REPLACE INTO library_files (path, size, modified, reader, found)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        for file in read {
            let size = i64::try_from(file.stamp.size).unwrap_or(i64::MAX);
            insert.execute(params![file.path, size, file.stamp.modified, file.reader, file.found])?;
        }
        let mut delete = transaction.prepare_cached("DELETE FROM library_files WHERE path = ?1")?;
        for path in gone {
            delete.execute([path])?;
        }
    }
    Ok(transaction.commit()?)
}

/// SHA-256 of whole files, in hex, by path.
pub fn digests(connection: &Connection) -> Result<HashMap<String, (Stamp, String)>, Error> {
    let mut query = connection.prepare_cached("SELECT path, size, modified, sha256 FROM library_digests")?;
    let rows = query.query_map([], |row| {
        let stamp = Stamp { size: row.get::<_, i64>(1)?.unsigned_abs(), modified: row.get(2)? };
        Ok((row.get(0)?, (stamp, row.get(3)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps the SHA-256 of a whole file.
pub fn store_digest(connection: &Connection, path: &str, stamp: Stamp, sha256: &str) -> Result<(), Error> {
    connection.execute(
        "INSERT OR REPLACE INTO library_digests (path, size, modified, sha256) VALUES (?1, ?2, ?3, ?4)",
        params![path, i64::try_from(stamp.size).unwrap_or(i64::MAX), stamp.modified, sha256],
    )?;
    Ok(())
}

fn strings(connection: &Connection, sql: &str) -> Result<Vec<String>, Error> {
    let mut query = connection.prepare_cached(sql)?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::open;

    #[test]
    fn folders_come_in_the_order_in_which_they_were_added_and_each_once() {
        let connection = open::in_memory();
        for (path, at) in [("/模型", 1), ("/a", 2), ("/模型", 3)] {
            add_folder(&connection, path, at).expect("added");
        }
        assert_eq!(folders(&connection).expect("a list"), ["/模型", "/a"]);
        remove_folder(&connection, "/模型").expect("removed");
        assert_eq!(folders(&connection).expect("a list"), ["/a"]);
    }

    #[test]
    fn what_is_hidden_can_be_brought_back() {
        let connection = open::in_memory();
        hide(&connection, "/a").expect("hidden");
        hide(&connection, "/a").expect("once is enough");
        hide(&connection, "/b").expect("hidden");
        unhide(&connection, "/a").expect("back");
        assert_eq!(hidden(&connection).expect("a set"), HashSet::from(["/b".to_owned()]));
        unhide_all(&connection).expect("back");
        assert!(hidden(&connection).expect("a set").is_empty());
    }

    #[test]
    fn what_was_read_and_hashed_is_kept_until_it_is_gone() {
        let mut connection = open::in_memory();
        let stamp = Stamp { size: 5, modified: 6 };
        let file = |path: &str| ReadFile { path: path.into(), stamp, reader: "1".into(), found: "{}".into() };
        store_files(&mut connection, &[file("/a"), file("/b")], &[]).expect("stored");
        store_files(&mut connection, &[file("/c")], &["/a".into()]).expect("stored");
        let known = files(&connection).expect("a map");
        assert_eq!(known.len(), 2);
        assert_eq!(known["/c"], file("/c"));

        store_digest(&connection, "/b", stamp, "abc").expect("stored");
        assert_eq!(digests(&connection).expect("a map")["/b"], (stamp, "abc".into()));
    }
}
