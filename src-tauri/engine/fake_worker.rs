//! A worker for tests: a shell script that speaks the protocol and does as it is told.
//!
//! It holds no model; what it answers is the test's own text. So the supervisor and a whole turn
//! are tested for what goes wrong between two processes, which a real worker seldom does.

use std::path::Path;

use serde_json::{json, Value};
use vitrine_core::protocol::{
    ChatPrompted, ContextFit, GenerateEnd, ModelInfo, PromptForm, PromptToken, RpcError, StopReason,
    TokenEvent,
};

use super::memory::MachineMemory;
use super::supervisor::{Patience, Preflight};
use super::{Supervisor, WorkerProgram};

#[path = "../data/src/samples.rs"]
mod samples;
pub use samples::{loaded, record};

/// What the script does, as lines of shell, when a method is called. There,
/// `answer JSON` sends the result, `refuse KIND` an error, `notify METHOD JSON` a notification.
#[derive(Debug, Clone)]
pub struct FakeWorker {
    /// At the start, before the first line is read.
    pub start: String,
    pub load: String,
    pub generate: String,
    pub stop: String,
    pub tokenize: String,
    pub prompt: String,
    pub look: String,
    pub choose: String,
    pub status: String,
    pub shutdown: String,
}

impl Default for FakeWorker {
    /// Loads at once, makes prompts and gives signs of life; answers nothing else.
    fn default() -> Self {
        Self {
            start: String::new(),
            load: format!("answer '{}'", json!(loaded())),
            generate: String::new(),
            stop: String::new(),
            tokenize: String::new(),
            prompt: format!("answer '{}'", json!(prompted())),
            look: String::new(),
            choose: String::new(),
            status: "answer '{}'".into(),
            shutdown: "answer '{}'; exit 0".into(),
        }
    }
}

impl FakeWorker {
    pub fn program(&self) -> WorkerProgram {
        let script = format!(
            r#"
answer() {{ printf '{{"jsonrpc":"2.0","id":%s,"result":%s}}\n' "$id" "$1"; }}
refuse() {{ printf '{{"jsonrpc":"2.0","id":%s,"error":{{"code":-32000,"message":"refused","data":{{"kind":"%s"}}}}}}\n' "$id" "$1"; }}
notify() {{ printf '{{"jsonrpc":"2.0","method":"%s","params":%s}}\n' "$1" "$2"; }}
{start}
while IFS= read -r line; do
  id=${{line#*'"id":'}}
  id=${{id%%[,\}}]*}}
  case $line in
    *'"method":"model/load"'*) :
      {load} ;;
    *'"method":"generate/start"'*) :
      {generate} ;;
    *'"method":"generate/stop"'*) :
      {stop} ;;
    *'"method":"text/tokenize"'*) :
      {tokenize} ;;
    *'"method":"chat/prompt"'*) :
      {prompt} ;;
    *'"method":"generate/look"'*) :
      {look} ;;
    *'"method":"generate/choose"'*) :
      {choose} ;;
    *'"method":"worker/status"'*) :
      {status} ;;
    *'"method":"shutdown"'*) :
      {shutdown} ;;
  esac
done
"#,
            start = self.start,
            load = self.load,
            generate = self.generate,
            stop = self.stop,
            tokenize = self.tokenize,
            prompt = self.prompt,
            look = self.look,
            choose = self.choose,
            status = self.status,
            shutdown = self.shutdown,
        );
        WorkerProgram {
            program: "/bin/sh".into(),
            args: vec!["-c".into(), script.into()],
            log_file: None,
            cache_folder: None,
        }
    }

    /// A supervisor over this worker, for which every path is a small model.
    pub fn supervisor(&self, patience: Patience) -> Supervisor {
        let machine = || MachineMemory { free: 1 << 30, total: 1 << 31 };
        let preflight = Preflight { inspect, machine, cores: || 2, disk: |_| None };
        Supervisor::new(self.program(), preflight, patience)
    }
}

/// The header of the model at any path.
pub fn inspect(path: &Path) -> Result<ModelInfo, RpcError> {
    Ok(ModelInfo { path: path.to_string_lossy().into_owned(), ..loaded().info })
}

/// What the default script answers to `chat/prompt`: the prompt of [`started`].
pub fn prompted() -> ChatPrompted {
    let token = |id, special| PromptToken { id, bytes: "61".into(), special };
    ChatPrompted {
        ids: vec![1, 5, 6],
        prefill_ids: Vec::new(),
        tokens: Some(vec![token(1, true), token(5, false), token(6, false)]),
        shares: Vec::new(),
        form: PromptForm::Template,
        template_fallback: None,
        fit: ContextFit::All,
    }
}

/// A line of script that sends one token of generation 1.
pub fn token(position: u32, text: &str) -> String {
    let event = TokenEvent { generation: 1, record: record(position, text), waiting: false, logits: None };
    notify("generate/token", &json!(event))
}

/// A line of script that lays out a token of generation 1 and waits.
pub fn waiting(position: u32, text: &str) -> String {
    let event = TokenEvent { generation: 1, record: record(position, text), waiting: true, logits: None };
    notify("generate/token", &json!(event))
}

/// A line of script that ends generation 1.
pub fn end(reason: StopReason, completion_tokens: u32) -> String {
    let end = GenerateEnd {
        generation: 1,
        reason,
        prompt_tokens: 3,
        reused_tokens: 0,
        completion_tokens,
        first_token_ms: 12.5,
        decode_ms: 40.0,
        tail: String::new(),
        stop_at: None,
        error: None,
    };
    notify("generate/end", &json!(end))
}

/// A line of script that accepts `generate/start`.
pub fn started() -> String {
    let started = json!({ "generation": 1, "prompt_ids": [1, 5, 6], "seed": 42, "max_tokens": 64 });
    format!("answer '{started}'")
}

fn notify(method: &str, params: &Value) -> String {
    format!("notify {method} '{params}'")
}
