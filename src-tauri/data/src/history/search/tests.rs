//! What is found, where, and in which order.

use super::*;
use crate::contract::{AnswerFacts, MessageStatus, TextEncoding, TurnSettings};
use crate::history::messages::tests::facts;
use crate::history::messages::{self, NewMessage};
use crate::history::{attachments, conversations, list, open};

struct Asked {
    connection: Connection,
    conversation: i64,
    question: i64,
    answer: i64,
}

fn asked(title: &str, question: &str, answer: &str) -> Asked {
    let connection = open::in_memory();
    let (conversation, question, answer) = add(&connection, title, question, answer);
    Asked { connection, conversation, question, answer }
}

fn add(connection: &Connection, title: &str, question: &str, answer: &str) -> (i64, i64, i64) {
    let conversation = conversations::create(connection, title, &TurnSettings::default()).expect("a row");
    let new = NewMessage::question(conversation, None, question);
    let question = messages::insert(connection, &new).expect("a row");
    let told = AnswerFacts { model_name: "千问".into(), ..facts() };
    let new = NewMessage::answer(conversation, question, told.clone());
    let id = messages::insert(connection, &new).expect("a row");
    messages::update_answer(connection, id, answer, MessageStatus::Complete, &told).expect("updated");
    (conversation, question, id)
}

fn found(connection: &mut Connection, query: &str) -> SearchPage {
    find(connection, query, &HistoryFilter::default(), 0, 50).expect("searched")
}

fn places(page: &SearchPage) -> Vec<FoundIn> {
    page.hits.iter().map(|hit| hit.found_in).collect()
}

#[test]
fn terms_of_every_length_are_found_in_every_part() {
    let mut room = asked("下雨天", "雨伞修复 is ok?", "<think>雨大吗</think>雨停了，伞修復好了：OK。");
    let file = attachments::NewAttachment {
        name: "梅雨.txt".into(),
        bytes: 3,
        encoding: TextEncoding::Utf8,
        text: "a rainy day".into(),
        tokens: None,
    };
    let file = attachments::insert(&room.connection, &file).expect("kept").id;
    attachments::attach(&room.connection, &[file], room.question).expect("attached");
    let page = found(&mut room.connection, "雨");
    use FoundIn::{Answer, Attachment, Question, Thought, Title};
    let mut all = places(&page);
    assert_eq!(all.remove(0), Title, "titles come first");
    for part in [Question, Answer, Thought, Attachment] {
        assert!(all.contains(&part), "{part:?}");
    }
    assert_eq!((page.total, page.more, page.waiting), (5, false, 0));
    let titled = &page.hits[0];
    assert_eq!((titled.conversation_id, titled.message_id), (room.conversation, None));
    let thought = page.hits.iter().find(|hit| hit.found_in == Thought).expect("there");
    assert_eq!((thought.message_id, thought.model_name.as_deref()), (Some(room.answer), Some("千问")));

    let mut parts = |query: &str| {
        let mut parts = places(&found(&mut room.connection, query));
        parts.sort_by_key(|part| *part as u8);
        parts
    };
    assert_eq!(parts("修复 ok"), [Question, Answer], "both short, traditional and upper case");
    assert_eq!(parts("修复 雨伞修"), [Question], "a long one beside a short one constrains");
    assert_eq!(parts("雨 停了"), [Answer]);
    assert_eq!(parts("a"), [Attachment]);
    assert_eq!(parts("rainy DAY"), [Attachment]);
    assert_eq!(parts("梅雨 rain"), [Attachment], "a file's name is of the file");
    assert_eq!(parts("雨 雪"), []);
    assert_eq!(parts("伞修复好"), [Answer]);
    assert_eq!(parts("think"), [], "the marks are no text");
    assert_eq!(parts("  "), []);
}

#[test]
fn signs_have_no_meaning_of_their_own() {
    let mut room = asked("t", "100% of \"x_y\" -z AND c++ (a OR b)* ^d NEAR{1} 'e' a:b", "y");
    for query in [
        "100%", "\"", "\"x_y\"", "_", "-z", "-z and", "c++", "(a", "b)*", "^d", "near{1}", "'e'", "a:b", "%",
        "*", "++", "a: \"x",
    ] {
        assert_eq!(places(&found(&mut room.connection, query)), [FoundIn::Question], "{query}");
    }
    for query in ["100_", "x%y", "d*", "1000", "z and c--", "NOT x"] {
        assert_eq!(found(&mut room.connection, query).total, 0, "{query}");
    }
}

