//! Looking without writing: what the model would receive and what it received, what fits, how good a guess is.

use std::time::Duration;

use tokio::time::{sleep_until, Instant};
use vitrine_core::protocol::{
    method, ContextFit, ErrorKind, GenerateStart, GenerateStarted, GenerateStop, Role, RpcError, Sampling,
    TokenRecord, VocabularyFound, VocabularyHit, VocabularySearch,
};

use super::answer::{read, stop, stop_wanted, News};
use super::desk::{self, AT_ONCE};
use super::document::{self, Turn};
use super::{ask, Claim, Conversations, Writing};
use crate::contract::{
    ContextMessage, ContextPreview, Draft, Guess, GuessedToken, ModelSlot, PromptSegment, PromptView,
    SegmentKind,
};
use crate::engine::ReadyModel;
use crate::history::prompts::{self, Prompt};
use crate::history::{conversations, messages, token_records, Place};
use crate::Error;

/// For reading a conversation up to the token that is guessed.
const PREFILL: Duration = Duration::from_secs(300);

impl Conversations {
    /// What the model received for a stored answer.
    ///
    /// # Errors
    /// [`Error::NoRecord`], what the history says.
    pub async fn prompt_of(&self, id: i64) -> Result<PromptView, Error> {
        let read = self.history.call_for(Place::message(id), |connection, id| {
            let message = messages::get(connection, id)?;
            let missing = || Error::NoRecord { what: "prompt", id };
            let prompt = prompts::get(connection, id)?.ok_or_else(missing)?;
            let facts = message.facts.ok_or_else(missing)?;
            Ok(PromptView {
                tokens: prompts::tokens(connection, &prompt)?,
                segments: prompt.segments,
                form: prompt.form,
                template_fallback: facts.template_fallback,
                model_name: facts.model_name,
                model_fingerprint: facts.model_fingerprint,
                left_out: facts.left_out.unwrap_or_default(),
            })
        });
        read.await
    }

    /// What the coming turn would send.
    ///
    /// # Errors
    /// `NoModel`, what the history or the worker says.
    pub async fn prompt_preview(&self, draft: Draft) -> Result<PromptView, Error> {
        let ready = self.models.ready(ModelSlot::A)?;
        let (settings, prefill) = (draft.settings.clone(), draft.prefill.clone());
        let turns = self.turns_of(draft).await?;
        let reserve = document::reserve(settings.max_tokens, ready.model.context_length);
        let pulse = &self.patience.question;
        let prompted = ask::prompt(&ready.worker, &turns, reserve, &prefill, true, pulse).await?;
        let mut segments = document::segments(&turns, &prompted);
        let start = u32::try_from(prompted.ids.len()).unwrap_or(u32::MAX);
        let end = start + u32::try_from(prompted.prefill_ids.len()).unwrap_or(0);
        if end > start {
            segments.push(PromptSegment { start, end, kind: SegmentKind::Assistant, message_id: None });
        }
        Ok(PromptView {
            left_out: document::left_out(&turns, &prompted),
            tokens: prompted.tokens.unwrap_or_default(),
            segments,
            form: Some(prompted.form),
            template_fallback: prompted.template_fallback,
            model_name: ready.model.info.name,
            model_fingerprint: ready.model.fingerprint,
        })
    }

