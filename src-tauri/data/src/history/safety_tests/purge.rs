//! What is deleted for good is nowhere any more.

use super::*;

#[tokio::test]
async fn what_is_deleted_for_good_is_in_no_file_any_more() {
    let folder = folder();
    let history = filled(folder.path(), 2).await;
    let (id, _) = say(&history, None, "要彻底忘掉的话").await.expect("saved");
    let copy = history.back_up().await.expect("a copy");
    let damaged = folder.path().join("history-damaged-1.db");
    std::fs::copy(&copy.path, &damaged).expect("copied");
    let replaced = folder.path().join("history-replaced-3.db");
    std::fs::copy(&copy.path, &replaced).expect("copied");
    let unreadable = folder.path().join("history-damaged-2.db");
    std::fs::write(&unreadable, "no database, and perhaps the last that is left of something")
        .expect("written");
    assert!(holds(folder.path(), "要彻底忘掉的话").len() >= 3);

    let report = history.purge(Some(vec![id])).await.expect("deleted");
    assert_eq!(report.conversations, 1);
    assert_eq!(report.backups_rewritten.len(), 3, "{report:?}");
    assert_eq!(report.backups_removed, [] as [String; 0]);
    assert_eq!(report.backups_left, [unreadable.to_string_lossy()]);
    assert_eq!(holds(folder.path(), "要彻底忘掉的话"), [] as [PathBuf; 0]);
    let listed = history.backups().await.expect("a list");
    let copy = listed.iter().find(|backup| backup.path == copy.path).expect("it stays");
    assert_eq!(copy.conversations, Some(2));
    history.close().await;
}

#[tokio::test]
async fn the_bin_is_emptied_when_told() {
    let folder = folder();
    let history = filled(folder.path(), 3).await;
    history
        .call(|connection| {
            conversations::delete(connection, 1)?;
            conversations::delete(connection, 2)
        })
        .await
        .expect("deleted");
    let count = |connection: &mut Connection| Ok(marker::counts(connection)?.0);
    let report = history.purge(None).await.expect("emptied");
    assert_eq!(report.conversations, 2);
    assert_eq!(history.call(count).await.expect("counted"), 1);
    history.close().await;
}
