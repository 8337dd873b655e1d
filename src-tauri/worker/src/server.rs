//! Reads requests and sends each to its function.
//!
//! The main thread only reads and dispatches, and never waits for the engine: when stdin ends,
//! whoever started this process is gone, and it ends at once, whatever it is doing.

use std::io::{BufRead, Read};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::{json, Value};
use vitrine_core::protocol::{
    method, ErrorKind, GenerateChoose, GenerateLook, GenerateStop, Looked, ModelLoad, ModelLoaded, Request,
    RequestId, RpcError, VocabularyFound, VocabularySearch,
};

use crate::generation::{self, Slot};
use crate::load::load;
use crate::loaded::Loaded;
use crate::output;
use crate::prompt;
use crate::text::{self, Tokenizers};

/// The longest line that is read: a prompt of many megabytes still fits, a broken sender does not fill the memory.
const LONGEST_LINE: u64 = 64 << 20;

/// The model slot.
enum Model {
    Empty,
    Loading,
    Ready(Arc<Loaded>),
}

struct Server {
    model: Arc<Mutex<Model>>,
    running: Slot,
    tokenizers: Tokenizers,
    generations: u32,
}

/// Serves until stdin ends or `shutdown` comes.
pub fn run() -> ExitCode {
    let mut server = Server {
        model: Arc::new(Mutex::new(Model::Empty)),
        running: Slot::default(),
        tokenizers: Tokenizers::default(),
        generations: 0,
    };
    let mut stdin = std::io::stdin().lock();
    loop {
        let mut line = Vec::new();
        match stdin.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        if line.len() as u64 == LONGEST_LINE {
            output::refuse(RpcError::new(ErrorKind::ParseError, "the line is too long"));
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        if server.serve(&line) == Next::End {
            break;
        }
    }
    // Destructors would wait for the engine, and the system takes everything back anyway.
    std::process::exit(0)
}

#[derive(PartialEq, Eq)]
enum Next {
    Line,
    End,
}

impl Server {
    fn serve(&mut self, line: &[u8]) -> Next {
        let request: Request = match serde_json::from_slice(line) {
            Ok(request) => request,
            Err(error) => {
                output::refuse(RpcError::new(
                    ErrorKind::ParseError,
                    format!("not a JSON-RPC 2.0 request: {error}"),
                ));
                return Next::Line;
            }
        };
        let Request { id, method: name, params, .. } = request;
        match name.as_str() {
            method::MODEL_LOAD => self.load(id, params),
            method::GENERATE_START => self.start(id, params),
            method::SHUTDOWN => {
                output::answer(id, Ok(json!({})));
                return Next::End;
            }
            _ => {
                let result = self.simple(&name, params);
                output::answer(id, result);
            }
        }
        Next::Line
    }

    /// Methods that answer at once.
    fn simple(&mut self, name: &str, params: Value) -> Result<Value, RpcError> {
        match name {
            method::MODEL_INSPECT => text::inspect(&parse(params)?).map(value),
            method::TEXT_TOKENIZE => {
                let model = self.loaded();
                text::tokenize(&parse(params)?, &mut self.tokenizers, model.as_ref()).map(value)
            }
            method::TEXT_DETOKENIZE => {
                let model = self.loaded();
                text::detokenize(&parse(params)?, &mut self.tokenizers, model.as_ref()).map(value)
            }
            method::CHAT_RENDER => text::render(&parse(params)?, self.loaded().as_ref()).map(value),
            method::CHAT_PROMPT => {
                let model = self.loaded().ok_or_else(text::no_model)?;
                prompt::prompt(&parse(params)?, &model).map(value)
            }
            method::VOCABULARY_SEARCH => self.search(&parse(params)?).map(value),
            method::GENERATE_CHOOSE => self.choose(parse(params)?),
            method::GENERATE_LOOK => self.look(&parse(params)?).map(value),
            method::GENERATE_STOP => self.stop(&parse_or_default(params)?),
            _ => Err(RpcError::new(ErrorKind::UnknownMethod, format!("no method is called {name:?}"))),
        }
    }

    fn loaded(&self) -> Option<Arc<Loaded>> {
        match &*lock(&self.model) {
            Model::Ready(model) => Some(model.clone()),
            Model::Empty | Model::Loading => None,
        }
    }

    /// Answers when the model is ready, from a thread of its own.
    fn load(&self, id: Option<RequestId>, params: Value) {
        let params: ModelLoad = match parse(params) {
            Ok(params) => params,
            Err(error) => return output::answer(id, Err(error)),
        };
        {
            let mut model = lock(&self.model);
            if !matches!(*model, Model::Empty) {
                let message = "this worker has a model already; start another worker for another model";
                return output::answer(id, Err(RpcError::new(ErrorKind::Busy, message)));
            }
            *model = Model::Loading;
        }
        let slot = self.model.clone();
        std::thread::spawn(move || {
            let start = Instant::now();
            let result = load(&params).map(|model| {
                let loaded = ModelLoaded {
                    info: model.info.clone(),
                    context_length: model.context_length,
                    end_ids: model.end_ids.clone(),
                    fingerprint: model.fingerprint.clone(),
                    load_ms: u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX),
                };
                *lock(&slot) = Model::Ready(Arc::new(model));
                value(loaded)
            });
            if result.is_err() {
                *lock(&slot) = Model::Empty;
            }
            output::answer(id, result);
        });
    }

    fn start(&mut self, id: Option<RequestId>, params: Value) {
        let ready = self.prepare(params);
        match ready {
            Err(error) => output::answer(id, Err(error)),
            Ok((model, ready)) => {
                output::answer(id, Ok(value(&ready.started)));
                generation::run(ready, &model, &self.running);
            }
        }
    }

    fn prepare(&mut self, params: Value) -> Result<(Arc<Loaded>, generation::Ready), RpcError> {
        let params = parse(params)?;
        let model = self.loaded().ok_or_else(text::no_model)?;
        if lock(&self.running).is_some() {
            return Err(RpcError::new(ErrorKind::Busy, "a generation is running; stop it first"));
        }
        self.generations += 1;
        let ready = generation::prepare(params, self.generations, &model)?;
        Ok((model, ready))
    }

    fn choose(&self, params: GenerateChoose) -> Result<Value, RpcError> {
        match &*lock(&self.running) {
            Some(running) => running.choose(params).map(|()| json!({})),
            None => Err(RpcError::new(ErrorKind::InvalidParams, "no generation is running")),
        }
    }

    fn look(&self, params: &GenerateLook) -> Result<Looked, RpcError> {
        match &*lock(&self.running) {
            Some(running) => running.look(params),
            None => Err(RpcError::new(ErrorKind::InvalidParams, "no generation is running")),
        }
    }

    fn search(&self, params: &VocabularySearch) -> Result<VocabularyFound, RpcError> {
        let model = self.loaded().ok_or_else(text::no_model)?;
        match &*lock(&self.running) {
            Some(running) => Ok(running.search(params)),
            None => Ok(prompt::search(params, &model, None)),
        }
    }

    /// Stopping what has ended already is no error: the two may cross on their way.
    fn stop(&self, params: &GenerateStop) -> Result<Value, RpcError> {
        if let Some(running) = &*lock(&self.running) {
            if params.generation.is_none_or(|wanted| wanted == running.generation) {
                running.stop();
            }
        }
        Ok(json!({}))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("a panic has ended the process")
}

fn parse<T: DeserializeOwned>(params: Value) -> Result<T, RpcError> {
    serde_json::from_value(params)
        .map_err(|error| RpcError::new(ErrorKind::InvalidParams, format!("params: {error}")))
}

fn parse_or_default<T: DeserializeOwned + Default>(params: Value) -> Result<T, RpcError> {
    if params.is_null() {
        Ok(T::default())
    } else {
        parse(params)
    }
}

fn value(result: impl Serialize) -> Value {
    serde_json::to_value(result).expect("protocol types serialize")
}
