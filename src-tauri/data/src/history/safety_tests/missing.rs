//! A history that is gone, and one that makes room.

use super::*;

#[tokio::test]
async fn a_history_that_is_gone_is_asked_for_and_what_is_written_meanwhile_is_saved() {
    let folder = folder();
    filled(folder.path(), 3).await.close().await;
    let (file, elsewhere) = (folder.path().join(FILE), folder.path().join("elsewhere"));
    std::fs::rename(&file, &elsewhere).expect("moved");

    let history = History::open(folder.path());
    let state = history.state().await.expect("known");
    assert!(matches!(&state, HistoryState::Missing { conversations: 3, .. }), "{state:?}");
    let (id, answer) = say(&history, None, "在内存里").await.expect("memory keeps it");
    assert!(id >= carry::FIRST_IN_MEMORY && !memory::is_private(id));
    whole(&history, answer).await;
    assert!(!file.exists(), "nothing was begun");
    let again = history.decide(MissingChoice::LookAgain).await.expect("looked");
    assert!(matches!(again, HistoryState::Missing { .. }), "{again:?}");

    // The drive is there again.
    std::fs::rename(&elsewhere, &file).expect("moved");
    let state = history.decide(MissingChoice::LookAgain).await.expect("looked");
    assert_eq!(state, HistoryState::Open);
    assert_eq!(titles_in_file(&history).await, ["在内存里", "问题 0", "问题 1", "问题 2"]);
    // The ids that the window knows are good for as long as the app runs.
    assert_eq!(shown(&history, id).await, ["在内存里", "答：在内存里"]);
    whole(&history, answer).await;
    say(&history, Some(id), "接着").await.expect("saved");
    assert_eq!(shown(&history, id).await.len(), 4);
    history.close().await;
}

#[tokio::test]
async fn an_empty_file_or_another_empty_history_is_no_history_and_one_that_the_user_emptied_is() {
    for ruin in [(|file| std::fs::write(file, "").expect("written")) as fn(&Path), |file| {
        std::fs::remove_file(file).expect("removed");
        let mut other = Connection::open(file).expect("opens");
        open::prepare(&mut other).expect("tables");
    }] {
        let folder = folder();
        filled(folder.path(), 2).await.close().await;
        ruin(&folder.path().join(FILE));
        let history = History::open(folder.path());
        let state = history.state().await.expect("known");
        assert!(matches!(state, HistoryState::Missing { conversations: 2, .. }), "{state:?}");
        let state = history.decide(MissingChoice::BeginAnew).await.expect("begun");
        assert_eq!(state, HistoryState::Open);
        history.close().await;
        let again = History::open(folder.path());
        assert_eq!(again.state().await.expect("known"), HistoryState::Open, "decided once");
        again.close().await;
    }
    let folder = folder();
    let history = filled(folder.path(), 2).await;
    history.look_after().await.expect("copied");
    history.purge(Some(vec![1, 2])).await.expect("deleted");
    // The app is killed before the marker is written anew.
    let marker = std::fs::read(folder.path().join(marker::FILE)).expect("a marker");
    history.close().await;
    std::fs::write(folder.path().join(marker::FILE), marker).expect("written");
    let again = History::open(folder.path());
    assert_eq!(again.state().await.expect("known"), HistoryState::Open);
    again.close().await;
}

#[tokio::test]
async fn a_history_that_is_gone_comes_back_from_a_copy() {
    let folder = folder();
    let history = filled(folder.path(), 3).await;
    history.look_after().await.expect("copied");
    history.close().await;
    std::fs::remove_file(folder.path().join(FILE)).expect("removed");
    std::fs::remove_file(folder.path().join(marker::FILE)).expect("removed");
    let history = History::open(folder.path());
    let HistoryState::Missing { conversations, backups, .. } = history.state().await.expect("known") else {
        panic!("the copies tell of it");
    };
    assert_eq!((conversations, backups.len()), (3, 1));
    say(&history, None, "其间").await.expect("memory keeps it");
    let wrong = history.decide(MissingChoice::Restore { path: "/none.db".into() }).await;
    assert!(matches!(wrong, Err(Error::BackupUnreadable { .. })), "{wrong:?}");
    let choice = MissingChoice::Restore { path: backups[0].path.clone() };
    assert_eq!(history.decide(choice).await.expect("restored"), HistoryState::Open);
    assert_eq!(titles_in_file(&history).await, ["其间", "问题 0", "问题 1", "问题 2"]);
    history.close().await;
}

#[tokio::test]
async fn a_history_from_the_future_can_make_room_for_a_copy() {
    let folder = folder();
    let history = filled(folder.path(), 2).await;
    let copy = history.back_up().await.expect("a copy");
    history.close().await;
    let path = folder.path().join(FILE);
    let connection = Connection::open(&path).expect("opens");
    connection.pragma_update(None, "user_version", 99).expect("written");
    drop(connection);
    let history = History::open(folder.path());
    assert!(matches!(history.state().await.expect("known"), HistoryState::ReadOnly { .. }));
    let state = history.decide(MissingChoice::Restore { path: copy.path }).await.expect("restored");
    assert_eq!(state, HistoryState::Open);
    assert_eq!(titles_in_file(&history).await.len(), 2);
    let kept = std::fs::read_dir(folder.path()).expect("readable").flatten();
    assert!(kept
        .into_iter()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("history-replaced-")));
    history.close().await;
}
