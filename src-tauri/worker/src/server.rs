//! Reads requests and sends each to its function.
//!
//! The main thread only reads and dispatches, and never waits for the engine: when stdin ends,
//! whoever started this process is gone, and it ends at once, whatever it is doing.

use std::io::{BufRead, Read};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::{json, Value};
use vitrine_core::protocol::line::{self, NoRequest};
use vitrine_core::protocol::{
    method, ErrorKind, GenerateChoose, GenerateLook, GenerateStop, Looked, ModelLoad, ModelLoaded, Request,
    RequestId, RpcError, TokenizerOpen, VocabularyFound, VocabularySearch, WorkerStatus,
};

use crate::desk::{Desk, Worker};
use crate::generation::{self, Slot};
use crate::in_file;
use crate::load::load;
use crate::loaded::Loaded;
use crate::output;
use crate::prompt;
use crate::sandbox::{Confinement, Rights};
use crate::text;

/// The longest line that is read: a prompt of many megabytes still fits, a broken sender does not fill the memory.
const LONGEST_LINE: u64 = 64 << 20;

/// The model slot.
pub enum Model {
    Empty,
    Loading,
    Ready(Arc<Loaded>),
}

/// The model slot, seen from several threads.
pub type ModelSlot = Arc<Mutex<Model>>;

/// The model, if it is ready.
pub fn loaded(slot: &ModelSlot) -> Option<Arc<Loaded>> {
    match &*lock(slot) {
        Model::Ready(model) => Some(model.clone()),
        Model::Empty | Model::Loading => None,
    }
}

struct Server {
    model: ModelSlot,
    running: Slot,
    generations: u32,
    sandbox: Arc<Confinement>,
    desk: DeskPlace,
    /// It was asked to open one, with or without success.
    has_tokenizer: bool,
}

/// Where questions about texts and files are answered.
enum DeskPlace {
    /// On this thread: the sandbox has to come before any other thread.
    Here(Box<Desk>),
    /// On a thread of its own, so that a long text does not hold up `generate/stop`.
    Elsewhere(Worker),
}

