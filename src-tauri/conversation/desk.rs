//! Step mode: the one token that waits for the user, and what can be done with it.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::Value;
use vitrine_core::protocol::{
    method, ErrorKind, GenerateChoose, GenerateLook, Looked, Pick, Sampling, StepOffer,
};

use super::ask;
use crate::contract::{Guess, GuessedToken, StepChoice};
use crate::engine::{Pulse, WorkerProcess};
use crate::Error;

/// For answers that need no forward pass.
pub const AT_ONCE: Duration = Duration::from_secs(20);
/// Candidates that are laid out.
const CANDIDATES: u32 = 256;

/// Where a token may wait.
#[derive(Debug, Default)]
pub struct Desk {
    waiting: Mutex<Option<Arc<WorkerProcess>>>,
}

impl Desk {
    /// Lays out what waits in this worker; it can be chosen from now on.
    ///
    /// # Errors
    /// What the worker says.
    pub async fn lay_out(&self, worker: &Arc<WorkerProcess>) -> Result<StepOffer, Error> {
        let looked = look(worker, None, Vec::new()).await?;
        *self.lock() = Some(worker.clone());
        Ok(looked.offer)
    }

    /// Nothing waits any more.
    pub fn clear(&self) {
        self.lock().take();
    }

    /// Goes on, with these settings from here on.
    ///
    /// # Errors
    /// [`Error::NotWaiting`]; what the worker says (then the token waits on).
    pub async fn choose(&self, choice: StepChoice, sampling: Sampling) -> Result<(), Error> {
        let worker = self.worker()?;
        let mut params = GenerateChoose { sampling: Some(sampling), ..GenerateChoose::default() };
        match choice {
            StepChoice::Token { id } => params.id = Some(id),
            StepChoice::Text { text } => params.ids = ask::pieces(&worker, &text, &Pulse::default()).await?,
            StepChoice::Best => params.pick = Pick::Best,
            StepChoice::Sample => {}
            StepChoice::RunOn => params.run_on = true,
        }
        // One choice a token: a second one that comes meanwhile finds nothing waiting.
        let taken = self.lock().take().ok_or(Error::NotWaiting)?;
        let chosen = worker.request::<Value>(method::GENERATE_CHOOSE, &params, Some(AT_ONCE)).await;
        if let Err(Error::Engine(error)) = &chosen {
            if error.kind() == ErrorKind::InvalidParams {
                *self.lock() = Some(taken);
            }
        }
        chosen.map(drop)
    }

    /// The candidates through other settings.
    ///
    /// # Errors
    /// [`Error::NotWaiting`], what the worker says.
    pub async fn reshape(&self, sampling: Sampling) -> Result<StepOffer, Error> {
        let worker = self.worker()?;
        Ok(look(&worker, Some(sampling), Vec::new()).await?.offer)
    }

    /// How good a guess is.
    ///
    /// # Errors
    /// [`Error::NotWaiting`], what the worker says.
    pub async fn guess(&self, text: &str) -> Result<Guess, Error> {
        let worker = self.worker()?;
        guess(&worker, text).await
    }

    fn worker(&self) -> Result<Arc<WorkerProcess>, Error> {
        self.lock().clone().ok_or(Error::NotWaiting)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<WorkerProcess>>> {
        self.waiting.lock().expect("no panic while holding the desk")
    }
}

async fn look(worker: &WorkerProcess, sampling: Option<Sampling>, ids: Vec<u32>) -> Result<Looked, Error> {
    let params = GenerateLook { sampling, candidates: CANDIDATES, ids };
    worker.request(method::GENERATE_LOOK, &params, Some(AT_ONCE)).await
}

/// How good a guess is where a token waits in this worker. A guess without the space that a word
/// begins with in the middle of a text counts as one with it, where that is the better guess.
pub async fn guess(worker: &WorkerProcess, text: &str) -> Result<Guess, Error> {
    let pulse = Pulse::default();
    let mut forms = vec![ask::pieces(worker, text, &pulse).await?];
    if !text.starts_with(char::is_whitespace) {
        forms.push(ask::pieces(worker, &format!(" {text}"), &pulse).await?);
    }
    let firsts: Vec<u32> = forms.iter().filter_map(|ids| ids.first().copied()).collect();
    let looked = look(worker, None, firsts).await?;
    let best = looked.asked.into_iter().zip(&forms).min_by_key(|(one, _)| one.rank);
    let (one, ids) = best.ok_or_else(|| Error::refused(ErrorKind::InvalidParams, "the guess is empty"))?;
    Ok(Guess::Exact {
        tokens: vec![GuessedToken {
            id: one.id,
            bytes: one.bytes,
            probability: one.probability,
            settings_probability: one.settings_probability,
            rank: one.rank,
        }],
        pieces: u32::try_from(ids.len()).unwrap_or(u32::MAX),
        vocabulary_size: looked.vocabulary_size,
    })
}
