//! The app is killed at any moment, and nothing that it said to be saved is lost.
//!
//! This program starts itself as a second process, which streams, renames, deletes, inserts as an import does, migrates and copies,
//! and says on its standard output what it is about to do and what was done. It is killed (SIGKILL) at random moments; then the
//! file is checked: `integrity_check`, every conversation that was acknowledged, every text as far as it was acknowledged,
//! and no more than a second of what a model wrote lost. `VITRINE_STRESS_ROUNDS` says how often (10); `make stress` does it 200 times.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use vitrine_core::sampling::uniform;
use vitrine_data::contract::{
    AnswerFacts, ConversationSummary, HistoryFilter, HistoryOrder, MessageStatus, TurnSettings,
};
use vitrine_data::history::messages::{self, NewMessage};
use vitrine_data::history::{conversations, finish, list, History, Place, FILE};
use vitrine_data::Error;

/// The folder that the second process works in.
const FOLDER: &str = "VITRINE_STRESS_FOLDER";
const SEED: &str = "VITRINE_STRESS_SEED";
const ROUNDS: &str = "VITRINE_STRESS_ROUNDS";

/// A model of 100 tokens a second, saved every 0.4 seconds as the shell does it: what is not saved is less than a second old.
const A_SECOND: usize = 100;
const A_SAVE: usize = 40;

fn main() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let seed = std::env::var(SEED).ok().and_then(|seed| seed.parse().ok()).unwrap_or(0);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.expect("threads").block_on(work(Path::new(&folder), seed));
        return;
    }
    // As every test program: names are listed, and a filter may mean another one.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        println!("killed_at_any_moment: test");
        return;
    }
    if arguments
        .iter()
        .any(|argument| !argument.starts_with('-') && !"killed_at_any_moment".contains(argument))
    {
        return;
    }
    let rounds = std::env::var(ROUNDS).ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(10);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut told = Told::default();
    let mut worst = 0;
    for round in 0..rounds {
        kill_once(folder.path(), round, &mut told);
        worst = worst.max(check(folder.path(), round, &mut told));
    }
    let (saved, lost) = (told.there.len(), worst as f64 / A_SECOND as f64);
    println!("{rounds} kills: {saved} conversations there, at most {lost:.2} s of text lost");
}

// --- the process that is killed

/// A number from 0 to below `most`.
struct Dice {
    seed: u64,
    step: u64,
}

impl Dice {
    fn roll(&mut self, most: usize) -> usize {
        self.step += 1;
        (uniform(self.seed, self.step) * most as f64) as usize
    }
}

fn say(words: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{words}").and_then(|()| out.flush()).expect("somebody listens");
}

fn uid(connection: &Connection, table: &str, id: i64) -> Result<String, Error> {
    let sql = format!("SELECT uid FROM {table} WHERE id = ?1");
    Ok(connection.query_row(&sql, [id], |row| row.get(0))?)
}

fn facts() -> AnswerFacts {
    AnswerFacts::first("Tiny", "f00d", TurnSettings::default())
}

async fn work(folder: &Path, seed: u64) {
    let history = History::open(&folder.join("app"));
    let mut dice = Dice { seed, step: 0 };
    history.state().await.expect("open");
    say("ready");
    loop {
        let done = match dice.roll(10) {
            0..=2 => stream(&history, &mut dice).await,
            3 => rename(&history, &mut dice).await,
            4 => bin(&history, &mut dice).await,
            5 => purge(&history, &mut dice).await,
            6 | 7 => import(&history).await,
            8 => back_up(&history).await,
            _ => migrate(&folder.join(format!("old-{seed}-{}", dice.step))).await,
        };
        match done {
            Ok(()) | Err(Error::NoSuchItem { .. }) => {}
            Err(error) => {
                say(&format!("failed {error}"));
                return;
            }
        }
    }
}

