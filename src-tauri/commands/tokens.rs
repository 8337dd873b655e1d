//! Text as the loaded model sees it.

use vitrine_core::protocol::Tokenization;

use super::{Core, Reply};

/// The pieces and ids of a text.
#[tauri::command]
pub async fn text_tokenize(text: String, app: Core<'_>) -> Reply<Tokenization> {
    Ok(app.tokenize(text).await?)
}
