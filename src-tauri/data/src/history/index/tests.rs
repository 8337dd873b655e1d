//! The index follows the messages, whoever changes them, and can be lost.

use super::*;
use crate::contract::MessageStatus;
use crate::history::messages::tests::{facts, tree, Tree};
use crate::history::messages::{self, NewMessage};
use crate::history::{bin, conversations, open, search, FILE};

const SOON: Duration = Duration::from_secs(60);

fn rows(connection: &Connection, table: &str) -> u32 {
    let sql = format!("SELECT count(*) FROM {table}");
    connection.query_row(&sql, [], |row| row.get(0)).expect("a number")
}

fn finds(connection: &Connection, term: &str) -> u32 {
    let sql = "SELECT count(*) FROM search_long WHERE search_long MATCH ?1";
    connection.query_row(sql, [format!("\"{term}\"")], |row| row.get(0)).expect("a number")
}

#[test]
fn what_is_written_waits_and_is_indexed_once() {
    let Tree { mut connection, conversation, question, first, .. } = tree();
    // Both answers are being written.
    assert_eq!(rows(&connection, "index_queue"), 4);
    assert_eq!(
        (waiting(&connection).expect("a number"), waiting_messages(&connection).expect("a number")),
        (0, 2)
    );
    assert_eq!(step(&mut connection, SOON).expect("indexed"), Waiting::Nothing);
    assert_eq!((rows(&connection, "digests"), rows(&connection, "index_queue")), (2, 2));
    messages::update_answer(&connection, first, "散射太阳光", MessageStatus::Complete, &facts())
        .expect("updated");
    assert_eq!(waiting(&connection).expect("a number"), 1);
    step(&mut connection, SOON).expect("indexed");
    assert_eq!(finds(&connection, "太阳光"), 1);
    messages::update_answer(&connection, first, "别的东西", MessageStatus::Complete, &facts())
        .expect("updated");
    step(&mut connection, SOON).expect("indexed");
    assert_eq!((finds(&connection, "太阳光"), finds(&connection, "别的东")), (0, 1));
    let script: String = connection
        .query_row("SELECT written_in FROM conversations WHERE id = ?1", [conversation], |row| row.get(0))
        .expect("known");
    assert_eq!(script, "chinese");

    messages::delete(&connection, question).expect("deleted");
    step(&mut connection, SOON).expect("indexed");
    assert_eq!((finds(&connection, "别的东"), rows(&connection, "digests")), (0, 0));
    messages::restore(&connection, question).expect("restored");
    step(&mut connection, SOON).expect("indexed");
    assert_eq!(finds(&connection, "别的东"), 1);
    bin::erase(&connection, conversation).expect("erased");
    for table in ["digests", "index_queue", "token_marks", "surprises"] {
        assert_eq!(rows(&connection, table), 0, "{table}");
    }
    assert_eq!(finds(&connection, "别的东"), 0);
}

#[test]
fn a_step_ends_in_time_and_the_next_goes_on() {
    let Tree { mut connection, conversation, follow_up, .. } = tree();
    for _ in 0..200 {
        let new = NewMessage::question(conversation, Some(follow_up), "又一句话");
        messages::insert(&connection, &new).expect("a row");
    }
    let mut steps = 0;
    while step(&mut connection, Duration::ZERO).expect("indexed") == Waiting::More {
        steps += 1;
    }
    assert!(steps >= 200, "one message a step: {steps}");
    assert_eq!(rows(&connection, "digests"), 202);
}

#[test]
fn an_index_that_is_gone_damaged_or_of_another_form_is_made_anew() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let opened = || open::in_folder(folder.path());
    let mut connection = opened();
    let id = conversations::create(&connection, "a", &Default::default()).expect("a row");
    messages::insert(&connection, &NewMessage::question(id, None, "天空是什么颜色")).expect("a row");
    step(&mut connection, SOON).expect("indexed");
    for ruin in [
        "DROP TABLE index_form",
        "UPDATE index_form SET version = 0",
        "DROP TABLE digests; DROP TABLE index_form",
    ] {
        connection.execute_batch(ruin).expect(ruin);
        drop(connection);
        connection = opened();
        assert_eq!(rows(&connection, "index_queue"), 1, "{ruin}");
        step(&mut connection, SOON).expect("indexed");
        assert_eq!(finds(&connection, "什么颜"), 1, "{ruin}");
    }
    // What stands in the first ten rows says which segments there are; these are gone. Noticed by a search, or at the start.
    let ruin = "DELETE FROM search_long_data WHERE id > 10";
    let find = |connection: &mut Connection| {
        search::find(connection, "什么颜色", &Default::default(), 0, 9).expect("no error")
    };
    for at_the_start in [false, true] {
        connection.execute_batch(ruin).expect("damaged");
        drop(connection);
        connection = Connection::open(folder.path().join(FILE)).expect("opens");
        if at_the_start {
            open::heal_index(&mut connection).expect("checked");
        }
        let page = find(&mut connection);
        assert!(page.total == 1 || page.waiting == 1, "never a wrong nothing: {page:?}");
        step(&mut connection, SOON).expect("indexed");
        assert_eq!(find(&mut connection).total, 1);
        assert_eq!(conversations::list(&connection).expect("a list").len(), 1, "and nothing was set aside");
    }
}

#[test]
fn counts_are_right_whatever_was_done_and_wrong_ones_are_made_anew() {
    let Tree { connection, conversation, first, question, .. } = tree();
    let count = || -> u32 {
        let sql = "SELECT message_count FROM conversations WHERE id = ?1";
        connection.query_row(sql, [conversation], |row| row.get(0)).expect("a number")
    };
    assert_eq!(count(), 4);
    messages::delete(&connection, first).expect("deleted");
    assert_eq!(count(), 2, "what came after it is gone with it");
    messages::delete(&connection, question).expect("deleted");
    messages::restore(&connection, question).expect("restored");
    assert_eq!(count(), 2, "the first answer is still deleted");
    messages::insert(&connection, &NewMessage::question(conversation, Some(first), "x")).expect("a row");
    assert_eq!(count(), 2, "below a deleted one");
    messages::restore(&connection, first).expect("restored");
    assert_eq!(count(), 5);
    assert_eq!(conversations::recount(&connection).expect("counted"), 0);
    connection.execute("UPDATE conversations SET message_count = 7", []).expect("spoilt");
    connection.execute("UPDATE messages SET hidden = 1 WHERE id = ?1", [first]).expect("spoilt");
    assert!(conversations::recount(&connection).expect("counted") > 0);
    assert_eq!((count(), conversations::recount(&connection).expect("counted")), (5, 0));
}

#[test]
fn scripts_are_told_apart() {
    for (text, script) in [
        ("天空为什么是蓝色的？请用 Python 写一个 example", Some("chinese")),
        ("Why is the sky blue? 天空", Some("english")),
        ("空はなぜ青いのですか", Some("other")),
        ("하늘은 왜 파란가요", Some("other")),
        ("1 + 1 = ?", None),
    ] {
        let mut connection = open::in_memory();
        let id = conversations::create(&connection, "", &Default::default()).expect("a row");
        messages::insert(&connection, &NewMessage::question(id, None, text)).expect("a row");
        step(&mut connection, SOON).expect("indexed");
        let told: Option<String> = connection
            .query_row("SELECT written_in FROM conversations", [], |row| row.get(0))
            .expect("a row");
        assert_eq!(told.as_deref(), script, "{text}");
    }
}
