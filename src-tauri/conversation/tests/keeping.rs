//! Turns that no file may have, and turns that no file can take.

use std::path::Path;

use rusqlite::Connection;

use super::*;
use crate::contract::{HistoryPage, HistoryState, Keeping, MomentQuery};
use crate::history;

/// Files below a folder in which these words stand, whatever else is in them.
fn holding(folder: &Path, words: &str) -> Vec<std::path::PathBuf> {
    let files = walkdir(folder);
    let holds = |path: &std::path::PathBuf| {
        let bytes = std::fs::read(path).unwrap_or_default();
        bytes.windows(words.len()).any(|window| window == words.as_bytes())
    };
    files.into_iter().filter(holds).collect()
}

fn walkdir(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("readable").flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { walkdir(&path) } else { vec![path] }).collect()
}

impl Stage {
    async fn list(&self) -> HistoryPage {
        let page = self.conversations.page(HistoryFilter::default(), HistoryOrder::Used, 0, 9).await;
        page.expect("a list")
    }

    async fn search(&self, text: &str) -> u32 {
        let found = self.conversations.search(text.into(), HistoryFilter::default(), 0, 9).await;
        found.expect("searched").total
    }

    /// The file can be read and not written, or written again.
    async fn lock(&self, on: bool) {
        let lock = move |connection: &mut Connection| Ok(connection.pragma_update(None, "query_only", on)?);
        self.history.call(lock).await.expect("set");
    }

    /// Texts as the next start of the app finds them.
    async fn at_the_next_start(&self, conversation: usize) -> Vec<String> {
        self.history.close().await;
        let again = Arc::new(History::open(self.folder.path()));
        let models = Slots { a: self.supervisor.clone(), b: self.second.clone() };
        let conversations = Conversations::new(again.clone(), models, hasty());
        let page =
            conversations.page(HistoryFilter::default(), HistoryOrder::Created, 0, 9).await.expect("a list");
        let Some(row) = page.rows.iter().rev().nth(conversation) else { return Vec::new() };
        let shown = conversations.open(row.id).await.expect("opens");
        again.close().await;
        shown.messages.into_iter().map(|message| message.text).collect()
    }
}

#[tokio::test]
async fn of_a_private_turn_nothing_reaches_the_disk() {
    let stage = stage(saying(&["机密", "的答", "案"]), String::new()).await;
    let open = |connection: &mut Connection| conversations::create(connection, "公开的问题", &settings());
    stage.history.call(open).await.expect("a conversation that is kept");
    let id = stage.conversations.begin_private(settings()).await.expect("begun");
    let (sink, heard) = listener();
    let answer = stage.conversations.turn(say(Some(id), "绝密的问题"), sink).await.expect("a turn");
    assert_eq!((answer.text.as_str(), shown(&heard).as_str()), ("机密的答案", "机密的答案"));
    assert_eq!(stage.conversations.tokens(answer.id).await.expect("tokens").len(), 3);
    let private = stage.list().await.rows.into_iter().find(|row| row.id == id).expect("in the list");
    assert_eq!((private.keeping, private.title.as_str()), (Keeping::Private, "绝密的问题"));
    assert_eq!(stage.search("绝密").await, 2, "the title and the question");
    // Whatever is done by itself is done.
    while stage.history.index(Duration::from_secs(1)).await.expect("indexed") == history::index::Waiting::More
    {
    }
    stage.history.look_after().await.expect("copied");
    assert!(!holding(stage.folder.path(), "公开的问题").is_empty(), "what is not private is there");
    for words in ["绝密", "机密", "的答"] {
        assert_eq!(holding(stage.folder.path(), words), [] as [std::path::PathBuf; 0], "{words}");
    }
    let sums = stage.conversations.statistics(None, None).await.expect("sums");
    assert_eq!((sums.conversations, sums.answers), (0, 0));
    assert_eq!(
        stage.at_the_next_start(1).await,
        [] as [String; 0],
        "one conversation is left, without a message"
    );
    for words in ["绝密", "机密"] {
        assert_eq!(holding(stage.folder.path(), words), [] as [std::path::PathBuf; 0], "{words}");
    }
}

