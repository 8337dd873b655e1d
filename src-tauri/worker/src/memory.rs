//! How much memory this process holds.

/// Resident memory in bytes; 0 where the system does not tell.
#[cfg(target_os = "linux")]
pub fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_ascii_whitespace().nth(1)?.parse::<u64>().ok())
        .unwrap_or(0);
    // SAFETY: sysconf reads a constant of the system.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    pages * u64::try_from(page).unwrap_or(0)
}

/// Resident memory in bytes; 0 where the system does not tell.
#[cfg(not(target_os = "linux"))]
pub fn resident() -> u64 {
    0
}
