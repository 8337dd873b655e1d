//! What can go wrong between two processes, played by a scripted worker.

use serde_json::json;
use tokio::time::timeout;
use vitrine_core::protocol::{LoadPlan, LoadRoute};

use super::*;
use crate::contract::MemoryPressure;
use crate::engine::fake_worker::{self, FakeWorker};

const SOON: Duration = Duration::from_secs(5);
const PATH: &str = "/models/小 tiny.gguf";

fn hasty() -> Patience {
    Patience {
        load_silence: Duration::from_millis(400),
        unload_grace: Duration::from_millis(300),
        memory_interval: Duration::from_millis(50),
        idle_interval: Duration::from_millis(50),
    }
}

fn progress(fraction: f32) -> String {
    let progress = ModelProgress { stage: LoadStage::Weights, bytes: 10, total_bytes: 100, fraction };
    format!("notify model/progress '{}'", json!(progress))
}

fn failure(state: &ModelState) -> ErrorCode {
    match state {
        ModelState::Failed { error, .. } => error.code,
        other => panic!("failed, not {other:?}"),
    }
}

/// Waits until a state comes up that `wanted` accepts.
async fn state_where(supervisor: &Supervisor, wanted: impl Fn(&ModelState) -> bool) -> ModelState {
    let mut states = supervisor.subscribe();
    let seen = timeout(SOON, states.wait_for(wanted)).await;
    let state = seen.expect("the state comes soon").expect("the supervisor lives");
    state.clone()
}

