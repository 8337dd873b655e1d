//! What a worker wrote to stderr: the end of it in memory, all of it in a file.
//!
//! The end goes into the technical detail of a crash, which its user sees. The file is for whoever looks into it, so
//! its lines lose what they quote ([`scrub`]): an engine's words about a bad moment may be those of a conversation.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::support::logs::RotatingFile;
use crate::support::scrub;

/// Bytes of stderr that a crash report may carry.
const KEEP: usize = 64 * 1024;
/// Characters of a line in the file.
const LONGEST_LINE: usize = 500;
/// Bytes of a line that is waited for. What is longer is written in pieces.
const LONGEST_WAIT: usize = 16 * 1024;

/// Collects the log of one worker.
#[derive(Debug)]
pub struct LogTail {
    inner: Mutex<Inner>,
    home: Option<PathBuf>,
}

#[derive(Debug)]
struct Inner {
    tail: VecDeque<u8>,
    /// The beginning of a line whose end has not come yet.
    begun: Vec<u8>,
    file: Option<RotatingFile>,
}

impl LogTail {
    /// `file`: where everything is appended. A file that can't be written is done without: the
    /// log must never be the reason why a model does not load.
    pub fn new(file: Option<&Path>) -> Self {
        let file = file.map(|path| RotatingFile::new(path.to_owned()));
        Self {
            inner: Mutex::new(Inner { tail: VecDeque::new(), begun: Vec::new(), file }),
            home: scrub::home(),
        }
    }

    /// What came on stderr.
    pub fn append(&self, bytes: &[u8]) {
        let mut inner = self.inner.lock().expect("no panic while appending to the log");
        inner.keep(bytes);
        inner.begun.extend(bytes);
        let whole = match inner.begun.iter().rposition(|byte| *byte == b'\n') {
            Some(at) => at + 1,
            None if inner.begun.len() >= LONGEST_WAIT => inner.begun.len(),
            None => return,
        };
        let lines: Vec<u8> = inner.begun.drain(..whole).collect();
        self.write(&mut inner, &lines);
    }

    /// What came on stdout and is no message of the protocol. It may be anything, so the file has only that it came.
    pub fn append_garbage(&self, described: &[u8]) {
        let mut inner = self.inner.lock().expect("no panic while appending to the log");
        inner.keep(described);
        self.write(&mut inner, b"(a line on stdout that is no message)\n");
    }

    /// The process is gone: the last line is whole as it is.
    pub fn end(&self) {
        let mut inner = self.inner.lock().expect("no panic while appending to the log");
        let rest = std::mem::take(&mut inner.begun);
        self.write(&mut inner, &rest);
    }

    fn write(&self, inner: &mut Inner, lines: &[u8]) {
        let Some(file) = &inner.file else { return };
        let lines = String::from_utf8_lossy(lines);
        let kept: String = lines
            .lines()
            .map(|line| scrub::explanation(line, self.home.as_deref(), LONGEST_LINE) + "\n")
            .collect();
        if kept.is_empty() {
            return;
        }
        if let Err(error) = file.append(kept.as_bytes()) {
            tracing::warn!(%error, "the worker log file is given up");
            inner.file = None;
        }
    }

    /// The last 64 KiB; bytes that are no UTF-8 become U+FFFD.
    pub fn text(&self) -> String {
        let inner = self.inner.lock().expect("no panic while appending to the log");
        let (front, back) = inner.tail.as_slices();
        String::from_utf8_lossy(&[front, back].concat()).into_owned()
    }
}

impl Inner {
    fn keep(&mut self, bytes: &[u8]) {
        self.tail.extend(bytes);
        let surplus = self.tail.len().saturating_sub(KEEP);
        self.tail.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(path: &Path) -> String {
        std::fs::read_to_string(path).expect("the log file")
    }

    #[test]
    fn keeps_the_end_in_memory_and_every_line_in_the_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("worker.log");
        let log = LogTail::new(Some(&path));
        log.append("first line\nsec".as_bytes());
        assert_eq!(written(&path), "first line\n", "a line is written when it is whole");
        log.append(b"ond\n");
        log.append(&vec![b'a'; KEEP]);
        log.append("末尾".as_bytes());
        log.end();
        assert_eq!(log.text().len(), KEEP);
        assert!(log.text().ends_with("末尾"));
        assert!(written(&path).starts_with("first line\nsecond\naaa"));
    }

    #[test]
    fn what_may_be_of_a_conversation_is_in_memory_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("worker.log");
        let log = LogTail::new(Some(&path));
        log.append("byte index 2 is inside '天' of `天空 SECRET`\n".as_bytes());
        log.append_garbage(b"not JSON: SECRET");
        assert!(log.text().contains("天空 SECRET"));
        assert!(log.text().contains("not JSON: SECRET"));
        let file = written(&path);
        assert_eq!(file, "byte index 2 is inside [...] of [...]\n(a line on stdout that is no message)\n");
    }

    #[test]
    fn does_without_a_file_that_cannot_be_written() {
        let log = LogTail::new(Some(Path::new("/proc/no/such/folder/worker.log")));
        log.append(b"still here\n");
        assert_eq!(log.text(), "still here\n");
    }
}
