//! The history as a database that gives everything back: found by one character, out of the bin, out of the app and in again.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::app::{App, Start};

const QUESTION: &str = "埃菲尔铁塔在哪个国家？";

fn answered(data: &Path, picks: Vec<std::path::PathBuf>) -> (App, String) {
    let app = App::start(Start { locale: "zh_CN.UTF-8", picks, ..Start::new(data) });
    app.start_bundled();
    app.say(QUESTION);
    let answer = app.wait_for_answer("complete");
    (app, answer)
}

/// Chooses what a radio button stands for.
fn choose(app: &App, id: &str) {
    app.find(id);
    app.script("document.querySelector(`[data-testid='${arguments[0]}']`).click()", vec![json!(id)]);
}

fn count(app: &App, id: &str) -> usize {
    app.all(&format!("[data-testid='{id}']")).len()
}

fn wait_for_count(app: &App, id: &str, wanted: usize) {
    let start = std::time::Instant::now();
    while count(app, id) != wanted {
        assert!(start.elapsed() < crate::app::PATIENCE, "{wanted} {id} never came:\n{}", app.body());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// Finds one Chinese character in an answer and goes there; throws the conversation away and takes it out of the bin.
#[test]
fn one_character_is_found_and_what_was_thrown_away_comes_back() {
    let data = tempfile::tempdir().unwrap();
    let (app, answer) = answered(data.path(), Vec::new());
    assert!(answer.contains('法'), "{answer}");

    app.click("rail-history");
    app.fill("history-filter", "法");
    app.wait_for_text("[data-testid='search-hit'] mark", |text| text == "法");
    app.screenshot("history-search");
    app.press("[data-testid='search-hit']", 0);
    app.wait_for_text("[data-sought]", |text| text.contains('法'));

    app.click("rail-history");
    app.fill("history-filter", "");
    wait_for_count(&app, "history-item", 1);
    app.press("[data-testid='history-delete']", 0);
    wait_for_count(&app, "history-item", 0);
    choose(&app, "choice-bin");
    app.wait_for_text("[data-testid='days-left']", |text| text.contains("30"));
    app.screenshot("history-bin");
    app.press("[data-testid='history-restore']", 0);
    wait_for_count(&app, "history-item", 0);
    choose(&app, "choice-kept");
    app.press("[data-testid='history-open']", 0);
    assert_eq!(app.wait_for_answer("complete"), answer);
    app.find_css("[data-testid='message-assistant'] [data-testid='token']");
    app.close();
}

fn export(app: &App, format: &str) {
    app.click("rail-history");
    app.click("history-tab-copies");
    app.click("open-export");
    choose(app, &format!("export-{format}"));
    app.click("export-go");
    app.wait_for_text("[data-testid='export-done']", |text| !text.is_empty());
    app.session.type_keys("\u{e00c}").expect("Escape");
}

/// What a page says once its scripts have run, with no network at all.
fn page(file: &Path) -> String {
    let offline = Command::new("unshare").args(["--net", "--map-root-user", "true"]).status();
    let mut command = match offline {
        Ok(status) if status.success() => {
            let mut command = Command::new("unshare");
            command.args(["--net", "--map-root-user", "chromium"]);
            command
        }
        _ => Command::new("chromium"),
    };
    let profile = tempfile::tempdir().unwrap();
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--virtual-time-budget=3000"])
        .arg("--host-resolver-rules=MAP * ~NOTFOUND")
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", file.display()));
    let output = command.output().expect("Chromium runs (Debian package chromium)");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Everything leaves the app as JSON and as a page, the page opens in another browser without a network, and an empty
/// app takes the JSON in, named at the start, with the tokens of the answer; a second time it is there already.
#[test]
fn everything_goes_out_and_an_empty_app_takes_it_in() {
    let data = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let (json_file, html_file) = (files.path().join("历史 记录.json"), files.path().join("历史 记录.html"));
    let (app, answer) = answered(data.path(), vec![json_file.clone(), html_file.clone()]);
    export(&app, "json");
    app.screenshot("history-export");
    export(&app, "html");
    app.close();

    let exported: serde_json::Value = serde_json::from_slice(&std::fs::read(&json_file).unwrap()).unwrap();
    assert_eq!(exported["format"], "vitrine.conversations");
    let page = page(&html_file);
    assert!(page.contains(QUESTION), "the page has the question");
    let outside = ["src=\"http", "href=\"http", "url(http", "@import"];
    assert!(!outside.iter().any(|way| page.contains(way)), "it loads nothing from outside");
    assert!(page.contains("class=\"tokens\""), "its script has drawn the tokens");

    let other = tempfile::tempdir().unwrap();
    let arguments = vec![json_file.to_string_lossy().into_owned()];
    let start =
        Start { locale: "zh_CN.UTF-8", arguments, picks: vec![json_file], ..Start::new(other.path()) };
    let app = App::start(start);
    app.wait_for_text("[data-testid='receipt_imported']", |text| text == "1");
    app.screenshot("history-receipt");
    app.session.type_keys("\u{e00c}").expect("Escape");
    app.click("history-open");
    assert_eq!(app.wait_for_answer("complete"), answer);
    app.find_css("[data-testid='message-assistant'] [data-testid='token']");

    app.click("rail-history");
    app.click("history-tab-copies");
    app.click("open-import");
    app.click("import-files");
    // The receipts of both, the last one first.
    wait_for_count(&app, "receipt_there", 2);
    let there = "return [...document.querySelectorAll(\"[data-testid='receipt_there']\")].map((one) => one.textContent.trim())";
    assert_eq!(app.script(there, vec![]), json!(["1", "0"]));
    app.close();
}
