//! The token records of answers: chunks of [`super::codec`], appended while an answer is written.

use rusqlite::{params, Connection};
use vitrine_core::protocol::TokenRecord;

use super::codec::Decoder;
use crate::error::Error;

/// Adds a chunk. Adding the same chunk of the same message again changes nothing, so that a save
/// whose outcome is not known may be repeated.
pub fn append(connection: &Connection, message_id: i64, chunk: u32, data: &[u8]) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO token_records (message_id, chunk, data) VALUES (?1, ?2, ?3)
         ON CONFLICT (message_id, chunk) DO NOTHING",
        )?
        .execute(params![message_id, chunk, data])?;
    Ok(())
}

/// All records of a message, in order; none for a message without.
pub fn read(connection: &Connection, message_id: i64) -> Result<Vec<TokenRecord>, Error> {
    let mut query =
        connection.prepare_cached("SELECT data FROM token_records WHERE message_id = ?1 ORDER BY chunk")?;
    let mut rows = query.query([message_id])?;
    let mut decoder = Decoder::default();
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let chunk = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        records.append(&mut decoder.decode(chunk)?);
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::TurnSettings;
    use crate::engine::fake_worker::record;
    use crate::history::codec::Encoder;
    use crate::history::messages::{self, NewMessage};
    use crate::history::{conversations, open};

    #[test]
    fn chunks_come_back_in_order_and_only_once() {
        let connection = open::in_memory();
        let conversation = conversations::create(&connection, "", &TurnSettings::default());
        let new = NewMessage::question(conversation.expect("a row"), None, "?");
        let id = messages::insert(&connection, &new).expect("a row");
        let mut encoder = Encoder::default();
        let first = encoder.encode(&[record(3, "a"), record(4, "天")]).expect("hex");
        let second = encoder.encode(&[record(5, "a")]).expect("hex");
        append(&connection, id, 1, &second).expect("a row");
        append(&connection, id, 0, &first).expect("a row");
        append(&connection, id, 0, &first).expect("the same again");
        let texts: Vec<_> = read(&connection, id).expect("records").into_iter().map(|r| r.text).collect();
        assert_eq!(texts, ["a", "天", "a"]);
        assert!(read(&connection, id + 1).expect("none").is_empty());
    }

    #[test]
    fn damaged_records_are_an_error() {
        let connection = open::in_memory();
        let conversation = conversations::create(&connection, "", &TurnSettings::default());
        let new = NewMessage::question(conversation.expect("a row"), None, "?");
        let id = messages::insert(&connection, &new).expect("a row");
        append(&connection, id, 0, &[1, 0]).expect("a row");
        assert!(matches!(read(&connection, id), Err(Error::Tokens(_))));
    }
}
