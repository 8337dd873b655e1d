//! What the UI asks first, and what the user sets.

use vitrine_core::protocol::Sandbox;

use super::{Core, Reply};
use crate::contract::{Settings, StartUp};

/// Everything that the first frame needs.
#[tauri::command]
pub async fn start_up(app: Core<'_>) -> Reply<StartUp> {
    Ok(app.start_up().await)
}

/// Saved at once; gives back what is in force.
#[tauri::command]
pub async fn settings_set(settings: Settings, app: Core<'_>) -> Reply<Settings> {
    Ok(app.set_settings(settings).await?)
}

/// What the system keeps workers from.
#[tauri::command]
pub async fn sandbox(app: Core<'_>) -> Reply<Sandbox> {
    Ok(app.sandbox().await?)
}
