//! What can't be written waits in memory: a full disk, a folder without rights, another app, a newer version.

use super::*;

#[tokio::test]
async fn on_a_full_disk_an_answer_goes_on_and_is_saved_when_there_is_room() {
    let folder = folder();
    let history = filled(folder.path(), 1).await;
    let begin = |connection: &mut Connection, id| {
        let transaction = connection.transaction()?;
        let leaf = conversations::active_leaf(&transaction, id)?;
        let question = messages::insert(&transaction, &NewMessage::question(id, leaf, "长问题"))?;
        let answer = messages::insert(&transaction, &NewMessage::answer(id, question, facts()))?;
        conversations::begin_turn(&transaction, id, None, answer)?;
        transaction.commit()?;
        Ok(answer)
    };
    let answer = history.call_for(Place::conversation(1), begin).await.expect("begun");
    fill_disk(&history).await;
    let text = "很长的回答。".repeat(20_000);
    let save = |text: String, status| {
        move |connection: &mut Connection, id| {
            messages::update_answer(connection, id, &text, status, &facts())
        }
    };
    let states = history.states();
    let written =
        history.call_for(Place::message(answer), save(text.clone(), MessageStatus::Streaming)).await;
    written.expect("memory keeps it");
    let state = states.borrow().clone();
    assert_eq!(code_of(&state), Some(shell(ShellErrorCode::DiskFull)), "{state:?}");
    assert!(matches!(state, HistoryState::Unavailable { unsaved: 1.., .. }), "{state:?}");
    // It is being written, so it stays in memory whatever the disk says; and what else comes is kept too.
    history.retry().await.expect("tried");
    say(&history, None, &"新的对话 ".repeat(30_000)).await.expect("memory keeps it");
    let whole = format!("{text}完");
    let done = history.call_for(Place::message(answer), save(whole.clone(), MessageStatus::Complete)).await;
    done.expect("memory keeps it");
    assert_eq!(shown(&history, 1).await.last(), Some(&whole));
    let state = history.retry().await.expect("tried");
    assert_eq!(code_of(&state), Some(shell(ShellErrorCode::DiskFull)), "{state:?}");

    free_disk(&history).await;
    assert_eq!(history.retry().await.expect("tried"), HistoryState::Open);
    assert_eq!(titles_in_file(&history).await.len(), 2);
    assert_eq!(shown(&history, 1).await.last(), Some(&whole));
    history.close().await;
    let again = History::open(folder.path());
    assert_eq!(shown(&again, 1).await.last(), Some(&whole));
    again.close().await;
}

#[tokio::test]
async fn what_was_not_saved_when_the_app_ended_is_taken_in_by_the_next_start() {
    let folder = folder();
    let history = filled(folder.path(), 1).await;
    let before = shown(&history, 1).await;
    may_write(&history, false).await;
    say(&history, Some(1), "接着说").await.expect("memory keeps it");
    say(&history, None, "新的").await.expect("memory keeps it");
    let private = history.begin_private(TurnSettings::default()).await.expect("begun");
    say(&history, Some(private), "不留下的话").await.expect("in memory");
    let state = history.state().await.expect("known");
    assert_eq!(code_of(&state), Some(shell(ShellErrorCode::ReadOnlyFolder)), "{state:?}");
    // Its end: the file still can't be written, the folder can.
    finish(history.send(|keeper| {
        keeper.close_unsaved();
        Ok(())
    }))
    .await
    .expect("closed");
    assert_eq!(memory::left(folder.path()).len(), 1);
    assert!(holds(folder.path(), "不留下的话").is_empty(), "what is private is written nowhere");

    let again = History::open(folder.path());
    assert_eq!(again.state().await.expect("known"), HistoryState::Open);
    assert_eq!(titles_in_file(&again).await, ["新的", "问题 0"]);
    let now = shown(&again, 1).await;
    assert_eq!(now[..2], before[..]);
    assert_eq!(now[2..], ["接着说", "答：接着说"]);
    assert!(memory::left(folder.path()).is_empty());
    again.close().await;
}

