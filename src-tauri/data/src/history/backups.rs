//! The copies of the history beside it: seven days, four weeks, and one before whatever changes everything.
//!
//! They lie in `backups/` and say in their names what they are and when they were made. A daily copy that becomes too old
//! for its seven stays as a weekly one where none is within a week of it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{params, Connection};

use super::{copies, maybe_text_of, now, text_of};
use crate::contract::{Backup, BackupKind, BackupRow};
use crate::error::Error;

/// Below the data folder.
const FOLDER: &str = "backups";
/// How the names of damaged histories begin; they lie beside the history.
pub const DAMAGED: &str = "history-damaged-";
/// The same of those that made room for another one.
pub const REPLACED: &str = "history-replaced-";

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// A little less, so that a copy that was made a little earlier than the last does not skip a week.
const WEEK: i64 = 7 * DAY - 12 * HOUR;
const DAILY: usize = 7;
const WEEKLY: usize = 4;
/// Of each kind that is made before something.
const BEFORE: usize = 3;
/// Room that is left on the disk when a copy was made.
const MARGIN: u64 = 64 * 1024 * 1024;
/// Characters of the last message.
const PREVIEW: u32 = 120;

/// A file that is a copy by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub path: PathBuf,
    pub kind: BackupKind,
    pub at: i64,
}

impl Named {
    /// No copy, but a history that lay at the place of the present one.
    pub fn is_set_aside(&self) -> bool {
        matches!(self.kind, BackupKind::Damaged | BackupKind::Replaced)
    }
}

/// Where the copies lie.
pub fn folder(data: &Path) -> PathBuf {
    data.join(FOLDER)
}

fn name_of(kind: BackupKind) -> &'static str {
    match kind {
        BackupKind::Daily => "daily",
        BackupKind::Weekly => "weekly",
        BackupKind::BeforeMigration => "before-migration",
        BackupKind::BeforeRestore => "before-restore",
        BackupKind::Damaged => "damaged",
        BackupKind::Replaced => "replaced",
        BackupKind::Chosen => "chosen",
    }
}

/// All that there are, the newest first. None is opened.
///
/// Those from after now come behind all others: they were made while a clock was wrong, whenever that was.
pub fn names(data: &Path) -> Vec<Named> {
    let now = now();
    let mut found = by_name(data);
    found.sort_by_key(|named| named.at > now);
    found
}

/// All, the largest time first.
fn by_name(data: &Path) -> Vec<Named> {
    let kinds =
        [BackupKind::Daily, BackupKind::Weekly, BackupKind::BeforeMigration, BackupKind::BeforeRestore];
    let mut found = Vec::new();
    let mut look = |folder: &Path, kinds: &[(BackupKind, String)]| {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(stem) = name.strip_suffix(".db") else { continue };
            let Some((kind, beginning)) =
                kinds.iter().find(|(_, beginning)| stem.starts_with(beginning.as_str()))
            else {
                continue;
            };
            let at = stem[beginning.len()..].rsplit('-').next().and_then(|at| at.parse().ok());
            if let Some(at) = at {
                found.push(Named { path: entry.path(), kind: *kind, at });
            }
        }
    };
    look(&folder(data), &kinds.map(|kind| (kind, format!("{}-", name_of(kind)))));
    let set_aside = [(BackupKind::Damaged, DAMAGED), (BackupKind::Replaced, REPLACED)];
    look(data, &set_aside.map(|(kind, beginning)| (kind, beginning.to_owned())));
    found.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.path.cmp(&b.path)));
    found
}

/// The same with what is in each.
pub fn list(data: &Path) -> Vec<Backup> {
    names(data).into_iter().map(describe).collect()
}

/// A copy with what is in it.
pub fn describe(named: Named) -> Backup {
    let bytes = named.path.metadata().map_or(0, |file| file.len());
    let read = copies::counts(&named.path);
    let (counts, error) = match read {
        Ok(counts) => (Some(counts), None),
        Err(error) => (None, Some((&error).into())),
    };
    Backup {
        path: named.path.to_string_lossy().into_owned(),
        kind: named.kind,
        at: named.at,
        bytes,
        conversations: counts.map(|counts| counts.0),
        messages: counts.map(|counts| counts.1),
        error,
    }
}

