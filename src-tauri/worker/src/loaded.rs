//! A model that is ready: the session that runs it and all that is known about it.

use std::sync::Arc;

use serde_json::{Map, Value};
use vitrine_core::protocol::{ErrorKind, Loading, ModelInfo, RpcError};
use vitrine_core::template::ChatTemplate;
use vitrine_core::tokenizer::Tokenizer;

use crate::session::Session;

pub struct Loaded {
    pub session: Session,
    pub info: ModelInfo,
    pub tokenizer: Arc<Tokenizer>,
    /// Ids below this can be read and written: what the vocabulary names and the embedding table has a row for.
    pub ids_end: u32,
    pub template: Option<ChatTemplate>,
    /// Prompt and answer together, in tokens.
    pub context_length: u32,
    pub end_ids: Vec<u32>,
    pub fingerprint: String,
    /// Which way the weights came, in which number format.
    pub loading: Loading,
}

/// The end of the ids that a model can be given.
pub fn ids_end(info: &ModelInfo, tokenizer: &Tokenizer) -> u32 {
    match info.embedding_rows {
        0 => tokenizer.vocabulary_size(),
        rows => tokenizer.vocabulary_size().min(rows),
    }
}

impl Loaded {
    /// Can the model be given all of these?
    ///
    /// # Errors
    /// `InvalidParams` for an id that the vocabulary lacks, `TokenWithoutEmbedding` for one that only the model lacks.
    pub fn check_ids(&self, ids: impl IntoIterator<Item = u32>) -> Result<(), RpcError> {
        let Some(id) = ids.into_iter().find(|id| *id >= self.ids_end) else { return Ok(()) };
        let (tokens, rows) = (self.tokenizer.vocabulary_size(), self.ids_end);
        if id >= tokens {
            let message = format!("the vocabulary ends before token {id}: it has {tokens}");
            return Err(RpcError::new(ErrorKind::InvalidParams, message));
        }
        let name = String::from_utf8_lossy(self.tokenizer.token_bytes(id).unwrap_or_default()).into_owned();
        let message = format!("the model has {rows} rows of embeddings, and none for token {id} (`{name}`)");
        Err(RpcError::new(ErrorKind::TokenWithoutEmbedding, message).with("token", name).with("id", id))
    }

    /// What every chat template may ask for.
    pub fn template_variables(&self) -> Map<String, Value> {
        vitrine_core::inspect::template_variables(&self.tokenizer)
    }

    /// The bytes of a token's text, in hex; none for a control token, which stands for no text.
    pub fn hex(&self, id: u32) -> String {
        if self.tokenizer.is_special(id) {
            return String::new();
        }
        hex::encode(self.tokenizer.token_bytes(id).unwrap_or_default())
    }
}
