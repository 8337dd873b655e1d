//! One start of the program, on a screen of its own or without one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::processes;

/// Longer than a start takes on a slow, busy machine.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A program that was built beside the tests.
pub fn built(name: &str) -> PathBuf {
    let mut folder = std::env::current_exe().expect("a running test has a path");
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let program = folder.join(name);
    assert!(program.exists(), "{} is missing: run `make build` first", program.display());
    program
}

/// Is there such a program? Where not, says that a test is left out.
pub fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = std::env::split_paths(&path).any(|folder| folder.join(program).exists());
    if !there {
        println!("left out: there is no {program} (scripts/setup.sh test)");
    }
    there
}

/// What a program that ended by itself has said.
pub struct Said {
    pub status: ExitStatus,
    pub text: String,
}

/// Runs to its end, within [`PATIENCE`].
pub fn run(command: &mut Command) -> Said {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("said");
    let said = File::create(&file).expect("a file");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(said.try_clone().expect("another handle"))
        .stderr(said)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            child.kill().expect("it is ended");
            panic!("{command:?} does not end: {}", read(&file));
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    Said { status, text: read(&file) }
}

/// A file as text; nothing where there is none.
pub fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
}

/// The app on a screen of its own.
pub struct Window {
    pub data: PathBuf,
    folder: tempfile::TempDir,
    screen: Child,
    _alone: MutexGuard<'static, ()>,
}

/// One window at a time: many of them on a small machine look like one that is never painted.
static ALONE: Mutex<()> = Mutex::new(());

impl Window {
    /// With a data folder of its own. `set_up` changes the command: `env`, `arg`, `env_remove`.
    pub fn open(set_up: impl FnOnce(&mut Command)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data 数据");
        Self::open_in(folder, data, set_up)
    }

    /// The same, with this data folder.
    pub fn open_in(folder: tempfile::TempDir, data: PathBuf, set_up: impl FnOnce(&mut Command)) -> Self {
        let alone = ALONE.lock().unwrap_or_else(|failed| failed.into_inner());
        let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/in-a-window.sh"));
        command.arg(built("vitrine")).env("VITRINE_DATA_DIR", &data);
        // What is told of a start is asked for here: a folder may not be writable.
        command.env("RUST_LOG", "warn,vitrine_shell=info");
        set_up(&mut command);
        let said = File::create(folder.path().join("said")).expect("a file");
        let screen = command
            .stdin(Stdio::null())
            .stdout(said.try_clone().expect("another handle"))
            .stderr(said)
            .spawn()
            .expect("bash runs");
        Self { data, folder, screen, _alone: alone }
    }

    /// What it wrote to its standard streams until now.
    pub fn said(&self) -> String {
        read(&self.folder.path().join("said"))
    }

    /// The running app; more than one would be a fault.
    pub fn app(&self) -> Option<i32> {
        let all = processes::of("vitrine", &self.data);
        assert!(all.len() <= 1, "one app: {all:?}");
        all.first().copied()
    }

    /// Waits until it has said this.
    pub fn until_said(&self, wanted: &str) -> Duration {
        let begun = Instant::now();
        loop {
            let said = self.said();
            assert!(!said.contains("panicked") && !said.contains("panic at"), "{said}");
            if said.contains(wanted) {
                return begun.elapsed();
            }
            assert!(begun.elapsed() < PATIENCE, "never said: {wanted}\n{said}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    pub fn until_painted(&self) -> Duration {
        self.until_said("the page is painted")
    }

    /// What is remembered for the next start.
    pub fn notes(&self) -> serde_json::Value {
        serde_json::from_str(&read(&self.data.join("start.json"))).unwrap_or_default()
    }

    /// Ends it, and gives its folder back.
    pub fn close(mut self) -> tempfile::TempDir {
        for pid in processes::of("vitrine", &self.data) {
            processes::signal(pid, libc::SIGTERM);
        }
        processes::wait_until_gone("vitrine", &self.data);
        self.screen.wait().expect("its screen ends with it");
        // The child that Drop would end has ended.
        std::mem::replace(&mut self.folder, tempfile::tempdir().expect("a temporary folder"))
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        for pid in processes::of("vitrine", &self.data) {
            processes::signal(pid, libc::SIGKILL);
        }
        let _ = self.screen.wait();
    }
}