#[tokio::test]
async fn the_longest_conversation_is_saved_too_and_once() {
    let folder = folder();
    let history = filled(folder.path(), 1).await;
    let go_on = |connection: &mut Connection, id| {
        let transaction = connection.transaction()?;
        let mut leaf = conversations::active_leaf(&transaction, id)?;
        for _ in 0..1_500 {
            leaf = Some(messages::insert(&transaction, &NewMessage::question(id, leaf, "又一句"))?);
        }
        conversations::begin_turn(&transaction, id, None, leaf.expect("a leaf"))?;
        Ok(transaction.commit()?)
    };
    history.call_for(Place::conversation(1), go_on).await.expect("saved");
    may_write(&history, false).await;
    say(&history, Some(1), "接着说").await.expect("memory keeps it");
    may_write(&history, true).await;
    assert_eq!(history.retry().await.expect("tried"), HistoryState::Open);
    assert_eq!(shown(&history, 1).await.last().map(String::as_str), Some("答：接着说"));
    let (_, answer) = say(&history, Some(1), "再说一句").await.expect("in the file");
    assert!(answer < carry::FIRST_IN_MEMORY, "nothing of it is left in memory");
    history.close().await;
}

#[tokio::test]
async fn a_folder_that_was_renamed_between_two_outages_has_its_new_name() {
    use crate::contract::HistoryChange;
    let names = |connection: &mut Connection| {
        let folders = folders::list(connection, &keeper::Without::nothing())?;
        Ok(folders.into_iter().map(|folder| (folder.name, folder.conversations)).collect::<Vec<_>>())
    };
    for moved in [false, true] {
        let folder = folder();
        let history = filled(folder.path(), 2).await;
        let id = history.call(|connection| folders::create(connection, "旧名")).await.expect("made");
        let into = || HistoryChange::Move { folder: Some(id) };
        history.change(vec![1], into()).await.expect("moved");
        may_write(&history, false).await;
        say(&history, Some(1), "第一次").await.expect("memory keeps it");
        may_write(&history, true).await;
        assert_eq!(history.retry().await.expect("tried"), HistoryState::Open);
        history.call(move |connection| folders::rename(connection, id, "新名")).await.expect("renamed");
        may_write(&history, false).await;
        if moved {
            history.change(vec![2], into()).await.expect("memory keeps it");
        } else {
            say(&history, Some(1), "第二次").await.expect("memory keeps it");
        }
        may_write(&history, true).await;
        assert_eq!(history.retry().await.expect("tried"), HistoryState::Open);
        let expected = [("新名".to_owned(), 1 + u32::from(moved))];
        assert_eq!(history.call(names).await.expect("listed"), expected);
        history.close().await;
    }
}

#[tokio::test]
async fn two_apps_on_one_folder_do_not_write_one_history() {
    let folder = folder();
    let first = filled(folder.path(), 1).await;
    let second = History::open(folder.path());
    let state = second.state().await.expect("known");
    assert_eq!(code_of(&state), Some(shell(ShellErrorCode::HistoryInUse)), "{state:?}");
    say(&second, None, "第二个应用").await.expect("memory keeps it");
    say(&first, None, "第一个应用").await.expect("saved");
    first.close().await;
    assert_eq!(second.retry().await.expect("tried"), HistoryState::Open);
    assert_eq!(titles_in_file(&second).await, ["第一个应用", "第二个应用", "问题 0"]);
    second.close().await;
}

