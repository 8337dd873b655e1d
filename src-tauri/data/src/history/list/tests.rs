//! Filters, orders, and changes of several at once.

use super::*;
use crate::contract::{MessageStatus, TurnSettings, WrittenIn};
use crate::history::messages::tests::facts;
use crate::history::messages::{self, NewMessage};
use crate::history::{conversations, index, open};

struct Shelf {
    connection: Connection,
    ids: Vec<i64>,
}

/// Conversations with a question and an answer by a model of that name, each used a second after the one before.
fn shelf(rows: &[(&str, &str)]) -> Shelf {
    let mut connection = open::in_memory();
    let mut ids = Vec::new();
    for (number, (title, model)) in (0_i64..).zip(rows) {
        let id = conversations::create(&connection, title, &TurnSettings::default()).expect("a row");
        let question = NewMessage::question(id, None, title);
        let question = messages::insert(&connection, &question).expect("a row");
        let told = crate::contract::AnswerFacts { model_name: (*model).into(), ..facts() };
        let new = NewMessage::answer(id, question, told.clone());
        let answer = messages::insert(&connection, &new).expect("a row");
        messages::update_answer(&connection, answer, "好", MessageStatus::Complete, &told).expect("updated");
        let sql = "UPDATE conversations SET created_at = ?2, updated_at = ?2, active_leaf = ?3 WHERE id = ?1";
        connection.execute(sql, params![id, 1_000 * (number + 1), answer]).expect("updated");
        ids.push(id);
    }
    index::step(&mut connection, std::time::Duration::from_secs(60)).expect("indexed");
    Shelf { connection, ids }
}

fn listed(shelf: &Shelf, filter: HistoryFilter, order: HistoryOrder) -> Vec<usize> {
    let page = page(&shelf.connection, &filter, order, 0, 100).expect("a page");
    assert_eq!(page.total as usize, page.rows.len());
    let place = |row: &ConversationSummary| shelf.ids.iter().position(|id| *id == row.id).expect("known");
    page.rows.iter().map(place).collect()
}

#[test]
fn every_filter_lets_through_what_it_says() {
    let mut shelf = shelf(&[("天空", "Qwen"), ("Clear sky", "Llama"), ("海", "Qwen"), ("Sea", "Qwen")]);
    let folder = folders::create(&shelf.connection, " 学习 ").expect("made");
    let ids = shelf.ids.clone();
    let mut do_to = |places: &[usize], wanted: HistoryChange| {
        let ids: Vec<i64> = places.iter().map(|place| ids[*place]).collect();
        change(&mut shelf.connection, &ids, &wanted).expect("changed");
    };
    do_to(&[0, 1], HistoryChange::Move { folder: Some(folder) });
    do_to(&[1, 2], HistoryChange::Star { on: true });
    do_to(&[2], HistoryChange::Archive { on: true });
    do_to(&[3], HistoryChange::Delete { on: true });
    let all = HistoryFilter::default;
    let by = |filter| listed(&shelf, filter, HistoryOrder::Used);
    assert_eq!(by(all()), [1, 0]);
    assert_eq!(by(HistoryFilter { place: HistoryPlace::Archived, ..all() }), [2]);
    assert_eq!(by(HistoryFilter { place: HistoryPlace::Bin, ..all() }), [3]);
    assert_eq!(by(HistoryFilter { folder: Some(folder), ..all() }), [1, 0]);
    assert_eq!(by(HistoryFilter { starred_only: true, ..all() }), [1]);
    assert_eq!(by(HistoryFilter { model: Some("Qwen".into()), ..all() }), [0]);
    assert_eq!(by(HistoryFilter { written_in: Some(WrittenIn::Chinese), ..all() }), [0]);
    assert_eq!(by(HistoryFilter { from: Some(2_000), ..all() }), [1]);
    assert_eq!(by(HistoryFilter { until: Some(2_000), ..all() }), [0]);
    let many = HistoryFilter { model: Some("Llama".into()), starred_only: true, from: Some(1), ..all() };
    assert_eq!(by(many), [1]);
    assert_eq!(by(HistoryFilter { model: Some("Qwen' OR 1".into()), ..all() }), [] as [usize; 0]);

    let found = shelves(&shelf.connection).expect("shelves");
    assert_eq!((found.kept, found.archived, found.in_bin), (2, 1, 1));
    assert_eq!(found.models, [("Llama".to_owned(), 1), ("Qwen".into(), 3)]);
    assert_eq!((found.folders[0].name.as_str(), found.folders[0].conversations), ("学习", 2));
    folders::rename(&shelf.connection, folder, "b").expect("renamed");
    folders::delete(&shelf.connection, folder).expect("deleted");
    assert_eq!(by(all()), [1, 0], "they stay");
    assert!(folders::rename(&shelf.connection, folder, "x").is_err());
    assert!(folders::create(&shelf.connection, "  ").is_err());
}

