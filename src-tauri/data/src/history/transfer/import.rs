//! Files, archives and folders into the history: each conversation is kept as it is found, so that what came before a
//! cancel, a crash or a damaged place stays.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rusqlite::ErrorCode;
use vitrine_exchange::document::Role;
use vitrine_exchange::{self as exchange, Found, Import, Limits, Outcome, Receipt, Source, Why};

use super::incoming::{look, Kept, Look, Ready};
use super::{receipts, wait_in_file};
use crate::contract::{ImportOddity, ImportReceipt, ImportWarning, LeftOut, LeftOutReason};
use crate::error::Error;
use crate::history::title::title_of;
use crate::history::{now, History};

/// Between two looks of the list at what came in.
const NEWS: Duration = Duration::from_millis(500);
/// Looking into a file for conversations ends after this time: then there are none.
const LOOKING: Duration = Duration::from_secs(2);

/// Takes in what is at `paths`. `told` is called with the number of conversations so far. The receipt is kept, also where
/// it was cancelled. Blocks.
///
/// # Errors
/// [`Error::HistoryNotWritable`] before anything is read, where nothing could be kept; what keeps anything from being written
/// later (a full disk): what came before stays, and its receipt is kept where that can be.
pub fn import(
    history: &History,
    paths: &[PathBuf],
    cancel: &AtomicBool,
    told: &mut dyn FnMut(u32),
) -> Result<ImportReceipt, Error> {
    wait_in_file(history, |_| Ok(()))?;
    let mut whole = ImportReceipt { at: now(), ..ImportReceipt::default() };
    let mut formats = BTreeSet::new();
    let mut keeper = Keeper { history, failed: None, damaged: Vec::new(), news: Instant::now() };
    // Ends the import also where nothing can be written any more.
    let stop = AtomicBool::new(false);
    for path in paths {
        whole.sources.push(path.to_string_lossy().into_owned());
        let before = whole.found;
        let receipt = exchange::import(
            path,
            Import {
                limits: Limits::default(),
                cancel: &stop,
                progress: &mut |progress| {
                    stop.fetch_or(cancel.load(Ordering::Relaxed), Ordering::Relaxed);
                    told(before.saturating_add(count(progress.found)));
                },
                take: &mut |found| {
                    let outcome = keeper.take(found);
                    stop.fetch_or(
                        keeper.failed.is_some() || cancel.load(Ordering::Relaxed),
                        Ordering::Relaxed,
                    );
                    outcome
                },
            },
        );
        add(&mut whole, &mut formats, receipt);
        whole.warnings.append(&mut keeper.damaged);
        whole.cancelled |= cancel.load(Ordering::Relaxed);
        if stop.load(Ordering::Relaxed) || whole.cancelled {
            break;
        }
    }
    whole.formats = formats.into_iter().map(|(_, name)| name.into()).collect();
    history.note_change();
    let kept = whole.clone();
    let id = wait_in_file(history, move |connection| receipts::keep(connection, &kept));
    if let Some(error) = keeper.failed {
        return Err(error);
    }
    whole.id = id?;
    Ok(whole)
}

/// Are there conversations in this file or folder? By what is in it, with the very importers that would read it. A text
/// that is no dialogue is none: it may be anything.
pub fn holds_conversations(path: &Path) -> bool {
    let stop = AtomicBool::new(false);
    let begun = Instant::now();
    let mut holds = false;
    exchange::import(
        path,
        Import {
            limits: Limits::default(),
            cancel: &stop,
            progress: &mut |_| {
                stop.store(stop.load(Ordering::Relaxed) || begun.elapsed() > LOOKING, Ordering::Relaxed)
            },
            take: &mut |found| {
                holds |= found.source != Source::Markdown || found.conversation.messages.len() > 1;
                stop.store(holds || begun.elapsed() > LOOKING, Ordering::Relaxed);
                Outcome::AlreadyThere
            },
        },
    );
    holds
}

/// Does this error say something of one conversation alone, and not of the history?
pub(super) fn is_of_one(error: &Error) -> bool {
    match error {
        Error::Stored { .. } | Error::Tokens(_) | Error::NoSuchItem { .. } | Error::Internal { .. } => true,
        Error::Database(error) => !matches!(
            error.sqlite_error_code(),
            Some(
                ErrorCode::DiskFull
                    | ErrorCode::ReadOnly
                    | ErrorCode::CannotOpen
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::DatabaseCorrupt
                    | ErrorCode::NotADatabase
                    | ErrorCode::PermissionDenied
            )
        ),
        _ => false,
    }
}

/// Keeps what is found.
struct Keeper<'a> {
    history: &'a History,
    /// Why nothing can be written any more.
    failed: Option<Error>,
    damaged: Vec<ImportWarning>,
    /// When the list was last told.
    news: Instant,
}

