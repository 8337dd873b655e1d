//! Questions about all conversations, wherever they are: in the file, in memory until they can be saved, or private.
//!
//! | | saved | not saved yet | private, while it is there |
//! |---|---|---|---|
//! | list, search, counts of the shelves | yes | yes, marked | yes, marked |
//! | moments, statistics | yes | yes | no |
//!
//! A private conversation is in nothing that adds up or is looked back at: when it is gone, nothing is another number than before. What is
//! found of it is found in an index of its own, in memory. A conversation that is borrowed from the file counts where it is newer: in memory.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;
use std::time::Duration;

use super::index::Waiting;
use super::keeper::{Keeper, Part, Private};
use super::list::Shelves;
use super::statistics::Sums;
use super::{finish, folders, index, list, moments, search, History};
use crate::contract::{
    ConversationSummary, HistoryChange, HistoryFilter, HistoryFolder, HistoryOrder, HistoryPage,
    HistoryShelves, HistoryStatistics, Keeping, MomentPage, MomentQuery, SearchPage,
};
use crate::error::Error;

impl History {
    /// A stretch of the list.
    ///
    /// # Errors
    /// What the history says.
    pub async fn page(
        &self,
        filter: HistoryFilter,
        order: HistoryOrder,
        offset: u32,
        limit: u32,
    ) -> Result<HistoryPage, Error> {
        finish(self.send(move |keeper| page(keeper, filter, order, offset, limit.min(list::LONGEST)))).await
    }

    /// What a filter can be set to.
    ///
    /// # Errors
    /// What the history says.
    pub async fn shelves(&self) -> Result<HistoryShelves, Error> {
        finish(self.send(shelves)).await
    }

    /// Titles, questions, answers, thoughts and files that have all terms.
    ///
    /// # Errors
    /// What the history says.
    pub async fn search(
        &self,
        text: String,
        filter: HistoryFilter,
        offset: u32,
        limit: u32,
    ) -> Result<SearchPage, Error> {
        finish(self.send(move |keeper| search(keeper, &text, filter, offset, limit))).await
    }

    /// Places in answers that only token records know.
    ///
    /// # Errors
    /// What the history says.
    pub async fn moments(&self, query: MomentQuery, offset: u32, limit: u32) -> Result<MomentPage, Error> {
        finish(self.send(move |keeper| moments(keeper, &query, offset, limit.min(moments::LONGEST)))).await
    }

    /// What the history adds up to, from `from` on and before `until`, both in milliseconds since 1970, UTC.
    ///
    /// # Errors
    /// What the history says.
    pub async fn statistics(
        &self,
        from: Option<i64>,
        until: Option<i64>,
    ) -> Result<HistoryStatistics, Error> {
        let told = self.send(move |keeper| {
            let mut sums = Sums::default();
            keeper.ask(Private::LeftOut, &mut |connection, part| {
                sums.add(connection, from, until, &part.without)
            })?;
            Ok(sums.told())
        });
        finish(told).await
    }

    /// Does something to all that are named, or to none of those in the file.
    ///
    /// # Errors
    /// [`Error::NoSuchItem`]; what the history says.
    pub async fn change(&self, ids: Vec<i64>, change: HistoryChange) -> Result<(), Error> {
        finish(self.send(move |keeper| keeper.change(&ids, &change))).await
    }

    /// Indexes what waits, for about so long.
    ///
    /// # Errors
    /// What the history says.
    pub async fn index(&self, time: Duration) -> Result<Waiting, Error> {
        finish(self.send(move |keeper| keeper.index(time))).await
    }
}

