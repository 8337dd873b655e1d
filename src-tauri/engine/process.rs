//! One running worker: requests and answers, notifications, its log, its end.
//!
//! Four small tasks do the work: one writes lines to stdin, one reads lines from stdout, one
//! reads stderr, and one waits for the end of the process (so that it never stays a zombie) and
//! then tells everybody. Dropping a [`WorkerProcess`] kills the process.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::{mpsc, watch, Notify};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use vitrine_core::protocol::{method, Incoming, Notification, Request, RequestId};

use super::log_tail::LogTail;
use super::memory;
use super::pending::Pending;
use super::spawner;
use super::stdout::{self, Subscribers};
use super::{Exit, MemoryKills};
use crate::graphics;
use crate::Error;

/// How long the pipes of an ended worker may take to run dry.
const DRAIN: Duration = Duration::from_secs(1);
/// How much sooner than the shell the worker is to be chosen when memory runs out (-1000 to 1000).
#[cfg(target_os = "linux")]
const OOM_SCORE: &str = "500";

/// Tells a worker its cache folder.
pub const CACHE_FOLDER: &str = "VITRINE_CACHE_DIR";

/// How to start a worker.
#[derive(Debug, Clone)]
pub struct WorkerProgram {
    pub program: PathBuf,
    pub args: Vec<OsString>,
    /// Where its stderr is appended.
    pub log_file: Option<PathBuf>,
    /// The only folder that it may write to; made where it is missing. Its own choice where there is none.
    pub cache_folder: Option<PathBuf>,
}

/// How a worker that takes long over a question is told from one that hangs.
///
/// Questions about texts are answered by one thread, in their order; `worker/status` by another,
/// which never computes. So an answer to the second shows that the first is only busy.
#[derive(Debug, Clone)]
pub struct Pulse {
    /// How long a question may go unanswered before the worker is asked for a sign of life.
    pub interval: Duration,
    /// How long that sign may take.
    pub limit: Duration,
    /// How long the question may take altogether.
    pub most: Duration,
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(20),
            // A machine that swaps takes its time.
            limit: Duration::from_secs(60),
            // Cutting megabytes on a slow machine takes minutes.
            most: Duration::from_secs(1_800),
        }
    }
}

/// A worker that was started.
#[derive(Debug)]
pub struct WorkerProcess {
    pid: u32,
    next_id: AtomicI64,
    /// Lines for stdin; `None` once stdin is closed.
    lines: Mutex<Option<mpsc::UnboundedSender<Vec<u8>>>>,
    pending: Pending,
    subscribers: Subscribers,
    log: Arc<LogTail>,
    ending: watch::Sender<Ending>,
    exit: watch::Receiver<Option<Exit>>,
    /// Told of every line in either direction.
    stirred: Arc<Notify>,
}

/// What the shell wants of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Running,
    /// It was told to end by itself.
    Leaving,
    Kill,
}

impl WorkerProcess {
    /// # Errors
    /// [`Error::WorkerMissing`] where the system does not start it.
    pub async fn spawn(program: &WorkerProgram) -> Result<Self, Error> {
        let mut child = spawner::spawn(command(program))
            .await
            .map_err(|source| Error::WorkerMissing { program: program.program.clone(), source })?;
        let (stdin, stdout, stderr) = (
            child.stdin.take().expect("stdin is piped"),
            child.stdout.take().expect("stdout is piped"),
            child.stderr.take().expect("stderr is piped"),
        );
        let pid = child.id().expect("not waited for yet");
        prefer_as_victim(pid);

        let log = Arc::new(LogTail::new(program.log_file.as_deref()));
        let pending = Pending::new();
        let subscribers = Subscribers::new();
        let (lines, to_write) = mpsc::unbounded_channel();
        let (ending, wanted) = watch::channel(Ending::Running);
        let (ended, exit) = watch::channel(None);
        let stirred = Arc::new(Notify::new());
        tokio::spawn(write_lines(stdin, to_write));
        let readers = [
            tokio::spawn(read_lines(
                BufReader::new(stdout),
                pending.clone(),
                subscribers.clone(),
                log.clone(),
                stirred.clone(),
            )),
            tokio::spawn(read_log(stderr, log.clone())),
        ];
        let keeper = Keeper {
            child,
            wanted,
            readers,
            ended,
            pending: pending.clone(),
            subscribers: subscribers.clone(),
            memory_kills_before: memory::kills(),
        };
        tokio::spawn(keeper.run());
        Ok(Self {
            pid,
            next_id: AtomicI64::new(1),
            lines: Mutex::new(Some(lines)),
            pending,
            subscribers,
            log,
            ending,
            exit,
            stirred,
        })
    }

