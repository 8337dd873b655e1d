//! A model that is ready: the session that runs it and all that is known about it.

use std::sync::Arc;

use serde_json::{Map, Value};
use vitrine_core::protocol::{Loading, ModelInfo};
use vitrine_core::template::ChatTemplate;
use vitrine_core::tokenizer::Tokenizer;

use crate::session::Session;

pub struct Loaded {
    pub session: Session,
    pub info: ModelInfo,
    pub tokenizer: Arc<Tokenizer>,
    pub template: Option<ChatTemplate>,
    /// Prompt and answer together, in tokens.
    pub context_length: u32,
    pub end_ids: Vec<u32>,
    pub fingerprint: String,
    /// Which way the weights came, in which number format.
    pub loading: Loading,
}

impl Loaded {
    /// What every chat template may ask for.
    pub fn template_variables(&self) -> Map<String, Value> {
        let mut variables = Map::new();
        if let Some(token) = self.tokenizer.bos_token() {
            variables.insert("bos_token".into(), token.into());
        }
        if let Some(token) = self.tokenizer.eos_token() {
            variables.insert("eos_token".into(), token.into());
        }
        variables
    }

    /// The bytes of a token's text, in hex; none for a control token, which stands for no text.
    pub fn hex(&self, id: u32) -> String {
        if self.tokenizer.is_special(id) {
            return String::new();
        }
        hex::encode(self.tokenizer.token_bytes(id).unwrap_or_default())
    }
}
