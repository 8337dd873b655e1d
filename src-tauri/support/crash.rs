//! Reports of panics: written when one comes, offered at the next start, put away when they were seen.
//!
//! A report has what helps to mend the app and nothing that somebody typed: a panic's message is kept where it is a
//! literal of the program or one of Rust's own that can't quote; what is formatted into others may be anything.

use std::backtrace::Backtrace;
use std::fs::File;
use std::io::{self, Read, Write};
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use vitrine_core::panic_text;

use super::{is_own, make_spare_folder, scrub, spare_folder};
use crate::contract::CrashReport;

/// Below the data folder, or below the spare one.
const FOLDER: &str = "reports";
const PREFIX: &str = "crash-";
const SUFFIX: &str = ".txt";
/// Put away: kept for whoever looks into the folder, and not offered again.
const SEEN: &str = ".seen.txt";
/// Reports that are kept.
const KEEP: usize = 5;
/// Reports that one run of the app writes: what fails again and again has been told.
const EACH_RUN: usize = 3;
/// Bytes of a backtrace that a report has.
const LONGEST_TRACE: usize = 24 * 1024;
/// Bytes of a report that are read.
const LONGEST_REPORT: u64 = 64 * 1024;

/// From now on every panic of this process leaves a report, in the data folder or else in the spare one.
pub fn install(data: &Path) {
    static WRITTEN: AtomicUsize = AtomicUsize::new(0);
    let folder = data.join(FOLDER);
    let home = scrub::home();
    std::panic::set_hook(Box::new(move |info| {
        let place = place(info);
        eprintln!("vitrine: panic at {place}: {}", panic_text::safe(info.payload()));
        tracing::error!(%place, "a fault of the app");
        if WRITTEN.fetch_add(1, Ordering::Relaxed) >= EACH_RUN {
            return;
        }
        let text = report(info, home.as_deref());
        if let Err(error) = write(&folder, &text) {
            let spared = make_spare_folder().and_then(|spare| write(&spare.join(FOLDER), &text));
            if spared.is_err() {
                eprintln!("vitrine: the report of it can't be written: {error}");
            }
        }
    }));
}

/// The newest report that was not put away.
pub fn newest(data: &Path) -> Option<CrashReport> {
    let unseen = folders(data).into_iter().flat_map(|folder| listed(&folder));
    let newest = unseen.filter(|report| !report.seen).max_by_key(|report| report.written_at_ms)?;
    let mut bytes = Vec::new();
    File::open(&newest.path).ok()?.take(LONGEST_REPORT).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Some(CrashReport { written_at_ms: newest.written_at_ms, text })
}

/// Puts all reports away. They stay in their folder.
///
/// # Errors
/// What the system says, with the report that it is about.
pub fn forget(data: &Path) -> Result<(), (PathBuf, io::Error)> {
    for report in folders(data).into_iter().flat_map(|folder| listed(&folder)).filter(|report| !report.seen) {
        let to = report.path.with_file_name(format!("{PREFIX}{}{SEEN}", report.written_at_ms));
        std::fs::rename(&report.path, to).map_err(|error| (report.path, error))?;
    }
    Ok(())
}

/// Where reports may lie. A spare folder that another user made is none of ours.
fn folders(data: &Path) -> Vec<PathBuf> {
    let spare = Some(spare_folder()).filter(|folder| is_own(folder));
    [Some(data.to_owned()), spare].into_iter().flatten().map(|folder| folder.join(FOLDER)).collect()
}

struct Listed {
    path: PathBuf,
    written_at_ms: i64,
    seen: bool,
}

fn listed(folder: &Path) -> Vec<Listed> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let read = |path: PathBuf| {
        let rest = path.file_name()?.to_str()?.strip_prefix(PREFIX)?;
        let (time, seen) = match rest.strip_suffix(SEEN) {
            Some(time) => (time, true),
            None => (rest.strip_suffix(SUFFIX)?, false),
        };
        Some(Listed { written_at_ms: time.parse().ok()?, seen, path })
    };
    entries.filter_map(|entry| read(entry.path())).collect()
}

