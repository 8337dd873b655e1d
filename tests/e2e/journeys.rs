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

#[test]
fn first_start_question_in_chinese_close_and_it_is_still_there() {
    let data = tempfile::tempdir().unwrap();
    let start = || Start { locale: "zh_CN.UTF-8", ..Start::new(data.path()) };

    let app = App::start(start());
    app.find("start-bundled");
    assert_eq!(app.script("return document.documentElement.lang", vec![]), "zh-CN", "the system's language");
    app.start_bundled();
    app.say("埃菲尔铁塔在哪个国家？");
    let answer = app.wait_for_answer("complete");
    assert!(answer.contains("法国"), "{answer}");
    assert!(!app.text("[data-testid='stop-reason']").is_empty(), "why it stopped is said");

    // Any token of the answer tells about itself, to the keyboard as to the mouse.
    let tokens = app.all("[data-testid='message-assistant'] [data-testid='token']");
    assert!(tokens.len() > 2, "{} tokens", tokens.len());
    let focus = "const token = document.querySelectorAll(\"[data-testid='message-assistant'] [data-testid='token']\")[1]; token.focus(); return token.dataset.tokenId;";
    let id = app.script(focus, vec![]);
    let popover = app.wait_for_text("[data-testid='token-popover']", |text| !text.is_empty());
    let shown: String = popover.chars().filter(char::is_ascii_digit).collect();
    assert!(shown.contains(id.as_str().unwrap()), "token {id} in {popover:?}");
    app.close();

    let app = App::start(start());
    app.click("rail-history");
    app.click("history-item");
    let again = app.wait_for_answer("complete");
    assert_eq!(again, answer);
    // See-through for ever: the stored tokens, with no model loaded.
    app.find_css("[data-testid='message-assistant'] [data-testid='token']");
    app.close();
}

#[test]
fn killed_in_mid_answer_it_loses_at_most_the_last_second() {
    let data = tempfile::tempdir().unwrap();
    let app = App::start(Start::new(data.path()));
    app.start_bundled();
    let workers = processes::of("vitrine-worker", &app.data);
    assert_eq!(workers.len(), 1);
    let worker = workers[0];
    // The whole story takes a third of a second. The worker gets it in slices of a few milliseconds, so that the
    // answer is surely half when it is halted for good.
    processes::signal(worker, libc::SIGSTOP);
    app.say(STORY);
    let mut seen = String::new();
    for slice in 0.. {
        assert!(slice < 300, "no text came");
        processes::signal(worker, libc::SIGCONT);
        std::thread::sleep(Duration::from_millis(3));
        processes::signal(worker, libc::SIGSTOP);
        // Longer than the shell collects tokens and the window draws them.
        std::thread::sleep(Duration::from_millis(120));
        seen = app.text("[data-testid='message-assistant'] [data-testid='answer-text']");
        if seen.chars().count() > 3 {
            break;
        }
    }
    // What is on the screen now must be safe within a second of its coming.
    std::thread::sleep(Duration::from_millis(900));
    app.kill();

    let app = App::start(Start::new(data.path()));
    app.click("rail-history");
    app.click("history-item");
    app.find("message-assistant");
    let status = app.script(
        "return document.querySelector(\"[data-testid='message-assistant']\").dataset.status",
        vec![],
    );
    let status = status.as_str().unwrap();
    let saved = app.text("[data-testid='message-assistant'] [data-testid='answer-text']");
    assert!(saved.starts_with(seen.trim_end()), "seen {seen:?}, saved {saved:?}");
    assert_eq!(status, "interrupted", "the answer was killed half-way: {saved:?}");
    assert!(app.text("[data-testid='message-user']").contains(STORY));
    app.close();
}

#[test]
fn a_bad_file_is_explained_and_everything_else_goes_on() {
    let data = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let broken = files.path().join("半个 模型.gguf");
    let bytes = std::fs::read(starter()).unwrap();
    std::fs::write(&broken, &bytes[..bytes.len() / 2]).unwrap();
    let good = files.path().join("我的 模型.gguf");
    std::fs::copy(starter(), &good).unwrap();

    let app = App::start(Start { picks: vec![broken, good], ..Start::new(data.path()) });
    app.click("open-file");
    let card = app.wait_for_text("[data-testid='error-card']", |text| !text.is_empty());
    assert!(!card.contains("undefined") && !card.contains("{"), "{card}");
    app.click("rail-models");
    app.click("open-file");
    // What it is comes first; nothing is loaded until it is wanted.
    let card = app.wait_for_text("[data-testid='preflight']", |text| !text.is_empty());
    assert!(!card.contains("undefined") && !card.contains("{"), "{card}");
    assert!(processes::of("vitrine-worker", &app.data).is_empty());
    app.click("card-main");
    app.find_css("[data-testid='model-card']");
    app.click("rail-chat");
    app.say("Hello");
    app.wait_for_answer("complete");

    // The worker dies: one plain message, the conversation stays, a new start works.
    let workers = processes::of("vitrine-worker", &app.data);
    processes::signal(workers[0], libc::SIGKILL);
    app.click("rail-models");
    app.find("error-card");
    app.click("rail-chat");
    assert!(app.text("[data-testid='message-user']").contains("Hello"));
    app.click("rail-models");
    app.start_bundled_from_list();

    // The model that was in it is not loaded again without a word.
    app.press("[data-testid='recent-model']:nth-child(2) button", 0);
    app.find("trouble");
    app.click("card-leave");
    app.close();
}

