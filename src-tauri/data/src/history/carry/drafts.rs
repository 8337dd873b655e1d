//! Drafts, with the files that wait in them.

use rusqlite::{params, OptionalExtension, Row};

use super::{Carrier, Ids, Raw, Wins};
use crate::error::Error;

impl Carrier<'_> {
    /// Carries what stands in the composer of a conversation, or of the one that is not begun. `unless_newer`: a newer one that is
    /// here stays.
    ///
    /// # Errors
    /// What either database says.
    pub fn draft(&mut self, from: i64, to: i64, unless_newer: bool) -> Result<(), Error> {
        let sql = "SELECT text, updated_at FROM drafts WHERE conversation_id = ?1";
        let read = |row: &Row| Ok((Raw::of(row, 0)?, row.get::<_, i64>(1)?));
        let here = self.target.query_row(sql, [to], read).optional()?.map(|(_, at)| at);
        let (text, at) = match self.source.query_row(sql, [from], read).optional()? {
            Some((_, at)) if unless_newer && here.is_some_and(|here| here > at) => return Ok(()),
            Some(found) => found,
            // In a copy or in what was salvaged it may be lost.
            None if self.wins == Wins::Target => return Ok(()),
            None => return self.sent(from, to, unless_newer),
        };
        self.target.execute("DELETE FROM drafts WHERE conversation_id = ?1", [to])?;
        let sql = "INSERT INTO drafts (conversation_id, text, updated_at) VALUES (?1, ?2, ?3)";
        self.target.execute(sql, params![to, text, at])?;
        let sql =
            "SELECT place, attachment_id FROM draft_attachments WHERE conversation_id = ?1 ORDER BY place";
        let mut query = self.source.prepare_cached(sql)?;
        let files = query.query_map([from], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for (place, file) in files.collect::<Result<Vec<(i64, i64)>, _>>()? {
            let Some(file) = self.file_of_a_draft(file)? else { continue };
            let sql =
                "INSERT INTO draft_attachments (conversation_id, place, attachment_id) VALUES (?1, ?2, ?3)";
            self.target.execute(sql, [to, place, file])?;
        }
        Ok(())
    }

    /// There is no draft any more where a conversation comes from: one that is here and older was sent, or taken away.
    fn sent(&self, from: i64, to: i64, unless_newer: bool) -> Result<(), Error> {
        let sql = "SELECT updated_at FROM conversations WHERE id = ?1";
        let used: Option<i64> = self.source.query_row(sql, [from], |row| row.get(0)).optional()?;
        let Some(used) = used else { return Ok(()) };
        let sql = "DELETE FROM drafts WHERE conversation_id = ?1 AND (NOT ?2 OR updated_at <= ?3)";
        self.target.execute(sql, params![to, unless_newer, used])?;
        Ok(())
    }

    /// The row here of a file that waits in a draft there: one that is the same, or a new one.
    fn file_of_a_draft(&mut self, file: i64) -> Result<Option<i64>, Error> {
        if self.ids == Ids::Same {
            self.waiting_file(file)?;
            return Ok(Some(file));
        }
        let sql = "SELECT name, text FROM attachments WHERE id = ?1";
        let read = |row: &Row| Ok((Raw::of(row, 0)?, Raw::of(row, 1)?));
        let Some((name, text)) = self.source.query_row(sql, [file], read).optional()? else {
            return Ok(None);
        };
        let sql = "SELECT id FROM attachments WHERE message_id IS NULL AND name = ?1 AND text = ?2
                   ORDER BY id <> ?3 LIMIT 1";
        let same = self.target.query_row(sql, params![name, text, file], |row| row.get(0)).optional()?;
        if same.is_some() {
            return Ok(same);
        }
        let columns = self.shared("attachments", &["id", "message_id"])?;
        let wanted = self.free("attachments", file)?;
        Ok(Some(self.insert("attachments", &columns, file, wanted, &[])?))
    }
}
