//! Copies: made before a migration, looked into, put back.

use super::*;

/// A history as version 0.1 left it.
fn of_version_0_1(folder: &Path) {
    let mut connection = Connection::open(folder.join(FILE)).expect("opens");
    open::migrate_to(&mut connection, 4).expect("its tables");
    connection.execute_batch(include_str!("../golden/v0_1.sql")).expect("valid SQL");
}

#[tokio::test]
async fn a_copy_is_made_before_a_migration_and_can_be_looked_into_and_put_back() {
    let folder = folder();
    of_version_0_1(folder.path());
    let history = History::open(folder.path());
    let before = titles_in_file(&history).await;
    assert!(!before.is_empty());
    let copies = history.backups().await.expect("a list");
    assert_eq!(copies.len(), 1);
    assert_eq!(copies[0].kind, BackupKind::BeforeMigration);
    assert!(copies[0].conversations.is_some_and(|count| count as usize >= before.len()), "{copies:?}");
    let path = PathBuf::from(&copies[0].path);
    let bytes = std::fs::read(&path).expect("readable");
    let page = history.look_into(path.clone(), 0, 100).await.expect("readable");
    assert_eq!(page.total as usize, page.rows.len());
    assert_eq!(std::fs::read(&path).expect("readable"), bytes, "a look changes nothing");
    assert!(page.rows.iter().filter(|row| row.there).count() == before.len(), "{page:?}");

    let receipt = history.put_back(path.clone(), None).await.expect("put back");
    assert_eq!((receipt.imported, receipt.added), (0, 0), "all of it is there: {receipt:?}");
    let id = history
        .call(|connection| {
            let sql = "SELECT min(id) FROM conversations WHERE deleted_at IS NULL";
            let id: i64 = connection.query_row(sql, [], |row| row.get(0))?;
            crate::history::bin::erase(connection, id)?;
            Ok(id)
        })
        .await
        .expect("deleted for good");
    let page = history.look_into(path.clone(), 0, 100).await.expect("readable");
    let missing: Vec<_> = page.rows.into_iter().filter(|row| !row.there).map(|row| row.uid).collect();
    let receipt = history.put_back(path.clone(), Some(missing)).await.expect("put back");
    assert!(receipt.imported > 0, "{receipt:?}");
    assert_eq!(titles_in_file(&history).await.len(), before.len());
    assert!(shown(&history, id).await.iter().any(|text| !text.is_empty()));
    history.close().await;
}

#[tokio::test]
async fn putting_back_joins_and_never_overwrites() {
    let folder = folder();
    let history = filled(folder.path(), 3).await;
    let copy = history.back_up().await.expect("a copy");
    let path = PathBuf::from(&copy.path);
    let uid = |id: i64| {
        history.call(move |connection| {
            let sql = "SELECT uid FROM conversations WHERE id = ?1";
            Ok(connection.query_row(sql, [id], |row| row.get::<_, String>(0))?)
        })
    };
    let uids = [uid(1).await.expect("one"), uid(2).await.expect("one"), uid(3).await.expect("one")];
    // The first goes on, the second is renamed and goes to the bin, the third is deleted for good.
    say(&history, Some(1), "接着说").await.expect("saved");
    history
        .call(|connection| {
            conversations::rename(connection, 2, "新名字")?;
            conversations::delete(connection, 2)?;
            connection.execute("DELETE FROM conversations WHERE id = 3", [])?;
            Ok(())
        })
        .await
        .expect("done");
    let page = history.look_into(path.clone(), 0, 10).await.expect("readable");
    let there: Vec<_> =
        uids.iter().map(|uid| page.rows.iter().find(|row| row.uid == *uid).expect("in it").there).collect();
    assert_eq!(there, [true, false, false]);

    let receipt = history.put_back(path.clone(), None).await.expect("put back");
    assert_eq!((receipt.found, receipt.imported, receipt.already_there), (3, 1, 2));
    assert_eq!(titles_in_file(&history).await, ["问题 0", "问题 2"]);
    assert_eq!(shown(&history, 1).await.len(), 4, "what was written later is there");
    assert_eq!(uid(3).await.expect("the id was free"), uids[2]);
    whole(&history, 6).await;
    let receipt = history.put_back(path.clone(), None).await.expect("put back");
    assert_eq!((receipt.imported, receipt.already_there), (0, 3), "a second time changes nothing");

    let receipt = history.put_back(path.clone(), Some(vec![uids[1].clone()])).await.expect("put back");
    assert_eq!((receipt.found, receipt.imported), (1, 1));
    assert!(receipt.id > 0);
    assert_eq!(titles_in_file(&history).await, ["新名字", "问题 0", "问题 2"]);
    assert!(matches!(history.put_back("/none.db".into(), None).await, Err(Error::BackupUnreadable { .. })));
    history.close().await;
}

