//! Models on this computer: where they are looked for, and what was found.

use std::path::Path;

use super::{Core, Reply};
use crate::blocking::blocking;
use crate::contract::{LibraryOverview, PreparedModels};
use crate::Error;

/// What was found until now. News come as `library` and `duplicates` events.
#[tauri::command]
pub async fn library_overview(app: Core<'_>) -> Reply<LibraryOverview> {
    Ok(app.library().await)
}

/// Looks again, in the background.
#[tauri::command]
pub async fn library_scan(app: Core<'_>) -> Reply<()> {
    Ok(app.library.scan().await?)
}

/// Stops looking; what was found stays.
#[tauri::command]
pub async fn library_stop(app: Core<'_>) -> Reply<()> {
    app.library.stop_scan();
    Ok(())
}

/// Adds a folder and looks into it.
#[tauri::command]
pub async fn library_add_folder(path: String, app: Core<'_>) -> Reply<()> {
    Ok(app.library.add_folder(path).await?)
}

/// No longer looks into a folder. Nothing in it is touched.
#[tauri::command]
pub async fn library_remove_folder(path: String, app: Core<'_>) -> Reply<()> {
    Ok(app.library.remove_folder(path).await?)
}

/// Takes a model off the list. Its file stays.
#[tauri::command]
pub async fn library_hide(path: String, app: Core<'_>) -> Reply<LibraryOverview> {
    app.library.hide(path).await?;
    Ok(app.library().await)
}

/// Puts a model back on the list; all, where none is named.
#[tauri::command]
pub async fn library_unhide(path: Option<String>, app: Core<'_>) -> Reply<LibraryOverview> {
    app.library.unhide(path).await?;
    Ok(app.library().await)
}

/// Looks for files with the same content, in the background.
#[tauri::command]
pub async fn library_find_duplicates(app: Core<'_>) -> Reply<()> {
    Ok(app.library.find_duplicates().await?)
}

/// Stops looking for them.
#[tauri::command]
pub async fn library_stop_duplicates(app: Core<'_>) -> Reply<()> {
    app.library.stop_duplicates();
    Ok(())
}

/// Shows a file in the system's file manager.
#[tauri::command]
pub async fn show_in_folder(path: String) -> Reply<()> {
    let shown = path.clone();
    // It talks to other programs and waits for them.
    let open = move || {
        if !Path::new(&shown).exists() {
            return Err(std::io::Error::from(std::io::ErrorKind::NotFound));
        }
        tauri_plugin_opener::reveal_item_in_dir(&shown).map_err(std::io::Error::other)
    };
    let opened = blocking("showing a folder", open).await?;
    Ok(opened.map_err(|source| Error::Io { action: "showing", path: path.into(), source })?)
}

/// Models that were written anew for the engine: how many, how large, where.
#[tauri::command]
pub async fn prepared_models(app: Core<'_>) -> Reply<PreparedModels> {
    Ok(app.prepared().await?)
}

/// Removes those of them that no open model uses, and says what is left.
#[tauri::command]
pub async fn prepared_clear(app: Core<'_>) -> Reply<PreparedModels> {
    Ok(app.clear_prepared().await?)
}

/// Opens their folder in the system's file manager.
#[tauri::command]
pub async fn prepared_show(app: Core<'_>) -> Reply<()> {
    let path = app.prepared().await?.folder;
    let shown = path.clone();
    let open = move || {
        // Nothing was prepared yet: an empty folder says so.
        std::fs::create_dir_all(&shown)?;
        tauri_plugin_opener::open_path(&shown, None::<&str>).map_err(std::io::Error::other)
    };
    let opened = blocking("showing a folder", open).await?;
    Ok(opened.map_err(|source| Error::Io { action: "showing", path: path.into(), source })?)
}
