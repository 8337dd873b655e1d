//! Markdown: the app's own export, exactly; a dialogue with headings that name who speaks, as other apps write it; and,
//! where somebody chose that very file, any text, as one message.

use std::io::Read;

use serde_json::Value;

use super::session::Session;
use super::value::{moment, text, time, yes, Object};
use crate::document::{
    derived_uid, fresh_uid, Answer, Attachment, Conversation, Message, Named, Role, Settings, Status,
};
use crate::draft::{Body, Draft, Oddities, Said};
use crate::export::markdown::{sum_of, FORMAT, MARK, MARK_END};
use crate::fault::Fault;
use crate::receipt::{Oddity, Source, Why};
use crate::source::Item;
use crate::thoughts;

/// Is this the beginning of a dialogue that is recognised, ours or another app's?
pub(super) fn is_dialogue(head: &[u8]) -> bool {
    let head = readable(head);
    let head = String::from_utf8_lossy(head);
    is_ours(&head) || turns(&head).is_some()
}

/// Is this the beginning of a text at all?
pub(super) fn is_text(head: &[u8]) -> bool {
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B);
    !head.iter().any(control) && std::str::from_utf8(readable(head)).is_ok()
}

/// Without a character that the end of the head cuts.
fn readable(head: &[u8]) -> &[u8] {
    match std::str::from_utf8(head) {
        Err(error) if error.error_len().is_none() => &head[..error.valid_up_to()],
        _ => head,
    }
}

/// Reads the file and hands on what is in it.
///
/// # Errors
/// What the reader says, [`Why::TooLarge`], [`Why::Empty`].
pub(super) fn read(item: &mut Item, session: &mut Session) -> Result<(), Fault> {
    let most = session.limits().conversation as u64;
    let mut bytes = Vec::new();
    session.guard(item.from.open()?).take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Fault::new(Why::TooLarge, "larger than a conversation may be"));
    }
    let mut oddities = Oddities::default();
    let content = String::from_utf8(bytes).unwrap_or_else(|error| {
        oddities.add(Oddity::NotUtf8);
        String::from_utf8_lossy(error.as_bytes()).into_owned()
    });
    let content = content.strip_prefix('\u{feff}').unwrap_or(&content);
    let mut content = content.to_owned();
    // An editor that changed all line ends.
    if content.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r')) {
        content = content.replace("\r\n", "\n");
    }
    if is_ours(&content) {
        match ours(&content, &mut oddities) {
            Ok(conversation) => session.found(&item.place, conversation, Source::Markdown, oddities.list()),
            Err(fault) => session.lost(&item.place, String::new(), fault),
        }
        return Ok(());
    }
    let draft = foreign(&content, &item.name, oddities);
    session.draft(&item.place, Ok(draft));
    Ok(())
}

/// The lines of the front matter, and what comes after it.
fn front_matter(content: &str) -> Option<(&str, &str)> {
    let inside = content.strip_prefix("---\n").or_else(|| content.strip_prefix("---\r\n"))?;
    let at = inside.find("\n---")?;
    let after = &inside[at + "\n---".len()..];
    Some((&inside[..at], after.trim_start_matches(['-', '\r']).strip_prefix('\n').unwrap_or_default()))
}

fn is_ours(content: &str) -> bool {
    front_matter(content)
        .is_some_and(|(front, _)| members(front).get("format").is_some_and(|is| is == FORMAT))
}

/// Values are JSON; what another program wrote is a text as it stands.
fn members(front: &str) -> Object {
    let lines = front.lines().filter_map(|line| line.split_once(':'));
    let value = |text: &str| {
        serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.trim_matches(['"', '\''])))
    };
    lines.map(|(name, rest)| (name.trim().to_owned(), value(rest.trim()))).collect()
}

fn ours(content: &str, oddities: &mut Oddities) -> Result<Conversation, Fault> {
    let (front, body) = front_matter(content).ok_or_else(|| Fault::new(Why::Damaged, "no front matter"))?;
    let front = members(front);
    let folder = front.get("folder").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let settings = text(&front, "system_prompt")
        .map(|prompt| Settings { system_prompt: prompt.to_owned(), ..Settings::default() });
    let mut conversation = Conversation {
        uid: text(&front, "uid").map_or_else(|| derived_uid(&["markdown", "content", body]), str::to_owned),
        title: text(&front, "title").unwrap_or_default().to_owned(),
        title_given: yes(&front, "title_given"),
        created_at: time(&front, &["date"]),
        updated_at: time(&front, &["updated", "date"]),
        folder: folder.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect(),
        starred: yes(&front, "starred"),
        pinned: yes(&front, "pinned"),
        archived: yes(&front, "archived"),
        settings,
        ..Conversation::default()
    };
    for block in blocks(body) {
        let message = block.message(conversation.messages.last(), oddities);
        conversation.messages.push(message);
    }
    if conversation.messages.is_empty() {
        return Err(Fault::new(Why::Empty, "no messages"));
    }
    conversation.active = conversation.messages.last().map(|message| message.uid.clone());
    crate::document::repair(&mut conversation, oddities);
    Ok(conversation)
}

