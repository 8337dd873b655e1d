//! The dialog in which the user chooses a model; in tests, a list of what they choose.

use std::collections::VecDeque;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
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

/// Endings of files in which apps keep or export conversations.
const CONVERSATIONS: &[&str] = &["json", "jsonl", "zip", "md", "db", "JSON", "JSONL", "ZIP", "MD", "DB"];

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
    /// A copy of the history.
    Copy,
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

    /// Where a file is to be written; `None` where the user cancelled. `name`: what is offered.
    pub async fn save(&self, name: String, extension: &'static str, window: WebviewWindow) -> Option<String> {
        let Self::Native = self else { return self.next() };
        let chosen = ask(window, move |dialog| {
            let dialog = dialog.set_file_name(name).add_filter(extension.to_uppercase(), &[extension]);
            Box::pin(dialog.save_file())
        });
        Some(path_of(&chosen.await??))
    }

    /// Files to take conversations from, or one folder; none where the user cancelled.
    pub async fn sources(&self, folder: bool, window: WebviewWindow) -> Vec<String> {
        let Self::Native = self else { return self.next().into_iter().collect() };
        let chosen = ask(window, move |dialog| -> Asking<Vec<FileHandle>> {
            match folder {
                true => Box::pin(dialog.pick_folders()),
                false => Box::pin(
                    dialog.add_filter("JSON, ZIP, MD …", CONVERSATIONS).add_filter("*", &["*"]).pick_files(),
                ),
            }
        });
        chosen.await.flatten().unwrap_or_default().iter().map(path_of).collect()
    }

    fn next(&self) -> Option<String> {
        match self {
            Self::Native => None,
            Self::Scripted(paths) => paths.lock().expect("no panic while taking one").pop_front(),
        }
    }
}

/// What a dialog will say; `None` where the user cancelled.
type Asking<T> = Pin<Box<dyn Future<Output = Option<T>> + Send>>;

async fn native(kind: PickKind, title: String, window: WebviewWindow) -> Option<PathBuf> {
    let chosen = ask(window, move |dialog| -> Asking<FileHandle> {
        // Without a title it has the system's own.
        let dialog = if title.is_empty() { dialog } else { dialog.set_title(title) };
        match kind {
            PickKind::File => Box::pin(dialog.add_filter("GGUF", &["gguf", "GGUF"]).pick_file()),
            PickKind::Folder => Box::pin(dialog.pick_folder()),
            PickKind::Copy => Box::pin(dialog.add_filter("DB", &["db"]).add_filter("*", &["*"]).pick_file()),
            PickKind::Text => {
                Box::pin(dialog.add_filter("TXT, MD, CSV, JSON …", TEXT).add_filter("*", &["*"]).pick_file())
            }
        }
    });
    Some(chosen.await??.path().to_path_buf())
}

/// GTK wants its dialogs made on the main thread; waiting for them happens here.
async fn ask<T: Send + 'static>(
    window: WebviewWindow,
    make: impl FnOnce(AsyncFileDialog) -> Asking<T> + Send + 'static,
) -> Option<Option<T>> {
    let (made, dialog) = oneshot::channel();
    let parent = window.clone();
    let asked = window.run_on_main_thread(move || {
        // Where the command is gone the dialog closes again.
        let _ = made.send(make(AsyncFileDialog::new().set_parent(&parent)));
    });
    if let Err(error) = asked {
        tracing::error!(%error, "no dialog");
        return None;
    }
    Some(dialog.await.ok()?.await)
}

fn path_of(chosen: &FileHandle) -> String {
    chosen.path().to_string_lossy().into_owned()
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
