//! Models in several files: `name-00001-of-00003.gguf` and its brothers.
//!
//! llama.cpp's `gguf-split` cuts a large model at tensors. Every part is a GGUF file with
//! `split.no`, `split.count` and `split.tensors.count`; the first has the metadata of the model,
//! the others little more than their tensors. Whoever opens any of them means the model.

use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::protocol::{ErrorKind, RpcError};

use super::GgufHeader;

/// Parts have five digits in their names.
const DIGITS: usize = 5;
/// The largest published models have some dozens of parts.
const MAX_PARTS: u64 = 1000;

/// What a file name says about a part.
#[derive(Debug, PartialEq, Eq)]
struct Name<'a> {
    stem: &'a str,
    count: u64,
    extension: &'a str,
}

impl<'a> Name<'a> {
    /// Takes `stem-00002-of-00003.gguf` apart.
    fn parse(name: &'a str) -> Option<Self> {
        let (rest, extension) = name.rsplit_once('.')?;
        let (rest, count) = rest.rsplit_once("-of-")?;
        let (stem, number) = rest.rsplit_once('-')?;
        let read = |digits: &str| {
            let is_number = digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit());
            is_number.then(|| digits.parse::<u64>().ok()).flatten()
        };
        let (number, count) = (read(number)?, read(count)?);
        (number >= 1 && number <= count && count <= MAX_PARTS).then_some(Self { stem, count, extension })
    }

    /// The name of a part, counted from 1.
    fn part(&self, number: u64) -> String {
        format!("{}-{number:05}-of-{:05}.{}", self.stem, self.count, self.extension)
    }
}

/// The files of a model, the first part first: one file for most, all parts for a split one,
/// whichever of them is named. The names alone decide; whether the parts belong together shows in their
/// headers ([`super::GgufModel`]).
///
/// # Errors
/// `MissingParts` with the facts `missing` (file names, the first few) and `parts` where some are not there.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, RpcError> {
    let name = path.file_name().and_then(|name| name.to_str()).and_then(Name::parse);
    let Some(name) = name.filter(|name| name.count > 1) else {
        return Ok(vec![path.into()]);
    };
    let names: Vec<String> = (1..=name.count).map(|number| name.part(number)).collect();
    let missing: Vec<&String> =
        names.iter().filter(|name| !path.with_file_name(name.as_str()).is_file()).collect();
    if !missing.is_empty() {
        let list = missing.iter().take(3).map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
        let more = if missing.len() > 3 { " ..." } else { "" };
        return Err(super::super::failure(
            ErrorKind::MissingParts,
            path,
            &format!("{} of {} parts of this model are missing: {list}{more}", missing.len(), names.len()),
        )
        .with("missing", format!("{list}{more}"))
        .with("missing_count", missing.len())
        .with("parts", names.len()));
    }
    Ok(names.iter().map(|name| path.with_file_name(name)).collect())
}

/// The headers of all parts of a model, checked to belong together. At least one.
pub(super) fn read(path: &Path) -> Result<Vec<GgufHeader>, RpcError> {
    let files = files(path)?;
    let headers = files.iter().map(|file| GgufHeader::read(file)).collect::<Result<Vec<_>, _>>()?;
    let count = headers.len() as u64;
    let mut names = std::collections::HashSet::new();
    for (number, header) in (0u64..).zip(&headers) {
        let corrupt = |message: String| super::super::failure(ErrorKind::Corrupt, header.path(), &message);
        let stated = header.u64("split.count").unwrap_or(1);
        let (stated_number, is_split) = (header.u64("split.no").unwrap_or(0), stated > 1);
        if count == 1 && is_split {
            return Err(alone(header, stated_number + 1, stated));
        }
        if count > 1 && (stated != count || stated_number != number) {
            return Err(corrupt(format!(
                "its name says part {} of {count}, its header part {} of {stated}",
                number + 1,
                stated_number + 1
            )));
        }
        if let Some(tensor) = header.tensors().iter().find(|tensor| !names.insert(tensor.name.as_str())) {
            return Err(corrupt(format!("the tensor {} is in two parts", tensor.name)));
        }
    }
    let tensors: u64 = headers.iter().map(|header| header.tensors().len() as u64).sum();
    let stated = headers.first().and_then(|header| header.u64("split.tensors.count"));
    if count > 1 && stated.is_some_and(|stated| stated != tensors) {
        return Err(super::super::failure(
            ErrorKind::Corrupt,
            path,
            &format!("the parts hold {tensors} tensors, where the first speaks of {}", stated.unwrap_or(0)),
        ));
    }
    Ok(headers)
}

