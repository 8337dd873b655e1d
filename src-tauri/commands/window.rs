//! What happens to the window rather than in it: how it opens, dropped files, a second start, a notice, the end.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tauri::{
    AppHandle, DragDropEvent, Manager, RunEvent, UserAttentionType, WebviewWindow, WebviewWindowBuilder,
    Window, WindowEvent,
};

use super::broadcast::send;
use super::first_frame::{self, DARK, LIGHT};
use super::{fonts, painting, settings, Reply};
use crate::app::{texts, App};
use crate::cli::{self, Invocation};
use crate::contract::{AppEvent, Motion, Theme};
use crate::graphics::{self, Remedy, Wish};
use crate::opening::Opened;

/// The label of the one window in `tauri.conf.json`.
const MAIN: &str = "main";

/// Is there a screen? To be asked before a window is made: without one that ends the process.
///
/// # Errors
/// What is missing, for the terminal.
#[cfg(target_os = "linux")]
pub fn display() -> Result<(), String> {
    let there =
        ["WAYLAND_DISPLAY", "DISPLAY"].map(|name| std::env::var_os(name).is_some_and(|it| !it.is_empty()));
    gtk::init().map_err(|_| match there {
        [false, false] => "WAYLAND_DISPLAY, DISPLAY".into(),
        [true, _] => "WAYLAND_DISPLAY".into(),
        [false, true] => "DISPLAY".into(),
    })
}

#[cfg(not(target_os = "linux"))]
pub fn display() -> Result<(), String> {
    Ok(())
}

/// Opens the one window, in the user's colours from its first frame on.
///
/// # Errors
/// What the system says.
pub fn open(handle: &AppHandle, app: &App) -> tauri::Result<()> {
    let Some(config) = handle.config().app.windows.iter().find(|window| window.label == MAIN) else {
        return Ok(());
    };
    #[cfg(target_os = "linux")]
    super::caret::stand_still();
    let look = tauri::async_runtime::block_on(app.look());
    let theme = look.theme;
    let mut builder = WebviewWindowBuilder::from_config(handle, config)?;
    builder = match theme {
        Theme::System => builder,
        // Known to the page before its style sheet is: else it would flash in the system's colours.
        Theme::Light => builder.background_color(LIGHT).initialization_script(script("theme", "light")),
        Theme::Dark => builder.background_color(DARK).initialization_script(script("theme", "dark")),
    };
    if look.motion == Motion::Reduced {
        builder = builder.initialization_script(script("motion", "reduced"));
    }
    builder = builder.initialization_script(painting::script());
    let window = builder.on_page_load(|_, _| painting::page_loading()).build()?;
    painting::watch(&window);
    fonts::look(&window);
    settings::apply(look.zoom, &window);
    let is_dark = match theme {
        Theme::System => desktop_is_dark(&window)?,
        Theme::Light => false,
        Theme::Dark => true,
    };
    if theme == Theme::System {
        window.set_background_color(Some(if is_dark { DARK } else { LIGHT }))?;
    }
    first_frame::begin(&window, is_dark, look.zoom.factor())
}

/// As the web view sees it: on GTK a theme named by the environment comes before the desktop's.
fn desktop_is_dark(window: &WebviewWindow) -> tauri::Result<bool> {
    match std::env::var("GTK_THEME") {
        Ok(theme) if cfg!(target_os = "linux") => {
            let theme = theme.to_lowercase();
            Ok(theme.ends_with("-dark") || theme.ends_with(":dark"))
        }
        _ => Ok(window.theme()? == tauri::Theme::Dark),
    }
}

/// Says something of the page's look to its style sheet (`data-KEY`).
fn script(key: &str, value: &str) -> String {
    format!(
        "{{ const set = () => {{ document.documentElement.dataset.{key} = '{value}'; }};
           document.documentElement ? set() : addEventListener('DOMContentLoaded', set); }}"
    )
}

/// Something has ended that took its time. Where the user looks at another window, this one's title says so, and
/// the task bar points at it, until they come back.
#[tauri::command]
pub async fn window_notice(title: String, window: WebviewWindow) -> Reply<()> {
    if window.is_focused().unwrap_or(true) {
        return Ok(());
    }
    // Where a desktop has no task bar, the title is all there is.
    let told = window.set_title(&title);
    let told = told.and_then(|()| window.request_user_attention(Some(UserAttentionType::Informational)));
    if let Err(error) = told {
        tracing::debug!(%error, "nobody was told");
    }
    Ok(())
}

/// The user came back: whatever [`window_notice`] did is undone.
fn on_focus(window: &Window) {
    let config = window.app_handle().config().app.windows.iter().find(|config| config.label == MAIN);
    if let Some(config) = config {
        let undone = window.set_title(&config.title).and_then(|()| window.request_user_attention(None));
        if let Err(error) = undone {
            tracing::debug!(%error, "a notice stays");
        }
    }
}

/// A file held over the window, or dropped on it; the user coming back to it.
pub fn on_window_event(window: &Window, event: &WindowEvent) {
    let event = match event {
        WindowEvent::Focused(true) => return on_focus(window),
        WindowEvent::DragDrop(event) => event,
        _ => return,
    };
    let handle = window.app_handle();
    match event {
        DragDropEvent::Enter { .. } => send(handle, AppEvent::DragHover { over: true }),
        DragDropEvent::Leave => send(handle, AppEvent::DragHover { over: false }),
        DragDropEvent::Drop { paths, .. } => {
            send(handle, AppEvent::DragHover { over: false });
            open_dropped(handle, paths.clone());
        }
        _ => {}
    }
}

/// A model, or conversations: that is decided by what is in the files, which takes its time.
fn open_dropped(handle: &AppHandle, paths: Vec<PathBuf>) {
    let (handle, app) = (handle.clone(), handle.state::<Arc<App>>().inner().clone());
    tauri::async_runtime::spawn(async move {
        let event = match app.opens(paths).await {
            Some(Opened::Model(path)) => AppEvent::OpenPath { path: path.to_string_lossy().into_owned() },
            Some(Opened::Conversations(paths)) => AppEvent::ImportPath { paths: texts(&paths) },
            None => return,
        };
        send(&handle, event);
    });
}

/// The app was started again: this window comes to the front, and opens what was named there.
pub fn on_second_start(handle: &AppHandle, arguments: Vec<String>, folder: &Path) {
    if let Some(window) = handle.get_webview_window(MAIN) {
        // A window manager that refuses costs nothing but convenience.
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
    let Invocation::Run { open_path, graphics } = cli::parse(arguments, folder) else { return };
    if let Some(path) = open_path {
        open_dropped(handle, vec![PathBuf::from(path)]);
    }
    // Whoever asks for this looks at a blank window.
    if graphics == Wish::Safe && graphics::decision().remedy < Remedy::Software {
        let handle = handle.clone();
        tauri::async_runtime::spawn(async move { painting::restart(&handle, Remedy::Software).await });
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
        if let Err(error) = graphics::note_end(app.data_folder()) {
            tracing::debug!(%error, "not noted that the app ended in order");
        }
        handle.exit(0);
    });
}