impl Keeper<'_> {
    fn take(&mut self, found: Found) -> Outcome {
        let outcome = match self.keep(found) {
            Ok(Kept::Imported) => Outcome::Imported,
            Ok(Kept::Added) => Outcome::Added,
            Ok(Kept::AlreadyThere) => Outcome::AlreadyThere,
            Err(error) => {
                let detail = error.to_string();
                if !is_of_one(&error) {
                    self.failed = Some(error);
                }
                Outcome::NotKept { detail }
            }
        };
        if self.news.elapsed() >= NEWS {
            self.news = Instant::now();
            self.history.note_change();
        }
        outcome
    }

    fn keep(&mut self, found: Found) -> Result<Kept, Error> {
        let Found { mut conversation, place, .. } = found;
        if conversation.title.trim().is_empty() {
            let question = conversation.messages.iter().find(|message| message.role == Some(Role::User));
            conversation.title = title_of(question.map_or("", |message| &message.text));
            conversation.title_given = false;
        }
        let (conversation, looked) = wait_in_file(self.history, move |connection| {
            let looked = look(connection, &conversation)?;
            Ok((conversation, looked))
        })?;
        let vocabularies = match looked {
            Look::AlreadyThere => return Ok(Kept::AlreadyThere),
            Look::Missing(vocabularies) => vocabularies,
        };
        let named = named(&place, &conversation.title);
        // Encoding takes its time: here, and not on the history's thread.
        let (ready, damaged) = Ready::new(conversation, &vocabularies);
        if damaged > 0 {
            let what = ImportOddity::TokensDamaged;
            self.damaged.push(ImportWarning { place: named, what, times: damaged });
        }
        wait_in_file(self.history, move |connection| ready.write(connection))
    }
}

fn named(place: &str, title: &str) -> String {
    if title.is_empty() {
        place.to_owned()
    } else {
        format!("{title} ({place})")
    }
}

fn count(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Adds the receipt of one path to that of all.
fn add(whole: &mut ImportReceipt, formats: &mut BTreeSet<(Source, &'static str)>, receipt: Receipt) {
    formats.extend(receipt.sources.iter().map(|one| (one.source, called(one.source))));
    whole.found += count(receipt.found);
    whole.imported += count(receipt.imported);
    whole.added += count(receipt.added);
    whole.already_there += count(receipt.already_there);
    whole.passed_over += count(receipt.passed_over);
    whole.more_left_out += count(receipt.more_left_out);
    whole.more_warnings += count(receipt.more_warnings);
    whole.left_out.extend(receipt.left_out.into_iter().map(|one| LeftOut {
        place: named(&one.place, &one.title),
        reason: reason(one.why),
        detail: one.detail,
    }));
    whole.warnings.extend(receipt.warnings.into_iter().map(|one| ImportWarning {
        place: named(&one.place, &one.title),
        what: oddity(one.what),
        times: count(one.count),
    }));
}

/// As its makers call it.
fn called(source: Source) -> &'static str {
    match source {
        Source::Own => "Vitrine",
        Source::ChatGpt => "ChatGPT",
        Source::Claude => "Claude",
        Source::LmStudio => "LM Studio",
        Source::Jan => "Jan",
        Source::OpenWebUi => "Open WebUI",
        Source::LlamaCpp => "llama.cpp",
        Source::ChatLines => "OpenAI JSON",
        Source::Markdown => "Markdown",
    }
}

fn reason(why: Why) -> LeftOutReason {
    match why {
        Why::NotRecognised => LeftOutReason::NotRecognized,
        Why::Damaged | Why::Truncated => LeftOutReason::Unreadable,
        Why::TooLarge | Why::TooDeep | Why::TooMany => LeftOutReason::TooLarge,
        Why::Empty => LeftOutReason::Empty,
        Why::Unreadable => LeftOutReason::Refused,
        Why::Encrypted => LeftOutReason::Encrypted,
        Why::Compression => LeftOutReason::Packed,
        Why::Link => LeftOutReason::Link,
        Why::NotKept => LeftOutReason::NotKept,
        Why::NotKnown => LeftOutReason::NotKnown,
    }
}

fn oddity(what: exchange::Oddity) -> ImportOddity {
    use exchange::Oddity;
    match what {
        Oddity::Circle => ImportOddity::Circle,
        Oddity::ParentMissing => ImportOddity::ParentMissing,
        Oddity::IdTwice => ImportOddity::IdTwice,
        Oddity::ActiveMissing => ImportOddity::ActiveMissing,
        Oddity::VersionMissing => ImportOddity::VersionMissing,
        Oddity::RoleNotKnown => ImportOddity::RoleNotKnown,
        Oddity::MessageDamaged => ImportOddity::MessageDamaged,
        Oddity::TokensDamaged => ImportOddity::TokensDamaged,
        Oddity::MediaLeftOut => ImportOddity::MediaLeftOut,
        Oddity::ToolsAsThoughts => ImportOddity::ToolsAsThoughts,
        Oddity::CutOff => ImportOddity::CutOff,
        Oddity::NewerVersion => ImportOddity::NewerVersion,
        Oddity::ThreadMissing => ImportOddity::ThreadMissing,
        Oddity::NotUtf8 => ImportOddity::NotUtf8,
        Oddity::NotKnown => ImportOddity::NotKnown,
    }
}
