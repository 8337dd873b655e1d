//! What goes out comes in again as it was, and nothing that comes in costs what is there.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use rusqlite::Connection;
use vitrine_core::protocol::{Alternative, CutRule, Origin, PromptForm, PromptToken, TokenRecord};

use super::*;
use crate::contract::{
    Branch, ExportFormat, ForkChoice, ImportOddity, ImportReceipt, LeftOutReason, MessageStatus,
    PromptSegment, ReplacedToken, SegmentKind, TurnSettings,
};
use crate::history::codec::encode::Encoder as OldEncoder;
use crate::history::codec::Encoder;
use crate::history::messages::tests::facts;
use crate::history::messages::NewMessage;
use crate::history::prompts::NewPrompt;
use crate::history::{attachments, conversations, messages, pieces, prompts, stored, token_records};
use crate::samples::record;

struct Place {
    folder: tempfile::TempDir,
    history: Arc<History>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let history = Arc::new(History::open(folder.path()));
        Self { folder, history }
    }

    async fn with<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> T {
        self.history.call(job).await.expect("it works")
    }

    async fn export_as(&self, format: ExportFormat, name: &str) -> PathBuf {
        let plan = plan(&self.history, None, format, "en").await.expect("a plan");
        let target = self.folder.path().join(name);
        let (history, at) = (self.history.clone(), target.clone());
        let done = tokio::task::spawn_blocking(move || {
            plan.write(&history, &at, &AtomicBool::new(false), &mut |_| {})
        });
        let exported = done.await.expect("no panic").expect("written").expect("not cancelled");
        assert!(exported.left_out.is_empty(), "{:?}", exported.left_out);
        target
    }

    async fn export(&self, name: &str) -> String {
        let written = self.export_as(ExportFormat::Json, name).await;
        std::fs::read_to_string(written).expect("UTF-8")
    }

    async fn import(&self, paths: &[&Path]) -> ImportReceipt {
        let paths: Vec<PathBuf> = paths.iter().map(|path| (*path).to_owned()).collect();
        let history = self.history.clone();
        let done = tokio::task::spawn_blocking(move || {
            import(&history, &paths, &AtomicBool::new(false), &mut |_| {})
        });
        done.await.expect("no panic").expect("imported")
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    }
}

/// A token with candidates: some heated, some cut, as temperature and rules leave them.
fn full_record(position: u32, text: &str) -> TokenRecord {
    let one = |id: u32, rank: u32, probability: f32, cut: Option<CutRule>| Alternative {
        id,
        bytes: format!("{id:02x}"),
        probability,
        settings_probability: if cut.is_some() { 0.0 } else { probability * 1.17 },
        rank,
        cut,
    };
    let rule = Some(CutRule::TopP);
    TokenRecord {
        alternatives: vec![
            Alternative { bytes: record(position, text).bytes, ..one(100 + position, 1, 0.611, None) },
            one(201, 2, 0.1234, None),
            one(202, 3, 0.0456, rule),
            one(203, 4, 0.000_012, rule),
        ],
        probability: 0.611,
        settings_probability: 0.611 * 1.17,
        entropy: 1.732_05,
        micros: 1_234,
        ..record(position, text)
    }
}

/// Keeps records in chunks as the app writes them.
fn keep(
    connection: &Connection,
    message: i64,
    temperature: f32,
    records: &[TokenRecord],
) -> Result<(), Error> {
    let vocabulary = pieces::vocabulary(connection, "f00d")?;
    let mut encoder = Encoder::new(vocabulary as u32, temperature);
    for (number, records) in (0..).zip(records.chunks(2)) {
        let (chunk, fresh) = encoder.encode(records)?;
        let fresh = fresh.iter().map(|(id, bytes, special)| (*id, bytes.as_slice(), *special));
        pieces::keep(connection, vocabulary, fresh)?;
        token_records::append(connection, message, number, &chunk)?;
    }
    Ok(())
}

