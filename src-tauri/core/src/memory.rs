//! How much memory a process holds for itself.

/// Anonymous memory of a process in bytes; `process` is its number, or `self`. Pages of files that it has mapped are not
/// counted: the system takes them back whenever it needs them. `None` once the process is gone.
///
/// From `/proc/PID/status` (proc_pid_status(5)), where kernels before 4.5 tell all resident memory only.
#[cfg(target_os = "linux")]
pub fn held(process: &str) -> Option<u64> {
    parse(&std::fs::read_to_string(format!("/proc/{process}/status")).ok()?)
}

/// Nobody tells.
#[cfg(not(target_os = "linux"))]
pub fn held(_: &str) -> Option<u64> {
    None
}

#[cfg(any(target_os = "linux", test))]
fn parse(status: &str) -> Option<u64> {
    let kibibytes = |name: &str| {
        let rest = status.lines().find_map(|line| line.strip_prefix(name))?;
        rest.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    };
    Some(kibibytes("RssAnon:").or_else(|| kibibytes("VmRSS:"))? << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_files_is_left_out() {
        assert_eq!(parse("VmRSS:\t  900 kB\nRssAnon:\t  300 kB\nRssFile:\t 600 kB\n"), Some(300 << 10));
        assert_eq!(parse("VmRSS:\t  900 kB\n"), Some(900 << 10));
        // A process that has ended and was not yet waited for has none.
        assert_eq!(parse("Name:\tx\nState:\tZ (zombie)\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_holds_some() {
        let own = held("self").expect("it lives");
        assert!(own > 64 << 10, "{own}");
        assert_eq!(held(&u32::MAX.to_string()), None);
    }
}
