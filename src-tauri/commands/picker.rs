//! The dialog in which the user chooses a model; in tests, a list of what they choose.

use std::collections::VecDeque;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Mutex;

use rfd::{AsyncFileDialog, FileHandle};
use serde::Deserialize;
use tauri::WebviewWindow;
use tokio::sync::oneshot;

/// Paths, one a line, that stand in for what a user would choose.
const SCRIPT: &str = "VITRINE_TEST_PICK";

/// Endings of files that are text, in both cases: GTK's patterns tell them apart. Others can be listed, too; whether a
/// file is text is found out when it is read.
const TEXT: &[&str] = &[
    "txt", "TXT", "md", "MD", "markdown", "rst", "tex", "csv", "CSV", "tsv", "json", "jsonl", "toml", "yaml",
    "yml", "ini", "log", "html", "htm", "xml", "css", "js", "ts", "jsx", "tsx", "svelte", "vue", "py", "rs",
    "go", "java", "kt", "swift", "rb", "php", "lua", "c", "h", "cc", "cpp", "hpp", "cs", "sh", "sql", "r",
    "diff", "patch", "srt",
];

/// What is to be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PickKind {
    /// A `.gguf` file.
    File,
    /// A folder with `config.json` and safetensors.
    Folder,
    /// Any file, to be read as text.
    Text,
}

/// Who chooses.
#[derive(Debug)]
pub enum Picker {
    /// The user, in the system's own dialog.
    Native,
    /// A test. An empty script is a user who cancels.
    Scripted(Mutex<VecDeque<String>>),
}

impl Picker {
    pub fn from_environment() -> Self {
        match std::env::var(SCRIPT) {
            Ok(script) => Self::scripted(&script),
            Err(_) => Self::Native,
        }
    }

    fn scripted(script: &str) -> Self {
        let paths = script.lines().filter(|line| !line.is_empty()).map(str::to_owned);
        Self::Scripted(Mutex::new(paths.collect()))
    }

    /// The chosen path; `None` where the user cancelled.
    pub async fn pick(&self, kind: PickKind, title: String, window: WebviewWindow) -> Option<String> {
        match self {
            Self::Native => Some(native(kind, title, window).await?.to_string_lossy().into_owned()),
            Self::Scripted(_) => self.next(),
        }
    }

    fn next(&self) -> Option<String> {
        match self {
            Self::Native => None,
            Self::Scripted(paths) => paths.lock().expect("no panic while taking one").pop_front(),
        }
    }
}

/// GTK wants its dialogs made on the main thread; waiting for them happens here.
async fn native(kind: PickKind, title: String, window: WebviewWindow) -> Option<PathBuf> {
    let (made, dialog) = oneshot::channel();
    let parent = window.clone();
    let asked = window.run_on_main_thread(move || {
        let dialog = AsyncFileDialog::new().set_title(title).set_parent(&parent);
        let chosen: std::pin::Pin<Box<dyn Future<Output = Option<FileHandle>> + Send>> = match kind {
            PickKind::File => Box::pin(dialog.add_filter("GGUF", &["gguf", "GGUF"]).pick_file()),
            PickKind::Folder => Box::pin(dialog.pick_folder()),
            PickKind::Text => {
                Box::pin(dialog.add_filter("TXT, MD, CSV, JSON …", TEXT).add_filter("*", &["*"]).pick_file())
            }
        };
        // Where the command is gone the dialog closes again.
        let _ = made.send(chosen);
    });
    if let Err(error) = asked {
        tracing::error!(%error, "no dialog");
        return None;
    }
    let chosen = dialog.await.ok()?.await?;
    Some(chosen.path().to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_taken_line_by_line_and_then_cancels() {
        let picker = Picker::scripted("/模型/千问 小.gguf\n\n/b\n");
        assert_eq!(picker.next().as_deref(), Some("/模型/千问 小.gguf"));
        assert_eq!(picker.next().as_deref(), Some("/b"));
        assert_eq!(picker.next(), None);
    }
}
