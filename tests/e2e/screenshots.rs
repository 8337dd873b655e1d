//! Pictures of every view, in both languages and both themes, from the real window. Only with
//! `VITRINE_SCREENSHOTS=FOLDER` (`make screenshots`); without it the same walk checks that every view opens.

use serde_json::json;

use crate::app::{App, Start};

#[tokio::test]
async fn every_view_in_both_languages_and_themes() {
    for (locale, language, question, text) in [
        ("zh_CN.UTF-8", "zh", "埃菲尔铁塔在哪个国家？", "透窗让你看见模型怎样写字 🗼"),
        ("en_US.UTF-8", "en", "Which country is the Eiffel Tower in?", "Vitrine shows how a model writes 🗼"),
    ] {
        let data = tempfile::tempdir().unwrap();
        let app = App::start(Start { locale, ..Start::new(data.path()) }).await;
        app.find("start-bundled").await;
        app.screenshot(&format!("{language}-first-start")).await;
        app.start_bundled().await;
        app.screenshot(&format!("{language}-chat-empty")).await;
        app.say(question).await;
        app.wait_for_answer("complete").await;

        for theme in ["light", "dark"] {
            app.click("rail-settings").await;
            choose(&app, "theme-select", theme).await;
            app.screenshot(&format!("{language}-settings-{theme}")).await;
            app.click("rail-chat").await;
            let pin = "const token = document.querySelectorAll(\"[data-testid='token']\")[1]; token.focus(); token.click();";
            app.script(pin, vec![]).await;
            app.find("lens").await;
            app.screenshot(&format!("{language}-chat-{theme}")).await;
            app.click("rail-tokens").await;
            let write = "const box = document.querySelector(\"[data-testid='tokens-input']\"); box.value = arguments[0]; box.dispatchEvent(new InputEvent('input', {bubbles: true}));";
            app.find("tokens-input").await;
            app.script(write, vec![json!(text)]).await;
            app.find_css("[data-testid='tokens-output'] [data-testid='token']").await;
            app.screenshot(&format!("{language}-tokens-{theme}")).await;
            app.click("rail-models").await;
            app.find("model-card").await;
            app.screenshot(&format!("{language}-models-{theme}")).await;
            app.click("rail-history").await;
            app.find("history-item").await;
            app.screenshot(&format!("{language}-history-{theme}")).await;
        }
        app.close().await;
    }
}

/// Picks an option of a select by its value.
async fn choose(app: &App, id: &str, value: &str) {
    let script = "const box = document.querySelector(`[data-testid='${arguments[0]}']`); box.value = arguments[1]; box.dispatchEvent(new Event('change', {bubbles: true}));";
    app.find(id).await;
    app.script(script, vec![json!(id), json!(value)]).await;
}
