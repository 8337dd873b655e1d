//! `model/inspect`, `text/tokenize`, `text/detokenize` and `chat/render`: what needs no weights.

use std::path::Path;
use std::sync::Arc;

use vitrine_core::header;
use vitrine_core::protocol::{
    ChatRender, ChatRendered, Detokenize, Detokenized, ErrorKind, ModelInfo, ModelInspect, RpcError,
    TextToken, Tokenization, Tokenize,
};
use vitrine_core::template::ChatTemplate;
use vitrine_core::tokenizer::Tokenizer;

use crate::loaded::Loaded;
use crate::panic;

/// Tokenizers opened by path. Opening a large vocabulary takes a good part of a second, and who
/// asks once mostly asks again, so the last one is kept.
#[derive(Default)]
pub struct Tokenizers {
    last: Option<(String, Arc<Tokenizer>)>,
}

impl Tokenizers {
    fn get(&mut self, path: Option<&str>, loaded: Option<&Arc<Loaded>>) -> Result<Arc<Tokenizer>, RpcError> {
        let Some(path) = path else {
            return loaded.map(|model| model.tokenizer.clone()).ok_or_else(no_model);
        };
        if let Some((last, tokenizer)) = &self.last {
            if last == path {
                return Ok(tokenizer.clone());
            }
        }
        let tokenizer = Arc::new(open(Path::new(path))?);
        self.last = Some((path.into(), tokenizer.clone()));
        Ok(tokenizer)
    }
}

/// The `tokenizers` crate panics on some contradictory files.
fn open(path: &Path) -> Result<Tokenizer, RpcError> {
    panic::caught(|| Tokenizer::open(path)).unwrap_or_else(|message| {
        Err(RpcError::new(ErrorKind::Corrupt, format!("the tokenizer contradicts itself: {message}")))
    })
}

/// The error of every method that needs a loaded model.
pub fn no_model() -> RpcError {
    RpcError::new(ErrorKind::NoModel, "no model is loaded")
}

pub fn inspect(params: &ModelInspect) -> Result<ModelInfo, RpcError> {
    header::inspect(Path::new(&params.path))
}

pub fn tokenize(
    params: &Tokenize,
    tokenizers: &mut Tokenizers,
    loaded: Option<&Arc<Loaded>>,
) -> Result<Tokenization, RpcError> {
    let tokenizer = tokenizers.get(params.tokenizer.as_deref(), loaded)?;
    if !params.continuation {
        return tokenizer.encode(&params.text, params.add_special);
    }
    let ids = tokenizer.encode_continuation(&params.text)?;
    let mut end = 0;
    let tokens = ids.iter().map(|&id| {
        let bytes = tokenizer.token_bytes(id).unwrap_or_default();
        let start = end;
        end += bytes.len() as u32;
        TextToken { id, bytes: hex::encode(bytes), start, end, special: tokenizer.is_special(id) }
    });
    Ok(Tokenization { tokens: tokens.collect(), ids })
}

pub fn detokenize(
    params: &Detokenize,
    tokenizers: &mut Tokenizers,
    loaded: Option<&Arc<Loaded>>,
) -> Result<Detokenized, RpcError> {
    let tokenizer = tokenizers.get(params.tokenizer.as_deref(), loaded)?;
    if let Some(id) = params.ids.iter().find(|id| tokenizer.token_bytes(**id).is_none()) {
        return Err(RpcError::new(ErrorKind::InvalidParams, format!("the vocabulary has no token {id}")));
    }
    let bytes = tokenizer.detokenize(&params.ids);
    Ok(Detokenized { text: String::from_utf8_lossy(&bytes).into_owned(), bytes: hex::encode(&bytes) })
}

pub fn render(params: &ChatRender, loaded: Option<&Arc<Loaded>>) -> Result<ChatRendered, RpcError> {
    // Whatever a template does, the worker goes on.
    panic::caught(|| rendered(params, loaded))
        .unwrap_or_else(|message| Err(RpcError::new(ErrorKind::TemplateFailed, message)))
}

fn rendered(params: &ChatRender, loaded: Option<&Arc<Loaded>>) -> Result<ChatRendered, RpcError> {
    let mut variables = params.variables.clone();
    let text = match (&params.template, loaded) {
        (Some(path), _) => template_at(Path::new(path))?.render(
            &params.messages,
            params.add_generation_prompt,
            &variables,
        )?,
        (None, None) => return Err(no_model()),
        (None, Some(model)) => {
            let template = model.template.as_ref().ok_or_else(|| no_template(&model.info.path))?;
            for (name, value) in model.template_variables() {
                variables.entry(name).or_insert(value);
            }
            template.render(&params.messages, params.add_generation_prompt, &variables)?
        }
    };
    // With a template from elsewhere the ids would be those of another model's special tokens.
    let ids = match (&params.template, loaded) {
        (None, Some(model)) => Some(model.tokenizer.encode_prompt(&text)?),
        _ => None,
    };
    Ok(ChatRendered { text, ids })
}

/// A jinja file, or the template of a model.
fn template_at(path: &Path) -> Result<ChatTemplate, RpcError> {
    let jinja = path.extension().is_some_and(|extension| extension == "jinja");
    if jinja {
        ChatTemplate::from_file(path)
    } else {
        ChatTemplate::from_model(path)?.ok_or_else(|| no_template(&path.to_string_lossy()))
    }
}

fn no_template(path: &str) -> RpcError {
    RpcError::new(ErrorKind::TemplateFailed, "this model has no chat template").with("path", path)
}