/// A question, and an answer token by token.
async fn stream(history: &History, dice: &mut Dice) -> Result<(), Error> {
    let old = any(history, dice).await?.filter(|_| dice.roll(2) == 0);
    let place = old.map_or_else(Place::new, Place::conversation);
    let begin = move |connection: &mut Connection, id: i64| {
        let transaction = connection.transaction()?;
        let id = match old {
            Some(_) => id,
            None => conversations::create(&transaction, "会话", &TurnSettings::default())?,
        };
        let parent = conversations::active_leaf(&transaction, id)?;
        let question = messages::insert(&transaction, &NewMessage::question(id, parent, "问题"))?;
        let answer = messages::insert(&transaction, &NewMessage::answer(id, question, facts()))?;
        conversations::begin_turn(&transaction, id, None, answer)?;
        let uids = (uid(&transaction, "conversations", id)?, uid(&transaction, "messages", answer)?);
        transaction.commit()?;
        Ok((answer, uids))
    };
    let (answer, (conversation, message)) = history.call_for(place, begin).await?;
    say(&format!("there {conversation}"));
    let mut text = String::new();
    let mut saving = None;
    let tokens = A_SAVE + dice.roll(6 * A_SAVE);
    for token in 0..tokens {
        text.push_str(&format!("{} ", token % 10));
        say(&format!("wrote {message} {}", text.len()));
        if token % A_SAVE == A_SAVE - 1 {
            if let Some((length, saved)) = saving.take() {
                finish(saved).await?;
                say(&format!("text {message} {length}"));
            }
            let (length, text) = (text.len(), text.clone());
            let save = move |connection: &mut Connection, id| {
                messages::update_answer(connection, id, &text, MessageStatus::Streaming, &facts())
            };
            saving = Some((length, history.post_for(Place::message(answer), save)));
        }
    }
    if let Some((_, saved)) = saving {
        finish(saved).await?;
    }
    let length = text.len();
    let save = move |connection: &mut Connection, id| {
        messages::update_answer(connection, id, &text, MessageStatus::Complete, &facts())
    };
    history.call_for(Place::message(answer), save).await?;
    say(&format!("text {message} {length}"));
    Ok(())
}

async fn any(history: &History, dice: &mut Dice) -> Result<Option<i64>, Error> {
    let list = history.call(|connection| listed(connection)).await?;
    Ok(match list.len() {
        0 => None,
        count => Some(list[dice.roll(count)].id),
    })
}

async fn rename(history: &History, dice: &mut Dice) -> Result<(), Error> {
    let Some(id) = any(history, dice).await? else { return Ok(()) };
    let title = format!("名字 {}", dice.roll(1_000));
    let rename = move |connection: &mut Connection, id| conversations::rename(connection, id, &title);
    history.call_for(Place::conversation(id), rename).await
}

async fn bin(history: &History, dice: &mut Dice) -> Result<(), Error> {
    let Some(id) = any(history, dice).await? else { return Ok(()) };
    let delete = |connection: &mut Connection, id| conversations::delete(connection, id);
    history.call_for(Place::conversation(id), delete).await?;
    if dice.roll(2) == 0 {
        let restore = |connection: &mut Connection, id| conversations::restore(connection, id);
        history.call_for(Place::conversation(id), restore).await?;
    }
    Ok(())
}

async fn purge(history: &History, dice: &mut Dice) -> Result<(), Error> {
    let Some(id) = any(history, dice).await? else { return Ok(()) };
    let uid = history.call(move |connection| uid(connection, "conversations", id)).await?;
    say(&format!("going {uid}"));
    history.purge(Some(vec![id])).await?;
    say(&format!("gone {uid}"));
    Ok(())
}

/// Many conversations in one transaction.
async fn import(history: &History) -> Result<(), Error> {
    let insert = |connection: &mut Connection| {
        let transaction = connection.transaction()?;
        let mut uids = Vec::new();
        for number in 0..20 {
            let id =
                conversations::create(&transaction, &format!("导入 {number}"), &TurnSettings::default())?;
            let mut parent = None;
            for _ in 0..6 {
                let new = NewMessage::question(id, parent, &"导入的文字。".repeat(40));
                parent = Some(messages::insert(&transaction, &new)?);
            }
            uids.push(uid(&transaction, "conversations", id)?);
        }
        transaction.commit()?;
        Ok(uids)
    };
    for uid in history.call(insert).await? {
        say(&format!("there {uid}"));
    }
    Ok(())
}

async fn back_up(history: &History) -> Result<(), Error> {
    history.back_up().await?;
    Ok(())
}

/// A history of version 0.1 is opened by this one.
async fn migrate(folder: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder).expect("a folder");
    let mut old = Connection::open(folder.join("fresh.db"))?;
    let transaction = old.transaction()?;
    for step in [
        include_str!("../src/history/migrations/001_begin.sql"),
        include_str!("../src/history/migrations/002_library.sql"),
        include_str!("../src/history/migrations/003_see_through.sql"),
        include_str!("../src/history/migrations/004_prompt_deltas.sql"),
        include_str!("../src/history/golden/v0_1.sql"),
        "PRAGMA user_version = 4",
    ] {
        transaction.execute_batch(step)?;
    }
    transaction.commit()?;
    let count = count(&old);
    drop(old);
    std::fs::rename(folder.join("fresh.db"), folder.join(FILE)).expect("renamed");
    say(&format!("old {count} {}", folder.display()));
    let history = History::open(folder);
    history.state().await?;
    history.close().await;
    Ok(())
}

