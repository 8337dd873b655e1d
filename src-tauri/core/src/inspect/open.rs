//! A tokenizer with what belongs to it, opened from a file and without weights.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::header::gguf::GgufHeader;
use crate::protocol::{RpcError, TokenizerSummary};
use crate::template::ChatTemplate;
use crate::tokenizer::{self, Tokenizer};

/// A tokenizer that is looked at by itself.
#[derive(Debug)]
pub struct Opened {
    pub tokenizer: Arc<Tokenizer>,
    /// The chat template that its model was trained with, where its file or folder has one that compiles.
    pub template: Option<ChatTemplate>,
    /// The model's, where its file says one; else that of the file or folder.
    pub name: String,
    /// Empty for one that was made here.
    pub path: String,
}

impl Opened {
    /// Opens what [`Tokenizer::open`] opens.
    ///
    /// # Errors
    /// As [`Tokenizer::open`].
    pub fn open(path: &Path) -> Result<Self, RpcError> {
        let (tokenizer, template, name) = match tokenizer::folder_of(path) {
            Some(folder) => (Tokenizer::open(path)?, ChatTemplate::in_folder(&folder), None),
            None => {
                let header = GgufHeader::of_model(path)?;
                let source = header.str("tokenizer.chat_template").map(str::to_owned);
                let template = source.map(ChatTemplate::from_source).transpose();
                let name = header.str("general.name").map(str::trim).filter(|name| !name.is_empty());
                (Tokenizer::from_gguf(&header)?, template, name.map(str::to_owned))
            }
        };
        let of_file = || path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Self {
            tokenizer: Arc::new(tokenizer),
            // One that does not compile is no reason not to look at the vocabulary.
            template: template.unwrap_or_default(),
            name: name.unwrap_or_else(of_file),
            path: path.to_string_lossy().into_owned(),
        })
    }
}

/// What there is to say about a tokenizer. It looks at every id once.
pub fn summary(tokenizer: &Tokenizer, name: &str, path: &str, has_chat_template: bool) -> TokenizerSummary {
    let first = tokenizer.special_ids().take(TokenizerSummary::MOST_SPECIAL);
    TokenizerSummary {
        name: name.into(),
        path: path.into(),
        fingerprint: tokenizer.fingerprint(),
        kind: tokenizer.kind(),
        byte_level: tokenizer.is_byte_level(),
        byte_fallback: tokenizer.has_all_bytes(),
        vocabulary_size: tokenizer.vocabulary_size(),
        merges: tokenizer.merge_count(),
        special: first.filter_map(|id| tokenizer.piece(id)).collect(),
        special_count: tokenizer.special_ids().count() as u32,
        bos_id: tokenizer.bos_id(),
        end_ids: tokenizer.end_ids().to_vec(),
        has_chat_template,
    }
}

/// What every chat template may ask for of its tokenizer.
pub fn template_variables(tokenizer: &Tokenizer) -> Map<String, Value> {
    let named = [("bos_token", tokenizer.bos_token()), ("eos_token", tokenizer.eos_token())];
    let given = named.into_iter().filter_map(|(name, token)| Some((name.to_owned(), token?.into())));
    given.collect()
}
