//! What falls out where the context is too small: a question together with its answers, the oldest first, never the last
//! question, the system prompt, or a pair in which something is to be kept. After every round the rest is
//! rendered and counted anew.
//!
//! Of a long conversation only its end is looked at for that ([`window`]): what lies far before it falls out whatever it
//! takes. What that is takes a rendering of the whole, which is remembered for the next question ([`Costs`]).

use vitrine_core::protocol::{ContextFit, PromptMessage, PromptShare, Role, RpcError};

use super::Rendered;

/// More than texts of any language have on average: with so many for each token of the room, the room is filled. Where it is
/// not, more is looked at.
const BYTES_A_TOKEN: usize = 8;

/// What the messages of a prompt took, as they stood in the whole conversation.
#[derive(Default)]
pub struct Costs {
    messages: Vec<PromptMessage>,
    tokens: Vec<u32>,
}

impl Costs {
    pub fn of(messages: Vec<PromptMessage>, shares: &[PromptShare]) -> Self {
        let mut tokens: Vec<u32> = shares.iter().map(|share| share.tokens).collect();
        // What stands after the last message was counted as its own.
        tokens.pop();
        Self { messages, tokens }
    }

    /// Of the messages that a conversation begins with, as far as they are known.
    pub fn known(&self, messages: &[PromptMessage]) -> &[u32] {
        let same = |(one, other): &(&PromptMessage, &PromptMessage)| {
            one.role == other.role && one.content == other.content
        };
        let same = self.messages.iter().zip(messages).take_while(same).count();
        &self.tokens[..same.min(self.tokens.len())]
    }
}

/// What of a conversation fits.
pub struct Fitted {
    pub rendered: Rendered,
    pub shares: Vec<PromptShare>,
    /// Of each message, whether it is in it.
    pub kept: Vec<bool>,
    pub fit: ContextFit,
}

/// Lets the oldest fall out until the rest has no more than `room` tokens. `count` renders what is kept.
///
/// # Errors
/// What `count` says.
pub fn fitted(
    messages: &[PromptMessage],
    room: usize,
    mut count: impl FnMut(&[bool]) -> Result<(Rendered, Vec<PromptShare>), RpcError>,
) -> Result<Fitted, RpcError> {
    let groups = groups(messages);
    let mut bytes = room.saturating_mul(BYTES_A_TOKEN);
    let (mut kept, mut rendered, mut shares, mut first) = loop {
        let first = window(&groups, messages, bytes);
        let mut kept = vec![true; messages.len()];
        groups[..first]
            .iter()
            .filter(|group| group.droppable)
            .for_each(|group| kept[group.start..group.end].fill(false));
        let (rendered, shares) = count(&kept)?;
        if first == 0 || rendered.spans.len() > room {
            break (kept, rendered, shares, first);
        }
        bytes = bytes.saturating_mul(2).max(1);
    };
    let mut fit = if kept.iter().all(|kept| *kept) { ContextFit::All } else { ContextFit::SomeLeftOut };
    let costs: Vec<u32> = shares.iter().map(|share| share.tokens).collect();
    while rendered.spans.len() > room {
        let mut over = rendered.spans.len() - room;
        let mut dropped = false;
        while over > 0 {
            let Some(place) = groups[first..].iter().position(|group| group.droppable) else { break };
            let group = &groups[first + place];
            first += place + 1;
            let freed: usize = costs[group.start..group.end].iter().map(|cost| *cost as usize).sum();
            kept[group.start..group.end].fill(false);
            over = over.saturating_sub(freed.max(1));
            dropped = true;
        }
        if !dropped {
            fit = ContextFit::TooLong;
            break;
        }
        fit = ContextFit::SomeLeftOut;
        (rendered, shares) = count(&kept)?;
    }
    Ok(Fitted { rendered, shares, kept, fit })
}

/// The first group of the end of a conversation that is looked at first: of more than `bytes`, so it is likely to fill the room.
fn window(groups: &[Group], messages: &[PromptMessage], bytes: usize) -> usize {
    let mut seen = 0_usize;
    for (place, group) in groups.iter().enumerate().rev() {
        if seen > bytes {
            return place + 1;
        }
        let of_group = messages[group.start..group.end].iter().map(|message| message.content.len());
        seen += of_group.sum::<usize>();
    }
    0
}

/// A question and what follows it up to the next one.
struct Group {
    start: usize,
    end: usize,
    droppable: bool,
}

fn groups(messages: &[PromptMessage]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (place, message) in messages.iter().enumerate() {
        match (message.role, groups.last_mut()) {
            (Role::System, _) => {
                groups.push(Group { start: place, end: place + 1, droppable: false });
            }
            (Role::Assistant, Some(group)) if messages[group.start].role != Role::System => {
                group.end = place + 1;
                group.droppable &= !message.keep;
            }
            _ => groups.push(Group { start: place, end: place + 1, droppable: !message.keep }),
        }
    }
    if let Some(last) = groups.last_mut() {
        last.droppable = false;
    }
    groups
}

#[cfg(test)]
mod tests {
    use vitrine_core::protocol::{PromptForm, TurnFate};
    use vitrine_core::tokenizer::Span;