#[test]
fn orders_and_pins() {
    let mut shelf = shelf(&[("白", "a"), ("啊", "a"), ("zebra", "a"), ("Ápple", "a"), ("banana", "a")]);
    let (first, last) = (shelf.ids[0], shelf.ids[4]);
    let parent: i64 = shelf
        .connection
        .query_row("SELECT active_leaf FROM conversations WHERE id = ?1", [first], |row| row.get(0))
        .expect("a leaf");
    messages::insert(&shelf.connection, &NewMessage::question(first, Some(parent), "?")).expect("a row");
    conversations::touch(&shelf.connection, first).expect("touched");
    let by = |shelf: &Shelf, order| listed(shelf, HistoryFilter::default(), order);
    assert_eq!(by(&shelf, HistoryOrder::Used), [0, 4, 3, 2, 1]);
    assert_eq!(by(&shelf, HistoryOrder::Created), [4, 3, 2, 1, 0]);
    assert_eq!(by(&shelf, HistoryOrder::Title), [3, 4, 2, 1, 0], "pinyin after letters");
    assert_eq!(by(&shelf, HistoryOrder::Length), [0, 4, 3, 2, 1]);
    change(&mut shelf.connection, &[last], &HistoryChange::Pin { on: true }).expect("pinned");
    assert_eq!(by(&shelf, HistoryOrder::Title), [4, 3, 2, 1, 0]);
    assert_eq!(by(&shelf, HistoryOrder::Used), [4, 0, 3, 2, 1]);
    let stretch =
        page(&shelf.connection, &HistoryFilter::default(), HistoryOrder::Used, 1, 2).expect("a page");
    let ids: Vec<_> = stretch.rows.iter().map(|row| row.id).collect();
    assert_eq!((stretch.total, ids), (5, vec![shelf.ids[0], shelf.ids[3]]));
    assert!(stretch.rows.iter().all(|row| row.model_name.as_deref() == Some("a")));
    assert_eq!(stretch.rows[0].message_count, 3);
}

#[test]
fn a_change_is_done_to_all_or_to_none() {
    let mut shelf = shelf(&[("a", "a"), ("b", "a")]);
    let ids = [shelf.ids[0], 999, shelf.ids[1]];
    let failed = change(&mut shelf.connection, &ids, &HistoryChange::Delete { on: true });
    assert!(matches!(failed, Err(Error::NoSuchItem { id: 999, .. })));
    let to = HistoryChange::Move { folder: Some(7) };
    assert!(matches!(change(&mut shelf.connection, &shelf.ids, &to), Err(Error::NoSuchItem { id: 7, .. })));
    assert_eq!(listed(&shelf, HistoryFilter::default(), HistoryOrder::Used), [1, 0]);
    for on in [true, true, false] {
        change(&mut shelf.connection, &shelf.ids, &HistoryChange::Delete { on }).expect("changed");
    }
    assert_eq!(listed(&shelf, HistoryFilter::default(), HistoryOrder::Used), [1, 0]);
}
