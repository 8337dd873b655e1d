//! The token records of answers: chunks of [`super::codec`], appended while an answer is written.

use rusqlite::{params, Connection};
use vitrine_core::protocol::TokenRecord;

use super::codec::compact::{self, Bare};
use super::codec::primitive::to_hex;
use super::codec::{CodecError, Decoder, VERSION};
use super::pieces::Pieces;
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

/// Puts one chunk in place of all that there are: what was appended piece by piece is smaller as a whole.
pub fn replace(connection: &Connection, message_id: i64, data: &[u8]) -> Result<(), Error> {
    connection.execute("DELETE FROM token_records WHERE message_id = ?1", [message_id])?;
    append(connection, message_id, 0, data)
}

/// All records of a message, in order; none for a message without. No model is needed.
pub fn read(connection: &Connection, message_id: i64) -> Result<Vec<TokenRecord>, Error> {
    let mut query =
        connection.prepare_cached("SELECT data FROM token_records WHERE message_id = ?1 ORDER BY chunk")?;
    let mut rows = query.query([message_id])?;
    let mut decoder = Decoder::default();
    let mut pieces: Option<(u32, Pieces)> = None;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let data = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        if data.first() == Some(&VERSION) {
            records.append(&mut decoder.decode(data)?);
            continue;
        }
        let chunk = compact::decode(data)?;
        let known = match &mut pieces {
            Some((vocabulary, known)) if *vocabulary == chunk.vocabulary => known,
            other => {
                let known = Pieces::of(connection, i64::from(chunk.vocabulary));
                &mut other.insert((chunk.vocabulary, known)).1
            }
        };
        for bare in chunk.records {
            records.push(fill(bare, known)?);
        }
    }
    Ok(records)
}

/// Records without the bytes of their tokens: ids and numbers alone, which are read many times faster.
#[derive(Debug, Default)]
pub struct Bones {
    /// The row of the vocabulary; records of the first version don't name it.
    pub vocabulary: Option<u32>,
    records: Vec<Bare>,
}

impl Bones {
    /// In order; in part without text.
    pub fn records(&self) -> impl DoubleEndedIterator<Item = &TokenRecord> + ExactSizeIterator {
        self.records.iter().map(|bare| &bare.record)
    }

    /// One record with its own bytes and text; those of its alternatives may be missing.
    ///
    /// # Errors
    /// [`Error::Tokens`] where its piece is no text; what the database says.
    pub fn filled(&self, index: usize, pieces: &mut Pieces) -> Result<Option<TokenRecord>, Error> {
        let Some(Bare { record, text_as_bytes }) = self.records.get(index) else { return Ok(None) };
        let mut record = TokenRecord { alternatives: Vec::new(), ..record.clone() };
        if !record.special && record.bytes.is_empty() {
            fill_own(&mut record, *text_as_bytes, pieces)?;
        }
        Ok(Some(record))
    }
}

/// All records of a message, in order, without bytes.
pub fn bones(connection: &Connection, message_id: i64) -> Result<Bones, Error> {
    let mut query =
        connection.prepare_cached("SELECT data FROM token_records WHERE message_id = ?1 ORDER BY chunk")?;
    let mut rows = query.query([message_id])?;
    let mut decoder = Decoder::default();
    let mut bones = Bones::default();
    while let Some(row) = rows.next()? {
        let data = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        if data.first() == Some(&VERSION) {
            let records = decoder.decode(data)?.into_iter();
            bones.records.extend(records.map(|record| Bare { record, text_as_bytes: false }));
            continue;
        }
        let chunk = compact::decode(data)?;
        bones.vocabulary = Some(chunk.vocabulary);
        bones.records.extend(chunk.records);
    }
    Ok(bones)
}

/// Puts the bytes in.
fn fill(bare: Bare, pieces: &mut Pieces) -> Result<TokenRecord, Error> {
    let Bare { mut record, text_as_bytes } = bare;
    if !record.special {
        fill_own(&mut record, text_as_bytes, pieces)?;
    }
    for one in &mut record.alternatives {
        let piece = pieces.get(one.id)?;
        if !piece.special {
            one.bytes = to_hex(&piece.bytes);
        }
    }
    Ok(record)
}

fn fill_own(record: &mut TokenRecord, text_as_bytes: bool, pieces: &mut Pieces) -> Result<(), Error> {
    let bytes = &pieces.get(record.id)?.bytes;
    record.bytes = to_hex(bytes);
    if text_as_bytes {
        record.text = String::from_utf8(bytes.clone()).map_err(|_| CodecError::NotUtf8)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::TurnSettings;
    use crate::history::codec::encode::Encoder as OldEncoder;
    use crate::history::codec::Encoder;
    use crate::history::messages::{self, NewMessage};
    use crate::history::{conversations, open, pieces};
    use crate::samples::record;

    fn message(connection: &Connection) -> i64 {
        let conversation = conversations::create(connection, "", &TurnSettings::default());
        let new = NewMessage::question(conversation.expect("a row"), None, "?");
        messages::insert(connection, &new).expect("a row")
    }

    fn texts(connection: &Connection, id: i64) -> Vec<String> {
        read(connection, id).expect("records").into_iter().map(|record| record.text).collect()
    }

    #[test]
    fn chunks_come_back_in_order_and_only_once() {
        let connection = open::in_memory();
        let id = message(&connection);
        let vocabulary = pieces::vocabulary(&connection, "f00d").expect("a row");
        let mut encoder = Encoder::new(vocabulary as u32, 0.7);
        let mut chunk = |records: &[TokenRecord]| {
            let (chunk, fresh) = encoder.encode(records).expect("hex");
            let fresh = fresh.iter().map(|(id, bytes, special)| (*id, bytes.as_slice(), *special));
            pieces::keep(&connection, vocabulary, fresh).expect("kept");
            chunk
        };
        let first = chunk(&[record(3, "a"), record(4, "天")]);
        let second = chunk(&[record(5, "a")]);
        let all = chunk(&[record(3, "a"), record(4, "天"), record(5, "a")]);
        append(&connection, id, 1, &second).expect("a row");
        append(&connection, id, 0, &first).expect("a row");
        append(&connection, id, 0, &first).expect("the same again");
        assert_eq!(texts(&connection, id), ["a", "天", "a"]);
        let before = read(&connection, id).expect("records");
        assert_eq!(
            (before[1].bytes.as_str(), before[1].alternatives[0].bytes.as_str()),
            ("e5a4a9", "e5a4a9")
        );
        replace(&connection, id, &all).expect("one row");
        assert_eq!(read(&connection, id).expect("records"), before);
        assert!(read(&connection, id + 1).expect("none").is_empty());
    }

    #[test]
    fn records_of_the_first_version_stay_readable() {
        let connection = open::in_memory();
        let id = message(&connection);
        let mut encoder = OldEncoder::default();
        for (number, text) in (0..).zip(["a", "天", "a"]) {
            let chunk = encoder.encode(&[record(3 + number, text)]).expect("hex");
            append(&connection, id, number, &chunk).expect("a row");
        }
        assert_eq!(texts(&connection, id), ["a", "天", "a"]);
    }

    #[test]
    fn damaged_records_are_an_error() {
        let connection = open::in_memory();
        let id = message(&connection);
        append(&connection, id, 0, &[1, 0]).expect("a row");
        assert!(matches!(read(&connection, id), Err(Error::Tokens(_))));
    }
}
