//! How much memory the machine has free and a process holds, in bytes.

/// Memory of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineMemory {
    /// What a new program could take without pushing others into swap.
    pub free: u64,
    pub total: u64,
}

/// As it is now, and as far as this process may use it. All zero where the system does not tell.
#[cfg(target_os = "linux")]
pub fn machine() -> MachineMemory {
    let whole = std::fs::read_to_string("/proc/meminfo")
        .map(|text| parse_meminfo(&text))
        .unwrap_or(MachineMemory { free: 0, total: 0 });
    super::cgroup::limit(whole, std::path::Path::new("/"))
}

/// Memory that a process holds for itself; `None` once it is gone.
#[cfg(target_os = "linux")]
pub fn resident(pid: u32) -> Option<u64> {
    vitrine_core::memory::held(&pid.to_string())
}

/// How many processes the system has ended for want of memory since it started; also those of a
/// container that reached its own limit. `None` where it does not tell.
#[cfg(target_os = "linux")]
pub fn kills() -> Option<u64> {
    parse_kills(&std::fs::read_to_string("/proc/vmstat").ok()?)
}

#[cfg(not(target_os = "linux"))]
pub fn kills() -> Option<u64> {
    None
}

#[cfg(any(target_os = "linux", test))]
fn parse_kills(vmstat: &str) -> Option<u64> {
    vmstat.lines().find_map(|line| line.strip_prefix("oom_kill "))?.trim().parse().ok()
}

#[cfg(any(target_os = "linux", test))]
fn parse_meminfo(text: &str) -> MachineMemory {
    let bytes = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .and_then(|rest| rest.split_ascii_whitespace().next()?.parse::<u64>().ok())
            .map(|kibibytes| kibibytes * 1024)
    };
    MachineMemory {
        // Kernels before 3.14 have no MemAvailable.
        free: bytes("MemAvailable").or_else(|| bytes("MemFree")).unwrap_or(0),
        total: bytes("MemTotal").unwrap_or(0),
    }
}

/// As it is now.
#[cfg(not(target_os = "linux"))]
pub fn machine() -> MachineMemory {
    let mut system = sysinfo::System::new();
    system.refresh_memory();
    MachineMemory { free: system.available_memory(), total: system.total_memory() }
}

/// Resident memory of a process; `None` once it is gone.
#[cfg(not(target_os = "linux"))]
pub fn resident(pid: u32) -> Option<u64> {
    let pid = sysinfo::Pid::from_u32(pid);
    let mut system = sysinfo::System::new();
    system.refresh_processes(sysinfo::ProcessesToUpdate::Some(&[pid]), true);
    system.process(pid).map(sysinfo::Process::memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_meminfo() {
        let text = "MemTotal:       16000 kB\nMemFree:  100 kB\nMemAvailable:    8000 kB\n";
        let expected = MachineMemory { free: 8000 * 1024, total: 16000 * 1024 };
        assert_eq!(parse_meminfo(text), expected);
        assert_eq!(parse_meminfo("MemFree: 7 kB").free, 7 * 1024);
        assert_eq!(parse_meminfo("").total, 0);
    }

    #[test]
    fn reads_the_count_of_kills() {
        assert_eq!(parse_kills("nr_free_pages 5\noom_kill 3\noom_kill_x 9\n"), Some(3));
        assert_eq!(parse_kills("nr_free_pages 5\n"), None);
    }

    #[test]
    fn this_machine_and_this_process_have_some() {
        let machine = machine();
        assert!(machine.total > 0 && machine.free <= machine.total, "{machine:?}");
        let own = resident(std::process::id()).expect("this process lives");
        assert!(own > 1024 * 1024 && own < machine.total, "{own}");
        assert_eq!(resident(u32::MAX), None);
    }
}
