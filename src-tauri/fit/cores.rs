//! How many cores compute. Two threads of one core share its memory bandwidth, so that threads
//! would promise twice what comes.

/// Cores that this process may use; at least 1.
pub fn physical_cores() -> u32 {
    let threads = processors();
    // A container may be given fewer threads than the machine has cores.
    of_machine().unwrap_or(threads).min(threads).max(1)
}

/// Threads that this process may run at once; at least 1.
pub fn processors() -> u32 {
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get());
    u32::try_from(threads).unwrap_or(u32::MAX)
}

/// One file a thread: package and core that it belongs to.
#[cfg(target_os = "linux")]
fn of_machine() -> Option<u32> {
    let mut cores = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir("/sys/devices/system/cpu").ok()?.flatten() {
        let topology = entry.path().join("topology");
        let read = |name: &str| std::fs::read_to_string(topology.join(name)).ok();
        if let (Some(package), Some(core)) = (read("physical_package_id"), read("core_id")) {
            cores.insert((package, core));
        }
    }
    u32::try_from(cores.len()).ok().filter(|&count| count > 0)
}

#[cfg(not(target_os = "linux"))]
fn of_machine() -> Option<u32> {
    u32::try_from(sysinfo::System::physical_core_count()?).ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn this_machine_has_some_and_not_more_than_threads() {
        let cores = super::physical_cores() as usize;
        let threads = super::processors() as usize;
        assert!((1..=threads).contains(&cores), "{cores} of {threads}");
    }
}
