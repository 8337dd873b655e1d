//! The app as people get it: installed from its package, started from its menu entry with a file (`make test-package`).
//!
//! These run inside the system that the package was installed in, as an ordinary user, and only there: `scripts/test-package/`
//! makes that system and calls them one after another. Between them the user's home keeps what the next one needs.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use serde_json::{json, Value};

use crate::app::{App, Start, PATIENCE};
use crate::journeys::xdotool;
use crate::processes;

/// The menu entry that the package brought.
const ENTRY: &str = "VITRINE_TEST_ENTRY";
/// On a machine that does many other things, or with every system call looked at.
const LONG: Duration = Duration::from_secs(180);
const QUESTION: &str = "What colour is the sky?";
/// Where the buttons lie that load a model and begin a chat: whoever has no WebDriver clicks there.
const BUTTONS: &str = "buttons.json";
const ANSWER: &str = "answer.txt";

/// What a file manager does at a double-click.
fn from_the_menu(files: &[&Path]) -> Command {
    let mut command = Command::new("gio");
    command.arg("launch").arg(std::env::var(ENTRY).expect("run by scripts/test-package")).args(files);
    command
}

fn home() -> PathBuf {
    std::env::var_os("HOME").expect("a user has a home").into()
}

/// Where the app keeps its data if nobody says otherwise.
fn data() -> PathBuf {
    home().join(".local/share/vitrine")
}

fn model(name: &str) -> PathBuf {
    let model = home().join("下载 模型").join(name);
    assert!(model.is_file(), "{} is missing", model.display());
    model
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < LONG, "{what} never came");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Opened with a file it shows what that is, loads and answers; a second start with another file shows its card in the same window.
#[test]
#[ignore = "needs the installed package: make test-package"]
fn installed_a_double_click_opens_a_model_and_another_one_the_same_window() {
    let (first, second) = (model("千问 小模型 Q8_0.gguf"), model("另一个 模型.gguf"));
    let path = first.to_string_lossy().into_owned();
    let app = App::start(Start { arguments: vec![path], locale: "zh_CN.UTF-8", ..Start::new(&data()) });

    app.find_css("[data-testid='preflight']");
    app.find_css("[data-testid='verdict'][data-verdict='runs_well']");
    let load = place_of(&app, "card-main");
    app.click("card-main");
    let chat = place_of(&app, "chat-with-it");
    std::fs::write(home().join(BUTTONS), json!([load, chat]).to_string()).unwrap();
    app.click("chat-with-it");
    app.find_css("[data-testid='composer']:not([disabled])");
    app.say(QUESTION);
    let answer = app.wait_for_answer("complete");
    assert!(answer.trim().len() > 3, "it answers: {answer:?}");
    std::fs::write(home().join(ANSWER), &answer).unwrap();
    println!("asked {QUESTION:?}, answered {answer:?}");

    let status = from_the_menu(&[&second]).status().expect("gio is there");
    assert!(status.success());
    app.wait_for_text("[data-testid='preflight'] .path", |text| text.contains("另一个 模型.gguf"));
    assert_eq!(processes::of("vitrine", &app.data).len(), 1, "one window, one app");
    let worker = processes::of("vitrine-worker", &app.data);
    let program = std::fs::read_link(format!("/proc/{}/exe", worker[0])).unwrap();
    let of_the_app =
        std::fs::read_link(format!("/proc/{}/exe", processes::of("vitrine", &app.data)[0])).unwrap();
    println!("{} has started {}", of_the_app.display(), program.display());
    assert_eq!(program.parent(), of_the_app.parent(), "the worker of the package");
    app.close();
}

/// The middle of a button in the window's own pixels, and the window's size before it.
fn place_of(app: &App, id: &str) -> Value {
    app.find(id);
    let script = "const box = document.querySelector(`[data-testid='${arguments[0]}']`).getBoundingClientRect();
        return [innerWidth, innerHeight, Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];";
    // It slides in.
    let mut before = json!(null);
    until("a button that rests", || {
        let now = app.script(script, vec![json!(id)]);
        let rests = now == before;
        before = now.clone();
        rests.then_some(now)
    })
}

fn press(window: &str, button: &[i64; 4]) {
    let (x, y) = (button[2].to_string(), button[3].to_string());
    xdotool(&["mousemove", "--window", window, &x, &y, "click", "1"]).expect("it takes presses");
    std::thread::sleep(Duration::from_secs(2));
}

