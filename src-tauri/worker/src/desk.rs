//! Questions about texts and files, answered in the order in which they come.
//!
//! Cutting a text of many megabytes or opening a large vocabulary takes a while. Once a model is
//! loading this happens on a thread of its own, so that whoever reads requests is free for a stop.

use std::path::Path;
use std::sync::mpsc::{channel, Sender};
use std::sync::Arc;

use serde_json::Value;
use vitrine_core::protocol::{
    method, ErrorKind, RequestId, RpcError, TokenizerOpen, TokenizerSummary, TrainingUse,
};

use crate::inspect;
use crate::output;
use crate::prompt::LastPrompt;
use crate::sandbox::Confinement;
use crate::server::{loaded, parse, value, ModelSlot};
use crate::subject::{no_tokenizer, Subject};
use crate::text::{self, Tokenizers};
use crate::training::Training;
use crate::vocabulary::{self, Browser};

pub struct Desk {
    model: ModelSlot,
    /// A tokenizer that was opened without weights: one in the life of a worker.
    opened: Option<Subject>,
    tokenizers: Tokenizers,
    last_prompt: LastPrompt,
    browser: Browser,
    training: Training,
}

impl Desk {
    pub fn new(model: ModelSlot) -> Self {
        Self {
            model,
            opened: None,
            tokenizers: Tokenizers::default(),
            last_prompt: LastPrompt::default(),
            browser: Browser::default(),
            training: Training::default(),
        }
    }

    /// What the methods about texts look at.
    fn subject(&self) -> Result<Subject, RpcError> {
        match loaded(&self.model) {
            Some(model) => Ok(Subject::Loaded(model)),
            None => self.opened.clone().ok_or_else(no_tokenizer),
        }
    }

    fn open(&mut self, params: &TokenizerOpen) -> Result<TokenizerSummary, RpcError> {
        let subject = Subject::open(Path::new(&params.path))?;
        let summary = subject.summary();
        self.opened = Some(subject);
        Ok(summary)
    }

    /// What was learned becomes what all methods about texts look at.
    fn use_training(&mut self, params: &TrainingUse) -> Result<TokenizerSummary, RpcError> {
        let subject = Subject::trained(self.training.tokenizer(params)?);
        let summary = subject.summary();
        self.opened = Some(subject);
        Ok(summary)
    }

    pub fn answer(&mut self, name: &str, params: Value) -> Result<Value, RpcError> {
        let model = loaded(&self.model);
        match name {
            method::MODEL_INSPECT => text::inspect(&parse(params)?).map(value),
            method::TOKENIZER_OPEN => self.open(&parse(params)?).map(value),
            method::TOKENIZER_SUMMARY => Ok(value(self.subject()?.summary())),
            method::TEXT_CUT => inspect::cut(&parse(params)?, &self.subject()?).map(value),
            method::VOCABULARY_PIECES => inspect::pieces(&parse(params)?, &self.subject()?).map(value),
            method::TEXT_MESSAGE => inspect::message(&parse(params)?, &self.subject()?).map(value),
            method::TEXT_STEPS => inspect::steps(&parse(params)?, &self.subject()?).map(value),
            method::TEXT_GUISES => inspect::guises(&parse(params)?, &self.subject()?).map(value),
            method::TEXT_FROM_IDS => inspect::from_ids(&parse(params)?, &self.subject()?).map(value),
            method::TEXT_TOKENIZE => {
                text::tokenize(&parse(params)?, &mut self.tokenizers, model.as_ref()).map(value)
            }
            method::TEXT_DETOKENIZE => {
                text::detokenize(&parse(params)?, &mut self.tokenizers, model.as_ref()).map(value)
            }
            method::TRAINING_START => self.training.start(parse(params)?).map(value),
            method::TRAINING_ROUNDS => self.training.rounds(&parse(params)?).map(value),
            method::TRAINING_CUT => self.training.cut(&parse(params)?).map(value),
            method::TRAINING_PIECES => self.training.pieces(&parse(params)?).map(value),
            method::TRAINING_USE => self.use_training(&parse(params)?).map(value),
            name if vocabulary::answers(name) => {
                let subject = self.subject()?;
                self.browser.answer(name, params, &subject)
            }
            method::CHAT_RENDER => text::render(&parse(params)?, model.as_ref()).map(value),
            method::CHAT_PROMPT => {
                let model = model.ok_or_else(text::no_model)?;
                self.last_prompt.get(parse(params)?, &model).map(value)
            }
            _ => Err(RpcError::new(ErrorKind::UnknownMethod, format!("no method is called {name:?}"))),
        }
    }

    /// Goes on on a thread of its own.
    pub fn move_out(mut self, sandbox: Arc<Confinement>) -> Worker {
        let (questions, queue) = channel::<Question>();
        std::thread::Builder::new()
            .name("desk".into())
            .spawn(move || {
                for Question { id, name, params } in queue {
                    // The file that the question is about, where it names one.
                    let path = ["path", "tokenizer", "template"]
                        .iter()
                        .find_map(|key| params.get(key)?.as_str())
                        .unwrap_or_default()
                        .to_owned();
                    let result = self.answer(&name, params).map_err(|error| sandbox.explain(error, &path));
                    output::answer(id, result);
                }
            })
            .expect("the system gives one more thread");
        Worker { questions }
    }
}

struct Question {
    id: Option<RequestId>,
    name: String,
    params: Value,
}

/// A desk on another thread.
pub struct Worker {
    questions: Sender<Question>,
}

impl Worker {
    pub fn pass(&self, id: Option<RequestId>, name: String, params: Value) {
        // It takes questions for as long as the process lives: a panic in it ends the process.
        let _ = self.questions.send(Question { id, name, params });
    }
}
