//! The app's processes, seen from outside (Linux: /proc).

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

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

/// When a process began, milliseconds since 1970.
pub fn started(pid: i32) -> f64 {
    let uptime = fs::read_to_string("/proc/uptime").expect("Linux");
    let uptime: f64 = uptime.split(' ').next().and_then(|seconds| seconds.parse().ok()).expect("a number");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64();
    // proc(5): the 22nd field, ticks after the boot.
    1000.0 * (now - uptime + field(pid, 22) / ticks_a_second())
}

/// Seconds that a process has computed, its threads together.
pub fn processor_time(pid: i32) -> f64 {
    // proc(5): utime and stime.
    (field(pid, 14) + field(pid, 15)) / ticks_a_second()
}

/// A numeric field of `/proc/PID/stat`, counted from 1 as in proc(5).
fn field(pid: i32, number: usize) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // After the program's name, which may hold anything, comes the third.
    let rest = stat.rsplit(')').next().unwrap_or_default();
    rest.split_whitespace().nth(number - 3).and_then(|field| field.parse().ok()).unwrap_or(0.0)
}

fn ticks_a_second() -> f64 {
    // SAFETY: sysconf(3) has no memory effects.
    unsafe { libc::sysconf(libc::_SC_CLK_TCK) as f64 }
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
