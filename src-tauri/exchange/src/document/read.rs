//! Reading documents: one conversation at a time. One that is damaged costs no other, and of a damaged one what can be
//! read is kept.

use std::io::Read;

use serde_json::{Map, Value};

use super::{repair, Conversation, Message, FORMAT, VERSION};
use crate::cut::{parse, Cut, Cutter};
use crate::draft::Oddities;
use crate::fault::Fault;
use crate::limits::Limits;
use crate::receipt::{Oddity, Why};

/// Bytes of a member of the document that is no conversation.
const MEMBER: usize = 1 << 20;

/// A conversation, and what was odd in it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadConversation {
    pub conversation: Conversation,
    pub oddities: Vec<(Oddity, u64)>,
}

/// Reads a document: an iterator over its conversations.
pub struct Reader<R> {
    cutter: Cutter<R>,
    limits: Limits,
    value: Vec<u8>,
    state: State,
    version: u64,
    /// The last value was broken: what comes now may be what is left of it.
    broken: bool,
    cut_off: bool,
}

enum State {
    /// Between members of the document.
    Members,
    /// Among its conversations.
    Conversations,
    Ended,
}

impl<R: Read> Reader<R> {
    /// Reads as far as the first conversation.
    ///
    /// # Errors
    /// [`Why::NotRecognised`] for what is no document of this format; what `from` says.
    pub fn new(from: R, limits: &Limits) -> Result<Self, Fault> {
        let mut reader = Self {
            cutter: Cutter::new(from),
            limits: *limits,
            value: Vec::new(),
            state: State::Members,
            version: 0,
            broken: false,
            cut_off: false,
        };
        let none = || Fault::new(Why::NotRecognised, "no document of this format");
        if !reader.cutter.take(b'{')? {
            return Err(none());
        }
        let mut ours = false;
        while matches!(reader.state, State::Members) {
            let Some(name) = reader.name()? else { break };
            match name.as_str() {
                "conversations" if reader.cutter.take(b'[')? => reader.state = State::Conversations,
                "format" => ours = reader.member()?.as_str() == Some(FORMAT),
                "version" => reader.version = reader.member()?.as_u64().unwrap_or(0),
                _ => drop(reader.member()?),
            }
        }
        if ours {
            Ok(reader)
        } else {
            Err(none())
        }
    }

    /// Is the document of a version that this one does not know?
    pub fn is_newer(&self) -> bool {
        self.version > u64::from(VERSION)
    }

    /// Has the document no end, although its last conversation has one? Known when all are read.
    pub fn is_cut_off(&self) -> bool {
        self.cut_off
    }

    /// The name of the next member; `None` at the end.
    fn name(&mut self) -> Result<Option<String>, Fault> {
        self.cutter.take(b',')?;
        if self.cutter.peek()? != Some(b'"') {
            self.state = State::Ended;
            return Ok(None);
        }
        let cut = self.cutter.value(&mut self.value, MEMBER)?;
        let name = parse(cut, &self.value)?;
        self.cutter.take(b':')?;
        Ok(Some(name))
    }

    /// Takes the value of a member; null for what can't be read.
    fn member(&mut self) -> Result<Value, Fault> {
        let cut = self.cutter.value(&mut self.value, MEMBER)?;
        Ok(parse(cut, &self.value).unwrap_or_default())
    }

    /// Passes over what no conversation begins with, behind one that is broken: it was told already.
    /// Gives back whether there was a comma.
    fn pass_remains(&mut self) -> Result<bool, Fault> {
        let mut comma = self.cutter.take(b',')?;
        while self.broken && self.cutter.peek()?.is_some_and(|byte| !matches!(byte, b'{' | b']')) {
            self.cutter.value(&mut self.value, self.limits.conversation)?;
            if self.value.is_empty() {
                self.cutter.skip();
            }
            comma = self.cutter.take(b',')?;
        }
        Ok(comma)
    }

