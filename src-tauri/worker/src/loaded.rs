//! A model that is ready: the engine and all that is known about it.

use std::sync::Arc;

use serde_json::{Map, Value};
use vitrine_core::protocol::{ChatMessage, ErrorKind, ModelInfo, RpcError};
use vitrine_core::template::{self, ChatTemplate};
use vitrine_core::tokenizer::Tokenizer;

use crate::engine::Engine;

pub struct Loaded {
    pub engine: Engine,
    pub info: ModelInfo,
    pub tokenizer: Arc<Tokenizer>,
    pub template: Option<ChatTemplate>,
    /// Prompt and answer together, in tokens.
    pub context_length: u32,
    pub end_ids: Vec<u32>,
    pub fingerprint: String,
}

/// A prompt made from messages.
pub struct Prompt {
    pub ids: Vec<u32>,
    /// Why the model's own template was not used.
    pub fallback: Option<String>,
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

    /// Renders a conversation with an open assistant turn. A template that fails does not end the
    /// conversation: the plain form is used instead, and the reason is passed on.
    pub fn prompt(&self, messages: &[ChatMessage]) -> Prompt {
        let rendered = match &self.template {
            Some(template) => template.render(messages, true, &self.template_variables()),
            None => Err(RpcError::new(ErrorKind::TemplateFailed, "this model has no chat template")),
        };
        match rendered {
            Ok(text) => Prompt { ids: self.tokenizer.encode_prompt(&text), fallback: None },
            Err(error) => Prompt {
                ids: self.tokenizer.encode(&template::plain(messages), true).ids,
                fallback: Some(error.message),
            },
        }
    }
}
