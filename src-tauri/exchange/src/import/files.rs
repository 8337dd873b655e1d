//! What was chosen, file by file: what each one is, by its first bytes.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use super::jan::Threads;
use super::session::Session;
use super::{json, markdown, open_webui_db, Import};
use crate::fault::Fault;
use crate::receipt::{Receipt, Why};
use crate::source::{list, Archive, Item, OnDisk};

/// Bytes by which a file is recognised.
const HEAD: u64 = 64 * 1024;
/// Archives within archives.
const NESTED: usize = 1;
/// Between the parts of a place.
pub(super) const WITHIN: &str = " › ";

pub(super) fn read(path: &Path, how: Import<'_>) -> Receipt {
    let mut session = Session::new(how);
    let mut threads = Threads::default();
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    match std::fs::metadata(path) {
        Err(error) => session.left_out(&name, String::new(), error.into()),
        Ok(metadata) if metadata.is_dir() => folder(path, &name, &mut session, &mut threads),
        Ok(metadata) if metadata.is_file() => {
            session.expect(metadata.len());
            session.begin(metadata.len());
            let mut item = Item {
                place: name.clone(),
                name,
                folders: folders_of(path),
                from: &mut OnDisk(path),
                path: Some(path),
                chosen: true,
            };
            read_item(&mut item, &mut session, &mut threads, 0);
            threads.flush(&mut session);
            session.end();
        }
        Ok(_) => session.left_out(&name, String::new(), Fault::new(Why::Unreadable, "no file and no folder")),
    }
    session.receipt.cancelled = session.cancelled();
    session.receipt
}

/// The folders of a file that was chosen by itself: an app's folder may be among them.
fn folders_of(path: &Path) -> Vec<String> {
    let parents = path.parent().map(Path::components).into_iter().flatten();
    parents.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
}

fn folder(folder: &Path, name: &str, session: &mut Session, threads: &mut Threads) {
    let (files, faults) = list(folder, &session.limits());
    let within = |path: &Path| -> Vec<String> {
        let inside = path.strip_prefix(folder).unwrap_or(path).components();
        inside.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
    };
    let place = |path: &Path| [&[name.to_owned()][..], &within(path)].concat().join("/");
    for (path, why, detail) in faults {
        session.left_out(&place(&path), String::new(), Fault::new(why, detail));
    }
    session.expect(files.iter().map(|file| file.size).sum());
    let mut parent = None;
    for file in &files {
        if session.cancelled() {
            return;
        }
        if parent != file.path.parent() {
            threads.flush(session);
            parent = file.path.parent();
        }
        session.begin(file.size);
        let mut folders = [vec![name.to_owned()], within(&file.path)].concat();
        let own = folders.pop().unwrap_or_default();
        let mut item = Item {
            place: place(&file.path),
            name: own,
            folders,
            from: &mut OnDisk(&file.path),
            path: Some(&file.path),
            chosen: false,
        };
        read_item(&mut item, session, threads, 0);
        session.end();
    }
    threads.flush(session);
}

fn archive<R: Read + Seek>(from: R, place: &str, session: &mut Session, threads: &mut Threads, depth: usize) {
    let limits = session.limits();
    let mut archive = match Archive::open(from, &limits) {
        Ok(archive) => archive,
        Err(fault) => return session.left_out(place, String::new(), fault),
    };
    let (members, faults) = archive.members(&limits);
    // The archive itself is done with; its members follow.
    session.end();
    for (name, fault) in faults {
        session.left_out(&format!("{place}{WITHIN}{name}"), String::new(), fault);
    }
    session.expect(members.iter().map(|member| member.size.min(limits.file)).sum());
    let mut parent: Option<&[String]> = None;
    for member in &members {
        if session.cancelled() {
            return;
        }
        let Some((name, folders)) = member.path.split_last() else { continue };
        if parent != Some(folders) {
            threads.flush(session);
            parent = Some(folders);
        }
        session.begin(member.size.min(limits.file));
        let place = format!("{place}{WITHIN}{}", member.path.join("/"));
        if member.link {
            session.left_out(&place, String::new(), Fault::new(Why::Link, ""));
        } else {
            let mut packed = archive.packed(member);
            let mut item = Item {
                place,
                name: name.clone(),
                folders: folders.to_vec(),
                from: &mut packed,
                path: None,
                chosen: false,
            };
            read_item(&mut item, session, threads, depth + 1);
        }
        session.end();
    }
    threads.flush(session);
}

/// What a file is by its first bytes.
enum Kind {
    Archive,
    Database,
    Json,
    Markdown,
    Empty,
    Other,
}

fn kind_of(head: &[u8], chosen: bool) -> Kind {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Kind::Archive;
    }
    if head.starts_with(b"SQLite format 3\0") {
        return Kind::Database;
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Kind::Empty,
        Some(b'{' | b'[') => Kind::Json,
        Some(_) if markdown::is_dialogue(text) || (chosen && markdown::is_text(text)) => Kind::Markdown,
        Some(_) => Kind::Other,
    }
}

fn read_item(item: &mut Item, session: &mut Session, threads: &mut Threads, depth: usize) {
    if let Err(fault) = try_item(item, session, threads, depth) {
        session.left_out(&item.place, String::new(), fault);
    }
}

fn try_item(
    item: &mut Item,
    session: &mut Session,
    threads: &mut Threads,
    depth: usize,
) -> Result<(), Fault> {
    let mut head = Vec::new();
    session.guard(item.from.open()?).take(HEAD).read_to_end(&mut head)?;
    match kind_of(&head, item.chosen) {
        Kind::Archive if depth > NESTED => Err(Fault::new(Why::TooDeep, "an archive within archives")),
        Kind::Archive => {
            match item.path {
                Some(path) => archive(File::open(path)?, &item.place, session, threads, depth),
                None => archive(copied(item, session)?, &item.place, session, threads, depth),
            }
            Ok(())
        }
        Kind::Database => {
            let recognised = match item.path {
                Some(path) => open_webui_db::read(path, &item.place, session)?,
                None => {
                    // SQLite wants a file.
                    let folder = tempfile::tempdir()?;
                    let path = folder.path().join("copy.db");
                    std::io::copy(&mut session.guard(item.from.open()?), &mut File::create(&path)?)?;
                    open_webui_db::read(&path, &item.place, session)?
                }
            };
            if !recognised {
                pass_over(item, session);
            }
            Ok(())
        }
        Kind::Json => {
            if !json::read(item, &head, session, threads)? {
                pass_over(item, session);
            }
            Ok(())
        }
        Kind::Markdown => markdown::read(item, session),
        Kind::Empty if item.chosen => Err(Fault::new(Why::Empty, "an empty file")),
        Kind::Empty | Kind::Other => {
            pass_over(item, session);
            Ok(())
        }
    }
}

/// An archive within an archive, in a file that has no name and goes with its last handle.
fn copied(item: &mut Item, session: &Session) -> Result<File, Fault> {
    let mut copy = tempfile::tempfile()?;
    std::io::copy(&mut session.guard(item.from.open()?), &mut copy)?;
    copy.rewind()?;
    Ok(copy)
}

/// A file without conversations. That is as it should be within a folder or an archive, and a fault where it is what
/// was chosen.
fn pass_over(item: &Item, session: &mut Session) {
    match item.chosen {
        true => {
            let fault = Fault::new(Why::NotRecognised, "in none of the known formats");
            session.left_out(&item.place, String::new(), fault);
        }
        false => session.receipt.passed_over += 1,
    }
}