fn page(
    keeper: &mut Keeper,
    filter: HistoryFilter,
    order: HistoryOrder,
    offset: u32,
    limit: u32,
) -> Result<HistoryPage, Error> {
    let filter = Filter::new(keeper, filter)?;
    let (mut total, mut in_memory, mut in_file) = (0_u32, Vec::new(), Vec::new());
    let mut skip = offset;
    keeper.ask(Private::Asked, &mut |connection, part| {
        let Some(wanted) = filter.of(part) else { return Ok(()) };
        if part.keeping != Keeping::Saved {
            // Models and scripts are known to the index.
            index::catch_up(connection)?;
        }
        if part.alone {
            let stretch = list::stretch(connection, wanted, order, &part.without, offset, limit)?;
            total = stretch.total;
            in_file = marked(stretch.rows, part.keeping);
            skip = 0;
            return Ok(());
        }
        let stretch = if part.keeping == Keeping::Saved {
            // So many rows of memory may stand before this stretch of the file.
            let rows = u32::try_from(in_memory.len()).unwrap_or(u32::MAX);
            let from = offset.saturating_sub(rows);
            skip = offset - from;
            let limit = limit.saturating_add(skip);
            list::stretch(connection, wanted, order, &part.without, from, limit)?
        } else {
            list::stretch(connection, wanted, order, &part.without, 0, u32::MAX)?
        };
        total = total.saturating_add(stretch.total);
        let rows = marked(stretch.rows, part.keeping);
        match part.keeping {
            Keeping::Saved => in_file = rows,
            Keeping::Unsaved | Keeping::Private => in_memory.extend(rows),
        }
        Ok(())
    })?;
    let place = filter.place();
    let mut rows = in_file;
    if !in_memory.is_empty() {
        rows.extend(in_memory);
        // Stable, and both are in this order: they are woven into each other.
        rows.sort_by(|one, other| list::compare(one, other, order, place));
    }
    let rows = rows.into_iter().skip(skip as usize).take(limit as usize).collect();
    Ok(HistoryPage { total, rows })
}

fn marked(mut rows: Vec<ConversationSummary>, keeping: Keeping) -> Vec<ConversationSummary> {
    // Ids of memory in place of a file that is not there, and borrowed ones.
    if keeping != Keeping::Saved {
        rows.iter_mut().for_each(|row| row.keeping = keeping);
    }
    rows
}

fn shelves(keeper: &mut Keeper) -> Result<HistoryShelves, Error> {
    let mut parts: Vec<(Keeping, Shelves)> = Vec::new();
    keeper.ask(Private::Asked, &mut |connection, part| {
        if part.keeping != Keeping::Saved {
            index::catch_up(connection)?;
        }
        parts.push((part.keeping, list::shelves_without(connection, &part.without)?));
        Ok(())
    })?;
    let from_file = parts.iter().any(|(keeping, _)| *keeping == Keeping::Saved);
    let mut all = HistoryShelves::default();
    let mut models: HashMap<String, u32> = HashMap::new();
    // Folders of the file first: those of memory are the same by name.
    for (keeping, part) in parts.into_iter().rev() {
        all.kept += part.kept;
        all.archived += part.archived;
        all.in_bin += part.in_bin;
        for (name, times) in part.models {
            *models.entry(name).or_default() += times;
        }
        let as_they_are = keeping == Keeping::Saved || !from_file;
        join(&mut all.folders, part.folders, as_they_are);
    }
    folders::sort(&mut all.folders);
    let mut models: Vec<(String, u32)> = models.into_iter().collect();
    models.sort_unstable_by(|(one, often), (other, seldom)| {
        (Reverse(often), one).cmp(&(Reverse(seldom), other))
    });
    all.models = models.into_iter().map(|(name, _)| name).collect();
    Ok(all)
}

/// Adds folders of another part: all as they are, or by name, and none that is empty.
fn join(known: &mut Vec<HistoryFolder>, others: Vec<HistoryFolder>, as_they_are: bool) {
    for other in others {
        match known.iter_mut().find(|folder| !as_they_are && folder.name == other.name) {
            Some(folder) => folder.conversations += other.conversations,
            None if as_they_are || other.conversations > 0 => known.push(other),
            None => {}
        }
    }
}