/// A file that the user chose.
pub fn chosen(path: &Path) -> Backup {
    let modified = path.metadata().and_then(|file| file.modified()).ok();
    let at = modified.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let at = at.and_then(|at| i64::try_from(at.as_millis()).ok()).unwrap_or(0);
    describe(Named { path: path.into(), kind: BackupKind::Chosen, at })
}

/// A folder for what is needed for a moment: with the copies, else the system's.
pub fn scratch(data: &Path) -> PathBuf {
    let folder = folder(data);
    match std::fs::create_dir_all(&folder) {
        Ok(()) => folder,
        Err(_) => std::env::temp_dir(),
    }
}

/// Copies are made, or changed, by one thread at a time: what is deleted for good is taken out of a copy that was begun before.
pub fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Is it time for the daily copy?
pub fn due(data: &Path, now: i64) -> bool {
    // One from the future tells of a clock that was wrong, and nothing of today.
    let of_today = |named: &Named| named.kind == BackupKind::Daily && (0..DAY).contains(&(now - named.at));
    !by_name(data).iter().any(of_today)
}

/// Makes a copy of the database behind `source`, and takes away those that are too many.
///
/// # Errors
/// [`Error::DiskFull`] where it would leave no room for the history itself; what SQLite or the system says.
pub fn make(data: &Path, source: &Connection, kind: BackupKind) -> Result<Named, Error> {
    let _turn = turn();
    let folder = folder(data);
    std::fs::create_dir_all(&folder).map_err(|source| Error::Io {
        action: "making",
        path: folder.clone(),
        source,
    })?;
    let pages: u64 = source.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    let size: u64 = source.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    if free_bytes(&folder).is_some_and(|free| free < pages * size + MARGIN) {
        let detail = format!("a copy takes {} bytes", pages * size);
        return Err(Error::DiskFull { path: folder, detail });
    }
    let mut at = now();
    let path = loop {
        let day: String =
            source
                .query_row("SELECT strftime('%Y-%m-%d', ?1 / 1000, 'unixepoch')", [at], |row| row.get(0))?;
        let path = folder.join(format!("{}-{day}-{at}.db", name_of(kind)));
        if !path.exists() {
            break path;
        }
        at += 1;
    };
    copies::make(source, &path)?;
    rotate(data, at);
    Ok(Named { path, kind, at })
}

/// Takes away what is too old; a daily copy may become a weekly one.
///
/// Copies from after `now` were made while a clock was wrong. They are counted by themselves: newer by name than all that
/// follow, they would push these out.
pub fn rotate(data: &Path, now: i64) {
    let (future, all): (Vec<_>, Vec<_>) = by_name(data).into_iter().partition(|named| named.at > now);
    for (kind, most) in [
        (BackupKind::Daily, DAILY),
        (BackupKind::Weekly, WEEKLY),
        (BackupKind::BeforeMigration, BEFORE),
        (BackupKind::BeforeRestore, BEFORE),
    ] {
        for old in future.iter().filter(|named| named.kind == kind).skip(most) {
            copies::remove(&old.path);
        }
    }
    let of = |kind| all.iter().filter(move |named| named.kind == kind).cloned().collect::<Vec<_>>();
    let mut weekly = of(BackupKind::Weekly);
    let mut daily = of(BackupKind::Daily);
    // Of one day the newest: copies that the user asks for push none of another day out.
    let mut day = None;
    daily.retain(|named| {
        let newest = day != Some(named.at.div_euclid(DAY));
        day = Some(named.at.div_euclid(DAY));
        if !newest {
            copies::remove(&named.path);
        }
        newest
    });
    let old: Vec<Named> = daily.into_iter().skip(DAILY).collect();
    for old in old.into_iter().rev() {
        let name = old.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let stays = weekly.first().is_none_or(|newest| old.at - newest.at >= WEEK);
        let path = old.path.with_file_name(name.replacen("daily", "weekly", 1));
        if stays && std::fs::rename(&old.path, &path).is_ok() {
            weekly.insert(0, Named { path, kind: BackupKind::Weekly, ..old });
        } else {
            copies::remove(&old.path);
        }
    }
    let before = [BackupKind::BeforeMigration, BackupKind::BeforeRestore];
    let before = before.into_iter().flat_map(|kind| of(kind).into_iter().skip(BEFORE));
    for old in weekly.into_iter().skip(WEEKLY).chain(before) {
        copies::remove(&old.path);
    }
}

