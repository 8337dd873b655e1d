//! One running app: a WebDriver, a session in it, a data folder.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{json, Value};

use crate::processes;

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

pub struct App {
    pub client: Client,
    pub data: PathBuf,
    driver: Child,
}

fn program() -> PathBuf {
    let mut folder = std::env::current_exe().expect("a running test has a path");
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let program = folder.join("vitrine");
    assert!(program.exists(), "{} is missing: run `make build` first", program.display());
    program
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("it has an address").port()
}

impl App {
    pub async fn start(start: Start) -> Self {
        let port = free_port();
        let picks: Vec<String> = start.picks.iter().map(|path| path.to_string_lossy().into_owned()).collect();
        let mut command = Command::new("WebKitWebDriver");
        command
            .args([format!("--port={port}"), "--host=127.0.0.1".into()])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("VITRINE_DATA_DIR", &start.data)
            .env("LANG", start.locale)
            .env_remove("LC_ALL")
            .env_remove("LANGUAGE")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if !picks.is_empty() {
            command.env("VITRINE_TEST_PICK", picks.join("\n"));
        }
        let driver = command.spawn().expect("WebKitWebDriver starts (Debian package webkit2gtk-driver)");
        let options = json!({"binary": program(), "args": start.arguments});
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("webkitgtk:browserOptions".into(), options);
        let client = connect(port, capabilities).await;
        Self { client, data: start.data, driver }
    }

    /// Closes the window as a user does, and waits until nothing is left of it.
    pub async fn close(mut self) {
        self.client.clone().close().await.expect("the session ends");
        processes::wait_until_gone("vitrine", &self.data);
        processes::wait_until_gone("vitrine-worker", &self.data);
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
    pub async fn find(&self, id: &str) -> Element {
        self.find_css(&format!("[data-testid='{id}']")).await
    }

    pub async fn find_css(&self, selector: &str) -> Element {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await {
            Ok(element) => element,
            Err(error) => panic!("{selector} never came ({error}). The window says:\n{}", self.body().await),
        }
    }

    pub async fn all(&self, selector: &str) -> Vec<Element> {
        self.client.find_all(Locator::Css(selector)).await.expect("the page can be asked")
    }

    pub async fn click(&self, id: &str) {
        let start = Instant::now();
        loop {
            // It may be drawn anew between finding and clicking, or covered while something slides.
            let error = match self.find(id).await.click().await {
                Ok(()) => return,
                Err(error) => error,
            };
            assert!(start.elapsed() < PATIENCE, "{id} can't be clicked: {error}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub async fn body(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => format!("(no body: {error})"),
        }
    }

    /// Waits until `check` holds for the text of the element.
    pub async fn wait_for_text(&self, selector: &str, check: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let text = self.text(selector).await;
            if check(&text) {
                return text;
            }
            assert!(start.elapsed() < PATIENCE, "{selector} says {text:?}. The window:\n{}", self.body().await);
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// `textContent` of the last match (also while it fades in, when WebDriver's own text is empty).
    pub async fn text(&self, selector: &str) -> String {
        let script = "const all = document.querySelectorAll(arguments[0]); return all.length ? all[all.length - 1].textContent : '';";
        let value = self.script(script, vec![json!(selector)]).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.expect("the script runs")
    }

    /// Writes into the composer and sends. Through the DOM, as WebDriver drops characters beyond U+FFFF.
    pub async fn say(&self, text: &str) {
        self.find("composer").await;
        let script = "const box = document.querySelector(\"[data-testid='composer']\"); box.focus(); box.value = arguments[0]; box.dispatchEvent(new InputEvent('input', {bubbles: true}));";
        self.script(script, vec![json!(text)]).await;
        self.click("send").await;
    }

    /// Waits for the last answer to be in this state.
    pub async fn wait_for_answer(&self, status: &str) -> String {
        self.find_css(&format!("[data-testid='message-assistant'][data-status='{status}']")).await;
        self.text(&format!("[data-testid='message-assistant'][data-status='{status}'] [data-testid='answer-text']")).await
    }

    /// Loads the bundled model with one click and waits until a question can be asked.
    pub async fn start_bundled(&self) {
        self.click("start-bundled").await;
        self.find_css("[data-testid='composer']:not([disabled])").await;
    }

    pub async fn screenshot(&self, name: &str) {
        let Some(folder) = std::env::var_os("VITRINE_SCREENSHOTS") else { return };
        // Transitions take at most 200 ms.
        std::thread::sleep(Duration::from_millis(400));
        let png = self.client.screenshot().await.expect("a screenshot");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        std::fs::write(folder.join(format!("{name}.png")), png).expect("the picture can be written");
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

async fn connect(port: u16, capabilities: serde_json::Map<String, Value>) -> Client {
    let start = Instant::now();
    loop {
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities.clone());
        match builder.connect(&format!("http://127.0.0.1:{port}")).await {
            Ok(client) => return client,
            // The driver needs a moment until it listens.
            Err(error) if start.elapsed() > PATIENCE => panic!("no WebDriver session: {error}"),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}