/// One message as it stands in our Markdown.
struct Block {
    role: Role,
    facts: Object,
    files: Vec<Attachment>,
    thoughts: String,
    text: String,
}

/// The kind and the facts of a comment of ours.
fn mark(line: &str) -> Option<(&str, Object)> {
    let inside = line.strip_prefix(MARK)?.trim_end().strip_suffix(MARK_END.trim_start())?.trim_end();
    let (kind, facts) = inside.split_once(' ').unwrap_or((inside, "{}"));
    Some((kind, serde_json::from_str(facts).unwrap_or_default()))
}

fn blocks(body: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = body.split('\n').peekable();
    while let Some(line) = lines.next() {
        let found = mark(line);
        if let Some(role) = found.as_ref().and_then(|(kind, _)| Role::of(kind)) {
            let facts = found.map(|(_, facts)| facts).unwrap_or_default();
            blocks.push(Block {
                role,
                facts,
                files: Vec::new(),
                thoughts: String::new(),
                text: String::new(),
            });
            // The heading, and the empty line below it.
            if lines.next_if(|line| line.starts_with("## ")).is_some() {
                lines.next_if(|line| line.trim().is_empty());
            }
            continue;
        }
        let Some(block) = blocks.last_mut() else { continue };
        match found {
            Some((kind @ ("file" | "thoughts"), facts)) if block.text.is_empty() => {
                let mut quoted = Vec::new();
                while let Some(line) = lines.next_if(|line| line.starts_with('>')) {
                    quoted.push(line.strip_prefix("> ").or_else(|| line.strip_prefix('>')).unwrap_or(line));
                }
                lines.next_if(|line| line.trim().is_empty());
                // The label, and the empty line below it.
                let label = quoted.first().is_some_and(|line| line.starts_with("**"));
                let quoted = quoted.get(if label { 2 } else { 0 }..).unwrap_or_default().join("\n");
                match kind {
                    "thoughts" => block.thoughts = quoted,
                    _ => block.files.push(Attachment {
                        name: text(&facts, "name").unwrap_or("attachment.txt").to_owned(),
                        bytes: quoted.len() as u64,
                        text: quoted,
                        ..Attachment::default()
                    }),
                }
            }
            _ => {
                let escaped = line.trim_start_matches('\\').starts_with(MARK);
                block.text.push_str(if escaped { line.strip_prefix('\\').unwrap_or(line) } else { line });
                block.text.push('\n');
            }
        }
    }
    let last = blocks.len().saturating_sub(1);
    for (at, block) in blocks.iter_mut().enumerate() {
        // The text's own line end and the empty line; the last one has one more, of the split.
        let tail = if at == last { "\n\n\n" } else { "\n\n" };
        let kept = block.text.strip_suffix(tail).unwrap_or(block.text.trim_end_matches('\n')).len();
        block.text.truncate(kept);
    }
    blocks
}

impl Block {
    fn message(self, before: Option<&Message>, oddities: &mut Oddities) -> Message {
        let Self { role, facts, files, thoughts, text: said } = self;
        let joined = thoughts::join(&thoughts, &said);
        let uid = text(&facts, "uid").map_or_else(fresh_uid, str::to_owned);
        let sum = text(&facts, "sum");
        // Thoughts may have had other marks around them.
        let same = sum.is_none_or(|sum| sum == sum_of(&joined)) || !thoughts.is_empty();
        // Somebody wrote something else there: another version of it.
        let uid = if same { uid } else { derived_uid(&[&uid, "edited", &joined]) };
        let known = |name: &str| facts.get(name).and_then(moment);
        if facts.is_empty() {
            oddities.add(Oddity::MessageDamaged);
        }
        Message {
            uid,
            parent: before.map(|message| message.uid.clone()),
            role: Some(role),
            text: joined,
            status: Some(Status::Complete),
            created_at: known("at"),
            pinned: yes(&facts, "pinned"),
            attachments: files,
            answer: (role == Role::Assistant).then(|| Answer {
                model_name: text(&facts, "model").unwrap_or_default().to_owned(),
                ..Answer::default()
            }),
            ..Message::default()
        }
    }
}

/// How a line says who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Heading(usize),
    /// `**User:**`
    Bold,
    /// `User:`
    Plain,
}

/// Who speaks by this line, how it says so, and what else stands in it.
fn speaker(line: &str) -> Option<(Role, Style, &str)> {
    let line = line.trim_end();
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let (style, inside, rest) = if (1..=6).contains(&level) {
        let heading = line[level..].strip_prefix(' ')?;
        (Style::Heading(level), heading, "")
    } else if let Some(bold) = line.strip_prefix("**") {
        let (inside, rest) = bold.split_once("**")?;
        let after = rest.trim_start_matches([':', '：']);
        // Without a colon it is a word in bold.
        if after.len() == rest.len() && !inside.ends_with([':', '：']) && !rest.trim().is_empty() {
            return None;
        }
        (Style::Bold, inside, after.trim_start())
    } else {
        let (inside, rest) = line.split_once([':', '：'])?;
        (Style::Plain, inside, rest.trim_start())
    };
    let name = inside.trim_matches(|character: char| !character.is_alphanumeric()).to_lowercase();
    let name = name.strip_suffix(" said").unwrap_or(&name);
    let role = match name {
        "user" | "you" | "human" | "me" | "question" | "q" | "prompt" | "用户" | "你" | "我" | "提问"
        | "问" | "问题" => Role::User,
        "assistant" | "ai" | "chatgpt" | "claude" | "gpt" | "bot" | "model" | "answer" | "a" | "response"
        | "助手" | "回答" | "答" | "模型" | "机器人" | "ai 助手" | "ai助手" => Role::Assistant,
        "system" | "system prompt" | "系统" | "系统提示词" => Role::System,
        _ => return None,
    };
    Some((role, style, rest))
}

