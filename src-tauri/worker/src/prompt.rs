//! `chat/prompt`: the exact prompt of a turn, what of it belongs to which message, and what falls
//! out where the context is too small.
//!
//! The template is asked for the whole conversation, as always; where each message stands in its
//! text is found by looking for the message's content, in order. So counts are exact for any template, and
//! they sum up to the prompt.
//!
//! What falls out is decided in [`fit`].

use vitrine_core::protocol::{
    ChatMessage, ChatPrompt, ChatPrompted, ErrorKind, PromptForm, PromptMessage, PromptShare, PromptToken,
    RpcError, Sampling, TurnFate, VocabularyFound, VocabularyHit, VocabularySearch,
};
use vitrine_core::sampling::Table;
use vitrine_core::template;
use vitrine_core::tokenizer::Span;

use crate::loaded::Loaded;
use crate::panic;
use fit::{fitted, Costs, Fitted};

mod fit;

/// Most hits of a search.
const MOST_HITS: u32 = 1000;

/// A conversation as text and tokens.
pub struct Rendered {
    pub spans: Vec<Span>,
    pub text: String,
    pub form: PromptForm,
    pub fallback: Option<String>,
}

/// Renders a conversation with an open assistant turn. A template that fails, or leaves the question out, does not end the
/// conversation: the plain form is used instead, and the reason is passed on.
///
/// # Errors
/// Where the tokenizer fails on the text.
pub fn render(model: &Loaded, messages: &[ChatMessage]) -> Result<Rendered, RpcError> {
    let rendered = match &model.template {
        // Whatever a template does, the worker goes on.
        Some(template) => panic::caught(|| template.prompt(messages, &model.template_variables()))
            .unwrap_or_else(|message| Err(RpcError::new(ErrorKind::TemplateFailed, message))),
        // A template that did not compile: this model knows turns all the same.
        None if model.info.has_chat_template => {
            Err(RpcError::new(ErrorKind::TemplateFailed, "the chat template does not compile"))
        }
        None => {
            let text = template::completion(messages);
            return Ok(Rendered {
                spans: model.tokenizer.open_spans(&text)?,
                text,
                form: PromptForm::Completion,
                fallback: Some("this model has no chat template; it continues the text".into()),
            });
        }
    };
    Ok(match rendered {
        Ok(text) => Rendered {
            spans: model.tokenizer.prompt_spans(&text)?,
            text,
            form: PromptForm::Template,
            fallback: None,
        },
        Err(error) => {
            let (_, text) = template::plain_for(&model.tokenizer, messages);
            Rendered {
                spans: model.tokenizer.open_spans(&text)?,
                text,
                form: PromptForm::Plain,
                fallback: Some(error.message),
            }
        }
    })
}

/// The last prompt that was made. A turn is mostly sent as it was previewed a moment before: then it is here.
///
/// It belongs to the one model of this process, so what was asked for decides alone.
#[derive(Default)]
pub struct LastPrompt {
    last: Option<(Asked, ChatPrompted)>,
    costs: Costs,
}

/// What a prompt depends on.
#[derive(PartialEq)]
struct Asked {
    messages: Vec<PromptMessage>,
    reserve: u32,
    prefill: String,
}

impl LastPrompt {
    /// The exact prompt.
    ///
    /// # Errors
    /// `InvalidParams` for no messages.
    pub fn get(&mut self, params: ChatPrompt, model: &Loaded) -> Result<ChatPrompted, RpcError> {
        let ChatPrompt { messages, reserve, prefill, tokens } = params;
        let asked = Asked { messages, reserve, prefill };
        let mut prompted = self.of(asked, |asked, costs| prompt(asked, model, costs))?;
        if tokens {
            let all = prompted.ids.iter().chain(&prompted.prefill_ids);
            prompted.tokens = Some(all.map(|&id| token(model, id)).collect());
        }
        Ok(prompted)
    }

    fn of(
        &mut self,
        asked: Asked,
        make: impl FnOnce(&Asked, &mut Costs) -> Result<ChatPrompted, RpcError>,
    ) -> Result<ChatPrompted, RpcError> {
        if let Some((_, prompted)) = self.last.as_ref().filter(|(before, _)| *before == asked) {
            return Ok(prompted.clone());
        }
        // Not kept beside the next: both may be many megabytes.
        self.last = None;
        let prompted = make(&asked, &mut self.costs)?;
        self.last = Some((asked, prompted.clone()));
        Ok(prompted)
    }
}

