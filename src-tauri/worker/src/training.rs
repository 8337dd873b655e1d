//! `training/...`: a vocabulary that is learned from a text.

use std::time::{Duration, Instant};

use vitrine_core::inspect;
use vitrine_core::protocol::{
    ErrorKind, Piece, Pieces, RpcError, TokenCut, TrainingAsk, TrainingCut, TrainingPieces, TrainingRounds,
    TrainingStart, TrainingStarted, TrainingUse,
};
use vitrine_core::tokenizer::Tokenizer;
use vitrine_core::training::{sample, Trainer};

/// So long rounds are run for one request: whoever asks shows what has come, and asks again.
const AT_ONCE: Duration = Duration::from_millis(100);
/// Most rounds, and most pieces, that are told at once.
const MOST_ROUNDS: u32 = 1000;
const MOST_PIECES: usize = 10_000;

/// The training that was started last.
#[derive(Default)]
pub struct Training {
    number: u32,
    trainer: Option<Trainer>,
    /// What so many rounds have learned, for the next text.
    cutter: Option<(u32, Tokenizer)>,
}

impl Training {
    /// `training/start`.
    pub fn start(&mut self, params: TrainingStart) -> Result<TrainingStarted, RpcError> {
        let text = match (params.text, params.sample) {
            (Some(text), None) => text,
            (None, Some(which)) => sample(which),
            _ => return Err(invalid("exactly one of text and sample is needed")),
        };
        // The old one makes room before the new one takes it.
        (self.trainer, self.cutter) = (None, None);
        let trainer = Trainer::new(&text)?;
        self.number += 1;
        let started = trainer.started(self.number, &text);
        self.trainer = Some(trainer);
        Ok(started)
    }

    /// `training/rounds`.
    pub fn rounds(&mut self, params: &TrainingAsk) -> Result<TrainingRounds, RpcError> {
        let trainer = self.trainer(params.training)?;
        if params.from == 0 || !(1..=MOST_ROUNDS).contains(&params.count) {
            return Err(invalid("rounds are counted from 1, and 1 to 1000 are told at once"));
        }
        let (from, count) = (params.from as usize, params.count as usize);
        if from > trainer.rounds() + 1 {
            return Err(invalid("rounds are run one after the other: the one before has not been"));
        }
        let start = Instant::now();
        trainer.run(from - 1 + count, || start.elapsed() < AT_ONCE);
        Ok(trainer.tell(from, count))
    }

    /// `training/cut`.
    pub fn cut(&mut self, params: &TrainingCut) -> Result<TokenCut, RpcError> {
        let has_it = self.cutter.as_ref().is_some_and(|(merges, _)| *merges == params.merges);
        let trainer = self.trainer(params.training)?;
        if !has_it {
            let tokenizer = trainer.tokenizer(params.merges as usize)?;
            self.cutter = Some((params.merges, tokenizer));
        }
        match &self.cutter {
            Some((_, tokenizer)) => inspect::tokens(tokenizer, &params.text, false),
            None => Err(invalid("no rounds have been run")),
        }
    }

    /// `training/pieces`.
    pub fn pieces(&mut self, params: &TrainingPieces) -> Result<Pieces, RpcError> {
        let trainer = self.trainer(params.training)?;
        let piece = |&id: &u32| {
            let bytes = hex::encode(trainer.bytes(id)?);
            Some(Piece { id, bytes, special: false })
        };
        Ok(Pieces { pieces: params.ids.iter().take(MOST_PIECES).filter_map(piece).collect() })
    }

    /// `training/use`: what was learned, as a tokenizer.
    pub fn tokenizer(&mut self, params: &TrainingUse) -> Result<Tokenizer, RpcError> {
        self.trainer(params.training)?.tokenizer(params.merges as usize)
    }

    fn trainer(&mut self, number: u32) -> Result<&mut Trainer, RpcError> {
        match &mut self.trainer {
            Some(trainer) if number == self.number => Ok(trainer),
            _ => Err(invalid("this training is over: another one has begun")),
        }
    }
}

fn invalid(message: &str) -> RpcError {
    RpcError::new(ErrorKind::InvalidParams, message)
}
