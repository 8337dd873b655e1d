//! LM Studio: a file a conversation. Its documentation says that the structure may change at any time, so everything in
//! it may be missing. A message is a list of versions, and only the chosen one has successors.

use serde_json::Value;

use super::value::{array, as_text, count, float, object, objects, text, time, tool, Object};
use crate::document::{Answer, Role, Sampling, Settings, StopReason};
use crate::draft::{Body, Draft, Node, Oddities, Said};
use crate::fault::Fault;
use crate::receipt::{Oddity, Source};

/// The folder below which conversations lie; what is between is the user's.
const ROOT: &str = "conversations";

/// `name`: of the file. `folders`: those that it lies in.
pub(super) fn read(of: &Object, name: &str, folders: &[String]) -> Result<Draft, Fault> {
    let mut draft = Draft::new(Source::LmStudio);
    draft.title = text(of, "name").map(str::to_owned);
    draft.created_at = time(of, &["createdAt"]);
    draft.updated_at = time(of, &["userLastMessagedAt", "assistantLastMessagedAt", "updatedAt"]);
    draft.pinned = super::value::yes(of, "pinned");
    // Its id is its path; what stays the same when it is moved is when it was made, to the millisecond.
    draft.id = draft.created_at.map(|made| made.to_string());
    if let Some(root) = folders.iter().rposition(|folder| folder == ROOT) {
        draft.folder = folders[root + 1..].to_vec();
    }
    if draft.title.is_none() {
        let stem = name.split('.').next().unwrap_or_default();
        // A file that nobody named has a time for a name.
        draft.title = Some(stem.to_owned()).filter(|stem| !stem.bytes().all(|byte| byte.is_ascii_digit()));
    }
    let settings = object(of, "perChatPredictionConfig").map(settings_of).unwrap_or_default();
    let system = text(of, "systemPrompt").map(str::to_owned).unwrap_or(settings.system_prompt);
    let settings = Settings { system_prompt: system, ..settings };
    draft.settings = (settings != Settings::default()).then_some(settings);
    let model = object(of, "lastUsedModel").and_then(|model| text(model, "identifier"));

    let mut chosen: Option<String> = None;
    for (at, message) in objects(of, "messages").enumerate() {
        let versions = array(message, "versions");
        let selected = message.get("currentlySelected").and_then(Value::as_u64).unwrap_or(0) as usize;
        let selected = if selected < versions.len() {
            selected
        } else {
            draft.oddities.add(Oddity::VersionMissing);
            0
        };
        let mut next = None;
        for (number, version) in versions.iter().enumerate() {
            let Some(version) = version.as_object() else {
                draft.oddities.add(Oddity::MessageDamaged);
                continue;
            };
            let id = format!("{at}.{number}");
            let body = Body::Said(Box::new(said_of(version, model, &mut draft.oddities)));
            if number == selected {
                next = Some(id.clone());
            }
            draft.nodes.push(Node { id, parent: chosen.clone(), body });
        }
        // Where the chosen one can't be read, what follows hangs on what came before.
        chosen = next.or(chosen);
    }
    draft.active = chosen;
    Ok(draft)
}

fn settings_of(config: &Object) -> Settings {
    let mut settings = Settings::default();
    for field in objects(config, "fields") {
        let (Some(key), Some(value)) = (text(field, "key"), field.get("value")) else { continue };
        let number = |value: &Value| {
            // Some are `{checked, value}`: a number that is switched on.
            let value = match value.as_object() {
                Some(switch) if switch.get("checked").and_then(Value::as_bool) == Some(false) => return None,
                Some(switch) => switch.get("value")?.as_f64()?,
                None => value.as_f64()?,
            };
            value.is_finite().then_some(value as f32)
        };
        let whole = |value: &Value| number(value).filter(|value| *value >= 0.0).map(|value| value as u32);
        let Sampling { temperature, top_k, top_p, min_p, repetition_penalty, presence_penalty, .. } =
            &mut settings.sampling;
        match key {
            "llm.prediction.systemPrompt" => settings.system_prompt = as_text(value),
            "llm.prediction.temperature" => *temperature = number(value),
            "llm.prediction.topKSampling" => *top_k = whole(value),
            "llm.prediction.topPSampling" => *top_p = number(value),
            "llm.prediction.minPSampling" => *min_p = number(value),
            "llm.prediction.repeatPenalty" => *repetition_penalty = number(value),
            "llm.prediction.presencePenalty" | "llm.prediction.llama.presencePenalty" => {
                *presence_penalty = number(value);
            }
            "llm.prediction.maxPredictedTokens" => settings.max_tokens = whole(value),
            _ => {}
        }
    }
    settings
}

