//! What the token inspector takes in the real window. Times are those that somebody waits at the screen: from the key or the press
//! until what is told of it was painted. What the worker alone takes is in `benches/inspector.rs`.

#[path = "../../worker/large_files.rs"]
mod large_files;

use serde_json::{json, Value};

use self::large_files::{megabyte, write, LARGE, ROWS, WIDTH};
use super::{at_share, frames, measure, ms, numbers, print, HELPERS};
use crate::app::{App, Start, PASTE};

/// 100 characters, Chinese and English by turns.
const PASSAGE: &str = "模型看不见文字，只看见数字，所以我们先把每段文字切成小块。\
    A model sees numbers only, so texts are cut into small pieces first. ✓";
const KEYS: usize = 60;
const MERGES: u64 = 1000;

/// Helpers besides the common ones.
const WATCHING: &str = r#"
    window.benchAt = (id) => document.querySelector(`[data-testid='${id}']`);
    // How long until what is asked for was painted.
    window.benchUntil = async (start, there) => {
        while (!there()) {
            if (performance.now() - start > 50000) throw new Error(`${there} after 50 s`);
            await window.benchFrame();
        }
        await window.benchTurn();
        return performance.now() - start;
    };
    // As a paste over all that stands there, where it is a field that is written in.
    window.benchWrite = (id, value) => {
        const box = window.benchAt(id);
        box.focus();
        if (box.isContentEditable) return pasteOver(box, value);
        box.value = value;
        box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    };
    // One letter where the caret stands, as the web view writes it for a key.
    window.benchKey = (id, letter) => {
        window.benchAt(id).focus();
        document.execCommand('insertText', false, letter);
    };
    // Writes, and waits until another element tells something else.
    window.benchTold = (write, teller) => {
        const told = () => window.benchAt(teller)?.textContent;
        const before = told();
        const start = performance.now();
        write();
        return window.benchUntil(start, () => told() !== before && told() !== undefined);
    };
    window.benchTyped = (id, value, teller) => window.benchTold(() => window.benchWrite(id, value), teller);
"#;

#[test]
#[ignore = "a measurement: make bench-ui"]
fn inspector() {
    let folder = tempfile::tempdir().unwrap();
    let (entries, table) = (folder.path().join("entries.gguf"), folder.path().join("table.gguf"));
    write(&entries, LARGE, None);
    write(&table, ROWS, Some(8));
    let app = App::start(Start { picks: vec![entries, table], ..Start::new(folder.path()) });
    app.click("rail-tokens");
    app.find("tokens-input");
    app.script(HELPERS, vec![]);
    app.script(&format!("{PASTE}{WATCHING}"), vec![]);
    let mut rows: Vec<(String, String)> = Vec::new();

    let page: String = PASSAGE.chars().cycle().take(10_000 - KEYS).collect();
    rows.push((
        "a key in a text of 10,000 characters, until it is cut and painted".into(),
        typed(&app, &page),
    ));
    let text = megabyte();
    let pasted = format!("a text of {} bytes pasted, until it is cut and painted", text.len());
    rows.push((pasted, ms(&[until_told(&app, &text)])));
    let step = "window.benchKey('tokens-input', 'a');";
    rows.push(("frames, a key in it in each".into(), frames(&app, step, KEYS)));
    let line = text.replace('\n', " ");
    rows.push(("the same text in a single line pasted".into(), ms(&[until_told(&app, &line)])));
    rows.push(("frames, a key in it in each".into(), frames(&app, step, KEYS)));
    until_told(&app, "塔");

    open_tokenizer(&app, &grouped(LARGE));
    app.click("inspector-tab-vocabulary");
    let all = grouped(LARGE);
    app.wait_for_text("[data-testid='entries-found']", |told| told.contains(&all));
    rows.push((format!("a key in the browser at {all} entries"), looked_for(&app)));

    open_tokenizer(&app, &grouped(ROWS));
    app.press("[data-testid='choice-meaning']", 0);
    app.find("neighbours-text");
    let what = format!("neighbours among {} rows of {WIDTH}, Q8_0", grouped(ROWS));
    rows.push((what, neighbours(&app)));

    app.press("[data-testid='choice-made']", 0);
    let (counted, merged) = learned(&app, &text);
    rows.push((
        format!("{MERGES} merges from {} bytes", text.len()),
        format!("{counted:.0} ms until it begins, {merged:.0} ms from there to the end"),
    ));

    app.click("inspector-tab-read");
    // Opens the base model, and every piece of the program is there.
    app.press("[data-testid='read-sample']", 0);
    app.find("read-summary");
    let (tokens, read) = reading(&app);
    rows.push((format!("{tokens} tokens read by the bundled base model"), ms(&[read])));
    app.close();
    print(rows);
}

