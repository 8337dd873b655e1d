//! A load in the middle of a turn, which the user may stop like an answer.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;
use vitrine_core::protocol::{LoadOptions, ModelLoaded};

use super::answer::stop_wanted;
use super::Writing;
use crate::contract::LoadConsent;
use crate::engine::{ReadyModel, Supervisor};
use crate::history::History;
use crate::library::{self, Listing};
use crate::Error;

/// How often a load that is to be stopped, and has only begun, is told so again.
const RETRY: Duration = Duration::from_millis(50);

/// What is to be loaded, where, and whether the list of recent models shall tell.
#[derive(Debug)]
pub struct Load<'a> {
    pub history: &'a History,
    pub slot: &'a Supervisor,
    pub path: &'a str,
    pub options: &'a LoadOptions,
    pub consent: LoadConsent,
    pub listing: Listing,
}

impl Load<'_> {
    /// The loaded model; `None` where it was stopped, and its worker is gone then.
    ///
    /// # Errors
    /// See [`library::load`].
    pub async fn unless_stopped(
        self,
        mut stop: watch::Receiver<Writing>,
    ) -> Result<Option<ReadyModel>, Error> {
        let Self { history, slot, path, options, consent, listing } = self;
        let load = library::load(history, slot, path, options.clone(), consent, listing);
        tokio::pin!(load);
        let loaded: Result<ModelLoaded, Error> = tokio::select! {
            loaded = &mut load => loaded,
            _ = stop_wanted(&mut stop) => loop {
                // Not dropped but ended, so that its note is taken away.
                slot.cancel().await;
                tokio::select! {
                    loaded = &mut load => break loaded,
                    () = sleep(RETRY) => {}
                }
            },
        };
        match loaded {
            Ok(_) => slot.ready().map(Some),
            Err(error) if error.is_cancelled() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
