//! The border to the window: every command parses, calls one function of the core, and converts.
//! This folder, `lib.rs` and `main.rs` are the only places that know Tauri.

pub mod broadcast;
#[cfg(target_os = "linux")]
mod caret;
pub mod chat;
pub mod composer;
mod first_frame;
pub mod history;
pub mod library;
pub mod models;
pub mod picker;
pub mod relay;
pub mod settings;
pub mod tokens;
pub mod vocabulary;
pub mod window;

use std::sync::Arc;

use crate::app::App;
use crate::contract::AppError;

/// The app, as commands get it.
pub type Core<'a> = tauri::State<'a, Arc<App>>;

/// What a command answers.
pub type Reply<T> = Result<T, AppError>;
