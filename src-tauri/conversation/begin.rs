//! The first step of a turn: question and empty answer are saved, in one transaction.

use rusqlite::Connection;
use vitrine_core::protocol::{ErrorKind, Role, TokenRecord};

use super::document::{self, Turn};
use crate::contract::{
    AnswerFacts, Branch, Conversation, ForkChoice, Message, MessageStatus, ReplacedToken, TurnRequest,
};
use crate::history::messages::{self, NewMessage};
use crate::history::prompts::{self, Prompt};
use crate::history::{self, attachments, conversations, drafts, memory, token_records};
use crate::Error;

/// A turn that is in the history.
#[derive(Debug)]
pub struct Begun {
    pub conversation: Conversation,
    /// The answers that are to be written, with their facts: one, or the two of a comparison. The first is the last
    /// message of the conversation.
    pub answers: Vec<(i64, AnswerFacts)>,
    pub start: Start,
}

/// What an answer begins with.
#[derive(Debug, Clone)]
pub enum Start {
    /// What the model is to answer, and the beginning of its answer where the user gave it.
    Fresh { turns: Vec<Turn>, prefill: String },
    /// The beginning of another version.
    Shared(Box<Shared>),
}

/// The beginning of another version, and what comes there instead.
#[derive(Debug, Clone)]
pub struct Shared {
    pub prompt: Prompt,
    pub records: Vec<TokenRecord>,
    pub choice: ForkChoice,
}

/// Where the turn has its rows.
pub fn place_of(request: &TurnRequest) -> history::Place {
    let place = match request {
        TurnRequest::Say { conversation_id: None, .. }
        | TurnRequest::Compare { conversation_id: None, .. } => history::Place::new(),
        TurnRequest::Say { conversation_id: Some(id), .. }
        | TurnRequest::Compare { conversation_id: Some(id), .. } => history::Place::conversation(*id),
        TurnRequest::Regenerate { message_id, .. }
        | TurnRequest::EditQuestion { message_id, .. }
        | TurnRequest::Fork { message_id, .. }
        | TurnRequest::Continue { message_id, .. } => history::Place::message(*message_id),
    };
    let files = request.question().map(|(_, files)| files).unwrap_or_default();
    place.with_files(files)
}

/// The same request by the id that its place has now. A new conversation has none.
pub fn at(request: &TurnRequest, id: i64) -> TurnRequest {
    let mut request = request.clone();
    match &mut request {
        TurnRequest::Say { conversation_id: Some(place), .. }
        | TurnRequest::Compare { conversation_id: Some(place), .. }
        | TurnRequest::Regenerate { message_id: place, .. }
        | TurnRequest::EditQuestion { message_id: place, .. }
        | TurnRequest::Fork { message_id: place, .. }
        | TurnRequest::Continue { message_id: place, .. } => *place = id,
        TurnRequest::Say { .. } | TurnRequest::Compare { .. } => {}
    }
    request
}

/// Does the request make sense?
///
/// # Errors
/// `InvalidParams` for a blank question.
pub fn check(request: &TurnRequest) -> Result<(), Error> {
    match request.question() {
        Some((text, files)) if text.trim().is_empty() && files.is_empty() => {
            Err(Error::refused(ErrorKind::InvalidParams, "the question is blank"))
        }
        _ => Ok(()),
    }
}

/// Saves what the turn begins with. `facts`: one for each model that is to answer.
///
/// # Errors
/// [`Error::NoSuchItem`], [`Error::OtherModel`], [`Error::NoRecord`], `InvalidParams`, or what the database
/// says; nothing is saved then.
pub fn begin(
    connection: &mut Connection,
    request: &TurnRequest,
    mut facts: Vec<AnswerFacts>,
) -> Result<Begun, Error> {
    let transaction = connection.transaction()?;
    let place = place(&transaction, request)?;
    let shared = match &place.branch {
        Some(branch) => {
            let (shared, branch) = shared(&transaction, branch, &mut facts)?;
            for facts in &mut facts {
                facts.branch = Some(branch.clone());
            }
            Some(shared)
        }
        None => None,
    };
    let mut answers: Vec<(i64, AnswerFacts)> = Vec::new();
    let pair = facts.len() > 1;
    for mut facts in facts {
        let answer = NewMessage::answer(place.conversation, place.question, facts.clone());
        let id = messages::insert(&transaction, &answer)?;
        if pair {
            facts.compare = Some(answers.first().map_or(id, |(first, _)| *first));
            messages::update_answer(&transaction, id, "", MessageStatus::Streaming, &facts)?;
        }
        answers.push((id, facts));
    }
    let first = answers.first().map_or(place.question, |(first, _)| *first);
    if let Some(branch) = &place.branch {
        for (answer, _) in &answers {
            prompts::copy(&transaction, branch.from_message, *answer)?;
        }
    }
    conversations::begin_turn(&transaction, place.conversation, request.lasting_settings(), first)?;
    let start = match shared {
        Some(shared) => Start::Shared(Box::new(shared)),
        None => Start::Fresh {
            turns: document::path(&transaction, request.settings(), Some(place.question))?,
            prefill: request.prefill().to_owned(),
        },
    };
    let conversation = conversations::open(&transaction, place.conversation)?;
    transaction.commit()?;
    Ok(Begun { conversation, answers, start })
}

/// Where an answer comes to stand.
struct Place {
    conversation: i64,
    question: i64,
    /// `replaced` is not known yet.
    branch: Option<Branch>,
}

