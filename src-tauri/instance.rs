//! One app for one data folder: who starts a second one gets the window of the first.
//!
//! The first start holds a lock on a file in the data folder for as long as its process lives, however that ends, and
//! listens at a socket beside it. A second start finds the lock taken, hands its arguments over there, and ends.
//! Where the file system knows no locks, nothing is guarded.

use std::fs::{File, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// Held by the app that has this folder.
const LOCK: &str = "app.lock";
/// Where it listens.
const SOCKET: &str = "app.sock";
/// Unix has room for 108 bytes, some systems for 104 (unix(7)).
const LONGEST_ADDRESS: usize = 100;
/// Command lines are short; what is longer is none.
const LONGEST_START: u64 = 1 << 20;
/// For the first app to come as far as listening, and to answer.
const PATIENCE: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_millis(50);

/// How an app was started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// After the program's name.
    pub arguments: Vec<String>,
    /// Paths in them are seen from here.
    pub folder: PathBuf,
}

/// What this process is for a data folder.
#[derive(Debug)]
pub enum Role {
    /// The app; others report to it.
    First(Listener),
    /// There is one already, and it knows of this start.
    Second,
    /// There is one already, and it does not answer.
    Unheard,
    /// Nobody can tell.
    Unguarded,
}

/// Claims `data` for this process, or reports `start` to the one that has it. One that does not answer may be on its way
/// to listening, or about to end: then the folder is free.
pub fn claim(data: &Path, start: &Start) -> Role {
    if !cfg!(unix) {
        // A plugin of the window looks for the other app there (`lib.rs`).
        return Role::Unguarded;
    }
    let begun = Instant::now();
    loop {
        let unheard = match lock(data) {
            Ok(Some(lock)) => return first(data, lock),
            Ok(None) => match report(data, start) {
                Ok(()) => return Role::Second,
                Err(error) => error,
            },
            Err(error) => {
                tracing::warn!(%error, folder = %data.display(), "the data folder can't be locked");
                return Role::Unguarded;
            }
        };
        if begun.elapsed() >= PATIENCE {
            tracing::warn!(error = %unheard, "the app that has this data folder does not answer");
            return Role::Unheard;
        }
        std::thread::sleep(RETRY);
    }
}

fn first(data: &Path, lock: File) -> Role {
    match Listener::bind(data, lock) {
        Ok(listener) => Role::First(listener),
        Err(error) => {
            tracing::warn!(%error, "a second start will not be heard");
            Role::Unguarded
        }
    }
}

/// `None` where another process has it.
fn lock(data: &Path) -> io::Result<Option<File>> {
    std::fs::create_dir_all(data)?;
    let file = File::options().create(true).truncate(false).write(true).open(data.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// In the data folder; where its path is too long for an address, in the folder of the user's session.
fn address(data: &Path) -> PathBuf {
    use sha2::{Digest, Sha256};
    let beside = data.join(SOCKET);
    if beside.as_os_str().len() <= LONGEST_ADDRESS {
        return beside;
    }
    let hash = Sha256::digest(data.as_os_str().as_encoded_bytes());
    let name: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let session = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    session.join(format!("vitrine-{name}.sock"))
}

#[cfg(unix)]
use unix::report;
#[cfg(unix)]
pub use unix::Listener;

#[cfg(unix)]
mod unix {
    use std::os::unix::net::{UnixListener, UnixStream};

    use super::*;

    /// The first app's end.
    #[derive(Debug)]
    pub struct Listener {
        socket: UnixListener,
        lock: File,
    }

    impl Listener {
        pub(super) fn bind(data: &Path, lock: File) -> io::Result<Self> {
            let address = address(data);
            // Whoever left it there is gone: the lock is ours.
            match std::fs::remove_file(&address) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            Ok(Self { socket: UnixListener::bind(address)?, lock })
        }

        /// Calls `on_start` for every later start, on a thread of its own, until the process ends.
        pub fn listen(self, on_start: impl Fn(Start) + Send + 'static) {
            let spawned = std::thread::Builder::new().name("second-starts".into()).spawn(move || {
                let Self { socket, lock } = self;
                for stream in socket.incoming() {
                    match stream.and_then(hear) {
                        Ok(start) => on_start(start),
                        Err(error) => tracing::warn!(%error, "a second start was not understood"),
                    }
                }
                drop(lock);
            });
            if let Err(error) = spawned {
                tracing::warn!(%error, "a second start will not be heard");
            }
        }
    }

    fn hear(mut stream: UnixStream) -> io::Result<Start> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut line = String::new();
        BufReader::new((&stream).take(LONGEST_START)).read_line(&mut line)?;
        let start = serde_json::from_str(&line)?;
        stream.write_all(b"\n")?;
        Ok(start)
    }

    /// # Errors
    /// Where nobody took it in time.
    pub(super) fn report(data: &Path, start: &Start) -> io::Result<()> {
        let mut stream = UnixStream::connect(address(data))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut line = serde_json::to_vec(start)?;
        line.push(b'\n');
        stream.write_all(&line)?;
        // Its answer: one line end.
        stream.read_exact(&mut [0])
    }
}

#[cfg(not(unix))]
use elsewhere::report;
#[cfg(not(unix))]
pub use elsewhere::Listener;

/// Elsewhere a plugin of the window does this (`lib.rs`).
#[cfg(not(unix))]
mod elsewhere {
    use super::*;

    #[derive(Debug)]
    pub struct Listener(#[expect(dead_code, reason = "it only has to live")] File);

    impl Listener {
        pub(super) fn bind(_: &Path, lock: File) -> io::Result<Self> {
            Ok(Self(lock))
        }

        pub fn listen(self, _: impl Fn(Start) + Send + 'static) {
            // Held until the process ends.
            std::mem::forget(self);
        }
    }

    pub(super) fn report(_: &Path, _: &Start) -> io::Result<()> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn start(file: &str) -> Start {
        Start { arguments: vec![file.into()], folder: "/home/人".into() }
    }

    fn the_first(data: &Path) -> Listener {
        match claim(data, &start("a")) {
            Role::First(listener) => listener,
            other => panic!("the first, not {other:?}"),
        }
    }

    #[test]
    fn a_second_start_is_told_to_the_first() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // As long as folders get: the address lies elsewhere.
        let long = folder.path().join("很长的名字".repeat(12));
        for data in [folder.path(), &long] {
            let (sender, starts) = mpsc::channel();
            the_first(data).listen(move |start| sender.send(start).expect("the test listens"));
            assert!(matches!(claim(data, &start("模型/千问 小.gguf")), Role::Second));
            let heard = starts.recv_timeout(Duration::from_secs(60)).expect("heard");
            assert_eq!(heard, start("模型/千问 小.gguf"));
        }
    }

    #[test]
    fn a_folder_is_free_again_when_its_app_is_gone_and_no_other_folder_is_taken() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (one, other) = (folder.path().join("1"), folder.path().join("2"));
        let listener = the_first(&one);
        the_first(&other);
        // The socket file stays behind, as after a crash.
        drop(listener);
        the_first(&one);
    }

    #[test]
    fn a_start_while_the_app_is_about_to_end_waits_for_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let ending = lock(folder.path()).expect("it can be locked").expect("it is free");
        let ends = std::thread::spawn(move || {
            std::thread::sleep(3 * RETRY);
            drop(ending);
        });
        the_first(folder.path());
        ends.join().expect("no panic");
    }

    #[test]
    fn a_folder_that_can_not_be_made_stops_nobody() {
        assert!(matches!(claim(Path::new("/proc/none"), &start("a")), Role::Unguarded));
    }
}
