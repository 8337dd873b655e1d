//! One turn: save, generate, save. A comparison is a turn with two answers, written side by side, or one after
//! the other ([`super::in_turn`]).

use std::sync::Arc;

use tokio::sync::watch;
use vitrine_core::protocol::{ErrorKind, GenerateEnd, Origin, RpcError, StopReason};

use super::answer::{stop_wanted, Generation, Outcome, Patience, Work};
use super::begin::{self, Begun, Shared, Start};
use super::desk::Desk;
use super::document::{self, Turn as PromptTurn};
use super::in_turn::Waiting;
use super::recorder::Recorder;
use super::slots::Slots;
use super::{ask, insight, Sink, Writing};
use crate::contract::{
    AnswerFacts, ForkChoice, Message, MessageStatus, ModelSlot, Pace, TurnEvent, TurnRequest, TurnSettings,
};
use crate::engine::ReadyModel;
use crate::history::prompts::{self, NewPrompt};
use crate::history::{History, Place};
use crate::Error;

/// What a turn needs.
pub struct Turn<'a> {
    pub history: &'a Arc<History>,
    pub models: &'a Slots,
    pub patience: &'a Patience,
    pub desk: &'a Desk,
    pub stop: watch::Receiver<Writing>,
    pub sink: Sink,
}

/// One answer that is to be written.
pub(super) struct Job {
    slot: ModelSlot,
    answer: i64,
    facts: AnswerFacts,
    start: Start,
    pace: Pace,
}

/// Who gives an answer.
enum Voice {
    Ready(Box<ReadyModel>),
    /// It is loaded when the one before has answered.
    Waiting(Box<Waiting>),
}

impl Voice {
    fn facts(&self, slot: ModelSlot, settings: &TurnSettings) -> AnswerFacts {
        match self {
            Self::Ready(ready) => {
                first_facts(&ready.model.info.name, &ready.model.fingerprint, slot, settings)
            }
            Self::Waiting(waiting) => first_facts(&waiting.info.name, &waiting.fingerprint, slot, settings),
        }
    }
}