/// The turns of a dialogue, and what stands before the first. `None` where nobody, or only one, is named.
fn turns(content: &str) -> Option<(String, Vec<(Role, String)>)> {
    let body = front_matter(content).map_or(content, |(_, body)| body);
    let (mut before, mut turns, mut style) = (String::new(), Vec::<(Role, String)>::new(), None);
    let mut fence: Option<&str> = None;
    for line in body.lines() {
        let begun = line.trim_start();
        match fence {
            Some(open) if begun.starts_with(open) => fence = None,
            Some(_) => {}
            None => fence = ["```", "~~~"].into_iter().find(|open| begun.starts_with(open)),
        }
        let found = if fence.is_none() { speaker(line) } else { None };
        match found.filter(|(_, found, _)| style.is_none_or(|style| style == *found)) {
            Some((role, found, rest)) => {
                style = Some(found);
                turns.push((role, if rest.is_empty() { String::new() } else { format!("{rest}\n") }));
            }
            None => {
                let text = turns.last_mut().map_or(&mut before, |(_, text)| text);
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    let has = |role| turns.iter().any(|(speaks, _)| *speaks == role);
    let begins = turns.first().is_some_and(|(role, _)| *role != Role::Assistant);
    (begins && has(Role::User) && has(Role::Assistant)).then_some((before, turns))
}

fn foreign(content: &str, name: &str, oddities: Oddities) -> Draft {
    let mut draft = Draft::new(Source::Markdown);
    draft.oddities = oddities;
    let front = front_matter(content).map(|(front, _)| members(front)).unwrap_or_default();
    draft.created_at = time(&front, &["date", "created", "created_at"]);
    draft.updated_at = time(&front, &["updated", "updated_at"]);
    let model = text(&front, "model").unwrap_or_default();
    let heading =
        |text: &str| text.lines().find_map(|line| line.strip_prefix("# ")).map(|line| line.trim().to_owned());
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
    let titled = text(&front, "title").map(str::to_owned);
    let Some((before, turns)) = turns(content) else {
        draft.title = titled.or_else(|| heading(content)).or(Some(stem));
        let said = Said { role: Some(Role::User), text: content.trim().to_owned(), ..Said::default() };
        draft.append(None, Body::Said(Box::new(said)));
        return draft;
    };
    draft.title = titled.or_else(|| heading(&before)).or(Some(stem));
    // A title alone is the title; anything more belongs to what is said first.
    let before: Vec<&str> = before.lines().filter(|line| !line.starts_with("# ")).collect();
    let mut before = before.join("\n").trim().to_owned();
    for (at, (role, said)) in turns.into_iter().enumerate() {
        let mut said = said.trim().to_owned();
        if role == Role::System && at == 0 {
            draft.settings = Some(Settings { system_prompt: said, ..Settings::default() });
            continue;
        }
        if !before.is_empty() {
            said = format!("{}\n\n{said}", std::mem::take(&mut before));
        }
        let answer =
            (role == Role::Assistant).then(|| Answer { model_name: model.to_owned(), ..Answer::default() });
        let body = Said { role: Some(role), text: said, answer, ..Said::default() };
        draft.append(None, Body::Said(Box::new(body)));
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialogues_of_other_apps_are_recognised_by_who_speaks() {
        for text in [
            "# T\n\n## User\n\nhi\n\n## Assistant\n\nhello\n",
            "**You:** hi\n\n**ChatGPT:**\nhello\n",
            "用户：hi\n\n助手：hello\n",
            "### 🧑 User\nhi\n### 🤖 Assistant\nhello",
            "#### You said:\nhi\n#### ChatGPT said:\nhello",
        ] {
            let (_, turns) = turns(text).unwrap_or_else(|| panic!("{text}"));
            let turns: Vec<_> = turns.iter().map(|(role, text)| (*role, text.trim())).collect();
            assert_eq!(turns, [(Role::User, "hi"), (Role::Assistant, "hello")], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_dialogue_is_none() {
        for text in [
            "# Readme\n\nUser: somebody who uses it\n",
            "**Answer** is a word.\n\n## Usage\n",
            "```\n## User\n## Assistant\n```\n",
            "## Assistant\nfirst\n## User\nthen\n",
        ] {
            assert!(turns(text).is_none(), "{text}");
        }
    }
}
