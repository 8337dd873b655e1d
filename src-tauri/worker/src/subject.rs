//! What the methods about texts look at: the loaded model, or a tokenizer that was opened without weights.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};
use vitrine_core::inspect::{self, Opened};
use vitrine_core::protocol::{ErrorKind, RpcError, TokenizerSummary};
use vitrine_core::template::ChatTemplate;
use vitrine_core::tokenizer::Tokenizer;

use crate::loaded::Loaded;
use crate::panic;

/// A tokenizer, and what is known of its model.
#[derive(Clone)]
pub enum Subject {
    Loaded(Arc<Loaded>),
    /// Without weights.
    Opened(Arc<Opened>),
}

impl Subject {
    /// Opens a tokenizer without weights.
    ///
    /// # Errors
    /// As [`Tokenizer::open`].
    pub fn open(path: &Path) -> Result<Self, RpcError> {
        // The `tokenizers` crate panics on some contradictory files.
        let opened = panic::caught(|| Opened::open(path)).unwrap_or_else(|message| {
            Err(RpcError::new(ErrorKind::Corrupt, format!("the tokenizer contradicts itself: {message}")))
        })?;
        Ok(Self::Opened(Arc::new(opened)))
    }

    /// One that was learned here.
    pub fn trained(tokenizer: Tokenizer) -> Self {
        let (name, path) = (String::new(), String::new());
        Self::Opened(Arc::new(Opened { tokenizer: Arc::new(tokenizer), template: None, name, path }))
    }

    pub fn tokenizer(&self) -> &Arc<Tokenizer> {
        match self {
            Self::Loaded(model) => &model.tokenizer,
            Self::Opened(opened) => &opened.tokenizer,
        }
    }

    /// The file or folder that it came from; empty for one that was learned here.
    pub fn path(&self) -> &str {
        match self {
            Self::Loaded(model) => &model.info.path,
            Self::Opened(opened) => &opened.path,
        }
    }

    pub fn template(&self) -> Option<&ChatTemplate> {
        match self {
            Self::Loaded(model) => model.template.as_ref(),
            Self::Opened(opened) => opened.template.as_ref(),
        }
    }

    /// What every chat template may ask for.
    pub fn template_variables(&self) -> Map<String, Value> {
        inspect::template_variables(self.tokenizer())
    }

    pub fn summary(&self) -> TokenizerSummary {
        let (name, path) = match self {
            Self::Loaded(model) => (&model.info.name, &model.info.path),
            Self::Opened(opened) => (&opened.name, &opened.path),
        };
        inspect::summary(self.tokenizer(), name, path, self.template().is_some())
    }
}

/// The error of every method that needs a tokenizer.
pub fn no_tokenizer() -> RpcError {
    RpcError::new(ErrorKind::NoTokenizer, "no tokenizer is open and no model is loaded")
}