    fn next_conversation(&mut self) -> Result<Option<ReadConversation>, Fault> {
        match self.state {
            State::Conversations => {}
            State::Members | State::Ended => return Ok(None),
        }
        let comma = self.pass_remains()?;
        match self.cutter.peek() {
            Ok(Some(b']')) => {
                self.state = State::Ended;
                return Ok(None);
            }
            Ok(Some(_)) => {}
            Ok(None) if !comma => {
                self.state = State::Ended;
                self.cut_off = true;
                return Ok(None);
            }
            Ok(None) => {
                self.state = State::Ended;
                return Err(Fault::new(Why::Truncated, "the document has no end"));
            }
            Err(error) => {
                self.state = State::Ended;
                return Err(error.into());
            }
        }
        match self.cutter.value(&mut self.value, self.limits.conversation) {
            Ok(cut) => {
                if cut == Cut::Truncated {
                    self.state = State::Ended;
                }
                if cut == Cut::Whole && self.value.is_empty() {
                    // A byte that begins no value.
                    self.cutter.skip();
                }
                cut.check()?;
                let read = read_conversation(&self.value, &self.limits);
                self.broken = read.as_ref().is_err_and(|fault| fault.why == Why::Damaged);
                let mut read = read?;
                if self.is_newer() {
                    read.oddities.push((Oddity::NewerVersion, 1));
                }
                Ok(Some(read))
            }
            Err(error) => {
                self.state = State::Ended;
                Err(error.into())
            }
        }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<ReadConversation, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_conversation().transpose()
    }
}

/// Reads one conversation of a document, whatever of it can be read, and puts its tree in order.
///
/// # Errors
/// [`Why::Damaged`] for what is no conversation, [`Why::TooMany`], [`Why::Empty`].
pub fn read_conversation(bytes: &[u8], limits: &Limits) -> Result<ReadConversation, Fault> {
    let mut oddities = Oddities::default();
    let mut conversation = match serde_json::from_slice::<Conversation>(bytes) {
        Ok(conversation) => conversation,
        Err(_) => salvage(serde_json::from_slice(bytes)?, &mut oddities)?,
    };
    if conversation.messages.len() > limits.messages {
        return Err(Fault::new(Why::TooMany, format!("{} messages", conversation.messages.len())));
    }
    if conversation.messages.is_empty() {
        return Err(Fault::new(Why::Empty, "no messages"));
    }
    repair(&mut conversation, &mut oddities);
    Ok(ReadConversation { conversation, oddities: oddities.list() })
}

/// Reads a conversation of which some member is not what it should be: message by message.
fn salvage(value: Value, oddities: &mut Oddities) -> Result<Conversation, Fault> {
    let Value::Object(mut members) = value else {
        return Err(Fault::new(Why::Damaged, "a conversation is an object"));
    };
    let messages = members.remove("messages");
    let vocabularies = members.remove("vocabularies");
    let mut conversation: Conversation = serde_json::from_value(Value::Object(members))?;
    conversation.vocabularies = vocabularies
        .and_then(|value| serde_json::from_value(value).map_err(|_| oddities.add(Oddity::TokensDamaged)).ok())
        .unwrap_or_default();
    let Some(Value::Array(messages)) = messages else {
        return Err(Fault::new(Why::Damaged, "its messages are no array"));
    };
    // By the uid of a message that can't be read: its parent.
    let mut gone: std::collections::HashMap<String, Option<String>> = std::collections::HashMap::new();
    for value in messages {
        let Value::Object(members) = value else {
            oddities.add(Oddity::MessageDamaged);
            continue;
        };
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        let (uid, parent) = (text("uid"), text("parent"));
        match salvage_message(members, oddities) {
            Some(message) => conversation.messages.push(message),
            None => {
                oddities.add(Oddity::MessageDamaged);
                gone.extend(uid.map(|uid| (uid, parent)));
            }
        }
    }
    for message in &mut conversation.messages {
        let mut steps = 0;
        while let Some(above) = message.parent.as_ref().and_then(|parent| gone.get(parent)) {
            message.parent = above.clone().filter(|_| steps < gone.len());
            steps += 1;
        }
    }
    Ok(conversation)
}

/// Without its tokens where they are what can't be read.
fn salvage_message(members: Map<String, Value>, oddities: &mut Oddities) -> Option<Message> {
    if let Ok(message) = serde_json::from_value(Value::Object(members.clone())) {
        return Some(message);
    }
    let mut rest = members;
    rest.remove("tokens");
    rest.remove("prompt");
    let message = serde_json::from_value(Value::Object(rest)).ok()?;
    oddities.add(Oddity::TokensDamaged);
    Some(message)
}