    /// Exact counts of the coming turn, and what would fall out. For every pause in typing: one is made at a time.
    ///
    /// # Errors
    /// [`Error::Cancelled`] where a newer one came before this one was begun; `NoModel`, what the history or
    /// the worker says.
    pub async fn context_preview(&self, draft: Draft) -> Result<ContextPreview, Error> {
        // Held until the worker has answered: before that, the next would only stand in its queue.
        let _turn = self.previews.turn().await?;
        let ready = self.models.ready(ModelSlot::A)?;
        let (settings, prefill) = (draft.settings.clone(), draft.prefill.clone());
        let turns = self.turns_of(draft).await?;
        let context_length = ready.model.context_length;
        let reserved = document::reserve(settings.max_tokens, context_length);
        let pulse = &self.patience.question;
        let prompted = ask::prompt(&ready.worker, &turns, reserved, &prefill, false, pulse).await?;
        let mut preview = ContextPreview {
            context_length,
            reserved,
            prompt_tokens: u32::try_from(prompted.ids.len() + prompted.prefill_ids.len()).unwrap_or(u32::MAX),
            system_tokens: 0,
            draft_tokens: u32::try_from(prompted.prefill_ids.len()).unwrap_or(u32::MAX),
            messages: Vec::new(),
            fit: prompted.fit,
        };
        for (turn, share) in turns.iter().zip(&prompted.shares) {
            match (turn.message_id, turn.role) {
                (Some(message_id), _) => preview.messages.push(ContextMessage {
                    message_id,
                    tokens: share.tokens,
                    pinned: turn.pinned,
                    fate: share.fate,
                }),
                (None, Role::System) => preview.system_tokens = share.tokens,
                (None, _) => preview.draft_tokens += share.tokens,
            }
        }
        Ok(preview)
    }

    /// Ends what was only looked at. Nothing else runs in this worker, because the claim is still held.
    pub(super) async fn put_away(&self, ready: &ReadyModel) {
        let stopped = stop(&ready.worker, &GenerateStop::default(), self.patience.stop).await;
        if let Err(error) = stopped {
            // A turn that finds the worker busy asks again.
            tracing::debug!(%error, "no answer to stop");
        }
    }

    /// The active path with the draft as its next question.
    async fn turns_of(&self, draft: Draft) -> Result<Vec<Turn>, Error> {
        let place = draft.conversation_id.map_or_else(Place::new, Place::conversation);
        let place = place.with_files(&draft.attachments);
        let read = self.history.call_for(place, move |connection, id| {
            let leaf = match draft.conversation_id {
                Some(_) => conversations::active_leaf(connection, id)?,
                None => None,
            };
            let mut turns = document::path(connection, &draft.settings, leaf)?;
            turns.push(Turn {
                message_id: None,
                role: Role::User,
                content: document::quoted(connection, &draft.text, &draft.attachments)?,
                pinned: false,
            });
            Ok(turns)
        });
        read.await
    }

    /// Tokens of the loaded model whose text contains `query`.
    ///
    /// # Errors
    /// `NoModel`, what the worker says.
    pub async fn vocabulary_search(&self, query: String, limit: u32) -> Result<Vec<VocabularyHit>, Error> {
        let worker = self.models.ready(ModelSlot::A)?.worker;
        let params = VocabularySearch { query, limit };
        let found: VocabularyFound =
            worker.request(method::VOCABULARY_SEARCH, &params, Some(AT_ONCE)).await?;
        Ok(found.hits)
    }

