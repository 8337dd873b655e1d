//! The shell's core with the real worker and the bundled model: loads, cancels and deaths in long rows.
//!
//! One test, because it watches this process: its children and its memory.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use vitrine_core::protocol::LoadOptions;
use vitrine_shell::app::App;
use vitrine_shell::contract::{LoadConsent, ModelState};

const ROUNDS: usize = 20;
/// Rounds before memory is looked at: buffers and threads are there then.
const WARM_UP: usize = 3;
/// What the allocator may keep for itself over all rounds; one model is more than a hundred times as much in twenty rounds.
const GROWTH: u64 = 8 << 20;

fn starter() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/starter/vitrine-starter.gguf")
}

/// Children of this process, zombies too.
fn children() -> Vec<String> {
    let own = std::process::id().to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("/proc can be read").flatten() {
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // proc(5): pid (comm) state ppid ...; comm may hold anything, so it is cut at its last bracket.
        let Some((head, tail)) = stat.rsplit_once(')') else { continue };
        if tail.split_whitespace().nth(1) == Some(own.as_str()) {
            found.push(format!("{head}){}", &tail[..2]));
        }
    }
    found
}

/// Resident memory of this process in bytes.
fn memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("/proc can be read");
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has VmRSS");
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number of kB");
    kib * 1024
}

async fn until(what: &str, mut check: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !check() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what} never came");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    start.elapsed()
}

/// Runs `round` twenty times; afterwards no process and no memory may be left over.
async fn row<F: Future<Output = ()>>(name: &str, app: &App, round: impl Fn(usize) -> F) {
    let mut before = 0;
    for number in 0..ROUNDS {
        if number == WARM_UP {
            before = memory();
        }
        round(number).await;
    }
    app.supervisor.unload().await;
    until("the end of the last worker", || children().is_empty()).await;
    let growth = memory().saturating_sub(before);
    println!("{name}: {} KiB more after {} rounds", growth / 1024, ROUNDS - WARM_UP);
    assert!(growth < GROWTH, "{name}: the shell grew by {growth} bytes");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn rows_of_loads_cancels_and_deaths_leave_no_process_and_no_memory() {
    let data = tempfile::tempdir().unwrap();
    let app = App::new(data.path(), None, None);
    let path = starter().to_string_lossy().into_owned();
    let load = || app.load(&path, LoadOptions::default(), LoadConsent::Ordinary);

    let confined = app.sandbox().await.expect("a worker that is started for this says it");
    load().await.expect("the bundled model loads");
    assert_eq!(app.sandbox().await.expect("the loaded one says it"), confined);
    app.supervisor.unload().await;
    until("the end of both", || children().is_empty()).await;

    row("load and unload", &app, |_| async {
        load().await.expect("the bundled model loads");
        assert!(matches!(app.supervisor.state(), ModelState::Ready { .. }));
        app.supervisor.unload().await;
        assert_eq!(app.supervisor.state(), ModelState::Empty);
    })
    .await;

    row("cancel", &app, |number| {
        let (app, load) = (&app, &load);
        async move {
            let cancel = async {
                until("loading", || !matches!(app.supervisor.state(), ModelState::Empty)).await;
                tokio::time::sleep(Duration::from_millis(number as u64 * 5)).await;
                let start = Instant::now();
                app.supervisor.cancel().await;
                assert!(start.elapsed() < Duration::from_secs(1), "cancelling took {:?}", start.elapsed());
            };
            // The last rounds may come too late and find it loaded.
            let (_, ()) = tokio::join!(load(), cancel);
            app.supervisor.unload().await;
            assert_eq!(app.supervisor.state(), ModelState::Empty);
            assert_eq!(children(), [""; 0], "round {number}");
        }
    })
    .await;

    row("killed worker", &app, |_| async {
        load().await.expect("a fresh worker starts after every death");
        let worker = app.supervisor.ready().expect("just loaded").worker.pid();
        let pid = i32::try_from(worker).expect("a process id");
        // SAFETY: kill(2) has no memory effects; the process is a child of this one and not yet waited for.
        assert_eq!(unsafe { libc::kill(pid, libc::SIGKILL) }, 0);
        until("the news of its death", || matches!(app.supervisor.state(), ModelState::Failed { .. })).await;
    })
    .await;
    app.close().await;
}