/// The rows of version 0.1, and a conversation with all that there is today.
fn fill(connection: &mut Connection) -> Result<(), Error> {
    connection.execute_batch(include_str!("../golden/v0_1.sql"))?;
    // Written by a version that is still to come.
    connection.execute(
        r#"UPDATE messages SET facts = json_set(facts, '$.mood', json('{"good":[1,0.5]}'), '$.stop_reason', 'tool_call')
           WHERE id = 4"#,
        [],
    )?;
    connection.execute("UPDATE prompts SET form = '\"grammar\"' WHERE message_id = 3", [])?;
    let settings = TurnSettings { system_prompt: "短\n\"x\"".into(), ..TurnSettings::default() };
    let id = conversations::create(connection, "为什么？", &settings)?;
    let question = messages::insert(connection, &NewMessage::question(id, None, "为什么？"))?;
    let file = attachments::NewAttachment {
        name: "甲.txt".into(),
        bytes: 3,
        encoding: crate::contract::TextEncoding::Gb18030,
        text: "甲\u{0}乙".into(),
        tokens: Some(2),
    };
    let file = attachments::insert(connection, &file)?.id;
    attachments::attach(connection, &[file], question)?;
    messages::pin(connection, question, true)?;
    let first = messages::insert(connection, &NewMessage::answer(id, question, facts()))?;
    messages::update_answer(connection, first, "天空a", MessageStatus::Complete, &facts())?;
    keep(connection, first, 0.7, &[full_record(3, "天"), full_record(4, "空"), record(5, "a")])?;
    let token = |id, text: &str| PromptToken {
        id,
        bytes: text.bytes().map(|byte| format!("{byte:02x}")).collect(),
        special: text.starts_with('<'),
    };
    let prompt = NewPrompt {
        fingerprint: "f00d".into(),
        form: PromptForm::Template,
        tokens: vec![token(1, "<s>"), token(2, "为"), token(3, "什"), token(9, "")],
        segments: vec![
            PromptSegment { start: 0, end: 1, kind: SegmentKind::Markup, message_id: None },
            PromptSegment { start: 1, end: 4, kind: SegmentKind::User, message_id: Some(question) },
        ],
    };
    prompts::save(connection, first, &prompt)?;

    let mut told = facts();
    told.branch = Some(Branch {
        from_message: first,
        token_index: 1,
        choice: ForkChoice::Token { id: 7 },
        replaced: Some(ReplacedToken { id: 104, bytes: "e7a9ba".into(), special: false, probability: 0.1 }),
    });
    (told.compare, told.left_out, told.seed) = (Some(first), Some(vec![question]), u64::MAX);
    told.settings.sampling.logit_bias = vec![(7, f32::NEG_INFINITY), (8, 0.1)];
    let second = messages::insert(connection, &NewMessage::answer(id, question, told))?;
    prompts::copy(connection, first, second)?;
    // Chosen by hand under another temperature than most of the answer; not rounded as a derived one would be.
    let mut odd = full_record(7, "b");
    odd.alternatives[1].settings_probability = 0.3;
    odd.origin = Origin::Chosen;
    keep(connection, second, 0.7, &[full_record(6, "天"), odd, full_record(8, "a")])?;
    let deleted = messages::insert(connection, &NewMessage::answer(id, question, facts()))?;
    let below = messages::insert(connection, &NewMessage::question(id, Some(deleted), "gone"))?;
    let follow_up = messages::insert(connection, &NewMessage::question(id, Some(first), "真的？"))?;
    // An answer of the first codec, and one that names what is gone.
    let mut told = facts();
    told.left_out = Some(vec![below, question]);
    let old = messages::insert(connection, &NewMessage::answer(id, follow_up, told))?;
    let chunk = OldEncoder::default().encode(&[full_record(11, "蓝"), full_record(12, "c")])?;
    token_records::append(connection, old, 0, &chunk)?;
    conversations::select(connection, old)?;
    messages::delete(connection, deleted)?;
    connection.execute_batch(
        "INSERT INTO folders (name) VALUES ('工作/一'), ('空');
         UPDATE conversations SET starred = 1, pinned = 1, folder_id = 1, archived_at = 5 WHERE id = 2;
         UPDATE messages SET copied = 1 WHERE role = 'user';",
    )?;
    let in_bin = conversations::create(connection, "weg", &TurnSettings::default())?;
    conversations::delete(connection, in_bin)
}

