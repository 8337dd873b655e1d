//! Puts an answer into the history while it is written.
//!
//! Tokens are collected, encoded as a chunk and sent to the database thread; writing goes on
//! meanwhile. A chunk is kept until the database has said that it is saved, so that a save that
//! fails (a full disk) is tried again with the next one.

use std::sync::Arc;

use tokio::sync::oneshot::error::TryRecvError;
use vitrine_core::protocol::{GenerateEnd, TokenRecord};

use crate::contract::{AnswerFacts, Message, MessageStatus};
use crate::error::Error;
use crate::history::{conversations, finish, messages, token_records};
use crate::history::{Answer, Encoder, History};

/// One answer on its way into the history.
#[derive(Debug)]
pub struct Recorder {
    history: Arc<History>,
    conversation: i64,
    answer: i64,
    text: String,
    pub facts: AnswerFacts,
    encoder: Encoder,
    /// Records that are in no chunk yet.
    fresh: Vec<TokenRecord>,
    /// Chunks that are not known to be saved, with their numbers.
    unsaved: Vec<(u32, Vec<u8>)>,
    next_chunk: u32,
    /// A save that is under way, and the number of the first chunk that is not in it.
    saving: Option<(u32, Answer<()>)>,
}

impl Recorder {
    pub fn new(history: Arc<History>, conversation: i64, answer: i64, facts: AnswerFacts) -> Self {
        Self {
            history,
            conversation,
            answer,
            text: String::new(),
            facts,
            encoder: Encoder::default(),
            fresh: Vec::new(),
            unsaved: Vec::new(),
            next_chunk: 0,
            saving: None,
        }
    }

    /// One more token. Times are added up here, for the case that no end is ever reported.
    pub fn push(&mut self, record: TokenRecord) {
        let milliseconds = record.micros as f32 / 1000.0;
        if self.facts.completion_tokens == 0 {
            self.facts.first_token_ms = milliseconds;
        } else {
            self.facts.decode_ms += milliseconds;
        }
        self.facts.completion_tokens += 1;
        self.text.push_str(&record.text);
        self.fresh.push(record);
    }

    /// The worker's own account of the generation replaces what was counted here.
    pub fn end(&mut self, end: &GenerateEnd) {
        self.text.push_str(&end.tail);
        // A stop string itself is no part of the answer; its tokens stay to be looked into.
        if let Some(at) = end.stop_at.map(|at| at as usize) {
            if self.text.is_char_boundary(at) {
                self.text.truncate(at);
            }
        }
        self.facts.stop_reason = Some(end.reason);
        self.facts.prompt_tokens = end.prompt_tokens;
        self.facts.completion_tokens = end.completion_tokens;
        self.facts.first_token_ms = end.first_token_ms;
        self.facts.decode_ms = end.decode_ms;
    }

    /// Saves what is new, without waiting. Does nothing while the last save is under way.
    pub fn save_soon(&mut self) {
        if let Some((end, mut saving)) = self.saving.take() {
            match saving.try_recv() {
                Err(TryRecvError::Empty) => {
                    self.saving = Some((end, saving));
                    return;
                }
                Ok(outcome) => self.settle(end, outcome),
                Err(TryRecvError::Closed) => {}
            }
        }
        self.close_chunk();
        if self.unsaved.is_empty() {
            return;
        }
        let (answer, text, facts) = (self.answer, self.text.clone(), self.facts.clone());
        let chunks = self.unsaved.clone();
        let saving = self.history.post(move |connection| {
            let transaction = connection.transaction()?;
            save(&transaction, answer, &chunks, &text, MessageStatus::Streaming, &facts)?;
            Ok(transaction.commit()?)
        });
        self.saving = Some((self.next_chunk, saving));
    }

    /// Saves everything, for good, and gives back the message as it now stands.
    ///
    /// # Errors
    /// What the history says.
    pub async fn finish(mut self, status: MessageStatus) -> Result<Message, Error> {
        if let Some((end, saving)) = self.saving.take() {
            let outcome = finish(saving).await;
            self.settle(end, outcome);
        }
        self.close_chunk();
        let (chunks, conversation, answer) = (self.unsaved, self.conversation, self.answer);
        let (text, facts) = (self.text, self.facts);
        let saved = self.history.call(move |connection| {
            let transaction = connection.transaction()?;
            save(&transaction, answer, &chunks, &text, status, &facts)?;
            conversations::touch(&transaction, conversation)?;
            let message = messages::get(&transaction, answer)?;
            transaction.commit()?;
            Ok(message)
        });
        saved.await
    }

    fn settle(&mut self, end: u32, outcome: Result<(), Error>) {
        match outcome {
            Ok(()) => self.unsaved.retain(|(number, _)| *number >= end),
            Err(error) => tracing::warn!(%error, "an answer is not saved yet"),
        }
    }

    fn close_chunk(&mut self) {
        if self.fresh.is_empty() {
            return;
        }
        match self.encoder.encode(&self.fresh) {
            Ok(chunk) => {
                self.unsaved.push((self.next_chunk, chunk));
                self.next_chunk += 1;
            }
            // Not by the protocol; the text is kept, only these tokens can't be looked into.
            Err(error) => tracing::warn!(%error, "token records that can't be stored"),
        }
        self.fresh.clear();
    }
}

fn save(
    connection: &rusqlite::Connection,
    answer: i64,
    chunks: &[(u32, Vec<u8>)],
    text: &str,
    status: MessageStatus,
    facts: &AnswerFacts,
) -> Result<(), Error> {
    for (number, chunk) in chunks {
        token_records::append(connection, answer, *number, chunk)?;
    }
    messages::update_answer(connection, answer, text, status, facts)
}