#[tokio::test]
async fn two_texts_under_one_name_both_stay_and_a_longer_one_is_taken() {
    let folder = folder();
    let history = filled(folder.path(), 1).await;
    let set = |text: &'static str| {
        history.call(move |connection| {
            connection.execute("UPDATE messages SET text = ?1 WHERE id = 2", [text])?;
            Ok(())
        })
    };
    let texts = || {
        history.call(|connection| {
            let mut query = connection.prepare("SELECT text FROM messages ORDER BY id")?;
            let texts: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            Ok(texts)
        })
    };
    set("天空是蓝色的。").await.expect("set");
    let path = PathBuf::from(history.back_up().await.expect("a copy").path);
    set("天空是").await.expect("set");
    history.put_back(path.clone(), None).await.expect("put back");
    assert_eq!(texts().await.expect("read"), ["问题 0", "天空是蓝色的。"]);
    set("海也是蓝色的。").await.expect("set");
    for _ in 0..2 {
        history.put_back(path.clone(), None).await.expect("put back");
        assert_eq!(texts().await.expect("read"), ["问题 0", "海也是蓝色的。", "天空是蓝色的。"]);
    }
    history.close().await;
}

#[tokio::test]
async fn ids_and_vocabularies_of_another_history_become_those_of_this_one() {
    let (here, there) = (folder(), folder());
    let other = History::open(there.path());
    other
        .call(|connection| {
            pieces::vocabulary(connection, "another model")?;
            Ok(())
        })
        .await
        .expect("so that the rows differ");
    let (id, answer) = say(&other, None, "别处").await.expect("saved");
    let facts_of = |answer: i64| {
        let mut facts = facts();
        facts.branch = Some(crate::contract::Branch {
            from_message: answer,
            token_index: 1,
            choice: ForkChoice::Open,
            replaced: None,
        });
        facts.compare = Some(answer);
        facts.left_out = Some(vec![answer - 1]);
        facts
    };
    other
        .call(move |connection| {
            let facts = facts_of(answer);
            let question = messages::get(connection, answer)?.parent_id.expect("a question");
            let new = NewMessage::answer(id, question, facts.clone());
            let fork = messages::insert(connection, &new)?;
            messages::update_answer(connection, fork, "别的", MessageStatus::Complete, &facts)
        })
        .await
        .expect("saved");
    let copy = other.back_up().await.expect("a copy");
    other.close().await;
    let history = filled(here.path(), 2).await;
    history.put_back(copy.path.into(), None).await.expect("put back");
    let list = history.call(|connection| conversations::list(connection)).await.expect("a list");
    let carried = list.iter().find(|one| one.title == "别处").expect("there").id;
    let open = |connection: &mut Connection, id| conversations::open(connection, id);
    let messages = history.call_for(Place::conversation(carried), open).await.expect("there").messages;
    let answer = messages[1].id;
    whole(&history, answer).await;
    let fork = *messages[1].versions.iter().find(|id| **id != answer).expect("a version");
    let fork = history.call(move |connection| messages::get(connection, fork)).await.expect("there");
    let facts = fork.facts.expect("facts");
    assert_eq!(facts.branch.expect("a branch").from_message, answer);
    assert_eq!((facts.compare, facts.left_out), (Some(answer), Some(vec![messages[0].id])));
    history.close().await;
}