#[test]
fn words_that_fit_together_are_no_hit_where_they_are_apart() {
    let mut room = asked("t", "xab abcd", "ab cd");
    for query in ["xabcd", "abcdab", "bab"] {
        assert_eq!(found(&mut room.connection, query).total, 0, "{query}");
    }
    assert_eq!(found(&mut room.connection, "xab bcd").total, 1);
}

#[test]
fn what_is_deleted_is_not_found_and_the_bin_is_searched_by_itself() {
    let mut room = asked("标题", "问一问", "答一答");
    let total = |connection: &mut Connection, place| {
        let filter = HistoryFilter { place, ..HistoryFilter::default() };
        find(connection, "一", &filter, 0, 9).expect("searched").total
    };
    let everywhere = |connection: &mut Connection| {
        [HistoryPlace::Kept, HistoryPlace::Archived, HistoryPlace::Bin].map(|place| total(connection, place))
    };
    assert_eq!(everywhere(&mut room.connection), [2, 0, 0]);
    messages::delete(&room.connection, room.answer).expect("deleted");
    assert_eq!(everywhere(&mut room.connection), [1, 0, 0]);
    messages::delete(&room.connection, room.question).expect("deleted");
    assert_eq!(everywhere(&mut room.connection), [0, 0, 0]);
    messages::restore(&room.connection, room.question).expect("restored");
    let ids = [room.conversation];
    list::change(&mut room.connection, &ids, &crate::contract::HistoryChange::Archive { on: true })
        .expect("changed");
    assert_eq!(everywhere(&mut room.connection), [1, 1, 0], "archived ones are found too");
    conversations::delete(&room.connection, room.conversation).expect("deleted");
    assert_eq!(everywhere(&mut room.connection), [0, 0, 1]);
}

#[test]
fn the_best_comes_first_then_the_newest_and_stretches_meet() {
    let mut connection = open::in_memory();
    let long = "filler words that say nothing much ".repeat(20);
    for (question, answer) in [
        (format!("rainbow {long}"), "one".to_owned()),
        ("rainbow rainbow".to_owned(), "two".to_owned()),
        (format!("{long} rainbow"), "rain three".to_owned()),
    ] {
        add(&connection, "", &question, &answer);
    }
    add(&connection, "Rainbow", "four", "five");
    let page = found(&mut connection, "rainbow");
    let shown: Vec<_> = page.hits.iter().map(|hit| (hit.conversation_id, hit.found_in)).collect();
    use FoundIn::{Question, Title};
    assert_eq!(
        shown[..2],
        [(4, Title), (2, Question)],
        "the title, then the text that is about nothing else"
    );
    assert_eq!(page.total, 4);
    let stretches: Vec<_> = (0..5)
        .flat_map(|offset| {
            find(&mut connection, "rainbow", &HistoryFilter::default(), offset, 1).expect("searched").hits
        })
        .collect();
    assert_eq!(stretches, page.hits);
}

#[test]
fn a_thousand_are_counted() {
    let mut connection = open::in_memory();
    let transaction = connection.transaction().expect("begins");
    for number in 0..600 {
        add(&transaction, "", &format!("雨 number {number}"), "rain 雨");
    }
    transaction.commit().expect("commits");
    crate::history::index::step(&mut connection, std::time::Duration::from_secs(600)).expect("indexed");
    for query in ["雨", "number 雨", "rain 雨", "rain"] {
        let page = found(&mut connection, query);
        let all = if query == "雨" { (1000, true) } else { (600, false) };
        assert_eq!((page.total, page.more), all, "{query}");
        assert_eq!(page.hits.len(), 50);
    }
    let far = find(&mut connection, "雨", &HistoryFilter::default(), 990, 50).expect("searched");
    assert_eq!(far.hits.len(), 10);
}
