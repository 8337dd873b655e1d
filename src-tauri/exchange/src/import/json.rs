//! Files of JSON: an array, one object, or an object a line. Taken value by value; what each one is, [`shape`] says.

use std::io::Read;

use serde_json::Value;

use super::chat_lines::{self, Loose};
use super::files::WITHIN;
use super::jan::Threads;
use super::llama_cpp::{self, Sessions};
use super::session::Session;
use super::shape::{shape_of, Shape};
use super::value::Object;
use super::{chatgpt, claude, lm_studio, open_webui};
use crate::cut::{parse, Cut, Cutter};
use crate::document::Reader;
use crate::draft::Oddities;
use crate::fault::Fault;
use crate::receipt::{Oddity, Source, Why};
use crate::source::Item;

/// Lines at the beginning by which it is told whether every line is a value by itself.
const TRIED: usize = 8;
/// Names of arrays in which some exports put their conversations.
const WRAPPERS: [&str; 3] = ["conversations", "chats", "data"];

/// Reads a file of JSON. Gives back whether there were conversations in it, or what should have been some.
///
/// # Errors
/// What keeps the file from being read any further.
pub(super) fn read(
    item: &mut Item,
    head: &[u8],
    session: &mut Session,
    threads: &mut Threads,
) -> Result<bool, Fault> {
    if Reader::new(head, &session.limits()).is_ok() {
        own(item, session)?;
        return Ok(true);
    }
    let lines =
        head.iter().find(|byte| matches!(byte, b'{' | b'[')) == Some(&b'{') && has_lines(item, session)?;
    let mut values = Values::new(item, threads);
    let outcome = match lines {
        true => values.lines(item, session),
        false => values.tree(item, session),
    };
    values.finish(session);
    match outcome {
        // Broken JSON of which nothing is known is no lost conversation: it may be anything.
        Err(fault) if values.recognised => values.lose(session, fault),
        Err(fault) => return Err(fault),
        Ok(()) => {}
    }
    Ok(values.recognised || values.told)
}

fn own(item: &mut Item, session: &mut Session) -> Result<(), Fault> {
    let limits = session.limits();
    let mut reader = Reader::new(session.guard(item.from.open()?), &limits)?;
    for (at, read) in reader.by_ref().enumerate() {
        let place = format!("{}{WITHIN}{}", item.place, at + 1);
        match read {
            Ok(read) => session.found(&place, read.conversation, Source::Own, read.oddities),
            Err(fault) => session.lost(&place, String::new(), fault),
        }
        if session.cancelled() {
            break;
        }
    }
    if reader.is_cut_off() {
        session.left_out(&item.place, String::new(), Fault::new(Why::Truncated, "the document has no end"));
    }
    Ok(())
}

