//! Open, watch and close models.

use vitrine_core::protocol::{LoadOptions, ModelInfo, ModelLoaded};

use super::picker::{PickKind, Picker};
use super::{Core, Reply};
use crate::contract::{LoadConsent, ModelsOverview, PreflightCard};

/// The active model, the recent ones, those that come with the app, and the machine's memory.
#[tauri::command]
pub async fn models_overview(app: Core<'_>) -> Reply<ModelsOverview> {
    Ok(app.models().await)
}

/// Lets the user choose a model file or folder; `null` where they chose none. `title` is the
/// dialog's, in the user's language.
#[tauri::command]
pub async fn model_pick(
    kind: PickKind,
    title: String,
    window: tauri::WebviewWindow,
    picker: tauri::State<'_, Picker>,
) -> Reply<Option<String>> {
    Ok(picker.pick(kind, title, window).await)
}

/// What a file says about itself. Nothing is loaded.
#[tauri::command]
pub async fn model_inspect(path: String, app: Core<'_>) -> Reply<ModelInfo> {
    Ok(app.supervisor.inspect(&path).await?)
}

/// What is shown before a model is loaded: what it is, whether it will run, and the choices.
#[tauri::command]
pub async fn model_preflight(path: String, app: Core<'_>) -> Reply<PreflightCard> {
    Ok(app.preflight(&path).await?)
}

/// Loads a model in place of the active one. Progress comes as `model_state` events.
#[tauri::command]
pub async fn model_load(
    path: String,
    options: LoadOptions,
    consent: Option<LoadConsent>,
    app: Core<'_>,
) -> Reply<ModelLoaded> {
    Ok(app.load(&path, options, consent.unwrap_or(LoadConsent::Ordinary)).await?)
}

/// Stops a load; memory is free on return.
#[tauri::command]
pub async fn model_cancel(app: Core<'_>) -> Reply<()> {
    app.supervisor.cancel().await;
    Ok(())
}

/// Closes the active model; memory is free on return.
#[tauri::command]
pub async fn model_unload(app: Core<'_>) -> Reply<()> {
    app.supervisor.unload().await;
    Ok(())
}

/// Takes a model off the list of recent ones. Its file stays.
#[tauri::command]
pub async fn recent_forget(path: String, app: Core<'_>) -> Reply<ModelsOverview> {
    Ok(app.forget(&path).await?)
}
