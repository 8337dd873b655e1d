//! `make bench-history`: how long the history takes with years of use in it. 10,000 conversations with 100,000 messages,
//! half of them answers with the records of their tokens; `VITRINE_CONVERSATIONS` chooses another number. What is made is the
//! same every time.
//!
//! Exports are measured in processes of their own: this program starts itself again with [`EXPORT`] and [`FOLDER`] set.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use vitrine_core::protocol::{Alternative, CutRule, Origin, StopReason, TokenRecord};
use vitrine_data::contract::{
    AnswerFacts, ExportFormat, HistoryFilter, HistoryOrder, MessageStatus, MomentQuery, TurnSettings,
    WrittenIn,
};
use vitrine_data::history::index::Waiting;
use vitrine_data::history::messages::NewMessage;
use vitrine_data::history::{
    conversations, index, list, messages, moments, pieces, search, statistics, token_records, transfer,
    Encoder, History,
};
use vitrine_data::Error;

/// Messages of a conversation.
const MESSAGES: u32 = 10;
/// Tokens of an answer.
const TOKENS: u32 = 100;
/// Entries of the vocabulary.
const VOCABULARY: u32 = 20_000;
/// Each question is asked so many times.
const ROUNDS: usize = 40;
const FINGERPRINT: &str = "bench";
/// A format: this process exports, and says what it took.
const EXPORT: &str = "VITRINE_BENCH_EXPORT";
/// The history that it exports.
const FOLDER: &str = "VITRINE_BENCH_FOLDER";
const FORMATS: [(&str, ExportFormat); 4] = [
    ("json", ExportFormat::Json),
    ("jsonl", ExportFormat::Jsonl),
    ("markdown", ExportFormat::Markdown),
    ("html", ExportFormat::Html),
];
/// Conversations of the smaller history, and of the one that fills the first page of the list and no more.
const FEW: u32 = 1_000;
const PAGE: u32 = 100;

const ENGLISH: &str = "the of and to in is that for it as was with be by on not he this are or his from at which but have an \
     they you were her she all would there been one so what about into than them can only other time new some could \
     these two may first then do any like my now over such our man me even most made after also did many before must \
     through back where much your way well down should because each just those people how too little state good very \
     world still own see men work long get here between both life being under never day same another know while last \
     might us great old year off come since against go came right used take three weather window language model token \
     photosynthesis quantum history library compiler river mountain music engine bridge";
const CHINESE: &str = "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成\
     事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女\
     问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性\
     通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题\
     建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽";

/// A generator whose numbers are the same on every machine (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end
    }

    /// Small numbers come up more often, as words do.
    fn rare(&mut self, end: usize) -> usize {
        let (one, two) = (self.below(end), self.below(end));
        self.below(one.min(two) + 1)
    }
}

struct Words {
    english: Vec<&'static str>,
    chinese: Vec<char>,
}

impl Words {
    fn text(&self, dice: &mut Dice, chinese: bool, length: usize) -> String {
        let mut text = String::new();
        for _ in 0..length {
            if chinese {
                text.push(self.chinese[dice.rare(self.chinese.len())]);
                match dice.below(40) {
                    0..=3 => text.push('，'),
                    4 => text.push('。'),
                    _ => {}
                }
            } else {
                text.push_str(self.english[dice.rare(self.english.len())]);
                text.push(' ');
            }
        }
        // What is looked for below, in one of a hundred and in one of ten thousand.
        if dice.below(100) == 0 {
            text.push_str(" 修复 ok");
        }
        if dice.below(500) == 0 {
            text.push('雨');
        }
        if dice.below(5_000) == 0 {
            text.push_str(" serendipity");
        }
        text
    }
}

