//! Conversations as the user knows them: ask, answer, another version, stop; and the list.
//!
//! One turn runs at a time. Everything is in the history before, or at most half a second after,
//! it is on the screen.
//!
//! * [`begin`]: question and empty answer are saved; what the answer starts from.
//! * [`turn`]: one turn to its end. [`in_turn`]: two models that do not fit into memory together. [`relay`]: any number of models, one answer each. [`stoppable`]: a load that may be stopped. [`answer`]: one generation. [`recorder`]: into the history.
//! * [`document`]: a conversation as the model gets it. [`ask`]: questions without a forward pass.
//! * [`desk`]: the token that waits in step mode. [`insight`]: prompts, context, guesses. [`previews`]: one at a time.
//! * [`reading`]: a text that the model reads without writing. [`reading_windows`]: in parts, where it is long.
//! * [`slots`]: the loaded models. [`attachment`]: text files. [`shelf`]: the list, search, order, drafts.

mod answer;
mod ask;
mod attachment;
mod begin;
mod desk;
mod document;
mod in_turn;
mod insight;
mod previews;
mod reading;
mod reading_windows;
mod recorder;
mod relay;
mod shelf;
mod slots;
mod stoppable;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::watch;
use tokio::time::timeout;
use vitrine_core::protocol::{ErrorKind, Sampling, StepOffer, TokenRecord};

use crate::contract::{
    Conversation, ConversationTree, Guess, Message, Preset, StepChoice, TurnEvent, TurnRequest, TurnSettings,
};
use crate::history::{conversations, messages, presets, token_records, tree, History, Place};
use crate::Error;
use desk::Desk;
use previews::Previews;

pub use answer::Patience;
pub use reading::ReadSink;
pub use relay::{Relay, RelaySink};
pub use slots::Slots;

/// Where the events of a turn go. That nobody listens any more is no reason to stop.
pub type Sink = Box<dyn Fn(TurnEvent) + Send + Sync>;

/// How long closing the app waits for the answer that is being written.
const LAST_SAVE: Duration = Duration::from_secs(5);

/// Is an answer being written?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writing {
    No,
    Yes,
    /// The model is brought to a stored token that is guessed at. A turn takes it away.
    Guess,
    /// The model reads a text. Everything else waits for that.
    Reading,
    /// A guess that ends because a turn was asked for.
    GivingWay,
    /// The user wants it to stop.
    Stopping,
    /// The app ends: stop, and wait for nobody.
    Closing,
}

/// All conversations.
#[derive(Debug)]
pub struct Conversations {
    history: Arc<History>,
    models: Slots,
    patience: Patience,
    writing: watch::Sender<Writing>,
    desk: Desk,
    previews: Previews,
}

impl Conversations {
    pub fn new(history: Arc<History>, models: Slots, patience: Patience) -> Self {
        let writing = watch::Sender::new(Writing::No);
        let (desk, previews) = (Desk::default(), Previews::default());
        Self { history, models, patience, writing, desk, previews }
    }

    /// One turn: saves the question, lets the model answer, saves the answer. Returns when the
    /// turn has ended. An answer that ended badly is a message too, with the reason in its facts.
    ///
    /// # Errors
    /// `Busy`, `NoModel`, `InvalidParams`, [`Error::NoSuchItem`], [`Error::OtherModel`],
    /// [`Error::NoRecord`]: nothing was saved then. What the history says, where it can't be written.
    pub async fn turn(&self, request: TurnRequest, sink: Sink) -> Result<Message, Error> {
        let _claim = self.claim_for_turn().await?;
        let turn = turn::Turn {
            history: &self.history,
            models: &self.models,
            patience: &self.patience,
            desk: &self.desk,
            stop: self.writing.subscribe(),
            sink,
        };
        turn.run(request).await
    }

    /// Is something being written, or read by the model?
    pub fn is_under_way(&self) -> bool {
        *self.writing.borrow() != Writing::No
    }

