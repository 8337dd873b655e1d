//! Open, watch and close models.

use vitrine_core::protocol::{LoadOptions, ModelInfo, ModelLoaded};

use super::picker::{PickKind, Picker};
use super::{Core, Reply};
use crate::contract::{LoadConsent, ModelSlot, ModelState, ModelsOverview, PreflightCard};

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

/// The models below a folder that is none itself, the nearest first.
#[tauri::command]
pub async fn models_inside(path: String, app: Core<'_>) -> Reply<Vec<String>> {
    Ok(app.models_inside(&path).await)
}

/// Where the model lies that wrote an answer; `null` where it is not among those that were opened before.
#[tauri::command]
pub async fn model_path_of(name: String, fingerprint: String, app: Core<'_>) -> Reply<Option<String>> {
    Ok(app.library.path_of(&name, &fingerprint).await)
}

/// Loads a model in place of the one in the slot. Progress comes as events.
#[tauri::command]
pub async fn model_load(
    path: String,
    options: LoadOptions,
    consent: Option<LoadConsent>,
    slot: Option<ModelSlot>,
    app: Core<'_>,
) -> Reply<ModelLoaded> {
    let (slot, consent) = (slot.unwrap_or_default(), consent.unwrap_or(LoadConsent::Ordinary));
    Ok(app.load_into(slot, &path, options, consent).await?)
}

/// Stops a load; memory is free on return.
#[tauri::command]
pub async fn model_cancel(slot: Option<ModelSlot>, app: Core<'_>) -> Reply<()> {
    app.slot(slot.unwrap_or_default()).cancel().await;
    Ok(())
}

/// Closes a model, and with the first one the second; memory is free on return.
#[tauri::command]
pub async fn model_unload(slot: Option<ModelSlot>, app: Core<'_>) -> Reply<()> {
    app.unload(slot.unwrap_or_default()).await;
    Ok(())
}

/// The model in slot b. Changes come as `second_model` events.
#[tauri::command]
pub async fn second_model(app: Core<'_>) -> Reply<ModelState> {
    Ok(app.second.state())
}

/// Takes a model off the list of recent ones. Its file stays.
#[tauri::command]
pub async fn recent_forget(path: String, app: Core<'_>) -> Reply<ModelsOverview> {
    Ok(app.forget(&path).await?)
}
