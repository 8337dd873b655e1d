//! Puts an answer into the history while it is written.
//!
//! Tokens are collected, encoded as a chunk and sent to the database thread; writing goes on
//! meanwhile. A chunk is kept until the database has said that it is saved, so that a save that
//! fails (a full disk) is tried again with the next one.
//!
//! Where the answer is may change while it is written: in the file, in memory, in a file that was put right. So each save
//! asks there for the row of the model's pieces, and chunks get it only then.

use std::sync::Arc;

use tokio::sync::oneshot::error::TryRecvError;
use vitrine_core::protocol::{GenerateEnd, TokenRecord};

use crate::contract::{AnswerFacts, Message, MessageStatus};
use crate::history::{conversations, finish, messages, pieces, token_records};
use crate::history::{with_vocabulary, Answer, Encoder, FreshPiece, History, Place};
use crate::Error;

/// In chunks that are not saved yet.
const NO_ROW: u32 = 0;

/// One answer on its way into the history.
#[derive(Debug)]
pub struct Recorder {
    history: Arc<History>,
    answer: i64,
    text: String,
    pub facts: AnswerFacts,
    /// Tokens that were taken over from another version.
    taken_over: u32,
    encoder: Encoder,
    records: Vec<TokenRecord>,
    /// How many of them are in chunks.
    encoded: usize,
    /// Chunks that are not known to be saved.
    unsaved: Vec<Chunk>,
    next_chunk: u32,
    /// A save that is under way, and the number of the first chunk that is not in it.
    saving: Option<(u32, Answer<()>)>,
}

/// Encoded records, and the pieces that they are the first to name.
#[derive(Debug, Clone)]
struct Chunk {
    number: u32,
    data: Vec<u8>,
    fresh: Vec<FreshPiece>,
}

impl Recorder {
    pub fn new(history: Arc<History>, answer: i64, facts: AnswerFacts) -> Self {
        let encoder = Encoder::new(NO_ROW, facts.settings.sampling.temperature);
        Self {
            history,
            answer,
            text: String::new(),
            facts,
            taken_over: 0,
            encoder,
            records: Vec::new(),
            encoded: 0,
            unsaved: Vec::new(),
            next_chunk: 0,
            saving: None,
        }
    }

    /// The beginning of another version, which this one has too.
    pub fn take_over(&mut self, records: &[TokenRecord]) {
        let count = u32::try_from(records.len()).unwrap_or(u32::MAX);
        self.taken_over = count;
        self.facts.completion_tokens = count;
        for record in records {
            self.text.push_str(&record.text);
        }
        self.records.extend_from_slice(records);
    }

    /// Tokens that were written now.
    pub fn written(&self) -> u32 {
        self.facts.completion_tokens - self.taken_over
    }

    /// One more token. Times are added up here, for the case that no end is ever reported.
    pub fn push(&mut self, record: TokenRecord) {
        let milliseconds = record.micros as f32 / 1000.0;
        if self.written() == 0 {
            self.facts.first_token_ms = milliseconds;
        } else {
            self.facts.decode_ms += milliseconds;
        }
        self.facts.completion_tokens += 1;
        self.text.push_str(&record.text);
        self.records.push(record);
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
        self.facts.prompt_tokens = end.prompt_tokens.saturating_sub(self.taken_over);
        self.facts.completion_tokens = self.taken_over + end.completion_tokens;
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
        let saving = self.history.post_for(Place::message(answer), move |connection, answer| {
            let transaction = connection.transaction()?;
            save(&transaction, answer, &facts.model_fingerprint, &chunks)?;
            messages::update_answer(&transaction, answer, &text, MessageStatus::Streaming, &facts)?;
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
        let whole = self.whole();
        let (chunks, answer) = (self.unsaved, self.answer);
        let (text, facts) = (self.text, self.facts);
        let saved = self.history.call_for(Place::message(answer), move |connection, answer| {
            let transaction = connection.transaction()?;
            let vocabulary = save(&transaction, answer, &facts.model_fingerprint, &chunks)?;
            if let Some(whole) = &whole {
                token_records::replace(&transaction, answer, &with_vocabulary(whole, vocabulary))?;
            }
            messages::update_answer(&transaction, answer, &text, status, &facts)?;
            let message = messages::get(&transaction, answer)?;
            conversations::touch(&transaction, message.conversation_id)?;
            transaction.commit()?;
            Ok(message)
        });
        saved.await
    }

    fn settle(&mut self, end: u32, outcome: Result<(), Error>) {
        match outcome {
            Ok(()) => self.unsaved.retain(|chunk| chunk.number >= end),
            Err(error) => tracing::warn!(%error, "an answer is not saved yet"),
        }
    }

    fn close_chunk(&mut self) {
        let open = &self.records[self.encoded..];
        if open.is_empty() {
            return;
        }
        match self.encoder.encode(open) {
            Ok((data, fresh)) => {
                self.unsaved.push(Chunk { number: self.next_chunk, data, fresh });
                self.next_chunk += 1;
            }
            // Not by the protocol; the text is kept, only these tokens can't be looked into.
            Err(error) => tracing::warn!(%error, "token records that can't be stored"),
        }
        self.encoded = self.records.len();
    }

    /// All records as one chunk, which is smaller than its parts. Their pieces are in the parts.
    fn whole(&self) -> Option<Vec<u8>> {
        if self.next_chunk < 2 {
            return None;
        }
        let mut encoder = Encoder::new(NO_ROW, self.facts.settings.sampling.temperature);
        encoder.encode(&self.records).ok().map(|(data, _)| data)
    }
}

/// Gives back the row of the vocabulary.
fn save(
    connection: &rusqlite::Connection,
    answer: i64,
    fingerprint: &str,
    chunks: &[Chunk],
) -> Result<u32, Error> {
    let row = pieces::vocabulary(connection, fingerprint)?;
    let vocabulary = u32::try_from(row).unwrap_or(u32::MAX);
    for chunk in chunks {
        let fresh = chunk.fresh.iter().map(|(id, bytes, special)| (*id, bytes.as_slice(), *special));
        pieces::keep(connection, row, fresh)?;
        let data = with_vocabulary(&chunk.data, vocabulary);
        token_records::append(connection, answer, chunk.number, &data)?;
    }
    Ok(vocabulary)
}
