//! Diagnostics, logs, reports of faults, and the font that is missing.

use super::settings::show;
use super::{fonts, painting, Core, Reply};
use crate::blocking::blocking;
use crate::contract::Diagnostics;
use crate::support::diagnostics::{self, Surroundings};
use crate::support::{crash, logs, notes::Notes};
use crate::Error;

/// App, machine and state in words that may be given away.
#[tauri::command]
pub async fn diagnostics(app: Core<'_>) -> Reply<Diagnostics> {
    Ok(diagnostics::describe(&app, &surroundings()).await)
}

/// Opens the folder of the logs in the system's file manager.
#[tauri::command]
pub async fn logs_show(app: Core<'_>) -> Reply<()> {
    let folder = logs::folder(app.data_folder());
    // Where nothing was said yet there is none.
    let made = std::fs::create_dir_all(&folder);
    made.map_err(|source| Error::Io { action: "making", path: folder.clone(), source })?;
    show(folder).await
}

/// Puts the reports away that starts have offered.
#[tauri::command]
pub async fn crash_report_forget(app: Core<'_>) -> Reply<()> {
    let data = app.data_folder().to_owned();
    let forgotten = blocking("putting reports away", move || crash::forget(&data)).await?;
    Ok(forgotten.map_err(|(path, source)| Error::Io { action: "renaming", path, source })?)
}

/// The missing font is not spoken of again.
#[tauri::command]
pub async fn missing_font_forget(app: Core<'_>) -> Reply<()> {
    fonts::forget();
    let data = app.data_folder().to_owned();
    let change = {
        let data = data.clone();
        move || Notes::change(&data, |notes| notes.missing_font_forgotten = true)
    };
    let noted = blocking("noting a missing font", change).await?;
    Ok(noted.map_err(|source| Error::Io { action: "writing", path: data, source })?)
}

fn surroundings() -> Surroundings {
    #[cfg(target_os = "linux")]
    let (name, toolkit) = ("WebKitGTK", gtk_version());
    #[cfg(not(target_os = "linux"))]
    let (name, toolkit) = ("the system's", "none".to_owned());
    Surroundings {
        web_view: format!("{name} {}", painting::web_view_version()),
        toolkit,
        graphics: crate::graphics::described(),
    }
}

#[cfg(target_os = "linux")]
fn gtk_version() -> String {
    format!("GTK {}.{}.{}", gtk::major_version(), gtk::minor_version(), gtk::micro_version())
}
