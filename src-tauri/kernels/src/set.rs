//! Which instructions are used: one value, chosen once, that every kernel goes by.

use std::fmt;
use std::str::FromStr;

#[cfg(target_arch = "x86_64")]
use crate::lanes::{Avx2, Avx512Vnni};
use crate::lanes::{Lanes, Portable};

/// Instructions that kernels are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InstructionSet {
    /// Plain Rust, which the compiler vectorises as it can. Runs everywhere.
    Portable,
    /// x86-64: AVX2, FMA and F16C.
    Avx2,
    /// x86-64: AVX-512 (F, BW, VL, DQ) with VNNI.
    Avx512Vnni,
}

/// This processor lacks an instruction set, or it has no such name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotHere {
    #[error("this processor has no {0}")]
    Lacking(InstructionSet),
    #[error("no instruction set is called {0:?} (there are portable, avx2, avx512)")]
    Unknown(String),
}

/// Work that is written once over [`Lanes`] and run on any set. Implementations mark `on` as `#[inline(always)]`, so that it is
/// compiled inside of a function that has the set's instructions.
pub(crate) trait Task {
    type Output;
    fn on<S: Lanes>(self) -> Self::Output;
}

impl InstructionSet {
    /// All, the plainest first.
    pub const ALL: [Self; 3] = [Self::Portable, Self::Avx2, Self::Avx512Vnni];

    /// Can this processor run it?
    pub fn is_here(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => {
                is_x86_feature_detected!("avx2")
                    && is_x86_feature_detected!("fma")
                    && is_x86_feature_detected!("f16c")
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni => {
                Self::Avx2.is_here()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vnni")
            }
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512Vnni => false,
        }
    }

    /// Were the tests of this crate run on it, on the kind of processor that this program is built for? A set that was not is
    /// used by nobody who does not ask for it by name.
    pub fn is_proven(self) -> bool {
        // All three were run on an AMD EPYC with AVX-512 and VNNI. On other architectures nobody has run anything yet.
        cfg!(target_arch = "x86_64")
    }

    /// The best proven set of this processor; `None` where no proven one is here.
    pub fn best() -> Option<Self> {
        Self::ALL.into_iter().rev().find(|set| set.is_here() && set.is_proven())
    }

    /// Runs `task` with this set's instructions.
    ///
    /// The set must be one that [`is_here`](Self::is_here): [`Kernels`](crate::Kernels) sees to that.
    #[inline]
    pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
        debug_assert!(self.is_here());
        match self {
            Self::Portable => task.on::<Portable>(),
            // SAFETY: the processor has these instructions, as `Kernels` found when it was made.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { on_avx2(task) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni => unsafe { on_avx512(task) },
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512Vnni => unreachable!("not a set of this architecture"),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn on_avx2<T: Task>(task: T) -> T::Output {
    task.on::<Avx2>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
unsafe fn on_avx512<T: Task>(task: T) -> T::Output {
    task.on::<Avx512Vnni>()
}

impl fmt::Display for InstructionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512Vnni => "avx512",
        })
    }
}

impl FromStr for InstructionSet {
    type Err = NotHere;

    /// The set of this name, whether it is proven or not.
    fn from_str(name: &str) -> Result<Self, NotHere> {
        let found = Self::ALL.into_iter().find(|set| set.to_string() == name);
        let set = found.ok_or_else(|| NotHere::Unknown(name.into()))?;
        if set.is_here() {
            Ok(set)
        } else {
            Err(NotHere::Lacking(set))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_is_found_by_the_name_that_it_shows() {
        for set in InstructionSet::ALL {
            let expected = if set.is_here() { Ok(set) } else { Err(NotHere::Lacking(set)) };
            assert_eq!(set.to_string().parse(), expected);
        }
        assert_eq!("sse9".parse::<InstructionSet>(), Err(NotHere::Unknown("sse9".into())));
    }

    #[test]
    fn what_is_chosen_is_here_and_proven() {
        let best = InstructionSet::best();
        assert!(best.is_none_or(|set| set.is_here() && set.is_proven()));
        assert_eq!(best.is_some(), cfg!(target_arch = "x86_64"));
    }
}
