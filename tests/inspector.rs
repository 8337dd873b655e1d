//! The token inspector of the shell with real workers: which tokenizer is looked at, and whose process answers.
//!
//! One test, because it watches the children of this process.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use vitrine_core::protocol::{method, CutRow, CutText, ErrorKind, LoadOptions, TextCut, TokenizerSummary};
use vitrine_shell::app::App;
use vitrine_shell::contract::{ErrorCode, LoadConsent, ModelSlot, SubjectPlace, SubjectSource};

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn children() -> usize {
    let own = std::process::id().to_string();
    let of_this = |entry: std::fs::DirEntry| {
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        // proc(5): pid (comm) state ppid ...; comm may hold anything, so it is cut at its last bracket.
        let tail = stat.rsplit_once(')')?.1.to_owned();
        (tail.split_whitespace().nth(1) == Some(own.as_str())).then_some(())
    };
    std::fs::read_dir("/proc").expect("/proc can be read").flatten().filter_map(of_this).count()
}

async fn until(what: &str, check: impl Fn() -> bool) {
    let start = Instant::now();
    while !check() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what} never came");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn tokenizers_stand_at_their_places_with_a_model_and_without() {
    let data = tempfile::tempdir().unwrap();
    let app = App::new(data.path(), None, None);
    let inspector = &app.inspector;
    let (a, b) = (SubjectPlace::A, SubjectPlace::B);

    // Nothing is loaded: the bundled one is there at once, and b is empty.
    let first = inspector.subject(a).await.unwrap().expect("there is always one");
    assert_eq!(first.source, SubjectSource::Starter);
    assert!(first.summary.has_chat_template);
    assert_eq!(inspector.subject(b).await.unwrap(), None);
    let refused = inspector.compare("x".into()).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Engine(ErrorKind::NoTokenizer));
    assert_eq!(inspector.languages().await.unwrap()[0].counts.len(), 1);
    assert_eq!(children(), 1);

    // Another one beside it.
    let file = at("tests/fixtures/tokenizers/unigram-bytes.model").to_string_lossy().into_owned();
    let second = inspector.open(b, Some(&file)).await.unwrap();
    assert_eq!((second.source, second.summary.name.as_str()), (SubjectSource::File, "unigram-bytes.model"));
    let text = "塔在巴黎 the tower";
    let compared = inspector.compare(text.into()).await.unwrap();
    assert_eq!((compared.bytes as usize, compared.characters), (text.len(), 14));
    let sum = |row: &[u32]| row.iter().sum::<u32>();
    assert_eq!([&compared.a, &compared.b].map(|cut| sum(&cut.groups.bytes)), [compared.bytes; 2]);
    assert!(!compared.differences.is_empty());
    let table = inspector.languages().await.unwrap();
    assert_eq!(table.len(), 8);
    assert!(table.iter().all(|row| row.counts.len() == 2 && row.counts.iter().all(|one| one.tokens > 0)));

    // A file that is none leaves what was there.
    let wrong = at("Cargo.toml").to_string_lossy().into_owned();
    let refused = inspector.open(b, Some(&wrong)).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Engine(ErrorKind::NotAModel));
    assert_eq!(inspector.subject(b).await.unwrap(), Some(second.clone()));
    until("the end of the worker that opened nothing", || children() == 2).await;

    // A worker that dies is replaced; what is known by ids is asked for again.
    inspector.answerer(b).await.unwrap().expect("there is one").worker.kill().await;
    let again = inspector.subject(b).await.unwrap().expect("it is opened again");
    assert!(again.key != second.key && again.summary == second.summary);

    // The loaded model answers for its own, and the bundled one goes.
    let path = at("models/starter/vitrine-starter.gguf").to_string_lossy().into_owned();
    app.load(&path, LoadOptions::default(), LoadConsent::Ordinary).await.expect("it loads");
    let loaded = inspector.subject(a).await.unwrap().expect("there is always one");
    // The same tokenizer, from this tree instead of the bundled folder beside the program.
    let bundled = TokenizerSummary { path: path.clone(), ..first.summary.clone() };
    assert_eq!((loaded.source, &loaded.summary), (SubjectSource::Loaded, &bundled));
    until("the end of the bundled tokenizer's worker", || children() == 2).await;
    let opened = inspector.open(a, Some(&file)).await.unwrap();
    assert_eq!(opened.source, SubjectSource::File);
    assert_eq!(inspector.open(a, None).await.unwrap().source, SubjectSource::Loaded);
    app.unload(ModelSlot::A).await;
    assert_eq!(
        inspector.subject(a).await.unwrap().expect("there is always one").source,
        SubjectSource::Starter
    );
    inspector.clear(b).await;
    assert_eq!(inspector.subject(b).await.unwrap(), None);

    // Ten thousand characters, from the shell and back.
    let text = "模型只看见数字 numbers, ".repeat(589);
    let params =
        CutText { text, rows: vec![CutRow::Words, CutRow::Characters, CutRow::Tokens], special: false };
    let mut times = Vec::new();
    for _ in 0..20 {
        let start = Instant::now();
        let cut: TextCut = inspector.ask(a, method::TEXT_CUT, &params).await.unwrap();
        times.push(start.elapsed());
        assert_eq!(cut.characters.expect("asked for").len(), 589 * 17);
    }
    times.sort();
    println!("10,013 characters in three rows: median {:?}, 95th percentile {:?}", times[10], times[18]);

    app.close().await;
    until("the end of all workers", || children() == 0).await;
}