    /// Stops the answer that is being written, if one is. A text that is being read is none.
    pub fn stop(&self) {
        if *self.writing.borrow() != Writing::Reading {
            self.interrupt(Writing::Stopping);
        }
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
        let open = |connection: &mut Connection, id| conversations::open(connection, id);
        self.history.call_for(Place::conversation(id), open).await
    }

    /// The messages before this one, from the first.
    ///
    /// # Errors
    /// [`Error::NoSuchItem`]; what the history says.
    pub async fn earlier(&self, message_id: i64) -> Result<Vec<Message>, Error> {
        let before = |connection: &mut Connection, id| messages::path_before(connection, id);
        self.history.call_for(Place::message(message_id), before).await
    }

    /// Begins a conversation that is in memory alone, and gone when the app ends.
    ///
    /// # Errors
    /// What the history says.
    pub async fn begin_private(&self, settings: TurnSettings) -> Result<i64, Error> {
        self.changed(self.history.begin_private(settings).await)
    }

    /// # Errors
    /// What the history says.
    pub async fn rename(&self, id: i64, title: String) -> Result<(), Error> {
        let rename = move |connection: &mut Connection, id| conversations::rename(connection, id, &title);
        self.changed(self.history.call_for(Place::conversation(id), rename).await)
    }

    /// Shows another version: the conversation on the path through this message. An answer that
    /// is being written meanwhile goes on where it is.
    ///
    /// # Errors
    /// What the history says.
    pub async fn select(&self, message_id: i64) -> Result<Conversation, Error> {
        let shown = self.history.call_for(Place::message(message_id), |connection, id| {
            let transaction = connection.transaction()?;
            let id = conversations::select(&transaction, id)?;
            let conversation = conversations::open(&transaction, id)?;
            transaction.commit()?;
            Ok(conversation)
        });
        self.changed(shown.await)
    }

    /// All branches.
    ///
    /// # Errors
    /// What the history says.
    pub async fn tree(&self, id: i64) -> Result<ConversationTree, Error> {
        let read = |connection: &mut Connection, id| tree::read(connection, id);
        self.history.call_for(Place::conversation(id), read).await
    }

    /// Takes one version away, with all that came after it; gives what is shown now.
    ///
    /// # Errors
    /// What the history says.
    pub async fn delete_message(&self, message_id: i64) -> Result<Conversation, Error> {
        let shown = self.history.call_for(Place::message(message_id), |connection, id| {
            let transaction = connection.transaction()?;
            let id = conversations::delete_message(&transaction, id)?;
            let conversation = conversations::open(&transaction, id)?;
            transaction.commit()?;
            Ok(conversation)
        });
        self.changed(shown.await)
    }

    /// Undoes [`Self::delete_message`], and shows it again.
    ///
    /// # Errors
    /// What the history says.
    pub async fn restore_message(&self, message_id: i64) -> Result<Conversation, Error> {
        let shown = self.history.call_for(Place::message(message_id), |connection, id| {
            let transaction = connection.transaction()?;
            let id = conversations::restore_message(&transaction, id)?;
            let conversation = conversations::open(&transaction, id)?;
            transaction.commit()?;
            Ok(conversation)
        });
        self.changed(shown.await)
    }

    /// A pinned message stays in the context when others fall out.
    ///
    /// # Errors
    /// What the history says.
    pub async fn pin(&self, message_id: i64, pinned: bool) -> Result<Message, Error> {
        let saved = self.history.call_for(Place::message(message_id), move |connection, id| {
            messages::pin(connection, id, pinned)?;
            messages::get(connection, id)
        });
        saved.await
    }

    /// The presets of the app and of the user.
    ///
    /// # Errors
    /// What the history says.
    pub async fn presets(&self) -> Result<Vec<Preset>, Error> {
        self.history.call(|connection| presets::list(connection)).await
    }