impl Turn<'_> {
    /// Runs it to its end; gives the first answer.
    ///
    /// # Errors
    /// Why it could not begin, or what the history says.
    pub async fn run(self, request: TurnRequest) -> Result<Message, Error> {
        begin::check(&request)?;
        let (slots, pace) = (request.slots(), request.pace());
        let mut voices = Vec::with_capacity(slots.len());
        for slot in &slots {
            voices.push(match (slot, request.second()) {
                (ModelSlot::B, Some(second)) => Voice::Waiting(Box::new(self.look_at(second).await?)),
                _ => Voice::Ready(Box::new(self.models.ready(*slot)?)),
            });
        }
        let facts = slots.iter().zip(&voices);
        let facts: Vec<_> = facts.map(|(slot, voice)| voice.facts(*slot, request.settings())).collect();
        let place = begin::place_of(&request);
        let begun = self.history.call_for(place, move |connection, id| {
            begin::begin(connection, &begin::at(&request, id), facts.clone())
        });
        let Begun { conversation, answers, start } = begun.await?;
        let mut jobs: Vec<(Job, Voice)> = Vec::with_capacity(answers.len());
        for ((slot, voice), (answer, facts)) in slots.into_iter().zip(voices).zip(answers) {
            let start = start.clone();
            jobs.push((Job { slot, answer, facts, start, pace }, voice));
        }
        let second_id = jobs.get(1).map(|(job, _)| job.answer);
        let message_id = jobs.first().map_or(0, |(job, _)| job.answer);
        (self.sink)(TurnEvent::Started { conversation, message_id, second_id });
        self.history.note_change();

        let mut jobs = jobs.into_iter();
        let message = match (jobs.next(), jobs.next()) {
            (Some((job, Voice::Ready(model))), None) => self.write(job, *model).await,
            (Some((first, Voice::Ready(a))), Some((second, Voice::Ready(b)))) => {
                let (first, second) = tokio::join!(self.write(first, *a), self.write(second, *b));
                second.and(first)
            }
            (Some((first, Voice::Ready(model))), Some((second, Voice::Waiting(waiting)))) => {
                self.one_after_the_other((first, *model), (second, waiting.model)).await
            }
            _ => Err(Error::refused(ErrorKind::InvalidParams, "no model is asked")),
        };
        self.history.note_change();
        message
    }

    pub(super) async fn write(&self, job: Job, ready: ReadyModel) -> Result<Message, Error> {
        let Job { slot, answer, facts, start, pace } = job;
        let settings = facts.settings.clone();
        let mut recorder = Recorder::new(self.history.clone(), answer, facts);
        let mut stop = self.stop.clone();
        let prepared = tokio::select! {
            // First, so that what is shared with another version is taken over in any case.
            biased;
            prepared = self.prepare(&ready, answer, start, pace, &mut recorder) => prepared.map(Some),
            _ = stop_wanted(&mut stop) => Ok(None),
        };
        let outcome = match prepared {
            Ok(None) => Ok(Outcome::Stopped),
            Ok(Some(work)) => {
                let mut generation = Generation {
                    message_id: answer,
                    ready: &ready,
                    patience: self.patience,
                    stop: &mut stop,
                    sink: &self.sink,
                    desk: self.desk,
                    recorder: &mut recorder,
                };
                generation.run(work, &settings).await
            }
            Err(error) => Err(error),
        };
        // A question that took too long says nothing about the worker ([`Error::NoAnswer`]).
        if let Err(error @ Error::WorkerUnresponsive { .. }) = &outcome {
            self.models.of(slot).give_up(&ready.worker, error).await;
        }
        self.finish(recorder, outcome).await
    }

    /// An answer that nobody could begin: why.
    pub(super) async fn leave(&self, job: Job, outcome: Result<Outcome, Error>) -> Result<Message, Error> {
        let Job { answer, facts, .. } = job;
        let recorder = Recorder::new(self.history.clone(), answer, facts);
        self.finish(recorder, outcome).await
    }

    async fn finish(
        &self,
        mut recorder: Recorder,
        outcome: Result<Outcome, Error>,
    ) -> Result<Message, Error> {
        let status = conclude(&mut recorder, outcome);
        let message = recorder.finish(status).await?;
        (self.sink)(TurnEvent::Ended { message: Box::new(message.clone()) });
        Ok(message)
    }

    /// Makes the exact prompt, and keeps it with the answer.
    async fn prepare(
        &self,
        ready: &ReadyModel,
        answer: i64,
        start: Start,
        pace: Pace,
        recorder: &mut Recorder,
    ) -> Result<Work, Error> {
        match start {
            Start::Fresh { turns, prefill } => {
                self.prepare_fresh(ready, answer, &turns, &prefill, pace, recorder).await
            }
            Start::Shared(shared) => self.prepare_shared(ready, answer, *shared, pace, recorder).await,
        }
    }

    async fn prepare_fresh(
        &self,
        ready: &ReadyModel,
        answer: i64,
        turns: &[PromptTurn],
        prefill: &str,
        pace: Pace,
        recorder: &mut Recorder,
    ) -> Result<Work, Error> {
        let max_tokens = recorder.facts.settings.max_tokens;
        let reserve = document::reserve(max_tokens, ready.model.context_length);
        let prompted =
            ask::prompt(&ready.worker, turns, reserve, prefill, true, &self.patience.question).await?;
        let facts = &mut recorder.facts;
        facts.prompt_tokens = u32::try_from(prompted.ids.len()).unwrap_or(u32::MAX);
        facts.prompt_form = Some(prompted.form);
        facts.template_fallback = prompted.template_fallback.clone();
        facts.left_out = Some(document::left_out(turns, &prompted)).filter(|left_out| !left_out.is_empty());
        let given = u32::try_from(prompted.prefill_ids.len()).unwrap_or(u32::MAX);
        facts.prefill_tokens = (given > 0).then_some(given);
        if let Some(error) = insight::too_long(prompted.fit, prompted.ids.len(), ready) {
            return Err(error);
        }
        let segments = document::segments(turns, &prompted);
        let mut tokens = prompted.tokens.unwrap_or_default();
        tokens.truncate(prompted.ids.len());
        let fingerprint = ready.model.fingerprint.clone();
        let kept = NewPrompt { fingerprint, form: prompted.form, tokens, segments };
        self.history
            .call_for(Place::message(answer), move |connection, answer| {
                let transaction = connection.transaction()?;
                prompts::save(&transaction, answer, &kept)?;
                Ok(transaction.commit()?)
            })
            .await?;
        Ok(Work {
            prompt_ids: prompted.ids,
            answered: 0,
            given: prompted.prefill_ids,
            given_origin: Origin::Forced,
            refuse_end: false,
            pace,
        })
    }

    async fn prepare_shared(
        &self,
        ready: &ReadyModel,
        answer: i64,
        shared: Shared,
        pace: Pace,
        recorder: &mut Recorder,
    ) -> Result<Work, Error> {
        let Shared { prompt, records, choice } = shared;
        recorder.facts.prompt_tokens = u32::try_from(prompt.ids.len()).unwrap_or(u32::MAX);
        recorder.take_over(&records);
        let mut prompt_ids = prompt.ids;
        prompt_ids.extend(records.iter().map(|record| record.id));
        let answered = u32::try_from(records.len()).unwrap_or(u32::MAX);
        if !records.is_empty() {
            (self.sink)(TurnEvent::Tokens { message_id: answer, records });
        }
        let given = match &choice {
            ForkChoice::Token { id } => vec![*id],
            ForkChoice::Text { text } => ask::pieces(&ready.worker, text, &self.patience.question).await?,
            ForkChoice::RefuseEnd | ForkChoice::Open => Vec::new(),
        };
        Ok(Work {
            prompt_ids,
            answered,
            given,
            given_origin: Origin::Chosen,
            refuse_end: choice == ForkChoice::RefuseEnd,
            pace,
        })
    }
}

fn first_facts(name: &str, fingerprint: &str, slot: ModelSlot, settings: &TurnSettings) -> AnswerFacts {
    AnswerFacts { slot: Some(slot), ..AnswerFacts::first(name, fingerprint, settings.clone()) }
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
