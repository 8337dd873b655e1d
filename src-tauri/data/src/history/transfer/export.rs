//! Conversations into a file.
//!
//! JSON and JSON lines hold as many as there are in one file. A page and a Markdown file hold one conversation; several
//! go into a ZIP, in folders as in the app: one file is asked for, and one is there or none.
//!
//! Memory holds one conversation at a time. The file is written beside its place under another name and renamed when it
//! is whole, so that a full disk, a cancel or a crash costs no older file of that name.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use tempfile::NamedTempFile;
use vitrine_exchange::document::{Conversation, Writer};
pub use vitrine_exchange::export::file_stem as stem;
use vitrine_exchange::export::{chat_lines, file_stem, html, markdown, Language};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::outgoing::Reading;
use super::wait;
use crate::contract::{ExportFormat, LeftOut, LeftOutReason};
use crate::error::Error;
use crate::history::{text_of, History};

/// Ids that are read at once.
const PAGE: u32 = 256;
/// What a file of several conversations is called first.
const SEVERAL: &str = "vitrine";

/// What will be written.
#[derive(Debug, Clone)]
pub struct Plan {
    /// `None`: all that are not in the bin.
    ids: Option<Vec<i64>>,
    format: ExportFormat,
    language: Language,
    /// Conversations.
    pub total: u32,
    /// The name for the file that is offered, with its extension.
    pub name: String,
    pub extension: &'static str,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    pub conversations: u32,
    /// Those that could not be read.
    pub left_out: Vec<LeftOut>,
}

/// Looks at what is to be exported. `language`: a BCP 47 tag, of headings and explanations.
///
/// # Errors
/// What the history says.
pub async fn plan(
    history: &History,
    ids: Option<Vec<i64>>,
    format: ExportFormat,
    language: &str,
) -> Result<Plan, Error> {
    let ids = ids.map(|ids| {
        let mut seen = HashSet::new();
        ids.into_iter().filter(|id| seen.insert(*id)).collect::<Vec<_>>()
    });
    let asked = ids.clone();
    let (total, title) = history.call(move |connection| look(connection, asked.as_deref())).await?;
    let several = total > 1;
    let extension = match format {
        ExportFormat::Json => "json",
        ExportFormat::Jsonl => "jsonl",
        ExportFormat::Markdown | ExportFormat::Html if several => "zip",
        ExportFormat::Markdown => "md",
        ExportFormat::Html => "html",
    };
    let stem = if several { SEVERAL.to_owned() } else { file_stem(&title) };
    let language =
        if language.to_lowercase().starts_with("zh") { Language::Chinese } else { Language::English };
    Ok(Plan { ids, format, language, total, name: format!("{stem}.{extension}"), extension })
}

/// How many there are, and the title of one of them.
fn look(connection: &Connection, ids: Option<&[i64]>) -> Result<(u32, String), Error> {
    let Some(ids) = ids else {
        let sql = "SELECT count(*), coalesce(max(title), '') FROM conversations WHERE deleted_at IS NULL";
        return Ok(connection.query_row(sql, [], |row| Ok((row.get(0)?, text_of(row, 1)?)))?);
    };
    let mut query = connection.prepare_cached("SELECT title FROM conversations WHERE id = ?1")?;
    let (mut total, mut title) = (0, String::new());
    for id in ids {
        for found in query.query_map([id], |row| text_of(row, 0))? {
            (total, title) = (total + 1, found?);
        }
    }
    Ok((total, title))
}

impl Plan {
    /// Writes the file. `told` is called with the number of conversations so far. `None` where it was cancelled: then
    /// nothing is written. Blocks.
    ///
    /// # Errors
    /// [`Error::Io`]; what the history says.
    pub fn write(
        &self,
        history: &History,
        target: &Path,
        cancel: &AtomicBool,
        told: &mut dyn FnMut(u32),
    ) -> Result<Option<Exported>, Error> {
        let failed = |source| Error::Io { action: "writing", path: target.into(), source };
        let mut file = beside(target).map_err(failed)?;
        let several = self.extension == "zip";
        let mut sink = Sink::new(BufWriter::new(file.as_file_mut()), self.format, several).map_err(failed)?;
        let mut exported = Exported { conversations: 0, left_out: Vec::new() };
        let mut pages = Pages { history, ids: self.ids.as_deref(), after: Some(i64::MIN) };
        while let Some(ids) = pages.read()? {
            for id in ids {
                if cancel.load(Ordering::Relaxed) {
                    return Ok(None);
                }
                match read(history, id) {
                    Ok(None) => {}
                    Ok(Some(conversation)) => {
                        sink.write(&conversation, self.language).map_err(failed)?;
                        exported.conversations += 1;
                    }
                    Err(error) if super::import::is_of_one(&error) => exported.left_out.push(LeftOut {
                        place: title_of(history, id),
                        reason: LeftOutReason::Unreadable,
                        detail: error.to_string(),
                    }),
                    Err(error) => return Err(error),
                }
                told(exported.conversations);
            }
        }
        sink.finish().map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(target).map_err(|error| failed(error.error))?;
        Ok(Some(exported))
    }
}