/// As the window writes it in English.
fn grouped(number: usize) -> String {
    format!("{},{:03}", number / 1000, number % 1000)
}

/// Opens the next file at place a, and waits until it stands there.
fn open_tokenizer(app: &App, size: &str) {
    app.click("subject-picker-a");
    app.click("subject-open");
    app.wait_for_text("[data-testid='subject-picker-a']", |told| told.contains(size));
}

/// Keys at the end of a text that stands there.
fn typed(app: &App, page: &str) -> String {
    until_told(app, page);
    let body = "
        const taken = [];
        for (let key = 1; key <= given[0]; key += 1) {
            const letter = 'tea '[(key - 1) % 4];
            taken.push(await window.benchTold(() => window.benchKey('tokens-input', letter), 'ruler-counts'));
            await window.benchFrame();
        }
        return taken;";
    spread(&numbers(&measure(app, body, &[json!(KEYS)])))
}

fn until_told(app: &App, text: &str) -> f64 {
    let body = "return window.benchTyped('tokens-input', given[0], 'ruler-counts');";
    measure(app, body, &[json!(text)]).as_f64().expect("milliseconds")
}

/// Searches whose counts differ from one to the next.
fn looked_for(app: &App) -> String {
    let body = "
        const taken = [];
        for (const letters of given[0]) {
            taken.push(await window.benchTyped('entry-search', letters, 'entries-found'));
            await window.benchFrame();
        }
        return taken;";
    let letters = ["e", "en", "t", "th", "a", "an", "o", "on", "i", "in", "s", "st"];
    spread(&numbers(&measure(app, body, &[json!(letters)])))
}

fn neighbours(app: &App) -> String {
    let body = "
        const taken = [];
        for (const word of given[0]) {
            window.benchWrite('neighbours-text', word);
            await window.benchFrame();
            // Of the word before; the new ones are drawn anew.
            const old = window.benchAt('neighbour');
            const start = performance.now();
            window.benchAt('neighbours-do').click();
            const fresh = () => window.benchAt('neighbour') !== old && window.benchAt('neighbour') !== null;
            taken.push(await window.benchUntil(start, fresh));
        }
        return taken;";
    ms(&numbers(&measure(app, body, &[json!([" river", " tower", "塔", " one", "the"])])))
}

/// Milliseconds until a training on the text begins, and from there to its last merge.
fn learned(app: &App, text: &str) -> (f64, f64) {
    app.press("[data-testid='choice-own']", 0);
    app.find("training-own");
    let body = "
        window.benchWrite('training-own', given[0]);
        await window.benchFrame();
        const start = performance.now();
        window.benchAt('training-start').click();
        const counted = await window.benchUntil(start, () => window.benchAt('training-end'));
        const begun = performance.now();
        window.benchAt('training-end').click();
        const size = () => Number(window.benchAt('training-vocabulary').textContent.replace(/\\D/g, ''));
        return [counted, await window.benchUntil(begun, () => size() === given[1])];";
    let told = numbers(&measure(app, body, &[json!(text), json!(256 + MERGES)]));
    (told[0], told[1])
}

/// How many tokens were read, and milliseconds from the press until all of them were painted.
fn reading(app: &App) -> (Value, f64) {
    let sample = include_str!("../../../src-tauri/core/src/training/sample/english.txt");
    let text: String = sample.chars().take(4000).collect();
    let body = "
        window.benchWrite('read-text', given[0]);
        await window.benchFrame();
        const state = () => window.benchAt('reading')?.dataset.state;
        const start = performance.now();
        window.benchAt('read-do').click();
        // The sample that was read before makes way.
        await window.benchUntil(start, () => state() !== 'read');
        const taken = await window.benchUntil(start, () => state() === 'read');
        return [document.querySelectorAll(\"[data-testid='reading'][data-state='read'] [data-testid='token']\").length, taken];";
    let told = measure(app, body, &[json!(text)]);
    (told[0].clone(), told[1].as_f64().expect("milliseconds"))
}

fn spread(values: &[f64]) -> String {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    format!(
        "median {:.0} ms, 95 % {:.0} ms, longest {:.0} ms ({} times)",
        at_share(&sorted, 0.5),
        at_share(&sorted, 0.95),
        at_share(&sorted, 1.0),
        sorted.len()
    )
}