    /// The process id. Only meaningful until [`Self::exited`].
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Returns when something was said to it or by it since this was last called; it may have worked then.
    pub async fn stirs(&self) {
        self.stirred.notified().await;
    }

    /// All notifications from now on. The channel ends when the process does.
    pub fn subscribe(&self) -> mpsc::UnboundedReceiver<Notification> {
        self.subscribers.add()
    }

    /// Asks, and waits for the answer for as long as `limit` allows.
    ///
    /// # Errors
    /// What the worker answered, [`Error::WorkerEnded`], [`Error::NoAnswer`], or
    /// [`Error::Protocol`] where the result is no `R`.
    pub async fn request<R: DeserializeOwned>(
        &self,
        method: &str,
        params: &impl Serialize,
        limit: Option<Duration>,
    ) -> Result<R, Error> {
        let protocol = |source| Error::Protocol { method: method.into(), source };
        let params = serde_json::to_value(params).map_err(protocol)?;
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let Some(mut waiter) = self.pending.register(id) else {
            return Err(self.ended().await);
        };
        if !self.send(&Request::new(id, method, params)) {
            return Err(self.ended().await);
        }
        let answer = match limit {
            Some(limit) => timeout(limit, waiter.answer())
                .await
                .map_err(|_| Error::NoAnswer { waited_for: method.into(), seconds: limit.as_secs() })?,
            None => waiter.answer().await,
        };
        match answer {
            Some(Ok(result)) => serde_json::from_value(result).map_err(protocol),
            Some(Err(refused)) => Err(refused.into()),
            None => Err(self.ended().await),
        }
    }

    /// Asks what may take long, and waits for as long as the worker shows that it lives.
    ///
    /// # Errors
    /// Those of [`Self::request`], and [`Error::WorkerUnresponsive`] where it shows no sign of life.
    pub async fn request_while_alive<R: DeserializeOwned>(
        &self,
        method: &str,
        params: &impl Serialize,
        pulse: &Pulse,
    ) -> Result<R, Error> {
        let answer = self.request(method, params, Some(pulse.most));
        tokio::pin!(answer);
        loop {
            tokio::select! {
                biased;
                answer = &mut answer => return answer,
                () = sleep(pulse.interval) => {}
            }
            let no_params = serde_json::Value::Null;
            let sign =
                self.request::<serde_json::Value>(method::WORKER_STATUS, &no_params, Some(pulse.limit));
            tokio::select! {
                biased;
                answer = &mut answer => return answer,
                // Any answer is a sign of life. The end of the process ends the question, too.
                sign = sign => if let Err(Error::NoAnswer { .. }) = sign {
                    let seconds = (pulse.interval + pulse.limit).as_secs();
                    return Err(Error::WorkerUnresponsive { waited_for: method.into(), seconds });
                },
            }
        }
    }

    /// Is the process gone?
    pub fn has_ended(&self) -> bool {
        self.exit.borrow().is_some()
    }

    /// Waits for the end of the process.
    pub async fn exited(&self) -> Exit {
        let mut exit = self.exit.clone();
        // The keeper sets it before it lets the channel go; without a keeper (a runtime that is
        // being torn down) the process was killed by us.
        let seen = exit.wait_for(Option::is_some).await;
        seen.ok().and_then(|exit| exit.clone()).unwrap_or(Exit::Deliberate)
    }

    /// Waits for the end and says how it came, as an error.
    pub async fn ended(&self) -> Error {
        Error::WorkerEnded { exit: self.exited().await, log: self.log.text() }
    }

    /// Ends it at once and waits until it is gone: memory is free then.
    pub async fn kill(&self) -> Exit {
        self.start_kill();
        self.exited().await
    }

    /// Ends it at once, without waiting.
    pub fn start_kill(&self) {
        self.ending.send_replace(Ending::Kill);
    }

    /// Asks it to end, and ends it where it has not within `grace`.
    pub async fn shutdown(&self, grace: Duration) -> Exit {
        self.ending.send_if_modified(|ending| {
            let first = *ending == Ending::Running;
            if first {
                *ending = Ending::Leaving;
            }
            first
        });
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let asked = self.send(&Request::new(id, method::SHUTDOWN, serde_json::Value::Null));
        self.lines.lock().expect("no panic while sending").take();
        if asked {
            if let Ok(exit) = timeout(grace, self.exited()).await {
                return exit;
            }
        }
        self.kill().await
    }

    /// Puts a line on the way to stdin; `false` where stdin is closed.
    fn send(&self, request: &Request) -> bool {
        let mut line = serde_json::to_vec(request).expect("requests serialize");
        line.push(b'\n');
        self.stirred.notify_one();
        let lines = self.lines.lock().expect("no panic while sending");
        lines.as_ref().is_some_and(|lines| lines.send(line).is_ok())
    }
}

