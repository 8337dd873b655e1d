//! The one thread that starts workers.
//!
//! Linux sends a child its parent-death signal (`PR_SET_PDEATHSIG`) when the *thread* that
//! forked it ends, not the process. A thread of an async runtime's pool may end at any idle
//! moment and would take a healthy worker along, so workers are forked by a thread that lives
//! exactly as long as the process.

use std::io;
use std::sync::{mpsc, OnceLock};

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

struct Job {
    command: Command,
    runtime: Handle,
    answer: oneshot::Sender<io::Result<Child>>,
}

/// Starts `command`, which ends when this process does (on Linux; elsewhere when its stdin closes).
pub async fn spawn(mut command: Command) -> io::Result<Child> {
    static JOBS: OnceLock<mpsc::Sender<Job>> = OnceLock::new();
    let jobs = JOBS.get_or_init(start_thread);
    die_with_parent(&mut command);
    let (answer, child) = oneshot::channel();
    let job = Job { command, runtime: Handle::current(), answer };
    let ended = || io::Error::other("the thread that starts workers has ended");
    jobs.send(job).map_err(|_| ended())?;
    child.await.map_err(|_| ended())?
}

fn start_thread() -> mpsc::Sender<Job> {
    let (jobs, waiting) = mpsc::channel::<Job>();
    std::thread::Builder::new()
        .name("worker-spawner".into())
        .spawn(move || {
            for mut job in waiting {
                let _inside = job.runtime.enter();
                // The asker may have gone; the child is then dropped, and killed on drop.
                let _ = job.answer.send(job.command.spawn());
            }
        })
        .expect("the system starts one more thread");
    jobs
}

#[cfg(target_os = "linux")]
fn die_with_parent(command: &mut Command) {
    // Taken before the fork: the child compares, and ends where its parent died in between.
    let parent = std::process::id();
    let arm = move || {
        // SAFETY: prctl and getppid are async-signal-safe and touch no memory of ours.
        let (armed, now) = unsafe { (libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL), libc::getppid()) };
        if armed != 0 {
            return Err(io::Error::last_os_error());
        }
        if now as u32 != parent {
            return Err(io::Error::from_raw_os_error(libc::ESRCH));
        }
        Ok(())
    };
    // SAFETY: the closure runs between fork and exec and does nothing but the two calls above.
    unsafe {
        command.pre_exec(arm);
    }
}

#[cfg(not(target_os = "linux"))]
fn die_with_parent(_command: &mut Command) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    use std::thread::sleep;
    use std::time::{Duration, Instant};

    use crate::engine::fake_worker::FakeWorker;
    use crate::engine::{memory, WorkerProcess};

    /// Names the role of this test program when [`a_killed_app_leaves_no_worker`] starts it again.
    const AS_APP: &str = "VITRINE_TEST_AS_APP";

    /// In the role of an app: starts a worker that does not mind a closed stdin, says its process
    /// id, and waits to be killed. In a normal run of the tests: nothing.
    #[tokio::test]
    async fn plays_the_app_for_another_test() {
        if std::env::var_os(AS_APP).is_none() {
            return;
        }
        let deaf = FakeWorker { start: "exec sleep 1000".into(), ..FakeWorker::default() };
        let worker = WorkerProcess::spawn(&deaf.program()).await.expect("starts");
        println!("worker={}", worker.pid());
        std::future::pending::<()>().await;
    }

    #[test]
    fn a_killed_app_leaves_no_worker() {
        let mut app = std::process::Command::new(std::env::current_exe().expect("this program"))
            .args(["engine::spawner::tests::plays_the_app_for_another_test", "--exact", "--nocapture"])
            .env(AS_APP, "1")
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut lines = BufReader::new(app.stdout.take().expect("piped")).lines();
        let pid = lines
            .find_map(|line| line.expect("UTF-8").split_once("worker=")?.1.trim().parse::<u32>().ok())
            .expect("the app says which");
        assert!(memory::resident(pid).is_some());
        app.kill().expect("SIGKILL");
        app.wait().expect("reaped");
        let begun = Instant::now();
        // Its new parent, the init process, may take its time to reap it: a zombie holds no memory.
        while memory::resident(pid).is_some_and(|bytes| bytes > 0) {
            assert!(begun.elapsed() < Duration::from_secs(5), "worker {pid} lives on");
            sleep(Duration::from_millis(5));
        }
    }
}
