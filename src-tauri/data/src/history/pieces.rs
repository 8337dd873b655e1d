//! The pieces of each model's vocabulary that came up in some answer or prompt. Records and
//! prompts are stored as ids; here the ids become bytes again, with no model loaded.

use std::collections::HashMap;

use rusqlite::{params, Connection, OptionalExtension};

use crate::error::Error;

/// One entry of a vocabulary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Piece {
    /// Of a control token: its name, or nothing where only answers had it.
    pub bytes: Vec<u8>,
    pub special: bool,
}

/// The row of the vocabulary with this fingerprint, made where there is none.
pub fn vocabulary(connection: &Connection, fingerprint: &str) -> Result<i64, Error> {
    let sql = "SELECT id FROM vocabularies WHERE fingerprint = ?1";
    let found = connection.prepare_cached(sql)?.query_row([fingerprint], |row| row.get(0)).optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    connection.execute("INSERT INTO vocabularies (fingerprint) VALUES (?1)", [fingerprint])?;
    Ok(connection.last_insert_rowid())
}

/// A model's vocabulary has these entries: a fingerprint that other models with the same ones have too.
///
/// # Errors
/// What the database says.
pub fn note_entries(connection: &Connection, fingerprint: &str, entries: &str) -> Result<(), Error> {
    let row = vocabulary(connection, fingerprint)?;
    let sql = "UPDATE vocabularies SET entries = ?2 WHERE id = ?1 AND entries IS NOT ?2";
    connection.prepare_cached(sql)?.execute(params![row, entries])?;
    Ok(())
}

/// The models whose vocabularies have these entries.
///
/// # Errors
/// What the database says.
pub fn models_with(connection: &Connection, entries: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT fingerprint FROM vocabularies WHERE entries = ?1";
    let mut query = connection.prepare_cached(sql)?;
    let models = query.query_map([entries], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(models)
}

/// The fingerprint of a vocabulary.
pub fn fingerprint(connection: &Connection, vocabulary: i64) -> Result<String, Error> {
    let sql = "SELECT fingerprint FROM vocabularies WHERE id = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([vocabulary], |row| row.get(0))?)
}

/// Keeps pieces. One that is known stays as it is, but gets its name where it had none.
pub fn keep<'a>(
    connection: &Connection,
    vocabulary: i64,
    pieces: impl IntoIterator<Item = (u32, &'a [u8], bool)>,
) -> Result<(), Error> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO pieces (vocabulary, token, bytes, special) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (vocabulary, token) DO UPDATE SET bytes = excluded.bytes, special = excluded.special
         WHERE length(bytes) = 0 AND length(excluded.bytes) > 0",
    )?;
    for (token, bytes, special) in pieces {
        insert.execute(params![vocabulary, token, bytes, special])?;
    }
    Ok(())
}

/// Reads pieces when they are needed, each once.
pub struct Pieces<'a> {
    connection: &'a Connection,
    vocabulary: i64,
    read: HashMap<u32, Piece>,
}

impl<'a> Pieces<'a> {
    pub fn of(connection: &'a Connection, vocabulary: i64) -> Self {
        Self { connection, vocabulary, read: HashMap::new() }
    }

    /// A piece; an empty one where it is not known.
    pub fn get(&mut self, token: u32) -> Result<&Piece, Error> {
        if !self.read.contains_key(&token) {
            let sql = "SELECT bytes, special FROM pieces WHERE vocabulary = ?1 AND token = ?2";
            let found = self
                .connection
                .prepare_cached(sql)?
                .query_row(params![self.vocabulary, token], |row| {
                    Ok(Piece { bytes: row.get(0)?, special: row.get(1)? })
                })
                .optional()?;
            self.read.insert(token, found.unwrap_or_default());
        }
        Ok(&self.read[&token])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::open;

    #[test]
    fn pieces_are_kept_by_vocabulary_and_get_their_name_when_it_comes_up() {
        let connection = open::in_memory();
        let first = vocabulary(&connection, "f00d").expect("a row");
        let second = vocabulary(&connection, "beef").expect("a row");
        assert_eq!(vocabulary(&connection, "f00d").expect("the same"), first);
        assert_eq!(fingerprint(&connection, second).expect("a row"), "beef");
        keep(&connection, first, [(7, "天".as_bytes(), false), (2, b"".as_slice(), true)]).expect("kept");
        keep(&connection, second, [(7, b"x".as_slice(), false)]).expect("kept");
        keep(&connection, first, [(2, b"<|end|>".as_slice(), true), (7, b"".as_slice(), true)])
            .expect("kept");
        let mut pieces = Pieces::of(&connection, first);
        assert_eq!(pieces.get(7).expect("read").bytes, "天".as_bytes());
        assert_eq!(pieces.get(2).expect("read"), &Piece { bytes: b"<|end|>".to_vec(), special: true });
        assert_eq!(pieces.get(9).expect("read"), &Piece::default());
    }
}
