//! `generate/start`, `generate/token`, `generate/end`, `generate/choose`, `generate/stop`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ChatMessage, RpcError};

/// The settings of the sampling chain, in the order in which they act
/// (see [`crate::sampling`]). The defaults change nothing but `temperature`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Sampling {
    /// 0 is greedy: always the most probable token.
    pub temperature: f32,
    /// Keep the k most probable tokens; 0 keeps all.
    pub top_k: u32,
    /// Keep the smallest set of tokens whose probabilities sum to at least this; 1 keeps all.
    pub top_p: f32,
    /// Keep tokens at least this fraction as probable as the best; 0 keeps all.
    pub min_p: f32,
    /// Divides (positive) or multiplies (negative) the logit of tokens that occurred; 1 changes nothing.
    pub repetition_penalty: f32,
    /// Subtracted from the logit once for each occurrence; 0 changes nothing.
    pub frequency_penalty: f32,
    /// Subtracted from the logit of tokens that occurred at all; 0 changes nothing.
    pub presence_penalty: f32,
    /// How many of the last tokens the penalties look at; 0 looks at none.
    pub penalty_window: u32,
    /// `[id, bias]` pairs added to the logits.
    pub logit_bias: Vec<(u32, f32)>,
    /// Same seed, settings, prompt and model: same answer. Random, and reported, where missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[ts(type = "number")]
    pub seed: Option<u64>,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            temperature: 0.7,
            top_k: 0,
            top_p: 0.95,
            min_p: 0.0,
            repetition_penalty: 1.0,
            frequency_penalty: 0.0,
            presence_penalty: 0.0,
            penalty_window: 64,
            logit_bias: Vec::new(),
            seed: None,
        }
    }
}

/// Params of `generate/start`. Exactly one of `messages`, `prompt` and `prompt_ids`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct GenerateStart {
    /// Rendered with the model's chat template and an open assistant turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<Vec<ChatMessage>>,
    /// Text to continue as it is (special tokens in it are read as such; BOS is added where the model wants one).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The exact prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_ids: Option<Vec<u32>>,
    pub sampling: Sampling,
    /// Most tokens to produce; what the context leaves where missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// Ends when the answer contains one of these; the text before it is kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// These tokens are taken first, whatever the model would choose (their probabilities are still reported).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forced_ids: Vec<u32>,
    /// Wait for `generate/choose` at every token after the forced ones.
    pub step: bool,
    /// How many alternatives each token carries, 0 to 512.
    pub alternatives: u32,
    /// End at the model's end tokens. Off: go on to the limit.
    pub end_at_eos: bool,
    /// Every token also carries the raw logits, one for every row of the output layer.
    pub logits: bool,
    /// So many tokens at the end of the prompt are the beginning of this answer, written before:
    /// draws are counted, and cut characters joined, as if they had been written now.
    pub answered: u32,
    /// The first token that is drawn can't be an end token.
    pub refuse_end: bool,
}

impl Default for GenerateStart {
    /// What a request means where it says nothing.
    fn default() -> Self {
        Self {
            messages: None,
            prompt: None,
            prompt_ids: None,
            sampling: Sampling::default(),
            max_tokens: None,
            stop: Vec::new(),
            forced_ids: Vec::new(),
            step: false,
            alternatives: 10,
            end_at_eos: true,
            logits: false,
            answered: 0,
            refuse_end: false,
        }
    }
}

/// Result of `generate/start`, sent before the first token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct GenerateStarted {
    /// Names this generation in every notification.
    pub generation: u32,
    /// What the model really received.
    pub prompt_ids: Vec<u32>,
    /// The seed in force.
    #[ts(type = "number")]
    pub seed: u64,
    /// Tokens that it may produce at most.
    pub max_tokens: u32,
    /// Why the chat template was not used, where it failed and a plain one stood in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub template_fallback: Option<String>,
}

/// The rule of the sampling chain that took a candidate away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CutRule {
    /// Temperature 0 takes the best and nothing else.
    Greedy,
    TopK,
    TopP,
    MinP,
    /// A logit bias of minus infinity.
    LogitBias,
}

/// One candidate for the next token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Alternative {
    pub id: u32,
    /// The bytes it stands for, in hex; empty for a control token.
    pub bytes: String,
    /// Softmax of the raw logits: the model's own opinion, 0 to 1.
    pub probability: f32,
    /// After all settings: the chance with which it could be drawn, 0 to 1.
    pub settings_probability: f32,
    /// Place by the model's own opinion; 1 is the most probable.
    pub rank: u32,
    /// Which rule took it away, where one did.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<CutRule>,
}

/// Who decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Drawn by the sampling chain.
    Sampled,
    /// Chosen by the user in step mode.
    Chosen,
    /// Given beforehand in `forced_ids`.
    Forced,
}