/// Those in the list, the last used first.
fn listed(connection: &Connection) -> Result<Vec<ConversationSummary>, Error> {
    Ok(list::page(connection, &HistoryFilter::default(), HistoryOrder::Used, 0, 1_000)?.rows)
}

fn count(connection: &Connection) -> usize {
    let sql = "SELECT count(*) FROM conversations";
    connection.query_row(sql, [], |row| row.get(0)).expect("counted")
}

// --- the process that kills

/// What was said until now.
#[derive(Default)]
struct Told {
    there: BTreeSet<String>,
    /// Deletion was begun.
    going: BTreeSet<String>,
    /// Bytes of a text that are saved, and that were written.
    texts: BTreeMap<String, (usize, usize)>,
    old: Vec<(usize, String)>,
}

fn kill_once(folder: &Path, round: u64, told: &mut Told) {
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program)
        .env(FOLDER, folder)
        .env(SEED, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let after = Duration::from_millis(20 + (uniform(round, 0) * 1_500.0) as u64);
    let (ready, begun) = std::sync::mpsc::channel();
    // Everything that was said before the kill is in the pipe, and is read after it as well.
    let reader = std::thread::spawn(move || {
        let mut said = Vec::new();
        for line in lines.map_while(Result::ok) {
            if line == "ready" {
                let _ = ready.send(Instant::now());
            }
            said.push(line);
        }
        said
    });
    let at = begun.recv_timeout(Duration::from_secs(120)).expect("it gets ready") + after;
    std::thread::sleep(at.saturating_duration_since(Instant::now()));
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    for line in reader.join().expect("no panic") {
        let (what, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let (name, number) = rest.split_once(' ').unwrap_or((rest, ""));
        match what {
            "there" => drop(told.there.insert(rest.to_owned())),
            "going" => drop(told.going.insert(rest.to_owned())),
            // The last line may be cut off.
            "text" => told.texts.entry(name.into()).or_default().0 = number.parse().unwrap_or(0),
            "wrote" => told.texts.entry(name.into()).or_default().1 = number.parse().unwrap_or(0),
            "old" => told.old.push((name.parse().expect("a number"), number.into())),
            "failed" => panic!("round {round}: {rest}"),
            _ => {}
        }
    }
}

/// The most tokens that were lost of a text.
fn check(folder: &Path, round: u64, told: &mut Told) -> usize {
    let connection = Connection::open(folder.join("app").join(FILE)).expect("opens");
    whole(&connection, round);
    for uid in &told.there {
        let found = connection.query_row("SELECT 1 FROM conversations WHERE uid = ?1", [uid], |_| Ok(()));
        assert!(found.is_ok() || told.going.contains(uid), "round {round}: conversation {uid} is lost");
    }
    let mut worst = 0;
    for (uid, (saved, written)) in &told.texts {
        let sql = "SELECT octet_length(text) FROM messages WHERE uid = ?1";
        match connection.query_row(sql, [uid], |row| row.get::<_, usize>(0)) {
            Ok(length) => {
                assert!(length >= *saved, "round {round}: {saved} bytes were saved, {length} are there");
                // Two bytes a token.
                worst = worst.max(written.saturating_sub(length) / 2);
            }
            Err(rusqlite::Error::QueryReturnedNoRows) => {}
            Err(error) => panic!("round {round}: {error}"),
        }
    }
    assert!(worst <= A_SECOND, "round {round}: {worst} tokens are lost, more than a second of them");
    for (count_before, path) in std::mem::take(&mut told.old) {
        let path = Path::new(&path);
        let connection = Connection::open(path.join(FILE)).expect("opens");
        whole(&connection, round);
        assert_eq!(count(&connection), count_before, "round {round}: a migration lost something");
        drop(connection);
        std::fs::remove_dir_all(path).expect("it goes");
    }
    // Whatever is under the name of a copy is a whole one.
    for entry in std::fs::read_dir(folder.join("app/backups")).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().ends_with(".db")
            && !entry.file_name().to_string_lossy().starts_with("scratch-")
        {
            whole(&Connection::open(entry.path()).expect("opens"), round);
        }
    }
    worst
}

fn whole(connection: &Connection, round: u64) {
    let verdict: String =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a verdict");
    assert_eq!(verdict, "ok", "round {round}");
}
