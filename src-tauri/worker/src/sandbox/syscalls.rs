//! seccomp: system calls that this process never needs, and that would be worth having to an intruder
//! (Linux, `seccomp(2)`).
//!
//! They fail with EPERM rather than end the process, so that a library that tries one for
//! a good reason says so in words that someone can read.

use std::collections::BTreeMap;

use seccompiler::{
    apply_filter, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

/// Forbidden whatever their arguments are.
const FORBIDDEN: &[libc::c_long] = &[
    // The network, and every other socket.
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    // A second way to nearly every call, past this filter.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // Other programs.
    libc::SYS_execve,
    libc::SYS_execveat,
    // Other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_kill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_kcmp,
    // Files by number instead of by path.
    libc::SYS_open_by_handle_at,
    // Parts of the kernel that only few need and that had many holes.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
];

/// Calls that only older processor families have under a number of their own.
#[cfg(target_arch = "x86_64")]
const OLD: &[libc::c_long] = &[libc::SYS_fork, libc::SYS_vfork, libc::SYS_kexec_file_load];
#[cfg(not(target_arch = "x86_64"))]
const OLD: &[libc::c_long] = &[];

/// x86-64 kernels may take the same calls under numbers with this bit (the x32 ABI).
#[cfg(target_arch = "x86_64")]
const ALIAS: Option<libc::c_long> = Some(0x4000_0000);
#[cfg(not(target_arch = "x86_64"))]
const ALIAS: Option<libc::c_long> = None;

/// Applies the filter to the calling thread and all threads that it will start.
///
/// # Errors
/// In words; nothing is forbidden then.
pub fn forbid() -> Result<(), String> {
    let (refused, missing) = programs().map_err(|error| error.to_string())?;
    apply_filter(&refused).and_then(|()| apply_filter(&missing)).map_err(|error| error.to_string())
}

fn programs() -> Result<(BpfProgram, BpfProgram), seccompiler::BackendError> {
    let architecture: TargetArch = std::env::consts::ARCH.try_into()?;
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        FORBIDDEN.iter().chain(OLD).map(|call| (*call, Vec::new())).collect();
    // A pair of connected sockets leads nowhere else; tokio makes one for itself.
    let other_family =
        SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, libc::AF_UNIX as u64)?;
    rules.insert(libc::SYS_socketpair, vec![SeccompRule::new(vec![other_family])?]);
    // Threads, but no processes.
    let no_thread = SeccompCondition::new(
        0,
        SeccompCmpArgLen::Qword,
        SeccompCmpOp::MaskedEq(libc::CLONE_THREAD as u64),
        0,
    )?;
    rules.insert(libc::SYS_clone, vec![SeccompRule::new(vec![no_thread])?]);
    let mut missing = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    if let Some(bit) = ALIAS {
        for rules in [&mut rules, &mut missing] {
            let aliases: Vec<_> = rules.iter().map(|(call, chain)| (call | bit, chain.clone())).collect();
            rules.extend(aliases);
        }
    }
    let filter = |rules, error: i32| -> Result<BpfProgram, seccompiler::BackendError> {
        let refuse = SeccompAction::Errno(error as u32);
        SeccompFilter::new(rules, SeccompAction::Allow, refuse, architecture)?.try_into()
    };
    // The flags of clone3 are in memory, where a filter can't look. Without it the C library takes clone.
    Ok((filter(rules, libc::EPERM)?, filter(missing, libc::ENOSYS)?))
}

/// Closes everything but standard input, output and error: whoever started this process may have
/// left open what is none of its business.
pub fn close_what_was_inherited() {
    // SAFETY: nothing has been opened yet by this program, so nobody's descriptor is closed under them.
    // Kernels before 5.9 don't know the call; everything stays as it is then.
    unsafe { libc::syscall(libc::SYS_close_range, 3u32, u32::MAX, 0u32) };
}