/// Is every line a value by itself? So it is where one of the first lines is an object and another one follows. One line
/// alone is the same either way.
fn has_lines(item: &mut Item, session: &Session) -> Result<bool, Fault> {
    let most = session.limits().conversation;
    let mut cutter = Cutter::new(session.guard(item.from.open()?));
    let mut line = Vec::new();
    cutter.peek()?;
    for _ in 0..TRIED {
        match cutter.line(&mut line, most)? {
            None => return Ok(false),
            Some(Cut::Whole) => {}
            Some(_) => continue,
        }
        if matches!(serde_json::from_slice(&line), Ok(Value::Object(_))) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the values of a file are, one after the other.
struct Values<'t> {
    place: String,
    name: String,
    folders: Vec<String>,
    threads: &'t mut Threads,
    sessions: Sessions,
    loose: Loose,
    /// Something in it was a conversation, or part of one.
    recognised: bool,
    /// Something in it was left out, and the receipt says so.
    told: bool,
    at: usize,
}

impl<'t> Values<'t> {
    fn new(item: &Item, threads: &'t mut Threads) -> Self {
        Self {
            place: item.place.clone(),
            name: item.name.clone(),
            folders: item.folders.clone(),
            threads,
            sessions: Sessions::default(),
            loose: Loose::default(),
            recognised: false,
            told: false,
            at: 0,
        }
    }

    /// Where the value stands that is read now.
    fn here(&self) -> String {
        match self.at {
            0 => self.place.clone(),
            at => format!("{}{WITHIN}{at}", self.place),
        }
    }

    fn lose(&self, session: &mut Session, fault: Fault) {
        session.lost(&self.here(), String::new(), fault);
    }

    /// An object a line. A bad line costs itself.
    fn lines(&mut self, item: &mut Item, session: &mut Session) -> Result<(), Fault> {
        let most = session.limits().conversation;
        let mut cutter = Cutter::new(session.guard(item.from.open()?));
        let mut line = Vec::new();
        // Past a byte order mark.
        cutter.peek()?;
        let mut bad = Vec::new();
        while let Some(cut) = cutter.line(&mut line, most)? {
            self.at += 1;
            if session.cancelled() {
                return Ok(());
            }
            if cut == Cut::Whole && line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match parse(cut, &line) {
                Ok(Value::Object(value)) => self.value(value, session),
                Ok(_) => bad.push((self.at, Fault::new(Why::Damaged, "no object"))),
                Err(fault) => bad.push((self.at, fault)),
            }
            session.tell();
        }
        let messages = self.sessions.any() || self.threads.any();
        // Of a file in which nothing is recognised no line is a lost conversation.
        bad.truncate(if self.recognised { session.limits().files } else { 0 });
        for (at, fault) in bad {
            if messages {
                let mut oddities = Oddities::default();
                oddities.add(Oddity::MessageDamaged);
                session.odd(&format!("{}{WITHIN}{at}", self.place), &oddities);
            } else {
                self.at = at;
                self.lose(session, fault);
            }
        }
        Ok(())
    }

    /// An array of values, or one object, or several.
    fn tree(&mut self, item: &mut Item, session: &mut Session) -> Result<(), Fault> {
        let guard = session.guard(item.from.open()?);
        let mut cutter = Cutter::new(guard);
        while let Some(byte) = cutter.peek()? {
            match byte {
                b'[' => self.array(&mut cutter, session)?,
                b'{' => self.object(&mut cutter, session)?,
                _ if self.recognised => return Ok(()),
                _ => return Err(Fault::new(Why::Damaged, "no JSON")),
            }
            if session.cancelled() {
                return Ok(());
            }
        }
        Ok(())
    }

    fn array<R: Read>(&mut self, cutter: &mut Cutter<R>, session: &mut Session) -> Result<(), Fault> {
        let most = session.limits().conversation;
        let mut bytes = Vec::new();
        let mut unknown = Vec::new();
        cutter.skip();
        loop {
            let comma = cutter.take(b',')?;
            match cutter.peek()? {
                None => {
                    self.unknown(unknown, session);
                    let fault = Fault::new(Why::Truncated, "the array has no end");
                    if self.recognised && !comma {
                        // All of its elements are there, as far as can be told.
                        session.left_out(&self.place, String::new(), fault);
                        return Ok(());
                    }
                    self.at += 1;
                    return Err(fault);
                }
                Some(b']') => {
                    cutter.skip();
                    self.unknown(unknown, session);
                    return Ok(());
                }
                // Brackets that close what was never opened, names without an object.
                Some(b'}' | b':') => {
                    cutter.skip();
                    continue;
                }
                Some(_) => {}
            }
            self.at += 1;
            let cut = cutter.value(&mut bytes, most)?;
            if session.cancelled() {
                return Ok(());
            }
            if cut == Cut::Truncated {
                self.unknown(unknown, session);
                return cut.check();
            }
            match parse(cut, &bytes) {
                Ok(Value::Object(value)) => {
                    let before = std::mem::take(&mut self.recognised);
                    self.value(value, session);
                    if !self.recognised {
                        unknown.push((self.at, Fault::new(Why::NotRecognised, "no conversation")));
                    }
                    self.recognised |= before;
                }
                Ok(_) => unknown.push((self.at, Fault::new(Why::NotRecognised, "no object"))),
                Err(fault) => unknown.push((self.at, fault)),
            }
            unknown.truncate(session.limits().files);
            session.tell();
        }
    }

    /// Elements that are no conversations: left out where others are some; where none is, the file is something else.
    fn unknown(&mut self, unknown: Vec<(usize, Fault)>, session: &mut Session) {
        let broken = |fault: &Fault| fault.why != Why::NotRecognised;
        if !self.recognised && !unknown.iter().any(|(_, fault)| broken(fault)) {
            return;
        }
        let end = self.at;
        for (at, fault) in unknown {
            self.at = at;
            match self.recognised {
                true => self.lose(session, fault),
                false if broken(&fault) => {
                    self.told = true;
                    session.left_out(&self.here(), String::new(), fault);
                }
                false => {}
            }
        }
        self.at = end;
    }

    /// One object, member by member: where one of them is an array of conversations it is taken element by element, and
    /// where the text ends in it, what is there is kept.
    fn object<R: Read>(&mut self, cutter: &mut Cutter<R>, session: &mut Session) -> Result<(), Fault> {
        let mut left = session.limits().conversation;
        let mut members = Object::new();
        let mut bytes = Vec::new();
        cutter.skip();
        let mut fault = None;
        loop {
            cutter.take(b',')?;
            match cutter.peek()? {
                Some(b'"') => {}
                Some(b'}') => {
                    cutter.skip();
                    break;
                }
                Some(_) => {
                    fault = Some(Fault::new(Why::Damaged, "a member without a name"));
                    break;
                }
                None => {
                    fault = Some(Fault::new(Why::Truncated, "the object has no end"));
                    break;
                }
            }
            let cut = cutter.value(&mut bytes, left)?;
            let name: String = match parse(cut, &bytes) {
                Ok(name) => name,
                Err(error) => {
                    fault = Some(error);
                    break;
                }
            };
            cutter.take(b':')?;
            if WRAPPERS.contains(&name.as_str()) && cutter.peek()? == Some(b'[') {
                self.array(cutter, session)?;
                continue;
            }
            let cut = cutter.value(&mut bytes, left)?;
            left = left.saturating_sub(bytes.len());
            match parse(cut, &bytes) {
                Ok(value) => drop(members.insert(name, value)),
                Err(error) => {
                    if error.why == Why::Truncated && bytes.first() == Some(&b'[') {
                        members.insert(name, whole_elements(&bytes, left));
                    }
                    fault = Some(error);
                    break;
                }
            }
        }
        match fault {
            None => {
                if !members.is_empty() {
                    self.value(members, session);
                }
                Ok(())
            }
            Some(fault) if fault.why == Why::Truncated => {
                let shape = shape_of(&members);
                if matches!(shape, Some(Shape::LmStudio | Shape::Chat | Shape::Claude)) {
                    let mut oddities = Oddities::default();
                    oddities.add(Oddity::CutOff);
                    session.odd(&self.here(), &oddities);
                    self.value(members, session);
                    return Ok(());
                }
                self.recognised |= shape.is_some();
                Err(fault)
            }
            Some(fault) => {
                self.recognised |= shape_of(&members).is_some();
                Err(fault)
            }
        }
    }

    /// One value, whatever it is.
    fn value(&mut self, value: Object, session: &mut Session) {
        let Some(shape) = shape_of(&value) else { return };
        self.recognised = true;
        let draft = match shape {
            Shape::ChatGpt => chatgpt::read(&value),
            Shape::Claude => claude::read(&value),
            Shape::LmStudio => lm_studio::read(&value, &self.name, &self.folders),
            Shape::OpenWebUi => open_webui::read(&value, None),
            Shape::LlamaCppOld => llama_cpp::read_old(&value),
            Shape::Chat => chat_lines::read(&value),
            Shape::LlamaCppSession => return self.sessions.begin(value, &self.here(), session),
            Shape::LlamaCppMessage => return self.sessions.add(value, &self.here()),
            Shape::JanThread => return self.threads.thread(value, &self.here()),
            Shape::JanMessage => return self.threads.message(value, &self.here()),
            Shape::ChatMessage => return self.loose.add(value),
        };
        session.draft(&self.here(), draft);
    }

    /// The file ends.
    fn finish(&mut self, session: &mut Session) {
        self.sessions.flush(session);
        if let Some(draft) = std::mem::take(&mut self.loose).draft() {
            session.draft(&self.place, draft);
        }
    }
}

/// The elements of an array that are whole.
fn whole_elements(bytes: &[u8], most: usize) -> Value {
    let mut cutter = Cutter::new(bytes);
    let mut elements = Vec::new();
    let mut element = Vec::new();
    if !matches!(cutter.take(b'['), Ok(true)) {
        return Value::Array(elements);
    }
    while let Ok(Cut::Whole) = cutter.value(&mut element, most) {
        match serde_json::from_slice(&element) {
            Ok(value) => elements.push(value),
            Err(_) => break,
        }
        if !matches!(cutter.take(b','), Ok(true)) {
            break;
        }
    }
    Value::Array(elements)
}
