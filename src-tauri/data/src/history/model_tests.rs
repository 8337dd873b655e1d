//! Random operations on the history, held against a model of it in memory: after each, lists, counts and what a search for one
//! character finds are exactly what the model says.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index;
use rusqlite::Connection;

use super::messages::tests::facts;
use super::messages::NewMessage;
use super::title::title_of;
use super::{bin, conversations, duplicate, folders, index, list, messages, open, search};
use crate::contract::{
    FoundIn, HistoryChange, HistoryFilter, HistoryOrder, HistoryPlace, MessageStatus, TurnSettings,
};
use crate::error::Error;

/// What is typed: characters that fold together, that FTS5 has a use for, and a gap.
const TYPED: [char; 12] = ['雨', '天', '發', '发', 'o', 'K', 'k', 'é', 'e', '"', '*', ' '];
/// What is looked for: one of each kind.
const SOUGHT: [char; 8] = ['雨', '天', '发', 'o', 'k', 'e', '"', '*'];

#[derive(Debug, Clone)]
enum Operation {
    Create(String),
    /// A question below a message, or at the root.
    Ask(Index, String),
    /// Another version of an answer.
    Answer(Index, String),
    Rewrite(Index, String),
    Rename(Index, String),
    Star(Index, bool),
    Archive(Index, bool),
    Move(Index, bool),
    Delete(Index),
    Restore(Index),
    Duplicate(Index),
    Split(Index),
    DeleteMessage(Index),
    RestoreMessage(Index),
    Erase(Index),
    /// The index has time.
    Rest,
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::{
        Answer, Archive, Ask, Create, Delete, DeleteMessage, Duplicate, Erase, Move, Rename, Rest, Restore,
        RestoreMessage, Rewrite, Split, Star,
    };
    let text = || {
        let characters = proptest::collection::vec(proptest::sample::select(TYPED.to_vec()), 1..6);
        characters.prop_map(|characters| characters.into_iter().collect::<String>())
    };
    let which = any::<Index>;
    prop_oneof![
        4 => text().prop_map(Create),
        4 => (which(), text()).prop_map(|(at, text)| Ask(at, text)),
        4 => (which(), text()).prop_map(|(at, text)| Answer(at, text)),
        2 => (which(), text()).prop_map(|(at, text)| Rewrite(at, text)),
        2 => (which(), text()).prop_map(|(at, text)| Rename(at, text)),
        1 => (which(), any::<bool>()).prop_map(|(at, on)| Star(at, on)),
        1 => (which(), any::<bool>()).prop_map(|(at, on)| Archive(at, on)),
        1 => (which(), any::<bool>()).prop_map(|(at, into)| Move(at, into)),
        2 => which().prop_map(Delete),
        2 => which().prop_map(Restore),
        1 => which().prop_map(Duplicate),
        1 => which().prop_map(Split),
        3 => which().prop_map(DeleteMessage),
        2 => which().prop_map(RestoreMessage),
        1 => which().prop_map(Erase),
        1 => Just(Rest),
    ]
}

#[derive(Debug, Clone)]
struct Message {
    id: i64,
    conversation: i64,
    parent: Option<i64>,
    text: String,
    answer: bool,
    deleted: bool,
}

#[derive(Debug, Clone)]
struct Conversation {
    id: i64,
    title: String,
    starred: bool,
    archived: bool,
    in_folder: bool,
    deleted: bool,
}

struct World {
    connection: Connection,
    folder: i64,
    conversations: Vec<Conversation>,
    messages: Vec<Message>,
}

impl World {
    fn new() -> Self {
        let connection = open::in_memory();
        let folder = folders::create(&connection, "folder").expect("made");
        Self { connection, folder, conversations: Vec::new(), messages: Vec::new() }
    }

    fn visible(&self, id: i64) -> bool {
        let message = self.message(id);
        !message.deleted && message.parent.is_none_or(|parent| self.visible(parent))
    }

    fn message(&self, id: i64) -> &Message {
        self.messages.iter().find(|message| message.id == id).expect("known")
    }

    fn pick(&self, at: &Index) -> Option<usize> {
        (!self.conversations.is_empty()).then(|| at.index(self.conversations.len()))
    }

    fn pick_message(&self, at: &Index) -> Option<Message> {
        (!self.messages.is_empty()).then(|| self.messages[at.index(self.messages.len())].clone())
    }

    fn add(&mut self, conversation: i64, parent: Option<i64>, text: &str, answer: bool) {
        let id = match (answer, parent) {
            (true, Some(parent)) => {
                let new = NewMessage::answer(conversation, parent, facts());
                let id = messages::insert(&self.connection, &new).expect("a row");
                messages::update_answer(&self.connection, id, text, MessageStatus::Complete, &facts())
                    .expect("updated");
                id
            }
            (_, parent) => {
                messages::insert(&self.connection, &NewMessage::question(conversation, parent, text))
                    .expect("a row")
            }
        };
        let text = text.to_owned();
        self.messages.push(Message { id, conversation, parent, text, answer, deleted: false });
    }

