//! Chat templates: from a list of messages to the exact text that a model was trained on.
//!
//! A model comes with a Jinja template, written for Python's jinja2 as `transformers` sets it up.
//! One space more or less is a different prompt, so [`jinja`] is that very language. `docs/templates.md`
//! says what is not there, and why.

mod jinja;
mod plain;
mod source;

use std::path::Path;

pub use plain::{plain, plain_for, PlainForm};

use chrono::NaiveDateTime;
use serde_json::{Map, Value};

use crate::protocol::{ChatMessage, ErrorKind, Role, RpcError};

/// A compiled chat template.
#[derive(Debug)]
pub struct ChatTemplate {
    template: jinja::Template,
    source: String,
    /// What `strftime_now` asks.
    clock: fn() -> NaiveDateTime,
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

    /// The template of a folder that may have no weights.
    ///
    /// # Errors
    /// As [`Self::from_model`].
    pub(crate) fn in_folder(folder: &Path) -> Result<Option<Self>, RpcError> {
        source::of_folder(folder)?.map(Self::from_source).transpose()
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
        let template = jinja::Template::new(&source).map_err(|error| failed(&error))?;
        Ok(Self { template, source, clock })
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
        self.template.render(&context, self.clock).map_err(|error| failed(&error))
    }

    /// The prompt of a turn: the conversation with the assistant's turn open, in which the question is.
    ///
    /// A template that prints nothing, or nothing of the last question, gives a text that a model could not answer:
    /// what the user asked would be lost without a word.
    ///
    /// # Errors
    /// As [`ChatTemplate::render`]; `TemplateFailed` with the reason [`FailureReason::Empty`].
    pub fn prompt(
        &self,
        messages: &[ChatMessage],
        variables: &Map<String, Value>,
    ) -> Result<String, RpcError> {
        let text = self.render(messages, true, variables)?;
        let fact = if text.trim().is_empty() {
            "it prints nothing"
        } else if self.loses_the_question(messages, variables, &text) {
            "it leaves the question out"
        } else {
            return Ok(text);
        };
        Err(RpcError::new(ErrorKind::TemplateFailed, format!("the chat template fails: {fact}"))
            .with("detail", fact)
            .with("reason", FailureReason::Empty)
            .with("refused", false))
    }

    /// Is the text the same whatever the last question is? Templates may change a question (trim it, quote it), so one that
    /// does not stand in the text is asked for by another.
    fn loses_the_question(
        &self,
        messages: &[ChatMessage],
        variables: &Map<String, Value>,
        text: &str,
    ) -> bool {
        let Some((question, before)) = messages.split_last() else { return false };
        let content = question.content.trim();
        if question.role != Role::User || content.is_empty() || text.contains(content) {
            return false;
        }
        let other = ChatMessage { role: Role::User, content: format!("{content}\n\n{content}") };
        let messages: Vec<ChatMessage> = before.iter().cloned().chain([other]).collect();
        self.render(&messages, true, variables).is_ok_and(|other| other == text)
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
    /// It takes too long, or writes too much, or takes too much memory.
    Endless,
    /// It prints nothing, or leaves the question out.
    Empty,
}

fn failed(error: &jinja::Error) -> RpcError {
    let reason = match error.kind {
        jinja::Kind::Syntax => FailureReason::Syntax,
        jinja::Kind::Refused => FailureReason::Refused,
        jinja::Kind::Value => FailureReason::Value,
        jinja::Kind::Endless => FailureReason::Endless,
    };
    RpcError::new(ErrorKind::TemplateFailed, format!("the chat template fails: {error}"))
        .with("detail", &error.message)
        .with("line", error.line)
        .with("reason", reason)
        .with("refused", reason == FailureReason::Refused)
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
