//! What is saved, what waits to be saved and what is private, asked together.

use rusqlite::Connection;
use vitrine_core::protocol::TokenRecord;

use super::*;
use crate::contract::{FoundIn, HistoryPlace, MessageStatus, SearchHit, ShellErrorCode, TurnSettings};
use crate::history::messages::{self, tests::facts, NewMessage};
use crate::history::safety_tests::{filled, folder, holds, say, shell};
use crate::history::{conversations, pieces, token_records, Encoder, Place};
use crate::samples::record;

/// The file can't be written, or can again.
async fn lock(history: &History, on: bool) {
    let lock = move |connection: &mut Connection| Ok(connection.pragma_update(None, "query_only", on)?);
    history.call(lock).await.expect("set");
}

/// Two conversations in the file, one of them gone on with in memory; a new one in memory; a private one.
struct Room {
    folder: tempfile::TempDir,
    history: History,
    fresh: i64,
    private: i64,
}

async fn room() -> Room {
    let folder = folder();
    let history = filled(folder.path(), 2).await;
    history.index(Duration::from_secs(9)).await.expect("indexed");
    lock(&history, true).await;
    say(&history, Some(1), "雨伞借我").await.expect("memory keeps it");
    let (fresh, _) = say(&history, None, "新的雨").await.expect("memory keeps it");
    let private = history.begin_private(TurnSettings::default()).await.expect("begun");
    say(&history, Some(private), "秘密的雨").await.expect("in memory");
    Room { folder, history, fresh, private }
}

impl Room {
    async fn find(&self, text: &str, offset: u32, limit: u32) -> SearchPage {
        let found = self.history.search(text.into(), HistoryFilter::default(), offset, limit);
        found.await.expect("searched")
    }

    async fn list(&self, order: HistoryOrder, offset: u32, limit: u32) -> HistoryPage {
        self.history.page(HistoryFilter::default(), order, offset, limit).await.expect("a list")
    }

    async fn token(&self) -> MomentPage {
        let query = MomentQuery::Token { fingerprint: "f00d".into(), id: record(3, "天").id };
        self.history.moments(query, 0, 50).await.expect("found")
    }
}

fn place(hit: &SearchHit) -> (i64, Option<i64>, FoundIn) {
    (hit.conversation_id, hit.message_id, hit.found_in)
}

#[tokio::test]
async fn what_is_not_saved_is_found_once_and_marked() {
    let room = room().await;
    let rain = room.find("雨", 0, 50).await;
    let of = |id: i64| rain.hits.iter().filter(move |hit| hit.conversation_id == id);
    assert_eq!((rain.total, rain.hits.len()), (7, 7));
    assert!(of(1).count() == 2 && of(1).all(|hit| hit.keeping == Keeping::Unsaved), "{rain:?}");
    assert!(of(room.fresh).count() == 3 && of(room.fresh).all(|hit| hit.keeping == Keeping::Unsaved));
    assert!(of(room.private).count() == 2 && of(room.private).all(|hit| hit.keeping == Keeping::Private));
    // One is in the file and in memory: it counts once, and as it is in memory.
    let both = room.find("问题", 0, 50).await;
    assert_eq!(both.total, 6);
    let saved = |hit: &&SearchHit| hit.keeping == Keeping::Saved;
    assert!(both.hits.iter().filter(saved).all(|hit| hit.conversation_id == 2), "{both:?}");
    let mut stretches = Vec::new();
    for offset in 0..6 {
        let page = room.find("问题", offset, 1).await;
        assert_eq!(page.total, 6);
        stretches.extend(page.hits);
    }
    assert_eq!(
        stretches.iter().map(place).collect::<Vec<_>>(),
        both.hits.iter().map(place).collect::<Vec<_>>()
    );
    assert!(room.find("问题", 6, 9).await.hits.is_empty());

    lock(&room.history, false).await;
    room.history.retry().await.expect("saved");
    let later = room.find("雨", 0, 50).await;
    assert_eq!(later.total, 7, "no more and no less once it is saved");
    assert_eq!(later.hits.iter().filter(|hit| hit.keeping == Keeping::Private).count(), 2);
    assert!(!later.hits.iter().any(|hit| hit.keeping == Keeping::Unsaved));
    room.history.close().await;
}

#[tokio::test]
async fn the_list_weaves_them_together_in_every_order() {
    let room = room().await;
    for order in [HistoryOrder::Used, HistoryOrder::Created, HistoryOrder::Title, HistoryOrder::Length] {
        let whole = room.list(order, 0, 50).await;
        assert_eq!((whole.total, whole.rows.len()), (4, 4), "{order:?}");
        let compare = |one, other| list::compare(one, other, order, HistoryPlace::Kept);
        assert!(whole.rows.windows(2).all(|two| compare(&two[0], &two[1]) == Ordering::Less), "{order:?}");
        for limit in 1..4 {
            let mut rows = Vec::new();
            for offset in (0..4).step_by(limit as usize) {
                rows.extend(room.list(order, offset, limit).await.rows);
            }
            assert_eq!(rows, whole.rows, "{order:?}, {limit} at a time");
        }
        let keeping = |id| whole.rows.iter().find(|row| row.id == id).expect("there").keeping;
        assert_eq!((keeping(1), keeping(2)), (Keeping::Unsaved, Keeping::Saved));
        assert_eq!((keeping(room.fresh), keeping(room.private)), (Keeping::Unsaved, Keeping::Private));
    }
    room.history.close().await;
}