#[tokio::test]
async fn a_file_for_a_private_question_is_on_no_disk_before_it_is_sent() {
    let stage = stage(saying(&["好"]), String::new()).await;
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let path = elsewhere.path().join("日记.txt");
    std::fs::write(&path, "绝密的日记").expect("written");
    let attach = |id| stage.conversations.attach(path.to_string_lossy().into_owned(), id);

    let id = stage.conversations.begin_private(settings()).await.expect("begun");
    let file = attach(Some(id)).await.expect("read");
    assert_eq!(stage.conversations.attachment_text(file.id).await.expect("a text"), "绝密的日记");
    stage.conversations.keep_draft(Some(id), "看看".into(), vec![file.id]).await.expect("kept");
    assert_eq!(holding(stage.folder.path(), "绝密"), [] as [std::path::PathBuf; 0]);
    let request = TurnRequest::Say {
        conversation_id: Some(id),
        text: "看看".into(),
        settings: settings(),
        attachments: Some(vec![file.id]),
        prefill: None,
        pace: None,
        slot: None,
    };
    let (sink, _) = listener();
    stage.conversations.turn(request, sink).await.expect("a turn");
    let shown = stage.conversations.open(id).await.expect("opens");
    assert_eq!(shown.messages[0].attachments[0].name, "日记.txt");
    assert_eq!(holding(stage.folder.path(), "绝密"), [] as [std::path::PathBuf; 0]);

    attach(None).await.expect("read");
    assert!(!holding(stage.folder.path(), "绝密").is_empty(), "of one that is kept it is");
}

#[tokio::test]
async fn where_nothing_can_be_written_a_turn_is_kept_and_saved_later() {
    let stage = stage(saying(&["天", "空"]), String::new()).await;
    let before = stage.turn(say(None, "先前")).await.expect("a turn");
    stage.lock(true).await;
    for (place, question) in [(Some(before.conversation_id), "接着"), (None, "新的")] {
        let (sink, heard) = listener();
        let answer = stage.conversations.turn(say(place, question), sink).await.expect("a turn");
        assert_eq!((answer.text.as_str(), answer.status), ("天空", MessageStatus::Complete));
        assert_eq!(shown(&heard), "天空", "it is streamed as ever");
        assert_eq!(stage.conversations.tokens(answer.id).await.expect("tokens").len(), 2);
    }
    let state = stage.history.state().await.expect("known");
    assert!(matches!(state, HistoryState::Unavailable { unsaved: 4, .. }), "{state:?}");
    let page = stage.list().await;
    assert!(page.rows.len() == 2 && page.rows.iter().all(|row| row.keeping == Keeping::Unsaved), "{page:?}");
    assert_eq!(stage.search("接着").await, 1);
    let query = || MomentQuery::Token { fingerprint: "f00d".into(), id: 3 };
    let found = stage.conversations.moments(query(), 0, 9).await.expect("found").total;

    stage.lock(false).await;
    assert_eq!(stage.history.retry().await.expect("tried"), HistoryState::Open);
    assert!(stage.list().await.rows.iter().all(|row| row.keeping == Keeping::Saved));
    assert_eq!(stage.search("接着").await, 1);
    assert_eq!(stage.conversations.moments(query(), 0, 9).await.expect("found").total, found);
    assert_eq!(stage.at_the_next_start(0).await, ["先前", "天空", "接着", "天空"]);
    assert_eq!(stage.at_the_next_start(1).await, ["新的", "天空"]);
}

/// When the disk is full.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Full {
    BeforeTheFirstSave,
    AfterIt,
}

