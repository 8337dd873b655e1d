//! Runs before everything else in a program that is linked with it: says which instructions the processor lacks, and
//! ends the program before it meets one of them.
//!
//! Rust can't do this for itself. All of it is compiled for x86-64-v3, and the compiler uses the wide registers for what
//! copies a few words, before `main` has asked anything. So this is C, compiled for the oldest 64-bit processor, and
//! called by the loader (`first.c`). Elsewhere than on Unix with x86-64, `vitrine_core::cpu::check` is all there is.

/// Keeps `first.c` in the program: what nobody calls is not linked.
#[inline(never)]
pub fn link() {
    #[cfg(all(unix, target_arch = "x86_64"))]
    // SAFETY: it takes and returns nothing.
    unsafe {
        vitrine_processor_link();
    }
}

#[cfg(all(unix, target_arch = "x86_64"))]
unsafe extern "C" {
    fn vitrine_processor_link();
}