    use super::super::{chosen, shares};
    use super::*;

    fn message(role: Role, keep: bool) -> PromptMessage {
        PromptMessage { role, content: String::new(), keep }
    }

    #[test]
    fn a_question_falls_out_with_its_answer_and_the_last_never() {
        use Role::{Assistant, System, User};
        let messages = [
            message(System, false),
            message(User, false),
            message(Assistant, false),
            message(User, false),
            message(Assistant, true),
            message(User, false),
        ];
        let found: Vec<_> =
            groups(&messages).iter().map(|group| (group.start, group.end, group.droppable)).collect();
        assert_eq!(found, [(0, 1, false), (1, 3, true), (3, 5, false), (5, 6, false)]);
    }

    /// With a template of two bytes around each message, and tokens of `width` bytes: what stays, how often it was rendered,
    /// and how many tokens at most.
    fn fit(messages: &[PromptMessage], room: usize, width: usize) -> (Vec<bool>, ContextFit, usize, usize) {
        let (mut times, mut largest) = (0, 0);
        let count = |kept: &[bool]| {
            times += 1;
            let text: String =
                chosen(messages, kept).iter().map(|one| format!("<{}>", one.content)).collect();
            let (end, width) = (text.len() as u32, width as u32);
            let span = |start| Span { id: start, start, end: end.min(start + width) };
            let spans: Vec<_> = (0..end).step_by(width as usize).map(span).collect();
            largest = largest.max(spans.len());
            let rendered = Rendered { spans, text, form: PromptForm::Template, fallback: None };
            let shares = shares(messages, kept, &rendered);
            Ok((rendered, shares))
        };
        let fitted = fitted(messages, room, count).expect("counted");
        assert!(fitted.fit == ContextFit::TooLong || fitted.rendered.spans.len() <= room);
        (fitted.kept, fitted.fit, times, largest)
    }

    fn turns(pairs: usize, pinned: &[usize]) -> Vec<PromptMessage> {
        let said = |role, content: String, keep| PromptMessage { role, content, keep };
        let mut messages = vec![said(Role::System, "be kind".into(), false)];
        for pair in 0..pairs {
            messages.push(said(Role::User, format!("question {pair:04}"), pinned.contains(&pair)));
            messages.push(said(Role::Assistant, format!("answer {pair:04}"), false));
        }
        messages.push(said(Role::User, "and now?".into(), false));
        messages
    }

    #[test]
    fn of_a_long_conversation_the_end_alone_is_looked_at() {
        let (kept, fit, times, largest) = fit(&turns(2_500, &[]), 100, 1);
        assert_eq!(fit, ContextFit::SomeLeftOut);
        assert!(times <= 3 && largest < 1_500, "rendered {times} times, up to {largest} tokens");
        // 9 for the system prompt, 10 for the question, 28 for each pair: two of them.
        let pairs = kept.iter().filter(|kept| **kept).count() - 2;
        assert_eq!(pairs, 4);
        assert!(kept[0] && kept[5_001 - 4..].iter().all(|kept| *kept));
    }

    #[test]
    fn the_longest_end_that_fits_stays_whatever_was_looked_at_first() {
        for room in (0..600).step_by(7) {
            let messages = turns(20, &[2]);
            let (kept, fit, ..) = fit(&messages, room, 1);
            // System prompt, question, and the pinned pair.
            let least = 9 + 10 + 28;
            let pairs = room.saturating_sub(least) / 28;
            assert_eq!(fit == ContextFit::TooLong, room < least, "{room}");
            let expected = if room < least { 4 } else { (4 + 2 * pairs).min(messages.len()) };
            assert_eq!(kept.iter().filter(|kept| **kept).count(), expected, "{room}");
            assert_eq!(fit == ContextFit::All, expected == messages.len(), "{room}");
            assert!(kept[5] && kept[6], "the pinned pair stays: {room}");
        }
    }

    #[test]
    fn long_messages_of_few_tokens_are_looked_at_until_the_room_is_full() {
        let mut messages = turns(300, &[]);
        messages.iter_mut().for_each(|message| message.content = "x".repeat(98));
        // One token each.
        let (kept, fit, times, _) = fit(&messages, 402, 100);
        assert_eq!(fit, ContextFit::SomeLeftOut);
        assert_eq!(kept.iter().filter(|kept| **kept).count(), 402);
        assert!(times > 2, "the first look was too short");
    }

    #[test]
    fn what_messages_took_is_known_as_far_as_they_are_the_same() {
        let messages = turns(2, &[]);
        let share = |tokens| PromptShare { fate: TurnFate::Kept, tokens, start: 0, end: 0 };
        let shares: Vec<_> = (1..=6).map(share).collect();
        let costs = Costs::of(messages.clone(), &shares);
        assert_eq!(costs.known(&messages), [1, 2, 3, 4, 5]);
        let mut other = messages.clone();
        other[5].content = "and then?".into();
        assert_eq!(costs.known(&other), [1, 2, 3, 4, 5]);
        other[2].content = "no".into();
        assert_eq!(costs.known(&other), [1, 2]);
        assert_eq!(Costs::default().known(&messages), [] as [u32; 0]);
    }
}