    /// Saves one of the user's own; a new one where `id` is missing.
    ///
    /// # Errors
    /// `InvalidParams` for one of the app's or without a name; what the history says.
    pub async fn save_preset(
        &self,
        id: Option<String>,
        name: String,
        settings: TurnSettings,
    ) -> Result<Vec<Preset>, Error> {
        let saved = self.history.call(move |connection| {
            presets::save(connection, id.as_deref(), &name, &settings)?;
            presets::list(connection)
        });
        saved.await
    }

    /// Deletes one of the user's own.
    ///
    /// # Errors
    /// `InvalidParams` for one of the app's; what the history says.
    pub async fn delete_preset(&self, id: String) -> Result<Vec<Preset>, Error> {
        let saved = self.history.call(move |connection| {
            presets::delete(connection, &id)?;
            presets::list(connection)
        });
        saved.await
    }

    /// Step mode: takes the waiting token and goes on under these settings.
    ///
    /// # Errors
    /// [`Error::NotWaiting`], what the worker says.
    pub async fn choose(&self, choice: StepChoice, sampling: Sampling) -> Result<(), Error> {
        self.desk.choose(choice, sampling).await
    }

    /// Step mode: the waiting candidates under other settings.
    ///
    /// # Errors
    /// [`Error::NotWaiting`], what the worker says.
    pub async fn reshape(&self, sampling: Sampling) -> Result<StepOffer, Error> {
        self.desk.reshape(sampling).await
    }

    /// Step mode: how good a guess at the waiting token is.
    ///
    /// # Errors
    /// [`Error::NotWaiting`], what the worker says.
    pub async fn guess_waiting(&self, text: String) -> Result<Guess, Error> {
        self.desk.guess(&text).await
    }

    /// All that is known of the tokens of an answer, in order.
    ///
    /// # Errors
    /// What the history says.
    pub async fn tokens(&self, message_id: i64) -> Result<Vec<TokenRecord>, Error> {
        let read = |connection: &mut Connection, id| token_records::read(connection, id);
        self.history.call_for(Place::message(message_id), read).await
    }

    fn changed<T>(&self, outcome: Result<T, Error>) -> Result<T, Error> {
        if outcome.is_ok() {
            self.history.note_change();
        }
        outcome
    }

    /// A guess gives way; another turn does not.
    async fn claim_for_turn(&self) -> Result<Claim<'_>, Error> {
        let mut writing = self.writing.subscribe();
        loop {
            let busy = match Claim::of(&self.writing) {
                Ok(claim) => return Ok(claim),
                Err(busy) => busy,
            };
            self.writing.send_if_modified(|writing| {
                let guess = *writing == Writing::Guess;
                if guess {
                    *writing = Writing::GivingWay;
                }
                guess
            });
            if matches!(
                *self.writing.borrow(),
                Writing::Yes | Writing::Reading | Writing::Stopping | Writing::Closing
            ) {
                return Err(busy);
            }
            // The guess ends within the time that a stop takes; the sender lives as long as `self`.
            let _ = writing.wait_for(|writing| *writing != Writing::GivingWay).await;
        }
    }
}

/// The right to write; given back when dropped.
struct Claim<'a>(&'a watch::Sender<Writing>);

impl<'a> Claim<'a> {
    /// # Errors
    /// `Busy` where somebody has it.
    fn of(writing: &'a watch::Sender<Writing>) -> Result<Self, Error> {
        Self::wanting(writing, Writing::Yes)
    }

    /// # Errors
    /// `Busy` where somebody has it.
    fn wanting(writing: &'a watch::Sender<Writing>, wanted: Writing) -> Result<Self, Error> {
        let free = writing.send_if_modified(|writing| {
            let free = *writing == Writing::No;
            if free {
                *writing = wanted;
            }
            free
        });
        if free {
            Ok(Self(writing))
        } else {
            Err(Error::refused(ErrorKind::Busy, "an answer is being written"))
        }
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.0.send_replace(Writing::No);
    }
}

#[cfg(test)]
mod tests;
