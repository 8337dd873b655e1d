//! Words that are composed, by GTK's own input method: Ctrl+Shift+U, the number of a character, and Enter. It is there
//! on every machine, and to the web view it is what ibus and fcitx are: a text that is not final yet, keys that are told
//! as 229, and an Enter or Esc that belongs to the word alone. WebKit ends the composition before it tells that key.

use serde_json::{json, Value};

use crate::app::{App, Start};
use crate::journeys::xdotool;
use crate::window::WindowManager;

const NUMBER: &[&str] = &["ctrl+shift+u", "4", "e", "2", "d"];
const WORD: &str = "中";

/// Keys as the keyboard sends them, through the display and the input method.
fn press(keys: &[&str]) {
    let mut arguments = vec!["key", "--delay", "40"];
    arguments.extend(keys);
    xdotool(&arguments).expect("xdotool types (Debian package xdotool)");
}

struct Field<'a> {
    app: &'a App,
    id: &'static str,
}

impl Field<'_> {
    fn wait_for(&self, what: &str, wanted: &Value) {
        let script = "const field = document.querySelector(`[data-testid='${arguments[0]}']`); return field ? field.value : null;";
        let start = std::time::Instant::now();
        loop {
            let value = self.app.script(script, vec![json!(self.id)]);
            if value == *wanted {
                return;
            }
            assert!(
                start.elapsed() < crate::app::PATIENCE,
                "{}: {what}: {value} instead of {wanted}",
                self.id
            );
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    /// Begins a word. It is in the field, and not final.
    fn compose(&self) {
        press(NUMBER);
        self.wait_for("the word is being composed", &json!("u4e2d"));
    }

    /// Enter takes the word and does nothing else.
    fn takes_the_word(&self) {
        self.compose();
        press(&["Return"]);
        self.wait_for("Enter takes the word", &json!(WORD));
    }

    /// Esc gives the word up and does nothing else.
    fn gives_it_up(&self) {
        self.compose();
        press(&["Escape"]);
        self.wait_for("Esc gives the word up", &json!(""));
    }

    fn empty(&self) {
        press(&["ctrl+a", "BackSpace"]);
        self.wait_for("it is empty", &json!(""));
    }

    fn is_gone(&self) {
        self.wait_for("it is gone", &Value::Null);
    }
}

#[test]
fn the_enter_and_the_esc_that_end_a_word_do_nothing_else() {
    let manager = WindowManager::start();
    let data = tempfile::tempdir().unwrap();
    let app = App::start(Start::new(data.path()));
    app.start_bundled();
    let windows = xdotool(&["search", "--sync", "--onlyvisible", "--class", "vitrine"]);
    let window = windows.expect("the window is there").lines().next().expect("a window").to_owned();
    xdotool(&["windowactivate", "--sync", &window]).expect("it has the focus");
    let field = |id| Field { app: &app, id };

    // The message: the first Enter is the word's, the second sends.
    app.script("document.querySelector(\"[data-testid='composer']\").focus()", vec![]);
    let composer = field("composer");
    composer.gives_it_up();
    composer.takes_the_word();
    assert!(app.all("[data-testid='message-user']").is_empty(), "a word that was taken was sent");
    press(&["Return"]);
    app.wait_for_text("[data-testid='message-user']", |text| text.contains(WORD));
    app.wait_for_answer("complete");

    // The palette: Esc closes it only when there is no word to give up.
    press(&["ctrl+k"]);
    let palette = field("palette-input");
    palette.gives_it_up();
    palette.takes_the_word();
    press(&["Escape"]);
    palette.is_gone();

    // Finding in the conversation.
    press(&["ctrl+f"]);
    let find = field("find-input");
    find.gives_it_up();
    find.takes_the_word();
    press(&["Escape"]);
    find.is_gone();

    // The title: what is selected goes when the word begins.
    app.script("document.querySelector(\"[data-testid='chat-title']\").focus()", vec![]);
    press(&["Return"]);
    let title = field("chat-title-field");
    title.gives_it_up();
    title.takes_the_word();
    press(&["Return"]);
    title.is_gone();
    app.wait_for_text("[data-testid='chat-title']", |text| text.trim() == WORD);

    // The history: its search, and a name in its list.
    app.click("rail-history");
    app.script("document.querySelector(\"[data-testid='history-filter']\").focus()", vec![]);
    let filter = field("history-filter");
    filter.gives_it_up();
    filter.takes_the_word();
    filter.empty();
    app.click("history-rename");
    let name = field("history-name");
    name.gives_it_up();
    name.takes_the_word();
    press(&["Return"]);
    name.is_gone();
    app.close();
    drop(manager);
}
