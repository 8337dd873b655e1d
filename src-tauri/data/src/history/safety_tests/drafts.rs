//! What stands in a composer is kept like what was sent.

use super::*;
use crate::history::drafts;

async fn draft(history: &History, conversation: Option<i64>, text: &str, files: Vec<i64>) {
    let place = conversation.map_or_else(Place::new, Place::conversation).with_files(&files);
    let text = text.to_owned();
    let keep = move |connection: &mut Connection, id| {
        drafts::keep(connection, conversation.map(|_| id), &text, &files)
    };
    history.call_for(place, keep).await.expect("kept");
}

/// Its text and the names of its files.
async fn kept(history: &History, conversation: Option<i64>) -> (String, Vec<String>) {
    let place = conversation.map_or_else(Place::new, Place::conversation);
    let read = move |connection: &mut Connection, id| drafts::kept(connection, conversation.map(|_| id));
    let draft = history.call_for(place, read).await.expect("readable");
    (draft.text, draft.attachments.into_iter().map(|file| file.name).collect())
}

async fn file(history: &History, name: &str) -> i64 {
    let new = attachments::NewAttachment {
        name: name.into(),
        bytes: 3,
        encoding: crate::contract::TextEncoding::Utf8,
        text: "甲".into(),
        tokens: None,
    };
    let keep = move |connection: &mut Connection, _| Ok(attachments::insert(connection, &new)?.id);
    history.call_for(Place::new(), keep).await.expect("kept")
}

async fn close_unsaved(history: &History) {
    let closed = history.send(|keeper| {
        keeper.close_unsaved();
        Ok(())
    });
    finish(closed).await.expect("closed");
}

fn of(text: &str, files: &[&str]) -> (String, Vec<String>) {
    (text.to_owned(), files.iter().map(|&name| name.to_owned()).collect())
}

#[tokio::test]
async fn drafts_that_could_not_be_written_are_saved_later_or_taken_in_by_the_next_start() {
    for ends in [false, true] {
        let folder = folder();
        let mut history = filled(folder.path(), 2).await;
        draft(&history, None, "早", Vec::new()).await;
        let old = file(&history, "旧.txt").await;
        draft(&history, Some(2), "原来", vec![old]).await;
        may_write(&history, false).await;
        let fresh = file(&history, "新.txt").await;
        draft(&history, None, "晚", vec![fresh]).await;
        draft(&history, Some(1), "没写完", Vec::new()).await;
        assert_eq!(kept(&history, None).await, of("晚", &["新.txt"]), "at once");
        let rename = |connection: &mut Connection, id| conversations::rename(connection, id, "新名字");
        history.call_for(Place::conversation(2), rename).await.expect("memory keeps it");
        if ends {
            close_unsaved(&history).await;
            history = History::open(folder.path());
        } else {
            may_write(&history, true).await;
        }
        assert_eq!(history.retry().await.expect("tried"), HistoryState::Open);
        history.close().await;
        let again = History::open(folder.path());
        assert_eq!(kept(&again, None).await, of("晚", &["新.txt"]), "{ends}");
        assert_eq!(kept(&again, Some(1)).await, of("没写完", &[]), "{ends}");
        assert_eq!(kept(&again, Some(2)).await, of("原来", &["旧.txt"]), "{ends}");
        again.close().await;
    }
}

#[tokio::test]
async fn what_was_sent_into_memory_stands_in_no_composer_any_more() {
    for ends in [false, true] {
        let folder = folder();
        let mut history = filled(folder.path(), 1).await;
        draft(&history, None, "新问题", Vec::new()).await;
        draft(&history, Some(1), "接着说", Vec::new()).await;
        may_write(&history, false).await;
        for conversation in [None, Some(1)] {
            let place = conversation.map_or_else(Place::new, Place::conversation);
            let send = move |connection: &mut Connection, id| {
                let conversation = conversation.map(|_| id);
                turn(connection, conversation, "问")?;
                drafts::forget(connection, conversation)
            };
            history.call_for(place, send).await.expect("memory keeps it");
            assert_eq!(kept(&history, conversation).await, of("", &[]));
        }
        if ends {
            close_unsaved(&history).await;
            history = History::open(folder.path());
        } else {
            may_write(&history, true).await;
        }
        assert_eq!(history.retry().await.expect("tried"), HistoryState::Open);
        for conversation in [None, Some(1)] {
            assert_eq!(kept(&history, conversation).await, of("", &[]), "{ends} {conversation:?}");
        }
        history.close().await;
    }
}

#[tokio::test]
async fn drafts_and_receipts_are_read_out_of_a_damaged_file() {
    let folder = folder();
    let history = filled(folder.path(), 3).await;
    history.back_up().await.expect("copied");
    let text = file(&history, "附件.txt").await;
    draft(&history, None, "没写完", vec![text]).await;
    draft(&history, Some(2), "也没写完", Vec::new()).await;
    let sql = "INSERT INTO import_receipts (at, receipt) VALUES (7, '{}')";
    history.call(move |connection| Ok(connection.execute(sql, [])?)).await.expect("kept");
    history.close().await;

    let path = folder.path().join(FILE);
    let connection = Connection::open(&path).expect("opens");
    let sql = "SELECT rootpage FROM sqlite_master WHERE name = 'messages_streaming'";
    let page: usize = connection.query_row(sql, [], |row| row.get(0)).expect("a page");
    drop(connection);
    let mut bytes = std::fs::read(&path).expect("readable");
    bytes[(page - 1) * 4096..page * 4096].fill(0xAB);
    std::fs::write(&path, bytes).expect("written");

    let history = History::open(folder.path());
    assert_eq!(history.look_after().await.expect("checked"), HistoryState::Open);
    let warnings = history.warnings().await;
    assert!(matches!(warnings.as_slice(), [Error::HistorySetAside { .. }]), "{warnings:?}");
    assert_eq!(kept(&history, None).await, of("没写完", &["附件.txt"]));
    assert_eq!(kept(&history, Some(2)).await, of("也没写完", &[]));
    let receipts = history.call(|connection| transfer::receipts::list(connection)).await.expect("listed");
    assert_eq!(receipts.iter().map(|receipt| receipt.at).collect::<Vec<_>>(), [7]);
    history.close().await;
}