/// All that is told of a conversation, but for ids.
async fn told(place: &Place) -> Vec<String> {
    place
        .with(|connection| {
            let mut all = Vec::new();
            let mut query =
                connection.prepare("SELECT id, uid FROM messages WHERE hidden = 0 ORDER BY id")?;
            let rows = query.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
            for row in rows {
                let (id, uid) = row?;
                let records = token_records::read(connection, id)?;
                let prompt = prompts::get(connection, id)?.map(|prompt| (prompt.ids, prompt.form));
                all.push(format!("{uid} {records:?} {prompt:?}"));
            }
            Ok(all)
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn export_empty_history_import_export_gives_the_same_bytes() {
    let before = Place::new();
    before.with(fill).await;
    let written = before.export("a.json").await;
    let there: serde_json::Value = serde_json::from_str(&written).expect("JSON");
    let all = there["conversations"].as_array().expect("conversations");
    assert_eq!(all.len(), 2, "without the one in the bin");
    let messages = all[1]["messages"].as_array().expect("messages");
    assert_eq!(messages.len(), 5, "without what was deleted");
    assert_eq!(messages[2]["answer"]["branch"]["from"], messages[1]["uid"]);
    assert_eq!(messages[2]["answer"]["seed"], u64::MAX);
    assert_eq!(messages[4]["answer"]["left_out"].as_array().expect("uids").len(), 1);
    assert_eq!(messages[1]["tokens"].as_array().expect("tokens").len(), 3);
    assert_eq!(messages[1]["prompt"]["segments"][1]["message"], messages[0]["uid"]);
    assert_eq!(all[1]["folder"][0], "工作/一");
    let golden = all[0]["messages"].as_array().expect("messages");
    assert_eq!(golden[3]["answer"]["mood"]["good"][1], 0.5, "what a later version wrote goes along");

    let after = Place::new();
    let source = after.write("a.json", &written);
    let receipt = after.import(&[&source]).await;
    assert_eq!((receipt.found, receipt.imported, receipt.left_out.len()), (2, 2, 0), "{receipt:?}");
    assert_eq!((receipt.formats.as_slice(), receipt.warnings.len()), (&["Vitrine".to_owned()][..], 0));
    let again = after.export("b.json").await;
    assert!(again == written, "{}", first_difference(&again, &written));
    assert_eq!(told(&after).await.len(), 11);

    // Once more, over itself: all of it is there.
    let receipt = after.import(&[&source]).await;
    assert_eq!((receipt.found, receipt.already_there, receipt.imported), (2, 2, 0), "{receipt:?}");
    assert!(after.export("c.json").await == written);
    let back = before.import(&[&source]).await;
    assert_eq!((back.already_there, back.added), (2, 0), "{back:?}");
    assert!(before.export("d.json").await == written);
}

fn first_difference(one: &str, other: &str) -> String {
    let at = one.bytes().zip(other.bytes()).position(|(a, b)| a != b).unwrap_or(one.len().min(other.len()));
    let around = |text: &str| {
        let bytes = &text.as_bytes()[at.saturating_sub(120)..text.len().min(at + 120)];
        String::from_utf8_lossy(bytes).into_owned()
    };
    format!("{}\n{}", around(one), around(other))
}

#[test]
fn records_are_read_again_as_they_were_given_whatever_they_were_written_with() {
    let given: Vec<TokenRecord> = (0..40)
        .map(|number| {
            let mut one = full_record(3 + number, if number % 3 == 0 { "天" } else { "a" });
            let heat = if number % 7 == 0 { 2.0 } else { 0.7 };
            let first = one.alternatives[0].probability;
            one.alternatives[1].settings_probability = one.alternatives[0].settings_probability
                * (one.alternatives[1].probability / first).powf(1.0 / heat);
            one
        })
        .collect();
    // Rounded by the app, part of it with another temperature than the answer's.
    let rounded =
        |temperature, records: &[TokenRecord]| records::rounded(temperature, records.to_vec()).expect("hex");
    let stored =
        [rounded(0.7, &given[..20]), rounded(2.0, &given[20..30]), rounded(0.0, &given[30..])].concat();
    let mut exact = [stored[..20].to_vec(), stored[30..].to_vec()].concat();
    for (position, record) in (3..).zip(&mut exact) {
        record.position = position;
    }
    let encoded = records::encode(1, 0.7, &exact).expect("hex");
    assert!(encoded.chunks.len() > 1, "one temperature does not fit all");
    let connection = crate::history::open::in_memory();
    let id = conversations::create(&connection, "", &TurnSettings::default()).expect("a row");
    let message = messages::insert(&connection, &NewMessage::question(id, None, "?")).expect("a row");
    let vocabulary = pieces::vocabulary(&connection, "f00d").expect("a row");
    let fresh = encoded.pieces.iter().map(|(id, bytes, special)| (*id, bytes.as_slice(), *special));
    pieces::keep(&connection, vocabulary, fresh).expect("kept");
    for (chunk, data) in (0..).zip(&encoded.chunks) {
        token_records::append(&connection, message, chunk, data).expect("a row");
    }
    assert_eq!(token_records::read(&connection, message).expect("records"), exact);
}

/// One conversation in a document.
fn document(messages: &str) -> String {
    format!(
        r#"{{"format":"vitrine.conversations","version":1,"conversations":[
           {{"uid":"c1","title":"天空","created_at":1,"updated_at":9,"messages":[{messages}]}}]}}"#
    )
}

