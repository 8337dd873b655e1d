//! The token inspector, tab by tab: a text cut, a vocabulary browsed and made, two tokenizers side by side, a text read.

use std::path::Path;

use serde_json::json;

use crate::app::{App, Start};

const ROW: &str = "[data-testid='tokens-output'] [data-testid='token']";

impl App {
    fn tab(&self, name: &str) {
        self.click(&format!("inspector-tab-{name}"));
        self.find_css(&format!("[data-tab='{name}'][aria-selected='true']"));
    }

    /// The number that an element tells; digits may be grouped.
    fn number(&self, id: &str) -> u64 {
        let digits: String =
            self.text(&format!("[data-testid='{id}']")).chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    }
}

#[test]
fn a_text_is_looked_at_in_every_tab_in_chinese() {
    every_tab(&Journey {
        locale: "zh_CN.UTF-8",
        language: "zh",
        text: "埃菲尔铁塔在法国的巴黎🗼",
        word: "铁塔",
        surprising: &["日本", "东京"],
    });
}

#[test]
fn a_text_is_looked_at_in_every_tab_in_english() {
    every_tab(&Journey {
        locale: "en_US.UTF-8",
        language: "en",
        text: "The Eiffel Tower is in Paris 🗼",
        word: "tower",
        surprising: &[],
    });
}

struct Journey {
    locale: &'static str,
    language: &'static str,
    text: &'static str,
    /// What is looked for in the vocabulary.
    word: &'static str,
    /// What the base model finds surprising in the first sample text of the tab Read.
    surprising: &'static [&'static str],
}

fn every_tab(journey: &Journey) {
    let data = tempfile::tempdir().unwrap();
    let other =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/numbers/gemma/folder/tokenizer.json");
    let picks = vec![other];
    let app = App::start(Start { locale: journey.locale, picks, ..Start::new(data.path()) });
    let picture = |name: &str| app.screenshot(&format!("{}-inspector-{name}", journey.language));

    // Cut, with no model loaded: the bundled tokenizer is there.
    app.click("rail-tokens");
    app.fill("tokens-input", journey.text);
    app.find_css(ROW);
    let counts =
        app.wait_for_text("[data-testid='ruler-counts']", |text| text.chars().any(|c| c.is_ascii_digit()));
    assert_eq!(counts.matches('·').count(), 2, "words, characters, tokens: {counts}");
    assert!(!app.body().contains('\u{fffd}'), "a broken character is shown");
    picture("cut");

    // Back again: the ids of the text give the text.
    let ids = app.script(
        "return [...document.querySelectorAll(arguments[0])].map((token) => token.dataset.tokenId)",
        vec![json!(ROW)],
    );
    let ids: Vec<&str> = ids.as_array().unwrap().iter().filter_map(|id| id.as_str()).collect();
    assert!(ids.len() > 3, "{ids:?}");

    // The vocabulary: find an entry, see where it comes from, and what lies near it in meaning.
    app.tab("vocabulary");
    app.fill("entry-search", journey.word);
    // The first that fits, not the first of all that stood there before.
    app.wait_for_text("[data-testid='entry'][data-row='0']", |text| {
        text.to_lowercase().contains(journey.word)
    });
    app.press("[data-testid='entry'][data-row='0']", 0);
    let facts = app.wait_for_text("[data-testid='entry-facts']", |text| !text.is_empty());
    assert!(facts.to_lowercase().contains(journey.word), "{facts}");
    picture("vocabulary");
    app.press("[data-testid='choice-meaning']", 0);
    app.press("[data-testid='neighbours-sample']", 0);
    app.find("neighbour");
    picture("neighbours");

    // One is made before one's eyes.
    app.press("[data-testid='choice-made']", 0);
    app.click("training-start");
    app.find("training-winner");
    app.click("training-step");
    app.wait_for_text("[data-testid='training-vocabulary']", |text| text.contains("257"));
    let before = app.number("training-tokens");
    app.click("training-play");
    let start = std::time::Instant::now();
    while app.number("training-vocabulary") < 265 {
        assert!(start.elapsed() < crate::app::PATIENCE, "the vocabulary stopped growing");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    app.click("training-play");
    assert!(app.number("training-tokens") < before, "the text did not shrink");
    picture("training");

    // Two tokenizers: the bundled one, and one from a file without weights.
    app.tab("compare");
    app.click("compare-open");
    app.find("compare-counts");
    assert!(app.number("difference-count") > 0, "two vocabularies cut the text alike");
    app.find("languages");
    picture("compare");

    // Read: one press loads the base model and reads the sample.
    app.tab("read");
    app.press("[data-testid='read-sample']", 0);
    app.find_css("[data-testid='reading'][data-state='read']");
    app.find("read-summary");
    let places = app.script(
        "return [...document.querySelectorAll(\"[data-testid='read-place']\")].map((place) => place.textContent)",
        vec![],
    );
    let places: Vec<&str> = places.as_array().unwrap().iter().filter_map(|place| place.as_str()).collect();
    assert!(!places.is_empty());
    for word in journey.surprising {
        assert!(places.iter().any(|place| place.contains(word)), "{word} surprised nobody: {places:?}");
    }
    picture("read");
    app.close();
}
