//! Previews of the coming turn while the user types: one is being made, and the newest waits for its turn.
//!
//! With a long text attached, one takes a second and more, and the worker makes them one after the other. Were every pause in
//! typing to ask for one, a question that is sent would stand behind all of them.

use tokio::sync::{watch, Mutex, MutexGuard};

use crate::Error;

/// The way to the worker for previews.
#[derive(Debug, Default)]
pub struct Previews {
    newest: watch::Sender<u64>,
    one: Mutex<()>,
}

impl Previews {
    /// Waits until no other preview is being made. The next one may begin when the guard is dropped.
    ///
    /// # Errors
    /// [`Error::Cancelled`] where a newer one came meanwhile.
    pub async fn turn(&self) -> Result<MutexGuard<'_, ()>, Error> {
        let mut mine = 0;
        self.newest.send_modify(|newest| {
            *newest += 1;
            mine = *newest;
        });
        let mut newest = self.newest.subscribe();
        let overtaken = async {
            // The sender lives as long as `self`, so it ends only with a newer one.
            let _ = newest.wait_for(|newest| *newest != mine).await;
        };
        tokio::select! {
            biased;
            () = overtaken => Err(Error::Cancelled),
            guard = self.one.lock() => Ok(guard),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn one_is_made_the_newest_waits_and_those_between_are_dropped() {
        let previews = Arc::new(Previews::default());
        let first = previews.turn().await.expect("nothing is being made");
        let wait = || {
            let previews = previews.clone();
            tokio::spawn(async move { previews.turn().await.map(drop) })
        };
        let mut waiting = Vec::new();
        for number in 2..=5 {
            waiting.push(wait());
            // Each has asked before the next does.
            let mut newest = previews.newest.subscribe();
            newest.wait_for(|newest| *newest == number).await.expect("it lives");
        }
        let last = waiting.pop().expect("four wait");
        for overtaken in waiting {
            let dropped = overtaken.await.expect("no panic").expect_err("overtaken");
            assert!(dropped.is_cancelled());
        }
        assert!(!last.is_finished(), "the first is still being made");
        drop(first);
        last.await.expect("no panic").expect("its turn");
        drop(previews.turn().await.expect("nothing is being made"));
    }
}
