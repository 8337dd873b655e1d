//! The memory that a container, or a service manager, grants this process on Linux (cgroups).
//!
//! `/proc/meminfo` speaks of the whole machine. A process in a group with a limit is killed when the group
//! reaches that, however much the machine has free. Every group above it has a limit, too, and the tightest
//! counts. Sources: the kernel's `admin-guide/cgroup-v2.rst` (`memory.max`, `memory.current`, `memory.stat`) and
//! `cgroup-v1/memory.rst` (`memory.limit_in_bytes`, `memory.usage_in_bytes`).

use std::fs;
use std::path::{Path, PathBuf};

use super::memory::MachineMemory;

/// Where the groups are mounted, below the root of the file system.
const MOUNT: &str = "sys/fs/cgroup";
/// Which groups this process is in.
const OWN: &str = "proc/self/cgroup";

/// The names of the files of one version of cgroups.
struct Files {
    limit: &'static str,
    used: &'static str,
    /// Of `memory.stat`: pages of files that nobody looked at for a while. They go before anything is killed.
    reclaimable: &'static str,
}

const V2: Files = Files { limit: "memory.max", used: "memory.current", reclaimable: "inactive_file" };
const V1: Files = Files {
    limit: "memory.limit_in_bytes",
    used: "memory.usage_in_bytes",
    reclaimable: "total_inactive_file",
};

/// What the groups of this process leave of the machine's memory.
///
/// `root`: `/`, or a folder that stands in for it.
pub fn limit(machine: MachineMemory, root: &Path) -> MachineMemory {
    let Ok(own) = fs::read_to_string(root.join(OWN)) else { return machine };
    groups(&own, root).into_iter().fold(machine, |memory, (folder, files)| match read(&folder, &files) {
        // Without a limit, version 1 says a number that no machine has.
        Some(group) if group.total < machine.total || machine.total == 0 => MachineMemory {
            free: if machine.total == 0 { group.free } else { memory.free.min(group.free) },
            total: if memory.total == 0 { group.total } else { memory.total.min(group.total) },
        },
        _ => memory,
    })
}

/// The folders of the groups that this process is in, from the innermost to the mount itself.
fn groups(own: &str, root: &Path) -> Vec<(PathBuf, Files)> {
    let mount = root.join(MOUNT);
    for line in own.lines() {
        // `hierarchy:controllers:path`; version 2 has no controllers.
        let mut parts = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let (base, make): (PathBuf, fn() -> Files) = if controllers.is_empty() {
            // Beside version 1, version 2 is mounted deeper and has no memory controller.
            (mount.clone(), || V2)
        } else if controllers.split(',').any(|name| name == "memory") {
            (mount.join("memory"), || V1)
        } else {
            continue;
        };
        if !base.join("cgroup.procs").exists() {
            continue;
        }
        // Seen from inside a container the path may lead out of what is mounted: then only the mount is ours.
        let inside = path.trim_start_matches('/');
        let steps: Vec<&str> = inside.split('/').filter(|step| !step.is_empty()).collect();
        let steps = if steps.contains(&"..") { &[][..] } else { &steps[..] };
        let folders = (0..=steps.len()).rev().map(|count| base.join(steps[..count].join("/")));
        let found: Vec<_> = folders.filter(|folder| folder.is_dir()).map(|folder| (folder, make())).collect();
        if found.iter().any(|(folder, files)| folder.join(files.limit).exists()) {
            return found;
        }
    }
    Vec::new()
}

/// `None` for a group without a limit.
fn read(folder: &Path, files: &Files) -> Option<MachineMemory> {
    let number = |name: &str| fs::read_to_string(folder.join(name)).ok()?.trim().parse::<u64>().ok();
    // `max` is no number.
    let total = number(files.limit)?;
    let used = number(files.used)?;
    let stat = fs::read_to_string(folder.join("memory.stat")).unwrap_or_default();
    let reclaimable = stat.lines().find_map(|line| line.strip_prefix(files.reclaimable)?.trim().parse().ok());
    let free = total.saturating_sub(used.saturating_sub(reclaimable.unwrap_or(0)));
    Some(MachineMemory { free, total })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: MachineMemory = MachineMemory { free: 8000, total: 16_000 };

    /// A root with these files.
    fn root(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            fs::write(path, text).expect("written");
        }
        root
    }

    #[test]
    fn without_groups_or_limits_the_machine_is_as_it_is() {
        assert_eq!(limit(MACHINE, root(&[]).path()), MACHINE);
        let unlimited = root(&[
            ("proc/self/cgroup", "0::/user.slice/app.scope\n"),
            ("sys/fs/cgroup/cgroup.procs", ""),
            ("sys/fs/cgroup/user.slice/app.scope/memory.max", "max\n"),
            ("sys/fs/cgroup/user.slice/app.scope/memory.current", "700\n"),
        ]);
        assert_eq!(limit(MACHINE, unlimited.path()), MACHINE);
        let wider = root(&[
            ("proc/self/cgroup", "0::/\n"),
            ("sys/fs/cgroup/cgroup.procs", ""),
            ("sys/fs/cgroup/memory.max", "99999\n"),
            ("sys/fs/cgroup/memory.current", "1\n"),
        ]);
        assert_eq!(limit(MACHINE, wider.path()), MACHINE, "a limit beyond the machine is none");
    }

    #[test]
    fn the_tightest_group_on_the_way_up_counts_and_old_pages_of_files_are_free() {
        let nested = root(&[
            ("proc/self/cgroup", "0::/outer/inner\n"),
            ("sys/fs/cgroup/cgroup.procs", ""),
            ("sys/fs/cgroup/outer/memory.max", "4000\n"),
            ("sys/fs/cgroup/outer/memory.current", "3500\n"),
            ("sys/fs/cgroup/outer/memory.stat", "anon 1000\ninactive_file 2000\nactive_file 500\n"),
            ("sys/fs/cgroup/outer/inner/memory.max", "6000\n"),
            ("sys/fs/cgroup/outer/inner/memory.current", "100\n"),
        ]);
        assert_eq!(limit(MACHINE, nested.path()), MachineMemory { free: 2500, total: 4000 });
        let untold = MachineMemory { free: 0, total: 0 };
        assert_eq!(limit(untold, nested.path()), MachineMemory { free: 2500, total: 4000 });
    }

    #[test]
    fn a_container_whose_path_leads_outside_is_known_by_its_mount() {
        for path in ["0::/../../docker/abc\n", "0::/kubepods/pod1/abc\n"] {
            let inside = root(&[
                ("proc/self/cgroup", path),
                ("sys/fs/cgroup/cgroup.procs", ""),
                ("sys/fs/cgroup/memory.max", "3000\n"),
                ("sys/fs/cgroup/memory.current", "1000\n"),
            ]);
            assert_eq!(limit(MACHINE, inside.path()), MachineMemory { free: 2000, total: 3000 }, "{path}");
        }
    }

    #[test]
    fn version_one_is_read_where_it_has_the_memory_controller() {
        let old = root(&[
            ("proc/self/cgroup", "5:cpu,cpuacct:/a\n4:memory:/a\n0::/a\n"),
            ("sys/fs/cgroup/memory/cgroup.procs", ""),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "5000\n"),
            ("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "2000\n"),
            ("sys/fs/cgroup/memory/a/memory.usage_in_bytes", "1500\n"),
            ("sys/fs/cgroup/memory/a/memory.stat", "inactive_file 1\ntotal_inactive_file 300\n"),
        ]);
        assert_eq!(limit(MACHINE, old.path()), MachineMemory { free: 800, total: 2000 });
    }
}
