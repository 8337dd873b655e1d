//! What happens to the window rather than in it: dropped files, a second start, the end.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tauri::{AppHandle, DragDropEvent, Manager, RunEvent, Window, WindowEvent};

use super::broadcast::send;
use crate::app::App;
use crate::cli::{self, Invocation};
use crate::contract::AppEvent;

/// The label of the one window in `tauri.conf.json`.
const MAIN: &str = "main";

/// A file held over the window, or dropped on it.
pub fn on_window_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::DragDrop(event) = event else {
        return;
    };
    let handle = window.app_handle();
    match event {
        DragDropEvent::Enter { .. } => send(handle, AppEvent::DragHover { over: true }),
        DragDropEvent::Leave => send(handle, AppEvent::DragHover { over: false }),
        DragDropEvent::Drop { paths, .. } => {
            send(handle, AppEvent::DragHover { over: false });
            open_first(handle, paths);
        }
        _ => {}
    }
}

fn open_first(handle: &AppHandle, paths: &[PathBuf]) {
    if let Some(path) = paths.first() {
        let path = path.to_string_lossy().into_owned();
        send(handle, AppEvent::OpenPath { path });
    }
}

/// The app was started again: this window comes to the front, and opens what was named there.
pub fn on_second_start(handle: &AppHandle, arguments: Vec<String>, folder: &str) {
    if let Some(window) = handle.get_webview_window(MAIN) {
        // A window manager that refuses costs nothing but convenience.
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
    let invocation = cli::parse(arguments.into_iter().skip(1), Path::new(folder));
    if let Invocation::Run { open_path: Some(path) } = invocation {
        send(handle, AppEvent::OpenPath { path });
    }
}

/// The last window is closed: what is being written is saved and the worker ended before the
/// process is.
pub fn on_run_event(handle: &AppHandle, event: RunEvent) {
    // With a code it is our own `exit` below.
    let RunEvent::ExitRequested { code: None, api, .. } = event else {
        return;
    };
    api.prevent_exit();
    let (handle, app) = (handle.clone(), handle.state::<Arc<App>>().inner().clone());
    tauri::async_runtime::spawn(async move {
        app.close().await;
        handle.exit(0);
    });
}