    /// Does it to both.
    fn run(&mut self, operation: &Operation) {
        match operation {
            Operation::Create(text) => {
                let id =
                    conversations::create(&self.connection, text, &TurnSettings::default()).expect("a row");
                self.conversations.push(Conversation {
                    id,
                    title: title_of(text),
                    starred: false,
                    archived: false,
                    in_folder: false,
                    deleted: false,
                });
                self.add(id, None, text, false);
            }
            Operation::Ask(at, text) => {
                if let Some(above) = self.pick_message(at) {
                    self.add(above.conversation, Some(above.id), text, false);
                }
            }
            Operation::Answer(at, text) => {
                if let Some(above) = self.pick_message(at).filter(|above| !above.answer) {
                    self.add(above.conversation, Some(above.id), text, true);
                }
            }
            Operation::Rewrite(at, text) => {
                if let Some(answer) = self.pick_message(at).filter(|message| message.answer) {
                    let complete = MessageStatus::Complete;
                    messages::update_answer(&self.connection, answer.id, text, complete, &facts())
                        .expect("updated");
                    let known = self.messages.iter_mut().find(|message| message.id == answer.id);
                    known.expect("known").text.clone_from(text);
                }
            }
            Operation::Rename(at, text) => {
                let Some(place) = self.pick(at).filter(|_| !text.trim().is_empty()) else { return };
                let conversation = &mut self.conversations[place];
                let renamed = conversations::rename(&self.connection, conversation.id, text);
                assert_eq!(renamed.is_ok(), !conversation.deleted);
                if renamed.is_ok() {
                    text.trim().clone_into(&mut conversation.title);
                }
            }
            Operation::Star(at, on) => {
                self.change(at, HistoryChange::Star { on: *on }, |it| it.starred = *on)
            }
            Operation::Archive(at, on) => {
                self.change(at, HistoryChange::Archive { on: *on }, |it| it.archived = *on);
            }
            Operation::Move(at, into) => {
                let folder = into.then_some(self.folder);
                self.change(at, HistoryChange::Move { folder }, |it| it.in_folder = *into);
            }
            Operation::Delete(at) => {
                self.change(at, HistoryChange::Delete { on: true }, |it| it.deleted = true)
            }
            Operation::Restore(at) => {
                self.change(at, HistoryChange::Delete { on: false }, |it| it.deleted = false)
            }
            Operation::Duplicate(at) => {
                let Some(place) = self.pick(at) else { return };
                let original = self.conversations[place].clone();
                let copied = duplicate::whole(&mut self.connection, original.id);
                let kept = self.messages.iter().filter(|message| message.conversation == original.id);
                let kept = kept.filter(|message| self.visible(message.id)).cloned().collect();
                self.adopt(copied, original, kept);
            }
            Operation::Split(at) => {
                let Some(message) = self.pick_message(at) else { return };
                let original = self.conversation(message.conversation).clone();
                let copied = duplicate::split(&mut self.connection, message.id);
                if !self.visible(message.id) {
                    assert!(copied.is_err(), "a message that can't be reached");
                    return;
                }
                let mut path = vec![message];
                while let Some(parent) = path[0].parent {
                    path.insert(0, self.message(parent).clone());
                }
                self.adopt(copied, original, path);
            }
            Operation::DeleteMessage(at) => {
                let Some(message) = self.pick_message(at) else { return };
                let done = messages::delete(&self.connection, message.id);
                assert_eq!(done.is_ok(), !message.deleted);
                self.set_deleted(message.id, true);
            }
            Operation::RestoreMessage(at) => {
                let Some(message) = self.pick_message(at) else { return };
                messages::restore(&self.connection, message.id).expect("there");
                self.set_deleted(message.id, false);
            }
            Operation::Erase(at) => {
                let Some(place) = self.pick(at) else { return };
                let gone = self.conversations.remove(place).id;
                bin::erase(&self.connection, gone).expect("erased");
                self.messages.retain(|message| message.conversation != gone);
            }
            Operation::Rest => {
                index::step(&mut self.connection, std::time::Duration::from_secs(60)).expect("indexed");
            }
        }
    }

    fn change(&mut self, at: &Index, change: HistoryChange, apply: impl FnOnce(&mut Conversation)) {
        if let Some(place) = self.pick(at) {
            let conversation = &mut self.conversations[place];
            list::change(&mut self.connection, &[conversation.id], &change).expect("changed");
            apply(conversation);
        }
    }

