//! What the app and its workers say, in the folder `logs` of the data folder, in files of a bounded size.
//!
//! No conversation gets there, at any level. Of the app's own events a line has the program's literals, numbers, and
//! paths; what explains an error goes through [`scrub::explanation`] first. Events of other crates are not written: nobody
//! here knows what they quote.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::EnvFilter;

use super::scrub;

/// Below the data folder.
const FOLDER: &str = "logs";
const APP: &str = "vitrine.log";
const WORKER: &str = "worker.log";
/// Bytes of one file.
const LIMIT: u64 = 1 << 20;
/// Files of one name: the one that is written, and older ones.
const KEEP: usize = 5;
/// Characters of an explanation, and of a whole line.
const EXPLANATION: usize = 200;
const LINE: usize = 1_000;
/// Warnings that [`recent_warnings`] remembers.
const RECENT: usize = 10;

/// Where the logs of a data folder are.
pub fn folder(data: &Path) -> PathBuf {
    data.join(FOLDER)
}

/// What workers write to stderr.
pub fn worker_file(data: &Path) -> PathBuf {
    folder(data).join(WORKER)
}

/// A file that is renamed when it is full, and begun anew.
#[derive(Debug)]
pub struct RotatingFile {
    path: PathBuf,
    limit: u64,
    keep: usize,
}

impl RotatingFile {
    pub fn new(path: PathBuf) -> Self {
        Self { path, limit: LIMIT, keep: KEEP }
    }

    /// Appends. The file is opened each time: it may have been removed, or renamed by another writer.
    ///
    /// # Errors
    /// What the system says.
    pub fn append(&self, bytes: &[u8]) -> io::Result<()> {
        // Several workers write one file, and renaming takes several steps.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(|panicked| panicked.into_inner());
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let length = self.path.metadata().map_or(0, |metadata| metadata.len());
        if length > 0 && length.saturating_add(bytes.len() as u64) > self.limit {
            self.rotate()?;
        }
        OpenOptions::new().create(true).append(true).open(&self.path)?.write_all(bytes)
    }

    /// `a.log` becomes `a.1.log`, which was `a.2.log` ... the oldest goes.
    fn rotate(&self) -> io::Result<()> {
        for number in (1..self.keep).rev() {
            let from = if number == 1 { self.path.clone() } else { self.older(number - 1) };
            match std::fs::rename(from, self.older(number)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn older(&self, number: usize) -> PathBuf {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        self.path.with_file_name(format!("{stem}.{number}.log"))
    }
}

/// Begins the log of this process. Warnings go to stderr too; `RUST_LOG` asks for more, there and in the file.
pub fn start(data: &Path) {
    // Of a version that wrote it as it came.
    let _ = std::fs::remove_file(data.join(WORKER));
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,vitrine_shell=info,vitrine_data=info"));
    let file = AppLog { file: RotatingFile::new(folder(data).join(APP)), home: scrub::home() };
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    // On stderr as it was: without what is only of interest afterwards.
    let lines = match std::env::var_os(EnvFilter::DEFAULT_ENV) {
        Some(_) => lines.with_filter(None),
        None => lines.with_filter(Some(tracing_subscriber::filter::LevelFilter::WARN)),
    };
    if let Err(error) = tracing_subscriber::registry().with(filter).with(file).with(lines).try_init() {
        eprintln!("vitrine: no log: {error}");
    }
}

/// The last warnings of this process, the newest last: where they came from, and the program's own words.
pub fn recent_warnings() -> Vec<String> {
    RECENTLY.lock().map(|recent| recent.iter().cloned().collect()).unwrap_or_default()
}

static RECENTLY: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());

fn remember(warning: String) {
    if let Ok(mut recent) = RECENTLY.lock() {
        recent.push_back(warning);
        let surplus = recent.len().saturating_sub(RECENT);
        recent.drain(..surplus);
    }
}

/// Writes events of the app into its file.
#[derive(Debug)]
struct AppLog {
    file: RotatingFile,
    home: Option<PathBuf>,
}

impl<S: Subscriber> Layer<S> for AppLog {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if !metadata.target().starts_with("vitrine") {
            return;
        }
        let mut said = Said { message: String::new(), fields: String::new(), home: self.home.as_deref() };
        event.record(&mut said);
        if *metadata.level() <= Level::WARN {
            remember(format!("{}: {}", metadata.target(), said.message));
        }
        let (now, level, target) = (chrono::Utc::now(), metadata.level(), metadata.target());
        let line = format!(
            "{} {level:5} {target}: {}{}",
            now.format("%Y-%m-%dT%H:%M:%S%.3fZ"),
            said.message,
            said.fields
        );
        let line: String = line.chars().take(LINE).collect();
        // A log that can't be written is never the reason for anything.
        let _ = self.file.append((line + "\n").as_bytes());
    }
}

/// What of an event may be written.
struct Said<'a> {
    message: String,
    fields: String,
    home: Option<&'a Path>,
}