fn write(folder: &Path, text: &str) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    create_from(folder, since.as_millis())?.write_all(text.as_bytes())?;
    let mut all = listed(folder);
    all.sort_by_key(|report| std::cmp::Reverse(report.written_at_ms));
    for old in all.into_iter().skip(KEEP) {
        // It is too many, no fault.
        let _ = std::fs::remove_file(old.path);
    }
    Ok(())
}

/// A new report of this millisecond, or of the next one that has none: two threads may panic in the same.
fn create_from(folder: &Path, millisecond: u128) -> io::Result<File> {
    let mut millisecond = millisecond;
    loop {
        match File::create_new(folder.join(format!("{PREFIX}{millisecond}{SUFFIX}"))) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => millisecond += 1,
            other => return other,
        }
    }
}

fn place(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map(|place| format!("{}:{}:{}", place.file(), place.line(), place.column()));
    place.unwrap_or_else(|| "(not known)".into())
}

fn report(info: &PanicHookInfo<'_>, home: Option<&Path>) -> String {
    let thread = std::thread::current();
    let trace = scrub::homeless(&Backtrace::force_capture().to_string(), home);
    let cut = (0..=LONGEST_TRACE.min(trace.len())).rev().find(|at| trace.is_char_boundary(*at)).unwrap_or(0);
    format!(
        "Vitrine {}\nsystem: {} {}\nthread: {}\nplace: {}\nmessage: {}\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        thread.name().unwrap_or("(no name)"),
        scrub::homeless(&place(info), home),
        panic_text::safe(info.payload()),
        &trace[..cut],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(folder: &Path, name: &str) {
        std::fs::create_dir_all(folder.join(FOLDER)).expect("a folder");
        std::fs::write(folder.join(FOLDER).join(name), name).expect("a report");
    }

    #[test]
    fn the_newest_is_offered_until_all_are_put_away() {
        let data = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(newest(data.path()), None);
        for name in ["crash-7.txt", "crash-12.txt", "crash-30.seen.txt", "crash-x.txt", "other.txt"] {
            put(data.path(), name);
        }
        let offered = newest(data.path()).expect("a report");
        assert_eq!((offered.written_at_ms, offered.text.as_str()), (12, "crash-12.txt"));
        forget(data.path()).expect("put away");
        assert_eq!(newest(data.path()), None);
        assert!(data.path().join(FOLDER).join("crash-12.seen.txt").exists(), "kept for whoever looks");
    }

    #[test]
    fn five_are_kept() {
        let data = tempfile::tempdir().expect("a temporary folder");
        for number in 0..KEEP {
            put(data.path(), &format!("crash-{number}.txt"));
        }
        let folder = data.path().join(FOLDER);
        write(&folder, "new").expect("written");
        let mut times: Vec<_> = listed(&folder).into_iter().map(|report| report.written_at_ms).collect();
        times.sort_unstable();
        assert_eq!(times[..4], [1, 2, 3, 4]);
        assert_eq!(times.len(), KEEP);
        assert_eq!(newest(data.path()).expect("a report").text, "new");
    }

    #[test]
    fn reports_of_one_millisecond_are_all_kept() {
        let data = tempfile::tempdir().expect("a temporary folder");
        for text in ["first", "second", "third"] {
            create_from(data.path(), 7)
                .and_then(|mut file| file.write_all(text.as_bytes()))
                .expect("written");
        }
        let mut reports = listed(data.path());
        reports.sort_by_key(|report| report.written_at_ms);
        let texts: Vec<_> =
            reports.iter().map(|report| std::fs::read_to_string(&report.path).expect("read")).collect();
        assert_eq!(texts, ["first", "second", "third"]);
    }
}
