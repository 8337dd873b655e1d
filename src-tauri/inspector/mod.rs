//! The token inspector: which tokenizers are looked at, and the workers that hold them.
//!
//! The shell parses no tokenizer. The loaded model's worker answers for its own; every other one is opened in a worker of its
//! own, without weights, which the sandbox keeps to that one file. A worker holds one tokenizer in its life, so opening
//! another one takes another worker; the old one ends.

mod compare;
mod seat;
mod training;

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::json;
use tokio::sync::Mutex;
use vitrine_core::protocol::{method, ErrorKind, TokenizerSummary};

use crate::blocking::blocking;
use crate::contract::{SubjectPlace, SubjectSource, TokenizerSubject};
use crate::engine::{Pulse, Supervisor, WorkerProcess};
use crate::library::{full_path, Starters};
use crate::Error;
use seat::Seat;

/// The tokenizers that are looked at. Clones are the same inspector.
#[derive(Debug, Clone)]
pub struct Inspector {
    /// Slot a.
    models: Supervisor,
    starters: Arc<Starters>,
    pulse: Pulse,
    a: Arc<Mutex<Place>>,
    b: Arc<Mutex<Place>>,
    trained: Arc<Mutex<Place>>,
}

/// One place. Locked while something is opened there, so that the last one wins.
#[derive(Debug, Default)]
struct Place {
    seat: Option<Seat>,
}

/// Who answers for a place.
#[derive(Debug, Clone)]
pub struct Answerer {
    pub source: SubjectSource,
    /// Another tokenizer has another key.
    pub key: String,
    pub worker: Arc<WorkerProcess>,
}

impl Inspector {
    pub fn new(models: Supervisor, starters: Arc<Starters>) -> Self {
        let place = || Arc::new(Mutex::new(Place::default()));
        Self { models, starters, pulse: Pulse::default(), a: place(), b: place(), trained: place() }
    }

    /// Opens a tokenizer in a worker of its own. `None` goes back to what is there by itself: the loaded model, or the bundled
    /// tokenizer. What was there before stays where the new one can't be opened.
    ///
    /// # Errors
    /// What the worker says of the file, or how it died.
    pub async fn open(&self, place: SubjectPlace, path: Option<&str>) -> Result<TokenizerSubject, Error> {
        let mut inner = self.place(place).lock().await;
        let opened = match (path, place) {
            (Some(path), _) => {
                let path = full_path(path, &std::env::current_dir().unwrap_or_default());
                Some(Seat::open(self.models.program(), SubjectSource::File, &path, &self.pulse).await?)
            }
            // The place itself falls back to them.
            (None, SubjectPlace::A) => None,
            (None, _) => Some(self.open_starter().await?),
        };
        let before = std::mem::replace(&mut inner.seat, opened);
        drop(inner);
        if let Some(before) = before {
            before.close().await;
        }
        self.subject(place).await?.ok_or_else(no_tokenizer)
    }

    /// What stands at a place; `None` where nothing does.
    ///
    /// # Errors
    /// Where the bundled tokenizer can't be opened, or a worker does not answer.
    pub async fn subject(&self, place: SubjectPlace) -> Result<Option<TokenizerSubject>, Error> {
        let Some(Answerer { source, key, worker }) = self.answerer(place).await? else { return Ok(None) };
        let nothing = json!({});
        let asked = worker.request_while_alive(method::TOKENIZER_SUMMARY, &nothing, &self.pulse);
        let summary: TokenizerSummary = asked.await?;
        Ok(Some(TokenizerSubject { place, source, key, summary }))
    }

    /// Takes away what was opened at a place, and ends its worker.
    pub async fn clear(&self, place: SubjectPlace) {
        let seat = self.place(place).lock().await.seat.take();
        if let Some(seat) = seat {
            seat.close().await;
        }
    }

    /// Puts a worker there that holds a tokenizer which was not read from a file.
    pub async fn seat_trained(&self, worker: Arc<WorkerProcess>) {
        let seat = Seat::trained(worker);
        let before = self.place(SubjectPlace::Trained).lock().await.seat.replace(seat);
        if let Some(before) = before {
            before.close().await;
        }
    }

    /// Asks the worker of a place.
    ///
    /// # Errors
    /// `NoTokenizer` where the place is empty; what the worker says.
    pub async fn ask<R: DeserializeOwned>(
        &self,
        place: SubjectPlace,
        method: &str,
        params: &impl Serialize,
    ) -> Result<R, Error> {
        let answerer = self.answerer(place).await?.ok_or_else(no_tokenizer)?;
        answerer.worker.request_while_alive(method, params, &self.pulse).await
    }

    /// Who answers for a place now; `None` where it is empty. A worker that has died is replaced.
    ///
    /// # Errors
    /// What opening its tokenizer says.
    pub async fn answerer(&self, place: SubjectPlace) -> Result<Option<Answerer>, Error> {
        let mut inner = self.place(place).lock().await;
        if place == SubjectPlace::A {
            let opened = inner.seat.as_ref().is_some_and(|seat| seat.source == SubjectSource::File);
            if let (false, Ok(ready)) = (opened, self.models.ready()) {
                // The bundled one is not needed beside it.
                if let Some(seat) = inner.seat.take() {
                    seat.worker.start_kill();
                }
                return Ok(Some(Answerer {
                    source: SubjectSource::Loaded,
                    key: format!("loaded {}", ready.model.fingerprint),
                    worker: ready.worker,
                }));
            }
            if inner.seat.is_none() {
                inner.seat = Some(self.open_starter().await?);
            }
        }
        let Some(seat) = &mut inner.seat else { return Ok(None) };
        if seat.worker.has_ended() {
            let Some(path) = seat.path.clone() else {
                // What was trained is gone with its worker.
                inner.seat = None;
                return Ok(None);
            };
            *seat = Seat::open(self.models.program(), seat.source, &path, &self.pulse).await?;
        }
        Ok(Some(Answerer { source: seat.source, key: seat.key.clone(), worker: seat.worker.clone() }))
    }

    /// The app ends: so do the workers, at once.
    pub async fn close(&self) {
        for place in [SubjectPlace::A, SubjectPlace::B, SubjectPlace::Trained] {
            if let Some(seat) = self.place(place).lock().await.seat.take() {
                seat.worker.kill().await;
            }
        }
    }

    async fn open_starter(&self) -> Result<Seat, Error> {
        let starters = self.starters.clone();
        let listed = blocking("looking for the bundled models", move || starters.list()).await?;
        let first = listed.into_iter().next().ok_or_else(no_tokenizer)?;
        Seat::open(self.models.program(), SubjectSource::Starter, &first.path, &self.pulse).await
    }

    fn place(&self, place: SubjectPlace) -> &Mutex<Place> {
        match place {
            SubjectPlace::A => &self.a,
            SubjectPlace::B => &self.b,
            SubjectPlace::Trained => &self.trained,
        }
    }
}

fn no_tokenizer() -> Error {
    Error::refused(ErrorKind::NoTokenizer, "no tokenizer is open at this place")
}
