//! What the history adds up to, from the index. Conversations in the bin and what was deleted in others don't count; a
//! copy counts where it was copied from.

use std::collections::BTreeMap;

use rusqlite::{params, Connection};

use super::keeper::Without;
use super::{index, text_of};
use crate::contract::{HistoryStatistics, RuleCount, UsageRow};
use crate::error::Error;

/// Messages of a stretch of time: `?1` and `?2` in milliseconds, where not NULL; without the conversations in `?3`.
const WHICH: &str = "FROM digests JOIN conversations ON conversations.id = digests.conversation_id
     WHERE conversations.deleted_at IS NULL AND digests.copied = 0
       AND (?1 IS NULL OR digests.created_at >= ?1) AND (?2 IS NULL OR digests.created_at < ?2)
       AND conversations.id NOT IN (SELECT value FROM json_each(?3))";

/// Sums of one database or of several.
#[derive(Debug, Default)]
pub struct Sums {
    conversations: u32,
    questions: u32,
    answers: u32,
    /// By day and model.
    usage: BTreeMap<(String, String), Usage>,
    rules: BTreeMap<String, u64>,
    waiting: u32,
}

#[derive(Debug, Default)]
struct Usage {
    answers: u32,
    read: u64,
    written: u64,
    /// Written tokens with a record.
    recorded: f64,
    /// Over these, in bits.
    surprise: f64,
}

impl Sums {
    /// Adds what is from `from` on and before `until`, both in milliseconds since 1970, UTC; days are those of the local time.
    ///
    /// # Errors
    /// What the database says.
    pub fn add(
        &mut self,
        connection: &mut Connection,
        from: Option<i64>,
        until: Option<i64>,
        without: &Without,
    ) -> Result<(), Error> {
        index::catch_up(connection)?;
        let span = params![from, until, without.json()];
        let (conversations, questions, answers): (u32, f64, f64) = connection
            .prepare_cached(&format!(
                "SELECT count(DISTINCT digests.conversation_id), total(recorded IS NULL), total(recorded IS NOT NULL)
                 {WHICH}"
            ))?
            .query_row(span, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        self.conversations += conversations;
        self.questions += questions as u32;
        self.answers += answers as u32;
        // Local days begin at whole quarters of an hour of UTC, so few times have to be asked for their day.
        let mut query = connection.prepare_cached(&format!(
            "SELECT date(quarter, 'unixepoch', 'localtime') AS day, model, sum(answers), sum(read), sum(written),
                    sum(recorded), sum(surprise)
             FROM (SELECT digests.created_at / 900000 * 900 AS quarter, model, count(*) AS answers,
                          total(read) AS read, total(written) AS written, total(recorded) AS recorded,
                          total(surprise) AS surprise
                   {WHICH} AND model IS NOT NULL GROUP BY 1, 2)
             GROUP BY day, model"
        ))?;
        let mut rows = query.query(span)?;
        while let Some(row) = rows.next()? {
            let usage = self.usage.entry((text_of(row, 0)?, text_of(row, 1)?)).or_default();
            usage.answers += row.get::<_, u32>(2)?;
            usage.read += row.get::<_, f64>(3)? as u64;
            usage.written += row.get::<_, f64>(4)? as u64;
            usage.recorded += row.get::<_, f64>(5)?;
            usage.surprise += row.get::<_, f64>(6)?;
        }
        let mut query = connection.prepare_cached(&format!(
            "SELECT rule, sum(times) FROM cuts WHERE message_id IN (SELECT digests.message_id {WHICH}) GROUP BY rule"
        ))?;
        let mut rows = query.query(span)?;
        while let Some(row) = rows.next()? {
            *self.rules.entry(text_of(row, 0)?).or_default() += row.get::<_, i64>(1)?.unsigned_abs();
        }
        drop(rows);
        drop(query);
        self.waiting += index::waiting(connection)?;
        Ok(())
    }

    /// Oldest day first, the most frequent rule first.
    pub fn told(self) -> HistoryStatistics {
        let usage = self.usage.into_iter().map(|((day, model_name), usage)| UsageRow {
            day,
            model_name,
            answers: usage.answers,
            read: usage.read,
            written: usage.written,
            mean_surprise: (usage.recorded > 0.0).then(|| (usage.surprise / usage.recorded) as f32),
        });
        let rules = self.rules.into_iter().map(|(rule, times)| RuleCount { rule, times });
        let mut rules: Vec<RuleCount> = rules.collect();
        // Equal ones stay in the order of their names.
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.times));
        HistoryStatistics {
            conversations: self.conversations,
            questions: self.questions,
            answers: self.answers,
            usage: usage.collect(),
            rules,
            waiting: self.waiting,
        }
    }
}

/// Of one database.
///
/// # Errors
/// What the database says.
pub fn read(
    connection: &mut Connection,
    from: Option<i64>,
    until: Option<i64>,
) -> Result<HistoryStatistics, Error> {
    let mut sums = Sums::default();
    sums.add(connection, from, until, &Without::nothing())?;
    Ok(sums.told())
}

#[cfg(test)]
mod tests;
