//! The same question to several models, one after the other.

use tauri::ipc::Channel;

use super::{Core, Reply};
use crate::contract::{RelayEvent, RelayRequest};

/// One round. Events go through the channel; resolves when every model is done.
#[tauri::command]
pub async fn relay_run(request: RelayRequest, channel: Channel<RelayEvent>, app: Core<'_>) -> Reply<()> {
    let sink = move |event| {
        // The page may be gone (a reload); the round ends by itself.
        if let Err(error) = channel.send(event) {
            tracing::debug!(%error, "nobody listens to the round");
        }
    };
    Ok(app.relay.run(request, Box::new(sink)).await?)
}

/// Stops the round that is going on.
#[tauri::command]
pub async fn relay_stop(app: Core<'_>) -> Reply<()> {
    app.relay.stop();
    Ok(())
}
