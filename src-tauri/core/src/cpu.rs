//! Is this processor able to run the program at all?
//!
//! Everything is compiled for x86-64-v3 (see `.cargo/config.toml`): without AVX2 the first such
//! instruction ends the process by SIGILL, with no message. So `main` asks here first. The
//! standard `is_x86_feature_detected!` can't be used: compiled for v3 it is constantly true.

/// `Err` lists, in the names that processor vendors use, what this build needs and the processor lacks.
#[cfg(target_arch = "x86_64")]
pub fn check() -> Result<(), String> {
    let missing = missing(&Cpuid::read());
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing.join(", "))
    }
}

/// Other processors run what they were compiled for.
#[cfg(not(target_arch = "x86_64"))]
pub fn check() -> Result<(), String> {
    Ok(())
}

/// Are there instructions for dot products of bytes (VNNI)? The engine computes Q8_0 in another order with them. They are
/// beyond what everything is compiled for, so here the standard macro can be asked.
#[cfg(target_arch = "x86_64")]
pub fn multiplies_bytes() -> bool {
    let wide = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni");
    wide || is_x86_feature_detected!("avxvnni")
}

/// Are there instructions for products of whole tiles of bytes (AMX)? The engine keeps a third form of Q4_K for them
/// (candle 0.11, `repack_x86.rs`, `amx_available`), on Linux alone. Bits 24 and 25 of EDX in leaf 7 of CPUID: AMX-TILE and
/// AMX-INT8 (Intel SDM volume 2A).
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
pub fn multiplies_tiles() -> bool {
    let tiles = 1 << 24 | 1 << 25;
    let wide = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni");
    // With AVX-512 there is a leaf 7.
    wide && std::arch::x86_64::__cpuid_count(7, 0).edx & tiles == tiles
}

/// Elsewhere the engine does not use them.
#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
pub fn multiplies_tiles() -> bool {
    false
}

/// On other processors nothing depends on it.
#[cfg(not(target_arch = "x86_64"))]
pub fn multiplies_bytes() -> bool {
    false
}

/// The registers of CPUID that say which instructions exist
/// (Intel SDM volume 2A, "CPUID"; leaves 1, 7 and 0x8000_0001).
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy, Default)]
struct Cpuid {
    leaf1_ecx: u32,
    leaf7_ebx: u32,
    extended_ecx: u32,
    /// XCR0: which register files the operating system saves.
    saved_state: u64,
}

#[cfg(target_arch = "x86_64")]
impl Cpuid {
    fn read() -> Self {
        use std::arch::x86_64::{__cpuid, __cpuid_count};
        let max = __cpuid(0).eax;
        let max_extended = __cpuid(0x8000_0000).eax;
        let leaf1_ecx = __cpuid(1).ecx;
        Self {
            leaf1_ecx,
            leaf7_ebx: if max >= 7 { __cpuid_count(7, 0).ebx } else { 0 },
            extended_ecx: if max_extended >= 0x8000_0001 { __cpuid(0x8000_0001).ecx } else { 0 },
            saved_state: if leaf1_ecx & OSXSAVE != 0 { xcr0() } else { 0 },
        }
    }
}

#[cfg(target_arch = "x86_64")]
const OSXSAVE: u32 = 1 << 27;

/// Reads XCR0. Only to be called where CPUID reports OSXSAVE.
#[cfg(target_arch = "x86_64")]
fn xcr0() -> u64 {
    let (low, high): (u32, u32);
    // SAFETY: XGETBV with ECX = 0 exists wherever OSXSAVE is set, which the caller has checked;
    // it reads a register and touches no memory.
    unsafe {
        std::arch::asm!("xgetbv", in("ecx") 0, out("eax") low, out("edx") high, options(nomem, nostack));
    }
    u64::from(high) << 32 | u64::from(low)
}

#[cfg(target_arch = "x86_64")]
fn missing(cpu: &Cpuid) -> Vec<&'static str> {
    let needed = [
        ("SSE4.2", cpu.leaf1_ecx & (1 << 20) != 0),
        ("FMA", cpu.leaf1_ecx & (1 << 12) != 0),
        ("MOVBE", cpu.leaf1_ecx & (1 << 22) != 0),
        ("F16C", cpu.leaf1_ecx & (1 << 29) != 0),
        // AVX needs the operating system to save the wide registers: XCR0 bits 1 and 2.
        ("AVX", cpu.leaf1_ecx & (1 << 28) != 0 && cpu.saved_state & 6 == 6),
        ("BMI1", cpu.leaf7_ebx & (1 << 3) != 0),
        ("AVX2", cpu.leaf7_ebx & (1 << 5) != 0),
        ("BMI2", cpu.leaf7_ebx & (1 << 8) != 0),
        ("LZCNT", cpu.extended_ecx & (1 << 5) != 0),
    ];
    needed.into_iter().filter(|(_, there)| !there).map(|(name, _)| name).collect()
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    #[test]
    fn the_processor_that_runs_the_tests_is_good_enough() {
        assert_eq!(check(), Ok(()));
    }

    #[test]
    fn an_old_processor_is_told_what_it_lacks() {
        assert_eq!(missing(&Cpuid::default()).len(), 9);
        let all = Cpuid { leaf1_ecx: !0, leaf7_ebx: !0, extended_ecx: !0, saved_state: 7 };
        assert!(missing(&all).is_empty());
        let without_avx2 = Cpuid { leaf7_ebx: !(1 << 5), ..all };
        assert_eq!(missing(&without_avx2), ["AVX2"]);
        let system_does_not_save_avx = Cpuid { saved_state: 1, ..all };
        assert_eq!(missing(&system_does_not_save_avx), ["AVX"]);
    }
}
