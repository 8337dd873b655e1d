//! Text files that go with a question: read, decoded, counted, kept.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vitrine_core::protocol::Role;

use super::document::{self, Turn};
use super::shelf::draft_place;
use super::{ask, Conversations};
use crate::blocking::blocking;
use crate::contract::{Attachment, ModelSlot, TextEncoding};
use crate::engine::Pulse;
use crate::history::attachments::{self, NewAttachment};
use crate::history::Place;
use crate::Error;

/// Larger files are refused: this is many times what any context holds.
const LIMIT: u64 = 2 * 1024 * 1024;
/// A file whose cost is not known by then is attached without.
const COUNTING: Duration = Duration::from_secs(20);

impl Conversations {
    /// Reads a text file and keeps it until it is sent, where the conversation is kept: one for a private question is on no
    /// disk at any time.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::AttachmentTooLarge`], [`Error::AttachmentNotText`], [`Error::Internal`], what the history says.
    pub async fn attach(&self, path: String, conversation: Option<i64>) -> Result<Attachment, Error> {
        let file = PathBuf::from(path);
        let mut new = blocking("reading a text file", move || read(&file)).await??;
        new.tokens = self.cost(&new).await;
        let place = draft_place(conversation);
        self.history.call_for(place, move |connection, _| attachments::insert(connection, &new)).await
    }

    /// The whole text of a file that was read.
    ///
    /// # Errors
    /// What the history says.
    pub async fn attachment_text(&self, id: i64) -> Result<String, Error> {
        let text = |connection: &mut rusqlite::Connection, id| attachments::text(connection, id);
        self.history.call_for(Place::attachment(id), text).await
    }

    /// What it costs in tokens, quoting included; not known without a model.
    async fn cost(&self, new: &NewAttachment) -> Option<u32> {
        let ready = self.models.ready(ModelSlot::A).ok()?;
        let content = document::quote(&new.name, &new.text);
        let turns = [Turn { message_id: None, role: Role::User, content, pinned: true }];
        let pulse = Pulse { most: COUNTING, ..Pulse::default() };
        let prompted = ask::prompt(&ready.worker, &turns, 0, "", false, &pulse).await;
        let share = prompted.ok()?.shares.into_iter().next()?;
        Some(share.end - share.start)
    }
}

fn read(path: &Path) -> Result<NewAttachment, Error> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let refused = |source| Error::Io { action: "reading", path: path.into(), source };
    let mut file = std::fs::File::open(path).map_err(refused)?;
    let metadata = file.metadata().map_err(refused)?;
    if !metadata.is_file() {
        return Err(Error::AttachmentNotText { name });
    }
    let too_large = |bytes| Error::AttachmentTooLarge { name: name.clone(), bytes, limit: LIMIT };
    if metadata.len() > LIMIT {
        return Err(too_large(metadata.len()));
    }
    let mut bytes = Vec::new();
    file.by_ref().take(LIMIT + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() as u64 > LIMIT {
        return Err(too_large(bytes.len() as u64));
    }
    let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let (text, encoding) = decode(&bytes).ok_or_else(|| Error::AttachmentNotText { name: name.clone() })?;
    Ok(NewAttachment { name, bytes: size, encoding, text, tokens: None })
}

/// UTF-8, UTF-16 with its mark, else GB18030 (and with it GBK and GB2312), if every byte means something there.
/// Line ends become `\n`. `None` for what is no text.
fn decode(bytes: &[u8]) -> Option<(String, TextEncoding)> {
    let (text, encoding) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (utf_16(rest, u16::from_le_bytes)?, TextEncoding::Utf16),
        [0xFE, 0xFF, rest @ ..] => (utf_16(rest, u16::from_be_bytes)?, TextEncoding::Utf16),
        [0xEF, 0xBB, 0xBF, rest @ ..] => (std::str::from_utf8(rest).ok()?.to_owned(), TextEncoding::Utf8),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), TextEncoding::Utf8),
            Err(_) => {
                let decoded =
                    encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes)?;
                (decoded.into_owned(), TextEncoding::Gb18030)
            }
        },
    };
    // No text has these; programs and pictures do.
    let strange =
        |character: char| character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\u{c}');
    if text.contains(strange) {
        return None;
    }
    Some((text.replace("\r\n", "\n").replace('\r', "\n"), encoding))
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let pairs = bytes.chunks(2).map(|pair| Some(unit([*pair.first()?, *pair.get(1)?])));
    String::from_utf16(&pairs.collect::<Option<Vec<u16>>>()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_the_encodings_that_it_comes_in() {
        let read = |bytes: &[u8]| decode(bytes);
        assert_eq!(read("天\r\na".as_bytes()), Some(("天\na".into(), TextEncoding::Utf8)));
        assert_eq!(read(b"\xEF\xBB\xBFa"), Some(("a".into(), TextEncoding::Utf8)));
        assert_eq!(read(b"\xFF\xFE\x29\x59"), Some(("天".into(), TextEncoding::Utf16)));
        assert_eq!(read(b"\xFE\xFF\x59\x29"), Some(("天".into(), TextEncoding::Utf16)));
        assert_eq!(read(b"\xCC\xEC\xBF\xD5"), Some(("天空".into(), TextEncoding::Gb18030)));
        assert_eq!(read(b""), Some((String::new(), TextEncoding::Utf8)));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [&b"\x89PNG\r\n\x1a\n\0\0"[..], b"\xFF\xFE\x29", b"GGUF\x03\0\0\0", b"\xFF\xFF\xFF"] {
            assert_eq!(decode(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_file_that_is_too_large_says_how_large() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("大.txt");
        std::fs::write(&path, vec![b'a'; LIMIT as usize + 1]).expect("written");
        let error = read(&path).expect_err("too large");
        assert!(matches!(error, Error::AttachmentTooLarge { bytes, .. } if bytes == LIMIT + 1));
        std::fs::write(&path, "天").expect("written");
        let read = read(&path).expect("a text");
        assert_eq!((read.name.as_str(), read.bytes), ("大.txt", 3));
        assert!(matches!(super::read(folder.path()), Err(Error::AttachmentNotText { .. })));
    }
}
