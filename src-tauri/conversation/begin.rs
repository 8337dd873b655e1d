//! The first step of a turn: question and empty answer are saved, in one transaction.

use rusqlite::Connection;
use vitrine_core::protocol::{ChatMessage, ErrorKind, Role};

use crate::contract::{AnswerFacts, Conversation, Message, TurnRequest, TurnSettings};
use crate::error::Error;
use crate::history::conversations;
use crate::history::messages::{self, NewMessage};

/// A turn that is in the history.
#[derive(Debug)]
pub struct Begun {
    pub conversation: Conversation,
    /// The answer that is to be written: the last message of the conversation.
    pub answer: i64,
    /// What the model is to answer.
    pub prompt: Vec<ChatMessage>,
}

/// The settings of a request, and whether it makes sense.
///
/// # Errors
/// `InvalidParams` for a blank question.
pub fn settings_of(request: &TurnRequest) -> Result<&TurnSettings, Error> {
    match request {
        TurnRequest::Say { text, .. } if text.trim().is_empty() => {
            Err(Error::refused(ErrorKind::InvalidParams, "the question is blank"))
        }
        TurnRequest::Say { settings, .. } | TurnRequest::Regenerate { settings, .. } => Ok(settings),
    }
}

/// Saves what the turn begins with.
///
/// # Errors
/// [`Error::NoSuchItem`], or what the database says; nothing is saved then.
pub fn begin(connection: &mut Connection, request: &TurnRequest, facts: AnswerFacts) -> Result<Begun, Error> {
    let transaction = connection.transaction()?;
    let settings = facts.settings.clone();
    let (conversation, question) = match request {
        TurnRequest::Say { conversation_id, text, .. } => {
            let id = match conversation_id {
                Some(id) => *id,
                None => conversations::create(&transaction, text, &settings)?,
            };
            let parent = conversations::active_leaf(&transaction, id)?;
            let question = NewMessage::question(id, parent, text);
            (id, messages::insert(&transaction, &question)?)
        }
        TurnRequest::Regenerate { message_id, .. } => {
            let message = messages::get(&transaction, *message_id)?;
            (message.conversation_id, question_of(&message)?)
        }
    };
    let answer = messages::insert(&transaction, &NewMessage::answer(conversation, question, facts))?;
    conversations::begin_turn(&transaction, conversation, &settings, answer)?;
    let conversation = conversations::open(&transaction, conversation)?;
    transaction.commit()?;
    let prompt = prompt(&settings.system_prompt, &conversation.messages, answer);
    Ok(Begun { conversation, answer, prompt })
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

/// The path as a chat template sees it, without the answer that is to be written.
fn prompt(system_prompt: &str, path: &[Message], answer: i64) -> Vec<ChatMessage> {
    let system = (!system_prompt.trim().is_empty())
        .then(|| ChatMessage { role: Role::System, content: system_prompt.to_owned() });
    let turns = path
        .iter()
        .filter(|message| message.id != answer)
        .map(|message| ChatMessage { role: message.role, content: message.text.clone() });
    system.into_iter().chain(turns).collect()
}