fn records(dice: &mut Dice, vocabulary: &[String]) -> Vec<TokenRecord> {
    let mut record = |position: u32| {
        let id = dice.rare(VOCABULARY as usize) as u32;
        let best = (1 + dice.below(900)) as f32 / 1000.0;
        let other = |rank: u32| Alternative {
            id: (id + rank - 1) % VOCABULARY,
            bytes: vocabulary[((id + rank - 1) % VOCABULARY) as usize].clone(),
            probability: best / rank as f32,
            settings_probability: best / rank as f32,
            rank,
            cut: (rank > 6).then_some(CutRule::TopP),
        };
        TokenRecord {
            position,
            id,
            bytes: vocabulary[id as usize].clone(),
            text: format!("t{id} "),
            probability: best,
            settings_probability: best,
            rank: 1,
            entropy: 2.0,
            alternatives: (1..=10).map(other).collect(),
            rest_probability: 0.05,
            rest_settings_probability: 0.0,
            rest_count: VOCABULARY - 10,
            origin: Origin::Sampled,
            special: false,
            micros: 30_000,
        }
    };
    (0..TOKENS).map(&mut record).collect()
}

fn facts(dice: &mut Dice) -> AnswerFacts {
    let model = ["Qwen3 4B", "Llama 3.2", "Gemma 3"][dice.rare(3)];
    AnswerFacts {
        stop_reason: Some(if dice.below(30) == 0 { StopReason::Limit } else { StopReason::EndToken }),
        prompt_tokens: 200,
        completion_tokens: TOKENS,
        first_token_ms: 1.0,
        decode_ms: 1.0,
        ..AnswerFacts::first(model, FINGERPRINT, TurnSettings::default())
    }
}

fn fill(connection: &mut Connection, from: u32, until: u32) -> Result<(), Error> {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ u64::from(from));
    let words = Words {
        english: ENGLISH.split_whitespace().collect(),
        chinese: CHINESE.chars().filter(|c| *c != ' ').collect(),
    };
    let vocabulary: Vec<String> = (0..VOCABULARY)
        .map(|id| format!("t{id} ").bytes().map(|byte| format!("{byte:02x}")).collect())
        .collect();
    let transaction = connection.transaction()?;
    let row = pieces::vocabulary(&transaction, FINGERPRINT)?;
    let mut encoder = Encoder::new(row as u32, 1.0);
    for number in from..until {
        let chinese = dice.below(2) == 0;
        let title = words.text(&mut dice, chinese, 6);
        let id = conversations::create(&transaction, &title, &TurnSettings::default())?;
        let mut leaf = None;
        for place in 0..MESSAGES {
            let length = if place % 2 == 0 { 20 } else { 80 };
            let text = words.text(&mut dice, chinese, length);
            if place % 2 == 0 {
                leaf = Some(messages::insert(&transaction, &NewMessage::question(id, leaf, &text))?);
                continue;
            }
            let told = facts(&mut dice);
            let question = leaf.unwrap_or_default();
            let answer = messages::insert(&transaction, &NewMessage::answer(id, question, told.clone()))?;
            let (chunk, fresh) = encoder.encode(&records(&mut dice, &vocabulary))?;
            pieces::keep(
                &transaction,
                row,
                fresh.iter().map(|(id, bytes, special)| (*id, bytes.as_slice(), *special)),
            )?;
            token_records::append(&transaction, answer, 0, &chunk)?;
            messages::update_answer(&transaction, answer, &text, MessageStatus::Complete, &told)?;
            leaf = Some(answer);
        }
        // Three years of use.
        let at = 1_700_000_000_000_i64 + i64::from(number) * 9_460_000;
        transaction.execute("UPDATE messages SET created_at = ?2 WHERE conversation_id = ?1", [id, at])?;
        transaction.execute(
            "UPDATE conversations SET created_at = ?2, updated_at = ?2, active_leaf = ?3 WHERE id = ?1",
            rusqlite::params![id, at, leaf],
        )?;
    }
    Ok(transaction.commit()?)
}

/// What this thread has computed: on a machine with other work, the wall clock says more about that.
#[cfg(unix)]
fn computed() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a timespec that lives longer than the call.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

#[cfg(not(unix))]
fn computed() -> Duration {
    Duration::ZERO
}

