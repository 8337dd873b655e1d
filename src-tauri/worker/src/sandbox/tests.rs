//! The sandbox against the kernel of this machine. Both layers bind the calling thread only, so each test
//! takes a thread for it.

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::Command;

use vitrine_core::protocol::Landlock;

use super::{files, syscalls, Rights};

/// Runs `inside` on a thread of its own and passes its panic on.
fn on_a_thread(inside: impl FnOnce() + Send + 'static) {
    if let Err(panic) = std::thread::spawn(inside).join() {
        std::panic::resume_unwind(panic);
    }
}

fn refused<T>(what: &str, result: std::io::Result<T>) {
    match result {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {}
        Err(error) => panic!("{what}: {error}"),
        Ok(_) => panic!("{what} was possible"),
    }
}

#[test]
fn no_socket_no_program_and_no_other_process() {
    // Opened before: an intruder has no older socket to use, but this shows what fails.
    let listener = TcpListener::bind("127.0.0.1:0").expect("this test may listen");
    let address = listener.local_addr().expect("an address");
    on_a_thread(move || {
        if let Err(reason) = syscalls::forbid() {
            println!("skipped: this kernel has no seccomp: {reason}");
            return;
        }
        refused("connecting", TcpStream::connect(address));
        refused("listening", TcpListener::bind("127.0.0.1:0"));
        refused("sending", UdpSocket::bind("127.0.0.1:0"));
        refused("a named socket", UnixListener::bind("/tmp/vitrine-no-such-socket"));
        refused("accepting", listener.accept());
        refused("a program", Command::new("true").spawn());
        // SAFETY: these calls have no memory effects; the filter refuses them before they do anything.
        unsafe {
            assert_eq!(libc::kill(libc::getppid(), 0), -1, "a signal, even an empty one");
            assert_eq!(libc::syscall(libc::SYS_io_uring_setup, 1, std::ptr::null::<u8>()), -1);
            assert_eq!(*libc::__errno_location(), libc::EPERM, "io_uring");
            assert_eq!(libc::syscall(libc::SYS_ptrace, libc::PTRACE_ATTACH, libc::getppid(), 0, 0), -1);
            assert_eq!(*libc::__errno_location(), libc::EPERM, "ptrace");
            let child = libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0);
            if child == 0 {
                libc::_exit(0);
            }
            assert_eq!(child, -1, "a process");
        }
        // What the engine needs still works.
        UnixStream::pair().expect("a pair of connected sockets");
        assert_eq!(std::thread::spawn(|| 1 + 1).join().expect("a thread"), 2);
        fs::read_to_string("/proc/self/status").expect("a file");
    });
}

fn write(path: &Path) {
    fs::write(path, "x").expect("a file");
}

#[test]
fn only_the_model_can_be_read_and_only_the_cache_written() {
    if files::available() == Landlock::None {
        println!("skipped: this kernel has no Landlock");
        return;
    }
    let home = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| home.path().join(name);
    for folder in [".ssh", "models", "cache"] {
        fs::create_dir(at(folder)).expect("a folder");
    }
    for file in [".ssh/id_ed25519", "models/model.gguf", "models/other.gguf"] {
        write(&at(file));
    }
    let mut rights = Rights::for_model(&at("models/model.gguf"));
    rights.write = vec![at("cache")];
    let root = home.path().to_owned();
    on_a_thread(move || {
        let at = |name: &str| root.join(name);
        let status = files::confine(&rights).expect("the rules can be made");
        // Other tests run on other threads of this process, which are not confined.
        assert_ne!(status, Landlock::None);
        fs::read(at("models/model.gguf")).expect("the model");
        write(&at("cache/tokenizer.json"));
        fs::create_dir(at("cache/inner")).expect("a folder in the cache");
        fs::remove_file(at("cache/tokenizer.json")).expect("it is gone");
        fs::read_to_string("/proc/self/status").expect("about this process");
        fs::read_to_string("/proc/meminfo").expect("about memory");

        refused("the key", fs::read(at(".ssh/id_ed25519")));
        refused("its folder", fs::read_dir(at(".ssh")));
        refused("another model", fs::read(at("models/other.gguf")));
        refused("the models", fs::read_dir(at("models")));
        refused("overwriting the model", fs::write(at("models/model.gguf"), "y"));
        refused("removing the model", fs::remove_file(at("models/model.gguf")));
        refused("a new file", fs::write(at("models/new"), "y"));
        refused("the system's users", fs::read("/etc/passwd"));
        // Ways around.
        refused("by way of /proc", fs::read(format!("/proc/self/root{}", at(".ssh/id_ed25519").display())));
        std::os::unix::fs::symlink(at(".ssh/id_ed25519"), at("cache/link")).expect("a link in the cache");
        refused("through a link", fs::read(at("cache/link")));
        refused("by moving it", fs::rename(at(".ssh/id_ed25519"), at("cache/key")));
        // The kernel calls this one a link to another device, whatever the devices are.
        fs::hard_link(at(".ssh/id_ed25519"), at("cache/key")).expect_err("by linking it");
        let inner = std::thread::spawn(move || fs::read(root.join(".ssh/id_ed25519")));
        refused("from a thread", inner.join().expect("no panic"));
    });
    fs::read(at(".ssh/id_ed25519")).expect("this thread was never confined");
}
