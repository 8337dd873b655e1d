//! What a screen reader is told of the real window. axe-core looks at the page; what WebKitGTK makes of it is another
//! thing, and that is what people have.

use crate::accessible::{Bus, Node, State};
use crate::app::{App, Start, PATIENCE};

const QUESTION: &str = "Which country is the Eiffel Tower in?";
const VIEWS: [&str; 6] = ["Chat", "Tokens", "Models", "History", "Help", "Settings"];

/// The app with a reader beside it.
struct Reader {
    app: App,
    bus: Bus,
}

impl Reader {
    fn page(&self) -> Node {
        let window = self.bus.application("vitrine", PATIENCE).expect("the window is on the bus");
        let documents = window.with_role("document web");
        let page = documents.first().unwrap_or_else(|| panic!("no page in\n{}", window.told()));
        (*page).clone()
    }

    /// The page as soon as it is as `check` wants it: what is drawn is told a moment later.
    fn wait_for(&self, what: &str, check: impl Fn(&Node) -> bool) -> Node {
        let start = std::time::Instant::now();
        loop {
            let page = self.page();
            if check(&page) {
                return page;
            }
            assert!(start.elapsed() < PATIENCE, "{what} is not told. The page:\n{}", page.told());
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    }
}

/// What takes the focus has a name, one title stands above all, and no button is called a combo box.
fn faults(page: &Node) -> Vec<String> {
    let mut faults = Vec::new();
    for node in page.all() {
        // Boxes that scroll, CodeMirror's among them, can be given the focus; no key leads there.
        let is_page = ["document web", "scroll pane", "section"].contains(&node.role);
        if node.is(State::Focusable) && !is_page && node.name.trim().is_empty() {
            faults.push(format!("no name: {} {:?} {:?}", node.role, node.text, node.attributes));
        }
        let tag = node.attributes.get("tag").map(String::as_str);
        if node.role == "combo box" && tag == Some("button") {
            faults.push(format!("a button that is told as a combo box: {:?}", node.name));
        }
    }
    let titles = page.with_role("heading");
    let titles: Vec<&&Node> =
        titles.iter().filter(|one| one.attributes.get("level").is_some_and(|level| level == "1")).collect();
    if titles.len() != 1 {
        faults.push(format!("{} titles", titles.len()));
    }
    faults
}

fn names<'a>(nodes: &[&'a Node]) -> Vec<&'a str> {
    nodes.iter().map(|node| node.name.as_str()).collect()
}

#[test]
fn a_screen_reader_is_told_names_roles_and_the_answer() {
    let bus = match Bus::connect() {
        Ok(bus) => bus,
        Err(why) => {
            println!("skipped, there is no accessibility bus: {why}");
            return;
        }
    };
    let data = tempfile::tempdir().unwrap();
    let reader = Reader { app: App::start(Start::new(data.path())), bus };
    let app = &reader.app;

    // The window and its views.
    app.find("start-bundled");
    let window = reader.bus.application("vitrine", PATIENCE).expect("the window is on the bus");
    let frames = window.with_role("frame");
    assert!(
        frames.iter().any(|frame| frame.name.contains("Vitrine")),
        "the window's name:\n{}",
        window.told()
    );
    let page = reader.wait_for("the first screen", |page| page.find("landmark", "Views").is_some());
    let rail = page.find("landmark", "Views").expect("it was just there");
    assert_eq!(names(&rail.with_role("push button")), VIEWS, "{}", page.told());
    assert_eq!(faults(&page), [""; 0], "the first screen:\n{}", page.told());

    // Where one writes.
    app.start_bundled();
    let page = reader.wait_for("the message box with the focus", |page| {
        page.find("entry", "Your message").is_some_and(|entry| entry.is(State::Focused))
    });
    let entry = page.find("entry", "Your message").expect("it was just there");
    assert!(entry.is(State::Editable) && entry.is(State::Focusable), "{}", page.told());
    assert!(page.find("push button", "Send").is_some(), "{}", page.told());

    // The answer is told by sentences and with its end, in a region that interrupts nobody.
    app.say(QUESTION);
    let answer = app.wait_for_answer("complete");
    let page = reader.wait_for("the end of the answer", |page| {
        page.find("log", "Announcements").is_some_and(|log| {
            log.with_role("paragraph").iter().any(|one| one.text.contains("End of the answer"))
        })
    });
    let log = page.find("log", "Announcements").expect("it was just there");
    assert_eq!(log.attributes.get("live").map(String::as_str), Some("polite"), "{}", page.told());
    let told: Vec<&str> = log.with_role("paragraph").iter().map(|one| one.text.as_str()).collect();
    assert!(told.len() <= 3 && told.concat().contains("France"), "{told:?}");

    // Question and answer: whose it is, the words, then the tokens with their chances.
    let [asked, answered] = ["You said", "Answer"].map(|name| {
        page.find("article", name).unwrap_or_else(|| panic!("no article {name}:\n{}", page.told()))
    });
    let words = |node: &Node| node.all().iter().map(|one| one.text.clone()).collect::<Vec<_>>().join(" ");
    assert!(words(asked).contains(QUESTION), "{}", asked.told());
    let first_words = answered.with_role("paragraph").first().map(|one| one.text.clone()).unwrap_or_default();
    assert!(!first_words.is_empty() && answer.contains(first_words.trim()), "{first_words:?} of {answer:?}");
    let tokens = answered.with_role("tool bar");
    let tokens = tokens
        .first()
        .unwrap_or_else(|| panic!("no tokens:\n{}", answered.told()))
        .with_role("toggle button");
    assert!(tokens.len() > 3 && tokens.iter().all(|token| token.name.ends_with('%')), "{}", answered.told());
    assert_eq!(faults(&page), [""; 0], "a conversation:\n{}", page.told());

    // A token in the lens.
    app.press("[data-testid='message-assistant'] [data-testid='token']", 1);
    let page = reader.wait_for("the pinned token", |page| {
        page.with_role("toggle button").iter().any(|one| one.is(State::Pressed) && one.name.ends_with('%'))
    });
    assert!(page.find("landmark", "Lens").is_some(), "{}", page.told());

    // A dialog: named, modal, and nothing else is there while it is.
    app.click("rail-help");
    let page = reader.wait_for("the dialog", |page| !page.with_role("dialog").is_empty());
    let dialogs = page.with_role("dialog");
    assert!(dialogs[0].is(State::Modal) && dialogs[0].name == "Help", "{}", page.told());
    assert!(page.find("entry", "Your message").is_none(), "what lies below is still told:\n{}", page.told());
    app.session.type_keys("\u{e00c}").unwrap();
    reader.wait_for("the end of the dialog", |page| page.with_role("dialog").is_empty());

    // Every other view.
    for view in ["tokens", "models", "history", "settings"] {
        app.click(&format!("rail-{view}"));
        let page = reader.wait_for(view, |page| faults(page).is_empty());
        assert!(page.all().len() > 20, "{view} is almost empty:\n{}", page.told());
    }
    reader.app.close();
}
