//! Runs one test once more without the right of root to read every file.
//!
//! In a container tests often run as root, who may read a file that forbids it. A child that is started without two
//! capabilities is still root, so that it reaches its program and its folders, but keeps to the rights of files.

use std::fs::File;
use std::path::Path;
use std::process::Command;

/// What a run of the test in this process can find out about a file that nobody may read.
#[derive(Debug, PartialEq, Eq)]
pub enum Locked {
    /// The system keeps this process from it.
    Here,
    /// Not this process; another one went through the same test, and well.
    InAnother,
    /// Nothing: no process without that right could be started.
    Nowhere,
}

/// `test`: the name of the test that asks, with its modules.
///
/// # Panics
/// Where the test fails in the other process.
pub fn locked(file: &Path, test: &str) -> Locked {
    if File::open(file).is_err() {
        return Locked::Here;
    }
    let mut again = Command::new(std::env::current_exe().expect("a running test has a path"));
    again.args([test, "--exact", "--nocapture"]);
    if !lower(&mut again) {
        return Locked::Nowhere;
    }
    match again.output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "without the right to read everything: {said}");
            assert!(said.contains("1 passed"), "{test} is not the name of a test: {said}");
            Locked::InAnother
        }
        Err(error) => {
            eprintln!("left out: no process without the right to read everything: {error}");
            Locked::Nowhere
        }
    }
}

#[cfg(target_os = "linux")]
fn lower(command: &mut Command) -> bool {
    use std::os::unix::process::CommandExt;
    /// Read and write any file; read any file and list any folder (capabilities(7)).
    const CAP_DAC_OVERRIDE: libc::c_ulong = 1;
    const CAP_DAC_READ_SEARCH: libc::c_ulong = 2;
    /// Whoever is in such a child already and may still read everything must not start the next one.
    const LOWERED: &str = "VITRINE_TEST_LOWERED";
    if std::env::var_os(LOWERED).is_some() {
        return false;
    }
    command.env(LOWERED, "1");
    let drop_both = || {
        for capability in [CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH] {
            // SAFETY: prctl(PR_CAPBSET_DROP) takes a number and touches no memory.
            if unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) } != 0 {
                return Err(std::io::Error::last_os_error());
            }
        }
        Ok(())
    };
    // SAFETY: the closure runs between fork and exec and does nothing but these two calls.
    unsafe { command.pre_exec(drop_both) };
    true
}

#[cfg(not(target_os = "linux"))]
fn lower(_command: &mut Command) -> bool {
    false
}
