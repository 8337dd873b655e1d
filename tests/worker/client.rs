//! A client of the worker for tests and benches: spawns the real program and talks JSON-RPC with it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{channel, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde_json::{json, Value};

/// Longer than anything may take on a slow, busy machine; a test that waits this long has failed.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The folder of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The bundled model.
pub fn starter() -> PathBuf {
    root().join("models/starter/vitrine-starter.gguf")
}

/// The worker that was built beside the tests (`cargo build --workspace` comes first).
pub fn worker_program() -> PathBuf {
    let mut folder = std::env::current_exe().expect("a running test has a path");
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let program = folder.join(format!("vitrine-worker{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{} is missing: run `cargo build --workspace` first", program.display());
    program
}

/// A running worker.
pub struct Worker {
    pub child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<Value>,
    next_id: i64,
    /// Notifications that came while an answer was waited for, in order.
    pub notifications: Vec<Value>,
}

impl Worker {
    pub fn spawn() -> Self {
        Self::spawn_with(&[])
    }

    /// With these environment variables.
    pub fn spawn_with(environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(worker_program())
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the worker starts");
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let value = serde_json::from_str(&line)
                    .unwrap_or_else(|error| panic!("not a JSON line: {line:?}: {error}"));
                if sender.send(value).is_err() {
                    return;
                }
            }
        });
        Self { child, stdin, lines, next_id: 0, notifications: Vec::new() }
    }

    /// A worker with this model in it.
    pub fn with_model(model: &Path) -> Self {
        let mut worker = Self::spawn();
        worker.request("model/load", json!({"path": model})).expect("the model loads");
        // The progress of loading.
        worker.notifications.clear();
        worker
    }

    pub fn write_line(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("stdin is open");
        writeln!(stdin, "{line}").and_then(|()| stdin.flush()).expect("the worker reads");
    }

    /// Sends a request without waiting for its answer; gives its id.
    pub fn send(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.write_line(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string());
        id
    }

    /// The next line; `None` when the worker has ended.
    pub fn line(&mut self) -> Option<Value> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(value) => Some(value),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("the worker said nothing for {PATIENCE:?}"),
        }
    }

    /// Waits for the answer to `id`: its result, or its error.
    pub fn answer(&mut self, id: i64) -> Result<Value, Value> {
        loop {
            let line = self.line().expect("the worker ended before it answered");
            if line.get("method").is_some() {
                self.notifications.push(line);
            } else if line["id"] == json!(id) {
                return match line.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(line["result"].clone()),
                };
            } else {
                panic!("an answer that nobody waits for: {line}");
            }
        }
    }

    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.send(method, params);
        self.answer(id)
    }

    /// The next notification's method and params.
    pub fn notification(&mut self) -> (String, Value) {
        let line = if self.notifications.is_empty() {
            self.line().expect("the worker ended before it notified")
        } else {
            self.notifications.remove(0)
        };
        let method =
            line["method"].as_str().unwrap_or_else(|| panic!("not a notification: {line}")).to_owned();
        (method, line["params"].clone())
    }

    /// Starts a generation and reads it to its end.
    pub fn generate(&mut self, params: Value) -> Generated {
        let started = self.request("generate/start", params).expect("the generation starts");
        self.finish(started)
    }

    /// Reads a started generation to its end.
    pub fn finish(&mut self, started: Value) -> Generated {
        let mut tokens = Vec::new();
        loop {
            let (method, params) = self.notification();
            match method.as_str() {
                "generate/token" => tokens.push(params),
                "generate/end" => return Generated { started, tokens, end: params },
                _ => {}
            }
        }
    }

    /// Closes stdin and waits for the end of the process.
    pub fn close(mut self) -> Duration {
        let start = Instant::now();
        drop(self.stdin.take());
        wait_for_end(&mut self.child, PATIENCE);
        start.elapsed()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Ended already, mostly.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until a child has ended, or panics after `patience`.
pub fn wait_for_end(child: &mut Child, patience: Duration) {
    let start = Instant::now();
    while child.try_wait().expect("the child can be asked").is_none() {
        assert!(start.elapsed() < patience, "the process still runs after {patience:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A generation, from its start to its end.
pub struct Generated {
    pub started: Value,
    pub tokens: Vec<Value>,
    pub end: Value,
}

impl Generated {
    pub fn ids(&self) -> Vec<u64> {
        self.tokens.iter().map(|token| token["id"].as_u64().expect("an id")).collect()
    }

    pub fn reason(&self) -> &str {
        self.end["reason"].as_str().expect("a reason")
    }
}