async fn holding_pid(supervisor: &Supervisor) -> u32 {
    let found = async {
        loop {
            if let Some(pid) = supervisor.inner.slot.pid() {
                return pid;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    timeout(SOON, found).await.expect("a worker is started soon")
}

/// Neither running nor a zombie.
fn is_gone(pid: u32) -> bool {
    !Path::new(&format!("/proc/{pid}")).exists()
}

#[tokio::test]
async fn loads_with_progress_measures_and_unloads() {
    let worker = FakeWorker {
        load: format!("{}; sleep 0.1; {}", progress(0.5), FakeWorker::default().load),
        ..FakeWorker::default()
    };
    let supervisor = worker.supervisor(hasty());
    let loading = tokio::spawn({
        let supervisor = supervisor.clone();
        async move { supervisor.load(PATH, LoadOptions::default()).await }
    });
    state_where(
        &supervisor,
        |state| matches!(state, ModelState::Loading { fraction, bytes: 10, .. } if *fraction == 0.5),
    )
    .await;
    let model = loading.await.expect("no panic").expect("loads");
    assert_eq!(model, fake_worker::loaded());
    state_where(&supervisor, |state| matches!(state, ModelState::Ready { memory, .. } if *memory > 0)).await;
    let pid = holding_pid(&supervisor).await;
    supervisor.unload().await;
    assert_eq!(supervisor.state(), ModelState::Empty);
    assert!(is_gone(pid));
}

#[tokio::test]
async fn a_worker_that_ignores_shutdown_is_killed() {
    let worker = FakeWorker { shutdown: "exec sleep 1000".into(), ..FakeWorker::default() };
    let supervisor = worker.supervisor(hasty());
    supervisor.load(PATH, LoadOptions::default()).await.expect("loads");
    let pid = holding_pid(&supervisor).await;
    timeout(SOON, supervisor.unload()).await.expect("soon");
    assert!(is_gone(pid));
}

#[tokio::test]
async fn a_crash_in_mid_load_is_told_with_the_log_and_the_next_load_works() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let marker = folder.path().join("crashed");
    let worker = FakeWorker {
        load: format!(
            "if [ -e '{0}' ]; then {1}; else : > '{0}'; echo 'thread panicked at here' >&2; exit 101; fi",
            marker.display(),
            FakeWorker::default().load
        ),
        ..FakeWorker::default()
    };
    let supervisor = worker.supervisor(hasty());
    let error = supervisor.load(PATH, LoadOptions::default()).await.expect_err("crashes");
    assert_eq!(error.code(), ErrorCode::Shell(ShellErrorCode::WorkerCrashed));
    assert!(error.detail().contains("thread panicked at here"), "{error:?}");
    assert_eq!(failure(&supervisor.state()), error.code());
    supervisor.load(PATH, LoadOptions::default()).await.expect("a fresh worker");
}

#[tokio::test]
async fn a_kill_by_the_system_is_told_as_such() {
    let worker = FakeWorker { load: "kill -9 $$".into(), ..FakeWorker::default() };
    let supervisor = worker.supervisor(hasty());
    let error = supervisor.load(PATH, LoadOptions::default()).await.expect_err("is killed");
    assert_eq!(error.code(), ErrorCode::Shell(ShellErrorCode::WorkerKilled));
}

#[tokio::test]
async fn a_death_while_idle_is_noticed() {
    let supervisor = FakeWorker::default().supervisor(hasty());
    supervisor.load(PATH, LoadOptions::default()).await.expect("loads");
    let pid = holding_pid(&supervisor).await;
    let killed = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status();
    assert!(killed.expect("kill runs").success());
    let state = state_where(&supervisor, |state| matches!(state, ModelState::Failed { .. })).await;
    assert_eq!(failure(&state), ErrorCode::Shell(ShellErrorCode::WorkerKilled));
    assert!(is_gone(pid));
    assert!(supervisor.ready().is_err());
}

#[tokio::test]
async fn a_machine_that_runs_short_is_told_while_the_model_is_open() {
    static FREE: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1 << 30);
    let machine = || MachineMemory { free: FREE.load(std::sync::atomic::Ordering::Relaxed), total: 1 << 31 };
    let preflight = Preflight { inspect: fake_worker::inspect, machine, cores: || 2, disk: |_| None };
    let supervisor = Supervisor::new(FakeWorker::default().program(), preflight, hasty());
    supervisor.load(PATH, LoadOptions::default()).await.expect("loads");
    let pressed = |wanted| move |state: &ModelState| matches!(state, ModelState::Ready { pressure, .. } if *pressure == wanted);
    state_where(&supervisor, pressed(MemoryPressure::Calm)).await;
    FREE.store(1 << 20, std::sync::atomic::Ordering::Relaxed);
    state_where(&supervisor, pressed(MemoryPressure::Tight)).await;
    FREE.store(1 << 30, std::sync::atomic::Ordering::Relaxed);
    state_where(&supervisor, pressed(MemoryPressure::Calm)).await;
    supervisor.unload().await;
}

#[tokio::test]
async fn garbage_on_stdout_is_logged_and_passed_over() {
    let worker = FakeWorker {
        start: "echo 'llama_load: hello'; echo; echo '{\"jsonrpc\":'; printf '\\377\\n'".into(),
        ..FakeWorker::default()
    };
    let supervisor = worker.supervisor(hasty());
    supervisor.load(PATH, LoadOptions::default()).await.expect("loads all the same");
}

#[tokio::test]
async fn an_answer_that_is_none_is_an_error_and_the_worker_goes() {
    let worker = FakeWorker { load: r#"answer '{"surprise":true}'"#.into(), ..FakeWorker::default() };
    let supervisor = worker.supervisor(hasty());
    let error = supervisor.load(PATH, LoadOptions::default()).await.expect_err("not a model");
    assert_eq!(error.code(), ErrorCode::Engine(ErrorKind::EngineFailed));
    assert_eq!(supervisor.inner.slot.pid(), None);
}

#[tokio::test]
async fn silence_ends_a_load_but_progress_keeps_it_alive() {
    let slow = format!("{}; sleep 0.3;", progress(0.1)).repeat(3);
    let worker =
        FakeWorker { load: format!("{slow} {}", FakeWorker::default().load), ..FakeWorker::default() };
    worker.supervisor(hasty()).load(PATH, LoadOptions::default()).await.expect("slow, but alive");

    let mute = FakeWorker { load: String::new(), ..FakeWorker::default() };
    let supervisor = mute.supervisor(hasty());
    let error = supervisor.load(PATH, LoadOptions::default()).await.expect_err("no answer");
    assert_eq!(error.code(), ErrorCode::Shell(ShellErrorCode::WorkerUnresponsive));
    assert_eq!(supervisor.inner.slot.pid(), None);
}

#[tokio::test]
async fn a_missing_program_is_told_with_its_path() {
    let program = WorkerProgram {
        program: "/no/such/vitrine-worker".into(),
        args: Vec::new(),
        log_file: None,
        cache_folder: None,
    };
    let preflight =
        Preflight { inspect: fake_worker::inspect, machine: memory::machine, cores: || 2, disk: |_| None };
    let supervisor = Supervisor::new(program, preflight, hasty());
    let error = supervisor.load(PATH, LoadOptions::default()).await.expect_err("not there");
    assert_eq!(error.code(), ErrorCode::Shell(ShellErrorCode::WorkerMissing));
    assert!(error.to_string().contains("/no/such/vitrine-worker"));
}

#[tokio::test]
async fn a_refused_file_leaves_the_loaded_model_alone() {
    fn inspect(path: &Path) -> Result<ModelInfo, RpcError> {
        let info = fake_worker::inspect(path)?;
        match path.to_string_lossy().as_ref() {
            "/huge" => Ok(ModelInfo { memory_needed: 1 << 40, ..info }),
            "/odd" => Ok(ModelInfo {
                support: Support::Unsupported {
                    kind: ErrorKind::UnsupportedArchitecture,
                    detail: "mamba".into(),
                },
                ..info
            }),
            "/panics" => panic!("a bug in the reader"),
            _ => Ok(info),
        }
    }
    let machine = || MachineMemory { free: 1 << 30, total: 1 << 31 };
    let preflight = Preflight { inspect, machine, cores: || 2, disk: |_| None };
    let supervisor = Supervisor::new(FakeWorker::default().program(), preflight, hasty());
    let refuse = |path: &'static str| {
        let supervisor = supervisor.clone();
        async move { supervisor.load(path, LoadOptions::default()).await.expect_err(path) }
    };
    let huge = refuse("/huge").await;
    assert_eq!(huge.code(), ErrorCode::Engine(ErrorKind::NotEnoughMemory));
    let Error::Engine(facts) = &huge else { panic!("{huge:?}") };
    assert!(facts.data.facts["needed_bytes"].as_u64() > Some(1 << 40), "{facts:?}");
    assert_eq!(facts.data.facts["free_bytes"], (1_u64 << 30) - fit::reserve(1 << 31));
    assert_eq!(failure(&supervisor.state()), huge.code(), "nothing else was going on");

    supervisor.load(PATH, LoadOptions::default()).await.expect("loads");
    let odd = refuse("/odd").await;
    assert_eq!(odd.code(), ErrorCode::Engine(ErrorKind::UnsupportedArchitecture));
    assert_eq!(refuse("/panics").await.code(), ErrorCode::Shell(ShellErrorCode::Internal));
    assert!(matches!(supervisor.state(), ModelState::Ready { .. }));
    supervisor.unload().await;
}

#[tokio::test]
async fn what_the_disk_has_no_room_for_is_refused_and_the_open_model_stays() {
    fn inspect(path: &Path) -> Result<ModelInfo, RpcError> {
        let info = fake_worker::inspect(path)?;
        let plan = LoadPlan {
            route: LoadRoute::Converted,
            float_weights: false,
            repacked: None,
            cache_bytes: 1 << 20,
            left_on_disk: 0,
        };
        let plan = (path == Path::new("/large")).then_some(plan);
        Ok(ModelInfo { plan, ..info })
    }
    let machine = || MachineMemory { free: 1 << 30, total: 1 << 31 };
    let preflight = Preflight { inspect, machine, cores: || 2, disk: |_| Some(1 << 19) };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cache = folder.path().join("缓存/vitrine");
    let says_where = FakeWorker {
        load: format!("[ \"$VITRINE_CACHE_DIR\" = '{}' ] && {}", cache.display(), FakeWorker::default().load),
        ..FakeWorker::default()
    };
    let program = WorkerProgram { cache_folder: Some(cache.clone()), ..says_where.program() };
    let supervisor = Supervisor::new(program, preflight, hasty());
    supervisor.load(PATH, LoadOptions::default()).await.expect("the worker was told its folder");
    assert!(cache.is_dir(), "made before the worker is confined");
    let refused = supervisor.load("/large", LoadOptions::default()).await.expect_err("no room");
    assert_eq!(refused.code(), ErrorCode::Engine(ErrorKind::NotEnoughDisk));
    assert!(matches!(supervisor.state(), ModelState::Ready { .. }));
    supervisor.unload().await;
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_loaded_is_told_as_what_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("千问 小.gguf");
    let starter = concat!(env!("CARGO_MANIFEST_DIR"), "/models/starter/vitrine-starter.gguf");
    let table = [
        // As the engine tells it, and as it dies of it: a mapped file that becomes shorter is SIGBUS.
        ("rm \"$file\"; refuse engine_failed", ErrorCode::Engine(ErrorKind::NotFound)),
        ("rm \"$file\"; kill -7 $$", ErrorCode::Engine(ErrorKind::NotFound)),
        (
            "head -c 5000 \"$file\" > \"$file.x\"; mv \"$file.x\" \"$file\"; kill -7 $$",
            ErrorCode::Engine(ErrorKind::Truncated),
        ),
        (": > \"$file\"; refuse engine_failed", ErrorCode::Engine(ErrorKind::EmptyFile)),
        // Nothing is wrong with the file: the failure stays what it is.
        ("refuse engine_failed", ErrorCode::Engine(ErrorKind::EngineFailed)),
        ("kill -6 $$", ErrorCode::Shell(ShellErrorCode::WorkerCrashed)),
        // What the worker has named itself is not asked again.
        ("rm \"$file\"; refuse read_failed", ErrorCode::Engine(ErrorKind::ReadFailed)),
    ];
    let machine = || MachineMemory { free: 1 << 30, total: 1 << 31 };
    let inspect = vitrine_core::header::inspect;
    let preflight = Preflight { inspect, machine, cores: || 2, disk: |_| None };
    for (load, expected) in table {
        std::fs::copy(starter, &file).expect("copied");
        let worker = FakeWorker {
            start: format!("file='{}'", file.display()),
            load: load.into(),
            ..FakeWorker::default()
        };
        let supervisor = Supervisor::new(worker.program(), preflight, hasty());
        let path = file.to_string_lossy().into_owned();
        let failed = supervisor.load(&path, LoadOptions::default()).await.expect_err("it fails");
        assert_eq!(failed.code(), expected, "{load}");
        assert_eq!(failure(&supervisor.state()), expected, "{load}");
    }
}

#[tokio::test]
async fn a_new_load_replaces_the_old_model_and_overtakes_a_running_load() {
    let supervisor = FakeWorker::default().supervisor(hasty());
    supervisor.load(PATH, LoadOptions::default()).await.expect("the first");
    let first = holding_pid(&supervisor).await;
    supervisor.load("/models/second.gguf", LoadOptions::default()).await.expect("the second");
    assert!(is_gone(first));

    let mute = FakeWorker { load: String::new(), ..FakeWorker::default() };
    let supervisor = mute.supervisor(Patience { load_silence: SOON, ..hasty() });
    let loads = (0..3).map(|_| {
        let supervisor = supervisor.clone();
        tokio::spawn(async move { supervisor.load(PATH, LoadOptions::default()).await })
    });
    let loads: Vec<_> = loads.collect();
    tokio::time::sleep(Duration::from_millis(150)).await;
    supervisor.cancel().await;
    for load in loads {
        let outcome = timeout(SOON, load).await.expect("soon").expect("no panic");
        assert!(outcome.expect_err("overtaken").is_cancelled());
    }
    assert_eq!(supervisor.state(), ModelState::Empty);
}

#[tokio::test]
async fn twenty_rounds_of_load_cancel_and_crash_leave_no_process() {
    let mute = FakeWorker { load: progress(0.2), ..FakeWorker::default() };
    let crash = FakeWorker { load: "kill -6 $$".into(), ..FakeWorker::default() };
    let whole = FakeWorker::default();
    let mut pids = Vec::new();
    for _ in 0..20 {
        let supervisor = mute.supervisor(hasty());
        let loading = tokio::spawn({
            let supervisor = supervisor.clone();
            async move { supervisor.load(PATH, LoadOptions::default()).await }
        });
        pids.push(holding_pid(&supervisor).await);
        let begun = std::time::Instant::now();
        supervisor.cancel().await;
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
        assert!(loading.await.expect("no panic").expect_err("cancelled").is_cancelled());

        let supervisor = crash.supervisor(hasty());
        let error = supervisor.load(PATH, LoadOptions::default()).await.expect_err("crashes");
        assert_eq!(error.code(), ErrorCode::Shell(ShellErrorCode::WorkerCrashed));

        let supervisor = whole.supervisor(hasty());
        supervisor.load(PATH, LoadOptions::default()).await.expect("loads");
        pids.push(holding_pid(&supervisor).await);
        supervisor.unload().await;
    }
    assert!(pids.into_iter().all(is_gone));
}

#[tokio::test]
async fn a_request_that_is_not_answered_ends_in_time_and_a_dropped_worker_dies() {
    let worker = WorkerProcess::spawn(&FakeWorker::default().program()).await.expect("starts");
    let limit = Some(Duration::from_millis(100));
    let answer = worker.request::<serde_json::Value>(method::TEXT_TOKENIZE, &json!({}), limit).await;
    assert!(matches!(answer, Err(Error::NoAnswer { .. })), "{answer:?}");
    let pid = worker.pid();
    drop(worker);
    let gone = async {
        while !is_gone(pid) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(SOON, gone).await.expect("gone soon");
}

#[tokio::test]
async fn an_idle_worker_is_left_alone_until_it_has_something_to_do() {
    use std::sync::atomic::{AtomicU32, Ordering};
    static LOOKED: AtomicU32 = AtomicU32::new(0);
    fn machine() -> MachineMemory {
        LOOKED.fetch_add(1, Ordering::Relaxed);
        MachineMemory { free: 1 << 30, total: 1 << 31 }
    }
    let worker =
        FakeWorker { tokenize: r#"answer '{"ids":[],"tokens":[]}'"#.into(), ..FakeWorker::default() };
    let preflight = Preflight { inspect: fake_worker::inspect, machine, cores: || 2, disk: |_| None };
    let patience = Patience { idle_interval: Duration::from_secs(3600), ..hasty() };
    let supervisor = Supervisor::new(worker.program(), preflight, patience);
    supervisor.load(PATH, LoadOptions::default()).await.expect("loads");
    let looks = || LOOKED.load(Ordering::Relaxed);
    // What the load itself said is heard, too; then there is silence.
    let settled = async {
        loop {
            let before = looks();
            tokio::time::sleep(4 * hasty().memory_interval).await;
            if looks() == before {
                return before;
            }
        }
    };
    let before = timeout(10 * SOON, settled).await.expect("an hour is not over");
    let ready = supervisor.ready().expect("loaded");
    let asked = ready.worker.request::<serde_json::Value>("text/tokenize", &json!({}), Some(SOON)).await;
    asked.expect("an answer");
    let stirred = async {
        while looks() == before {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    timeout(10 * SOON, stirred).await.expect("soon");
    supervisor.unload().await;
}
