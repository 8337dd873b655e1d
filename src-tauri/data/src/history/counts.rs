//! How much is kept, as bare numbers.

use rusqlite::Connection;

use crate::error::Error;

/// Rows, those in the bin too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub conversations: u32,
    pub in_bin: u32,
    pub messages: u32,
}

/// # Errors
/// What the database says.
pub fn read(connection: &Connection) -> Result<Counts, Error> {
    let counted = connection.query_row(
        "SELECT count(*), count(deleted_at), (SELECT count(*) FROM messages) FROM conversations",
        [],
        |row| Ok(Counts { conversations: row.get(0)?, in_bin: row.get(1)?, messages: row.get(2)? }),
    )?;
    Ok(counted)
}
