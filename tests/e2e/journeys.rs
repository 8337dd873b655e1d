//! What people do.

use std::path::Path;
use std::time::Duration;

use crate::app::{App, Start};
use crate::processes;

/// Enough to be still at it while the test looks; the bundled model writes a few hundred tokens a second.
const STORY: &str = "讲个故事";

fn starter() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/starter/vitrine-starter.gguf")
}

#[tokio::test]
async fn first_start_question_in_chinese_close_and_it_is_still_there() {
    let data = tempfile::tempdir().unwrap();
    let start = || Start { locale: "zh_CN.UTF-8", ..Start::new(data.path()) };

    let app = App::start(start()).await;
    app.find("start-bundled").await;
    assert_eq!(app.script("return document.documentElement.lang", vec![]).await, "zh-CN", "the system's language");
    app.start_bundled().await;
    app.say("埃菲尔铁塔在哪个国家？").await;
    let answer = app.wait_for_answer("complete").await;
    assert!(answer.contains("法国"), "{answer}");
    assert!(!app.text("[data-testid='stop-reason']").await.is_empty(), "why it stopped is said");

    // Any token of the answer tells about itself, to the keyboard as to the mouse.
    let tokens = app.all("[data-testid='message-assistant'] [data-testid='token']").await;
    assert!(tokens.len() > 2, "{} tokens", tokens.len());
    let focus = "const token = document.querySelectorAll(\"[data-testid='message-assistant'] [data-testid='token']\")[1]; token.focus(); return token.dataset.tokenId;";
    let id = app.script(focus, vec![]).await;
    let popover = app.wait_for_text("[data-testid='token-popover']", |text| !text.is_empty()).await;
    let shown: String = popover.chars().filter(char::is_ascii_digit).collect();
    assert!(shown.contains(id.as_str().unwrap()), "token {id} in {popover:?}");
    app.close().await;

    let app = App::start(start()).await;
    app.click("rail-history").await;
    app.click("history-item").await;
    let again = app.wait_for_answer("complete").await;
    assert_eq!(again, answer);
    // See-through for ever: the stored tokens, with no model loaded.
    app.find_css("[data-testid='message-assistant'] [data-testid='token']").await;
    app.close().await;
}

#[tokio::test]
async fn killed_in_mid_answer_it_loses_at_most_the_last_second() {
    let data = tempfile::tempdir().unwrap();
    let app = App::start(Start::new(data.path())).await;
    app.start_bundled().await;
    app.say(STORY).await;
    app.wait_for_text("[data-testid='message-assistant'] [data-testid='answer-text']", |text| text.chars().count() > 3).await;
    // Halt the worker, so that the answer stays half. What is on the screen now must be safe in a second.
    let workers = processes::of("vitrine-worker", &app.data);
    assert_eq!(workers.len(), 1);
    processes::signal(workers[0], libc::SIGSTOP);
    std::thread::sleep(Duration::from_millis(100));
    let seen = app.text("[data-testid='message-assistant'] [data-testid='answer-text']").await;
    std::thread::sleep(Duration::from_millis(900));
    app.kill();

    let app = App::start(Start::new(data.path())).await;
    app.click("rail-history").await;
    app.click("history-item").await;
    let status = app.find("message-assistant").await.attr("data-status").await.unwrap().unwrap();
    let saved = app.text("[data-testid='message-assistant'] [data-testid='answer-text']").await;
    assert!(saved.starts_with(seen.trim_end()), "seen {seen:?}, saved {saved:?}");
    assert!(["interrupted", "complete"].contains(&status.as_str()), "{status}");
    assert!(app.text("[data-testid='message-user']").await.contains(STORY));
    app.close().await;
}

#[tokio::test]
async fn a_bad_file_is_explained_and_everything_else_goes_on() {
    let data = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let broken = files.path().join("半个 模型.gguf");
    let bytes = std::fs::read(starter()).unwrap();
    std::fs::write(&broken, &bytes[..bytes.len() / 2]).unwrap();
    let good = files.path().join("我的 模型.gguf");
    std::fs::copy(starter(), &good).unwrap();

    let app = App::start(Start { picks: vec![broken, good], ..Start::new(data.path()) }).await;
    app.click("open-file").await;
    let card = app.wait_for_text("[data-testid='error-card']", |text| !text.is_empty()).await;
    assert!(!card.contains("undefined") && !card.contains("{"), "{card}");
    app.click("rail-models").await;
    app.click("open-file").await;
    app.find_css("[data-testid='model-card']").await;
    app.click("rail-chat").await;
    app.say("Hello").await;
    app.wait_for_answer("complete").await;

    // The worker dies: one plain message, the conversation stays, a new start works.
    let workers = processes::of("vitrine-worker", &app.data);
    processes::signal(workers[0], libc::SIGKILL);
    app.click("rail-models").await;
    app.find("error-card").await;
    app.click("rail-chat").await;
    assert!(app.text("[data-testid='message-user']").await.contains("Hello"));
    app.click("rail-models").await;
    app.start_bundled_from_list().await;
    app.close().await;
}

#[tokio::test]
async fn opened_with_a_file_it_loads_that_file() {
    let data = tempfile::tempdir().unwrap();
    let path = starter().to_string_lossy().into_owned();
    let app = App::start(Start { arguments: vec![path], ..Start::new(data.path()) }).await;
    app.click("rail-models").await;
    app.find("model-card").await;
    app.click("unload").await;
    processes::wait_until_gone("vitrine-worker", &app.data);
    app.close().await;
}

impl App {
    /// The bundled model from the Models view, when there is no hero any more.
    async fn start_bundled_from_list(&self) {
        self.click("start-bundled").await;
        self.click("rail-models").await;
        self.find("model-card").await;
    }
}
