//! Work that waits for a disk or for other programs, away from the async threads.

use crate::Error;

/// Runs `work` on a thread that may wait. `doing` names it in the technical detail.
///
/// # Errors
/// [`Error::Internal`] where `work` panicked: a fault of the app, and no reason to end it.
pub async fn blocking<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|panic| {
        tracing::error!(%panic, doing, "a fault of the app");
        Error::Internal { doing, detail: panic.to_string() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{ErrorCode, ShellErrorCode};

    #[tokio::test]
    async fn a_panic_is_told_as_a_fault_of_the_app_whatever_was_being_done() {
        let done = blocking("counting", || 7).await;
        assert_eq!(done.expect("no panic"), 7);
        let failed = blocking("counting", || -> u32 { panic!("off by one") }).await;
        let error = failed.expect_err("it panicked");
        assert_eq!(error.code(), ErrorCode::Shell(ShellErrorCode::Internal));
        let told = error.to_string();
        assert!(told.contains("counting") && told.contains("off by one"), "{told}");
    }
}
