//! Nothing private in what is given away: logs at every level, reports of panics, diagnostics. With the real worker.
//!
//! One test, because log and panic hook are those of the process.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use vitrine_core::protocol::{LoadOptions, Sampling};
use vitrine_shell::app::App;
use vitrine_shell::contract::{LoadConsent, Pace, TurnRequest, TurnSettings};
use vitrine_shell::support::diagnostics::{self, Surroundings};
use vitrine_shell::support::{crash, logs};

/// Stands in every text, title and name; no word of the program.
const MARKER: &str = "Kolibri7";
const MARKER_CHINESE: &str = "蜂鸟七号";

fn marked(text: &str) -> String {
    format!("{text} {MARKER} {MARKER_CHINESE}")
}

fn settings() -> TurnSettings {
    let sampling = Sampling { temperature: 0.0, seed: Some(7), ..Sampling::default() };
    TurnSettings { system_prompt: marked("You are"), sampling, max_tokens: 12 }
}

fn say(text: String, pace: Option<Pace>) -> TurnRequest {
    TurnRequest::Say {
        conversation_id: None,
        text,
        settings: settings(),
        attachments: None,
        prefill: None,
        pace,
        slot: None,
    }
}

/// All files below a folder, with their texts.
fn texts(folder: &Path) -> Vec<(PathBuf, String)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => texts(&path),
            false => {
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap_or_default()).into_owned();
                vec![(path, text)]
            }
        })
        .collect()
}

fn assert_nothing_private(what: &str, text: &str, home: &Path) {
    // The name of a file may be in a log, and by no means in what is handed on.
    let names_a_file = |line: &str| what.ends_with(".log") && line.contains("path=");
    for marker in [MARKER, MARKER_CHINESE, &home.to_string_lossy()] {
        let is_name = marker == MARKER || marker == MARKER_CHINESE;
        let line = text.lines().find(|line| line.contains(marker) && !(is_name && names_a_file(line)));
        assert!(line.is_none(), "{what} has {marker}: {line:?}");
    }
}

/// What a library gives back whose error holds words of the user.
fn failed(words: String) -> Result<(), String> {
    Err(words)
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_reports_and_diagnostics_have_no_text_no_title_and_no_name() {
    let home = tempfile::tempdir().expect("a temporary folder");
    // Before any thread reads them.
    std::env::set_var("HOME", home.path());
    std::env::set_var("RUST_LOG", "trace");
    let data = home.path().join("data");
    logs::start(&data);
    crash::install(&data);
    let app = Arc::new(App::new(data.as_path(), None, None));

    // A model under a private name, in a private folder.
    let folder = home.path().join(marked("models"));
    std::fs::create_dir(&folder).expect("a folder");
    let model = folder.join(format!("{MARKER}.gguf"));
    let starter = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/starter/vitrine-starter.gguf");
    std::fs::copy(starter, &model).expect("copied");
    let path = model.to_string_lossy().into_owned();
    app.load(&path, LoadOptions::default(), LoadConsent::Ordinary).await.expect("loads");

    // A turn, another name for its conversation, and one that is ended by a dying worker.
    let silent = || Box::new(|_| ());
    let answer =
        app.conversations.turn(say(marked("天空为什么是蓝色的"), None), silent()).await.expect("a turn");
    assert!(!answer.text.is_empty());
    app.conversations.rename(answer.conversation_id, marked("About")).await.expect("renamed");
    let worker = app.supervisor.ready().expect("ready").worker.pid();
    let dying = tokio::spawn({
        let app = app.clone();
        async move {
            let request = say(marked("And now"), Some(Pace::Step));
            let _ = app.conversations.turn(request, Box::new(|_| ())).await;
        }
    });
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    // SAFETY: kill(2) has no memory effects; the worker is this test's own.
    assert_eq!(unsafe { libc::kill(worker as i32, libc::SIGKILL) }, 0);
    dying.await.expect("the turn ends");

    // Files that are no model, and a request that can't be done.
    let broken = folder.join(format!("{MARKER} broken.gguf"));
    std::fs::write(&broken, marked("GGUF")).expect("written");
    app.preflight(&broken.to_string_lossy()).await.expect_err("no model");
    let config = folder.join("config.json");
    std::fs::write(&config, format!("{{\"model_type\": \"{MARKER}\", {MARKER}")).expect("written");
    app.preflight(&folder.to_string_lossy()).await.expect_err("no model");
    app.conversations.turn(say(marked("No model"), None), silent()).await.expect_err("no model");

    // Panics, as Rust words them.
    let text = marked("天空");
    for panics in [
        Box::new({
            let text = text.clone();
            move || drop(text[..1].to_owned())
        }) as Box<dyn FnOnce() + Send>,
        Box::new({
            let text = text.clone();
            move || panic!("no answer to {text}")
        }),
        Box::new(move || failed(text).expect("a turn")),
    ] {
        std::thread::spawn(panics).join().expect_err("it panics");
    }
    let start = app.start_up().await;
    let report = start.crash_report.expect("the next start offers it");
    assert!(report.text.contains("privacy.rs:"), "where it was: {}", report.text);
    assert!(report.written_at_ms > 1_600_000_000_000);

    let around = Surroundings { web_view: "none".into(), toolkit: "none".into(), graphics: "none".into() };
    let described = diagnostics::describe(&app, &around).await.text;
    for wanted in
        ["Vitrine: 0.", "engine: mistral.rs", "memory: ", "2 conversations (0 in the bin)", "worker_killed"]
    {
        assert!(described.contains(wanted), "{wanted} is missing: {described}");
    }
    app.close().await;

    let logs = texts(&logs::folder(&data));
    let of_app = logs.iter().find(|(path, _)| path.ends_with("vitrine.log")).expect("the app's log");
    assert!(of_app.1.contains("worker ended"), "{}", of_app.1);
    assert!(of_app.1.contains("a fault of the app"), "{}", of_app.1);
    let reports = texts(&data.join("reports"));
    assert_eq!(reports.len(), 3);
    let given_away =
        logs.iter().chain(&reports).map(|(path, text)| (path.display().to_string(), text.as_str()));
    let given_away: Vec<_> = given_away.chain([("diagnostics".into(), described.as_str())]).collect();
    for (what, text) in given_away {
        assert_nothing_private(&what, text, home.path());
    }
    crash::forget(&data).expect("put away");
    assert_eq!(crash::newest(&data), None);
}
