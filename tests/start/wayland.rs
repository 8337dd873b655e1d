//! The app under a Wayland compositor without a screen (weston).

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::stage::{has, Window};

const SOCKET: &str = "vitrine-test";

struct Weston {
    child: Child,
    folder: tempfile::TempDir,
}

impl Weston {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let child = Command::new("weston")
            .args(["--backend=headless-backend.so", "--idle-time=0"])
            .arg(format!("--socket={SOCKET}"))
            .arg(format!("--log={}", folder.path().join("log").display()))
            .env("XDG_RUNTIME_DIR", folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("weston starts");
        let begun = Instant::now();
        while !folder.path().join(SOCKET).exists() {
            assert!(begun.elapsed() < Duration::from_secs(30), "weston never listens");
            std::thread::sleep(Duration::from_millis(50));
        }
        Self { child, folder }
    }
}

impl Drop for Weston {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_opens_and_is_painted_on_wayland() {
    if !has("weston") || !has("xvfb-run") {
        return;
    }
    let weston = Weston::start();
    let window = Window::open(|command| {
        command
            .env("GDK_BACKEND", "wayland")
            .env("WAYLAND_DISPLAY", SOCKET)
            .env("XDG_RUNTIME_DIR", weston.folder.path());
    });
    window.until_painted();
    assert!(window.app().is_some());
}