/// Waits for the end of the process, or brings it about.
struct Keeper {
    child: Child,
    wanted: watch::Receiver<Ending>,
    readers: [JoinHandle<()>; 2],
    ended: watch::Sender<Option<Exit>>,
    pending: Pending,
    subscribers: Subscribers,
    /// [`memory::kills`] when the process was started.
    memory_kills_before: Option<u64>,
}

impl Keeper {
    async fn run(mut self) {
        let mut dropped = false;
        let status = loop {
            tokio::select! {
                status = self.child.wait() => break status,
                changed = self.wanted.changed(), if !dropped => {
                    dropped = changed.is_err();
                    if dropped || *self.wanted.borrow() == Ending::Kill {
                        // It fails only where the process has ended already.
                        let _ = self.child.start_kill();
                    }
                }
            }
        };
        // Everything that it still said comes before the news of its end. A grandchild that
        // holds the pipes open can't delay it for long.
        let readers = self.readers;
        let _ = timeout(DRAIN, async {
            for reader in readers {
                let _ = reader.await;
            }
        })
        .await;
        let deliberate = dropped || *self.wanted.borrow() != Ending::Running;
        let kills = match (self.memory_kills_before, memory::kills()) {
            (Some(before), Some(now)) if now > before => MemoryKills::Some,
            _ => MemoryKills::NoneKnown,
        };
        let exit = match status {
            Ok(status) => Exit::from_status(status, deliberate, kills),
            Err(error) => Exit::Crashed { status: error.to_string() },
        };
        tracing::info!(%exit, "worker ended");
        self.ended.send_replace(Some(exit));
        self.pending.close();
        self.subscribers.close();
    }
}

fn command(program: &WorkerProgram) -> Command {
    let mut command = Command::new(&program.program);
    command
        .args(&program.args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    // What the window needs is nothing for a process without one.
    for name in graphics::variables() {
        command.env_remove(name);
    }
    if let Some(folder) = program.cache_folder.as_ref().filter(|folder| made(folder)) {
        command.env(CACHE_FOLDER, folder);
    }
    command
}

/// Is the folder there now? Where it can't be made, the worker takes the system's temporary one.
fn made(folder: &Path) -> bool {
    match std::fs::create_dir_all(folder) {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, folder = %folder.display(), "no cache folder there");
            false
        }
    }
}

async fn write_lines(mut stdin: ChildStdin, mut lines: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(line) = lines.recv().await {
        if let Err(error) = stdin.write_all(&line).await {
            // Whoever waits for an answer learns it from the end of the process.
            tracing::warn!(%error, "the worker reads no more");
            return;
        }
    }
}

async fn read_lines(
    mut stdout: impl AsyncBufReadExt + Unpin,
    pending: Pending,
    subscribers: Subscribers,
    log: Arc<LogTail>,
    stirred: Arc<Notify>,
) {
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut bounded = (&mut stdout).take(stdout::LONGEST_LINE);
        match bounded.read_until(b'\n', &mut line).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the worker can't be read");
                return;
            }
        }
        stirred.notify_one();
        match stdout::parse(&line) {
            Ok(Incoming::Notification(notification)) => subscribers.send(&notification),
            Ok(Incoming::Response(response)) => {
                if let Some(RequestId::Number(id)) = response.id {
                    pending.resolve(id, response);
                }
            }
            Err(reason) => log.append_garbage(&stdout::describe_garbage(&line, &reason)),
        }
    }
}

async fn read_log(mut stderr: impl AsyncRead + Unpin, log: Arc<LogTail>) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stderr.read(&mut buffer).await {
        log.append(&buffer[..read]);
    }
    log.end();
}

/// When memory runs out, the system is to end the worker, which holds the memory, and not the
/// shell, which holds the user's work.
#[cfg(target_os = "linux")]
fn prefer_as_victim(pid: u32) {
    if let Err(error) = std::fs::write(format!("/proc/{pid}/oom_score_adj"), OOM_SCORE) {
        tracing::debug!(%error, pid, "oom_score_adj stays as it is");
    }
}

#[cfg(not(target_os = "linux"))]
fn prefer_as_victim(_pid: u32) {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fake_worker::FakeWorker;

    #[test]
    fn what_the_window_needs_does_not_reach_a_worker() {
        let command = command(&FakeWorker::default().program());
        let gone: Vec<_> = command.as_std().get_envs().filter(|(_, value)| value.is_none()).collect();
        for name in ["WEBKIT_DISABLE_DMABUF_RENDERER", "LIBGL_ALWAYS_SOFTWARE", graphics::ATTEMPT] {
            assert!(gone.iter().any(|(removed, _)| *removed == name), "{name}: {gone:?}");
        }
    }
}
