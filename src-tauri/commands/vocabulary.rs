//! The entries of a vocabulary, their rows in the model's table, where a vocabulary comes from, and a text read with the model's
//! eyes.

use tauri::ipc::Channel;
use vitrine_core::protocol::{
    method, EntryAsk, EntryOrigin, HardlyMet, HardlyMetAsk, Neighbours, NeighboursAsk, NeighboursOf,
    OddOneOut, OddOneOutAsk, Piece, TokenCut, TrainingRounds, TrainingStart, TrainingStarted,
    VocabularyOverview, VocabularyPage, VocabularyQuery,
};

use super::{Core, Reply};
use crate::contract::{ReadEvent, SubjectPlace, TokenizerSubject};

/// A vocabulary in numbers.
#[tauri::command]
pub async fn vocabulary_overview(place: SubjectPlace, app: Core<'_>) -> Reply<VocabularyOverview> {
    Ok(app.inspector.ask(place, method::VOCABULARY_OVERVIEW, &serde_json::json!({})).await?)
}

/// A window of the entries that fit.
#[tauri::command]
pub async fn vocabulary_find(
    place: SubjectPlace,
    query: VocabularyQuery,
    app: Core<'_>,
) -> Reply<VocabularyPage> {
    Ok(app.inspector.ask(place, method::VOCABULARY_FIND, &query).await?)
}

/// Where an entry comes from.
#[tauri::command]
pub async fn vocabulary_entry(place: SubjectPlace, id: u32, app: Core<'_>) -> Reply<EntryOrigin> {
    Ok(app.inspector.ask(place, method::VOCABULARY_ENTRY, &EntryAsk { id }).await?)
}

/// The tokens whose rows are nearest to those of a text, or to that of a token.
#[tauri::command]
pub async fn neighbours(
    place: SubjectPlace,
    of: NeighboursOf,
    count: u32,
    app: Core<'_>,
) -> Reply<Neighbours> {
    let params = NeighboursAsk { of, count };
    Ok(app.inspector.ask(place, method::EMBEDDINGS_NEIGHBOURS, &params).await?)
}

/// Which of the words does not belong to the others.
#[tauri::command]
pub async fn odd_one_out(place: SubjectPlace, words: Vec<String>, app: Core<'_>) -> Reply<OddOneOut> {
    Ok(app.inspector.ask(place, method::EMBEDDINGS_ODD_ONE_OUT, &OddOneOutAsk { words }).await?)
}

/// Pieces that training hardly met.
#[tauri::command]
pub async fn hardly_met(place: SubjectPlace, count: u32, app: Core<'_>) -> Reply<HardlyMet> {
    Ok(app.inspector.ask(place, method::EMBEDDINGS_HARDLY_MET, &HardlyMetAsk { count }).await?)
}

/// Begins to learn a vocabulary.
#[tauri::command]
pub async fn training_start(start: TrainingStart, app: Core<'_>) -> Reply<TrainingStarted> {
    Ok(app.inspector.start_training(start).await?)
}

/// The next rounds.
#[tauri::command]
pub async fn training_rounds(training: u32, from: u32, count: u32, app: Core<'_>) -> Reply<TrainingRounds> {
    Ok(app.inspector.training_rounds(training, from, count).await?)
}

/// A text as the first rounds cut it.
#[tauri::command]
pub async fn training_cut(training: u32, text: String, merges: u32, app: Core<'_>) -> Reply<TokenCut> {
    Ok(app.inspector.training_cut(training, text, merges).await?)
}

/// What ids of a training stand for.
#[tauri::command]
pub async fn training_pieces(training: u32, ids: Vec<u32>, app: Core<'_>) -> Reply<Vec<Piece>> {
    Ok(app.inspector.training_pieces(training, ids).await?)
}

/// Puts what the first rounds have learned at its place.
#[tauri::command]
pub async fn training_use(training: u32, merges: u32, app: Core<'_>) -> Reply<TokenizerSubject> {
    Ok(app.inspector.use_training(training, merges).await?)
}

/// The loaded model reads a text. Events go through the channel; resolves when it is over.
#[tauri::command]
pub async fn read_text(text: String, channel: Channel<ReadEvent>, app: Core<'_>) -> Reply<()> {
    let sink = move |event| {
        // The page may be gone (a reload); nothing is saved, so the reading only goes on in vain until it is stopped.
        if let Err(error) = channel.send(event) {
            tracing::debug!(%error, "nobody listens to the reading");
        }
    };
    Ok(app.conversations.read_text(text, Box::new(sink)).await?)
}

/// Stops the reading that is going on.
#[tauri::command]
pub async fn read_stop(app: Core<'_>) -> Reply<()> {
    app.conversations.stop_reading();
    Ok(())
}