fn said_of(version: &Object, model: Option<&str>, oddities: &mut Oddities) -> Said {
    let role = match text(version, "role") {
        Some("user") => Some(Role::User),
        Some("assistant") => Some(Role::Assistant),
        Some("system") => Some(Role::System),
        _ => None,
    };
    let mut said = Said { role, ..Said::default() };
    let mut words = Vec::new();
    let mut answer = Answer::default();
    if role == Some(Role::Assistant) {
        let sender = object(version, "senderInfo").and_then(|sender| text(sender, "senderName"));
        answer.model_name = sender.or(model).unwrap_or_default().to_owned();
    }
    // One that has no steps is a step by itself.
    let whole = [Value::Object(version.clone())];
    let steps = if array(version, "steps").is_empty() { &whole[..] } else { array(version, "steps") };
    for step in steps.iter().filter_map(Value::as_object) {
        let kind = object(step, "style").and_then(|style| text(style, "type"));
        for part in objects(step, "content") {
            match text(part, "type").unwrap_or_default() {
                "text" if kind == Some("thinking") => {
                    said.thoughts.extend(text(part, "text").map(str::to_owned));
                }
                "text" => words.extend(text(part, "text").map(str::to_owned)),
                "toolCallRequest" => {
                    oddities.add(Oddity::ToolsAsThoughts);
                    let given = part.get("parameters").map(as_text).unwrap_or_default();
                    said.thoughts.push(tool(text(part, "name").unwrap_or_default(), &given));
                }
                "toolCallResult" => {
                    oddities.add(Oddity::ToolsAsThoughts);
                    said.thoughts.push(tool("", &part.get("content").map(as_text).unwrap_or_default()));
                }
                _ => {
                    oddities.add(Oddity::MediaLeftOut);
                    let name = text(part, "name").or_else(|| text(part, "fileIdentifier")).unwrap_or("?");
                    words.insert(0, format!("[file: {name}]"));
                }
            }
        }
        if let Some(info) = object(step, "genInfo") {
            facts(info, &mut answer);
        }
    }
    said.text = words.join("\n\n");
    said.interrupted = answer.stop_reason == Some(StopReason::Failed);
    said.answer = (role == Some(Role::Assistant)).then_some(answer);
    said
}

/// A model in a file is called by its file; one in a catalogue (`qwen/qwen3`), by its whole name.
fn name_of(model: &str) -> &str {
    match model.rsplit_once('/') {
        Some((_, file)) if file.ends_with(".gguf") => file.trim_end_matches(".gguf"),
        _ => model,
    }
}

/// Of the last step that has them.
fn facts(info: &Object, answer: &mut Answer) {
    let model = text(info, "indexedModelIdentifier").or_else(|| text(info, "identifier"));
    if let Some(model) = model {
        answer.model_name = name_of(model).to_owned();
    }
    if let Some(config) = object(info, "predictionConfig") {
        answer.settings = Some(settings_of(config));
    }
    let Some(stats) = object(info, "stats") else { return };
    answer.stop_reason = match text(stats, "stopReason") {
        Some("eosFound") => Some(StopReason::EndToken),
        Some("contextLengthReached") => Some(StopReason::ContextFull),
        Some("maxPredictedTokensReached") => Some(StopReason::Limit),
        Some("stopStringFound") => Some(StopReason::StopString),
        Some("userStopped") => Some(StopReason::Stopped),
        Some("failed") => Some(StopReason::Failed),
        _ => None,
    };
    answer.prompt_tokens = count(stats, "promptTokensCount");
    answer.completion_tokens = count(stats, "predictedTokensCount");
    answer.first_token_ms = float(stats, "timeToFirstTokenSec").map(|seconds| seconds * 1000.0);
    answer.decode_ms = float(stats, "totalTimeSec").map(|seconds| seconds * 1000.0);
}
