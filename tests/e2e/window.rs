//! The window as a desktop app's: its own menus and keys, in the web view that would rather be a browser.

use serde_json::{json, Value};

use crate::app::{App, Start};

const TOKEN: &str = "[data-testid='message-assistant'] [data-testid='token']";
/// WebDriver's codes.
const F5: &str = "\u{e035}";
const ESCAPE: &str = "\u{e00c}";
const ENTER: &str = "\u{e007}";

fn has_focus(app: &App, id: &str) {
    let script = "return document.activeElement?.dataset.testid ?? document.activeElement?.tagName";
    let start = std::time::Instant::now();
    loop {
        let focus = app.script(script, vec![]);
        if focus == json!(id) {
            return;
        }
        assert!(start.elapsed() < crate::app::PATIENCE, "{id} wanted, {focus} has the focus");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

fn items(app: &App) -> Value {
    app.script(
        "return [...document.querySelectorAll('[data-item]')].map((item) => item.dataset.item)",
        vec![],
    )
}

/// From the right click on a token to a letter typed into nothing; nothing on the way loads the page anew.
#[test]
fn menus_and_keys_are_those_of_an_app() {
    let data = tempfile::tempdir().unwrap();
    let app = App::start(Start { locale: "en_US.UTF-8", ..Start::new(data.path()) });
    app.start_bundled();
    app.say("Tell me a story.");
    app.wait_for_answer("complete");
    app.script("window.sameAsBefore = true", vec![]);

    let token = app.all(TOKEN).into_iter().nth(2).expect("a token");
    app.session.right_click(&token).unwrap();
    app.find("context-menu");
    assert_eq!(
        items(&app),
        json!(["menu_explain", "menu_what_if", "look_here", "menu_copy_answer", "regenerate", "prompt_flip"])
    );
    app.screenshot("menu");
    app.session.type_keys(ESCAPE).unwrap();
    app.session.right_click(&app.find("message-user")).unwrap();
    app.find("context-menu");
    app.session.type_keys(ESCAPE).unwrap();
    app.session.right_click(&app.find("rail-chat")).unwrap();
    assert_eq!(items(&app), json!([]), "nothing to do there, and no browser's menu either");

    app.session.type_keys(F5).unwrap();
    app.session.with_ctrl("r").unwrap();
    assert_eq!(app.script("return window.sameAsBefore", vec![]), json!(true), "the page was loaded anew");

    app.session.with_ctrl("f").unwrap();
    has_focus(&app, "find-input");
    app.session.type_keys("the").unwrap();
    app.wait_for_text("[data-testid='find-count']", |text| text.contains("of"));
    let marked = "return CSS.highlights.get('found-now')?.size ?? 0";
    assert_eq!(app.script(marked, vec![]), json!(1), "the current one is marked");
    app.session.type_keys(ENTER).unwrap();
    app.screenshot("find");
    app.session.type_keys(ESCAPE).unwrap();
    has_focus(&app, "composer");

    app.script(&format!("document.querySelector(\"{TOKEN}\").focus()"), vec![]);
    app.session.type_keys("hi").unwrap();
    let typed = "return document.querySelector(\"[data-testid='composer']\").value";
    assert_eq!(app.script(typed, vec![]), json!("hi"), "no letter is lost");

    // Deleted, and taken back without the note.
    app.click("rail-history");
    app.click("history-delete");
    app.find("undo");
    app.script("document.activeElement.blur()", vec![]);
    app.session.with_ctrl("z").unwrap();
    app.find("history-item");
    app.close();
}

/// The web view's own zoom, by key, and after a start.
#[test]
fn the_size_of_everything_is_kept() {
    let data = tempfile::tempdir().unwrap();
    let app = App::start(Start::new(data.path()));
    app.find("rail-settings");
    let width = |app: &App| app.script("return innerWidth", vec![]).as_f64().expect("pixels");
    let before = width(&app);
    app.session.with_ctrl("=").unwrap();
    app.session.with_ctrl("=").unwrap();
    app.wait_for_text("[data-testid='status-zoom']", |text| text.contains("125"));
    assert!((width(&app) - before / 1.25).abs() < 2.0, "{before} became {}", width(&app));
    app.close();

    let app = App::start(Start::new(data.path()));
    app.wait_for_text("[data-testid='status-zoom']", |text| text.contains("125"));
    assert!((width(&app) - before / 1.25).abs() < 2.0, "{before} became {}", width(&app));
    app.session.with_ctrl("0").unwrap();
    let start = std::time::Instant::now();
    while (width(&app) - before).abs() > 2.0 {
        assert!(start.elapsed() < crate::app::PATIENCE, "still {}", width(&app));
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    app.close();
}
