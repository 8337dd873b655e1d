//! `text/tokenize`, `text/detokenize` and `chat/render`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

/// Params of `text/tokenize`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tokenize {
    pub text: String,
    /// Add what the model puts around a text (BOS, EOS), and read special tokens in the text as such.
    #[serde(default)]
    pub add_special: bool,
    /// The text stands after other text: a tokenizer that puts a space before every text puts none here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub continuation: bool,
    /// A GGUF, a `tokenizer.json` or a model folder; the loaded model's where missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokenizer: Option<String>,
}

/// One token of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TextToken {
    pub id: u32,
    /// The bytes it stands for, in hex: the ground truth, also where they are no whole character.
    pub bytes: String,
    /// Where it begins in the text, in bytes of UTF-8.
    pub start: u32,
    /// Where it ends (exclusive). `start == end` for a token that stands for no text (BOS).
    pub end: u32,
    /// A control token, not text.
    pub special: bool,
}

/// Result of `text/tokenize`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Tokenization {
    pub ids: Vec<u32>,
    /// The same tokens, with their bytes and places.
    pub tokens: Vec<TextToken>,
}

/// Params of `text/detokenize`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Detokenize {
    pub ids: Vec<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokenizer: Option<String>,
}

/// Result of `text/detokenize`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detokenized {
    /// The bytes of all tokens as UTF-8; incomplete characters become U+FFFD.
    pub text: String,
    /// The same bytes, exact, in hex.
    pub bytes: String,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    System,
    User,
    Assistant,
}

/// One turn as a chat template sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChatMessage {
    pub role: Role,
    pub content: String,
}

/// Params of `chat/render`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChatRender {
    pub messages: Vec<ChatMessage>,
    #[serde(default = "yes")]
    pub add_generation_prompt: bool,
    /// A jinja file, or a model whose template is taken; the loaded model's where missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// More variables for the template: `bos_token`, `enable_thinking` ...
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub variables: Map<String, Value>,
}

fn yes() -> bool {
    true
}

/// Result of `chat/render`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ChatRendered {
    /// The exact prompt.
    pub text: String,
    /// Its token ids, where a model is loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub ids: Option<Vec<u32>>,
}