const QUESTION: &str = r#"{"uid":"m1","role":"user","text":"为什么？","created_at":1}"#;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_stays_and_what_is_missing_comes_to_it() {
    let place = Place::new();
    let answer = r#"{"uid":"m2","parent":"m1","role":"assistant","text":"蓝","created_at":2}"#;
    let other = r#"{"uid":"m3","parent":"m1","role":"assistant","text":"红","created_at":3}"#;
    let changed = r#"{"uid":"m2","parent":"m1","role":"assistant","text":"紫","created_at":2}"#;
    let begun = r#"{"uid":"m2","parent":"m1","role":"assistant","text":"","created_at":2}"#;
    let mut number = 0;
    let mut import = |messages: &[&str]| {
        number += 1;
        let source = place.write(&format!("{number}.json"), &document(&messages.join(",")));
        let place = &place;
        async move {
            let receipt = place.import(&[&source]).await;
            assert_eq!((receipt.found, receipt.left_out.len()), (1, 0), "{receipt:?}");
            (receipt.imported, receipt.added, receipt.already_there)
        }
    };
    assert_eq!(import(&[QUESTION, answer]).await, (1, 0, 0));
    place.with(|connection| conversations::rename(connection, 1, "mine")).await;
    assert_eq!(import(&[QUESTION]).await, (0, 0, 1), "fewer messages take none away");
    assert_eq!(import(&[QUESTION, begun]).await, (0, 0, 1), "what is there has gone on");
    assert_eq!(import(&[QUESTION, answer, other]).await, (0, 1, 0));
    assert_eq!(import(&[QUESTION, changed]).await, (0, 1, 0), "another text is another version");
    assert_eq!(import(&[QUESTION, changed]).await, (0, 0, 1), "and is known the next time");
    let shown = place
        .with(|connection| {
            let conversation = conversations::open(connection, 1)?;
            let tree = crate::history::tree::read(connection, 1)?;
            Ok((conversation, tree.nodes.into_iter().map(|node| node.excerpt).collect::<Vec<_>>()))
        })
        .await;
    assert_eq!(shown.1, ["为什么？", "蓝", "红", "紫"]);
    assert_eq!((shown.0.title.as_str(), shown.0.messages[1].text.as_str()), ("mine", "蓝"), "the user's");

    place.with(|connection| conversations::delete(connection, 1)).await;
    assert_eq!(import(&[QUESTION, answer]).await, (0, 1, 0), "out of the bin");
    place.with(|connection| messages::delete(connection, 2)).await;
    assert_eq!(import(&[QUESTION, answer]).await, (0, 1, 0), "and so is a version");
    let there = place.with(|connection| Ok(conversations::open(connection, 1)?.messages.len())).await;
    assert_eq!(there, 2);
}

