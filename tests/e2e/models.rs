//! Models: a load that stays in sight, a second model, a start that comes back, one question to all six stages.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::app::{program, App, Start};
use crate::processes;

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/starter")
}

impl App {
    /// Is the whole element in the window?
    fn in_sight(&self, id: &str) -> bool {
        let script = "const box = document.querySelector(`[data-testid='${arguments[0]}']`)?.getBoundingClientRect(); \
            return Boolean(box) && box.top >= 0 && box.bottom <= innerHeight;";
        self.script(script, vec![json!(id)]) == json!(true)
    }

    fn wait_until_in_sight(&self, id: &str) {
        self.find(id);
        let start = std::time::Instant::now();
        while !self.in_sight(id) {
            assert!(start.elapsed() < crate::app::PATIENCE, "{id} is out of sight");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}

#[test]
fn a_load_and_a_second_model_stay_in_sight_and_go_when_told() {
    let data = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let other = files.path().join("千问 小.gguf");
    std::fs::copy(models().join("vitrine-starter-sft.gguf"), &other).unwrap();
    let app = App::start(Start { picks: vec![other], ..Start::new(data.path()) });
    app.start_bundled();

    // The card's verdict and button, and then the way out of the load, wherever the page is scrolled to.
    app.click("rail-models");
    app.click("open-file");
    app.wait_until_in_sight("card-main");
    app.script(
        "const end = document.querySelector('main .scroll'); end.scrollTop = end.scrollHeight;",
        vec![],
    );
    app.press("[data-testid='open-stage']", 0);
    app.find("model-card");
    app.wait_until_in_sight("unload");

    // A second model beside it.
    app.click("rail-chat");
    app.click("compare");
    app.press("[data-testid='compare-choice']", 0);
    // The choice closes its panel.
    app.find_css("[data-testid='compare'][aria-pressed='true'][aria-expanded='false']");
    app.click("rail-models");
    let card = app.wait_for_text("[data-testid='second-card']", |text| text.contains("For comparison"));
    assert!(card.contains("asked together"), "{card}");
    assert_eq!(processes::of("vitrine-worker", &app.data).len(), 2);
    app.click("unload");
    processes::wait_until_gone("vitrine-worker", &app.data);
    assert!(app.all("[data-testid='second-card']").is_empty());
    app.close();
}

#[test]
fn a_start_comes_back_to_where_one_was_and_a_second_one_to_the_same_window() {
    let data = tempfile::tempdir().unwrap();
    let app = App::start(Start { locale: "zh_CN.UTF-8", ..Start::new(data.path()) });
    app.start_bundled();
    app.say("埃菲尔铁塔在哪个国家？");
    let answer = app.wait_for_answer("complete");
    app.close();

    let app = App::start(Start { locale: "zh_CN.UTF-8", ..Start::new(data.path()) });
    assert_eq!(app.wait_for_answer("complete"), answer);
    let note = app.wait_for_text("[data-testid='open-again']", |text| !text.is_empty());
    assert!(note.contains("透窗小模型"), "{note}");
    app.click("open-again-do");
    app.find_css("[data-testid='composer']:not([disabled])");
    app.find_css(".bar .model");
    app.wait_for_text(".bar .model", |text| text.contains("透窗小模型"));

    // A second start with the same folder: it ends at once, and this window shows what it was to open.
    let file = models().join("vitrine-starter-base.gguf");
    let second = Command::new(program()).arg(&file).env("VITRINE_DATA_DIR", data.path()).status();
    assert!(second.expect("it starts").success());
    app.wait_for_text("[data-testid='preflight']", |text| text.contains("透窗小模型 · 基座模型"));
    assert_eq!(processes::of("vitrine", &app.data).len(), 1);
    app.close();
}

#[test]
fn an_embedding_model_is_told_apart_and_six_stages_answer_one_question() {
    let data = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let embedding = files.path().join("bge.gguf");
    std::fs::write(&embedding, bert()).unwrap();
    let app = App::start(Start { picks: vec![embedding], ..Start::new(data.path()) });
    app.click("open-file");
    let card = app.wait_for_text("[data-testid='preflight']", |text| !text.is_empty());
    assert!(card.contains("Not a model to talk to"), "{card}");
    assert!(!card.contains("here yet") && !card.contains("Chat template"), "{card}");
    app.wait_for_text("[data-testid='card-main']", |text| text.trim() == "Open another file…");
    app.click("card-leave");

    // No model is open: the round needs none, and leaves none behind.
    app.click("rail-models");
    if let Some(all) = app.all("[data-testid='show-all']").into_iter().next() {
        app.session.click(&all).expect("it can be clicked");
    }
    app.press("[data-testid='ask-all-do']", 0);
    let answered = "[data-testid='ask-all-answer'][data-state='answered']";
    let start = std::time::Instant::now();
    while app.all(answered).len() < 6 {
        assert!(start.elapsed() < 3 * crate::app::PATIENCE, "{}", app.text("[data-testid='ask-all']"));
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let last = app.text(answered);
    assert!(last.contains("France"), "{last}");
    processes::wait_until_gone("vitrine-worker", &app.data);
    app.screenshot("en-ask-all");
    app.close();
}

/// The header of a small embedding model, with one tensor.
fn bert() -> Vec<u8> {
    let mut file = Vec::new();
    let text = |file: &mut Vec<u8>, text: &str| {
        file.extend((text.len() as u64).to_le_bytes());
        file.extend(text.as_bytes());
    };
    file.extend(b"GGUF");
    file.extend(3u32.to_le_bytes());
    file.extend(1u64.to_le_bytes());
    let numbers = [
        ("bert.block_count", 2u32),
        ("bert.embedding_length", 32),
        ("bert.context_length", 512),
        ("bert.attention.head_count", 2),
    ];
    file.extend((2 + numbers.len() as u64).to_le_bytes());
    for (key, value) in [("general.architecture", "bert"), ("general.name", "bge small")] {
        text(&mut file, key);
        file.extend(8u32.to_le_bytes());
        text(&mut file, value);
    }
    for (key, value) in numbers {
        text(&mut file, key);
        file.extend(4u32.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    // token_embd.weight: F32, 32 by 8, at the beginning of the data.
    text(&mut file, "token_embd.weight");
    file.extend(2u32.to_le_bytes());
    file.extend(32u64.to_le_bytes());
    file.extend(8u64.to_le_bytes());
    file.extend(0u32.to_le_bytes());
    file.extend(0u64.to_le_bytes());
    file.resize(file.len().next_multiple_of(32), 0);
    file.resize(file.len() + 32 * 8 * 4, 0);
    file
}