impl Said<'_> {
    fn add(&mut self, field: &Field, value: &str) {
        self.fields.push_str(&format!(" {}={value}", field.name()));
    }
}

impl Visit for Said<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = format!("{value:?}");
        match field.name() {
            "message" => self.message = scrub::explanation(&text, self.home, EXPLANATION),
            "path" | "folder" | "file" | "aside" | "copy" => {
                let text = scrub::homeless(&text, self.home).replace(['\n', '\r'], " ");
                self.add(field, &text);
            }
            "error" | "reason" | "panic" | "exit" | "place" => {
                self.add(field, &scrub::explanation(&text, self.home, EXPLANATION));
            }
            _ => self.add(field, scrub::name(&text)),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, &value.to_string());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, &value.to_string());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, &value.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: PathBuf) -> String {
        std::fs::read_to_string(path).unwrap_or_default()
    }

    #[test]
    fn a_full_file_is_renamed_and_the_oldest_goes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("logs").join("a.log");
        let log = RotatingFile { path: path.clone(), limit: 10, keep: 3 };
        for text in ["one 1234", "two 1234", "three 12", "four 123", "f"] {
            log.append(text.as_bytes()).expect("written");
        }
        assert_eq!(read(path.clone()), "four 123f");
        assert_eq!(read(path.with_file_name("a.1.log")), "three 12");
        assert_eq!(read(path.with_file_name("a.2.log")), "two 1234");
        assert_eq!(path.parent().expect("a folder").read_dir().expect("readable").count(), 3);
    }

    #[test]
    fn what_is_longer_than_a_file_is_written_all_the_same() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = RotatingFile { path: folder.path().join("a.log"), limit: 10, keep: 2 };
        log.append(&[b'x'; 50]).expect("written");
        log.append(b"y").expect("written");
        assert_eq!(read(folder.path().join("a.log")), "y");
    }

    #[test]
    fn a_line_has_literals_numbers_and_paths_and_no_quotation() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.log");
        let log = AppLog { file: RotatingFile::new(path.clone()), home: Some("/home/wang".into()) };
        let subscriber = tracing_subscriber::registry().with(log);
        tracing::subscriber::with_default(subscriber, || {
            let error = "invalid type: string \"a SECRET text\", expected u32";
            tracing::warn!(%error, path = "/home/wang/千问 小.gguf", answer = 7, "stored facts can't be read");
            tracing::trace!(target: "hyper", "SECRET");
            tracing::debug!(text = "天空 SECRET\nSECRET", "no answer");
        });
        let text = read(path);
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(
            text.contains("WARN  vitrine_shell::support::logs::tests: stored facts can't be read"),
            "{text}"
        );
        assert!(text.contains("error=invalid type: string [...], expected u32"), "{text}");
        assert!(text.contains("path=~/千问 小.gguf") && text.contains("answer=7"), "{text}");
        assert!(!text.contains("天空") && !text.contains("SECRET"), "{text}");
        assert!(recent_warnings().iter().any(|one| one.ends_with("stored facts can't be read")));
    }
}