#[tokio::test]
async fn shelves_count_all_and_what_is_done_to_several_is_done_in_memory_too() {
    let folder = folder();
    let history = filled(folder.path(), 2).await;
    let made = history.call(|connection| folders::create(connection, "学习")).await.expect("made");
    history.index(Duration::from_secs(9)).await.expect("indexed");
    lock(&history, true).await;
    let (fresh, _) = say(&history, None, "新的").await.expect("memory keeps it");
    let private = history.begin_private(TurnSettings::default()).await.expect("begun");
    let all = vec![1, 2, fresh];
    history.change(all.clone(), HistoryChange::Move { folder: Some(made) }).await.expect("moved");
    history.change(vec![2, private], HistoryChange::Archive { on: true }).await.expect("archived");
    history.change(vec![1], HistoryChange::Delete { on: true }).await.expect("in the bin");
    for _ in 0..2 {
        let shelves = history.shelves().await.expect("counted");
        assert_eq!((shelves.kept, shelves.archived, shelves.in_bin), (1, 2, 1));
        let folders: Vec<_> =
            shelves.folders.iter().map(|one| (one.name.as_str(), one.conversations)).collect();
        assert_eq!(folders, [("学习", 2)]);
        assert_eq!(shelves.models.len(), 1);
        let filter = HistoryFilter { folder: Some(made), ..HistoryFilter::default() };
        let page = history.page(filter, HistoryOrder::Used, 0, 9).await.expect("a list");
        assert_eq!((page.total, page.rows[0].title.as_str()), (1, "新的"), "the other is archived");
        lock(&history, false).await;
        history.retry().await.expect("saved");
    }
    let report = history.purge(None).await.expect("the bin is emptied");
    assert_eq!(report.conversations, 1);
    assert_eq!(history.shelves().await.expect("counted").in_bin, 0);
    history.close().await;
}

#[tokio::test]
async fn the_bin_of_memory_is_emptied_with_that_of_the_file() {
    let room = room().await;
    let ids = vec![room.fresh, room.private];
    room.history.change(ids, HistoryChange::Delete { on: true }).await.expect("in the bin");
    lock(&room.history, false).await;
    let report = room.history.purge(None).await.expect("emptied");
    assert_eq!(report.conversations, 2);
    assert!(room.find("秘密", 0, 9).await.hits.is_empty());
    room.history.retry().await.expect("saved");
    assert_eq!(room.list(HistoryOrder::Used, 0, 9).await.total, 2);
    room.history.close().await;
}

#[tokio::test]
async fn what_is_private_is_in_nothing_that_adds_up() {
    let room = room().await;
    for _ in 0..2 {
        let sums = room.history.statistics(None, None).await.expect("sums");
        assert_eq!((sums.conversations, sums.answers, sums.questions), (3, 4, 4));
        assert_eq!(sums.usage.iter().map(|row| row.answers).sum::<u32>(), 4);
        let token = room.token().await;
        assert_eq!((token.total, token.moments.len()), (4, 4));
        let mean = token.mean_probability.expect("known");
        assert!((mean - token.moments[0].probability).abs() < 1e-3, "all have the same one: {mean}");
        assert!(token.moments.iter().all(|moment| moment.conversation_id != room.private));
        // The same again when the file can be written.
        lock(&room.history, false).await;
        room.history.retry().await.expect("saved");
    }
    room.history.close().await;
}

/// A question, and an answer of one token that the model found this probable.
fn ask(
    question: &'static str,
    text: &'static str,
    probability: f32,
) -> impl Fn(&mut Connection, i64) -> Result<(), Error> {
    move |connection, id| {
        let question = messages::insert(connection, &NewMessage::question(id, None, question))?;
        let answer = messages::insert(connection, &NewMessage::answer(id, question, facts()))?;
        let row = pieces::vocabulary(connection, "f00d")?;
        let records = [TokenRecord { probability, ..record(7, text) }];
        let (chunk, fresh) = Encoder::new(row as u32, 0.7).encode(&records)?;
        let fresh = fresh.iter().map(|(id, bytes, special)| (*id, bytes.as_slice(), *special));
        pieces::keep(connection, row, fresh)?;
        token_records::append(connection, answer, 0, &chunk)?;
        messages::update_answer(connection, answer, text, MessageStatus::Complete, &facts())?;
        conversations::begin_turn(connection, id, None, answer)
    }
}