fn place(connection: &Connection, request: &TurnRequest) -> Result<Place, Error> {
    match request {
        TurnRequest::Say { conversation_id, text, settings, .. }
        | TurnRequest::Compare { conversation_id, text, settings, .. } => {
            let conversation = match conversation_id {
                Some(id) => *id,
                None => conversations::create(connection, &title_text(connection, request, text)?, settings)?,
            };
            let parent = conversations::active_leaf(connection, conversation)?;
            if parent.is_none() {
                memory::entitle(connection, conversation, &title_text(connection, request, text)?)?;
            }
            let question = ask(connection, request, conversation, parent, text)?;
            // It stands in the conversation now: a crash from here on leaves no second copy in the composer.
            drafts::forget(connection, *conversation_id)?;
            Ok(Place { conversation, question, branch: None })
        }
        TurnRequest::EditQuestion { message_id, text, attachments, .. } => {
            let old = messages::get(connection, *message_id)?;
            if old.role != Role::User {
                return Err(Error::refused(ErrorKind::InvalidParams, "only a question can be edited"));
            }
            let conversation = old.conversation_id;
            let question = ask(connection, request, conversation, old.parent_id, text)?;
            if attachments.is_none() {
                let files: Vec<i64> = old.attachments.iter().map(|file| file.id).collect();
                attachments::attach(connection, &files, question)?;
            }
            Ok(Place { conversation, question, branch: None })
        }
        TurnRequest::Regenerate { message_id, .. } => {
            let message = messages::get(connection, *message_id)?;
            let question = question_of(&message)?;
            Ok(Place { conversation: message.conversation_id, question, branch: None })
        }
        TurnRequest::Fork { message_id, token_index, choice, .. } => {
            branch_off(connection, *message_id, Some((*token_index, choice.clone())))
        }
        TurnRequest::Continue { message_id, .. } => branch_off(connection, *message_id, None),
    }
}

/// What the title is made of: the question, or the name of the file that is all there is.
fn title_text(connection: &Connection, request: &TurnRequest, text: &str) -> Result<String, Error> {
    match request.question() {
        Some((_, [first, ..])) if text.trim().is_empty() => Ok(attachments::get(connection, *first)?.name),
        _ => Ok(text.to_owned()),
    }
}

fn ask(
    connection: &Connection,
    request: &TurnRequest,
    conversation: i64,
    parent: Option<i64>,
    text: &str,
) -> Result<i64, Error> {
    let question = messages::insert(connection, &NewMessage::question(conversation, parent, text))?;
    if let Some((_, files)) = request.question() {
        attachments::attach(connection, files, question)?;
    }
    Ok(question)
}

/// `at`: where and how; at the end of the answer where missing.
fn branch_off(connection: &Connection, answer: i64, at: Option<(u32, ForkChoice)>) -> Result<Place, Error> {
    let message = messages::get(connection, answer)?;
    if message.role != Role::Assistant {
        return Err(Error::refused(ErrorKind::InvalidParams, "only an answer has tokens to fork at"));
    }
    let question = question_of(&message)?;
    let (token_index, choice) = match at {
        Some(at) => at,
        None => {
            let records = token_records::read(connection, answer)?;
            let count = u32::try_from(records.len()).unwrap_or(u32::MAX);
            match records.last() {
                // Only an end token ends an answer; a control token in its middle is no end.
                Some(last) if last.special => (count - 1, ForkChoice::RefuseEnd),
                _ => (count, ForkChoice::Open),
            }
        }
    };
    let branch = Branch { from_message: answer, token_index, choice, replaced: None };
    Ok(Place { conversation: message.conversation_id, question, branch: Some(branch) })
}

/// Reads what is shared, and takes over what stays true of it.
fn shared(
    connection: &Connection,
    branch: &Branch,
    facts: &mut [AnswerFacts],
) -> Result<(Shared, Branch), Error> {
    let id = branch.from_message;
    let message = messages::get(connection, id)?;
    let before = message.facts.ok_or(Error::NoRecord { what: "facts", id })?;
    for facts in &*facts {
        if facts.model_fingerprint != before.model_fingerprint {
            let (wanted, loaded) = (before.model_name, facts.model_name.clone());
            return Err(Error::OtherModel { wanted, loaded });
        }
    }
    let prompt = prompts::get(connection, id)?.ok_or(Error::NoRecord { what: "prompt", id })?;
    let mut records = token_records::read(connection, id)?;
    let index = branch.token_index as usize;
    if index > records.len() {
        return Err(Error::refused(ErrorKind::InvalidParams, format!("the answer has no token {index}")));
    }
    let replaced = records.get(index).map(|record| ReplacedToken {
        id: record.id,
        bytes: record.bytes.clone(),
        special: record.special,
        probability: record.probability,
    });
    records.truncate(index);
    for facts in facts {
        facts.prompt_form = before.prompt_form;
        facts.template_fallback = before.template_fallback.clone();
        facts.left_out = before.left_out.clone();
        facts.prefill_tokens = before.prefill_tokens.map(|tokens| tokens.min(branch.token_index));
    }
    let shared = Shared { prompt, records, choice: branch.choice.clone() };
    Ok((shared, Branch { replaced, ..branch.clone() }))
}

/// The question under which a new version of an answer belongs. A question itself (whose answer
/// was lost) stands for its answer.
fn question_of(message: &Message) -> Result<i64, Error> {
    let question = match message.role {
        Role::User => Some(message.id),
        Role::Assistant | Role::System => message.parent_id,
    };
    question.ok_or(Error::NoSuchItem { what: "question of message", id: message.id })
}
