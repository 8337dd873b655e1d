//! Landlock: which files this process can reach (Linux, `landlock(7)`).

use std::path::Path;

use landlock::{
    make_bitflags, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, LandlockStatus,
    PathBeneath, PathFd, RestrictionStatus, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr,
    RulesetStatus, Scope, ABI,
};
use vitrine_core::protocol::Landlock;

use super::rights::Rights;

/// The newest version whose rights are asked for. Older kernels enforce what they know.
const NEWEST: ABI = ABI::V6;
/// From here on a file can neither be read, written, made, removed nor cut short.
const COMPLETE: ABI = ABI::V3;

/// What this kernel can do. Asks with an empty ruleset, which confines nothing.
pub fn available() -> Landlock {
    // SAFETY: with a null pointer and this flag the call only returns a version (landlock_create_ruleset(2)).
    let version = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            std::ptr::null::<libc::c_void>(),
            0usize,
            // LANDLOCK_CREATE_RULESET_VERSION
            1u32,
        )
    };
    match version {
        i64::MIN..=0 => Landlock::None,
        1 | 2 => Landlock::Partial,
        _ => Landlock::Full,
    }
}

/// Confines the calling thread and all threads that it will start.
///
/// # Errors
/// In words; nothing is confined then.
pub fn confine(rights: &Rights) -> Result<Landlock, String> {
    let threads = std::fs::read_dir("/proc/self/task").map_or(1, Iterator::count);
    let status = restrict(rights).map_err(|error| error.to_string())?;
    let complete = match status.landlock {
        LandlockStatus::Available { effective_abi, .. } => effective_abi >= COMPLETE,
        LandlockStatus::NotEnabled | LandlockStatus::NotImplemented => false,
    };
    Ok(match status.ruleset {
        RulesetStatus::NotEnforced => Landlock::None,
        // Threads that were there before are as free as they were.
        _ if threads > 1 || !complete => Landlock::Partial,
        RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced => Landlock::Full,
    })
}

fn restrict(rights: &Rights) -> Result<RestrictionStatus, landlock::RulesetError> {
    let everything = AccessFs::from_all(NEWEST);
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(everything)?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?;
    for path in &rights.read {
        let access = if path.is_dir() {
            make_bitflags!(AccessFs::{ReadFile | ReadDir})
        } else {
            AccessFs::ReadFile.into()
        };
        ruleset = allow(ruleset, path, access)?;
    }
    for path in &rights.list {
        ruleset = allow(ruleset, path, AccessFs::ReadDir.into())?;
    }
    for path in &rights.write {
        ruleset = allow(ruleset, path, everything & !BitFlags::from(AccessFs::Execute))?;
    }
    ruleset.restrict_self()
}

/// What vanished meanwhile needs no right.
fn allow(
    ruleset: RulesetCreated,
    path: &Path,
    access: BitFlags<AccessFs>,
) -> Result<RulesetCreated, landlock::RulesetError> {
    match PathFd::new(path) {
        Ok(place) => ruleset.add_rule(PathBeneath::new(place, access)),
        Err(_) => Ok(ruleset),
    }
}
