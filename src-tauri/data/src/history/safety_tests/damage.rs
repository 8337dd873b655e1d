//! Damage is found, and what can be read comes back.

use super::*;

/// Overwrites the middle of a file.
fn ruin(path: &Path, from: f64, to: f64) {
    let mut bytes = std::fs::read(path).expect("readable");
    let at = |share: f64| (bytes.len() as f64 * share) as usize / 4096 * 4096;
    let (from, to) = (at(from).max(4096), at(to));
    bytes[from..to].fill(0xAB);
    std::fs::write(path, bytes).expect("written");
}

#[tokio::test]
async fn damage_is_found_in_the_background_and_the_copy_joined_with_what_can_be_read() {
    let folder = folder();
    let history = filled(folder.path(), 40).await;
    history.look_after().await.expect("copied");
    for number in 40..60 {
        say(&history, None, &format!("问题 {number} {}", "字".repeat(3_000))).await.expect("saved");
    }
    history.close().await;
    ruin(&folder.path().join(FILE), 0.55, 0.60);

    let history = History::open(folder.path());
    assert_eq!(
        history.state().await.expect("known"),
        HistoryState::Open,
        "the start does not wait for a check"
    );
    assert_eq!(history.look_after().await.expect("checked"), HistoryState::Open);
    let warnings = history.warnings().await;
    let [Error::HistorySetAside { path: aside, .. }] = warnings.as_slice() else {
        panic!("one warning, not {warnings:?}");
    };
    assert!(aside.exists(), "the damaged file is kept");
    let titles = titles_in_file(&history).await;
    for number in 0..40 {
        assert!(titles.contains(&format!("问题 {number}")), "{number} was in the copy: {titles:?}");
    }
    assert!(titles.len() >= 50, "most of what came later was read: {}", titles.len());
    for answer in [2, 4, 80] {
        whole(&history, answer).await;
    }
    let fault = history.call(|connection| open::fault(connection)).await.expect("checked");
    assert_eq!(fault, None);
    let listed = history.backups().await.expect("a list");
    assert!(listed.iter().any(|backup| backup.kind == BackupKind::Damaged));
    history.close().await;
}

#[tokio::test]
async fn what_is_no_database_at_all_is_set_aside_and_the_copy_taken() {
    for (with_copy, expected) in [(true, 3), (false, 0)] {
        let folder = folder();
        let history = filled(folder.path(), 3).await;
        if with_copy {
            history.look_after().await.expect("copied");
        }
        history.close().await;
        let text = "this is no database, not at all, however long one looks at it";
        std::fs::write(folder.path().join(FILE), text).expect("written");
        let history = History::open(folder.path());
        let warnings = history.warnings().await;
        let [Error::HistorySetAside { path: aside, .. }] = warnings.as_slice() else {
            panic!("one warning, not {warnings:?}");
        };
        assert_eq!(std::fs::read(aside).expect("kept"), text.as_bytes());
        assert_eq!(titles_in_file(&history).await.len(), expected);
        history.close().await;
    }
}

#[tokio::test]
async fn a_name_that_another_version_wrote_is_no_damage() {
    let folder = folder();
    filled(folder.path(), 1).await.close().await;
    let connection = Connection::open(folder.path().join(FILE)).expect("opens");
    connection.pragma_update(None, "ignore_check_constraints", true).expect("set");
    let sql = "INSERT INTO messages (conversation_id, role, text, status, created_at)
               SELECT id, 'critic', 'x', 'pondering', 0 FROM conversations";
    connection.execute(sql, []).expect("a row");
    drop(connection);
    let history = History::open(folder.path());
    history.look_after().await.expect("checked");
    assert!(history.warnings().await.is_empty());
    // And it comes along when its conversation is carried somewhere.
    let copy = history.backups().await.expect("a list").remove(0);
    history.purge(Some(vec![1])).await.expect("deleted");
    assert_eq!(titles_in_file(&history).await.len(), 0);
    assert!(history.look_into(copy.path.into(), 0, 10).await.expect("readable").rows.is_empty());
    history.close().await;
}