/// Serves until stdin ends or `shutdown` comes.
pub fn run(sandbox: Confinement) -> ExitCode {
    let model = Arc::new(Mutex::new(Model::Empty));
    let sandbox = Arc::new(sandbox);
    let desk = DeskPlace::Here(Box::new(Desk::new(model.clone())));
    let mut server =
        Server { model, running: Slot::default(), generations: 0, sandbox, desk, has_tokenizer: false };
    let mut stdin = std::io::stdin().lock();
    loop {
        let mut line = Vec::new();
        match stdin.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        if line.len() as u64 == LONGEST_LINE {
            output::refuse(None, RpcError::new(ErrorKind::ParseError, "the line is too long"));
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
        let request = match line::read(line) {
            Ok(request) => request,
            Err(refused) => {
                let NoRequest { id, error } = *refused;
                output::refuse(id, error);
                return Next::Line;
            }
        };
        let Request { id, method: name, params, .. } = request;
        match name.as_str() {
            method::MODEL_LOAD => self.load(id, params),
            method::TOKENIZER_OPEN => self.open_tokenizer(id, params),
            method::TRAINING_START => self.start_training(id, params),
            method::GENERATE_START => self.start(id, params),
            method::SHUTDOWN => {
                output::answer(id, Ok(json!({})));
                return Next::End;
            }
            method::GENERATE_CHOOSE => output::answer(id, self.choose(params)),
            method::GENERATE_STOP => output::answer(id, self.stop(params)),
            method::GENERATE_LOOK => output::answer(id, self.look(params).map(value)),
            method::VOCABULARY_SEARCH => output::answer(id, self.search(params).map(value)),
            method::WORKER_STATUS => output::answer(id, Ok(value(self.status()))),
            _ => self.ask_desk(id, name, params),
        }
        Next::Line
    }

    fn ask_desk(&mut self, id: Option<RequestId>, name: String, params: Value) {
        match &mut self.desk {
            DeskPlace::Here(desk) => output::answer(id, desk.answer(&name, params)),
            DeskPlace::Elsewhere(worker) => worker.pass(id, name, params),
        }
    }

    fn status(&self) -> WorkerStatus {
        let kept = loaded(&self.model).map(|model| model.session.kept()).unwrap_or_default();
        WorkerStatus {
            sandbox: self.sandbox.status(),
            resident_bytes: vitrine_core::memory::held("self").unwrap_or(0),
            file_bytes: in_file::bytes(),
            kv_bytes: kept.kv.bytes,
            kept_tokens: kept.tokens as u32,
        }
    }

    /// From here on this process can only read what it has rights for, and may have more than one thread.
    fn confine(&mut self, rights: impl FnOnce() -> Rights) {
        if let Some(sandbox) = Arc::get_mut(&mut self.sandbox) {
            sandbox.confine(rights);
        }
        if let DeskPlace::Here(desk) = &mut self.desk {
            let worker =
                std::mem::replace(&mut **desk, Desk::new(self.model.clone())).move_out(self.sandbox.clone());
            self.desk = DeskPlace::Elsewhere(worker);
        }
    }

    /// A worker looks at one tokenizer in its life, and can read nothing else from then on.
    fn open_tokenizer(&mut self, id: Option<RequestId>, params: Value) {
        let asked: TokenizerOpen = match parse(params.clone()) {
            Ok(asked) => asked,
            Err(error) => return output::answer(id, Err(error)),
        };
        let is_free = matches!(*lock(&self.model), Model::Empty) && !self.has_tokenizer;
        if !is_free {
            let message = "this worker has a tokenizer already; start another worker for another one";
            return output::answer(id, Err(RpcError::new(ErrorKind::Busy, message)));
        }
        self.has_tokenizer = true;
        self.confine(|| Rights::for_tokenizer(Path::new(&asked.path)));
        self.ask_desk(id, method::TOKENIZER_OPEN.into(), params);
    }

    /// A worker that learns a vocabulary reads no file from then on.
    fn start_training(&mut self, id: Option<RequestId>, params: Value) {
        let is_free = matches!(*lock(&self.model), Model::Empty) && !self.has_tokenizer;
        if !is_free {
            let message = "this worker has a tokenizer already; start another worker to learn one";
            return output::answer(id, Err(RpcError::new(ErrorKind::Busy, message)));
        }
        self.confine(Rights::for_no_file);
        self.ask_desk(id, method::TRAINING_START.into(), params);
    }

    /// Answers when the model is ready, from a thread of its own.
    fn load(&mut self, id: Option<RequestId>, params: Value) {
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
        self.confine(|| Rights::for_model(Path::new(&params.path)));
        let (slot, sandbox) = (self.model.clone(), self.sandbox.clone());
        std::thread::spawn(move || {
            let start = Instant::now();
            let result = load(&params).map_err(|error| sandbox.explain(error, &params.path)).map(|model| {
                let answer = ModelLoaded {
                    info: model.info.clone(),
                    context_length: model.context_length,
                    end_ids: model.end_ids.clone(),
                    fingerprint: model.fingerprint.clone(),
                    vocabulary: model.tokenizer.fingerprint(),
                    loading: model.loading.clone(),
                    threads: u32::try_from(candle_core::utils::get_num_threads()).ok(),
                    load_ms: u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX),
                    sandbox: Some(sandbox.status()),
                };
                *lock(&slot) = Model::Ready(Arc::new(model));
                value(answer)
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
        let model = loaded(&self.model).ok_or_else(text::no_model)?;
        if lock(&self.running).is_some() {
            return Err(RpcError::new(ErrorKind::Busy, "a generation is running; stop it first"));
        }
        self.generations += 1;
        let ready = generation::prepare(params, self.generations, &model)?;
        Ok((model, ready))
    }

    fn choose(&self, params: Value) -> Result<Value, RpcError> {
        let params: GenerateChoose = parse(params)?;
        match &*lock(&self.running) {
            Some(running) => running.choose(params).map(|()| json!({})),
            None => Err(RpcError::new(ErrorKind::InvalidParams, "no generation is running")),
        }
    }

    fn look(&self, params: Value) -> Result<Looked, RpcError> {
        let params: GenerateLook = parse(params)?;
        match &*lock(&self.running) {
            Some(running) => running.look(&params),
            None => Err(RpcError::new(ErrorKind::InvalidParams, "no generation is running")),
        }
    }

    fn search(&self, params: Value) -> Result<VocabularyFound, RpcError> {
        let params: VocabularySearch = parse(params)?;
        let model = loaded(&self.model).ok_or_else(text::no_model)?;
        match &*lock(&self.running) {
            Some(running) => Ok(running.search(&params)),
            None => Ok(prompt::search(&params, &model, None)),
        }
    }

    /// Stopping what has ended already is no error: the two may cross on their way.
    fn stop(&self, params: Value) -> Result<Value, RpcError> {
        let params: GenerateStop = parse_or_default(params)?;
        // Not locked while it is stopped, because its end empties the slot.
        let running = lock(&self.running).clone();
        match running {
            Some(running) if params.generation.is_none_or(|wanted| wanted == running.generation) => {
                running.stop();
            }
            _ => {}
        }
        Ok(json!({}))
    }
}

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("a panic has ended the process")
}

pub fn parse<T: DeserializeOwned>(params: Value) -> Result<T, RpcError> {
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

pub fn value(result: impl Serialize) -> Value {
    serde_json::to_value(result).expect("protocol types serialize")
}
