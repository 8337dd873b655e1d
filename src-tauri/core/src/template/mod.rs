//! Chat templates: from a list of messages to the exact text that a model was trained on.
//!
//! A model comes with a Jinja template, written for Python's jinja2 as `transformers` sets it up.
//! One space more or less is a different prompt, so the environment here is made to print what
//! that one prints: its whitespace settings, its `tojson`, Python's way to write `True`, `None`
//! and lists, the methods of Python's strings and dictionaries.

mod environment;
mod filters;
mod json;
mod methods;
mod plain;
mod python;
mod rewrite;
mod source;

use std::path::Path;

pub use plain::{plain, plain_for, PlainForm};

use chrono::NaiveDateTime;
use minijinja::Environment;
use serde_json::{Map, Value};

use crate::protocol::{ChatMessage, ErrorKind, Role, RpcError};

/// The name of the one template in its environment; without a suffix that would switch HTML
/// escaping on.
const NAME: &str = "chat_template";

/// A compiled chat template.
#[derive(Debug)]
pub struct ChatTemplate {
    environment: Environment<'static>,
    source: String,
}

impl ChatTemplate {
    /// The template of a model: in the metadata of a GGUF file, or `chat_template.jinja`,
    /// `tokenizer_config.json` or `chat_template.json` of a folder. `Ok(None)` where there is none.
    ///
    /// # Errors
    /// Those of reading the files; `TemplateFailed` where it does not compile.
    pub fn from_model(path: &Path) -> Result<Option<Self>, RpcError> {
        source::of_model(path)?.map(Self::from_source).transpose()
    }

    /// A template in a file of its own.
    ///
    /// # Errors
    /// Those of reading the file; `TemplateFailed` where it does not compile.
    pub fn from_file(path: &Path) -> Result<Self, RpcError> {
        Self::from_source(source::of_file(path)?)
    }

    /// Compiles a template.
    ///
    /// # Errors
    /// `TemplateFailed` with the facts `detail` and `line`.
    pub fn from_source(source: String) -> Result<Self, RpcError> {
        Self::with_clock(source, || chrono::Local::now().naive_local())
    }

    /// Compiles a template whose `strftime_now` asks `clock`.
    fn with_clock(source: String, clock: fn() -> NaiveDateTime) -> Result<Self, RpcError> {
        let mut environment = environment::new(clock);
        environment
            .add_template_owned(NAME, rewrite::for_minijinja(&source))
            .map_err(|error| failed(&error))?;
        Ok(Self { environment, source })
    }

    /// Is there a template in this model folder?
    pub(crate) fn exists_in_folder(folder: &Path) -> Result<bool, RpcError> {
        Ok(source::of_folder(folder)?.is_some())
    }

    /// The template as it was given.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The prompt for a conversation. `add_generation_prompt` opens the assistant's turn.
    ///
    /// `variables` are what the template may ask for besides (`bos_token`, `eos_token`,
    /// `enable_thinking` ...); as in `transformers`, `tools` and `documents` are none unless given.
    ///
    /// # Errors
    /// `TemplateFailed` with the facts `detail`, `line`, `reason` ([`FailureReason`]) and, where the
    /// template itself refuses the conversation by `raise_exception`, `refused` = true.
    pub fn render(
        &self,
        messages: &[ChatMessage],
        add_generation_prompt: bool,
        variables: &Map<String, Value>,
    ) -> Result<String, RpcError> {
        let mut context = Map::new();
        context.insert("tools".into(), Value::Null);
        context.insert("documents".into(), Value::Null);
        context.extend(variables.clone());
        context.insert("messages".into(), messages.iter().map(as_object).collect());
        context.insert("add_generation_prompt".into(), add_generation_prompt.into());
        let mut prompt = Prompt(Vec::new());
        // minijinja 2.24 panics on `''[::-1]`: a step backwards through a string without characters.
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            self.environment
                .get_template(NAME)
                .and_then(|template| template.render_captured_to(&context, &mut prompt).map(|_| ()))
        }))
        .unwrap_or_else(|_| {
            Err(minijinja::Error::new(
                minijinja::ErrorKind::InvalidOperation,
                "the template engine fails on a value",
            ))
        })
        .map_err(|error| failed(&error))?;
        // minijinja writes whole strings.
        Ok(String::from_utf8(prompt.0)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }
}

/// A prompt that is being written; it takes no more than any context could hold.
struct Prompt(Vec<u8>);

const MAX_PROMPT_BYTES: usize = 64 << 20;

impl std::io::Write for Prompt {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_PROMPT_BYTES {
            return Err(std::io::Error::other("the prompt becomes too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn as_object(message: &ChatMessage) -> Value {
    serde_json::json!({"role": role_name(message.role), "content": message.content})
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

/// Why a template gives no prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// It is no template.
    Syntax,
    /// It refuses the conversation (`raise_exception`): roles in an order that it was not made for.
    Refused,
    /// It takes a value for something that it is not.
    Value,
    /// It takes too long, or writes too much.
    Endless,
}

fn failed(error: &minijinja::Error) -> RpcError {
    use minijinja::ErrorKind as Kind;
    let refusal = environment::refusal(error);
    let reason = match (refusal, error.kind()) {
        (Some(_), _) => FailureReason::Refused,
        (None, Kind::SyntaxError) => FailureReason::Syntax,
        (None, Kind::OutOfFuel | Kind::WriteFailure) => FailureReason::Endless,
        (None, _) => FailureReason::Value,
    };
    let detail = refusal.map_or_else(|| error.to_string(), str::to_owned);
    RpcError::new(ErrorKind::TemplateFailed, format!("the chat template fails: {detail}"))
        .with("detail", detail)
        .with("line", error.line())
        .with("reason", reason)
        .with("refused", refusal.is_some())
}

/// A prompt for models without a template, which continue text and know no turns: the texts
/// themselves. One question alone is exactly what the user typed. What came before it (a system
/// prompt, earlier turns) is part of the document: an answer follows its question at once, as the model wrote it,
/// and whatever else follows stands in a paragraph of its own.
pub fn completion(messages: &[ChatMessage]) -> String {
    let mut document = String::new();
    for message in messages {
        if !document.is_empty() && message.role != Role::Assistant {
            let ends = document.len() - document.trim_end_matches('\n').len();
            document.push_str(&"\n\n"[ends.min(2)..]);
        }
        document.push_str(&message.content);
    }
    document
}

#[cfg(test)]
mod tests;
