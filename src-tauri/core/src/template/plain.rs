//! Prompts for models whose template is missing or fails.
//!
//! The markers that a vocabulary has tell how its model was taught to take turns: a model with
//! `<|im_start|>` knows ChatML, whatever became of its template. Without any known markers the
//! conversation is written down with names and line ends.

use serde::{Deserialize, Serialize};

use crate::protocol::{ChatMessage, Role};
use crate::tokenizer::Tokenizer;

use super::role_name;

/// How a conversation is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlainForm {
    /// `<|im_start|>user` ... `<|im_end|>`: Qwen, Yi, SmolLM and many others.
    ChatMl,
    /// `<|start_header_id|>user<|end_header_id|>` ... `<|eot_id|>`: Llama 3.
    Llama3,
    /// `<start_of_turn>user` ... `<end_of_turn>`: Gemma 1 to 3.
    Gemma,
    /// `<|user|>` ... `<|end|>`: Phi 3 and 4.
    Phi,
    /// `[INST]` ... `[/INST]`: Mistral.
    Mistral,
    /// `User:` ... `Assistant:`.
    Transcript,
}

/// The markers that a form is written with; a vocabulary must have all of them as special tokens.
const MARKERS: &[(PlainForm, &[&str])] = &[
    (PlainForm::ChatMl, &["<|im_start|>", "<|im_end|>"]),
    (PlainForm::Llama3, &["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]),
    (PlainForm::Gemma, &["<start_of_turn>", "<end_of_turn>"]),
    (PlainForm::Phi, &["<|user|>", "<|assistant|>", "<|end|>"]),
    (PlainForm::Mistral, &["[INST]", "[/INST]"]),
];

impl PlainForm {
    /// The form that a model with this vocabulary was taught, as far as its markers tell.
    pub fn of(tokenizer: &Tokenizer) -> Self {
        let has = |marker: &&str| tokenizer.special_id(marker).is_some();
        let known = MARKERS.iter().find(|(_, markers)| markers.iter().all(has));
        known.map_or(Self::Transcript, |(form, _)| *form)
    }

    /// The conversation with the assistant's turn open. `end` is the model's end of text, which
    /// closes an answer where the form has no marker for that.
    pub fn render(self, messages: &[ChatMessage], end: &str) -> String {
        let mut prompt = String::new();
        // Forms without a place for a system message have it in the first question.
        let mut system = String::new();
        for message in messages {
            let (role, content) = (role_name(message.role), message.content.trim());
            let is_system = message.role == Role::System;
            if is_system && matches!(self, Self::Gemma | Self::Mistral) {
                system = format!("{content}\n\n");
                continue;
            }
            let before = match message.role {
                Role::User => std::mem::take(&mut system),
                Role::System | Role::Assistant => String::new(),
            };
            prompt.push_str(&match self {
                Self::ChatMl => format!("<|im_start|>{role}\n{content}<|im_end|>\n"),
                Self::Llama3 => format!("<|start_header_id|>{role}<|end_header_id|>\n\n{content}<|eot_id|>"),
                Self::Gemma => {
                    let role = if message.role == Role::Assistant { "model" } else { "user" };
                    format!("<start_of_turn>{role}\n{before}{content}<end_of_turn>\n")
                }
                Self::Phi => format!("<|{role}|>\n{content}<|end|>\n"),
                Self::Mistral if message.role == Role::User => format!("[INST] {before}{content} [/INST]"),
                Self::Mistral => format!(" {content}{end}"),
                Self::Transcript => match message.role {
                    Role::System => format!("{content}\n\n"),
                    Role::User => format!("User: {content}\n\n"),
                    Role::Assistant => format!("Assistant: {content}\n\n"),
                },
            });
        }
        prompt.push_str(match self {
            Self::ChatMl => "<|im_start|>assistant\n",
            Self::Llama3 => "<|start_header_id|>assistant<|end_header_id|>\n\n",
            Self::Gemma => "<start_of_turn>model\n",
            Self::Phi => "<|assistant|>\n",
            Self::Mistral => "",
            Self::Transcript => "Assistant:",
        });
        prompt
    }
}

/// The prompt for a model without a working template, in the form that its vocabulary speaks for.
/// Its markers are special tokens; what the vocabulary puts around a text (BOS) is still to be added.
pub fn plain_for(tokenizer: &Tokenizer, messages: &[ChatMessage]) -> (PlainForm, String) {
    let form = PlainForm::of(tokenizer);
    let end = tokenizer.eos_token().unwrap_or_default();
    (form, form.render(messages, &end))
}

/// A conversation as people write one down: names and line ends, with the assistant's turn open.
pub fn plain(messages: &[ChatMessage]) -> String {
    PlainForm::Transcript.render(messages, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::testing::{Folder, GgufWriter};

    fn messages() -> Vec<ChatMessage> {
        [(Role::System, " S"), (Role::User, "Hi"), (Role::Assistant, "Yo\n"), (Role::User, "你")]
            .map(|(role, content)| ChatMessage { role, content: content.into() })
            .into()
    }

    #[test]
    fn every_form_is_written_as_its_family_has_it() {
        for (form, prompt) in [
            (
                PlainForm::ChatMl,
                "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nYo<|im_end|>\n<|im_start|>user\n你<|im_end|>\n<|im_start|>assistant\n",
            ),
            (
                PlainForm::Llama3,
                "<|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nYo<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n你<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
            ),
            (
                PlainForm::Gemma,
                "<start_of_turn>user\nS\n\nHi<end_of_turn>\n<start_of_turn>model\nYo<end_of_turn>\n<start_of_turn>user\n你<end_of_turn>\n<start_of_turn>model\n",
            ),
            (
                PlainForm::Phi,
                "<|system|>\nS<|end|>\n<|user|>\nHi<|end|>\n<|assistant|>\nYo<|end|>\n<|user|>\n你<|end|>\n<|assistant|>\n",
            ),
            (PlainForm::Mistral, "[INST] S\n\nHi [/INST] Yo</s>[INST] 你 [/INST]"),
            (PlainForm::Transcript, "S\n\nUser: Hi\n\nAssistant: Yo\n\nUser: 你\n\nAssistant:"),
        ] {
            assert_eq!(form.render(&messages(), "</s>"), prompt, "{form:?}");
        }
    }

    #[test]
    fn the_vocabulary_tells_the_form() {
        let form = |markers: &[&str]| {
            let folder = Folder::new();
            let tokens: Vec<&str> = ["a"].iter().chain(markers).copied().collect();
            let kinds: Vec<i32> = [1].into_iter().chain(markers.iter().map(|_| 3)).collect();
            let writer = GgufWriter::new()
                .str("tokenizer.ggml.model", "gpt2")
                .str("tokenizer.ggml.pre", "gpt-2")
                .strings("tokenizer.ggml.tokens", &tokens)
                .i32s("tokenizer.ggml.token_type", &kinds)
                .strings("tokenizer.ggml.merges", &[""; 0]);
            let path = folder.write("v.gguf", writer.bytes());
            plain_for(&Tokenizer::open(&path).unwrap(), &messages()).0
        };
        for (expected, markers) in MARKERS {
            assert_eq!(form(markers), *expected);
        }
        assert_eq!(form(&["<|im_start|>"]), PlainForm::Transcript);
    }
}