/// All that is known of one produced token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TokenRecord {
    /// Place in the whole sequence, prompt included; the first token after the prompt has `prompt_ids.len()`.
    pub position: u32,
    pub id: u32,
    /// The bytes it stands for, in hex. Empty for a control token (the end token among them), which stands for no text.
    pub bytes: String,
    /// Whole characters that became complete with this token (may be none, may be several).
    pub text: String,
    pub probability: f32,
    pub settings_probability: f32,
    pub rank: u32,
    /// Shannon entropy of the model's own distribution, in bits.
    pub entropy: f32,
    /// The most probable candidates by the model's own opinion, best first.
    pub alternatives: Vec<Alternative>,
    /// What all other candidates have together, by the model's own opinion.
    pub rest_probability: f32,
    /// The same after the settings.
    pub rest_settings_probability: f32,
    /// How many other candidates there are.
    pub rest_count: u32,
    pub origin: Origin,
    /// Is it a control token (the end token among them), not text?
    pub special: bool,
    /// Microseconds from the previous token (from the start, for the first).
    pub micros: u32,
}

/// Notification `generate/token`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenEvent {
    pub generation: u32,
    #[serde(flatten)]
    pub record: TokenRecord,
    /// In step mode: the candidates are on the table and nothing is chosen yet; `id` is the best.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub waiting: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logits: Option<Vec<f32>>,
}

/// What is taken where no id is named.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// What the sampling chain draws.
    #[default]
    Draw,
    /// The candidate with the highest chance.
    Best,
}

/// Params of `generate/choose`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GenerateChoose {
    /// The token to take; see `pick` where missing.
    pub id: Option<u32>,
    /// Taken one after the other, after `id`.
    pub ids: Vec<u32>,
    pub pick: Pick,
    /// In force from this token on.
    pub sampling: Option<Sampling>,
    /// Wait no more after this token.
    pub run_on: bool,
}

/// Params of `generate/look`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GenerateLook {
    /// Settings to look through; those in force where missing.
    pub sampling: Option<Sampling>,
    /// How many candidates, 0 to 1000.
    pub candidates: u32,
    /// Tokens that are described besides, listed or not.
    pub ids: Vec<u32>,
}

/// The candidates for the next token, and what the settings leave of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StepOffer {
    /// Place in the whole sequence, prompt included.
    pub position: u32,
    /// Place in the answer, counted from 0.
    pub token_index: u32,
    /// The settings that `settings_probability` and `cut` are under.
    pub sampling: Sampling,
    /// Shannon entropy of the model's own distribution, in bits.
    pub entropy: f32,
    /// By the model's own opinion, best first. Cut ones stay and name their rule.
    pub candidates: Vec<Alternative>,
    /// What all other candidates have together, by the model's own opinion.
    pub rest_probability: f32,
    /// The same after the settings.
    pub rest_settings_probability: f32,
    pub rest_count: u32,
    /// How many of the whole vocabulary can be drawn.
    pub survivors: u32,
    /// The candidate with the highest chance after the settings; penalties may make it another than rank 1.
    pub best: u32,
    /// ln of the sum of exp(logit) over the whole vocabulary: a candidate's logit is ln(probability) plus
    /// this. Repetition penalties go by the sign of the logit.
    pub log_sum_exp: f32,
    /// The ids that penalties look at: the last `penalty_window` ones, prompt included, oldest first.
    pub recent: Vec<u32>,
}

/// Result of `generate/look`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    pub offer: StepOffer,
    /// The tokens that were asked for, in that order.
    pub asked: Vec<Alternative>,
    pub vocabulary_size: u32,
}

/// Params of `generate/stop`: which generation; the running one where missing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct GenerateStop {
    #[serde(default)]
    pub generation: Option<u32>,
}

/// Why it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The model took its end token.
    EndToken,
    /// `max_tokens` were produced.
    Limit,
    /// Prompt and answer fill the context.
    ContextFull,
    /// A string of `stop` came up.
    StopString,
    /// `generate/stop`.
    Stopped,
    /// See `error`.
    Failed,
}

/// Notification `generate/end`, exactly one for every started generation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GenerateEnd {
    pub generation: u32,
    pub reason: StopReason,
    pub prompt_tokens: u32,
    /// How many of these did not have to be computed, because an earlier sequence began with them.
    #[serde(default)]
    pub reused_tokens: u32,
    /// Tokens produced, the end token included.
    pub completion_tokens: u32,
    /// Milliseconds from the start to the first token: the prefill.
    pub first_token_ms: f32,
    /// Milliseconds from the first token to the last.
    pub decode_ms: f32,
    /// Left-over bytes of an unfinished character at the end, as U+FFFD text; mostly empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tail: String,
    /// With [`StopReason::StopString`]: where that string begins, in bytes of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_at: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RpcError>,
}