#[tokio::test]
async fn while_another_program_holds_the_file_memory_keeps_what_comes() {
    let folder = folder();
    let history = filled(folder.path(), 1).await;
    history
        .call(|connection| Ok(connection.busy_timeout(std::time::Duration::from_millis(50))?))
        .await
        .expect("a short patience");
    let other = Connection::open(folder.path().join(FILE)).expect("opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("held");
    say(&history, Some(1), "接着说").await.expect("memory keeps it");
    let state = history.state().await.expect("known");
    assert_eq!(code_of(&state), Some(shell(ShellErrorCode::HistoryInUse)), "{state:?}");
    assert_eq!(code_of(&history.retry().await.expect("tried")), Some(shell(ShellErrorCode::HistoryInUse)));
    assert_eq!(shown(&history, 1).await.len(), 4);
    other.execute_batch("ROLLBACK").expect("let go");
    assert_eq!(history.retry().await.expect("tried"), HistoryState::Open);
    assert_eq!(shown(&history, 1).await.len(), 4);
    let rename = |connection: &mut Connection, id| conversations::rename(connection, id, "新名字");
    history.call_for(Place::conversation(1), rename).await.expect("in the file");
    assert_eq!(titles_in_file(&history).await, ["新名字"]);
    history.close().await;
}

#[tokio::test]
async fn a_history_from_the_future_is_read_and_what_comes_waits_for_it() {
    let folder = folder();
    filled(folder.path(), 1).await.close().await;
    let path = folder.path().join(FILE);
    let connection = Connection::open(&path).expect("opens");
    let known: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a number");
    connection
        .execute_batch("ALTER TABLE messages ADD COLUMN mood TEXT; PRAGMA user_version = 99")
        .expect("newer");
    connection.pragma_update(None, "journal_mode", "DELETE").expect("written");
    drop(connection);
    let before = std::fs::read(&path).expect("readable");

    let history = History::open(folder.path());
    let state = history.state().await.expect("known");
    assert!(matches!(state, HistoryState::ReadOnly { .. }), "{state:?}");
    assert_eq!(code_of(&state), Some(shell(ShellErrorCode::HistoryTooNew)));
    assert_eq!(titles_in_file(&history).await, ["问题 0"]);
    say(&history, Some(1), "接着说").await.expect("memory keeps it");
    assert_eq!(shown(&history, 1).await.len(), 4);
    history.close().await;
    assert_eq!(std::fs::read(&path).expect("readable"), before, "left as it is");

    // The newer version again, which knows the table.
    let connection = Connection::open(&path).expect("opens");
    connection.pragma_update(None, "user_version", known).expect("written");
    drop(connection);
    let again = History::open(folder.path());
    assert_eq!(shown(&again, 1).await.len(), 4);
    again.close().await;
}

/// A small disk of its own; `None`, and why, where nobody may mount one.
#[cfg(target_os = "linux")]
pub(super) struct SmallDisk(tempfile::TempDir);

#[cfg(target_os = "linux")]
impl SmallDisk {
    pub fn mount(megabytes: u32) -> Option<Self> {
        let folder = folder();
        let mount = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"])
            .arg(folder.path())
            .output();
        match mount {
            Ok(done) if done.status.success() => Some(Self(folder)),
            Ok(done) => {
                println!("skipped, no disk could be mounted: {}", String::from_utf8_lossy(&done.stderr));
                None
            }
            Err(error) => {
                println!("skipped, no disk could be mounted: {error}");
                None
            }
        }
    }

    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    /// To the last byte.
    pub fn fill(&self) {
        use std::io::Write;
        let mut file = std::fs::File::create(self.0.path().join("filler")).expect("made");
        for size in [65_536, 4_096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    /// But for so much.
    pub fn leave(&self, bytes: u64) {
        self.fill();
        let file = std::fs::File::options().write(true).open(self.0.path().join("filler")).expect("there");
        file.set_len(file.metadata().expect("known").len() - bytes).expect("shorter");
    }

    pub fn free(&self) {
        std::fs::remove_file(self.0.path().join("filler")).expect("removed");
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(self.0.path()).status();
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn on_a_real_disk_that_is_full_nothing_is_lost_either() {
    let Some(disk) = SmallDisk::mount(3) else { return };
    let data = disk.0.path().join("app");
    let history = filled(&data, 3).await;
    disk.fill();
    for number in 3..6 {
        say(&history, None, &format!("问题 {number} {}", "字".repeat(20_000)))
            .await
            .expect("memory keeps it");
    }
    say(&history, Some(1), "接着说").await.expect("memory keeps it");
    let state = history.state().await.expect("known");
    assert_eq!(code_of(&state), Some(shell(ShellErrorCode::DiskFull)), "{state:?}");
    let refused = history.back_up().await.expect_err("no room for a copy");
    assert_eq!(refused.code(), shell(ShellErrorCode::DiskFull), "{refused}");
    disk.free();
    assert_eq!(history.retry().await.expect("tried"), HistoryState::Open);
    assert_eq!(titles_in_file(&history).await.len(), 6);
    assert_eq!(shown(&history, 1).await.len(), 4);
    history.close().await;

    disk.fill();
    let history = History::open(&data);
    assert_eq!(titles_in_file(&history).await.len(), 6, "a start on a full disk shows what is there");
    say(&history, Some(1), &"再说".repeat(40_000)).await.expect("memory keeps it");
    let state = history.state().await.expect("known");
    assert_eq!(code_of(&state), Some(shell(ShellErrorCode::DiskFull)), "{state:?}");
    disk.free();
    assert_eq!(history.retry().await.expect("tried"), HistoryState::Open);
    assert_eq!(shown(&history, 1).await.len(), 6);
    history.close().await;
}
