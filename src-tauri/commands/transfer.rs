//! Conversations out of the app and into it, and an answer as a picture.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tauri::ipc::Channel;
use tauri::{State, WebviewWindow};
use vitrine_core::protocol::ErrorKind;

use super::picker::Picker;
use super::{Core, Reply};
use crate::blocking::blocking;
use crate::contract::{ExportFormat, ImportReceipt, TransferEvent};
use crate::history::transfer::export::{save, stem};
use crate::transfers::Sink;
use crate::Error;

/// How pictures begin.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn sink(channel: Channel<TransferEvent>) -> Sink {
    Arc::new(move |event| {
        // The page may be gone (a reload); the transfer ends by itself.
        if let Err(error) = channel.send(event) {
            tracing::debug!(%error, "nobody listens to the transfer");
        }
    })
}

/// Writes conversations to a file that the user chooses; all that are not in the bin where `ids` is missing. `language`:
/// of headings. Events go through the channel. The number of the transfer; `null` where the user chose no file.
#[tauri::command]
pub async fn history_export(
    ids: Option<Vec<i64>>,
    format: ExportFormat,
    language: String,
    channel: Channel<TransferEvent>,
    window: WebviewWindow,
    picker: State<'_, Picker>,
    app: Core<'_>,
) -> Reply<Option<u32>> {
    let plan = app.transfers.plan(ids, format, &language).await?;
    let Some(target) = picker.save(plan.name.clone(), plan.extension, window).await else { return Ok(None) };
    let target = with_extension(PathBuf::from(target), plan.extension);
    Ok(Some(app.transfers.export(plan, target, sink(channel))))
}

/// Takes in conversations of this app and of others. Without `paths` the user chooses: files, or one `folder`. Events go
/// through the channel. The number of the transfer; `null` where the user chose nothing.
#[tauri::command]
pub async fn history_import(
    paths: Option<Vec<String>>,
    folder: Option<bool>,
    channel: Channel<TransferEvent>,
    window: WebviewWindow,
    picker: State<'_, Picker>,
    app: Core<'_>,
) -> Reply<Option<u32>> {
    let paths = match paths {
        Some(paths) => paths,
        None => picker.sources(folder.unwrap_or_default(), window).await,
    };
    if paths.is_empty() {
        return Ok(None);
    }
    let paths = paths.into_iter().map(PathBuf::from).collect();
    Ok(Some(app.transfers.import(paths, sink(channel))))
}

/// Ends an export or import after the conversation that it is at.
#[tauri::command]
pub async fn transfer_cancel(id: u32, app: Core<'_>) -> Reply<()> {
    app.transfers.cancel(id);
    Ok(())
}

/// What imports did, the newest first.
#[tauri::command]
pub async fn import_receipts(app: Core<'_>) -> Reply<Vec<ImportReceipt>> {
    Ok(app.transfers.receipts().await?)
}

/// Writes a picture, a PNG or the text of an SVG, to a file that the user chooses. Its path; `null` where they chose none.
#[tauri::command]
pub async fn message_picture(
    bytes: Vec<u8>,
    name: String,
    window: WebviewWindow,
    picker: State<'_, Picker>,
) -> Reply<Option<String>> {
    let Some(extension) = picture_of(&bytes) else {
        return Err(Error::refused(ErrorKind::InvalidParams, "neither a PNG nor an SVG").into());
    };
    let named =
        Path::new(&name).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name = format!("{}.{extension}", stem(&named));
    let Some(target) = picker.save(name, extension, window).await else { return Ok(None) };
    let target = with_extension(PathBuf::from(target), extension);
    let path = target.to_string_lossy().into_owned();
    blocking("writing a picture", move || save(&target, &bytes)).await??;
    Ok(Some(path))
}

/// The extension of a picture, by how it begins.
fn picture_of(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(PNG) {
        return Some("png");
    }
    let text = std::str::from_utf8(bytes).ok()?.trim_start();
    (text.starts_with("<svg") || text.starts_with("<?xml")).then_some("svg")
}

/// A name that was typed without an extension gets one, unless that is another file, which nobody was asked about.
fn with_extension(target: PathBuf, extension: &str) -> PathBuf {
    let longer = target.with_extension(extension);
    if target.extension().is_none() && !longer.exists() {
        longer
    } else {
        target
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_told_by_how_they_begin() {
        assert_eq!(picture_of(b"\x89PNG\r\n\x1a\nrest"), Some("png"));
        assert_eq!(picture_of("\n<svg xmlns=\"…\">".as_bytes()), Some("svg"));
        assert_eq!(picture_of(b"MZ"), None);
        assert_eq!(picture_of(b"\xff\xfe"), None);
    }

    #[test]
    fn a_name_without_an_extension_gets_one_and_overwrites_nothing() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let named = |name: &str| with_extension(folder.path().join(name), "md");
        assert_eq!(named("甲"), folder.path().join("甲.md"));
        assert_eq!(named("乙.txt"), folder.path().join("乙.txt"));
        std::fs::write(folder.path().join("丙.md"), "").expect("written");
        assert_eq!(named("丙"), folder.path().join("丙"));
    }
}