/// A stored conversation as a document. `None` where it is gone.
///
/// # Errors
/// What the history says.
pub fn read(history: &History, id: i64) -> Result<Option<Conversation>, Error> {
    let Some(mut reading) = wait(history, move |connection| Reading::begin(connection, id))? else {
        return Ok(None);
    };
    loop {
        let whole;
        (reading, whole) = wait(history, move |connection| {
            let whole = reading.go_on(connection)?;
            Ok((reading, whole))
        })?;
        if whole {
            return wait(history, move |connection| reading.finish(connection)).map(Some);
        }
    }
}

fn title_of(history: &History, id: i64) -> String {
    let read = wait(history, move |connection| Ok(look(connection, Some(&[id]))?.1));
    read.unwrap_or_default()
}

/// The ids, page by page.
struct Pages<'a> {
    history: &'a History,
    ids: Option<&'a [i64]>,
    /// The last one; `None` at the end.
    after: Option<i64>,
}

impl Pages<'_> {
    fn read(&mut self) -> Result<Option<Vec<i64>>, Error> {
        let Some(after) = self.after else { return Ok(None) };
        if let Some(ids) = self.ids {
            self.after = None;
            return Ok(Some(ids.to_vec()));
        }
        let page = wait(self.history, move |connection| {
            let mut query = connection.prepare_cached(
                "SELECT id FROM conversations WHERE id > ?1 AND deleted_at IS NULL ORDER BY id LIMIT ?2",
            )?;
            let rows = query.query_map([after, i64::from(PAGE)], |row| row.get(0))?;
            Ok(rows.collect::<Result<Vec<i64>, _>>()?)
        })?;
        self.after = page.last().copied();
        Ok(self.after.map(|_| page))
    }
}

/// Writes a file whole, or not at all. Blocks.
///
/// # Errors
/// [`Error::Io`].
pub fn save(target: &Path, bytes: &[u8]) -> Result<(), Error> {
    let write = || -> io::Result<()> {
        let mut file = beside(target)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(target).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|source| Error::Io { action: "writing", path: target.into(), source })
}

/// A file in the folder of `target`, with the rights of any new file; it goes where it is not kept.
fn beside(target: &Path) -> io::Result<NamedTempFile> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".vitrine-").suffix(".part");
    #[cfg(unix)]
    let rights = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(rights);
    builder.tempfile_in(folder)
}

type Out<'a> = BufWriter<&'a mut File>;

/// Where conversations are written to.
enum Sink<'a> {
    Document(Writer<Out<'a>>),
    Lines(Out<'a>),
    One(Out<'a>, ExportFormat),
    Several(Box<Archive<Out<'a>>>),
}

impl<'a> Sink<'a> {
    fn new(out: Out<'a>, format: ExportFormat, several: bool) -> io::Result<Self> {
        Ok(match format {
            ExportFormat::Json => Self::Document(Writer::new(out)?),
            ExportFormat::Jsonl => Self::Lines(out),
            ExportFormat::Markdown | ExportFormat::Html if several => {
                Self::Several(Box::new(Archive { zip: ZipWriter::new(out), format, names: HashSet::new() }))
            }
            ExportFormat::Markdown | ExportFormat::Html => Self::One(out, format),
        })
    }

    fn write(&mut self, conversation: &Conversation, language: Language) -> io::Result<()> {
        match self {
            Self::Document(writer) => writer.write(conversation),
            Self::Lines(out) => chat_lines::write(conversation, out),
            Self::One(out, format) => page(conversation, *format, language, out),
            Self::Several(archive) => archive.write(conversation, language),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Document(writer) => writer.finish().map(|_| ()),
            Self::Lines(mut out) | Self::One(mut out, _) => out.flush(),
            Self::Several(archive) => archive.zip.finish()?.flush(),
        }
    }
}

fn page(
    conversation: &Conversation,
    format: ExportFormat,
    language: Language,
    to: &mut dyn Write,
) -> io::Result<()> {
    match format {
        ExportFormat::Html => html::write(conversation, language, to),
        _ => markdown::write(conversation, language, to),
    }
}

/// A ZIP with a file for each conversation.
struct Archive<W: Write + Seek> {
    zip: ZipWriter<W>,
    format: ExportFormat,
    /// Without regard to case: not every system tells them apart.
    names: HashSet<String>,
}

impl<W: Write + Seek> Archive<W> {
    fn write(&mut self, conversation: &Conversation, language: Language) -> io::Result<()> {
        let extension = if self.format == ExportFormat::Html { "html" } else { "md" };
        let folders: String = conversation.folder.iter().map(|name| file_stem(name) + "/").collect();
        let stem = folders + &file_stem(&conversation.title);
        let numbered = (2..).map(|number: u64| format!("{stem} ({number}).{extension}"));
        let names = std::iter::once(format!("{stem}.{extension}")).chain(numbered);
        let name = names.into_iter().find(|name| self.names.insert(name.to_lowercase())).unwrap_or_default();
        self.zip.start_file(name, SimpleFileOptions::default().large_file(true))?;
        page(conversation, self.format, language, &mut self.zip)
    }
}
