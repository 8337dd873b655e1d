//! What a first hour in the chat does again and again: ten questions, other versions, too long a message, steps by
//! keys, a narrow window.

use std::path::Path;
use std::time::Instant;

use serde_json::json;

use crate::app::{App, Start, PATIENCE};

const QUESTION: &str = "Which country is the Eiffel Tower in?";
const TOKENS: &str = "[data-testid='message-assistant'] [data-testid='token']";
const SEED: &str = "[data-testid='seed-of']";
const VERSION: &str = "[data-testid='version']";

/// What of the newest turn is out of the thread's sight or lies under something else, as a list.
const OUT_OF_SIGHT: &str = r#"
    const thread = document.querySelector("[data-testid='thread']")?.getBoundingClientRect();
    if (!thread) return ["no thread"];
    const found = [];
    for (const id of ["message-user", "message-assistant", "stop-reason", "regenerate"]) {
        const all = document.querySelectorAll(`[data-testid='${id}']`);
        const element = all[all.length - 1];
        if (!element) { found.push(`${id} is missing`); continue; }
        const box = element.getBoundingClientRect();
        if (box.top < thread.top - 1 || box.bottom > thread.bottom + 1) {
            found.push(`${id} stands from ${box.top} to ${box.bottom}, the thread from ${thread.top} to ${thread.bottom}`);
        } else {
            const at = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
            if (!at || !(element.contains(at) || at.contains(element))) found.push(`${id} is covered`);
        }
    }
    if (document.querySelector("[data-testid='to-end']")) found.push("it no longer follows");
    return found;
"#;

fn started(data: &Path) -> App {
    let app = App::start(Start::new(data));
    app.start_bundled();
    app
}

impl App {
    /// Typed as a person does it: the composer grows with a line and shrinks again, its hint comes and goes.
    fn type_and_send(&self, text: &str) {
        for part in [text.chars().take(1).collect(), format!("{text}\n\n\n\n"), text.to_owned()] {
            self.fill("composer", &part);
            self.wait_for_a_frame();
        }
        self.key("[data-testid='composer']", "Enter");
    }

    /// What was written into the page is laid out and painted.
    fn wait_for_a_frame(&self) {
        self.script("window.frames_ = 0; requestAnimationFrame(() => requestAnimationFrame(() => window.frames_ = 1));", vec![]);
        self.wait_for("two frames", "return window.frames_", |frames| frames == json!(1));
    }

