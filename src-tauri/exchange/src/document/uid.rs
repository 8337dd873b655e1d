//! The names that conversations and messages keep wherever they go: 128 bits, as 32 hex digits.

use sha2::{Digest, Sha256};

/// A new one, at random. Never twice, on any machine.
///
/// # Panics
/// Where the system has no random numbers to give: nothing else works there either.
pub fn fresh_uid() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system gives random numbers");
    hex::encode(bytes)
}

/// The same parts give the same name: of what came from another app, which has names of its own. The beginning of
/// SHA-256 over the parts, each with its length before it.
pub fn derived_uid(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(&hash.finalize()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_ones_differ_and_derived_ones_do_not() {
        let many: std::collections::HashSet<_> = (0..1000).map(|_| fresh_uid()).collect();
        assert_eq!(many.len(), 1000);
        assert!(many.iter().all(|uid| uid.len() == 32));
        assert_eq!(derived_uid(&["a", "b"]), derived_uid(&["a", "b"]));
        assert_ne!(derived_uid(&["ab", ""]), derived_uid(&["a", "b"]));
    }
}