#[tokio::test]
async fn a_disk_that_fills_up_within_an_answer_costs_none_of_it() {
    for full in [Full::BeforeTheFirstSave, Full::AfterIt] {
        // What memory knows from an earlier outage has other rows than the file.
        for second_time in [false, true] {
            fill_up_within_an_answer(full, second_time).await;
        }
    }
}

async fn fill_up_within_an_answer(full: Full, second_time: bool) {
    let at = format!("{full:?}, second time: {second_time}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [begun, go_on] = ["begun", "go_on"].map(|name| folder.path().join(name));
    let long = "很长的回答。".repeat(1_000);
    let wait =
        format!("touch '{}'; while [ ! -e '{}' ]; do sleep 0.02; done", begun.display(), go_on.display());
    let first = token(3, "因");
    let beginning = match full {
        Full::BeforeTheFirstSave => [started(), wait, first],
        Full::AfterIt => [started(), first, wait],
    };
    let rest = [token(4, &long), token(5, "完"), end(StopReason::EndToken, 4)];
    let mut stage = stage([beginning, rest].concat().join("; "), String::new()).await;
    let models = Slots { a: stage.supervisor.clone(), b: stage.second.clone() };
    let patience = Duration::from_secs(20);
    let patience = Patience { first_token: patience, next_token: patience, ..hasty() };
    stage.conversations = Arc::new(Conversations::new(stage.history.clone(), models, patience));
    if second_time {
        std::fs::write(&go_on, "").expect("written");
        stage.lock(true).await;
        stage.turn(say(None, "先前")).await.expect("a turn");
        stage.lock(false).await;
        assert_eq!(stage.history.retry().await.expect("tried"), HistoryState::Open, "{at}");
        for file in [&begun, &go_on] {
            std::fs::remove_file(file).expect("there");
        }
    }

    let (turn, heard) = stage.begin(say(None, "为什么？"));
    let saved = |connection: &mut Connection| {
        let sql =
            "SELECT count(*) FROM token_records JOIN messages ON messages.id = message_id WHERE text = '因'";
        Ok(connection.query_row(sql, [], |row| row.get::<_, u32>(0))?)
    };
    let there = async {
        while !begun.exists()
            || (full == Full::AfterIt && stage.history.call(saved).await.expect("asked") == 0)
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), there).await.expect("soon");
    let limit = |connection: &mut Connection| {
        let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        Ok(connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?)
    };
    stage.history.call(limit).await.expect("limited");
    std::fs::write(&go_on, "").expect("written");
    let answer = timeout(Duration::from_secs(20), turn).await.expect("soon").expect("no panic");
    let answer = answer.unwrap_or_else(|error| panic!("{at}: {error}"));
    let whole = format!("因{long}完");
    assert_eq!((answer.text.as_str(), answer.status), (whole.as_str(), MessageStatus::Complete), "{at}");
    assert_eq!(shown(&heard), whole);
    assert_eq!(stage.conversations.tokens(answer.id).await.expect("tokens").len(), 3, "{at}");
    let state = stage.history.state().await.expect("known");
    let HistoryState::Unavailable { error, .. } = state else { panic!("{at}: {state:?}") };
    assert_eq!(error.code, ErrorCode::Shell(ShellErrorCode::DiskFull));
    let room = |connection: &mut Connection| {
        Ok(connection.query_row("PRAGMA max_page_count = 1073741823", [], |_| Ok(()))?)
    };
    stage.history.call(room).await.expect("there is room");
    assert_eq!(stage.history.retry().await.expect("tried"), HistoryState::Open);
    let texts = stage.conversations.tokens(answer.id).await.expect("tokens").into_iter().map(|one| one.text);
    assert_eq!(texts.collect::<String>(), whole, "{at}");
    let shown = stage.at_the_next_start(usize::from(second_time)).await;
    assert_eq!(shown, ["为什么？".to_owned(), whole], "{at}");
}