/// Conversations of a copy, the last used first, and how many there are. `there` is not known yet.
///
/// # Errors
/// [`Error::BackupUnreadable`].
pub fn rows(connection: &Connection, offset: u32, limit: u32) -> Result<(u32, Vec<BackupRow>), Error> {
    let total = connection.query_row("SELECT count(*) FROM conversations", [], |row| row.get(0))?;
    let mut query = connection.prepare(
        "SELECT conversation.uid, conversation.title, conversation.updated_at,
                (SELECT count(*) FROM messages
                 WHERE conversation_id = conversation.id AND deleted_at IS NULL),
                substr(leaf.text, 1, ?3)
         FROM conversations AS conversation LEFT JOIN messages AS leaf ON leaf.id = conversation.active_leaf
         ORDER BY conversation.updated_at DESC, conversation.id DESC LIMIT ?2 OFFSET ?1",
    )?;
    let rows = query.query_map(params![offset, limit, PREVIEW], |row| {
        Ok(BackupRow {
            uid: text_of(row, 0)?,
            title: text_of(row, 1)?,
            updated_at: row.get(2)?,
            message_count: row.get(3)?,
            preview: maybe_text_of(row, 4)?.unwrap_or_default(),
            there: false,
        })
    })?;
    Ok((total, rows.collect::<Result<_, _>>()?))
}

/// Says of each row whether the history has it, with as many messages or more.
///
/// # Errors
/// What the database says.
pub fn compare(history: &Connection, rows: &mut [BackupRow]) -> Result<(), Error> {
    let mut query = history.prepare_cached(
        "SELECT (SELECT count(*) FROM messages
                 WHERE conversation_id = conversation.id AND deleted_at IS NULL)
         FROM conversations AS conversation WHERE uid = ?1 AND deleted_at IS NULL",
    )?;
    for row in rows {
        let mut found = query.query([&row.uid])?;
        let count: Option<u32> = found.next()?.map(|row| row.get(0)).transpose()?;
        row.there = count.is_some_and(|count| count >= row.message_count);
    }
    Ok(())
}

/// Room on the disk of a file or folder for those who are no administrator; `None` where the system does not say.
#[cfg(unix)]
#[allow(clippy::unnecessary_cast, reason = "the width differs from system to system")]
pub fn free_bytes(folder: &Path) -> Option<u64> {
    use std::os::unix::ffi::OsStrExt;
    let path = std::ffi::CString::new(folder.as_os_str().as_bytes()).ok()?;
    // SAFETY: a plain structure of numbers, for which all bits zero is a value.
    let mut found: libc::statvfs = unsafe { std::mem::zeroed() };
    // SAFETY: the path ends with a zero, and the structure is ours.
    let done = unsafe { libc::statvfs(path.as_ptr(), &raw mut found) };
    (done == 0).then(|| found.f_bavail as u64 * found.f_frsize as u64)
}