/// What an earlier version wrote is there, in sight, after the upgrade.
#[test]
#[ignore = "needs the installed package: make test-package"]
fn installed_anew_it_has_what_was_said_before() {
    let answer = std::fs::read_to_string(home().join(ANSWER)).unwrap();
    let app = App::start(Start { locale: "zh_CN.UTF-8", ..Start::new(&data()) });
    assert_eq!(app.wait_for_answer("complete"), answer);
    assert!(app.text("[data-testid='message-user']").contains(QUESTION));
    println!("still there: {answer:?}");
    // The models that come along are found where the package puts them.
    app.click("rail-models");
    app.find("start-bundled");
    app.close();
}

/// Without WebDriver, which itself needs sockets: by mouse and keyboard, with every process of the app under strace(1). None of them
/// asks for a socket of any network, with no interface there to use one.
#[test]
#[ignore = "needs the installed package: make test-package"]
fn installed_it_loads_and_answers_without_a_network_socket() {
    let data = home().join("traced");
    let trace = home().join("sockets.log");
    let model = model("千问 小模型 Q8_0.gguf");
    let buttons = std::fs::read_to_string(home().join(BUTTONS)).unwrap();
    let [load, chat]: [[i64; 4]; 2] = serde_json::from_str(&buttons).unwrap();
    let started = Instant::now();
    let mut traced = traced(&trace, &data, &model);
    let window =
        xdotool(&["search", "--sync", "--onlyvisible", "--class", "vitrine"]).expect("the window opens");
    let window = window.lines().next().expect("a window").to_owned();
    xdotool(&["windowsize", &window, &load[0].to_string(), &load[1].to_string()]).expect("it takes a size");
    xdotool(&["windowfocus", "--sync", &window]).expect("it takes the focus");

    // A press that comes before the card does hits nothing.
    until("a worker", || {
        press(&window, &load);
        (!processes::of("vitrine-worker", &data).is_empty()).then_some(())
    });
    until("a worker that has the model", || {
        let loaded = told(&data, "SELECT count(*) FROM recent_models");
        (loaded.as_deref() == Some("1")).then_some(())
    });
    println!("loaded by mouse after {:.1} s", started.elapsed().as_secs_f64());
    let answer = until("an answer", || {
        if told(&data, "SELECT count(*) FROM messages").as_deref() == Some("0") {
            press(&window, &chat);
            xdotool(&["type", "--delay", "12", QUESTION]).expect("it takes text");
            xdotool(&["key", "Return"]).expect("it takes keys");
            std::thread::sleep(Duration::from_secs(3));
        }
        told(&data, "SELECT text FROM messages WHERE role = 'assistant' AND status = 'complete'")
    });
    assert!(answer.trim().len() > 3, "it answers: {answer:?}");
    println!("asked by keyboard, answered {answer:?}");

    for pid in processes::of("vitrine", &data) {
        processes::signal(pid, libc::SIGTERM);
    }
    processes::wait_until_gone("vitrine", &data);
    traced.wait().expect("strace ends with what it traces");
    let trace = std::fs::read_to_string(trace).unwrap();
    let sockets: Vec<&str> = trace.lines().filter(|line| line.contains("socket(")).collect();
    assert!(sockets.iter().any(|line| line.contains("AF_UNIX")), "the trace shows nothing:\n{trace}");
    let network: Vec<&&str> = sockets.iter().filter(|line| line.contains("AF_INET")).collect();
    assert!(network.is_empty(), "sockets of a network:\n{network:#?}");
    println!("{} calls of socket(2), none of AF_INET or AF_INET6", sockets.len());
}

fn traced(trace: &Path, data: &Path, model: &Path) -> Child {
    let mut command = Command::new("strace");
    command.args(["-f", "--seccomp-bpf", "-qq", "-e", "trace=socket", "-o"]).arg(trace);
    let launch = from_the_menu(&[model]);
    command.arg(launch.get_program()).args(launch.get_args());
    command.env("VITRINE_DATA_DIR", data).env("LANG", "zh_CN.UTF-8").env_remove("LC_ALL");
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("strace is there (Debian package strace)")
}

/// The first column of the first row, read beside the app.
fn told(data: &Path, query: &str) -> Option<String> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(data.join("history.db"), flags).ok()?;
    connection.busy_timeout(PATIENCE).ok()?;
    let row = connection.query_row(query, [], |row| {
        Ok(match row.get_ref(0)? {
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            value => value.as_str()?.to_owned(),
        })
    });
    row.ok()
}