fn search(
    keeper: &mut Keeper,
    text: &str,
    filter: HistoryFilter,
    offset: u32,
    limit: u32,
) -> Result<SearchPage, Error> {
    let filter = Filter::new(keeper, filter)?;
    let mut all = SearchPage::default();
    let (mut skip, mut room) = (offset, limit);
    keeper.ask(Private::Asked, &mut |connection, part| {
        let Some(wanted) = filter.of(part) else { return Ok(()) };
        let mut found = search::find_without(connection, text, wanted, &part.without, skip, room)?;
        if part.keeping != Keeping::Saved {
            found.hits.iter_mut().for_each(|hit| hit.keeping = part.keeping);
        }
        let given = found.total.saturating_sub(skip).min(room);
        (skip, room) = (skip.saturating_sub(found.total), room - given);
        all.total = all.total.saturating_add(found.total);
        all.more |= found.more;
        all.waiting = all.waiting.saturating_add(found.waiting);
        all.hits.append(&mut found.hits);
        Ok(())
    })?;
    Ok(all)
}

fn moments(keeper: &mut Keeper, query: &MomentQuery, offset: u32, limit: u32) -> Result<MomentPage, Error> {
    let mut all = MomentPage::default();
    let (mut skip, mut room) = (offset, limit);
    let (mut sum, mut alone) = (0.0_f64, true);
    // The least probable ones of all have to be looked for among those of each; the others follow each other.
    let by_probability = *query == MomentQuery::MostSurprising;
    // A model that wrote in memory may be known to the file alone, and the other way round.
    let mut models = Vec::new();
    keeper.ask(Private::LeftOut, &mut |connection, _| {
        models.extend(moments::models(connection, query)?);
        Ok(())
    })?;
    keeper.ask(Private::LeftOut, &mut |connection, part| {
        alone &= part.alone;
        let (from, most) = match by_probability && !part.alone {
            true => (0, offset.saturating_add(limit).min(moments::LISTED)),
            false => (skip, room),
        };
        let mut found = moments::find_without(connection, query, &models, &part.without, from, most)?;
        let given = found.total.saturating_sub(skip).min(room);
        (skip, room) = (skip.saturating_sub(found.total), room - given);
        sum += f64::from(found.mean_probability.unwrap_or_default()) * f64::from(found.total);
        all.total = all.total.saturating_add(found.total);
        all.waiting = all.waiting.saturating_add(found.waiting);
        all.moments.append(&mut found.moments);
        Ok(())
    })?;
    if by_probability && !alone {
        all.moments
            .sort_by(|one, other| one.probability.partial_cmp(&other.probability).unwrap_or(Ordering::Equal));
        all.moments = all.moments.into_iter().skip(offset as usize).take(limit as usize).collect();
        all.total = all.total.min(moments::LISTED);
    }
    let of_a_token = matches!(query, MomentQuery::Token { .. }) && all.total > 0;
    all.mean_probability = of_a_token.then(|| (sum / f64::from(all.total)) as f32);
    Ok(all)
}

/// A filter as each part understands it: memory may know a folder by another id.
struct Filter {
    asked: HistoryFilter,
    /// For memory; `None` where no conversation in memory can be in that folder.
    in_memory: Option<HistoryFilter>,
}

impl Filter {
    fn new(keeper: &mut Keeper, asked: HistoryFilter) -> Result<Self, Error> {
        let Some(folder) = asked.folder else {
            return Ok(Self { in_memory: Some(asked.clone()), asked });
        };
        let in_memory = keeper.folder_in_memory(folder)?;
        let in_memory = in_memory.map(|folder| HistoryFilter { folder: Some(folder), ..asked.clone() });
        Ok(Self { asked, in_memory })
    }

    fn of(&self, part: &Part) -> Option<&HistoryFilter> {
        match part.keeping {
            Keeping::Saved => Some(&self.asked),
            Keeping::Unsaved => self.in_memory.as_ref(),
            // They are in no folder.
            Keeping::Private => Some(&self.asked).filter(|filter| filter.folder.is_none()),
        }
    }

    fn place(&self) -> crate::contract::HistoryPlace {
        self.asked.place
    }
}

#[cfg(test)]
mod tests;