/// Without [`ChatPrompted::tokens`].
fn prompt(asked: &Asked, model: &Loaded, costs: &mut Costs) -> Result<ChatPrompted, RpcError> {
    let messages = &asked.messages;
    if messages.is_empty() {
        return Err(RpcError::new(ErrorKind::InvalidParams, "a prompt needs at least one message"));
    }
    let prefill_ids = match asked.prefill.as_str() {
        "" => Vec::new(),
        text => model.tokenizer.encode_continuation(text)?,
    };
    let extra = asked.reserve as usize + prefill_ids.len();
    let room = (model.context_length as usize).saturating_sub(extra);
    let count = |kept: &[bool]| {
        let rendered = render(model, &chosen(messages, kept))?;
        let shares = shares(messages, kept, &rendered);
        Ok((rendered, shares))
    };
    let Fitted { rendered, mut shares, kept, fit } = fitted(messages, room, count)?;
    // What fell out is told what it would have taken.
    if let Some(last_out) = kept.iter().rposition(|kept| !kept) {
        if costs.known(messages).len() <= last_out {
            let whole = vec![true; messages.len()];
            let shares = self::shares(messages, &whole, &render(model, &chosen(messages, &whole))?);
            *costs = Costs::of(messages.clone(), &shares);
        }
        let out = shares.iter_mut().zip(&kept).zip(costs.known(messages)).filter(|((_, kept), _)| !**kept);
        out.for_each(|((share, _), cost)| share.tokens = *cost);
    }
    Ok(ChatPrompted {
        ids: rendered.spans.iter().map(|span| span.id).collect(),
        prefill_ids,
        tokens: None,
        shares,
        form: rendered.form,
        template_fallback: rendered.fallback,
        fit,
    })
}

/// Tokens whose text contains the query, with their numbers where a token waits.
pub fn search(
    params: &VocabularySearch,
    model: &Loaded,
    waiting: Option<(&Table, &Sampling)>,
) -> VocabularyFound {
    let limit = params.limit.min(MOST_HITS) as usize;
    let ids = model.tokenizer.search(&params.query, limit, model.ids_end);
    let there = waiting.and_then(|(table, sampling)| table.describe(sampling, &ids, |_| String::new()));
    let hits = ids.iter().enumerate().map(|(place, &id)| {
        let PromptToken { id, bytes, special } = token(model, id);
        let numbers = there.as_ref().and_then(|there| there.get(place)).filter(|one| one.id == id);
        VocabularyHit {
            id,
            bytes,
            special,
            probability: numbers.map(|one| one.probability),
            settings_probability: numbers.map(|one| one.settings_probability),
            rank: numbers.map(|one| one.rank),
        }
    });
    VocabularyFound { hits: hits.collect() }
}

fn token(model: &Loaded, id: u32) -> PromptToken {
    let bytes = model.tokenizer.token_bytes(id).unwrap_or_default();
    PromptToken { id, bytes: hex::encode(bytes), special: model.tokenizer.is_special(id) }
}

fn chosen(messages: &[PromptMessage], kept: &[bool]) -> Vec<ChatMessage> {
    let messages = messages.iter().zip(kept).filter(|(_, kept)| **kept);
    messages
        .map(|(message, _)| ChatMessage { role: message.role, content: message.content.clone() })
        .collect()
}

/// What of the prompt belongs to which message. A message begins where the one before it ends;
/// what stands after the last one is the last one's.
fn shares(messages: &[PromptMessage], kept: &[bool], rendered: &Rendered) -> Vec<PromptShare> {
    let Rendered { spans, text, .. } = rendered;
    let mut from = 0;
    let mut done = 0;
    let last = kept.iter().rposition(|kept| *kept);
    let mut shares = Vec::with_capacity(messages.len());
    for (place, (message, kept)) in messages.iter().zip(kept).enumerate() {
        if !kept {
            shares.push(PromptShare { fate: TurnFate::LeftOut, tokens: 0, start: 0, end: 0 });
            continue;
        }
        let found = locate(&text[from..], &message.content).map(|(start, end)| (from + start, from + end));
        let (start, end) = found.unwrap_or((from, from));
        from = end;
        // Tokens that stand for some byte of the content.
        let first = spans.partition_point(|span| (span.end as usize) <= start).max(done);
        let mut next = spans.partition_point(|span| (span.start as usize) < end).max(first);
        if found.is_none() || start == end {
            next = first;
        }
        let upto = if Some(place) == last { spans.len() } else { next.max(done) };
        shares.push(PromptShare {
            fate: TurnFate::Kept,
            tokens: (upto - done) as u32,
            start: first as u32,
            end: next as u32,
        });
        done = upto;
    }
    shares
}