    /// Waits until `check` holds for what a script gives.
    fn wait_for(
        &self,
        what: &str,
        script: &str,
        check: impl Fn(serde_json::Value) -> bool,
    ) -> serde_json::Value {
        let start = Instant::now();
        loop {
            let value = self.script(script, vec![]);
            if check(value.clone()) {
                return value;
            }
            assert!(start.elapsed() < PATIENCE, "{what}: {value}. The window says:\n{}", self.body());
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    fn ask_and_look(&self, turn: usize) {
        self.type_and_send(&format!("{turn}. What colour is the sky?"));
        let newest = format!("{turn}. ");
        self.wait_for_text("[data-testid='message-user']", |text| text.trim().starts_with(&newest));
        let idle = "return [...document.querySelectorAll(\"[data-testid='message-assistant'], [data-testid='compare-other']\")].every((one) => one.getAttribute('aria-busy') !== 'true') && document.querySelectorAll(\"[data-testid='send']\").length";
        self.wait_for("the answer ends", idle, |ends| ends == json!(1));
        self.wait_for(&format!("turn {turn}"), OUT_OF_SIGHT, |faults| faults == json!([]));
    }

    /// Waits until it is gone.
    fn wait_for_none(&self, id: &str) {
        let script = format!("return document.querySelectorAll(\"[data-testid='{id}']\").length");
        self.wait_for(id, &script, |count| count == json!(0));
    }

    /// The focused element's test id.
    fn focused(&self) -> String {
        let id = self.script("return document.activeElement?.dataset?.testid ?? ''", vec![]);
        id.as_str().unwrap_or_default().to_owned()
    }

    /// A real Enter on what has the focus: a button presses itself.
    fn enter(&self) {
        self.script("document.activeElement.click()", vec![]);
    }
}

#[test]
fn ten_questions_and_their_answers_stay_in_sight() {
    let data = tempfile::tempdir().unwrap();
    let app = started(data.path());
    for turn in 1..=10 {
        // With the lens beside it, and without.
        if turn == 6 {
            app.click("lens-toggle");
        }
        app.ask_and_look(turn);
    }
    app.screenshot("en-ten-questions");
    app.close();
}

#[test]
fn ten_questions_to_two_models_stay_in_sight() {
    let data = tempfile::tempdir().unwrap();
    let app = started(data.path());
    app.click("compare");
    app.press("[data-testid='compare-choice']", 1);
    app.find_css("[data-testid='compare'][aria-pressed='true'][aria-expanded='false']");
    for turn in 1..=10 {
        app.ask_and_look(turn);
    }
    app.screenshot("en-ten-questions-two-models");
    app.close();
}

#[test]
fn another_version_is_another_one_after_a_what_if_and_a_go_on() {
    let data = tempfile::tempdir().unwrap();
    let app = started(data.path());
    app.say("Tell me a little story");
    app.wait_for_answer("complete");
    let first = app.wait_for_text(SEED, |text| !text.is_empty());
    app.press(TOKENS, 1);
    app.press("[data-testid='candidate-pick']", 0);
    app.wait_for_text(VERSION, |text| text == "2/2");
    app.wait_for_answer("complete");
    app.press("[data-testid='go-on']:enabled", 0);
    app.wait_for_text(VERSION, |text| text == "3/3");
    app.wait_for_answer("complete");
    assert_eq!(app.text(SEED), first, "they are written as the first was");

    let mut seen = vec![first];
    for versions in 4..=6 {
        app.press("[data-testid='regenerate']:enabled", 0);
        app.wait_for_text(VERSION, |text| text == format!("{versions}/{versions}"));
        app.wait_for_answer("complete");
        seen.push(app.wait_for_text(SEED, |text| !text.is_empty()));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 4, "every version draws with a seed of its own: {seen:?}");

    // With a seed that is fixed, the app says so instead of writing the same once more.
    app.press(SEED, 0);
    app.press("[data-testid='regenerate']:enabled", 0);
    app.find_css("[data-testid='repeat-offer'][data-why='seed']");
    assert_eq!(app.text(VERSION), "6/6");
    app.click("repeat-anew");
    app.wait_for_text(VERSION, |text| text == "7/7");
    app.close();
}

#[test]
fn a_message_that_does_not_fit_is_not_sent_and_every_word_stays() {
    let data = tempfile::tempdir().unwrap();
    let app = started(data.path());
    let long = "river ".repeat(1500);
    app.fill("composer", &long);
    app.key("[data-testid='composer']", "Enter");
    let warning = app.wait_for_text("[data-testid='context-warning']", |text| text.contains("1,024"));
    assert!(warning.contains("This message alone"), "{warning}");
    assert!(app.all("[data-testid='message-user']").is_empty());
    let kept = app.script("return document.querySelector(\"[data-testid='composer']\").value", vec![]);
    assert_eq!(kept, json!(long));
    app.find_css("[data-testid='send']:disabled");
    app.screenshot("en-too-long");
    // Cut to what fits, it is sent; what was cut off comes back.
    app.click("cut");
    app.find("cut-rest");
    app.find_css("[data-testid='send']:enabled");
    app.screenshot("en-cut");
    app.click("send");
    app.wait_for_answer("complete");
    let asked = app.text("[data-testid='question-words']");
    assert!(asked.contains("river river") && asked.len() < long.len(), "{} bytes", asked.len());
    app.click("cut-back");
    let back = app.script("return document.querySelector(\"[data-testid='composer']\").value", vec![]);
    let back = back.as_str().unwrap_or_default();
    assert!(long.trim().ends_with(back) && !back.is_empty(), "{} bytes", back.len());
    app.click("new-conversation");
    app.fill("composer", QUESTION);
    app.find_css("[data-testid='send']:enabled");
    app.click("send");
    app.wait_for_answer("complete");
    app.close();
}

#[test]
fn a_base_model_is_not_told_to_have_failed() {
    let data = tempfile::tempdir().unwrap();
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/starter/vitrine-starter-base.gguf");
    let arguments = vec![base.to_string_lossy().into_owned()];
    let app = App::start(Start { arguments, ..Start::new(data.path()) });
    app.click("card-main");
    app.find("model-card");
    app.click("rail-chat");
    app.say("The Eiffel Tower stands in");
    app.wait_for_answer("complete");
    let note = app.wait_for_text("[data-testid='answer-completion']", |text| !text.is_empty());
    assert!(!note.contains("fail"), "{note}");
    assert!(app.all("[data-testid='answer-fallback']").is_empty());
    app.close();
}

#[test]
fn steps_are_taken_by_enter_alone_and_going_on_goes_by_steps() {
    let data = tempfile::tempdir().unwrap();
    let app = started(data.path());
    let place = app.ask_by_steps(QUESTION);
    // Ctrl+E goes to the first candidate.
    app.script("document.querySelector(\"[data-testid='candidate-pick']\").focus()", vec![]);
    for token in 2..=4 {
        assert_eq!(app.focused(), "candidate-pick");
        app.enter();
        app.wait_for_text(place, |text| text.contains(&format!("Token {token} ")));
        app.wait_for_a_frame();
    }
    app.screenshot("en-step-by-keys");
    app.click("step-stop");
    app.wait_for_answer("complete");
    app.press("[data-testid='go-on']:enabled", 0);
    app.wait_for_text(place, |text| text.contains("Token 4 "));
    app.click("step-stop");
    app.close();
}

#[test]
fn in_a_narrow_window_the_lens_comes_and_goes_and_leaves_the_button_free() {
    let data = tempfile::tempdir().unwrap();
    let app = started(data.path());
    app.say(QUESTION);
    app.wait_for_answer("complete");
    app.resize(900, 640);
    app.press(TOKENS, 1);
    app.find("lens");
    app.screenshot("en-narrow-lens");
    app.fill("composer", "And in which city?");
    let free = "const box = document.querySelector(\"[data-testid='send']\").getBoundingClientRect(); const at = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2); return Boolean(at?.closest(\"[data-testid='send']\"));";
    app.wait_for("the button is free", free, |free| free == json!(true));
    // Esc closes it; so does a press beside it; with a new conversation it is gone by itself.
    app.key("[data-testid='composer']", "Escape");
    app.wait_for_none("lens");
    app.press(TOKENS, 1);
    app.find("lens");
    let press = "document.querySelector(\"[data-testid='message-user']\").dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}))";
    app.script(press, vec![]);
    app.wait_for_none("lens");
    app.press(TOKENS, 2);
    app.find("lens");
    app.press("[data-testid='new-conversation']", 0);
    app.wait_for_none("lens");
    app.close();
}
