//! Standard output: whole lines, from any thread.

use std::io::Write;

use serde::Serialize;
use serde_json::Value;
use vitrine_core::protocol::{Outgoing, RequestId, RpcError};

/// Writes one line and flushes it. When nobody reads any more, there is nobody to work for.
fn write(message: &Outgoing) {
    let mut line = serde_json::to_vec(message).expect("protocol types serialize");
    line.push(b'\n');
    let mut stdout = std::io::stdout().lock();
    if stdout.write_all(&line).and_then(|()| stdout.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Sends a notification.
pub fn notify(method: &str, params: &impl Serialize) {
    write(&Outgoing::notification(method, params));
}

/// Answers a request. A request without an id is a notification and gets no answer.
pub fn answer(id: Option<RequestId>, result: Result<Value, RpcError>) {
    match (id, result) {
        (Some(id), Ok(result)) => write(&Outgoing::result(Some(id), result)),
        (Some(id), Err(error)) => write(&Outgoing::error(Some(id), error)),
        (None, Ok(_)) => {}
        (None, Err(error)) => eprintln!("vitrine-worker: a notification failed: {error}"),
    }
}

/// Answers a line that is no request; `id` is null where it could not be read far enough to know it.
pub fn refuse(id: Option<RequestId>, error: RpcError) {
    write(&Outgoing::error(id, error));
}
