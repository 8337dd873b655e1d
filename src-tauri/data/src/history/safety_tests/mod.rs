//! Whatever happens to the file, nothing that was written is lost: a drive that is gone, a full disk, a folder without rights, another
//! app, a newer version, damage, and deleting for good.

mod copies;
mod damage;
mod drafts;
mod missing;
mod private;
mod purge;
mod unsaved;

use std::path::{Path, PathBuf};

use vitrine_core::protocol::{PromptForm, PromptToken};

use super::messages::{tests::facts, NewMessage};
use super::prompts::NewPrompt;
use super::*;
use crate::contract::{
    BackupKind, ErrorCode, ForkChoice, Keeping, MessageStatus, PromptSegment, SegmentKind, ShellErrorCode,
    TurnSettings,
};
use crate::samples::record;

pub(in crate::history) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

pub(in crate::history) fn shell(code: ShellErrorCode) -> ErrorCode {
    ErrorCode::Shell(code)
}

/// What a turn leaves: question, answer with records and prompt. Ids of the conversation and of the answer.
pub(in crate::history) fn turn(
    connection: &mut Connection,
    conversation: Option<i64>,
    words: &str,
) -> Result<(i64, i64), Error> {
    let transaction = connection.transaction()?;
    let id = match conversation {
        Some(id) => id,
        None => conversations::create(&transaction, words, &TurnSettings::default())?,
    };
    let parent = conversations::active_leaf(&transaction, id)?;
    let question = messages::insert(&transaction, &NewMessage::question(id, parent, words))?;
    let answer = messages::insert(&transaction, &NewMessage::answer(id, question, facts()))?;
    let vocabulary = pieces::vocabulary(&transaction, "f00d")?;
    let records = [record(3, "天"), record(4, "空")];
    let (chunk, fresh) = Encoder::new(vocabulary as u32, 0.7).encode(&records)?;
    pieces::keep(
        &transaction,
        vocabulary,
        fresh.iter().map(|(id, bytes, special)| (*id, bytes.as_slice(), *special)),
    )?;
    token_records::append(&transaction, answer, 0, &chunk)?;
    let tokens = vec![PromptToken { id: 9, bytes: "e5a4a9".into(), special: false }];
    let segments =
        vec![PromptSegment { start: 0, end: 1, kind: SegmentKind::User, message_id: Some(question) }];
    let prompt = NewPrompt { fingerprint: "f00d".into(), form: PromptForm::Template, tokens, segments };
    prompts::save(&transaction, answer, &prompt)?;
    conversations::begin_turn(&transaction, id, None, answer)?;
    messages::update_answer(
        &transaction,
        answer,
        &format!("答：{words}"),
        MessageStatus::Complete,
        &facts(),
    )?;
    transaction.commit()?;
    Ok((id, answer))
}

pub(in crate::history) async fn say(
    history: &History,
    conversation: Option<i64>,
    words: &str,
) -> Result<(i64, i64), Error> {
    let place = conversation.map_or_else(Place::new, Place::conversation);
    let words = words.to_owned();
    history.call_for(place, move |connection, id| turn(connection, conversation.map(|_| id), &words)).await
}

/// Texts of what is shown of a conversation.
pub(in crate::history) async fn shown(history: &History, id: i64) -> Vec<String> {
    let open = |connection: &mut Connection, id| conversations::open(connection, id);
    let conversation = history.call_for(Place::conversation(id), open).await.expect("a conversation");
    conversation.messages.into_iter().map(|message| message.text).collect()
}

pub(in crate::history) async fn titles_in_file(history: &History) -> Vec<String> {
    let list = history.call(|connection| conversations::list(connection)).await.expect("a list");
    let mut titles: Vec<_> = list.into_iter().map(|one| one.title).collect();
    titles.sort();
    titles
}

pub(in crate::history) async fn filled(folder: &Path, conversations: usize) -> History {
    let history = History::open(folder);
    for number in 0..conversations {
        say(&history, None, &format!("问题 {number}")).await.expect("saved");
    }
    history
}

pub(in crate::history) async fn whole(history: &History, answer: i64) {
    let read = |connection: &mut Connection, id| {
        let texts: Vec<_> = token_records::read(connection, id)?.into_iter().map(|one| one.text).collect();
        Ok((texts, prompts::get(connection, id)?, messages::get(connection, id)?))
    };
    let (texts, prompt, message) = history.call_for(Place::message(answer), read).await.expect("readable");
    assert_eq!(texts, ["天", "空"]);
    let prompt = prompt.expect("a prompt");
    assert_eq!((prompt.fingerprint.as_str(), prompt.ids.as_slice()), ("f00d", &[9][..]));
    assert_eq!(prompt.segments[0].message_id, message.parent_id, "the question, by its id here");
}

pub(in crate::history) fn code_of(state: &HistoryState) -> Option<ErrorCode> {
    match state {
        HistoryState::Open | HistoryState::Missing { .. } => None,
        HistoryState::ReadOnly { error } | HistoryState::Unavailable { error, .. } => Some(error.code),
    }
}

pub(in crate::history) fn holds(folder: &Path, words: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("readable").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                if bytes.windows(words.len()).any(|window| window == words.as_bytes()) {
                    found.push(path);
                }
            }
        }
    }
    found
}

/// A folder without the right to write, or with it again.
pub(in crate::history) async fn may_write(history: &History, may: bool) {
    let set = move |connection: &mut Connection| Ok(connection.pragma_update(None, "query_only", !may)?);
    history.call(set).await.expect("set");
}

/// No page more than there are.
pub(in crate::history) async fn fill_disk(history: &History) {
    let limit = |connection: &mut Connection| {
        let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        // Room within pages is used up as well, and the log with it.
        connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
        Ok(())
    };
    history.call(limit).await.expect("limited");
}

pub(in crate::history) async fn free_disk(history: &History) {
    let unlimited = |connection: &mut Connection| {
        Ok(connection.query_row("PRAGMA max_page_count = 1073741823", [], |_| Ok(()))?)
    };
    history.call(unlimited).await.expect("unlimited");
}
