//! One running app: a WebDriver, a session in it, a data folder.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{json, Value};

use crate::processes;
use crate::webdriver::{Element, Session};

/// Longer than any single step takes on a slow, busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How the app is started.
pub struct Start {
    /// Kept between starts of one journey.
    pub data: PathBuf,
    /// As in `LANG`.
    pub locale: &'static str,
    pub arguments: Vec<String>,
    /// What the file dialog gives, one path a call.
    pub picks: Vec<PathBuf>,
}

impl Start {
    pub fn new(data: &Path) -> Self {
        Self { data: data.into(), locale: "en_US.UTF-8", arguments: Vec::new(), picks: Vec::new() }
    }
}

/// Script: `pasteOver(field, text)`, Ctrl+A and a paste as a field of the inspector gets them from the keyboard.
pub const PASTE: &str = "
    const pasteOver = (field, text) => {
        const all = { key: 'a', code: 'KeyA', keyCode: 65, ctrlKey: true, bubbles: true, cancelable: true };
        field.dispatchEvent(new KeyboardEvent('keydown', all));
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', text);
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    };";

pub struct App {
    pub session: Session,
    pub data: PathBuf,
    driver: Child,
}

/// A program that stands for the app's, from its start to its end.
const OVERRIDE: &str = "VITRINE_TEST_PROGRAM";

pub fn program() -> PathBuf {
    if let Some(given) = std::env::var_os(OVERRIDE) {
        return given.into();
    }
    let mut folder = std::env::current_exe().expect("a running test has a path");
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let program = folder.join("vitrine");
    assert!(program.exists(), "{} is missing: run `make build` first", program.display());
    program
}

/// `900x640`.
fn size_of(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once('x')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("it has an address").port()
}

impl App {
    pub fn start(start: Start) -> Self {
        Self::start_program(start, &program())
    }

    pub fn start_program(start: Start, program: &Path) -> Self {
        let port = free_port();
        let picks: Vec<String> = start.picks.iter().map(|path| path.to_string_lossy().into_owned()).collect();
        let mut command = Command::new("WebKitWebDriver");
        command
            .args([format!("--port={port}"), "--host=127.0.0.1".into()])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("VITRINE_DATA_DIR", &start.data)
            // What other apps of whoever runs the tests keep is not part of them.
            .env("VITRINE_LIBRARY_HOME", start.data.join("home"))
            .env("LANG", start.locale)
            .env_remove("LC_ALL")
            .env_remove("LANGUAGE")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if !picks.is_empty() {
            command.env("VITRINE_TEST_PICK", picks.join("\n"));
        }
        let driver = command.spawn().expect("WebKitWebDriver starts (Debian package webkit2gtk-driver)");
        let options = json!({"binary": program, "args": start.arguments});
        let session = connect(port, &json!({"webkitgtk:browserOptions": options}));
        let app = Self { session, data: start.data, driver };
        // So that every journey can be looked at in a window of another size.
        if let Some((width, height)) = std::env::var("VITRINE_WINDOW").ok().as_deref().and_then(size_of) {
            app.resize(width, height);
        }
        app
    }

