//! What a worker wrote to stderr: the end of it in memory, all of it in a file.
//!
//! The end goes into the technical detail of a crash; the file is for whoever looks into it.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

/// Bytes of stderr that a crash report may carry.
const KEEP: usize = 64 * 1024;
/// A log file above this many bytes is begun anew when the next worker starts.
const FILE_LIMIT: u64 = 4 * 1024 * 1024;

/// Collects the log of one worker.
#[derive(Debug)]
pub struct LogTail {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    tail: VecDeque<u8>,
    file: Option<File>,
}

impl LogTail {
    /// `file`: where everything is appended. A file that can't be written is done without: the
    /// log must never be the reason why a model does not load.
    pub fn new(file: Option<&Path>) -> Self {
        let file = file.and_then(|path| match open(path) {
            Ok(file) => Some(file),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "no worker log file");
                None
            }
        });
        Self { inner: Mutex::new(Inner { tail: VecDeque::new(), file }) }
    }

    pub fn append(&self, bytes: &[u8]) {
        let mut inner = self.inner.lock().expect("no panic while appending to the log");
        inner.tail.extend(bytes);
        let surplus = inner.tail.len().saturating_sub(KEEP);
        inner.tail.drain(..surplus);
        if let Some(Err(error)) = inner.file.as_mut().map(|file| file.write_all(bytes)) {
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

fn open(path: &Path) -> std::io::Result<File> {
    let too_long = path.metadata().is_ok_and(|metadata| metadata.len() > FILE_LIMIT);
    OpenOptions::new().create(true).write(true).append(!too_long).truncate(too_long).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_end_in_memory_and_everything_in_the_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("worker.log");
        let log = LogTail::new(Some(&path));
        log.append(&vec![b'a'; KEEP]);
        log.append("末尾".as_bytes());
        assert_eq!(log.text().len(), KEEP);
        assert!(log.text().ends_with("末尾"));
        assert_eq!(path.metadata().expect("the log file").len() as usize, KEEP + 6);
    }

    #[test]
    fn a_log_file_that_grew_too_long_is_begun_anew() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("worker.log");
        std::fs::write(&path, vec![b'x'; FILE_LIMIT as usize + 1]).expect("a long log");
        LogTail::new(Some(&path)).append(b"fresh");
        assert_eq!(std::fs::read(&path).expect("the log file"), b"fresh");
    }

    #[test]
    fn does_without_a_file_that_cannot_be_written() {
        let log = LogTail::new(Some(Path::new("/proc/no/such/folder/worker.log")));
        log.append(b"still here");
        assert_eq!(log.text(), "still here");
    }
}