/// Asks several times; prints the median, the 95th percentile, what of the median was computed, and what was found.
fn measure<T: std::fmt::Display>(
    connection: &mut Connection,
    name: &str,
    mut ask: impl FnMut(&mut Connection) -> Result<T, Error>,
) -> Result<(), Error> {
    let (mut times, mut computing) = (Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS));
    let mut found = None;
    for _ in 0..ROUNDS {
        let (begun, before) = (Instant::now(), computed());
        found = Some(ask(connection)?);
        times.push(begun.elapsed());
        computing.push(computed().saturating_sub(before));
    }
    times.sort_unstable();
    computing.sort_unstable();
    let [median, late] = [ROUNDS / 2, ROUNDS * 95 / 100].map(|place| milliseconds(times[place]));
    let computing = milliseconds(computing[ROUNDS / 2]);
    let found = found.map(|found| found.to_string()).unwrap_or_default();
    println!("| {name} | {median:.1} | {late:.1} | {computing:.1} | {found} |");
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn questions(connection: &mut Connection) -> Result<(), Error> {
    println!("| question | median ms | p95 ms | computed ms | found |\n| --- | ---: | ---: | ---: | --- |");
    for (name, order) in [
        ("list, last used", HistoryOrder::Used),
        ("list, by title", HistoryOrder::Title),
        ("list, longest", HistoryOrder::Length),
    ] {
        measure(connection, name, |connection| {
            Ok(list::page(connection, &HistoryFilter::default(), order, 0, 100)?.total)
        })?;
    }
    let filter = HistoryFilter {
        model: Some("Gemma 3".into()),
        written_in: Some(WrittenIn::Chinese),
        ..HistoryFilter::default()
    };
    measure(connection, "list of one model in Chinese", |connection| {
        Ok(list::page(connection, &filter, HistoryOrder::Used, 0, 100)?.total)
    })?;
    measure(connection, "filters", |connection| Ok(list::shelves(connection)?.models.len()))?;
    for query in [
        "雨",
        "修复 ok",
        "a",
        "ok",
        "的",
        "serendipity",
        "photosynthesis",
        "the",
        "天空 雨",
        "the a",
        "serendipity a",
        "没有这个词",
    ] {
        measure(connection, &format!("search `{query}`"), |connection| {
            let page = search::find(connection, query, &HistoryFilter::default(), 0, 50)?;
            Ok(format!("{}{}", page.total, if page.more { "+" } else { "" }))
        })?;
    }
    measure(connection, "search `a` among one model's in Chinese", |connection| {
        Ok(search::find(connection, "a", &filter, 0, 50)?.total)
    })?;
    for (name, id) in [("frequent", 0), ("rare", 15_000)] {
        let query = MomentQuery::Token { fingerprint: FINGERPRINT.into(), id };
        measure(connection, &format!("a {name} token"), |connection| {
            Ok(moments::find(connection, &query, 0, 50)?.total)
        })?;
    }
    for (name, query) in
        [("most surprising", MomentQuery::MostSurprising), ("cut by the limit", MomentQuery::CutByLimit)]
    {
        measure(connection, name, |connection| Ok(moments::find(connection, &query, 0, 50)?.total))?;
    }
    measure(connection, "statistics", |connection| Ok(statistics::read(connection, None, None)?.usage.len()))
}

/// From nothing to the first page of the list, as a start of the app has it.
fn start(runtime: &tokio::runtime::Runtime, name: &str, folder: &Path) -> Result<(), Error> {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        runtime.block_on(async {
            let history = History::open(folder);
            let page = history.call(|connection| {
                list::page(connection, &HistoryFilter::default(), HistoryOrder::Used, 0, 100)
            });
            page.await?;
            times.push(begun.elapsed());
            history.close().await;
            Ok::<_, Error>(())
        })?;
    }
    times.sort_unstable();
    let [median, late] = [ROUNDS / 2, ROUNDS * 95 / 100].map(|place| milliseconds(times[place]));
    println!("| start, {name} | {median:.1} | {late:.1} | | |");
    Ok(())
}