    /// The window in another size, as a hand drags its corner. A window that is just being shown takes its first size
    /// after it was found, so it is told again.
    pub fn resize(&self, width: u32, height: u32) {
        let (wide, high) = (width.to_string(), height.to_string());
        let start = Instant::now();
        while self.script("return innerWidth", vec![]) != json!(width) {
            assert!(start.elapsed() < PATIENCE, "the window is never {width} wide");
            let windows =
                crate::journeys::xdotool(&["search", "--sync", "--onlyvisible", "--class", "vitrine"])
                    .expect("the window is there");
            let window = windows.lines().next().expect("a window");
            crate::journeys::xdotool(&["windowsize", window, &wide, &high]).expect("it is resized");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Closes the window as a user does, and waits until nothing is left of it.
    pub fn close(mut self) {
        self.session.close().expect("the session ends");
        if std::env::var_os(OVERRIDE).is_some() {
            // The driver ends what it has started, and that was not the app itself.
            for pid in processes::of("vitrine", &self.data) {
                processes::signal(pid, libc::SIGTERM);
            }
        }
        processes::wait_until_gone("vitrine", &self.data);
        processes::wait_until_gone("vitrine-worker", &self.data);
        self.end_driver();
    }

    /// Ends a program that is not the app.
    pub fn end(mut self, program: &str) {
        self.session.close().expect("the session ends");
        processes::wait_until_gone(program, &self.data);
        self.end_driver();
    }

    /// `kill -9`, and waits until the worker has noticed.
    pub fn kill(mut self) {
        for pid in processes::of("vitrine", &self.data) {
            processes::signal(pid, libc::SIGKILL);
        }
        processes::wait_until_gone("vitrine", &self.data);
        processes::wait_until_gone("vitrine-worker", &self.data);
        self.end_driver();
    }

    fn end_driver(&mut self) {
        // Ended already, mostly.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }

    /// The element with this `data-testid`, as soon as it is there.
    pub fn find(&self, id: &str) -> Element {
        self.find_css(&format!("[data-testid='{id}']"))
    }

    pub fn find_css(&self, selector: &str) -> Element {
        let start = Instant::now();
        loop {
            if let Some(element) = self.all(selector).into_iter().next() {
                return element;
            }
            assert!(start.elapsed() < PATIENCE, "{selector} never came. The window says:\n{}", self.body());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn all(&self, selector: &str) -> Vec<Element> {
        let start = Instant::now();
        loop {
            match self.session.find_all(selector) {
                Ok(found) => return found,
                // Drawn anew between being found and being named.
                Err(error) if error.contains("stale element") && start.elapsed() < PATIENCE => {}
                Err(error) => panic!("the page can be asked: {error}"),
            }
        }
    }

    pub fn click(&self, id: &str) {
        let start = Instant::now();
        loop {
            // It may be drawn anew between finding and clicking, or covered while something slides.
            let error = match self.session.click(&self.find(id)) {
                Ok(()) => return,
                Err(error) => error,
            };
            assert!(start.elapsed() < PATIENCE, "{id} can't be clicked: {error}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn body(&self) -> String {
        self.text("body")
    }

    /// Waits until `check` holds for the text of the element.
    pub fn wait_for_text(&self, selector: &str, check: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let text = self.text(selector);
            if check(&text) {
                return text;
            }
            assert!(start.elapsed() < PATIENCE, "{selector} says {text:?}. The window:\n{}", self.body());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// `textContent` of the last match (also while it fades in, when WebDriver's own text is empty).
    pub fn text(&self, selector: &str) -> String {
        let script = "const all = document.querySelectorAll(arguments[0]); return all.length ? all[all.length - 1].textContent : '';";
        let value = self.script(script, vec![json!(selector)]);
        value.as_str().unwrap_or_default().to_owned()
    }

    pub fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.session.script(script, &arguments).expect("the script runs")
    }

    /// Writes into a field, over what stands there, or moves a slider. Through the DOM, as WebDriver drops characters
    /// beyond U+FFFF; what has no value of its own is pasted into.
    pub fn fill(&self, id: &str, value: &str) {
        self.find(id);
        let script = format!(
            "{PASTE}
            const box = document.querySelector(`[data-testid='${{arguments[0]}}']`);
            box.focus();
            if (box.isContentEditable) return pasteOver(box, arguments[1]);
            box.value = arguments[1];
            box.dispatchEvent(new InputEvent('input', {{bubbles: true}}));"
        );
        self.script(&script, vec![json!(id), json!(value)]);
    }

    /// Writes into the composer and sends.
    pub fn say(&self, text: &str) {
        self.fill("composer", text);
        self.click("send");
    }

    /// Asks for an answer one token at a time and waits for the first; gives where its number is told.
    pub fn ask_by_steps(&self, question: &str) -> &'static str {
        const PLACE: &str = "[data-testid='step-place']";
        self.click("step-toggle");
        self.say(question);
        self.wait_for_text(PLACE, |text| text.contains("Token 1 "));
        PLACE
    }

    /// A press on the n-th match, wherever it is scrolled to.
    pub fn press(&self, selector: &str, n: usize) {
        let start = Instant::now();
        let script = "const one = document.querySelectorAll(arguments[0])[arguments[1]]; one?.click(); return Boolean(one);";
        while self.script(script, vec![json!(selector), json!(n)]) != json!(true) {
            assert!(
                start.elapsed() < PATIENCE,
                "{selector} never came {} times. The window says:\n{}",
                n + 1,
                self.body()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A key on an element that takes the focus first.
    pub fn key(&self, selector: &str, key: &str) {
        self.find_css(selector);
        let script = "const one = document.querySelector(arguments[0]); one.focus(); one.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[1], bubbles: true, cancelable: true}));";
        self.script(script, vec![json!(selector), json!(key)]);
    }

    /// Waits for the last answer to be in this state.
    pub fn wait_for_answer(&self, status: &str) -> String {
        self.find_css(&format!("[data-testid='message-assistant'][data-status='{status}']"));
        self.text(&format!(
            "[data-testid='message-assistant'][data-status='{status}'] [data-testid='answer-text']"
        ))
    }

    /// Loads the bundled model with one click and waits until a question can be asked.
    pub fn start_bundled(&self) {
        self.click("start-bundled");
        self.find_css("[data-testid='composer']:not([disabled])");
    }

    pub fn screenshot(&self, name: &str) {
        let Some(folder) = std::env::var_os("VITRINE_SCREENSHOTS") else { return };
        // Transitions take at most 200 ms.
        std::thread::sleep(Duration::from_millis(400));
        let png = self.session.screenshot().expect("a screenshot");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        let encoded = folder.join(format!("{name}.base64"));
        std::fs::write(&encoded, png).expect("the picture can be written");
        let decoded = Command::new("base64")
            .arg("--decode")
            .arg(&encoded)
            .output()
            .expect("base64 (coreutils) is there");
        std::fs::write(folder.join(format!("{name}.png")), decoded.stdout)
            .expect("the picture can be written");
        std::fs::remove_file(encoded).expect("it was just written");
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // A failed test must not leave a window behind.
        for program in ["vitrine", "vitrine-worker"] {
            for pid in processes::of(program, &self.data) {
                processes::signal(pid, libc::SIGKILL);
            }
        }
        self.end_driver();
    }
}

fn connect(port: u16, capabilities: &Value) -> Session {
    let start = Instant::now();
    loop {
        match Session::new(port, capabilities) {
            Ok(session) => return session,
            // The driver needs a moment until it listens.
            Err(error) if start.elapsed() > PATIENCE => panic!("no WebDriver session: {error}"),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}
