//! How fast the interface is, in the real window (`make bench-ui`). Prints a table; asserts nothing about time.
//!
//! The history is real too: a few turns that the bundled model wrote, copied row by row into one long
//! conversation. Frames are counted by `requestAnimationFrame`, so a frame that the machine was too busy for
//! counts as long.

mod inspector;

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{params_from_iter, types::Value as Cell, Connection};
use serde_json::{json, Value};

use crate::app::{App, Start};
use crate::processes;

const MESSAGES: i64 = 5000;
const QUESTIONS: [&str; 4] =
    ["埃菲尔铁塔在哪个国家？", "Tell me a story.", "What is the capital of Japan?", "讲个故事"];
/// Turns whose frames are counted while the answer comes.
const STREAMED: usize = 12;

/// Helpers that every measurement uses. `measure` runs in the page and leaves its result for `wait`.
const HELPERS: &str = r#"
    window.benchFrame = () => new Promise((done) => requestAnimationFrame(done));
    window.benchMeasure = (work) => {
        window.benchResult = null;
        work().then((value) => { window.benchResult = { value }; },
                    (error) => { window.benchResult = { error: String(error) }; });
    };
    // One pair of ports for all: WebKit tells another process of each port that is made and collected.
    const ports = new MessageChannel();
    // The next task: in a frame's callback, after it was painted.
    window.benchTurn = () => new Promise((done) => {
        ports.port1.onmessage = () => done();
        ports.port2.postMessage(0);
    });
    // What the shell sends is handled between frames: each call, with the redrawing that it asks for in the same
    // turn, is timed.
    let handled = 0;
    const callbacks = window.__TAURI_INTERNALS__?.callbacks;
    if (callbacks instanceof Map && !window.benchCounts) {
        window.benchCounts = true;
        const timed = (call) => (...given) => {
            const start = performance.now();
            try { return call(...given); }
            finally { queueMicrotask(() => queueMicrotask(() => { handled += performance.now() - start; })); }
        };
        for (const [id, call] of callbacks) callbacks.set(id, timed(call));
        const set = callbacks.set.bind(callbacks);
        callbacks.set = (id, call) => set(id, timed(call));
    }
    // A frame: how long since the last one, and of it the page's own thread at work: `script` (what the shell sent, and
    // the step), `layout` (style and layout of what changed, asked for at the frame's beginning), `paint` (observers,
    // painting: until the next task gets its turn). `work` is their sum.
    window.benchFrames = async (step, going) => {
        const lengths = [], work = [], script = [], layout = [], paint = [];
        let last = await window.benchFrame();
        handled = 0;
        while (going(lengths.length)) {
            const start = performance.now();
            step(lengths.length);
            const stepped = performance.now();
            const before = handled;
            handled = 0;
            document.body.getBoundingClientRect();
            void document.querySelector("[data-testid='thread']")?.scrollHeight;
            const laid = performance.now();
            await window.benchTurn();
            const end = performance.now();
            script.push(before + stepped - start);
            layout.push(laid - stepped);
            paint.push(end - laid);
            work.push(before + end - start);
            const now = await window.benchFrame();
            lengths.push(now - last);
            last = now;
        }
        return { lengths, work, script, layout, paint };
    };
    window.benchLast = () => [...document.querySelectorAll('[data-row]')].at(-1)?.dataset.row;
    window.benchThread = () => document.querySelector("[data-testid='thread']");
"#;

