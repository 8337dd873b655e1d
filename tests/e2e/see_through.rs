//! See-through chat in the real window: an answer taken another way, walked by hand, wound back, and the prompt.

use std::path::Path;

use crate::app::{App, Start};

const QUESTION: &str = "Which country is the Eiffel Tower in?";
const TOKENS: &str = "[data-testid='message-assistant'] [data-testid='token']";
const VERSION: &str = "[data-testid='message-assistant'] [data-testid='version']";

fn started(data: &Path) -> App {
    let app = App::start(Start::new(data));
    app.start_bundled();
    app
}

#[test]
fn an_answer_is_taken_another_way_and_both_ways_stay() {
    let data = tempfile::tempdir().unwrap();
    let app = started(data.path());
    app.say(QUESTION);
    let first = app.wait_for_answer("complete");

    // What if the second token had been another one?
    app.press(TOKENS, 1);
    app.press("[data-testid='candidate-pick']", 0);
    app.wait_for_text(VERSION, |text| text == "2/2");
    let other = app.wait_for_answer("complete");
    assert_ne!(first, other);
    app.find_css(".token.fork");
    app.screenshot("en-what-if");
    app.press("[data-testid='branch-note'] button", 0);
    app.wait_for_text(VERSION, |text| text == "1/2");
    app.wait_for_text("[data-testid='answer-text']", |text| text == first);
    app.find_css(".token.left");

    // It is called what was asked, or what the user calls it.
    assert_eq!(app.text("[data-testid='chat-title']").trim(), QUESTION);
    app.click("chat-title");
    app.fill("chat-title-field", "Towers");
    app.key("[data-testid='chat-title-field']", "Enter");
    app.wait_for_text("[data-testid='chat-title']", |text| text.trim() == "Towers");

    // What the model really received.
    app.click("prompt-flip");
    let prompt = app.wait_for_text("[data-testid='prompt']", |text| text.contains("Eiffel"));
    assert!(!app.all("[data-testid='special-token']").is_empty(), "{prompt}");
    app.screenshot("en-prompt");
    app.close();

    // Both ways are there after a restart; an old answer is wound back with no model loaded.
    let app = App::start(Start::new(data.path()));
    app.click("rail-history");
    app.wait_for_text("[data-testid='history-open']", |text| text.contains("Towers"));
    app.click("history-open");
    app.wait_for_text(VERSION, |text| text == "1/2");
    let strip = "[data-testid='scrubber-strip']";
    app.find_css(strip);
    app.key(strip, "Home");
    app.key(strip, "ArrowRight");
    app.wait_for_text("[data-testid='scrubber-place']", |text| text.starts_with("2 /"));
    assert_eq!(app.all(".token.future").len(), app.all(TOKENS).len() - 2);
    app.find("what-if-other-model");
    app.close();
}

#[test]
fn an_answer_is_walked_token_by_token() {
    let data = tempfile::tempdir().unwrap();
    let app = started(data.path());
    let place = app.ask_by_steps(QUESTION);
    app.click("step-best");
    app.wait_for_text(place, |text| text.contains("Token 2 "));

    // A slider reshapes the candidates of the same token; what is cut stays and names its rule.
    app.fill("slider-top_k", "1");
    app.wait_for_text("[data-testid='step-survivors']", |text| text.starts_with("1 "));
    app.find_css("[data-testid='candidate'][data-cut='top_k']");
    app.screenshot("en-step");
    app.click("step-sample");
    app.wait_for_text(place, |text| text.contains("Token 3 "));

    // Guess first.
    app.press("[data-testid='guess-first']", 0);
    app.fill("guess-text", " Tower");
    app.click("guess-submit");
    let result = app.wait_for_text("[data-testid='guess-result']", |text| text.contains("Tower"));
    assert!(result.contains('%'), "{result}");
    app.click("step-run-on");
    let answer = app.wait_for_answer("complete");
    assert!(!answer.is_empty());
    app.find("go-on");
    app.close();
}