#[test]
fn opened_with_a_file_it_shows_what_it_is_and_loads_it_when_told() {
    let data = tempfile::tempdir().unwrap();
    let path = starter().to_string_lossy().into_owned();
    let app = App::start(Start { arguments: vec![path], ..Start::new(data.path()) });
    app.find("preflight");
    app.find_css("[data-testid='verdict'][data-verdict='runs_well']");
    app.click("card-main");
    app.find("model-card");
    app.click("unload");
    processes::wait_until_gone("vitrine-worker", &app.data);
    app.close();
}

impl App {
    /// The bundled model from the Models view, when there is no hero any more.
    fn start_bundled_from_list(&self) {
        self.start_bundled();
        self.click("rail-models");
        self.find("model-card");
    }
}

/// The system's own dialog, not its stand-in: everything in between is real too.
#[test]
fn the_native_dialog_opens_a_file_with_a_chinese_name() {
    let data = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let model = files.path().join("千问 小.gguf");
    std::fs::copy(starter(), &model).unwrap();
    let app = App::start(Start::new(data.path()));
    app.click("open-file");
    let title = "Choose a model file";
    let dialog = xdotool(&["search", "--sync", "--onlyvisible", "--name", title]).expect("the dialog opens");
    let dialog = dialog.lines().next().unwrap();
    // A keystroke can come before the dialog is ready for it: once more, then, until it has closed.
    for attempt in 1.. {
        assert!(attempt <= 5, "the dialog does not take the path");
        let pause = || std::thread::sleep(Duration::from_millis(300 * attempt));
        xdotool(&["windowfocus", dialog]).expect("it takes the focus");
        pause();
        // Without the shortcut for "enter a path" typing would go into the search.
        xdotool(&["key", "ctrl+l"]).expect("it takes keys");
        pause();
        xdotool(&["key", "ctrl+a"]).expect("it takes keys");
        xdotool(&["type", "--delay", "12", model.to_str().unwrap()]).expect("it takes text");
        pause();
        xdotool(&["key", "Return"]).expect("it takes keys");
        pause();
        if xdotool(&["search", "--onlyvisible", "--name", title]).is_err() {
            break;
        }
    }
    app.click("card-main");
    app.find("model-card");
    app.close();
}

/// What xdotool prints; `Err` where it finds no window.
pub fn xdotool(arguments: &[&str]) -> Result<String, String> {
    let output = std::process::Command::new("timeout").arg("30").arg("xdotool").args(arguments).output();
    let output = output.expect("xdotool runs (Debian package xdotool)");
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("xdotool {arguments:?}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

#[test]
fn a_file_goes_along_and_the_answer_begins_as_it_was_told_to() {
    let data = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let notes = files.path().join("笔记 notes.md");
    std::fs::write(&notes, "The river is called 长江.\n").unwrap();
    let app = App::start(Start { picks: vec![notes], ..Start::new(data.path()) });
    app.start_bundled();
    app.click("attach");
    let chip = app.wait_for_text("[data-testid='attachment']", |text| text.contains("token"));
    assert!(chip.contains("笔记 notes.md") && chip.contains(|c: char| c.is_ascii_digit()), "{chip}");
    app.click("prefill-toggle");
    app.fill("prefill", "The area is $A = \\pi r^2$, **that** is");
    app.say("What is the river called?");
    let answer = app.wait_for_answer("complete");
    assert!(answer.starts_with("The area is"), "{answer}");
    assert!(app.text("[data-testid='quoted-file']").contains("笔记 notes.md"));
    // Formulas and formatted text in the window itself, under its own content policy.
    app.click("layer-off");
    app.find_css(".katex .mord");
    app.find_css(".markdown strong");
    app.screenshot("en-chat-formatted");
    app.close();
}
