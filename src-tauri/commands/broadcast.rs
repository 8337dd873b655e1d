//! The rare news that every view may want, as events of one name.

use std::sync::Arc;
use std::time::Duration;

use tauri::{AppHandle, Emitter};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::app::App;
use crate::contract::{AppEvent, DuplicateState, ModelState, ScanState};

/// The name of the event that carries every [`AppEvent`].
pub const EVENT: &str = "vitrine";
/// Progress is told at most this often.
const PROGRESS: Duration = Duration::from_millis(100);
/// So are the scan of the library and the search for duplicates.
const SCAN: Duration = Duration::from_millis(250);

/// Sends one event to the window.
pub fn send(handle: &AppHandle, event: AppEvent) {
    if let Err(error) = handle.emit(EVENT, event) {
        tracing::warn!(%error, "an event reached nobody");
    }
}

/// Sends every change of the model slot and of the list of conversations from now on.
pub fn start(handle: &AppHandle, app: &Arc<App>) {
    let (first, second) = (app.supervisor.subscribe(), app.second.subscribe());
    let first_event = |active| AppEvent::ModelState { active };
    tauri::async_runtime::spawn(model_states(handle.clone(), first, first_event));
    let second_event = |state| AppEvent::SecondModel { state };
    tauri::async_runtime::spawn(model_states(handle.clone(), second, second_event));
    tauri::async_runtime::spawn(history_changes(handle.clone(), app.clone()));
    tauri::async_runtime::spawn(history_states(handle.clone(), app.clone()));
    tauri::async_runtime::spawn(scans(handle.clone(), app.clone()));
    tauri::async_runtime::spawn(searches(handle.clone(), app.clone()));
    let tended = app.clone();
    tauri::async_runtime::spawn(async move { tended.conversations.tend().await });
    let app = app.clone();
    tauri::async_runtime::spawn(async move { app.note_failures().await });
}

async fn model_states(
    handle: AppHandle,
    mut states: watch::Receiver<ModelState>,
    event: fn(Box<ModelState>) -> AppEvent,
) {
    while states.changed().await.is_ok() {
        let active = Box::new(states.borrow_and_update().clone());
        let loading = matches!(*active, ModelState::Loading { .. });
        send(&handle, event(active));
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

async fn history_states(handle: AppHandle, app: Arc<App>) {
    let mut states = app.history.states();
    while states.changed().await.is_ok() {
        let state = Box::new(states.borrow_and_update().clone());
        send(&handle, AppEvent::HistoryStood { state });
    }
}

/// The end of a scan is told at once, its progress every now and then.
async fn scans(handle: AppHandle, app: Arc<App>) {
    let mut scans = app.library.scans();
    while scans.changed().await.is_ok() {
        let scan = *scans.borrow_and_update();
        send(&handle, AppEvent::Library { scan });
        let over = |state: &ScanState| matches!(state, ScanState::Done { .. } | ScanState::Stopped);
        if !over(&scan) && matches!(timeout(SCAN, scans.wait_for(over)).await, Ok(Ok(_))) {
            scans.mark_changed();
        }
    }
}

async fn searches(handle: AppHandle, app: Arc<App>) {
    let mut searches = app.library.searches();
    while searches.changed().await.is_ok() {
        let duplicates = searches.borrow_and_update().clone();
        let going_on = matches!(duplicates, DuplicateState::Hashing { .. });
        send(&handle, AppEvent::Duplicates { duplicates });
        let over = |state: &DuplicateState| !matches!(state, DuplicateState::Hashing { .. });
        if going_on && matches!(timeout(SCAN, searches.wait_for(over)).await, Ok(Ok(_))) {
            searches.mark_changed();
        }
    }
}
