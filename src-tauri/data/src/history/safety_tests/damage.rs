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

/// What was in the copy, and most of what was not.
async fn late_words_are_there(history: &History) {
    let titles = titles_in_file(history).await;
    for number in 0..10 {
        assert!(titles.contains(&format!("问题 {number}")), "{number} was in the copy: {titles:?}");
    }
    let late = titles.iter().filter(|title| title.starts_with("晚")).count();
    assert!(late >= 10, "most of what came after the copy was read: {titles:?}");
}

/// Ten conversations that are in a copy, twenty that are not, and damage.
async fn damaged(folder: &Path) {
    let history = filled(folder, 10).await;
    history.look_after().await.expect("copied");
    for number in 0..20 {
        say(&history, None, &format!("晚 {number} {}", "字".repeat(3_000))).await.expect("saved");
    }
    history.close().await;
    ruin(&folder.join(FILE), 0.55, 0.60);
}

#[tokio::test]
async fn where_a_damaged_file_cannot_be_put_right_now_nothing_is_changed_and_it_is_done_later() {
    let folder = folder();
    damaged(folder.path()).await;
    let before = std::fs::read(folder.path().join(FILE)).expect("readable");
    // What is to take its place can't be made.
    let stands_in_the_way = folder.path().join("history.db.recovered");
    std::fs::create_dir(&stands_in_the_way).expect("made");
    let history = History::open(folder.path());
    for _ in 0..2 {
        history.look_after().await.expect("looked");
        let state = history.retry().await.expect("tried");
        assert!(matches!(state, HistoryState::Unavailable { .. }), "{state:?}");
        assert!(history.warnings().await.iter().all(|one| !matches!(one, Error::HistorySetAside { .. })));
        assert_eq!(std::fs::read(folder.path().join(FILE)).expect("in its place"), before);
    }
    say(&history, None, "问题 30").await.expect("memory keeps it");
    std::fs::remove_dir(&stands_in_the_way).expect("removed");
    assert_eq!(history.retry().await.expect("tried"), HistoryState::Open);
    let warnings = history.warnings().await;
    assert!(matches!(warnings.as_slice(), [Error::HistorySetAside { .. }]), "{warnings:?}");
    late_words_are_there(&history).await;
    assert!(titles_in_file(&history).await.contains(&"问题 30".to_owned()));
    history.close().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn damage_on_a_disk_with_too_little_room_costs_nothing_either() {
    let Some(disk) = unsaved::SmallDisk::mount(12) else { return };
    let data = disk.folder().join("app");
    damaged(&data).await;
    let history = History::open(&data);
    disk.leave(128 * 1024);
    history.look_after().await.expect("looked");
    let state = history.state().await.expect("known");
    assert_eq!(code_of(&state), Some(shell(ShellErrorCode::DiskFull)), "{state:?}");
    assert!(history.warnings().await.iter().all(|one| !matches!(one, Error::HistorySetAside { .. })));
    disk.free();
    assert_eq!(history.retry().await.expect("tried"), HistoryState::Open);
    late_words_are_there(&history).await;
    history.close().await;
}

#[tokio::test]
async fn a_copy_of_a_clock_that_was_ahead_does_not_take_the_place_of_the_newest() {
    let folder = folder();
    let history = filled(folder.path(), 1).await;
    let early = history.back_up().await.expect("copied");
    let ahead = Path::new(&early.path).with_file_name(format!("daily-2036-01-01-{}.db", early.at * 2));
    std::fs::rename(&early.path, ahead).expect("renamed");
    say(&history, None, "后来").await.expect("saved");
    history.back_up().await.expect("copied");
    history.close().await;
    std::fs::write(folder.path().join(FILE), "this is no database, whatever one does with it")
        .expect("written");
    let history = History::open(folder.path());
    assert_eq!(titles_in_file(&history).await, ["后来", "问题 0"]);
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