#[test]
#[ignore = "a measurement: make bench-ui"]
fn interface() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(Start::new(folder.path()));
    app.start_bundled();
    for question in QUESTIONS {
        ask(&app, question);
    }
    app.click("new-conversation");
    ask(&app, QUESTIONS[0]);
    app.close();
    let last = grow(folder.path());

    let app = App::start(Start::new(folder.path()));
    let mut rows: Vec<(String, String)> = Vec::new();
    rows.push(("a start, from exec, under WebDriver".into(), start(&app)));
    app.script(HELPERS, vec![]);
    // Every piece of the program that is loaded on demand is there, as after a minute of use.
    open(&app, 0, None);
    rows.push(("frames, nothing happening".into(), frames(&app, "", 120)));
    let flash = "document.body.style.background = at % 2 ? '#fbfaf7' : '#f4f2ec';";
    rows.push(("frames, the empty window painted anew each time".into(), frames(&app, flash, 120)));
    let opened = open(&app, 1, Some(last));
    rows.push((format!("open a conversation of {MESSAGES} messages"), ms(&[opened])));
    let mut there = Vec::new();
    let mut back = Vec::new();
    for _ in 0..5 {
        there.push(open(&app, 0, None));
        back.push(open(&app, 1, Some(last)));
    }
    rows.push(("switch to a short conversation".into(), ms(&there)));
    rows.push((format!("switch to the one of {MESSAGES}"), ms(&back)));
    let scroll =
        "const thread = window.benchThread(); thread.dispatchEvent(new WheelEvent('wheel', {deltaY: -1})); \
        thread.scrollTop -= 40;";
    rows.push(("frames, scrolling upwards by 40 px each".into(), frames(&app, scroll, 300)));
    let drawn = app.script("return document.querySelectorAll('[data-row]').length", vec![]);
    rows.push(("rows drawn meanwhile".into(), drawn.to_string()));
    rows.push((format!("find a word in {MESSAGES} messages, until it is marked"), find(&app)));

    app.click("rail-models");
    app.start_bundled();
    open(&app, 0, None);
    let (streamed, speed) = stream(&app);
    rows.push((format!("frames, streaming with tokens shown, {speed:.0} tokens/s"), streamed));
    rows.push(("from Stop to the end of the answer".into(), stop(&app)));
    rows.push((
        "from the last of 4,000 characters to their count, pause of 75 ms included".into(),
        count(&app),
    ));
    open(&app, 1, Some(last));
    app.find("context-tokens");
    rows.push((format!("the same in the conversation of {MESSAGES}"), count(&app)));
    app.script("document.querySelector(\"[data-testid='composer']\").focus()", vec![]);
    rows.push(("nothing touched for 30 s, caret in the message box".into(), idle(&app)));
    app.close();
    print(rows);
}

fn print(rows: Vec<(String, String)>) {
    println!("\n| what | measured |\n|---|---|");
    for (what, measured) in rows {
        println!("| {what} | {measured} |");
    }
}

/// When the frame and the first view were painted, milliseconds after the program was started.
fn start(app: &App) -> String {
    let pid = *processes::of("vitrine", &app.data).first().expect("the app runs");
    app.find("rail-chat");
    let painted = "
        const begun = performance.timeOrigin - arguments[0];
        const at = (entry) => entry === undefined ? null : begun + entry.startTime;
        return [begun, at(performance.getEntriesByName('first-contentful-paint')[0]),
                at(performance.getEntriesByName('usable')[0])];";
    let times = app.script(painted, vec![json!(processes::started(pid))]);
    let told = |at: usize| times[at].as_f64().map_or("not told".into(), |ms| format!("{ms:.0} ms"));
    format!("page asked for {}, frame painted {}, first view there {}", told(0), told(1), told(2))
}