    /// Rank and probability of a guess at a stored token: from the model that wrote the answer,
    /// if it is loaded and nothing else is being written, else from the stored candidates. A stop, a turn and
    /// the end of the app take the model away from it; the stored candidates tell then.
    ///
    /// # Errors
    /// [`Error::NoRecord`], what the history or the worker says.
    pub async fn guess(&self, id: i64, token_index: u32, text: String) -> Result<Guess, Error> {
        let read = self.history.call_for(Place::message(id), |connection, id| {
            let facts = messages::get(connection, id)?.facts;
            let facts = facts.ok_or(Error::NoRecord { what: "facts", id })?;
            Ok((token_records::read(connection, id)?, prompts::get(connection, id)?, facts))
        });
        let (records, prompt, facts) = read.await?;
        let missing = || Error::NoRecord { what: "token", id };
        let record = records.get(token_index as usize).ok_or_else(missing)?;
        if let Some(stored) = among_stored(record, &text) {
            return Ok(stored);
        }
        let ready = [ModelSlot::A, ModelSlot::B]
            .into_iter()
            .filter_map(|slot| self.models.ready(slot).ok())
            .find(|ready| ready.model.fingerprint == facts.model_fingerprint);
        let last = record.alternatives.last();
        let not_listed = Guess::NotListed {
            listed: u32::try_from(record.alternatives.len()).unwrap_or(u32::MAX),
            at_most: last.map_or(1.0, |last| last.probability.min(record.rest_probability)),
        };
        let (Some(ready), Some(prompt)) = (ready, prompt) else { return Ok(not_listed) };
        let Ok(_claim) = Claim::wanting(&self.writing, Writing::Guess) else { return Ok(not_listed) };
        let (before, sampling) = (&records[..token_index as usize], &facts.settings.sampling);
        let mut writing = self.writing.subscribe();
        let guessed = tokio::select! {
            guessed = ask_again(&ready, &prompt, before, sampling, &text) => guessed,
            _ = stop_wanted(&mut writing) => Ok(not_listed),
        };
        self.put_away(&ready).await;
        guessed
    }
}

/// The guess among the stored candidates: as it is, or with the space that a word begins with.
fn among_stored(record: &TokenRecord, text: &str) -> Option<Guess> {
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let forms = [hex(text), hex(&format!(" {text}"))];
    let one = record.alternatives.iter().find(|one| forms.contains(&one.bytes))?;
    let listed = u32::try_from(record.alternatives.len()).unwrap_or(u32::MAX);
    Some(Guess::Exact {
        tokens: vec![GuessedToken {
            id: one.id,
            bytes: one.bytes.clone(),
            probability: one.probability,
            settings_probability: one.settings_probability,
            rank: one.rank,
        }],
        pieces: 1,
        vocabulary_size: record.rest_count.saturating_add(listed),
    })
}

/// Brings the model to the place of the guess, and looks at what waits there.
async fn ask_again(
    ready: &ReadyModel,
    prompt: &Prompt,
    before: &[TokenRecord],
    sampling: &Sampling,
    text: &str,
) -> Result<Guess, Error> {
    let worker = &ready.worker;
    let mut notifications = worker.subscribe();
    let mut prompt_ids = prompt.ids.clone();
    prompt_ids.extend(before.iter().map(|record| record.id));
    let request = GenerateStart {
        prompt_ids: Some(prompt_ids),
        answered: u32::try_from(before.len()).unwrap_or(u32::MAX),
        sampling: sampling.clone(),
        step: true,
        max_tokens: Some(1),
        alternatives: 0,
        ..GenerateStart::default()
    };
    let started: GenerateStarted = worker.request(method::GENERATE_START, &request, Some(PREFILL)).await?;
    let deadline = Instant::now() + PREFILL;
    loop {
        tokio::select! {
            notification = notifications.recv() => {
                let Some(notification) = notification else { return Err(worker.ended().await) };
                match read(notification, started.generation) {
                    Some(News::Waiting) => break,
                    Some(News::End(_)) => {
                        return Err(Error::refused(ErrorKind::EngineFailed, "it ended before the guess"));
                    }
                    Some(News::Token(_)) | None => {}
                }
            }
            () = sleep_until(deadline) => return Err(Error::NoAnswer {
                waited_for: method::GENERATE_TOKEN.into(),
                seconds: PREFILL.as_secs(),
            }),
        }
    }
    desk::guess(worker, text).await
}

/// Why a prompt can't be sent, where it can't.
pub fn too_long(fit: ContextFit, prompt_tokens: usize, ready: &ReadyModel) -> Option<Error> {
    (fit == ContextFit::TooLong).then(|| {
        let message = "system prompt, kept turns and the question do not fit into the context";
        let error = RpcError::new(ErrorKind::ContextFull, message)
            .with("prompt_tokens", prompt_tokens)
            .with("context_length", ready.model.context_length);
        error.into()
    })
}