#[tokio::test]
async fn the_most_surprising_of_all_come_first_wherever_they_are() {
    let folder = folder();
    let history = filled(folder.path(), 2).await;
    let asked =
        |id, text, probability| history.call_for(Place::conversation(id), ask("问", text, probability));
    asked(2, "乙", 0.2).await.expect("saved");
    history.index(Duration::from_secs(9)).await.expect("indexed");
    lock(&history, true).await;
    let (fresh, _) = say(&history, None, "新的").await.expect("memory keeps it");
    let private = history.begin_private(TurnSettings::default()).await.expect("begun");
    for (id, text, probability) in [(1, "甲", 0.1), (fresh, "丙", 0.15), (private, "丁", 0.01)] {
        asked(id, text, probability).await.expect("memory keeps it");
    }
    for _ in 0..2 {
        let all = history.moments(MomentQuery::MostSurprising, 0, 9).await.expect("found");
        let titles: Vec<_> = all.moments.iter().map(|moment| moment.title.as_str()).collect();
        assert_eq!((all.total, titles), (3, vec!["问题 0", "新的", "问题 1"]));
        let second = history.moments(MomentQuery::MostSurprising, 1, 1).await.expect("found");
        assert_eq!((second.total, second.moments), (3, vec![all.moments[1].clone()]));
        lock(&history, false).await;
        history.retry().await.expect("saved");
    }
    history.close().await;
}

#[tokio::test]
async fn neither_the_index_nor_the_tokens_of_what_is_private_reach_the_disk() {
    let room = room().await;
    room.history
        .call_for(Place::conversation(room.private), ask("绝密的问题", "机密词", 0.01))
        .await
        .expect("in memory");
    while room.history.index(Duration::from_secs(1)).await.expect("indexed") == Waiting::More {}
    assert!(room.find("绝密", 0, 9).await.total > 0, "it is found");
    // What could not be saved lies in a file, and then in the history.
    let left = room.history.send(|keeper| {
        keeper.leave();
        Ok(())
    });
    finish(left).await.expect("left");
    let nowhere = |when: &str| {
        for words in ["绝密的", "机密词", "秘密的"] {
            assert_eq!(holds(room.folder.path(), words), [] as [std::path::PathBuf; 0], "{when}: {words}");
        }
    };
    assert!(!holds(room.folder.path(), "雨伞借我").is_empty(), "what waits to be saved is");
    nowhere("left behind");
    lock(&room.history, false).await;
    room.history.retry().await.expect("saved");
    room.history.look_after().await.expect("copied");
    nowhere("saved");
    room.history.close().await;
    nowhere("closed");
}

#[tokio::test]
async fn a_file_that_can_only_be_read_is_searched_as_far_as_it_is_indexed() {
    let folder = folder();
    let history = filled(folder.path(), 2).await;
    // Both are in the queue still.
    lock(&history, true).await;
    let page = history.search("问题".into(), HistoryFilter::default(), 0, 9).await.expect("no error");
    assert_eq!((page.total, page.waiting), (2, 4), "titles need no index");
    history.statistics(None, None).await.expect("no error");
    lock(&history, false).await;
    let page = history.search("问题".into(), HistoryFilter::default(), 0, 9).await.expect("searched");
    assert_eq!((page.total, page.waiting), (6, 0));
    history.close().await;
}

#[tokio::test]
async fn nothing_comes_in_while_the_file_cant_be_written() {
    let room = room().await;
    let source = room.folder.path().join("来自别处.jsonl");
    let line = r#"{"messages":[{"role":"user","content":"天空?"},{"role":"assistant","content":"蓝"}]}"#;
    std::fs::write(&source, format!("{line}\n")).expect("written");
    let history = std::sync::Arc::new(room.history);
    let import = || {
        let (history, source) = (history.clone(), source.clone());
        let never = std::sync::atomic::AtomicBool::new(false);
        tokio::task::spawn_blocking(move || {
            crate::history::transfer::import(&history, &[source], &never, &mut |_| {})
        })
    };
    let refused = import().await.expect("no panic").expect_err("nowhere to keep it");
    assert_eq!(refused.code(), shell(ShellErrorCode::HistoryNotWritable));
    assert!(
        matches!(refused, Error::HistoryNotWritable(reason) if matches!(*reason, Error::ReadOnlyFolder { .. }))
    );
    assert_eq!(std::fs::read_to_string(&source).expect("there"), format!("{line}\n"), "left as it is");
    let list = history.page(HistoryFilter::default(), HistoryOrder::Used, 0, 9).await.expect("a list");
    assert_eq!(list.total, 4, "nothing came to memory either");
    let copy = history.backups().await.expect("a list").first().map(|copy| copy.path.clone());
    let put_back = history.put_back(copy.unwrap_or_default().into(), None).await.expect_err("nowhere either");
    assert_eq!(put_back.code(), shell(ShellErrorCode::HistoryNotWritable));
    lock(&history, false).await;
    history.retry().await.expect("saved");
    let receipt = import().await.expect("no panic").expect("imported");
    assert_eq!((receipt.found, receipt.imported), (1, 1));
    history.close().await;
}
