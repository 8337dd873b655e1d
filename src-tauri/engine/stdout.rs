//! What comes out of a worker's stdout: lines that are JSON-RPC, and what to make of others.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::mpsc;
use vitrine_core::protocol::{ErrorKind, Incoming, Notification, Outgoing, RequestId, RpcError};

/// Bytes that one line may have: a token with the raw logits of a large vocabulary has 3 MB.
pub const LONGEST_LINE: u64 = 64 * 1024 * 1024;
/// Bytes of a line that was not understood that go into the log.
const SHOWN: usize = 200;

/// Reads a line.
///
/// An answer that has an id but is not understood otherwise (an error kind from another version
/// of the worker) becomes an error to whoever asked, who would wait in vain.
///
/// # Errors
/// Why it is no JSON-RPC.
pub fn parse(line: &[u8]) -> Result<Incoming, String> {
    serde_json::from_slice(line).or_else(|reason| {
        let id = serde_json::from_slice::<Value>(line)
            .ok()
            .and_then(|value| value.get("id").and_then(Value::as_i64))
            .ok_or_else(|| reason.to_string())?;
        let text = String::from_utf8_lossy(line).trim().to_owned();
        let error = RpcError::new(ErrorKind::EngineFailed, text);
        match Outgoing::error(Some(RequestId::Number(id)), error) {
            Outgoing::Response(response) => Ok(Incoming::Response(response)),
            Outgoing::Notification(_) => Err(reason.to_string()),
        }
    })
}

/// For the log: the beginning of a line that some library printed where only JSON-RPC belongs.
pub fn describe_garbage(line: &[u8], reason: &str) -> Vec<u8> {
    let shown = String::from_utf8_lossy(&line[..line.len().min(SHOWN)]);
    format!("[stdout, not JSON-RPC: {reason}] {}\n", shown.trim_end()).into_bytes()
}

/// Who listens to notifications. Everybody gets all of them; a token is never dropped.
#[derive(Debug, Clone)]
pub struct Subscribers {
    /// `None` once the worker has ended.
    senders: Arc<Mutex<Option<Vec<mpsc::UnboundedSender<Notification>>>>>,
}

impl Subscribers {
    pub fn new() -> Self {
        Self { senders: Arc::new(Mutex::new(Some(Vec::new()))) }
    }

    /// From now on until the worker ends.
    pub fn add(&self) -> mpsc::UnboundedReceiver<Notification> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut senders = self.senders.lock().expect("no panic while holding the list");
        if let Some(senders) = senders.as_mut() {
            senders.push(sender);
        }
        receiver
    }

    pub fn send(&self, notification: &Notification) {
        let mut senders = self.senders.lock().expect("no panic while holding the list");
        if let Some(senders) = senders.as_mut() {
            senders.retain(|sender| sender.send(notification.clone()).is_ok());
        }
    }

    /// Everybody's channel ends.
    pub fn close(&self) {
        self.senders.lock().expect("no panic while holding the list").take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_with_an_unknown_error_still_reaches_who_asked() {
        let line = br#"{"jsonrpc":"2.0","id":4,"error":{"code":-1,"message":"?","data":{"kind":"from_the_future"}}}"#;
        let Ok(Incoming::Response(response)) = parse(line) else {
            panic!("an answer");
        };
        assert_eq!(response.id, Some(RequestId::Number(4)));
        assert_eq!(response.error.expect("an error").kind(), ErrorKind::EngineFailed);
    }

    #[test]
    fn garbage_is_garbage() {
        for line in [&b"loading...\n"[..], b"", b"{}", b"[1,2]", b"\xff\xfe", b"{\"id\":"] {
            assert!(parse(line).is_err(), "{line:?}");
        }
    }
}