#[cfg(not(unix))]
pub fn free_bytes(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::open;

    fn put(data: &Path, kind: &str, at: i64) {
        std::fs::create_dir_all(folder(data)).expect("a folder");
        std::fs::write(folder(data).join(format!("{kind}-2026-11-30-{at}.db")), "x").expect("written");
    }

    #[test]
    fn seven_days_and_four_weeks_stay() {
        let data = tempfile::tempdir().expect("a temporary folder");
        // A copy a day for three months, with the hours of somebody who gets up at different times.
        for day in 0..90_i64 {
            put(data.path(), "daily", day * DAY + (day * 7 % 5) * HOUR);
            rotate(data.path(), day * DAY + 12 * HOUR);
        }
        let kept = names(data.path());
        let of =
            |kind| kept.iter().filter(|named| named.kind == kind).map(|named| named.at).collect::<Vec<_>>();
        let days: Vec<_> = of(BackupKind::Daily).iter().map(|at| at / DAY).collect();
        assert_eq!(days, [89, 88, 87, 86, 85, 84, 83]);
        let weeks = of(BackupKind::Weekly);
        assert_eq!(weeks.len(), 4);
        assert!(
            weeks.windows(2).all(|pair| pair[0] - pair[1] >= WEEK && pair[0] - pair[1] <= 8 * DAY),
            "{weeks:?}"
        );
        assert!(weeks[0] / DAY >= 76, "the newest weekly one follows the dailies: {weeks:?}");
    }

    #[test]
    fn copies_of_one_day_push_none_of_another_day_out() {
        let data = tempfile::tempdir().expect("a temporary folder");
        for at in [DAY, 2 * DAY, 3 * DAY, 3 * DAY + 1, 3 * DAY + HOUR, 3 * DAY + 20 * HOUR] {
            put(data.path(), "daily", at);
        }
        rotate(data.path(), 4 * DAY);
        let kept: Vec<_> = names(data.path()).into_iter().map(|named| named.at).collect();
        assert_eq!(kept, [3 * DAY + 20 * HOUR, 2 * DAY, DAY]);
    }

    #[test]
    fn copies_of_a_clock_that_was_years_ahead_push_none_of_today_out() {
        let data = tempfile::tempdir().expect("a temporary folder");
        const AHEAD: i64 = 3 * 365 * DAY;
        for day in 0..9 {
            put(data.path(), "daily", AHEAD + day * DAY);
            rotate(data.path(), AHEAD + day * DAY);
        }
        for day in 0..40 {
            put(data.path(), "daily", day * DAY);
            rotate(data.path(), day * DAY);
            assert!(!due(data.path(), day * DAY + HOUR), "made an hour ago, on day {day}");
        }
        let (ahead, kept): (Vec<_>, Vec<_>) =
            names(data.path()).into_iter().partition(|named| named.at >= AHEAD);
        let days = |kind| {
            let of_kind = kept.iter().filter(move |named| named.kind == kind);
            of_kind.map(|named| named.at / DAY).collect::<Vec<_>>()
        };
        assert_eq!(days(BackupKind::Daily), [39, 38, 37, 36, 35, 34, 33]);
        assert_eq!(days(BackupKind::Weekly).len(), 4);
        assert_eq!(ahead.iter().filter(|named| named.kind == BackupKind::Daily).count(), 7);

        for at in 1..=4 {
            put(data.path(), "before-restore", AHEAD + at);
        }
        put(data.path(), "before-restore", 41 * DAY);
        rotate(data.path(), 41 * DAY);
        let all = names(data.path());
        let before = all.iter().filter(|named| named.kind == BackupKind::BeforeRestore);
        let before: Vec<_> = before.map(|named| named.at).collect();
        assert_eq!(before, [AHEAD + 4, AHEAD + 3, AHEAD + 2, 41 * DAY]);
    }

    #[test]
    fn three_of_those_before_something_stay_and_strangers_are_left_alone() {
        let data = tempfile::tempdir().expect("a temporary folder");
        for at in 1..=5 {
            put(data.path(), "before-migration", at);
            put(data.path(), "before-restore", at);
        }
        put(data.path(), "my-own", 1);
        rotate(data.path(), 6);
        assert_eq!(names(data.path()).len(), 6);
        assert!(folder(data.path()).join("my-own-2026-11-30-1.db").exists());
    }

    #[test]
    fn a_copy_is_due_once_a_day_whatever_the_clock_says() {
        let data = tempfile::tempdir().expect("a temporary folder");
        assert!(due(data.path(), 5 * DAY));
        put(data.path(), "daily", 5 * DAY);
        assert!(!due(data.path(), 5 * DAY + 23 * HOUR));
        assert!(due(data.path(), 6 * DAY));
        assert!(due(data.path(), 4 * DAY), "the clock went back");
    }

    #[test]
    fn a_copy_has_what_was_there_and_says_so() {
        let data = tempfile::tempdir().expect("a temporary folder");
        let connection = open::in_memory();
        crate::history::conversations::create(&connection, "天空", &Default::default()).expect("a row");
        let made = make(data.path(), &connection, BackupKind::Daily).expect("made");
        let listed = list(data.path());
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].conversations, listed[0].messages), (Some(1), Some(0)));
        std::fs::write(&made.path, "no database at all, but long enough to be asked").expect("written");
        let listed = list(data.path());
        let error = listed[0].error.as_ref().expect("told");
        assert_eq!(
            error.code,
            crate::contract::ErrorCode::Shell(crate::contract::ShellErrorCode::BackupUnreadable)
        );
        let left: Vec<_> = std::fs::read_dir(folder(data.path())).expect("readable").flatten().collect();
        assert_eq!(left.len(), 1, "nothing is left behind: {left:?}");
    }
}
