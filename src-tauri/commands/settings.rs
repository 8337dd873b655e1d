//! What the UI asks first, and what the user sets.

use std::path::PathBuf;

use tauri::WebviewWindow;
use vitrine_core::protocol::Sandbox;

use super::{first_frame, fonts, Core, Reply};
use crate::blocking::blocking;
use crate::contract::{Licences, Settings, SettingsPart, StartUp, Zoom};
use crate::Error;

/// Everything that the first frame needs. The window takes the size that the user gave it.
#[tauri::command]
pub async fn start_up(app: Core<'_>, window: WebviewWindow) -> Reply<StartUp> {
    let mut start = app.start_up().await;
    start.missing_font = fonts::missing(app.data_folder());
    first_frame::end(&window);
    apply(start.settings.zoom, &window);
    Ok(start)
}

/// Saved at once, and applied to the window; gives back what is in force.
#[tauri::command]
pub async fn settings_set(settings: Settings, app: Core<'_>, window: WebviewWindow) -> Reply<Settings> {
    let saved = app.set_settings(settings).await?;
    apply(saved.zoom, &window);
    Ok(saved)
}

/// Puts a part back as it came; saved and applied as [`settings_set`] does.
#[tauri::command]
pub async fn settings_reset(part: SettingsPart, app: Core<'_>, window: WebviewWindow) -> Reply<Settings> {
    let saved = app.reset_settings(part).await?;
    apply(saved.zoom, &window);
    Ok(saved)
}

/// The licences that came with the package.
#[tauri::command]
pub async fn licences(app: Core<'_>) -> Reply<Licences> {
    Ok(app.licences().await?)
}

/// The web view's own zoom: it enlarges all there is, and the layout follows as in a smaller window.
pub fn apply(zoom: Zoom, window: &WebviewWindow) {
    if let Err(error) = window.set_zoom(zoom.factor()) {
        tracing::warn!(%error, "the window keeps its size of text");
    }
}

/// Opens the folder of history and settings in the system's file manager.
#[tauri::command]
pub async fn data_show(app: Core<'_>) -> Reply<()> {
    show(app.data_folder().to_owned()).await
}

/// Opens a folder in the system's file manager.
pub async fn show(path: PathBuf) -> Reply<()> {
    let shown = path.clone();
    // It talks to other programs and waits for them.
    let open = move || tauri_plugin_opener::open_path(&shown, None::<&str>).map_err(std::io::Error::other);
    let opened = blocking("showing a folder", open).await?;
    Ok(opened.map_err(|source| Error::Io { action: "showing", path, source })?)
}

/// What the system keeps workers from.
#[tauri::command]
pub async fn sandbox(app: Core<'_>) -> Reply<Sandbox> {
    Ok(app.sandbox().await?)
}