    fn conversation(&self, id: i64) -> &Conversation {
        self.conversations.iter().find(|conversation| conversation.id == id).expect("known")
    }

    fn set_deleted(&mut self, id: i64, deleted: bool) {
        self.messages.iter_mut().find(|message| message.id == id).expect("known").deleted = deleted;
    }

    /// Puts a copy into the model; its messages have new ids in the same order.
    fn adopt(&mut self, copied: Result<i64, Error>, original: Conversation, kept: Vec<Message>) {
        if original.deleted {
            assert!(copied.is_err(), "what is in the bin is not copied");
            return;
        }
        let id = copied.expect("copied");
        let sql = "SELECT id FROM messages WHERE conversation_id = ?1 ORDER BY id";
        let mut query = self.connection.prepare(sql).expect("a query");
        let rows = query.query_map([id], |row| row.get(0)).expect("rows");
        let ids: Vec<i64> = rows.collect::<Result<_, _>>().expect("ids");
        drop(query);
        assert_eq!(ids.len(), kept.len());
        let new = |old: i64| ids[kept.iter().position(|message| message.id == old).expect("copied")];
        let copies = kept.iter().map(|message| Message {
            id: new(message.id),
            conversation: id,
            parent: message.parent.map(new),
            ..message.clone()
        });
        self.messages.extend(copies.collect::<Vec<_>>());
        self.conversations.push(Conversation { id, archived: false, ..original });
    }

    /// Is everything as the model says?
    fn check(&mut self) {
        let place_of = |it: &Conversation| match (it.deleted, it.archived) {
            (true, _) => HistoryPlace::Bin,
            (false, true) => HistoryPlace::Archived,
            (false, false) => HistoryPlace::Kept,
        };
        for place in [HistoryPlace::Kept, HistoryPlace::Archived, HistoryPlace::Bin] {
            let filter = HistoryFilter { place, ..HistoryFilter::default() };
            let page = list::page(&self.connection, &filter, HistoryOrder::Used, 0, 500).expect("a page");
            let told = page.rows.iter().map(|row| {
                (row.id, row.title.clone(), row.message_count as usize, row.starred, row.folder.is_some())
            });
            let expected = self.conversations.iter().filter(|it| place_of(it) == place).map(|it| {
                let messages = self.messages.iter().filter(|message| message.conversation == it.id);
                let count = messages.filter(|message| self.visible(message.id)).count();
                (it.id, it.title.clone(), count, it.starred, it.in_folder)
            });
            assert_eq!(told.collect::<BTreeSet<_>>(), expected.collect::<BTreeSet<_>>(), "{place:?}");
        }
        assert_eq!(conversations::recount(&self.connection).expect("counted"), 0);
        self.run(&Operation::Rest);
        for sought in SOUGHT {
            self.check_search(sought);
        }
    }

    fn check_search(&mut self, sought: char) {
        for in_bin in [false, true] {
            let place = if in_bin { HistoryPlace::Bin } else { HistoryPlace::Kept };
            let filter = HistoryFilter { place, ..HistoryFilter::default() };
            let page =
                search::find(&mut self.connection, &sought.to_string(), &filter, 0, 200).expect("found");
            assert!(!page.more && page.waiting == 0 && page.total as usize == page.hits.len());
            let told: BTreeSet<_> = page
                .hits
                .iter()
                .map(|hit| (hit.conversation_id, hit.message_id, hit.found_in as u8))
                .collect();
            assert_eq!(told.len(), page.hits.len(), "nothing twice");
            let here = |id: i64| self.conversation(id).deleted == in_bin;
            let titles =
                self.conversations.iter().filter(|it| it.deleted == in_bin && has(&it.title, sought));
            let titles = titles.map(|it| (it.id, None, FoundIn::Title as u8));
            let texts = self.messages.iter().filter(|message| {
                here(message.conversation) && has(&message.text, sought) && self.visible(message.id)
            });
            let texts = texts.map(|message| {
                let part = if message.answer { FoundIn::Answer } else { FoundIn::Question };
                (message.conversation, Some(message.id), part as u8)
            });
            assert_eq!(told, titles.chain(texts).collect::<BTreeSet<_>>(), "{sought} in the bin: {in_bin}");
        }
    }
}

/// Has the text this character, however it is written?
fn has(text: &str, sought: char) -> bool {
    let plain = |typed| match typed {
        '發' => '发',
        'K' => 'k',
        'é' => 'e',
        other => other,
    };
    text.chars().any(|typed| plain(typed) == sought)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_operations_does_what_the_model_says(
        operations in proptest::collection::vec(operation(), 1..30),
    ) {
        let mut world = World::new();
        for operation in &operations {
            world.run(operation);
        }
        world.check();
    }
}
