//! Pictures of every view, in both languages and both themes, from the real window. Only with
//! `VITRINE_SCREENSHOTS=FOLDER` (`make screenshots`); without it the same walk checks that every view opens.

use serde_json::json;

use crate::app::{App, Start};

#[test]
fn every_view_in_both_languages_and_themes() {
    for (locale, language, question, text) in [
        ("zh_CN.UTF-8", "zh", "埃菲尔铁塔在哪个国家？", "透窗让你看见模型怎样写字 🗼"),
        ("en_US.UTF-8", "en", "Which country is the Eiffel Tower in?", "Vitrine shows how a model writes 🗼"),
    ] {
        let data = tempfile::tempdir().unwrap();
        let app = App::start(Start { locale, ..Start::new(data.path()) });
        app.find("start-bundled");
        app.screenshot(&format!("{language}-first-start"));
        app.start_bundled();
        app.screenshot(&format!("{language}-chat-empty"));
        app.say(question);
        app.wait_for_answer("complete");

        for theme in ["light", "dark"] {
            app.click("rail-settings");
            choose(&app, "theme-select", theme);
            app.screenshot(&format!("{language}-settings-{theme}"));
            app.click("rail-chat");
            let pin = "const token = document.querySelectorAll(\"[data-testid='token']\")[1]; token.focus(); token.click();";
            app.script(pin, vec![]);
            app.find("lens");
            app.screenshot(&format!("{language}-chat-{theme}"));
            app.click("rail-tokens");
            app.fill("tokens-input", text);
            app.find_css("[data-testid='tokens-output'] [data-testid='token']");
            app.screenshot(&format!("{language}-tokens-{theme}"));
            app.click("rail-models");
            app.find("model-card");
            app.screenshot(&format!("{language}-models-{theme}"));
            app.click("rail-history");
            app.find("history-item");
            app.screenshot(&format!("{language}-history-{theme}"));
        }
        app.close();
    }
}

/// Picks an option of a select by its value.
fn choose(app: &App, id: &str, value: &str) {
    let script = "const box = document.querySelector(`[data-testid='${arguments[0]}']`); box.value = arguments[1]; box.dispatchEvent(new Event('change', {bubbles: true}));";
    app.find(id);
    app.script(script, vec![json!(id), json!(value)]);
}