/// Gone on with in the other app since it was imported: what came is the end of what is shown, not hidden behind it.
#[tokio::test(flavor = "multi_thread")]
async fn what_went_on_elsewhere_is_shown_to_its_end() {
    let place = Place::new();
    let answer = r#"{"uid":"m2","parent":"m1","role":"assistant","text":"蓝","created_at":2}"#;
    let other = r#"{"uid":"m3","parent":"m1","role":"assistant","text":"红","created_at":3}"#;
    let more = r#"{"uid":"m4","parent":"m2","role":"user","text":"夜里呢？","created_at":4}"#;
    let imports: [(&[&str], &[&str]); 4] = [
        (&[QUESTION], &["为什么？"]),
        (&[QUESTION, answer, more], &["为什么？", "蓝", "夜里呢？"]),
        // Another version of what is shown does not take its place.
        (&[QUESTION, answer, more, other], &["为什么？", "蓝", "夜里呢？"]),
        (&[QUESTION], &["为什么？", "蓝", "夜里呢？"]),
    ];
    for (at, (messages, expected)) in imports.into_iter().enumerate() {
        let source = place.write(&format!("{at}.json"), &document(&messages.join(",")));
        place.import(&[&source]).await;
        let shown = place.with(|connection| conversations::open(connection, 1)).await.messages;
        assert_eq!(shown.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), expected, "import {at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_conversation_costs_no_other_and_the_receipt_says_why() {
    let place = Place::new();
    let good = |uid: &str, message: &str| {
        format!(
            r#"{{"uid":"{uid}","title":"{uid}","messages":[{{"uid":"{message}","role":"user","text":"?"}}]}}"#
        )
    };
    let tokens = r#"{"uid":"t","messages":[{"uid":"t1","role":"assistant","text":"x",
        "answer":{"model_name":"M"},"tokens":[{"position":1,"id":2,"bytes":"zz","text":"x","probability":1,
        "settings_probability":1,"rank":1,"entropy":0,"rest":[0,0,0]}]}]}"#;
    let conversations = [
        good("a", "a1"),
        "{\"uid\":\"x\",\"messages\":[{\"uid\":}]}".into(),
        good("b", "b1"),
        tokens.into(),
        good("c", "a1"),
    ];
    let text = format!(
        r#"{{"format":"vitrine.conversations","version":1,"conversations":[{}]}}"#,
        conversations.join(",\n")
    );
    let source = place.write("mixed.json", &text);
    let nothing = place.write("picture.png", "\u{1}\u{2}");
    let gone = place.folder.path().join("gone.json");
    let receipt = place.import(&[&nothing, &source, &gone]).await;
    assert_eq!((receipt.found, receipt.imported), (5, 4), "{receipt:?}");
    let reasons: Vec<_> = receipt.left_out.iter().map(|one| one.reason).collect();
    use LeftOutReason::{NotRecognized, Refused, Unreadable};
    assert_eq!(reasons, [NotRecognized, Unreadable, Refused], "{receipt:?}");
    assert_eq!(receipt.warnings.len(), 1, "{receipt:?}");
    assert_eq!(receipt.warnings[0].what, ImportOddity::TokensDamaged);
    let (kept, facts) = place
        .with(|connection| {
            let sql = "SELECT facts FROM messages WHERE uid = 't1'";
            let facts: String = connection.query_row(sql, [], |row| row.get(0))?;
            Ok((receipts::list(connection)?, stored::facts_from(&facts)))
        })
        .await;
    assert_eq!(kept, [receipt]);
    assert_eq!(facts.expect("what is known").model_name, "M");
    // A message of another conversation has a name of its own here, the same one each time.
    let again = place.import(&[&source]).await;
    assert_eq!((again.imported, again.added, again.already_there), (0, 0, 4), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_import_keeps_what_came_and_a_cancelled_export_writes_nothing() {
    let place = Place::new();
    let lines: String = (0..50)
        .map(|number| format!("{{\"messages\":[{{\"role\":\"user\",\"content\":\"question {number}\"}}]}}\n"))
        .collect();
    let source = place.write("many.jsonl", &lines);
    let history = place.history.clone();
    let receipt = tokio::task::spawn_blocking(move || {
        let cancel = AtomicBool::new(false);
        import(&history, &[source], &cancel, &mut |found| cancel.store(found >= 10, Ordering::Relaxed))
    });
    let receipt = receipt.await.expect("no panic").expect("a receipt");
    assert!(receipt.cancelled && receipt.imported >= 10 && receipt.imported < 50, "{receipt:?}");
    let count = place
        .with(|connection| {
            let sql = "SELECT count(*) FROM conversations";
            Ok(connection.query_row(sql, [], |row| row.get::<_, u32>(0))?)
        })
        .await;
    assert_eq!(receipt.imported, count);

    let plan = plan(&place.history, None, ExportFormat::Json, "zh-CN").await.expect("a plan");
    assert_eq!((plan.total, plan.name.as_str()), (receipt.imported, "vitrine.json"));
    let before = place.write("vitrine.json", "an older file");
    let (history, target) = (place.history.clone(), before.clone());
    let written = tokio::task::spawn_blocking(move || {
        let cancel = AtomicBool::new(false);
        plan.write(&history, &target, &cancel, &mut |_| cancel.store(true, Ordering::Relaxed))
    });
    assert_eq!(written.await.expect("no panic").expect("no error"), None);
    assert_eq!(std::fs::read_to_string(&before).expect("there"), "an older file");
    let left = std::fs::read_dir(place.folder.path()).expect("readable").flatten();
    assert!(left.into_iter().all(|entry| !entry.file_name().to_string_lossy().ends_with(".part")));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_pages_go_into_an_archive_and_come_in_again() {
    let before = Place::new();
    before.with(fill).await;
    before
        .with(|connection| {
            connection.execute("UPDATE conversations SET title = '天空: 1'", [])?;
            Ok(())
        })
        .await;
    let archive = before.export_as(ExportFormat::Markdown, "many.zip").await;
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&archive).expect("there")).expect("a ZIP");
    let names: Vec<String> = (0..zip.len())
        .map(|at| zip.by_index(at).expect("an entry").name().expect("UTF-8").into_owned())
        .collect();
    assert_eq!(names, ["天空 1.md", "工作 一/天空 1.md"]);
    let pages = before.export_as(ExportFormat::Html, "pages.zip").await;
    assert!(std::fs::metadata(pages).expect("there").len() > 1_000);
    let lines = before.export_as(ExportFormat::Jsonl, "lines.jsonl").await;
    assert_eq!(std::fs::read_to_string(lines).expect("UTF-8").lines().count(), 2);

    assert!(holds_conversations(&archive));
    let receipt = before.import(&[&archive]).await;
    assert_eq!((receipt.found, receipt.already_there, receipt.left_out.len()), (2, 2, 0), "{receipt:?}");
    let after = Place::new();
    let receipt = after.import(&[&archive]).await;
    assert_eq!((receipt.found, receipt.imported), (2, 2), "{receipt:?}");

    let one =
        plan(&before.history, Some(vec![2, 2, 999]), ExportFormat::Markdown, "en").await.expect("a plan");
    assert_eq!((one.total, one.name.as_str()), (1, "天空 1.md"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_of_another_version_or_a_damaged_one_hides_no_other() {
    let place = Place::new();
    let list = place
        .with(|connection| {
            connection.execute_batch(
                r#"INSERT INTO import_receipts (at, receipt) VALUES (1, '{'),
                   (2, '{"sources":["/a"],"found":3,"left_out":[{"place":"p","reason":"bored","detail":""}],"new":1}')"#,
            )?;
            receipts::list(connection)
        })
        .await;
    assert_eq!(list.iter().map(|receipt| receipt.at).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((list[0].found, list[0].left_out[0].reason), (3, LeftOutReason::NotKnown));
    assert_eq!(list[1].found, 0);
}
