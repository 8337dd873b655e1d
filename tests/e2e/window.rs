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
        json!([
            "menu_explain",
            "menu_what_if",
            "look_here",
            "menu_copy_answer",
            "menu_picture",
            "regenerate",
            "prompt_flip",
            "message_split",
            "answer_delete"
        ])
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

/// The language is asked on a system that has none of ours, the web view's own zoom is set by key; both are there after a
/// start.
#[test]
fn text_size_and_language_are_kept() {
    let data = tempfile::tempdir().unwrap();
    let start = || Start { locale: "fr_FR.UTF-8", ..Start::new(data.path()) };
    let language = |app: &App| app.script("return document.documentElement.lang", vec![]);
    let app = App::start(start());
    app.find("language-question");
    app.screenshot("language");
    app.click("language-zh-CN");
    app.find("rail-settings");
    assert_eq!(language(&app), json!("zh-CN"));
    let width = |app: &App| app.script("return innerWidth", vec![]).as_f64().expect("pixels");
    let before = width(&app);
    app.session.with_ctrl("=").unwrap();
    app.session.with_ctrl("=").unwrap();
    app.wait_for_text("[data-testid='status-zoom']", |text| text.contains("125"));
    assert!((width(&app) - before / 1.25).abs() < 2.0, "{before} became {}", width(&app));
    app.close();

    let app = App::start(start());
    app.wait_for_text("[data-testid='status-zoom']", |text| text.contains("125"));
    assert!((width(&app) - before / 1.25).abs() < 2.0, "{before} became {}", width(&app));
    assert_eq!(language(&app), json!("zh-CN"));
    // WebDriver's clicks go astray where the web view enlarges: it does not count that in.
    let press = |id: &str| {
        app.find(id);
        app.script("document.querySelector(`[data-testid='${arguments[0]}']`).click()", vec![json!(id)]);
    };
    press("rail-settings");
    app.find("settings-about");
    app.screenshot("settings");
    press("diagnostics-open");
    app.find("text-pane");
    app.screenshot("diagnostics");
    app.session.type_keys(ESCAPE).unwrap();
    app.session.with_ctrl("0").unwrap();
    let start = std::time::Instant::now();
    while (width(&app) - before).abs() > 2.0 {
        assert!(start.elapsed() < crate::app::PATIENCE, "still {}", width(&app));
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    app.close();
}

/// A window manager for as long as it is held; the display has none by itself.
pub struct WindowManager(std::process::Child);

impl WindowManager {
    pub fn start() -> Self {
        let quiet = std::process::Stdio::null;
        let started = std::process::Command::new("openbox").stdout(quiet()).stderr(quiet()).spawn();
        let manager = Self(started.expect("openbox starts (Debian package openbox)"));
        let root = ["-root", "_NET_SUPPORTING_WM_CHECK"];
        until("a window manager", || xprop(&root).contains("window id").then_some(()));
        manager
    }
}

impl Drop for WindowManager {
    fn drop(&mut self) {
        // Ended already, mostly.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn xprop(arguments: &[&str]) -> String {
    let output = std::process::Command::new("xprop").args(arguments).output();
    String::from_utf8_lossy(&output.expect("xprop runs (Debian package x11-utils)").stdout).into_owned()
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = std::time::Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < crate::app::PATIENCE, "{what} never came");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// Seen from the desktop: the title and the flag by which task bars point at a window.
#[test]
fn what_ends_while_one_looks_elsewhere_is_told_by_title_and_task_bar_until_one_is_back() {
    let manager = WindowManager::start();
    let data = tempfile::tempdir().unwrap();
    let app = App::start(Start { locale: "en_US.UTF-8", ..Start::new(data.path()) });
    app.find("start-bundled");
    let windows = crate::journeys::xdotool(&["search", "--sync", "--onlyvisible", "--class", "vitrine"]);
    let window = windows.expect("the window is there").lines().next().expect("a window").to_owned();
    let look = |property: &str| xprop(&["-id", &window, property]);
    let told = "window.__TAURI_INTERNALS__.invoke('window_notice', { title: 'The answer is there' })";

    crate::journeys::xdotool(&["windowactivate", "--sync", &window]).expect("it has the focus");
    app.script(told, vec![]);
    assert!(!look("WM_NAME").contains("The answer"), "whoever looks at it is told nothing");

    crate::journeys::xdotool(&["windowminimize", "--sync", &window]).expect("it is out of sight");
    until("no focus", || look("_NET_WM_STATE").contains("HIDDEN").then_some(()));
    app.script(told, vec![]);
    until("the title", || look("_NET_WM_NAME").contains("The answer is there").then_some(()));
    until("the flag", || look("_NET_WM_STATE").contains("DEMANDS_ATTENTION").then_some(()));

    crate::journeys::xdotool(&["windowactivate", "--sync", &window]).expect("it is back");
    until("the title of before", || (!look("_NET_WM_NAME").contains("The answer")).then_some(()));
    until("no flag", || (!look("_NET_WM_STATE").contains("DEMANDS_ATTENTION")).then_some(()));
    app.close();
    drop(manager);
}
