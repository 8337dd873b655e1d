//! The rare news that every view may want, as events of one name.

use std::sync::Arc;
use std::time::Duration;

use tauri::{AppHandle, Emitter};
use tokio::time::timeout;

use crate::app::App;
use crate::contract::{AppEvent, ModelState};

/// The name of the event that carries every [`AppEvent`].
pub const EVENT: &str = "vitrine";
/// Progress is told at most this often.
const PROGRESS: Duration = Duration::from_millis(100);

/// Sends one event to the window.
pub fn send(handle: &AppHandle, event: AppEvent) {
    if let Err(error) = handle.emit(EVENT, event) {
        tracing::warn!(%error, "an event reached nobody");
    }
}

/// Sends every change of the model slot and of the list of conversations from now on.
pub fn start(handle: &AppHandle, app: &Arc<App>) {
    tauri::async_runtime::spawn(model_states(handle.clone(), app.clone()));
    tauri::async_runtime::spawn(history_changes(handle.clone(), app.clone()));
}

async fn model_states(handle: AppHandle, app: Arc<App>) {
    let mut states = app.supervisor.subscribe();
    while states.changed().await.is_ok() {
        let active = Box::new(states.borrow_and_update().clone());
        let loading = matches!(*active, ModelState::Loading { .. });
        send(&handle, AppEvent::ModelState { active });
        if loading {
            // The end of loading is told at once; more progress can wait.
            let over = |state: &ModelState| !matches!(state, ModelState::Loading { .. });
            let is_over = matches!(timeout(PROGRESS, states.wait_for(over)).await, Ok(Ok(_)));
            if is_over {
                states.mark_changed();
            }
        }
    }
}

async fn history_changes(handle: AppHandle, app: Arc<App>) {
    let mut changes = app.history.changes();
    while changes.changed().await.is_ok() {
        send(&handle, AppEvent::HistoryChanged);
    }
}
