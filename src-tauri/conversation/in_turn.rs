//! Two models that answer one after the other, because memory holds only one of them at a time.
//!
//! The first answers as in any turn. Then its worker ends, the second model is loaded into slot b and answers, its
//! worker ends, and the first model is loaded again as it was: everything else uses it. Whatever goes wrong
//! on the way is told by the second answer; the first one is kept.

use std::path::Path;
use std::sync::Arc;

use vitrine_core::header;
use vitrine_core::protocol::ModelInfo;

use super::answer::Outcome;
use super::stoppable::Load;
use super::turn::{Job, Turn};
use super::Writing;
use crate::blocking::blocking;
use crate::contract::{LoadConsent, Message, SecondModel};
use crate::engine::ReadyModel;
use crate::library::{self, Listing};
use crate::Error;

/// A model that is known by its file and not loaded yet.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub model: SecondModel,
    pub info: ModelInfo,
    pub fingerprint: String,
}

impl Turn<'_> {
    /// What the file says that is to answer second.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub(super) async fn look_at(&self, model: &SecondModel) -> Result<Waiting, Error> {
        let info = self.models.b.inspect(&model.path).await?;
        let path = model.path.clone();
        let fingerprint =
            blocking("reading a header", move || header::fingerprint(Path::new(&path))).await??;
        Ok(Waiting { model: model.clone(), info, fingerprint })
    }

    /// Both answers; gives the first.
    ///
    /// # Errors
    /// What the history says.
    pub(super) async fn one_after_the_other(
        &self,
        first: (Job, ReadyModel),
        second: (Job, SecondModel),
    ) -> Result<Message, Error> {
        let (job, model) = first;
        let message = self.write(job, model.clone()).await;
        let (job, wanted) = second;
        // What took its place meanwhile, or brought it down, is none of our business.
        let slot_is_ours = self.models.a.ready().is_ok_and(|now| Arc::ptr_eq(&now.worker, &model.worker));
        let written = match self.change(slot_is_ours, &wanted).await {
            Ok(Some(model)) => self.write(job, model).await,
            Ok(None) => self.leave(job, Ok(Outcome::Stopped)).await,
            Err(error) => self.leave(job, Err(error)).await,
        };
        if slot_is_ours {
            self.bring_back(model);
        }
        written.and(message)
    }

    /// Closes the first model and loads the second; `None` where the user stopped it.
    async fn change(&self, close_first: bool, wanted: &SecondModel) -> Result<Option<ReadyModel>, Error> {
        let stop = self.stop.clone();
        if matches!(*stop.borrow(), Writing::Stopping | Writing::Closing) {
            return Ok(None);
        }
        if close_first {
            self.models.a.unload().await;
        }
        let SecondModel { path, options, consent } = wanted;
        let load = Load {
            history: self.history,
            slot: &self.models.b,
            path,
            options,
            consent: *consent,
            listing: Listing::Recent,
        };
        load.unless_stopped(stop).await
    }

    /// The second model goes, the first one comes back. The turn does not wait for that; the slots tell how it goes.
    fn bring_back(&self, model: ReadyModel) {
        if *self.stop.borrow() == Writing::Closing {
            return;
        }
        let (models, history) = (self.models.clone(), self.history.clone());
        tokio::spawn(async move {
            models.b.unload().await;
            if models.a.is_taken() {
                // The user was quicker with another one.
                return;
            }
            let (path, options) = (&model.model.info.path, model.options);
            let (consent, listing) = (LoadConsent::Ordinary, Listing::Recent);
            let loaded = library::load(&history, &models.a, path, options, consent, listing).await;
            if let Err(error) = loaded {
                // The slot says so.
                tracing::warn!(%error, "the first model of a comparison is not back");
            }
        });
    }
}
