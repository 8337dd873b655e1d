//! Conversations as the user knows them: ask, answer, another version, stop; and the list.
//!
//! One answer is written at a time, because one worker writes. Everything is in the history
//! before, or at most half a second after, it is on the screen.

mod answer;
mod begin;
mod recorder;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use vitrine_core::protocol::{ErrorKind, TokenRecord};

use crate::contract::{Conversation, ConversationSummary, Message, TurnEvent, TurnRequest};
use crate::engine::Supervisor;
use crate::error::Error;
use crate::history::{conversations, token_records, History};

pub use answer::Patience;

/// Where the events of a turn go. That nobody listens any more is no reason to stop.
pub type Sink = Box<dyn Fn(TurnEvent) + Send + Sync>;

/// How long closing the app waits for the answer that is being written.
const LAST_SAVE: Duration = Duration::from_secs(5);

/// Is an answer being written?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writing {
    No,
    Yes,
    /// The user wants it to stop.
    Stopping,
    /// The app ends: stop, and wait for nobody.
    Closing,
}

/// All conversations.
#[derive(Debug)]
pub struct Conversations {
    history: Arc<History>,
    supervisor: Supervisor,
    patience: Patience,
    writing: watch::Sender<Writing>,
}

impl Conversations {
    pub fn new(history: Arc<History>, supervisor: Supervisor, patience: Patience) -> Self {
        Self { history, supervisor, patience, writing: watch::Sender::new(Writing::No) }
    }

    /// One turn: saves the question, lets the model answer, saves the answer. Returns when the
    /// turn has ended. An answer that ended badly is a message too, with the reason in its facts.
    ///
    /// # Errors
    /// `Busy`, `NoModel`, `InvalidParams`, [`Error::NoSuchItem`]: nothing was saved then. What
    /// the history says, where it can't be written.
    pub async fn turn(&self, request: TurnRequest, sink: Sink) -> Result<Message, Error> {
        let _claim = self.claim()?;
        let turn = turn::Turn {
            history: &self.history,
            supervisor: &self.supervisor,
            patience: &self.patience,
            stop: self.writing.subscribe(),
            sink,
        };
        turn.run(request).await
    }

    /// Stops the answer that is being written, if one is.
    pub fn stop(&self) {
        self.interrupt(Writing::Stopping);
    }

    /// Stops at once, and waits until what was written is saved.
    pub async fn close(&self) {
        self.interrupt(Writing::Closing);
        let mut writing = self.writing.subscribe();
        let ended = writing.wait_for(|writing| *writing == Writing::No);
        if timeout(LAST_SAVE, ended).await.is_err() {
            tracing::warn!("the last answer was not finished in time");
        }
    }

    fn interrupt(&self, how: Writing) {
        self.writing.send_if_modified(|writing| {
            let answers = *writing != Writing::No;
            if answers {
                *writing = how;
            }
            answers
        });
    }

    /// # Errors
    /// What the history says.
    pub async fn open(&self, id: i64) -> Result<Conversation, Error> {
        self.history.call(move |connection| conversations::open(connection, id)).await
    }

    /// # Errors
    /// What the history says.
    pub async fn list(&self) -> Result<Vec<ConversationSummary>, Error> {
        self.history.call(|connection| conversations::list(connection)).await
    }

    /// # Errors
    /// What the history says.
    pub async fn rename(&self, id: i64, title: String) -> Result<(), Error> {
        let done = self.history.call(move |connection| conversations::rename(connection, id, &title));
        self.changed(done.await)
    }

    /// # Errors
    /// What the history says.
    pub async fn delete(&self, id: i64) -> Result<(), Error> {
        self.changed(self.history.call(move |connection| conversations::delete(connection, id)).await)
    }

    /// # Errors
    /// What the history says.
    pub async fn restore(&self, id: i64) -> Result<(), Error> {
        self.changed(self.history.call(move |connection| conversations::restore(connection, id)).await)
    }

    /// Shows another version: the conversation on the path through this message. An answer that
    /// is being written meanwhile goes on where it is.
    ///
    /// # Errors
    /// What the history says.
    pub async fn select(&self, message_id: i64) -> Result<Conversation, Error> {
        let shown = self.history.call(move |connection| {
            let transaction = connection.transaction()?;
            let id = conversations::select(&transaction, message_id)?;
            let conversation = conversations::open(&transaction, id)?;
            transaction.commit()?;
            Ok(conversation)
        });
        self.changed(shown.await)
    }

    /// All that is known of the tokens of an answer, in order.
    ///
    /// # Errors
    /// What the history says.
    pub async fn tokens(&self, message_id: i64) -> Result<Vec<TokenRecord>, Error> {
        self.history.call(move |connection| token_records::read(connection, message_id)).await
    }

    fn changed<T>(&self, outcome: Result<T, Error>) -> Result<T, Error> {
        if outcome.is_ok() {
            self.history.note_change();
        }
        outcome
    }

    fn claim(&self) -> Result<Claim<'_>, Error> {
        let free = self.writing.send_if_modified(|writing| {
            let free = *writing == Writing::No;
            if free {
                *writing = Writing::Yes;
            }
            free
        });
        if free {
            Ok(Claim(&self.writing))
        } else {
            Err(Error::refused(ErrorKind::Busy, "an answer is being written"))
        }
    }
}

/// The right to write; given back when dropped.
struct Claim<'a>(&'a watch::Sender<Writing>);

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.0.send_replace(Writing::No);
    }
}

#[cfg(test)]
mod tests;
