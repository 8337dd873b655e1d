//! A conversation as the model gets it: system prompt, path, files quoted; and what of the exact
//! prompt belongs to which message.

use rusqlite::Connection;
use vitrine_core::protocol::{ChatPrompted, PromptMessage, Role, TurnFate};

use crate::contract::{PromptSegment, SegmentKind, TurnSettings};
use crate::history::{attachments, messages};
use crate::Error;

/// One turn of the prompt, and the message that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub message_id: Option<i64>,
    pub role: Role,
    pub content: String,
    pub pinned: bool,
}

impl Turn {
    /// For `chat/prompt`.
    pub fn to_prompt(&self) -> PromptMessage {
        PromptMessage { role: self.role, content: self.content.clone(), keep: self.pinned }
    }
}

/// The system prompt and the path down to `leaf`.
///
/// # Errors
/// What the history says.
pub fn path(connection: &Connection, settings: &TurnSettings, leaf: Option<i64>) -> Result<Vec<Turn>, Error> {
    let system = (!settings.system_prompt.trim().is_empty()).then(|| Turn {
        message_id: None,
        role: Role::System,
        content: settings.system_prompt.clone(),
        pinned: true,
    });
    let mut turns: Vec<Turn> = system.into_iter().collect();
    let path = match leaf {
        Some(leaf) => messages::words_to(connection, leaf)?,
        None => Vec::new(),
    };
    for words in path {
        turns.push(Turn {
            message_id: Some(words.id),
            role: words.role,
            content: if words.files.is_empty() {
                words.text
            } else {
                quoted(connection, &words.text, &words.files)?
            },
            pinned: words.pinned,
        });
    }
    Ok(turns)
}

/// A question with its files quoted before it.
///
/// # Errors
/// What the history says.
pub fn quoted(connection: &Connection, text: &str, files: &[i64]) -> Result<String, Error> {
    let mut content = String::new();
    for &id in files {
        let name = attachments::get(connection, id)?.name;
        content.push_str(&quote(&name, &attachments::text(connection, id)?));
        content.push_str("\n\n");
    }
    content.push_str(text);
    Ok(content)
}

/// A file under its name, between fences that its own text does not contain.
pub fn quote(name: &str, text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{name}\n{fence}\n{text}{end}{fence}")
}

/// Which tokens of the prompt are whose words. What lies between is the template's.
pub fn segments(turns: &[Turn], prompted: &ChatPrompted) -> Vec<PromptSegment> {
    let mut segments = Vec::new();
    let mut done = 0;
    let mut add = |start: u32, end: u32, kind, message_id| {
        if end > start {
            segments.push(PromptSegment { start, end, kind, message_id });
        }
    };
    for (turn, share) in turns.iter().zip(&prompted.shares) {
        if share.fate == TurnFate::LeftOut || share.end <= share.start {
            continue;
        }
        add(done, share.start, SegmentKind::Markup, None);
        let kind = match turn.role {
            Role::System => SegmentKind::System,
            Role::User => SegmentKind::User,
            Role::Assistant => SegmentKind::Assistant,
        };
        add(share.start.max(done), share.end, kind, turn.message_id);
        done = share.end.max(done);
    }
    let all = u32::try_from(prompted.ids.len()).unwrap_or(u32::MAX);
    add(done, all, SegmentKind::Markup, None);
    segments
}

/// The messages that fell out.
pub fn left_out(turns: &[Turn], prompted: &ChatPrompted) -> Vec<i64> {
    let fates = turns.iter().zip(&prompted.shares);
    fates
        .filter(|(_, share)| share.fate == TurnFate::LeftOut)
        .filter_map(|(turn, _)| turn.message_id)
        .collect()
}

/// Tokens that are kept free for the answer: what it may have at most, but no more than a quarter of the context.
pub fn reserve(max_tokens: u32, context_length: u32) -> u32 {
    /// Fewer are no answer.
    const LEAST: u32 = 16;
    max_tokens.min((context_length / 4).max(LEAST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_core::protocol::{ContextFit, PromptForm, PromptShare};

    #[test]
    fn a_file_is_quoted_so_that_its_own_fences_do_not_end_it() {
        assert_eq!(quote("a.txt", "x"), "a.txt\n```\nx\n```");
        assert_eq!(quote("a.md", "```\ncode\n```\n"), "a.md\n````\n```\ncode\n```\n````");
    }

    #[test]
    fn segments_cover_the_prompt_in_order() {
        let turn = |id, role| Turn { message_id: id, role, content: "x".into(), pinned: false };
        let turns = [turn(None, Role::System), turn(Some(1), Role::User), turn(Some(3), Role::User)];
        let share = |fate, start, end| PromptShare { fate, tokens: 0, start, end };
        let prompted = ChatPrompted {
            ids: vec![0; 12],
            prefill_ids: Vec::new(),
            tokens: None,
            shares: vec![
                share(TurnFate::Kept, 2, 4),
                share(TurnFate::LeftOut, 0, 0),
                share(TurnFate::Kept, 6, 9),
            ],
            form: PromptForm::Template,
            template_fallback: None,
            fit: ContextFit::SomeLeftOut,
        };
        let found: Vec<_> = segments(&turns, &prompted)
            .into_iter()
            .map(|segment| (segment.start, segment.end, segment.kind, segment.message_id))
            .collect();
        assert_eq!(
            found,
            [
                (0, 2, SegmentKind::Markup, None),
                (2, 4, SegmentKind::System, None),
                (4, 6, SegmentKind::Markup, None),
                (6, 9, SegmentKind::User, Some(3)),
                (9, 12, SegmentKind::Markup, None),
            ]
        );
        assert_eq!(left_out(&turns, &prompted), [1]);
    }

    #[test]
    fn room_for_an_answer_is_kept_within_reason() {
        assert_eq!((reserve(1024, 8192), reserve(1024, 1024), reserve(8, 1024)), (1024, 256, 8));
    }
}
