//! Text as a tokenizer sees it: the token inspector.

use vitrine_core::protocol::{
    method, CutMessage, CutRow, CutText, Guise, Guises, GuisesOf, IdsTyped, MessageCut, Piece, Pieces,
    PiecesOf, StepsOf, TextCut, TextFromIds, TextSteps, Tokenization,
};

use super::{Core, Reply};
use crate::contract::{Comparison, LanguageRow, SubjectPlace, TokenizerSubject};

/// The pieces and ids of a text, by the loaded model.
#[tauri::command]
pub async fn text_tokenize(text: String, app: Core<'_>) -> Reply<Tokenization> {
    Ok(app.tokenize(text).await?)
}

/// Opens a tokenizer at a place; without a path, what is there by itself.
#[tauri::command]
pub async fn tokenizer_open(
    place: SubjectPlace,
    path: Option<String>,
    app: Core<'_>,
) -> Reply<TokenizerSubject> {
    Ok(app.inspector.open(place, path.as_deref()).await?)
}

/// What stands at a place; `null` where nothing does.
#[tauri::command]
pub async fn tokenizer_subject(place: SubjectPlace, app: Core<'_>) -> Reply<Option<TokenizerSubject>> {
    Ok(app.inspector.subject(place).await?)
}

/// Takes away what was opened at a place.
#[tauri::command]
pub async fn tokenizer_close(place: SubjectPlace, app: Core<'_>) -> Reply<()> {
    app.inspector.clear(place).await;
    Ok(())
}

/// A text cut in the ways that are asked for.
#[tauri::command]
pub async fn text_cut(
    place: SubjectPlace,
    text: String,
    rows: Vec<CutRow>,
    special: Option<bool>,
    app: Core<'_>,
) -> Reply<TextCut> {
    let params = CutText { text, rows, special: special.unwrap_or_default() };
    Ok(app.inspector.ask(place, method::TEXT_CUT, &params).await?)
}

/// What ids stand for.
#[tauri::command]
pub async fn vocabulary_pieces(place: SubjectPlace, ids: Vec<u32>, app: Core<'_>) -> Reply<Vec<Piece>> {
    let found: Pieces = app.inspector.ask(place, method::VOCABULARY_PIECES, &PiecesOf { ids }).await?;
    Ok(found.pieces)
}

/// A text as one message, through the chat template.
#[tauri::command]
pub async fn text_as_message(place: SubjectPlace, text: String, app: Core<'_>) -> Reply<MessageCut> {
    Ok(app.inspector.ask(place, method::TEXT_MESSAGE, &CutMessage { text }).await?)
}

/// How a text becomes tokens, step by step.
#[tauri::command]
pub async fn text_steps(
    place: SubjectPlace,
    text: String,
    special: Option<bool>,
    app: Core<'_>,
) -> Reply<TextSteps> {
    let params = StepsOf { text, special: special.unwrap_or_default() };
    Ok(app.inspector.ask(place, method::TEXT_STEPS, &params).await?)
}

/// The same word, written in other ways.
#[tauri::command]
pub async fn text_guises(place: SubjectPlace, text: String, app: Core<'_>) -> Reply<Vec<Guise>> {
    let found: Guises = app.inspector.ask(place, method::TEXT_GUISES, &GuisesOf { text }).await?;
    Ok(found.guises)
}

/// What a typed list of ids stands for.
#[tauri::command]
pub async fn text_from_ids(place: SubjectPlace, list: String, app: Core<'_>) -> Reply<TextFromIds> {
    Ok(app.inspector.ask(place, method::TEXT_FROM_IDS, &IdsTyped { list }).await?)
}

/// The same text by both tokenizers.
#[tauri::command]
pub async fn text_compare(text: String, app: Core<'_>) -> Reply<Comparison> {
    Ok(app.inspector.compare(text).await?)
}

/// What the same sentence takes in several languages.
#[tauri::command]
pub async fn language_table(app: Core<'_>) -> Reply<Vec<LanguageRow>> {
    Ok(app.inspector.languages().await?)
}
