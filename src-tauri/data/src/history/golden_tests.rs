//! A history of every released form opens in one jump, whole, and is found in. The databases in `golden/` were written by the
//! versions themselves and never change; `schema_4.db` is that of 0.1.

use std::path::Path;

use super::{
    conversations, drafts, folders, index, keeper, list, messages, moments, open, pieces, search,
    token_records, tree, FILE,
};
use crate::contract::{FoundIn, HistoryFilter, HistoryOrder, HistoryPlace, MessageStatus, MomentQuery};

/// Set to 1 to write the database of this version, once, before it is released.
const WRITE: &str = "VITRINE_WRITE_GOLDEN";

fn golden(schema: u32) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/history/golden/schema_{schema}.db"))
}

/// A copy, opened by this version.
fn opened(schema: u32) -> (tempfile::TempDir, rusqlite::Connection) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::copy(golden(schema), folder.path().join(FILE)).expect("copied");
    let connection = open::in_folder(folder.path());
    (folder, connection)
}

#[test]
fn a_history_of_every_form_opens_in_one_jump() {
    if std::env::var_os(WRITE).is_some() {
        write_6();
    }
    for schema in [4, 5, 6] {
        let (_folder, mut connection) = opened(schema);
        index::step(&mut connection, std::time::Duration::from_secs(60)).expect("indexed");
        let shown = conversations::open(&connection, 1).expect("opens").messages;
        let texts: Vec<_> = shown.iter().map(|message| message.text.as_str()).collect();
        assert_eq!(texts, ["天空是什么颜色？", "蓝色"]);
        assert_eq!(shown[0].attachments.len(), 3);
        assert_eq!(messages::get(&connection, 2).expect("there").status, MessageStatus::Interrupted);
        assert_eq!(tree::read(&connection, 1).expect("a tree").nodes.len(), 6);
        assert_eq!(token_records::read(&connection, 3).expect("records")[0].text, "天");

        let page =
            list::page(&connection, &HistoryFilter::default(), HistoryOrder::Used, 0, 9).expect("a list");
        let [row] = &page.rows[..] else { panic!("one conversation: {page:?}") };
        assert_eq!((row.message_count, row.model_name.as_deref()), (6, Some("千问 小")));
        assert_eq!(conversations::recount(&connection).expect("counted"), 0);
        let uids: u32 = connection
            .query_row("SELECT count(DISTINCT uid) FROM messages WHERE length(uid) = 32", [], |row| {
                row.get(0)
            })
            .expect("a number");
        assert_eq!(uids, 8, "a deleted message has its identity too");

        let mut found = |query: &str| {
            let page =
                search::find(&mut connection, query, &HistoryFilter::default(), 0, 9).expect("searched");
            assert_eq!(page.waiting, 0);
            page.hits.iter().map(|hit| hit.found_in).collect::<Vec<_>>()
        };
        assert_eq!(found("天空"), [FoundIn::Title, FoundIn::Question]);
        assert_eq!(found("天空是什么"), [FoundIn::Question]);
        assert_eq!(found("丙"), [FoundIn::Attachment]);
        assert_eq!(found("下面"), [], "below what was deleted");
        let query = MomentQuery::Token { fingerprint: "beef".into(), id: 5 };
        let page = moments::find(&mut connection, &query, 0, 9).expect("found");
        assert_eq!(
            (page.total, page.moments[0].message_id, page.moments[0].bytes.as_str()),
            (1, 3, "e5a4a9")
        );
    }
}

#[test]
fn what_version_5_has_more_is_there() {
    let (_folder, connection) = opened(5);
    let row = &list::summaries(&connection, &[1]).expect("a row")[0];
    assert!(row.starred && row.pinned && row.draft && row.folder.is_some());
    assert_eq!(folders::list(&connection, &keeper::Without::nothing()).expect("a list")[0].name, "学习");
    let draft = drafts::kept(&connection, Some(1)).expect("readable");
    assert_eq!((draft.text.as_str(), draft.attachments.len()), ("没写完", 1));
    let filter = HistoryFilter { place: HistoryPlace::Bin, ..HistoryFilter::default() };
    let page = list::page(&connection, &filter, HistoryOrder::Used, 0, 9).expect("a list");
    assert_eq!(page.total, 1);
    let identity: String = connection
        .query_row("SELECT uid FROM conversations WHERE id = 1", [], |row| row.get(0))
        .expect("an identity");
    assert_eq!(identity, "0123456789abcdef0123456789abcdef", "it is kept, not made anew");
}

#[test]
fn what_version_6_has_more_is_there() {
    let (_folder, mut connection) = opened(6);
    index::step(&mut connection, std::time::Duration::from_secs(60)).expect("indexed");
    assert_eq!(pieces::models_with(&connection, "70ca").expect("readable"), ["beef"]);
    let query = MomentQuery::Token { fingerprint: "70ca".into(), id: 5 };
    assert_eq!(moments::find(&mut connection, &query, 0, 9).expect("found").total, 1);
}

fn write_6() {
    let (folder, mut connection) = opened(5);
    index::step(&mut connection, std::time::Duration::from_secs(60)).expect("indexed");
    pieces::note_entries(&connection, "beef", "70ca").expect("noted");
    connection.execute_batch("PRAGMA journal_mode = DELETE; VACUUM").expect("written");
    drop(connection);
    std::fs::copy(folder.path().join(FILE), golden(6)).expect("copied");
}
