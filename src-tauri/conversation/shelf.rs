//! The history as a whole: its list, search, order, copies, drafts; and what is done for it while nothing else is.

use std::time::Duration;

use rusqlite::Connection;
use tokio::time::timeout;
use vitrine_core::protocol::ErrorKind;

use super::Conversations;
use crate::contract::{
    HistoryChange, HistoryFilter, HistoryOrder, HistoryPage, HistoryShelves, HistoryStatistics, KeptDraft,
    MomentPage, MomentQuery, SearchPage,
};
use crate::history::index::Waiting;
use crate::history::{bin, drafts, duplicate, folders, memory, messages, now, Place};
use crate::Error;

/// So long the index is worked at in one go: whoever asks the history meanwhile waits no longer than that.
const STEP: Duration = Duration::from_millis(20);
/// Between two steps. An old history of 100,000 messages is indexed within minutes, and half of the time is everybody else's.
const PAUSE: Duration = Duration::from_millis(20);
/// After a change: a turn saves several times.
const AFTER_A_CHANGE: Duration = Duration::from_millis(500);
/// It is looked for changes that nobody told of, and into the bin.
const LOOK: Duration = Duration::from_secs(60);
/// Conversations that are erased from the bin in one go.
const ERASED: u32 = 4;

impl Conversations {
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
        self.history.page(filter, order, offset, limit).await
    }

    /// What a filter can be set to.
    ///
    /// # Errors
    /// What the history says.
    pub async fn shelves(&self) -> Result<HistoryShelves, Error> {
        self.history.shelves().await
    }

    /// Does something to all that are named, or to none of those in the file.
    ///
    /// # Errors
    /// [`Error::NoSuchItem`]; what the history says.
    pub async fn change(&self, ids: Vec<i64>, change: HistoryChange) -> Result<(), Error> {
        self.changed(self.history.change(ids, change).await)
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
        self.history.search(text, filter, offset, limit).await
    }

    /// Places in answers that only token records know.
    ///
    /// # Errors
    /// What the history says.
    pub async fn moments(&self, query: MomentQuery, offset: u32, limit: u32) -> Result<MomentPage, Error> {
        self.history.moments(query, offset, limit).await
    }

    /// What the history adds up to.
    ///
    /// # Errors
    /// What the history says.
    pub async fn statistics(
        &self,
        from: Option<i64>,
        until: Option<i64>,
    ) -> Result<HistoryStatistics, Error> {
        self.history.statistics(from, until).await
    }

    /// A new folder; its id.
    ///
    /// # Errors
    /// `InvalidParams` for a blank name; what the history says.
    pub async fn create_folder(&self, name: String) -> Result<i64, Error> {
        self.changed(self.history.call(move |connection| folders::create(connection, &name)).await)
    }

    /// # Errors
    /// `InvalidParams` for a blank name; [`Error::NoSuchItem`]; what the history says.
    pub async fn rename_folder(&self, id: i64, name: String) -> Result<(), Error> {
        self.changed(self.history.call(move |connection| folders::rename(connection, id, &name)).await)
    }

    /// Its conversations stay, out of it.
    ///
    /// # Errors
    /// [`Error::NoSuchItem`]; what the history says.
    pub async fn delete_folder(&self, id: i64) -> Result<(), Error> {
        self.changed(self.history.call(move |connection| folders::delete(connection, id)).await)
    }

    /// A copy with the whole tree; its id.
    ///
    /// # Errors
    /// [`Error::NoSuchItem`]; what the history says.
    pub async fn duplicate(&self, id: i64) -> Result<i64, Error> {
        let copy = |connection: &mut Connection, id| {
            not_private(id)?;
            duplicate::whole(connection, id)
        };
        self.changed(self.history.call_for(Place::conversation(id), copy).await)
    }

    /// A new conversation that begins with the path up to and with this message; its id.
    ///
    /// # Errors
    /// [`Error::NoSuchItem`]; what the history says.
    pub async fn split(&self, message_id: i64) -> Result<i64, Error> {
        let split = |connection: &mut Connection, id| {
            not_private(messages::get(connection, id)?.conversation_id)?;
            duplicate::split(connection, id)
        };
        self.changed(self.history.call_for(Place::message(message_id), split).await)
    }

    /// Keeps what stands in a composer. The list tells of a draft, so it hears of a first and a last one.
    ///
    /// # Errors
    /// [`Error::NoSuchItem`]; what the history says.
    pub async fn keep_draft(
        &self,
        conversation: Option<i64>,
        text: String,
        attachments: Vec<i64>,
    ) -> Result<(), Error> {
        let place = draft_place(conversation).with_files(&attachments);
        let kept = self.history.call_for(place, move |connection, id| {
            let conversation = conversation.map(|_| id);
            let before = drafts::is_kept(connection, conversation)?;
            drafts::keep(connection, conversation, &text, &attachments)?;
            Ok(before != drafts::is_kept(connection, conversation)?)
        });
        if kept.await? {
            self.history.note_change();
        }
        Ok(())
    }

    /// What was kept of a composer.
    ///
    /// # Errors
    /// What the history says.
    pub async fn kept_draft(&self, conversation: Option<i64>) -> Result<KeptDraft, Error> {
        let kept = move |connection: &mut Connection, id| drafts::kept(connection, conversation.map(|_| id));
        self.history.call_for(draft_place(conversation), kept).await
    }

    /// Keeps the index up to date and empties the bin of what is older than 30 days, piece by piece, for as long as the app
    /// runs. Whoever asks for something meanwhile comes first or waits for one step.
    pub async fn tend(&self) {
        let mut changes = self.history.changes();
        loop {
            self.index_what_waits().await;
            self.empty_the_bin().await;
            // Both mean the same: it is time to look again. The sender lives as long as the history.
            let _ = timeout(LOOK, changes.changed()).await;
            tokio::time::sleep(AFTER_A_CHANGE).await;
        }
    }

    async fn index_what_waits(&self) {
        loop {
            match self.history.index(STEP).await {
                Ok(Waiting::More) => tokio::time::sleep(PAUSE).await,
                Ok(Waiting::Nothing) => return,
                // There is no history, or it can't be written: the next change or minute tries again.
                Err(error) => return tracing::debug!(%error, "the index of the history waits"),
            }
        }
    }

    async fn empty_the_bin(&self) {
        loop {
            let emptied = self.history.call(|connection| bin::empty_expired(connection, now(), ERASED)).await;
            match emptied {
                Ok(0) => return,
                Ok(_) => self.history.note_change(),
                Err(error) => return tracing::debug!(%error, "the bin of the history waits"),
            }
        }
    }
}

/// Where a composer is, by the conversation that it belongs to.
pub(super) fn draft_place(conversation: Option<i64>) -> Place {
    conversation.map_or_else(Place::new, Place::conversation)
}

/// A copy of what is private would not be.
fn not_private(conversation: i64) -> Result<(), Error> {
    match memory::is_private(conversation) {
        true => Err(Error::refused(ErrorKind::InvalidParams, "a private conversation is not copied")),
        false => Ok(()),
    }
}
