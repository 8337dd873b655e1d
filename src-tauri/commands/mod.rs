//! The border to the window: every command parses, calls one function of the core, and converts.
//! This folder, `lib.rs` and `main.rs` are the only places that know Tauri.

pub mod broadcast;
#[cfg(target_os = "linux")]
mod caret;
pub mod chat;
pub mod composer;
mod first_frame;
mod fonts;
pub mod history;
pub mod library;
pub mod models;
pub mod painting;
pub mod picker;
pub mod relay;
pub mod safety;
pub mod settings;
pub mod support;
pub mod tokens;
pub mod transfer;
pub mod vocabulary;
pub mod window;

use std::sync::Arc;

use crate::app::App;
use crate::contract::AppError;

/// The app, as commands get it.
pub type Core<'a> = tauri::State<'a, Arc<App>>;

/// What a command answers.
pub type Reply<T> = Result<T, AppError>;
