//! One turn: save, generate, save.

use std::sync::Arc;

use tokio::sync::watch;
use vitrine_core::protocol::{ErrorKind, GenerateEnd, RpcError, StopReason};

use super::answer::{Generation, Outcome, Patience};
use super::begin::{self, Begun};
use super::recorder::Recorder;
use super::{Sink, Writing};
use crate::contract::{AnswerFacts, Message, MessageStatus, TurnEvent, TurnRequest, TurnSettings};
use crate::engine::{ReadyModel, Supervisor};
use crate::error::Error;
use crate::history::History;

/// What a turn needs.
pub struct Turn<'a> {
    pub history: &'a Arc<History>,
    pub supervisor: &'a Supervisor,
    pub patience: &'a Patience,
    pub stop: watch::Receiver<Writing>,
    pub sink: Sink,
}

impl Turn<'_> {
    /// Runs it to its end.
    ///
    /// # Errors
    /// Why it could not begin, or what the history says.
    pub async fn run(mut self, request: TurnRequest) -> Result<Message, Error> {
        let settings = begin::settings_of(&request)?.clone();
        let ready = self.supervisor.ready()?;
        let facts = first_facts(&ready, &settings);
        let told = facts.clone();
        let begun = self.history.call(move |connection| begin::begin(connection, &request, told));
        let Begun { conversation, answer, prompt } = begun.await?;
        let mut recorder = Recorder::new(self.history.clone(), conversation.id, answer, facts);
        (self.sink)(TurnEvent::Started { conversation, message_id: answer });
        self.history.note_change();

        let outcome = Generation {
            ready: &ready,
            patience: self.patience,
            stop: &mut self.stop,
            sink: &self.sink,
            recorder: &mut recorder,
        }
        .run(prompt, &settings)
        .await;
        if let Err(error @ Error::WorkerUnresponsive { .. }) = &outcome {
            self.supervisor.give_up(&ready.worker, error).await;
        }
        let status = conclude(&mut recorder, outcome);
        let message = recorder.finish(status).await?;
        (self.sink)(TurnEvent::Ended { message: Box::new(message.clone()) });
        self.history.note_change();
        Ok(message)
    }
}

fn first_facts(ready: &ReadyModel, settings: &TurnSettings) -> AnswerFacts {
    AnswerFacts {
        model_name: ready.model.info.name.clone(),
        model_fingerprint: ready.model.fingerprint.clone(),
        settings: settings.clone(),
        seed: settings.sampling.seed.unwrap_or(0),
        stop_reason: None,
        prompt_tokens: 0,
        completion_tokens: 0,
        first_token_ms: 0.0,
        decode_ms: 0.0,
        template_fallback: None,
        error: None,
    }
}

/// Writes down how it ended, and says how the message stands.
fn conclude(recorder: &mut Recorder, outcome: Result<Outcome, Error>) -> MessageStatus {
    let error = match outcome {
        Ok(Outcome::Ended(end)) => {
            recorder.end(&end);
            failure(end)
        }
        Ok(Outcome::Stopped) => {
            recorder.facts.stop_reason = Some(StopReason::Stopped);
            None
        }
        Err(error) => Some(error),
    };
    recorder.facts.error = error.as_ref().map(Into::into);
    match error {
        None => MessageStatus::Complete,
        Some(_) => MessageStatus::Interrupted,
    }
}

fn failure(end: GenerateEnd) -> Option<Error> {
    let unnamed = || RpcError::new(ErrorKind::EngineFailed, "the worker gave no reason");
    match (end.reason, end.error) {
        (StopReason::Failed, error) => Some(error.unwrap_or_else(unnamed).into()),
        (_, error) => error.map(Into::into),
    }
}