/// Fills a new history.
async fn make(folder: &Path, wanted: u32) -> Result<(), Error> {
    let history = History::open(folder);
    for from in (0..wanted).step_by(100) {
        history.call(move |connection| fill(connection, from, (from + 100).min(wanted))).await?;
    }
    history.close().await;
    Ok(())
}

/// Exports all of a history, in this process, and says what it took at most.
fn export(runtime: &tokio::runtime::Runtime, format: ExportFormat, folder: &Path) -> Result<(), Error> {
    let target = folder.join("exported");
    runtime.block_on(async {
        let history = std::sync::Arc::new(History::open(folder));
        let plan = transfer::plan(&history, None, format, "en").await?;
        let (writer, file) = (history.clone(), target.clone());
        let never = AtomicBool::new(false);
        let written = tokio::task::spawn_blocking(move || plan.write(&writer, &file, &never, &mut |_| {}));
        written.await.expect("no panic")?;
        history.close().await;
        Ok::<_, Error>(())
    })?;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map_or("not known", str::trim);
    let size = target.metadata().map_or(0, |file| file.len());
    std::fs::remove_file(&target).ok();
    println!("{peak}, {} MiB written", size / 1024 / 1024);
    Ok(())
}

/// The same in a process of its own, for each format.
fn exports(name: &str, folder: &Path) {
    for (format, _) in FORMATS {
        let begun = Instant::now();
        let program = std::env::current_exe().expect("this program");
        let done = Command::new(program).env(EXPORT, format).env(FOLDER, folder).output().expect("it starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let said = String::from_utf8_lossy(&done.stdout);
        println!(
            "| export of {name} as {format} | {:.1} s | {} |",
            begun.elapsed().as_secs_f32(),
            said.trim()
        );
    }
}

fn main() -> Result<(), Error> {
    let wanted = std::env::var("VITRINE_CONVERSATIONS").ok().and_then(|text| text.parse().ok());
    let wanted: u32 = wanted.unwrap_or(10_000);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let asked = std::env::var(EXPORT).ok().zip(std::env::var_os(FOLDER));
    if let Some((format, folder)) = asked {
        let (_, format) = FORMATS.iter().find(|(name, _)| *name == format).expect("a format");
        return export(&runtime, *format, Path::new(&folder));
    }
    let folder = || tempfile::tempdir().expect("a temporary folder");
    let (full, few, page, empty) = (folder(), folder(), folder(), folder());
    runtime.block_on(async {
        make(few.path(), FEW).await?;
        make(page.path(), PAGE).await?;
        let begun = Instant::now();
        make(full.path(), wanted).await?;
        let history = History::open(full.path());
        println!(
            "{wanted} conversations, {} messages: made in {:.1} s",
            wanted * MESSAGES,
            begun.elapsed().as_secs_f32()
        );
        let file = full.path().join(vitrine_data::history::FILE);
        let size = |file: &Path| file.metadata().map_or(0, |file| file.len()) / 1024 / 1024;
        let before = size(&file);
        let begun = Instant::now();
        let mut longest = Duration::ZERO;
        loop {
            let begun = Instant::now();
            let step = history.call(|connection| index::step(connection, Duration::from_millis(20))).await?;
            longest = longest.max(begun.elapsed());
            if step == Waiting::Nothing {
                break;
            }
        }
        println!(
            "indexed in {:.1} s, the longest step {:.0} ms; {before} MiB before, {} MiB after\n",
            begun.elapsed().as_secs_f32(),
            milliseconds(longest),
            size(&file)
        );
        history.call(questions).await?;
        history.close().await;
        Ok::<_, Error>(())
    })?;
    start(&runtime, "empty history", empty.path())?;
    start(&runtime, "one page of conversations", page.path())?;
    start(&runtime, "this history", full.path())?;
    println!("\n| | time | peak of memory, size |\n| --- | ---: | --- |");
    exports("1,000 conversations", few.path());
    exports(&format!("{wanted} conversations"), full.path());
    Ok(())
}
