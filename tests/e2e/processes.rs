//! The app's processes, seen from outside (Linux: /proc).

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Ids of the running processes of `program` that have this data folder in their environment.
pub fn of(program: &str, data: &Path) -> Vec<i32> {
    let wanted = format!("VITRINE_DATA_DIR={}", data.display());
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").expect("/proc can be read").flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else {
            continue;
        };
        let Ok(name) = fs::read_to_string(entry.path().join("comm")) else { continue };
        // The kernel cuts names after 15 bytes.
        if name.trim() != &program[..program.len().min(15)] || is_dead(pid) {
            continue;
        }
        let Ok(environment) = fs::read(entry.path().join("environ")) else { continue };
        if environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes()) {
            found.push(pid);
        }
    }
    found
}

/// Ended, and only waiting to be asked for its status.
fn is_dead(pid: i32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).map_or(true, |stat| {
        stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with(['Z', 'X']))
    })
}

pub fn signal(pid: i32, signal: i32) {
    // SAFETY: kill(2) has no memory effects; the pid was just read from /proc and belongs to this test.
    let result = unsafe { libc::kill(pid, signal) };
    assert_eq!(result, 0, "signal {signal} to {pid}: {}", std::io::Error::last_os_error());
}

/// Waits until no process of `program` with this data folder is left.
pub fn wait_until_gone(program: &str, data: &Path) {
    let start = Instant::now();
    loop {
        let left = of(program, data);
        if left.is_empty() {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "{program} still runs: {left:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