/// Where a message's content stands in a prompt. Templates trim it, and take the thinking out of earlier answers.
fn locate(text: &str, content: &str) -> Option<(usize, usize)> {
    let without_thinking = content.rsplit("</think>").next().unwrap_or(content);
    let forms = [content, content.trim(), without_thinking.trim()];
    let form = forms.into_iter().find(|form| !form.is_empty() && text.contains(form))?;
    let start = text.find(form)?;
    Some((start, start + form.len()))
}

#[cfg(test)]
mod tests {
    use vitrine_core::protocol::{ContextFit, Role};

    use super::*;

    #[test]
    fn the_same_prompt_is_made_once_and_any_other_anew() {
        let asked = |content: &str, reserve, prefill: &str| Asked {
            messages: vec![PromptMessage { role: Role::User, content: content.into(), keep: false }],
            reserve,
            prefill: prefill.into(),
        };
        let prompted = |id| ChatPrompted {
            ids: vec![id],
            prefill_ids: Vec::new(),
            tokens: None,
            shares: Vec::new(),
            form: PromptForm::Template,
            template_fallback: None,
            fit: ContextFit::All,
        };
        let mut last = LastPrompt::default();
        let mut made = 0;
        let mut ask = |asked| {
            let answer = last.of(asked, |_, _| {
                made += 1;
                Ok(prompted(made))
            });
            answer.expect("made").ids[0]
        };
        assert_eq!((ask(asked("a", 4, "")), ask(asked("a", 4, ""))), (1, 1));
        assert_eq!(ask(asked("a ", 4, "")), 2);
        assert_eq!(ask(asked("a", 5, "")), 3);
        assert_eq!(ask(asked("a", 5, "b")), 4);
        let mut pinned = asked("a", 5, "b");
        pinned.messages[0].keep = true;
        assert_eq!(ask(pinned), 5);
        assert_eq!(ask(asked("a", 5, "b")), 6, "one is kept");

        let refused = last.of(asked("c", 0, ""), |_, _| Err(RpcError::new(ErrorKind::InvalidParams, "no")));
        assert!(refused.is_err());
        assert_eq!(
            last.of(asked("c", 0, ""), |_, _| Ok(prompted(9))).expect("made").ids,
            [9],
            "no error is kept"
        );
    }

    #[test]
    fn content_is_found_as_templates_change_it() {
        assert_eq!(locate("<u> Hi <e>", " Hi "), Some((3, 7)));
        assert_eq!(locate("<u>Hi<e>", " Hi\n"), Some((3, 5)));
        assert_eq!(locate("<a>42<e>", "<think>\nwell\n</think>\n\n42"), Some((3, 5)));
        assert_eq!(locate("<a>42<e>", "43"), None);
        assert_eq!(locate("<a>42<e>", ""), None);
    }

    #[test]
    fn shares_cover_the_prompt() {
        let text = "<u>ab<e><u>c<e><a>".to_owned();
        let spans = (0..text.len() as u32).map(|at| Span { id: at, start: at, end: at + 1 }).collect();
        let rendered = Rendered { spans, text, form: PromptForm::Template, fallback: None };
        let said = |content: &str| PromptMessage { role: Role::User, content: content.into(), keep: false };
        let shares = shares(&[said("ab"), said("gone"), said("c")], &[true, false, true], &rendered);
        let found: Vec<_> = shares.iter().map(|share| (share.tokens, share.start, share.end)).collect();
        assert_eq!(found, [(5, 3, 5), (0, 0, 0), (13, 11, 12)]);
        assert_eq!(shares.iter().map(|share| share.tokens).sum::<u32>() as usize, rendered.spans.len());
    }
}