/// From the last letter of a word of the questions to its marks.
fn find(app: &App) -> String {
    app.script(
        "dispatchEvent(new KeyboardEvent('keydown', {key: 'f', ctrlKey: true, bubbles: true}))",
        vec![],
    );
    app.find("find-input");
    let mut taken = Vec::new();
    for word in ["capital", "japan", "story", "铁塔", "故事"] {
        let body = "
            const field = document.querySelector(\"[data-testid='find-input']\");
            const count = () => document.querySelector(\"[data-testid='find-count']\").textContent;
            field.value = '';
            field.dispatchEvent(new InputEvent('input', {bubbles: true}));
            await window.benchFrame();
            const before = count();
            const start = performance.now();
            field.value = given[0];
            field.dispatchEvent(new InputEvent('input', {bubbles: true}));
            while (count() === before || !(CSS.highlights.get('found-now')?.size > 0)) {
                if (performance.now() - start > 5000) throw new Error(`${given[0]}: ${count()}`);
                await window.benchFrame();
            }
            return performance.now() - start;";
        taken.push(measure(app, body, &[json!(word)]).as_f64().expect("milliseconds"));
    }
    app.click("find-close");
    ms(&taken)
}

/// Processor time of each process while nothing happens; the caret has come to rest before.
fn idle(app: &App) -> String {
    const REST: Duration = Duration::from_secs(15);
    const WATCHED: Duration = Duration::from_secs(30);
    let programs = ["vitrine", "WebKitWebProcess", "vitrine-worker"];
    let used = || {
        programs.map(|program| {
            processes::of(program, &app.data).into_iter().map(processes::processor_time).sum::<f64>()
        })
    };
    std::thread::sleep(REST);
    let before = used();
    std::thread::sleep(WATCHED);
    let after = used();
    let each = programs.iter().zip(before.iter().zip(&after));
    let told: Vec<String> =
        each.map(|(program, (before, after))| format!("{program} {:.2} s", after - before)).collect();
    told.join(", ")
}

fn ask(app: &App, question: &str) {
    let before = app.all("[data-testid='stop-reason']").len();
    app.say(question);
    let start = Instant::now();
    while app.all("[data-testid='stop-reason']").len() <= before {
        assert!(start.elapsed() < crate::app::PATIENCE, "no answer to {question}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Copies the turns of the first conversation to its end until it is long enough; gives the last message's id.
fn grow(folder: &Path) -> i64 {
    let mut connection = Connection::open(folder.join("history.db")).expect("the history");
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    // What belongs to a message; its index is made by the app.
    let by_message = ["token_records", "prompts"];
    let transaction = connection.transaction().unwrap();
    let conversation: i64 =
        transaction.query_row("SELECT min(id) FROM conversations", [], |row| row.get(0)).unwrap();
    let originals: Vec<i64> = transaction
        .prepare("SELECT id FROM messages WHERE conversation_id = ? ORDER BY id")
        .and_then(|mut all| all.query_map([conversation], |row| row.get(0))?.collect())
        .unwrap();
    let mut next: i64 =
        transaction.query_row("SELECT max(id) + 1 FROM messages", [], |row| row.get(0)).unwrap();
    let mut leaf = *originals.last().expect("messages");
    for at in 0..(MESSAGES - originals.len() as i64) {
        let original = originals[at as usize % originals.len()];
        copy(&transaction, "messages", "id", original, &[("id", next), ("parent_id", leaf)]);
        for table in by_message {
            copy(&transaction, table, "message_id", original, &[("message_id", next)]);
        }
        leaf = next;
        next += 1;
    }
    transaction
        .execute(
            "UPDATE conversations SET active_leaf = ?, updated_at = updated_at - 1000 WHERE id = ?",
            [leaf, conversation],
        )
        .unwrap();
    transaction.commit().unwrap();
    leaf
}

fn columns(connection: &Connection, table: &str) -> Vec<String> {
    connection
        .prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))
        .and_then(|mut all| all.query_map([], |row| row.get(0))?.collect())
        .unwrap()
}

/// Copies the rows of `table` whose `key` is `from`, with other values in some columns.
fn copy(connection: &Connection, table: &str, key: &str, from: i64, changed: &[(&str, i64)]) {
    let names = columns(connection, table);
    let list = names.join(", ");
    let marks = vec!["?"; names.len()].join(", ");
    let rows: Vec<Vec<Cell>> = connection
        .prepare_cached(&format!("SELECT {list} FROM {table} WHERE {key} = ?"))
        .and_then(|mut all| {
            all.query_map([from], |row| (0..names.len()).map(|at| row.get(at)).collect())?.collect()
        })
        .unwrap();
    for mut row in rows {
        for (at, name) in names.iter().enumerate() {
            if let Some((_, value)) = changed.iter().find(|(changed, _)| changed == name) {
                row[at] = Cell::Integer(*value);
            } else if name == "uid" {
                // The table gives each row its own.
                row[at] = Cell::Null;
            }
        }
        connection
            .prepare_cached(&format!("INSERT INTO {table} ({list}) VALUES ({marks})"))
            .and_then(|mut insert| insert.execute(params_from_iter(row)))
            .unwrap();
    }
}

/// Runs the body of an async function in the page and waits for what it returns.
fn measure(app: &App, body: &str, arguments: &[Value]) -> Value {
    app.script(
        &format!("const given = [...arguments]; window.benchMeasure(async () => {{ {body} }});"),
        arguments.to_vec(),
    );
    let start = Instant::now();
    loop {
        let result = app.script("return window.benchResult", vec![]);
        if !result.is_null() {
            assert!(result["error"].is_null(), "{body}: {result}");
            return result["value"].clone();
        }
        assert!(start.elapsed() < crate::app::PATIENCE, "no result of: {body}");
        // Seldom: each question takes the page's time.
        std::thread::sleep(Duration::from_millis(250));
    }
}

/// Milliseconds from the press on a conversation of the history until its last message was painted.
fn open(app: &App, place: usize, last: Option<i64>) -> f64 {
    app.click("rail-history");
    app.find("history-open");
    let body = "
        const buttons = document.querySelectorAll(\"[data-testid='history-open']\");
        const start = performance.now();
        buttons[given[0]].click();
        for (;;) {
            await window.benchFrame();
            const row = window.benchLast();
            const there = given[1] === null ? row !== undefined : row === String(given[1]);
            if (there && document.querySelector(\"[data-testid='stop-reason']\")) break;
        }
        await window.benchFrame();
        return performance.now() - start;";
    measure(app, body, &[json!(place), json!(last)]).as_f64().expect("milliseconds")
}

/// Frames while `step` runs once in each.
fn frames(app: &App, step: &str, count: usize) -> String {
    let body = format!("return window.benchFrames((at) => {{ {step} }}, (frames) => frames < given[0]);");
    let measured = measure(app, &body, &[json!(count)]);
    let mut frames = Frames::default();
    frames.add(&measured);
    frames.summary()
}

/// Frames one by one, in milliseconds.
#[derive(Default)]
struct Frames {
    length: Vec<f64>,
    /// The page's own time: the three below together.
    work: Vec<f64>,
    script: Vec<f64>,
    layout: Vec<f64>,
    paint: Vec<f64>,
}

impl Frames {
    fn add(&mut self, measured: &Value) {
        self.length.extend(numbers(&measured["lengths"]));
        self.work.extend(numbers(&measured["work"]));
        self.script.extend(numbers(&measured["script"]));
        self.layout.extend(numbers(&measured["layout"]));
        self.paint.extend(numbers(&measured["paint"]));
    }

    /// Frame times, the page's own, and what it did in the longest twentieth of its frames.
    fn summary(&self) -> String {
        let sorted = |values: &[f64]| {
            let mut sorted = values.to_vec();
            sorted.sort_by(f64::total_cmp);
            sorted
        };
        let (lengths, work) = (sorted(&self.length), sorted(&self.work));
        let total: f64 = lengths.iter().sum();
        let mut busiest: Vec<usize> = (0..self.work.len()).collect();
        busiest.sort_by(|a, b| self.work[*b].total_cmp(&self.work[*a]));
        busiest.truncate(self.work.len().div_ceil(20));
        let mean =
            |values: &[f64]| busiest.iter().map(|at| values[*at]).sum::<f64>() / busiest.len().max(1) as f64;
        format!(
            "median {:.0} ms, 95 % {:.0} ms, longest {:.0} ms, {:.0} frames/s; page at work {:.1} ms, 95 % {:.0} ms; \
             in its {} busiest frames script {:.1}, style and layout {:.1}, observers and painting {:.1} ms ({} frames)",
            at_share(&lengths, 0.5),
            at_share(&lengths, 0.95),
            at_share(&lengths, 1.0),
            1000.0 * lengths.len() as f64 / total,
            at_share(&work, 0.5),
            at_share(&work, 0.95),
            busiest.len(),
            mean(&self.script),
            mean(&self.layout),
            mean(&self.paint),
            lengths.len()
        )
    }
}

/// Frames while answers come, and how fast they came.
fn stream(app: &App) -> (String, f64) {
    let mut frames = Frames::default();
    let mut speeds = Vec::new();
    for turn in 0..STREAMED {
        app.find("composer");
        let body = "
            const box = document.querySelector(\"[data-testid='composer']\");
            box.value = given[0];
            box.dispatchEvent(new InputEvent('input', {bubbles: true}));
            await window.benchFrame();
            document.querySelector(\"[data-testid='send']\").click();
            const writing = () => document.querySelector(\"[data-testid='message-assistant'][data-status='streaming'] [data-testid='token']\");
            while (!writing()) await window.benchFrame();
            return window.benchFrames(() => {}, writing);";
        let measured = measure(app, body, &[json!(QUESTIONS[1 + 2 * (turn % 2)])]);
        frames.add(&measured);
        let speed = app.text("[data-testid='status-speed']");
        speeds.extend(speed.split_whitespace().next().and_then(|number| number.parse::<f64>().ok()));
    }
    speeds.sort_by(f64::total_cmp);
    (frames.summary(), speeds.get(speeds.len() / 2).copied().unwrap_or(0.0))
}

fn stop(app: &App) -> String {
    let mut taken = Vec::new();
    for _ in 0..3 {
        let body = "
            const box = document.querySelector(\"[data-testid='composer']\");
            box.value = given[0];
            box.dispatchEvent(new InputEvent('input', {bubbles: true}));
            await window.benchFrame();
            document.querySelector(\"[data-testid='send']\").click();
            const last = () => [...document.querySelectorAll(\"[data-testid='message-assistant']\")].at(-1);
            while (last()?.dataset.status !== 'streaming') await window.benchFrame();
            const start = performance.now();
            document.querySelector(\"[data-testid='stop']\")?.click();
            while (last()?.dataset.status === 'streaming') await window.benchFrame();
            return performance.now() - start;";
        taken.push(measure(app, body, &[json!(QUESTIONS[1])]).as_f64().expect("milliseconds"));
    }
    ms(&taken)
}

fn count(app: &App) -> String {
    let mut taken = Vec::new();
    for round in 0..5 {
        let text: String =
            "Why is the sky blue? 天空为什么是蓝色的？".chars().cycle().take(4000 - round).collect();
        let body = "
            const box = document.querySelector(\"[data-testid='composer']\");
            const shown = () => document.querySelector(\"[data-testid='context-tokens']\")?.textContent;
            const before = shown();
            if (before === undefined) return null;
            const start = performance.now();
            box.value = given[0];
            box.dispatchEvent(new InputEvent('input', {bubbles: true}));
            while (shown() === before && performance.now() - start < 5000) await window.benchFrame();
            const taken = performance.now() - start;
            box.value = '';
            box.dispatchEvent(new InputEvent('input', {bubbles: true}));
            const empty = shown();
            while (shown() === empty && performance.now() - start < 9000) await window.benchFrame();
            return taken;";
        let value = measure(app, body, &[json!(text)]);
        match value.as_f64() {
            Some(value) => taken.push(value),
            None => return "not counted by this build".into(),
        }
    }
    ms(&taken)
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().filter_map(Value::as_f64).collect()
}

fn at_share(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get(((last as f64) * share).round() as usize).copied().unwrap_or(f64::NAN)
}

fn ms(values: &[f64]) -> String {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.as_slice() {
        [one] => format!("{one:.0} ms"),
        _ => format!(
            "median {:.0} ms, longest {:.0} ms ({} times)",
            at_share(&sorted, 0.5),
            at_share(&sorted, 1.0),
            sorted.len()
        ),
    }
}
