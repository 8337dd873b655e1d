//! Files that are dragged out of another program's window and dropped on this one, as a file manager does it (XDND).

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::app::{App, Start, PATIENCE};
use crate::journeys::xdotool;

/// Debian's own, which finds GTK; another one in the path may not.
const PYTHON: &str = "/usr/bin/python3";

/// Another program's window with files in it; gone with this.
struct FileManager(Child);

impl FileManager {
    fn open(files: &[&Path]) -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/drag_source.py");
        let mut command = Command::new(PYTHON);
        command.arg(source).args(files).stdout(Stdio::piped());
        let mut child = command.spawn().expect("Python runs (Debian packages python3-gi, gir1.2-gtk-3.0)");
        let mut line = String::new();
        let said = BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line);
        assert!(said.is_ok() && line.trim() == "ready", "the other program's window is there: {line:?}");
        Self(child)
    }

    /// Did the other side take the files?
    fn taken(&mut self) -> bool {
        let start = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().expect("it can be asked") {
                return status.success();
            }
            assert!(start.elapsed() < PATIENCE, "the drag never ended");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for FileManager {
    fn drop(&mut self) {
        // Ended already, mostly.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn pointer(arguments: &[&str]) {
    xdotool(arguments).expect("the pointer moves");
    // Both programs follow the pointer by events.
    std::thread::sleep(Duration::from_millis(150));
}

/// Presses the files in the other window, carries them over this one, and lets go there.
fn drop_files(app: &App, files: &[&Path], picture: &str) {
    let mut manager = FileManager::open(files);
    pointer(&["mousemove", "20", "20"]);
    pointer(&["mousedown", "1"]);
    for (x, y) in [("40", "24"), ("60", "28"), ("300", "240"), ("480", "360"), ("500", "380")] {
        pointer(&["mousemove", x, y]);
    }
    // The window says what will happen before it happens.
    app.find("drop-overlay");
    app.screenshot(picture);
    pointer(&["mouseup", "1"]);
    assert!(manager.taken(), "the window takes the files");
    let start = Instant::now();
    while !app.all("[data-testid='drop-overlay']").is_empty() {
        assert!(start.elapsed() < PATIENCE, "the overlay goes");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Two conversations as ChatGPT exports them, one of them with two versions of its answer, and one that is broken.
fn archive(folder: &Path) -> PathBuf {
    let message = |role: &str, text: &str| json!({"author": {"role": role}, "create_time": 1_780_000_000.5, "content": {"content_type": "text", "parts": [text]}});
    let node = |id: &str, parent: Option<&str>, message: serde_json::Value| {
        (id.to_owned(), json!({"id": id, "parent": parent, "message": message}))
    };
    let sky: serde_json::Map<_, _> = [
        node("root", None, json!(null)),
        node("q", Some("root"), message("user", "天空为什么是蓝色的？")),
        node("a1", Some("q"), message("assistant", "因为瑞利散射。")),
        node("a2", Some("q"), message("assistant", "短波长的光散射得更多。")),
    ]
    .into_iter()
    .collect();
    let tea: serde_json::Map<_, _> = [
        node("root", None, json!(null)),
        node("q", Some("root"), message("user", "How long does green tea steep?")),
        node("a", Some("q"), message("assistant", "Two minutes.")),
    ]
    .into_iter()
    .collect();
    let whole = json!([
        {"id": "1", "title": "天空", "create_time": 1_780_000_000.5, "mapping": sky, "current_node": "a2"},
        {"id": "2", "title": "Green tea", "create_time": 1_780_000_100.5, "mapping": tea, "current_node": "a"},
    ]);
    let inside = folder.join("inside");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(inside.join("conversations-000.json"), whole.to_string()).unwrap();
    std::fs::write(
        inside.join("conversations-001.json"),
        r#"[{"id":"3","title":"断了","mapping":{"root":{"id"#,
    )
    .unwrap();
    let archive = folder.join("我的 对话 (导出).zip");
    let packed = Command::new(PYTHON)
        .args(["-m", "zipfile", "-c"])
        .arg(&archive)
        .args(["conversations-000.json", "conversations-001.json"].map(|name| inside.join(name)))
        .status();
    assert!(packed.expect("Python runs").success(), "the archive is made");
    archive
}

/// An archive of another app's conversations comes in where it is dropped, with a receipt; the broken one costs no other.
#[test]
fn an_archive_that_is_dropped_comes_in_with_a_receipt() {
    let data = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let archive = archive(files.path());
    let app = App::start(Start { locale: "zh_CN.UTF-8", ..Start::new(data.path()) });
    app.find("start-bundled");
    drop_files(&app, &[&archive], "drop-conversations");
    app.wait_for_text("[data-testid='receipt_imported']", |text| text == "2");
    assert_eq!(app.text("[data-testid='receipt_left_out']"), "1");
    let receipt = app.text("[data-testid='receipt']");
    assert!(receipt.contains("ChatGPT") && receipt.contains("我的 对话 (导出).zip"), "{receipt}");
    app.screenshot("drop-receipt");
    app.session.type_keys("\u{e00c}").expect("Escape");

    app.click("rail-history");
    app.press("[data-testid='history-open']", 1);
    app.wait_for_text("[data-testid='message-assistant']", |text| text.contains("短波长的光散射得更多。"));
    app.wait_for_text("[data-testid='version']", |text| text == "2/2");
    app.close();
}

/// A model that is dropped is looked at and told about before it is opened.
#[test]
fn a_model_that_is_dropped_shows_its_card() {
    let data = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let model = files.path().join("千问 小.gguf");
    let starter = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/starter/vitrine-starter-sft.gguf");
    std::fs::copy(starter, &model).unwrap();
    let app = App::start(Start::new(data.path()));
    app.find("start-bundled");
    drop_files(&app, &[&model], "drop-model");
    app.wait_for_text("[data-testid='preflight']", |text| text.contains("千问 小.gguf"));
    app.screenshot("drop-model-card");
    app.click("card-main");
    app.find("model-card");
    app.close();
}