/// The error for a part whose name does not lead to the others: it was renamed, or the others stand behind it in the same file.
fn alone(header: &GgufHeader, number: u64, count: u64) -> RpcError {
    let refused = |message: String, case: &str| {
        super::super::failure(ErrorKind::MissingParts, header.path(), &message)
            .with("case", case)
            .with("part", number)
            .with("parts", count)
    };
    if follows(header) {
        let message = format!(
            "{count} parts of a model, one behind the other in one file; each is a file of its own, and they are not joined like that"
        );
        return refused(message, "glued");
    }
    let name = usual_name(header.path(), number, count);
    let message = format!(
        "part {number} of a model in {count} files, under a name that does not lead to the others; {name} would"
    );
    refused(message, "renamed").with("expected_name", name)
}

/// Does another GGUF file begin where this one's last tensor ends?
fn follows(header: &GgufHeader) -> bool {
    let end = header
        .tensors()
        .iter()
        .map(|tensor| tensor.offset.saturating_add(tensor.byte_len))
        .max()
        .unwrap_or(0);
    let end = header.tensor_data_offset().saturating_add(end);
    // Files are filled up to a multiple of their alignment, or they are not.
    let aligned = end.checked_next_multiple_of(header.alignment()).unwrap_or(end);
    [end, aligned].into_iter().any(|start| {
        let mut magic = [0; 4];
        start < header.file_size()
            && std::fs::File::open(header.path())
                .and_then(|mut file| {
                    file.seek(SeekFrom::Start(start))?;
                    file.read_exact(&mut magic)
                })
                .is_ok_and(|()| magic == *b"GGUF")
    })
}

/// The name without what browsers and file managers put behind it where there was such a file already: ` (1)`.
fn without_number(name: &str) -> &str {
    let inside = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    match inside {
        Some((name, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            name.trim_end()
        }
        _ => name,
    }
}

/// What `gguf-split` would have called a part that has this name now.
fn usual_name(path: &Path, number: u64, count: u64) -> String {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = without_number(&name);
    let stem = match Name::parse(&format!("{name}.gguf")) {
        Some(name) => name.stem.to_owned(),
        None => {
            let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
            stem.trim_end_matches(['-', '_', '.', ' ']).to_owned()
        }
    };
    let stem = if stem.is_empty() { "model" } else { &stem };
    format!("{stem}-{number:05}-of-{count:05}.gguf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_was_renamed_is_told_its_name() {
        for (name, usual) in [
            ("m-00001-of-00002 (1).gguf", "m-00001-of-00002.gguf"),
            ("m-00001-of-00002(1).gguf", "m-00001-of-00002.gguf"),
            ("qwen-0001.gguf", "qwen-00001-of-00002.gguf"),
            ("qwen.gguf", "qwen-00001-of-00002.gguf"),
            ("模型 1.gguf", "模型-00001-of-00002.gguf"),
            ("1.gguf", "model-00001-of-00002.gguf"),
        ] {
            assert_eq!(usual_name(Path::new(name), 1, 2), usual);
        }
    }

    #[test]
    fn names_of_parts_are_taken_apart() {
        let name = Name::parse("a-b-00002-of-00003.gguf").unwrap();
        assert_eq!(name, Name { stem: "a-b", count: 3, extension: "gguf" });
        assert_eq!(name.part(1), "a-b-00001-of-00003.gguf");
        for other in [
            "a.gguf",
            "a-1-of-3.gguf",
            "a-00004-of-00003.gguf",
            "a-00000-of-00003.gguf",
            "-of-.gguf",
            "a-+0001-of-00003.gguf",
        ] {
            assert_eq!(Name::parse(other), None, "{other}");
        }
    }
}
