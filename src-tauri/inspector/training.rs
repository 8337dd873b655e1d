//! A vocabulary that is learned here, in the worker of a place of its own.

use std::sync::Arc;

use vitrine_core::protocol::{
    method, ErrorKind, Piece, Pieces, TokenCut, TokenizerSummary, TrainingAsk, TrainingCut, TrainingPieces,
    TrainingRounds, TrainingStart, TrainingStarted, TrainingUse,
};

use super::{Inspector, Seat};
use crate::contract::{SubjectPlace, SubjectSource, TokenizerSubject};
use crate::engine::WorkerProcess;
use crate::Error;

impl Inspector {
    /// Begins anew with a text. What was learned before is gone, and the place has a tokenizer of bytes.
    ///
    /// # Errors
    /// `InvalidParams`, `TextTooLong`; where no worker can be started.
    pub async fn start_training(&self, start: TrainingStart) -> Result<TrainingStarted, Error> {
        let worker = match self.trainer().await {
            Ok(worker) => worker,
            Err(_) => Arc::new(WorkerProcess::spawn(self.models.program()).await?),
        };
        let started: TrainingStarted =
            worker.request_while_alive(method::TRAINING_START, &start, &self.pulse).await?;
        self.use_in(worker, TrainingUse { training: started.training, merges: 0 }).await?;
        Ok(started)
    }

    /// Rounds from `from` on, at most `count`; perhaps fewer, because they are run now.
    ///
    /// # Errors
    /// `InvalidParams` where this training is over.
    pub async fn training_rounds(
        &self,
        training: u32,
        from: u32,
        count: u32,
    ) -> Result<TrainingRounds, Error> {
        let params = TrainingAsk { training, from, count };
        let worker = self.trainer().await?;
        worker.request_while_alive(method::TRAINING_ROUNDS, &params, &self.pulse).await
    }

    /// A text as the first `merges` rounds cut it.
    ///
    /// # Errors
    /// `InvalidParams` where this training is over, or there have been fewer rounds.
    pub async fn training_cut(&self, training: u32, text: String, merges: u32) -> Result<TokenCut, Error> {
        let params = TrainingCut { training, text, merges };
        let worker = self.trainer().await?;
        worker.request_while_alive(method::TRAINING_CUT, &params, &self.pulse).await
    }

    /// What ids of this training stand for.
    ///
    /// # Errors
    /// `InvalidParams` where this training is over.
    pub async fn training_pieces(&self, training: u32, ids: Vec<u32>) -> Result<Vec<Piece>, Error> {
        let params = TrainingPieces { training, ids };
        let worker = self.trainer().await?;
        let found: Pieces = worker.request_while_alive(method::TRAINING_PIECES, &params, &self.pulse).await?;
        Ok(found.pieces)
    }

    /// What the first `merges` rounds have learned stands at the place `trained` from now on.
    ///
    /// # Errors
    /// `InvalidParams` where this training is over, or there have been fewer rounds.
    pub async fn use_training(&self, training: u32, merges: u32) -> Result<TokenizerSubject, Error> {
        let worker = self.trainer().await?;
        self.use_in(worker, TrainingUse { training, merges }).await
    }

    async fn use_in(
        &self,
        worker: Arc<WorkerProcess>,
        wanted: TrainingUse,
    ) -> Result<TokenizerSubject, Error> {
        let place = SubjectPlace::Trained;
        let mut inner = self.place(place).lock().await;
        let summary: TokenizerSummary =
            worker.request_while_alive(method::TRAINING_USE, &wanted, &self.pulse).await?;
        // A new key: ids mean something else now.
        let seat = Seat::trained(worker);
        let subject = TokenizerSubject { place, source: seat.source, key: seat.key.clone(), summary };
        let before = inner.seat.replace(seat);
        let is_same = |before: &Seat, now: &Option<Seat>| {
            now.as_ref().is_some_and(|now| Arc::ptr_eq(&before.worker, &now.worker))
        };
        let before = before.filter(|before| !is_same(before, &inner.seat));
        drop(inner);
        if let Some(before) = before {
            before.close().await;
        }
        Ok(subject)
    }

    /// The worker that learns.
    async fn trainer(&self) -> Result<Arc<WorkerProcess>, Error> {
        let inner = self.place(SubjectPlace::Trained).lock().await;
        let seat = inner
            .seat
            .as_ref()
            .filter(|seat| seat.source == SubjectSource::Trained && !seat.worker.has_ended());
        let over = || Error::refused(ErrorKind::InvalidParams, "this training is over: its worker has ended");
        seat.map(|seat| seat.worker.clone()).ok_or_else(over)
    }
}
